package desk

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// chosen is the fixes of an answer and those that a person may choose instead.
type chosen struct {
	parts        []part
	alternatives []string
}

// A part is the fix of one diagnosis, and what keeps it back.
type part struct {
	plan.Fix
	enter []string // facts that enter it and were only read from prose
	rest  []string // facts that led to it and were only read, where it changes something
	lacks []string // facts that it needs and that nobody knows
}

func (p part) sure() bool { return len(p.enter)+len(p.rest)+len(p.lacks) == 0 }

// enter returns the facts that enter the plan and were only read from prose.
func (c chosen) enter() []string {
	var all []string
	for _, p := range c.parts {
		all = append(all, p.enter...)
	}
	return unique(all)
}

// unsure returns the facts that want a yes before a script is given: those that enter the plan first.
func (c chosen) unsure() []string {
	all := c.enter()
	for _, p := range c.parts {
		all = append(all, p.rest...)
	}
	return unique(all)
}

// sketched reports whether the plan is only to be read: something in it wants a yes, or what is to be done rests on answers of which
// one is wrong.
func (w *writer) sketched(c chosen) bool {
	return len(c.unsure()) > 0 || len(w.contradictions) > 0 && c.parts[0].For != ""
}

// plan adds the plan and its scripts to an answer.
func (w *writer) plan(a *Answer, c chosen) {
	c, lacking := w.kept(c)
	if len(c.parts) == 0 {
		a.Plan = w.waitingPlan(lacking, c)
		return
	}
	p, err := plan.Combine(c.fixes()...)
	if err != nil { // fixes for two kinds of Windows: the first, and the others as alternatives
		w.d.warn("the plan of all causes at once", err)
		for _, f := range c.parts[1:] {
			c.alternatives = append(c.alternatives, f.Name)
		}
		c.parts = c.parts[:1]
		if p, err = plan.Combine(c.fixes()...); err != nil {
			return
		}
	}
	blocked := c.unsure()
	for _, k := range w.contradictions {
		blocked = append(blocked, k.Facts...)
	}
	for _, l := range lacking {
		blocked = append(blocked, l.lacks...)
	}
	sketched := w.sketched(c)
	bound, err := w.bind(p, c, sketched)
	if err != nil {
		w.d.warn("the plan", err)
		return
	}
	a.Plan = w.view(bound, c, unique(blocked))
	if sketched {
		a.Scripts = w.sketch(bound)
		return
	}
	a.Plan.Doubts = append(a.Plan.Doubts, w.settling()...)
	a.Scripts = w.scripts(bound, a.Plan, c.fixes())
}

// bind puts the values into a plan, and into one that waits the marks and what it waits for.
func (w *writer) bind(p plan.Plan, c chosen, sketched bool) (plan.Plan, error) {
	if !sketched {
		return p.Bind(w.f)
	}
	var doubtful, open []string
	for _, k := range w.contradictions {
		doubtful = append(doubtful, k.Facts...)
	}
	for _, name := range c.unsure() {
		if !slices.Contains(c.enter(), name) { // those are marked where they stand
			open = append(open, w.taken(name).Label)
		}
	}
	p.Doubts = append(slices.Clone(p.Doubts), w.settling()...)
	if len(open) > 0 {
		p.Doubts = append(p.Doubts, "It rests on what was only read from the report and must be confirmed before anything is done: "+strings.Join(open, "; ")+".")
	}
	return p.Sketch(w.f, doubtful)
}

// settling says of each contradiction what would settle it.
func (w *writer) settling() []string {
	var all []string
	for _, k := range w.contradictions {
		says := k.Says + ". Find out which of them is right, and correct the other: no script changes anything before."
		if def, _ := w.d.KB.Vocabulary.Definition(k.Ask); def.Help != "" {
			says += " " + def.Help
		}
		all = append(all, says)
	}
	return all
}

// kept returns the parts of which a plan can be made, and those that lack a fact. Where nothing is left to ask, those that are sure
// do not wait for the others, which may be chosen instead; a fix that the report chose stays.
func (w *writer) kept(c chosen) (chosen, []part) {
	var ready, sure, lacking []part
	chosen := false
	for _, p := range c.parts {
		switch {
		case len(p.lacks) > 0:
			lacking = append(lacking, p)
			continue
		case p.sure():
			sure = append(sure, p)
		default:
			chosen = chosen || p.Chosen
		}
		ready = append(ready, p)
	}
	sure = slices.DeleteFunc(sure, func(p part) bool { // what comes after one that is not sure waits with it
		return slices.ContainsFunc(c.parts, func(first part) bool { return slices.Contains(first.Before, p.Name) })
	})
	if len(sure) > 0 && !chosen && len(w.contradictions) == 0 && len(w.toConfirm(c)) == 0 {
		for _, p := range ready {
			if !p.sure() {
				c.alternatives = append(c.alternatives, p.Name)
			}
		}
		ready = sure
	}
	c.parts = ready
	return c, lacking
}

// choose returns the fixes of the confirmed diagnoses; while answers contradict each other, or nothing is confirmed, the one that only
// looks. It refuses a report that chooses a fix which is not offered.
func (w *writer) choose(status Status) (chosen, *Refusal) {
	var c chosen
	if status == StatusDiagnosed {
		for _, f := range w.confirmed() {
			w.offer(&c, f)
		}
	}
	looks := w.looks(status)
	if w.r.Fix != "" && !w.offered(c, looks) {
		return c, w.notOffered(c, looks)
	}
	if looks != nil && (len(c.parts) == 0 || w.r.Fix == "" || w.r.Fix == looks.Name) {
		return chosen{parts: []part{{Fix: *looks}}}, nil
	}
	return c, nil
}

