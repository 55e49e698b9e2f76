package tree

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// ask returns the question that comes next: first what does not go together, then what can take back or weaken what is confirmed,
// then what the repair hangs on, then the first question whose answers lead apart. Beside a confirmed cause that no answer disputes,
// what only serves other causes is returned as the question for further ones.
func (w *walk) ask(findings []Finding, trace []visit, contradictions []facts.Contradiction) (ask, further *Ask) {
	for _, c := range contradictions {
		if again := w.askAgain(c); again != "" {
			return &Ask{Fact: again, Reason: Contradicted, About: w.touched(findings, c), Over: &c}, nil
		}
	}
	confirmed := findings[:0:0]
	var stands set
	for _, f := range findings {
		if f.State != Confirmed {
			continue
		}
		if stands = stands.with(f.id); !f.Exit {
			confirmed = append(confirmed, f)
		}
	}
	deciding := w.deciding(trace)
	for _, by := range []func([]Finding, []visit) *Ask{w.doubts, w.fixes} {
		if ask = by(confirmed, trace); ask != nil {
			break
		}
	}
	if !slices.ContainsFunc(confirmed, func(f Finding) bool { return f.Class != Low }) { // none, or answers dispute it
		if ask == nil {
			ask = w.decide(deciding, false)
		}
		return ask, nil
	}
	shakes := func(v open) bool { return !v.apart.and(stands).empty() }
	if ask == nil {
		ask = w.decide(slices.DeleteFunc(slices.Clone(deciding), func(v open) bool { return !shakes(v) }), true)
	}
	further = w.decide(slices.DeleteFunc(deciding, shakes), true)
	if ask != nil && further != nil && ask.Fact == further.Fact {
		further = nil
	}
	return ask, further
}

// askAgain returns the fact to ask for where two answers do not go together: the more basic one, else the first other one that
// nobody told. Who told both is asked once more. It is empty where nothing is left to ask: the answers are there, and the
// contradiction stands.
func (w *walk) askAgain(c facts.Contradiction) string {
	if c.Settled {
		return ""
	}
	first := append([]string{c.Ask}, c.Facts...)
	for _, name := range first {
		for _, leaf := range w.f.Leaves(name) {
			if w.t.forest.v.Askable(leaf) && !w.told(leaf) && !w.f.ToldUnknown(leaf) {
				return leaf
			}
		}
	}
	sides := 0
	for _, name := range c.Facts {
		if slices.ContainsFunc(w.f.Leaves(name), w.told) {
			sides++
		}
	}
	if sides > 1 && w.told(c.Ask) && !w.f.ToldUnknown(c.Ask) && w.t.forest.v.Askable(c.Ask) {
		return c.Ask
	}
	return ""
}

// told reports whether a person gave the value of a fact, or said yes to it.
func (w *walk) told(name string) bool {
	fact, ok := w.f.Get(name)
	return ok && !fact.Unknown && (fact.Source == facts.Told || fact.Confirmed)
}

func (w *walk) touched(findings []Finding, c facts.Contradiction) []*Diagnosis {
	var all []*Diagnosis
	for _, f := range findings {
		if f.State != RuledOut && slices.ContainsFunc(c.Facts, func(name string) bool { return slices.Contains(f.touches, name) }) {
			all = append(all, f.Diagnosis)
		}
	}
	return all
}

func (w *walk) doubts(confirmed []Finding, trace []visit) *Ask {
	for _, f := range confirmed {
		conditions := f.medium
		if !w.settledByLog(f.Diagnosis, trace) {
			conditions = slices.Concat(f.unless, f.medium)
		}
		for _, c := range conditions {
			if next := w.next(c.fact); next != "" && w.stillOpen(c) {
				return &Ask{Fact: next, Reason: Doubtful, About: []*Diagnosis{f.Diagnosis}}
			}
		}
	}
	return nil
}

