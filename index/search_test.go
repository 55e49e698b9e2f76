package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/google/go-cmp/cmp"
)

func TestANumberComesFirst(t *testing.T) {
	x := memory(t)
	for _, q := range []string{"Q900405", "q900405", "KB900405", "900405", "what does Q900405 say on the pump", "see kb900405 please"} {
		r := search1(t, x, Query{Text: q})
		if len(r.Hits) == 0 || r.Hits[0].ID != "Q900405" || r.Hits[0].Why[0] != "number" {
			t.Errorf("%q finds %v", q, ids(r))
		}
	}
	if r := search1(t, x, Query{Text: "Q955555"}); len(r.Hits) > 0 {
		t.Errorf("a number that does not exist finds %v", ids(r))
	}
}

func TestNamesAndCodesAreFoundExactly(t *testing.T) {
	x := memory(t)
	for q, want := range map[string]string{
		"mowsrv32.exe": "Lawn Robot", "MOWSRV32": "Lawn Robot", "brewd32.dll stops": "Coffee Maker", "ticker": "Wall Clock",
		"0x80070010": "Coffee Maker", "0x080070010": "Coffee Maker", "80070010": "Coffee Maker",
	} {
		r := search1(t, x, Query{Text: q, Size: 5})
		if len(r.Hits) == 0 || r.Hits[0].Product != want {
			t.Errorf("%q finds %v, want the %s", q, ids(r), want)
			continue
		}
		if !slices.Contains(r.Hits[0].Why, "code") && hasDigit(q) {
			t.Errorf("%q matched by %v, want code", q, r.Hits[0].Why)
		}
	}
}

// small makes an article of a title and a paragraph of symptoms.
func small(n int, title, symptoms string) string {
	return fmt.Sprintf("## Q%d: %s\n\n{%% raw %%}\n\n\tSYMPTOMS\n\t========\n\n\t%s\n\n{%% endraw %%}\n", n, title, symptoms)
}

// of indexes articles in memory.
func of(t *testing.T, texts ...string) *Index {
	t.Helper()
	var all []*archive.Article
	for _, text := range texts {
		a, err := archive.Parse([]byte(text))
		must(t, err)
		all = append(all, a)
	}
	x, err := New(all)
	must(t, err)
	return x
}

func TestEventsStopsAndOtherWaysToWriteThemAreFound(t *testing.T) {
	x := of(t,
		small(900001, "Kettle Writes Event ID 5719", "The log has an event every hour."),
		small(900002, "Kettle Stops with STOP 0x0000001E", "A blue light is on."),
		small(900003, "Kettle Says: No Water", "The kettle says so."),
		small(900004, "Run-Time Error 91 in Kettle", "The e-mail of the kettle is empty."),
		small(900005, "Kettle Drips", "It does not dial-up."),
		small(900006, "Kettle Cannot Read Steam.ini", "It reads steam."),
	)
	for q, want := range map[string]string{
		"event id 5719": "Q900001", "event 5719": "Q900001", "5719": "Q900001",
		"stop 0x1e": "Q900002", "STOP 0x0000001E": "Q900002", "0000001E": "Q900002",
		"error message no water": "Q900003",
		"runtime error 91":       "Q900004", "run time error": "Q900004", "email": "Q900004", "e-mail": "Q900004",
		"dialup":    "Q900005",
		"steam.ini": "Q900006", "STEAM": "Q900006",
	} {
		if r := search1(t, x, Query{Text: q}); len(r.Hits) == 0 || r.Hits[0].ID != want {
			t.Errorf("%q finds %v, want %s", q, ids(r), want)
		}
	}
}

func TestChatterDoesNotDecide(t *testing.T) {
	x := of(t,
		small(900001, "Kettle Whistles", "The kettle whistles all night."),
		small(900002, "Please Help My Toaster", "My toaster asks me to help it, please."),
		small(900003, "Toaster Smokes", "The toaster smokes, thanks to the bread."),
	)
	if r := search1(t, x, Query{Text: "hello please can someone help me my kettle dosnt stop whistling"}); r.Hits[0].ID != "Q900001" || r.DidYouMean != "hello please can someone help me my kettle doesnt stop whistling" {
		t.Errorf("finds %v, did you mean %q", ids(r), r.DidYouMean)
	}
}

