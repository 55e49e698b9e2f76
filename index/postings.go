package index

import (
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"slices"
	"strings"
)

// A posting says that a term stands in a document at a level: the number of the term, four bits of level, 32 of document.
type posting uint64

// A gatherer gathers the postings of a stretch of documents, which are counted from 0. The zero gatherer is not ready: see newGatherer.
type gatherer struct {
	numbers  map[string]int // term → its number
	terms    []string
	postings []posting
	n        int // documents
}

func newGatherer() *gatherer { return &gatherer{numbers: make(map[string]int)} }

// add adds a term of the document n.
func (g *gatherer) add(term string, level int) {
	number, ok := g.numbers[term]
	if !ok {
		number = len(g.terms)
		g.numbers[term] = number
		g.terms = append(g.terms, term)
	}
	g.postings = append(g.postings, posting(number<<36|level<<32|g.n))
}

// next ends a document.
func (g *gatherer) next() { g.n++ }

// run returns what was gathered, and makes the gatherer ready for the next stretch.
func (g *gatherer) run() *run {
	order := make([]int, len(g.terms))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(g.terms[a], g.terms[b]) })
	place := make([]posting, len(order))
	for at, number := range order {
		place[number] = posting(at)
	}
	for i, p := range g.postings {
		g.postings[i] = place[p>>36]<<36 | p&(1<<36-1)
	}
	slices.Sort(g.postings)
	r := &run{n: g.n}
	for i := 0; i < len(g.postings); {
		end := i + 1
		for end < len(g.postings) && g.postings[end]>>32 == g.postings[i]>>32 {
			end++
		}
		p := g.postings[i]
		r.write(g.terms[order[p>>36]], int(p>>32&15), g.postings[i:end])
		i = end
	}
	clear(g.numbers)
	g.terms, g.postings, g.n = g.terms[:0], g.postings[:0], 0
	return r
}

// A run is a stretch of documents with its postings, in the order of terms and levels. Of each term and level it has the length of
// the key, the key, how many documents, and these, each as its distance from the one before.
type run struct {
	n    int // documents
	base int // the number of its first document
	data []byte
	key  []byte // that data begins behind
}

func (r *run) write(term string, level int, postings []posting) {
	r.data = binary.AppendUvarint(r.data, uint64(len(term)+1))
	r.data = append(append(r.data, term...), levelByte(level))
	r.data = binary.AppendUvarint(r.data, uint64(len(postings)))
	before := uint32(0)
	for _, p := range postings {
		r.data = binary.AppendUvarint(r.data, uint64(uint32(p)-before))
		before = uint32(p)
	}
}

func (r *run) uvarint() int {
	v, n := binary.Uvarint(r.data)
	r.data = r.data[n:]
	return int(v)
}

// next goes to the next key; it is false behind the last one.
func (r *run) next() bool {
	if len(r.data) == 0 {
		return false
	}
	n := r.uvarint()
	r.key, r.data = r.data[:n:n], r.data[n:]
	return true
}

// docs appends the documents of the key.
func (r *run) docs(to []uint32) []uint32 {
	doc := r.base
	for range r.uvarint() {
		doc += r.uvarint()
		to = append(to, uint32(doc))
	}
	return to
}

// merge calls each for every term and level of several runs, in order, with all its documents. What each is given is valid during
// the call.
func merge(runs []*run, each func(key []byte, docs []uint32) error) error {
	h := make(runHeap, 0, len(runs))
	for _, r := range runs {
		if r.next() {
			h = append(h, r)
		}
	}
	heap.Init(&h)
	var key []byte
	var docs []uint32
	for len(h) > 0 {
		key, docs = append(key[:0], h[0].key...), docs[:0]
		for len(h) > 0 && bytes.Equal(h[0].key, key) {
			docs = h[0].docs(docs)
			if h[0].next() {
				heap.Fix(&h, 0)
			} else {
				heap.Pop(&h)
			}
		}
		if err := each(key, docs); err != nil {
			return err
		}
	}
	return nil
}

// A runHeap has the run with the first key in front, of equal keys that with the first documents.
type runHeap []*run

func (h runHeap) Len() int { return len(h) }
func (h runHeap) Less(i, j int) bool {
	return cmp.Or(bytes.Compare(h[i].key, h[j].key), cmp.Compare(h[i].base, h[j].base)) < 0
}
func (h runHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(x any)   { *h = append(*h, x.(*run)) }
func (h *runHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
