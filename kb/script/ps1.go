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

func init() { dialects["ps1"] = ps1{} }

// ps1 prints a script for Windows PowerShell 2.0 to 5.1 and PowerShell 7: for the computer itself, and, where the plan needs nothing
// but the registry, the services and the folder of Windows, for others from the workstation of an administrator, through the remote
// registry, remote service control and admin$. Windows NT 4.0 and 2000 offer these, and no WinRM. It was never executed by us.
//
// Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started: the worst of all computers.
type ps1 struct{}

//go:embed lib/ps1.ps1
var ps1File string

var ps1Library = newLibrary(ps1File, regexp.MustCompile(`(?m)^function ([A-Za-z-]+)`), regexp.MustCompile(`\b([A-Z][A-Za-z0-9]*-[A-Za-z]+)`))

func (ps1) extension() string { return ".ps1" }

// A ps1Page is a script in the making.
type ps1Page struct {
	*job
	strings.Builder
	err error // the first text that cannot be written exactly
}

func (d ps1) print(j *job) (string, error) {
	p := &ps1Page{job: j}
	if err := p.possible(); err != nil {
		return "", err
	}
	p.head()
	p.plan()
	call := "Invoke-Fixdesk @('')"
	if p.remote() {
		call = "Invoke-Fixdesk $ComputerName"
	}
	engine := ps1Library.needed(p.String() + call)
	p.line("# THE ENGINE: the same in every script that calls these routines")
	p.WriteString(engine)
	p.line()
	p.line(call)
	if p.err != nil {
		return "", p.err
	}
	return crlf(p.String()), nil
}

// possible returns why the dialect cannot express the program, nil where it can.
func (p *ps1Page) possible() error {
	if !p.scripted() {
		return p.unsupported("a person does all of it")
	}
	for _, op := range p.Begin {
		if m, ok := op.(program.MustBe); ok && m.Platform != "nt" {
			return p.unsupported("Windows 95, 98 and Me have no PowerShell")
		}
	}
	return nil
}

// remote reports whether the program can be carried out on another computer.
func (p *ps1Page) remote() bool {
	if p.Folder != nil || p.User {
		return false
	}
	for _, t := range p.Targets {
		if !ps1Shared(t.Keys) {
			return false
		}
	}
	return !slices.ContainsFunc(slices.Concat(p.Begin, p.Steps, p.Looks, p.Guards, p.Back), func(op program.Op) bool {
		switch op := op.(type) {
		case program.Run, program.Reverse:
			return true
		case program.Export:
			return !ps1Shared(op.Keys)
		case program.LookTraces:
			return !ps1Shared(op.Keys)
		}
		return false
	})
}

