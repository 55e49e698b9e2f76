package script

import "strings"

// crlf gives a text the line ends of DOS.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// The subroutines of cmd. They return by jumping to :end, the last label of the file, because NT 4.0 has no exit /b and no :eof.
var (
	// cmdStart reads the argument and finds the folders. Everything is unset first: a variable of the same name may be around.
	cmdStart = crlf(`for %%v in (SAY LOG RUN MINE BROKEN PLACE MISSING FOUND LIST THERE STUCK LATE DOWN SAVED TORN HEX WORK) do set %%v=
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
`)

	// cmdFinish prints the result, and leaves with errorlevel 0 or 1, which NT 4.0 can only take over from a command. A run that could
	// not put back what it had changed stays open, so that undo comes first.
	cmdFinish = crlf(`if defined DOWN set SAY=  %DOWN% could not be started again. Start it in Control Panel, Services.
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
`)

	cmdSayer = crlf(`:say
echo %SAY%
if defined LOG >>%LOG% echo %SAY%
goto end
`)

	// cmdRuns keeps the numbered folders: which was the last, which of them this script has made, and a new one.
	cmdRuns = crlf(`:scan
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
`)

	// cmdServices stops and starts a service, by the name that people see or else by its short name. A service that this run stopped is
	// marked by a file, so that a later run can start it where this one is cut off.
	cmdServices = crlf(`:stop
rem Stops the service %1 (short name %2) where it runs. Sets STUCK where it goes on running.
set STUCK=
call :up %1 %2
if not defined UP goto end
echo x>%RUN%\%2.ID
if not exist %RUN%\%2.ID set STUCK=%1
if defined STUCK goto end
net stop %1 <nul >nul 2>nul
call :up %1 %2
if not defined UP goto end
net stop %2 <nul >nul 2>nul
set TRY=0
:stopping
call :up %1 %2
if not defined UP goto end
set /a TRY=TRY+1
ping -n 2 127.0.0.1 >nul
if %TRY% LSS 10 goto stopping
set STUCK=%1
set LATE=%2
goto end
:start
rem Starts the service %1 (short name %2) again, where a run has stopped it. Sets DOWN where it does not come up. One that was told to
rem stop and went on running may stop yet, so it is waited for.
if not defined RUN goto end
if not exist %RUN%\%2.ID goto end
set TRY=0
if not "%LATE%"=="%2" goto starting
:lingers
call :up %1 %2
if not defined UP goto starting
set /a TRY=TRY+1
ping -n 2 127.0.0.1 >nul
if %TRY% LSS 5 goto lingers
set SAY=  %1 was told to stop, and has not. Should it stop later, start it in Control Panel, Services.
call :say
goto end
:starting
call :up %1 %2
if not defined UP net start %1 <nul >nul 2>nul
call :up %1 %2
if not defined UP net start %2 <nul >nul 2>nul
call :up %1 %2
if defined UP del %RUN%\%2.ID
if not defined UP set DOWN=%1
goto end
`)

	// cmdUp looks at the list of net start, and asks sc too where that is installed: it knows a service that has no name to show.
	cmdUp = crlf(`:up
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
`)

	// cmdExport reads the registry. Windows 2000 writes exports in Unicode, which there only type can turn into text.
	cmdExport = crlf(`:export
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
`)

	// cmdRoom is in every script that exports a key to keep it.
	cmdRoom = crlf(`:room
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
`)

	// cmdLook finds out how an entry is kept. It reads the lines of the key itself, and leaves those of its subkeys.
	cmdLook = crlf(`:look
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
`)

	// cmdValue looks at a string value of a key.
	cmdValue = crlf(`:lookvalue
rem Is %NAME% in the key %KEY%? Sets HAVE, SAME where it is %DATA%, ODD where it is no string. Writes it to %OUT%.REG.
set HAVE=
set SAME=
set ODD=
set KEYS=0
set PAST=
call :export FXKEY.REG "%KEY%"
echo REGEDIT4>%OUT%.REG
echo.>>%OUT%.REG
echo [%KEY%]>>%OUT%.REG
if not defined GOT goto end
for /f "delims=" %%a in (%SRC%) do (
  set LINE=%%a
  if not defined PAST call :matchvalue
  if defined HIT >>%OUT%.REG echo %%a
)
goto end
:matchvalue
set HIT=
set "LINE=%LINE:"=%"
set "FIRST=%LINE:~0,1%"
if "%FIRST%"=="[" set /a KEYS=KEYS+1
if "%KEYS%"=="2" set PAST=yes
if "%FIRST%"=="[" goto end
if not "%KEYS%"=="1" goto end
set "PART=%LINE:hex=%"
set LIKE=
for /f "tokens=1* delims==" %%c in ("%LINE%") do (
  if /i "%%c"=="%NAME%" set HIT=yes
  if "%%d"=="%DATA%" set LIKE=yes
)
if not defined HIT goto end
set HAVE=yes
if defined LIKE set SAME=yes
if not "%PART%"=="%LINE%" set ODD=yes
goto end
`)

	cmdFile = crlf(`:readfile
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
`)

	// cmdSame compares what fc compares on Windows and does not in Wine.
	cmdSame = crlf(`:same
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
`)

	cmdOS = crlf(`set WINDOWS=other
for /f "tokens=*" %%v in ('ver') do set "WINDOWS=%%v"
set "PART=%WINDOWS:Version 3.5=%"
if not "%PART%"=="%WINDOWS%" echo client_os=nt351
set "PART=%WINDOWS:Version 4.0=%"
if not "%PART%"=="%WINDOWS%" echo client_os=nt4
set "PART=%WINDOWS:Version 5.0=%"
if not "%PART%"=="%WINDOWS%" echo client_os=win2000
set "PART=%WINDOWS:Version 5.1=%"
if not "%PART%"=="%WINDOWS%" echo client_os=xp
`)

	cmdSites = crlf(`call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared"
if defined GOT for /f "tokens=7,8,9 delims=\[]" %%a in (%SRC%) do if "%%a"=="Shared" if "%%c"=="" echo client_sites=%%b
call :export FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"
if defined GOT for /f "tokens=6,7,8 delims=\[]" %%a in (%SRC%) do if "%%a"=="InstalledSites" if "%%c"=="" echo client_sites=%%b
`)
)

// evidence are the lines of the client's logs that decide something: the name of the log, and words that the line has.
var evidence = []struct{ file, text string }{
	{"Ccim32.log", "out of sync with offer file version"},
	{"Ccim32.log", "The CAP base release"},
	{"Ccim32.log", "could not find a site CAP with uplevel"},
	{"Ccim32.log", "does not exist any longer"},
	{"Ccim32.log", "Unable to check assignment for site"},
	{"Ccim32.log", "could not read files from site"},
	{"Ccim32.log", "Client core file version"},
	{"Clicore.log", "Base client files are version"},
	{"Clicore.log", "Current clibase version is"},
	{"Smsapm32.log", "Unable to connect to CAP to test"},
	{"Smsmon32.log", "IPC_CS_MESSG_REQUEST_PROGRAM_CAPICON"},
	{"Wn_logon.log", "Site Key #"},
	{"Wn_logon.log", "Site Value #"},
	{"Wn_logon.log", "No COMPVER.INI found for site"},
	{"Wn_logon.log", "Client deinstall flag set"},
	{"Wnmanual.log", "Client deinstall flag set"},
}
