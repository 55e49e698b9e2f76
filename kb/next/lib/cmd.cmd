rem The engine of the scripts for cmd.exe of Windows NT 4.0 and later: a script holds the routines that it calls.
rem
rem A routine returns by jumping to :end, the last label of a script, because NT 4.0 has no exit /b. It does nothing once STOP is set; one that
rem acts does nothing while IDLE is set, which is so in the modes that only look. A file is read with for /f only in WORK, a folder whose name
rem holds no sign that for would split at; all other names stand in quotes. No variable with text that was read is expanded outside of quotes.

:go
rem Carries the plan out in the mode that is asked for, and prints the result.
for %%v in (ERRORLEVEL SAY LOG RUN MINE OPEN STOP IDLE CHANGED TORN RAN CODE LATE PLACE PICK TRACE GOT SCRATCH) do set %%v=
for %%v in (KEY SUB VAL ODD SAME ALONE) do for %%n in (%TARGETS%) do set %%v%%n=
for %%m in (apply verify undo) do if /i "%1"=="/%%m" set MODE=%%m
if not "%1"=="" if "%MODE%"=="show" set MODE=help
if "%MODE%"=="help" call :usage
if "%MODE%"=="help" set STEP=0
if "%MODE%"=="help" goto result
set PLACE=%2
cd /d %SystemRoot%
if not "%MODE%"=="apply" if not "%MODE%"=="undo" set IDLE=yes
call :work_folder
if not defined STOP call :begin
if defined SCRATCH for %%f in (%FILES%) do if exist %SCRATCH%\%%f del %SCRATCH%\%%f
if defined SCRATCH rd %SCRATCH%
:result
set SAY=%RESULT% mode=%MODE% status=%STATUS% step=%STEP%
if defined CODE set SAY=%SAY% code=%CODE%
call :say "%SAY%"
for %%s in (ok nothing-to-do started) do if "%STATUS%"=="%%s" goto good
"%SystemRoot%\System32\find.exe" "x" <nul >nul
goto end
:good
echo x|"%SystemRoot%\System32\find.exe" "x" >nul
goto end

:work_folder
rem Makes a new folder for what is written only to be read. Where others may write to it, nothing is run or imported from it.
set FILES=SURE.REG KEY.REG NOWS.REG NOWV.REG REST.TXT TEXT.TXT LEFT.TXT RIGHT.TXT NOWF.TXT STATE.TXT VALUE.TXT
set "WORK=%SystemRoot%\TEMP"
if defined TEMP set "WORK=%TEMP:"=%"
set "PART=%WORK: =%"
set "PART=%PART:&=%"
set "PART=%PART:(=%"
set "PART=%PART:)=%"
set "PART=%PART:^=%"
set "PART=%PART:,=%"
set "PART=%PART:;=%"
for /f "tokens=1* delims=%%" %%a in ("%WORK%-") do if not "%%b"=="" set PART=
if not "%PART%"=="%WORK%" set "WORK=%SystemRoot%\TEMP"
set SCRATCH=%WORK%\FX%ID%
if exist %SCRATCH%\KEY.REG del %SCRATCH%\KEY.REG
if exist %SCRATCH% rd %SCRATCH%
if exist %SCRATCH% goto no_work
md %SCRATCH%
echo x>%SCRATCH%\KEY.REG
set WORK=%SCRATCH%
if exist %SCRATCH%\KEY.REG goto end
:no_work
set SCRATCH=
call :stop refused "[[no-temp]]"
goto end

:say
rem Prints a text, and writes it to the log of the run.
set SAY=%1
set "SAY=%SAY:"=%"
echo.%SAY%
if defined LOG >>"%LOG%" echo.%SAY%
goto end

:stop
rem Ends the run with the status %1 and a reason: what comes after it does nothing. Once a change is noted, it is a failure.
if defined STOP goto end
set STOP=yes
set IDLE=yes
set STATUS=%1
if defined CHANGED if "%1"=="refused" set STATUS=failed
call :say %2
goto end

:step
rem Begins step %1 of the plan.
if defined STOP goto end
set STEP=%1
set TEXT=%3
set "TEXT=%TEXT:"=%"
call :say "step %1 %2: %TEXT%"
goto end

:print
if not defined STOP call :say %1
goto end

:without_lock
rem Carries out the rest of the plan of a script that changes nothing.
if defined STOP goto end
if "%MODE%"=="show" call :steps
if "%MODE%"=="apply" call :steps
if not "%MODE%"=="undo" call :looks
if "%MODE%"=="undo" call :guards
goto end

:with_lock
rem Carries out the rest of the plan of a script that changes something. Apply and undo do their work while the file LOCK is open, which no other run can open then: the
rem lock goes when the run ends, or is killed.
if defined STOP goto end
if not defined IDLE goto lock
if "%MODE%"=="show" call :steps
call :looks
if "%MODE%"=="show" call :print "[[nothing-was-changed apply=/apply]]"
goto end
:lock
set TAKEN=
if not exist "%HOLD%" md "%HOLD%"
call :under_lock 2>"%HOLD%\LOCK"
if defined TAKEN goto end
echo x>"%HOLD%\TRY.ID"
if exist "%HOLD%\TRY.ID" call :stop refused "[[locked]]"
call :stop refused "[[no-hold]]"
if exist "%HOLD%\TRY.ID" del "%HOLD%\TRY.ID"
goto end

