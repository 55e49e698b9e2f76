package script

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

var update = flag.Bool("update", false, "write the committed scripts anew")

const seed = "../content/Q238865"

// drafts returns the fixes of a content folder in their order.
func drafts(t testing.TB, folder string) schemas.Map[plan.Draft] {
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
			break
		}
	}
	return file.Fixes
}

// example are the facts of the computer for which the committed scripts are made.
func example(codes ...string) facts.Facts {
	return facts.Of(facts.Fact{Name: "nonexistent_sites", Values: codes, Source: facts.Told})
}

// fixOf returns a fix of the seed article.
func fixOf(t testing.TB, name string) plan.Fix {
	t.Helper()
	d, ok := drafts(t, seed).Get(name)
	if !ok {
		t.Fatalf("no fix is called %s", name)
	}
	f, err := d.Fix(name, "Q238865", "01234567")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// bound returns the plan of the fixes for an example computer with these dead sites.
func bound(t testing.TB, codes []string, names ...string) plan.Plan {
	t.Helper()
	var fixes []plan.Fix
	for _, n := range names {
		fixes = append(fixes, fixOf(t, n))
	}
	p, err := plan.Combine(fixes...)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Bind(example(codes...)); err != nil {
		t.Fatal(err)
	}
	return p
}

// render returns a script that must be possible.
func render(t testing.TB, p plan.Plan, dialect string, stage int) Script {
	t.Helper()
	s, err := Render(p, dialect, stage)
	if err != nil {
		t.Fatalf("%s, stage %d in %s: %v", p.Name(), stage, dialect, err)
	}
	return s
}

// TestCommittedScriptsAreWhatIsRendered keeps every script for one example computer in the repository, where its diff is reviewed.
func TestCommittedScriptsAreWhatIsRendered(t *testing.T) {
	folders, _ := filepath.Glob("../content/Q*")
	for _, folder := range folders {
		all := drafts(t, folder)
		if all.Len() == 0 {
			continue
		}
		dir := filepath.Join(folder, "scripts")
		want := map[string]string{}
		for name, d := range all.All() {
			f, err := d.Fix(name, filepath.Base(folder), "01234567")
			if err != nil {
				t.Fatal(err)
			}
			p, err := plan.Combine(f)
			if err != nil {
				t.Fatal(err)
			}
			if p, err = p.Bind(example("BRI")); err != nil {
				t.Fatal(err)
			}
			for _, s := range everything(p) {
				want[s.File] = s.Text
			}
		}
		compareFolder(t, dir, want)
	}
}

// everything returns each script of a plan that some dialect can express.
func everything(p plan.Plan) []Script {
	var all []Script
	for _, d := range Dialects() {
		if d == "md" {
			if s, err := Render(p, d, 0); err == nil {
				all = append(all, s)
			}
			continue
		}
		for _, st := range p.Stages {
			if s, err := Render(p, d, st.Number); err == nil {
				all = append(all, s)
			}
		}
	}
	return all
}

func compareFolder(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok {
			t.Errorf("%s/%s is not rendered by any fix: go test ./kb/script -run Committed -update", dir, e.Name())
		}
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != text {
			t.Errorf("%s/%s is not what is rendered: go test ./kb/script -run Committed -update, and review the diff%s", dir, name, firstDifference(string(got), text))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			return "\n\tcommitted: " + g[i] + "\n\trendered:  " + w[i]
		}
	}
	return ""
}

func TestEveryCommittedScriptKeepsToItsDialect(t *testing.T) {
	dialect := map[string]string{".cmd": "cmd", ".bat": "bat9x", ".reg": "reg", ".vbs": "vbs", ".ps1": "ps1", ".md": "md"}
	files, _ := filepath.Glob("../content/*/scripts/*")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, ok := dialect[filepath.Ext(file)]
		if !ok {
			t.Errorf("%s is of no dialect", file)
		}
		for _, problem := range Lint(d, string(data)) {
			t.Errorf("%s:%s", file, problem)
		}
	}
	if len(files) < 50 {
		t.Errorf("only %d scripts are committed", len(files))
	}
}

// written finds the beginning of a file by a line of a batch file, and what it is called.
var written = regexp.MustCompile(`(?m)^(?:if .* )?(?:echo|type|copy) [^>\r\n]*[^>\s] ?>([^>\s]+)\r$`)

// TestEveryFileThatABatchWritesIsLookedFor holds cmd and bat9x to a rule: a redirection that failed leaves errorlevel 0, so a script
// looks for the file. The exports that only help to look are named by a variable, and are read at once.
func TestEveryFileThatABatchWritesIsLookedFor(t *testing.T) {
	files, _ := filepath.Glob("../content/*/scripts/*")
	looked := 0
	for _, file := range files {
		if ext := filepath.Ext(file); ext != ".cmd" && ext != ".bat" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		for _, m := range written.FindAllStringSubmatchIndex(text, -1) {
			name := text[m[2]:m[3]]
			if strings.EqualFold(strings.Trim(name, `"`), "nul") || strings.HasPrefix(name, "%OUT%") {
				continue
			}
			looked++
			if rest := text[m[1]:]; !strings.Contains(rest, "exist "+name) && !regexp.MustCompile(`in \([^)]*`+regexp.QuoteMeta(name)+`[^)]*\) do if not exist`).MatchString(rest) {
				t.Errorf("%s writes %s and does not look for it", file, name)
			}
		}
	}
	if looked < 50 {
		t.Errorf("only %d files were found to be written", looked)
	}
}
