@echo off
rem Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
rem Find out on the computer itself what is still open, and change nothing.
rem.
rem  1 reads    Print what this computer can say about base_version, client_os, client_sites, process.
rem  2 person   Put what the script prints into the next report, from the line with FIXDESK-FACTS to the
rem      one with FIXDESK-END.
rem  3 person   Restart the client once if it hangs, and say in the report whether that helped.
rem.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo: nothing of it can be undone by a script, and it says so.
set RESULT=FIXDESK-RESULT v=1 fix=collect script=8c4fc58c
set MODE=show
set STATUS=refused
set STEP=1
if "%1"=="/apply" set MODE=apply
if "%1"=="/verify" set MODE=verify
if "%1"=="/undo" set MODE=undo
if not "%OS%"=="Windows_NT" goto old
echo This is Windows NT or later. Nothing was done.
goto result
:old
set RUN=
set SAVED=
set THERE=
set PLACE=%2
set HOLD=%WINDIR%\FIXDESK
set BASE=%WINDIR%
if not "%SMS_LOCAL_DIR%"=="" set BASE=%SMS_LOCAL_DIR%
set WORK=%WINDIR%\TEMP
if not exist %WORK%\NUL set WORK=%WINDIR%
for %%i in (%RESULT%) do set ID=%%i
if "%1"=="" goto begin
if "%1"=="/APPLY" set MODE=apply
if "%1"=="/VERIFY" set MODE=verify
if "%1"=="/UNDO" set MODE=undo
if "%MODE%"=="show" goto usage
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:begin
:s1
set STEP=1
echo step 1 reads: Print what this computer can say about base_version, client_os, client_sites, process.
echo FIXDESK-FACTS v=1
ver | find "Windows 95" >NUL
if not errorlevel 1 echo client_os=win95
ver | find "Windows 98" >NUL
if not errorlevel 1 echo client_os=win98
ver | find "Millennium" >NUL
if not errorlevel 1 echo client_os=winme
if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG
start /w regedit /e %WORK%\FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if exist %WORK%\FXKEY.REG type %WORK%\FXKEY.REG
if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "out of sync with offer file version" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "The CAP base release" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "could not find a site CAP with uplevel" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "does not exist any longer" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "Unable to check assignment for site" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "could not read files from site" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Ccim32.log find "Client core file version" %BASE%\MS\SMS\Logs\Ccim32.log
if exist %BASE%\MS\SMS\Logs\Clicore.log find "Base client files are version" %BASE%\MS\SMS\Logs\Clicore.log
if exist %BASE%\MS\SMS\Logs\Clicore.log find "Current clibase version is" %BASE%\MS\SMS\Logs\Clicore.log
if exist %BASE%\MS\SMS\Logs\Smsapm32.log find "Unable to connect to CAP to test" %BASE%\MS\SMS\Logs\Smsapm32.log
if exist %BASE%\MS\SMS\Logs\Smsmon32.log find "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON" %BASE%\MS\SMS\Logs\Smsmon32.log
if exist %BASE%\MS\SMS\Logs\Wn_logon.log find "Site Key #" %BASE%\MS\SMS\Logs\Wn_logon.log
if exist %BASE%\MS\SMS\Logs\Wn_logon.log find "Site Value #" %BASE%\MS\SMS\Logs\Wn_logon.log
if exist %BASE%\MS\SMS\Logs\Wn_logon.log find "No COMPVER.INI found for site" %BASE%\MS\SMS\Logs\Wn_logon.log
if exist %BASE%\MS\SMS\Logs\Wn_logon.log find "Client deinstall flag set" %BASE%\MS\SMS\Logs\Wn_logon.log
if exist %BASE%\MS\SMS\Logs\Wnmanual.log find "Client deinstall flag set" %BASE%\MS\SMS\Logs\Wnmanual.log
echo FIXDESK-END
:s2
set STEP=2
echo step 2 person: Put what the script prints into the next report, from the line with FIXDESK-FACTS to
echo   the one with FIXDESK-END.
:s3
set STEP=3
echo step 3 person: Restart the client once if it hangs, and say in the report whether that helped.
:s4
set STATUS=ok
goto finish
:verify
echo Nothing of it can be looked at by a script.
set STATUS=nothing-to-do
goto finish
:undo
echo Nothing of this stage can be undone by a script.
set STATUS=refused
goto finish
:usage
echo collect, stage 1 of 1. Find out on the computer itself what is still open, and change nothing.
echo Without an argument it only shows what it would do.
echo /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo: nothing of it can be undone by a script, and it says so.
set MODE=help
set STATUS=ok
set STEP=0
goto result
:finish
if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG
if "%RUN%"=="" goto result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP% >>%RUN%\LOG.TXT
:result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%
goto end
:end
for %%v in (RESULT MODE STATUS STEP RUN SAVED THERE PLACE HOLD BASE WORK ID BACK H T U) do set %%v=
