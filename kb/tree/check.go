package tree

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// maxDepth bounds the questions on one path.
const maxDepth = 64

// check proves what the walk relies on: it ends, every question and diagnosis is reached, and an answer more takes nothing back
// that nobody said it takes back.
func (l *linker) check(t *Tree) {
	l.t = t
	reached := map[int]bool{}
	if !l.paths(t.start, nil, reached) {
		return
	}
	var concluded set
	for _, q := range l.f.questions {
		if q.tree != t {
			continue
		}
		if !reached[q.id] && !l.entered(q) {
			l.report("/questions/"+q.name, "is never asked: no answer leads to it")
		}
		for _, w := range q.all() {
			concluded = concluded.or(w.concludes)
		}
		l.keeps(q)
	}
	for _, d := range t.OwnDiagnoses() {
		if !concluded.has(d.id) {
			l.report("/diagnoses/"+d.Name, "is never concluded: no answer leads to it")
		}
	}
}

// entered reports whether another tree hands over to a question.
func (l *linker) entered(q *question) bool {
	for _, other := range l.f.questions {
		if other.tree == q.tree {
			continue
		}
		for _, w := range other.all() {
			if slices.Contains(w.trees, q) {
				return true
			}
		}
	}
	return false
}

// paths visits every path from a question and reports whether all of them are sound. A path asks for no fact twice, so it has
// no loop; the first path that does ends the check, because a broken tree cannot be walked.
func (l *linker) paths(q *question, path []string, reached map[int]bool) bool {
	if q == nil {
		return true
	}
	if slices.Contains(path, q.fact) {
		l.report("/questions/"+q.name, "asks for %s a second time on the path %s", q.fact, strings.Join(path, " > "))
		return false
	}
	if len(path) == maxDepth {
		l.report("/questions/"+q.name, "lies deeper than %d questions", maxDepth)
		return false
	}
	if reached[q.id] && !l.repeats(q, path, map[int]bool{}) {
		return true
	}
	reached[q.id] = true
	path = append(slices.Clip(path), q.fact)
	for _, w := range q.all() {
		for _, sub := range w.trees {
			if !l.paths(sub, path, reached) {
				return false
			}
		}
		if !l.paths(w.next, path, reached) {
			return false
		}
	}
	return true
}

// repeats reports whether a question that was visited before leads to one that asks for a fact of this path.
func (l *linker) repeats(q *question, path []string, seen map[int]bool) bool {
	if q == nil || seen[q.id] {
		return false
	}
	seen[q.id] = true
	if slices.Contains(path, q.fact) {
		return true
	}
	for _, w := range q.all() {
		if l.repeats(w.next, path, seen) || slices.ContainsFunc(w.trees, func(s *question) bool { return l.repeats(s, path, seen) }) {
			return true
		}
	}
	return false
}

// keeps reports a diagnosis that "don't know" concludes and an answer silently takes back: the diagnosis has to say so in its
// `unless`. An answer that leads to an exit says it by leading there.
func (l *linker) keeps(q *question) {
	w := q.tree.walk(facts.Facts{})
	stays := w.way(q.unknown)
	for _, a := range q.cases {
		if l.exits(a.way) {
			continue
		}
		lost := stays.now.andNot(w.way(a.way).may).andNot(l.f.excludes[q.fact][a.value])
		for _, d := range w.named(lost) {
			if !d.Exit {
				l.report("/questions/"+q.name, "concludes %s for who does not know and not for %q: say `unless: {%s: %s}` in the diagnosis", d.Name, a.value, q.fact, a.value)
			}
		}
	}
}

// exits reports whether a way concludes an exit.
func (l *linker) exits(w *way) bool {
	return slices.ContainsFunc(l.f.diagnoses, func(d *Diagnosis) bool { return d.Exit && w.concludes.has(d.id) })
}

// reach returns every diagnosis that the tree, or one that it hands over to, can conclude.
func (t *Tree) reach() set {
	var all set
	seen := make([]bool, len(t.forest.questions))
	var visit func(q *question)
	visit = func(q *question) {
		if q == nil || seen[q.id] {
			return
		}
		seen[q.id] = true
		for _, w := range q.all() {
			all = all.or(w.concludes)
			for _, sub := range w.trees {
				visit(sub)
			}
			visit(w.next)
		}
	}
	visit(t.start)
	return all
}

// A Place is where a proof stands: article, section, paragraph, and the hash of its words. The places "ext" and "gk" are
// outside of the archive: public material, and general knowledge.
type Place struct {
	Article   string
	Section   string
	Paragraph int
	Hash      string // empty where it was not filled in yet
}

// Outside reports whether the archive does not hold the place.
func (p Place) Outside() bool { return p.Paragraph == 0 }

func (p Place) String() string {
	if p.Outside() {
		return p.Article
	}
	return fmt.Sprintf("%s/%s/%d", p.Article, p.Section, p.Paragraph)
}

var placeForm = regexp.MustCompile(`^(Q\d{5,6})/([^/]{0,80})/([1-9]\d{0,2})(?: ([0-9a-f]{8}))?$`)

// ParsePlace reads "Q238865/WORKAROUND/5 41d09f3e", "ext" or "gk".
func ParsePlace(s string) (Place, error) {
	if s == "ext" || s == "gk" {
		return Place{Article: s}, nil
	}
	m := placeForm.FindStringSubmatch(s)
	if m == nil {
		return Place{}, fmt.Errorf("%q is no place: want article/section/paragraph and the hash, ext, or gk", s)
	}
	n, err := strconv.Atoi(m[3])
	return Place{m[1], m[2], n, m[4]}, err
}
