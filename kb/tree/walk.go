package tree

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// A State says how a diagnosis stands.
type State string

const (
	Confirmed State = "confirmed"
	Possible  State = "possible"
	RuledOut  State = "ruled-out"
)

// A Class says how sure a diagnosis is. There are no percentages.
type Class string

const (
	High   Class = "high"
	Medium Class = "medium" // to people: likely
	Low    Class = "low"    // a contradiction touches it
)

// A Result is what a walk found.
type Result struct {
	Findings []Finding // confirmed, then possible, then ruled out, each in the order of the trees
	Ask      *Ask      // the next question, nil where nothing is left to ask; a yes to what is unsure is the caller's to ask for
	Further  *Ask      // beside a confirmed cause: the next question for further ones, which no answer to it takes back
	OffTopic bool      // the first question is not answered yet: nothing points to this tree
}

// A Finding is a diagnosis and how it stands. A diagnosis that only a log line could still show is not among the findings.
type Finding struct {
	*Diagnosis
	State   State
	Class   Class    // empty where ruled out
	Because []string // the facts that led to it, or the one that ruled it out
	Waits   []string // for a possible one: the open facts that decide it
	Unsure  []string // for a confirmed one: what was only read from prose and not confirmed, and on which it or its repair rests
}

// An Ask is the fact to put to the person next.
type Ask struct {
	Fact   string
	Reason Reason
	About  []*Diagnosis         // those that hang on it
	Over   *facts.Contradiction // for which it is asked, nil for any other reason
}

// A Reason says why a question is asked.
type Reason string

const (
	Contradicted Reason = "contradiction" // two answers do not go together
	Doubtful     Reason = "doubt"         // it can still take back or weaken a confirmed diagnosis
	FixHangs     Reason = "fix"           // the repair depends on it
	Deciding     Reason = "decide"        // its answers lead to different diagnoses
)

// outcome is what follows from a question or a way.
type outcome struct {
	strict, firm set // concluded by every value of every open fact; of those, by more than "probably"
	now, nowFirm set // concluded if what is open stays open: nothing else is confirmed
	may          set // concluded by some answers, and not taken back by them
	could        set // the same, where log lines may still be seen
	alive        set // not taken back by some answers
	couldAlive   set
}

var nothing = outcome{alive: everything, couldAlive: everything}

// beside joins what follows from two ways that are both gone.
func (o outcome) beside(p outcome) outcome {
	return outcome{
		strict:     o.strict.or(p.strict),
		firm:       o.firm.or(p.firm),
		now:        o.now.or(p.now),
		nowFirm:    o.nowFirm.or(p.nowFirm),
		may:        o.may.and(p.alive).or(p.may.and(o.alive)),
		could:      o.could.and(p.couldAlive).or(p.could.and(o.couldAlive)),
		alive:      o.alive.and(p.alive),
		couldAlive: o.couldAlive.and(p.couldAlive),
	}
}

// walk is one walk with one set of facts.
type walk struct {
	t    *Tree
	f    facts.Facts
	memo []outcome
	done []bool
}

// Walk follows the facts through every branch that is still open.
func (t *Tree) Walk(f facts.Facts, contradictions []facts.Contradiction) Result {
	w := t.walk(f)
	all := w.eval(t.start)
	trace := w.trace(t.start, nil)
	r := Result{Findings: w.findings(all, trace)}
	r.OffTopic = !f.Known(t.start.fact) && all.now.empty()
	r.Ask, r.Further = w.ask(r.Findings, trace, contradictions)
	return r
}

func (t *Tree) walk(f facts.Facts) *walk {
	n := len(t.forest.questions)
	return &walk{t: t, f: f, memo: make([]outcome, n), done: make([]bool, n)}
}

// eval returns what follows from a question, each asked once in a walk. Questions form no loop, so it ends.
func (w *walk) eval(q *question) outcome {
	if q == nil {
		return nothing
	}
	if w.done[q.id] {
		return w.memo[q.id]
	}
	var o outcome
	switch {
	case w.f.Known(q.fact):
		o = w.way(q.follow(w.f))
	case w.evidence(q.fact):
		o = w.unseen(q)
	default:
		o = w.open(q)
	}
	w.memo[q.id], w.done[q.id] = o, true
	return o
}

func (w *walk) way(y *way) outcome {
	o := nothing
	for _, sub := range y.trees {
		o = o.beside(w.eval(sub))
	}
	if y.next != nil {
		o = o.beside(w.eval(y.next))
	}
	o.strict, o.now = o.strict.or(y.concludes), o.now.or(y.concludes)
	o.firm, o.nowFirm = o.firm.or(y.firm), o.nowFirm.or(y.firm)
	o.may = o.may.or(y.concludes.and(o.alive))
	o.could = o.could.or(y.concludes.and(o.couldAlive))
	return o
}

// evidence reports whether a fact is only ever seen: never asked for and not derived. Not seen counts as unknown.
func (w *walk) evidence(name string) bool {
	_, open := w.f.Open(name)
	return !open && !w.t.forest.v.Askable(name)
}

// unseen is the outcome of a question that nobody is asked: what follows now, and what a log line could still show.
func (w *walk) unseen(q *question) outcome {
	o := w.way(q.unknown)
	for _, a := range q.cases {
		v := w.taken(q, a)
		o.could, o.couldAlive = o.could.or(v.could), o.couldAlive.or(v.couldAlive)
	}
	return o
}

// taken is the outcome of one answer to an open question, less what that answer takes back.
func (w *walk) taken(q *question, a answer) outcome {
	o := w.way(a.way)
	back := w.t.forest.excludes[q.fact][a.value]
	o.may, o.alive = o.may.andNot(back), o.alive.andNot(back)
	o.could, o.couldAlive = o.could.andNot(back), o.couldAlive.andNot(back)
	return o
}