// offer adds the fix of one diagnosis, or the alternative that the report chose.
func (w *writer) offer(c *chosen, f tree.Finding) {
	names := append([]string{f.Fix.First(w.f)}, f.Or.For(w.f)...)
	if names[0] == "" {
		return
	}
	if i := slices.Index(names, w.r.Fix); i > 0 {
		names[0], names[i] = names[i], names[0]
	}
	fix, ok := w.d.KB.Fix(f.Tree.Article, names[0])
	if !ok {
		return
	}
	fix.For, fix.Chosen = f.Name, names[0] == w.r.Fix
	for _, name := range names[1:] {
		if !slices.Contains(c.alternatives, name) {
			c.alternatives = append(c.alternatives, name)
		}
	}
	needs := fix.Needs()
	p := part{Fix: fix, enter: w.t.UnsureIn(w.f, needs)}
	if fix.Changes() {
		p.enter = unique(append(p.enter, w.t.UnsureIn(w.f, f.Uses)...))
		p.rest = f.Unsure
	}
	for _, name := range needs {
		if !w.f.Known(name) {
			p.lacks = append(p.lacks, name)
		}
	}
	c.parts = append(c.parts, p)
}

func (c chosen) fixes() []plan.Fix {
	all := make([]plan.Fix, len(c.parts))
	for i, p := range c.parts {
		all[i] = p.Fix
	}
	return all
}

// looks returns the fix that only collects facts, where the report is about this tree and something is left to find out.
func (w *writer) looks(status Status) *plan.Fix {
	if w.t.Undecided.Fix == "" || status == StatusNoTree || w.offTopic() {
		return nil
	}
	if status == StatusDiagnosed && len(w.contradictions) == 0 {
		return nil
	}
	fix, ok := w.d.KB.Fix(w.t.Article, w.t.Undecided.Fix)
	if !ok {
		return nil
	}
	return &fix
}

// offered reports whether the fix that the report chose is among those offered.
func (w *writer) offered(c chosen, looks *plan.Fix) bool {
	return slices.ContainsFunc(c.parts, func(p part) bool { return p.Name == w.r.Fix }) || looks != nil && looks.Name == w.r.Fix
}

func (w *writer) notOffered(c chosen, looks *plan.Fix) *Refusal {
	var offered []string
	for _, p := range c.parts {
		offered = append(offered, p.Name)
	}
	offered = append(offered, c.alternatives...)
	if looks != nil {
		offered = append(offered, looks.Name)
	}
	hint := "leave it out: no fix is offered for this report"
	if len(offered) > 0 {
		hint = "one of: " + strings.Join(offered, ", ")
	}
	return &Refusal{Problems: []Problem{{"/fix", "is no fix that is offered for this report", hint}}}
}

// waitingPlan names the fix that waits for a fact which nobody knows, nil where none does. It has no steps.
func (w *writer) waitingPlan(lacking []part, c chosen) *Plan {
	if len(lacking) == 0 {
		return nil
	}
	var lacks []string
	for _, p := range lacking {
		lacks = append(lacks, p.lacks...)
	}
	first := lacking[0]
	return &Plan{Fix: first.Name, Goal: w.fill(first.Goal), Risk: first.Risk.String(), Alternatives: c.alternatives, BlockedBy: unique(lacks), Steps: []Step{}}
}

func (w *writer) view(p plan.Plan, c chosen, blocked []string) *Plan {
	stays := func(name string) bool {
		return slices.ContainsFunc(p.Fixes, func(f plan.Fix) bool { return f.Name == name }) ||
			slices.ContainsFunc(c.fixes(), func(f plan.Fix) bool { return slices.Contains(f.Before, name) })
	}
	v := &Plan{
		Fix:          p.Fixes[0].Name,
		Alternatives: slices.DeleteFunc(unique(slices.Concat(c.alternatives, p.Covered)), stays),
		Goal:         p.Goal(),
		Risk:         p.Risk.String(),
		Reboot:       p.Restarts(),
		BlockedBy:    blocked,
		Doubts:       slices.Clone(p.Doubts),
		Steps:        []Step{},
	}
	if len(p.Fixes) > 1 {
		for _, f := range p.Fixes {
			v.Fixes = append(v.Fixes, f.Name)
		}
	}
	if p.NeedsRights() && w.f.Has("admin_rights", "no") {
		v.BlockedBy = append(v.BlockedBy, "admin_rights")
	}
	for _, stage := range p.Stages {
		for _, s := range stage.Steps {
			v.Steps = append(v.Steps, Step{stage.Number, s.Verb(), s.Does(), string(s.By()), string(s.Effect()), plan.Article(s)})
		}
	}
	return v
}

// unique returns the names, each once, in their order.
func unique(names []string) []string {
	var once []string
	for _, name := range names {
		if !slices.Contains(once, name) {
			once = append(once, name)
		}
	}
	return once
}

// warn logs what does not keep an answer back.
func (d *Desk) warn(what string, err error) {
	if d.Log != nil {
		d.Log.Warn("an answer lacks a part", "part", what, "error", err.Error())
	}
}
