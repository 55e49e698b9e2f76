@echo off
rem Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
rem Find out on the computer itself what is still open, and change nothing.
rem.
rem  1 reads    Print what this computer can say about base_version, client_os, client_sites, process.
rem  2 person   Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with
rem      FIXDESK-END.
rem  3 person   Restart the client once if it hangs, and say in the report whether that helped.
rem.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo: nothing of it can be undone by a script, and it says so.
set RESULT=FIXDESK-RESULT v=1 fix=collect script=af71c56f
set MODE=show
set STATUS=refused
set STEP=1
if "%1"=="/apply" set MODE=apply
if "%1"=="/verify" set MODE=verify
if "%1"=="/undo" set MODE=undo
if "%OS%"=="Windows_NT" goto nt
echo This is not Windows NT, 2000 or later. Nothing was done.
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%
goto end
:nt
setlocal enableextensions
for %%v in (SAY LOG RUN MINE BROKEN PLACE MISSING FOUND LIST THERE STUCK LATE DOWN SAVED TORN HEX WORK) do set %%v=
set PLAIN=0
set HOLD=%SystemRoot%\FIXDESK
set "BASE=%SystemRoot%"
if defined SMS_LOCAL_DIR set "BASE=%SMS_LOCAL_DIR%"
for %%i in (%RESULT%) do set ID=%%i
set PLACE=%2
if "%1"=="/?" goto usage
if /i "%1"=="/apply" set MODE=apply
if /i "%1"=="/verify" set MODE=verify
if /i "%1"=="/undo" set MODE=undo
if not "%1"=="" if "%MODE%"=="show" goto usage
set "WORK=%TEMP%"
if not defined TEMP set WORK=%SystemRoot%\TEMP
if exist "%WORK%\FXWORK.ID" del "%WORK%\FXWORK.ID"
if exist "%WORK%\FXWORK.ID" goto nowork
echo x>"%WORK%\FXWORK.ID"
if exist "%WORK%\FXWORK.ID" goto work
:nowork
set WORK=
set SAY=The folder for temporary files cannot be written to. Set TEMP to one that can. Nothing was changed.
call :say
goto result
:work
del "%WORK%\FXWORK.ID"
cd /d "%WORK%"
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:s1
set STEP=1
set SAY=step 1 reads: Print what this computer can say about base_version, client_os, client_sites, process.
call :say
echo FIXDESK-FACTS v=1
set WINDOWS=other
for /f "tokens=*" %%v in ('ver') do set "WINDOWS=%%v"
set "PART=%WINDOWS:Version 3.5=%"
if not "%PART%"=="%WINDOWS%" echo client_os=nt351
set "PART=%WINDOWS:Version 4.0=%"
if not "%PART%"=="%WINDOWS%" echo client_os=nt4
set "PART=%WINDOWS:Version 5.0=%"
if not "%PART%"=="%WINDOWS%" echo client_os=win2000
set "PART=%WINDOWS:Version 5.1=%"
if not "%PART%"=="%WINDOWS%" echo client_os=xp
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
if defined GOT for /f "tokens=7,8,9 delims=\[]" %%a in (%SRC%) do if "%%a"=="Shared" if "%%c"=="" echo client_sites=%%b
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT for /f "tokens=6,7,8 delims=\[]" %%a in (%SRC%) do if "%%a"=="InstalledSites" if "%%c"=="" echo client_sites=%%b
cd /d "%BASE%\MS\SMS\Logs"
if exist Ccim32.log find "out of sync with offer file version" Ccim32.log
if exist Ccim32.log find "The CAP base release" Ccim32.log
if exist Ccim32.log find "could not find a site CAP with uplevel" Ccim32.log
if exist Ccim32.log find "does not exist any longer" Ccim32.log
if exist Ccim32.log find "Unable to check assignment for site" Ccim32.log
if exist Ccim32.log find "could not read files from site" Ccim32.log
if exist Ccim32.log find "Client core file version" Ccim32.log
if exist Clicore.log find "Base client files are version" Clicore.log
if exist Clicore.log find "Current clibase version is" Clicore.log
if exist Smsapm32.log find "Unable to connect to CAP to test" Smsapm32.log
if exist Smsmon32.log find "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON" Smsmon32.log
if exist Wn_logon.log find "Site Key #" Wn_logon.log
if exist Wn_logon.log find "Site Value #" Wn_logon.log
if exist Wn_logon.log find "No COMPVER.INI found for site" Wn_logon.log
if exist Wn_logon.log find "Client deinstall flag set" Wn_logon.log
if exist Wnmanual.log find "Client deinstall flag set" Wnmanual.log
cd /d "%WORK%"
echo FIXDESK-END
:s2
set STEP=2
set SAY=step 2 person: Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with FIXDESK-END.
call :say
:s3
set STEP=3
set SAY=step 3 person: Restart the client once if it hangs, and say in the report whether that helped.
call :say
:s4
set STATUS=ok
goto finish
:verify
set STATUS=ok
if "%MODE%"=="apply" goto finish
set SAY=Nothing of it can be looked at by a script.
call :say
set STATUS=nothing-to-do
goto finish
:undo
set SAY=Nothing of this stage can be undone by a script.
call :say
set STATUS=refused
goto finish
:finish
if defined DOWN set STATUS=failed
if defined DOWN set SAY=  %DOWN% could not be started again. Start it in Control Panel, Services.
if defined DOWN call :say
:result
if defined WORK cd /d "%WORK%"
if defined WORK call :sweep
if defined RUN cd /d %RUN%
if defined RUN call :sweep
if defined WORK cd /d "%WORK%"
if defined RUN if not "%MODE%"=="undo" if not defined TORN if exist %RUN%\OPEN.ID del %RUN%\OPEN.ID
set SAY=%RESULT% mode=%MODE% status=%STATUS% step=%STEP%
call :say
if "%STATUS%"=="ok" goto good
if "%STATUS%"=="nothing-to-do" goto good
find "x" <nul >nul
goto end
:good
echo x|find "x" >nul
goto end
:sweep
rem Takes away what was written only to be read, by name.
for %%f in (FXKEY.REG FXTYPE.TXT FXAS.REG FXAV.REG FXV.REG FXCOPY.TXT FXROOM.TXT FXFILE.TXT FXSAME1.TXT FXSAME2.TXT) do if exist %%f del %%f
goto end
:usage
echo collect, stage 1 of 1. Find out on the computer itself what is still open, and change nothing.
echo Without an argument it only shows what it would do.
echo /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo: nothing of it can be undone by a script, and it says so.
set MODE=help
set STATUS=ok
set STEP=0
goto result
:say
echo %SAY%
if defined LOG >>%LOG% echo %SAY%
goto end
:export
rem Exports the key %2 to the file %1. Sets GOT where that is there with its header, SRC to its text, COUNT to its lines.
set GOT=
set COUNT=0
if exist %1 del %1
start /wait regedit /e %1 %2
if not exist %1 goto end
set SRC=%1
call :header
if defined GOT goto end
if exist FXTYPE.TXT del FXTYPE.TXT
type %1 >FXTYPE.TXT
if not exist FXTYPE.TXT goto end
set SRC=FXTYPE.TXT
call :header
goto end
:header
set COUNT=0
set HEAD=
for /f "delims=" %%a in (%SRC%) do (
  set /a COUNT=COUNT+1
  if not defined HEAD set HEAD=%%a
)
if not defined HEAD goto end
set "HEAD=%HEAD:"=%"
if "%HEAD%"=="REGEDIT4" set GOT=yes
if "%HEAD%"=="Windows Registry Editor Version 5.00" set GOT=yes
goto end
:end