:under_lock
set TAKEN=yes
if not defined OWNER set WORK=%HOLD%
call :last_run
if "%MODE%"=="undo" call :guards
if "%MODE%"=="undo" call :back
if "%MODE%"=="apply" if defined OPEN if not defined AGAIN call :stop refused "[[broken undo=/undo]]"
if "%MODE%"=="apply" call :steps
if "%MODE%"=="apply" call :looks
call :finish
for %%f in (%FILES%) do if exist %WORK%\%%f del %WORK%\%%f
goto end

:finish
rem Puts back what a run has changed that failed, starts the services that are noted as stopped, and closes the run.
if not defined RUN goto end
if defined CHANGED if "%MODE%%STATUS%"=="applyfailed" call :roll_back
if defined SERVICES call :start_services
if "%MODE%"=="undo" goto close_undo
if not defined TORN if exist "%RUN%\OPEN.ID" del "%RUN%\OPEN.ID"
set KEEP=%RAN%%TORN%
for %%n in (%TARGETS%) do if exist "%RUN%\T%%n.ID" set KEEP=yes
for %%s in (%SERVICES%) do if exist "%RUN%\S_%%s.ID" set KEEP=yes
if not defined KEEP del "%RUN%\%ID%.ID"
goto end
:close_undo
if not "%STATUS%"=="ok" goto end
echo x>"%RUN%\UNDONE.ID"
if not exist "%RUN%\UNDONE.ID" call :stop failed "[[not-noted]]"
if exist "%RUN%\UNDONE.ID" del "%RUN%\OPEN.ID"
if exist "%RUN%\UNDONE.ID" call :say "[[undone]]"
goto end

:roll_back
set STOP=
set IDLE=
set CHANGED=
call :back
if defined STOP set TORN=yes
if defined TORN set STATUS=failed
if defined TORN call :say "[[not-rolled-back undo=/undo]]"
if defined TORN goto end
set STOP=yes
set STATUS=rolled-back
for %%n in (%TARGETS%) do if exist "%RUN%\T%%n.ID" del "%RUN%\T%%n.ID"
call :say "[[rolled-back]]"
goto end

:last_run
rem Sets TOP to the last number, MINE to the last run of this script that is not undone, OPEN where that did not come to its end.
set TOP=000
set DIGITS=0 1 2 3 4 5 6 7 8 9
set LEADING=
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
md "%RUN%"
for %%f in (RUN OPEN %ID%) do echo x>"%RUN%\%%f.ID"
for %%f in (RUN OPEN %ID%) do if not exist "%RUN%\%%f.ID" goto no_run
set "LOG=%RUN%\LOG.TXT"
call :say "[[run folder=FIXDESK\%N:~1,3%]]"
goto end
:no_run
set RUN=
call :stop refused "[[no-run]]"
goto end

:open_run
rem Opens the last run of this script that changed something and is not undone.
if defined IDLE goto end
if not defined MINE call :stop nothing-to-do "[[no-last-run]]"
if not defined MINE goto end
set "RUN=%HOLD%\%MINE%"
set "LOG=%RUN%\LOG.TXT"
call :say "[[run folder=FIXDESK\%MINE%]]"
goto end

:reopen
rem Notes that the run is open again, so that an undo which is cut off is done first.
if defined IDLE goto end
echo x>"%RUN%\OPEN.ID"
if not exist "%RUN%\OPEN.ID" call :stop refused "[[not-noted]]"
set CHANGED=yes
goto end

:can_read
rem Reads a key that every Windows has: what is not found is then not there.
if defined STOP goto end
set GOT=
"%REGEDIT%" /e %WORK%\SURE.REG "HKEY_LOCAL_MACHINE\SYSTEM\Select"
if exist %WORK%\SURE.REG call :text SURE.REG
if not defined GOT call :stop refused "[[unreadable]]"
if exist %WORK%\SURE.REG del %WORK%\SURE.REG
set GOT=
goto end

:export
rem Exports the key %2 to the file %1 in WORK. Sets GOT where it is there, and SRC to its text. What seems not to be there is proven so.
set GOT=
if exist %WORK%\%1 del %WORK%\%1
"%REGEDIT%" /e %WORK%\%1 %2
if exist %WORK%\%1 call :text %1
if not defined GOT call :can_read
goto end

:text
rem Sets SRC to the text of the file %1 in WORK, which Windows 2000 exports in Unicode and type makes text of, and GOT where it is an export.
set SRC=%1
call :header
if defined GOT goto end
type %WORK%\%1 >%WORK%\TEXT.TXT
set SRC=TEXT.TXT
call :header
if not defined GOT set SRC=%1
goto end

:header
set HEAD=
set NEXT=
set GOT=
for /f "delims=" %%a in (%WORK%\%SRC%) do (
  if defined HEAD if not defined NEXT set "NEXT=%%a"
  if not defined HEAD set "HEAD=%%a"
)
if not defined NEXT goto end
set "HEAD=%HEAD:"=%"
if not "%NEXT:~0,1%"=="[" goto end
if "%HEAD%"=="REGEDIT4" set GOT=yes
if "%HEAD%"=="Windows Registry Editor Version 5.00" set GOT=yes
goto end

