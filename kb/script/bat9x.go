package script

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

// bat9x writes for COMMAND.COM of Windows 95, 98 and Me: lines of at most 127 characters, before and after their variables are put
// in; no for /f, no call of a label, no if /i, no else, no redirection of errors, no services. It cannot read a registry file back or
// compare files, so this dialect never edits the registry or a file: it could look neither before a change nor after it. The vbs
// dialect does that on a computer that has the scripting host.
//
// There are no subroutines either, so the plan stands as numbered remarks above its steps, which jump to a routine that jumps back.
// Programs of Windows are called by their names alone: a line has no room for paths, and Windows 95 has no user who may do more than
// another one.
//
// The environment. Windows 95 keeps a few hundred bytes for all variables, this client uses some of them (Q202010, Q230205), and a SET
// that finds no room only prints a message. So a script has at most 8 variables and 200 bytes, tries first whether they fit, and takes
// no empty variable for good news.
//
// Quoting. COMMAND.COM has none. It takes redirection signs and percent signs for what they are even after rem and echo, so text
// is held to a list of signs that mean nothing to it.
type bat9x struct{}

func init() { dialects["bat9x"] = bat9x{} }

//go:embed lib/bat9x.bat
var bat9xFile string

var bat9xLibrary = newLibrary(bat9xFile, regexp.MustCompile(`(?m)^:(\w+)`), regexp.MustCompile(`\bgoto (\w+)`))

// bat9xSigns are the signs that mean nothing to COMMAND.COM. A slash stays: only /? means something to echo and rem, and the question
// mark is not among them.
var bat9xSigns = lettersAnd(`.,:'/\_-+#@()$`)

// bat9xWidth is the longest line that COMMAND.COM reads, and bat9xText the longest text behind its echo or rem.
const bat9xWidth, bat9xText = 127, 118

func (bat9x) extension() string { return ".bat" }

func (bat9x) print(j *job) (string, error) {
	p := &batPage{job: j}
	p.exit = "result"
	p.step = program.Step{Number: j.first, Text: j.steps[0].Does()}
	if !j.scripted() {
		return "", j.unsupported("a person does all of it")
	}
	if j.plan.Platform() == plan.NT {
		return "", j.unsupported("the plan is for Windows NT and 2000")
	}
	p.head()
	if err := p.body(); err != nil {
		return "", err
	}
	p.line("rem ==== THE ENGINE: what the steps jump to")
	p.WriteString(strings.TrimPrefix(bat9xWrapped(bat9xLibrary.needed(p.String())), "\n"))
	return p.checked()
}

// A batPage is a batch file in the making.
type batPage struct {
	*job
	strings.Builder
	exit   string          // the label to which a step jumps that stops the run
	gate   program.Mode    // the only mode that carries out what is being written, empty where several do
	gates  int             // how many were opened
	labels int             // how many stops were written
	ran    bool            // a program is run
	later  bool            // one is run whose work only a later look can judge
	looked bool            // traces were looked for
	blind  *program.StopIf // how a run that verifies ends where there is nothing to look at; nil where there is
}

// line appends one line made of its parts.
func (p *batPage) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

// echo prints a text, over several lines where it is long.
func (p *batPage) echo(text string) {
	for i, l := range wrap(bat9xSigns.plain(text), bat9xText) {
		if i > 0 {
			l = "  " + l
		}
		p.line("echo ", l)
	}
}

func (p *batPage) remark(indent, text string) {
	for i, l := range wrap(bat9xSigns.plain(text), bat9xText-len(indent)) {
		if i > 0 {
			l = indent + l
		}
		p.line("rem ", l)
	}
}

// head writes what the script is, and the plan as remarks.
func (p *batPage) head() {
	p.line("@echo off")
	p.line("rem ==== WHAT THIS IS")
	p.remark("", "Fixdesk: "+p.title()+". From "+p.source()+".")
	p.remark("", p.plan.Goal())
	for _, d := range p.plan.Doubts {
		p.remark("", "Not certain: "+d)
	}
	for _, u := range p.usage("/") {
		p.remark("", u)
	}
	p.line("rem ==== THE PLAN, and the steps that carry it out")
	for _, ops := range [][]program.Op{p.Steps, p.Looks} {
		for _, op := range ops {
			if s, ok := op.(program.Step); ok {
				p.remark("            ", fmt.Sprintf("%2d %-8s %s", s.Number, s.Effect, s.Text))
			}
		}
	}
}

