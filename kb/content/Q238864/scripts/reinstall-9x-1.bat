@echo off
rem ==== WHAT THIS IS
rem Fixdesk: reinstall-9x, stage 1 of 2. From article Q238864, tree 01234567.
rem Remove the SMS client from this computer and install it again.
rem Not certain: Use the 20CLICLN.BAT of the service pack that the client has. The edition of Service Pack 1 fails on a
rem client of Service Pack 2 (Q272166).
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify checks whether it is done.
rem /undo: nothing of it can be undone by a script, and it says so.
rem FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
rem ==== THE PLAN, and the steps that carry it out
rem  1 person   See that the CAP of the client's site and the logon point have the same service pack, or the
rem             trouble comes back.
rem  2 person   Switch Windows Networking Logon Client Installation off, so that no logon installs the client
rem             meanwhile.
rem  3 reads    Stop unless this is Windows 95, 98 or Me.
rem  4 reads    Stop unless this user may change this computer as an administrator.
rem  5 reads    Look whether it is installed: MS\SMS\Core\Bin\Clisvc95.exe.
rem  6 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  7 changes  Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and
rem             SetEvnt.exe beside it: 15 to 20 minutes.
rem  8 reads    Look later that these are no longer there: MS\SMS\Core\Bin\Clisvc95.exe.
rem  9 person   Restart the computer 1 to 3 times.
set script=e3a2c487
goto begin
:begun
if "%MODE%"=="help" goto usage
goto read
:readable
if not "%MODE%"=="apply" goto placed
if not "%2"=="" goto given
echo Name the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE after /apply. Nothing was changed.
goto result
:given
if not exist %2\20CLICLN.BAT goto missing
if not exist %2\HAMMER.EXE goto missing
if not exist %2\KILL.EXE goto missing
if not exist %2\SETEVNT.EXE goto missing
goto placed
:missing
echo The folder does not hold all of 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE. Nothing was changed.
goto result
:placed
if "%MODE%"=="apply" goto lock
:locked
if "%MODE%"=="verify" goto looks
if "%MODE%"=="undo" goto guards
set STEP=1
echo step 1 person: See that the CAP of the client's site and the logon point have the same service pack, or the trouble
echo   comes back.
set STEP=2
echo step 2 person: Switch Windows Networking Logon Client Installation off, so that no logon installs the client
echo   meanwhile.
set STEP=3
echo step 3 reads: Stop unless this is Windows 95, 98 or Me.
set STEP=4
echo step 4 reads: Stop unless this user may change this computer as an administrator.
set STEP=5
echo step 5 reads: Look whether it is installed: MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=no
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if "%THERE%"=="yes" goto n1
if not "%THERE%"=="no" goto unsure
echo It is not installed on this computer. There is nothing to do.
set STATUS=nothing-to-do
goto close
:n1
set STEP=6
echo step 6 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
if not "%MODE%"=="apply" goto g1
goto newrun
:running
start /w regedit /e %WINDIR%\FIXDESK\%RUN%\KEY6-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if exist %WINDIR%\FIXDESK\%RUN%\KEY6-1.REG copy %WINDIR%\FIXDESK\%RUN%\KEY6-1.REG %WINDIR%\FXKEY.CHK >NUL
if exist %WINDIR%\FIXDESK\%RUN%\KEY6-1.REG if not exist %WINDIR%\FXKEY.CHK goto nosave
if exist %WINDIR%\FXKEY.CHK del %WINDIR%\FXKEY.CHK
if exist %WINDIR%\FIXDESK\%RUN%\KEY6-1.REG goto n2
echo The key is not there.
set STATUS=refused
goto close
:n2
:g1
set STEP=7
echo step 7 changes: Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside
echo   it: 15 to 20 minutes.
if not "%MODE%"=="apply" goto g2
rem It looks for its companions in the current folder, which COMMAND.COM changes on one drive only, and runs in a
rem shell of its own, so that it cannot end this one.
cd %2
if exist 20CLICLN.BAT goto c7
echo Go to the drive of the folder first, by its letter and a colon. Nothing was changed.
goto close
:c7
echo x>%WINDIR%\FIXDESK\%SCRIPT%.ID
if not exist %WINDIR%\FIXDESK\%SCRIPT%.ID goto nonote
%COMSPEC% /c 20CLICLN.BAT
goto code
:run7
set STATUS=started
:g2
:looks
set STEP=8
echo step 8 reads: Look later that these are no longer there: MS\SMS\Core\Bin\Clisvc95.exe.
if not "%MODE%"=="verify" goto g3
set THERE=no
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if "%THERE%"=="no" goto n3
if not "%THERE%"=="yes" goto unsure
echo It is still there. The computer may have to be restarted first.
set STATUS=failed
goto close
:n3
:g3
set STEP=9
echo step 9 person: Restart the computer 1 to 3 times.
if not "%CODE%"=="" set STEP=%STEP% code=%CODE%
if not "%STATUS%"=="started" goto done
echo The program was started and ended with code %CODE%. Run this file with /verify later to see whether it has worked.
goto close
:done
set STATUS=ok
if not "%MODE%"=="show" goto close
echo Nothing was changed. Run this file with /apply to do it.
goto close
:guards
echo Nothing of it can be undone by a script.
set STATUS=refused
goto close
:unsure
echo This computer could not be looked at. Nothing was changed.
goto close
:usage
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify checks whether it is done.
echo /undo: nothing of it can be undone by a script, and it says so.
echo FOLDER is the folder that holds 20CLICLN.BAT, HAMMER.EXE, KILL.EXE, SETEVNT.EXE.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set STATUS=ok
:result
echo FIXDESK-RESULT v=1 fix=reinstall-9x script=%SCRIPT% mode=%MODE% status=%STATUS% step=%STEP%
goto clear
:full
echo FIXDESK-RESULT v=1 fix=reinstall-9x script=%SCRIPT% mode=%MODE% status=refused step=0
goto clear
rem ==== THE ENGINE: what the steps jump to
:begin
rem Each variable is set at its greatest length. The last is longer than any, and leaves its room to RUN, THERE and CODE.
set BASE=%WINDIR%
if not "%SMS_LOCAL_DIR%"=="" set BASE=%SMS_LOCAL_DIR%
set STATUS=nothing-to-do
set MODE=verify
set STEP=00 code=000
set CODE=abcdefghijklmnopqrstuvwxyz
set RUN=
set STATUS=refused
set STEP=0
set MODE=help
if "%1"=="" set MODE=show
for %%m in (apply verify undo) do if "%1"=="/%%m" set MODE=%%m
if "%1"=="/APPLY" set MODE=apply
if "%1"=="/VERIFY" set MODE=verify
if "%1"=="/UNDO" set MODE=undo
if not "%CODE%"=="abcdefghijklmnopqrstuvwxyz" goto noroom
set CODE=
if "%OS%"=="Windows_NT" goto not9x
if "%WINDIR%"=="" goto not9x
if not "%BASE%"=="" goto begun