// fixes asks for what the choice of a repair hangs on, and for what enters it.
func (w *walk) fixes(confirmed []Finding, _ []visit) *Ask {
	for _, f := range confirmed {
		for _, name := range slices.Concat(f.Fix.hangs(w.f), f.Uses) {
			if next := w.next(name); next != "" {
				return &Ask{Fact: next, Reason: FixHangs, About: []*Diagnosis{f.Diagnosis}}
			}
		}
	}
	return nil
}

// next returns the fact to put to the person in order to settle one that is open; empty where nobody can be asked.
func (w *walk) next(name string) string {
	if w.f.Known(name) {
		return ""
	}
	if open, ok := w.f.Open(name); ok {
		return open.Next
	}
	if w.t.forest.v.Askable(name) && !w.f.ToldUnknown(name) {
		return name
	}
	return ""
}

// open is a question on the way that can still be asked, and the diagnoses for which its answer makes a difference.
type open struct {
	visit
	apart set
}

// deciding returns the open questions on the way whose answers lead apart.
func (w *walk) deciding(trace []visit) []open {
	all := w.eval(w.t.start)
	var questions []open
	for _, v := range trace {
		if w.next(v.fact) == "" {
			continue
		}
		if apart := w.apart(v.question, all); !apart.empty() {
			questions = append(questions, open{v, apart})
		}
	}
	return questions
}

// decide asks the first of the questions: by the one that stands in its place, or together with others. Beside a confirmed cause,
// only what is wholly open is asked for together.
func (w *walk) decide(questions []open, beside bool) *Ask {
	if len(questions) == 0 {
		return nil
	}
	q := questions[0]
	ask := &Ask{Fact: w.next(q.fact), Reason: Deciding, About: w.named(q.apart)}
	if first := w.next(q.first); first != "" {
		ask.Fact = first
	}
	for name, members := range q.tree.Together.All() {
		if beside && slices.ContainsFunc(members, w.f.Known) { // one choice is made: "none of these" would take it back
			continue
		}
		if apart, n := among(questions, members); n > 1 && slices.Contains(members, q.fact) && w.next(name) == name {
			ask.Fact, ask.About = name, w.named(apart)
		}
	}
	return ask
}

// among counts the questions for some facts, and returns the diagnoses that hang on them.
func among(questions []open, facts []string) (apart set, n int) {
	for _, q := range questions {
		if slices.Contains(facts, q.fact) {
			apart, n = apart.or(q.apart), n+1
		}
	}
	return apart, n
}

// apart returns the diagnoses for which it makes a difference how a question is answered, "don't know" included. What is concluded
// now and by every answer to every open question makes none, unless an answer takes it back.
func (w *walk) apart(q *question, all outcome) set {
	stay := w.way(w.standing(q))
	var apart, firm, taken set
	for _, a := range w.possible(q) {
		o := w.taken(q, a)
		back := w.t.forest.excludes[q.fact][a.value]
		apart = apart.or(differ(o.strict.andNot(back), stay.strict)).or(differ(o.now.andNot(back), stay.now)).or(differ(o.may, stay.may))
		firm = firm.or(differ(o.firm.andNot(back), stay.firm))
		taken = taken.or(back)
	}
	return apart.andNot(all.strict.and(all.now)).or(firm.andNot(all.firm.and(all.nowFirm))).or(all.strict.and(taken)).andNot(w.takenBackAll())
}

func differ(a, b set) set { return a.andNot(b).or(b.andNot(a)) }

func (w *walk) takenBackAll() set {
	var all set
	for _, d := range w.t.forest.diagnoses {
		if _, taken := w.takenBack(d); taken {
			all = all.with(d.id)
		}
	}
	return all
}

func (w *walk) named(s set) []*Diagnosis {
	var all []*Diagnosis
	for _, d := range w.t.forest.diagnoses {
		if s.has(d.id) {
			all = append(all, d)
		}
	}
	return all
}
