package tree

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Case says what makes a report a case of the article: a line of a log that it prints as its sign, or else the trouble and the
// event. Before that is known, no diagnosis is concluded whose fix changes anything.
type Case struct {
	Line    schemas.Map[facts.OneOrMore]              `json:"line"`    // any of them
	Trouble schemas.Map[facts.OneOrMore]              `json:"trouble"` // any of them, with one of
	Event   schemas.Map[facts.OneOrMore]              `json:"event"`   // these
	Planned schemas.Map[schemas.Map[facts.OneOrMore]] `json:"planned"` // diagnosis → all that has to be known where the event is yet to come
}

// conditions returns all conditions of a case, each by its place one that can be met.
func (c Case) conditions() []caseCondition {
	var all []caseCondition
	add := func(part, diagnosis string, m schemas.Map[facts.OneOrMore]) {
		for fact, values := range m.All() {
			all = append(all, caseCondition{part, diagnosis, condition{fact, values}})
		}
	}
	add("line", "", c.Line)
	add("trouble", "", c.Trouble)
	add("event", "", c.Event)
	for diagnosis, m := range c.Planned.All() {
		add("planned", diagnosis, m)
	}
	return all
}

type caseCondition struct {
	part, diagnosis string
	condition
}

// met is which conditions of a case are met, by their number.
type met uint64

// caseCheck looks for ways to a changing fix on which the report is no case yet.
type caseCheck struct {
	l          *linker
	conditions []caseCondition
	changes    map[string]plan.Fix // the fixes that change something by a script
	seen       map[caseVisit]bool
	reported   map[string]bool
}

type caseVisit struct {
	q     *question
	known met
}

// cases proves what the case of a tree says, from its start and from wherever another tree enters it.
func (l *linker) cases(t *Tree) {
	c := &caseCheck{l: l, conditions: t.Case.conditions(), changes: map[string]plan.Fix{}, seen: map[caseVisit]bool{}, reported: map[string]bool{}}
	for name, draft := range t.Fixes.All() {
		fix, err := draft.Fix(t.Catalog, name, t.Article, "00000000")
		if err != nil || changes(fix) { // what is no fix is reported by whoever reads it
			c.changes[name] = fix
		}
	}
	if _, changes := c.changes[t.Undecided.Fix]; changes {
		l.report("/undecided/fix", "%s changes something, and nothing is known", t.Undecided.Fix)
	}
	c.planned(t)
	for _, q := range l.f.questions {
		if q.tree == t && (q == t.start || l.entered(q)) {
			c.visit(q, 0, nil)
		}
	}
}

func changes(f plan.Fix) bool {
	return slices.ContainsFunc(f.Steps, func(s plan.Step) bool { return s.By() == plan.Script && s.Effect() != plan.Reads })
}

// planned reports a fix that removes or installs a client before anything has happened to it.
func (c *caseCheck) planned(t *Tree) {
	own := t.OwnDiagnoses()
	for name := range t.Case.Planned.All() {
		i := slices.IndexFunc(own, func(d *Diagnosis) bool { return d.Name == name })
		if i < 0 {
			c.l.report("/case/planned/"+name, "there is no diagnosis %q", name)
			continue
		}
		d := own[i]
		for _, fix := range slices.Concat(d.Fix.All(), d.Or.All()) {
			if slices.ContainsFunc(c.changes[fix].Steps, func(s plan.Step) bool { return s.Verb() == "run-tool" }) {
				c.l.report("/diagnoses/"+name, "is about what is yet to come, and its fix %s removes or installs a client", fix)
			}
		}
	}
}

// visit follows every answer to a question, with what is known of the case before it.
func (c *caseCheck) visit(q *question, k met, path []string) {
	if q == nil || c.seen[caseVisit{q, k}] {
		return
	}
	c.seen[caseVisit{q, k}] = true
	for _, a := range q.cases {
		c.way(q, a.value, a.way, k|c.holds(q.fact, a.value), path)
	}
	c.way(q, "unknown", q.unknown, k, path)
}

func (c *caseCheck) way(q *question, value string, w *way, k met, path []string) {
	path = append(slices.Clip(path), q.fact+"="+value)
	for _, d := range q.tree.OwnDiagnoses() {
		if w.concludes.has(d.id) {
			c.concluded(q, d, k, path)
		}
	}
	c.visit(w.next, k, path)
}

// concluded reports a changing fix of a diagnosis that is concluded here, unless the report is a case by now.
func (c *caseCheck) concluded(q *question, d *Diagnosis, k met, path []string) {
	for _, g := range append(d.Fix.given(nil), d.Or.given(nil)...) {
		with := k
		for _, a := range g.answers {
			with |= c.holds(a.fact, a.value)
		}
		for _, fix := range g.texts {
			at := "/questions/" + q.name
			if _, changes := c.changes[fix]; !changes || c.isCase(d.Name, with) || c.reported[at+d.Name] {
				continue
			}
			c.reported[at+d.Name] = true
			c.l.report(at, "concludes %s, whose fix %s changes something, before the report is a case of the article: after %s", d.Name, fix, strings.Join(path, ", "))
		}
	}
}

// holds returns the conditions that an answer fulfils.
func (c *caseCheck) holds(fact, value string) met {
	var k met
	for i, cond := range c.conditions {
		free := value == anyOther && slices.Equal(cond.values, []string{anyAnswer})
		if cond.fact == fact && (free || slices.Contains(cond.values, value)) {
			k |= 1 << i
		}
	}
	return k
}

// isCase reports whether what is known is enough for a fix of a diagnosis.
func (c *caseCheck) isCase(diagnosis string, k met) bool {
	any := map[string]bool{}
	planned := 0
	for i, cond := range c.conditions {
		holds := k>>i&1 == 1
		switch {
		case cond.part != "planned":
			any[cond.part] = any[cond.part] || holds
		case cond.diagnosis == diagnosis && !holds:
			return false
		case cond.diagnosis == diagnosis:
			planned++
		}
	}
	return planned > 0 || any["line"] || any["trouble"] && any["event"]
}

// anyAnswer stands in a case for every answer of a free form, other than none.
const anyAnswer = "known"

// maxConditions bounds the conditions of a case.
const maxConditions = 64

// kase reads the case of a tree.
func (l *linker) kase(c Case) {
	n := len(l.conditions("/case/line", c.Line)) + len(l.conditions("/case/trouble", c.Trouble)) + len(l.conditions("/case/event", c.Event))
	for diagnosis, m := range c.Planned.All() {
		n += len(l.conditions(fmt.Sprint("/case/planned/", diagnosis), m))
	}
	if n > maxConditions {
		l.report("/case", "has more than %d conditions", maxConditions)
	}
}
