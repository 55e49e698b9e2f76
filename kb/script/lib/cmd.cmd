rem The engine of the scripts for cmd.exe of Windows NT 4.0 and later. A script holds the routines that it calls: this file is never run as it is.
rem
rem A routine returns by jumping to :end, the last label of a script, for NT 4.0 has no exit /b. It does nothing once STOP is set; one that acts
rem does nothing while IDLE is set, as in the modes that only look. for /f reads files in WORK alone, whose name holds no sign that it would split
rem at; all other names stand in quotes. What was read from the registry or a file is never expanded outside of quotes.

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
if not defined GOT call :stop refused "[[no-temp]]"
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

:with_lock
rem Carries out the rest of the plan. Apply and undo keep the file LOCK open meanwhile, which no other run can then open: even a killed run closes it.
if defined STOP goto end
if not defined IDLE goto lock
if "%MODE%"=="show" call :steps
call :looks& if "%MODE%"=="show" if not defined STOP call :say "[[nothing-was-changed apply=/apply]]"
goto end
:lock
set TAKEN=& if not exist "%HOLD%" md "%HOLD%"
call :under_lock 2>"%HOLD%\LOCK"& if defined TAKEN goto end
echo x>"%HOLD%\TRY.ID"& if exist "%HOLD%\TRY.ID" call :stop refused "[[locked]]"
call :stop refused "[[no-hold]]"& if exist "%HOLD%\TRY.ID" del "%HOLD%\TRY.ID"
goto end
:under_lock
set TAKEN=yes& if not defined OWNER set "WORK=%HOLD%"
call :last_run& if "%MODE%"=="undo" (call :guards& call :back)
if "%MODE%"=="apply" if defined OPEN if not defined AGAIN call :stop refused "[[broken undo=/undo]]"
if "%MODE%"=="apply" (call :steps& call :looks)
if defined RUN call :finally
for %%f in (%FILES%) do if exist %WORK%\%%f del %WORK%\%%f
if not defined RUN goto end
rem The run is closed, unless it has left something to put back. One that has changed nothing is none that undo looks for.
if "%MODE%"=="undo" goto undone
if not defined TORN if exist "%RUN%\OPEN.ID" del "%RUN%\OPEN.ID"
for %%n in (%TARGETS%) do if exist "%RUN%\T%%n.ID" set RAN=yes
for %%s in (%SERVICES%) do if exist "%RUN%\S_%%s.ID" set RAN=yes
if not defined RAN del "%RUN%\%ID%.ID"
goto end
:undone
if not "%STATUS%"=="ok" goto end
set CHANGED=yes& call :mark UNDONE& if defined STOP goto end
if exist "%RUN%\OPEN.ID" del "%RUN%\OPEN.ID"
call :say "[[undone]]"& goto end
:last_run
rem Sets TOP to the last number, MINE to the last run of this script that is not undone, OPEN where that did not come to its end.
set TOP=000& set MINE=& set LEADING=& set DIGITS=0 1 2 3 4 5 6 7 8 9
for %%a in (%DIGITS%) do if exist "%HOLD%\%%a*" call set "LEADING=%%LEADING%% %%a"
for %%a in (%LEADING%) do for %%b in (%DIGITS%) do for %%c in (%DIGITS%) do if exist "%HOLD%\%%a%%b%%c\RUN.ID" set TOP=%%a%%b%%c
for %%a in (%LEADING%) do for %%b in (%DIGITS%) do for %%c in (%DIGITS%) do if exist "%HOLD%\%%a%%b%%c\%ID%.ID" if not exist "%HOLD%\%%a%%b%%c\UNDONE.ID" set MINE=%%a%%b%%c
if defined MINE if exist "%HOLD%\%MINE%\OPEN.ID" set OPEN=yes
goto end
:new_run
rem Makes a folder with a number that was never used. OPEN.ID stays there until the run has come to its end.
if defined IDLE goto end
set /a N=1%TOP%
:next_number
set /a N=N+1
if %N% GTR 1999 goto no_run
if exist "%HOLD%\%N:~1,3%" goto next_number
set "RUN=%HOLD%\%N:~1,3%"
md "%RUN%"& for %%f in (RUN OPEN %ID%) do echo x>"%RUN%\%%f.ID"
for %%f in (RUN OPEN %ID%) do if not exist "%RUN%\%%f.ID" goto no_run
set "LOG=%RUN%\LOG.TXT"& call :say "[[run folder=FIXDESK\%N:~1,3%]]"& goto end
:no_run
set RUN=& call :stop refused "[[no-run]]"& goto end
:mark
if defined IDLE goto end
echo x>"%RUN%\%1.ID"& if not exist "%RUN%\%1.ID" call :stop refused "[[not-noted]]"
goto end

