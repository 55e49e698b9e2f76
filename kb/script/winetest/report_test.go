package winetest

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/kb/script"
)

var readme = flag.String("readme", "", "the file whose block about scripts is written anew, when every scenario has passed")

// A rendering is what one dialect makes of one stage of a fix: a script, or the reason why there is none.
type rendering struct {
	article, fix string
	stage        int
	dialect      string
	why          string // why there is no script
}

// name returns what scenarios and the report call the fix.
func (r rendering) name() string { return r.article + " " + r.fix }

func (sc scenario) fixName() string { return cmp.Or(sc.article, "Q238865") + " " + sc.fix }

// shown are the dialects of the report. md is for people.
var shown = []string{"cmd", "vbs", "reg", "bat9x", "ps1"}

// renderings returns what every dialect makes of every stage of every fix in which any of them has something to do, in the order of the
// content.
func renderings(t testing.TB) []rendering {
	t.Helper()
	var all []rendering
	trees, err := filepath.Glob("../../content/Q*/tree.yaml")
	if err != nil || len(trees) == 0 {
		t.Fatalf("no content is found: %v", err)
	}
	for _, tree := range trees {
		article := filepath.Base(filepath.Dir(tree))
		drafts := draftsOf(t, article)
		for fix := range drafts.All() {
			p := planOf(t, scenario{article: article, fix: fix})
			for _, stage := range p.Stages {
				if !stage.Scripted() {
					continue
				}
				for _, d := range shown {
					r := rendering{article: article, fix: fix, stage: stage.Number, dialect: d}
					if _, err := script.Render(p, d, stage.Number); err != nil {
						r.why = err.Error()
					}
					all = append(all, r)
				}
			}
		}
	}
	return all
}

// TestEveryScriptHasAScenario holds to the promise that every script which can be run here is run.
func TestEveryScriptHasAScenario(t *testing.T) {
	for _, r := range renderings(t) {
		if r.why != "" || r.dialect == "ps1" {
			continue
		}
		if !slices.ContainsFunc(everyJob(), func(j job) bool {
			return j.fixName() == r.name() && j.stage == r.stage && j.dialect == r.dialect
		}) {
			t.Errorf("no scenario runs %s, stage %d, in %s", r.name(), r.stage, r.dialect)
		}
	}
}

// A result is how a scenario came out, nil for passed.
type result struct {
	job
	err error
}

// TestReport runs everything on two machines, prints the table of fix, dialect and scenario, and writes its summary.
func TestReport(t *testing.T) {
	if !asked("Report") && !EveryScenario() {
		t.Skip("run by make scripts-report")
	}
	var lock sync.Mutex
	var results []result
	OnMachines(t, everyJob(), func(t *testing.T, m *Machine, j job) {
		err := m.try(t, j.scenario, j.dialect, nil)
		if err != nil {
			t.Errorf("%s, %s: %s: %v", j.fixName(), j.dialect, j.name, err)
		}
		lock.Lock()
		results = append(results, result{j, err})
		lock.Unlock()
	})
	printReport(t, results)
	if *readme == "" || t.Failed() {
		return
	}
	if err := writeBlock(*readme, summary(t, results)); err != nil {
		t.Error(err)
	}
}

func printReport(t testing.TB, results []result) {
	t.Helper()
	order := everyJob()
	slices.SortStableFunc(results, func(a, b result) int {
		return cmp.Compare(indexOf(order, a.job), indexOf(order, b.job))
	})
	fmt.Printf("%-45s %-6s %-55s %s\n", "fix", "shell", "scenario", "result")
	for _, r := range results {
		outcome := "passed"
		if r.err != nil {
			outcome = "failed"
		}
		fmt.Printf("%-45s %-6s %-55s %s\n", r.fixName()+", stage "+fmt.Sprint(r.stage), r.dialect, r.name, outcome)
	}
	for _, r := range renderings(t) {
		switch {
		case r.dialect == "ps1" && r.why == "":
			r.why = "cannot be run here: there is no PowerShell; it is parsed"
		case r.why == "":
			continue
		}
		fmt.Printf("%-45s %-6s %-55s %s\n", r.name()+", stage "+fmt.Sprint(r.stage), r.dialect, "-", r.why)
	}
	fmt.Println("bat9x is run by cmd with OS empty, not by COMMAND.COM. md is for people.")
}

func indexOf(all []job, j job) int {
	return slices.IndexFunc(all, func(k job) bool {
		return k.fixName() == j.fixName() && k.stage == j.stage && k.name == j.name && k.dialect == j.dialect
	})
}

// The block of the file stands between these lines.
const (
	blockBegin = "<!-- make scripts-report writes from here -->\n\n"
	blockEnd   = "\n<!-- to here -->\n"
)