:same
rem Are the files %1 and %2 the same, line by line? Sets DIFF where they are not. A drive that is full makes them differ.
set DIFF=yes
for %%f in (LEFT.TXT RIGHT.TXT) do if exist %WORK%\%%f del %WORK%\%%f
if not exist %1 goto end
if not exist %2 goto end
copy %1 %WORK%\LEFT.TXT >nul
copy %2 %WORK%\RIGHT.TXT >nul
for %%f in (LEFT.TXT RIGHT.TXT) do if not exist %WORK%\%%f goto end
set DIFF=
set N=1000
call :text LEFT.TXT
for /f "delims=" %%a in (%WORK%\%SRC%) do (
  set "LINE=%%a"
  call :keep_line
)
set LAST=%N%
set N=1000
call :text RIGHT.TXT
for /f "delims=" %%a in (%WORK%\%SRC%) do (
  set "LINE=%%a"
  call :compare_line
)
if not "%N%"=="%LAST%" set DIFF=yes
goto end

:keep_line
set /a N=N+1
set "LINE%N%=%LINE:"='%"
goto end

:compare_line
set /a N=N+1
set "LINE=%LINE:"='%"
call set "KEPT=%%LINE%N%%%"
if not "%KEPT%"=="%LINE%" set DIFF=yes
goto end

:look
rem Looks at target %1, prints where it is there, and remembers it.
if defined STOP goto end
call :target%1
call :%READ% %1
if defined STOP goto end
for %%v in (KEY SUB VAL ODD SAME ALONE) do call set "%%v%1=%%%%v%%"
if defined SUB call :say "[[found name=%NAME% form=subkey key=%KEY%]]"
if defined VAL call :say "[[found name=%NAME% form=value key=%KEY%]]"
goto end

:compare
rem Looks again: is target %1 as it must be? Where %2 is or-no-key, a run that verifies is content without the key too.
if defined STOP goto end
if "%MODE%"=="show" goto end
call :target%1
call :%READ% %1
if defined STOP goto end
if "%2%MODE%"=="or-no-keyverify" if not defined KEY set SAME=yes
if defined SAME call :say "[[as-wanted name=%NAME%]]"
if not defined SAME if defined DATA call :stop failed "[[not-set name=%NAME%]]"
if not defined SAME call :stop failed "[[not-removed name=%NAME%]]"
goto end

:compare_rest
rem Is everything else under the key of target %1 as it was saved?
if defined IDLE goto end
call :target%1
call :%READ% %1
if not defined IDLE if not exist "%RUN%\T%1R.TXT" if not exist %WORK%\REST.TXT goto end
if not defined IDLE call :same "%RUN%\T%1R.TXT" %WORK%\REST.TXT
if not defined IDLE if defined DIFF call :stop failed "[[not-alone]]"
goto end

:save
rem Keeps target %1 as it is now, or that it is not there, with what is beside it, and reads back what was kept.
if defined IDLE goto end
call :target%1
call :%READ% %1
if defined IDLE goto end
set PART=
for %%f in (S.REG V.REG F.TXT) do if exist %WORK%\NOW%%f set PART=yes
for %%f in (S.REG V.REG F.TXT) do if exist %WORK%\NOW%%f copy %WORK%\NOW%%f "%RUN%\T%1%%f" >nul
if not defined PART echo x>"%RUN%\T%1N.ID"
if exist %WORK%\REST.TXT copy %WORK%\REST.TXT "%RUN%\T%1R.TXT" >nul
echo x>"%RUN%\T%1K%SPELLING%.ID"
call :as_saved %1
call set "PART=%%SUB%1%%%%VAL%1%%"
if not "%PART%"=="%SUB%%VAL%" set SAVED=
if not exist "%RUN%\T%1K%SPELLING%.ID" set SAVED=
if exist %WORK%\REST.TXT call :same %WORK%\REST.TXT "%RUN%\T%1R.TXT"
if exist %WORK%\REST.TXT if defined DIFF set SAVED=
if not defined SAVED call :stop refused "[[not-saved what=%NAME%]]"
goto end

:as_saved
rem Is target %1, which was just looked at, as it was saved? Sets SAVED.
set SAVED=yes
for %%f in (S.REG V.REG F.TXT) do if exist "%RUN%\T%1%%f" call :kept %WORK%\NOW%%f "%RUN%\T%1%%f"
if not exist "%RUN%\T%1S.REG" if defined SUB set SAVED=
if not exist "%RUN%\T%1V.REG" if defined VAL set SAVED=
for %%f in (N.ID S.REG V.REG F.TXT) do if exist "%RUN%\T%1%%f" goto end
set SAVED=
goto end

:kept
call :same %1 %2
if defined DIFF set SAVED=
goto end

:note
rem Notes that target %1 is about to be changed.
if defined IDLE goto end
echo x>"%RUN%\T%1.ID"
if not exist "%RUN%\T%1.ID" call :stop refused "[[not-noted]]"
set CHANGED=yes
goto end

