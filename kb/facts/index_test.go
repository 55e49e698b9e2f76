package facts

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/schemas"
)

// corpus returns a mail of about 20,000 characters from each of the corpora, as a text that was taken apart, and the vocabulary that
// it was taken apart with.
func corpus(t *testing.T) (*Vocabulary, []*text) {
	t.Helper()
	var doc Document
	var lang LanguageDocument
	for file, into := range map[string]func(data []byte) error{
		"facts.yaml":    func(data []byte) error { return schemas.Decode(schemas.Facts, data, &doc) },
		"language.yaml": func(data []byte) error { return schemas.Decode(schemas.Language, data, &lang) },
	} {
		data, err := os.ReadFile(filepath.Join("../content", file))
		if err != nil {
			t.Fatal(err)
		}
		if err := into(data); err != nil {
			t.Fatal(err)
		}
	}
	v, err := New(&doc, &lang)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../testdata/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no corpora: %v", err)
	}
	var texts []*text
	for _, file := range files {
		texts = append(texts, v.reader().lang.takeApart(v.spelling.read(mailOf(t, file))))
	}
	return v, texts
}

// mailOf joins the texts at the beginning of a corpus.
func mailOf(t *testing.T, file string) string {
	t.Helper()
	const length = 20000
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b strings.Builder
	for lines := bufio.NewScanner(f); lines.Scan() && b.Len() < length; {
		var one struct{ Text, Symptom string }
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		b.WriteString(one.Text + one.Symptom + "\n")
	}
	return b.String()
}

// all returns every phrase of an index once, in no order that counts.
func (x *index[T]) all() []*phrase {
	lists := append(slices.Clone(x.classes), x.values[:]...)
	lists = append(append(lists, x.words...), x.others)
	for _, list := range x.begins {
		lists = append(lists, list)
	}
	for _, list := range x.short {
		lists = append(lists, list)
	}
	seen := map[*phrase]bool{}
	var all []*phrase
	for _, one := range slices.Concat(lists...) {
		if !seen[one.phrase] {
			seen[one.phrase] = true
			all = append(all, one.phrase)
		}
	}
	return all
}

// holdsToAll reports where an index finds other phrases in a text than trying all of them does.
func holdsToAll[T any](t *testing.T, name string, x *index[T], taken *text) {
	t.Helper()
	phrases := x.all()
	if len(phrases) == 0 {
		t.Fatalf("%s: there are no phrases", name)
	}
	for i := range taken.tokens {
		indexed := map[*phrase]bool{}
		for _, one := range x.candidates(taken, i) {
			if _, ok := one.phrase.at(taken, i); ok {
				indexed[one.phrase] = true
			}
		}
		for _, p := range phrases {
			if _, ok := p.at(taken, i); ok != indexed[p] {
				t.Errorf("%s: %q at token %d, %q: found %v, by the index %v", name, p.text, i, taken.tokens[i].low, ok, indexed[p])
			}
		}
	}
}

// candidates returns the phrases that each tries at a token.
func (x *index[T]) candidates(t *text, i int) []indexed[T] {
	var all []indexed[T]
	x.lists(t, i, func(list []indexed[T]) { all = append(all, list...) })
	return all
}

// An index only saves work: what it passes over does not stand there.
func TestAnIndexFindsWhatTryingEveryPhraseFinds(t *testing.T) {
	if testing.Short() {
		t.Skip("tries every phrase")
	}
	v, texts := corpus(t)
	r := v.reader()
	for _, taken := range texts {
		holdsToAll(t, "classes", r.lang.phrases, taken)
		holdsToAll(t, "triggers", r.lang.triggers, taken)
		holdsToAll(t, "ends of scopes", r.lang.until, taken)
		holdsToAll(t, "breaks", r.lang.breaks, taken)
		holdsToAll(t, "signs", r.signs, taken)
		holdsToAll(t, "anchors", r.anchors, taken)
	}
}

// A text that is said twice costs twice: no phrase is tried for what stands far from it.
func TestPhrasesAreTriedInProportionToTheText(t *testing.T) {
	v, _ := corpus(t)
	tries := func(said string) (n int) {
		taken := v.reader().lang.takeApart(v.spelling.read(said))
		for i := range taken.tokens {
			n += len(v.reader().lang.phrases.candidates(taken, i)) + len(v.reader().lang.triggers.candidates(taken, i)) + len(v.reader().signs.candidates(taken, i))
		}
		return n
	}
	const line = "Smsmon32 sits at 98 % on our NT 4.0 box, and we do not know whether SP1 was applied to site HQ1 or not.\n"
	once, often := tries(line), tries(strings.Repeat(line, 100))
	if once == 0 || often > 100*once+once {
		t.Errorf("%d phrases are tried for a line, and %d for a hundred of them", once, often)
	}
}

// The words with which a line begins only save work, too.
func TestALineIsFoundWhereItsExpressionMatches(t *testing.T) {
	v, _ := corpus(t)
	files, err := filepath.Glob("../testdata/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{strings.Repeat("The SITE ABC does not exist any longer. Unable to check assignment for the site. ", 3),
		"the site The site ABC does not exist any longer", "Ümlaut, Waiting 1234567 seconds for application initialisation. MUTEX TIMEOUT"}
	for _, file := range files {
		texts = append(texts, mailOf(t, file))
	}
	for _, rule := range v.lines {
		plainly := regexp.MustCompile("(?i)" + rule.expr)
		for _, text := range texts {
			j := join(text)
			for _, most := range []int{1, maxLines} {
				got, want := rule.findAll(j.text, j.lower, most), plainly.FindAllStringSubmatchIndex(j.text, most)
				if !slices.EqualFunc(got, want, slices.Equal[[]int]) {
					t.Errorf("%s is found at %v of %.40q, want %v", rule.expr, got, text, want)
				}
			}
		}
	}
}

func TestListsOfCodesAreRememberedAsTheyAreRead(t *testing.T) {
	_, texts := corpus(t)
	for _, taken := range texts {
		for i := range taken.tokens {
			to, ok := taken.codes(i)
			for range 2 {
				if gotTo, got := taken.listAt(i); gotTo != to || got != ok {
					t.Errorf("token %d: %d, %v is remembered of %d, %v", i, gotTo, got, to, ok)
				}
			}
		}
	}
}

func TestPlacesAreThoseOfTheTags(t *testing.T) {
	_, texts := corpus(t)
	for _, taken := range texts {
		want := make([][]place, len(taken.lang.names))
		for i, tags := range taken.tags {
			for _, one := range tags {
				want[one.class] = append(want[one.class], place{span{i, one.to}, one.gaps})
			}
		}
		if !slices.EqualFunc(taken.where, want, slices.Equal[[]place]) {
			t.Error("the places of the classes are not those of the tags")
		}
	}
}
