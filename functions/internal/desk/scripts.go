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
func (w *writer) scripts(p plan.Plan, view *Plan) []Script {
	rendered := w.d.render(p)
	w.rendered = rendered
	want := w.r.Script
	if want == "" {
		want = script.For(w.f.Value("client_os"))
	}
	if !slices.ContainsFunc(rendered, func(s script.Script) bool { return s.Dialect == want }) {
		if w.r.Script != "" {
			view.Doubts = append(view.Doubts, w.refusedDialect(p))
		}
		want = runbook
	}
	all := make([]Script, len(rendered))
	for i, s := range rendered {
		all[i] = Script{Dialect: s.Dialect, Fix: s.Fix, Stage: s.Stage, File: s.File, ID: s.ID, SHA256: s.SHA256}
		if s.Dialect == want {
			all[i].Text = s.Text
		}
	}
	return all
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

// render returns the scripts of a plan, by stage and dialect. A dialect that cannot express a stage has none for it.
func (d *Desk) render(p plan.Plan) []script.Script {
	var all []script.Script
	add := func(dialect string, stage int) {
		if s, err := d.scripts.Render(p, dialect, stage); err == nil {
			all = append(all, s)
		}
	}
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		for _, dialect := range script.Dialects() {
			if dialect != runbook {
				add(dialect, stage.Number)
			}
		}
	}
	add(runbook, 0)
	return all
}
