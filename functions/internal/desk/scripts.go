package desk

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
)

// scripts renders a plan in every dialect that can express it: the stages in which a script has something to do, and the
// runbook of the whole. The text is given in the dialect that was asked for, else in the computer's own, else as the runbook.
func (w *writer) scripts(p plan.Plan, view *Plan) []Script {
	rendered := w.d.scripts.get(w.key(p), func() []script.Script { return render(p) })
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

// runbook is the dialect that people read.
const runbook = "md"

// refusedDialect says why the dialect that was asked for cannot carry the plan out.
func (w *writer) refusedDialect(p plan.Plan) string {
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		if _, err := script.Render(p, w.r.Script, stage.Number); err != nil {
			return "No script of the kind that was asked for: " + err.Error() + "."
		}
	}
	return "No script of the kind that was asked for: every step of this plan is a person's."
}

// render returns the scripts of a plan, by stage and dialect. A dialect that cannot express a stage has none for it.
func render(p plan.Plan) []script.Script {
	var all []script.Script
	for _, stage := range p.Stages {
		if !stage.Scripted() {
			continue
		}
		for _, dialect := range script.Dialects() {
			if dialect == runbook {
				continue
			}
			if s, err := script.Render(p, dialect, stage.Number); err == nil {
				all = append(all, s)
			}
		}
	}
	if s, err := script.Render(p, runbook, 0); err == nil {
		all = append(all, s)
	}
	return all
}

// key names a bound plan by everything of it that a script shows. The same plan has the same scripts, byte for byte.
func (w *writer) key(p plan.Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n%s\n%s", w.t.Version, p.Name(), p.Goal(), strings.Join(p.Doubts, "\n"))
	for _, s := range p.Steps() {
		b.WriteByte('\n')
		b.WriteString(s.Verb())
		b.WriteByte(' ')
		b.WriteString(s.Does())
	}
	return b.String()
}

// scriptCache keeps what was rendered. The zero cache is ready to use.
type scriptCache struct {
	mu  sync.Mutex
	all map[string][]script.Script
}

// maxCached bounds the cache. A desk that meets more plans than that begins anew: rendering is cheap, only not free.
const maxCached = 256

func (c *scriptCache) get(key string, render func() []script.Script) []script.Script {
	c.mu.Lock()
	s, ok := c.all[key]
	c.mu.Unlock()
	if ok {
		return s
	}
	s = render() // two that render the same at once do no harm
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil || len(c.all) >= maxCached {
		c.all = map[string][]script.Script{}
	}
	c.all[key] = s
	return s
}
