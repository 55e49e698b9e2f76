package tree

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// A Tree is one article's questions and diagnoses, linked with the trees that it hands over to. It is safe for use by several
// goroutines.
type Tree struct {
	Document
	forest    *forest
	start     *question
	concludes set // what it, and the trees that it hands over to, can conclude
}

// forest is all trees of a knowledge base, with one numbering of questions and diagnoses.
type forest struct {
	v         *facts.Vocabulary
	trees     map[string]*Tree
	questions []*question
	diagnoses []*Diagnosis
	excludes  map[string]map[string]set // fact → value → the diagnoses that it takes back
	bases     map[string][]string       // fact → itself and what it is derived from
}

// A Diagnosis is one possible cause.
type Diagnosis struct {
	DiagnosisDoc
	Name    string
	Tree    *Tree
	id      int
	unless  []condition
	medium  []condition
	touches []string // facts on which it rests, for contradictions
}

type condition struct {
	fact   string
	values []string
}

type question struct {
	id      int
	tree    *Tree
	name    string
	fact    string
	first   string     // the fact to ask for in its place
	ways    []namedWay // in the order of the file
	other   *way       // else
	unknown *way
	then    *way
	cases   []answer // every answer that the fact can have, with its way
}

type namedWay struct {
	values []string
	way    *way
}

type answer struct {
	value string // "" for any other answer of a free form
	way   *way
}

// way is where an answer leads, with `then` already filled in.
type way struct {
	concludes set // diagnoses
	firm      set // those of them that are more than likely
	trees     []*question
	next      *question // nil at the end
}

// set is a set of diagnoses by their number.
type set [2]uint64

// maxDiagnoses bounds a knowledge base whose trees hand over to each other.
const maxDiagnoses = 128

func (s set) has(i int) bool   { return s[i/64]>>(i%64)&1 == 1 }
func (s set) with(i int) set   { s[i/64] |= 1 << (i % 64); return s }
func (s set) or(t set) set     { return set{s[0] | t[0], s[1] | t[1]} }
func (s set) and(t set) set    { return set{s[0] & t[0], s[1] & t[1]} }
func (s set) andNot(t set) set { return set{s[0] &^ t[0], s[1] &^ t[1]} }
func (s set) empty() bool      { return s == set{} }

var everything = set{^uint64(0), ^uint64(0)}

// follow returns where a known fact leads.
func (q *question) follow(f facts.Facts) *way {
	values := f.Values(q.fact)
	if len(values) == 0 {
		values = []string{facts.Empty}
	}
	for _, n := range q.ways {
		if slices.ContainsFunc(n.values, func(v string) bool { return slices.Contains(values, v) }) {
			return n.way
		}
	}
	return q.other
}

// OwnDiagnoses returns the tree's own diagnoses, in the order of the file.
func (t *Tree) OwnDiagnoses() []*Diagnosis {
	var own []*Diagnosis
	for _, d := range t.forest.diagnoses {
		if d.Tree == t {
			own = append(own, d)
		}
	}
	return own
}

// Facts returns the facts that the tree and the trees that it hands over to ask for, in reading order.
func (t *Tree) Facts() []string {
	var names []string
	seen := make([]bool, len(t.forest.questions))
	var visit func(q *question)
	visit = func(q *question) {
		if q == nil || seen[q.id] {
			return
		}
		seen[q.id] = true
		if !slices.Contains(names, q.fact) {
			names = append(names, q.fact)
		}
		for _, w := range q.all() {
			for _, sub := range w.trees {
				visit(sub)
			}
			visit(w.next)
		}
	}
	visit(t.start)
	return names
}

// all returns every way of a question, each once.
func (q *question) all() []*way {
	var all []*way
	add := func(w *way) {
		if w != nil && !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	for _, n := range q.ways {
		add(n.way)
	}
	add(q.other)
	add(q.unknown)
	return all
}

const likely = "probably "

// target splits a name of a way into what it names and whether it is no more than likely.
func target(name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, likely)
	return rest, ok
}
