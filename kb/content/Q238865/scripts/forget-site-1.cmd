@echo off
rem Fixdesk: forget-site, stage 1 of 1. From article Q238865, tree 01234567.
rem Make the client forget BRI, which no longer exists.
rem.
rem  1 reads    Stop unless this is Windows NT 4.0, 2000 or later.
rem  2 reads    Stop unless this user may change this computer as an administrator.
rem  3 reads    Look for BRI under HKLM\SOFTWARE\Microsoft\SMS\Client\InstalledSites or else
rem      HKLM\Microsoft\SMS\Client\InstalledSites, and for another entry that stays.
rem  4 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client or else HKLM\Microsoft\SMS\Client to a new file.
rem  5 changes  Stop SMS Remote Control Agent and SMS Client Service, where they run.
rem  6 changes  End Smsmon32.exe, which runs in the session of the user and not as a service.
rem  7 changes  Delete BRI, and nothing else, from HKLM\SOFTWARE\Microsoft\SMS\Client\InstalledSites.
rem  8 changes  Start SMS Client Service and SMS Remote Control Agent again, those that were stopped.
rem  9 reads    Look again: BRI is gone from the key, and every other entry is as it was.
rem 10 person   Look at Control Panel, Systems Management, Sites. The site is gone and the others are there.
rem 11 person   Look at Smsmon32.exe in Task Manager after five minutes, and again after the next logon.
rem 12 person   If the site comes back, a logon point still names it, or the value Forced Sites of the client
rem      does. See Q259816, Q313209 and Q240056.
rem.
rem Not certain: The article prints the key without SOFTWARE. Every other article that names a key of this client
rem has SOFTWARE, so the script looks there first, and under the printed spelling only where the first one is
rem missing. It makes neither.
rem Not certain: No article says whether a site code is a subkey, a value or an element of a list there. The
rem script looks first, and leaves alone what it cannot edit.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo puts back what this script removed or changed, unless somebody else has changed it since.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=forget-site script=0bff518a
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
set KEY1=
set ALL1=
set OWN1=0
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
set SAY=step 3 reads: Look for BRI under HKLM\SOFTWARE\Microsoft\SMS\Client\InstalledSites or else HKLM\Microsoft\SMS\Client\InstalledSites, and for another
call :say
set SAY=  entry that stays.
call :say
if defined KEY1 goto s3a
set KEY1=
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT set KEY1=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites
if defined GOT set SPELLING1=1
if defined KEY1 goto s3k
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites"
if defined GOT set KEY1=HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites
if defined GOT set SPELLING1=2
:s3k
if defined KEY1 goto s3a
set SAY=Neither spelling of the key InstalledSites is there, so this computer does not show where its sites are kept. Use the fix age-site instead, which lets
call :say
set SAY=  the client drop the site itself.
call :say
set STATUS=refused
goto finish
:s3a
set KEY=%KEY1%
set NAME=BRI
set OUT=FXA
call :look
if not defined HEX goto s3h
set "PART=%HEX:(7):42,00,52,00,49,00,00,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:00,00,42,00,52,00,49,00,00,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:(7):42,52,49,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:00,42,52,49,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
:s3h
set SUB1=%SUB%
set VAL1=%VAL%
set LINES1=%LINES%
set TOTAL1=%TOTAL%
set ALL1=%TOTAL%
if defined SUB set SAY=  BRI is a subkey of %KEY%.
if defined SUB call :say
if defined VAL set SAY=  BRI is a value of %KEY%.
if defined VAL call :say
if not defined LIST goto s3b
set SAY=BRI stands in a list or a binary value, which a batch file cannot rewrite. Use the vbs script, or Regedt32 and Edit, Multi String. Nothing was
call :say
set SAY=  changed.
call :say
set STATUS=refused
goto finish
:s3b
if defined SUB set FOUND=yes
if defined VAL set FOUND=yes
set /a OWN1=OWN1+LINES
if defined FOUND goto s3c
set SAY=The key is there without BRI. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s3c
rem What stays: all lines of the key but its header, its own line, its default value and what goes.
set /a REST=TOTAL1-2-PLAIN-OWN1
if %REST% GTR 0 goto s4
set SAY=No other entry would be left under the key, and the last site of a client is never taken away. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s4
set STEP=4
set SAY=step 4 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client or else HKLM\Microsoft\SMS\Client to a new file.
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
call :export KEY4-2.REG "HKEY_LOCAL_MACHINE\Microsoft\SMS\Client"
if defined GOT set SAVED=yes
if not defined SUB1 if not defined VAL1 goto x4x1
set KEY=%KEY1%
set NAME=BRI
set OUT=E1
call :look
if not "%SUB%%VAL%%LINES%%TOTAL%"=="%SUB1%%VAL1%%LINES1%%TOTAL1%" set SAVED=
if defined SUB if not exist E1S.REG set SAVED=
if defined VAL if not exist E1V.REG set SAVED=
:x4x1
if exist KEY4-1.REG call :room KEY4-1.REG
if exist KEY4-2.REG call :room KEY4-2.REG
if defined SAVED goto s5
set SAY=The export is missing or not whole, and the drive may be full. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s5
set STEP=5
set SAY=step 5 changes: Stop SMS Remote Control Agent and SMS Client Service, where they run.
call :say
if not "%MODE%"=="apply" goto s6
call :stop "SMS Remote Control Agent" Wuser32
if defined STUCK goto s5a
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
set SAY=step 6 changes: End Smsmon32.exe, which runs in the session of the user and not as a service.
call :say
if not "%MODE%"=="apply" goto s7
kill -f Smsmon32.exe >nul 2>nul
taskkill /f /im Smsmon32.exe >nul 2>nul
set SAY=  If Smsmon32.exe is still listed in Task Manager, end it there.
call :say
:s7
set STEP=7
set SAY=step 7 changes: Delete BRI, and nothing else, from HKLM\SOFTWARE\Microsoft\SMS\Client\InstalledSites.
call :say
if not "%MODE%"=="apply" goto s8
if not defined SUB1 if not defined VAL1 goto s8
set KEY=%KEY1%
echo REGEDIT4>DEL1.REG
echo.>>DEL1.REG
if defined SUB1 echo [-%KEY%\BRI]>>DEL1.REG
if defined VAL1 echo [%KEY%]>>DEL1.REG
if defined VAL1 echo "BRI"=->>DEL1.REG
echo x>SPELL1-%SPELLING1%.ID
echo x>E1.ID
echo x>CHANGED.ID
set WROTE=yes
for %%f in (DEL1.REG SPELL1-%SPELLING1%.ID E1.ID CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s7b
start /wait regedit /s DEL1.REG
set NAME=BRI
set OUT=FXA
call :look
set /a TOTAL1=TOTAL1-LINES1
if defined SUB goto s7b
if defined VAL goto s7b
if "%TOTAL%"=="%TOTAL1%" goto s8
:s7b
set SAY=  Looking again shows something else than that one entry gone. It is put back.
call :say
set TORN=
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if not defined ALL1 goto s7y1
set KEY=%KEY1%
set NAME=BRI
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL1%" set TORN=yes
:s7y1
if not defined TORN goto s7d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s7d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s8
set STEP=8
set SAY=step 8 changes: Start SMS Client Service and SMS Remote Control Agent again, those that were stopped.
call :say
if not "%MODE%"=="apply" goto s9
call :start "SMS Client Service" clisvc
call :start "SMS Remote Control Agent" Wuser32
:s9
if not "%MODE%"=="show" goto s10
set SAY=step 9 reads: Look again: BRI is gone from the key, and every other entry is as it was.
call :say
:s10
if not "%MODE%"=="show" goto s11
set SAY=step 10 person: Look at Control Panel, Systems Management, Sites. The site is gone and the others are there.
call :say
:s11
if not "%MODE%"=="show" goto s12
set SAY=step 11 person: Look at Smsmon32.exe in Task Manager after five minutes, and again after the next logon.
call :say
:s12
set STEP=12
set SAY=step 12 person: If the site comes back, a logon point still names it, or the value Forced Sites of the client does. See Q259816, Q313209 and Q240056.
call :say
:s13
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
set STATUS=ok
goto finish
:verify
set STEP=9
set SAY=step 9 reads: Look again: BRI is gone from the key, and every other entry is as it was.
call :say
set KEY1=
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT set KEY1=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites
if defined GOT set SPELLING1=1
if defined KEY1 goto v9k
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites"
if defined GOT set KEY1=HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites
if defined GOT set SPELLING1=2
:v9k
if defined KEY1 goto v9a
set SAY=None of the keys is there, so this computer does not show it.
call :say
set STATUS=refused
goto finish
:v9a
set KEY=%KEY1%
set NAME=BRI
set OUT=FXA
call :look
if not defined HEX goto v9h
set "PART=%HEX:(7):42,00,52,00,49,00,00,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:00,00,42,00,52,00,49,00,00,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:(7):42,52,49,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
set "PART=%HEX:00,42,52,49,00=%"
if not "%PART%"=="%HEX%" set LIST=yes
:v9h
if defined SUB goto v9b
if defined VAL goto v9b
if not defined LIST goto v9c
:v9b
set SAY=BRI is still there.
call :say
set STATUS=failed
goto finish
:v9c
set SAY=step 10 person: Look at Control Panel, Systems Management, Sites. The site is gone and the others are there.
call :say
set SAY=step 11 person: Look at Smsmon32.exe in Task Manager after five minutes, and again after the next logon.
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
if not exist E1.ID goto ue1
if exist SPELL1-1.ID set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites
if exist SPELL1-2.ID set KEY=HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites
set NAME=BRI
set OUT=FXA
call :look
if defined GOT goto uk1
set SAY=The key of BRI is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.
call :say
set STATUS=refused
goto finish
:uk1
if defined SUB goto ux1
if not defined VAL goto ue1
:ux1
rem A run that was cut off may not have come to remove it, or not to the end: then all of it is put back.
if exist OPEN.ID goto ue1
set SAY=BRI is there again. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:ue1
:u2
set STEP=2
echo x>UNDOING.ID
if exist UNDOING.ID goto u3
set SAY=Nothing can be written to the folder of the run. Nothing was changed.
call :say
set STATUS=refused
goto finish
:u3
call :stop "SMS Remote Control Agent" Wuser32
if not defined STUCK goto usWuser32
set SAY=SMS Remote Control Agent goes on running, and what was stopped is started again.
call :say
set SAY=Nothing was changed.
if defined RESUMED set SAY=An undo before this one was cut off, and may have put back a part. This one has put back nothing. Run it again when the service stops.
if not defined RESUMED del UNDOING.ID
call :say
set STATUS=refused
goto finish
:usWuser32
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
if not exist E1.ID goto ur1
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if exist SPELL1-1.ID set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites
if exist SPELL1-2.ID set KEY=HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites
set NAME=BRI
set OUT=FXA
call :look
if exist E1S.REG if not defined SUB goto uq1
if exist E1V.REG if not defined VAL goto uq1
goto ur1
:uq1
set SAY=BRI could not be put back. Its export is in the folder of the run.
call :say
set STATUS=failed
goto finish
:ur1
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
call :start "SMS Remote Control Agent" Wuser32
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
echo forget-site, stage 1 of 1. Make the client forget BRI, which no longer exists.
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
:look
rem How is %NAME% kept in the key %KEY%? Sets SUB, VAL, LIST (in a list), LINES (of the entry), TOTAL (of the key), and HEX to the
rem bytes of its lists. Writes the subkey to %OUT%S.REG and the value to %OUT%V.REG.
set SUB=
set VAL=
set LIST=
set HEX=
set INHEX=
set LINES=0
set PLAIN=0
set KEYS=0
set PAST=
if exist %OUT%V.REG del %OUT%V.REG
call :export %OUT%S.REG "%KEY%\%NAME%"
if defined GOT set SUB=yes
if defined GOT set /a LINES=COUNT-1
call :export FXKEY.REG "%KEY%"
set TOTAL=%COUNT%
if not defined GOT goto end
echo REGEDIT4>%OUT%V.REG
echo.>>%OUT%V.REG
echo [%KEY%]>>%OUT%V.REG
for /f "delims=" %%a in (%SRC%) do (
  set LINE=%%a
  if not defined PAST call :match
  if defined HIT >>%OUT%V.REG echo %%a
)
if not defined VAL del %OUT%V.REG
goto end
:match
set HIT=
set "LINE=%LINE:"=%"
set "FIRST=%LINE:~0,1%"
if "%FIRST%"=="[" set /a KEYS=KEYS+1
if "%KEYS%"=="2" set PAST=yes
if "%FIRST%"=="[" goto end
if not "%KEYS%"=="1" goto end
if "%FIRST%"=="@" set /a PLAIN=PLAIN+1
set "PART=%LINE:hex=%"
set LIKE=
for /f "tokens=1* delims==" %%c in ("%LINE%") do (
  if /i "%%c"=="%NAME%" set HIT=yes
  if /i "%%d"=="%NAME%" set LIKE=yes
)
if defined LIKE if not defined HIT if not "%FIRST%"=="@" set LIST=yes
if defined HIT if not "%PART%"=="%LINE%" set LIST=yes
if defined LIST set HIT=
if defined HIT set VAL=yes
if defined HIT set /a LINES=LINES+1
set "PART=%LINE:hex(7)=%"
if not "%PART%"=="%LINE%" set INHEX=yes
if not defined INHEX goto end
set "PART=%LINE: =%"
set "PART=%PART:\=%"
set "HEX=%HEX%%PART%"
set "PART=%LINE:\=%"
if "%PART%"=="%LINE%" set INHEX=
goto end
:end
