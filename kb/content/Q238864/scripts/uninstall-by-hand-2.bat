@echo off
rem Fixdesk: uninstall-by-hand, stage 2 of 2. From article Q238864, tree 01234567.
rem Remove the SMS client from this computer before its site is upgraded.
rem.
rem  9 reads    Stop while anything of these is there: MS\SMS\Core\Bin\Clisvc95.exe.
rem 10 person   When the site and all of its servers are upgraded, switch the installation on again and
rem      let the client install.
rem.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo: nothing of it can be undone by a script, and it says so.
set RESULT=FIXDESK-RESULT v=1 fix=uninstall-by-hand script=21f4df01
set MODE=show
set STATUS=refused
set STEP=9
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
:s9
set STEP=9
echo step 9 reads: Stop while anything of these is there: MS\SMS\Core\Bin\Clisvc95.exe.
set THERE=
if exist %BASE%\MS\SMS\Core\Bin\Clisvc95.exe set THERE=yes
if "%THERE%"=="" goto s10
echo The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was
echo   changed.
set STATUS=refused
goto finish
:s10
set STEP=10
echo step 10 person: When the site and all of its servers are upgraded, switch the installation on again
echo   and let the client install.
:s11
set STATUS=ok
goto finish
:verify
echo Nothing of it can be looked at by a script.
set STATUS=nothing-to-do
goto finish
:undo
echo Nothing of this stage can be undone by a script.
set STATUS=refused
goto finish
:usage
echo uninstall-by-hand, stage 2 of 2. Remove the SMS client from this computer before its site is
echo   upgraded.
echo Without an argument it only shows what it would do.
echo /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo: nothing of it can be undone by a script, and it says so.
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
:end
for %%v in (RESULT MODE STATUS STEP RUN SAVED THERE PLACE HOLD BASE WORK ID BACK H T U) do set %%v=
