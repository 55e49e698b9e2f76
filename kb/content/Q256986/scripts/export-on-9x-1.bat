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
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=export-on-9x script=f0f0929b
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
if "%MODE%"=="apply" goto finish
echo Nothing was changed. Run this file with /apply to do it.
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
