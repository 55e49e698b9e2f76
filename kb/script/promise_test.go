package script

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/program"
)

// bound returns the plan of a fix for a computer with dead sites of these codes.
func bound(t testing.TB, f plan.Fix, codes ...string) plan.Plan {
	t.Helper()
	p, err := plan.Combine(f)
	if err != nil {
		t.Fatal(err)
	}
	var known []facts.Fact
	for _, need := range p.Needs() {
		known = append(known, facts.Fact{Name: need, Values: codes})
	}
	if p, err = p.Bind(facts.Of(known...)); err != nil {
		t.Fatal(err)
	}
	return p
}

// A renderedScript is a script with the plan and the program that it prints.
type renderedScript struct {
	Script
	plan  plan.Plan
	stage plan.Stage
	prog  *program.Program
}

// renderedScripts returns every script of the content, for one code and for two, and one for every verb, in every dialect that has it.
func renderedScripts(t testing.TB) []renderedScript {
	t.Helper()
	fixes := slices.AppendSeq(plantest.Fixes(t), maps.Values(fixesOf(t)))
	var all []renderedScript
	for _, f := range fixes {
		for _, codes := range [][]string{{"BRI"}, {"BRI", "S00"}} {
			p := bound(t, f, codes...)
			for _, stage := range p.Stages {
				if !stage.Scripted() {
					continue
				}
				prog, _, err := p.Program(stage.Number)
				if err != nil {
					t.Fatal(err)
				}
				for _, dialect := range Dialects() {
					s, err := Render(p, dialect, stage.Number)
					var unsupported *UnsupportedError
					switch {
					case errors.As(err, &unsupported):
					case err != nil:
						t.Errorf("%s stage %d in %s: %v", f.Name, stage.Number, dialect, err)
					default:
						all = append(all, renderedScript{s, p, stage, prog})
					}
				}
			}
		}
	}
	return all
}

// TestEveryScriptKeepsItsPromises reads the text of every script.
func TestEveryScriptKeepsItsPromises(t *testing.T) {
	if testing.Short() {
		t.Skip("every script")
	}
	all := renderedScripts(t)
	if len(all) < 150 {
		t.Errorf("only %d scripts were rendered", len(all))
	}
	for _, s := range all {
		for _, broken := range brokenPromises(s) {
			t.Errorf("%s in %s: %s", s.File, s.Dialect, broken)
		}
	}
}

// brokenPromises returns what a script does not keep to.
func brokenPromises(s renderedScript) []string {
	broken := Lint(s.Dialect, s.Text)
	report := func(format string, args ...any) { broken = append(broken, fmt.Sprintf(format, args...)) }
	for _, k := range keysIn(s.Text) {
		if !slices.ContainsFunc(allowedKeys(s), func(a string) bool { return belongs(k, a) }) {
			report("it names the key %s, which the plan does not", k)
		}
	}
	said := words(s.Text)
	for _, doubt := range s.plan.Doubts {
		if !strings.Contains(said, words(doubt)) {
			report("it does not say the doubt %q", doubt)
		}
	}
	for _, step := range s.stage.Steps {
		if !strings.Contains(said, words(step.Does())) {
			report("it does not say the step %q", step.Does())
		}
	}
	for _, name := range s.prog.Services {
		if s.Dialect != "md" && s.Dialect != "reg" && !strings.Contains(s.Text, name) {
			report("it does not name the service %s, which it stops", name)
		}
	}
	if lines := parts(s.Text); s.Dialect != "md" && s.Dialect != "reg" && s.Dialect != "bat9x" && (lines[1] < 10 || lines[1] > maxPlan) {
		report("its plan has %d lines, from 10 to %d", lines[1], maxPlan)
	}
	if _, whole := ID(s.Text); !whole || strings.Count(s.Text, idMark+s.ID) != 1 {
		report("it does not name its own ID once")
	}
	return append(append(broken, effectsOf(s)...), missingCalls(s)...)
}

// maxPlan is how many lines a person reads at most to know what a script does.
const maxPlan = 130

// words returns the letters and digits of a text: a dialect may wrap a sentence, begin each line as a remark and replace signs.
func words(text string) string {
	return strings.Join(word.FindAllString(remarks.Replace(text), -1), " ")
}

var (
	word    = regexp.MustCompile(`[A-Za-z0-9]+`)
	remarks = strings.NewReplacer("\nrem ", "\n", "percent", "")
)

var keyForm = regexp.MustCompile(`HKEY_[A-Z_]+(?:\\[A-Za-z0-9_. -]+)+`)

