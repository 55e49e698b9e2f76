package route

import (
	"cmp"
	"fmt"
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
	MaxQuery    = 1000 // characters
	MaxFilter   = 200  // characters of a product, a version, a filter
	MaxFilters  = 16
	MaxFrom     = 499 // the index ranks the best five hundred
	lastFrom    = 490 // no page begins beyond it
	MaxSize     = 50
	DefaultSize = 10
)

// ReadQuery reads the parameters of a search, and returns all that is wrong with them.
func ReadQuery(params url.Values) (index.Query, []desk.Problem) {
	p := paramReader{params: params}
	q := index.Query{
		Text:    p.text("q", MaxQuery),
		Product: p.text("product", MaxFilter),
		Version: p.text("version", MaxFilter),
		Filters: p.filters(),
		Facets:  p.flag("facets"),
		From:    p.from(),
		Size:    p.number("size", 1, MaxSize, DefaultSize),
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
	if n, err := strconv.Atoi(p.params.Get("from")); err == nil && n > MaxFrom {
		p.refuse("from", fmt.Sprintf("expected a whole number from 0 to %d: only the best %d hits are ranked", MaxFrom, MaxFrom+1), "look for other words, or use a filter")
		return 0
	}
	return p.number("from", 0, MaxFrom, 0)
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
	if len(values) > MaxFilters {
		p.refuse("filter", fmt.Sprintf("found it %d times, expected it at most %d times", len(values), MaxFilters), "")
		return nil
	}
	var filters map[string][]string
	for _, v := range values {
		name, value, ok := strings.Cut(v, ":")
		if !ok || name == "" || value == "" || utf8.RuneCountInString(v) > MaxFilter {
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

// NextFrom returns where the next hits begin, 0 where there are none.
func NextFrom(from int, found index.Results) int {
	if next := from + len(found.Hits); len(found.Hits) > 0 && next < found.Total && next <= lastFrom {
		return next
	}
	return 0
}

// ValidMark reports whether a mark lies in its passage: an index that was built elsewhere may say otherwise.
func ValidMark(passage string, m index.Mark) bool {
	return 0 <= m.Start && m.Start < m.End && m.End <= len(passage)
}
