@echo off
rem ==== WHAT THIS IS
rem Fixdesk: export-on-9x, stage 1 of 1. From article Q256986, tree 01234567.
rem Export the keys of the SMS client to a file.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify checks whether it is done.
rem /undo: nothing of it can be undone by a script, and it says so.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
rem ==== THE PLAN, and the steps that carry it out
rem  1 reads    Stop unless this is Windows 95, 98 or Me.
rem  2 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  3 person   To restore: double-click the file. It adds and overwrites entries, and deletes none.
set script=aeca6dc7
goto begin
:begun
if "%MODE%"=="help" goto usage
goto read
:readable
if "%MODE%"=="apply" goto lock
:locked
if "%MODE%"=="verify" goto looks
if "%MODE%"=="undo" goto guards
set STEP=1
echo step 1 reads: Stop unless this is Windows 95, 98 or Me.
set STEP=2
echo step 2 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
if not "%MODE%"=="apply" goto g1
goto newrun
:running
start /w regedit /e %WINDIR%\FIXDESK\%RUN%\KEY2-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if exist %WINDIR%\FIXDESK\%RUN%\KEY2-1.REG copy %WINDIR%\FIXDESK\%RUN%\KEY2-1.REG %WINDIR%\FXKEY.CHK >NUL
if exist %WINDIR%\FIXDESK\%RUN%\KEY2-1.REG if not exist %WINDIR%\FXKEY.CHK goto nosave
if exist %WINDIR%\FXKEY.CHK del %WINDIR%\FXKEY.CHK
if exist %WINDIR%\FIXDESK\%RUN%\KEY2-1.REG goto n1
echo The key is not there.
set STATUS=nothing-to-do
goto close
:n1
:g1
:looks
set STEP=3
echo step 3 person: To restore: double-click the file. It adds and overwrites entries, and deletes none.
set STATUS=ok
if "%MODE%"=="verify" echo Nothing of it can be looked at by a script.
if "%MODE%"=="verify" set STATUS=nothing-to-do
if not "%MODE%"=="show" goto close
echo Nothing was changed. Run this file with /apply to do it.
goto close
:guards
echo Nothing of it can be undone by a script.
set STATUS=refused
goto close
:usage
echo Without an argument it only shows what it would do.
echo /apply does it, /verify checks whether it is done.
echo /undo: nothing of it can be undone by a script, and it says so.
echo Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set STATUS=ok
:result
echo FIXDESK-RESULT v=1 fix=export-on-9x script=%SCRIPT% mode=%MODE% status=%STATUS% step=%STEP%
goto clear
:full
echo FIXDESK-RESULT v=1 fix=export-on-9x script=%SCRIPT% mode=%MODE% status=refused step=0
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