:roll_back
if not "%MODE%%STATUS%%CHANGED%"=="applyfailedyes" goto end
set STOP=& set IDLE=& set CHANGED=& call :back
if defined STOP (set STATUS=failed& set TORN=yes& call :say "[[not-rolled-back undo=/undo]]"& goto end)
set STOP=yes& set IDLE=yes& set STATUS=rolled-back& for %%n in (%TARGETS%) do if exist "%RUN%\T%%n.ID" del "%RUN%\T%%n.ID"
call :say "[[rolled-back]]"& goto end

:open_run
if defined IDLE goto end
if not defined MINE (call :stop nothing-to-do "[[no-last-run]]"& goto end)
set "RUN=%HOLD%\%MINE%"& set "LOG=%HOLD%\%MINE%\LOG.TXT"& call :say "[[run folder=FIXDESK\%MINE%]]"& goto end

:compare
rem Looks again: is target %1 as it must be? Where %2 is or-no-key, a run that verifies is content without the key too.
if not "%STOP%%MODE%"=="apply" if not "%STOP%%MODE%"=="verify" goto end
call :see %1& if "%2%MODE%"=="or-no-keyverify" if not defined KEY set SAME=yes
if not defined SAME if defined DATA call :stop failed "[[not-set name=%NAME%]]"
if not defined SAME call :stop failed "[[not-removed name=%NAME%]]"
if not defined STOP call :say "[[as-wanted name=%NAME%]]"
goto end

:compare_rest
if defined IDLE goto end
call :see %1& if not exist "%RUN%\T%1B.TXT" if not exist %WORK%\BESIDE.TXT goto end
call :same "%RUN%\T%1B.TXT" BESIDE.TXT& if defined DIFF call :stop failed "[[not-alone]]"
goto end

:note
rem Notes that a change begins: of target 1, T1, or of a run that is opened again, OPEN. A run that is cut off from here on is undone first.
call :mark %1& if not defined IDLE set CHANGED=yes
goto end

:rights
for %%n in (%1 %2 %3 %4 %5 %6 %7 %8 %9) do if not defined IDLE call :right %%n
goto end
:right
set PICK=& call :target%1
call :%TRY%& goto end

:try_key
rem Writes the value FixdeskRights under the key of the target, and takes it away: the file that does so is there before.
for %%v in (WHOLE SUBKEYS BYTES TYPE HEX REST MAKE) do set %%v=
set VALUES=yes& set NAME=FixdeskRights& set DATA=-& call :read_registry& if not defined KEY goto end
set "SECTION=[%KEY%]"& call :prepare TAKE.REG& if not exist %WORK%\TAKE.REG (call :stop refused "[[not-noted]]"& goto end)
set DATA="x"& call :act RIGHTS.REG& set MAY=& call :read_registry
if defined SAME set MAY=yes
"%REGEDIT%" /s %WORK%\TAKE.REG
del %WORK%\TAKE.REG& call :read_registry
if defined VAL set MAY=
if not defined MAY call :stop refused "[[no-rights what=%KEY%]]"
goto end

:remove
rem Deletes the one entry, or key, that target %1 is, where it was saved.
if defined IDLE goto end
call :see %1& if not exist "%RUN%\T%1R.REG" goto end
set DATA=& set "SECTION=[-%KEY%\%NAME%]"& if defined WHOLE set "SECTION=[-%KEY%]"
if defined VAL (set DATA=-& set "SECTION=[%KEY%]")
if defined PRESENT if not defined SEVERAL if not defined IDLE call :act T%1D.REG
goto end

