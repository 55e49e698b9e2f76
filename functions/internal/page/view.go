package page

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
)

// A diagnosisPageView is the page of one state: what was said, the question, the diagnoses, the plan, the scripts.
type diagnosisPageView struct {
	Title          string
	Eyebrow        string // above the heading: where things stand, in a word
	Class          string // of its look
	Heading        string
	Lead           string // one sentence more
	Status         string
	QuestionFirst  bool // the question is what the page is about, and its heading
	Solo           bool // one diagnosis is what the page is about, and its heading
	State          state
	Post           bool // the state is too long for an address and goes by forms
	Symptom        string
	LogLines       int
	Told           []factView
	Assumed        []factView
	Contradictions []contradictionView
	Runs           []string // how scripts ended
	Problems       []string
	Question       *questionView
	Further        *furtherView
	Found          []findingView // confirmed, whatever their confidence
	Possible       []findingView
	RuledOut       []findingView
	Plan           *planView
	Stages         []scriptsView
	OnlyLooks      bool // no script changes anything, because the plan waits
	Related        []relatedView
	More           []relatedView // of less weight
	Tree           *desk.TreeRef
	Feedback       *feedbackView
}

// Fields are the hidden fields of the page's forms.
func (v diagnosisPageView) Fields() []Field { return v.State.Fields() }

// Here is the address of the page.
func (v diagnosisPageView) Here() string { return "/diagnosis?" + v.State.query() }

// ManyStages reports whether the plan has more than one script to run.
func (v diagnosisPageView) ManyStages() bool {
	numbered := 0
	for _, s := range v.Stages {
		if s.Stage > 0 {
			numbered++
		}
	}
	return numbered > 1
}

// view puts an answer into words.
func (s *server) view(st state, a *desk.Answer) diagnosisPageView {
	v := diagnosisPageView{Status: string(a.Status), State: st, Post: !st.fits(), Symptom: st.symptom, LogLines: lines(st.log), Tree: a.Tree}
	for _, t := range st.told {
		v.Told = append(v.Told, s.told(st, t))
	}
	for _, f := range a.Assumed {
		v.Assumed = append(v.Assumed, s.assumed(st, f))
	}
	for _, r := range a.Runs {
		v.Runs = append(v.Runs, voice.Run(r))
	}
	for _, c := range a.Contradictions {
		v.Contradictions = append(v.Contradictions, s.contradiction(st, a, c))
	}
	for _, d := range a.Diagnoses {
		f := s.finding(st, d)
		switch {
		case d.State == "confirmed":
			v.Found = append(v.Found, f)
		case d.State == "possible":
			v.Possible = append(v.Possible, f)
		default:
			v.RuledOut = append(v.RuledOut, f)
		}
	}
	if a.Ask != nil {
		v.Question = s.question(*a.Ask, a)
	}
	v.Further = further(st, a)
	if a.Plan != nil {
		v.Plan = s.plan(st, a)
	}
	v.Stages = stages(st, a.Scripts)
	v.OnlyLooks = words.OnlyLooks(a)
	v.Related = related(a.Related)
	v.headline(a)
	v.Related, v.More = split(v.Related)
	v.Feedback = s.askFeedback(&v)
	return v
}

// A furtherView is the way to look for further causes, or, where they are looked for, to stop.
type furtherView struct {
	Says   string
	Text   string // of the way, empty where there is none
	Href   string
	Fields []Field // of its form, where the state is too long for an address
}

// further returns the way to look for further causes, where nothing else is asked, and the way back, where they are looked for.
func further(st state, a *desk.Answer) *furtherView {
	next := st.withFurther(!st.further)
	v := &furtherView{Href: "/diagnosis?" + next.query(), Fields: next.Fields()}
	switch {
	case a.Status != desk.StatusDiagnosed || a.Ask != nil && settles(a):
		return nil
	case st.further && a.Ask != nil:
		v.Text = "Stop looking for further causes"
	case st.further:
		return &furtherView{Says: voice.Label("further-exhausted")}
	case a.Ask == nil && a.Further != nil:
		v.Says, v.Text = voice.Label("further"), "Look for further causes"
	default:
		return nil
	}
	return v
}

