package script

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/program"
	"github.com/fixdesk/fixdesk/schemas"
)

// fixesOf returns the fixes of every article of the content, as "article name".
func fixesOf(t testing.TB) map[string]plan.Fix {
	t.Helper()
	all, err := readFixes()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var readFixes = sync.OnceValues(func() (map[string]plan.Fix, error) {
	all := map[string]plan.Fix{}
	var catalog plan.Catalog
	data, err := os.ReadFile("../content/services.yaml")
	if err != nil {
		return nil, err
	}
	if err := schemas.Decode(schemas.Services, data, &catalog); err != nil {
		return nil, err
	}
	trees, _ := filepath.Glob("../content/*/tree.yaml")
	for _, name := range trees {
		var file struct {
			Fixes schemas.Map[plan.Draft] `json:"fixes"`
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if err := schemas.Decode(schemas.Tree, data, &file); err != nil {
			return nil, err
		}
		article := filepath.Base(filepath.Dir(name))
		for fix, d := range file.Fixes.All() {
			f, err := d.Fix(&catalog, fix, article, "01234567")
			if err != nil {
				return nil, err
			}
			all[article+" "+fix] = f
		}
	}
	return all, nil
})

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
