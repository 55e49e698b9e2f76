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

// vbs writes for the Windows Script Host, which Windows 98, Me, 2000 and later have and Windows 95 and NT 4.0 can get. It is the dialect
// that can do everything. It reads the registry by an export of regedit and writes it by importing a file, because RegWrite knows no
// lists and RegDelete no keys with subkeys.
//
// The plan is subroutines without a condition: Begin, Steps, Looks, Guards and Back, a line for an operation. Every routine of the engine
// does nothing once the run has to stop, or where the mode is another one. Two functions of the plan say what differs from target to
// target: StateOf returns the state of a target as a text, Changing what the plan makes of such a state.
//
// Exit codes: 10 ok, 11 nothing-to-do, 12 refused, 13 failed, 14 rolled-back, 15 started. The host returns 0 for a script that it could
// not read, so 0 is none of them.
//
// Quoting. A string stands in double quotes, and the one thing in it that could end it, a double quote, is doubled. There are no
// escapes. A comment ends with its line. Text is held to printable ASCII, which leaves no line end, and does not end with an
// underscore, which would join the next line. An equals sign is taken out of it, so that no text can look like the ID of the script.
// Names and data are not replaced but refused: see vbsData.
type vbs struct{}

func init() { dialects["vbs"] = vbs{} }

//go:embed lib/vbs.vbs
var vbsFile string

var vbsLibrary = func() *library {
	l := newLibrary(vbsFile, regexp.MustCompile(`(?m)^(?:Sub|Function|Dim) (\w+)`), regexp.MustCompile(`\b(\w+)\b`))
	for i, r := range l.routines {
		l.routines[i].calls = l.called(vbsCode(r.text)) // a comment calls nothing
	}
	return l
}()

func (vbs) extension() string { return ".vbs" }

func (vbs) print(j *job) (string, error) {
	j.step = program.Step{Number: j.first, Text: j.steps[0].Does()}
	if !j.scripted() {
		return "", j.unsupported("a person does all of it")
	}
	p := &vbsPage{job: j}
	p.head()
	p.line("' ==== THE PLAN")
	p.course()
	for _, part := range []struct {
		name string
		ops  []program.Op
	}{{"Begin", j.Begin}, {"Steps", j.Steps}, {"Looks", j.Looks}, {"Guards", j.Guards}, {"Back", j.Back}} {
		p.line("Sub ", part.name)
		for _, op := range part.ops {
			p.op(op)
		}
		if part.name == "Looks" && j.Changes() {
			p.call("Remark", `"show"`, vbsString(program.Words("nothing-was-changed", "apply", "/apply")))
		}
		p.line("End Sub")
	}
	p.targets()
	if p.err != nil {
		return "", p.err
	}
	if strings.Contains(vbsLibrary.needed(vbsCode(p.String())), "Viewer()") {
		p.viewer()
	}
	p.line("' ==== THE ENGINE: the same in every script of this kind; lib/vbs.vbs of Fixdesk has its remarks")
	for line := range strings.Lines(vbsLibrary.needed(vbsCode(p.String()))) {
		if line != "\n" && !strings.HasPrefix(line, "'") {
			p.WriteString(line)
		}
	}
	return crlf(p.String()), nil
}

// vbsCode returns a text without its comments and strings: what is left may name a routine.
func vbsCode(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(codeOf("vbs", strings.TrimSuffix(line, "\n")) + "\n")
	}
	return b.String()
}

// A vbsPage is a script in the making.
type vbsPage struct {
	*job
	strings.Builder
	err error // the first thing that the dialect cannot express
}

// line appends one line made of its parts.
func (p *vbsPage) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

// call appends a call of a routine.
func (p *vbsPage) call(routine string, args ...string) {
	p.line("  ", strings.TrimSuffix(routine+" "+strings.Join(args, ", "), " "))
}

func (p *vbsPage) comment(s string) {
	for i, l := range wrap(vbsText(s), 130) {
		if i > 0 {
			l = "      " + l
		}
		p.line("' ", l)
	}
}

// head writes what the script is, and how it is called.
func (p *vbsPage) head() {
	p.line("' ==== WHAT THIS IS")
	p.comment("Fixdesk: " + p.title() + ". From " + p.source() + ".")
	p.comment(p.plan.Goal())
	for _, doubt := range p.plan.Doubts {
		p.comment("Not certain: " + doubt)
	}
	p.comment("Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back, 15 started.")
	p.line("Option Explicit")
	p.line(`Const RESULT = "FIXDESK-RESULT v=1 fix=`, p.plan.Name(), " ", idMark, zeros, `"`)
	p.line("Const HOLDER = ", map[bool]string{false: `"WINDIR"`, true: `"USERPROFILE"`}[p.User])
	p.line("Sub Usage")
	for _, u := range p.usage("/") {
		p.call("WScript.Echo", vbsString(u))
	}
	p.line("End Sub")
}