:set_value
rem Gives the value of target %1 what it wants. A key that is missing is made only where the plan says so, and noted as made.
if defined IDLE goto end
call :see %1& if not defined KEY if not defined MAKE goto end
if not defined KEY echo x>"%RUN%\T%1M.ID"
if not defined KEY if not exist "%RUN%\T%1M.ID" goto end
if not defined KEY for %%k in (%KEYS%) do if not defined KEY set KEY=%%k
set "KEY=%KEY:"=%"
set "SECTION=[%KEY%]"& if not defined IDLE call :act T%1D.REG
goto end

:restore_registry
if exist "%RUN%\T%1R.REG" ("%REGEDIT%" /s "%RUN%\T%1R.REG"& goto end)
set DATA=-& set "SECTION=[%KEY%]"& if defined VAL call :act T%1D.REG
set DATA=& set "SECTION=[-%KEY%]"& if exist "%RUN%\T%1M.ID" if defined KEY if not defined OTHERS call :act T%1D.REG
goto end

:need_folder
rem In the modes %1 to %3 a folder must be given that holds the files of FOLDER. In another mode one that does not is as none.
if defined STOP goto end
set LACKING=& set NEEDED=& for %%m in (%1 %2 %3) do if "%%m"=="%MODE%" set NEEDED=yes
if not defined PLACE if defined NEEDED call :stop refused "[[no-folder files=%FOLDER% mode=/%MODE%]]"
if not defined PLACE goto end
set "PLACE=%PLACE:"=%"
if not "%PLACE:~1,2%"==":\" if not "%PLACE:~0,2%"=="\\" set LACKING=\
if not defined LACKING for %%f in (%FOLDER%) do if not exist "%PLACE%\%%f" set LACKING=%%f
if not defined LACKING goto end
if not defined NEEDED (set PLACE=& goto end)
if "%LACKING%"=="\" (call :stop refused "[[short-folder]]"& goto end)
call :stop refused "[[missing-file file=%LACKING%]]"
goto end

:stop_if
rem Stops with status %2 and reason %3 where %1 is so for one of the targets %4 and on.
if not defined STOP for %%n in (%4 %5 %6 %7 %8 %9) do if defined %1%%n call :stop %2 %3
goto end

:stop_if_all
if defined STOP goto end
set PART=& for %%n in (%4 %5 %6 %7 %8 %9) do if not defined %1%%n set PART=%%n
if not defined PART call :stop %2 %3
goto end

:stop_later
rem Stops as stop_if does, in a run that verifies.
if "%MODE%"=="verify" call :stop_if %1 %2 %3 %4 %5 %6 %7 %8 %9
goto end

:look_traces
rem Looks for the traces of a program that are listed at %1.
if defined STOP goto end
set TRACES0=& call :%1& set NOTRACE0=yes& if defined TRACES0 set NOTRACE0=
goto end

:look_traces_later
if "%MODE%"=="verify" call :look_traces %1
goto end

:has_run
rem Has this script run here before, and is a trace there?
call :last_run& if defined MINE if defined TRACES0 set HASRUN0=yes
goto end

:trace_service
rem Is the service %1 installed?
call :export KEY.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\%1"& if defined GOT set TRACES0=yes
goto end

:trace_key
call :export KEY.REG %1& if defined GOT set TRACES0=yes
goto end

:trace_file
set "BASE=%SystemRoot%"& if defined SMS_LOCAL_DIR set "BASE=%SMS_LOCAL_DIR%"
if exist "%BASE%"\%1 set TRACES0=yes
goto end

:export_key
rem Writes those of the keys %3 and on that are there to files for a person. %2 is the status where none of them is there.
if defined IDLE goto end
set SAVED=& set COUNT=0& for %%k in (%3 %4 %5 %6 %7 %8 %9) do if not defined IDLE call :export_one %1 %%k
set PART=%3
set "PART=%PART:"=%"
if not defined SAVED if "%2"=="refused" call :stop refused "[[not-saved what=%PART%]]"
if not defined SAVED if not "%2"=="-" call :stop %2 "[[no-key key=%PART%]]"
goto end
:export_one
rem A file is whole where the drive has room for a copy of it, and then for a line.
set /a COUNT=COUNT+1
set FILE=KEY%1-%COUNT%.REG
call :export %FILE% %2& if not defined GOT goto end
copy %WORK%\%FILE% "%RUN%\%FILE%" >nul& copy "%RUN%\%FILE%" %WORK%\LEFT.TXT >nul& echo x>%WORK%\RIGHT.TXT& set SAVED=
if exist %WORK%\LEFT.TXT if exist %WORK%\RIGHT.TXT for /f %%a in (%WORK%\RIGHT.TXT) do set SAVED=yes
if not defined SAVED call :stop refused "[[not-saved what=the key]]"
for %%f in (%FILE% LEFT.TXT) do if exist %WORK%\%%f del %WORK%\%%f
goto end

