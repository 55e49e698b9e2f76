package kb

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fixdesk/fixdesk/kb/archive"
)

var update = flag.Bool("update", false, "write the golden files anew")

// openArchive opens the archive that KB_ARCHIVE names, else the one beside the project.
func openArchive(t *testing.T) *archive.Source {
	t.Helper()
	name := os.Getenv("KB_ARCHIVE")
	if name == "" {
		name = filepath.Join("..", "..", "shared", "kbarchive", "kbarchive-master.tar.gz")
	}
	source, err := archive.Open(name)
	if err != nil {
		t.Skip("no archive: set KB_ARCHIVE to its folder, .tar.gz or .zip; skipped: whether every proof still reads as it did")
	}
	t.Cleanup(func() { source.Close() })
	return source
}

func TestTheKnowledgeBaseIsSound(t *testing.T) {
	if testing.Short() {
		t.Skip("checks all content")
	}
	problems, report, err := Check(Content(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	golden(t, "shape.golden", shapes(t, report))
}

// shapes tells how large the trees are and how many questions they take. An edit that makes them worse shows as a diff.
func shapes(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	base, err := Load(Content())
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range base.Trees() {
		s := r.Shapes[tree.Article]
		fmt.Fprintf(&b, "%s: %d facts, longest path %d, %d paths; questions from nothing: worst %d, mean %.1f\n",
			tree.Article, s.Questions, s.Longest, s.Paths, s.Worst, s.Mean)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\n%swant:\n%s", name, got, want)
	}
}

func TestEveryPlaceReadsAsItDidInTheArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the archive")
	}
	problems, report, err := Check(Content(), openArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	if report.Proved != report.Places || report.Places < 1000 {
		t.Errorf("proved %d of %d places", report.Proved, report.Places)
	}
}

func TestNoPlaceWaitsForItsHash(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the archive")
	}
	changed, err := WriteHashes(Content(), openArchive(t))
	if err != nil {
		t.Fatal(err)
	}
	for file := range changed {
		t.Errorf("%s: a place has no hash, or another one: run fixdesk check --archive PATH --write", file)
	}
}

// small is a knowledge base of one article, sound as it stands.
func small() fstest.MapFS {
	return fstest.MapFS{
		"facts.yaml": {Data: []byte(`facts:
  hot: {ask: 'Is it hot?', answers: {'yes': 'Yes', 'no': 'No'}}
`)},
		"Q100001/article.md": {Data: []byte("# Q100001: The kettle is hot\n\n- Product: Kettle\n\n## CAUSE\n\nThe kettle was heated. [gk]\n")},
		"Q100001/tree.yaml": {Data: []byte(`article: Q100001
about: The kettle is hot.
entry: true
start: hot
questions:
  hot:
    'yes': heated
    then: end
diagnoses:
  heated:
    says: The kettle was heated.
    proof: gk
`)},
	}
}

func TestContentProblemsNameFileAndLine(t *testing.T) {
	tests := []struct {
		name             string
		file, find, with string
		want             string
	}{
		{"an unknown question", "Q100001/tree.yaml", "then: end", "then: cold", `Q100001/tree.yaml:8: /questions/hot/then: there is no question, diagnosis or tree "cold"`},
		{"an answer that is none", "Q100001/tree.yaml", "'yes': heated", "maybe: heated", `Q100001/tree.yaml:7: /questions/hot/maybe: "maybe" is no answer to hot`},
		{"a diagnosis that nothing concludes", "Q100001/tree.yaml", "'yes': heated", "'yes': end", "Q100001/tree.yaml:10: /diagnoses/heated: is never concluded: no answer leads to it"},
		{"a missing start", "Q100001/tree.yaml", "start: hot", "start: cold", `Q100001/tree.yaml:4: /start: there is no question "cold"`},
		{"a dead end", "Q100001/tree.yaml", "    then: end\n", "", "Q100001/tree.yaml:6: /questions/hot: says nothing of who does not know: write `unknown` or `then`"},
		{"a fact without a question", "Q100001/tree.yaml", "start: hot\nquestions:\n  hot:", "start: warm\nquestions:\n  warm:", `Q100001/tree.yaml:6: /questions/warm: there is no fact "warm" in facts.yaml`},
		{"a place that is none", "Q100001/tree.yaml", "proof: gk", "proof: somewhere", `Q100001/tree.yaml:12: /diagnoses/heated/proof: "somewhere" is no place: want article/section/paragraph and the hash, ext, or gk`},
		{"an article that nobody told", "Q100001/tree.yaml", "proof: gk", "proof: gk\n    see: Q999999", "Q100001/tree.yaml:13: names Q999999, which has no article.md of its own"},
		{"no entry", "Q100001/tree.yaml", "entry: true\n", "", ".: no tree says `entry: true`: a report that names no article has nowhere to begin"},
		{"a fix that is not there", "Q100001/tree.yaml", "proof: gk", "proof: gk\n    fix: cool-down", `Q100001/tree.yaml:13: /diagnoses/heated/fix: there is no fix "cool-down"`},
		{"a sign that names no class", "facts.yaml", "'no': 'No'}}", "'no': 'No'}, signs: {'yes': [$hot]}}", "facts.yaml:2: /facts/hot/signs/yes/0: is no phrase: there is no class hot"},
		{"an article in a wrong folder", "Q100001/article.md", "# Q100001", "# Q100002", "Q100001/article.md:1: is article Q100002 in the folder of Q100001"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := small()
			text := string(fsys[tt.file].Data)
			if !strings.Contains(text, tt.find) {
				t.Fatalf("%s does not hold %q", tt.file, tt.find)
			}
			fsys[tt.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, tt.find, tt.with, 1))}
			problems, _, err := Check(fsys, nil)
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, p := range problems {
				all = append(all, p.String())
			}
			if !strings.Contains(strings.Join(all, "\n"), tt.want) {
				t.Errorf("problems:\n%s\nwant among them:\n%s", strings.Join(all, "\n"), tt.want)
			}
		})
	}
}

func TestASmallKnowledgeBaseIsSound(t *testing.T) {
	problems, _, err := Check(small(), nil)
	if err != nil || len(problems) > 0 {
		t.Errorf("problems %v, error %v", problems, err)
	}
}

func TestALoopIsReportedAndNotWalked(t *testing.T) {
	fsys := small()
	fsys["facts.yaml"] = &fstest.MapFile{Data: []byte("facts:\n  hot: {ask: 'Is it hot?', answers: {'yes': '', 'no': ''}}\n  wet: {ask: 'Is it wet?', answers: {'yes': '', 'no': ''}}\n")}
	fsys["Q100001/tree.yaml"] = &fstest.MapFile{Data: []byte(`article: Q100001
about: The kettle is hot.
entry: true
start: hot
questions:
  hot:
    'yes': heated
    then: wet
  wet:
    then: hot
diagnoses:
  heated: {says: The kettle was heated., proof: gk}
`)}
	problems, _, err := Check(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) == 0 || !strings.Contains(problems[0].String(), "asks for hot a second time on the path hot > wet") {
		t.Errorf("problems %v, want the loop", problems)
	}
}
