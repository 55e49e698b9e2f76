package winetest

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
)

// core are the scenarios that every run of the tests includes, with their dialect: less than a minute. The others are run by make
// scripts-report, and wherever FIXDESK_SCENARIOS is all.
var core = []string{
	"cmd the code is a subkey", "reg the code is a subkey", "vbs the code is an element of a list", "bat9x the client of Windows 98 is removed",
	"cmd killed after the entry is removed",
}

// TestScriptsDoWhatTheyPromise runs the core.
func TestScriptsDoWhatTheyPromise(t *testing.T) {
	if EveryScenario() {
		t.Skip("run by TestReport")
	}
	m := New(t)
	ran := 0
	for _, j := range everyJob() {
		if !slices.Contains(core, j.dialect+" "+j.name) {
			continue
		}
		ran++
		t.Run(j.dialect+"/"+j.fix+"/"+j.name, func(t *testing.T) {
			if err := m.try(t, j.scenario, j.dialect, nil); err != nil {
				t.Error(err)
			}
		})
	}
	want := len(slices.DeleteFunc(slices.Clone(core), func(c string) bool { return !written(strings.Fields(c)[0]) }))
	if ran != want {
		t.Errorf("%d scenarios of the core were run, want %d", ran, want)
	}
	t.Logf("%d more scenarios: make scripts-report, or FIXDESK_SCENARIOS=all", len(everyJob())-ran)
}

// TestTheNamedScenarios runs the scenarios that match an expression, by -args -scenario EXPRESSION: for whoever works on one.
func TestTheNamedScenarios(t *testing.T) {
	if *only == "" {
		t.Skip("no scenario is named by -scenario")
	}
	var jobs []job
	for _, j := range everyJob() {
		if regexp.MustCompile(*only).MatchString(j.dialect + " " + j.fix + " " + j.name) {
			jobs = append(jobs, j)
		}
	}
	OnMachines(t, jobs, func(t *testing.T, m *Machine, j job) {
		t.Run(j.dialect+"/"+j.fix+"/"+j.name, func(t *testing.T) {
			if err := m.try(t, j.scenario, j.dialect, nil); err != nil {
				t.Error(err)
			}
		})
	})
}

// A job is a scenario in one dialect.
type job struct {
	scenario
	dialect string
}

func everyJob() []job {
	var all []job
	for _, sc := range scenarios() {
		for _, d := range strings.Fields(sc.dialects) {
			if written(d) {
				all = append(all, job{sc, d})
			}
		}
	}
	return all
}

// written reports whether there is a printer of that dialect: while the dialects are written anew, some are missing.
func written(dialect string) bool {
	_, err := script.Render(plan.Plan{}, dialect, 1)
	return err == nil || !strings.Contains(err.Error(), "no dialect is called that")
}

var only = flag.String("scenario", "", "run the scenarios whose dialect, fix and name match this expression")

// asked reports whether the test was named on the command line.
func asked(name string) bool {
	return strings.Contains(flag.Lookup("test.run").Value.String(), name)
}

// TestACollectorPrintsWhatTheComputerKnows runs the collector in every shell and reads what it prints, which changes nothing.
func TestACollectorPrintsWhatTheComputerKnows(t *testing.T) {
	m := New(t)
	line := `The site BRI does not exist any longer.`
	start := State{
		Registry: sites("["+shared+`\BRI]`, "["+shared+`\LON]`, `"Secret"="hidden"`, "["+installed+`\S00]`),
		Files:    map[string]string{"windows/MS/SMS/Logs/Ccim32.log": "something else\r\n" + line + "\r\n"},
	}
	for _, d := range slices.DeleteFunc([]string{"cmd", "vbs", "bat9x"}, func(d string) bool { return !written(d) }) {
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
