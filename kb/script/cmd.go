package script

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// cmd writes for cmd.exe of Windows NT 4.0 and later. It keeps to what NT 4.0 has: no exit /b, no set /p, no findstr, no timeout, no
// delayed expansion, no reg.exe. The registry is read by exporting a key with regedit and reading the file with for /f, and edited
// by importing a REGEDIT4 file.
//
// The plan calls routines of the library, one for an operation. A target is a routine of the plan that sets what the library must
// know of it; so is a command.
//
// Quoting. A text stands in quotes behind the name of a routine, or behind rem or echo. cmd has no quoting that stops a percent sign,
// and :say prints a text without quotes, so text is held to a list of characters that mean nothing to the shell. A round bracket is
// none of them: one after "set" ends a command in Wine, and on Windows in a block. Names, keys and data of the plan may not hold
// what a set or a call would read as more than a part of a name; a step that needs such a one is refused.
type cmd struct{}

func init() { dialects["cmd"] = cmd{} }

//go:embed lib/cmd.cmd
var cmdLibrary string

var cmdRoutines = newLibrary(cmdLibrary, regexp.MustCompile(`(?m)^:([a-z_]+)$`), regexp.MustCompile(`\b(?:call :|goto |READ=|BACK=|TRY=|HEX=)([a-z_]+)`))

// cmdSigns are the signs that may stand in a text.
var cmdSigns = lettersAnd(`.,:;'/\_-+#@[]$`)

func cmdText(s string) string { return cmdSigns.plain(s) }

func (cmd) extension() string { return ".cmd" }

func (cmd) print(j *job) (string, error) {
	if !j.scripted() {
		return "", j.unsupported("a person does all of it")
	}
	p := &cmdPage{job: j}
	p.step = program.Step{Number: j.first, Text: j.steps[0].Does()}
	p.head()
	p.line("rem ---- THE PLAN ----")
	p.sections()
	p.targets()
	p.blocks()
	if p.err != nil {
		return "", p.err
	}
	p.line("rem ---- THE ENGINE: the same routines in every script that calls them ----")
	text := p.String()
	return crlf(text + cmdRoutines.needed(text) + "\n:end\n"), nil
}

// A cmdPage is a script that is being written. The first thing that cmd cannot express stays in err.
type cmdPage struct {
	*job
	strings.Builder
	err   error
	row   string   // commands of a target that stand in one line
	after []string // what a routine of the plan holds beside its sections: lists of traces, and commands
	lists int      // of traces
}

func (p *cmdPage) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

func (p *cmdPage) fail(why string) {
	if p.err == nil {
		p.err = p.unsupported(why)
	}
}

// head writes what the script is, how it is called, and what is fixed for all of its runs. Up to the label nt it is written in what
// COMMAND.COM understands too, which says that it is the wrong one.
func (p *cmdPage) head() {
	p.line("@echo off")
	p.line("rem ---- WHAT THIS IS ----")
	p.remark("Fixdesk: " + p.title() + ". From " + p.source() + ".")
	p.remark(p.job.plan.Goal())
	for _, d := range p.job.plan.Doubts {
		p.remark("Not certain: " + d)
	}
	p.line("goto first")
	p.line(":usage")
	for _, u := range p.usage("/") {
		for _, l := range wrap(cmdText(u), 150) {
			p.line("echo ", l)
		}
	}
	p.line("goto end")
	p.line(":first")
	p.line("set RESULT=FIXDESK-RESULT v=1 fix=", p.job.plan.Name(), " ", idMark, zeros)
	p.line("set STATUS=ok")
	p.line("set STEP=", strconv.Itoa(p.first))
	p.line("set MODE=show")
	for _, mode := range []string{"apply", "verify", "undo"} {
		p.line(`if "%1"=="/`, mode, `" set MODE=`, mode)
	}
	p.line(`if "%OS%"=="Windows_NT" goto nt`)
	p.line("echo ", program.Words("not-nt"))
	p.line("echo %RESULT% mode=%MODE% status=refused step=%STEP%")
	p.line("goto end")
	p.line(":nt")
	p.line("setlocal enableextensions")
	p.settings()
	p.line("call :go %1 %2")
	p.line("goto end")
}

