package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/schemas"
)

// kettles is a small archive in our own words: sixty articles on kettles and toasters, two of them nearly the same.
func kettles(t testing.TB) http.Handler {
	t.Helper()
	var all []*archive.Article
	add := func(id, title, product, version, issue string, keywords []string, paragraphs ...string) {
		a := &archive.Article{ID: id, Title: title, Products: []string{product}, Versions: []string{version}, IssueType: issue, Keywords: keywords}
		a.Sections = []archive.Section{{Name: "SYMPTOMS"}, {Name: "RESOLUTION", Paragraphs: []archive.Paragraph{{Text: "Send for somebody who knows."}}}}
		for _, p := range paragraphs {
			a.Sections[0].Paragraphs = append(a.Sections[0].Paragraphs, archive.Paragraph{Text: p})
		}
		all = append(all, a)
	}
	for i := range 40 {
		add(fmt.Sprint("Q1000", 10+i), fmt.Sprintf("Kettle Number %d Hums", i), "Kettle", fmt.Sprint("kettle:", 1+i%3, ".0"), []string{"kbprb", "kbbug"}[i%2], []string{"kbheat", fmt.Sprint("kbseries", i%4)},
			"Somebody is in the kitchen.", fmt.Sprintf("The kettle with the number %d hums before its water boils, in room %s.", i, strings.Repeat("x", i+1)))
	}
	for i := range 20 {
		add(fmt.Sprint("Q2000", 10+i), fmt.Sprintf("Toaster Number %d Glows", i), "Toaster", "toaster:1.0", "kbhowto", []string{"kbheat"}, fmt.Sprintf("A toaster glows, %s.", strings.Repeat("y", i+1)))
	}
	twin := "The grill smokes whenever a fillet lies on it for longer than a quarter of an hour, and the neighbours come to ask what there is for dinner tonight."
	add("Q300001", "Grill Smokes Too Much", "Grill", "grill:1.0", "kbprb", nil, twin)
	add("Q300002", "Grill Smokes Too Much", "Grill", "grill:1.0", "kbprb", nil, twin)
	add("Q300003", "STOP 0x0000BEEF in Oven.exe", "Oven", "oven:1.0", "kbbug", nil, "Oven.exe stops with 0x0000BEEF.")
	x, err := index.New(all)
	if err != nil {
		t.Fatal(err)
	}
	return served(Config{Desk: fakeDesk{}, Library: fakeLibrary{}, Search: x})
}

