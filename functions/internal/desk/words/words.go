// Package words says an answer of the desk in sentences, in one order and one voice for every channel: as plain text, as Markdown and as
// HTML, whole or short, and within a limit of characters. It says nothing that the answer does not say, and decides nothing. What the
// content says itself stays in the language of the content.
package words

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/prose"
)

// Options say how an answer is put into words.
type Options struct {
	Language string                                    // en or de; anything else is en
	Short    bool                                      // what a person needs to go on, and no more
	State    func(fact string, values []string) string // what a fact with these values says; nil to say it as it is
	Limit    int                                       // characters of the text as it is rendered, 0 for none
}

// A Paragraph is a sentence or a few, and a list below them.
type Paragraph = prose.Paragraph

// The kinds of paragraphs that an answer has.
const (
	Headline = prose.Headline
	Conflict = prose.Conflict
	Run      = prose.Run
	Finding  = prose.Finding
	Possible = prose.Possible
	RuledOut = prose.RuledOut
	Question = prose.Question
	Confirm  = prose.Confirm
	Plan     = prose.Plan
	Scripts  = prose.Scripts
	Related  = prose.Related
	Note     = prose.Note
)

// Text says an answer as plain text.
func Text(a *desk.Answer, o Options) string { return Say(a, o).Plain(o.Limit) }

// Markdown says an answer as Markdown, with every sign of what is said escaped.
func Markdown(a *desk.Answer, o Options) string { return Say(a, o).Markdown(o.Limit) }

// HTML says an answer as a fragment of HTML with paragraphs and lists.
func HTML(a *desk.Answer, o Options) string { return Say(a, o).HTML(o.Limit) }

// Say returns an answer in words, to be rendered in any form: whole, where Options are not for a short one, and short.
func Say(a *desk.Answer, o Options) prose.Text {
	l := english
	if o.Language == string(german) {
		l = german
	}
	t := prose.Text{Whole: Of(a, o), LeftOut: l.say("left-out")}
	if !o.Short {
		o.Short = true
		t.Short = Of(a, o)
	}
	return t
}

// Of returns the paragraphs of an answer, in the order in which they are said.
func Of(a *desk.Answer, o Options) []Paragraph {
	s := &speaker{language: english, Options: o, a: a}
	if o.Language == string(german) {
		s.language = german
	}
	s.headline()
	s.conflicts()
	s.runs()
	s.findings()
	s.question()
	s.plan()
	s.scripts()
	s.others()
	s.related()
	if note := s.say("in-english"); note != "" {
		s.add(Paragraph{Kind: Note, Text: note})
	}
	return s.all
}

type speaker struct {
	language
	Options
	a   *desk.Answer
	all []Paragraph
}

func (s *speaker) add(p Paragraph) { s.all = append(s.all, p) }

func (s *speaker) headline() {
	name := string(s.a.Status)
	found := 0
	for _, d := range s.a.Diagnoses {
		if d.State == "confirmed" {
			found++
		}
	}
	switch {
	case found > 1:
		name = "diagnosed-n"
	case s.a.Status == desk.StatusNoTree && len(s.a.Related) > 0:
		name = "no-tree-ok"
	}
	s.add(Paragraph{Kind: Headline, Text: s.say(name, "n", strconv.Itoa(found))})
}

func (s *speaker) conflicts() {
	for _, c := range s.a.Contradictions {
		s.add(Paragraph{Kind: Conflict, Text: s.say("conflict", "says", strings.TrimSuffix(c.Says, "."))})
	}
}

func (s *speaker) runs() {
	for _, r := range s.a.Runs {
		name := "run"
		if r.Computer != "" {
			name = "run-on"
		}
		p := Paragraph{Kind: Run, Text: s.say(name, "script", r.Script, "computer", r.Computer, "says", r.Says)}
		if r.Next != "" {
			p.Text += " " + r.Next
		}
		s.add(p)
	}
}

func (s *speaker) findings() {
	for _, d := range s.a.Diagnoses {
		if d.State != "confirmed" {
			continue
		}
		p := Paragraph{Kind: Finding, Text: s.say("cause", "says", strings.TrimSuffix(d.Says, "."), "class", s.say(d.Confidence)) + ". " + s.proof(d.Proof)}
		for _, b := range d.Because {
			if !s.Short || b.Source != "derived" {
				p.Items = append(p.Items, s.because(b))
			}
		}
		for _, doubt := range d.Doubts {
			p.Items = append(p.Items, s.say("doubt", "says", doubt))
		}
		s.add(p)
	}
}

func (s *speaker) proof(p *desk.Proof) string {
	if p == nil {
		return s.say("no-proof")
	}
	name := "proof"
	if p.Section == "" {
		name = "proof-top"
	}
	text := s.say(name, "article", p.Article, "section", p.Section, "n", strconv.Itoa(p.Paragraph))
	if s.Short {
		return text
	}
	if p.Passage != "" {
		return text + " “" + strings.Join(strings.Fields(p.Passage), " ") + "”"
	}
	return strings.TrimSpace(text + " " + p.Summary)
}

