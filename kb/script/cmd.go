package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// cmd writes for cmd.exe of Windows NT 4.0 and later. It keeps to what NT 4.0 has: no exit /b, no set /p, no findstr, no timeout, no
// delayed expansion, no reg.exe. The registry is read by exporting a key with regedit and reading the file with for /f, and edited
// by importing a REGEDIT4 file.
//
// Quoting. A text stands only after rem, or in "set SAY=", from where :say prints it, and both take the rest of the line as it is
// but for the characters of redirection, of joining, of escaping and of variables. cmd has no quoting that stops a percent sign, so
// text is held to a list of characters that mean nothing to it. A round bracket is none of them: one after "set" ends a command in Wine,
// and on Windows in a block. Names and keys of the plan are narrower than that. What is read
// from the registry is never expanded outside of quotes, and its own quotes are taken out before.
type cmd struct{}

// cmdSigns are the signs that may stand in a text.
var cmdSigns = lettersAnd(`.,:;'/\_-+#@[]$`)

func cmdText(s string) string { return cmdSigns.plain(s) }

func (cmd) extension() string { return ".cmd" }

func (d cmd) render(j *job) (string, error) {
	p := &page{job: j, eol: "\r\n", number: j.first}
	p.Grow(24 << 10)
	if !j.scripted() {
		return "", p.unsupported(j.steps[0], "a person does all of it")
	}
	if j.plan.Platform() == plan.Win9x {
		return "", p.unsupported(j.steps[0], "the plan is for Windows 95, 98 and Me, which have COMMAND.COM")
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

// head writes everything before the first step.
func (cmd) head(p *page) {
	p.line("@echo off")
	batchHead(p, cmdText, 110)
	p.line("set RESULT=FIXDESK-RESULT v=1 fix=", p.plan.Name(), " ", idMark, zeros)
	p.line("set MODE=show")
	p.line("set STATUS=refused")
	p.line("set STEP=", strconv.Itoa(p.first))
	batchModes(p)
	p.line(`if "%OS%"=="Windows_NT" goto nt`)
	p.line("echo This is not Windows NT, 2000 or later. Nothing was done.")
	p.line("echo %RESULT% mode=%MODE% status=%STATUS% step=%STEP%")
	p.line("goto end")
	p.line(":nt")
	p.line("setlocal enableextensions")
	for i := range p.places {
		p.line("set KEY", strconv.Itoa(i+1), "=")
		p.line("set ALL", strconv.Itoa(i+1), "=")
		p.line("set OWN", strconv.Itoa(i+1), "=0")
	}
	p.WriteString(cmdStart)
	if p.folder != "" {
		cmdPlace(p)
	}
	p.line(`if "%MODE%"=="verify" goto verify`)
	p.line(`if "%MODE%"=="undo" goto undo`)
}

// batchModes reads the argument as every shell can, so that even the line which says that this is the wrong one names the mode.
func batchModes(p *page) {
	for _, mode := range []string{"apply", "verify", "undo"} {
		p.line(`if "%1"=="/`, mode, `" set MODE=`, mode)
	}
}

// cmdPlace makes sure that the folder is given, and holds what is needed, in the modes that use it.
func cmdPlace(p *page) {
	p.line(`if "%MODE%"=="show" if not defined PLACE goto placed`)
	if !p.edits() {
		p.line(`if "%MODE%"=="verify" goto placed`)
		p.line(`if "%MODE%"=="undo" goto placed`)
	}
	p.line("if defined PLACE goto place")
	after := "/apply"
	if p.edits() {
		after = "/apply, /verify or /undo"
	}
	cmdStop(p, "refused", "Name the folder that holds "+p.folder+" after "+after+". Nothing was changed.")
	p.line(":place")
	p.line(`set "PLACE=%PLACE:"=%"`)
	p.line(`if "%PLACE:~1,2%"==":\" goto full`)
	p.line(`if "%PLACE:~0,2%"=="\\" goto full`)
	cmdStop(p, "refused", "Name the folder with its full path, from the letter of the drive on. Nothing was changed.")
	p.line(":full")
	for _, f := range p.required() {
		p.line(`if not exist "%PLACE%\`, f, `" set MISSING=`, f)
	}
	p.line("if not defined MISSING goto placed")
	p.line("set SAY=The folder does not hold %MISSING%. Nothing was changed.")
	p.line("call :say")
	p.line("goto finish")
	p.line(":placed")
}

// edits reports whether the stage edits a file.
func (j *job) edits() bool { return j.edit.File != "" }

// required returns the files that must lie in the folder that is given to the script.
func (j *job) required() []string {
	if j.edits() {
		return []string{j.edit.File}
	}
	for _, s := range j.steps {
		if t, ok := s.(plan.RunTool); ok {
			return append([]string{t.Tool.File()}, t.Tool.Companions()...)
		}
	}
	return nil
}

// batchHead writes the comment at the top of a batch file.
func batchHead(p *page, text func(string) string, width int) {
	rem := func(indent, s string) {
		for i, l := range wrap(text(s), width) {
			if i > 0 {
				l = indent + l
			}
			p.line("rem ", l)
		}
	}
	rem("", "Fixdesk: "+p.title()+". From "+p.source()+".")
	rem("", p.plan.Goal())
	p.line("rem.")
	for i, s := range p.steps {
		n := strconv.Itoa(p.first + i)
		rem("     ", fmt.Sprintf("%2s %-7s  %s", n, effect(s), s.Does()))
	}
	p.line("rem.")
	for _, d := range p.doubts() {
		rem("", "Not certain: "+d)
	}
	for _, u := range p.usage() {
		rem("  ", u)
	}
}

// usage returns how a batch or vbs script is called, one line each.
func (j *job) usage() []string {
	folder := ""
	if j.folder != "" {
		folder = " FOLDER"
	}
	lines := []string{
		"Without an argument it only shows what it would do.",
		"/apply" + folder + " does it, /verify looks whether the cause is gone. A slash and a question mark show this text.",
	}
	if j.undo == nil {
		lines = append(lines, "/undo: nothing of it can be undone by a script, and it says so.")
	} else {
		if !j.edits() {
			folder = ""
		}
		lines = append(lines, "/undo"+folder+" puts back what this script removed or changed, unless somebody else has changed it since.")
	}
	if j.folder != "" {
		lines = append(lines, "FOLDER is the folder that holds "+strings.Join(j.required(), ", ")+".")
	}
	if j.writes() {
		lines = append(lines, "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.")
	}
	return lines
}

// step begins a step: its label, its number for the result, and its line on the screen. What looks at the result has its turn in
// the part that verifies, where /apply goes at its end.
func (cmd) step(p *page, s plan.Step) {
	p.line(":s", p.no())
	if verifies(s) {
		p.line(`if not "%MODE%"=="show" goto s`, p.next())
	} else {
		p.line("set STEP=", p.no())
	}
	cmdSay(p, "step "+p.no()+" "+effect(s)+": "+s.Does())
}

// verifies reports whether a step looks at the result of others.
func verifies(s plan.Step) bool {
	switch s.(type) {
	case plan.VerifyGone, plan.VerifyValue, plan.VerifyFile, plan.VerifyClient, plan.Verify:
		return true
	}
	return false
}

// cmdSay prints a text, in several lines where it is long.
func cmdSay(p *page, text string) {
	for i, l := range wrap(cmdText(text), 150) {
		if i > 0 {
			l = "  " + l
		}
		p.line("set SAY=", l)
		p.line("call :say")
	}
}

// unlessApply leaves a step that only /apply does.
func unlessApply(p *page) { p.line(`if not "%MODE%"=="apply" goto s`, p.next()) }

// stop ends the script at this step with a reason.
func cmdStop(p *page, status, why string) {
	cmdSay(p, why)
	p.line("set STATUS=", status)
	p.line("goto finish")
}

// tail writes what comes after the last step: the other modes and the subroutines that this script calls.
func (d cmd) tail(p *page) {
	p.line(":s", p.no())
	if p.writes() {
		p.line(`if "%MODE%"=="apply" goto verify`)
		cmdSay(p, "Nothing was changed. Run this file with /apply to do it.")
	}
	p.line("set STATUS=ok")
	p.line("goto finish")
	d.verify(p)
	d.undo(p)
	p.line(":finish")
	for _, sv := range p.kept {
		p.line(`call :start "`, string(sv), `" `, sv.Key())
	}
	p.line(`if defined DOWN set STATUS=failed`)
	p.WriteString(cmdFinish)
	cmdUsage(p)
	cmdSubroutines(p)
	p.line(":end")
}

func cmdUsage(p *page) {
	p.line(":usage")
	for _, u := range append([]string{p.title() + ". " + p.plan.Goal()}, p.usage()...) {
		for _, l := range wrap(cmdText(u), 150) {
			p.line("echo ", l)
		}
	}
	p.line("set MODE=help")
	p.line("set STATUS=ok")
	p.line("set STEP=0")
	p.line("goto result")
}

// cmdSubroutines writes those that the script calls, and no others: it is read by people.
func cmdSubroutines(p *page) {
	for _, part := range []struct {
		called bool
		text   string
	}{
		{true, cmdSayer},
		{p.writes(), cmdRuns},
		{len(p.kept) > 0, cmdServices},
		{len(p.kept) > 0 || p.watches(), cmdUp},
		{p.exports(), cmdExport},
		{has[plan.BackupKey](p.steps) || has[plan.DeleteEntry](p.steps), cmdRoom},
		{len(p.entries) > 0, cmdLook},
		{len(p.values) > 0, cmdValue},
		{p.edits() || len(p.values) > 0, cmdSame},
		{p.edits(), cmdFile},
	} {
		if part.called {
			p.WriteString(part.text)
		}
	}
	if p.edits() {
		cmdFileLine(p)
	}
}

// cmdFileLine writes what looks at one line of a batch file.
func cmdFileLine(p *page) {
	p.line(":fileline")
	p.line("set /a COUNT=COUNT+1")
	p.line(`set "LINE=%LINE:"=%"`)
	p.line(`if not "%COUNT%"=="1" goto nofirst`)
	p.line(`if /i "%LINE%"=="`, p.edit.First, `" set FIRST=yes`)
	p.line(":nofirst")
	p.line(`for /f "tokens=1" %%c in ("%LINE%") do if /i "%%c"==":`, p.edit.Label, `" set LABEL=yes`)
	p.line("goto end")
}

// watches reports whether a step looks for services of a client.
func (j *job) watches() bool {
	for _, s := range j.steps {
		switch s := s.(type) {
		case plan.ExpectClient:
			return len(s.Services) > 0
		case plan.ExpectGone:
			return len(s.Services) > 0
		case plan.VerifyClient:
			return len(s.Services) > 0
		}
	}
	return false
}

// exports reports whether a step reads the registry.
func (j *job) exports() bool {
	return len(j.places) > 0 || len(j.values) > 0 || has[plan.BackupKey](j.steps) || has[plan.Collect](j.steps) || has[plan.ExpectKey](j.steps)
}

func (cmd) checkPlatform(p *page, s plan.CheckPlatform) error { return nil } // :nt is reached on no other system

// checkRights tries to write where only an administrator should, on the way to the backup. The true test is stopping the service,
// which is looked at before anything is changed.
func (cmd) checkRights(p *page, s plan.CheckRights) error {
	unlessApply(p)
	p.line(`if not exist %HOLD% md %HOLD%`)
	p.line(`if exist %HOLD%\RIGHTS.ID del %HOLD%\RIGHTS.ID`)
	p.line(`if exist %HOLD%\RIGHTS.ID goto s`, p.no(), "r")
	p.line(`echo x>%HOLD%\RIGHTS.ID`)
	p.line(`if exist %HOLD%\RIGHTS.ID goto s`, p.no(), "a")
	p.line(":s", p.no(), "r")
	cmdStop(p, "refused", "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.")
	p.line(":s", p.no(), "a")
	p.line(`del %HOLD%\RIGHTS.ID`)
	if p.job.undo == nil {
		return nil // a run that was cut off is simply done again
	}
	p.line("call :scan")
	p.line("if not defined BROKEN goto s", p.next())
	cmdStop(p, "refused", "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed.")
	return nil
}

// cmdKey finds which spelling of a place is there. It leaves KEYn empty where none is.
func cmdKey(p *page, at int, label string) {
	n := strconv.Itoa(at + 1)
	p.line("set KEY", n, "=")
	for i, k := range p.places[at].keys {
		if i > 0 {
			p.line("if defined KEY", n, " goto ", label)
		}
		p.line(`call :export FXKEY.REG "`, k.Long(), `"`)
		p.line("if defined GOT set KEY", n, "=", k.Long())
		p.line("if defined GOT set SPELLING", n, "=", strconv.Itoa(i+1))
	}
	if len(p.places[at].keys) > 1 {
		p.line(":", label)
	}
}

func (cmd) expectEntry(p *page, s plan.ExpectEntry) error {
	at := p.entry(s.Keys, s.Name)
	e := p.entries[at]
	n, k := strconv.Itoa(at+1), strconv.Itoa(e.place+1)
	p.line("if defined KEY", k, " goto s", p.no(), "a")
	cmdKey(p, e.place, "s"+p.no()+"k")
	p.line("if defined KEY", k, " goto s", p.no(), "a")
	cmdStop(p, "refused", s.Otherwise)
	p.line(":s", p.no(), "a")
	p.line("set KEY=%KEY", k, "%")
	p.line("set NAME=", string(s.Name))
	p.line("set OUT=FXA")
	p.line("call :look")
	cmdHex(p, s.Name, "s"+p.no()+"h")
	p.line("set SUB", n, "=%SUB%")
	p.line("set VAL", n, "=%VAL%")
	p.line("set LINES", n, "=%LINES%")
	p.line("set TOTAL", k, "=%TOTAL%")
	p.line("set ALL", k, "=%TOTAL%")
	p.line("if defined SUB set SAY=  ", string(s.Name), " is a subkey of %KEY%.")
	p.line("if defined SUB call :say")
	p.line("if defined VAL set SAY=  ", string(s.Name), " is a value of %KEY%.")
	p.line("if defined VAL call :say")
	p.line("if not defined LIST goto s", p.no(), "b")
	cmdStop(p, "refused", fmt.Sprintf("%s stands in a list or a binary value, which a batch file cannot rewrite. Use the vbs script, or Regedt32 and Edit, Multi String. Nothing was changed.", s.Name))
	p.line(":s", p.no(), "b")
	p.line("if defined SUB set FOUND=yes")
	p.line("if defined VAL set FOUND=yes")
	p.line("set /a OWN", k, "=OWN", k, "+LINES")
	if p.lastLook(at) {
		p.line("if defined FOUND goto s", p.no(), "c")
		cmdStop(p, "nothing-to-do", "The key is there without "+p.names()+". There is nothing to do.")
		p.line(":s", p.no(), "c")
		p.line("rem What stays: all lines of the key but its header, its own line, its default value and what goes.")
		p.line("set /a REST=TOTAL", k, "-2-PLAIN-OWN", k)
		p.line("if %REST% GTR 0 goto s", p.next())
		cmdStop(p, "refused", "No other entry would be left under the key, and the last site of a client is never taken away. Nothing was changed.")
	}
	return nil
}

// lastLook reports whether no later step of the stage looks for another entry.
func (j *job) lastLook(at int) bool {
	for i := at + 1; i < len(j.entries); i++ {
		if j.entries[i].sure {
			return false
		}
	}
	return true
}

// cmdHex looks for the code in the bytes of the lists of the key: as Windows 2000 exports them, and as NT 4.0 does.
func cmdHex(p *page, name plan.Name, label string) {
	var wide, narrow strings.Builder
	for i := range len(name) {
		fmt.Fprintf(&wide, "%02x,00,", name[i])
		fmt.Fprintf(&narrow, "%02x,", name[i])
	}
	p.line("if not defined HEX goto ", label)
	for _, bytes := range []string{"(7):" + wide.String() + "00,00", "00,00," + wide.String() + "00,00", "(7):" + narrow.String() + "00", "00," + narrow.String() + "00"} {
		p.line(`set "PART=%HEX:`, bytes, `=%"`)
		p.line(`if not "%PART%"=="%HEX%" set LIST=yes`)
	}
	p.line(":", label)
}

func (cmd) expectKey(p *page, s plan.ExpectKey) error {
	p.line(`call :export FXKEY.REG "`, s.Key.Long(), `"`)
	p.line("if defined GOT goto s", p.no(), "a")
	cmdStop(p, "refused", s.Otherwise)
	p.line(":s", p.no(), "a")
	last := true
	for i, v := range p.values {
		if v.key != s.Key {
			last = last && i == 0
			continue
		}
		cmdValueOf(p, v, "FXV")
		p.line("if not defined SAME set FOUND=yes")
		p.line("if not defined ODD goto s", p.no(), "o", strconv.Itoa(i+1))
		cmdStop(p, "refused", string(v.name)+" is there and is no string. Nothing was changed.")
		p.line(":s", p.no(), "o", strconv.Itoa(i+1))
		last = i == len(p.values)-1
	}
	if last {
		p.line("if defined FOUND goto s", p.next())
		cmdStop(p, "nothing-to-do", "It is so already. There is nothing to do.")
	}
	return nil
}

// cmdTraces sets THERE where anything of a client is there.
func cmdTraces(p *page, t plan.Traces) {
	p.line("set THERE=")
	for _, sv := range t.Services {
		p.line(`call :up "`, string(sv), `" `, sv.Key())
		p.line("if defined UP set THERE=", cmdText(string(sv)))
	}
	for _, f := range t.Files {
		p.line(`if exist "%BASE%\`, f, `" set THERE=`, f)
	}
	for _, k := range t.Keys {
		p.line(`call :export FXKEY.REG "`, k.Long(), `"`)
		p.line("if defined GOT set THERE=", string(k))
	}
}

func (cmd) expectClient(p *page, s plan.ExpectClient) error {
	cmdTraces(p, s.Traces)
	p.line("if defined THERE goto s", p.next())
	cmdStop(p, "nothing-to-do", "No client is installed on this computer. There is nothing to do.")
	return nil
}

func (cmd) expectGone(p *page, s plan.ExpectGone) error {
	cmdTraces(p, s.Traces)
	p.line("if not defined THERE goto s", p.next())
	if p.writes() {
		p.line("call :scan")
		p.line("if not defined MINE goto s", p.no(), "a")
		cmdStop(p, "nothing-to-do", "This script has run here already, and the client is installed. There is nothing to do.")
		p.line(":s", p.no(), "a")
	}
	p.line("set SAY=  %THERE% is still there.")
	p.line("call :say")
	cmdStop(p, "refused", "The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.")
	return nil
}

// cmdRun makes the folder of this run, once.
func cmdRun(p *page) {
	p.line("if not defined RUN call :newrun")
	p.line("if defined RUN goto r", p.no())
	cmdStop(p, "refused", "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.")
	p.line(":r", p.no())
}

// backupKey exports the keys. An optional one may be missing, but one that is there must be saved whole like any other.
func (cmd) backupKey(p *page, s plan.BackupKey) error {
	unlessApply(p)
	cmdRun(p)
	p.line("set SAVED=")
	if s.Optional {
		p.line("set SAVED=yes")
	}
	var files []string
	for i, k := range s.Keys {
		name := fmt.Sprintf("KEY%s-%d.REG", p.no(), i+1)
		files = append(files, name)
		p.line(`call :export `, name, ` "`, k.Long(), `"`)
		p.line("if defined GOT set SAVED=yes")
	}
	for i, e := range p.entries {
		if e.sure && e.gone {
			cmdSave(p, e, strconv.Itoa(i+1), strconv.Itoa(e.place+1))
		}
	}
	for _, f := range files {
		p.line("if exist ", f, " call :room ", f)
	}
	p.line("if defined SAVED goto s", p.next())
	if s.Optional || len(p.entries)+len(p.values) > 0 {
		cmdStop(p, "refused", "The export is missing or not whole, and the drive may be full. Nothing was changed.")
	} else {
		cmdStop(p, "nothing-to-do", "The key is not there. There is nothing to do.")
	}
	return nil
}

// cmdSave exports one entry by looking at it once more, which must show what the first look has shown.
func cmdSave(p *page, e entry, n, k string) {
	p.line("if not defined SUB", n, " if not defined VAL", n, " goto x", p.no(), "x", n)
	p.line("set KEY=%KEY", k, "%")
	p.line("set NAME=", string(e.name))
	p.line("set OUT=E", n)
	p.line("call :look")
	p.line(`if not "%SUB%%VAL%%LINES%%TOTAL%"=="%SUB`, n, `%%VAL`, n, `%%LINES`, n, `%%TOTAL`, k, `%" set SAVED=`)
	p.line("if defined SUB if not exist E", n, "S.REG set SAVED=")
	p.line("if defined VAL if not exist E", n, "V.REG set SAVED=")
	p.line(":x", p.no(), "x", n)
}

func (cmd) backupFile(p *page, s plan.BackupFile) error {
	p.line("if not defined PLACE goto s", p.next())
	p.line(`copy "%PLACE%\`, s.File, `" FXFILE.TXT >nul`)
	p.line("call :readfile FXFILE.TXT")
	p.line("if defined LABEL goto s", p.no(), "a")
	cmdStop(p, "refused", "The file could not be read, or it has no such label to jump to. Nothing was changed.")
	p.line(":s", p.no(), "a")
	p.line("if not defined FIRST goto s", p.no(), "b")
	cmdStop(p, "nothing-to-do", "The line is there already. There is nothing to do.")
	p.line(":s", p.no(), "b")
	p.line("set BEFORE=%COUNT%")
	unlessApply(p)
	cmdRun(p)
	p.line(`copy "%WORK%\FXFILE.TXT" OLD.TXT >nul`)
	p.line("if not exist OLD.TXT goto s", p.no(), "c")
	p.line(`call :same OLD.TXT "%WORK%\FXFILE.TXT"`)
	p.line("if not defined DIFF goto s", p.next())
	p.line(":s", p.no(), "c")
	cmdStop(p, "refused", "The copy is missing or not the same. Nothing was changed.")
	return nil
}

func (cmd) stopServices(p *page, s plan.StopServices) error {
	unlessApply(p)
	for _, sv := range s.Services {
		p.line(`call :stop "`, string(sv), `" `, sv.Key())
		p.line("if defined STUCK goto s", p.no(), "a")
	}
	p.line("goto s", p.next())
	p.line(":s", p.no(), "a")
	p.line("set SAY=  %STUCK% goes on running. Either it hangs, or this user is no administrator.")
	p.line("call :say")
	cmdStop(p, "refused", "Nothing was changed, and what was stopped is started again.")
	return nil
}

// startServices has its work done at :finish, which every way out of the script passes.
func (cmd) startServices(p *page, s plan.StartServices) error {
	unlessApply(p)
	for _, sv := range s.Services {
		p.line(`call :start "`, string(sv), `" `, sv.Key())
	}
	return nil
}

// endProcess tries the tools that a computer may have: kill of the Resource Kit, taskkill of Windows XP.
func (cmd) endProcess(p *page, s plan.EndProcess) error {
	unlessApply(p)
	p.line("kill -f ", s.Image, " >nul 2>nul")
	p.line("taskkill /f /im ", s.Image, " >nul 2>nul")
	cmdSay(p, "  If "+s.Image+" is still listed in Task Manager, end it there.")
	return nil
}

// deleteEntry imports a file that names this one entry, looks again, and puts everything back where that is not what it sees.
func (cmd) deleteEntry(p *page, s plan.DeleteEntry) error {
	at := p.entry(s.Keys, s.Name)
	e := p.entries[at]
	n, k := strconv.Itoa(at+1), strconv.Itoa(e.place+1)
	if !e.sure {
		cmdLeftover(p, e, n, k)
	}
	unlessApply(p)
	p.line("if not defined SUB", n, " if not defined VAL", n, " goto s", p.next())
	if !e.sure {
		cmdSaveLeftover(p, e, n, k)
	}
	p.line("set KEY=%KEY", k, "%")
	p.line("echo REGEDIT4>DEL", n, ".REG")
	p.line("echo.>>DEL", n, ".REG")
	p.line("if defined SUB", n, " echo [-%KEY%\\", string(s.Name), "]>>DEL", n, ".REG")
	p.line("if defined VAL", n, " echo [%KEY%]>>DEL", n, ".REG")
	p.line("if defined VAL", n, ` echo "`, string(s.Name), `"=->>DEL`, n, ".REG")
	p.line("echo x>SPELL", k, "-%SPELLING", k, "%.ID")
	p.line("echo x>E", n, ".ID")
	cmdWrote(p, "b", "DEL"+n+".REG", "SPELL"+k+"-%SPELLING"+k+"%.ID", "E"+n+".ID")
	p.line("start /wait regedit /s DEL", n, ".REG")
	cmdLookAgain(p, e)
	p.line("set /a TOTAL", k, "=TOTAL", k, "-LINES", n)
	p.line("if defined SUB goto s", p.no(), "b")
	p.line("if defined VAL goto s", p.no(), "b")
	p.line(`if "%TOTAL%"=="%TOTAL`, k, `%" goto s`, p.next())
	p.line(":s", p.no(), "b")
	cmdSay(p, "  Looking again shows something else than that one entry gone. It is put back.")
	if !e.sure {
		p.line(":s", p.no(), "c")
	}
	cmdRollBack(p)
	return nil
}

// cmdWrote notes that a change comes now, and goes to a label of the step where any of these files, or the note, could not be written.
func cmdWrote(p *page, leave string, files ...string) {
	p.line("echo x>CHANGED.ID")
	p.line("set WROTE=yes")
	p.line("for %%f in (", strings.Join(append(files, "CHANGED.ID"), " "), ") do if not exist %%f set WROTE=")
	p.line("if not defined WROTE goto s", p.no(), leave)
}

// cmdLookAgain looks at an entry in the key %KEY%.
func cmdLookAgain(p *page, e entry) {
	p.line("set NAME=", string(e.name))
	p.line("set OUT=FXA")
	p.line("call :look")
}

// cmdRollBack puts back everything that this run has changed up to now, the last change first, and looks whether the keys have as many
// lines as at first, and the values are what they were.
func cmdRollBack(p *page) {
	p.line("set TORN=")
	cmdRollBackRegistry(p)
}

// cmdRollBackRegistry is cmdRollBack where something else has been put back already, and TORN says how that came out.
func cmdRollBackRegistry(p *page) {
	for i := len(p.values) - 1; i >= 0; i-- {
		cmdRollBackValue(p, i)
	}
	looked := map[int]bool{}
	for i := len(p.entries) - 1; i >= 0; i-- {
		if p.entries[i].gone {
			cmdRestore(p, i)
		}
	}
	for _, e := range p.entries {
		if e.gone && !looked[e.place] {
			looked[e.place] = true
			cmdCountAgain(p, e)
		}
	}
	cmdRolledBack(p)
}

// cmdCountAgain looks whether the key of an entry has as many lines as at first. A leftover may not have been looked for yet.
func cmdCountAgain(p *page, e entry) {
	k := strconv.Itoa(e.place + 1)
	label := "s" + p.no() + "y" + k
	p.line("if not defined ALL", k, " goto ", label)
	p.line("set KEY=%KEY", k, "%")
	cmdLookAgain(p, e)
	p.line(`if not "%TOTAL%"=="%ALL`, k, `%" set TORN=yes`)
	p.line(":", label)
}

func cmdRollBackValue(p *page, at int) {
	n := strconv.Itoa(at + 1)
	label := "s" + p.no() + "z" + n
	p.line("if not exist V", n, ".ID goto ", label)
	cmdRestoreValue(p, at)
	cmdValueOf(p, p.values[at], "FXV")
	p.line("call :same V", n, ".REG FXV.REG")
	p.line("if defined DIFF set TORN=yes")
	p.line(":", label)
}

// cmdRolledBack ends the script after a way back, which was whole or was not.
func cmdRolledBack(p *page) {
	p.line("if not defined TORN goto s", p.no(), "d")
	cmdStop(p, "failed", "It could not be put back. The backup is in the folder of the run. Run this file with /undo when the reason is gone.")
	p.line(":s", p.no(), "d")
	p.line("if exist CHANGED.ID del CHANGED.ID")
	cmdStop(p, "rolled-back", "Everything is as it was.")
}

// cmdSaveLeftover saves an entry that no step before has saved, and goes on only where that is proven whole: else what the run has
// changed up to now is put back.
func cmdSaveLeftover(p *page, e entry, n, k string) {
	p.line("set SAVED=yes")
	cmdSave(p, e, n, k)
	for _, kind := range []string{"S", "V"} {
		p.line("if exist E", n, kind, ".REG call :room E", n, kind, ".REG")
	}
	p.line("if defined SAVED goto s", p.no(), "e")
	cmdSay(p, "  The export is missing or not whole, and the drive may be full.")
	p.line("if exist CHANGED.ID goto s", p.no(), "c")
	cmdStop(p, "refused", "Nothing was changed.")
	p.line(":s", p.no(), "e")
}

// cmdLeftover looks for an entry that nothing expects: it may be missing. It leaves nothing behind where it only shows.
func cmdLeftover(p *page, e entry, n, k string) {
	p.line("set SUB", n, "=")
	p.line("set VAL", n, "=")
	cmdKey(p, e.place, "s"+p.no()+"k")
	p.line("if not defined KEY", k, " goto s", p.next())
	p.line("set KEY=%KEY", k, "%")
	cmdLookAgain(p, e)
	p.line("if not defined ALL", k, " set ALL", k, "=%TOTAL%")
	p.line("if defined LIST goto s", p.next())
	p.line("set SUB", n, "=%SUB%")
	p.line("set VAL", n, "=%VAL%")
	p.line("set LINES", n, "=%LINES%")
	p.line("set TOTAL", k, "=%TOTAL%")
}

// cmdRestore imports what was exported of an entry.
func cmdRestore(p *page, at int) {
	n := strconv.Itoa(at + 1)
	for _, kind := range []string{"S", "V"} {
		file := "E" + n + kind + ".REG"
		p.line("if exist E", n, ".ID if exist ", file, " start /wait regedit /s ", file)
	}
}

func (cmd) setValue(p *page, s plan.SetValue) error {
	at := p.value(s.Key, s.Name, s.Data)
	n := strconv.Itoa(at + 1)
	unlessApply(p)
	cmdValueOf(p, p.values[at], "V"+n)
	p.line("if defined ODD goto s", p.no(), "b")
	p.line("if not defined SAME goto s", p.no(), "a")
	cmdSay(p, "  It is so already.")
	p.line("goto s", p.next())
	p.line(":s", p.no(), "a")
	p.line("if not defined HAVE echo x>V", n, "NEW.ID")
	p.line("if not defined HAVE if not exist V", n, "NEW.ID goto s", p.no(), "b")
	p.line("echo REGEDIT4>SET", n, ".REG")
	p.line("echo.>>SET", n, ".REG")
	p.line("echo [", s.Key.Long(), "]>>SET", n, ".REG")
	p.line(`echo "`, string(s.Name), `"="`, s.Data, `">>SET`, n, ".REG")
	p.line("echo x>V", n, ".ID")
	cmdWrote(p, "b", "V"+n+".REG", "SET"+n+".REG", "V"+n+".ID")
	p.line("start /wait regedit /s SET", n, ".REG")
	cmdValueOf(p, p.values[at], "FXV")
	p.line("if defined SAME goto s", p.next())
	p.line(":s", p.no(), "b")
	cmdSay(p, "  Looking again shows another value, or one that is no string. What was there is put back.")
	cmdRollBack(p)
	return nil
}

// cmdValueOf looks at a value. It sets HAVE, SAME and ODD, and writes what is there to the file OUT.REG.
func cmdValueOf(p *page, v value, out string) {
	p.line("set KEY=", v.key.Long())
	p.line("set NAME=", string(v.name))
	p.line(`set "DATA=`, v.data, `"`)
	p.line("set OUT=", out)
	p.line("call :lookvalue")
}

// cmdRestoreValue puts a value back, or takes it away where there was none.
func cmdRestoreValue(p *page, at int) {
	n := strconv.Itoa(at + 1)
	v := p.values[at]
	p.line("if not exist V", n, "NEW.ID if exist V", n, ".REG start /wait regedit /s V", n, ".REG")
	p.line("if not exist V", n, "NEW.ID goto v", p.no(), "x", n)
	p.line("echo REGEDIT4>CLR", n, ".REG")
	p.line("echo.>>CLR", n, ".REG")
	p.line("echo [", v.key.Long(), "]>>CLR", n, ".REG")
	p.line(`echo "`, string(v.name), `"=->>CLR`, n, ".REG")
	p.line("if exist CLR", n, ".REG start /wait regedit /s CLR", n, ".REG")
	p.line(":v", p.no(), "x", n)
}

// editFile writes the new file beside the old one and looks whether it is whole, before it touches the logon script: a copy onto a file is
// most dangerous where the drive is full. Up to then nothing is put back, because nothing has happened to it.
func (cmd) editFile(p *page, s plan.EditFile) error {
	unlessApply(p)
	p.line("echo ", s.First, ">LINE.TXT")
	p.line("copy /b LINE.TXT+OLD.TXT NEW.TXT >nul")
	cmdWrote(p, "w", "LINE.TXT", "NEW.TXT")
	p.line("call :readfile NEW.TXT")
	p.line("set /a REST=COUNT-1")
	p.line(`if not defined FIRST goto s`, p.no(), "w")
	p.line(`if not "%REST%"=="%BEFORE%" goto s`, p.no(), "w")
	p.line(`copy NEW.TXT "%PLACE%\`, s.File, `" >nul`)
	p.line(`copy "%PLACE%\`, s.File, `" FXFILE.TXT >nul`)
	p.line("call :readfile FXFILE.TXT")
	p.line("set /a COUNT=COUNT-1")
	p.line("call :same NEW.TXT FXFILE.TXT")
	p.line(`if not defined DIFF if defined FIRST if defined LABEL if "%COUNT%"=="%BEFORE%" goto s`, p.next())
	cmdSay(p, "  Looking again shows another file. The old one is put back. It may be in use, or read-only.")
	p.line(`copy OLD.TXT "%PLACE%\`, s.File, `" >nul`)
	p.line(`copy "%PLACE%\`, s.File, `" FXFILE.TXT >nul`)
	p.line("call :same OLD.TXT FXFILE.TXT")
	p.line("set TORN=%DIFF%")
	cmdFileUntouched(p)
	return nil
}

// cmdFileUntouched ends editFile: what else the run has changed is put back, and where that is nothing, a new file that could not be
// written is a refusal.
func cmdFileUntouched(p *page) {
	const why = "The new file could not be written, and the drive may be full."
	if !p.changesRegistry() {
		cmdRolledBack(p)
		p.line(":s", p.no(), "w")
		p.line("if exist CHANGED.ID del CHANGED.ID")
		cmdStop(p, "refused", why+" Nothing was changed.")
		return
	}
	p.line("goto s", p.no(), "t")
	p.line(":s", p.no(), "w")
	cmdSay(p, "  "+why+" What was changed before is put back.")
	p.line("set TORN=")
	p.line(":s", p.no(), "t")
	cmdRollBackRegistry(p)
}

// changesRegistry reports whether the stage removes an entry or writes a value.
func (j *job) changesRegistry() bool {
	return len(j.values) > 0 || slices.ContainsFunc(j.entries, func(e entry) bool { return e.gone })
}

func (cmd) runTool(p *page, s plan.RunTool) error {
	unlessApply(p)
	cmdRun(p)
	p.line(`pushd "%PLACE%"`)
	p.line("if exist ", s.Tool.File(), " goto s", p.no(), "a")
	p.line("popd")
	cmdToolMissing(p)
	p.line(":s", p.no(), "a")
	if strings.HasSuffix(s.Tool.File(), ".BAT") {
		p.line("rem A shell of its own, so that the other batch file cannot end this one.")
		p.line("cmd /c ", s.Tool.File(), " <nul")
	} else {
		p.line(strings.TrimRight("start /wait "+s.Tool.File()+" "+s.Tool.Args(), " "))
	}
	p.line("popd")
	return nil
}

// cmdToolMissing ends runTool where the program cannot be reached: what the run has changed is put back.
func cmdToolMissing(p *page) {
	const why = "The folder of the program could not be opened."
	if !p.changesRegistry() {
		cmdStop(p, "failed", why+" Nothing was changed.")
		return
	}
	cmdSay(p, "  "+why)
	p.line("if exist CHANGED.ID goto s", p.no(), "b")
	cmdStop(p, "failed", "Nothing was changed.")
	p.line(":s", p.no(), "b")
	cmdRollBack(p)
}

// The verify steps do their work in /verify. While the script applies, each change has looked at its own effect.
func (cmd) verifyGone(p *page, s plan.VerifyGone) error     { return nil }
func (cmd) verifyValue(p *page, s plan.VerifyValue) error   { return nil }
func (cmd) verifyFile(p *page, s plan.VerifyFile) error     { return nil }
func (cmd) verifyClient(p *page, s plan.VerifyClient) error { return nil }
func (cmd) person(p *page, s plan.Step) error               { return nil }

// The restore steps are written by undo, which knows what this run has left.
func (cmd) restoreEntry(p *page, s plan.RestoreEntry) error { return nil }
func (cmd) restoreValue(p *page, s plan.RestoreValue) error { return nil }
func (cmd) restoreFile(p *page, s plan.RestoreFile) error   { return nil }

// collect prints facts as name=value, and the lines of the logs that decide something as they are.
func (cmd) collect(p *page, s plan.Collect) error {
	p.line("echo FIXDESK-FACTS v=1")
	for _, f := range s.Facts {
		switch f {
		case "client_os":
			p.WriteString(cmdOS)
		case "client_sites":
			p.WriteString(cmdSites)
		}
	}
	p.line(`cd /d "%BASE%\MS\SMS\Logs"`)
	for _, e := range evidence {
		p.line(`if exist `, e.file, ` find "`, e.text, `" `, e.file)
	}
	p.line(`cd /d "%WORK%"`)
	p.line("echo FIXDESK-END")
	return nil
}

// verify writes the mode that looks whether the cause is gone.
func (d cmd) verify(p *page) {
	p.line(":verify")
	looks := false
	for i, s := range p.steps {
		p.number = p.first + i
		if s, ok := s.(plan.Verify); ok {
			cmdSay(p, "step "+p.no()+" person: "+s.Text)
			continue
		}
		if !verifies(s) {
			continue
		}
		looks = true
		p.line("set STEP=", p.no())
		cmdSay(p, "step "+p.no()+" "+effect(s)+": "+s.Does())
		d.verifyStep(p, s, "v"+p.no())
	}
	p.number = p.first + len(p.steps)
	p.line("set STATUS=ok")
	if !looks {
		p.line(`if "%MODE%"=="apply" goto finish`)
		cmdSay(p, "Nothing of it can be looked at by a script.")
		p.line("set STATUS=nothing-to-do")
	}
	p.line("goto finish")
}

// verifyStep writes one look. It goes on behind the label n and a c, or ends the script.
func (d cmd) verifyStep(p *page, s plan.Step, n string) {
	switch s := s.(type) {
	case plan.VerifyGone:
		d.lookGone(p, s, n)
	case plan.VerifyValue:
		cmdValueOf(p, p.values[p.value(s.Key, s.Name, s.Data)], "FXV")
		p.line("if defined SAME goto ", n, "c")
		cmdStop(p, "failed", "It is not so, or not any more.")
	case plan.VerifyFile:
		p.line("if defined PLACE goto ", n, "a")
		cmdStop(p, "refused", "Name the folder that holds "+s.File+" after /verify.")
		p.line(":", n, "a")
		p.line(`copy "%PLACE%\`, s.File, `" FXFILE.TXT >nul`)
		p.line("call :readfile FXFILE.TXT")
		p.line("if defined FIRST goto ", n, "c")
		cmdStop(p, "failed", "The first line is another one.")
	case plan.VerifyClient:
		d.lookClient(p, s, n)
	}
	p.line(":", n, "c")
}

func (cmd) lookGone(p *page, s plan.VerifyGone, n string) {
	e := p.entries[p.entry(s.Keys, s.Name)]
	k := strconv.Itoa(e.place + 1)
	cmdKey(p, e.place, n+"k")
	p.line("if defined KEY", k, " goto ", n, "a")
	cmdStop(p, "refused", "None of the keys is there, so this computer does not show it.")
	p.line(":", n, "a")
	p.line("set KEY=%KEY", k, "%")
	cmdLookAgain(p, e)
	cmdHex(p, s.Name, n+"h")
	p.line("if defined SUB goto ", n, "b")
	p.line("if defined VAL goto ", n, "b")
	p.line("if not defined LIST goto ", n, "c")
	p.line(":", n, "b")
	cmdStop(p, "failed", string(s.Name)+" is still there.")
}

func (cmd) lookClient(p *page, s plan.VerifyClient, n string) {
	if p.writes() {
		p.line(`if "%MODE%"=="apply" goto `, n, "c")
	}
	cmdTraces(p, s.Traces)
	if s.Gone {
		p.line("if not defined THERE goto ", n, "c")
		cmdStop(p, "failed", "The client is still there. The computer may have to be restarted first.")
		return
	}
	p.line("if defined THERE goto ", n, "c")
	cmdStop(p, "failed", "The client is not there yet.")
}

// undo writes the mode that takes back what the last run of this script did: first it looks whether everything is still as that run
// left it, and only then it touches anything. While UNDOING.ID is there an undo has begun to put things back, and the next one goes
// on with it.
func (d cmd) undo(p *page) {
	p.line(":undo")
	if p.job.undo == nil {
		cmdStop(p, "refused", "Nothing of this stage can be undone by a script.")
		return
	}
	p.line("set STEP=1")
	p.line("call :scan")
	p.line("if defined MINE goto u1")
	cmdStop(p, "nothing-to-do", "No run of this script is left to undo.")
	p.line(":u1")
	p.line(`set RUN=%HOLD%\%MINE%`)
	p.line(`cd /d %RUN%`)
	p.line(`set LOG=%RUN%\LOG.TXT`)
	p.line("set SAY=undo of run %MINE%")
	p.line("call :say")
	p.line("if not exist CHANGED.ID goto u9")
	p.line("set RESUMED=")
	p.line("if exist UNDOING.ID set RESUMED=yes")
	p.line("if exist UNDOING.ID goto u2")
	d.undoLooks(p)
	p.line(":u2")
	p.line("set STEP=2")
	p.line("echo x>UNDOING.ID")
	p.line("if exist UNDOING.ID goto u3")
	cmdStop(p, "refused", "Nothing can be written to the folder of the run. Nothing was changed.")
	p.line(":u3")
	d.undoStops(p)
	p.line("set STEP=3")
	d.undoPutsBack(p)
	p.line(":u9")
	p.line("echo x>UNDONE.ID")
	p.line("if exist UNDONE.ID goto u10")
	cmdStop(p, "failed", "It is put back, but the folder of the run cannot be written to, so that a later undo would do it again.")
	p.line(":u10")
	p.line("if exist OPEN.ID del OPEN.ID")
	p.line("if exist UNDOING.ID del UNDOING.ID")
	cmdSay(p, "Put back.")
	p.line("set STATUS=ok")
	p.line("goto finish")
}

// undoLooks refuses where something is not as the run has left it.
func (d cmd) undoLooks(p *page) {
	for i, e := range p.entries {
		if e.gone {
			d.undoLook(p, i)
		}
	}
	for i := range p.values {
		d.undoLookValue(p, i)
	}
	if p.edits() {
		d.undoLookFile(p)
	}
}

func (cmd) undoLook(p *page, at int) {
	e := p.entries[at]
	n := strconv.Itoa(at + 1)
	p.line("if not exist E", n, ".ID goto ue", n)
	cmdSpelling(p, e)
	cmdLookAgain(p, e)
	p.line("if defined GOT goto uk", n)
	cmdStop(p, "refused", "The key of "+string(e.name)+" is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.")
	p.line(":uk", n)
	p.line("if defined SUB goto ux", n)
	p.line("if not defined VAL goto ue", n)
	p.line(":ux", n)
	p.line("rem A run that was cut off may not have come to remove it, or not to the end: then all of it is put back.")
	p.line("if exist OPEN.ID goto ue", n)
	cmdStop(p, "refused", string(e.name)+" is there again. Somebody else has changed it, and it is left alone.")
	p.line(":ue", n)
}

// cmdSpelling sets KEY to the spelling of the key in which the run has found an entry.
func cmdSpelling(p *page, e entry) {
	for i, key := range p.places[e.place].keys {
		p.line("if exist SPELL", strconv.Itoa(e.place+1), "-", strconv.Itoa(i+1), ".ID set KEY=", key.Long())
	}
}

func (cmd) undoLookValue(p *page, at int) {
	n := strconv.Itoa(at + 1)
	v := p.values[at]
	p.line("if not exist V", n, ".ID goto uv", n)
	cmdValueOf(p, v, "FXV")
	p.line("if defined SAME goto uv", n)
	p.line("if not exist OPEN.ID goto uo", n)
	p.line("rem A run that was cut off may not have come to write it.")
	p.line("call :same V", n, ".REG FXV.REG")
	p.line("if not defined DIFF del V", n, ".ID")
	p.line("if not defined DIFF goto uv", n)
	p.line(":uo", n)
	cmdStop(p, "refused", string(v.name)+" is not what this script wrote. Somebody else has changed it, and it is left alone.")
	p.line(":uv", n)
}

func (cmd) undoLookFile(p *page) {
	p.line(`copy "%PLACE%\`, p.edit.File, `" FXFILE.TXT >nul`)
	p.line("call :same NEW.TXT FXFILE.TXT")
	p.line("if not defined DIFF goto uf")
	p.line("if not exist OPEN.ID goto ug")
	p.line("rem A run that was cut off may not have come to write it.")
	p.line("call :same OLD.TXT FXFILE.TXT")
	p.line("if not defined DIFF goto u9")
	p.line(":ug")
	cmdStop(p, "refused", p.edit.File+" is not what this script wrote. Somebody else has changed it, and it is left alone.")
	p.line(":uf")
}

// undoStops stops the services. Where one goes on running, the note that an undo has begun is taken away only by the undo that made it:
// behind an older one stands what that undo has put back, which the looks would take for somebody else's change.
func (cmd) undoStops(p *page) {
	for _, sv := range p.kept {
		p.line(`call :stop "`, string(sv), `" `, sv.Key())
		p.line("if not defined STUCK goto us", sv.Key())
		cmdSay(p, string(sv)+" goes on running, and what was stopped is started again.")
		p.line("set SAY=Nothing was changed.")
		p.line("if defined RESUMED set SAY=", undoResumed)
		p.line("if not defined RESUMED del UNDOING.ID")
		p.line("call :say")
		p.line("set STATUS=refused")
		p.line("goto finish")
		p.line(":us", sv.Key())
	}
}

// undoResumed is what an undo says that cannot go on with an earlier one.
const undoResumed = "An undo before this one was cut off, and may have put back a part. This one has put back nothing. Run it again when the service stops."

// undoPutsBack puts everything back, the last change first.
func (d cmd) undoPutsBack(p *page) {
	for i := len(p.entries) - 1; i >= 0; i-- {
		if p.entries[i].gone {
			d.undoEntry(p, i)
		}
	}
	for i := len(p.values) - 1; i >= 0; i-- {
		d.undoValue(p, i)
	}
	if p.edits() {
		p.line(`copy OLD.TXT "%PLACE%\`, p.edit.File, `" >nul`)
		p.line(`copy "%PLACE%\`, p.edit.File, `" FXFILE.TXT >nul`)
		p.line("call :same OLD.TXT FXFILE.TXT")
		p.line("if not defined DIFF goto u9")
		cmdStop(p, "failed", p.edit.File+" could not be put back.")
	}
}

func (cmd) undoEntry(p *page, at int) {
	e := p.entries[at]
	n := strconv.Itoa(at + 1)
	p.line("if not exist E", n, ".ID goto ur", n)
	cmdRestore(p, at)
	cmdSpelling(p, e)
	cmdLookAgain(p, e)
	p.line("if exist E", n, "S.REG if not defined SUB goto uq", n)
	p.line("if exist E", n, "V.REG if not defined VAL goto uq", n)
	p.line("goto ur", n)
	p.line(":uq", n)
	cmdStop(p, "failed", string(e.name)+" could not be put back. Its export is in the folder of the run.")
	p.line(":ur", n)
}

func (cmd) undoValue(p *page, at int) {
	n := strconv.Itoa(at + 1)
	p.line("if not exist V", n, ".ID goto uw", n)
	cmdRestoreValue(p, at)
	cmdValueOf(p, p.values[at], "FXV")
	p.line("call :same V", n, ".REG FXV.REG")
	p.line("if not defined DIFF goto uw", n)
	cmdStop(p, "failed", string(p.values[at].name)+" could not be put back.")
	p.line(":uw", n)
}