// settings writes what the engine must know of the program as a whole.
func (p *cmdPage) settings() {
	p.line("for %%i in (%RESULT%) do set ID=%%i")
	p.line("for %%v in (TARGETS SERVICES FOLDER AGAIN OWNER) do set %%v=")
	set := func(name, text string) {
		if text != "" {
			p.line("set ", name, "=", text)
		}
	}
	set("TARGETS", numbers(len(p.Targets)))
	services := slices.Clone(p.Services)
	slices.Reverse(services)
	set("SERVICES", strings.Join(services, " "))
	set("FOLDER", strings.Join(p.Folder, " "))
	set("AGAIN", p.again())
	p.line(`set "HOLD=%SystemRoot%\FIXDESK"`)
	if p.User {
		p.line("set OWNER=yes")
		p.line(`set "HOLD=%USERPROFILE%\FIXDESK"`)
	}
	p.line(`set "REGEDIT=%SystemRoot%\regedit.exe"`)
	if p.View == "32" {
		p.line(`if exist "%SystemRoot%\SysWOW64\regedit.exe" set "REGEDIT=%SystemRoot%\SysWOW64\regedit.exe"`)
	}
}

// again is not empty where a run that was cut off is simply done again.
func (p *cmdPage) again() string {
	for _, op := range p.Steps {
		if n, ok := op.(program.NewRun); ok && !n.Again {
			return ""
		}
	}
	return "yes"
}

func numbers(n int) string {
	var all []string
	for i := range n {
		all = append(all, strconv.Itoa(i+1))
	}
	return strings.Join(all, " ")
}

func (p *cmdPage) remark(text string) {
	for _, l := range wrap(cmdText(text), 140) {
		p.line("rem ", l)
	}
}

// sections writes the plan: the five parts of the program, each a routine.
func (p *cmdPage) sections() {
	hold := "without_lock"
	p.section("begin", "every run", p.Begin, func() {
		if slices.Contains(p.Begin, program.Op(program.Lock{})) {
			hold = "with_lock"
		}
		p.line("call :", hold)
	})
	p.section("steps", "show and apply", p.Steps, nil)
	p.section("looks", "apply, after the steps, and verify", p.Looks, nil)
	p.section("guards", "undo: is everything as the last run has left it?", p.Guards, nil)
	if hold == "with_lock" {
		p.section("back", "undo, and apply that failed after its first change", p.Back, nil)
		p.section("finally", "apply and undo, whatever has happened", nil, p.finally)
	}
}

// finally writes how a run ends that has begun to change something.
func (p *cmdPage) finally() {
	if len(p.Back) > 0 {
		p.call("roll_back")
	}
	if len(p.Services) > 0 {
		p.call("start_services", "finally")
	}
}

func (p *cmdPage) section(label, when string, ops []program.Op, last func()) {
	p.line("rem ", when)
	p.line(":", label)
	for _, op := range ops {
		p.op(op)
	}
	if last != nil {
		last()
	}
	p.line("goto end")
}

// call writes a call of a routine. A text among the arguments stands in quotes.
func (p *cmdPage) call(routine string, args ...string) {
	line := strings.TrimRight("call :"+routine+" "+strings.Join(args, " "), " ")
	if len(line) > width["cmd"] {
		p.fail("a line of it would be longer than a person reads")
	}
	p.line(line)
}

// say writes a call of a routine with a text, which goes on in lines of its own where it is longer than a line.
func (p *cmdPage) say(text, routine string, args ...string) {
	for i, l := range wrap(cmdText(text), width["cmd"]-len(routine)-20) {
		if i > 0 {
			p.call("print", quote("  "+l))
			continue
		}
		p.call(routine, append(args, quote(l))...)
	}
}

func quote(text string) string { return `"` + text + `"` }

