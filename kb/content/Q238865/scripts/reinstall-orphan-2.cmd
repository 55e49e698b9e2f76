@echo off
rem ---- WHAT THIS IS ----
rem Fixdesk: reinstall-orphan, stage 2 of 2. From article Q238865, tree 01234567.
rem Remove the client whose only site no longer exists, and install it into a site that does.
rem Not certain: The article speaks of a client that belongs to more than one site. A client without a site is left, so deleting the code alone
rem would leave it without any.
rem Not certain: Do not remove it with smsman, which needs the site. 20CLICLN.BAT needs none.
rem Not certain: The articles know this case from other causes, so take the diagnosis as likely and not as certain.
goto first
:usage
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify checks whether it is done.
echo /undo puts back what this script removed or changed, unless somebody else has changed it since.
echo FOLDER is the folder that holds SMSMAN.EXE.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
goto end
:first
set RESULT=FIXDESK-RESULT v=1 fix=reinstall-orphan script=23d38d6e
set STATUS=ok
set STEP=8
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
set TARGETS=1 2
set FOLDER=SMSMAN.EXE
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
call :step 8 reads "Stop while anything of these is there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
call :look_traces traces1
call :has_run
call :stop_if HASRUN nothing-to-do "This script has run here already, and it is installed. There is nothing to do." 0
call :stop_if TRACES refused "It is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed." 0
call :step 9 reads "Stop unless this user may change this computer as an administrator."
call :rights 1 2
call :step 10 reads "Export HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 or else HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties to a new file."
call :look 1
call :look 2
call :new_run
call :export_key 10 - "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32" "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties"
call :save 1
call :save 2
call :step 11 changes "Delete the key HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 with everything below it."
call :note T1
call :remove 1
call :compare 1
call :step 12 changes "Delete the value SMS Client Deinstall from HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties."
call :note T2
call :remove 2
call :compare 2
call :step 13 changes "Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon point."
call :run 13 later
goto end
rem apply, after the steps, and verify
:looks
call :compare 2
call :compare 1
call :step 14 reads "Look later that these are there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe."
call :look_traces_later traces2
call :stop_later NOTRACE failed "It is not there yet." 0
call :step 15 person "Give smsman the logon point of a site that works. Afterwards the Sites tab shows that site, and no other."
goto end
rem undo: is everything as the last run has left it?
:guards
call :rights 1 2
call :open_run
call :unchanged 1
call :unchanged 2
call :note OPEN
goto end
rem undo, and apply that failed after its first change
:back
call :restore 2
call :restore 1
goto end
rem apply and undo, whatever has happened
:finally
call :roll_back
goto end
:target1
call :registry_target WHOLE
set NAME=Wuser32& set KEYS="HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32"& goto end
:target2
call :registry_target VALUES
set NAME=SMS Client Deinstall& set KEYS="HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties"& set HEX=whole_bytes
goto end
:traces1
call :trace_service clisvc
call :trace_file "MS\SMS\Core\Bin\Clisvcl.exe"
goto end
:command13
set PROGRAM=SMSMAN.EXE
pushd "%PLACE%"
if exist SMSMAN.EXE .\SMSMAN.EXE <nul
if exist SMSMAN.EXE set CODE=%errorlevel%
popd
goto end
:traces2
call :trace_service clisvc
call :trace_file "MS\SMS\Core\Bin\Clisvcl.exe"
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

:try_key
rem Writes the value FixdeskRights under the key of the target, and takes it away: the file that does so is there before.
for %%v in (WHOLE SUBKEYS BYTES TYPE HEX REST MAKE) do set %%v=
set VALUES=yes& set NAME=FixdeskRights& set DATA=-& call :read_registry& if not defined KEY goto end
set "SECTION=[%KEY%]"& call :prepare TAKE.REG& if not exist %WORK%\TAKE.REG (call :stop refused "A note could not be written to the folder of the run, and the drive may be full. Nothing was changed."& goto end)
set DATA="x"& call :act RIGHTS.REG& set MAY=& call :read_registry
if defined SAME set MAY=yes
"%REGEDIT%" /s %WORK%\TAKE.REG
del %WORK%\TAKE.REG& call :read_registry
if defined VAL set MAY=
if not defined MAY call :stop refused "This user may not change %KEY%. Run this as an administrator. Nothing was changed."
goto end

:remove
rem Deletes the one entry, or key, that target %1 is, where it was saved.
if defined IDLE goto end
call :see %1& if not exist "%RUN%\T%1R.REG" goto end
set DATA=& set "SECTION=[-%KEY%\%NAME%]"& if defined WHOLE set "SECTION=[-%KEY%]"
if defined VAL (set DATA=-& set "SECTION=[%KEY%]")
if defined PRESENT if not defined SEVERAL if not defined IDLE call :act T%1D.REG
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
if defined SUB (call :export NOW.REG "%KEY%\%NAME%"& if not defined GOT call :stop refused "%NAME% could not be looked at. Nothing was changed.")
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
