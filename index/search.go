package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"path/filepath"
	"slices"
	"sync"

	mmap "github.com/blevesearch/mmap-go"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// An Index answers queries. It is for concurrent use, and reads its snapshot in place: it writes nothing to it, and takes no lock on it.
type Index struct {
	Manifest Manifest

	inverted *inverted
	table    *table
	spelling filter
	articles []byte             // packed, of a snapshot
	kept     []*archive.Article // by document, of an index in memory
	searches sync.Pool          // of *search
	recent   recent             // articles that were read lately
	mapped   []mmap.MMap
}

// Open opens a snapshot. It looks at sizes and headers; Verify reads everything. Its errors are *SnapshotError for what is wrong
// with the snapshot.
func Open(dir string) (*Index, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		return nil, err
	}
	x := &Index{Manifest: *m}
	var files [3][]byte
	for i, name := range []string{termsFile, tableFile, articlesFile} {
		if files[i], err = x.mapFile(dir, name); err != nil {
			x.Close()
			return nil, err
		}
	}
	if err := x.load(files[0], files[1], files[2]); err != nil {
		x.Close()
		return nil, &SnapshotError{dir, err.Error() + ": build the index again"}
	}
	return x, nil
}

// load takes the three files of a snapshot into use, in place.
func (x *Index) load(terms, rest, articles []byte) error {
	var err error
	if x.table, err = openTable(rest); err != nil {
		return err
	}
	if x.inverted, err = openInverted(terms); err != nil {
		return err
	}
	x.articles = articles
	x.spelling = x.table.sections[secSpelling]
	if x.inverted.n != x.table.n || x.table.n != x.Manifest.Articles || x.table.u64(secArticleAt, x.table.n) != len(articles) {
		return errors.New("its files are not of one build")
	}
	return nil
}

func (x *Index) mapFile(dir, name string) ([]byte, error) {
	m, err := mapFile(filepath.Join(dir, name))
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: %s: %w", dir, name, err)
	}
	x.mapped = append(x.mapped, m)
	return m, nil
}

// Close ends the use of an index. Nothing of it may be in use.
func (x *Index) Close() error {
	var broken []error
	for _, m := range x.mapped {
		broken = append(broken, m.Unmap())
	}
	x.mapped = nil
	return errors.Join(broken...)
}

// Len is the number of articles.
func (x *Index) Len() int { return x.table.n }

// A search is the memory of one search, kept for the next one.
type search struct {
	x      *Index
	scan   *scanner
	known  map[string]*postings // terms that were looked up before
	query  parsed
	order  []int
	acc    []uint64 // per document: the score above, a bit per word below
	heap   []candidate
	ranker ranker
	ranked []ranked
}

// A candidate is an article that the first ranking found.
type candidate struct {
	score uint64 // the score above, a bit for each word that it has below: the first words of order
	doc   uint32
}

const (
	wordBits  = 32
	scoreUnit = 64 // what one point of idf times level counts
)

func (x *Index) begin() *search {
	if s, ok := x.searches.Get().(*search); ok {
		return s
	}
	return &search{x: x, scan: newScanner(), known: make(map[string]*postings), acc: newScores(x.table.n)}
}

func (x *Index) end(s *search) {
	if len(s.scan.known) > 50_000 {
		clear(s.scan.known) // a search keeps little
	}
	x.searches.Put(s)
}

// maxKnown bounds the terms that a search keeps for the next ones, of 400 bytes each: people use the same words again and again.
const maxKnown = 2000

// find looks a term up.
func (s *search) find(text string) *postings {
	if p, ok := s.known[text]; ok {
		return p
	}
	p := s.x.inverted.find(text)
	if len(s.known) == maxKnown {
		clear(s.known)
	}
	s.known[text] = p
	return p
}

// first ranks by BM25 and keeps the best k, in no order.
func (s *search) first(ctx context.Context, k int) error {
	s.order = s.query.byRarity(s.order)
	if err := s.add(ctx); err != nil {
		return err
	}
	s.best(k)
	return nil
}

