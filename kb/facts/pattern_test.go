package facts

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/schemas"
)

// What a pattern leaves out without trying must be what its expression does not match.
func TestAPatternFindsWhatItsExpressionMatches(t *testing.T) {
	for _, expr := range append(ours(t), `\b(a.)b`, `\b\w*x`, `\bab?c`, `\b(a?)*b`, `\b(?-i:Kb)`, `\bs`, `\b(?:x|)yz`, `\b\d+%`) {
		p, err := compile(expr)
		if err != nil {
			t.Fatalf("%s: %v", expr, err)
		}
		whole := regexp.MustCompile("(?i)" + expr)
		for _, text := range texts(t, expr) {
			if want := whole.MatchString(text); (p.find(prepared(text)) != nil) != want {
				t.Errorf("%s in %q: found %v, matches %v", expr, text, !want, want)
			}
		}
	}
}

// ours returns every expression of the vocabulary.
func ours(t *testing.T) (all []string) {
	data, err := os.ReadFile(filepath.Join("..", "content", "facts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc Document
	if err := schemas.Decode(schemas.Facts, data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, d := range doc.Facts.All() {
		all = append(all, d.Except...)
		for _, signs := range d.Signs.All() {
			all = append(all, signs...)
		}
		for _, signs := range d.Weak.All() {
			all = append(all, signs...)
		}
	}
	return all
}

// texts returns short texts of the words of an expression, in an order that is always the same.
func texts(t *testing.T, expr string) []string {
	words := regexp.MustCompile(`\pL+|\d+`).FindAllString(expr, -1)
	words = append(words, "sites", "AB1", "100 %", "Kind", "x")
	rnd := rand.New(rand.NewPCG(1, uint64(len(expr))))
	all := []string{"abb", "axb", "yz", "xyz", "b", "aab", "s", "Kb", "ay", "98%"}
	for range 60 {
		var b strings.Builder
		for range 1 + rnd.IntN(6) {
			b.WriteString(words[rnd.IntN(len(words))])
			b.WriteString([]string{" ", " ", " ", ", ", "-", ""}[rnd.IntN(6)])
		}
		all = append(all, b.String())
	}
	return all
}

// prepared is a text as it is looked at, with no word put right.
func prepared(text string) *prose {
	p := asTyped(text)
	for from := range words(text) {
		p.starts = append(p.starts, from)
	}
	return p
}

func TestWhatAMatchBeginsWith(t *testing.T) {
	for expr, want := range map[string][]string{
		`\bsms`:         {"sm"},
		`\b(ab|c)d`:     {"ab", "cd"},
		`\bx?yz`:        {"xy", "yz"},
		`\b(a|ab)?[12]`: {"1", "2", "a1", "a2", "ab"},
	} {
		p, err := compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		var set pairSet
		for _, w := range want {
			if len(w) == 1 {
				set.addAll(w[0])
			} else {
				set.add(w[0], w[1])
			}
		}
		if !p.atWord || !reflect.DeepEqual(p.first, set) {
			t.Errorf("%s begins otherwise than with %q", expr, want)
		}
	}
}
