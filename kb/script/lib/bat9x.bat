rem The routines of the scripts for COMMAND.COM. It has no subroutines: each is jumped to, and jumps to a label of the plan when it
rem is done (begun, readable, locked, running, run with the number of the step, result, full). A text in double square brackets stands for
rem a sentence of package program. Variables: SCRIPT is the ID of the script; MODE, STATUS and STEP go into the result; THERE is yes or
rem no, what the last look for traces has found; BASE is the folder of the client; RUN is empty, then lock, then the number of the run;
rem CODE is the exit code of a program.

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
echo [[no-environment]]
goto full

:not9x
echo [[not-9x]]
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
echo [[unreadable]]
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
echo [[lock-file file=%WINDIR%\FIXDESK\LOCK]]
goto result

:nohold
echo [[no-hold]]
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
echo [[run folder=%WINDIR%\FIXDESK\%RUN%]]
goto running

:norun
set RUN=lock
echo [[no-run]]
goto close

:nosave
echo [[not-saved what=the key]]
goto close

:nonote
echo [[not-noted]]
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
