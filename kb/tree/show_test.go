package tree

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

var update = flag.Bool("update", false, "write the goldens anew")

// lampTrees returns two trees in which every kind of way, choice and condition stands.
func lampTrees(t *testing.T) map[string]*Tree {
	t.Helper()
	return linked(t, "testdata/show/facts.yaml", "testdata/show/Q100001.yaml", "testdata/show/Q100002.yaml")
}

// contentTrees returns the trees of the knowledge base.
func contentTrees(t *testing.T) map[string]*Tree {
	t.Helper()
	files, _ := filepath.Glob("../content/*/tree.yaml")
	if len(files) == 0 {
		t.Fatal("the knowledge base has no tree")
	}
	return linked(t, "../content/facts.yaml", files...)
}

func linked(t *testing.T, factsFile string, files ...string) map[string]*Tree {
	t.Helper()
	var words facts.Document
	decodeFile(t, schemas.Facts, factsFile, &words)
	var lang facts.LanguageDocument
	decodeFile(t, schemas.Language, "../content/language.yaml", &lang)
	v, err := facts.New(&words, &lang)
	if err != nil {
		t.Fatal(err)
	}
	var docs []*Document
	for _, file := range files {
		doc := &Document{Version: "01234567"}
		decodeFile(t, schemas.Tree, file, doc)
		doc.Catalog = &plan.Catalog{}
		decodeFile(t, schemas.Services, "../content/services.yaml", doc.Catalog)
		docs = append(docs, doc)
	}
	trees, problems := Link(docs, v)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return trees
}

func decodeFile(t *testing.T, name schemas.Name, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas.Decode(name, data, v); err != nil {
		t.Fatal(err)
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s differs: go test -update, and review the diff\ngot:\n%s", file, got)
	}
}

func TestOutlineReadsAsItIsWritten(t *testing.T) {
	golden(t, "testdata/show/outline.golden", lampTrees(t)["Q100001"].Outline())
}

func TestMermaidDrawsWhatTheTreeSays(t *testing.T) {
	golden(t, "testdata/show/mermaid.golden", lampTrees(t)["Q100001"].Mermaid())
}

func TestOutlineLeavesNothingOut(t *testing.T) {
	for id, tree := range contentTrees(t) {
		text := strings.Join(strings.Fields(tree.Outline()), " ")
		want := []string{tree.About, tree.Version}
		for _, q := range tree.questions() {
			want = append(want, q.text())
		}
		for _, d := range tree.OwnDiagnoses() {
			want = append(want, d.Name+": "+d.Says)
			want = append(append(want, d.Fix.All()...), d.See.All()...)
		}
		for name, f := range tree.Fixes.All() {
			want = append(want, name+": "+f.Goal)
		}
		for _, part := range want {
			if !strings.Contains(text, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("%s: the outline does not say %q", id, part)
			}
		}
	}
}

func TestOutlineKeepsToItsWidth(t *testing.T) {
	for id, tree := range contentTrees(t) {
		for line := range strings.SplitSeq(tree.Outline(), "\n") {
			if n := len([]rune(line)); n > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%s: a line of %d characters: %s", id, n, line)
			}
		}
	}
}

// The lines that a flowchart of ours consists of. A label holds no sign that Mermaid reads as more than text: anything else is a
// numbered entity.
var (
	labelForm = `"(?:[\pL\pN .,:?!'()/\-_+=]|#\d{1,7};)*"`
	nodeForm  = regexp.MustCompile(`^  ([a-z]+\d*)(?:\(\[` + labelForm + `\]\)|\[` + labelForm + `\]|\(` + labelForm + `\)|\[\[` + labelForm + `\]\]|\(\(` + labelForm + `\)\))$`)
	arrowForm = regexp.MustCompile(`^  ([a-z]+\d*) (?:-->|-\.->)(?:\|` + labelForm + `\|)? ([a-z]+\d*)$`)
)

// parseMermaid reads a flowchart as strictly as it is written, and returns its nodes and arrows.
func parseMermaid(t *testing.T, chart string) (nodes []string, arrows [][2]string) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(chart, "\n"), "\n")
	if !regexp.MustCompile(`^%% Q\d{5,6}, tree [0-9a-f]{8}$`).MatchString(lines[0]) || lines[1] != "flowchart TD" {
		t.Fatalf("begins with %q", lines[:2])
	}
	for _, line := range lines[2:] {
		if m := nodeForm.FindStringSubmatch(line); m != nil {
			if slices.Contains(nodes, m[1]) {
				t.Errorf("node %s stands twice", m[1])
			}
			nodes = append(nodes, m[1])
		} else if m := arrowForm.FindStringSubmatch(line); m != nil {
			arrows = append(arrows, [2]string{m[1], m[2]})
		} else {
			t.Errorf("is neither a node nor an arrow: %s", line)
		}
	}
	return nodes, arrows
}

func TestMermaidIsAFlowchartWithoutLooseEnds(t *testing.T) {
	trees := contentTrees(t)
	trees["Q100001"] = lampTrees(t)["Q100001"]
	for id, tree := range trees {
		nodes, arrows := parseMermaid(t, tree.Mermaid())
		reached := map[string]bool{"begin": true}
		for _, a := range arrows {
			if !slices.Contains(nodes, a[0]) || !slices.Contains(nodes, a[1]) {
				t.Errorf("%s: an arrow from %s to %s, of which one is no node", id, a[0], a[1])
			}
			reached[a[1]] = true
		}
		for _, n := range nodes {
			if !reached[n] {
				t.Errorf("%s: no arrow leads to %s", id, n)
			}
		}
	}
}

func TestMermaidTextHidesWhatMermaidWouldRead(t *testing.T) {
	form := regexp.MustCompile("^" + labelForm + "$")
	for _, text := range []string{
		`a "quoted" word`, "`code`", "a|b", "#35;", "#quot;", "<script>", "&lt;", "%%{init: {}}%%", "x]]", "y))", "a\n  b --> c", "end", "“schräg” – 日本", "\x00\x1b[31m", "\u202e", "$x$", `back\slash`, "~~~",
	} {
		if got := `"` + mermaidText(text) + `"`; !form.MatchString(got) {
			t.Errorf("mermaidText(%q) = %s, which Mermaid reads as more than text", text, got)
		}
	}
}
