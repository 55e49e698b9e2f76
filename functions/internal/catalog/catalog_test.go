package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

func TestAnArticleWithItsOriginalIsNotMissing(t *testing.T) {
	articles, _ := servicetest.BuiltIn(t)
	x, err := index.New([]*archive.Article{{ID: "Q256986", Title: "It Came Back", Sections: []archive.Section{{Paragraphs: []archive.Paragraph{{Text: "Here it is."}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.Catalog{Base: articles.Base, Archive: x}
	if title, ok := c.Title("Q256986"); !ok || title != "It Came Back" || c.StandIn("Q256986") != "" {
		t.Errorf("Title = %q, %v, StandIn = %q", title, ok, c.StandIn("Q256986"))
	}
}

// A proof and a hit name a section and a number. They lead to the paragraph of that number, whatever else has a like name.
func TestAnchorsHangOnNamesAndNumbersAlone(t *testing.T) {
	paragraphs := func(n int) []archive.Paragraph { return make([]archive.Paragraph, n) }
	a := &archive.Article{Sections: []archive.Section{
		{Paragraphs: paragraphs(1)}, {Name: "CAUSE", Paragraphs: paragraphs(1)}, {Name: "STEP 2", Paragraphs: paragraphs(1)}, {Name: "STEP", Paragraphs: paragraphs(2)},
		{Name: "CAUSE", Paragraphs: paragraphs(2)}, {Name: "Main", Paragraphs: paragraphs(1)}, {Name: "?!", Paragraphs: paragraphs(1)},
	}}
	var got []string
	for i, of := range catalog.AnchorsOf(a) {
		got = append(got, of.Section+":")
		for j, ids := range of.Paragraphs {
			got = append(got, ids...)
			n := j + 1
			if i == 4 {
				n += 1 // sections of one name count as one
			}
			if want := catalog.Anchor(a.Sections[i].Name, n); ids[0] != want && a.Sections[i].Name != "?!" {
				t.Errorf("paragraph %d of %q is at %s, want %s", n, a.Sections[i].Name, ids[0], want)
			}
		}
	}
	want := "top: top-1 cause: cause-1 step-2-2: step-2-1 step: step-1 step-2 cause-4: cause-2 cause-3 main-2: main-1 top-2: top-1-2"
	if joined := strings.Join(got, " "); joined != want {
		t.Errorf("anchors:\n%s, want\n%s", joined, want)
	}
	seen := slices.Sorted(slices.Values(got))
	if len(slices.Compact(seen)) != len(got) {
		t.Errorf("%q: some stand twice", got)
	}
}

// A hit counts the paragraphs of our own article as they stand there, a proof as they stand in the original.
func TestAHitInAnArticleOfOursLeadsToItsParagraph(t *testing.T) {
	a := &archive.Article{Sections: []archive.Section{
		{Name: "CAUSE", Paragraphs: []archive.Paragraph{{Place: "CAUSE/4, CAUSE/5"}, {Place: "CAUSE/1"}}},
		{Name: "CAUSE", Paragraphs: []archive.Paragraph{{Place: "ext"}}}, {Name: "STATUS", Paragraphs: []archive.Paragraph{{}}}}}
	for n, want := range []string{"", "cause-4", "cause-1", "ext-0", ""} {
		if got := catalog.AnchorIn(a, "CAUSE", n); got != want {
			t.Errorf("paragraph %d is at %q, want %q", n, got, want)
		}
	}
	if got := catalog.AnchorIn(a, "STATUS", 1); got != "status-1" {
		t.Errorf("a paragraph without a place is at %q", got)
	}
}
