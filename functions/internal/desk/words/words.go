// Package words says an answer of the desk in sentences, in one order and one voice for every channel: as plain text, as Markdown, as HTML
// and for a terminal, whole or short, and within a limit of characters. A channel with a layout of its own takes the same sentences one by
// one from a [Voice]. It says nothing that the answer does not say, and decides nothing. What the content says itself stays in the language
// of the content.
package words

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/prose"
)

// Options say how an answer is put into words.
type Options struct {
	Language string                                    // en or de; anything else is en
	Short    bool                                      // what a person needs to go on, and no more
	State    func(fact string, values []string) string // what a fact with these values says; nil to say it as it is
	Names    bool                                      // diagnoses and fixes by name beside what they say, for who types names
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

// Terminal says an answer for a terminal: each sentence on a line of its own, nothing wrapped, so that paths and commands can be copied.
func Terminal(a *desk.Answer, o Options) string { return Say(a, o).Terminal(o.Limit) }

// Say returns an answer in words, to be rendered in any form: whole, where Options are not for a short one, and short.
func Say(a *desk.Answer, o Options) prose.Text {
	t := prose.Text{Whole: Of(a, o), LeftOut: In(o.Language).say("left-out")}
	if !o.Short {
		o.Short = true
		t.Short = Of(a, o)
	}
	return t
}

// Of returns the paragraphs of an answer, in the order in which they are said.
func Of(a *desk.Answer, o Options) []Paragraph {
	s := &speaker{Voice: In(o.Language), Options: o, a: a}
	s.headline()
	s.conflicts()
	s.runs()
	s.findings()
	s.question()
	s.plan()
	s.scripts()
	s.others()
	s.related()
	if note := s.say("language-of-texts"); note != "" {
		s.add(Paragraph{Kind: Note, Text: note})
	}
	return s.all
}

type speaker struct {
	Voice
	Options
	a   *desk.Answer
	all []Paragraph
}

func (s *speaker) add(p Paragraph) { s.all = append(s.all, p) }

func (s *speaker) headline() {
	says, more := s.Headline(s.a)
	p := Paragraph{Kind: Headline, Text: says}
	if more != "" {
		p.More = []string{more}
	}
	s.add(p)
}

func (s *speaker) conflicts() {
	for i, c := range s.a.Contradictions {
		p := Paragraph{Kind: Conflict, Text: s.Labelled("conflicts", s.Conflict(c, true))}
		if i == len(s.a.Contradictions)-1 {
			p.More = []string{s.say("conflict-settle")}
		}
		s.add(p)
	}
}

func (s *speaker) runs() {
	for _, r := range s.a.Runs {
		s.add(Paragraph{Kind: Run, Text: s.Run(r)})
	}
}

// named returns a name in parentheses behind a text, where names are wanted.
func (s *speaker) named(text, name string) string {
	if !s.Names {
		return text
	}
	return text + " (" + name + ")"
}

func (s *speaker) findings() {
	for _, d := range s.a.Diagnoses {
		if d.State != "confirmed" {
			continue
		}
		p := Paragraph{Kind: Finding, Text: s.named(s.say("labelled", "label", s.Certainty(d), "says", strings.TrimSuffix(d.Says, ".")+"."), d.Name), More: s.proof(d.Proof)}
		for _, b := range d.Because {
			if !s.Short || b.Source != "derived" {
				p.Items = append(p.Items, s.because(b))
			}
		}
		for _, doubt := range d.Doubts {
			p.Items = append(p.Items, s.Labelled("left-open", doubt))
		}
		if len(d.See) > 0 && !s.Short {
			p.Items = append(p.Items, s.Labelled("see", strings.Join(d.See, ", ")))
		}
		s.add(p)
	}
}

// proof says where an article states a diagnosis, and, where the answer is said whole, in which words.
func (s *speaker) proof(p *desk.Proof) []string {
	if p == nil {
		return []string{s.say("no-proof")}
	}
	more := []string{s.Labelled("source", s.Citation(*p)) + "."}
	switch {
	case s.Short:
	case p.Passage != "":
		more = append(more, s.Labelled("article-says", "“"+strings.Join(strings.Fields(p.Passage), " ")+"”"))
	case p.Summary != "":
		label := s.say("article-says") + ", " + s.say("in-our-words")
		more = append(more, s.say("labelled", "label", label, "says", strings.Join(strings.Fields(p.Summary), " ")))
	}
	return more
}

func (s *speaker) because(b desk.Because) string {
	return s.From(s.stated(b.Fact, strings.Split(b.Value, ", ")), s.Source(b.Source, b.Words))
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
	text, why := s.Question(*q)
	p := Paragraph{Kind: Question, Text: s.Labelled("question", text), Numbered: true}
	if len(q.Confirm) > 0 {
		p.Kind, p.Text = Confirm, text
		for _, t := range q.Confirm {
			item := t.Label
			if t.Words != "" {
				item = s.From(item, s.Source("text", t.Words))
			}
			p.Items = append(p.Items, item)
		}
	} else {
		for _, c := range q.Answers {
			p.Items = append(p.Items, c.Label)
		}
		switch {
		case len(q.Answers) == 0:
			p.More = append(p.More, s.say("free"))
		case q.Several:
			p.More = append(p.More, s.say("several"))
		}
		p.More = append(p.More, s.say("unknown-allowed"))
	}
	for _, more := range []string{s.Lead(s.a), q.Help, why} {
		if !s.Short && more != "" {
			p.More = append(p.More, more)
		}
	}
	s.add(p)
}

func (s *speaker) plan() {
	v := s.a.Plan
	if v == nil {
		return
	}
	name := v.Fix
	if len(v.Fixes) > 1 {
		name = strings.Join(v.Fixes, ", ")
	}
	p := Paragraph{Kind: Plan, Text: s.named(s.Labelled("plan", v.Goal), name), Numbered: true, More: []string{s.Risk(v)}}
	if v.Reboot || !s.Short {
		p.More = append(p.More, s.Restart(v))
	}
	if WaitsForYes(s.a) {
		p.More = append(p.More, s.say("blocked-confirm"))
	} else if len(v.BlockedBy) > 0 {
		p.More = append(p.More, s.Labelled("blocked", strings.Join(v.BlockedBy, ", "))+".")
	}
	if len(v.Alternatives) > 0 && !s.Short {
		p.More = append(p.More, s.Labelled("alternatives", strings.Join(v.Alternatives, ", "))+".")
	}
	for _, d := range v.Doubts {
		p.More = append(p.More, s.Labelled("before", d))
	}
	for _, step := range v.Steps {
		if s.Short && s.a.Status != desk.StatusDiagnosed {
			break // how to find out more is not what a person waits for
		}
		p.Items = append(p.Items, s.step(step))
	}
	s.add(p)
}

// step says what is done, by whom, whether it changes anything, and which article states it. A short answer leaves out that none does.
func (s *speaker) step(step desk.Step) string {
	notes := []string{s.By(step)}
	if effect := s.Effect(step.Effect); effect != "" {
		notes = append(notes, effect)
	}
	if by := s.StatedBy(step.Article); by != "" && (!s.Short || by == step.Article) {
		notes = append(notes, by)
	}
	return step.Does + " (" + strings.Join(notes, "; ") + ")"
}

func (s *speaker) scripts() {
	p := Paragraph{Kind: Scripts, Text: s.say("scripts") + "."}
	if slices.ContainsFunc(s.a.Scripts, func(sc desk.Script) bool { return sc.Dialect != "md" && sc.Dialect != "reg" }) {
		p.More = append(p.More, s.say("shows"))
	}
	if OnlyLooks(s.a) {
		p.More = append(p.More, s.say("only-looks"))
	}
	for _, sc := range s.a.Scripts {
		if s.Short && (sc.Dialect == "md" || s.a.Status != desk.StatusDiagnosed) {
			continue
		}
		name, about := "script-file", s.Effect(sc.Effect)
		if sc.Href != "" {
			name = "script-at"
		}
		if !s.Short {
			about = s.Kind(sc.Dialect) + "; " + about
		}
		p.Items = append(p.Items, s.say(name, "file", sc.File, "about", about, "href", sc.Href))
	}
	if len(p.Items) > 0 {
		s.add(p)
	}
}

// others says what is still possible and what is not. Beside a cause, a short answer leaves out both.
func (s *speaker) others() {
	found := confirmed(s.a) > 0
	for _, kind := range []prose.Kind{Possible, RuledOut} {
		if s.Short && (found || kind == RuledOut) {
			continue
		}
		label := "ruled-out"
		if kind == Possible {
			label = "still-possible"
		}
		p := Paragraph{Kind: kind, Text: s.say(label) + ":"}
		for _, d := range s.a.Diagnoses {
			if d.State == string(kind) {
				p.Items = append(p.Items, s.other(d))
			}
		}
		if len(p.Items) > 0 {
			s.add(p)
		}
	}
}

// other says a diagnosis that is not confirmed: what it depends on, or what rules it out.
func (s *speaker) other(d desk.Diagnosis) string {
	text := s.named(d.Says, d.Name)
	switch {
	case s.Short:
	case d.State == "ruled-out" && len(d.Because) > 0:
		text += " " + s.Labelled("why", s.because(d.Because[0])) + "."
	case len(d.Open) > 0:
		text += " " + s.Labelled("depends-on", strings.Join(d.Open, ", ")) + "."
	}
	return text
}

// maxRelated is how many articles a short answer names.
const maxRelated = 3

func (s *speaker) related() {
	p := Paragraph{Kind: Related, Text: s.say("related") + ":"}
	for i, r := range s.a.Related {
		if s.Short && i == maxRelated {
			break
		}
		item := r.ID + ": " + r.Title
		if r.Why == "linked" && !s.Short {
			item += " (" + s.say("linked") + ")"
		}
		p.Items = append(p.Items, item)
	}
	if len(p.Items) > 0 {
		s.add(p)
	}
}