:stop_service
rem Stops the service %1, by its key name, where it runs, and notes that first. Stops the run where the service goes on running.
if defined IDLE goto end
call :export KEY.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\%1"& if not defined GOT goto end
call :state %1& if not defined UP goto end
if "%UP%"=="unknown" (call :stop refused "[[no-look what=The service %1]]"& goto end)
call :mark S_%1& if defined IDLE goto end
for %%t in (1 2 3 4 5 6 7 8 9 10) do if defined UP call :try_stop %1 %%t
if not defined UP goto end
set LATE=%LATE% %1& if "%MODE%"=="undo" call :stop refused "[[undo-stuck service=%1]]"
call :stop refused "[[stuck service=%1]]"& goto end
:try_stop
"%SystemRoot%\System32\net.exe" stop %1 <nul >%TOLD% 2>&1
call :state %1 stop& if defined UP "%SystemRoot%\System32\ping.exe" -n 2 127.0.0.1 >nul
if defined BY_ACT if not defined UP if "%2"=="1" del "%RUN%\S_%1.ID"
if not defined UP if exist "%RUN%\S_%1.ID" call :say "[[stopped service=%1]]"
goto end
:state
rem Sets UP where the service %1 runs: sc.exe says so in a word that no language changes. NT 4.0 has none. There net.exe has just tried to %2 the
rem service, and the number of its message says more: 2182, it runs already; 2185, there is no such service; 3521, it does not run.
set UP=& set BY_ACT=& set TOLD=nul& if not exist "%SystemRoot%\System32\sc.exe" goto by_act
"%SystemRoot%\System32\sc.exe" query %1 >nul
if errorlevel 1060 if not errorlevel 1061 goto end
if errorlevel 1 (set UP=unknown& goto end)
"%SystemRoot%\System32\sc.exe" query %1|"%SystemRoot%\System32\find.exe" "STOPPED" >nul
if errorlevel 1 set UP=yes
goto end
:by_act
set BY_ACT=yes& set UP=yes& set TOLD=%WORK%\STATE.TXT& if "%2"=="start" set UP=%STARTED%
if not "%2"=="" for %%m in (2182 2185 3521) do call :message %%m
goto end
:message
"%SystemRoot%\System32\find.exe" "%1" <%TOLD% >nul
if errorlevel 1 goto end
set UP=& if "%1"=="2182" set UP=yes
goto end
:start_services
rem Starts the services that are noted as stopped, the last one first. Where %1 is finally it does so even when the run has stopped.
if not "%1"=="finally" if defined IDLE goto end
if defined RUN for %%s in (%SERVICES%) do if exist "%RUN%\S_%%s.ID" call :start %%s
goto end
:start
rem A service that was asked to stop and went on running may stop yet, so it is waited for.
set AWAITED=& for %%s in (%LATE%) do if "%%s"=="%1" set AWAITED=yes
call :state %1& if defined AWAITED for %%t in (1 2 3 4 5) do if defined UP call :linger %1
if defined AWAITED if defined UP if not defined BY_ACT (call :say "[[still service=%1]]"& goto end)
if not "%BY_ACT%%UP%"=="yes" set UP=
for %%t in (1 2) do if not defined UP call :try_start %1
if not "%UP%"=="yes" (set STATUS=failed& set TORN=yes& call :say "[[down service=%1]]"& goto end)
del "%RUN%\S_%1.ID"& goto end
:linger
"%SystemRoot%\System32\ping.exe" -n 2 127.0.0.1 >nul
call :state %1& goto end
:try_start
set STARTED=yes& "%SystemRoot%\System32\net.exe" start %1 <nul >%TOLD% 2>&1
if errorlevel 1 set STARTED=
call :state %1 start& goto end

