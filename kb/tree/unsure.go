package tree

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// unsure returns the facts that were only read from prose and not confirmed, and on which a concluded diagnosis or the choice of
// its repair rests: those that it uses first, then those on its way, then those that choose. A derived fact is as sure as what
// it was derived from.
func (w *walk) unsure(d *Diagnosis) []string {
	g := &grounds{w: w, d: d, done: map[int][]string{}}
	var names []string
	for _, name := range slices.Concat(d.Uses, g.under(w.t.start), d.Fix.facts(), d.Or.facts()) {
		names = w.addUnsure(names, name)
	}
	return names
}

// addUnsure adds the facts that make one unsure, each once. Whether a report so much as speaks of the subject is no fact that a
// person could say yes to, and neither is one without words for people.
func (w *walk) addUnsure(names []string, name string) []string {
	if w.t.forest.derived(name) == "anchored" {
		return names
	}
	for _, leaf := range w.f.Unsure(name) {
		if !slices.Contains(names, leaf) && w.spoken(leaf) {
			names = append(names, leaf)
		}
	}
	return names
}

// spoken reports whether a fact can be put before a person: it is no quiet one, or its value has a label.
func (w *walk) spoken(name string) bool {
	def, _ := w.t.forest.v.Definition(name)
	return !def.Quiet || slices.ContainsFunc(w.f.Values(name), func(value string) bool {
		label, _ := def.Answers.Get(value)
		return label != ""
	})
}

// grounds finds the facts on which the conclusion of one diagnosis rests.
type grounds struct {
	w    *walk
	d    *Diagnosis
	done map[int][]string // by question
}

// under returns the known facts on the way from a question to where the diagnosis is concluded.
func (g *grounds) under(q *question) []string {
	if q == nil {
		return nil
	}
	if names, ok := g.done[q.id]; ok {
		return names
	}
	var names []string
	stands := g.w.standing(q)
	switch {
	case g.w.f.Known(q.fact):
		names = append([]string{q.fact}, g.behind(q.follow(g.w.f))...)
	default:
		names = append(g.standing(q), g.behind(stands)...)
	}
	g.done[q.id] = names
	return names
}

// behind returns the facts of one branch of a way: of those that conclude the diagnosis the first that is sure, else the first.
func (g *grounds) behind(y *way) []string {
	if y.concludes.has(g.d.id) {
		return nil
	}
	var first []string
	found := false
	for _, q := range append(slices.Clone(y.trees), y.next) {
		if q == nil || !g.w.concluded(g.w.eval(q), g.d) {
			continue
		}
		names := g.under(q)
		if g.sure(names) {
			return names
		}
		if !found {
			first, found = names, true
		}
	}
	return first
}

func (g *grounds) sure(names []string) bool {
	var unsure []string
	for _, name := range names {
		unsure = g.w.addUnsure(unsure, name)
	}
	return len(unsure) == 0
}

// standing returns the known facts that hold an open fact to what it may still become.
func (g *grounds) standing(q *question) []string {
	if _, open := g.w.f.Open(q.fact); !open || g.w.t.forest.derived(q.fact) == "anchored" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(g.w.t.forest.basis(q.fact)), func(name string) bool { return !g.w.f.Known(name) })
}

// concluded reports whether an outcome holds the diagnosis, whatever the open questions still bring.
func (w *walk) concluded(o outcome, d *Diagnosis) bool { return o.now.has(d.id) }

// UnsureIn returns the facts among the given ones, or below them, that were only read from prose and not confirmed.
func (t *Tree) UnsureIn(f facts.Facts, given []string) []string {
	w := t.walk(f)
	var names []string
	for _, name := range given {
		names = w.addUnsure(names, name)
	}
	return names
}
