package index

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/bits"
	"runtime/debug"
	"slices"
	"strings"
)

// depth is how many articles can be paged through.
const depth = 500

// Search answers a query. Its error is the context's, or says that the snapshot is damaged. A query without a word that the index
// has gets no hits.
func (x *Index) Search(ctx context.Context, q Query) (found Results, err error) {
	// Reading in place trusts the offsets in the files. Verify finds every damage; one that comes later must not end the program,
	// nor must a file that is cut off while it is mapped.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			found, err = Results{}, fmt.Errorf("index: the snapshot is damaged: build it again: %v", r)
		}
	}()
	s := x.begin()
	defer x.end(s)
	s.parse(q.Text)
	if q.Size <= 0 {
		q.Size = 10
	}
	q.From = max(q.From, 0)
	if q.Bare {
		return s.bare(ctx, q)
	}
	return s.full(ctx, q)
}

// bare is the ranking alone.
func (s *search) bare(ctx context.Context, q Query) (Results, error) {
	if err := s.first(ctx, max(candidates, min(q.From+q.Size, depth))); err != nil {
		return Results{}, err
	}
	found := s.pin(s.rank(nil))
	page := found[min(q.From, len(found)):min(q.From+q.Size, len(found))]
	r := Results{Total: len(found), Hits: make([]Hit, len(page))}
	for i, c := range page {
		r.Hits[i] = Hit{ID: s.x.table.id(c.doc), Title: s.x.table.title(c.doc), Score: shown(c.score, found[0].score)}
	}
	return r, nil
}

// full is everything that people are shown.
func (s *search) full(ctx context.Context, q Query) (Results, error) {
	s.order = s.query.byRarity(s.order)
	if err := s.add(ctx); err != nil {
		return Results{}, err
	}
	s.filter(q.Filters)
	matched := s.matched()
	s.best(depth)
	found := s.prefer(s.rank(nil), q.Product, q.Version)
	found = s.pin(found)
	folded := s.fold(found)
	r := Results{Total: len(folded), DidYouMean: s.didYouMean(q.Text)}
	if matched > depth {
		r.Total, r.TotalIsMin = matched-len(found)+len(folded), true
	}
	if q.Facets {
		r.Facets = s.facets()
	}
	r.Weak = len(folded) > 0
	for _, f := range folded {
		r.Weak = r.Weak && s.weak(f.ranked)
	}
	for _, f := range folded[min(q.From, len(folded)):min(q.From+q.Size, len(folded))] {
		h, err := s.hit(f, found[0].score)
		if err != nil {
			return Results{}, err
		}
		r.Hits = append(r.Hits, h)
	}
	return r, nil
}

// shown is a score as people and programs see it: 1 for the best, the others below.
func shown(score, best float32) float64 {
	return math.Round(1e4*math.Exp(float64(min(score-best, 0)))) / 1e4
}

// pin puts the articles whose numbers the query names before all others.
func (s *search) pin(found []ranked) []ranked {
	for i, n := range slices.Backward(s.query.numbers) {
		doc, ok := s.x.table.find(n)
		if !ok || slices.Contains(s.query.numbers[:i], n) {
			continue
		}
		r := ranked{doc: doc, cover: 1, number: true}
		if len(found) > 0 {
			r.score = found[0].score
		}
		if at := slices.IndexFunc(found, func(r ranked) bool { return r.doc == doc }); at >= 0 {
			r.has, r.title = found[at].has, found[at].title
			found = slices.Delete(found, at, at+1)
		}
		found = slices.Insert(found, 0, r)
	}
	return found
}

// What a preferred product and version add to a score. An article with a score higher by one is 2.7 times as likely to be the one.
const (
	preferProduct = 1.5
	preferVersion = .7
)