// body writes the steps in their sections, and the ends of the run.
func (p *batPage) body() error {
	p.line("set ", idMark, zeros)
	p.line("goto begin")
	p.line(":begun")
	p.line(`if "%MODE%"=="help" goto usage`)
	if err := p.section(p.Begin, program.Show, program.Apply, program.Verify, program.Undo); err != nil {
		return err
	}
	p.line(`if "%MODE%"=="verify" goto looks`)
	p.line(`if "%MODE%"=="undo" goto guards`)
	if err := p.section(p.Steps, program.Show, program.Apply); err != nil {
		return err
	}
	p.line(":looks")
	if err := p.section(p.Looks, program.Show, program.Apply, program.Verify); err != nil {
		return err
	}
	p.end()
	p.line(":guards")
	if err := p.section(slices.Concat(p.Guards, p.Back), program.Undo); err != nil {
		return err
	}
	if p.looked {
		p.line(":unsure")
		p.echo(program.Words("no-look", "what", "This computer"))
		p.line("goto ", p.exit)
	}
	p.line(":usage")
	for _, u := range p.usage("/") {
		p.echo(u)
	}
	p.line("set STATUS=ok")
	result := "echo FIXDESK-RESULT v=1 fix=" + p.plan.Name() + " " + idMark + "%SCRIPT% mode=%MODE% status="
	p.line(":result")
	p.line(result, "%STATUS% step=%STEP%")
	p.line("goto clear")
	p.line(":full")
	p.line(result, "refused step=0")
	p.line("goto clear")
	return nil
}

// end writes what follows the last step.
func (p *batPage) end() {
	if p.ran {
		p.line(`if not "%CODE%"=="" set STEP=%STEP% code=%CODE%`)
	}
	if p.later {
		p.line(`if not "%STATUS%"=="started" goto done`)
		p.line("echo ", strings.Join(wrap(program.Words("started", "code", "%CODE%", "verify", "/verify"), bat9xText), "\necho   "))
		p.line("goto ", p.exit)
		p.line(":done")
	}
	p.line("set STATUS=ok")
	if p.blind != nil {
		for _, l := range []string{"echo " + bat9xSigns.plain(p.blind.Why), "set STATUS=" + string(p.blind.Status)} {
			p.line(`if "%MODE%"=="verify" `, l)
		}
	}
	if p.Changes() {
		p.line(`if not "%MODE%"=="show" goto `, p.exit)
		p.echo(program.Words("nothing-was-changed", "apply", "/apply"))
	}
	p.line("goto ", p.exit)
}

// section writes operations that runs of some modes come by. What only one of them carries out stands between a jump and its label.
func (p *batPage) section(ops []program.Op, modes ...program.Mode) error {
	for _, op := range ops {
		in := slices.DeleteFunc(slices.Clone(modes), func(m program.Mode) bool { return !op.In(m) })
		if len(in) == 0 {
			continue
		}
		if writesNothing(op) {
			if err := p.op(op); err != nil {
				return err
			}
			continue
		}
		gate := in[0]
		if len(in) == len(modes) {
			gate = ""
		}
		if _, own := op.(program.Lock); own || gate != p.gate {
			p.open("")
			if !own {
				p.open(gate)
			}
		}
		if err := p.op(op); err != nil {
			return err
		}
	}
	p.open("")
	return nil
}

// writesNothing reports whether an operation becomes no lines where it stands: whether the folder of the runs can be written to, Lock has
// seen, and the end of the script knows how a run that verifies ends.
func writesNothing(op program.Op) bool {
	switch op := op.(type) {
	case program.Rights:
		return len(op.Of) == 0
	case program.StopIf:
		return op.If == program.Always && op.Later
	}
	return false
}

// open ends the lines that only one mode carries out, and begins those of another one.
func (p *batPage) open(gate program.Mode) {
	if p.gate != "" {
		p.line(":g", strconv.Itoa(p.gates))
	}
	if p.gate = gate; gate != "" {
		p.gates++
		p.line(`if not "%MODE%"=="`, string(gate), `" goto g`, strconv.Itoa(p.gates))
	}
}

func (p *batPage) op(op program.Op) error {
	switch op := op.(type) {
	case program.Step:
		p.step = op
		p.line("set STEP=", strconv.Itoa(op.Number))
		p.echo(fmt.Sprintf("step %d %s: %s", op.Number, op.Effect, op.Text))
	case program.Say:
		p.echo(op.Text)
	case program.MustBe:
		if op.Platform != string(plan.Win9x) {
			return p.unsupported("the plan is for Windows NT and 2000")
		}
	case program.CanRead:
		p.line("goto read")
		p.line(":readable")
	case program.NeedFolder:
		p.needFolder()
	case program.Rights:
		if len(op.Of) > 0 {
			return p.unsupported(bat9xNoTarget)
		}
	case program.NoneOpen: // a program that undoes something is refused by its changes
	case program.Lock:
		p.line(`if "%MODE%"=="apply" goto lock`)
		p.line(":locked")
		p.exit = "close"
	case program.LookTraces:
		return p.traces(op)
	case program.StopIf:
		return p.stopIf(op)
	case program.Collect:
		p.collect(op)
	case program.NewRun:
		if !op.Again {
			return p.unsupported("COMMAND.COM cannot look for a run that was cut off")
		}
		p.line("goto newrun")
		p.line(":running")
	case program.Export:
		p.export(op)
	case program.Run:
		return p.run(op)
	case program.StopService, program.StartServices:
		return p.unsupported("Windows 95, 98 and Me have no services")
	case program.EndProcess:
		return p.unsupported("Windows 95, 98 and Me have no program for it: press Ctrl+Alt+Del")
	case program.OpenRun, program.Reverse:
		return p.unsupported("COMMAND.COM cannot look for the last run")
	default:
		return p.unsupported(bat9xNoTarget)
	}
	return nil
}