// ps1Shared reports whether keys can be reached from another computer.
func ps1Shared(keys []string) bool {
	return !slices.ContainsFunc(keys, func(k string) bool {
		return !strings.HasPrefix(k, `HKEY_LOCAL_MACHINE\`) && !strings.HasPrefix(k, `HKEY_USERS\`)
	})
}

// line writes a line made of its parts.
func (p *ps1Page) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

func (p *ps1Page) head() {
	comment := func(s string) {
		for _, l := range wrap(ps1Text(s), 110) {
			p.line(strings.TrimRight("# "+l, " "))
		}
	}
	p.line("# WHAT THIS IS")
	comment("Fixdesk: " + p.title() + ". From " + p.source() + ".")
	comment(p.job.plan.Goal())
	for _, doubt := range p.job.plan.Doubts {
		comment("Not certain: " + doubt)
	}
	p.line("#")
	comment("Never executed by its makers: read it, and try it on one computer first.")
	who := "Run it as an administrator"
	if p.User {
		who = "Run it as the user whose settings are changed"
	}
	comment(who + ": powershell -ExecutionPolicy Bypass -File " + p.file(".ps1"))
	for _, l := range p.usage("-") {
		comment(strings.ReplaceAll(l, " FOLDER ", " -Folder FOLDER "))
	}
	comment("-WhatIf prints each change and makes none; -Confirm asks before each.")
	names := ""
	if p.remote() {
		comment("-ComputerName A,B does the same on other computers. It wants their remote registry, remote service control and admin$.")
		names = ", [string[]]$ComputerName = @('')"
	}
	if p.Folder != nil {
		names += ", [string]$Folder = ''"
	}
	p.line("[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium', DefaultParameterSetName = 'show')]")
	p.line("param([Parameter(ParameterSetName = 'apply')][switch]$Apply, [Parameter(ParameterSetName = 'verify')][switch]$Verify,")
	p.line("  [Parameter(ParameterSetName = 'undo')][switch]$Undo", names, ")")
	p.line("$ErrorActionPreference = 'Stop'")
	p.line()
}

func (p *ps1Page) plan() {
	p.line("# THE PLAN")
	p.line("$result = 'FIXDESK-RESULT v=1 fix=", p.job.plan.Name(), " ", idMark, zeros, "'")
	p.line("$firstStep = ", strconv.Itoa(p.first))
	p.line("$view = ", ps1String(p.View))
	if p.Services != nil || p.Changes() {
		p.line("$services = ", p.list(p.Services))
	}
	p.section("Set-Targets", nil, p.targets)
	p.section("Invoke-Begin", p.Begin, nil)
	p.section("Invoke-Steps", p.Steps, nil)
	p.section("Invoke-Looks", p.Looks, func() {
		if p.Changes() {
			p.line("  Write-Hint")
		}
	})
	p.section("Invoke-Guards", p.Guards, nil)
	p.section("Invoke-Back", p.Back, nil)
	p.line()
}

// section writes a section of the plan as a function.
func (p *ps1Page) section(name string, ops []program.Op, more func()) {
	p.line("function ", name, " {")
	for _, op := range ops {
		if s, ok := op.(program.Step); ok {
			p.step = s
		}
		for _, call := range p.calls(op) {
			p.line("  ", call)
		}
	}
	if more != nil {
		more()
	}
	p.line("}")
}

// targets writes what the targets are.
func (p *ps1Page) targets() {
	if p.User {
		p.line("  Use-Profile")
	}
	for i, t := range p.Targets {
		n := strconv.Itoa(i + 1)
		p.line("  $run.Target[", n, "] = ", p.target(t))
		if t.Make {
			p.line("  Set-Make ", n)
		}
		for _, op := range p.Steps {
			if m, ok := op.(program.Move); ok && m.To == i+1 {
				p.line("  Set-Like ", n, " ", strconv.Itoa(m.From))
			}
		}
	}
}

// target returns the call that makes a target.
func (p *ps1Page) target(t program.Target) string {
	path := ps1String(string(t.Path.In)) + " " + p.exact(t.Path.Name)
	switch t.Kind {
	case program.Key:
		return "New-Key " + p.list(t.Keys)
	case program.Entry:
		return "New-Entry " + p.exact(t.Name) + " " + p.list(t.Keys)
	case program.Value:
		return "New-Value " + p.exact(t.Name) + " " + p.list(t.Keys) + " " + p.data(t.Want)
	case program.Element:
		return "New-Element " + p.exact(t.Item) + " " + p.exact(t.Name) + " " + p.list(t.Keys) + " " + ps1Bool(t.Want != nil)
	case program.Ini:
		want := "$null"
		if t.Want != nil {
			want = p.exact(t.Want.Text)
		}
		return "New-Ini " + path + " " + p.exact(t.Section) + " " + p.exact(t.Item) + " " + want
	case program.File:
		return "New-File " + path + " " + ps1String(string(t.From.In)) + " " + p.exact(t.From.Name)
	case program.Attributes:
		return "New-Attributes " + path + " " + p.exact(t.Want.Text)
	case program.Line:
		return "New-Line " + path + " " + p.exact(t.Edit.First) + " " + p.exact(t.Edit.Label) + " " + p.exact(t.Edit.Old) + " " + p.exact(t.Edit.New)
	}
	return p.fail("a target of kind " + string(t.Kind) + " is not known to it")
}

var ps1Types = map[program.Type]string{
	program.SZ: "String", program.Expand: "ExpandString", program.DWord: "DWord", program.Binary: "Binary", program.Multi: "MultiString",
}

// data returns the type and the data that a value is given; empty ones where it is taken away.
func (p *ps1Page) data(want *program.Data) string {
	if want == nil {
		return "'' ''"
	}
	kind := ps1String(ps1Types[want.Type]) + " "
	switch want.Type {
	case program.Multi:
		return kind + p.list(want.List)
	case program.DWord, program.Binary:
		return kind + p.exact(strings.ToLower(want.Text))
	}
	return kind + p.exact(want.Text)
}

// calls returns the calls that carry out an operation.
func (p *ps1Page) calls(op program.Op) []string {
	switch op := op.(type) {
	case program.Step:
		return ps1Call("Write-Step", strconv.Itoa(op.Number), ps1String(op.Effect), ps1String(op.Text))
	case program.Say:
		return ps1Call("Write-Line", ps1String(op.Text))
	case program.MustBe:
		return ps1Call("Assert-Windows")
	case program.CanRead:
		return ps1Call("Assert-Registry")
	case program.NeedFolder:
		return ps1Call("Assert-Folder", p.list(p.Folder), ps1Bool(op.Edits))
	case program.Look:
		return ps1Call("Find-Target", strconv.Itoa(op.Target))
	case program.LookTraces:
		name := "Find-Traces"
		if op.Later {
			name = "Find-TracesLater"
		}
		return ps1Call(name, p.list(op.Services), p.list(op.Files), p.list(op.Keys))
	case program.StopIf:
		return p.stopIf(op)
	case program.Compare:
		return ps1Call("Compare-Target", strconv.Itoa(op.Target), ps1Bool(op.OrNoKey))
	case program.CompareRest:
		return ps1Call("Compare-Rest", strconv.Itoa(op.Target))
	case program.Collect:
		return p.collect(op)
	case program.Lock:
		return ps1Call("Lock-Computer")
	case program.NoneOpen:
		return ps1Call("Assert-NoneOpen")
	case program.Rights:
		return ps1Call("Assert-Rights", ps1Numbers(op.Of))
	case program.NewRun:
		return ps1Call("New-Run", ps1Bool(op.Again))
	case program.Export:
		return ps1Call("Export-Keys", strconv.Itoa(op.Step), p.list(op.Keys), ps1String(string(op.None)))
	case program.Save:
		return p.save(op)
	case program.Note:
		return ps1Call("Add-Note", strconv.Itoa(op.Target))
	case program.StopService:
		return ps1Call("Stop-NamedService", p.exact(op.Service))
	case program.StartServices:
		return ps1Call("Start-NotedServices")
	case program.EndProcess:
		return ps1Call("Stop-Image", p.exact(op.Image))
	case program.Remove:
		return ps1Call("Remove-Target", strconv.Itoa(op.Target))
	case program.Set:
		return ps1Call("Set-Target", strconv.Itoa(op.Target))
	case program.Move:
		return ps1Call("Move-Target", strconv.Itoa(op.From), strconv.Itoa(op.To))
	case program.Run:
		return p.run("Invoke-Program", op.Step, op.Command, op.Args, ps1Bool(op.Later))
	case program.OpenRun:
		return ps1Call("Open-LastRun")
	case program.Unchanged:
		return ps1Call("Assert-Unchanged", strconv.Itoa(op.Target))
	case program.Reopen:
		return ps1Call("Restart-Run")
	case program.Restore:
		return ps1Call("Restore-Target", strconv.Itoa(op.Target))
	case program.Reverse:
		return p.run("Undo-Program", op.Step, op.Command, op.Undone)
	}
	p.fail(fmt.Sprintf("it has no operation %T", op))
	return nil
}

var ps1Conditions = map[program.Condition]string{
	program.NoKey: "Test-NoKey", program.Done: "Test-Done", program.Present: "Test-Present", program.Odd: "Test-Odd", program.Several: "Test-Several", program.Alone: "Test-Alone",
	program.AnyTrace: "Test-Trace", program.NoTrace: "Test-NoTrace", program.HasRun: "Test-HasRun",
}

func (p *ps1Page) stopIf(op program.StopIf) []string {
	end := []string{ps1String(string(op.Status)), ps1String(op.Why)}
	if op.If == program.Always {
		return ps1Call("Stop-Run", end...)
	}
	test := ps1Conditions[op.If]
	if op.Of != nil {
		test += " " + ps1Numbers(op.Of)
	}
	name := "Stop-If"
	if op.Later {
		name = "Stop-Later"
	}
	return ps1Call(name, slices.Insert(end, 0, "("+test+")")...)
}

// save keeps what stands beside a target too, where that is compared later.
func (p *ps1Page) save(op program.Save) []string {
	n := strconv.Itoa(op.Target)
	calls := ps1Call("Save-Target", n)
	if slices.Contains(p.Steps, program.Op(program.CompareRest(op))) {
		calls = append(calls, "Save-Rest "+n)
	}
	return calls
}

func (p *ps1Page) collect(op program.Collect) []string {
	calls := []string{"Write-Facts"}
	if slices.Contains(op.Facts, "client_os") {
		calls = append(calls, "Write-Windows")
	}
	if slices.Contains(op.Facts, "client_sites") {
		calls = append(calls, `Write-Sites 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared'`,
			`Write-Sites 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites'`)
	}
	for _, e := range evidence {
		calls = append(calls, "Write-Evidence "+ps1String(e.file)+" "+ps1String(e.text))
	}
	return append(calls, "Write-FactsEnd")
}

// run starts a program by its full path, so that none that lies elsewhere under the same name is started.
func (p *ps1Page) run(routine string, step int, c program.Command, args []string, more ...string) []string {
	folder, name := "given", c.Program
	if !c.Given {
		var ok bool
		if name, ok = strings.CutPrefix(c.Program, `%SystemRoot%\`); !ok {
			p.fail("the program " + c.Program + " has no full path")
		}
		folder = "windows"
		if below, ok := strings.CutPrefix(name, `System32\`); ok {
			folder, name = "system", below
		}
	}
	var line []string
	for _, a := range args {
		if strings.Contains(a, " ") {
			a = `"` + a + `"`
		}
		line = append(line, a)
	}
	path := "((Get-Folder " + ps1String(folder) + `) + '\' + ` + p.exact(name) + ")"
	return ps1Call(routine, append([]string{strconv.Itoa(step), path, p.exact(strings.Join(line, " "))}, more...)...)
}

func ps1Call(name string, args ...string) []string {
	return []string{strings.Join(append([]string{name}, args...), " ")}
}

// fail notes that the dialect cannot express the step that is being printed.
func (p *ps1Page) fail(why string) string {
	if p.err == nil {
		p.err = p.unsupported(why)
	}
	return "''"
}

// Quoting. A string stands in single quotes, in which PowerShell expands nothing; a single quote is doubled. PowerShell takes
// typographic quotes for quotes too, so text is held to ASCII. A comment ends with its line. An equals sign is taken out of a text for
// people, so that none can look like the ID of the script; names and data are written exactly or not at all.

var ps1Signs = lettersAnd(`.,:;'/\_-+#@()$%&!?*[]{}<>|^~"`)

func ps1Text(s string) string { return ps1Signs.plain(s) }

func ps1String(s string) string { return `'` + strings.ReplaceAll(ps1Text(s), `'`, `''`) + `'` }

// exact returns a text as a string that is the text.
func (p *ps1Page) exact(s string) string {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return p.fail("a name or data has characters beyond ASCII, or control characters")
		}
	}
	if strings.Contains(s, idMark) {
		return p.fail("a name or data looks like the ID of a script")
	}
	return `'` + strings.ReplaceAll(s, `'`, `''`) + `'`
}

// list returns texts as an array.
func (p *ps1Page) list(all []string) string {
	items := make([]string, len(all))
	for i, s := range all {
		items[i] = p.exact(s)
	}
	return "@(" + strings.Join(items, ", ") + ")"
}

func ps1Numbers(all []int) string {
	items := make([]string, len(all))
	for i, n := range all {
		items[i] = strconv.Itoa(n)
	}
	return "@(" + strings.Join(items, ", ") + ")"
}

func ps1Bool(b bool) string {
	if b {
		return "$true"
	}
	return "$false"
}