// add adds up idf times level over the postings of all words.
func (s *search) add(ctx context.Context) error {
	clear(s.acc)
	for rank, i := range s.order {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := &s.query.words[i]
		bit := uint64(0)
		if rank < wordBits {
			bit = 1 << rank
		}
		unit := float32(scoreUnit) * w.idf * w.weight
		for l := range w.postings.lists {
			w.postings.lists[l].add(uint64(unit*float32(levelValue[l])/64)<<wordBits|bit, s.acc)
		}
	}
	return nil
}

// best keeps the k best documents in a heap whose root is the worst of them.
func (s *search) best(k int) {
	h, worst := s.heap[:0], uint64(0)
	for d, v := range s.acc {
		switch {
		case v <= worst:
			continue
		case len(h) < k:
			h = append(h, candidate{v, uint32(d)})
			rise(h)
		default:
			h[0] = candidate{v, uint32(d)}
			sink(h)
		}
		if len(h) == k {
			worst = h[0].score
		}
	}
	s.heap = h
}

// rise puts the last of a heap in its place.
func rise(h []candidate) {
	for i := len(h) - 1; i > 0; {
		up := (i - 1) / 2
		if h[up].score <= h[i].score {
			return
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

// sink puts the first of a heap in its place.
func sink(h []candidate) {
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(h) {
			return
		}
		if c+1 < len(h) && h[c+1].score < h[c].score {
			c++
		}
		if h[i].score <= h[c].score {
			return
		}
		h[i], h[c] = h[c], h[i]
		i = c
	}
}

// candidates is how many articles of the first ranking the second one looks at.
const candidates = 80

// A ranked is an article in the order of the second ranking.
type ranked struct {
	doc    int
	score  float32
	has    uint64  // words of the query that it has
	cover  float32 // their weight, against that of all
	title  float32 // the same for its title
	number bool    // the query names its number
}

// rank orders the candidates of the first ranking by the second.
func (s *search) rank(each func(doc int)) []ranked {
	h := s.heap
	slices.SortFunc(h, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
	out := s.ranked[:0]
	defer func() { s.ranked = out }()
	if len(h) == 0 {
		return out
	}
	best := h[0].score
	r := &s.ranker
	r.prepare(&s.query, s.order, best)
	defer r.forget(&s.query)
	m := theModel()
	if m != nil {
		m.ready(r)
	}
	place := 0 // those that the first ranking scores the same share their place
	for i, c := range h[:min(candidates, len(h))] {
		if c.score>>wordBits < h[place].score>>wordBits {
			place = i
		}
		r.look(s.x.table, int(c.doc), &s.query, found{c.score, best, s.words(c.score), place})
		score := r.x[fScore]
		if m != nil {
			score = m.score(r)
		}
		if each != nil {
			each(int(c.doc))
		}
		out = append(out, ranked{doc: int(c.doc), score: score, has: r.has, cover: r.x[fCover], title: r.x[fTitleCover]})
	}
	slices.SortFunc(out, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc, b.doc))
	})
	for _, c := range h[len(out):] { // the rest stays in the order of the first ranking
		has := s.words(c.score)
		out = append(out, ranked{doc: int(c.doc), score: out[candidates-1].score, has: has, cover: r.cover(has)})
	}
	return out
}

// words returns the words of the query that a candidate has, as bits in the order of the query.
func (s *search) words(score uint64) uint64 {
	var has uint64
	for b := uint32(score); b != 0; b &= b - 1 {
		has |= 1 << s.order[bits.TrailingZeros32(b)]
	}
	return has
}

// A Candidate is an article as the second ranking sees it: for the program that learns the model.
type Candidate struct {
	ID       string
	Features []float32 // of the article and, last, of the query
}

// Sizes of what a model is made of, for the program that learns it.
const (
	Features = features
	Gates    = gates
	Units    = units
)

// Candidates returns the candidates for a query, best of the first ranking first.
func (x *Index) Candidates(ctx context.Context, text string) ([]Candidate, error) {
	s := x.begin()
	defer x.end(s)
	s.parse(text)
	if err := s.first(ctx, candidates); err != nil {
		return nil, err
	}
	var all []Candidate
	s.rank(func(doc int) {
		f := append(append([]float32(nil), s.ranker.x[:]...), s.ranker.gates[:]...)
		all = append(all, Candidate{ID: x.table.id(doc), Features: f})
	})
	return all, nil
}
