package tree

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// findings judges every diagnosis of the walk.
func (w *walk) findings(all outcome, trace []visit) []Finding {
	var by [3][]Finding
	for _, d := range w.t.forest.diagnoses {
		f, at := w.judge(d, all, trace)
		if at >= 0 {
			by[at] = append(by[at], f)
		}
	}
	return slices.Concat(by[0], by[1], by[2])
}

// judge returns a finding and its place among the three states, -1 for none.
func (w *walk) judge(d *Diagnosis, all outcome, trace []visit) (Finding, int) {
	f := Finding{Diagnosis: d}
	concluded := all.now.has(d.id)
	back, taken := w.takenBack(d)
	switch {
	case taken && (concluded || all.could.has(d.id) || w.reachable(d)):
		f.State, f.Because = RuledOut, []string{back}
		return f, 2
	case taken:
		return f, -1
	case concluded:
		f.State, f.Because, f.Unsure = Confirmed, w.because(d, trace), w.unsure(d)
		f.Class = w.class(f, all, trace)
		return f, 0
	case all.may.has(d.id):
		f.State, f.Because, f.Waits = Possible, w.because(d, trace), w.waits(d, trace)
		f.Class = w.possibleClass(d)
		return f, 1
	case all.could.has(d.id) || d.Exit || !w.reachable(d):
		return f, -1
	}
	f.State = RuledOut
	if by := w.closed(d, trace); by != "" {
		f.Because = []string{by}
	}
	return f, 2
}

// reachable reports whether the walk's tree, or one that it hands over to, concludes the diagnosis at all.
func (w *walk) reachable(d *Diagnosis) bool { return w.t.concludes.has(d.id) }

// takenBack returns the fact by which a diagnosis's own `unless` excludes it. What a contradiction disputes excludes nothing.
func (w *walk) takenBack(d *Diagnosis) (string, bool) {
	for _, c := range d.unless {
		if w.f.Has(c.fact, c.values...) && !w.disputed(c.fact) {
			return c.fact, true
		}
	}
	return "", false
}

// disputed reports whether a contradiction names the fact or one that it is derived from.
func (w *walk) disputed(name string) bool {
	return slices.ContainsFunc(w.t.forest.basis(name), w.f.Disputed)
}

// because returns the known facts on the way without which it would not lead here, and those that enter the plan.
func (w *walk) because(d *Diagnosis, trace []visit) []string {
	var names []string
	add := func(name string) {
		if w.f.Known(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, v := range trace {
		if !w.f.Known(v.fact) {
			continue
		}
		concludes := v.way.concludes.has(d.id)
		if concludes || w.matters(d, v) {
			add(v.fact)
		}
		if concludes {
			break
		}
	}
	for _, name := range d.Uses {
		add(name)
	}
	return names
}

// matters reports whether another answer to a question would have led away from a diagnosis.
func (w *walk) matters(d *Diagnosis, v visit) bool {
	if w.t.forest.derived(v.fact) == "anchored" {
		return false
	}
	return slices.ContainsFunc(v.cases, func(a answer) bool { return a.way != v.way && !w.way(a.way).could.has(d.id) })
}

// waits returns the facts to ask for on the way of which some answer leads to a diagnosis and some does not.
func (w *walk) waits(d *Diagnosis, trace []visit) []string {
	var names []string
	for _, v := range trace {
		if w.f.Known(v.fact) || w.evidence(v.fact) {
			continue
		}
		leads, not := false, false
		for _, a := range w.possible(v.question) {
			may := w.taken(v.question, a).may.has(d.id)
			leads, not = leads || may, not || !may
		}
		if next := w.next(v.fact); next != "" && leads && (not || v.way.concludes.has(d.id)) && !slices.Contains(names, next) {
			names = append(names, next)
		}
	}
	return names
}

// closed returns the fact whose answer shut the last way to a diagnosis.
func (w *walk) closed(d *Diagnosis, trace []visit) string {
	for _, v := range trace {
		if !w.f.Known(v.fact) {
			continue
		}
		leads := func(a answer) bool { return w.taken(v.question, a).could.has(d.id) }
		if w.way(v.unknown).could.has(d.id) || slices.ContainsFunc(v.cases, leads) {
			return v.fact
		}
	}
	return ""
}

func (w *walk) class(f Finding, all outcome, trace []visit) Class {
	d := f.Diagnosis
	switch {
	case slices.ContainsFunc(d.touches, w.f.Disputed) || slices.ContainsFunc(f.Because, w.disputed):
		return Low
	case !all.firm.has(d.id), w.weakened(d), w.inferred(d), w.doubtful(d) && !w.settledByLog(d, trace):
		return Medium
	}
	return High
}

func (w *walk) possibleClass(d *Diagnosis) Class {
	if slices.ContainsFunc(d.touches, w.f.Disputed) {
		return Low
	}
	return Medium
}

// weakened reports whether a `medium when` holds.
func (w *walk) weakened(d *Diagnosis) bool {
	return slices.ContainsFunc(d.medium, func(c condition) bool { return w.f.Has(c.fact, c.values...) })
}

// inferred reports whether a fact that would enter the plan was read from prose.
func (w *walk) inferred(d *Diagnosis) bool { return len(w.unconfirmed(d)) > 0 }

// unconfirmed returns the facts that would enter the plan and were only read from prose.
func (w *walk) unconfirmed(d *Diagnosis) []string {
	var names []string
	for _, name := range d.Uses {
		if len(w.f.Unsure(name)) > 0 {
			names = append(names, name)
		}
	}
	return names
}

// doubtful reports whether an `unless` of the diagnosis can still come true.
func (w *walk) doubtful(d *Diagnosis) bool {
	return slices.ContainsFunc(d.unless, w.stillOpen)
}

func (w *walk) stillOpen(c condition) bool {
	if w.f.Known(c.fact) {
		return false
	}
	if open, ok := w.f.Open(c.fact); ok {
		return slices.ContainsFunc(c.values, func(v string) bool { return slices.Contains(open.Possible, v) })
	}
	return w.t.forest.v.Askable(c.fact)
}

// settledByLog reports whether a line of a log concluded the diagnosis.
func (w *walk) settledByLog(d *Diagnosis, trace []visit) bool {
	return slices.ContainsFunc(trace, func(v visit) bool {
		fact, ok := w.f.Get(v.fact)
		return ok && fact.Source == facts.Log && v.way.concludes.has(d.id)
	})
}