:end_process
if defined IDLE goto end
if not exist "%SystemRoot%\System32\taskkill.exe" (call :say "[[no-tool image=%1]]"& goto end)
"%SystemRoot%\System32\taskkill.exe" /f /im %1 >nul 2>nul
if errorlevel 128 (call :say "[[not-running image=%1]]"& goto end)
if errorlevel 1 (call :say "[[no-tool image=%1]]"& goto end)
call :say "[[ended image=%1]]"& goto end

:run
rem Runs the command of step %1 and waits for it. Where %2 is later, only a later look says whether it has worked.
if defined IDLE goto end
call :mark R%1& if defined IDLE goto end
set CODE=& call :command%1
if "%CODE%"=="9009" set CODE=
if not defined CODE (call :stop refused "[[no-start program=%PROGRAM%]]"& goto end)
set RAN=yes& call :say "[[exit program=%PROGRAM% code=%CODE%]]"
if "%2"=="later" (set STATUS=started& call :say "[[started code=%CODE% verify=/verify]]"& goto end)
if not "%CODE%"=="0" call :stop failed "[[command-fails program=%PROGRAM% code=%CODE%]]"
goto end

:reverse
rem Runs what undoes the command of step %1, where a run has run that, and says how it ended.
if defined IDLE goto end
if not exist "%RUN%\R%1.ID" goto end
call :reverse%1
call :say "[[exit program=%PROGRAM% code=%CODE%]]"& goto end

:file_target
rem Begins a target that is a text file.
set EXT=TXT& set READ=read_line& set BACK=restore_file& set TRY=try_file
for %%v in (KEYS WHOLE DATA MAKE SPELLING KEY SUB VAL NOKEY SEVERAL ALONE) do set %%v=
goto end

:read_line
rem Looks at the batch file FILE: SAME where it begins with the line DATA, ODD where it cannot be read or has no label. NOW.TXT is a copy.
for %%v in (PRESENT ODD SAME) do set %%v=
if exist %WORK%\NOW.TXT del %WORK%\NOW.TXT
if not defined FILE goto end
set ODD=yes& copy "%FILE%" %WORK%\NOW.TXT >nul& if not exist %WORK%\NOW.TXT goto end
set PRESENT=yes& call :read_lines NOW.TXT& if defined RUN if exist "%RUN%\T%1W.TXT" call :same "%RUN%\T%1W.TXT" NOW.TXT
if defined RUN if exist "%RUN%\T%1W.TXT" if defined DIFF set SAME=
goto end
:read_lines
set COUNT=0
for /f "delims=" %%a in (%WORK%\%1) do (set "LINE=%%a"& call :match_line)
goto end
:match_line
set /a COUNT=COUNT+1& set "LINE=%LINE:"='%"
for /f "tokens=1" %%c in ("%LINE%") do if /i "%%c"==":%LABEL%" set ODD=
if not "%COUNT%"=="1" goto end
if /i "%LINE%"=="%DATA%" set SAME=yes
goto end

:write_line
rem Writes the line before the first one of the file of target %1: beside it first, for a copy onto a file is dangerous where the drive is full.
if defined IDLE goto end
call :see %1
set BEFORE=%COUNT%& set SAME=& >%WORK%\LEFT.TXT echo %DATA%& copy /b %WORK%\LEFT.TXT+"%RUN%\T%1R.TXT" "%RUN%\T%1W.TXT" >nul
copy "%RUN%\T%1W.TXT" %WORK%\LEFT.TXT >nul& if exist %WORK%\LEFT.TXT call :read_lines LEFT.TXT
set /a COUNT=COUNT-1
if defined SAME if "%COUNT%"=="%BEFORE%" copy "%RUN%\T%1W.TXT" "%FILE%" >nul
goto end

:restore_file
copy "%RUN%\T%1R.TXT" "%FILE%" >nul& goto end

:try_file
rem Makes a file beside that of the target, and takes it away.
if not defined FILE goto end
if exist "%FILE%.FX" del "%FILE%.FX"
if exist "%FILE%.FX" goto no_place
>"%FILE%.FX" echo x& if not exist "%FILE%.FX" goto no_place
del "%FILE%.FX"& if not exist "%FILE%.FX" goto end
:no_place
call :stop refused "[[no-rights what=the folder of the file]]"& goto end

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