// course writes the parts of a run. An error of the host ends the part in which it happens.
func (p *vbsPage) course() {
	p.line("Sub Course")
	p.call("On Error Resume Next")
	part := func(routine string, args ...string) {
		p.call(strings.TrimSpace(routine+" "+strings.Join(args, ", ")) + " : Catch Err.Number, Err.Description")
	}
	part("Carry")
	if p.Changes() {
		if p.Undoable() {
			part("PutBack")
		}
		if len(p.Services) > 0 {
			part("StartLeft", vbsArray(p.services()))
		}
		part("CloseRun")
	}
	p.call("Finish")
	p.line("End Sub")
}

// services returns the services in the order in which they are started.
func (p *vbsPage) services() []string {
	var names []string
	for i := len(p.Services) - 1; i >= 0; i-- {
		names = append(names, p.data(p.Services[i]))
	}
	return names
}

// viewer writes which regedit is used: 64-bit Windows has one for each view of the registry.
func (p *vbsPage) viewer() {
	p.line("Function Viewer() : Viewer = Regedit", p.View, "() : End Function")
}

// targets writes what the targets are, their states, and what the plan makes of these.
func (p *vbsPage) targets() {
	p.line("Sub Targets")
	for i, t := range p.Targets {
		for _, k := range t.Keys {
			if strings.ContainsAny(k, `%"|`) {
				p.fail("the name of a key has a percent sign, a quote or a stroke, which the command line of regedit does not take")
			}
		}
		p.call("Target", strconv.Itoa(i+1), p.data(vbsName(t)), p.data(strings.Join(t.Keys, "|")))
	}
	p.line("End Sub")
	if len(p.Targets) > 99 {
		p.fail("it has more than 99 targets")
	}
	if len(p.Targets) == 0 {
		return
	}
	p.line("' How target n is now.")
	p.line("Function StateOf(n)")
	for i, t := range p.Targets {
		p.line("  If n = ", strconv.Itoa(i+1), " Then StateOf = ", p.state(t))
	}
	p.line("End Function")
	p.line("' What the plan makes of target n that was in a state.")
	p.line("Function Changing(n, was)")
	for i, t := range p.Targets {
		p.line("  If n = ", strconv.Itoa(i+1), " Then Changing = ", p.changing(t))
	}
	p.line("End Function")
}

func vbsName(t program.Target) string {
	switch {
	case t.Kind == program.Key:
		return t.Keys[0]
	case t.Kind == program.Ini:
		return t.Item
	case len(t.Keys) == 0:
		return t.Path.Name
	}
	return t.Name
}

// state returns the call that looks at a target.
func (p *vbsPage) state(t program.Target) string {
	switch t.Kind {
	case program.Key:
		return "KeyState(n)"
	case program.Value, program.Element:
		return fmt.Sprintf("%s(n, %s)", map[bool]string{false: "ValueState", true: "MadeState"}[t.Make], vbsString(vbsPrefix(t)))
	case program.Entry:
		return "EntryState(n, " + p.data(p.beside(t)) + ")"
	case program.Ini:
		return fmt.Sprintf("IniState(n, %s, %s, %s)", p.place(t.Path), p.data(t.Section), p.data(t.Item))
	case program.File:
		if t.From != (program.Path{}) {
			return fmt.Sprintf("CopyState(n, %s, %s)", p.place(t.Path), p.place(t.From))
		}
		return fmt.Sprintf("FileState(%s)", p.place(t.Path))
	case program.Attributes:
		return fmt.Sprintf("AttributeState(n, %s)", p.place(t.Path))
	case program.Line:
		return fmt.Sprintf("LineState(n, %s, %s, %s, %s)", p.place(t.Path), p.data(t.Edit.Label), p.data(t.Edit.Old), p.data(t.Edit.Line()))
	}
	p.fail("it knows no target of the kind " + string(t.Kind))
	return ""
}

// beside returns the names of the targets under the key of an entry, between strokes.
func (p *vbsPage) beside(t program.Target) string {
	names := "|"
	for _, other := range p.Targets {
		if slices.Equal(other.Keys, t.Keys) && other.Kind != program.Key {
			names += other.Name + "|"
		}
	}
	return names
}

