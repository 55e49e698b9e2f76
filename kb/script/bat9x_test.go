package script

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

// batScripts returns every script for COMMAND.COM of the content, by its article and file.
func batScripts(t testing.TB) map[string]Script {
	t.Helper()
	all := map[string]Script{}
	for name := range fixesOf(t) {
		p := planFor(t, name)
		for _, st := range p.Stages {
			if s, err := Render(p, "bat9x", st.Number); err == nil {
				all[strings.Fields(name)[0]+" "+s.File] = s
			}
		}
	}
	return all
}

func TestTheScriptsForCommandComAreThoseThatItCanExpress(t *testing.T) {
	want := []string{"Q238864 reinstall-9x-1.bat", "Q238864 reinstall-9x-2.bat", "Q238865 collect-1.bat", "Q238865 reinstall-9x-1.bat",
		"Q238865 reinstall-9x-2.bat", "Q238865 wait-9x-2.bat", "Q238865 wait-9x-3.bat", "Q256986 export-on-9x-1.bat"}
	all := batScripts(t)
	if got := slices.Sorted(maps.Keys(all)); !slices.Equal(got, want) {
		t.Errorf("the scripts are %q, want %q", got, want)
	}
	for name, s := range all {
		linted(t, s)
		if id, ok := ID(s.Text); !ok || id != s.ID {
			t.Errorf("%s names another ID than its own", name)
		}
		n := strings.Count(s.Text, "\n")
		if most := map[bool]int{true: 108, false: 300}[strings.Contains(name, "collect")]; n > most {
			t.Errorf("%s has %d lines, at most %d", name, n, most)
		}
	}
}

func TestCommandComSaysWhichStepItCannotExpress(t *testing.T) {
	for _, tt := range []struct {
		fix   string
		stage int
		step  string
	}{
		{"Q238865 forget-site", 1, "step 1, Stop unless this is Windows NT 4.0, 2000 or later"},
		{"Q238865 restart", 1, "step 1, Expire"},
		{"Q238865 age-site-9x", 1, "step 2, Stop unless this user"},
	} {
		_, err := Render(planFor(t, tt.fix), "bat9x", tt.stage)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || !strings.HasPrefix(unsupported.Step, tt.step) || unsupported.Dialect != "bat9x" {
			t.Errorf("%s: %v, want that %s is not expressed", tt.fix, err, tt.step)
		}
	}
}

