package script

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/program"
)

// vbsScripts returns every script of the content and of the verbs, by the name of its fix and its stage.
func vbsScripts(t *testing.T) map[string]Script {
	t.Helper()
	plans := map[string]plan.Plan{}
	for name := range fixesOf(t) {
		plans[name] = planFor(t, name)
	}
	for _, f := range plantest.Fixes(t) {
		p, err := plan.Combine(f)
		if err != nil {
			t.Fatal(err)
		}
		if plans["verb "+f.Name], err = p.Bind(facts.Of()); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]Script{}
	for name, p := range plans {
		for _, stage := range p.Stages {
			s, err := Render(p, "vbs", stage.Number)
			var refused *UnsupportedError
			if errors.As(err, &refused) && refused.Why == "a person does all of it" {
				continue
			}
			if err != nil {
				t.Errorf("%s, stage %d: %v", name, stage.Number, err)
				continue
			}
			all[s.File+" of "+name] = s
		}
	}
	return all
}

func TestEveryVbsScriptKeepsToItsSubsetAndSize(t *testing.T) {
	for name, s := range vbsScripts(t) {
		linted(t, s)
		if strings.Count(s.Text, "script=") != 1 {
			t.Errorf("%s holds its ID %d times", name, strings.Count(s.Text, "script="))
		}
		if id, ok := ID(s.Text); !ok || id != s.ID {
			t.Errorf("%s names the ID %s, want %s", name, id, s.ID)
		}
		if lines := strings.Count(s.Text, "\n"); strings.Contains(name, "collect") && lines > 300 {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
}

func TestTheSamePlanGivesTheSameVbsBytes(t *testing.T) {
	first, second := vbsScripts(t), vbsScripts(t)
	for name, s := range first {
		if second[name].Text != s.Text {
			t.Errorf("%s is another text the second time", name)
		}
	}
}

func TestAVbsScriptSaysItsDoubts(t *testing.T) {
	p := planFor(t, "Q238865 forget-site")
	s, err := Render(p, "vbs", 1)
	if err != nil {
		t.Fatal(err)
	}
	remarks := strings.Join(strings.Fields(strings.ReplaceAll(s.Text, "\r\n' ", " ")), " ")
	for _, doubt := range p.Doubts {
		if !strings.Contains(remarks, strings.Join(strings.Fields(vbsText(doubt)), " ")) {
			t.Errorf("the script does not say: %s", doubt)
		}
	}
}

// plan part of a script: from its heading to that of the engine.
func vbsPlan(text string) string {
	_, rest, _ := strings.Cut(text, "' ==== THE PLAN")
	body, _, _ := strings.Cut(rest, "' ==== THE ENGINE")
	return body
}

func TestThePlanOfAVbsScriptHasNoConditionsAndNoJumps(t *testing.T) {
	for name, s := range vbsScripts(t) {
		operations, _, _ := strings.Cut(vbsPlan(s.Text), "Sub Targets")
		if m := regexp.MustCompile(`(?m)^\s*(If|For|Do|GoTo|Select|While)\b.*`).FindString(vbsCode(strings.ReplaceAll(operations, "\r", ""))); m != "" {
			t.Errorf("%s: %s", name, m)
		}
	}
}

func TestTheEngineOfAVbsScriptIsTheLibrary(t *testing.T) {
	bare := "\n"
	for line := range strings.Lines(sentences(vbsFile)) {
		if line != "\n" && !strings.HasPrefix(line, "'") {
			bare += line
		}
	}
	for name, s := range vbsScripts(t) {
		_, engine, _ := strings.Cut(strings.ReplaceAll(s.Text, "\r", ""), "' ==== THE ENGINE")
		_, engine, _ = strings.Cut(engine, "\n")
		for _, routine := range vbsRoutines(engine) {
			if !strings.Contains(bare, "\n"+routine) {
				t.Errorf("%s has a routine that is not that of the library:\n%s", name, routine)
			}
		}
	}
}

// vbsRoutines returns the routines of a text.
func vbsRoutines(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if starts := regexp.MustCompile(`^(Sub|Function) `).MatchString(line); starts || len(all) == 0 {
			all = append(all, "")
		}
		all[len(all)-1] += line
	}
	return all
}

func TestACollectorInVbsHoldsNoRoutineThatChanges(t *testing.T) {
	s, err := Render(planFor(t, "Q238865 collect"), "vbs", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, routine := range []string{"WriteFile", "WriteReg", "Import", "Change", "Restore", "NewRun", "StopService", "Net", "RunLine"} {
		if regexp.MustCompile(`\b(Sub|Function) ` + routine + `\b`).MatchString(s.Text) {
			t.Errorf("it holds %s", routine)
		}
	}
}

// vbsOps prints operations of a program and returns the lines of the plan.
func vbsOps(t *testing.T, p *program.Program) (string, error) {
	t.Helper()
	text, err := vbs{}.print(jobFor(t, "vbs", p))
	return vbsPlan(text), err
}

func TestEveryOperationHasItsLineInAVbsScript(t *testing.T) {
	value := program.Target{Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\SOFTWARE\A`}, Name: "V", Want: &program.Data{Type: program.SZ, Text: `C:\x;100% "q" a=b`}}
	file := program.Target{Kind: program.File, Path: program.Path{In: program.Windows, Name: "a.dat"}}
	ini := program.Target{Kind: program.Ini, Path: program.Path{In: program.Windows, Name: "a.ini"}, Section: "s", Item: "i", Want: &program.Data{Text: "d"}}
	attributes := program.Target{Kind: program.Attributes, Path: program.Path{In: program.System, Name: "a.dll"}, Want: &program.Data{Text: "+r-h"}}
	key := program.Target{Kind: program.Key, Keys: []string{`HKEY_LOCAL_MACHINE\SOFTWARE\A\B`}}
	command := program.Command{Program: `%SystemRoot%\System32\regsvr32.exe`, Args: []string{"/s", "x.dll"}, Undone: []string{"/u", "/s", "x.dll"}}
	for _, tt := range []struct {
		op   program.Op
		line string
	}{
		{program.Step{Number: 3, Effect: "reads", Text: "Look."}, `Task 3, "reads", "Look."`},
		{program.Say{Text: "Hello."}, `"Hello."`},
		{program.MustBe{Platform: "9x"}, `MustBe "9x", `},
		{program.CanRead{}, "CanRead"},
		{program.NeedFolder{Edits: true}, `NeedFolder "apply verify undo", "A.BAT"`},
		{program.Look{Target: 1}, "Look 1"},
		{program.LookTraces{Traces: program.Traces{Services: []string{"svc"}}, Later: true}, `LookTraces "verify", Array("svc"), Array(), Array()`},
		{program.StopIf{If: program.Done, Of: []int{1, 2}, Status: program.NothingToDo, Why: "So."}, `StopIf "done", Array(1, 2), "nothing-to-do", "So."`},
		{program.StopIf{If: program.Alone, Of: []int{5}, Status: program.Refused, Why: "So."}, "LookBeside 5"},
		{program.StopIf{If: program.Present, Of: []int{1}, Status: program.Refused, Why: "So."}, `StopIf "present", Array(1), "refused", "So."`},
		{program.StopIf{If: program.AnyTrace, Status: program.Failed, Why: "So.", Later: true}, `StopWhere "verify", Trace <> "", "failed", "So."`},
		{program.StopIf{If: program.NoTrace, Status: program.Failed, Why: "So."}, `StopWhere "show apply verify", Trace = "", `},
		{program.StopIf{If: program.HasRun, Status: program.Failed, Why: "So."}, `Trace <> "" And LastRun() <> ""`},
		{program.StopIf{If: program.Always, Status: program.Refused, Why: "So."}, `StopWhere "show apply verify undo", True, "refused", "So."`},
		{program.Compare{Target: 1, OrNoKey: true}, "Compare 1, True, "},
		{program.CompareRest{Target: 1}, "CompareRest 1, "},
		{program.Collect{Facts: []string{"client_os"}}, "CollectWindows"},
		{program.Lock{}, "TakeLock"}, {program.NoneOpen{}, "NoneOpen"},
		{program.Rights{Of: []int{1}}, "Rights 1"},
		{program.Rights{Of: []int{2}}, `RightsBeside Place("windows", "a.dat")`},
		{program.NewRun{Again: true}, "NewRun True"},
		{program.Export{Step: 4, Keys: []string{`HKEY_USERS\.DEFAULT`}, None: program.Refused}, `ExportKeys 4, "HKEY_USERS\.DEFAULT", "refused"`},
		{program.Save{Target: 1}, "Save 1"},
		{program.Save{Target: 2}, `SaveFile 2, Place("windows", "a.dat")`},
		{program.Note{Target: 1}, "Note 1"},
		{program.StopService{Service: "svc"}, `StopService "svc"`},
		{program.StartServices{}, `StartServices Array("svc")`},
		{program.EndProcess{Image: "x.exe"}, `EndProcess "x.exe"`},
		{program.Remove{Target: 5}, "Change 5"},
		{program.Set{Target: 1}, "Change 1"},
		{program.Set{Target: 3}, `ChangeIni 3, Place("windows", "a.ini"), "s", "i"`},
		{program.Set{Target: 4}, `ChangeAttributes 4, Place("system", "a.dll")`},
		{program.Remove{Target: 2}, `ChangeFile 2, Place("windows", "a.dat"), ""`},
		{program.Move{From: 1, To: 1}, "MoveValue 1, 1"},
		{program.Move{From: 2, To: 2}, "MoveFile "},
		{program.Run{Command: command, Step: 7}, `RunTool 7, "%SystemRoot%\System32\regsvr32.exe", "/s x.dll", False`},
		{program.Run{Command: program.Command{Program: "A.BAT", Given: true, Later: true}, Step: 8}, `RunGiven 8, "A.BAT", "", True`},
		{program.OpenRun{}, "OpenRun"},
		{program.Unchanged{Target: 1}, "Unchanged 1"},
		{program.Reopen{}, "Reopen"},
		{program.Restore{Target: 1}, "Restore 1"},
		{program.Restore{Target: 2}, "RestoreFile 2, "},
		{program.Restore{Target: 3}, "RestoreIni 3, "},
		{program.Restore{Target: 4}, "RestoreAttributes 4, "},
		{program.Reverse{Command: command, Step: 7}, `Reverse 7, "%SystemRoot%\System32\regsvr32.exe", "/u /s x.dll"`},
	} {
		text, err := vbsOps(t, &program.Program{Targets: []program.Target{value, file, ini, attributes, key}, Services: []string{"svc"}, Folder: []string{"A.BAT"}, Steps: []program.Op{tt.op}})
		if err != nil {
			t.Errorf("%T: %v", tt.op, err)
		}
		if !strings.Contains(text, tt.line) {
			t.Errorf("%T has no line %q:\n%s", tt.op, tt.line, text)
		}
	}
}

func TestDataOfEveryTypeIsWrittenAsRegeditWritesIt(t *testing.T) {
	for want, d := range map[string]program.Data{
		`Quoted("C:\x;100% ""q"" a=b")`: {Type: program.SZ, Text: `C:\x;100% "q" a=b`},
		`Expand("%SystemRoot%\x")`:      {Type: program.Expand, Text: `%SystemRoot%\x`},
		`"dword:0000000a"`:              {Type: program.DWord, Text: "0000000A"},
		`"hex:00,ff,10"`:                {Type: program.Binary, Text: "00ff10"},
		`Multi(Array("one", "two"))`:    {Type: program.Multi, List: []string{"one", "two"}},
	} {
		text, err := vbsOps(t, &program.Program{Targets: []program.Target{{Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\A`}, Name: "V", Want: &d}}})
		if err != nil || !strings.Contains(text, "WithValue(n, was, "+want+")") {
			t.Errorf("%v gives %v\n%s\nwant %s", d, err, text, want)
		}
	}
}

