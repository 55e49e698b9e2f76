package tree

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Problem is something wrong with a tree, at a place in its file.
type Problem struct {
	Article string
	Pointer string // JSON pointer into tree.yaml
	Says    string
}

// Link makes trees of documents: names become questions, diagnoses and other trees. It returns every problem that it finds; a
// tree with a problem cannot be walked.
func Link(docs []*Document, v *facts.Vocabulary) (map[string]*Tree, []Problem) {
	return (&linker{f: newForest(v)}).link(docs)
}

// LinkSound is Link for documents that Link has found sound with this vocabulary before: it proves nothing again.
func LinkSound(docs []*Document, v *facts.Vocabulary) (map[string]*Tree, []Problem) {
	return (&linker{f: newForest(v), sound: true}).link(docs)
}

func (l *linker) link(docs []*Document) (map[string]*Tree, []Problem) {
	for _, doc := range docs {
		l.declare(doc)
	}
	for _, doc := range docs {
		l.tree(l.f.trees[doc.Article])
	}
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	if !l.sound {
		for _, doc := range docs {
			l.check(l.f.trees[doc.Article])
		}
	}
	for _, t := range l.f.trees {
		t.concludes = t.reach()
	}
	return l.f.trees, l.problems
}

type linker struct {
	f        *forest
	sound    bool // checked before
	t        *Tree
	problems []Problem
	named    map[string]*question  // of the tree at hand
	own      map[string]*Diagnosis // of the tree at hand
}

func (l *linker) report(pointer, format string, args ...any) {
	l.problems = append(l.problems, Problem{l.t.Article, pointer, fmt.Sprintf(format, args...)})
}

// declare numbers a document's questions and diagnoses.
func (l *linker) declare(doc *Document) {
	t := &Tree{Document: *doc, forest: l.f}
	l.f.trees[doc.Article] = t
	l.t = t
	for name, written := range doc.Questions.All() {
		q := &question{id: len(l.f.questions), tree: t, name: name, fact: name}
		if fact, ok := written.Get("fact"); ok && len(fact) == 1 {
			q.fact = fact[0]
		}
		l.f.questions = append(l.f.questions, q)
	}
	for name, d := range doc.Diagnoses.All() {
		l.f.diagnoses = append(l.f.diagnoses, &Diagnosis{DiagnosisDoc: d, Name: name, Tree: t, id: len(l.f.diagnoses)})
	}
	if len(l.f.diagnoses) > maxDiagnoses {
		l.report("/diagnoses", "brings the knowledge base to more than %d diagnoses", maxDiagnoses)
	}
}

func (l *linker) tree(t *Tree) {
	l.t, l.named, l.own = t, map[string]*question{}, map[string]*Diagnosis{}
	for _, q := range l.f.questions {
		if q.tree == t {
			l.named[q.name] = q
		}
	}
	for _, d := range t.OwnDiagnoses() {
		l.own[d.Name] = d
		l.diagnosis(d)
	}
	for name, written := range t.Questions.All() {
		l.question(l.named[name], written)
	}
	for _, name := range t.Measured.Causes {
		if l.own[name] == nil {
			l.report("/measured/causes", "there is no diagnosis %q", name)
		}
	}
	for name, value := range t.Measured.Opening.All() {
		if def, ok := l.f.v.Definition(name); !ok || !known(def, value) {
			l.report("/measured/opening/"+name, "%q is no answer to a fact of this name", value)
		}
	}
	for name, facts := range t.Together.All() {
		l.together("/together/"+name, name, facts)
	}
	if t.start = l.named[t.Start]; t.start == nil {
		l.report("/start", "there is no question %q", t.Start)
	}
	l.kase(t.Case)
	if t.Undecided.Fix != "" {
		l.fix("/undecided/fix", t.Undecided.Fix)
	}
}

