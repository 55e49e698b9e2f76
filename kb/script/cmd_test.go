package script

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/program"
)

// printed returns what cmd makes of a program that was written by hand.
func printed(t *testing.T, p *program.Program) (string, error) {
	t.Helper()
	return cmd{}.print(jobFor(t, "cmd", p))
}

func value(want program.Data, keys ...string) *program.Program {
	t := program.Target{Kind: program.Value, Keys: keys, Name: "Name", Want: &want}
	return &program.Program{
		Targets: []program.Target{t},
		Begin:   []program.Op{program.MustBe{Platform: "nt"}, program.CanRead{}, program.Lock{}},
		Steps:   []program.Op{program.Look{Target: 1}, program.NewRun{}, program.Save{Target: 1}, program.Note{Target: 1}, program.Set{Target: 1}, program.Compare{Target: 1}},
		Guards:  []program.Op{program.OpenRun{}, program.Unchanged{Target: 1}, program.Reopen{}},
		Back:    []program.Op{program.Restore{Target: 1}},
	}
}

const exampleKey = `HKEY_LOCAL_MACHINE\SOFTWARE\Example`

func TestDataStandsInABatchFileAsAnExportShowsIt(t *testing.T) {
	for _, tt := range []struct {
		data program.Data
		want string
	}{
		{program.Data{Type: program.SZ, Text: `C:\App;100% & more`}, `set DATA="C:\\App;100%% & more"`},
		{program.Data{Type: program.SZ, Text: `say "hi"`}, `set DATA="say \"hi\""`},
		{program.Data{Type: program.DWord, Text: "0000000A"}, "set DATA=dword:0000000a"},
		{program.Data{Type: program.Binary, Text: "01FF"}, `set "DATA=hex:01,ff"`},
		{program.Data{Type: program.Expand, Text: "%A"}, `set "DATA=hex(2):25,41,00"`},
		{program.Data{Type: program.Multi, List: []string{"A", "B"}}, `set "DATA=hex(7):41,00,42,00,00"`},
	} {
		text, err := printed(t, value(tt.data, exampleKey))
		if err != nil || !strings.Contains(text, tt.want) {
			t.Errorf("%s %q %q: %v, and the script does not hold %s:\n%s", tt.data.Type, tt.data.Text, tt.data.List, err, tt.want, strings.Join(lines(text, "set NAME="), "\n"))
		}
	}
}

func TestCmdRefusesWhatItCannotQuoteOrRewrite(t *testing.T) {
	sz := program.Data{Type: program.SZ, Text: "x"}
	element := value(sz, exampleKey)
	element.Targets[0] = program.Target{Kind: program.Element, Keys: []string{exampleKey}, Name: "List", Item: "BRI"}
	ini := value(sz)
	ini.Targets[0] = program.Target{Kind: program.Ini, Section: "a", Item: "b", Want: &sz}
	move := value(sz, exampleKey)
	move.Steps = append(move.Steps, program.Move{From: 1, To: 1})
	old := value(sz, exampleKey)
	old.Begin[0] = program.MustBe{Platform: "9x"}
	for name, p := range map[string]*program.Program{
		"a quote beside a sign of the shell": value(program.Data{Type: program.SZ, Text: `a" & calc & "b`}, exampleKey),
		"two lines":                          value(program.Data{Type: program.SZ, Text: "a\r\nb"}, exampleKey),
		"a letter that is not ASCII":         value(program.Data{Type: program.SZ, Text: "\u00fc"}, exampleKey),
		"a key with a percent sign":          value(sz, `HKEY_LOCAL_MACHINE\SOFTWARE\%TEMP%`),
		"a key with an ampersand":            value(sz, `HKEY_LOCAL_MACHINE\SOFTWARE\a & calc`),
		"an element of a list":               element, "an ini file": ini, "another name": move, "Windows 95": old,
	} {
		_, err := printed(t, p)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Why == "" || unsupported.Dialect != "cmd" {
			t.Errorf("%s: %v, want that it is not supported", name, err)
		}
	}
}

func TestOneServiceIsNotLookedForAmongAllOfThem(t *testing.T) {
	services := `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services`
	p := value(program.Data{}, services)
	p.Targets[0] = program.Target{Kind: program.Entry, Keys: []string{services}, Name: "Wuser32"}
	p.Steps[4] = program.Remove{Target: 1}
	text, err := printed(t, p)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, `"`+services+`"`) || !strings.Contains(text, `"`+services+`\Wuser32"`) {
		t.Error("the script names the key of all services")
	}
	p.Steps = append(p.Steps, program.StopIf{If: program.Alone, Of: []int{1}, Status: program.Refused, Why: "Alone."})
	if _, err := printed(t, p); err == nil {
		t.Error("what is beside one service of hundreds is looked at")
	}
}

