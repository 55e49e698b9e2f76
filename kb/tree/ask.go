package tree

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// ask returns the question that comes next: first what does not go together, then what was only read, then what can take back
// or weaken what is confirmed, then what the repair hangs on, then the first question whose answers lead apart.
func (w *walk) ask(findings []Finding, trace []visit, contradictions []facts.Contradiction) *Ask {
	if len(contradictions) > 0 {
		return &Ask{Fact: contradictions[0].Ask, Reason: Contradicted, About: w.touched(findings, contradictions[0])}
	}
	confirmed := findings[:0:0]
	for _, f := range findings {
		if f.State == Confirmed && !f.Exit {
			confirmed = append(confirmed, f)
		}
	}
	for _, by := range []func([]Finding, []visit) *Ask{w.confirm, w.doubts, w.fixes} {
		if a := by(confirmed, trace); a != nil {
			return a
		}
	}
	return w.decide(trace)
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

// confirm asks for a yes to what was read from prose and would enter a plan. Who answered "don't know" is not asked again.
func (w *walk) confirm(confirmed []Finding, _ []visit) *Ask {
	for _, f := range confirmed {
		for _, name := range w.unconfirmed(f.Diagnosis) {
			if !w.f.ToldUnknown(name) {
				return &Ask{Fact: name, Reason: Unconfirmed, Confirm: w.f.Values(name), About: []*Diagnosis{f.Diagnosis}}
			}
		}
	}
	return nil
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

// fixes asks for what the choice of a repair hangs on.
func (w *walk) fixes(confirmed []Finding, _ []visit) *Ask {
	for _, f := range confirmed {
		for _, name := range f.Fix.hangs(w.f) {
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

// decide asks the first open question on the way whose answers lead apart.
func (w *walk) decide(trace []visit) *Ask {
	all := w.eval(w.t.start)
	for _, v := range trace {
		next := w.next(v.fact)
		if next == "" {
			continue
		}
		if apart := w.apart(v.question, all); !apart.empty() {
			return &Ask{Fact: next, Reason: Deciding, About: w.named(apart)}
		}
	}
	return nil
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