func (w *walk) open(q *question) outcome {
	stands := w.way(w.standing(q))
	o := outcome{now: stands.now, nowFirm: stands.nowFirm, may: stands.may, could: stands.could, alive: stands.alive, couldAlive: stands.couldAlive}
	cases := w.possible(q)
	if len(cases) == 0 {
		return stands
	}
	o.strict, o.firm = everything, everything
	for _, a := range cases {
		v := w.taken(q, a)
		o.strict, o.firm = o.strict.and(v.strict), o.firm.and(v.firm)
		o.may, o.could = o.may.or(v.may), o.could.or(v.could)
		o.alive, o.couldAlive = o.alive.or(v.alive), o.couldAlive.or(v.couldAlive)
	}
	return o
}

// standing is the way that is gone while the fact stays open.
func (w *walk) standing(q *question) *way {
	if open, ok := w.f.Open(q.fact); ok && open.Standing != "" {
		return q.wayOf(open.Standing)
	}
	return q.unknown
}

// possible returns the answers that an open fact may still get.
func (w *walk) possible(q *question) []answer {
	open, ok := w.f.Open(q.fact)
	if !ok {
		return q.cases
	}
	var can []answer
	for _, a := range q.cases {
		if slices.Contains(open.Possible, a.value) {
			can = append(can, a)
		}
	}
	return can
}

func (q *question) wayOf(value string) *way {
	for _, a := range q.cases {
		if a.value == value {
			return a.way
		}
	}
	return q.other
}

// A visit is a question on the way that is gone now, and where it leads.
type visit struct {
	*question
	way *way
}

// trace returns the questions on the way that is gone while open facts stay open, in reading order.
func (w *walk) trace(q *question, to []visit) []visit {
	for q != nil {
		y := w.standing(q)
		if w.f.Known(q.fact) {
			y = q.follow(w.f)
		}
		to = append(to, visit{q, y})
		for _, sub := range y.trees {
			to = w.trace(sub, to)
		}
		q = y.next
	}
	return to
}

// A Step is one question on the way that a report's facts go, and the answer that it has there.
type Step struct {
	Tree     string // article
	Question string
	Fact     string
	Answer   string // "unknown" where the fact is open and nothing stands for it; of a list, the value that chose the way
}

// Trace returns the questions on the way that is gone with these facts, in reading order.
func (t *Tree) Trace(f facts.Facts) []Step {
	w := t.walk(f)
	var steps []Step
	for _, v := range w.trace(t.start, nil) {
		s := Step{Tree: v.tree.Article, Question: v.name, Fact: v.fact, Answer: "unknown"}
		if open, ok := f.Open(v.fact); ok && open.Standing != "" {
			s.Answer = open.Standing
		}
		if f.Known(v.fact) {
			s.Answer = v.answered(f)
		}
		steps = append(steps, s)
	}
	return steps
}

// answered names the answer by which a known fact goes its way.
func (q *question) answered(f facts.Facts) string {
	values := f.Values(q.fact)
	if len(values) == 0 {
		return facts.Empty
	}
	for _, n := range q.ways {
		for _, value := range n.values {
			if slices.Contains(values, value) {
				return value
			}
		}
	}
	if slices.ContainsFunc(q.cases, func(a answer) bool { return a.value == values[0] }) {
		return values[0]
	}
	return anyOther
}

// anyOther is the answer of a free form that no way names.
const anyOther = ""

// Answers returns every answer that a tree's own questions know, as Trace names them: for each a way that a report can go.
func (t *Tree) Answers() []Step {
	var all []Step
	for _, q := range t.forest.questions {
		if q.tree != t {
			continue
		}
		for _, a := range q.cases {
			all = append(all, Step{t.Article, q.name, q.fact, a.value})
		}
		all = append(all, Step{t.Article, q.name, q.fact, "unknown"})
	}
	return all
}

// Ways returns one way to each of the answers that Answers returns: the steps from the start, that answer the last. An answer to
// which only another tree leads has none.
func (t *Tree) Ways() [][]Step {
	var all [][]Step
	before := map[*question][]Step{t.start: nil}
	for queue := []*question{t.start}; len(queue) > 0; queue = queue[1:] {
		q := queue[0]
		take := func(value string, w *way) {
			steps := append(slices.Clip(before[q]), Step{t.Article, q.name, q.fact, value})
			all = append(all, steps)
			if _, seen := before[w.next]; w.next != nil && !seen {
				before[w.next], queue = steps, append(queue, w.next)
			}
		}
		for _, a := range q.cases {
			take(a.value, a.way)
		}
		take("unknown", q.unknown)
	}
	return all
}

// A Shape is the size of a tree and of those that it hands over to.
type Shape struct {
	Questions int
	Longest   int // questions on the longest path
	Paths     int // ways from the start to an end
}

// Shape measures a tree.
func (t *Tree) Shape() Shape {
	s := Shape{Questions: len(t.Facts())}
	longest, paths := map[*question]int{}, map[*question]int{}
	s.Longest, s.Paths = measure(t.start, longest, paths)
	return s
}

func measure(q *question, longest, paths map[*question]int) (int, int) {
	if q == nil {
		return 0, 1
	}
	if n, ok := paths[q]; ok {
		return longest[q], n
	}
	deep, n := 0, 0
	for _, w := range q.all() {
		d, p := measure(w.next, longest, paths)
		for _, sub := range w.trees {
			sd, sp := measure(sub, longest, paths)
			d, p = d+sd, p*sp
		}
		deep, n = max(deep, d), n+p
	}
	longest[q], paths[q] = deep+1, n
	return deep + 1, n
}