// vbsPrefix returns how the wanted data of a value begins in an export, empty where any data will do.
func vbsPrefix(t program.Target) string {
	if t.Kind == program.Element {
		return "hex(7):"
	}
	if t.Want == nil {
		return ""
	}
	return map[program.Type]string{program.SZ: `"`, program.Expand: "hex(2):", program.DWord: "dword:", program.Binary: "hex:", program.Multi: "hex(7):"}[t.Want.Type]
}

// changing returns the call that makes of a state what the plan wants.
func (p *vbsPage) changing(t program.Target) string {
	switch t.Kind {
	case program.Key:
		return `"-"`
	case program.Value:
		if t.MovedFrom > 0 {
			return fmt.Sprintf("WithValue(n, was, DataOf(LineIn(SavedState(%d))))", t.MovedFrom)
		}
		return "WithValue(n, was, " + p.value(t.Want) + ")"
	case program.Element:
		return fmt.Sprintf("WithElement(n, was, %s, %s)", p.data(t.Item), vbsBool(t.Want != nil))
	case program.Entry:
		return "WithoutEntry(n, was)"
	case program.Ini:
		if t.Want == nil {
			return "WithoutItem(was)"
		}
		return p.data("=" + t.Want.Text)
	case program.File:
		switch {
		case t.MovedFrom > 0:
			return fmt.Sprintf("SavedState(%d)", t.MovedFrom)
		case t.From != (program.Path{}):
			return fmt.Sprintf("Copying(n, %s)", p.place(t.From))
		}
		return `""`
	case program.Attributes:
		return fmt.Sprintf("WithAttributes(was, %s)", p.data(t.Want.Text))
	}
	switch {
	case t.Edit.First != "":
		return fmt.Sprintf("WithFirst(was, %s)", p.data(t.Edit.First))
	case t.Edit.Old != "":
		return fmt.Sprintf("WithLine(was, %s, %s)", p.data(t.Edit.Old), p.data(t.Edit.New))
	}
	return fmt.Sprintf("WithLast(was, %s)", p.data(t.Edit.New))
}

// value returns data as it stands in an export.
func (p *vbsPage) value(d *program.Data) string {
	if d == nil {
		return `""`
	}
	switch d.Type {
	case program.SZ:
		return "Quoted(" + p.data(d.Text) + ")"
	case program.Expand:
		return "Expand(" + p.data(d.Text) + ")"
	case program.DWord:
		return p.data("dword:" + strings.ToLower(d.Text))
	case program.Binary:
		var pairs []string
		for text := strings.ToLower(d.Text); len(text) > 1; text = text[2:] {
			pairs = append(pairs, text[:2])
		}
		return p.data("hex:" + strings.Join(pairs, ","))
	}
	return "Multi(" + vbsArray(p.all(d.List)) + ")"
}

func (p *vbsPage) place(path program.Path) string {
	return fmt.Sprintf("Place(%s, %s)", vbsString(string(path.In)), p.data(path.Name))
}

// The quoting.

var vbsSigns = lettersAnd(`.,:;'/\_-+#@()$%&!?*[]{}<>|^~"`)

func vbsText(s string) string { return strings.TrimRight(vbsSigns.plain(s), "_ ") }

// vbsString returns a text as a literal.
func vbsString(s string) string { return vbsLiteral(vbsText(s)) }

func vbsLiteral(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

func vbsBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

func vbsArray(literals []string) string { return "Array(" + strings.Join(literals, ", ") + ")" }

// data returns a name or a piece of data as a literal, unchanged. It refuses what a file in the code page of the computer may not hold.
func (p *vbsPage) data(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) {
		p.fail("a name or a piece of data has a character that is not printable ASCII")
	}
	if strings.Contains(s, idMark+zeros) {
		p.fail("a piece of data looks like the ID of the script")
	}
	if len(s) > 380 {
		p.fail("a piece of data is longer than a line")
	}
	return vbsLiteral(s)
}

func (p *vbsPage) all(texts []string) []string {
	literals := make([]string, len(texts))
	for i, s := range texts {
		literals[i] = p.data(s)
	}
	return literals
}

// fail notes what the dialect cannot express, of the step that is being printed.
func (p *vbsPage) fail(why string) {
	if p.err == nil {
		p.err = p.unsupported(why)
	}
}

// platforms are the sentences for another family of Windows.
var vbsPlatforms = map[string]string{string(plan.NT): "not-nt", string(plan.Win9x): "not-9x"}
