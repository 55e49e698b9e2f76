// Package index finds articles. It is the only package that knows bleve.
package index

// A Query asks for articles.
type Query struct {
	Text    string              // what somebody typed, or the words of a report
	Product string              // prefer articles on this product; empty for any
	Version string              // prefer this version of it
	Filters map[string][]string // facet name → values of which a hit must have one
	Facets  bool                // count the facets too
	From    int                 // hits to skip
	Size    int                 // hits to return, 0 for 10
	Bare    bool                // ranking alone: nothing folded, no passages, weak hits like others
}

// Results are the hits of one query, best first. The same query on the same index gives the same results.
type Results struct {
	Total      int // articles that match at all; a lower bound where TotalIsMin
	TotalIsMin bool
	Hits       []Hit
	Facets     []Facet
	DidYouMean string // the query in the index's own words, empty where it has nothing better
	Weak       bool   // no hit is more than a guess
}

// A Hit is an article with the passage that matched.
type Hit struct {
	ID, Title, Product string
	Score              float64
	Section            string // the section of the passage, empty where only the title matched
	Paragraph          int    // counted from 1
	Passage            string
	Marks              []Mark   // the matched words in Passage
	Why                []string // "number", "code", "title", "words", "spelling"
	Weak               bool     // a guess: it shares too little with the query
	Same               []string // near-duplicates that were folded into this hit
}

// A Mark is a matched stretch of a passage, in bytes.
type Mark struct{ Start, End int }

// A Facet counts the articles of a result by one property: product, version, issue type, keyword.
type Facet struct {
	Name   string
	Counts []Count // most first
}

// A Count is one value of a facet.
type Count struct {
	Value string
	N     int
}
