@echo off
rem Fixdesk: export-on-9x, stage 1 of 1. From article Q256986, tree 01234567.
rem Export the keys of the SMS client to a file.
rem.
rem  1 reads    Stop unless this is Windows 95, 98 or Me.
rem  2 reads    Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
rem  3 person   To restore: double-click the file. It adds and overwrites entries, and deletes none.
rem.
rem Without an argument it only shows what it would do.
rem /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo: nothing of it can be undone by a script, and it says so.
set RESULT=FIXDESK-RESULT v=1 fix=export-on-9x script=3768dcf6
set MODE=show
set STATUS=refused
set STEP=1
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
for %%i in (%RESULT%) do set ID=%%i
if "%1"=="" goto begin
if "%1"=="/apply" set MODE=apply
if "%1"=="/APPLY" set MODE=apply
if "%1"=="/verify" set MODE=verify
if "%1"=="/VERIFY" set MODE=verify
if "%1"=="/undo" set MODE=undo
if "%1"=="/UNDO" set MODE=undo
if "%MODE%"=="show" goto usage
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:begin
:s1
set STEP=1
echo step 1 reads: Stop unless this is Windows 95, 98 or Me.
:s2
set STEP=2
echo step 2 reads: Export HKLM\SOFTWARE\Microsoft\SMS\Client to a new file.
if not "%MODE%"=="apply" goto s3
if not "%RUN%"=="" goto r2
set BACK=b2
goto newrun
:b2
if not "%RUN%"=="" goto r2
echo No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
set STATUS=refused
goto finish
:r2
set SAVED=
start /w regedit /e %RUN%\KEY2-1.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client"
if exist %RUN%\KEY2-1.REG copy %RUN%\KEY2-1.REG %RUN%\KEY2-1.CHK >NUL
if exist %RUN%\KEY2-1.CHK set SAVED=yes
if exist %RUN%\KEY2-1.CHK del %RUN%\KEY2-1.CHK
if not "%SAVED%"=="" goto s3
echo The export is missing or empty. Nothing was changed.
set STATUS=refused
goto finish
:s3
set STEP=3
echo step 3 person: To restore: double-click the file. It adds and overwrites entries, and deletes none.
:s4
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
echo export-on-9x, stage 1 of 1. Export the keys of the SMS client to a file.
echo Without an argument it only shows what it would do.
echo /apply does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo: nothing of it can be undone by a script, and it says so.
set MODE=help
set STATUS=ok
set STEP=0
goto result
:finish
if exist FXKEY.REG del FXKEY.REG
if "%RUN%"=="" goto result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP% >>%RUN%\LOG.TXT
:result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%
goto end
:end
for %%v in (RESULT MODE STATUS STEP RUN SAVED THERE PLACE HOLD BASE ID BACK H T U) do set %%v=
