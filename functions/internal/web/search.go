package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
)

// Bounds of a search.
const (
	maxQuery   = 1000 // characters
	maxFilter  = 200  // characters of a product, a version, a filter
	maxFilters = 16
	maxFrom    = 499 // the index ranks the best five hundred
	lastFrom   = 490 // beyond, there is no page to lead to
	maxSize    = 50
	usualSize  = 10
)

// A resultsView is what a search found, as it is sent: schema results.json.
type resultsView struct {
	Query      string      `json:"query"`
	Total      int         `json:"total"`
	TotalIsMin bool        `json:"total_is_min"`
	Weak       bool        `json:"weak"`
	DidYouMean string      `json:"did_you_mean,omitempty"`
	From       int         `json:"from"`
	Next       string      `json:"next,omitempty"`
	Hits       []hitView   `json:"hits"`
	Facets     []facetView `json:"facets,omitempty"`
}

type hitView struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Product   string   `json:"product,omitempty"`
	Score     float64  `json:"score"`
	Section   string   `json:"section,omitempty"`
	Paragraph int      `json:"paragraph,omitempty"`
	Passage   string   `json:"passage,omitempty"`
	Marks     [][2]int `json:"marks,omitempty"`
	Why       []string `json:"why"`
	Weak      bool     `json:"weak,omitempty"`
	Same      []string `json:"same,omitempty"`
}

type facetView struct {
	Name   string      `json:"name"`
	Counts []countView `json:"counts"`
}

type countView struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// search answers GET /v1/search.
func (s *server) search(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, jsonType); err != nil {
		return err
	}
	q, problems := readQuery(r.URL.Query())
	if len(problems) > 0 {
		return paramProblem(problems...)
	}
	found, err := s.Search.Search(r.Context(), q)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return writeJSON(w, r, keptShortly, viewResults(q, found, r.URL))
}

// readQuery reads the parameters of a search, and says all that is wrong with them.
func readQuery(params url.Values) (index.Query, []desk.Problem) {
	p := paramReader{params: params}
	q := index.Query{
		Text:    p.text("q", maxQuery),
		Product: p.text("product", maxFilter),
		Version: p.text("version", maxFilter),
		Filters: p.filters(),
		Facets:  p.flag("facets"),
		From:    p.from(),
		Size:    p.number("size", 1, maxSize, usualSize),
	}
	if strings.TrimSpace(q.Text) == "" && len(p.problems) == 0 {
		p.refuse("q", "expected some words to look for", "write ?q= and the words behind the address")
	}
	p.unknown("q", "product", "version", "filter", "facets", "from", "size")
	if len(p.problems) > 0 {
		return index.Query{}, p.problems
	}
	return q, nil
}

// A paramReader reads parameters and collects what is wrong with them.
type paramReader struct {
	params   url.Values
	problems []desk.Problem
}

func (p *paramReader) refuse(name, detail, hint string) {
	p.problems = append(p.problems, desk.Problem{Pointer: "/" + name, Detail: detail, Hint: hint})
}

// one returns the value of a parameter that may stand once, empty where it does not.
func (p *paramReader) one(name string) string {
	values := p.params[name]
	if len(values) > 1 {
		p.refuse(name, fmt.Sprintf("found it %d times, expected it once", len(values)), "")
	}
	return p.params.Get(name)
}

func (p *paramReader) text(name string, most int) string {
	s := p.one(name)
	if n := utf8.RuneCountInString(s); n > most {
		p.refuse(name, fmt.Sprintf("found a string of %d characters, expected at most %d", n, most), "")
	}
	if !utf8.ValidString(s) {
		p.refuse(name, "found bytes that are not UTF-8", "encode the address as UTF-8")
	}
	return s
}

func (p *paramReader) number(name string, least, most, usual int) int {
	s := p.one(name)
	if s == "" {
		return usual
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		p.refuse(name, fmt.Sprintf("expected a whole number from %d to %d", least, most), "")
		return usual
	}
	return n
}

