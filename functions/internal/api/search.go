package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/index"
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
	if _, err := negotiate(w, r, route.JSONType); err != nil {
		return err
	}
	q, problems := route.ReadQuery(r.URL.Query())
	if len(problems) > 0 {
		return route.ParamProblem(problems...)
	}
	found, err := s.Search.Search(r.Context(), q)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	return route.WriteJSON(w, r, route.CacheShort, viewResults(q, found, r.URL))
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
	if next := route.NextFrom(q.From, found); next > 0 {
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
		if route.ValidMark(h.Passage, m) {
			start := utf8.RuneCountInString(h.Passage[:m.Start])
			v.Marks = append(v.Marks, [2]int{start, start + utf8.RuneCountInString(h.Passage[m.Start:m.End])})
		}
	}
	return v
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