func resultsOf(t testing.TB, h http.Handler, query string) resultsView {
	t.Helper()
	w := do(t, h, "GET", "/v1/search?"+query, "")
	if err := schemas.Check(schemas.Results, w.Body.Bytes()); w.Code != 200 || err != nil {
		t.Fatalf("%s: %d %s, %v", query, w.Code, w.Body, err)
	}
	var v resultsView
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func ids(hits []hitView) []string {
	var all []string
	for _, h := range hits {
		all = append(all, h.ID)
	}
	return all
}

func TestAHitHasItsTitleProductSectionAndPassageWithTheWordsMarked(t *testing.T) {
	h := resultsOf(t, kettles(t), "q=kettle+17+hums").Hits[0]
	if h.ID != "Q100027" || h.Title != "Kettle Number 17 Hums" || h.Product != "Kettle" || h.Section != "SYMPTOMS" || h.Paragraph != 2 || h.Score != 1 {
		t.Errorf("the best hit is %+v", h)
	}
	var words []string
	for _, m := range h.Marks {
		words = append(words, string([]rune(h.Passage)[m[0]:m[1]]))
	}
	if want := []string{"kettle", "17", "hums"}; !slices.Equal(words, want) {
		t.Errorf("marked are %q in %q, want %q", words, h.Passage, want)
	}
}

func TestAHitSaysWhyItMatched(t *testing.T) {
	h := kettles(t)
	for query, want := range map[string][]string{
		"Q200013":            {"Q200013", "number"},
		"kb200013":           {"Q200013", "number"},
		"0x0000BEEF":         {"Q300003", "code"},
		"oven.exe":           {"Q300003", "code"},
		"toaster 7 glows":    {"Q200017", "title words"},
		"toasster 7 gloows":  {"Q200017", "spelling"},
		"neighbours fillet":  {"Q300001", "words"},
		"kitchen kettle 100": {"", "words"},
	} {
		hit := resultsOf(t, h, "q="+url.QueryEscape(query)).Hits[0]
		for why := range strings.FieldsSeq(want[1]) {
			if !slices.Contains(hit.Why, why) || want[0] != "" && hit.ID != want[0] {
				t.Errorf("%s: %s because of %q, want %s because of %s", query, hit.ID, hit.Why, want[0], why)
			}
		}
	}
}

// Each value of a facet is a filter that lets through what it counted.
func TestFacetsCountAndFilter(t *testing.T) {
	h := kettles(t)
	found := resultsOf(t, h, "q=hums&facets=true&size=50")
	var names []string
	counts := map[string]int{}
	for _, f := range found.Facets {
		names = append(names, f.Name)
		for _, c := range f.Counts {
			counts[f.Name+":"+c.Value] = c.Count
		}
	}
	if want := []string{"product", "version", "issue", "keyword"}; !slices.Equal(names, want) {
		t.Fatalf("facets are %q, want %q", names, want)
	}
	for filter, want := range map[string]int{"product:Kettle": 40, "version:1.0": 14, "version:3.0": 13, "issue:kbbug": 20, "keyword:kbheat": 40} {
		narrowed := resultsOf(t, h, "q=hums&size=50&filter="+url.QueryEscape(filter))
		if counts[filter] != want || narrowed.Total != want || len(narrowed.Hits) != want {
			t.Errorf("%s counts %d and lets %d through, want %d; all: %v", filter, counts[filter], narrowed.Total, want, counts)
		}
	}
	if none := resultsOf(t, h, "q=hums&filter=product:Toaster"); none.Total != 0 || len(none.Hits) != 0 {
		t.Errorf("%d toasters hum", none.Total)
	}
	both := resultsOf(t, h, "q=hums&filter=version:1.0&filter=version:2.0&filter=issue:kbbug")
	if both.Total != 14 {
		t.Errorf("bugs of two versions: %d, want 14", both.Total)
	}
}

func TestPagesAreStableAndMissNothing(t *testing.T) {
	h := kettles(t)
	whole := ids(resultsOf(t, h, "q=kettle+hums&size=40").Hits)
	for range 2 {
		var paged []string
		for query := "q=kettle+hums&size=7"; query != ""; {
			page := resultsOf(t, h, query)
			paged = append(paged, ids(page.Hits)...)
			_, query, _ = strings.Cut(page.Next, "?")
		}
		if len(whole) != 40 || !slices.Equal(paged, whole) {
			t.Fatalf("page by page: %q\nat once: %q", paged, whole)
		}
	}
	if past := resultsOf(t, h, "q=kettle+hums&from=100"); len(past.Hits) != 0 || past.Next != "" || past.Total != 40 {
		t.Errorf("past the last page: %+v", past)
	}
}

func TestProductAndVersionAreAPreferenceAndNoFilter(t *testing.T) {
	h := kettles(t)
	all := resultsOf(t, h, "q=number+7&size=50")
	for product, want := range map[string]string{"Kettle": "Q100017", "Toaster": "Q200017"} {
		got := resultsOf(t, h, "q=number+7&size=50&product="+product)
		if got.Hits[0].ID != want || got.Total != all.Total {
			t.Errorf("%s: %s first of %d, want %s of %d", product, got.Hits[0].ID, got.Total, want, all.Total)
		}
	}
}

func TestTheEmptyStateIsHonest(t *testing.T) {
	h := kettles(t)
	nothing := resultsOf(t, h, "q=zzyzx+qwrtp")
	if nothing.Total != 0 || len(nothing.Hits) != 0 || nothing.DidYouMean != "" {
		t.Errorf("words that no article has: %+v", nothing)
	}
	weak := resultsOf(t, h, "q=kettle+zzyzx+qwrtp+plughx+frobnz")
	if !weak.Weak || len(weak.Hits) == 0 || !weak.Hits[0].Weak {
		t.Errorf("one word of five: weak is %v, %d hits", weak.Weak, len(weak.Hits))
	}
	meant := resultsOf(t, h, "q=toastr+number+7")
	if meant.DidYouMean != "toaster number 7" {
		t.Errorf("did you mean %q, want toaster number 7", meant.DidYouMean)
	}
	if good := resultsOf(t, h, "q=toaster+number+7"); good.Weak || good.Hits[0].Weak || good.DidYouMean != "" {
		t.Errorf("a good query: %+v", good)
	}
}

func TestNearDuplicatesAreFolded(t *testing.T) {
	found := resultsOf(t, kettles(t), "q=grill+smokes+fillet")
	if found.Hits[0].ID != "Q300001" || !slices.Equal(found.Hits[0].Same, []string{"Q300002"}) {
		t.Errorf("the first hit is %+v, want one with its twin", found.Hits[0])
	}
}

func searchPageOf(t *testing.T, h http.Handler, address string) string {
	t.Helper()
	w := do(t, h, "GET", address, "")
	if w.Code != 200 {
		t.Fatalf("%s: %d", address, w.Code)
	}
	return w.Body.String()
}

func TestASearchIsNarrowedByClicking(t *testing.T) {
	h := kettles(t)
	page := searchPageOf(t, h, "/search?q=hums")
	for _, want := range []string{`<h2>Narrow it down</h2>`, `<a href="/search?filter=issue%3Akbbug&amp;q=hums" rel="nofollow">Bug</a> <span class="quiet">20</span>`,
		`<a href="/search?filter=version%3A1.0&amp;q=hums" rel="nofollow">1.0</a> <span class="quiet">14</span>`, "40 articles, the best first."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	page = searchPageOf(t, h, "/search?filter=issue%3Akbbug&q=hums&from=10")
	for _, want := range []string{"20 articles, the best first.", `href="/search?q=hums">Kind of article: Bug `, `<a href="/search?filter=issue%3Akbbug&amp;q=hums" rel="prev">Previous</a>`,
		`href="/search?filter=issue%3Akbbug&amp;filter=version%3A1.0&amp;q=hums"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the narrowed page lacks %s", want)
		}
	}
	if strings.Contains(page, `rel="next"`) {
		t.Error("there is a page after the last")
	}
	page = searchPageOf(t, h, "/search?filter=product%3AToaster&q=hums")
	if !strings.Contains(page, "Remove a limit above") || !strings.Contains(page, `href="/search?q=hums">Product: Toaster `) {
		t.Errorf("what was narrowed to nothing does not say so:\n%s", pageText(page))
	}
	if page = searchPageOf(t, h, "/search?q=hums&from=100"); !strings.Contains(page, "There are no more") || !strings.Contains(page, `<a href="/search?q=hums">Back to the best hits</a>`) {
		t.Errorf("the page past the last:\n%s", pageText(page))
	}
	if w := do(t, h, "GET", "/search?q=hums&filter=nothing", ""); w.Code != 422 || !strings.Contains(w.Body.String(), "a colon and a value") {
		t.Errorf("a filter that is none: %d", w.Code)
	}
}

func TestAWeakHitIsMarkedForPeople(t *testing.T) {
	h := kettles(t)
	page := searchPageOf(t, h, "/search?q=kettle+zzyzx+qwrtp+plughx+frobnz")
	if !strings.Contains(page, "None of these fits well") || strings.Contains(page, "may not fit") {
		t.Errorf("a page of guesses:\n%.600s", pageText(page))
	}
	var v searchPageView
	v.fill(index.Results{Total: 2, Hits: []index.Hit{{ID: "Q100010"}, {ID: "Q100011", Weak: true}}}, searchAddress{text: "x"})
	var b strings.Builder
	if err := templates()["search"].ExecuteTemplate(&b, "frame.html", frameView{Page: v}); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "may not fit") != 1 {
		t.Errorf("of two hits, one of them a guess:\n%s", pageText(b.String()))
	}
	page = searchPageOf(t, h, "/search?q=toastr+number+7")
	if !strings.Contains(page, `Did you mean <a href="/search?q=toaster&#43;number&#43;7">toaster number 7</a>?`) && !strings.Contains(page, `Did you mean <a href="/search?q=toaster+number+7">`) {
		t.Errorf("the page does not ask what was meant:\n%.600s", pageText(page))
	}
}

func TestAddressesOfASearchKeepItsFilters(t *testing.T) {
	a := searchAddress{"x", []string{"issue:kbbug", "product:A & B"}, 20}
	for got, want := range map[string]searchAddress{
		a.page(30).String():               {"x", []string{"issue:kbbug", "product:A & B"}, 30},
		a.with("version:4.0").String():    {"x", []string{"issue:kbbug", "product:A & B", "version:4.0"}, 0},
		a.with("issue:kbprb").String():    {"x", []string{"product:A & B", "issue:kbprb"}, 0},
		a.without("issue:kbbug").String(): {"x", []string{"product:A & B"}, 0},
	} {
		u, err := url.Parse(got)
		if err != nil {
			t.Fatal(err)
		}
		q, problems := readQuery(u.Query())
		if problems != nil {
			t.Fatal(err)
		}
		wantQ, problems := readQuery(url.Values{"q": {want.text}, "filter": want.filters, "from": {fmt.Sprint(want.from)}})
		if problems != nil || !reflect.DeepEqual(q, wantQ) {
			t.Errorf("%s is read as %+v, want %+v", got, q, wantQ)
		}
	}
}