:registry_target
rem Begins a target in the registry. What is named behind is so: SUBKEYS, VALUES, it may be one; WHOLE, it is a key; REST, what is beside it counts.
set EXT=REG& set READ=read_registry& set BACK=restore_registry& set TRY=try_key
for %%v in (KEYS WHOLE SUBKEYS VALUES BYTES WIDE DATA TYPE HEX REST MAKE FILE BESIDE) do set %%v=
for %%v in (%1 %2 %3 %4) do set %%v=yes
goto end

:see
set PICK=& if defined RUN for %%i in (1 2 3 4 5 6 7 8 9) do if exist "%RUN%\T%1K%%i.ID" set PICK=%%i
call :target%1
call :%READ% %1& goto end
:look
if defined STOP goto end
call :see %1& if defined STOP goto end
for %%v in (NOKEY PRESENT ODD SEVERAL ALONE SAME) do call set "%%v%1=%%%%v%%"
if defined SUB call :say "[[found name=%NAME% form=subkey key=%KEY%]]"
if defined VAL call :say "[[found name=%NAME% form=value key=%KEY%]]"
goto end

:save
rem Keeps target %1 as it is now, or that it is not there, with what is beside it, and reads back what was kept.
if defined IDLE goto end
call :see %1
if exist %WORK%\NOW.%EXT% copy %WORK%\NOW.%EXT% "%RUN%\T%1R.%EXT%" >nul
if not exist %WORK%\NOW.%EXT% echo x>"%RUN%\T%1N.ID"
if defined SPELLING echo x>"%RUN%\T%1K%SPELLING%.ID"
if exist %WORK%\BESIDE.TXT copy %WORK%\BESIDE.TXT "%RUN%\T%1B.TXT" >nul
call :as_saved %1& if exist %WORK%\BESIDE.TXT if defined SAVED call :same "%RUN%\T%1B.TXT" BESIDE.TXT
if defined DIFF set SAVED=
if defined SPELLING if not exist "%RUN%\T%1K%SPELLING%.ID" set SAVED=
if not defined SAVED call :stop refused "[[not-saved what=%NAME%]]"
goto end
:as_saved
rem Sets SAVED where target %1, which was just looked at, is as it was saved.
set SAVED=& set DIFF=& if exist "%RUN%\T%1N.ID" if not exist %WORK%\NOW.%EXT% set SAVED=yes
if not exist "%RUN%\T%1R.%EXT%" goto end
call :same "%RUN%\T%1R.%EXT%" NOW.%EXT%& if not defined DIFF set SAVED=yes
goto end
:unchanged
rem Stops where target %1 is noted and somebody else has changed it since: it is neither as it was left nor as it was saved. A key of a run that
rem was cut off may be there in part.
if not exist "%RUN%\T%1.ID" goto end
call :see %1& if defined KEYS if not defined KEY if not defined WHOLE if not defined MAKE set SAME=
call :as_saved %1& if defined OPEN if defined SUB set SAVED=yes
if not defined SAME if not defined SAVED call :stop refused "[[changed-by name=%NAME%]]"
goto end
:restore
rem Gives target %1 back as it was saved, where it is noted, and looks whether it is.
if not exist "%RUN%\T%1.ID" goto end
call :see %1& call :as_saved %1
if not defined SAVED if not defined IDLE call :%BACK% %1
call :see %1& call :as_saved %1
if not defined SAVED call :stop failed "[[not-restored name=%NAME%]]"
if not defined STOP call :say "[[restored name=%NAME%]]"
goto end
:same
rem Are the file %1 and %2 in WORK the same, line by line? Sets DIFF where they are not. A drive that is full makes them differ.
set DIFF=yes& for %%f in (LEFT.TXT RIGHT.TXT) do if exist %WORK%\%%f del %WORK%\%%f
if exist %1 copy %1 %WORK%\LEFT.TXT >nul
if exist %WORK%\%2 copy %WORK%\%2 %WORK%\RIGHT.TXT >nul
for %%f in (LEFT.TXT RIGHT.TXT) do if not exist %WORK%\%%f goto end
set DIFF=& call :each_line LEFT.TXT keep_line
set LAST=%N%& call :each_line RIGHT.TXT compare_line
if not "%N%"=="%LAST%" set DIFF=yes
goto end
:each_line
set N=1000& call :text %1
for /f "delims=" %%a in (%WORK%\%SRC%) do (set "LINE=%%a"& call :%2)
goto end
:keep_line
set /a N=N+1
set "LINE%N%=%LINE:"='%"& goto end
:compare_line
set /a N=N+1& set "LINE=%LINE:"='%"
call set "KEPT=%%LINE%N%%%"
if not "%KEPT%"=="%LINE%" set DIFF=yes
goto end

