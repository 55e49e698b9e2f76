@echo off
rem Fixdesk: reinstall-after-restart, stage 2 of 2. From article Q238865, tree 01234567.
rem Remove the client that hangs even after a restart, and install it again with no advertisement open.
rem.
rem 10 reads    Stop while anything of these is there: the service SMS Client Service,
rem      MS\SMS\Core\Bin\Clisvcl.exe.
rem 11 reads    Stop unless this user may change this computer as an administrator.
rem 12 reads    Export HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 or else
rem      HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties to a new file.
rem 13 changes  Delete Wuser32, and nothing else, from HKLM\SYSTEM\CurrentControlSet\Services.
rem 14 changes  Delete SMS Client Deinstall, and nothing else, from
rem      HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties.
rem 15 changes  Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon
rem      point.
rem 16 reads    Look later: there are the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.
rem 17 person   Wait 15 minutes: the client installs its components.
rem 18 person   Open the advertisements again when the client shows the versions of the service pack.
rem 19 person   Look at the Components tab. All components are installed and show one service pack, and
rem      Smsmon32.exe leaves the processor alone.
rem.
rem Not certain: The article may mean that only a client which hangs after the restart needs removal. This one was
rem restarted.
rem Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service Pack 1 fails
rem on a client of Service Pack 2 [Q272166].
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo puts back what this script removed or changed, unless somebody else has changed it since.
rem FOLDER is the folder that holds SMSMAN.EXE.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=reinstall-after-restart script=84fc3ef7
set MODE=show
set STATUS=refused
set STEP=10
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
set KEY2=
set ALL2=
set OWN2=0
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
set SAY=Name the folder that holds SMSMAN.EXE after /apply. Nothing was changed.
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
if not exist "%PLACE%\SMSMAN.EXE" set MISSING=SMSMAN.EXE
if not defined MISSING goto placed
set SAY=The folder does not hold %MISSING%. Nothing was changed.
call :say
goto finish
:placed
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:s10
set STEP=10
set SAY=step 10 reads: Stop while anything of these is there: the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.
call :say
set THERE=
call :up "SMS Client Service" clisvc
if defined UP set THERE=SMS Client Service
if exist "%BASE%\MS\SMS\Core\Bin\Clisvcl.exe" set THERE=MS\SMS\Core\Bin\Clisvcl.exe
if not defined THERE goto s11
call :scan
if not defined MINE goto s10a
set SAY=This script has run here already, and the client is installed. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s10a
set SAY=  %THERE% is still there.
call :say
set SAY=The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s11
set STEP=11
set SAY=step 11 reads: Stop unless this user may change this computer as an administrator.
call :say
if not "%MODE%"=="apply" goto s12
if not exist %HOLD% md %HOLD%
if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s11r
echo x>%HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s11a
:s11r
set SAY=This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s11a
del %HOLD%\RIGHTS.ID
call :scan
if not defined BROKEN goto s12
set SAY=An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s12
set STEP=12
set SAY=step 12 reads: Export HKLM\SYSTEM\CurrentControlSet\Services\Wuser32 or else HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties to a
call :say
set SAY=  new file.
call :say
if not "%MODE%"=="apply" goto s13
if not defined RUN call :newrun
if defined RUN goto r12
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r12
set SAVED=
set SAVED=yes
call :export KEY12-1.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32"
if defined GOT set SAVED=yes
call :export KEY12-2.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties"
if defined GOT set SAVED=yes
if exist KEY12-1.REG call :room KEY12-1.REG
if exist KEY12-2.REG call :room KEY12-2.REG
if defined SAVED goto s13
set SAY=The export is missing or not whole, and the drive may be full. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s13
set STEP=13
set SAY=step 13 changes: Delete Wuser32, and nothing else, from HKLM\SYSTEM\CurrentControlSet\Services.
call :say
set SUB1=
set VAL1=
set KEY1=
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services"
if defined GOT set KEY1=HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services
if defined GOT set SPELLING1=1
if not defined KEY1 goto s14
set KEY=%KEY1%
set NAME=Wuser32
set OUT=FXA
call :look
if not defined ALL1 set ALL1=%TOTAL%
if defined LIST goto s14
set SUB1=%SUB%
set VAL1=%VAL%
set LINES1=%LINES%
set TOTAL1=%TOTAL%
if not "%MODE%"=="apply" goto s14
if not defined SUB1 if not defined VAL1 goto s14
set SAVED=yes
if not defined SUB1 if not defined VAL1 goto x13x1
set KEY=%KEY1%
set NAME=Wuser32
set OUT=E1
call :look
if not "%SUB%%VAL%%LINES%%TOTAL%"=="%SUB1%%VAL1%%LINES1%%TOTAL1%" set SAVED=
if defined SUB if not exist E1S.REG set SAVED=
if defined VAL if not exist E1V.REG set SAVED=
:x13x1
if exist E1S.REG call :room E1S.REG
if exist E1V.REG call :room E1V.REG
if defined SAVED goto s13e
set SAY=  The export is missing or not whole, and the drive may be full.
call :say
if exist CHANGED.ID goto s13c
set SAY=Nothing was changed.
call :say
set STATUS=refused
goto finish
:s13e
set KEY=%KEY1%
echo REGEDIT4>DEL1.REG
echo.>>DEL1.REG
if defined SUB1 echo [-%KEY%\Wuser32]>>DEL1.REG
if defined VAL1 echo [%KEY%]>>DEL1.REG
if defined VAL1 echo "Wuser32"=->>DEL1.REG
echo x>SPELL1-%SPELLING1%.ID
echo x>E1.ID
echo x>CHANGED.ID
set WROTE=yes
for %%f in (DEL1.REG SPELL1-%SPELLING1%.ID E1.ID CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s13b
start /wait regedit /s DEL1.REG
set NAME=Wuser32
set OUT=FXA
call :look
set /a TOTAL1=TOTAL1-LINES1
if defined SUB goto s13b
if defined VAL goto s13b
if "%TOTAL%"=="%TOTAL1%" goto s14
:s13b
set SAY=  Looking again shows something else than that one entry gone. It is put back.
call :say
:s13c
set TORN=
if exist E2.ID if exist E2S.REG start /wait regedit /s E2S.REG
if exist E2.ID if exist E2V.REG start /wait regedit /s E2V.REG
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if not defined ALL1 goto s13y1
set KEY=%KEY1%
set NAME=Wuser32
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL1%" set TORN=yes
:s13y1
if not defined ALL2 goto s13y2
set KEY=%KEY2%
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL2%" set TORN=yes
:s13y2
if not defined TORN goto s13d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s13d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s14
set STEP=14
set SAY=step 14 changes: Delete SMS Client Deinstall, and nothing else, from HKLM\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties.
call :say
set SUB2=
set VAL2=
set KEY2=
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties"
if defined GOT set KEY2=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties
if defined GOT set SPELLING2=1
if not defined KEY2 goto s15
set KEY=%KEY2%
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if not defined ALL2 set ALL2=%TOTAL%
if defined LIST goto s15
set SUB2=%SUB%
set VAL2=%VAL%
set LINES2=%LINES%
set TOTAL2=%TOTAL%
if not "%MODE%"=="apply" goto s15
if not defined SUB2 if not defined VAL2 goto s15
set SAVED=yes
if not defined SUB2 if not defined VAL2 goto x14x2
set KEY=%KEY2%
set NAME=SMS Client Deinstall
set OUT=E2
call :look
if not "%SUB%%VAL%%LINES%%TOTAL%"=="%SUB2%%VAL2%%LINES2%%TOTAL2%" set SAVED=
if defined SUB if not exist E2S.REG set SAVED=
if defined VAL if not exist E2V.REG set SAVED=
:x14x2
if exist E2S.REG call :room E2S.REG
if exist E2V.REG call :room E2V.REG
if defined SAVED goto s14e
set SAY=  The export is missing or not whole, and the drive may be full.
call :say
if exist CHANGED.ID goto s14c
set SAY=Nothing was changed.
call :say
set STATUS=refused
goto finish
:s14e
set KEY=%KEY2%
echo REGEDIT4>DEL2.REG
echo.>>DEL2.REG
if defined SUB2 echo [-%KEY%\SMS Client Deinstall]>>DEL2.REG
if defined VAL2 echo [%KEY%]>>DEL2.REG
if defined VAL2 echo "SMS Client Deinstall"=->>DEL2.REG
echo x>SPELL2-%SPELLING2%.ID
echo x>E2.ID
echo x>CHANGED.ID
set WROTE=yes
for %%f in (DEL2.REG SPELL2-%SPELLING2%.ID E2.ID CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s14b
start /wait regedit /s DEL2.REG
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
set /a TOTAL2=TOTAL2-LINES2
if defined SUB goto s14b
if defined VAL goto s14b
if "%TOTAL%"=="%TOTAL2%" goto s15
:s14b
set SAY=  Looking again shows something else than that one entry gone. It is put back.
call :say
:s14c
set TORN=
if exist E2.ID if exist E2S.REG start /wait regedit /s E2S.REG
if exist E2.ID if exist E2V.REG start /wait regedit /s E2V.REG
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if not defined ALL1 goto s14y1
set KEY=%KEY1%
set NAME=Wuser32
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL1%" set TORN=yes
:s14y1
if not defined ALL2 goto s14y2
set KEY=%KEY2%
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL2%" set TORN=yes
:s14y2
if not defined TORN goto s14d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s14d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s15
set STEP=15
set SAY=step 15 changes: Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon point.
call :say
if not "%MODE%"=="apply" goto s16
if not defined RUN call :newrun
if defined RUN goto r15
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r15
pushd "%PLACE%"
if exist SMSMAN.EXE goto s15a
popd
set SAY=  The folder of the program could not be opened.
call :say
if exist CHANGED.ID goto s15b
set SAY=Nothing was changed.
call :say
set STATUS=failed
goto finish
:s15b
set TORN=
if exist E2.ID if exist E2S.REG start /wait regedit /s E2S.REG
if exist E2.ID if exist E2V.REG start /wait regedit /s E2V.REG
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if not defined ALL1 goto s15y1
set KEY=%KEY1%
set NAME=Wuser32
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL1%" set TORN=yes
:s15y1
if not defined ALL2 goto s15y2
set KEY=%KEY2%
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if not "%TOTAL%"=="%ALL2%" set TORN=yes
:s15y2
if not defined TORN goto s15d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s15d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s15a
start /wait SMSMAN.EXE
popd
:s16
if not "%MODE%"=="show" goto s17
set SAY=step 16 reads: Look later: there are the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.
call :say
:s17
set STEP=17
set SAY=step 17 person: Wait 15 minutes: the client installs its components.
call :say
:s18
set STEP=18
set SAY=step 18 person: Open the advertisements again when the client shows the versions of the service pack.
call :say
:s19
if not "%MODE%"=="show" goto s20
set SAY=step 19 person: Look at the Components tab. All components are installed and show one service pack, and Smsmon32.exe leaves the processor alone.
call :say
:s20
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
set STATUS=ok
goto finish
:verify
set STEP=16
set SAY=step 16 reads: Look later: there are the service SMS Client Service, MS\SMS\Core\Bin\Clisvcl.exe.
call :say
if "%MODE%"=="apply" goto v16c
set THERE=
call :up "SMS Client Service" clisvc
if defined UP set THERE=SMS Client Service
if exist "%BASE%\MS\SMS\Core\Bin\Clisvcl.exe" set THERE=MS\SMS\Core\Bin\Clisvcl.exe
if defined THERE goto v16c
set SAY=The client is not there yet.
call :say
set STATUS=failed
goto finish
:v16c
set SAY=step 19 person: Look at the Components tab. All components are installed and show one service pack, and Smsmon32.exe leaves the processor alone.
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
if exist SPELL1-1.ID set KEY=HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services
set NAME=Wuser32
set OUT=FXA
call :look
if defined GOT goto uk1
set SAY=The key of Wuser32 is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.
call :say
set STATUS=refused
goto finish
:uk1
if defined SUB goto ux1
if not defined VAL goto ue1
:ux1
rem A run that was cut off may not have come to remove it, or not to the end: then all of it is put back.
if exist OPEN.ID goto ue1
set SAY=Wuser32 is there again. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:ue1
if not exist E2.ID goto ue2
if exist SPELL2-1.ID set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if defined GOT goto uk2
set SAY=The key of SMS Client Deinstall is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.
call :say
set STATUS=refused
goto finish
:uk2
if defined SUB goto ux2
if not defined VAL goto ue2
:ux2
rem A run that was cut off may not have come to remove it, or not to the end: then all of it is put back.
if exist OPEN.ID goto ue2
set SAY=SMS Client Deinstall is there again. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:ue2
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
if not exist E2.ID goto ur2
if exist E2.ID if exist E2S.REG start /wait regedit /s E2S.REG
if exist E2.ID if exist E2V.REG start /wait regedit /s E2V.REG
if exist SPELL2-1.ID set KEY=HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties
set NAME=SMS Client Deinstall
set OUT=FXA
call :look
if exist E2S.REG if not defined SUB goto uq2
if exist E2V.REG if not defined VAL goto uq2
goto ur2
:uq2
set SAY=SMS Client Deinstall could not be put back. Its export is in the folder of the run.
call :say
set STATUS=failed
goto finish
:ur2
if not exist E1.ID goto ur1
if exist E1.ID if exist E1S.REG start /wait regedit /s E1S.REG
if exist E1.ID if exist E1V.REG start /wait regedit /s E1V.REG
if exist SPELL1-1.ID set KEY=HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services
set NAME=Wuser32
set OUT=FXA
call :look
if exist E1S.REG if not defined SUB goto uq1
if exist E1V.REG if not defined VAL goto uq1
goto ur1
:uq1
set SAY=Wuser32 could not be put back. Its export is in the folder of the run.
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
echo reinstall-after-restart, stage 2 of 2. Remove the client that hangs even after a restart, and install it again with no advertisement open.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo puts back what this script removed or changed, unless somebody else has changed it since.
echo FOLDER is the folder that holds SMSMAN.EXE.
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