func keysIn(text string) []string {
	var all []string
	for _, k := range keyForm.FindAllString(text, -1) {
		k, _, _ = strings.Cut(k, " is not ") // a sentence goes on
		k, _, _ = strings.Cut(k, " could not ")
		if k = strings.TrimRight(k, ". -"); !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	return all
}

// allowedKeys are those that a script may name: what its program looks at, exports and changes, and what every script reads.
func allowedKeys(s renderedScript) []string {
	keys := slices.Clone(alwaysRead)
	for _, t := range s.prog.Targets {
		keys = append(keys, t.Keys...)
	}
	for _, op := range slices.Concat(s.prog.Begin, s.prog.Steps, s.prog.Looks) {
		switch op := op.(type) {
		case program.Export:
			keys = append(keys, op.Keys...)
		case program.LookTraces:
			keys = append(keys, op.Keys...)
		case program.Collect:
			keys = append(keys, `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client`)
		}
	}
	for _, step := range s.stage.Steps { // a sentence may name a key in its short spelling
		keys = append(keys, keysIn(step.Does())...)
	}
	return keys
}

// alwaysRead are keys that every Windows has and that a script reads to see whether it can read any, and those that it keeps services in.
var alwaysRead = []string{`HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control`, `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services`, `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows`,
	`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion`}

// belongs reports whether a key is the other one, lies below it or above it.
func belongs(k, allowed string) bool {
	k, allowed = strings.ToLower(k), strings.ToLower(allowed)
	return k == allowed || strings.HasPrefix(k, allowed+`\`) || strings.HasPrefix(allowed, k+`\`)
}

// effectsOf returns the steps whose effect a script names otherwise than its plan.
func effectsOf(s renderedScript) []string {
	var broken []string
	for _, op := range slices.Concat(s.prog.Steps, s.prog.Looks) {
		step, ok := op.(program.Step)
		if !ok {
			continue
		}
		line := regexp.MustCompile(`(?i)(^|[^0-9])` + fmt.Sprint(step.Number) + `[^0-9a-z]+` + step.Effect + `\b`)
		if s.Dialect != "md" && !line.MatchString(s.Text) {
			broken = append(broken, fmt.Sprintf("it does not say that step %d %s", step.Number, step.Effect))
		}
	}
	return broken
}

// calls are the routines that carry the operations out, by dialect and operation. A batch file, a vbs script and one in PowerShell have
// one line for an operation.
var calls = map[string]map[string]string{
	"cmd": {
		"Rights": `:rights\b`, "Look": `:look #\b`, "StopIf": `:stop\w*`, "NewRun": `:new_run`, "Export": `:export_key`, "Save": `:save #\b`,
		"StopService": `:stop_service`, "StartServices": `:start_services`, "EndProcess": `:end_process`, "Note": `:note T#\b`,
		"Remove": `:remove #\b`, "Set": `:(set_value|write_line) #\b`, "Compare": `:compare #\b`, "CompareRest": `:compare_rest #\b`,
		"OpenRun": `:open_run`, "Unchanged": `:unchanged #\b`, "Reopen": `:note OPEN`, "Restore": `:restore #\b`, "Run": `:run\b`, "Reverse": `:reverse\b`,
	},
	"vbs": {
		"Rights": `\w*Rights\w*\b`, "Look": `Look #\b`, "StopIf": `(StopIf|Halt|Stop)\w*`, "NewRun": `NewRun`, "Export": `ExportKeys`, "Save": `Save(File)? #\b`,
		"StopService": `StopService`, "StartServices": `StartServices`, "EndProcess": `EndProcess`, "Note": `Note #\b`,
		"Remove": `(Change|Delete)\w* #\b`, "Set": `\w*Change\w* #\b`, "Compare": `Compare #\b`, "CompareRest": `CompareRest #\b`,
		"OpenRun": `OpenRun`, "Unchanged": `Unchanged #\b`, "Reopen": `Reopen`, "Restore": `Restore\w* #\b`, "Run": `Run\w*`, "Reverse": `Reverse\w*`,
	},
	"ps1": {
		"Rights": `Assert-Rights`, "Look": `Find-Target #\b`, "StopIf": `Stop-(If|Later|Run)`, "NewRun": `New-Run`, "Export": `Export-Keys`, "Save": `Save-Target #\b`,
		"StopService": `Stop-NamedService`, "StartServices": `Start-NotedServices`, "EndProcess": `Stop-Image`, "Note": `Add-Note #\b`,
		"Remove": `Remove-Target #\b`, "Set": `Set-Target #\b`, "Compare": `Compare-Target #\b`, "CompareRest": `Compare-Rest #\b`,
		"OpenRun": `Open-LastRun`, "Unchanged": `Assert-Unchanged #\b`, "Reopen": `Restart-Run`, "Restore": `Restore-Target #\b`, "Run": `Invoke-Program`, "Reverse": `Undo-Program`,
	},
}

// missingCalls returns the operations of the program that the plan of a script does not carry out, in their order.
func missingCalls(s renderedScript) []string {
	table := calls[s.Dialect]
	if table == nil {
		return nil
	}
	_, text, _ := strings.Cut(s.Text, "THE PLAN")
	text, _, _ = strings.Cut(text, "THE ENGINE")
	var missing []string
	for _, part := range [][]program.Op{s.prog.Steps, s.prog.Looks, s.prog.Guards, s.prog.Back} {
		for _, op := range part {
			kind := strings.TrimPrefix(fmt.Sprintf("%T", op), "program.")
			call, known := table[kind]
			if r, ok := op.(program.Rights); !known || ok && len(r.Of) == 0 { // no target, nothing to try
				continue
			}
			call = strings.ReplaceAll(call, "#", targetOf(op))
			at := regexp.MustCompile(`(?m)^\s*(?:call )?` + call).FindStringIndex(text)
			if at == nil {
				missing = append(missing, fmt.Sprintf("the plan does not carry out %s %s, or not in its place", kind, targetOf(op)))
				continue
			}
			text = text[at[1]:]
		}
	}
	return missing
}

// targetOf returns the number of the target of an operation, as text.
func targetOf(op program.Op) string {
	v := reflect.ValueOf(op)
	if v.Kind() == reflect.Struct {
		if f := v.FieldByName("Target"); f.IsValid() {
			return fmt.Sprint(f.Int())
		}
	}
	return ""
}

// TestAPlanThatLacksALineBreaksAPromise takes one line after the other out of the plans of scripts, and lets each one speak of another
// target, another service or another effect. The reader of promises must notice.
func TestAPlanThatLacksALineBreaksAPromise(t *testing.T) {
	if testing.Short() {
		t.Skip("every line of every plan")
	}
	tried := 0
	for _, s := range renderedScripts(t) {
		if calls[s.Dialect] == nil || !strings.HasPrefix(s.File, "forget-site-1") && !strings.HasPrefix(s.File, "age-site-1") || len(s.prog.Targets) > 2 {
			continue
		}
		for name, mutant := range mutantsOf(s) {
			tried++
			broken := brokenPromises(mutant)
			if len(broken) == 0 {
				t.Errorf("%s in %s: %s, and nothing notices", s.File, s.Dialect, name)
				continue
			}
			t.Logf("%s: %s\n    noticed: %s", s.Dialect, name, broken[0])
		}
	}
	if tried < 100 {
		t.Errorf("only %d mutants were tried", tried)
	}
}

var (
	stepLine = regexp.MustCompile(`(?m)^\s*(?:call :step|Task|Write-Step) \d+.*\r\n`)
	changes  = regexp.MustCompile(`(?m)^(\s*(?:call :step|Task|Write-Step) \d+,? ['"]?)changes`)
)

// mutantsOf returns a script with one thing of its plan or its head changed, by what was changed. The ID is made anew, so that it is
// not the ID that gives the change away.
func mutantsOf(s renderedScript) map[string]renderedScript {
	all := map[string]renderedScript{}
	add := func(name, text string) {
		if text == s.Text {
			return
		}
		m := s
		m.Text = text
		id, _ := ID(text)
		at := strings.Index(text, idMark) + len(idMark)
		m.Text = text[:at] + id + text[at+len(id):]
		all[name] = m
	}
	start, end := strings.Index(s.Text, "THE PLAN"), strings.Index(s.Text, "THE ENGINE")
	lines := regexp.MustCompile(`(?m)^.*\r\n`)
	for i, at := range lines.FindAllStringIndex(s.Text[start:end], -1) {
		line := s.Text[start+at[0] : start+at[1]]
		if slices.ContainsFunc(slices.Collect(maps.Values(calls[s.Dialect])), func(c string) bool {
			return regexp.MustCompile(`^\s*(?:call )?` + strings.ReplaceAll(c, "#", `\d`)).MatchString(line)
		}) {
			add(fmt.Sprintf("line %d of the plan is dropped: %s", i, strings.TrimSpace(line)), s.Text[:start+at[0]]+s.Text[start+at[1]:])
		}
	}
	for i, at := range stepLine.FindAllStringIndex(s.Text, -1) {
		add(fmt.Sprintf("step %d is not said", i+1), s.Text[:at[0]]+s.Text[at[1]:])
	}
	add("a change is called a look", changes.ReplaceAllString(s.Text, "${1}reads"))
	for _, doubt := range s.plan.Doubts {
		first := strings.Fields(doubt)[0:4]
		add("a doubt is dropped: "+doubt, strings.Replace(s.Text, strings.Join(first, " "), "It is certain that", 1))
	}
	add("another hive", strings.ReplaceAll(s.Text, `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS`, `HKEY_USERS\.DEFAULT\Software\Microsoft\SMS`))
	add("another key", strings.ReplaceAll(s.Text, `SMS\Client\InstalledSites`, `SMS\Client\Installed`))
	return all
}
