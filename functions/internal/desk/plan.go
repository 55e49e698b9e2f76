package desk

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// chosen is the fixes of an answer and those that a person may choose instead.
type chosen struct {
	fixes        []plan.Fix
	alternatives []string
	waiting      []string // facts that must be confirmed before their fix is given
	blocked      []plan.Fix
}

// plan adds the plan and its scripts to an answer. It refuses a report that chooses a fix which is not offered.
func (w *writer) plan(a *Answer) *Refusal {
	c, refusal := w.choose(a.Status)
	if refusal != nil {
		return refusal
	}
	if len(c.fixes) == 0 {
		a.Plan = w.waitingPlan(c)
		return nil
	}
	p, err := plan.Combine(c.fixes...)
	if err != nil { // fixes for two kinds of Windows: the first, and the others as alternatives
		w.d.warn("the plan of all causes at once", err)
		for _, f := range c.fixes[1:] {
			c.alternatives = append(c.alternatives, f.Name)
		}
		if p, err = plan.Combine(c.fixes[0]); err != nil {
			return nil
		}
	}
	bound, err := p.Bind(w.f)
	if err != nil {
		w.d.warn("the plan", err)
		return nil
	}
	a.Plan = w.view(bound, c)
	a.Scripts = w.scripts(bound, a.Plan)
	return nil
}

// choose returns the fixes of the confirmed diagnoses; while answers contradict each other, or nothing is confirmed, the one
// that only looks.
func (w *writer) choose(status Status) (chosen, *Refusal) {
	var c chosen
	if status == StatusDiagnosed && len(w.contradictions) == 0 {
		for _, f := range w.confirmed() {
			w.offer(&c, f)
		}
	}
	looks := w.looks(status)
	if w.r.Fix != "" && !w.taken(&c, looks) {
		return c, w.notOffered(c, looks)
	}
	if len(c.fixes) == 0 && len(c.blocked) == 0 && looks != nil {
		c.fixes = []plan.Fix{*looks}
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
	if open := w.unconfirmed(fix); len(open) > 0 {
		c.waiting = append(c.waiting, open...)
		c.blocked = append(c.blocked, fix)
		return
	}
	c.fixes = append(c.fixes, fix)
}

// unconfirmed returns the facts that a fix needs and that nobody told: unknown ones, and those that were only read from prose.
func (w *writer) unconfirmed(fix plan.Fix) []string {
	var open []string
	for _, name := range fix.Needs() {
		if fact, ok := w.f.Get(name); !ok || fact.Unknown || fact.Source == facts.Text {
			open = append(open, name)
		}
	}
	return open
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

// taken reports whether the fix that the report chose is among those offered.
func (w *writer) taken(c *chosen, looks *plan.Fix) bool {
	named := func(f plan.Fix) bool { return f.Name == w.r.Fix }
	return slices.ContainsFunc(c.fixes, named) || slices.ContainsFunc(c.blocked, named) || looks != nil && named(*looks)
}

func (w *writer) notOffered(c chosen, looks *plan.Fix) *Refusal {
	var offered []string
	for _, f := range slices.Concat(c.fixes, c.blocked) {
		offered = append(offered, f.Name)
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

// waitingPlan names the fix that waits for an answer. It has no steps: what is not confirmed enters none.
func (w *writer) waitingPlan(c chosen) *Plan {
	if len(c.blocked) == 0 {
		return nil
	}
	first := c.blocked[0]
	p := &Plan{Fix: first.Name, Goal: w.fill(first.Goal), Risk: first.Risk.String(), Alternatives: c.alternatives, BlockedBy: unique(c.waiting), Steps: []Step{}}
	return p
}

func (w *writer) view(p plan.Plan, c chosen) *Plan {
	stays := func(name string) bool {
		return slices.ContainsFunc(p.Fixes, func(f plan.Fix) bool { return f.Name == name }) ||
			slices.ContainsFunc(c.fixes, func(f plan.Fix) bool { return slices.Contains(f.Before, name) })
	}
	v := &Plan{
		Fix:          p.Fixes[0].Name,
		Alternatives: slices.DeleteFunc(unique(slices.Concat(c.alternatives, p.Covered)), stays),
		Goal:         p.Goal(),
		Risk:         p.Risk.String(),
		Reboot:       p.Restarts(),
		BlockedBy:    unique(c.waiting),
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
