package page

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/index"
)

// A searchPageView is a page of hits.
type searchPageView struct {
	Query      string
	Problems   []string
	Total      string
	Weak       bool
	Hits       []hitPageView
	DidYouMean *choiceView
	Chosen     []choiceView // filters in use, each with the address without it
	Facets     []facetPageView
	Past       bool // there are hits before this page, and none on it
	First      string
	Previous   string
	Next       string
}

type hitPageView struct {
	index.Hit
	Href    string
	Passage []span
	Matched string // what matched, in words
}

// A facetPageView is one property by which the hits can be narrowed.
type facetPageView struct {
	Title       string
	First, More []facetValueView
}

type facetValueView struct {
	choiceView
	Count int
}

// firstValues is how many values of a facet are shown at once.
const firstValues = 6

// Narrowed reports whether a filter is in use.
func (v searchPageView) Narrowed() bool { return len(v.Chosen) > 0 }

// searchPage shows what a search finds.
func (s *server) searchPage(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	text := params.Get("q")
	v := searchPageView{Query: text}
	title := "Search"
	if text == "" {
		return writePage(w, r, http.StatusOK, route.CacheShort, "search", frameView{Title: title, Page: v})
	}
	q, problems := route.ReadQuery(url.Values{"q": {text}, "from": {params.Get("from")}, "filter": params["filter"]})
	if len(problems) > 0 {
		for _, p := range problems {
			v.Problems = append(v.Problems, worded1(p))
		}
		return writePage(w, r, http.StatusUnprocessableEntity, route.NoStore, "search", frameView{Title: title, Query: text, Page: v})
	}
	q.Facets = true
	found, err := s.Search.Search(r.Context(), q)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	v.fill(found, searchAddress{text, params["filter"], q.From})
	for i := range v.Hits {
		v.Hits[i].Href = s.hitAddress(v.Hits[i].Hit)
	}
	return writePage(w, r, http.StatusOK, route.Revalidate, "search", frameView{Title: "Search: " + text, Query: text, Page: v})
}

func (v *searchPageView) fill(found index.Results, at searchAddress) {
	v.Weak = found.Weak
	v.Total = total(found)
	if found.DidYouMean != "" && found.DidYouMean != at.text {
		v.DidYouMean = &choiceView{found.DidYouMean, searchAddress{text: found.DidYouMean}.String()}
	}
	for _, h := range found.Hits {
		v.Hits = append(v.Hits, viewHitPage(h))
	}
	for _, f := range at.filters {
		name, value, _ := strings.Cut(f, ":")
		v.Chosen = append(v.Chosen, choiceView{cmp.Or(facetTitles[name], name) + ": " + valueTitle(name, value), at.without(f).String()})
	}
	for _, f := range found.Facets {
		if facet := viewFacet(f, at); len(facet.First) > 0 {
			v.Facets = append(v.Facets, facet)
		}
	}
	v.Past = len(found.Hits) == 0 && at.from > 0 && found.Total > 0
	if at.from > 0 {
		v.First, v.Previous = at.page(0).String(), at.page(max(at.from-route.DefaultSize, 0)).String()
	}
	if next := route.NextFrom(at.from, found); next > 0 {
		v.Next = at.page(next).String()
	}
}

// total says how many articles there are to a person, who does not count beyond a hundred.
func total(found index.Results) string {
	switch {
	case found.TotalIsMin, found.Total > 100:
		return "More than 100 articles share words with this"
	case found.Total == 1:
		return "1 article"
	}
	return fmt.Sprint(found.Total, " articles")
}

// hitAddress leads to the passage of a hit.
func (s *server) hitAddress(h index.Hit) string {
	address := "/articles/" + h.ID
	if h.Passage == "" {
		return address
	}
	if a, ok := s.Catalog.Find(h.ID); ok {
		if at := catalog.AnchorIn(a, h.Section, h.Paragraph); at != "" {
			return address + "#" + at
		}
	}
	return address
}

func viewHitPage(h index.Hit) hitPageView {
	v := hitPageView{Hit: h, Href: "/articles/" + h.ID, Passage: marked(h.Passage, h.Marks)}
	var words []string
	for _, why := range h.Why {
		words = append(words, whyTitles[why])
	}
	v.Matched = strings.Join(words, ", ")
	return v
}

// whyTitles say what matched.
var whyTitles = map[string]string{"number": "its number", "code": "a code or name", "title": "the title", "words": "words", "spelling": "words that are spelt otherwise"}

// facetTitles are the names of facets for people.
var facetTitles = map[string]string{index.FacetProduct: "Product", index.FacetVersion: "Version", index.FacetIssue: "Kind of article", index.FacetKeyword: "Keyword"}

// issueTitles are the kinds of articles for people.
var issueTitles = map[string]string{"kbprb": "Problem", "kbbug": "Bug", "kbhowto": "How-to", "kbinfo": "Information"}

func valueTitle(facet, value string) string {
	if title := issueTitles[value]; title != "" && facet == index.FacetIssue {
		return title
	}
	return value
}

// viewFacet shows the values that narrow the hits further: one that all of them have does not.
func viewFacet(f index.Facet, at searchAddress) facetPageView {
	v := facetPageView{Title: cmp.Or(facetTitles[f.Name], f.Name)}
	for _, c := range f.Counts {
		filter := f.Name + ":" + c.Value
		if c.N == 0 || slices.Contains(at.filters, filter) {
			continue
		}
		v.First = append(v.First, facetValueView{choiceView{valueTitle(f.Name, c.Value), at.with(filter).String()}, c.N})
	}
	if len(v.First) > firstValues+1 {
		v.First, v.More = v.First[:firstValues], v.First[firstValues:]
	}
	return v
}

// A searchAddress is the address of a page of hits.
type searchAddress struct {
	text    string
	filters []string // name:value
	from    int
}

func (a searchAddress) String() string {
	params := url.Values{"q": {a.text}}
	if len(a.filters) > 0 {
		params["filter"] = a.filters
	}
	if a.from > 0 {
		params.Set("from", strconv.Itoa(a.from))
	}
	return "/search?" + params.Encode()
}

func (a searchAddress) page(from int) searchAddress {
	a.from = from
	return a
}

// with returns the first page with one filter more. Of two on one facet a hit needs one only, so that the new one takes the place
// of the old: who chooses a value wants to narrow.
func (a searchAddress) with(filter string) searchAddress {
	name, _, _ := strings.Cut(filter, ":")
	a = a.page(0)
	a.filters = append(slices.DeleteFunc(slices.Clone(a.filters), func(f string) bool { return strings.HasPrefix(f, name+":") }), filter)
	return a
}

// without returns the first page with one filter less.
func (a searchAddress) without(filter string) searchAddress {
	a = a.page(0)
	a.filters = slices.DeleteFunc(slices.Clone(a.filters), func(f string) bool { return f == filter })
	return a
}
