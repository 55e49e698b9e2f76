package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// An UnboundError names a fact that a plan needs and that has no value, or none that may enter it. It never holds the value.
type UnboundError struct {
	Fact string
	Why  string
}

func (e *UnboundError) Error() string { return fmt.Sprintf("fact %s: %s", e.Fact, e.Why) }

// Needs returns the facts that enter the plan, sorted.
func (p Plan) Needs() []string {
	var needs []string
	add := func(text string) {
		for {
			_, rest, ok := strings.Cut(text, "${")
			if !ok {
				return
			}
			var fact string
			fact, text, _ = strings.Cut(rest, "}")
			if !slices.Contains(needs, fact) {
				needs = append(needs, fact)
			}
		}
	}
	for _, f := range p.Fixes {
		add(f.Goal)
		for _, d := range f.Doubts {
			add(d)
		}
	}
	for _, s := range p.Steps() {
		walkText(s, add)
	}
	slices.Sort(needs)
	return needs
}

// Needs returns the facts that enter the fix, sorted.
func (f Fix) Needs() []string {
	return Plan{Fixes: []Fix{f}, Stages: []Stage{{Steps: f.Steps}}}.Needs()
}

// Bind returns the plan with the values of the facts in the places that ask for them. A step that names a list of values becomes
// one step for each. A value enters only in the form that its place has: the name of an entry is a site code, and a text takes
// simple words. A collector asks for nothing that is sure. The error is an *UnboundError, for a value too that was only read from
// prose and not confirmed.
func (p Plan) Bind(f facts.Facts) (Plan, error) { return p.bind(binder{facts: f}) }

// Sketch is Bind for a plan that waits for a yes: a value that was only read, or that one of the named facts has, is marked, so that
// it says of itself that it is to be confirmed. Nothing but a page to read is made of a sketch.
func (p Plan) Sketch(f facts.Facts, doubtful []string) (Plan, error) {
	return p.bind(binder{facts: f, sketch: true, doubtful: doubtful})
}

// unconfirmed stands behind a value that was only read.
const unconfirmed = " (confirm first)"

func (p Plan) bind(b binder) (Plan, error) {
	bound := p
	bound.sketch = b.sketch
	bound.Fixes = slices.Clone(p.Fixes)
	for i := range bound.Fixes {
		fix := &bound.Fixes[i]
		fix.Goal = b.text(fix.Goal)
		fix.Doubts = b.texts(fix.Doubts)
	}
	bound.Doubts = b.texts(p.Doubts)
	bound.Stages = make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		bound.Stages[i] = Stage{Number: s.Number, Steps: make([]Step, 0, len(s.Steps)+4)}
		for _, step := range s.Steps {
			bound.Stages[i].Steps = append(bound.Stages[i].Steps, b.step(step)...)
		}
	}
	if b.err != nil {
		return Plan{}, b.err
	}
	bound.key = p.keyWith(b)
	return bound, nil
}

// keyWith returns a text that differs wherever Bind would give different plans: the fixes, each named with the version of its tree,
// in their order, and the values that entered.
func (p Plan) keyWith(by binder) string {
	f := by.facts
	var b strings.Builder
	if by.sketch {
		b.WriteString("a sketch\n")
	}
	for _, fix := range p.Fixes {
		b.WriteString(fix.Article + " " + fix.Version + " " + fix.Name + "\n")
	}
	for _, d := range p.Doubts {
		b.WriteString(d + "\n")
	}
	for _, fact := range p.Needs() {
		b.WriteString(fact + "=" + strings.Join(f.Values(fact), ",") + by.mark(fact) + "\n")
	}
	for _, s := range p.Steps() {
		if c, ok := s.(Collect); ok {
			for _, fact := range c.Facts {
				fmt.Fprintln(&b, fact, by.sure(fact))
			}
		}
	}
	return b.String()
}

// Bound reports whether no fact is missing any more.
func (p Plan) Bound() bool {
	bound := true
	look := func(text string) { bound = bound && !strings.Contains(text, "${") }
	for _, f := range p.Fixes {
		look(f.Goal)
		for _, d := range f.Doubts {
			look(d)
		}
	}
	for _, s := range p.Stages {
		for _, step := range s.Steps {
			walkText(step, look)
		}
	}
	return bound
}

