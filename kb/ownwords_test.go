package kb

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// grams is how many words in a row make a sentence somebody else's.
const grams = 7

var (
	fact    = regexp.MustCompile("`[^`]*`|\\S*\\\\.*|\\S+\\.(?i:exe|bat|log|lcf|tcf|ini)\\b") // a path ends the line, because it may have blanks in it
	wordsIn = regexp.MustCompile(`[\pL\pN]+`)
)

// The archive is not ours: we tell what it says in our own words. Titles and what stands in backticks (log lines, keys,
// commands, error messages) are facts, and may stand as they are.
func TestNoSentenceOfTheArchiveStandsInTheKnowledgeBase(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the archive")
	}
	source := openArchive(t)
	base := load(t)
	var ids []string
	for _, a := range base.Articles() {
		ids = append(ids, a.ID)
	}
	found, err := source.Find(ids...)
	if err != nil {
		t.Fatal(err)
	}
	theirs := map[string]string{}
	for id, a := range found {
		for _, s := range a.Sections {
			for _, p := range s.Paragraphs {
				runs(p.Text, func(run string) { theirs[run] = id })
			}
		}
	}
	for _, a := range base.Articles() { // a title may be cited anywhere
		runs(a.Title, func(run string) { delete(theirs, run) })
	}
	facts, err := fs.ReadFile(Content(), factsFile)
	if err != nil {
		t.Fatal(err)
	}
	runs(string(facts), func(run string) { delete(theirs, run) }) // its expressions are log lines
	if len(theirs) < 1000 {
		t.Fatalf("only %d runs of words in %d articles", len(theirs), len(found))
	}
	for file, text := range ours(t) {
		for _, part := range fact.Split(text, -1) {
			runs(part, func(run string) {
				if id, ok := theirs[run]; ok {
					t.Errorf("%s has the words of %s: %q", file, id, run)
				}
			})
		}
	}
}

// ours returns every text of the knowledge base that is prose, by file.
func ours(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	err := fs.WalkDir(Content(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(Content(), path)
		if err != nil {
			return err
		}
		text := string(data)
		if path == factsFile || strings.HasSuffix(path, casesFile) {
			return nil // log lines and reports
		}
		if strings.HasSuffix(path, articleFile) {
			a, err := archive.ParseContent(data)
			if err != nil {
				return err
			}
			var b strings.Builder
			for _, s := range a.Sections {
				for _, p := range s.Paragraphs {
					b.WriteString(p.Text + " ` ` ")
				}
			}
			text = b.String()
		}
		texts[path] = text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// runs yields every run of words of a text, in lower case.
func runs(text string, yield func(string)) {
	words := wordsIn.FindAllString(strings.ToLower(text), -1)
	for i := 0; i+grams <= len(words); i++ {
		yield(strings.Join(words[i:i+grams], " "))
	}
}