func (p *cmdPage) op(op program.Op) {
	switch op := op.(type) {
	case program.Step:
		p.step = op
		p.say(op.Text, "step", strconv.Itoa(op.Number), op.Effect)
	case program.Say:
		p.say(op.Text, "print")
	case program.MustBe:
		if op.Platform != "nt" {
			p.fail("it is for Windows 95, 98 and Me, which have COMMAND.COM")
		}
		p.line("rem Windows NT is looked for above, before anything that only its shell understands.")
	case program.CanRead:
		p.call("can_read")
	case program.NeedFolder:
		if op.Edits {
			p.call("need_folder", "apply", "verify", "undo")
		} else {
			p.call("need_folder", "apply")
		}
	case program.Lock, program.NoneOpen: // the engine takes the lock and looks for a run that was cut off
	case program.Look:
		p.call("look", strconv.Itoa(op.Target))
	case program.LookTraces:
		p.lookTraces(op)
	case program.StopIf:
		p.stopIf(op)
	case program.Compare:
		p.compare(op)
	case program.CompareRest:
		p.call("compare_rest", strconv.Itoa(op.Target))
	case program.Collect:
		p.collect(op.Facts)
	default:
		p.change(op)
	}
}

// change writes an operation that prepares a change, makes it or takes it back.
func (p *cmdPage) change(op program.Op) {
	switch op := op.(type) {
	case program.Rights:
		if len(op.Of) > 0 {
			p.call("rights", targets(op.Of)...)
		}
	case program.NewRun:
		p.call("new_run")
	case program.Export:
		p.export(op)
	case program.Save:
		p.call("save", strconv.Itoa(op.Target))
	case program.Note:
		p.call("note", "T"+strconv.Itoa(op.Target))
	case program.StopService:
		p.call("stop_service", op.Service)
	case program.StartServices:
		p.call("start_services")
	case program.EndProcess:
		p.call("end_process", op.Image)
	case program.Remove:
		p.call("remove", strconv.Itoa(op.Target))
	case program.Set:
		p.set(op.Target)
	case program.Move:
		p.fail("a batch file cannot give a value, or a file, another name")
	case program.Run:
		p.run(op)
	case program.OpenRun:
		p.call("open_run")
	case program.Unchanged:
		p.call("unchanged", strconv.Itoa(op.Target))
	case program.Reopen:
		p.call("note", "OPEN")
	case program.Restore:
		p.call("restore", strconv.Itoa(op.Target))
	case program.Reverse:
		p.call("reverse", strconv.Itoa(op.Step))
		p.command("reverse"+strconv.Itoa(op.Step), op.Command, op.Undone)
	default:
		p.fail(fmt.Sprintf("it knows no operation %T", op))
	}
}

func targets(of []int) []string {
	var all []string
	for _, n := range of {
		all = append(all, strconv.Itoa(n))
	}
	return all
}

// cmdFlags are the variables that the engine sets, with the number of a target or with 0, where a condition holds.
var cmdFlags = map[program.Condition]string{
	program.NoKey: "NOKEY", program.Done: "SAME", program.Present: "PRESENT", program.Odd: "ODD", program.Several: "SEVERAL", program.Alone: "ALONE",
	program.AnyTrace: "TRACES", program.NoTrace: "NOTRACE", program.HasRun: "HASRUN",
}

func (p *cmdPage) stopIf(op program.StopIf) {
	routine, args := "stop_if", []string{cmdFlags[op.If], string(op.Status), quote(cmdText(op.Why))}
	switch op.If {
	case program.Always:
		p.always(op)
		return
	case program.HasRun:
		p.call("has_run")
	case program.NoKey, program.Done:
		routine = "stop_if_all"
	}
	of := targets(op.Of)
	if len(of) == 0 {
		of = []string{"0"}
	}
	if len(of) > 6 {
		p.fail("it names more than six targets at once")
	}
	if op.Later {
		routine = "stop_later"
	}
	p.call(routine, append(args, of...)...)
}

// always writes a stop that depends on nothing, or only on the mode.
func (p *cmdPage) always(op program.StopIf) {
	if op.Later {
		p.call("stop_later", "MODE", string(op.Status), quote(cmdText(op.Why)), `""`)
		return
	}
	p.say(op.Why, "stop", string(op.Status))
}

func (p *cmdPage) compare(op program.Compare) {
	args := []string{strconv.Itoa(op.Target)}
	if op.OrNoKey {
		args = append(args, "or-no-key")
	}
	p.call("compare", args...)
}

func (p *cmdPage) export(op program.Export) {
	none := op.None
	if none == "" {
		none = "-"
	}
	args := []string{strconv.Itoa(op.Step), string(none)}
	for _, k := range op.Keys {
		args = append(args, p.key(k))
	}
	p.call("export_key", args...)
}

