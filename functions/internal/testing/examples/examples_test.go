// Package examples runs the scripts of worked cases in Wine: each is what the desk gives for a report, on a computer that is as the
// report says.
package examples

import (
	"bufio"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/kb/script/winetest"
)

// A workedCase is one report of ../shared/eval, and what a person would add to it when asked.
type workedCase struct {
	ID     string
	Report string
	Facts  map[string]any
	Expect struct {
		PlanAfter map[string]json.RawMessage `json:"plan_after"`
	}
}

func workedCases(t *testing.T) []workedCase {
	t.Helper()
	f, err := os.Open(filepath.Join(testbed.Root(), "..", "shared", "eval", "cases", "dev.jsonl"))
	if err != nil {
		t.Skip("no worked cases beside the project (../shared/eval/cases/dev.jsonl): skipped")
	}
	defer f.Close()
	var all []workedCase
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c workedCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// A handed script is one that the desk gave, with the plan that it carries out and the computer that it is for.
type handed struct {
	name   string
	script script.Script
	plan   *desk.Plan
	before computer // before the first stage
}

// handedOut returns every script that the desk gives for the cases, for their alternatives too, each text once.
func handedOut(t *testing.T, cases []workedCase) []handed {
	t.Helper()
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.New(base.Articles())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk.Desk{KB: base, Index: x}
	var all []handed
	seen := map[string]bool{}
	for _, c := range cases {
		for _, r := range c.reports(t, d) {
			for _, h := range scriptsOf(t, d, c.ID, r) {
				if !seen[h.script.SHA256] {
					seen[h.script.SHA256] = true
					all = append(all, h)
				}
			}
		}
	}
	return all
}

// reports returns the reports of a case: as it stands, with what was read from its words confirmed, with each answer that it names,
// and with each other fix that a person may choose.
func (c workedCase) reports(t *testing.T, d *desk.Desk) []*desk.Report {
	t.Helper()
	all := []*desk.Report{{Symptom: c.Report, Facts: c.Facts}}
	for _, told := range slices.Sorted(maps.Keys(c.Expect.PlanAfter)) {
		fact, value, _ := strings.Cut(told, "=")
		all = append(all, with(all[0], fact, value))
	}
	for _, r := range slices.Clone(all) {
		if a := answer(t, d, r); a != nil && a.Ask != nil && len(a.Ask.Confirm) > 0 {
			yes := *r
			yes.Confirm = nil
			for _, taken := range a.Ask.Confirm {
				yes.Confirm = append(yes.Confirm, desk.Confirmation{Fact: taken.Fact, Value: plain(taken.Value)})
			}
			all = append(all, &yes)
		}
	}
	for _, r := range slices.Clone(all) {
		a := answer(t, d, r)
		if a == nil || a.Plan == nil {
			continue
		}
		for _, fix := range a.Plan.Alternatives {
			other := *r
			other.Fix = fix
			all = append(all, &other)
		}
	}
	return all
}

// plain returns the value of a fact as JSON gives it back.
func plain(value any) any {
	list, ok := value.([]string)
	if !ok {
		return value
	}
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

// with returns a report with one fact more.
func with(r *desk.Report, fact string, value any) *desk.Report {
	more := *r
	more.Facts = maps.Clone(r.Facts)
	more.Facts[fact] = value
	return &more
}

// answer returns nil for a report that is refused: no script is handed out for it.
func answer(t *testing.T, d *desk.Desk, r *desk.Report) *desk.Answer {
	t.Helper()
	a, err := d.Answer(context.Background(), r)
	if _, refused := err.(*desk.Refusal); refused {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// scriptsOf returns the scripts of one report that can be run here, in every dialect.
func scriptsOf(t *testing.T, d *desk.Desk, id string, r *desk.Report) []handed {
	t.Helper()
	var all []handed
	for _, dialect := range []string{"cmd", "bat9x", "vbs", "reg"} {
		asked := *r
		asked.Script = dialect
		a := answer(t, d, &asked)
		if a == nil || a.Plan == nil {
			continue
		}
		for _, s := range a.Scripts {
			if s.Dialect != dialect {
				continue
			}
			if got, ok := script.ID(s.Text); !ok || got != s.ID {
				t.Errorf("%s: %s in %s does not name itself", id, s.File, dialect)
			}
			all = append(all, handed{
				name:   id + "/" + s.File,
				script: script.Script{Dialect: dialect, Fix: s.Fix, Stage: s.Stage, File: s.File, ID: s.ID, SHA256: s.SHA256, Text: s.Text},
				plan:   planOf(a, s.Fix),
				before: reported(r, a),
			})
		}
	}
	return all
}

// planOf returns the plan that a script carries out: a collector, which stands beside a plan that waits, has none of its steps.
func planOf(a *desk.Answer, fix string) *desk.Plan {
	if fix == a.Plan.Fix || fix == strings.Join(a.Plan.Fixes, "+") {
		return a.Plan
	}
	return &desk.Plan{Fix: fix}
}

// core are the scripts that every run of the tests runs, in their first mode and in /apply and /undo.
var core = []string{"C01/forget-site-1.cmd", "C01/forget-site-1.reg"}

// TestEveryScriptOfTheWorkedCasesDoesWhatItSays shows, applies, verifies and undoes each script on a computer that is as its report says.
func TestEveryScriptOfTheWorkedCasesDoesWhatItSays(t *testing.T) {
	if testing.Short() {
		t.Skip("runs Wine")
	}
	all := handedOut(t, workedCases(t))
	if len(all) < 20 {
		t.Errorf("the cases bring only %d scripts", len(all))
	}
	jobs := all
	if !winetest.EveryScenario() {
		jobs = slices.DeleteFunc(slices.Clone(all), func(h handed) bool { return !slices.Contains(core, h.name) })
	}
	winetest.OnMachines(t, jobs, func(t *testing.T, m *winetest.Machine, h handed) {
		t.Run(h.name, func(t *testing.T) {
			if err := m.Try(t, h.trial(), h.script, nil); err != nil {
				t.Error(err)
			}
		})
	})
	t.Logf("%d scripts of worked cases, %d of them run; the others by make scripts-report, or FIXDESK_SCENARIOS=all", len(all), len(jobs))
}