func TestAListingOfEverythingDoesNotWin(t *testing.T) {
	texts := corpus()
	var all []string
	for _, id := range sortedKeys(texts) {
		all = append(all, texts[id])
	}
	words := strings.Fields(strings.Join(all, " "))
	x := of(t, append(all, small(909999, "Everything There Is, Part 1", strings.Join(words, " ")))...)
	for _, a := range asked {
		if r := search1(t, x, Query{Text: a.query}); r.Hits[0].ID == "Q909999" {
			t.Errorf("%q finds the listing first", a.query)
		}
	}
}

func TestTextThatManyArticlesShareFindsNone(t *testing.T) {
	texts := make(map[string]string)
	for i := range commonParagraph + 20 {
		id := fmt.Sprint("Q", 900_000+i)
		texts[id] = small(900_000+i, fmt.Sprintf("Kettle Number %d", i), "We are not liable for wet floors.\n\n\tIt whistles.")
	}
	texts["Q900777"] = small(900777, "Kettle Drips", "The floors are wet under it.")
	dir := t.TempDir() + "/index"
	_, err := Build(t.Context(), dir, shelf{texts: texts}, Options{})
	must(t, err)
	x, err := Open(dir)
	must(t, err)
	defer x.Close()
	if r := search1(t, x, Query{Text: "wet floors"}); !slices.Equal(ids(r), []string{"Q900777"}) {
		t.Errorf("finds %v, want the one that says it itself", ids(r))
	}
	if r := search1(t, x, Query{Text: "liable"}); len(r.Hits) > 0 {
		t.Errorf("what all of them say finds %v", ids(r))
	}
}

func TestAVersionIsNoCode(t *testing.T) {
	r := search1(t, memory(t), Query{Text: "door bell 2.5 display"})
	if r.Hits[0].Product != "Door Bell" || slices.Contains(r.Hits[0].Why, "code") {
		t.Errorf("finds %v, matched by %v", ids(r), r.Hits[0].Why)
	}
}

func TestNothingIsSaidToBeNothing(t *testing.T) {
	x := memory(t)
	for _, q := range []string{"", "   ", "the of and", "zzyzx qqfoo", "\x00\xff", "!!!"} {
		r := search1(t, x, Query{Text: q, Facets: true})
		if len(r.Hits) != 0 || r.Total != 0 || r.Weak {
			t.Errorf("%q finds %v", q, ids(r))
		}
	}
}

func TestAGuessIsMarkedAsOne(t *testing.T) {
	x := memory(t)
	weak := search1(t, x, Query{Text: "submarine telescope banana battery orchestra"})
	if len(weak.Hits) == 0 || !weak.Weak || !weak.Hits[0].Weak {
		t.Errorf("one word of five: weak %v, %v", weak.Weak, ids(weak))
	}
	strong := search1(t, x, Query{Text: "piano tuner grinding noise"})
	if strong.Weak || strong.Hits[0].Weak {
		t.Errorf("every word: weak %v, first %+v", strong.Weak, strong.Hits[0])
	}
}

func TestSpellingIsPutRightAndSaid(t *testing.T) {
	x := memory(t)
	r := search1(t, x, Query{Text: "Garden pump makes a grinidng noize"})
	if r.Hits[0].ID != "Q900001" || r.DidYouMean != "Garden pump makes a grinding noise" {
		t.Errorf("finds %v, did you mean %q", ids(r), r.DidYouMean)
	}
	if !slices.Contains(r.Hits[0].Why, "spelling") {
		t.Errorf("matched by %v, want spelling among it", r.Hits[0].Why)
	}
	if r := search1(t, x, Query{Text: "garden pump grinding noise"}); r.DidYouMean != "" {
		t.Errorf("a right spelling is corrected to %q", r.DidYouMean)
	}
}

