package script

import (
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// bat9x writes for COMMAND.COM of Windows 95, 98 and Me: lines of at most 127 characters, no for /f, no call of a label, no if /i,
// no else, no redirection of errors, no services. COMMAND.COM cannot read a registry file back, so this dialect never edits the
// registry: it could not look before a change, nor after it. The vbs dialect does that on a computer that has the scripting host.
//
// Quoting. COMMAND.COM has none. It takes redirection signs and percent signs for what they are even after rem and echo, so text
// is held to a list of signs that mean nothing to it.
type bat9x struct{}

var bat9xSigns = lettersAnd(`.,:'/\_-+#@()$`)

// bat9xText holds a text to that list. A slash stays: only /? means something to echo and rem, and the question mark is gone.
func bat9xText(s string) string { return bat9xSigns.plain(s) }

func (bat9x) extension() string { return ".bat" }

func (d bat9x) render(j *job) (string, error) {
	p := &page{job: j, eol: "\r\n", number: j.first}
	p.Grow(12 << 10)
	if !j.scripted() {
		return "", p.unsupported(j.steps[0], "a person does all of it")
	}
	if j.plan.Platform() == plan.NT {
		return "", p.unsupported(j.steps[0], "the plan is for Windows NT and 2000")
	}
	d.head(p)
	for i, s := range j.steps {
		p.number = j.first + i
		d.step(p, s)
		if err := write(d, p, s); err != nil {
			return "", err
		}
	}
	p.number++
	d.tail(p)
	return p.String(), nil
}

func (bat9x) head(p *page) {
	p.line("@echo off")
	batchHead(p, bat9xText, 100)
	p.line("set RESULT=FIXDESK-RESULT v=1 fix=", p.plan.Name(), " ", idMark, zeros)
	p.line("set MODE=show")
	p.line("set STATUS=refused")
	p.line("set STEP=", strconv.Itoa(p.first))
	batchModes(p)
	p.line(`if not "%OS%"=="Windows_NT" goto old`)
	p.line("echo This is Windows NT or later. Nothing was done.")
	p.line("goto result")
	p.line(":old")
	p.WriteString(bat9xStart)
	if p.folder != "" {
		p.line(`if not "%MODE%"=="apply" goto s`, p.no())
		p.line(`if not "%PLACE%"=="" goto place`)
		bat9xStop(p, "refused", "Name the folder that holds "+p.folder+" after /apply. Nothing was changed.")
		p.line(":place")
		for _, f := range p.required() {
			p.line(`if not exist %PLACE%\`, f, ` goto missing`)
		}
		p.line("goto s", p.no())
		p.line(":missing")
		bat9xStop(p, "refused", "The folder does not hold all of "+strings.Join(p.required(), ", ")+". Nothing was changed.")
	}
}

func (bat9x) step(p *page, s plan.Step) {
	p.line(":s", p.no())
	if !verifies(s) {
		p.line("set STEP=", p.no())
	}
	bat9xSay(p, "step "+p.no()+" "+effect(s)+": "+s.Does())
}

// bat9xSay prints a text, to the log too where there is one.
func bat9xSay(p *page, text string) {
	for i, l := range wrap(bat9xText(text), 100) {
		if i > 0 {
			l = "  " + l
		}
		p.line("echo ", l)
	}
}

func bat9xStop(p *page, status, why string) {
	bat9xSay(p, why)
	p.line("set STATUS=", status)
	p.line("goto finish")
}

func (bat9x) unlessApply(p *page) { p.line(`if not "%MODE%"=="apply" goto s`, p.next()) }

func (d bat9x) tail(p *page) {
	p.line(":s", p.no())
	p.line("set STATUS=ok")
	if p.writes() {
		p.line(`if "%MODE%"=="apply" goto finish`)
		bat9xSay(p, "Nothing was changed. Run this file with /apply to do it.")
	}
	p.line("goto finish")
	d.verify(p)
	p.line(":undo")
	bat9xStop(p, "refused", "Nothing of this stage can be undone by a script.")
	p.line(":usage")
	for _, u := range append([]string{p.title() + ". " + p.plan.Goal()}, p.usage()...) {
		bat9xSay(p, u)
	}
	p.line("set MODE=help")
	p.line("set STATUS=ok")
	p.line("set STEP=0")
	p.line("goto result")
	p.WriteString(bat9xFinish)
	if p.writes() {
		p.WriteString(bat9xRuns)
	}
	p.line(":end")
	p.WriteString(bat9xClear)
}

// verify writes the mode that looks whether the cause is gone.
func (d bat9x) verify(p *page) {
	p.line(":verify")
	looks := false
	for i, s := range p.steps {
		p.number = p.first + i
		switch s := s.(type) {
		case plan.VerifyClient:
			looks = true
			d.lookClient(p, s)
		case plan.Verify:
			bat9xSay(p, "step "+p.no()+" person: "+s.Text)
		}
	}
	if looks {
		p.line("set STATUS=ok")
	} else {
		bat9xSay(p, "Nothing of it can be looked at by a script.")
		p.line("set STATUS=nothing-to-do")
	}
	p.line("goto finish")
}

func (d bat9x) lookClient(p *page, s plan.VerifyClient) {
	p.line("set STEP=", p.no())
	bat9xSay(p, "step "+p.no()+" reads: "+s.Does())
	d.traces(p, s.Traces)
	if s.Gone {
		p.line(`if "%THERE%"=="" goto v`, p.no())
		bat9xStop(p, "failed", "The client is still there. The computer may have to be restarted first.")
	} else {
		p.line(`if not "%THERE%"=="" goto v`, p.no())
		bat9xStop(p, "failed", "The client is not there yet.")
	}
	p.line(":v", p.no())
}

func (d bat9x) traces(p *page, t plan.Traces) {
	p.line("set THERE=")
	for _, f := range t.Files {
		p.line(`if exist %BASE%\`, f, ` set THERE=yes`)
	}
	for _, k := range t.Keys {
		p.line(`if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG`)
		p.line(`start /w regedit /e %WORK%\FXKEY.REG "`, k.Long(), `"`)
		p.line(`if exist %WORK%\FXKEY.REG set THERE=yes`)
	}
}

func (d bat9x) checkPlatform(p *page, s plan.CheckPlatform) error { return nil }

// checkRights: Windows 95, 98 and Me know no rights. What can be missing is a place to write to.
func (d bat9x) checkRights(p *page, s plan.CheckRights) error {
	d.unlessApply(p)
	p.line(`if not exist %HOLD%\NUL md %HOLD%`)
	p.line(`if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID`)
	p.line(`if exist %HOLD%\RIGHTS.ID goto n`, p.no())
	p.line(`echo x>%HOLD%\RIGHTS.ID`)
	p.line(`if exist %HOLD%\RIGHTS.ID goto w`, p.no())
	p.line(":n", p.no())
	bat9xStop(p, "refused", "The folder FIXDESK of Windows cannot be written to. Nothing was changed.")
	p.line(":w", p.no())
	p.line(`del %HOLD%\RIGHTS.ID`)
	return nil
}

func (d bat9x) expectEntry(p *page, s plan.ExpectEntry) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}

func (d bat9x) expectKey(p *page, s plan.ExpectKey) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}

func (d bat9x) expectClient(p *page, s plan.ExpectClient) error {
	if len(s.Services) > 0 {
		return p.unsupported(s, "Windows 95, 98 and Me have no services")
	}
	d.traces(p, s.Traces)
	p.line(`if not "%THERE%"=="" goto s`, p.next())
	bat9xStop(p, "nothing-to-do", "No client is installed on this computer. There is nothing to do.")
	return nil
}

func (d bat9x) expectGone(p *page, s plan.ExpectGone) error {
	if len(s.Services) > 0 {
		return p.unsupported(s, "Windows 95, 98 and Me have no services")
	}
	d.traces(p, s.Traces)
	p.line(`if "%THERE%"=="" goto s`, p.next())
	if p.writes() {
		p.line(`if not exist %HOLD%\%ID%.ID goto g`, p.no())
		bat9xStop(p, "nothing-to-do", "This script has run here already, and the client is installed. There is nothing to do.")
		p.line(":g", p.no())
	}
	bat9xStop(p, "refused", "The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.")
	return nil
}

// run makes the folder of this run, once.
func (d bat9x) run(p *page) {
	p.line(`if not "%RUN%"=="" goto r`, p.no())
	p.line("set BACK=b", p.no())
	p.line("goto newrun")
	p.line(":b", p.no())
	p.line(`if not "%RUN%"=="" goto r`, p.no())
	bat9xStop(p, "refused", "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.")
	p.line(":r", p.no())
}

// backupKey exports a key and looks for the file. A copy of an empty file is not made by COMMAND.COM, which tells whether it is.
func (d bat9x) backupKey(p *page, s plan.BackupKey) error {
	d.unlessApply(p)
	d.run(p)
	p.line("set SAVED=")
	for i, k := range s.Keys {
		name := "KEY" + p.no() + "-" + strconv.Itoa(i+1)
		p.line(`start /w regedit /e %RUN%\`, name, `.REG "`, k.Long(), `"`)
		p.line(`if exist %RUN%\`, name, `.REG copy %RUN%\`, name, `.REG %RUN%\`, name, `.CHK >NUL`)
		p.line(`if exist %RUN%\`, name, `.CHK set SAVED=yes`)
		p.line(`if exist %RUN%\`, name, `.CHK del %RUN%\`, name, `.CHK`)
	}
	if s.Optional {
		return nil
	}
	p.line(`if not "%SAVED%"=="" goto s`, p.next())
	bat9xStop(p, "refused", "The export is missing or empty. Nothing was changed.")
	return nil
}

func (d bat9x) backupFile(p *page, s plan.BackupFile) error {
	return p.unsupported(s, "COMMAND.COM cannot compare files")
}
func (d bat9x) stopServices(p *page, s plan.StopServices) error {
	return p.unsupported(s, "Windows 95, 98 and Me have no services")
}
func (d bat9x) startServices(p *page, s plan.StartServices) error {
	return p.unsupported(s, "Windows 95, 98 and Me have no services")
}
func (d bat9x) endProcess(p *page, s plan.EndProcess) error {
	return p.unsupported(s, "Windows 95, 98 and Me have no program for it: press Ctrl+Alt+Del")
}
func (d bat9x) deleteEntry(p *page, s plan.DeleteEntry) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) setValue(p *page, s plan.SetValue) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) editFile(p *page, s plan.EditFile) error {
	return p.unsupported(s, "COMMAND.COM cannot compare files")
}

func (d bat9x) runTool(p *page, s plan.RunTool) error {
	d.unlessApply(p)
	d.run(p)
	p.line(`echo x>%HOLD%\%ID%.ID`)
	p.line(`if exist %HOLD%\%ID%.ID goto t`, p.no())
	bat9xStop(p, "refused", "The folder FIXDESK of Windows cannot be written to. Nothing was changed.")
	p.line(":t", p.no())
	if strings.HasSuffix(s.Tool.File(), ".BAT") {
		p.line("rem It looks for its companions in the current folder, and COMMAND.COM changes that on one drive only.")
		p.line("cd %PLACE%")
		p.line("if exist ", s.Tool.File(), " goto c", p.no())
		bat9xStop(p, "refused", "Go to the drive of the folder first, by its letter and a colon. Nothing was changed.")
		p.line(":c", p.no())
		p.line("rem A shell of its own, so that the other batch file cannot end this one.")
		p.line(`%COMSPEC% /c `, s.Tool.File())
	} else {
		p.line(strings.TrimRight(`start /w %PLACE%\`+s.Tool.File()+" "+s.Tool.Args(), " "))
	}
	return nil
}

func (d bat9x) verifyGone(p *page, s plan.VerifyGone) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) verifyValue(p *page, s plan.VerifyValue) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) verifyFile(p *page, s plan.VerifyFile) error {
	return p.unsupported(s, "COMMAND.COM cannot compare files")
}
func (d bat9x) verifyClient(p *page, s plan.VerifyClient) error {
	if len(s.Services) > 0 {
		return p.unsupported(s, "Windows 95, 98 and Me have no services")
	}
	return nil
}
func (d bat9x) restoreEntry(p *page, s plan.RestoreEntry) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) restoreValue(p *page, s plan.RestoreValue) error {
	return p.unsupported(s, "COMMAND.COM cannot read the registry")
}
func (d bat9x) restoreFile(p *page, s plan.RestoreFile) error {
	return p.unsupported(s, "COMMAND.COM cannot compare files")
}
func (d bat9x) person(p *page, s plan.Step) error { return nil }

// collect prints what COMMAND.COM can find out, and the lines of the logs and the list of sites as they are.
func (d bat9x) collect(p *page, s plan.Collect) error {
	p.line("echo FIXDESK-FACTS v=1")
	for _, f := range s.Facts {
		switch f {
		case "client_os":
			p.WriteString(bat9xOS)
		case "client_sites":
			p.line(`if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG`)
			p.line(`start /w regedit /e %WORK%\FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"`)
			p.line(`if exist %WORK%\FXKEY.REG type %WORK%\FXKEY.REG`)
			p.line(`if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG`)
		}
	}
	for _, e := range evidence {
		p.line(`if exist %BASE%\MS\SMS\Logs\`, e.file, ` find "`, e.text, `" %BASE%\MS\SMS\Logs\`, e.file)
	}
	p.line("echo FIXDESK-END")
	return nil
}

var (
	bat9xStart = crlf(`set RUN=
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
`)

	bat9xFinish = crlf(`:finish
if exist %WORK%\FXKEY.REG del %WORK%\FXKEY.REG
if "%RUN%"=="" goto result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP% >>%RUN%\LOG.TXT
:result
echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%
goto end
`)

	// bat9xRuns counts from 001 to 999 without arithmetic: the last digit first, from nine down so that no digit is raised twice.
	bat9xRuns = crlf(`:newrun
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
`)

	bat9xClear = crlf(`for %%v in (RESULT MODE STATUS STEP RUN SAVED THERE PLACE HOLD BASE WORK ID BACK H T U) do set %%v=
`)

	bat9xOS = crlf(`ver | find "Windows 95" >NUL
if not errorlevel 1 echo client_os=win95
ver | find "Windows 98" >NUL
if not errorlevel 1 echo client_os=win98
ver | find "Millennium" >NUL
if not errorlevel 1 echo client_os=winme
`)
)