// question reads the ways of a question's answers.
func (l *linker) question(q *question, written Question) {
	at := "/questions/" + q.name
	def, ok := l.f.v.Definition(q.fact)
	if !ok {
		l.report(at, "there is no fact %q in facts.yaml", q.fact)
		return
	}
	for key, names := range written.All() {
		switch {
		case key == "then":
			q.then = l.way(at+"/then", names, nil)
		case key == "first" && len(names) == 1:
			if q.first = names[0]; !l.f.v.Askable(q.first) {
				l.report(at+"/first", "%q is no fact that a person can be asked for", q.first)
			}
		}
	}
	for key, names := range written.All() {
		switch key {
		case "fact", "then", "first":
		case "else":
			q.other = l.way(at+"/else", names, q.then)
		case "unknown":
			q.unknown = l.way(at+"/unknown", names, q.then)
		default:
			l.answers(q, def, key, l.way(at+"/"+escape(key), names, q.then))
		}
	}
	l.defaults(q, def, at)
}

// together reads a question that asks for several facts at once.
func (l *linker) together(at, name string, facts []string) {
	if def, ok := l.f.v.Definition(name); !ok || !l.f.v.Askable(name) || def.Answers.Len() == 0 {
		l.report(at, "%q is no fact that a person can be asked for, with a list of answers", name)
	}
	for _, fact := range facts {
		if !slices.ContainsFunc(l.f.questions, func(q *question) bool { return q.tree == l.t && q.fact == fact }) {
			l.report(at, "no question of this tree is for %q", fact)
		}
	}
	if slices.ContainsFunc(l.f.questions, func(q *question) bool { return q.tree == l.t && q.fact == name }) {
		l.report(at, "has a question of its own: what it asks for together has them")
	}
}

func (l *linker) answers(q *question, def facts.Definition, key string, w *way) {
	n := namedWay{way: w}
	at := "/questions/" + q.name + "/" + escape(key)
	for value := range answers(key) {
		if !known(def, value) {
			l.report(at, "%q is no answer to %s", value, q.fact)
		}
		if q.names(value) || slices.Contains(n.values, value) {
			l.report(at, "%q has a way already: this one is never taken", value)
		}
		n.values = append(n.values, value)
	}
	q.ways = append(q.ways, n)
}

// known reports whether a value is an answer to a fact that lists its answers, or a free one.
func known(def facts.Definition, value string) bool {
	if value == facts.Empty && def.Several {
		return true
	}
	_, ok := def.Answers.Get(value)
	return ok || def.Answers.Len() == 0
}

func (q *question) names(value string) bool {
	return slices.ContainsFunc(q.ways, func(n namedWay) bool { return slices.Contains(n.values, value) })
}

// defaults gives every answer that was not written its way, and lists the answers.
func (l *linker) defaults(q *question, def facts.Definition, at string) {
	if q.other == nil {
		q.other = q.then
	}
	if q.unknown == nil {
		q.unknown = q.then
	}
	if q.unknown == nil {
		l.report(at, "says nothing of who does not know: write `unknown` or `then`")
		q.unknown = &way{}
	}
	for _, value := range def.Answers.Keys() {
		w := q.other
		for _, n := range q.ways {
			if slices.Contains(n.values, value) {
				w = n.way
			}
		}
		if w == nil {
			l.report(at, "says nothing of the answer %q: write it, or `then`", value)
			w = q.unknown
		}
		q.cases = append(q.cases, answer{value, w})
	}
	if def.Answers.Len() > 0 && !def.Several {
		return
	}
	for _, n := range q.ways {
		for _, value := range n.values {
			if def.Answers.Len() == 0 || value == facts.Empty {
				q.cases = append(q.cases, answer{value, n.way})
			}
		}
	}
	if q.other == nil {
		l.report(at, "says nothing of other answers: write `else` or `then`")
		q.other = q.unknown
	}
	rest := anyOther
	if def.Answers.Len() > 0 {
		rest = facts.Empty
	}
	if !q.names(rest) {
		q.cases = append(q.cases, answer{rest, q.other})
	}
}

// way reads one way. A way that names no question goes on by `then`, unless it names an exit alone or says "end".
func (l *linker) way(at string, names Way, then *way) *way {
	w := &way{}
	ends := false
	for _, name := range names {
		ends = l.step(w, at, name) || ends
	}
	if w.next == nil && !ends && then != nil {
		w.next, w.trees = then.next, append(w.trees, then.trees...)
		w.concludes, w.firm = w.concludes.or(then.concludes), w.firm.or(then.firm)
		return w
	}
	if len(names) > 0 || then != nil {
		return w
	}
	return nil
}

