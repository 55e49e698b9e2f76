@echo off
rem ==== WHAT THIS IS
rem Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
rem Find out on the computer itself what is still open, and change nothing.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify checks whether it is done.
rem /undo: nothing of it can be undone by a script, and it says so.
rem ==== THE PLAN, and the steps that carry it out
rem  1 reads    Print what this computer can say about base_version, client_os, client_sites, process.
rem  2 person   Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one
rem             with FIXDESK-END.
rem  3 person   Restart the client once if it hangs, and say in the report whether that helped.
set script=4fb8c156
goto begin
:begun
if "%MODE%"=="help" goto usage
if "%MODE%"=="verify" goto looks
if "%MODE%"=="undo" goto guards
set STEP=1
echo step 1 reads: Print what this computer can say about base_version, client_os, client_sites, process.
echo FIXDESK-FACTS v=1
ver | find "Windows 95" >NUL
if not errorlevel 1 echo client_os=win95
ver | find "Windows 98" >NUL
if not errorlevel 1 echo client_os=win98
ver | find "Millennium" >NUL
if not errorlevel 1 echo client_os=winme
if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG
start /w regedit /e %WINDIR%\FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if exist %WINDIR%\FXKEY.REG type %WINDIR%\FXKEY.REG
if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG
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
:looks
set STEP=2
echo step 2 person: Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with
echo   FIXDESK-END.
set STEP=3
echo step 3 person: Restart the client once if it hangs, and say in the report whether that helped.
set STATUS=ok
if "%MODE%"=="verify" echo Nothing of it can be looked at by a script.
if "%MODE%"=="verify" set STATUS=nothing-to-do
goto result
:guards
echo Nothing of it can be undone by a script.
set STATUS=refused
goto result
:usage
echo Without an argument it only shows what it would do.
echo /apply does it, /verify checks whether it is done.
echo /undo: nothing of it can be undone by a script, and it says so.
set STATUS=ok
:result
echo FIXDESK-RESULT v=1 fix=collect script=%SCRIPT% mode=%MODE% status=%STATUS% step=%STEP%
goto clear
:full
echo FIXDESK-RESULT v=1 fix=collect script=%SCRIPT% mode=%MODE% status=refused step=0
goto clear
rem ==== THE ENGINE: what the steps jump to
:begin
rem Each variable is set at its greatest length. The last is longer than any, and leaves its room to RUN, THERE and CODE.
set BASE=%WINDIR%
if not "%SMS_LOCAL_DIR%"=="" set BASE=%SMS_LOCAL_DIR%
set STATUS=nothing-to-do
set MODE=verify
set STEP=00 code=000
set CODE=abcdefghijklmnopqrstuvwxyz
set RUN=
set STATUS=refused
set STEP=0
set MODE=help
if "%1"=="" set MODE=show
for %%m in (apply verify undo) do if "%1"=="/%%m" set MODE=%%m
if "%1"=="/APPLY" set MODE=apply
if "%1"=="/VERIFY" set MODE=verify
if "%1"=="/UNDO" set MODE=undo
if not "%CODE%"=="abcdefghijklmnopqrstuvwxyz" goto noroom
set CODE=
if "%OS%"=="Windows_NT" goto not9x
if "%WINDIR%"=="" goto not9x
if not "%BASE%"=="" goto begun

:noroom
echo There is no room for the variables of this script. Add SHELL=C:\COMMAND.COM /E:2048 /P to CONFIG.SYS and restart.
echo   Nothing was done.
goto full

:not9x
echo This is not Windows 95, 98 or Me. Nothing was done.
goto result

:clear
for %%v in (SCRIPT BASE STATUS MODE STEP RUN THERE CODE) do set %%v=