func TestNearDuplicatesAreFolded(t *testing.T) {
	x := memory(t)
	q := Query{Text: "garden pump stops after a power failure"}
	r := search1(t, x, q)
	if r.Hits[0].ID != "Q900000" || !slices.Equal(r.Hits[0].Same, []string{"Q909001"}) || slices.Contains(ids(r)[1:], "Q909001") {
		t.Errorf("finds %v, first with %v behind it", ids(r), r.Hits[0].Same)
	}
	q.Bare = true
	if r := search1(t, x, q); !slices.Contains(ids(r)[:2], "Q909001") {
		t.Errorf("bare ranking folds: %v", ids(r))
	}
}

func TestArticlesThatOnlyBeginAlikeAreNotFolded(t *testing.T) {
	warning := strings.Repeat("Pull the plug before you open the housing, and wait until everything is cold. ", 12)
	var all []*archive.Article
	for i, part := range []string{"valve", "gasket", "heater"} {
		a, err := archive.Parse([]byte(small(900000+i, "Kettle Drips From the "+part, warning+"\n\n\tThe "+part+" of the kettle drips.")))
		must(t, err)
		all = append(all, a)
	}
	x, err := New(all)
	must(t, err)
	if r := search1(t, x, Query{Text: "kettle drips"}); len(r.Hits) != 3 {
		t.Errorf("finds %v, and folds %v", ids(r), r.Hits[0].Same)
	}
}

func TestAPassageIsAPlaceWithItsWordsMarked(t *testing.T) {
	x := memory(t)
	r := search1(t, x, Query{Text: "oven thermostat fuse melts"})
	h := r.Hits[0]
	if h.ID != "Q900200" || h.Section != "CAUSE" || h.Paragraph != 1 {
		t.Fatalf("hit %+v", h)
	}
	var marked []string
	for _, m := range h.Marks {
		marked = append(marked, h.Passage[m.Start:m.End])
	}
	if want := []string{"fuse", "thermostat", "melts"}; !slices.Equal(marked, want) {
		t.Errorf("marked %q in %q, want %q", marked, h.Passage, want)
	}
	if text, ok := x.Passage(h.ID, h.Section, h.Paragraph); !ok || text != h.Passage {
		t.Errorf("Passage = %q, %v", text, ok)
	}
}

func TestALongPassageIsCutAroundItsMarks(t *testing.T) {
	h := Hit{Passage: strings.Repeat("Nothing of note in this line, ä.\n", 60) + "the needle\n" + strings.Repeat("and hay.\n", 60)}
	at := strings.Index(h.Passage, "needle")
	h.Marks = []Mark{{at, at + 6}}
	cut(&h)
	if len(h.Passage) > passageBytes || len(h.Marks) != 1 || h.Passage[h.Marks[0].Start:h.Marks[0].End] != "needle" || !utf8.ValidString(h.Passage) {
		t.Errorf("cut to %q, marks %v", h.Passage, h.Marks)
	}
}

func TestFacetsCountAndFiltersFilter(t *testing.T) {
	x := memory(t)
	r := search1(t, x, Query{Text: "grinding noise", Facets: true, Size: 50})
	var names []string
	for _, f := range r.Facets {
		names = append(names, f.Name)
		if f.Name == FacetProduct && (len(f.Counts) != len(devices) || f.Counts[0].N != 1) {
			t.Errorf("products: %v", f.Counts)
		}
	}
	if !slices.Equal(names, FacetNames()) {
		t.Errorf("facets %v, want %v", names, FacetNames())
	}
	f := search1(t, x, Query{Text: "grinding noise", Filters: map[string][]string{FacetProduct: {"Fish Tank", "Night Lamp"}, FacetIssue: {"kbbug"}}, Size: 50})
	if len(f.Hits) == 0 {
		t.Fatal("the filters let nothing through")
	}
	for _, h := range f.Hits {
		if h.Product != "Fish Tank" && h.Product != "Night Lamp" {
			t.Errorf("%s %s passes the filter", h.ID, h.Product)
		}
	}
	if n := search1(t, x, Query{Text: "Q900001", Filters: map[string][]string{FacetProduct: {"Fish Tank"}}}); slices.Contains(ids(n), "Q900001") {
		t.Errorf("a number passes the filter: %v", ids(n))
	}
	if n := search1(t, x, Query{Text: "noise", Filters: map[string][]string{"colour": {"red"}}}); len(n.Hits) != 0 {
		t.Errorf("an unknown facet lets through %v", ids(n))
	}
}

