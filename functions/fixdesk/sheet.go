package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb"
)

// writeSheet writes an answer for people: the causes with why and where it is written, the plan, and what to read.
func writeSheet(w io.Writer, base *kb.Base, a *desk.Answer) {
	s := &sheet{w, base}
	s.line("\n%s", verdict(a))
	for _, c := range a.Contradictions {
		s.line("\nThese answers do not go together: %s.", c.Says)
	}
	s.runs(a.Runs)
	for _, d := range a.Diagnoses {
		if d.State == "confirmed" {
			s.diagnosis(d)
		}
	}
	s.others(a, "possible", "\nPossible, and not shown to be so:")
	s.others(a, "ruled-out", "\nRuled out:")
	if a.Plan != nil {
		s.plan(a.Plan)
	}
	s.related(a.Related)
}

// runs says how the scripts ended that the report has results of.
func (s *sheet) runs(all []desk.Run) {
	for _, r := range all {
		where := "Script"
		if r.Computer != "" {
			where = "Script on " + printable(r.Computer)
		}
		s.line("\n%s %s: %s", where, r.Script, r.Says)
		if r.Next != "" {
			s.line("  %s", r.Next)
		}
	}
}

// verdict says in one sentence where the diagnosis stands.
func verdict(a *desk.Answer) string {
	switch a.Status {
	case desk.StatusDiagnosed:
		n := 0
		for _, d := range a.Diagnoses {
			if d.State == "confirmed" {
				n++
			}
		}
		if n > 1 {
			return fmt.Sprintf("Diagnosis: %d causes.", n)
		}
		return "Diagnosis: one cause."
	case desk.StatusNoTree:
		return "This is none of the problems that the trees know. The articles below may help."
	case desk.StatusAsk:
		return "Nothing is certain yet: questions are open."
	}
	return "Nothing is certain, and nothing is left to ask."
}

type sheet struct {
	io.Writer
	base *kb.Base
}

func (s *sheet) line(format string, args ...any) { fmt.Fprintf(s, format+"\n", args...) }

// classes are the words for how sure a diagnosis is. There are no percentages.
var classes = map[string]string{"high": "confirmed", "medium": "likely", "low": "in doubt, because answers contradict each other"}

func (s *sheet) diagnosis(d desk.Diagnosis) {
	s.line("\n%s\n  (%s: %s)", d.Says, d.Name, classes[d.Confidence])
	for _, b := range d.Because {
		s.line("  Why: %s", s.because(b))
	}
	s.proof(d.Proof)
	for _, doubt := range d.Doubts {
		s.line("  Doubt: %s", doubt)
	}
}

var sources = map[string]string{"told": "you said so", "log": "the log says so", "text": "read from what you wrote", "derived": "it follows from your answers"}

func (s *sheet) because(b desk.Because) string {
	text := fmt.Sprintf("%s is %s; %s", b.Fact, s.values(b), sources[b.Source])
	if b.Words != "" {
		text += fmt.Sprintf(": “%s”", printable(b.Words))
	}
	return text
}

// values returns the labels of what a diagnosis rests on.
func (s *sheet) values(b desk.Because) string {
	var all []string
	for v := range strings.SplitSeq(b.Value, ", ") {
		all = append(all, s.base.Vocabulary.Label(b.Fact, v))
	}
	return strings.Join(all, ", ")
}

// labels returns an assumed value, a text or a list, as people read it.
func labels(base *kb.Base, fact string, value any) string {
	list, ok := value.([]string)
	if !ok {
		return base.Vocabulary.Label(fact, fmt.Sprint(value))
	}
	if len(list) == 0 {
		return "none"
	}
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = base.Vocabulary.Label(fact, v)
	}
	return strings.Join(all, ", ")
}

func (s *sheet) proof(p *desk.Proof) {
	if p == nil {
		s.line("  Proof: no article says it; it is general knowledge")
		return
	}
	at := p.Section + ", paragraph " + fmt.Sprint(p.Paragraph)
	if p.Section == "" {
		at = fmt.Sprintf("paragraph %d before the first heading", p.Paragraph)
	}
	s.line("  Proof: %s, %s", p.Article, at)
	if p.Passage != "" {
		s.line("    It reads: %s", strings.Join(strings.Fields(p.Passage), " "))
	} else if p.Summary != "" {
		s.line("    In our words: %s", p.Summary)
	}
}

func (s *sheet) others(a *desk.Answer, state, title string) {
	for _, d := range a.Diagnoses {
		if d.State != state {
			continue
		}
		if title != "" {
			s.line("%s", title)
			title = ""
		}
		text := d.Name + ": " + d.Says
		if state == "ruled-out" && len(d.Because) > 0 {
			text = d.Name + ", because " + s.because(d.Because[0])
		} else if len(d.Open) > 0 {
			text += " It hangs on " + strings.Join(d.Open, ", ") + "."
		}
		s.line("  - %s", text)
	}
}

func (s *sheet) plan(p *desk.Plan) {
	s.line("\nPlan: %s\n  (fix %s, risk %s)", p.Goal, p.Fix, p.Risk)
	if len(p.Fixes) > 1 {
		s.line("  It joins the fixes %s.", strings.Join(p.Fixes, ", "))
	}
	if p.Reboot {
		s.line("  The computer is restarted on the way.")
	}
	if len(p.Alternatives) > 0 {
		s.line("  Instead of it, with --fix: %s.", strings.Join(p.Alternatives, ", "))
	}
	if len(p.BlockedBy) > 0 {
		s.line("  It waits for the answer to: %s.", strings.Join(p.BlockedBy, ", "))
	}
	for _, d := range p.Doubts {
		s.line("  Doubt: %s", d)
	}
	for i, step := range p.Steps {
		who := "a person"
		if step.By == "script" {
			who = "the script " + step.Effect
		}
		s.line("  %d. (%s) %s%s", i+1, who, step.Does, stated(step.Article))
	}
}

// stated says which article states a step.
func stated(article string) string {
	switch article {
	case "", "gk":
		return ""
	case "ext":
		return " [public material]"
	}
	return " [" + article + "]"
}

func (s *sheet) related(all []desk.Related) {
	if len(all) == 0 {
		return
	}
	s.line("\nTo read:")
	slices.SortStableFunc(all, func(a, b desk.Related) int { return strings.Compare(a.Why, b.Why) })
	for _, r := range all {
		s.line("  %s: %s", r.ID, r.Title)
	}
}
