@echo off
rem Fixdesk: uninstall-by-hand, stage 1 of 2. From article Q238864, tree 01234567.
rem Remove the SMS client from this computer before its site is upgraded.
rem.
rem  1 person   Switch Windows Networking Logon Client Installation off for the site.
rem  2 reads    Stop unless this is Windows 95, 98 or Me.
rem  3 reads    Stop unless this user may change this computer as an administrator.
rem  4 reads    Look whether a client is installed: MS\SMS\Core\Bin\Clisvc95.exe.
rem  5 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  6 changes  Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and
rem      SetEvnt.exe beside it: 15 to 20 minutes.
rem  7 reads    Look later: gone are MS\SMS\Core\Bin\Clisvc95.exe.
rem  8 person   Restart the computer 1 to 3 times.
rem.
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show
rem   this text.
rem /undo: nothing of it can be undone by a script, and it says so.
rem FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=uninstall-by-hand script=52624f3e
set MODE=show
set STATUS=refused
set STEP=1
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
if not "%MODE%"=="apply" goto s1
if not "%PLACE%"=="" goto place
echo Name the folder that holds 20CLICLN.BAT after /apply. Nothing was changed.
set STATUS=refused
goto finish
:place
if not exist %PLACE%\20CLICLN.BAT goto missing
if not exist %PLACE%\HAMMER.EXE goto missing
if not exist %PLACE%\KILL.EXE goto missing
if not exist %PLACE%\SETEVNT.EXE goto missing
goto s1
:missing
echo The folder does not hold all of 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE. Nothing was
echo   changed.
set STATUS=refused
goto finish
:s1
set STEP=1
echo step 1 person: Switch Windows Networking Logon Client Installation off for the site.
:s2
set STEP=2
echo step 2 reads: Stop unless this is Windows 95, 98 or Me.
:s3
set STEP=3
echo step 3 reads: Stop unless this user may change this computer as an administrator.
if not "%MODE%"=="apply" goto s4
if not exist %HOLD%\NUL md %HOLD%
if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto n3
echo x>%HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto w3
:n3
echo The folder FIXDESK of Windows cannot be written to. Nothing was changed.
set STATUS=refused
goto finish
:w3
del %HOLD%\RIGHTS.ID
:s4
set STEP=4
echo step 4 reads: Look whether a client is installed: MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if not "%THERE%"=="" goto s5
echo No client is installed on this computer. There is nothing to do.
set STATUS=nothing-to-do
goto finish
:s5
set STEP=5
echo step 5 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
if not "%MODE%"=="apply" goto s6
if not "%RUN%"=="" goto r5
set BACK=b5
goto newrun
:b5
if not "%RUN%"=="" goto r5
echo No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
set STATUS=refused
goto finish
:r5
set SAVED=
start /w regedit /e %RUN%\KEY5-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if exist %RUN%\KEY5-1.REG copy %RUN%\KEY5-1.REG %RUN%\KEY5-1.CHK >NUL
if exist %RUN%\KEY5-1.CHK set SAVED=yes
if exist %RUN%\KEY5-1.CHK del %RUN%\KEY5-1.CHK
if not "%SAVED%"=="" goto s6
echo The export is missing or empty. Nothing was changed.
set STATUS=refused
goto finish
:s6
set STEP=6
echo step 6 changes: Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and
echo   SetEvnt.exe beside it: 15 to 20 minutes.
if not "%MODE%"=="apply" goto s7
if not "%RUN%"=="" goto r6
set BACK=b6
goto newrun
:b6
if not "%RUN%"=="" goto r6
echo No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
set STATUS=refused
goto finish
:r6
echo x>%HOLD%\%ID%.ID
if exist %HOLD%\%ID%.ID goto t6
echo The folder FIXDESK of Windows cannot be written to. Nothing was changed.
set STATUS=refused
goto finish
:t6
rem It looks for its companions in the current folder, and COMMAND.COM changes that on one drive only.
cd %PLACE%
if exist 20CLICLN.BAT goto c6
echo Go to the drive of the folder first, by its letter and a colon. Nothing was changed.
set STATUS=refused
goto finish
:c6
rem A shell of its own, so that the other batch file cannot end this one.
%COMSPEC% /c 20CLICLN.BAT
:s7
echo step 7 reads: Look later: gone are MS\SMS\Core\Bin\Clisvc95.exe.
:s8
set STEP=8
echo step 8 person: Restart the computer 1 to 3 times.
:s9
set STATUS=ok
if "%MODE%"=="apply" goto finish
echo Nothing was changed. Run this file with /apply to do it.
goto finish
:verify
set STEP=7
echo step 7 reads: Look later: gone are MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if "%THERE%"=="" goto v7
echo The client is still there. The computer may have to be restarted first.
set STATUS=failed
goto finish
:v7
set STATUS=ok
goto finish
:undo
echo Nothing of this stage can be undone by a script.
set STATUS=refused
goto finish
:usage
echo uninstall-by-hand, stage 1 of 2. Remove the SMS client from this computer before its site is
echo   upgraded.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show
echo   this text.
echo /undo: nothing of it can be undone by a script, and it says so.
echo FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
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