// prefer moves articles on a product and a version up.
func (s *search) prefer(found []ranked, product, version string) []ranked {
	if product == "" && version == "" || len(found) < 2 {
		return found
	}
	t := s.x.table
	product = strings.ToLower(product)
	onProduct := remembered(func(i int) bool {
		name := strings.ToLower(t.str(i))
		return product != "" && name != "" && (strings.Contains(name, product) || strings.Contains(product, name))
	})
	onVersion := remembered(func(i int) bool { return version != "" && strings.EqualFold(t.str(i), version) })
	head := found[:min(candidates, len(found))]
	for i := range head {
		r := &head[i]
		if onProduct(t.u16(secProduct, r.doc)) {
			r.score += preferProduct
		}
		if t.any(r.doc, FacetVersion, onVersion) {
			r.score += preferVersion
		}
	}
	slices.SortStableFunc(head, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	return found
}

// remembered is a function that is worked out once for each argument.
func remembered(f func(int) bool) func(int) bool {
	known := make(map[int]bool)
	return func(i int) bool {
		v, ok := known[i]
		if !ok {
			v = f(i)
			known[i] = v
		}
		return v
	}
}

// A folded is an article with the near-duplicates that stand behind it.
type folded struct {
	ranked
	same []int
}

// fold puts near-duplicates behind the best of them.
func (s *search) fold(found []ranked) []folded {
	var all []folded
	at := make(map[int]int)
	for _, r := range found {
		group := s.x.table.u32(secGroup, r.doc)
		if i, ok := at[group]; ok {
			all[i].same = append(all[i].same, r.doc)
			continue
		}
		at[group] = len(all)
		all = append(all, folded{ranked: r})
	}
	return all
}

// weak reports whether a hit shares too little with the query to be more than a guess. A long query tells a story, and an article
// that has a quarter of it may be the one; of a short one, half must be there.
func (s *search) weak(r ranked) bool {
	if r.number {
		return false
	}
	n := len(s.query.words)
	known := float32(n-s.query.unknown) / float32(max(n, 1)) // words that no article has are words that this one lacks
	enough := .55 - .015*float32(min(n, 20))
	return r.cover*known < enough || n-s.query.unknown >= 4 && bits.OnesCount64(r.has) < 2
}

// didYouMean is the query with its misspelt words put right, empty where there is none.
func (s *search) didYouMean(text string) string {
	var sb strings.Builder
	at := 0
	for i, w := range s.query.words {
		if w.guess == "" || s.query.begins[i] < at {
			continue
		}
		sb.WriteString(text[at:s.query.begins[i]] + w.guess)
		at = s.query.ends[i]
	}
	if at == 0 {
		return ""
	}
	return sb.String() + text[at:]
}

// hit is what is shown of an article.
func (s *search) hit(f folded, best float32) (Hit, error) {
	t := s.x.table
	h := Hit{ID: t.id(f.doc), Title: t.title(f.doc), Product: t.product(f.doc), Score: shown(f.score, best), Weak: s.weak(f.ranked)}
	for _, doc := range f.same {
		h.Same = append(h.Same, t.id(doc))
	}
	h.Why = s.why(f.ranked)
	a, err := s.opened(f.doc)
	if err != nil {
		return h, err
	}
	s.passage(&h, a)
	return h, nil
}

// why names what matched.
func (s *search) why(r ranked) []string {
	var why []string
	say := func(word string, is bool) {
		if is {
			why = append(why, word)
		}
	}
	var code, plain, spelling bool
	for i, w := range s.query.words {
		if r.has&(1<<i) == 0 {
			continue
		}
		switch {
		case w.guess != "":
			spelling = true
		case isCode(w):
			code = true
		default:
			plain = true
		}
	}
	say("number", r.number)
	say("code", code)
	say("title", r.title >= .5)
	say("words", plain)
	say("spelling", spelling)
	return why
}

// isCode reports whether a word is found as it is or not at all: an error code, an event id, a file name. A version is none.
func isCode(w word) bool {
	return isName(w.text) || len(w.text) >= 3 && isDigits(w.text)
}