// step adds one name to a way and reports whether the way ends there.
func (l *linker) step(w *way, at, written string) bool {
	name, probably := target(written)
	if name == "end" {
		return true
	}
	if d := l.own[name]; d != nil {
		w.concludes = w.concludes.with(d.id)
		if !probably {
			w.firm = w.firm.with(d.id)
		}
		return d.Exit
	}
	article, inside, _ := strings.Cut(name, "/")
	switch {
	case probably:
		l.report(at, "there is no diagnosis %q", name)
	case l.named[name] != nil && w.next != nil:
		l.report(at, "leads to two questions: an answer has one way on")
	case l.named[name] != nil:
		w.next = l.named[name]
	case l.f.trees[article] != nil:
		w.trees = append(w.trees, l.entrance(at, l.f.trees[article], inside))
	default:
		l.report(at, "there is no question, diagnosis or tree %q", name)
	}
	return false
}

// entrance returns the question of another tree at which a way enters it.
func (l *linker) entrance(at string, t *Tree, inside string) *question {
	if inside == "" {
		inside = t.Start
	}
	for _, q := range l.f.questions {
		if q.tree == t && q.name == inside {
			return q
		}
	}
	l.report(at, "%s has no question %q", t.Article, inside)
	return nil
}

func (l *linker) diagnosis(d *Diagnosis) {
	at := "/diagnoses/" + d.Name
	d.unless = l.conditions(at+"/unless", d.Unless)
	d.medium = l.conditions(at+"/medium when", d.Medium)
	for _, c := range d.unless {
		l.exclude(d, c)
	}
	for _, name := range slices.Concat(d.Uses, d.Fix.facts(), d.Or.facts(), d.See.facts(), d.Proof.facts()) {
		if _, ok := l.f.v.Definition(name); !ok {
			l.report(at, "there is no fact %q in facts.yaml", name)
		}
	}
	for _, fix := range slices.Concat(d.Fix.All(), d.Or.All()) {
		l.fix(at+"/fix", fix)
	}
	if !l.sound {
		l.proofs(at+"/proof", d.Proof.All())
	}
	d.touches = l.touches(d)
}

func (l *linker) proofs(at string, places []string) {
	for _, place := range places {
		if _, err := ParsePlace(place); err != nil {
			l.report(at, "%v", err)
		}
	}
}

// touches returns the facts on which a diagnosis rests beside those on its way.
func (l *linker) touches(d *Diagnosis) []string {
	var all []string
	for _, name := range d.Uses {
		all = append(all, l.f.basis(name)...)
	}
	for _, c := range slices.Concat(d.unless, d.medium) {
		all = append(all, l.f.basis(c.fact)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func newForest(v *facts.Vocabulary) *forest {
	f := &forest{v: v, trees: map[string]*Tree{}, excludes: map[string]map[string]set{}, bases: map[string][]string{}}
	for _, name := range v.Names() {
		def, _ := v.Definition(name)
		f.bases[name] = []string{name}
		if def.Derive != "anchored" { // everything that speaks of SMS: a dispute about one does not shake it
			f.bases[name] = append(f.bases[name], def.From...)
		}
	}
	return f
}

// basis returns a fact and those that it is derived from.
func (f *forest) basis(name string) []string { return f.bases[name] }

func (f *forest) derived(name string) string {
	def, _ := f.v.Definition(name)
	return def.Derive
}

func (l *linker) fix(at, name string) {
	if _, ok := l.t.Fixes.Get(name); !ok {
		l.report(at, "there is no fix %q", name)
	}
}

func (l *linker) conditions(at string, m schemas.Map[facts.OneOrMore]) []condition {
	var all []condition
	for name, values := range m.All() {
		def, ok := l.f.v.Definition(name)
		if !ok {
			l.report(at, "there is no fact %q in facts.yaml", name)
			continue
		}
		for _, value := range values {
			if !known(def, value) {
				l.report(at, "%q is no answer to %s", value, name)
			}
		}
		all = append(all, condition{name, values})
	}
	return all
}

func (l *linker) exclude(d *Diagnosis, c condition) {
	by := l.f.excludes[c.fact]
	if by == nil {
		by = map[string]set{}
		l.f.excludes[c.fact] = by
	}
	for _, value := range c.values {
		by[value] = by[value].with(d.id)
	}
}

// escape returns a key as a token of a JSON pointer. Few keys hold what a pointer reads otherwise.
func escape(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}
