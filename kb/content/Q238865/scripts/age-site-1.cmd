@echo off
rem Fixdesk: age-site, stage 1 of 1. From article Q238865, tree 01234567.
rem Let the client drop BRI by itself, at its next cycle.
rem.
rem  1 reads    Stop unless this is Windows NT 4.0, 2000 or later.
rem  2 reads    Stop unless this user may change this computer as an administrator.
rem  3 reads    Look whether the key HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI is there.
rem  4 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  5 changes  Stop SMS Client Service, where they run.
rem  6 changes  Set Site Config Last Checked to 1990/01/01 00:00.00 under
rem      HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI.
rem  7 changes  Start SMS Client Service again, those that were stopped.
rem  8 reads    Look again: Site Config Last Checked is 1990/01/01 00:00.00.
rem  9 person   Look at Control Panel, Systems Management, Sites within 23 hours. The site is gone and the others
rem      are there.
rem.
rem Not certain: The client drops the site at its next maintenance cycle, which comes when the client service
rem starts and every 23 hours.
rem Not certain: If it is the only site of the client, the client removes itself. It can be installed again
rem afterwards.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo puts back what this script removed or changed, unless somebody else has changed it since.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=age-site script=e0b474c1
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
set SAY=step 3 reads: Look whether the key HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI is there.
call :say
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI"
if defined GOT goto s3a
set SAY=The client keeps no settings of this site under Sites\Shared, so there is nothing to age. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s3a
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
if not defined SAME set FOUND=yes
if not defined ODD goto s3o1
set SAY=Site Config Last Checked is there and is no string. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s3o1
if defined FOUND goto s4
set SAY=It is so already. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s4
set STEP=4
set SAY=step 4 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
call :say
if not "%MODE%"=="apply" goto s5
if not defined RUN call :newrun
if defined RUN goto r4
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r4
set SAVED=
call :export KEY4-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if defined GOT set SAVED=yes
if exist KEY4-1.REG call :room KEY4-1.REG
if defined SAVED goto s5
set SAY=The export is missing or not whole, and the drive may be full. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s5
set STEP=5
set SAY=step 5 changes: Stop SMS Client Service, where they run.
call :say
if not "%MODE%"=="apply" goto s6
call :stop "SMS Client Service" clisvc
if defined STUCK goto s5a
goto s6
:s5a
set SAY=  %STUCK% goes on running. Either it hangs, or this user is no administrator.
call :say
set SAY=Nothing was changed, and what was stopped is started again.
call :say
set STATUS=refused
goto finish
:s6
set STEP=6
set SAY=step 6 changes: Set Site Config Last Checked to 1990/01/01 00:00.00 under HKLM\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI.
call :say
if not "%MODE%"=="apply" goto s7
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=V1
call :lookvalue
if defined ODD goto s6b
if not defined SAME goto s6a
set SAY=  It is so already.
call :say
goto s7
:s6a
if not defined HAVE echo x>V1NEW.ID
if not defined HAVE if not exist V1NEW.ID goto s6b
echo REGEDIT4>SET1.REG
echo.>>SET1.REG
echo [HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI]>>SET1.REG
echo "Site Config Last Checked"="1990/01/01 00:00.00">>SET1.REG
echo x>V1.ID
echo x>CHANGED.ID
set WROTE=yes
for %%f in (V1.REG SET1.REG V1.ID CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s6b
start /wait regedit /s SET1.REG
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
if defined SAME goto s7
:s6b
set SAY=  Looking again shows another value, or one that is no string. What was there is put back.
call :say
set TORN=
if not exist V1.ID goto s6z1
if not exist V1NEW.ID if exist V1.REG start /wait regedit /s V1.REG
if not exist V1NEW.ID goto v6x1
echo REGEDIT4>CLR1.REG
echo.>>CLR1.REG
echo [HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI]>>CLR1.REG
echo "Site Config Last Checked"=->>CLR1.REG
if exist CLR1.REG start /wait regedit /s CLR1.REG
:v6x1
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
call :same V1.REG FXV.REG
if defined DIFF set TORN=yes
:s6z1
if not defined TORN goto s6d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s6d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s7
set STEP=7
set SAY=step 7 changes: Start SMS Client Service again, those that were stopped.
call :say
if not "%MODE%"=="apply" goto s8
call :start "SMS Client Service" clisvc
:s8
if not "%MODE%"=="show" goto s9
set SAY=step 8 reads: Look again: Site Config Last Checked is 1990/01/01 00:00.00.
call :say
:s9
if not "%MODE%"=="show" goto s10
set SAY=step 9 person: Look at Control Panel, Systems Management, Sites within 23 hours. The site is gone and the others are there.
call :say
:s10
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
set STATUS=ok
goto finish
:verify
set STEP=8
set SAY=step 8 reads: Look again: Site Config Last Checked is 1990/01/01 00:00.00.
call :say
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
if defined SAME goto v8c
set SAY=It is not so, or not any more.
call :say
set STATUS=failed
goto finish
:v8c
set SAY=step 9 person: Look at Control Panel, Systems Management, Sites within 23 hours. The site is gone and the others are there.
call :say
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
if not exist V1.ID goto uv1
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
if defined SAME goto uv1
if not exist OPEN.ID goto uo1
rem A run that was cut off may not have come to write it.
call :same V1.REG FXV.REG
if not defined DIFF del V1.ID
if not defined DIFF goto uv1
:uo1
set SAY=Site Config Last Checked is not what this script wrote. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:uv1
:u2
set STEP=2
echo x>UNDOING.ID
if exist UNDOING.ID goto u3
set SAY=Nothing can be written to the folder of the run. Nothing was changed.
call :say
set STATUS=refused
goto finish
:u3
call :stop "SMS Client Service" clisvc
if not defined STUCK goto usclisvc
set SAY=SMS Client Service goes on running, and what was stopped is started again.
call :say
set SAY=Nothing was changed.
if defined RESUMED set SAY=An undo before this one was cut off, and may have put back a part. This one has put back nothing. Run it again when the service stops.
if not defined RESUMED del UNDOING.ID
call :say
set STATUS=refused
goto finish
:usclisvc
set STEP=3
if not exist V1.ID goto uw1
if not exist V1NEW.ID if exist V1.REG start /wait regedit /s V1.REG
if not exist V1NEW.ID goto v10x1
echo REGEDIT4>CLR1.REG
echo.>>CLR1.REG
echo [HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI]>>CLR1.REG
echo "Site Config Last Checked"=->>CLR1.REG
if exist CLR1.REG start /wait regedit /s CLR1.REG
:v10x1
set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared\BRI
set NAME=Site Config Last Checked
set "DATA=1990/01/01 00:00.00"
set OUT=FXV
call :lookvalue
call :same V1.REG FXV.REG
if not defined DIFF goto uw1
set SAY=Site Config Last Checked could not be put back.
call :say
set STATUS=failed
goto finish
:uw1
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
call :start "SMS Client Service" clisvc
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
echo age-site, stage 1 of 1. Let the client drop BRI by itself, at its next cycle.
echo Without an argument it only shows what it would do.
echo /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo puts back what this script removed or changed, unless somebody else has changed it since.
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
:stop
rem Stops the service %1 (short name %2) where it runs. Sets STUCK where it goes on running.
set STUCK=
call :up %1 %2
if not defined UP goto end
echo x>%RUN%\%2.ID
if not exist %RUN%\%2.ID set STUCK=%1
if defined STUCK goto end
net stop %1 <nul >nul 2>nul
call :up %1 %2
if not defined UP goto end
net stop %2 <nul >nul 2>nul
set TRY=0
:stopping
call :up %1 %2
if not defined UP goto end
set /a TRY=TRY+1
ping -n 2 127.0.0.1 >nul
if %TRY% LSS 10 goto stopping
set STUCK=%1
set LATE=%2
goto end
:start
rem Starts the service %1 (short name %2) again, where a run has stopped it. Sets DOWN where it does not come up. One that was told to
rem stop and went on running may stop yet, so it is waited for.
if not defined RUN goto end
if not exist %RUN%\%2.ID goto end
set TRY=0
if not "%LATE%"=="%2" goto starting
:lingers
call :up %1 %2
if not defined UP goto starting
set /a TRY=TRY+1
ping -n 2 127.0.0.1 >nul
if %TRY% LSS 5 goto lingers
set SAY=  %1 was told to stop, and has not. Should it stop later, start it in Control Panel, Services.
call :say
goto end
:starting
call :up %1 %2
if not defined UP net start %1 <nul >nul 2>nul
call :up %1 %2
if not defined UP net start %2 <nul >nul 2>nul
call :up %1 %2
if defined UP del %RUN%\%2.ID
if not defined UP set DOWN=%1
goto end
:up
rem Sets UP where the service %1 (short name %2) runs.
set UP=
for /f "tokens=*" %%s in ('net start') do (
  if "%%s"==%1 set UP=yes
  if "%%s"=="%2" set UP=yes
)
if defined UP goto end
sc query %2 2>nul | find "RUNNING" >nul
if not errorlevel 1 set UP=yes
sc query %1 2>nul | find "RUNNING" >nul
if not errorlevel 1 set UP=yes
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
:lookvalue
rem Is %NAME% in the key %KEY%? Sets HAVE, SAME where it is %DATA%, ODD where it is no string. Writes it to %OUT%.REG.
set HAVE=
set SAME=
set ODD=
set KEYS=0
set PAST=
call :export FXKEY.REG "%KEY%"
echo REGEDIT4>%OUT%.REG
echo.>>%OUT%.REG
echo [%KEY%]>>%OUT%.REG
if not defined GOT goto end
for /f "delims=" %%a in (%SRC%) do (
  set LINE=%%a
  if not defined PAST call :matchvalue
  if defined HIT >>%OUT%.REG echo %%a
)
goto end
:matchvalue
set HIT=
set "LINE=%LINE:"=%"
set "FIRST=%LINE:~0,1%"
if "%FIRST%"=="[" set /a KEYS=KEYS+1
if "%KEYS%"=="2" set PAST=yes
if "%FIRST%"=="[" goto end
if not "%KEYS%"=="1" goto end
set "PART=%LINE:hex=%"
set LIKE=
for /f "tokens=1* delims==" %%c in ("%LINE%") do (
  if /i "%%c"=="%NAME%" set HIT=yes
  if "%%d"=="%DATA%" set LIKE=yes
)
if not defined HIT goto end
set HAVE=yes
if defined LIKE set SAME=yes
if not "%PART%"=="%LINE%" set ODD=yes
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
:end
