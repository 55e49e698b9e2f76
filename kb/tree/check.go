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
	l.cases(t)
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

// keeps reports a diagnosis that "don't know" leads to and an answer silently leads away from: the diagnosis has to say so in its
// `unless`. An answer that leads to an exit says it by leading there.
func (l *linker) keeps(q *question) {
	p := pairs{l: l, memo: map[[2]*question]set{}, miss: map[*question]set{}}
	w := q.tree.walk(facts.Facts{})
	for _, a := range q.cases {
		if a.way == q.unknown || l.exits(a.way) {
			continue
		}
		lost := p.ways(q.unknown, a.way).andNot(l.f.excludes[q.fact][a.value])
		for _, d := range w.named(lost) {
			if !d.Exit {
				l.report("/questions/"+q.name, "leads to %s for who does not know and away from it for %q: say `unless: {%s: %s}` in the diagnosis", d.Name, a.value, q.fact, a.value)
			}
		}
	}
}

// pairs compares two ways that the same answers can go.
type pairs struct {
	l    *linker
	memo map[[2]*question]set
	miss map[*question]set
}

// ways returns the diagnoses that some answers conclude on the one way and not on the other.
func (p *pairs) ways(one, other *way) set {
	lost := one.concludes.and(p.missing(other.next)).or(p.questions(one.next, other.next))
	for _, sub := range one.trees {
		lost = lost.or(p.questions(sub, other.next))
	}
	lost = lost.andNot(other.concludes)
	for _, sub := range other.trees {
		if slices.Contains(one.trees, sub) { // gone on both ways
			lost = lost.andNot(sub.tree.reach())
		}
	}
	return lost
}

// questions is ways, from two questions on. A question that stands on both ways gets one answer.
func (p *pairs) questions(one, other *question) set {
	if one == other || one == nil {
		return set{}
	}
	key := [2]*question{one, other}
	if s, ok := p.memo[key]; ok {
		return s
	}
	var lost set
	if other != nil && one.fact == other.fact {
		lost = p.answers(one, other)
	} else if other == nil || one.tree == other.tree && p.leads(one, other) || one.tree != other.tree {
		for _, w := range one.all() {
			lost = lost.or(p.ways(w, &way{next: other}))
		}
	} else {
		for _, w := range other.all() {
			if !p.l.exits(w) {
				lost = lost.or(p.ways(&way{next: one}, w))
			}
		}
	}
	p.memo[key] = lost
	return lost
}

// answers compares two questions for one fact: it has one answer.
func (p *pairs) answers(one, other *question) set {
	lost := p.ways(one.unknown, other.unknown)
	for _, a := range one.cases {
		if w := other.wayOf(a.value); !p.l.exits(w) {
			lost = lost.or(p.ways(a.way, w))
		}
	}
	return lost
}

// leads reports whether one question leads to another for the same fact as the other: it is the one to answer first.
func (p *pairs) leads(one, other *question) bool {
	for _, w := range one.all() {
		if w.next != nil && (w.next.fact == other.fact || p.leads(w.next, other)) {
			return true
		}
	}
	return false
}

// missing returns the diagnoses that some answers from a question on do not conclude.
func (p *pairs) missing(q *question) set {
	if q == nil {
		return everything
	}
	if s, ok := p.miss[q]; ok {
		return s
	}
	var s set
	for _, w := range q.all() {
		if !p.l.exits(w) {
			s = s.or(p.missing(w.next).andNot(w.concludes))
		}
	}
	p.miss[q] = s
	return s
}

// exits reports whether a way concludes an exit, or leads to nothing else.
func (l *linker) exits(w *way) bool {
	if slices.ContainsFunc(l.f.diagnoses, func(d *Diagnosis) bool { return d.Exit && w.concludes.has(d.id) }) {
		return true
	}
	if slices.ContainsFunc(w.trees, l.allExit) {
		return true
	}
	return w.next != nil && l.allExit(w.next)
}

// allExit reports whether every answer to a question leads to an exit.
func (l *linker) allExit(q *question) bool {
	return !slices.ContainsFunc(q.all(), func(w *way) bool { return !l.exits(w) })
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
