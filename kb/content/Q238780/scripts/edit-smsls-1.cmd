@echo off
rem Fixdesk: edit-smsls, stage 1 of 1. From article Q238780, tree 01234567.
rem Switch the SMS logon script off with its first line.
rem.
rem  1 reads    Stop unless this is Windows NT 4.0, 2000 or later.
rem  2 reads    Stop unless this user may change this computer as an administrator.
rem  3 reads    Copy SMSLS.BAT to a new file.
rem  4 changes  Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.
rem  5 reads    Look again: the first line of SMSLS.BAT is GOTO END.
rem  6 person   Do the same with each copy of SMSLS.BAT that a logon script calls, at all sites.
rem.
rem Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and
rem leaves the file alone where it is missing.
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
rem FOLDER is the folder that holds SMSLS.BAT.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=edit-smsls script=52d3f5cb
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
if "%MODE%"=="show" if not defined PLACE goto placed
if defined PLACE goto place
set SAY=Name the folder that holds SMSLS.BAT after /apply, /verify or /undo. Nothing was changed.
call :say
set STATUS=refused
goto finish
:place
set "PLACE=%PLACE:"=%"
if "%PLACE:~1,2%"==":\" goto full
if "%PLACE:~0,2%"=="\\" goto full
set SAY=Name the folder with its full path, from the letter of the drive on. Nothing was changed.
call :say
set STATUS=refused
goto finish
:full
if not exist "%PLACE%\SMSLS.BAT" set MISSING=SMSLS.BAT
if not defined MISSING goto placed
set SAY=The folder does not hold %MISSING%. Nothing was changed.
call :say
goto finish
:placed
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:s1
set STEP=1
set SAY=step 1 reads: Stop unless this is Windows NT 4.0, 2000 or later.
call :say
:s2
set STEP=2
set SAY=step 2 reads: Stop unless this user may change this computer as an administrator.
call :say
if not "%MODE%"=="apply" goto s3
if not exist %HOLD% md %HOLD%
if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s2r
echo x>%HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s2a
:s2r
set SAY=This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s2a
del %HOLD%\RIGHTS.ID
call :scan
if not defined BROKEN goto s3
set SAY=An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s3
set STEP=3
set SAY=step 3 reads: Copy SMSLS.BAT to a new file.
call :say
if not defined PLACE goto s4
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
if defined LABEL goto s3a
set SAY=The file could not be read, or it has no such label to jump to. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s3a
if not defined FIRST goto s3b
set SAY=The line is there already. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s3b
set BEFORE=%COUNT%
if not "%MODE%"=="apply" goto s4
if not defined RUN call :newrun
if defined RUN goto r3
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r3
copy "%WORK%\FXFILE.TXT" OLD.TXT >nul
if not exist OLD.TXT goto s3c
call :same OLD.TXT "%WORK%\FXFILE.TXT"
if not defined DIFF goto s4
:s3c
set SAY=The copy is missing or not the same. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s4
set STEP=4
set SAY=step 4 changes: Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.
call :say
if not "%MODE%"=="apply" goto s5
echo GOTO END>LINE.TXT
copy /b LINE.TXT+OLD.TXT NEW.TXT >nul
echo x>CHANGED.ID
set WROTE=yes
for %%f in (LINE.TXT NEW.TXT CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s4w
call :readfile NEW.TXT
set /a REST=COUNT-1
if not defined FIRST goto s4w
if not "%REST%"=="%BEFORE%" goto s4w
copy NEW.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
set /a COUNT=COUNT-1
call :same NEW.TXT FXFILE.TXT
if not defined DIFF if defined FIRST if defined LABEL if "%COUNT%"=="%BEFORE%" goto s5
set SAY=  Looking again shows another file. The old one is put back. It may be in use, or read-only.
call :say
copy OLD.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same OLD.TXT FXFILE.TXT
set TORN=%DIFF%
if not defined TORN goto s4d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s4d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s4w
if exist CHANGED.ID del CHANGED.ID
set SAY=The new file could not be written, and the drive may be full. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s5
if not "%MODE%"=="show" goto s6
set SAY=step 5 reads: Look again: the first line of SMSLS.BAT is GOTO END.
call :say
:s6
set STEP=6
set SAY=step 6 person: Do the same with each copy of SMSLS.BAT that a logon script calls, at all sites.
call :say
:s7
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
set STATUS=ok
goto finish
:verify
set STEP=5
set SAY=step 5 reads: Look again: the first line of SMSLS.BAT is GOTO END.
call :say
if defined PLACE goto v5a
set SAY=Name the folder that holds SMSLS.BAT after /verify.
call :say
set STATUS=refused
goto finish
:v5a
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
if defined FIRST goto v5c
set SAY=The first line is another one.
call :say
set STATUS=failed
goto finish
:v5c
set STATUS=ok
goto finish
:undo
set STEP=1
call :scan
if defined MINE goto u1
set SAY=No run of this script is left to undo.
call :say
set STATUS=nothing-to-do
goto finish
:u1
set RUN=%HOLD%\%MINE%
cd /d %RUN%
set LOG=%RUN%\LOG.TXT
set SAY=undo of run %MINE%
call :say
if not exist CHANGED.ID goto u9
set RESUMED=
if exist UNDOING.ID set RESUMED=yes
if exist UNDOING.ID goto u2
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same NEW.TXT FXFILE.TXT
if not defined DIFF goto uf
if not exist OPEN.ID goto ug
rem A run that was cut off may not have come to write it.
call :same OLD.TXT FXFILE.TXT
if not defined DIFF goto u9
:ug
set SAY=SMSLS.BAT is not what this script wrote. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:uf
:u2
set STEP=2
echo x>UNDOING.ID
if exist UNDOING.ID goto u3
set SAY=Nothing can be written to the folder of the run. Nothing was changed.
call :say
set STATUS=refused
goto finish
:u3
set STEP=3
copy OLD.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same OLD.TXT FXFILE.TXT
if not defined DIFF goto u9
set SAY=SMSLS.BAT could not be put back.
call :say
set STATUS=failed
goto finish
:u9
echo x>UNDONE.ID
if exist UNDONE.ID goto u10
set SAY=It is put back, but the folder of the run cannot be written to, so that a later undo would do it again.
call :say
set STATUS=failed
goto finish
:u10
if exist OPEN.ID del OPEN.ID
if exist UNDOING.ID del UNDOING.ID
set SAY=Put back.
call :say
set STATUS=ok
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
echo edit-smsls, stage 1 of 1. Switch the SMS logon script off with its first line.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
echo FOLDER is the folder that holds SMSLS.BAT.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set MODE=help
set STATUS=ok
set STEP=0
goto result
:say
echo %SAY%
if defined LOG >>%LOG% echo %SAY%
goto end
:scan
rem Sets TOP to the last number, MINE to the last run of this script that is not undone, BROKEN where that was cut off.
set TOP=000
set MINE=
set BROKEN=
if not exist %HOLD% goto end
for /f "tokens=1" %%d in ('dir /b /ad /on %HOLD%') do call :seen %%d
goto end
:seen
if not exist %HOLD%\%1\RUN.ID goto end
set TOP=%1
if not exist %HOLD%\%1\%ID%.ID goto end
if exist %HOLD%\%1\UNDONE.ID goto end
set MINE=%1
set BROKEN=
if exist %HOLD%\%1\OPEN.ID set BROKEN=%1
if exist %HOLD%\%1\UNDOING.ID set BROKEN=%1
goto end
:newrun
rem Makes a folder with the next free number, and uses none twice. OPEN.ID stays there until the run has come to its end.
if not exist %HOLD% md %HOLD%
call :scan
set /a N=1%TOP%
:nextrun
set /a N=N+1
if %N% GTR 1999 goto end
if exist %HOLD%\%N:~1,3% goto nextrun
md %HOLD%\%N:~1,3%
echo x>%HOLD%\%N:~1,3%\RUN.ID
if not exist %HOLD%\%N:~1,3%\RUN.ID goto end
set RUN=%HOLD%\%N:~1,3%
cd /d %RUN%
echo x>OPEN.ID
echo x>%ID%.ID
if exist OPEN.ID if exist %ID%.ID goto newlog
set RUN=
cd /d "%WORK%"
goto end
:newlog
set LOG=%RUN%\LOG.TXT
set SAY=  backup and log: %RUN%
call :say
goto end
:same
rem Are the files %1 and %2 the same, line by line? Sets DIFF where they are not.
set DIFF=
set N=1000
cd .
if not exist %2 set DIFF=yes
if not exist %1 set DIFF=yes
if defined DIFF goto end
copy %1 FXSAME1.TXT >nul
copy %2 FXSAME2.TXT >nul
for /f "delims=" %%a in (FXSAME1.TXT) do (
  set LINE=%%a
  call :keep
)
set LAST=%N%
set N=1000
for /f "delims=" %%a in (FXSAME2.TXT) do (
  set LINE=%%a
  call :compare
)
if not "%N%"=="%LAST%" set DIFF=yes
del FXSAME1.TXT
del FXSAME2.TXT
goto end
:keep
set /a N=N+1
set "LINE=%LINE:"='%"
set "LINE%N%=%LINE%"
goto end
:compare
set /a N=N+1
set "LINE=%LINE:"='%"
call set "KEPT=%%LINE%N%%%"
if not "%KEPT%"=="%LINE%" set DIFF=yes
goto end
:readfile
rem Reads the batch file %1. Sets COUNT to its lines, FIRST where it begins with the line, LABEL where it has the label.
set FIRST=
set LABEL=
set COUNT=0
if not exist %1 goto end
for /f "delims=" %%a in (%1) do (
  set LINE=%%a
  call :fileline
)
goto end
:fileline
set /a COUNT=COUNT+1
set "LINE=%LINE:"=%"
if not "%COUNT%"=="1" goto nofirst
if /i "%LINE%"=="GOTO END" set FIRST=yes
:nofirst
for /f "tokens=1" %%c in ("%LINE%") do if /i "%%c"==":END" set LABEL=yes
goto end
:end