func (s *speaker) because(b desk.Because) string {
	name := "because"
	if b.Words != "" {
		name = "words"
	}
	return s.say(name, "value", s.stated(b.Fact, strings.Split(b.Value, ", ")), "source", s.say(b.Source), "words", b.Words)
}

func (s *speaker) stated(fact string, values []string) string {
	if s.State != nil {
		return s.State(fact, values)
	}
	return fact + " is " + strings.Join(values, ", ")
}

func (s *speaker) question() {
	q := s.a.Ask
	if q == nil {
		if s.a.Further != nil {
			s.add(Paragraph{Kind: Question, Text: s.say("further")})
		}
		return
	}
	if len(q.Confirm) > 0 {
		p := Paragraph{Kind: Confirm, Text: s.say("confirm"), Numbered: true}
		for _, t := range q.Confirm {
			item := t.Label
			if t.Words != "" {
				item += ", “" + t.Words + "”"
			}
			p.Items = append(p.Items, item)
		}
		s.add(p)
		return
	}
	p := Paragraph{Kind: Question, Text: s.say("question", "text", q.Text), Numbered: true}
	for _, c := range q.Answers {
		p.Items = append(p.Items, c.Label)
	}
	if len(q.Answers) == 0 {
		p.Text += " " + s.say("free")
	} else if q.Several {
		p.Text += " " + s.say("list")
	}
	p.Text += " " + s.say("unknown")
	for _, more := range []string{q.Help, q.Why} {
		if !s.Short && more != "" {
			p.Text += " " + more
		}
	}
	s.add(p)
}

var risks = map[string]string{"none": "none", "low": "low-risk", "medium": "mid-risk", "high": "high-risk"}

func (s *speaker) plan() {
	v := s.a.Plan
	if v == nil {
		return
	}
	text := []string{s.say("plan", "goal", v.Goal), s.say("risk", "risk", s.say(risks[v.Risk]))}
	if v.Reboot {
		text = append(text, s.say("restart"))
	}
	if len(v.BlockedBy) > 0 {
		text = append(text, s.say("blocked", "facts", strings.Join(v.BlockedBy, ", ")))
	}
	if len(v.Alternatives) > 0 && !s.Short {
		text = append(text, s.say("or", "fixes", strings.Join(v.Alternatives, ", ")))
	}
	for _, d := range v.Doubts {
		text = append(text, s.say("doubt", "says", d))
	}
	p := Paragraph{Kind: Plan, Text: strings.Join(text, " "), Numbered: true}
	for _, step := range v.Steps {
		if s.Short && s.a.Status != desk.StatusDiagnosed {
			break // how to find out more is not what a person waits for
		}
		p.Items = append(p.Items, s.step(step))
	}
	s.add(p)
}

func (s *speaker) step(step desk.Step) string {
	who := "person"
	if step.By == "script" {
		who = "changes"
		if step.Effect == "reads" {
			who = "reads"
		}
	}
	name := "step-of"
	if step.Article == "" || step.Article == "gk" || step.Article == "ext" {
		name = "step"
	}
	return s.say(name, "does", step.Does, "who", s.say(who), "article", step.Article)
}

func (s *speaker) scripts() {
	p := Paragraph{Kind: Scripts, Text: s.say("scripts")}
	for _, sc := range s.a.Scripts {
		if s.Short && (sc.Dialect == "md" || s.a.Status != desk.StatusDiagnosed) {
			continue
		}
		name, effect := "script", "looks"
		if sc.Href != "" {
			name = "script-at"
		}
		if sc.Effect == "changes" {
			effect = "acts"
		}
		p.Items = append(p.Items, s.say(name, "file", sc.File, "effect", s.say(effect), "href", sc.Href))
	}
	if len(p.Items) > 0 {
		s.add(p)
	}
}

// others says what else there may be and what not, which a short answer leaves out beside a cause.
func (s *speaker) others() {
	found := slices.ContainsFunc(s.a.Diagnoses, func(d desk.Diagnosis) bool { return d.State == "confirmed" })
	for _, kind := range []prose.Kind{Possible, RuledOut} {
		if s.Short && (found || kind == RuledOut) {
			continue
		}
		p := Paragraph{Kind: kind, Text: s.say(string(kind))}
		for _, d := range s.a.Diagnoses {
			if d.State == string(kind) {
				p.Items = append(p.Items, d.Says)
			}
		}
		if len(p.Items) > 0 {
			s.add(p)
		}
	}
}

// maxRelated is how many articles a short answer names.
const maxRelated = 3

func (s *speaker) related() {
	p := Paragraph{Kind: Related, Text: s.say("related")}
	for i, r := range s.a.Related {
		if s.Short && i == maxRelated {
			break
		}
		p.Items = append(p.Items, fmt.Sprintf("%s: %s", r.ID, r.Title))
	}
	if len(p.Items) > 0 {
		s.add(p)
	}
}