// lookTraces writes a look, and the list of the traces as a routine of its own.
func (p *cmdPage) lookTraces(op program.LookTraces) {
	p.lists++
	list := "traces" + strconv.Itoa(p.lists)
	if op.Later {
		p.call("look_traces_later", list)
	} else {
		p.call("look_traces", list)
	}
	p.after = append(p.after, ":"+list)
	for _, s := range op.Services {
		p.after = append(p.after, "call :trace_service "+p.word(s))
	}
	for _, f := range op.Files {
		p.after = append(p.after, "call :trace_file "+quote(p.name(f)))
	}
	for _, k := range op.Keys {
		p.after = append(p.after, "call :trace_key "+p.key(k))
	}
	p.after = append(p.after, "goto end")
}

func (p *cmdPage) set(n int) {
	switch p.Target(n).Kind {
	case program.Value:
		p.call("set_value", strconv.Itoa(n))
	case program.Line:
		p.call("write_line", strconv.Itoa(n))
	default:
		p.fail("a batch file cannot set that safely")
	}
}

func (p *cmdPage) run(op program.Run) {
	args := []string{strconv.Itoa(op.Step)}
	if op.Later {
		args = append(args, "later")
	}
	p.call("run", args...)
	p.command("command"+args[0], op.Command, op.Args)
}

// command writes a routine that runs a program and sets CODE to its exit code. It leaves CODE empty where the program is not there.
func (p *cmdPage) command(label string, c program.Command, args []string) {
	line := strings.Join(append([]string{p.program(c)}, args...), " ")
	for _, a := range args {
		p.name(a)
	}
	p.after = append(p.after, ":"+label, "set PROGRAM="+c.Program[strings.LastIndexByte(c.Program, '\\')+1:])
	if !c.Given {
		p.after = append(p.after, line+" <nul", "set CODE=%errorlevel%", "goto end")
		return
	}
	p.after = append(p.after, `pushd "%PLACE%"`, "if exist "+p.word(c.Program)+" "+line+" <nul", "if exist "+c.Program+" set CODE=%errorlevel%", "popd", "goto end")
}