:saved_key
rem The key of a target that is noted counts in the spelling in which it was found.
set PICK=
for %%i in (0 1 2 3 4 5 6 7 8 9) do if exist "%RUN%\T%1K%%i.ID" set PICK=%%i
goto end

:unchanged
rem Stops where target %1 is noted, and somebody else has changed it since: it is neither as it was left nor as it was saved.
if defined IDLE goto end
if not exist "%RUN%\T%1.ID" goto end
call :saved_key %1
call :target%1
call :%READ% %1
if defined IDLE goto end
if defined KEYS if not defined KEY if not defined WHOLE if not defined MAKE set SAME=
call :as_saved %1
if not defined OPEN set PART=
if defined OPEN set PART=%SUB%
if not defined SAME if not defined SAVED if not defined PART call :stop refused "[[changed-by name=%NAME%]]"
goto end

:restore
rem Gives target %1 back as it was saved, where it is noted, and looks whether it is.
if defined IDLE goto end
if not exist "%RUN%\T%1.ID" goto end
call :saved_key %1
call :target%1
call :%READ% %1
call :as_saved %1
if not defined SAVED if not defined IDLE call :%BACK% %1
call :target%1
call :%READ% %1
if defined IDLE goto end
call :as_saved %1
if not defined SAVED call :stop failed "[[not-restored name=%NAME%]]"
if defined SAVED call :say "[[restored name=%NAME%]]"
goto end

:act
rem Imports a file %1 with the section SECTION, and with DATA for the value ITEM where there is any, once it is read back.
echo REGEDIT4>%WORK%\%1
echo.>>%WORK%\%1
>>%WORK%\%1 echo %SECTION%
if defined DATA >>%WORK%\%1 echo %ITEM%=%DATA%
set LINE=
if exist %WORK%\%1 for /f "delims=" %%a in (%WORK%\%1) do set "LINE=%%a"
if not defined LINE goto end
set "PART=%SECTION%"
if defined DATA set "PART=%ITEM:"='%=%DATA:"='%"
if "%LINE:"='%"=="%PART%" "%REGEDIT%" /s %WORK%\%1
del %WORK%\%1
goto end

:registry_target
rem Begins a target in the registry.
set READ=read_registry
set BACK=restore_registry
set TRY=try_key
for %%v in (KEYS ITEM WHOLE BYTES WIDE DATA TYPE REST MAKE FILE) do set %%v=
goto end

:file_target
rem Begins a target that is a text file.
set READ=read_line
set BACK=restore_file
set TRY=try_file
for %%v in (KEYS WHOLE DATA MAKE) do set %%v=
goto end

:read_registry
rem Looks at a target: sets KEY, SUB and VAL where it is there as a subkey or a value, ODD, SAME where it is as wanted, ALONE where nothing else is
rem under the key. Leaves the subkey in NOWS.REG, the value in NOWV.REG, and what else is under the key in REST.TXT.
for %%v in (KEY SUB VAL ODD SAME ALONE HAVE OTHER OTHERS OWN SPELLING) do set %%v=
for %%f in (NOWS.REG NOWV.REG REST.TXT) do if exist %WORK%\%%f del %WORK%\%%f
set N=0
for %%k in (%KEYS%) do call :find_key %%k
if defined STOP goto end
if not defined KEY if not defined DATA set SAME=yes
if not defined KEY goto end
if defined WHOLE goto whole_key
set SECTIONS=0
for /f "delims=" %%a in (%WORK%\%SRC%) do (
  set "LINE=%%a"
  call :match
  if defined OTHER if defined REST >>%WORK%\REST.TXT echo %%a
  if defined OWN >>%WORK%\NOWV.REG echo %%a
)
if not defined OTHERS set ALONE=yes
if defined VAL call :value_found
if defined SUB call :export NOWS.REG "%KEY%\%NAME%"
if defined SUB if not defined GOT call :stop refused "[[no-look what=%NAME%]]"
if defined DATA set "WANT=%DATA:"='%"
if defined DATA if "%HAVE%"=="%WANT%" set SAME=yes
if not defined DATA if "%SUB%%VAL%"=="" set SAME=yes
goto end
:whole_key
set SUB=yes
copy %WORK%\KEY.REG %WORK%\NOWS.REG >nul
goto end

:find_key
rem Is the key %1 there? The first that is there counts, or the one in which the run has found the target.
if defined KEY goto end
if defined STOP goto end
set /a N=N+1
if defined PICK if not "%PICK%"=="%N%" goto end
call :export KEY.REG %1
if not defined GOT goto end
set KEY=%1
set "KEY=%KEY:"=%"
set SPELLING=%N%
goto end

