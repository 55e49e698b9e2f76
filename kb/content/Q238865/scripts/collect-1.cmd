@echo off
rem ---- WHAT THIS IS ----
rem Fixdesk: collect, stage 1 of 1. From article Q238865, tree 01234567.
rem Find out on the computer itself what is still open, and change nothing.
goto first
:usage
echo Without an argument it only shows what it would do.
echo /apply does it, /verify checks whether it is done.
echo /undo: nothing of it can be undone by a script, and it says so.
goto end
:first
set RESULT=FIXDESK-RESULT v=1 fix=collect script=841ce2d8
set STATUS=ok
set STEP=1
set MODE=show
if "%1"=="/apply" set MODE=apply
if "%1"=="/verify" set MODE=verify
if "%1"=="/undo" set MODE=undo
if "%OS%"=="Windows_NT" goto nt
echo This is not Windows NT 4.0, 2000 or later. Nothing was done.
echo %RESULT% mode=%MODE% status=refused step=%STEP%
goto end
:nt
setlocal enableextensions
for %%i in (%RESULT%) do set ID=%%i
for %%v in (TARGETS SERVICES FOLDER AGAIN OWNER) do set %%v=
set AGAIN=yes
set "HOLD=%SystemRoot%\FIXDESK"
set "REGEDIT=%SystemRoot%\regedit.exe"
call :go %1 %2
goto end
rem ---- THE PLAN ----
rem every run
:begin
call :without_lock
goto end
rem show and apply
:steps
call :step 1 reads "Print what this computer can say about base_version, client_os, client_sites, process."
call :print "FIXDESK-FACTS v=1"
call :facts_os
call :facts_sites
call :log_lines Ccim32.log "out of sync with offer file version"
call :log_lines Ccim32.log "The CAP base release"
call :log_lines Ccim32.log "could not find a site CAP with uplevel"
call :log_lines Ccim32.log "does not exist any longer"
call :log_lines Ccim32.log "Unable to check assignment for site"
call :log_lines Ccim32.log "could not read files from site"
call :log_lines Ccim32.log "Client core file version"
call :log_lines Clicore.log "Base client files are version"
call :log_lines Clicore.log "Current clibase version is"
call :log_lines Smsapm32.log "Unable to connect to CAP to test"
call :log_lines Smsmon32.log "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON"
call :log_lines Wn_logon.log "Site Key #"
call :log_lines Wn_logon.log "Site Value #"
call :log_lines Wn_logon.log "No COMPVER.INI found for site"
call :log_lines Wn_logon.log "Client deinstall flag set"
call :log_lines Wnmanual.log "Client deinstall flag set"
call :print "FIXDESK-END"
goto end
rem apply, after the steps, and verify
:looks
call :step 2 person "Put what the script prints into the next report, from the line with FIXDESK-FACTS to the one with FIXDESK-END."
call :step 3 person "Restart the client once if it hangs, and say in the report whether that helped."
call :stop_later MODE nothing-to-do "Nothing of it can be looked at by a script." ""
goto end
rem undo: is everything as the last run has left it?
:guards
call :stop refused "Nothing of it can be undone by a script."
goto end
rem ---- THE ENGINE: the same routines in every script that calls them ----

:go
rem Carries the plan out in the mode that is asked for, and prints the result.
for %%v in (ERRORLEVEL LOG RUN MINE OPEN STOP IDLE CHANGED TORN RAN CODE LATE PLACE SCRATCH GOT TRACES0 NOTRACE0 HASRUN0) do set %%v=
for %%n in (%TARGETS%) do for %%v in (NOKEY PRESENT ODD SEVERAL ALONE SAME) do set %%v%%n=
for %%m in (apply verify undo) do if /i "%1"=="/%%m" set MODE=%%m
if not "%1"=="" if "%MODE%"=="show" set MODE=help
if "%MODE%"=="help" (call :usage& set STEP=0& goto result)
if not "%MODE%"=="apply" if not "%MODE%"=="undo" set IDLE=yes
set PLACE=%2& cd /d %SystemRoot%
rem Files that are only read lie in a new folder of their own. Others may write there, so nothing is run or imported from it.
set FILES=SURE.REG TAKE.REG KEY.REG NOW.REG NOW.TXT BESIDE.TXT TEXT.TXT LEFT.TXT RIGHT.TXT STATE.TXT& set "WORK=%SystemRoot%\TEMP"
if defined TEMP set "WORK=%TEMP:"=%"
for /f "tokens=1* delims=&()^,; " %%a in ("%WORK%-") do if not "%%b"=="" set "WORK=%SystemRoot%\TEMP"
if exist "%WORK%\." set "SCRATCH=%WORK%\FX%ID%"
set "WORK=%SCRATCH%"& if defined SCRATCH for %%f in (%FILES%) do if exist %SCRATCH%\%%f del %SCRATCH%\%%f
if defined SCRATCH if exist %SCRATCH% rd %SCRATCH%
if defined SCRATCH if exist %SCRATCH% set SCRATCH=
if defined SCRATCH (md %SCRATCH%& echo x>%SCRATCH%\KEY.REG)
if defined SCRATCH if exist %SCRATCH%\KEY.REG set GOT=yes
if not defined GOT call :stop refused "The folder for temporary files cannot be written to. Set TEMP to one that can. Nothing was changed."
if not defined STOP call :begin
if defined SCRATCH (for %%f in (%FILES%) do if exist %SCRATCH%\%%f del %SCRATCH%\%%f)
if defined SCRATCH rd %SCRATCH%
:result
set SAY=%RESULT% mode=%MODE% status=%STATUS% step=%STEP%
if defined CODE set SAY=%SAY% code=%CODE%
call :say "%SAY%"
for %%s in (ok nothing-to-do started) do if "%STATUS%"=="%%s" set STATUS=good
echo %STATUS%|"%SystemRoot%\System32\find.exe" "good" >nul
goto end
:step
if defined STOP goto end
set STEP=%1& set TEXT=%3
set "TEXT=%TEXT:"=%"
call :say "step %1 %2: %TEXT%"& goto end
:say
set SAY=%1
set "SAY=%SAY:"=%"
echo.%SAY%
if defined LOG >>"%LOG%" echo.%SAY%
goto end
:stop
rem Ends the run with the status %1 and a reason: what comes after it does nothing. Once a change is noted, it is a failure.
if defined STOP goto end
set STOP=yes& set IDLE=yes& set STATUS=%1& if defined CHANGED if "%1"=="refused" set STATUS=failed
call :say %2& goto end

