package words

import (
	"context"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/prose"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/script"
)

// answers returns the answers to all worked cases of the content.
func answers(t *testing.T) (all []*desk.Answer, base *kb.Base) {
	t.Helper()
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	cases, err := kb.Cases(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	d := &desk.Desk{KB: base}
	for _, c := range cases {
		a, err := d.Answer(context.Background(), desk.ReportOf(base, c))
		if err == nil {
			all = append(all, a)
		}
	}
	if len(all) < 20 {
		t.Fatalf("%d worked cases have an answer", len(all))
	}
	return all, base
}

func stated(base *kb.Base) func(string, []string) string {
	return func(fact string, values []string) string {
		return base.Vocabulary.Stated(facts.Fact{Name: fact, Values: values})
	}
}

var forms = map[string]func(*desk.Answer, Options) string{"text": Text, "markdown": Markdown, "html": HTML, "terminal": Terminal}

func TestCatalogsSayTheSameWithTheSameGaps(t *testing.T) {
	gap := regexp.MustCompile(`\{[a-z]+\}`)
	for l, catalog := range catalogs {
		for name, text := range catalogs[english] {
			other, ok := catalog[name]
			want, got := gap.FindAllString(text, -1), gap.FindAllString(other, -1)
			slices.Sort(want)
			slices.Sort(got)
			if !ok || !slices.Equal(got, want) {
				t.Errorf("%s, %s: %q has the gaps %v, want %v", l, name, other, got, want)
			}
		}
		if len(catalog) != len(catalogs[english]) {
			t.Errorf("%s has %d sentences, want %d", l, len(catalog), len(catalogs[english]))
		}
	}
}

// The whole answer is said: nothing that a person must know is missing in any form or language.
func TestNothingOfAnAnswerIsLeftOut(t *testing.T) {
	all, base := answers(t)
	for _, a := range all {
		for _, lang := range []string{"en", "de", ""} {
			text := Text(a, Options{Language: lang, State: stated(base)})
			var want []string
			for _, d := range a.Diagnoses {
				want = append(want, strings.TrimSuffix(d.Says, "."))
				if d.State == "confirmed" {
					want = append(want, d.Doubts...)
					if d.Proof != nil {
						want = append(want, d.Proof.Article)
					}
				}
			}
			for _, c := range a.Contradictions {
				want = append(want, strings.TrimSuffix(c.Says, "."))
			}
			if a.Ask != nil {
				for _, c := range a.Ask.Answers {
					want = append(want, c.Label)
				}
				for _, c := range a.Ask.Confirm {
					want = append(want, c.Label)
				}
				if len(a.Ask.Confirm) == 0 || lang != "de" {
					want = append(want, a.Ask.Text)
				}
			}
			if a.Plan != nil {
				want = append(append(want, a.Plan.Goal), a.Plan.Doubts...)
				for _, s := range a.Plan.Steps {
					want = append(want, s.Does)
				}
			}
			for _, s := range a.Scripts {
				want = append(want, s.File)
			}
			for _, w := range want {
				if !strings.Contains(text, prose.Line(w)) {
					t.Errorf("%s: %q is not said in\n%s", lang, w, text)
				}
			}
			if gap := regexp.MustCompile(`\{[a-z]+\}`).FindString(text); gap != "" {
				t.Errorf("%s: the gap %s is not filled in\n%s", lang, gap, text)
			}
		}
	}
}

func TestALimitHoldsAfterRenderingAndKeepsTheQuestion(t *testing.T) {
	if testing.Short() {
		t.Skip("renders every answer at every limit")
	}
	all, base := answers(t)
	for i, a := range all {
		if i%4 > 0 {
			continue // a quarter of them says enough, and takes a quarter of the time
		}
		for name, form := range forms {
			for _, short := range []bool{false, true} {
				for _, lang := range []string{"en", "de"} {
					o := Options{Language: lang, Short: short, State: stated(base)}
					whole := form(a, o)
					if strings.Contains(whole, catalogs[language(lang)]["left-out"]) {
						t.Fatalf("%s: something is left out without a limit", name)
					}
					for _, limit := range []int{1, 60, 200, 1000, 3000} {
						o.Limit = limit
						text := form(a, o)
						if n := utf8.RuneCountInString(text); n > limit {
							t.Errorf("%s: %d characters under a limit of %d", name, n, limit)
						}
						if !utf8.ValidString(text) {
							t.Errorf("%s: a limit of %d cuts a character", name, limit)
						}
						short := o
						short.Short, short.Limit = true, 0
						if utf8.RuneCountInString(form(a, short)) > limit && limit >= 200 && !strings.Contains(text, strings.TrimSuffix(catalogs[language(lang)]["left-out"], ".")) {
							t.Errorf("%s: under %d characters it is not said that something is left out:\n%s", name, limit, text)
						}
						if limit >= 1000 && a.Ask != nil && len(a.Ask.Confirm) == 0 && len(a.Ask.Answers) < 8 && !strings.Contains(html.UnescapeString(strings.ReplaceAll(text, `\`, "")), a.Ask.Text) {
							t.Errorf("%s: under %d characters the question is missing:\n%s", name, limit, text)
						}
					}
				}
			}
		}
	}
}

// What a person wrote, or an article says, cannot become markup or move a cursor.
func TestWhatIsSaidIsNoMarkup(t *testing.T) {
	evil := "<script>alert(1)</script> **bold** [x](http://evil) `code` \x1b[2J\u202e & # ~ | ![i](j)\n# head\r\n- item"
	a := &desk.Answer{
		Status: desk.StatusDiagnosed, Contradictions: []desk.Contradiction{{Says: evil}},
		Diagnoses: []desk.Diagnosis{{State: "confirmed", Confidence: "high", Says: evil, Doubts: []string{evil}, Because: []desk.Because{{Fact: "x", Value: evil, Source: "text", Words: evil}},
			Proof: &desk.Proof{Article: "Q1", Section: evil, Paragraph: 1, Passage: evil}}},
		Ask: &desk.Ask{Text: evil, Answers: []desk.Choice{{Label: evil}}}, Runs: []desk.Run{{Script: "0a1b2c3d", Computer: evil, Says: evil, Next: evil}},
		Plan: &desk.Plan{Goal: evil, Risk: "low", Steps: []desk.Step{{Does: evil, By: "script", Effect: "changes"}}}, Related: []desk.Related{{ID: "Q1", Title: evil}},
	}
	text := Text(a, Options{})
	for _, bad := range []string{"\x1b", "\u202e", "\n# head", "\n- item"} {
		if strings.Contains(text, bad) {
			t.Errorf("the text holds %q", bad)
		}
	}
	for _, bad := range []string{"\x1b", "\u202e", "\n# head", "\n- item"} {
		if strings.Contains(Terminal(a, Options{Names: true}), bad) {
			t.Errorf("the terminal is sent %q", bad)
		}
	}
	md := Markdown(a, Options{})
	for _, bad := range []string{`[^\\]<script`, `[^\\]\*\*bold`, `[^\\]\[x`, "[^\\\\]`code", `[^\\]!\\?\[i`, `(?m)^# head`, `(?m)^- item`} {
		if at := regexp.MustCompile(bad).FindString(md); at != "" {
			t.Errorf("the Markdown holds %q:\n%s", at, md)
		}
	}
	for _, start := range []string{"- x", "1. x", "12) x", "# x", "> x", "+ x", "= x", "* x"} {
		if got := Markdown(&desk.Answer{Status: desk.StatusAsk, Contradictions: []desk.Contradiction{{Says: start}}, Runs: []desk.Run{{Says: "x"}}}, Options{}); strings.Contains(got, "\n"+start) {
			t.Errorf("%q begins a line of Markdown", start)
		}
	}
	page := HTML(a, Options{})
	if tags := regexp.MustCompile(`</?[a-z]+[^>]*>`).FindAllString(page, -1); slices.ContainsFunc(tags, func(tag string) bool {
		return !slices.Contains([]string{"<p>", "</p>", "<strong>", "</strong>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>"}, tag)
	}) {
		t.Errorf("the HTML holds the tags %q", tags)
	}
}

func TestEveryDialectIsDescribed(t *testing.T) {
	for _, l := range []string{"en", "de"} {
		for _, dialect := range script.Dialects() {
			if In(l).Kind(dialect) == "" || In(l).Use(dialect) == "" {
				t.Errorf("%s: %s is not described", l, dialect)
			}
		}
	}
}

// The page and the terminal take what they say of an answer from here: none of them writes a sentence of the catalog again.
func TestNoSentenceIsWrittenAgain(t *testing.T) {
	gap, comments := regexp.MustCompile(`\{[a-z]+\}`), regexp.MustCompile(`(?m)//.*$`)
	checked := 0
	for _, pattern := range []string{"../../page/templates/*.html", "../../page/*.go", "../../mcp/*.go", "../../../fixdesk/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			data = comments.ReplaceAll(data, nil)
			for name, text := range catalogs[english] {
				for _, part := range gap.Split(text, -1) {
					if part = strings.Trim(part, " .,:;“”"); len(strings.Fields(part)) < 3 {
						continue // a label of a word or two may stand for something else
					}
					if checked++; strings.Contains(string(data), part) {
						t.Errorf("%s has %q: take the sentence %s from here", file, part, name)
					}
				}
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d sentences were looked for", checked)
	}
}

// The texts for one answer in every form stand in testdata, for a person to read.
func TestVoice(t *testing.T) {
	all, base := answers(t)
	i := slices.IndexFunc(all, func(a *desk.Answer) bool {
		return a.Status == desk.StatusDiagnosed && a.Plan != nil && len(a.Scripts) > 3
	})
	j := slices.IndexFunc(all, func(a *desk.Answer) bool { return a.Ask != nil && len(a.Ask.Answers) > 2 && a.Status == desk.StatusAsk })
	if i < 0 || j < 0 {
		t.Fatal("no worked case has a plan with scripts, or a question with answers")
	}
	var b strings.Builder
	for _, a := range []*desk.Answer{all[i], all[j]} {
		for _, o := range []Options{{}, {Short: true}, {Language: "de", Short: true}, {Short: true, Limit: 400}} {
			o.State = stated(base)
			b.WriteString("---- text " + o.Language + "\n" + Text(a, o) + "\n\n")
		}
		b.WriteString("---- terminal\n" + Terminal(a, Options{State: stated(base), Names: true}) + "\n\n")
		o := Options{Short: true, State: stated(base)}
		b.WriteString("---- markdown\n" + Markdown(a, o) + "\n\n---- html\n" + HTML(a, o) + "\n\n")
	}
	const golden = "testdata/voice.txt"
	if os.Getenv("UPDATE") != "" {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the voice is another than in %s: UPDATE=1 go test writes it anew, for review", golden)
	}
}