:match
rem Sorts out one line of the export of KEY. OWN: it belongs to the value that is looked for. OTHER: it belongs to another entry.
set "LINE=%LINE:"='%"
set "FIRST=%LINE:~0,1%"
if "%FIRST%"=="[" goto match_key
if not "%SECTIONS%"=="1" goto end
if not "%FIRST%"==" " goto match_value
if defined OWN set "HAVE=%HAVE%%LINE%"
if defined OTHER if defined BYTES call :match_text
goto end
:match_value
set OWN=
set OTHER=yes
set LINE1=
set LINE2=
for /f "tokens=1* delims==" %%c in ("%LINE%") do (
  set "PART=%%c"
  set "TEXT=%%d"
)
set "PART=%PART:'=%"
for %%n in (%BESIDE%) do if /i %%n=="%PART%" set OTHER=
if /i not "%PART%"=="%NAME%" goto other_value
set OWN=yes
set VAL=yes
set "HAVE=%TEXT%"
goto end
:other_value
if defined OTHER if not "%FIRST%"=="@" set OTHERS=yes
if defined BYTES if not "%FIRST%"=="@" call :match_text
goto end
:match_key
set OWN=
set /a SECTIONS=SECTIONS+1
if "%SECTIONS%"=="1" goto end
call set "PART=%%LINE:%KEY%\=%%"
if not "%PART:\=%"=="%PART%" goto end
set "PART=%PART:[=%"
set "PART=%PART:]=%"
if defined BYTES if /i "%PART%"=="%NAME%" set SUB=yes
set OTHER=yes
for %%n in (%BESIDE%) do if /i %%n=="%PART%" set OTHER=
if defined OTHER set OTHERS=yes
goto end

:match_text
rem Sets ODD where another value has the name in its text, or as an element of a list: by its bytes, as NT 4.0 exports them and as Windows 2000.
set "PART=,%TEXT:'=,%,"
set "PART=%PART:, =,%"
set "PART=%PART:;=,%"
call set "GONE=%%PART:,%NAME%,=%%"
if not "%GONE%"=="%PART%" set ODD=yes
set "PART=%LINE2%%LINE1%%LINE%"
set "PART=%PART: =%"
set "PART=%PART:\=%"
call set "GONE=%%PART:%BYTES%=%%"
if not "%GONE%"=="%PART%" set ODD=yes
call set "GONE=%%PART:%WIDE%=%%"
if not "%GONE%"=="%PART%" set ODD=yes
set "LINE2=%LINE1%"
set "LINE1=%LINE%"
goto end

:value_found
rem Holds the data of a value, HAVE, against its type, and writes a file that puts it back. Where no type is named, any that is kept whole is well.
set "PART=%HAVE:~0,1%"
if not "%PART%"=="'" for /f "tokens=1 delims=:" %%t in ("%HAVE%") do set "PART=%%t"
if defined TYPE if not "%PART%"=="%TYPE%" set ODD=yes
if defined BYTES if not "%PART%"=="'" if not "%PART%"=="dword" set ODD=yes
set "TEXT=%HAVE%|"
if "%PART%"=="'" if "%TEXT:'|=%"=="%TEXT%" set ODD=yes
ren %WORK%\NOWV.REG VALUE.TXT
echo REGEDIT4>%WORK%\NOWV.REG
echo.>>%WORK%\NOWV.REG
>>%WORK%\NOWV.REG echo [%KEY%]
if not "%PART:~0,3%"=="hex" goto as_exported
set "HAVE=%HAVE: =%"
set "HAVE=%HAVE:\=%"
if not "%PART%"=="hex" if not "%HEAD%"=="REGEDIT4" call :narrow
>>%WORK%\NOWV.REG echo %ITEM%=%HAVE%
del %WORK%\VALUE.TXT
goto end
:as_exported
type %WORK%\VALUE.TXT >>%WORK%\NOWV.REG
del %WORK%\VALUE.TXT
goto end

:narrow
rem Makes of the bytes of an export in Unicode those that a REGEDIT4 file has. Sets ODD where that would lose a letter.
for /f "tokens=1* delims=:" %%c in ("%HAVE%") do (
  set "HAVE=%%c:"
  set "TEXT=%%d"
)
set COMMA=
:next_letter
if not defined TEXT goto end
for /f "tokens=1,2* delims=," %%x in ("%TEXT%") do (
  set "PART=%%x"
  set "GONE=%%y"
  set "TEXT=%%z"
)
set "HAVE=%HAVE%%COMMA%%PART%"
set COMMA=,
if not "%GONE%"=="00" set ODD=yes
for %%h in (8 9 a b c d e f) do if /i "%PART:~0,1%"=="%%h" set ODD=yes
goto next_letter

:rights
rem Tries what the run is going to do to the targets %1 and on.
for %%n in (%1 %2 %3 %4 %5 %6 %7 %8 %9) do call :right %%n
goto end

:right
if defined IDLE goto end
set PICK=
call :target%1
call :%TRY%
goto end

:try_key
rem Writes the value FixdeskRights under the key of the target, and takes it away.
set NAME=FixdeskRights
set ITEM="FixdeskRights"
set DATA="x"
for %%v in (TYPE BYTES WHOLE) do set %%v=
call :read_registry
if not defined KEY goto end
set SECTION=[%KEY%]
call :act MARK.REG
call :read_registry
if not defined IDLE if not defined SAME call :stop refused "[[no-rights what=%KEY%]]"
if not defined VAL goto end
set DATA=-
call :act MARK.REG
call :read_registry
if defined VAL call :stop refused "[[no-rights what=%KEY%]]"
goto end

