package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/schemas"
)

func resultsOf(t testing.TB, h http.Handler, query string) resultsView {
	t.Helper()
	w := servicetest.Do(t, h, "GET", "/v1/search?"+query, "")
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
	h := resultsOf(t, served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)}), "q=kettle+17+hums").Hits[0]
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
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)})
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
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)})
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
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)})
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
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)})
	all := resultsOf(t, h, "q=number+7&size=50")
	for product, want := range map[string]string{"Kettle": "Q100017", "Toaster": "Q200017"} {
		got := resultsOf(t, h, "q=number+7&size=50&product="+product)
		if got.Hits[0].ID != want || got.Total != all.Total {
			t.Errorf("%s: %s first of %d, want %s of %d", product, got.Hits[0].ID, got.Total, want, all.Total)
		}
	}
}

func TestTheEmptyStateIsHonest(t *testing.T) {
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)})
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
	found := resultsOf(t, served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Kettles(t)}), "q=grill+smokes+fillet")
	if found.Hits[0].ID != "Q300001" || !slices.Equal(found.Hits[0].Same, []string{"Q300002"}) {
		t.Errorf("the first hit is %+v, want one with its twin", found.Hits[0])
	}
}

// Marks come from an index that was built elsewhere: one that does not fit its passage is left out.
func TestMarksAreCountedInCharactersAndFitTheirPassage(t *testing.T) {
	got := viewHit(index.Hit{Passage: "über smsmon32", Marks: []index.Mark{{Start: 6, End: 14}, {Start: -1, End: 3}, {Start: 9, End: 99}, {Start: 5, End: 5}}}).Marks
	if len(got) != 1 || got[0] != [2]int{5, 13} {
		t.Errorf("marks = %v, want [5 13] in characters", got)
	}
}