// cmdScripts returns the scripts of the content and of every verb that cmd has.
func cmdScripts(t *testing.T) []renderedScript {
	t.Helper()
	return slices.DeleteFunc(renderedScripts(t), func(s renderedScript) bool { return s.Dialect != "cmd" })
}

// TestCmdCallsProgramsByTheirFullPath finds what is run without one: the linter knows the names of some programs, and here nothing but the
// commands of the shell itself may begin a command.
func TestCmdCallsProgramsByTheirFullPath(t *testing.T) {
	own := strings.Fields("@echo rem set if for call goto echo echo. echo.%% cd md rd del copy ren type setlocal pushd popd exit :")
	begin := regexp.MustCompile(`^(?:"%SystemRoot%\\|"%REGEDIT%"|\.\\|>|\)|([@a-z:.%]+))`)
	for _, s := range cmdScripts(t) {
		for i, line := range strings.Split(s.Text, "\r\n") {
			if line = strings.TrimSpace(line); line == "" || line[0] == ':' {
				continue
			}
			m := begin.FindStringSubmatch(line)
			if m == nil || m[1] != "" && !slices.Contains(own, m[1]) && !strings.HasPrefix(m[1], "echo.") {
				t.Errorf("%s:%d: %s", s.File, i+1, line)
			}
		}
	}
}

// TestNoCommandFollowsACondition holds that a row of commands has none behind a condition or a loop that is not its last: the shell would
// take what follows for a part of it.
func TestNoCommandFollowsACondition(t *testing.T) {
	for _, s := range cmdScripts(t) {
		for i, line := range strings.Split(s.Text, "\r\n") {
			rest := unquoted(line, '"')
			for inner := regexp.MustCompile(`\([^()]*\)`); inner.MatchString(rest); {
				rest = inner.ReplaceAllString(rest, "")
			}
			parts := strings.Split(rest, "& ")
			for _, part := range parts[:len(parts)-1] {
				if strings.HasPrefix(part, "if ") || strings.HasPrefix(part, "for ") {
					t.Errorf("%s:%d: %s", s.File, i+1, line)
				}
			}
		}
	}
}

// TestNoRowReadsWhatItSets holds that no row of commands reads a variable that it sets itself: the shell has put its old value in by then.
func TestNoRowReadsWhatItSets(t *testing.T) {
	sets, reads := regexp.MustCompile(`\bset (?:/a )?"?([A-Za-z0-9]+)=`), regexp.MustCompile(`%([A-Za-z0-9]+)(?::[^%]*)?%`)
	scripts := cmdScripts(t)
	long, err := printed(t, value(program.Data{Type: program.Binary, Text: strings.Repeat("01", 200)}, exampleKey))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(scripts, renderedScript{Script: Script{File: "long bytes", Text: long}}) {
		for i, line := range strings.Split(s.Text, "\r\n") {
			known := map[string]bool{}
			if strings.HasPrefix(line, "rem ") {
				continue
			}
			for _, part := range strings.Split(line, "& ") {
				for _, m := range reads.FindAllStringSubmatch(strings.ReplaceAll(part, "%%", ""), -1) {
					if known[m[1]] {
						t.Errorf("%s:%d: %s", s.File, i+1, line)
					}
				}
				for _, m := range sets.FindAllStringSubmatch(part, -1) {
					known[m[1]] = true
				}
			}
		}
	}
}

func TestTheEngineOfCmdIsTheSameInEveryScript(t *testing.T) {
	routines := map[string]string{}
	for _, s := range cmdScripts(t) {
		_, engine, _ := strings.Cut(s.Text, "THE ENGINE")
		for _, block := range strings.Split(engine, "\r\n\r\n")[1:] {
			name, _, _ := strings.Cut(block, "\r\n")
			if known, ok := routines[name]; ok && strings.TrimSpace(known) != strings.TrimSpace(block) {
				t.Errorf("%s: the routine %s is another one", s.File, name)
			}
			routines[name] = block
		}
	}
	if len(routines) < 30 {
		t.Errorf("only %d routines are called", len(routines))
	}
}

func TestACollectorHoldsNoRoutineThatWrites(t *testing.T) {
	s, err := Render(planFor(t, "Q238865 collect"), "cmd", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, writes := range []string{"regedit.exe\" /s", "%REGEDIT%\" /s", "HOLD%\\", "net.exe", "LOCK"} {
		if strings.Contains(s.Text, writes) {
			t.Errorf("it holds %s", writes)
		}
	}
	if n := strings.Count(s.Text, "\n"); n > 190 {
		t.Errorf("it has %d lines", n)
	}
}
