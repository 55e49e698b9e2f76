package script

import (
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/program"
)

// fixesOf returns the fixes of every article of the content, as "article name".
func fixesOf(t testing.TB) map[string]plan.Fix {
	t.Helper()
	base, err := content()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]plan.Fix{}
	for _, tr := range base.Trees() {
		for _, name := range base.Fixes(tr.Article) {
			all[tr.Article+" "+name], _ = base.Fix(tr.Article, name)
		}
	}
	return all
}

var content = sync.OnceValues(func() (*kb.Base, error) { return kb.Load(kb.Content()) })

// planFor returns the plan of fixes, each named "article name", for a computer with the dead site BRI.
func planFor(t testing.TB, names ...string) plan.Plan {
	t.Helper()
	p, err := unboundFor(t, names...).Bind(facts.Of(facts.Fact{Name: "nonexistent_sites", Values: []string{"BRI"}, Source: facts.Told}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func unboundFor(t testing.TB, names ...string) plan.Plan {
	t.Helper()
	all := fixesOf(t)
	var fixes []plan.Fix
	for _, n := range names {
		f, ok := all[n]
		if !ok {
			t.Fatalf("no fix is called %s", n)
		}
		fixes = append(fixes, f)
	}
	p, err := plan.Combine(fixes...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// jobFor returns a job for a program that was written by hand, in the shell of a harmless plan of one stage.
func jobFor(t testing.TB, dialect string, p *program.Program) *job {
	t.Helper()
	j, err := newJob(planFor(t, "Q256986 export-on-9x"), dialect, 1)
	if err != nil {
		t.Fatal(err)
	}
	j.Program = p
	return j
}

// lines returns the lines of a text that begin with a prefix, without it.
func lines(text, prefix string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), prefix); ok {
			found = append(found, rest)
		}
	}
	return found
}

// verbPlans returns a plan for every verb that changes something.
func verbPlans(t testing.TB) map[string]plan.Plan {
	t.Helper()
	plans := map[string]plan.Plan{}
	for _, f := range plantest.Fixes(t) {
		p, err := plan.Combine(f)
		if err != nil {
			t.Fatal(err)
		}
		if plans[f.Name], err = p.Bind(facts.Facts{}); err != nil {
			t.Fatal(err)
		}
	}
	return plans
}