// program returns what starts a program. A batch file has a shell of its own, so that it cannot end this one.
func (p *cmdPage) program(c program.Command) string {
	switch {
	case !c.Given && strings.HasPrefix(c.Program, `%SystemRoot%\`):
		return quote(c.Program)
	case !c.Given:
		p.fail("the program has no full path")
	case strings.HasSuffix(strings.ToUpper(c.Program), ".BAT"):
		return `"%SystemRoot%\System32\cmd.exe" /c .\` + c.Program
	}
	return `.\` + c.Program
}

// collect writes what prints facts as name=value, and the lines of the logs that decide something as they are.
func (p *cmdPage) collect(facts []string) {
	p.call("print", quote("FIXDESK-FACTS v=1"))
	for _, f := range facts {
		switch f {
		case "client_os":
			p.call("facts_os")
		case "client_sites":
			p.call("facts_sites")
		}
	}
	for _, e := range evidence {
		p.call("log_lines", e.file, quote(e.text))
	}
	p.call("print", quote("FIXDESK-END"))
}

// blocks writes the routines of the plan that its sections name.
func (p *cmdPage) blocks() {
	for _, l := range p.after {
		p.line(l)
	}
}

// targets writes a routine for each target.
func (p *cmdPage) targets() {
	for i, t := range p.Targets {
		p.line(":target", strconv.Itoa(i+1))
		switch t.Kind {
		case program.Key, program.Value, program.Entry:
			p.registry(i+1, t)
		case program.Line:
			p.textLine(t)
		default:
			p.fail(cmdCannot[t.Kind])
		}
		p.add("goto end")
		p.flush()
	}
}

// add adds a command to the row that is being written, or begins a new one where that is full. None that depends on anything may stand in a
// row: what follows it would depend on that too.
func (p *cmdPage) add(parts ...string) {
	command := strings.Join(parts, "")
	switch {
	case p.row == "":
		p.row = command
	case len(p.row)+len(command) < 150:
		p.row += "& " + command
	default:
		p.flush()
		p.row = command
	}
}

func (p *cmdPage) flush() {
	p.line(p.row)
	p.row = ""
}

var cmdCannot = map[program.Kind]string{
	program.Element:    "a batch file cannot rewrite a list",
	program.Ini:        "a batch file that rewrites an ini file loses its comments and empty lines",
	program.File:       "a batch file cannot tell whether two files that are no text are the same",
	program.Attributes: "a batch file cannot read attributes so that it may put them back",
}

// registry writes what read_registry must know of a target.
func (p *cmdPage) registry(n int, t program.Target) {
	name := nameOf(t)
	if t.Kind == program.Value && name == "" {
		name = "@"
	}
	whole := t.Kind != program.Value && p.wholeKey(n, t)
	up := t.Kind == program.Key && !whole // it is looked at as an entry of the key above it
	p.call("registry_target", p.forms(n, t, whole)...)
	p.add("set NAME=", p.name(name))
	keys := ""
	for _, k := range t.Keys {
		switch {
		case whole && t.Kind == program.Entry:
			k += `\` + t.Name
		case up:
			k = strings.TrimSuffix(k, `\`+name)
		}
		if len(keys)+len(k) > 220 {
			p.add("set KEYS=", keys)
			p.flush()
			keys = "%KEYS%"
		}
		keys = strings.TrimLeft(keys+" "+p.key(k), " ")
	}
	p.add("set KEYS=", keys)
	if whole {
		return
	}
	if beside := p.beside(t, name); len(beside) > 0 {
		p.add("set BESIDE=", strings.Join(beside, " "))
	}
	switch t.Kind {
	case program.Entry:
		p.add("set BYTES=", hexBytes(t.Name, false), "& set WIDE=", hexBytes(t.Name, true))
	case program.Value:
		p.value(t)
	}
}

// forms returns what a target may be, and what else is looked at.
func (p *cmdPage) forms(n int, t program.Target, whole bool) []string {
	if whole {
		return []string{"WHOLE"}
	}
	var forms []string
	if t.Kind != program.Value {
		forms = append(forms, "SUBKEYS")
	}
	if t.Kind != program.Key {
		forms = append(forms, "VALUES")
	}
	if p.comparesRest(n) {
		forms = append(forms, "REST")
	}
	return forms
}

func (p *cmdPage) value(t program.Target) {
	p.add("set HEX=whole_bytes")
	if t.Make {
		p.add("set MAKE=", p.key(t.Keys[0][:strings.LastIndexByte(t.Keys[0], '\\')]))
	}
	if t.Want != nil {
		p.data(*t.Want)
	}
}

// wholeKey reports whether only the key itself is exported: nothing asks what is beside it, or it is one of hundreds.
func (p *cmdPage) wholeKey(n int, t program.Target) bool {
	beside := p.asks(n, program.Alone) || p.comparesRest(n)
	services := func(k string) bool { return strings.HasSuffix(strings.ToLower(k), `\currentcontrolset\services`) }
	if t.Kind == program.Key {
		services = func(k string) bool { return strings.Contains(strings.ToLower(k), `\currentcontrolset\services\`) }
		if !beside {
			return true
		}
	}
	many := slices.ContainsFunc(t.Keys, services)
	if many && (beside || p.asks(n, program.NoKey) && t.Kind == program.Entry) {
		p.fail("a batch file would have to export hundreds of services to see what is beside one")
	}
	return many
}

func (p *cmdPage) asks(n int, conditions ...program.Condition) bool {
	return slices.ContainsFunc(p.Steps, func(op program.Op) bool {
		s, ok := op.(program.StopIf)
		return ok && slices.Contains(conditions, s.If) && slices.Contains(s.Of, n)
	})
}

func (p *cmdPage) comparesRest(n int) bool {
	return slices.Contains(p.Steps, program.Op(program.CompareRest{Target: n}))
}

// beside returns the names of the other targets under the same key, in quotes.
func (p *cmdPage) beside(t program.Target, name string) []string {
	var names []string
	for _, other := range p.Targets {
		if n := nameOf(other); slices.Equal(above(other), above(t)) && n != name && n != "" {
			names = append(names, quote(n))
		}
	}
	return names
}

// above returns the keys under which a target is looked for, and nameOf its name there.
func above(t program.Target) []string {
	if t.Kind != program.Key {
		return t.Keys
	}
	var keys []string
	for _, k := range t.Keys {
		keys = append(keys, k[:strings.LastIndexByte(k, '\\')])
	}
	return keys
}

func nameOf(t program.Target) string {
	if t.Kind != program.Key || len(t.Keys) == 0 {
		return t.Name
	}
	return t.Keys[0][strings.LastIndexByte(t.Keys[0], '\\')+1:]
}

func (p *cmdPage) textLine(t program.Target) {
	if t.Edit.First == "" {
		p.fail("a batch file can only write a line before the first one")
	}
	folder := map[program.Folder]string{program.Windows: "%SystemRoot%", program.System: `%SystemRoot%\System32`, program.Programs: "%ProgramFiles%", program.Given: "%PLACE%"}[t.Path.In]
	p.call("file_target")
	p.add("set NAME=", t.Path.Name)
	p.add("set LABEL=", p.word(t.Edit.Label))
	p.add(`set "DATA=`, p.name(t.Edit.First), `"`)
	p.add("set FILE=")
	p.flush()
	p.line("if defined ", strings.Trim(strings.TrimSuffix(folder, `\System32`), "%"), ` set "FILE=`, folder, `\`, p.name(t.Path.Name), `"`)
}

// data writes what a value is set to, as an export shows it.
func (p *cmdPage) data(d program.Data) {
	switch d.Type {
	case program.SZ:
		p.add("set TYPE='")
		p.add("set DATA=", p.text(d.Text))
	case program.DWord:
		p.add("set TYPE=dword")
		p.add("set DATA=dword:", strings.ToLower(d.Text))
	case program.Binary:
		p.bytes("hex", pairs(d.Text))
	case program.Expand:
		p.bytes("hex(2)", hexBytes(d.Text+"\x00", false))
		p.name(strings.NewReplacer("%", "", ";", "", `\`, "").Replace(d.Text))
	case program.Multi:
		p.bytes("hex(7)", hexBytes(strings.Join(append(slices.Clone(d.List), "\x00"), "\x00"), false))
	default:
		p.fail("no registry value has that type")
	}
}

// bytes writes data that is longer than a line in several: none of them may stand in a row with the one before, whose variable it reads.
func (p *cmdPage) bytes(kind, hex string) {
	const most = 180
	p.add(`set "TYPE=`, kind, `"`)
	p.add(`set "DATA=`, kind, `:`, hex[:min(len(hex), most)], `"`)
	for len(hex) > most {
		hex = hex[most:]
		p.flush()
		p.add(`set "DATA=%DATA%`, hex[:min(len(hex), most)], `"`)
	}
}

func pairs(hex string) string {
	var all []string
	for i := 0; i+1 < len(hex); i += 2 {
		all = append(all, strings.ToLower(hex[i:i+2]))
	}
	return strings.Join(all, ",")
}

// hexBytes returns the bytes of a text as an export shows them: of Windows 2000, where wide, or of NT 4.0.
func hexBytes(text string, wide bool) string {
	var all []string
	for i := range len(text) {
		all = append(all, fmt.Sprintf("%02x", text[i]))
		if wide {
			all = append(all, "00")
		}
	}
	return strings.Join(all, ",")
}

// The wall of names. Each returns what it is given, or makes the page fail.

var (
	cmdNames = lettersAnd(`.,:;'/\_-+#@[]$(){}~`)
	cmdWords = lettersAnd(`._-`)
)

func (p *cmdPage) name(s string) string {
	if cmdNames.plain(s) != s {
		p.fail("the shell would read a sign of a name as more than that")
	}
	return s
}

func (p *cmdPage) word(s string) string {
	if cmdWords.plain(s) != s || strings.Contains(s, " ") {
		p.fail("the shell would read a sign of a name as more than that")
	}
	return s
}

func (p *cmdPage) key(k string) string { return quote(p.name(k)) }

// text returns string data as a registration file has it, in a line of a batch file.
func (p *cmdPage) text(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) || strings.Contains(s, `"`) && strings.ContainsAny(s, "&|<>^()") {
		p.fail("the shell has no quotes for this data")
	}
	if len(s) > 150 {
		p.fail("the data is longer than a line that a person reads")
	}
	return quote(strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(s))
}
