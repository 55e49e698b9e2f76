package plan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

// catalog returns the services and tools of the content.
func catalog(t *testing.T) *plan.Catalog {
	t.Helper()
	data, err := os.ReadFile("../content/services.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c plan.Catalog
	if err := schemas.Decode(schemas.Services, data, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// drafts returns the fixes of a content folder: of its tree, or of the file that waits to become part of it.
func drafts(t *testing.T, folder string) schemas.Map[plan.Draft] {
	t.Helper()
	var file struct {
		Fixes schemas.Map[plan.Draft] `json:"fixes"`
	}
	for _, name := range []string{"tree.yaml", "fixes.yaml"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		if err := schemas.Decode(schemas.Tree, data, &file); err != nil {
			t.Fatal(err)
		}
		if file.Fixes.Len() > 0 {
			return file.Fixes
		}
	}
	return file.Fixes
}

func TestEveryFixOfTheContentIsSound(t *testing.T) {
	folders, err := filepath.Glob("../content/Q*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, folder := range folders {
		for name, d := range drafts(t, folder).All() {
			n++
			if _, err := d.Fix(catalog(t), name, filepath.Base(folder), "01234567"); err != nil {
				t.Errorf("%s: %v", folder, err)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d fixes were found", n)
	}
}

// TestNoCombinedPlanTellsToChooseAFixThatItHas combines every two fixes of an article.
func TestNoCombinedPlanTellsToChooseAFixThatItHas(t *testing.T) {
	folders, _ := filepath.Glob("../content/Q*")
	for _, folder := range folders {
		var fixes []plan.Fix
		for name, d := range drafts(t, folder).All() {
			f, err := d.Fix(catalog(t), name, filepath.Base(folder), "01234567")
			if err != nil {
				t.Fatal(err)
			}
			fixes = append(fixes, f)
		}
		for i, f := range fixes {
			for _, g := range fixes[i+1:] {
				if p, err := plan.Combine(f, g); err == nil { // not for two families of Windows
					namesNoFixOfItsOwn(t, p)
				}
			}
		}
	}
}

func namesNoFixOfItsOwn(t *testing.T, p plan.Plan) {
	t.Helper()
	for _, s := range p.Steps() {
		for _, f := range p.Fixes {
			if strings.Contains(s.Does()+" ", "the fix "+f.Name+" ") || strings.Contains(s.Does(), "the fix "+f.Name+".") {
				t.Errorf("the plan %s says %q", p.Name(), s.Does())
			}
		}
	}
}
