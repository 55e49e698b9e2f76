package desk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/message"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
)

// GivenScript is a script that a conversation was given: only the result line of such a script counts for anything.
type GivenScript struct {
	ID    string
	Fix   string // the names of its fixes, joined by a plus sign
	Stage int
}

// Run is how a run of a script ended that the conversation was given.
type Run struct {
	Computer string `json:"computer,omitempty"` // where the script was run on several
	Script   string `json:"script"`             // the ID of the script
	Fix      string `json:"fix"`
	Stage    int    `json:"stage"`
	Mode     string `json:"mode"`   // show, apply, verify, undo
	Status   string `json:"status"` // ok, nothing-to-do, refused, failed, rolled-back, started
	Step     int    `json:"step"`   // the last step that was begun
	Code     *int   `json:"code,omitempty"`
	Says     string `json:"says"`
	Next     string `json:"next,omitempty"` // what to do then
}

// tried is the fact that says which repairs were tried before: its values are the causes that they were for.
const tried = "previous_fix"

// results returns the results in a report that belong to the scripts: in its log, and in what its author wrote, but not in what the
// author quotes.
func results(r *Report, given []GivenScript) []script.Result {
	if len(given) == 0 {
		return nil
	}
	all := script.ParseResults(r.Log + "\n" + message.Written(r.Symptom))
	return slices.DeleteFunc(all, func(res script.Result) bool { return res.Mode == "help" || of(res, given) == nil })
}

// of returns the script of a result, nil where it is none of these.
func of(res script.Result, given []GivenScript) *GivenScript {
	i := slices.IndexFunc(given, func(g GivenScript) bool { return g.ID == res.Script && g.Fix == res.Fix })
	if i < 0 {
		return nil
	}
	return &given[i]
}

// attempted returns the report with the repairs that its results show to be tried in vain: applied, and found by verify, on the same
// computer, not to have helped. A repair that was only applied says nothing of whether the trouble is over.
func (d *Desk) attempted(r *Report) *Report {
	var values []any
	all := results(r, r.Given)
	for _, res := range all {
		if res.Mode != "verify" || res.Status != "failed" || !applied(all, res) {
			continue
		}
		for _, cause := range d.causesOf(res.Fix) {
			if !slices.Contains(values, any(cause)) {
				values = append(values, cause)
			}
		}
	}
	if len(values) == 0 || r.Facts[tried] != nil {
		return r
	}
	with := *r
	with.Facts = maps.Clone(r.Facts)
	if with.Facts == nil {
		with.Facts = map[string]any{}
	}
	with.Facts[tried] = values
	with.Facts = d.taken(with.Facts)
	return &with
}

// applied reports whether the script of a result was applied on its computer, with success.
func applied(all []script.Result, of script.Result) bool {
	return slices.ContainsFunc(all, func(r script.Result) bool {
		return sameRun(r, of) && r.Mode == "apply" && (r.Status == "ok" || r.Status == "started")
	})
}

// sameRun reports whether two results are of one script on one computer.
func sameRun(a, b script.Result) bool {
	return a.Script == b.Script && strings.EqualFold(a.Computer, b.Computer)
}

// causesOf returns the diagnoses that a plan is for.
func (d *Desk) causesOf(fixes string) []string {
	var causes []string
	for _, t := range d.KB.Trees() {
		for name, doc := range t.Diagnoses.All() {
			for _, fix := range strings.Split(fixes, "+") {
				if slices.Contains(doc.Fix.All(), fix) && !slices.Contains(causes, name) {
					causes = append(causes, name)
				}
			}
		}
	}
	return causes
}

// runs returns what the results of a report say: of scripts that the conversation was given before, and of those that this answer gives,
// which are the same bytes each time that the same is reported.
func (w *writer) runs() []Run {
	given := slices.Clone(w.r.Given)
	for _, s := range w.rendered {
		given = append(given, GivenScript{ID: s.ID, Fix: s.Fix, Stage: s.Stage})
	}
	var all []Run
	read := results(w.r, given)
	for i, res := range read {
		run := Run{Computer: res.Computer, Script: res.Script, Fix: res.Fix, Stage: of(res, given).Stage, Mode: res.Mode, Status: res.Status, Step: res.Step}
		if res.HasCode {
			run.Code = &res.Code
		}
		run.Says = w.runSays(res)
		if !slices.ContainsFunc(read[i+1:], func(later script.Result) bool { return sameRun(later, res) }) {
			run.Next = w.runNext(res, applied(read[:i], res))
		}
		all = append(all, run)
	}
	return all
}