:remove
rem Deletes the one entry, or key, that target %1 is, where it was found.
if defined IDLE goto end
call :target%1
call :%READ% %1
if defined IDLE goto end
set DATA=
if defined SUB set "SECTION=[-%KEY%\%NAME%]"
if defined WHOLE set "SECTION=[-%KEY%]"
if defined SUB if exist "%RUN%\T%1S.REG" call :act DELETE%1.REG
if not exist "%RUN%\T%1V.REG" goto end
set "SECTION=[%KEY%]"
set DATA=-
call :act DELETE%1.REG
goto end

:set_value
rem Gives the value of target %1 what it wants. A key that is missing is made only where the plan says so, and noted as made.
if defined IDLE goto end
call :target%1
call :read_registry
if not defined KEY for %%k in (%MAKE%) do set KEY=%%k
if not defined KEY goto end
if not defined SPELLING echo x>"%RUN%\T%1M.ID"
if not defined SPELLING if not exist "%RUN%\T%1M.ID" goto end
set "KEY=%KEY:"=%"
set "SECTION=[%KEY%]"
call :act SET%1.REG
goto end

:restore_registry
if exist "%RUN%\T%1S.REG" "%REGEDIT%" /s "%RUN%\T%1S.REG"
if exist "%RUN%\T%1V.REG" "%REGEDIT%" /s "%RUN%\T%1V.REG"
if not exist "%RUN%\T%1N.ID" goto end
if not defined KEY goto end
set "SECTION=[%KEY%]"
set DATA=-
if defined VAL call :act BACK%1.REG
if not exist "%RUN%\T%1M.ID" goto end
set DATA=
set "SECTION=[-%KEY%]"
if not defined OTHERS call :act BACK%1.REG
goto end

:need_folder
rem In the modes %1 to %3 a folder must be given. One that is given must hold the files of FOLDER.
if defined STOP goto end
set LACKING=
if not defined PLACE for %%m in (%1 %2 %3) do if "%%m"=="%MODE%" set LACKING=yes
if defined LACKING call :stop refused "[[no-folder files=%FOLDER% mode=/%MODE%]]"
if not defined PLACE goto end
set "PLACE=%PLACE:"=%"
if "%PLACE:~1,2%"==":\" goto full_name
if "%PLACE:~0,2%"=="\\" goto full_name
call :stop refused "[[short-folder]]"
:full_name
for %%f in (%FOLDER%) do if not exist "%PLACE%\%%f" set LACKING=%%f
if defined LACKING call :stop refused "[[missing-file file=%LACKING%]]"
goto end

:stop_if_no_key
rem Stops with status %1 and reason %2 where none of the spellings of the key of the targets %3 and on is there.
if not defined STOP for %%n in (%3 %4 %5 %6 %7 %8 %9) do if not defined KEY%%n call :stop %1 %2
goto end

:stop_if_done
rem Stops where all of the targets are as they are wanted.
if defined STOP goto end
set PART=
for %%n in (%3 %4 %5 %6 %7 %8 %9) do if not defined SAME%%n set PART=%%n
if not defined PART call :stop %1 %2
goto end

:stop_if_odd
rem Stops where a target is there in a form that a batch file does not change.
if not defined STOP for %%n in (%3 %4 %5 %6 %7 %8 %9) do if defined ODD%%n call :stop %1 %2
goto end

:stop_if_several
rem Stops where a target is there in more than one form.
if not defined STOP for %%n in (%3 %4 %5 %6 %7 %8 %9) do if defined SUB%%n if defined VAL%%n call :stop %1 %2
goto end

:stop_if_alone
rem Stops where nothing else would be left beside the targets.
if not defined STOP for %%n in (%3 %4 %5 %6 %7 %8 %9) do if defined ALONE%%n call :stop %1 %2
goto end

:look_traces
rem Looks for the traces of a program that are listed at %1.
if defined STOP goto end
set TRACE=
call :%1
goto end

:look_traces_later
if "%MODE%"=="verify" call :look_traces %1
goto end

:trace_service
rem Sets TRACE where the service %1 is installed.
call :export KEY.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\%1"
if defined GOT set TRACE=yes
goto end

:trace_key
call :export KEY.REG %1
if defined GOT set TRACE=yes
goto end

:trace_file
set "BASE=%SystemRoot%"
if defined SMS_LOCAL_DIR set "BASE=%SMS_LOCAL_DIR%"
if exist "%BASE%"\%1 set TRACE=yes
goto end

:stop_if_traces
rem Stops where a trace was found.
if defined TRACE call :stop %1 %2
goto end

:stop_if_no_trace
rem Stops where no trace was found.
if not defined TRACE call :stop %1 %2
goto end

:stop_if_has_run
rem Stops where a trace was found, and this script has run here before.
if defined STOP goto end
set MINE=
call :last_run
if defined TRACE if defined MINE call :stop %1 %2
goto end

:stop_later
rem Stops by the routine %1 in a run that verifies.
if "%MODE%"=="verify" call :%1 %2 %3
goto end

:export_key
rem Writes those of the keys %3 and on that are there to files for a person. %2 is the status where none of them is there.
if defined IDLE goto end
set N=0
set SAVED=
for %%k in (%3 %4 %5 %6 %7 %8 %9) do call :export_one %1 %%k
if defined SAVED goto end
set PART=%3
set "PART=%PART:"=%"
if "%2"=="refused" call :stop refused "[[not-saved what=%PART%]]"
if "%2"=="nothing-to-do" call :stop nothing-to-do "[[no-key key=%PART%]]"
goto end