:read_registry
rem Looks at a target: sets KEY, SUB or VAL where it is there as a subkey or a value, and what is said of it. NOW.REG would give it back as it is.
for %%v in (NOKEY PRESENT ODD SEVERAL ALONE SAME KEY SUB VAL HAVE OWN OTHER OTHERS SPELLING) do set %%v=
for %%f in (NOW.REG BESIDE.TXT) do if exist %WORK%\%%f del %WORK%\%%f
set N=0& set ITEM="%NAME%"& if "%NAME%"=="@" set ITEM=@
for %%k in (%KEYS%) do call :find_key %%k
if defined STOP goto end
if not defined KEY if not defined DATA set SAME=yes
if not defined KEY if defined MAKE call :export KEY.REG %MAKE%
if not defined KEY if not defined GOT set NOKEY=yes
if not defined KEY goto end
if defined WHOLE (set SUB=yes& set PRESENT=yes& copy %WORK%\KEY.REG %WORK%\NOW.REG >nul& goto end)
echo REGEDIT4>%WORK%\NOW.REG& echo.>>%WORK%\NOW.REG& >>%WORK%\NOW.REG echo [%KEY%]& set SECTIONS=0
for /f "delims=" %%a in (%WORK%\%SRC%) do (set "LINE=%%a"& call :match& (if defined OTHER if defined REST >>%WORK%\BESIDE.TXT echo %%a)& if defined OWN >>%WORK%\NOW.REG echo %%a)
if not defined OTHERS set ALONE=yes
if defined VAL (call :value_found) else del %WORK%\NOW.REG
if defined SUB if defined VAL set SEVERAL=yes
if defined SUB (call :export NOW.REG "%KEY%\%NAME%"& if not defined GOT call :stop refused "[[no-look what=%NAME%]]")
if not "%SUB%%VAL%"=="" set PRESENT=yes
if not defined VALUES if not defined SUB set NOKEY=yes
if defined DATA set "PART=%DATA:"='%"
if defined DATA if "%HAVE%"=="%PART%" set SAME=yes
if not defined DATA if not defined PRESENT set SAME=yes
goto end
:find_key
if not "%KEY%%STOP%"=="" goto end
set /a N=N+1
if defined PICK if not "%PICK%"=="%N%" goto end
call :export KEY.REG %1& if not defined GOT goto end
set KEY=%1
set "KEY=%KEY:"=%"& set SPELLING=%N%& goto end
:match
rem Sorts out one line of the export of KEY. OWN: it belongs to the value that is looked for. OTHER: it belongs to another entry.
set "LINE=%LINE:"='%"
set "FIRST=%LINE:~0,1%"
if "%FIRST%"=="[" goto match_key
if not "%SECTIONS%"=="1" goto end
if "%FIRST%"==" " goto match_more
set OWN=& set OTHER=yes& set LINE1=& set LINE2=
for /f "tokens=1* delims==" %%c in ("%LINE%") do (set "PART=%%c"& set "TEXT=%%d")
set "PART=%PART:'=%"
for %%n in ("%NAME%" %BESIDE%) do if /i %%n=="%PART%" set OTHER=
if defined VALUES if /i "%PART%"=="%NAME%" (set OWN=yes& set VAL=yes& set "HAVE=%TEXT%"& goto end)
if "%FIRST%"=="@" goto end
if defined OTHER set OTHERS=yes
if defined BYTES call :match_text
goto end
:match_more
if defined OWN set "HAVE=%HAVE%%LINE%"
if defined OTHER if defined BYTES call :match_text
goto end
:match_key
set OWN=& set /a SECTIONS=SECTIONS+1
if "%SECTIONS%"=="1" goto end
call set "PART=%%LINE:%KEY%\=%%"
if not "%PART:\=%"=="%PART%" goto end
set "PART=%PART:[=%"
set "PART=%PART:]=%"
if defined SUBKEYS if /i "%PART%"=="%NAME%" set SUB=yes
set OTHER=yes& for %%n in ("%NAME%" %BESIDE%) do if /i %%n=="%PART%" set OTHER=
if defined OTHER set OTHERS=yes
goto end
:match_text
rem Sets ODD where another value has the name in its text, or in its bytes as NT 4.0 exports them or as Windows 2000 does.
set "TEXT=,%TEXT:'=,%,"
set "TEXT=%TEXT:, =,%"
set "TEXT=%TEXT:;=,%"& set "PART=%LINE2%%LINE1%%LINE%"
set "PART=%PART: =%"
set "PART=%PART:\=%"& call set "TEXT1=%%TEXT:,%NAME%,=%%"
call set "PART1=%%PART:%BYTES%=%%"
call set "PART2=%%PART:%WIDE%=%%"
if not "%TEXT1%%PART1%%PART2%"=="%TEXT%%PART%%PART%" set ODD=yes
set "LINE2=%LINE1%"& set "LINE1=%LINE%"& goto end
:value_found
rem Holds the data of a value, HAVE, against its type. Text that goes on in a second line was not read whole.
set "PART=%HAVE:~0,1%"
if not "%PART%"=="'" for /f "tokens=1 delims=:" %%t in ("%HAVE%") do set "PART=%%t"
if defined TYPE if not "%PART%"=="%TYPE%" set ODD=yes
if defined BYTES if not "%PART%"=="'" if not "%PART%"=="dword" set ODD=yes
set "TEXT=%HAVE%|"
if "%PART%"=="'" if "%TEXT:'|=%"=="%TEXT%" set ODD=yes
if defined HEX if "%PART:~0,3%"=="hex" call :%HEX%
goto end
:act
rem Imports a file %1 with the section SECTION, and with DATA for the value ITEM where there is any, once it is read back: the drive may be full.
call :prepare %1& if not exist %WORK%\%1 goto end
"%REGEDIT%" /s %WORK%\%1
del %WORK%\%1& goto end
:prepare
echo REGEDIT4>%WORK%\%1& echo.>>%WORK%\%1& >>%WORK%\%1 echo %SECTION%& if not defined DATA goto read_back
>>%WORK%\%1 echo %ITEM%=%DATA%
:read_back
set LINE=-& if exist %WORK%\%1 for /f "delims=" %%a in (%WORK%\%1) do set "LINE=%%a"
set "PART=%SECTION%"& if defined DATA set "PART=%ITEM:"='%=%DATA:"='%"
if exist %WORK%\%1 if not "%LINE:"='%"=="%PART%" del %WORK%\%1
goto end

