package winetest

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/script"
)

// core are the scenarios that every run of the tests tells: some seconds. The others are told by make scripts-report, and wherever
// FIXDESK_SCENARIOS is all.
var core = []string{"the code is a subkey", "the code is an element of a list", "the client of Windows 98 is removed", "killed after the entry is removed"}

// TestScriptsDoWhatTheyPromise tells scenarios in every dialect that can express them.
func TestScriptsDoWhatTheyPromise(t *testing.T) {
	m := New(t)
	left := 0
	for _, sc := range scenarios() {
		if EveryStory() || !slices.Contains(core, sc.name) {
			left++ // told by TestReport
			continue
		}
		for _, d := range strings.Fields(sc.dialects) {
			t.Run(d+"/"+sc.fix+"/"+sc.name, func(t *testing.T) {
				if err := m.tell(t, sc, d, nil); err != nil {
					t.Error(err)
				}
			})
		}
	}
	if left > 0 {
		t.Logf("%d more scenarios: make scripts-report, or FIXDESK_SCENARIOS=all", left)
	}
}

// TestTheNamedScenarios tells the scenarios whose name holds a text, by -args -scenario TEXT: for whoever works on one.
func TestTheNamedScenarios(t *testing.T) {
	if *only == "" {
		t.Skip("no scenario is named by -scenario")
	}
	var jobs []told
	for _, j := range everyTold() {
		if strings.Contains(j.dialect+" "+j.fix+" "+j.name, *only) {
			jobs = append(jobs, j)
		}
	}
	onMachines(t, jobs, func(t *testing.T, m *Machine, j told) {
		t.Run(j.dialect+"/"+j.fix+"/"+j.name, func(t *testing.T) {
			if err := m.tell(t, j.scenario, j.dialect, nil); err != nil {
				t.Error(err)
			}
		})
	})
}

// A told is a scenario in one dialect.
type told struct {
	scenario
	dialect string
}

func everyTold() []told {
	var all []told
	for _, sc := range scenarios() {
		for _, d := range strings.Fields(sc.dialects) {
			all = append(all, told{sc, d})
		}
	}
	return all
}

var only = flag.String("scenario", "", "tell the scenarios whose dialect, fix and name hold this")

// asked reports whether the test was named on the command line.
func asked(name string) bool {
	return strings.Contains(flag.Lookup("test.run").Value.String(), name)
}

// onMachines does jobs on two machines, each taking the next one that is left.
func onMachines[J any](t *testing.T, jobs []J, do func(t *testing.T, m *Machine, j J)) {
	queue := make(chan J, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	t.Run("machines", func(t *testing.T) {
		for _, name := range []string{"one", "two"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				m := New(t)
				for j := range queue {
					do(t, m, j)
				}
			})
		}
	})
}

// TestACollectorTellsWhatTheComputerKnows runs the collector in every shell and reads what it prints, which changes nothing.
func TestACollectorTellsWhatTheComputerKnows(t *testing.T) {
	m := New(t)
	line := `The site BRI does not exist any longer.`
	start := State{
		Registry: sites("["+shared+`\BRI]`, "["+shared+`\LON]`, `"Secret"="hidden"`, "["+installed+`\S00]`),
		Files:    map[string]string{"windows/MS/SMS/Logs/Ccim32.log": "something else\r\n" + line + "\r\n"},
	}
	for _, d := range []string{"cmd", "vbs", "bat9x"} {
		t.Run(d, func(t *testing.T) {
			sc := scenario{fix: "collect", stage: 1}
			s, err := rendered(t, sc, d)
			if err != nil {
				t.Fatal(err)
			}
			m.Reset(t, start)
			out, _, _ := m.play(t, s, s.Text, d == "bat9x", Step{})
			got, ok := script.ParseCollected(out)
			if !ok {
				t.Fatalf("no collector speaks here:\n%s", out)
			}
			codes := fmt.Sprint(got.Facts["client_sites"])
			want := []string{"BRI", "LON", "S00"}
			if d == "bat9x" {
				want = nil // it types out an export, which only Windows 95 and 98 write as plain text
			}
			for _, code := range want {
				if !strings.Contains(codes, code) {
					t.Errorf("the sites are %s, want %s among them:\n%s", codes, code, out)
				}
			}
			if !strings.Contains(got.Log, line) || strings.Contains(got.Log, "something else") {
				t.Errorf("the log is %q, want the one line that decides something\n%s", got.Log, out)
			}
			if strings.Contains(out, "hidden") {
				t.Error("a value of the registry is printed")
			}
			if err := m.Check(t, start); err != nil {
				t.Errorf("the collector has changed the computer: %v", err)
			}
		})
	}
}
