package words

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// A Voice says the parts of an answer in one language, for a channel with a layout of its own, such as the page. The zero Voice is English.
type Voice struct{ of language }

// In returns the voice of a language, en or de; anything else is English.
func In(code string) Voice {
	if code == string(german) {
		return Voice{german}
	}
	return Voice{english}
}

func (v Voice) say(name string, pairs ...string) string {
	if v.of == "" {
		v.of = english
	}
	return v.of.say(name, pairs...)
}

// Label returns a label or a sentence of the catalog that has no gaps, by its name. It panics on a name that does not exist.
func (v Voice) Label(name string) string { return v.say(name) }

// Labelled returns a text behind its label: "See also: Q238865".
func (v Voice) Labelled(label, text string) string {
	return v.say("labelled", "label", v.say(label), "says", text)
}

// Headline returns in one sentence where an answer stands, and what more there is to say of that, empty where there is nothing.
func (v Voice) Headline(a *desk.Answer) (says, more string) {
	switch a.Status {
	case desk.StatusDiagnosed:
		if n := confirmed(a); n > 1 {
			return v.say("diagnosed-n", "n", strconv.Itoa(n)), v.say("diagnosed-n-more")
		}
	case desk.StatusUndecided:
		return v.say("undecided"), v.say("undecided-more")
	case desk.StatusNoTree:
		if len(a.Related) == 0 {
			return v.say("no-tree"), v.say("no-tree-alone")
		}
		return v.say("no-tree"), v.say("no-tree-more")
	}
	return v.say(string(a.Status)), ""
}

func confirmed(a *desk.Answer) int {
	n := 0
	for _, d := range a.Diagnoses {
		if d.State == "confirmed" {
			n++
		}
	}
	return n
}

// Conflict says a contradiction. The values in parentheses stand there where named is true.
func (v Voice) Conflict(c desk.Contradiction, named bool) string {
	says := strings.TrimSuffix(c.Says, ".")
	if before, _, ok := strings.Cut(says, " ("); ok && !named && strings.HasSuffix(says, ")") {
		says = before
	}
	return says + "."
}

// Run says how a script ended, and what to do then.
func (v Voice) Run(r desk.Run) string {
	name := "run"
	if r.Computer != "" {
		name = "run-on"
	}
	return strings.TrimSpace(v.say(name, "script", r.Script, "computer", r.Computer, "says", r.Says) + " " + r.Next)
}

// Certainty returns how sure a diagnosis is, in a word: one of medium confidence is likely, not confirmed.
func (v Voice) Certainty(d desk.Diagnosis) string {
	if d.State != "confirmed" {
		return v.say(d.State)
	}
	if d.Confidence == "" {
		return v.say("confirmed-low")
	}
	return v.say("confirmed-" + d.Confidence)
}

// Source says where an answer comes from: told, log, text or derived, with the words that it was read from.
func (v Voice) Source(source, quoted string) string {
	if quoted != "" && (source == "log" || source == "text") {
		return v.say(source+"-words", "words", quoted)
	}
	return v.say(source)
}

// From returns what a fact says with the source of it.
func (v Voice) From(says, source string) string {
	return v.say("because", "value", says, "source", source)
}

// Assumed says where an assumed fact comes from. Name returns how the fact that it follows from is called.
func (v Voice) Assumed(a desk.Assumed, name func(fact string) string) string {
	switch a.In {
	case "symptom":
		return v.Source("text", a.Words)
	case "log":
		return v.Source("log", a.Words)
	}
	return v.say("derived-from", "fact", name(a.In))
}

// Citation returns where an article states something: "Q238865, CAUSE, paragraph 2".
func (v Voice) Citation(p desk.Proof) string {
	name := "citation"
	if p.Section == "" {
		name = "citation-top"
	}
	return v.say(name, "article", p.Article, "section", p.Section, "n", strconv.Itoa(p.Paragraph))
}

// Lead says why something is asked although a cause is found, empty where none is, and where the question itself says it: one that wants a
// yes, or one about answers that do not go together.
func (v Voice) Lead(a *desk.Answer) string {
	if a.Status != desk.StatusDiagnosed || a.Ask == nil || len(a.Ask.Confirm) > 0 || len(a.Contradictions) > 0 {
		return ""
	}
	return v.say("question-stands")
}

// Value returns the value of a fact that has no label: not known, none, or the value itself.
func (v Voice) Value(value string) string {
	switch value {
	case "unknown":
		return v.say("value-unknown")
	case "none", "":
		return v.say("value-none")
	}
	return value
}

// Question returns the text of a question, and why it is asked; both in the words of the content where the content asks.
func (v Voice) Question(q desk.Ask) (text, why string) {
	if len(q.Confirm) > 0 {
		return v.say("confirm"), v.say("confirm-why")
	}
	return q.Text, q.Why
}

// Risk says what a plan risks.
func (v Voice) Risk(p *desk.Plan) string { return v.say("risk", "risk", v.say("risk-"+p.Risk)) }

// Restart says whether a plan restarts the computer.
func (v Voice) Restart(p *desk.Plan) string {
	if p.Reboot {
		return v.say("restart")
	}
	return v.say("no-restart")
}

// WaitsForYes reports whether a plan is blocked by nothing but what the answer wants a yes to.
func WaitsForYes(a *desk.Answer) bool {
	return a.Plan != nil && len(a.Plan.BlockedBy) > 0 && a.Ask != nil && !slices.ContainsFunc(a.Plan.BlockedBy, func(fact string) bool {
		return !slices.ContainsFunc(a.Ask.Confirm, func(t desk.Taken) bool { return t.Fact == fact })
	})
}

// OnlyLooks reports whether no script of an answer changes anything, because its plan is blocked.
func OnlyLooks(a *desk.Answer) bool {
	return a.Plan != nil && len(a.Plan.BlockedBy) > 0 && !slices.ContainsFunc(a.Scripts, func(s desk.Script) bool { return s.Effect == "changes" })
}

// Stage names a stage of a plan.
func (v Voice) Stage(n int) string { return v.say("stage", "n", strconv.Itoa(n)) }

// By says who does a step.
func (v Voice) By(step desk.Step) string {
	if step.By == "script" {
		return v.say("by-script")
	}
	return v.say("by-person")
}

// Effect says whether a step or a script changes anything, empty where that is not known.
func (v Voice) Effect(effect string) string {
	if effect != "reads" && effect != "changes" {
		return ""
	}
	return v.say(effect)
}

// StatedBy names what states a step: the number of an article, or in words what is none; empty where nothing is named.
func (v Voice) StatedBy(article string) string {
	if article == "ext" || article == "gk" {
		return v.say(article)
	}
	return article
}

// Kind says what a script in a dialect is for.
func (v Voice) Kind(dialect string) string { return v.say("kind-" + dialect) }

// Use says how a script in a dialect is run.
func (v Voice) Use(dialect string) string {
	switch dialect {
	case "vbs":
		return v.say("use-vbs") + " " + v.say("shows") + " " + v.say("use-switches")
	case "cmd", "bat9x":
		return v.say("shows") + " " + v.say("use-switches")
	case "ps1":
		return v.say("shows") + " " + v.say("use-ps1")
	}
	return v.say("use-" + dialect)
}