// endings say how a run ended and what to do then, by mode and status; others by status alone.
var endings = map[string][2]string{
	"show ok":       {"It only showed what it would do.", "Run it with /apply to do it."},
	"apply ok":      {"It did what it was made for.", "Run it with /verify, and look whether the trouble is over."},
	"verify ok":     {"It found everything as it must be.", ""},
	"verify failed": {"It found that this is not as it must be.", "Run it with /apply: no line shows that it was applied on this computer."},
	"undo ok":       {"It put everything back.", ""},
	"undo failed":   {"It could not put everything back.", "Run it with /undo again. Should that fail too, the runbook says how to put it back by hand."},
	"started":       {"It started a program whose work only a later look can judge.", "Run it with /verify when the program has ended."},
	"nothing-to-do": {"There was nothing to do for it.", ""},
	"refused":       {"It refused, and changed nothing.", "Read its last lines: they say what is in the way."},
	"failed":        {"It failed, and may have changed something.", "Run it with /undo before anything else."},
	"rolled-back":   {"A change failed, and it put everything back.", ""},
}

func ending(res script.Result) (says, next string) {
	e, ok := endings[res.Mode+" "+res.Status]
	if !ok {
		e = endings[res.Status]
	}
	return e[0], e[1]
}

// runSays returns how a run ended.
func (w *writer) runSays(res script.Result) string {
	says, _ := ending(res)
	says = res.Fix + ": " + says
	if res.Status == "refused" || res.Status == "failed" || res.Status == "rolled-back" {
		if does := w.stepOf(res); does != "" {
			says += fmt.Sprintf(" It ended at step %d: %s", res.Step, does)
		}
	}
	return says
}

// runNext returns what to do after the last run of a script on a computer. Another fix is advised only where this one was tried: it was
// applied and did not hold, or could not be applied.
func (w *writer) runNext(res script.Result, applied bool) string {
	_, next := ending(res)
	switch {
	case res.Status != "failed" && res.Status != "rolled-back" || res.Mode == "undo" || res.Mode == "show":
		return next
	case res.Mode == "verify" && !applied:
		return next
	case res.Mode == "verify":
		next = ""
	}
	other := w.otherFix(res.Fix)
	switch {
	case other == "":
		return strings.TrimSpace(next + " Then do the runbook by hand.")
	case next == "":
		return "Try the fix " + other + ", or do the runbook by hand."
	}
	return next + " Then try the fix " + other + ", or do the runbook by hand."
}

// stepOf returns what the last step of a run does.
func (w *writer) stepOf(res script.Result) string {
	fixes := w.fixes(res.Fix)
	p, err := plan.Combine(fixes...)
	if err != nil || len(fixes) == 0 {
		return ""
	}
	if p, err = p.Sketch(w.f, nil); err != nil {
		return ""
	}
	steps := p.Steps()
	if res.Step < 1 || res.Step > len(steps) {
		return ""
	}
	return steps[res.Step-1].Does()
}

func (w *writer) fixes(names string) []plan.Fix {
	var all []plan.Fix
	for _, name := range strings.Split(names, "+") {
		if f, ok := w.d.KB.Fix(w.t.Article, name); ok {
			all = append(all, f)
		}
	}
	return all
}

// otherFix returns another fix for a cause that a fix is for, empty where there is none.
func (w *writer) otherFix(fixes string) string {
	for _, cause := range w.d.causesOf(fixes) {
		doc, ok := w.t.Diagnoses.Get(cause)
		if !ok {
			continue
		}
		for _, name := range doc.Or.All() {
			if !strings.Contains("+"+fixes+"+", "+"+name+"+") {
				return name
			}
		}
	}
	return ""
}
