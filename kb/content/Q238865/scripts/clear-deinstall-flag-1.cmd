@echo off
rem ---- WHAT THIS IS ----
rem Fixdesk: clear-deinstall-flag, stage 1 of 2. From article Q238865, tree 01234567.
rem Take away the client and the flag that blocks its installation, and install it again.
rem Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service Pack 1 fails on a client of Service Pack 2
rem [Q272166].
goto first
:usage
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify checks whether it is done.
echo /undo: nothing of it can be undone by a script, and it says so.
echo FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
goto end
:first
set RESULT=FIXDESK-RESULT v=1 fix=clear-deinstall-flag script=d2e1abb2
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
set FOLDER=20CLICLN.BAT HAMMER.EXE KILL.EXE SETEVNT.EXE
set AGAIN=yes
set "HOLD=%SystemRoot%\FIXDESK"
set "REGEDIT=%SystemRoot%\regedit.exe"
call :go %1 %2
goto end
rem ---- THE PLAN ----
rem every run
:begin
rem Windows NT is looked for above, before anything that only its shell understands.
call :can_read
call :need_folder apply
call :with_lock
goto end
rem show and apply
:steps
call :step 1 reads "Stop unless this is Windows NT 4.0, 2000 or later."
call :step 2 reads "Stop unless this user may change this computer as an administrator."
call :step 3 reads "Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file."
call :new_run
call :export_key 3 refused "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
call :step 4 changes "Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside it: 15 to 20 minutes."
call :run 4 later
goto end
rem apply, after the steps, and verify
:looks
call :step 5 person "Restart the computer."
call :stop_later MODE nothing-to-do "Nothing of it can be looked at by a script." ""
goto end
rem undo: is everything as the last run has left it?
:guards
call :stop refused "Nothing of it can be undone by a script."
goto end
rem undo, and apply that failed after its first change
:back
goto end
rem apply and undo, whatever has happened
:finally
goto end
:command4
set PROGRAM=20CLICLN.BAT
pushd "%PLACE%"
if exist 20CLICLN.BAT "%SystemRoot%\System32\cmd.exe" /c .\20CLICLN.BAT <nul
if exist 20CLICLN.BAT set CODE=%errorlevel%
popd
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

:with_lock
rem Carries out the rest of the plan. Apply and undo keep the file LOCK open meanwhile, which no other run can then open: even a killed run closes it.
if defined STOP goto end
if not defined IDLE goto lock
if "%MODE%"=="show" call :steps
call :looks& if "%MODE%"=="show" if not defined STOP call :say "Nothing was changed. Run this file with /apply to do it."
goto end
:lock
set TAKEN=& if not exist "%HOLD%" md "%HOLD%"
call :under_lock 2>"%HOLD%\LOCK"& if defined TAKEN goto end
echo x>"%HOLD%\TRY.ID"& if exist "%HOLD%\TRY.ID" call :stop refused "Another Fixdesk script is at work on this computer. Wait until it has ended. Nothing was changed."
call :stop refused "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed."& if exist "%HOLD%\TRY.ID" del "%HOLD%\TRY.ID"
goto end
:under_lock
set TAKEN=yes& if not defined OWNER set "WORK=%HOLD%"
call :last_run& if "%MODE%"=="undo" (call :guards& call :back)
if "%MODE%"=="apply" if defined OPEN if not defined AGAIN call :stop refused "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed."
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
call :say "What the last run changed is as it was before."& goto end
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
set "LOG=%RUN%\LOG.TXT"& call :say "  backup and log: FIXDESK\%N:~1,3%"& goto end
:no_run
set RUN=& call :stop refused "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed."& goto end
:mark
if defined IDLE goto end
echo x>"%RUN%\%1.ID"& if not exist "%RUN%\%1.ID" call :stop refused "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."
goto end

:need_folder
rem In the modes %1 to %3 a folder must be given that holds the files of FOLDER. In another mode one that does not is as none.
if defined STOP goto end
set LACKING=& set NEEDED=& for %%m in (%1 %2 %3) do if "%%m"=="%MODE%" set NEEDED=yes
if not defined PLACE if defined NEEDED call :stop refused "Name the folder that holds %FOLDER% after /%MODE%. Nothing was changed."
if not defined PLACE goto end
set "PLACE=%PLACE:"=%"
if not "%PLACE:~1,2%"==":\" if not "%PLACE:~0,2%"=="\\" set LACKING=\
if not defined LACKING for %%f in (%FOLDER%) do if not exist "%PLACE%\%%f" set LACKING=%%f
if not defined LACKING goto end
if not defined NEEDED (set PLACE=& goto end)
if "%LACKING%"=="\" (call :stop refused "Name the folder with its full path, from the letter of the drive on. Nothing was changed."& goto end)
call :stop refused "The folder does not hold %LACKING%. Nothing was changed."
goto end

:stop_if
rem Stops with status %2 and reason %3 where %1 is so for one of the targets %4 and on.
if not defined STOP for %%n in (%4 %5 %6 %7 %8 %9) do if defined %1%%n call :stop %2 %3
goto end

:stop_later
rem Stops as stop_if does, in a run that verifies.
if "%MODE%"=="verify" call :stop_if %1 %2 %3 %4 %5 %6 %7 %8 %9
goto end

:export_key
rem Writes those of the keys %3 and on that are there to files for a person. %2 is the status where none of them is there.
if defined IDLE goto end
set SAVED=& set COUNT=0& for %%k in (%3 %4 %5 %6 %7 %8 %9) do if not defined IDLE call :export_one %1 %%k
set PART=%3
set "PART=%PART:"=%"
if not defined SAVED if "%2"=="refused" call :stop refused "The backup of %PART% is missing or not whole, and the drive may be full. Nothing was changed."
if not defined SAVED if not "%2"=="-" call :stop %2 "The key %PART% is not there, and this script does not make it. Nothing was changed."
goto end
:export_one
rem A file is whole where the drive has room for a copy of it, and then for a line.
set /a COUNT=COUNT+1
set FILE=KEY%1-%COUNT%.REG
call :export %FILE% %2& if not defined GOT goto end
copy %WORK%\%FILE% "%RUN%\%FILE%" >nul& copy "%RUN%\%FILE%" %WORK%\LEFT.TXT >nul& echo x>%WORK%\RIGHT.TXT& set SAVED=
if exist %WORK%\LEFT.TXT if exist %WORK%\RIGHT.TXT for /f %%a in (%WORK%\RIGHT.TXT) do set SAVED=yes
if not defined SAVED call :stop refused "The backup of the key is missing or not whole, and the drive may be full. Nothing was changed."
for %%f in (%FILE% LEFT.TXT) do if exist %WORK%\%%f del %WORK%\%%f
goto end

:run
rem Runs the command of step %1 and waits for it. Where %2 is later, only a later look says whether it has worked.
if defined IDLE goto end
call :mark R%1& if defined IDLE goto end
set CODE=& call :command%1
if "%CODE%"=="9009" set CODE=
if not defined CODE (call :stop refused "%PROGRAM% could not be started."& goto end)
set RAN=yes& call :say "  %PROGRAM% ended with code %CODE%."
if "%2"=="later" (set STATUS=started& call :say "The program was started and ended with code %CODE%. Run this file with /verify later to see whether it has worked."& goto end)
if not "%CODE%"=="0" call :stop failed "%PROGRAM% ended with code %CODE%, which is an error."
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