:whole_bytes
rem Makes one line of the bytes of a value: of those of a text in Unicode, the bytes that a REGEDIT4 file has. ODD where that would lose a letter.
set "HAVE=%HAVE: =%"
set "HAVE=%HAVE:\=%"& if "%PART%"=="hex" goto bytes_read
if "%HEAD%"=="REGEDIT4" goto bytes_read
for /f "tokens=1* delims=:" %%c in ("%HAVE%") do (set "HAVE=%%c:"& set "TEXT=%%d")
set COMMA=
:next_letter
if not defined TEXT goto bytes_read
for /f "tokens=1,2* delims=," %%x in ("%TEXT%") do (set "PART=%%x"& set "WIDE=%%y"& set "TEXT=%%z")
set "HAVE=%HAVE%%COMMA%%PART%"& set COMMA=,& if not "%WIDE%"=="00" set ODD=yes
for %%h in (8 9 a b c d e f) do if /i "%PART:~0,1%"=="%%h" set ODD=yes
goto next_letter
:bytes_read
echo REGEDIT4>%WORK%\NOW.REG& echo.>>%WORK%\NOW.REG& >>%WORK%\NOW.REG echo [%KEY%]& >>%WORK%\NOW.REG echo %ITEM%=%HAVE%& goto end

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
if not defined GOT call :stop refused "[[unreadable]]"
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