// settles reports whether the question of an answer wants a yes, or is about what does not go together.
func settles(a *desk.Answer) bool {
	return len(a.Ask.Confirm) > 0 || slices.ContainsFunc(a.Contradictions, func(c desk.Contradiction) bool { return slices.Contains(c.Facts, a.Ask.Fact) })
}

// Looking reports whether the page is about a question for further causes.
func (v diagnosisPageView) Looking() bool {
	return v.State.further && v.Further != nil && v.Question != nil
}

// viewRefusal is the page of a state that was refused: what is wrong, and the question to answer instead.
func (s *server) viewRefusal(st state, refusal *desk.Refusal) diagnosisPageView {
	v := diagnosisPageView{Title: "Please correct: something in this report is not valid", Eyebrow: "Please correct", Class: "doubtful", Heading: "Something in this report is not valid",
		Lead: "It was not used. Correct it here, or start again.", Status: "refused"}
	for _, p := range refusal.Problems {
		v.Problems = append(v.Problems, worded1(p))
		st = st.without(p.Pointer)
	}
	v.State, v.Symptom, v.LogLines, v.Post = st, st.symptom, lines(st.log), !st.fits()
	for _, t := range st.told {
		v.Told = append(v.Told, s.told(st, t))
	}
	if refusal.Ask != nil {
		v.Question = s.question(*refusal.Ask, nil)
	}
	v.Related, v.More = split(related(refusal.Related))
	return v
}

// askAgain puts a question on the page that the person wants to answer anew.
func (s *server) askAgain(v *diagnosisPageView, st state, fact string) {
	ask, ok := s.Catalog.Question(fact)
	if !ok || ask.Text == "" {
		return
	}
	v.Question = s.question(ask, nil)
	v.Question.Lead = "Your new answer replaces the old one."
	v.Question.Chosen = st.values(fact)
	v.Question.Typed = strings.Join(st.values(fact), ", ")
	v.Eyebrow, v.Class, v.Heading, v.Lead = "Change an answer", "possible", ask.Text, ""
	v.Title, v.QuestionFirst, v.Solo, v.Further = v.Eyebrow+": "+v.Heading, true, false, nil
	if len(v.Found) > 0 {
		v.Found[0].Solo = false
	}
	v.Feedback = nil
}

// headline says where things stand: a word, a heading and a sentence. The one thing that the page is about, a question or a
// diagnosis, is its own heading.
func (v *diagnosisPageView) headline(a *desk.Answer) {
	says, more := voice.Headline(a)
	says = strings.TrimSuffix(says, ".")
	switch desk.Status(v.Status) {
	case desk.StatusAsk:
		v.Eyebrow, v.Class, v.QuestionFirst = voice.Label("question"), "possible", true
		v.Heading = v.Question.Text
	case desk.StatusDiagnosed:
		if v.Looking() {
			v.Eyebrow, v.Class, v.QuestionFirst = "Further causes", "possible", true
			v.Heading, v.Question.Lead = v.Question.Text, voice.Label("question-further")
			break
		}
		if v.Solo = len(v.Found) == 1; v.Solo {
			v.Eyebrow, v.Class, v.Heading = v.Found[0].Word, v.Found[0].Class, v.Found[0].Says
			v.Found[0].Solo = true
			break
		}
		v.Eyebrow, v.Class, v.Heading, v.Lead = voice.Label("label-diagnosed"), "confirmed", says, more
	case desk.StatusUndecided:
		v.Eyebrow, v.Class, v.Heading, v.Lead = voice.Label("label-undecided"), "likely", says, more
	case desk.StatusNoTree:
		v.Tree = nil
		v.Eyebrow, v.Class, v.Heading, v.Lead = voice.Label("label-no-tree"), "out", says, more
	}
	v.Title = v.Eyebrow + ": " + v.Heading
}

// lines counts the lines of a text.
func lines(s string) int {
	if s == "" {
		return 0
	}
	return strings.Count(s, "\n") + 1
}
