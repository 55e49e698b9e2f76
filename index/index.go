// Package index finds articles: it builds an index of an archive, opens it in place, and answers queries with passages, facets and
// corrections. It is the only package that knows bleve, and it knows nothing of diagnoses: an article is words to it.
//
// A snapshot is a folder with a manifest and three files. terms.zap is one segment of bleve's format zap, in which a term stands
// under one of eight levels of its BM25 weight (segment.go): a search adds idf times level up over bitmaps, without frequencies or
// lengths. table holds in document order what else is needed, to be read in place (table.go): titles, the words of each article in
// two bytes each for the second ranking, facets, who cites whom, near-duplicates, and a Bloom filter of words for spelling. articles
// are the articles themselves, packed one by one.
//
// Ranking has two steps. The first takes the best eighty by BM25 over one field in which a word counts as much as the part of the
// article that it stands in (prepare.go). The second looks at these again (rank.go): pairs and runs of the query's words, how much of
// a title they are, codes and names, products and versions. What each of its features is worth was learned by program learn from
// queries that it makes itself out of an archive (model.go).
package index

import "encoding/json"

// A Query asks for articles.
type Query struct {
	Text    string              // what somebody typed, or the words of a report
	Product string              // prefer articles on this product; empty for any
	Version string              // prefer this version of it
	Filters map[string][]string // facet name → values of which a hit must have one; an unknown facet lets nothing through
	Facets  bool                // count the facets too
	From    int                 // hits to skip
	Size    int                 // hits to return, 0 for 10
	Bare    bool                // ranking alone: nothing folded, no passages, weak hits like others
}

// Results are the hits of one query, best first. The same query on the same index gives the same results. As JSON they have the shape
// in which the API hands them out.
type Results struct {
	Total      int     `json:"total"` // articles that match at all; a lower bound where TotalIsMin
	TotalIsMin bool    `json:"total_is_min"`
	Weak       bool    `json:"weak"`                   // no hit is more than a guess
	DidYouMean string  `json:"did_you_mean,omitempty"` // the query in the index's own words, empty where it has nothing better
	Hits       []Hit   `json:"hits"`
	Facets     []Facet `json:"facets,omitempty"`
}

// A Hit is an article with the passage that matched.
type Hit struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Product   string   `json:"product,omitempty"`
	Score     float64  `json:"score"`               // from 0 to 1, which is the best hit of the query; not to be compared between queries
	Section   string   `json:"section,omitempty"`   // the section of the passage, empty where only the title matched
	Paragraph int      `json:"paragraph,omitempty"` // counted from 1
	Passage   string   `json:"passage,omitempty"`
	Marks     []Mark   `json:"marks,omitempty"` // the matched words in Passage, in order, none over another
	Why       []string `json:"why"`             // "number", "code", "title", "words", "spelling"
	Weak      bool     `json:"weak,omitempty"`  // a guess: it shares too little with the query
	Same      []string `json:"same,omitempty"`  // near-duplicates that were folded into this hit
}

// A Mark is a matched stretch of a passage, in bytes. As JSON it is a list of two numbers.
type Mark struct{ Start, End int }

// MarshalJSON returns the two numbers.
func (m Mark) MarshalJSON() ([]byte, error) { return json.Marshal([2]int{m.Start, m.End}) }

// UnmarshalJSON reads what MarshalJSON returns.
func (m *Mark) UnmarshalJSON(data []byte) error {
	var two [2]int
	err := json.Unmarshal(data, &two)
	m.Start, m.End = two[0], two[1]
	return err
}

// A Facet counts articles by one property: product, version, issue type, keyword. The articles that match at least half as well as
// the best one are counted: those that share any word would be half of the archive.
type Facet struct {
	Name   string  `json:"name"`
	Counts []Count `json:"counts"` // most first
}

// A Count is one value of a facet.
type Count struct {
	Value string `json:"value"`
	N     int    `json:"count"`
}
