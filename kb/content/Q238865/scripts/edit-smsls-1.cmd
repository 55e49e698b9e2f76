@echo off
rem Fixdesk: edit-smsls, stage 1 of 1. From article Q238865, tree 01234567.
rem Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off
rem meanwhile.
rem.
rem  1 person   Are there several sites in one domain  Then read Q236596 first, because all of them get the new
rem      logon points at once.
rem  2 person   Expire the advertisements, or disable them, for all clients.
rem  3 person   Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways
rem      of Q238864.
rem  4 person   Choose a time when laptops that dial in are on the local network, or switch the logon script off
rem      for them. Their upgrade copies 8 to 24 MB.
rem  5 person   Client access points and logon points behind slow links are upgraded by themselves, and there is
rem      no way back. Decide about them now.
rem  6 reads    Stop unless this is Windows NT 4.0, 2000 or later.
rem  7 reads    Stop unless this user may change this computer as an administrator.
rem  8 reads    Copy SMSLS.BAT to a new file.
rem  9 changes  Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.
rem 10 reads    Look again: the first line of SMSLS.BAT is GOTO END.
rem 11 person   Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the
rem      organization.
rem 12 person   Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a
rem      weekend.
rem 13 person   Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their
rem      23-hour cycle.
rem 14 person   Upgrade the remote Administrator consoles by hand, soon after the site.
rem 15 person   When all sites, client access points and logon points are upgraded, switch the logon script on for
rem      one small group of clients after the other.
rem 16 person   Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began.
rem 17 person   Open the advertisements again when the clients are upgraded.
rem.
rem Not certain: The articles take it for granted that SMSLS.BAT has a label END. The script looks for it, and
rem leaves the file alone where it is missing.
rem Not certain: With many Windows 95 and 98 clients the articles want the logon installation left on while the
rem boundaries are removed [Q238864], or switched off first [Q260541]. Decide before you begin.
rem Without an argument it only shows what it would do.
rem /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
rem /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
rem FOLDER is the folder that holds SMSLS.BAT.
rem Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.
set RESULT=FIXDESK-RESULT v=1 fix=edit-smsls script=6457c455
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
if defined PLACE goto place
set SAY=Name the folder that holds SMSLS.BAT after /apply, /verify or /undo. Nothing was changed.
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
if not exist "%PLACE%\SMSLS.BAT" set MISSING=SMSLS.BAT
if not defined MISSING goto placed
set SAY=The folder does not hold %MISSING%. Nothing was changed.
call :say
goto finish
:placed
if "%MODE%"=="verify" goto verify
if "%MODE%"=="undo" goto undo
:s1
set STEP=1
set SAY=step 1 person: Are there several sites in one domain  Then read Q236596 first, because all of them get the new logon points at once.
call :say
:s2
set STEP=2
set SAY=step 2 person: Expire the advertisements, or disable them, for all clients.
call :say
:s3
set STEP=3
set SAY=step 3 person: Remove the client from the Windows 95 and 98 computers before the upgrade, by one of the two ways of Q238864.
call :say
:s4
set STEP=4
set SAY=step 4 person: Choose a time when laptops that dial in are on the local network, or switch the logon script off for them. Their upgrade copies 8 to 24
call :say
set SAY=  MB.
call :say
:s5
set STEP=5
set SAY=step 5 person: Client access points and logon points behind slow links are upgraded by themselves, and there is no way back. Decide about them now.
call :say
:s6
set STEP=6
set SAY=step 6 reads: Stop unless this is Windows NT 4.0, 2000 or later.
call :say
:s7
set STEP=7
set SAY=step 7 reads: Stop unless this user may change this computer as an administrator.
call :say
if not "%MODE%"=="apply" goto s8
if not exist %HOLD% md %HOLD%
if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s7r
echo x>%HOLD%\RIGHTS.ID
if exist %HOLD%\RIGHTS.ID goto s7a
:s7r
set SAY=This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s7a
del %HOLD%\RIGHTS.ID
call :scan
if not defined BROKEN goto s8
set SAY=An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s8
set STEP=8
set SAY=step 8 reads: Copy SMSLS.BAT to a new file.
call :say
if not defined PLACE goto s9
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
if defined LABEL goto s8a
set SAY=The file could not be read, or it has no such label to jump to. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s8a
if not defined FIRST goto s8b
set SAY=The line is there already. There is nothing to do.
call :say
set STATUS=nothing-to-do
goto finish
:s8b
set BEFORE=%COUNT%
if not "%MODE%"=="apply" goto s9
if not defined RUN call :newrun
if defined RUN goto r8
set SAY=No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.
call :say
set STATUS=refused
goto finish
:r8
copy "%WORK%\FXFILE.TXT" OLD.TXT >nul
if not exist OLD.TXT goto s8c
call :same OLD.TXT "%WORK%\FXFILE.TXT"
if not defined DIFF goto s9
:s8c
set SAY=The copy is missing or not the same. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s9
set STEP=9
set SAY=step 9 changes: Write GOTO END before the first line of SMSLS.BAT, once, where it has a label :END.
call :say
if not "%MODE%"=="apply" goto s10
echo GOTO END>LINE.TXT
copy /b LINE.TXT+OLD.TXT NEW.TXT >nul
echo x>CHANGED.ID
set WROTE=yes
for %%f in (LINE.TXT NEW.TXT CHANGED.ID) do if not exist %%f set WROTE=
if not defined WROTE goto s9w
call :readfile NEW.TXT
set /a REST=COUNT-1
if not defined FIRST goto s9w
if not "%REST%"=="%BEFORE%" goto s9w
copy NEW.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
set /a COUNT=COUNT-1
call :same NEW.TXT FXFILE.TXT
if not defined DIFF if defined FIRST if defined LABEL if "%COUNT%"=="%BEFORE%" goto s10
set SAY=  Looking again shows another file. The old one is put back. It may be in use, or read-only.
call :say
copy OLD.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same OLD.TXT FXFILE.TXT
set TORN=%DIFF%
if not defined TORN goto s9d
set SAY=It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.
call :say
set STATUS=failed
goto finish
:s9d
if exist CHANGED.ID del CHANGED.ID
set SAY=Everything is as it was.
call :say
set STATUS=rolled-back
goto finish
:s9w
if exist CHANGED.ID del CHANGED.ID
set SAY=The new file could not be written, and the drive may be full. Nothing was changed.
call :say
set STATUS=refused
goto finish
:s10
if not "%MODE%"=="show" goto s11
set SAY=step 10 reads: Look again: the first line of SMSLS.BAT is GOTO END.
call :say
:s11
set STEP=11
set SAY=step 11 person: Do the same with each copy of SMSLS.BAT that a logon script calls, on all sites of the organization.
call :say
:s12
set STEP=12
set SAY=step 12 person: Upgrade all sites at the same time or as close together as possible, on a Friday evening or over a weekend.
call :say
:s13
set STEP=13
set SAY=step 13 person: Have the computers stay switched on from Friday to Monday, so that the clients upgrade in their 23-hour cycle.
call :say
:s14
set STEP=14
set SAY=step 14 person: Upgrade the remote Administrator consoles by hand, soon after the site.
call :say
:s15
set STEP=15
set SAY=step 15 person: When all sites, client access points and logon points are upgraded, switch the logon script on for one small group of clients after
call :say
set SAY=  the other.
call :say
:s16
set STEP=16
set SAY=step 16 person: Do not let Windows 95 and 98 clients restart before 15 minutes after the upgrade began.
call :say
:s17
set STEP=17
set SAY=step 17 person: Open the advertisements again when the clients are upgraded.
call :say
:s18
if "%MODE%"=="apply" goto verify
set SAY=Nothing was changed. Run this file with /apply to do it.
call :say
set STATUS=ok
goto finish
:verify
set STEP=10
set SAY=step 10 reads: Look again: the first line of SMSLS.BAT is GOTO END.
call :say
if defined PLACE goto v10a
set SAY=Name the folder that holds SMSLS.BAT after /verify.
call :say
set STATUS=refused
goto finish
:v10a
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :readfile FXFILE.TXT
if defined FIRST goto v10c
set SAY=The first line is another one.
call :say
set STATUS=failed
goto finish
:v10c
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
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same NEW.TXT FXFILE.TXT
if not defined DIFF goto uf
if not exist OPEN.ID goto ug
rem A run that was cut off may not have come to write it.
call :same OLD.TXT FXFILE.TXT
if not defined DIFF goto u9
:ug
set SAY=SMSLS.BAT is not what this script wrote. Somebody else has changed it, and it is left alone.
call :say
set STATUS=refused
goto finish
:uf
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
copy OLD.TXT "%PLACE%\SMSLS.BAT" >nul
copy "%PLACE%\SMSLS.BAT" FXFILE.TXT >nul
call :same OLD.TXT FXFILE.TXT
if not defined DIFF goto u9
set SAY=SMSLS.BAT could not be put back.
call :say
set STATUS=failed
goto finish
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
echo edit-smsls, stage 1 of 1. Upgrade the sites without clients that meet a half-upgraded site, with the SMS logon script switched off meanwhile.
echo Without an argument it only shows what it would do.
echo /apply FOLDER does it, /verify looks whether the cause is gone. A slash and a question mark show this text.
echo /undo FOLDER puts back what this script removed or changed, unless somebody else has changed it since.
echo FOLDER is the folder that holds SMSLS.BAT.
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
:same
rem Are the files %1 and %2 the same, line by line? Sets DIFF where they are not.
set DIFF=
set N=1000
cd .
if not exist %2 set DIFF=yes
if not exist %1 set DIFF=yes
if defined DIFF goto end
copy %1 FXSAME1.TXT >nul
copy %2 FXSAME2.TXT >nul
for /f "delims=" %%a in (FXSAME1.TXT) do (
  set LINE=%%a
  call :keep
)
set LAST=%N%
set N=1000
for /f "delims=" %%a in (FXSAME2.TXT) do (
  set LINE=%%a
  call :compare
)
if not "%N%"=="%LAST%" set DIFF=yes
del FXSAME1.TXT
del FXSAME2.TXT
goto end
:keep
set /a N=N+1
set "LINE=%LINE:"='%"
set "LINE%N%=%LINE%"
goto end
:compare
set /a N=N+1
set "LINE=%LINE:"='%"
call set "KEPT=%%LINE%N%%%"
if not "%KEPT%"=="%LINE%" set DIFF=yes
goto end
:readfile
rem Reads the batch file %1. Sets COUNT to its lines, FIRST where it begins with the line, LABEL where it has the label.
set FIRST=
set LABEL=
set COUNT=0
if not exist %1 goto end
for /f "delims=" %%a in (%1) do (
  set LINE=%%a
  call :fileline
)
goto end
:fileline
set /a COUNT=COUNT+1
set "LINE=%LINE:"=%"
if not "%COUNT%"=="1" goto nofirst
if /i "%LINE%"=="GOTO END" set FIRST=yes
:nofirst
for /f "tokens=1" %%c in ("%LINE%") do if /i "%%c"==":END" set LABEL=yes
goto end
:end
