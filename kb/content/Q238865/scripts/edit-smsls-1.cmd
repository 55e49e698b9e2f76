@echo off
rem ---- WHAT THIS IS ----
rem Fixdesk: edit-smsls, stage 1 of 1. From article Q238865, tree 01234567.
rem Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off meanwhile.
rem Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and leaves the file alone where it is
rem missing.
rem Not certain: With many Windows 95 and 98 clients the articles want the logon installation left on while the boundaries are removed
rem [Q238864], or switched off first [Q260541]. Decide before you begin.
goto first
:usage
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify FOLDER checks whether it is done.
echo /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
echo FOLDER is the folder that holds SMSLS.BAT.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
goto end
:first
set RESULT=FIXDESK-RESULT v=1 fix=edit-smsls script=82127ea5
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
set TARGETS=1
set FOLDER=SMSLS.BAT
set "HOLD=%SystemRoot%\FIXDESK"
set "REGEDIT=%SystemRoot%\regedit.exe"
call :go %1 %2
goto end
rem ---- THE PLAN ----
rem every run
:begin
rem Windows NT is looked for above, before anything that only its shell understands.
call :need_folder apply verify undo
call :with_lock
goto end
rem show and apply
:steps
call :step 1 person "Are there several sites in one domain  Then read Q236596 first, because all of them get the new logon points at once."
call :step 2 person "Expire the advertisements, or disable them, for all clients."
call :step 3 person "Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways of Q238864."
call :step 4 person "Choose a time when laptops that dial in are on the local network, or switch the logon script off for them. Their upgrade copies 8 to 24 MB."
call :step 5 person "Client access points and logon points behind slow links are upgraded by themselves, and there is no way back. Decide about them now."
call :step 6 reads "Stop unless this is Windows NT 4.0, 2000 or later."
call :step 7 reads "Stop unless this user may change this computer as an administrator."
call :rights 1
call :step 8 reads "Copy SMSLS.BAT to a new file."
call :look 1
call :stop_if ODD refused "The file could not be read, or it has no such label to jump to. Nothing was changed." 1
call :stop_if_all SAME nothing-to-do "It is so already. There is nothing to do." 1
call :new_run
call :save 1
call :step 9 changes "Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END."
call :note T1
call :write_line 1
call :compare 1
goto end
rem apply, after the steps, and verify
:looks
call :step 10 reads "Look again: the first line of SMSLS.BAT is GOTO END."
call :compare 1
call :step 11 person "Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the organization."
call :step 12 person "Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a weekend."
call :step 13 person "Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their 23-hour cycle."
call :step 14 person "Upgrade the remote Administrator consoles by hand, soon after the site."
call :step 15 person "When all sites, client access points and logon points are upgraded, switch the logon script on for one small group of clients after the other."
call :step 16 person "Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began."
call :step 17 person "Open the advertisements again when the clients are upgraded."
goto end
rem undo: is everything as the last run has left it?
:guards
call :rights 1
call :open_run
call :unchanged 1
call :note OPEN
goto end
rem undo, and apply that failed after its first change
:back
call :restore 1
goto end
rem apply and undo, whatever has happened
:finally
call :roll_back
goto end
:target1
call :file_target
set NAME=SMSLS.BAT& set LABEL=END& set "DATA=GOTO END"& set FILE=
if defined PLACE set "FILE=%PLACE%\SMSLS.BAT"
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

:roll_back
if not "%MODE%%STATUS%%CHANGED%"=="applyfailedyes" goto end
set STOP=& set IDLE=& set CHANGED=& call :back
if defined STOP (set STATUS=failed& set TORN=yes& call :say "What was changed could not all be put back. Run this file with /undo, or import the exports in the folder of the run."& goto end)
set STOP=yes& set IDLE=yes& set STATUS=rolled-back& for %%n in (%TARGETS%) do if exist "%RUN%\T%%n.ID" del "%RUN%\T%%n.ID"
call :say "What was changed was put back."& goto end

:open_run
if defined IDLE goto end
if not defined MINE (call :stop nothing-to-do "No run of this script is left to undo. There is nothing to do."& goto end)
set "RUN=%HOLD%\%MINE%"& set "LOG=%HOLD%\%MINE%\LOG.TXT"& call :say "  backup and log: FIXDESK\%MINE%"& goto end

:compare
rem Looks again: is target %1 as it must be? Where %2 is or-no-key, a run that verifies is content without the key too.
if not "%STOP%%MODE%"=="apply" if not "%STOP%%MODE%"=="verify" goto end
call :see %1& if "%2%MODE%"=="or-no-keyverify" if not defined KEY set SAME=yes
if not defined SAME if defined DATA call :stop failed "%NAME% is not as it was set."
if not defined SAME call :stop failed "%NAME% could not be deleted, or is there again."
if not defined STOP call :say "  %NAME%: as it must be."
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

:stop_if_all
if defined STOP goto end
set PART=& for %%n in (%4 %5 %6 %7 %8 %9) do if not defined %1%%n set PART=%%n
if not defined PART call :stop %2 %3
goto end

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
call :stop refused "This user may not change the folder of the file. Run this as an administrator. Nothing was changed."& goto end

:see
set PICK=& if defined RUN for %%i in (1 2 3 4 5 6 7 8 9) do if exist "%RUN%\T%1K%%i.ID" set PICK=%%i
call :target%1
call :%READ% %1& goto end
:look
if defined STOP goto end
call :see %1& if defined STOP goto end
for %%v in (NOKEY PRESENT ODD SEVERAL ALONE SAME) do call set "%%v%1=%%%%v%%"
if defined SUB call :say "  %NAME% is a subkey of %KEY%."
if defined VAL call :say "  %NAME% is a value of %KEY%."
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
if not defined SAVED call :stop refused "The backup of %NAME% is missing or not whole, and the drive may be full. Nothing was changed."
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
if not defined SAME if not defined SAVED call :stop refused "Somebody else has changed %NAME% since. It is left as it is, and nothing was put back."
goto end
:restore
rem Gives target %1 back as it was saved, where it is noted, and looks whether it is.
if not exist "%RUN%\T%1.ID" goto end
call :see %1& call :as_saved %1
if not defined SAVED if not defined IDLE call :%BACK% %1
call :see %1& call :as_saved %1
if not defined SAVED call :stop failed "%NAME% could not be put back. Its export is in the folder of the run."
if not defined STOP call :say "  %NAME% is as it was."
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
