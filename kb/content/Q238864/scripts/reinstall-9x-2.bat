@echo off
rem Fixdesk: reinstall-9x, stage 2 of 2. From article Q238864, tree 01234567.
rem Remove the SMS client from this computer and install it again.
rem.
rem 10 reads    Stop while anything of these is there: MS\SMS\Core\Bin\Clisvc95.exe.
rem 11 changes  Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409
rem      of a logon point.
rem 12 reads    Look later: there are MS\SMS\Core\Bin\Clisvc95.exe.
rem 13 person   Wait 15 minutes: stay logged on while the client is being installed.
rem 14 person   Restart the computer.
rem 15 person   Look at Control Panel, Systems Management, Components. Every component has the version
rem      of the service pack.
rem.
rem Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service
rem Pack 1 fails on a client of Service Pack 2 (Q272166).
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show
rem   this text.
rem /undo: nothing of it can be undone by a script, and it says so.
rem FOLDER is the folder that holds SMSMAN.EXE.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=reinstall-9x script=895714b4
set MODE=show
set STATUS=refused
set STEP=10
if "%1"=="/apply" set MODE=apply
if "%1"=="/verify" set MODE=verify
if "%1"=="/undo" set MODE=undo
if not "%OS%"=="Windows_NT" goto old
echo This is Windows NT or later. Nothing was done.
goto result
:old
set RUN=
set SAVED=
set THERE=
set PLACE=%2
set HOLD=%WINDIR%\FIXDESK
set BASE=%WINDIR%
if not "%SMS_LOCAL_DIR%"=="" set BASE=%SMS_LOCAL_DIR%
set WORK=%WINDIR%\TEMP
if not exist %WORK%\NUL set WORK=%WINDIR%
for %%i in (%RESULT%) do set ID=%%i
if "%1"=="" goto begin
if "%1"=="/APPLY" set MODE=apply
if "%1"=="/VERIFY" set MODE=verify
if "%1"=="/UNDO" set MODE=undo
if "%MODE%"=="show" goto usage
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:begin
if not "%MODE%"=="apply" goto s10
if not "%PLACE%"=="" goto place
echo Name the folder that holds SMSMAN.EXE after /apply. Nothing was changed.
set STATUS=refused
goto finish
:place
if not exist %PLACE%\SMSMAN.EXE goto missing
goto s10
:missing
echo The folder does not hold all of SMSMAN.EXE. Nothing was changed.
set STATUS=refused
goto finish
:s10
set STEP=10
echo step 10 reads: Stop while anything of these is there: MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if "%THERE%"=="" goto s11
if not exist %HOLD%\%ID%.ID goto g10
echo This script has run here already, and the client is installed. There is nothing to do.
set STATUS=nothing-to-do
goto finish
:g10
echo The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was
echo   changed.
set STATUS=refused
goto finish
:s11
set STEP=11
echo step 11 changes: Run SMSMAN.EXE from the folder given to the script:
echo   \\server\SMSLOGON\x86.bin\00000409 of a logon point.
if not "%MODE%"=="apply" goto s12
if not "%RUN%"=="" goto r11
set BACK=b11
goto newrun
:b11
if not "%RUN%"=="" goto r11
echo No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
set STATUS=refused
goto finish
:r11
echo x>%HOLD%\%ID%.ID
if exist %HOLD%\%ID%.ID goto t11
echo The folder FIXDESK of Windows cannot be written to. Nothing was changed.
set STATUS=refused
goto finish
:t11
start /w %PLACE%\SMSMAN.EXE
:s12
echo step 12 reads: Look later: there are MS\SMS\Core\Bin\Clisvc95.exe.
:s13
set STEP=13
echo step 13 person: Wait 15 minutes: stay logged on while the client is being installed.
:s14
set STEP=14
echo step 14 person: Restart the computer.
:s15
echo step 15 person: Look at Control Panel, Systems Management, Components. Every component has the
echo   version of the service pack.
:s16
set STATUS=ok
if "%MODE%"=="apply" goto finish
echo Nothing was changed. Run this file with /apply to do it.
goto finish
:verify
set STEP=12
echo step 12 reads: Look later: there are MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if not "%THERE%"=="" goto v12
echo The client is not there yet.
set STATUS=failed
goto finish
:v12
echo step 15 person: Look at Control Panel, Systems Management, Components. Every component has the
echo   version of the service pack.
set STATUS=ok
goto finish
:undo
echo Nothing of this stage can be undone by a script.
set STATUS=refused
goto finish
:usage
echo reinstall-9x, stage 2 of 2. Remove the SMS client from this computer and install it again.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show
echo   this text.
echo /undo: nothing of it can be undone by a script, and it says so.
echo FOLDER is the folder that holds SMSMAN.EXE.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set MODE=help
set STATUS=ok
set STEP=0
goto result
:finish
if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG
if "%RUN%"=="" goto result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP% >>%RUN%\LOG.TXT
:result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%
goto end
:newrun
rem Makes a folder with the first free number, and uses none twice.
set H=0
set T=0
set U=0
:count
if "%U%"=="9" goto tens
if "%U%"=="8" set U=9
if "%U%"=="7" set U=8
if "%U%"=="6" set U=7
if "%U%"=="5" set U=6
if "%U%"=="4" set U=5
if "%U%"=="3" set U=4
if "%U%"=="2" set U=3
if "%U%"=="1" set U=2
if "%U%"=="0" set U=1
goto try
:tens
set U=0
if "%T%"=="9" goto hundreds
if "%T%"=="8" set T=9
if "%T%"=="7" set T=8
if "%T%"=="6" set T=7
if "%T%"=="5" set T=6
if "%T%"=="4" set T=5
if "%T%"=="3" set T=4
if "%T%"=="2" set T=3
if "%T%"=="1" set T=2
if "%T%"=="0" set T=1
goto try
:hundreds
set T=0
if "%H%"=="9" goto made
if "%H%"=="8" set H=9
if "%H%"=="7" set H=8
if "%H%"=="6" set H=7
if "%H%"=="5" set H=6
if "%H%"=="4" set H=5
if "%H%"=="3" set H=4
if "%H%"=="2" set H=3
if "%H%"=="1" set H=2
if "%H%"=="0" set H=1
:try
if exist %HOLD%\%H%%T%%U%\NUL goto count
if exist %HOLD%\%H%%T%%U% goto count
md %HOLD%\%H%%T%%U%
if not exist %HOLD%\%H%%T%%U%\NUL goto made
set RUN=%HOLD%\%H%%T%%U%
echo   backup and log: %RUN%
:made
goto %BACK%
:end
for %%v in (RESULT MODE STATUS STEP RUN SAVED THERE PLACE HOLD BASE WORK ID BACK H T U) do set %%v=
