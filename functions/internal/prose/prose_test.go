package prose

import (
	"strings"
	"testing"
	"unicode/utf8"
)

var forms = map[string]func(Text, int) string{"plain": Text.Plain, "markdown": Text.Markdown, "html": Text.HTML}

// A long text with everything that grows when it is rendered.
func long() Text {
	t := Text{LeftOut: "More is left out here."}
	for range 20 {
		t.Whole = append(t.Whole, Paragraph{Kind: Finding, Text: strings.Repeat("<&`{code}*", 30), Items: []string{"<b>", "a & b"}})
	}
	t.Whole = append(t.Whole, Paragraph{Kind: Code, Text: strings.Repeat("echo <&> ``` ````\r\n", 40)}, Paragraph{Kind: Mark, Text: "Fixdesk note 7."})
	return t
}

func TestWhatIsRenderedKeepsTheLimitAndTheMark(t *testing.T) {
	for name, form := range forms {
		for _, limit := range []int{200, 1000, 5000, 32767} {
			got := form(long(), limit)
			if n := utf8.RuneCountInString(got); n > limit {
				t.Errorf("%s: %d characters, limit %d", name, n, limit)
			}
			if !strings.Contains(got, "Fixdesk note 7") {
				t.Errorf("%s: with a limit of %d the mark is left out", name, limit)
			}
		}
	}
}

func TestCodeIsRenderedWholeOrNotAtAll(t *testing.T) {
	for limit := 100; limit < 6000; limit += 97 {
		got := long().Markdown(limit)
		if n := strings.Count(got, "echo"); n != 0 && n != 40 {
			t.Fatalf("with a limit of %d the code has %d of 40 lines", limit, n)
		}
		if n := strings.Count(got, "`````"); n != 0 && n != 2 {
			t.Fatalf("with a limit of %d there are %d fences", limit, n)
		}
	}
}

func TestAFenceIsLongerThanEveryFenceInTheCode(t *testing.T) {
	got := Text{Whole: []Paragraph{{Kind: Code, Text: "a\n````\nb\n"}}}.Markdown(0)
	if want := "`````\na\n````\nb\n`````"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Text{Whole: []Paragraph{{Kind: Code, Text: "a < b & c\n</pre>\n"}}}).HTML(0); got != "<pre>a &lt; b &amp; c\n&lt;/pre&gt;\n</pre>" {
		t.Errorf("got %q", got)
	}
}

func TestNothingThatIsSaidBeginsMarkup(t *testing.T) {
	for _, start := range []string{"- x", "1. x", "12) x", "# x", "> x", "+ x", "= x", "* x"} {
		if got := escaped(start); got == start {
			t.Errorf("%q is not escaped", start)
		}
	}
}
