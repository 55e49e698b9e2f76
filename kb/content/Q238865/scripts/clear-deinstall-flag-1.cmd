@echo off
rem Fixdesk: clear-deinstall-flag, stage 1 of 2. From article Q238865, tree 01234567.
rem Take away the client and the flag that blocks its installation, and install it again.
rem.
rem  1 reads    Stop unless this is Windows NT 4.0, 2000 or later.
rem  2 reads    Stop unless this user may change this computer as an administrator.
rem  3 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  4 changes  Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe
rem      beside it: 15 to 20 minutes.
rem  5 person   Restart the computer.
rem.
rem Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service Pack 1 fails
rem on a client of Service Pack 2 [Q272166].
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo: nothing of it can be undone by a script, and it says so.
rem FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=clear-deinstall-flag script=296c82db
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
if "%MODE%"=="verify" goto placed
if "%MODE%"=="undo" goto placed
if defined PLACE goto place
set SAY=Name the folder that holds 20CLICLN.BAT after /apply. Nothing was changed.
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
if not exist "%PLACE%\20CLICLN.BAT" set MISSING=20CLICLN.BAT
if not exist "%PLACE%\HAMMER.EXE" set MISSING=HAMMER.EXE
if not exist "%PLACE%\KILL.EXE" set MISSING=KILL.EXE
if not exist "%PLACE%\SETEVNT.EXE" set MISSING=SETEVNT.EXE
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
:s3
set STEP=3
set SAY=step 3 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
call :say
if not "%MODE%"=="apply" goto s4
if not defined RUN call :newrun
if defined RUN goto r3
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r3
set SAVED=
call :export KEY3-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if defined GOT set SAVED=yes
if exist KEY3-1.REG call :room KEY3-1.REG
if defined SAVED goto s4
set SAY=The key is not there. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s4
set STEP=4
set SAY=step 4 changes: Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside it: 15 to 20 minutes.
call :say
if not "%MODE%"=="apply" goto s5
if not defined RUN call :newrun
if defined RUN goto r4
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r4
pushd "%PLACE%"
if exist 20CLICLN.BAT goto s4a
popd
set SAY=The folder of the program could not be opened. Nothing was changed.
call :say
set STATUS=failed
goto finish
:s4a
rem A shell of its own, so that the other batch file cannot end this one.
cmd /c 20CLICLN.BAT <nul
popd
:s5
set STEP=5
set SAY=step 5 person: Restart the computer.
call :say
:s6
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
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
echo clear-deinstall-flag, stage 1 of 2. Take away the client and the flag that blocks its installation, and install it again.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo: nothing of it can be undone by a script, and it says so.
echo FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
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
:room
rem Is the drive not full, so that the file %1 is whole? There must be room for a copy of it, and then for a line. Clears SAVED else.
set ROOM=
copy %1 FXCOPY.TXT >nul
if exist FXCOPY.TXT set ROOM=yes
echo x>FXROOM.TXT
if not exist FXROOM.TXT set ROOM=
if not defined ROOM set SAVED=
set ROOM=
if exist FXROOM.TXT for /f %%a in (FXROOM.TXT) do set ROOM=yes
if not defined ROOM set SAVED=
if exist FXCOPY.TXT del FXCOPY.TXT
goto end
:end
