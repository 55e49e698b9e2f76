package winetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var background = context.Background()

// core are the scenarios that every run of the tests tells: some seconds. The others are told by make scripts-report, and wherever
// FIXDESK_SCENARIOS is all.
var core = []string{"the code is a subkey", "the code is an element of a list", "the run is cut off after the change", "the logon script is switched off and on", "the client of Windows 98 is removed"}

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
	fmt.Println("reg: imported by the scenarios of cmd and vbs, which write such files; the reg dialect itself by TestARegistrationFile…")
	fmt.Println("ps1: cannot be run here, there is no PowerShell; it is parsed")
	fmt.Println("md: for people")
}