func TestWhatVbsCannotExpressIsRefusedWithTheStep(t *testing.T) {
	step := program.Step{Number: 5, Effect: "changes", Text: "Set it."}
	for why, target := range map[string]program.Target{
		"command line of regedit": {Kind: program.Key, Keys: []string{`HKEY_LOCAL_MACHINE\100%`}},
		"printable ASCII":         {Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\A`}, Name: "V", Want: &program.Data{Type: program.SZ, Text: "caf\u00e9"}},
		"looks like the ID":       {Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\A`}, Name: "V", Want: &program.Data{Type: program.SZ, Text: "script=00000000"}},
		"longer than a line":      {Kind: program.Value, Keys: []string{`HKEY_LOCAL_MACHINE\A`}, Name: "V", Want: &program.Data{Type: program.SZ, Text: strings.Repeat("x", 500)}},
	} {
		_, err := vbsOps(t, &program.Program{Targets: []program.Target{target}, Steps: []program.Op{step}})
		var refused *UnsupportedError
		if !errors.As(err, &refused) || !strings.Contains(refused.Why, why) || !strings.Contains(refused.Step, "step 5") {
			t.Errorf("%v gives %v, want a refusal that says %q", target, err, why)
		}
	}
}

// TestTheKeysOfAVbsScriptAreThoseOfItsPlan holds that no hive and no key comes from anywhere else.
func TestTheKeysOfAVbsScriptAreThoseOfItsPlan(t *testing.T) {
	for name := range fixesOf(t) {
		p := planFor(t, name)
		for _, stage := range p.Stages {
			s, err := Render(p, "vbs", stage.Number)
			if err != nil {
				continue
			}
			prog, _, _ := p.Program(stage.Number)
			var known []string
			for _, target := range prog.Targets {
				known = append(known, target.Keys...)
			}
			for _, op := range slices.Concat(prog.Steps, prog.Looks) {
				switch op := op.(type) {
				case program.Export:
					known = append(known, op.Keys...)
				case program.LookTraces:
					known = append(known, op.Keys...)
				case program.Collect:
					known = append(known, `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared`, `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites`)
				}
			}
			for _, key := range regexp.MustCompile(`HKEY_[^"|]*`).FindAllString(vbsPlan(s.Text), -1) {
				if key, _, _ = strings.Cut(key, " could"); !slices.Contains(known, key) {
					t.Errorf("%s, stage %d, names %s", name, stage.Number, key)
				}
			}
		}
	}
}

func TestEveryServiceThatAVbsScriptStopsIsStartedWhateverHappens(t *testing.T) {
	for name, s := range vbsScripts(t) {
		_, left, _ := strings.Cut(s.Text, "  StartLeft ")
		left, _, _ = strings.Cut(left, "\r\n")
		stopped := map[string]bool{}
		for _, m := range regexp.MustCompile(`(?m)^  StopService ("[^"]+")`).FindAllStringSubmatch(s.Text, -1) {
			stopped[m[1]] = true
		}
		for _, service := range slices.Sorted(maps.Keys(stopped)) {
			if !strings.Contains(left, service) {
				t.Errorf("%s stops %s and starts %q", name, service, left)
			}
		}
	}
}