// Each operation is expressed, or refused by name: none is passed over.
func TestCommandComPassesOverNoOperation(t *testing.T) {
	value := program.Target{Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\SOFTWARE\X`}, Name: "n"}
	for _, op := range []program.Op{
		program.MustBe{Platform: "nt"}, program.Look{Target: 1}, program.StopIf{If: program.NoKey, Of: []int{1}}, program.Compare{Target: 1}, program.CompareRest{Target: 1},
		program.Rights{Of: []int{1}}, program.Save{Target: 1}, program.Note{Target: 1}, program.StopService{Service: "x"}, program.StartServices{},
		program.EndProcess{Image: "x.exe"}, program.Remove{Target: 1}, program.Set{Target: 1}, program.Move{From: 1, To: 1}, program.NewRun{},
		program.LookTraces{Traces: program.Traces{Services: []string{"x"}}}, program.Run{Command: program.Command{Program: `%SystemRoot%\System32\net.exe`}},
	} {
		j := jobFor(t, "bat9x", &program.Program{Targets: []program.Target{value}, Steps: []program.Op{program.Step{Number: 7, Effect: "reads", Text: "Try."}, op}})
		_, err := bat9x{}.print(j)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Step != "step 7, Try" {
			t.Errorf("%T: %v, want that step 7 is not expressed", op, err)
		}
	}
	for _, op := range []program.Op{program.OpenRun{}, program.Unchanged{Target: 1}, program.Reopen{}, program.Restore{Target: 1}, program.Reverse{}} {
		j := jobFor(t, "bat9x", &program.Program{Targets: []program.Target{value}, Steps: []program.Op{program.Step{Number: 7, Text: "Try."}}, Guards: []program.Op{op}})
		if _, err := (bat9x{}).print(j); err == nil {
			t.Errorf("%T in an undo is passed over", op)
		}
	}
}

func TestACommandOfWindowsIsRunByItsFullPath(t *testing.T) {
	j := jobFor(t, "bat9x", &program.Program{
		Begin: []program.Op{program.Lock{}},
		Steps: []program.Op{program.Step{Number: 1, Effect: "changes", Text: "Look at the drive."}, program.NewRun{Again: true},
			program.Run{Command: program.Command{Program: `%WINDIR%\COMMAND\SCANDISK.EXE`, Args: []string{"/checkonly"}}}},
	})
	text, err := bat9x{}.print(j)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`start /w %WINDIR%\COMMAND\SCANDISK.EXE /checkonly`, `if exist %WINDIR%\COMMAND\SCANDISK.EXE goto c1`, `if "%CODE%"=="0" goto ok1`} {
		if !strings.Contains(text, want+"\r\n") {
			t.Errorf("the script does not hold the line %s:\n%s", want, text)
		}
	}
	for _, problem := range Lint("bat9x", text) {
		t.Error(problem)
	}
}

func TestALineThatCommandComWouldCutIsRefused(t *testing.T) {
	key := `HKEY_LOCAL_MACHINE\SOFTWARE\` + strings.Repeat("x", 60)
	j := jobFor(t, "bat9x", &program.Program{Steps: []program.Op{program.Step{Number: 1, Text: "Export."}, program.NewRun{Again: true}, program.Export{Step: 1, Keys: []string{key}}}})
	if text, err := (bat9x{}).print(j); err == nil {
		t.Errorf("a line of more than 127 characters is written:\n%s", text)
	}
}

func TestACollectorForCommandComHoldsNoRoutineThatWrites(t *testing.T) {
	text := batScripts(t)["Q238865 collect-1.bat"].Text
	for _, not := range []string{":lock", ":newrun", ":close", ":code", "FIXDESK\\", "md ", "echo x>"} {
		if strings.Contains(text, not) {
			t.Errorf("the collector holds %q", not)
		}
	}
}

// The environment of Windows 95 has room for little more than what Windows itself sets.
func TestAtMostEightVariablesAnd200BytesOfEnvironmentAreUsed(t *testing.T) {
	for name, s := range batScripts(t) {
		states := environments(t, s.Text)
		most, bytes := 0, 0
		for line, env := range states {
			size := 0
			for v, length := range env {
				size += len(v) + len("=") + length + 1
			}
			if len(env) > 8 || size > 200 {
				t.Errorf("%s:%d: %d variables and %d bytes: %v", name, line, len(env), size, env)
			}
			most, bytes = max(most, len(env)), max(bytes, size)
		}
		if left := states[len(states)-1]; len(left) > 0 {
			t.Errorf("%s leaves %v behind", name, left)
		}
		t.Logf("%s: %d variables and %d bytes", name, most, bytes)
		if most < 6 || bytes < 100 {
			t.Errorf("%s: only %d variables and %d bytes were counted", name, most, bytes)
		}
	}
}

// An environment is the variables of a script that may be set, with the greatest length of each.
type environment map[string]int

// given are the lengths of what a script finds: a path of DOS has at most 66 characters, and the folder of the client is one.
var given = map[string]int{"WINDIR": 20, "SMS_LOCAL_DIR": 64, "1": 7, "2": 64, "COMSPEC": 20, "OS": 10}

var (
	batSet  = regexp.MustCompile(`(?i)\bset (\w+)=(.*)$`)
	batGoto = regexp.MustCompile(`\bgoto ([\w%]+)$`)
	batVar  = regexp.MustCompile(`%(\d|\w+%)`)
)

// environments walks all paths of a script and returns what may be set before each line, and behind the last one.
func environments(t testing.TB, text string) []environment {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	labels := map[string]int{}
	for i, line := range lines {
		if label, ok := strings.CutPrefix(line, ":"); ok {
			labels[label] = i
		}
	}
	states := make([]environment, len(lines)+1)
	states[0] = environment{}
	work := []int{0}
	reach := func(i int, env environment) {
		if states[i] == nil {
			states[i] = environment{}
			work = append(work, i)
		}
		for v, length := range env {
			if old, ok := states[i][v]; !ok || old < length {
				states[i][v] = length
				work = append(work, i)
			}
		}
	}
	for steps := 0; len(work) > 0; steps++ {
		if steps > 1e6 {
			t.Fatal("a variable grows without end")
		}
		i := work[0]
		work = work[1:]
		if i == len(lines) {
			continue
		}
		env, line := states[i], lines[i]
		if strings.HasPrefix(line, "rem") || strings.HasPrefix(line, "echo ") || strings.HasPrefix(line, ":") {
			reach(i+1, env)
			continue
		}
		if cleared, ok := strings.CutPrefix(line, "for %%v in ("); ok {
			after := maps.Clone(env)
			for _, v := range strings.Fields(cleared[:strings.Index(cleared, ")")]) {
				delete(after, v)
			}
			reach(i+1, after)
			continue
		}
		set, jump := batSet.FindStringSubmatch(line), batGoto.FindStringSubmatch(line)
		if set != nil {
			reach(i+1, setting(env, set[1], set[2]))
		}
		if jump != nil {
			reach(target(t, labels, lines, jump[1], i), env)
		}
		if set == nil && jump == nil || strings.HasPrefix(line, "if ") || strings.HasPrefix(line, "for ") {
			reach(i+1, env)
		}
	}
	for i, env := range states {
		if env == nil && (i == len(lines) || lines[i] != "" && !strings.HasPrefix(lines[i], "rem ====")) {
			t.Errorf("no path comes to line %d: %s", i+1, lines[min(i, len(lines)-1)])
		}
	}
	return states
}

// setting returns the environment behind a set.
func setting(env environment, name, value string) environment {
	after := maps.Clone(env)
	name = strings.ToUpper(name)
	delete(after, name)
	length := len(batVar.ReplaceAllString(strings.ReplaceAll(value, "%%m", "verify"), ""))
	if strings.HasSuffix(value, "%%n") {
		length -= len("%%n") - 1
	}
	for _, m := range batVar.FindAllStringSubmatch(strings.ReplaceAll(value, "%%n", ""), -1) {
		v := strings.TrimSuffix(m[1], "%")
		if l, ok := given[v]; ok {
			length += l
		} else {
			length += env[v]
		}
	}
	if value != "" {
		after[name] = length
	}
	return after
}

// target returns the line of a label. A label with the number of the step is one of a program that was run.
func target(t testing.TB, labels map[string]int, lines []string, label string, from int) int {
	t.Helper()
	if label == "run%STEP%" {
		for name, i := range labels {
			if regexp.MustCompile(`^run\d+$`).MatchString(name) {
				return i
			}
		}
	}
	i, ok := labels[label]
	if !ok {
		t.Fatalf("line %d jumps to %s, which is nowhere: %s", from+1, label, lines[from])
	}
	return i
}

// An empty variable stands for a set that found no room. Only a refusal, or an argument that was not given, may follow from it.
func TestAnEmptyVariableNeverMeansGood(t *testing.T) {
	empty := regexp.MustCompile(`if (not )?"%([A-Z_]+)%"=="" (.*)`)
	equal := regexp.MustCompile(`if not "%([A-Z]+)%"=="(\w+)" goto (\w+)`)
	refuses := []string{"not9x", "norun", "noroom", "result", "unsure"}
	for name, s := range batScripts(t) {
		for line := range strings.Lines(s.Text) {
			line = strings.TrimSpace(line)
			if m := empty.FindStringSubmatch(line); m != nil && m[1] == "" {
				if to := strings.TrimPrefix(m[3], "goto "); !slices.Contains(refuses, to) {
					t.Errorf("%s: an empty %s goes on: %s", name, m[2], line)
				}
			}
			if m := equal.FindStringSubmatch(line); m != nil && m[1] == "THERE" && !slices.Contains(refuses, m[3]) {
				t.Errorf("%s: an empty THERE goes on: %s", name, line)
			}
		}
		if looks := strings.Count(s.Text, "set THERE=no\r\n"); looks > strings.Count(s.Text, " goto unsure\r\n") {
			t.Errorf("%s looks for traces and does not stop where it cannot know", name)
		}
		if !strings.Contains(s.Text, fmt.Sprintf("if not \"%%CODE%%\"==\"%s\" goto noroom\r\n", "abcdefghijklmnopqrstuvwxyz")) {
			t.Errorf("%s does not read back the last variable that it sets", name)
		}
	}
}

func TestDoubtsAndEffectsStandInAScriptForCommandCom(t *testing.T) {
	p := planFor(t, "Q238865 wait-9x")
	for _, st := range p.Stages[1:] {
		s, err := Render(p, "bat9x", st.Number)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(strings.ReplaceAll(s.Text, "\r\nrem", "")), " ")
		for _, d := range p.Doubts {
			if want := strings.Join(strings.Fields("Not certain: "+bat9xSigns.plain(d)), " "); !strings.Contains(text, want) {
				t.Errorf("stage %d does not say %q", st.Number, want)
			}
		}
		for _, step := range st.Steps {
			if effect := map[bool]string{true: "person", false: ""}[step.By() == plan.Person]; effect != "" && !strings.Contains(text, effect+" "+strings.Fields(step.Does())[0]) {
				t.Errorf("stage %d does not say that a person does %q", st.Number, step.Does())
			}
		}
	}
}