const bat9xNoTarget = "COMMAND.COM can neither read the registry nor compare files"

// needFolder stops where the folder that is given does not hold what the program needs. A run that only shows does without.
func (p *batPage) needFolder() {
	files := strings.Join(p.Folder, ", ")
	p.line(`if not "%MODE%"=="apply" goto placed`)
	p.line(`if not "%2"=="" goto given`)
	p.echo(program.Words("no-folder", "files", files, "mode", "/apply"))
	p.line("goto ", p.exit)
	p.line(":given")
	for _, f := range p.Folder {
		p.line(`if not exist %2\`, f, " goto missing")
	}
	p.line("goto placed")
	p.line(":missing")
	p.echo(program.Words("missing-file", "file", "all of "+files))
	p.line("goto ", p.exit)
	p.line(":placed")
}

func (p *batPage) traces(op program.LookTraces) error {
	if len(op.Services) > 0 {
		return p.unsupported("Windows 95, 98 and Me have no services")
	}
	p.looked = true
	p.line("set THERE=no")
	for _, f := range op.Files {
		p.line(`if exist %BASE%\`, f, ` set THERE=yes`)
	}
	for _, k := range op.Keys {
		p.line(`start /w regedit /e %WINDIR%\FXKEY.REG "`, k, `"`)
		p.line(`if exist %WINDIR%\FXKEY.REG set THERE=yes`)
		p.line(`if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG`)
		p.line(`if exist %WINDIR%\FXKEY.REG goto unsure`)
	}
	return nil
}

// stopIf stops where the condition holds, and where nothing is known of it.
func (p *batPage) stopIf(op program.StopIf) error {
	if op.If == program.Always && op.Later {
		p.blind = &op
		return nil
	}
	p.labels++
	on := "n" + strconv.Itoa(p.labels)
	switch op.If {
	case program.NoTrace:
		p.line(`if "%THERE%"=="yes" goto `, on)
		p.line(`if not "%THERE%"=="no" goto unsure`)
	case program.AnyTrace, program.HasRun:
		p.line(`if "%THERE%"=="no" goto `, on)
		p.line(`if not "%THERE%"=="yes" goto unsure`)
		if op.If == program.HasRun {
			p.line(`if not exist %WINDIR%\FIXDESK\%SCRIPT%.ID goto `, on)
		}
	case program.Always:
		on = ""
	default:
		return p.unsupported(bat9xNoTarget)
	}
	p.echo(op.Why)
	p.line("set STATUS=", string(op.Status))
	p.line("goto ", p.exit)
	if on != "" {
		p.line(":", on)
	}
	return nil
}

// export writes keys to files. Each file is copied: COMMAND.COM copies no empty file, and a copy that is whole shows that the drive
// was not full.
func (p *batPage) export(op program.Export) {
	name := func(i int) string { return fmt.Sprintf(`%%WINDIR%%\FIXDESK\%%RUN%%\KEY%d-%d.REG`, op.Step, i+1) }
	for i, k := range op.Keys {
		p.line(`start /w regedit /e `, name(i), ` "`, k, `"`)
		p.line(`if exist `, name(i), ` copy `, name(i), ` %WINDIR%\FXKEY.CHK >NUL`)
		p.line(`if exist `, name(i), ` if not exist %WINDIR%\FXKEY.CHK goto nosave`)
		p.line(`if exist %WINDIR%\FXKEY.CHK del %WINDIR%\FXKEY.CHK`)
	}
	if op.None == "" {
		return
	}
	p.labels++
	on := "n" + strconv.Itoa(p.labels)
	for i := range op.Keys {
		p.line(`if exist `, name(i), ` goto `, on)
	}
	p.echo(strings.TrimSpace(program.Words("missing", "name", "The key")))
	p.line("set STATUS=", string(op.None))
	p.line("goto ", p.exit)
	p.line(":", on)
}

// run starts a program, waits for it and finds its exit code.
func (p *batPage) run(op program.Run) error {
	no := strconv.Itoa(p.step.Number)
	place, name := `%2\`, op.Program
	if !op.Given {
		at := strings.LastIndexByte(name, '\\') + 1
		if place, name = name[:at], name[at:]; !strings.HasPrefix(place, `%WINDIR%\`) {
			return p.unsupported("the program is one of Windows NT")
		}
	}
	args := strings.TrimRight(" "+strings.Join(op.Args, " "), " ")
	start := "start /w " + place + name
	if strings.HasSuffix(strings.ToUpper(name), ".BAT") {
		p.line("rem It looks for its companions in the current folder, which COMMAND.COM changes on one drive only, and runs in a")
		p.line("rem shell of its own, so that it cannot end this one.")
		p.line("cd ", strings.TrimSuffix(place, `\`))
		p.line("if exist ", name, " goto c", no)
		p.echo(program.Words("wrong-drive"))
		start = `%COMSPEC% /c ` + name
	} else {
		p.line("if exist ", place, name, " goto c", no)
		p.echo(program.Words("no-start", "program", name))
	}
	p.line("goto ", p.exit)
	p.line(":c", no)
	p.line(`echo x>%WINDIR%\FIXDESK\%SCRIPT%.ID`)
	p.line(`if not exist %WINDIR%\FIXDESK\%SCRIPT%.ID goto nonote`)
	p.line(start, args)
	p.line("goto code")
	p.line(":run", no)
	p.ran = true
	if op.Later {
		p.later = true
		p.line("set STATUS=started")
		return nil
	}
	p.line("echo ", program.Words("exit", "program", name, "code", "%CODE%"))
	p.line(`if "%CODE%"=="0" goto ok`, no)
	p.line("echo ", program.Words("command-fails", "program", name, "code", "%CODE%"))
	p.line("set STATUS=failed")
	p.line("set STEP=", no, " code=%CODE%")
	p.line("goto ", p.exit)
	p.line(":ok", no)
	return nil
}

// collect prints what COMMAND.COM can find out, and the lines of the logs and the list of sites as they are.
func (p *batPage) collect(op program.Collect) {
	p.line("echo FIXDESK-FACTS v=1")
	if slices.Contains(op.Facts, "client_os") {
		for _, os := range [][2]string{{"Windows 95", "win95"}, {"Windows 98", "win98"}, {"Millennium", "winme"}} {
			p.line(`ver | find "`, os[0], `" >NUL`)
			p.line("if not errorlevel 1 echo client_os=", os[1])
		}
	}
	if slices.Contains(op.Facts, "client_sites") {
		p.line(`if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG`)
		p.line(`start /w regedit /e %WINDIR%\FXKEY.REG "HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites"`)
		p.line(`if exist %WINDIR%\FXKEY.REG type %WINDIR%\FXKEY.REG`)
		p.line(`if exist %WINDIR%\FXKEY.REG del %WINDIR%\FXKEY.REG`)
	}
	for _, e := range evidence {
		p.line(`if exist %BASE%\MS\SMS\Logs\`, e.file, ` find "`, e.text, `" %BASE%\MS\SMS\Logs\`, e.file)
	}
	p.line("echo FIXDESK-END")
}

// bat9xWrapped breaks the sentences of the engine into lines that COMMAND.COM reads.
func bat9xWrapped(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if said, ok := strings.CutPrefix(line, "echo "); ok && len(said) > bat9xText && !strings.Contains(line, ">") {
			line = "echo " + strings.Join(wrap(strings.TrimSuffix(said, "\n"), bat9xText), "\necho   ") + "\n"
		}
		b.WriteString(line)
	}
	return b.String()
}

// bat9xExpanded puts values of a usual length in the place of variables, each as long as it gets in a script.
var bat9xExpanded = strings.NewReplacer("%WINDIR%", `C:\WINDOWS`, "%BASE%", `C:\WINDOWS`, "%RUN%", "001", "%SCRIPT%", zeros, "%MODE%", "verify",
	"%STATUS%", "nothing-to-do", "%STEP%", "12 code=255", "%CODE%", "255", "%THERE%", "yes", "%2", `C:\TOOLS`, "%1", "/verify", "%COMSPEC%", `C:\COMMAND.COM`)

// checked returns the text, or an error where COMMAND.COM would cut one of its lines.
func (p *batPage) checked() (string, error) {
	for line := range strings.Lines(p.String()) {
		if line = strings.TrimSuffix(line, "\n"); len(line) > bat9xWidth || len(bat9xExpanded.Replace(line)) > bat9xWidth {
			p.step = program.Step{}
			return "", p.unsupported("COMMAND.COM reads no more than 127 characters of a line: " + line)
		}
	}
	return crlf(p.String()), nil
}