:export_one
rem Writes one key, and makes sure that there was room: for a copy, and then for a line.
if defined IDLE goto end
set /a N=N+1
set FILE=KEY%1-%N%.REG
call :export %FILE% %2
if not defined GOT goto end
copy %WORK%\%FILE% "%RUN%\%FILE%" >nul
copy "%RUN%\%FILE%" %WORK%\LEFT.TXT >nul
echo x>%WORK%\RIGHT.TXT
set SAVED=
if exist %WORK%\LEFT.TXT if exist "%RUN%\%FILE%" for /f %%a in (%WORK%\RIGHT.TXT) do set SAVED=yes
for %%f in (%FILE% LEFT.TXT RIGHT.TXT) do if exist %WORK%\%%f del %WORK%\%%f
if not defined SAVED call :stop refused "[[not-saved what=the key]]"
goto end

:stop_service
rem Stops the service %1, by its key name, where it runs, and notes that first. Stops the run where the service goes on running.
if defined IDLE goto end
call :state %1
if defined IDLE goto end
if not defined UP goto end
echo x>"%RUN%\S_%1.ID"
if not exist "%RUN%\S_%1.ID" call :stop refused "[[not-noted]]"
if defined IDLE goto end
set TRY=0
:next_stop
"%SystemRoot%\System32\net.exe" stop %1 <nul >%WORK%\STATE.TXT 2>&1
call :state %1 stop
if not defined UP goto stopped
set /a TRY=TRY+1
"%SystemRoot%\System32\ping.exe" -n 2 127.0.0.1 >nul
if %TRY% LSS 10 goto next_stop
set LATE=%LATE% %1
if "%MODE%"=="undo" call :stop refused "[[undo-stuck service=%1]]"
call :stop refused "[[stuck service=%1]]"
goto end
:stopped
if defined BY_ACT if "%TRY%"=="0" del "%RUN%\S_%1.ID"
if exist "%RUN%\S_%1.ID" call :say "[[stopped service=%1]]"
goto end

:state
rem Sets UP where the service %1 runs: sc.exe says so in a word that no language changes. NT 4.0 has no sc.exe: there net.exe has just tried
rem to %2 the service, and the number of its message says how that ended.
set UP=
set BY_ACT=
call :export KEY.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\%1"
if not defined GOT goto end
set UP=yes
if not exist "%SystemRoot%\System32\sc.exe" goto by_act
"%SystemRoot%\System32\sc.exe" query %1 >%WORK%\STATE.TXT
if errorlevel 1060 if not errorlevel 1061 set UP=
if errorlevel 1 if defined UP call :stop refused "[[no-look what=The service %1]]"
"%SystemRoot%\System32\find.exe" "STOPPED" <%WORK%\STATE.TXT >nul
if not errorlevel 1 set UP=
goto end
:by_act
set BY_ACT=yes
if "%2"=="" goto end
if "%2"=="start" set UP=
for %%n in (2182 2185 3521) do call :message %%n
goto end

:message
rem 2182: the service runs already. 2185: there is no such service. 3521: it does not run.
"%SystemRoot%\System32\find.exe" "%1" <%WORK%\STATE.TXT >nul
if errorlevel 1 goto end
set UP=
if "%1"=="2182" set UP=yes
goto end

:start_services
rem Starts the services that are noted as stopped, the last one first.
if not defined RUN goto end
for %%s in (%SERVICES%) do if exist "%RUN%\S_%%s.ID" call :start %%s
goto end

:start
rem Starts the service %1. One that was told to stop and went on running may stop yet, so it is waited for.
set TRY=0
set AWAITED=
for %%s in (%LATE%) do if "%%s"=="%1" set AWAITED=yes
:lingers
call :state %1
if not defined GOT goto is_up
if defined BY_ACT goto starting
if not defined UP goto starting
if not defined AWAITED goto is_up
set /a TRY=TRY+1
"%SystemRoot%\System32\ping.exe" -n 2 127.0.0.1 >nul
if %TRY% LSS 5 goto lingers
call :say "[[still service=%1]]"
goto end
:starting
set TRY=0
:next_start
"%SystemRoot%\System32\net.exe" start %1 <nul >%WORK%\STATE.TXT 2>&1
call :state %1 start
if defined UP goto is_up
set /a TRY=TRY+1
if %TRY% LSS 2 goto next_start
set TORN=yes
set STATUS=failed
call :say "[[down service=%1]]"
goto end
:is_up
del "%RUN%\S_%1.ID"
goto end

:end_process
rem Ends the program %1 where Windows has a tool for that.
if defined IDLE goto end
if not exist "%SystemRoot%\System32\taskkill.exe" call :say "[[no-tool image=%1]]"
if not exist "%SystemRoot%\System32\taskkill.exe" goto end
"%SystemRoot%\System32\taskkill.exe" /f /im %1 >nul 2>nul
if errorlevel 128 goto not_running
if errorlevel 1 call :say "[[no-tool image=%1]]"
if not errorlevel 1 call :say "[[ended image=%1]]"
goto end
:not_running
call :say "[[not-running image=%1]]"
goto end