func TestAProductIsPreferred(t *testing.T) {
	x := memory(t)
	r := search1(t, x, Query{Text: "grinding noise", Product: "Piano Tuner", Version: "6.0"})
	if r.Hits[0].ID != "Q900701" {
		t.Errorf("finds %v, want the piano tuner's first", ids(r))
	}
}

func TestPagesJoinToTheWhole(t *testing.T) {
	x := memory(t)
	for _, bare := range []bool{true, false} {
		whole := search1(t, x, Query{Text: "noise settings display pump", Size: 60, Bare: bare})
		var joined []string
		for from := 0; from < 60; from += 7 {
			page := search1(t, x, Query{Text: "noise settings display pump", From: from, Size: min(7, 60-from), Bare: bare})
			joined = append(joined, ids(page)...)
			if page.Total != whole.Total {
				t.Errorf("page from %d has total %d, the whole %d", from, page.Total, whole.Total)
			}
		}
		if !slices.Equal(joined, ids(whole)) {
			t.Errorf("bare %v: pages %v, whole %v", bare, joined, ids(whole))
		}
	}
	if r := search1(t, x, Query{Text: "noise", From: 1 << 30}); len(r.Hits) != 0 {
		t.Errorf("far behind the end there is %v", ids(r))
	}
}

func TestManyAskAtOnceAndGetTheSame(t *testing.T) {
	x := memory(t)
	want := make(map[string]Results)
	for _, a := range asked {
		want[a.query] = search1(t, x, Query{Text: a.query, Facets: true})
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for q, w := range want {
				r, err := x.Search(context.Background(), Query{Text: q, Facets: true})
				if diff := cmp.Diff(w, r); diff != "" || err != nil {
					t.Errorf("%q: %v (-alone +together)\n%s", q, err, diff)
				}
			}
		})
	}
	wg.Wait()
}

func TestASearchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := memory(t).Search(ctx, Query{Text: "grinding noise"}); err != context.Canceled {
		t.Errorf("error %v, want the context's", err)
	}
}

func TestAnArticleKnowsWhoCitesIt(t *testing.T) {
	x := memory(t)
	a, ok := x.Article("Q900103")
	if !ok || a.Title != "COF: Coffee Maker Loses Its Settings Overnight" || len(a.Links) != 1 {
		t.Fatalf("Article = %+v, %v", a, ok)
	}
	by := x.Cited("Q900103")
	if len(by) != 1 || by[0].ID != "Q900003" || by[0].Title != "PMP: Garden Pump Loses Its Settings Overnight" {
		t.Errorf("cited by %v", by)
	}
	for _, id := range []string{"", "Q", "900103", "Q12", "Q99999999999999999999", "Q-1"} {
		if _, ok := x.Article(id); ok {
			t.Errorf("there is an article %q", id)
		}
	}
}

func FuzzSearchBearsAnyQuery(f *testing.F) {
	x := memory(f)
	f.Add("garden pump's 0x8007 setup.exe Q900001 \xff ähm C++", 0)
	f.Add(strings.Repeat("pump noise ", 2000), 3)
	f.Fuzz(func(t *testing.T, text string, from int) {
		r, err := x.Search(context.Background(), Query{Text: text, From: from, Facets: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Hits {
			at := 0
			for _, m := range h.Marks {
				if m.Start < at || m.End <= m.Start || m.End > len(h.Passage) {
					t.Errorf("%q: marks %v in %q", text, h.Marks, h.Passage)
				}
				at = m.End
			}
		}
	})
}