// placeholder returns the fact that a whole text stands for: ${nonexistent_sites}.
func placeholder(text string) (fact string, ok bool) {
	fact, ok = strings.CutPrefix(text, "${")
	if !ok {
		return "", false
	}
	fact, ok = strings.CutSuffix(fact, "}")
	return fact, ok && factName(fact)
}

func factName(s string) bool {
	return s != "" && len(s) <= 64 && strings.IndexFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')
	}) < 0
}

// A binder fills in values and remembers the first fact that it could not.
type binder struct {
	facts    facts.Facts
	sketch   bool
	doubtful []string // facts whose values are marked too
	err      error
}

// sure reports whether a fact is known, and not only read from prose.
func (b *binder) sure(fact string) bool { return b.facts.Known(fact) && len(b.facts.Unsure(fact)) == 0 }

// mark returns what stands behind the values of a fact: nothing where they are sure.
func (b *binder) mark(fact string) string {
	if b.sketch && (!b.sure(fact) || slices.Contains(b.doubtful, fact)) {
		return unconfirmed
	}
	return ""
}

func (b *binder) refuse(fact, why string) {
	if b.err == nil {
		b.err = &UnboundError{Fact: fact, Why: why}
	}
}

// values returns the values of a fact, of which the plan needs one at least.
func (b *binder) values(fact string) []string {
	if !b.facts.Known(fact) {
		b.refuse(fact, "the plan needs it, and it is not known")
		return nil
	}
	values := b.facts.Values(fact)
	switch {
	case len(values) == 0:
		b.refuse(fact, "the plan needs a value, and the answer is that there is none")
	case !b.sketch && !b.sure(fact):
		b.refuse(fact, "it was read from prose, and nobody said yes to it")
	}
	return values
}

// codes returns the values of a fact as site codes.
func (b *binder) codes(fact string) []string {
	values := b.values(fact)
	for _, v := range values {
		if !siteCode(v) {
			b.refuse(fact, "a value is no site code: three letters or digits, and not the name of a device")
			return nil
		}
	}
	return values
}

func (b *binder) texts(all []string) []string {
	bound := make([]string, len(all))
	for i, t := range all {
		bound[i] = b.text(t)
	}
	return bound
}

// text fills in a sentence: a list stands there with commas.
func (b *binder) text(s string) string {
	before, rest, ok := strings.Cut(s, "${")
	if !ok {
		return s
	}
	fact, after, ok := strings.Cut(rest, "}")
	if !ok || !factName(fact) {
		b.refuse("?", "a text has a placeholder that names no fact")
		return s
	}
	values := b.values(fact)
	for _, v := range values {
		if !simpleWord(v) {
			b.refuse(fact, "a value is no simple word")
			return s
		}
	}
	marked := make([]string, len(values))
	for i, v := range values {
		marked[i] = v + b.mark(fact)
	}
	return before + strings.Join(marked, ", ") + b.text(after)
}

// step returns the step once for each value of the fact that it names in a key or as an entry.
func (b *binder) step(s Step) []Step {
	if s.By() == Person {
		return []Step{eachText(s, b.text)}
	}
	if c, ok := s.(Collect); ok {
		c.Facts = slices.DeleteFunc(slices.Clone(c.Facts), b.sure)
		return []Step{c}
	}
	fact := ""
	walkText(s, func(text string) {
		if _, rest, ok := strings.Cut(text, "${"); ok {
			fact, _, _ = strings.Cut(rest, "}")
		}
	})
	if fact == "" {
		return []Step{s}
	}
	codes := b.codes(fact)
	steps := make([]Step, len(codes))
	for i, code := range codes {
		steps[i] = eachText(s, func(text string) string { return strings.ReplaceAll(text, "${"+fact+"}", code+b.mark(fact)) })
	}
	return steps
}

// siteCode reports whether a value may become the name of an entry. The form of an answer has been judged long before; this is
// the second wall, and it is narrow on purpose.
func siteCode(s string) bool {
	if len(s) != 3 || s == "AUX" || s == "CON" || s == "NUL" || s == "PRN" {
		return false
	}
	for i := range len(s) {
		if !(s[i] >= 'A' && s[i] <= 'Z' || s[i] >= '0' && s[i] <= '9') {
			return false
		}
	}
	return true
}

// simpleWord reports whether a value may stand in a sentence that a script prints.
func simpleWord(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