:print
if not defined STOP call :say %1
goto end

:without_lock
rem Carries out the rest of the plan of a script that changes nothing.
if defined STOP goto end
for %%m in (show apply) do if "%MODE%"=="%%m" call :steps
if not "%MODE%"=="undo" call :looks
if "%MODE%"=="undo" call :guards
goto end

:stop_if
rem Stops with status %2 and reason %3 where %1 is so for one of the targets %4 and on.
if not defined STOP for %%n in (%4 %5 %6 %7 %8 %9) do if defined %1%%n call :stop %2 %3
goto end

:stop_later
rem Stops as stop_if does, in a run that verifies.
if "%MODE%"=="verify" call :stop_if %1 %2 %3 %4 %5 %6 %7 %8 %9
goto end

:facts_os
for /f "tokens=*" %%v in ('ver') do set "PART=%%v"
if not "%PART:Version 3.5=%"=="%PART%" echo client_os=nt351
if not "%PART:Version 4.0=%"=="%PART%" echo client_os=nt4
if not "%PART:Version 5.0=%"=="%PART%" echo client_os=win2000
if not "%PART:Version 5.1=%"=="%PART%" echo client_os=xp
goto end

:facts_sites
call :can_read& call :export KEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
if defined GOT for /f "tokens=7,8,9 delims=\[]" %%a in (%WORK%\%SRC%) do if "%%a"=="Shared" if "%%c"=="" echo client_sites=%%b
call :export KEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT for /f "tokens=6,7,8 delims=\[]" %%a in (%WORK%\%SRC%) do if "%%a"=="InstalledSites" if "%%c"=="" echo client_sites=%%b
goto end

:log_lines
rem Prints the lines of the log %1 of the client that hold the text %2.
set "BASE=%SystemRoot%"& if defined SMS_LOCAL_DIR set "BASE=%SMS_LOCAL_DIR%"
if exist "%BASE%\MS\SMS\Logs\%1" "%SystemRoot%\System32\find.exe" %2 "%BASE%\MS\SMS\Logs\%1"
goto end

:export
rem Exports the key %2 to the file %1 in WORK. Sets GOT where it is there, and SRC to its text. What seems not to be there is proven so.
set GOT=& if exist %WORK%\%1 del %WORK%\%1
"%REGEDIT%" /e %WORK%\%1 %2 >nul 2>nul
if exist %WORK%\%1 call :text %1
if not defined GOT if not "%1"=="SURE.REG" call :can_read
goto end
:can_read
rem Reads a key that every Windows has: what is not found is then not there.
if defined STOP goto end
call :export SURE.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"
if not defined GOT call :stop refused "The registry could not be read, so nothing can be said about this computer. Nothing was changed."
set GOT=& goto end

:text
rem Sets SRC to the text of the file %1 in WORK, and GOT where it is an export. Windows 2000 exports in Unicode, which type makes text of.
set GOT=& type %WORK%\%1 >%WORK%\TEXT.TXT& for %%s in (%1 TEXT.TXT) do if not defined GOT call :header %%s
if not defined GOT set SRC=%1
goto end
:header
set SRC=%1& set HEAD=& set NEXT=
for /f "delims=" %%a in (%WORK%\%1) do ((if defined HEAD if not defined NEXT set "NEXT=%%a")& if not defined HEAD set "HEAD=%%a")
if not defined NEXT goto end
set "HEAD=%HEAD:"=%"
for %%h in ("REGEDIT4" "Windows Registry Editor Version 5.00") do if "%NEXT:~0,1%"=="[" if "%HEAD%"==%%h set GOT=yes
goto end

:end