// summary returns the block of the README: a line for each fix, and for each dialect how many of the scenarios passed.
func summary(t testing.TB, results []result) string {
	t.Helper()
	passed, run := map[string]int{}, map[string]int{}
	for _, r := range results {
		cell := r.fixName() + " " + r.dialect
		run[cell]++
		if r.err == nil {
			passed[cell]++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "| fix | %s |\n|---|%s\n", strings.Join(shown, " | "), strings.Repeat("---|", len(shown)))
	for _, name := range fixNames(t) {
		fmt.Fprintf(&b, "| %s |", name)
		for _, d := range shown {
			cell := name + " " + d
			switch {
			case run[cell] > 0:
				fmt.Fprintf(&b, " %d of %d |", passed[cell], run[cell])
			default:
				fmt.Fprintf(&b, " %s |", notRun(t, name, d))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// fixNames returns the fixes that have a script, and then the combined ones that are run.
func fixNames(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, r := range renderings(t) {
		names = append(names, r.name())
	}
	for _, j := range everyJob() {
		names = append(names, j.fixName())
	}
	var once []string
	for _, n := range names {
		if !slices.Contains(once, n) {
			once = append(once, n)
		}
	}
	return once
}

// notRun says why a dialect has no figure: it cannot express the fix, or cannot be run here.
func notRun(t testing.TB, name, dialect string) string {
	t.Helper()
	if strings.Contains(name, "+") {
		return notRunCombined(t, name, dialect)
	}
	expressed := slices.ContainsFunc(renderings(t), func(r rendering) bool { return r.name() == name && r.dialect == dialect && r.why == "" })
	if expressed {
		return "not run"
	}
	return "-"
}

// notRunCombined says it of several fixes in one plan, which no content names: the plan is made and rendered.
func notRunCombined(t testing.TB, name, dialect string) string {
	t.Helper()
	article, fix, _ := strings.Cut(name, " ")
	p := planOf(t, scenario{article: article, fix: fix})
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		if _, err := script.Render(p, dialect, stage.Number); err == nil {
			return "not run"
		}
	}
	return "-"
}

// writeBlock replaces the lines of a file between the marks.
func writeBlock(name, block string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, _, after, err := blockOf(string(data))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return os.WriteFile(name, []byte(before+block+after), 0o644)
}

// blockOf cuts a text into what stands before the block, the block, and the rest.
func blockOf(text string) (before, block, after string, err error) {
	before, rest, begins := strings.Cut(text, blockBegin)
	block, after, ends := strings.Cut(rest, blockEnd)
	if !begins || !ends {
		return "", "", "", errors.New("the block about scripts is not there: it stands between two comments, of which the first names make scripts-report")
	}
	return before + blockBegin, block, blockEnd + after, nil
}

var figure = regexp.MustCompile(`^([0-9]+) of ([0-9]+)$`)

func TestTheReadmeSaysOfEveryFixAndDialectWhatWasRun(t *testing.T) {
	if testing.Short() {
		t.Skip("renders every script")
	}
	data, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _, err := blockOf(string(data))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(block, "\n"), "\n")
	if want := "| fix | " + strings.Join(shown, " | ") + " |"; lines[0] != want {
		t.Fatalf("the block begins with %q, want %q", lines[0], want)
	}
	var names []string
	for _, line := range lines[2:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if len(cells) != len(shown)+1 {
			t.Fatalf("%q has %d cells, want %d", line, len(cells), len(shown)+1)
		}
		names = append(names, cells[0])
		for i, d := range shown {
			checkCell(t, cells[0], d, cells[i+1])
		}
	}
	if want := fixNames(t); !slices.Equal(names, want) {
		t.Errorf("the README names the fixes\n%s\nwant\n%s\nmake scripts-report writes it anew", strings.Join(names, "\n"), strings.Join(want, "\n"))
	}
}

// checkCell holds one cell to what can be known without running anything.
func checkCell(t *testing.T, name, dialect, cell string) {
	t.Helper()
	run := slices.ContainsFunc(everyJob(), func(j job) bool { return j.fixName() == name && j.dialect == dialect })
	m := figure.FindStringSubmatch(cell)
	switch {
	case run && m == nil:
		t.Errorf("%s in %s: the README says %q of scenarios that are run: make scripts-report", name, dialect, cell)
	case run && m[1] != m[2]:
		t.Errorf("%s in %s: the README says that only %s passed", name, dialect, cell)
	case !run && cell != notRun(t, name, dialect):
		t.Errorf("%s in %s: the README says %q, want %q: make scripts-report", name, dialect, cell, notRun(t, name, dialect))
	}
}
