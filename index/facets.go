package index

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// filter drops the documents that a filter does not let through.
func (s *search) filter(filters map[string][]string) {
	for name, values := range filters {
		if len(values) == 0 {
			continue
		}
		wanted := s.x.table.numbersOf(values)
		is := func(i int) bool { return slices.Contains(wanted, i) }
		for doc, v := range s.acc {
			if v != 0 && !s.x.table.any(doc, name, is) {
				s.acc[doc] = 0
			}
		}
		s.query.numbers = slices.DeleteFunc(s.query.numbers, func(n int) bool {
			doc, ok := s.x.table.find(n)
			return ok && !s.x.table.any(doc, name, is)
		})
	}
}

// numbersOf returns the numbers of the strings that there are of some.
func (t *table) numbersOf(values []string) []int {
	var all []int
	for i := 1; i < len(t.sections[secStringAt])/4-1; i++ {
		if slices.Contains(values, t.str(i)) {
			all = append(all, i)
		}
	}
	return all
}

// The names of the facets.
const (
	FacetProduct = "product"
	FacetVersion = "version"
	FacetIssue   = "issue"
	FacetKeyword = "keyword" // the family: kbsms for kbsms200 and kbsms120bug
)

// FacetNames are the names of all facets.
func FacetNames() []string { return []string{FacetProduct, FacetVersion, FacetIssue, FacetKeyword} }

// values returns the values of one facet of a document, as numbers of strings in two bytes each, 0 for none. An unknown facet has
// no values.
func (t *table) values(doc int, name string) []byte {
	switch name {
	case FacetProduct:
		return t.sections[secProduct][2*doc : 2*doc+2]
	case FacetIssue:
		return t.sections[secIssue][2*doc : 2*doc+2]
	case FacetVersion:
		return t.span(secVersionAt, doc, 2)
	case FacetKeyword:
		return t.span(secKeywordAt, doc, 2)
	}
	return nil
}

// any reports whether a document has a value of a facet that is as asked for.
func (t *table) any(doc int, name string, is func(int) bool) bool {
	for v := t.values(doc, name); len(v) >= 2; v = v[2:] {
		if i := int(binary.LittleEndian.Uint16(v)); i != 0 && is(i) {
			return true
		}
	}
	return false
}

// facetValues is how many values of a facet are shown.
const facetValues = 20

// facets counts the articles that match at least half as well as the best one: those that match at all would be the archive.
func (s *search) facets() []Facet {
	var best uint64
	for _, v := range s.acc {
		best = max(best, v>>wordBits)
	}
	counts := make(map[string]map[int]int)
	for _, name := range FacetNames() {
		counts[name] = make(map[int]int)
	}
	for doc, v := range s.acc {
		if v>>wordBits <= best/2 {
			continue
		}
		for _, name := range FacetNames() {
			s.x.table.any(doc, name, func(i int) bool {
				counts[name][i]++
				return false // go on
			})
		}
	}
	var all []Facet
	for _, name := range FacetNames() {
		f := Facet{Name: name}
		for i, n := range counts[name] {
			f.Counts = append(f.Counts, Count{s.x.table.str(i), n})
		}
		slices.SortFunc(f.Counts, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Value, b.Value)) })
		f.Counts = f.Counts[:min(facetValues, len(f.Counts))]
		all = append(all, f)
	}
	return all
}

// matched counts the documents that have any word of the query.
func (s *search) matched() int {
	n := 0
	for _, v := range s.acc {
		if v != 0 {
			n++
		}
	}
	return n
}
