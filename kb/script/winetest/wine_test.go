package winetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/script"
)

var background = context.Background()

// core are the scenarios that every run of the tests tells: some seconds. The others are told by make scripts-report, and wherever
// FIXDESK_SCENARIOS is all.
var core = []string{"the code is a subkey", "the code is an element of a list", "the client of Windows 98 is removed"}

func everyScenario() bool { return os.Getenv("FIXDESK_SCENARIOS") == "all" }

// TestScriptsDoWhatTheyPromise tells scenarios in every dialect that can express them.
func TestScriptsDoWhatTheyPromise(t *testing.T) {
	m := newMachine(t)
	left := 0
	for _, sc := range scenarios() {
		if !everyScenario() && !slices.Contains(core, sc.name) {
			left++
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

// asked reports whether the test was named on the command line.
func asked(name string) bool {
	return strings.Contains(flag.Lookup("test.run").Value.String(), name)
}

// TestReport tells everything and prints the table of fix, dialect and scenario.
func TestReport(t *testing.T) {
	if !asked("Report") && !everyScenario() {
		t.Skip("told by make scripts-report")
	}
	m := newMachine(t)
	type row struct{ fix, dialect, scenario, result string }
	var rows []row
	passed := map[string]int{}
	run := map[string]int{}
	for _, sc := range scenarios() {
		for _, d := range strings.Fields(sc.dialects) {
			result := "passed"
			if err := m.tell(t, sc, d, nil); err != nil {
				result = "failed"
				t.Errorf("%s, %s: %s: %v", sc.fix, d, sc.name, err)
			} else {
				passed[d]++
			}
			run[d]++
			rows = append(rows, row{sc.fix, d, sc.name, result})
		}
	}
	fmt.Printf("%-14s %-6s %-55s %s\n", "fix", "shell", "scenario", "result")
	for _, r := range rows {
		fmt.Printf("%-14s %-6s %-55s %s\n", r.fix, r.dialect, r.scenario, r.result)
	}
	fmt.Println()
	for _, d := range []string{"cmd", "vbs", "bat9x"} {
		note := ""
		if d == "bat9x" {
			note = " (by cmd with OS empty, not by COMMAND.COM)"
		}
		fmt.Printf("%s: %d scenarios run, %d passed%s\n", d, run[d], passed[d], note)
	}
	fmt.Println("reg: imported by TestARegistrationFileMakesNothing")
	fmt.Println("ps1: cannot be run here, there is no PowerShell; it is parsed")
	fmt.Println("md: for people")
}

// TestACollectorTellsWhatTheComputerKnows runs the collector in every shell and reads what it prints, which changes nothing.
func TestACollectorTellsWhatTheComputerKnows(t *testing.T) {
	m := newMachine(t)
	line := `The site BRI does not exist any longer.`
	start := state{
		registry: sites("["+shared+`\BRI]`, "["+shared+`\LON]`, `"Secret"="hidden"`, "["+installed+`\S00]`),
		files:    map[string]string{"windows/MS/SMS/Logs/Ccim32.log": "something else\r\n" + line + "\r\n"},
	}
	for _, d := range []string{"cmd", "vbs", "bat9x"} {
		t.Run(d, func(t *testing.T) {
			sc := scenario{fix: "collect", stage: 1}
			s, err := rendered(t, sc, d)
			if err != nil {
				t.Fatal(err)
			}
			m.reset(t, start)
			out, _ := m.play(t, s, d, s.Text, step{})
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
			if got, want := m.observe(t), start.expected(); !slices.Equal(got, want) {
				t.Errorf("the collector has changed the computer:\n%s", difference(got, want))
			}
		})
	}
}

// TestARegistrationFileMakesNothing imports the reg dialect where the key is there, and where it is not.
func TestARegistrationFileMakesNothing(t *testing.T) {
	m := newMachine(t)
	for _, tt := range []struct{ name, before, after string }{
		{"the code is a subkey", three, threeNoBRI},
		{"only the misprinted key is there", misprinted, sites("[" + misprint + `\LON]`)},
		{"the key is absent", sites("["+client+"]", `"Keep"="yes"`), sites("["+client+"]", `"Keep"="yes"`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := rendered(t, scenario{fix: "forget-site", stage: 1}, "reg")
			if err != nil {
				t.Fatal(err)
			}
			m.reset(t, state{registry: tt.before})
			m.write(t, "run/script.reg", s.Text)
			m.run(t, "regedit", "/s", `C:\run\script.reg`)
			if got, want := m.observe(t), (state{registry: tt.after}).expected(); !slices.Equal(got, want) {
				t.Errorf("the registry is not as it must be:\n%s", difference(got, want))
			}
		})
	}
}