:run
rem Runs command %1 of the plan and waits for it. Where %2 is later, only a later look says whether it has worked.
if defined IDLE goto end
echo x>"%RUN%\R%1.ID"
if not exist "%RUN%\R%1.ID" call :stop refused "[[not-noted]]"
if defined IDLE goto end
set CODE=
call :command%1
if not defined CODE call :stop refused "[[no-start program=%PROGRAM%]]"
if not defined CODE goto end
set RAN=yes
if "%CODE%"=="9009" call :stop failed "[[no-start program=%PROGRAM%]]"
if defined STOP goto end
call :say "[[exit program=%PROGRAM% code=%CODE%]]"
if "%2"=="later" set STATUS=started
if "%2"=="later" call :say "[[started code=%CODE% verify=/verify]]"
if not "%2"=="later" if not "%CODE%"=="0" call :stop failed "[[command-fails program=%PROGRAM% code=%CODE%]]"
goto end

:reverse
rem Runs what undoes command %1, where a run has run it.
if defined IDLE goto end
if not exist "%RUN%\R%1.ID" goto end
set CODE=
call :reverse%1
if not "%CODE%"=="0" call :stop failed "[[command-fails program=%PROGRAM% code=%CODE%]]"
if "%CODE%"=="0" del "%RUN%\R%1.ID"
goto end

:read_line
rem Looks at the batch file FILE: SAME where it begins with the line DATA, ODD where it cannot be read or has no label. Leaves it in NOWF.TXT.
for %%v in (KEY SUB VAL ODD SAME ALONE) do set %%v=
if exist %WORK%\NOWF.TXT del %WORK%\NOWF.TXT
if not defined FILE goto end
set ODD=yes
copy "%FILE%" %WORK%\NOWF.TXT >nul
if not exist %WORK%\NOWF.TXT goto end
call :read_lines NOWF.TXT
if not defined RUN goto end
if not exist "%RUN%\T%1W.TXT" goto end
call :same "%RUN%\T%1W.TXT" %WORK%\NOWF.TXT
if defined DIFF set SAME=
goto end

:read_lines
set COUNT=0
for /f "delims=" %%a in (%WORK%\%1) do (
  set "LINE=%%a"
  call :match_line
)
goto end

:match_line
set /a COUNT=COUNT+1
set "LINE=%LINE:"='%"
for /f "tokens=1" %%c in ("%LINE%") do if /i "%%c"==":%LABEL%" set ODD=
if not "%COUNT%"=="1" goto end
if /i "%LINE%"=="%DATA%" set SAME=yes
goto end

:write_line
rem Writes the line before the first one of the file of target %1: beside it first, for a copy onto a file is dangerous where the drive is full.
if defined IDLE goto end
call :target%1
call :read_line %1
set BEFORE=%COUNT%
>%WORK%\LEFT.TXT echo %DATA%
copy /b %WORK%\LEFT.TXT+"%RUN%\T%1F.TXT" "%RUN%\T%1W.TXT" >nul
set SAME=
copy "%RUN%\T%1W.TXT" %WORK%\LEFT.TXT >nul
if exist %WORK%\LEFT.TXT call :read_lines LEFT.TXT
set /a COUNT=COUNT-1
if defined SAME if "%COUNT%"=="%BEFORE%" copy "%RUN%\T%1W.TXT" "%FILE%" >nul
goto end

:restore_file
copy "%RUN%\T%1F.TXT" "%FILE%" >nul
goto end

:try_file
rem Makes a file beside that of the target, and takes it away.
if not defined FILE goto end
if exist "%FILE%.FX" del "%FILE%.FX"
if exist "%FILE%.FX" call :stop refused "[[no-rights what=the folder of the file]]"
>"%FILE%.FX" echo x
if not exist "%FILE%.FX" call :stop refused "[[no-rights what=the folder of the file]]"
if exist "%FILE%.FX" del "%FILE%.FX"
if exist "%FILE%.FX" call :stop refused "[[no-rights what=the folder of the file]]"
goto end

:facts_os
for /f "tokens=*" %%v in ('ver') do set "PART=%%v"
if not "%PART:Version 3.5=%"=="%PART%" echo client_os=nt351
if not "%PART:Version 4.0=%"=="%PART%" echo client_os=nt4
if not "%PART:Version 5.0=%"=="%PART%" echo client_os=win2000
if not "%PART:Version 5.1=%"=="%PART%" echo client_os=xp
goto end

:facts_sites
call :export KEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
if defined GOT for /f "tokens=7,8,9 delims=\[]" %%a in (%WORK%\%SRC%) do if "%%a"=="Shared" if "%%c"=="" echo client_sites=%%b
call :export KEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT for /f "tokens=6,7,8 delims=\[]" %%a in (%WORK%\%SRC%) do if "%%a"=="InstalledSites" if "%%c"=="" echo client_sites=%%b
goto end

:log_lines
rem Prints the lines of the log %1 of the client that hold the text %2.
set "BASE=%SystemRoot%"
if defined SMS_LOCAL_DIR set "BASE=%SMS_LOCAL_DIR%"
if exist "%BASE%\MS\SMS\Logs\%1" "%SystemRoot%\System32\find.exe" %2 "%BASE%\MS\SMS\Logs\%1"
goto end