:noroom
echo There is no room for the variables of this script. Add SHELL=C:\COMMAND.COM /E:2048 /P to CONFIG.SYS and restart.
echo   Nothing was done.
goto full

:not9x
echo This is not Windows 95, 98 or Me. Nothing was done.
goto result

:read
rem Reads a key that every Windows has: one that is not found later is then not there.
if exist %WINDIR%\FXKEY.CHK del %WINDIR%\FXKEY.CHK
if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG
if exist %WINDIR%\FXKEY.REG goto noread
start /w regedit /e %WINDIR%\FXKEY.REG "HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\ComputerName"
if not exist %WINDIR%\FXKEY.REG goto noread
del %WINDIR%\FXKEY.REG
goto readable

:noread
echo The registry could not be read, so nothing can be said about this computer. Nothing was changed.
goto result

:lock
rem COMMAND.COM holds no file open, so the lock is a file that stays where the script is cut off.
if not exist %WINDIR%\FIXDESK\NUL md %WINDIR%\FIXDESK
if exist %WINDIR%\FIXDESK\LOCK goto inuse
echo x>%WINDIR%\FIXDESK\LOCK
if not exist %WINDIR%\FIXDESK\LOCK goto nohold
set RUN=lock
goto locked

:inuse
echo The file %WINDIR%\FIXDESK\LOCK says that another Fixdesk script is at work, or was cut off. Make sure that none is at
echo   work, delete the file, and run this again. Nothing was changed.
goto result

:nohold
echo This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.
goto result

:newrun
rem Makes the folder of the run under the lowest number that is free, one digit after the other. 000 is never free.
if exist %WINDIR%\FIXDESK\999\NUL goto norun
if not exist %WINDIR%\FIXDESK\000\NUL md %WINDIR%\FIXDESK\000
set RUN=
for %%n in (9 8 7 6 5 4 3 2 1 0) do if not exist %WINDIR%\FIXDESK\%%n99\NUL set RUN=%%n
for %%n in (9 8 7 6 5 4 3 2 1 0) do if not exist %WINDIR%\FIXDESK\%RUN%%%n9\NUL set RUN=%RUN%%%n
for %%n in (9 8 7 6 5 4 3 2 1 0) do if not exist %WINDIR%\FIXDESK\%RUN%%%n\NUL set RUN=%RUN%%%n
rd %WINDIR%\FIXDESK\000
if "%RUN%"=="" goto norun
md %WINDIR%\FIXDESK\%RUN%
for %%f in (RUN.ID OPEN.ID) do echo x>%WINDIR%\FIXDESK\%RUN%\%%f
if not exist %WINDIR%\FIXDESK\%RUN%\OPEN.ID goto norun
echo   backup and log: %WINDIR%\FIXDESK\%RUN%
goto running

:norun
set RUN=lock
echo No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
goto close

:nosave
echo The backup of the key is missing or not whole, and the drive may be full. Nothing was changed.
goto close

:nonote
echo A note could not be written to the folder of the run, and the drive may be full. Nothing was changed.
goto close

:code
rem Finds the exit code, of which COMMAND.COM says only whether it is at least so much. 256 is 0 to it.
set CODE=
if errorlevel 250 goto code250
if errorlevel 200 goto code200
if errorlevel 100 set CODE=1
if errorlevel 10 for %%n in (0 1 2 3 4 5 6 7 8 9) do if errorlevel %CODE%%%n0 set CODE=%CODE%%%n
:ones
for %%n in (0 1 2 3 4 5 6 7 8 9) do if errorlevel %CODE%%%n set CODE=%CODE%%%n
goto run%STEP%
:code200
for %%n in (0 1 2 3 4) do if errorlevel 2%%n0 set CODE=2%%n
goto ones
:code250
for %%n in (0 1 2 3 4 5) do if errorlevel 25%%n set CODE=25%%n
goto run%STEP%

:close
rem Notes how the run has ended, and gives the lock back.
if "%RUN%"=="" goto result
if not exist %WINDIR%\FIXDESK\%RUN%\OPEN.ID goto unlock
echo script=%SCRIPT% mode=%MODE% status=%STATUS% step=%STEP% >>%WINDIR%\FIXDESK\%RUN%\LOG.TXT
del %WINDIR%\FIXDESK\%RUN%\OPEN.ID
:unlock
if exist %WINDIR%\FIXDESK\LOCK del %WINDIR%\FIXDESK\LOCK
goto result

:clear
for %%v in (SCRIPT BASE STATUS MODE STEP RUN THERE CODE) do set %%v=
