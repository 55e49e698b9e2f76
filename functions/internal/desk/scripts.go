package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
)

// scripts renders a plan in every dialect that can express it: the stages in which a script has something to do, and the
// runbook of the whole. The text is given in the dialect that was asked for, else in the computer's own, else as the runbook.
func (w *writer) scripts(p plan.Plan, view *Plan, of []plan.Fix) []Script {
	want := w.r.Script
	if want == "" {
		want = script.For(w.f.Value("client_os"))
	}
	all := w.given(want, w.d.render(p, of))
	if w.r.Script != "" && !slices.ContainsFunc(all, func(s Script) bool { return s.Dialect == w.r.Script }) {
		view.Doubts = append(view.Doubts, w.refusedDialect(p))
	}
	return all
}

// sketch returns what there is of a plan that waits for a yes: its runbook, and the scripts of the collector, which only look.
func (w *writer) sketch(p plan.Plan) []Script {
	rendered := w.d.render(p, nil)
	if fix, ok := w.d.KB.Fix(w.t.Article, w.t.Undecided.Fix); ok && !fix.Changes() {
		rendered = append(w.looking(fix), rendered...)
	}
	return w.given(w.r.Script, rendered)
}

// looking returns the scripts of a fix that only looks, none where nothing is left to look for.
func (w *writer) looking(fix plan.Fix) []renderedScript {
	p, err := plan.Combine(fix)
	if err == nil {
		p, err = p.Bind(w.f)
	}
	if err != nil {
		w.d.warn("the collector", err)
		return nil
	}
	for _, s := range p.Steps() {
		if c, ok := s.(plan.Collect); ok && len(c.Facts) == 0 {
			return nil
		}
	}
	return slices.DeleteFunc(w.d.render(p, []plan.Fix{fix}), func(s renderedScript) bool { return s.Dialect == runbook })
}

// given returns scripts as the answer holds them, with the text of those in the wanted dialect, else of the runbook.
func (w *writer) given(want string, rendered []renderedScript) []Script {
	w.rendered = rendered
	if !slices.ContainsFunc(rendered, func(s renderedScript) bool { return s.Dialect == want }) {
		want = runbook
	}
	all := make([]Script, len(rendered))
	for i, s := range rendered {
		all[i] = Script{Dialect: s.Dialect, Effect: string(s.effect), Fix: s.Fix, Stage: s.Stage, File: s.File, ID: s.ID, SHA256: s.SHA256}
		if s.Dialect == want {
			all[i].Text = s.Text
		}
	}
	return all
}

// A renderedScript is a script with its text, and what running it does to a computer.
type renderedScript struct {
	script.Script
	effect plan.Effect
	plan   plan.Plan
	of     []plan.Fix // what the plan was combined of; none where it is only to be read, so that the script may not be had by itself
}

// sign signs the scripts that were rendered, where there is a signer.
func (w *writer) sign(ctx context.Context, scripts []Script) error {
	if w.d.Signer == nil {
		return nil
	}
	for i, s := range w.rendered {
		signature, key, err := w.d.Signer.Sign(ctx, s.SHA256, s.Text)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnsigned, err)
		}
		scripts[i].Signature, scripts[i].SignedBy = signature, key
	}
	return nil
}

// runbook is the dialect that people read.
const runbook = "md"

// refusedDialect says why the dialect that was asked for cannot carry the plan out.
func (w *writer) refusedDialect(p plan.Plan) string {
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		if _, err := w.d.scripts.Render(p, w.r.Script, stage.Number); err != nil {
			return "No script of the kind that was asked for: " + err.Error() + "."
		}
	}
	return "No script of the kind that was asked for: every step of this plan is a person's."
}

// render returns the scripts of a plan that was combined of fixes, by stage and dialect. A dialect that cannot express a stage has none for it.
func (d *Desk) render(p plan.Plan, of []plan.Fix) []renderedScript {
	var all []renderedScript
	add := func(dialect string, stage int, effect plan.Effect) {
		if s, err := d.scripts.Render(p, dialect, stage); err == nil {
			all = append(all, renderedScript{s, effect, p, of})
		}
	}
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		effect := plan.Reads
		if stage.Changes() {
			effect = plan.Changes
		}
		for _, dialect := range script.Dialects() {
			if dialect != runbook {
				add(dialect, stage.Number, effect)
			}
		}
	}
	add(runbook, 0, plan.Reads)
	return all
}