// from reads how many hits to skip, and says where there is nothing behind them.
func (p *paramReader) from() int {
	if n, err := strconv.Atoi(p.params.Get("from")); err == nil && n > maxFrom {
		p.refuse("from", fmt.Sprintf("expected a whole number from 0 to %d: only the best %d hits are ranked", maxFrom, maxFrom+1), "look for other words, or use a filter")
		return 0
	}
	return p.number("from", 0, maxFrom, 0)
}

func (p *paramReader) flag(name string) bool {
	switch p.one(name) {
	case "", "false", "0":
		return false
	case "true", "1":
		return true
	}
	p.refuse(name, "expected true or false", "")
	return false
}

// filters reads filter=name:value, which may stand several times.
func (p *paramReader) filters() map[string][]string {
	values := p.params["filter"]
	if len(values) > maxFilters {
		p.refuse("filter", fmt.Sprintf("found it %d times, expected it at most %d times", len(values), maxFilters), "")
		return nil
	}
	var filters map[string][]string
	for _, v := range values {
		name, value, ok := strings.Cut(v, ":")
		if !ok || name == "" || value == "" || utf8.RuneCountInString(v) > maxFilter {
			p.refuse("filter", "expected the name of a facet, a colon and a value", "take both from facets of an answer")
			continue
		}
		if !slices.Contains(index.FacetNames(), name) {
			p.refuse("filter", "found the name of no facet, expected one of "+strings.Join(index.FacetNames(), ", "), "take it from facets of an answer")
			continue
		}
		if filters == nil {
			filters = map[string][]string{}
		}
		filters[name] = append(filters[name], value)
	}
	return filters
}

// unknown refuses every parameter but those named.
func (p *paramReader) unknown(known ...string) {
	for name := range p.params {
		if !slices.Contains(known, name) {
			p.problems = append(p.problems, desk.Problem{Detail: "found a parameter that is not known, expected one of " + strings.Join(known, ", ")})
		}
	}
	slices.SortStableFunc(p.problems, func(a, b desk.Problem) int { return cmp.Compare(a.Pointer, b.Pointer) })
	p.problems = slices.Compact(p.problems)
}

func viewResults(q index.Query, found index.Results, at *url.URL) resultsView {
	v := resultsView{Query: q.Text, Total: found.Total, TotalIsMin: found.TotalIsMin, Weak: found.Weak, DidYouMean: found.DidYouMean, From: q.From,
		Hits: make([]hitView, 0, len(found.Hits))}
	for _, h := range found.Hits {
		v.Hits = append(v.Hits, viewHit(h))
	}
	for _, f := range found.Facets {
		facet := facetView{f.Name, make([]countView, 0, len(f.Counts))}
		for _, c := range f.Counts {
			facet.Counts = append(facet.Counts, countView{c.Value, c.N})
		}
		v.Facets = append(v.Facets, facet)
	}
	if next := nextFrom(q.From, found); next > 0 {
		v.Next = at.Path + "?" + withParam(at.Query(), "from", strconv.Itoa(next)).Encode()
	}
	return v
}

func viewHit(h index.Hit) hitView {
	v := hitView{ID: h.ID, Title: h.Title, Product: h.Product, Score: h.Score, Section: h.Section, Paragraph: h.Paragraph, Passage: h.Passage,
		Why: h.Why, Weak: h.Weak, Same: h.Same}
	if v.Why == nil {
		v.Why = []string{}
	}
	for _, m := range h.Marks {
		if validMark(h.Passage, m) {
			start := utf8.RuneCountInString(h.Passage[:m.Start])
			v.Marks = append(v.Marks, [2]int{start, start + utf8.RuneCountInString(h.Passage[m.Start:m.End])})
		}
	}
	return v
}

// validMark reports whether a mark lies in its passage.
func validMark(passage string, m index.Mark) bool {
	return 0 <= m.Start && m.Start < m.End && m.End <= len(passage)
}

// withParam returns a copy of parameters with one of them set.
func withParam(params url.Values, name, value string) url.Values {
	changed := url.Values{}
	for k, v := range params {
		changed[k] = v
	}
	changed.Set(name, value)
	return changed
}
