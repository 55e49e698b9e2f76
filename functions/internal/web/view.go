package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/schemas"
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
	Problems       []string
	Question       *questionView
	Found          []findingView // confirmed, whatever their confidence
	Possible       []findingView
	RuledOut       []findingView
	Plan           *planView
	Stages         []scriptsView
	Related        []relatedView
	More           []relatedView // of less weight
	Tree           *desk.TreeRef
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

// A factView is one known fact, in words.
type factView struct {
	Fact   string
	Asks   string // the question that it answers, or its name in words
	Value  string
	How    string // where it was read: “since the service pack”, in your words
	Change string // the address at which the question is asked again, or at which the fact is not told
	Back   bool   // it is the latter
}

type contradictionView struct {
	Says  string
	Facts []factView
}

// A questionView is a question with its form.
type questionView struct {
	desk.Ask
	Lead       string // why it is asked now
	Spec       *schemas.FormSpec
	Confirming string // the values that want a yes, joined
	Quoted     string // the words that they were read from
	Typed      string
	Chosen     []string
	Error      string
	None       bool // whether none is an answer
}

// Many reports whether several of the given answers may be chosen.
func (q questionView) Many() bool { return q.Several && len(q.Answers) > 0 }

// Is reports whether an answer was chosen before.
func (q questionView) Is(value string) bool { return slices.Contains(q.Chosen, value) }

// DescribedBy returns the ids of what explains the field.
func (q questionView) DescribedBy() string {
	var ids []string
	if q.Error != "" {
		ids = append(ids, "error")
	}
	if q.Spec != nil {
		ids = append(ids, "form")
	}
	if q.Help != "" {
		ids = append(ids, "help")
	}
	return strings.Join(ids, " ")
}

// A findingView is a diagnosis in words.
type findingView struct {
	desk.Diagnosis
	Solo    bool   // it is what the page is about
	Word    string // Confirmed, Likely, Doubtful, Possible, Ruled out
	Class   string // of its look
	Because []factView
	Place   *placeView
	Open    []factView // what decides it
	See     []linkView
}

// A placeView is a proof: a place in an article, and what it says there.
type placeView struct {
	Href    string
	Text    string // "Q238865, CAUSE, paragraph 2"
	Passage string // the article's own words, where an archive is loaded
	Summary []span // else ours
}

type planView struct {
	desk.Plan
	Stages       []stageView
	Alternatives []choiceView
	Blocked      []factView
}

type stageView struct {
	Number int
	Steps  []stepView
}

type stepView struct {
	desk.Step
	Href   string // of its article
	Source string // in words, where no article states it
}

type choiceView struct{ Text, Href string }

// A scriptsView is one stage's scripts: the one to take, and the other dialects. Stage 0 is the runbook of the whole plan.
type scriptsView struct {
	Stage  int
	Main   *scriptView
	Others []scriptView
}

type scriptView struct {
	desk.Script
	Kind string // what it is for
	Use  string // how it is run
	Href string // where it is downloaded, empty where the state goes by forms
}

type relatedView struct {
	desk.Related
	Href string
	How  string
}

// A dialect is a kind of script, in words.
type dialect struct {
	kind  string
	use   string
	media string
}

const shows = "Without an argument it only shows what it would do. "

var dialects = map[string]dialect{
	"cmd": {"Command script for Windows NT 4.0 and 2000", shows + "/apply does it, /verify looks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"bat9x": {"Batch file for Windows 95, 98 and Me", shows + "/apply does it, /verify looks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"vbs": {"Script for Windows Script Host", "Run it with cscript. " + shows + "/apply does it, /verify looks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"ps1": {"PowerShell for an administrator's workstation and many computers",
		"Name the computers with -ComputerName. Without -Apply, -Verify or -Undo it only shows what it would do.", "application/octet-stream"},
	"reg": {"Registry file with the edits alone", "Read its comments: every other step is there for a person to do, the backup first.", "application/octet-stream"},
	"md":  {"Runbook to read and print", "Every step in words, for a person to follow.", markdownUTF8},
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
	for _, c := range a.Contradictions {
		v.Contradictions = append(v.Contradictions, s.contradiction(st, a, c))
	}
	for _, d := range a.Diagnoses {
		f := s.finding(st, d)
		switch {
		case a.Status == desk.StatusNoTree: // which the heading says
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
	if a.Plan != nil {
		v.Plan = s.plan(st, a)
	}
	v.Stages = stages(st, a.Scripts)
	v.Related = related(a.Related)
	v.headline()
	v.Related, v.More = split(v.Related)
	return v
}

// viewRefusal is the page of a state that was refused: what is wrong, and the question to answer instead.
func (s *server) viewRefusal(st state, refusal *desk.Refusal) diagnosisPageView {
	v := diagnosisPageView{Title: "Please correct: something cannot be taken", Eyebrow: "Please correct", Class: "doubtful", Heading: "Something in this report cannot be taken",
		Lead: "Nothing was done with it. Correct it here, or start again.", Status: "refused"}
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
	ask, ok := s.Library.Question(fact)
	if !ok || ask.Text == "" {
		return
	}
	v.Question = s.question(ask, nil)
	v.Question.Lead = "Your new answer replaces the one before."
	v.Question.Chosen = st.values(fact)
	v.Question.Typed = strings.Join(st.values(fact), ", ")
	v.Eyebrow, v.Class, v.Heading, v.Lead = "Change an answer", "possible", ask.Text, ""
	v.Title, v.QuestionFirst, v.Solo = v.Eyebrow+": "+v.Heading, true, false
	if len(v.Found) > 0 {
		v.Found[0].Solo = false
	}
}

// headline says where things stand: a word, a heading and a sentence. The one thing that the page is about, a question or a
// diagnosis, is its own heading.
func (v *diagnosisPageView) headline() {
	switch desk.Status(v.Status) {
	case desk.StatusAsk:
		v.Eyebrow, v.Class, v.QuestionFirst = "Question", "possible", true
		v.Heading = v.Question.Text
	case desk.StatusDiagnosed:
		if v.Solo = len(v.Found) == 1; v.Solo {
			v.Eyebrow, v.Class, v.Heading = v.Found[0].Word, v.Found[0].Class, v.Found[0].Says
			v.Found[0].Solo = true
			break
		}
		v.Eyebrow, v.Class = "Diagnosis", "confirmed"
		v.Heading = fmt.Sprintf("%d causes at once", len(v.Found))
		v.Lead = "One plan takes care of all of them, in the right order."
	case desk.StatusUndecided:
		v.Eyebrow, v.Class, v.Heading = "Undecided", "likely", "No cause is certain"
		v.Lead = "No question is left that could decide. What can still be done is below."
	case desk.StatusNoTree:
		v.Tree = nil
		v.Eyebrow, v.Class, v.Heading = "Something else", "out", "Fixdesk does not know this problem"
		v.Lead = "It diagnoses only what it has a decision tree for. The articles below share words with your report; none of them is a diagnosis."
		if len(v.Related) == 0 {
			v.Lead = "It diagnoses only what it has a decision tree for, and no article shares enough words with your report."
		}
	}
	v.Title = v.Eyebrow + ": " + v.Heading
}

// factName returns how a fact is named to a person.
func (s *server) factName(fact string) (desk.Ask, string) {
	ask, _ := s.Library.Question(fact)
	if ask.Text != "" {
		return ask, ask.Text
	}
	words := strings.ReplaceAll(fact, "_", " ")
	if words == "" {
		return ask, ""
	}
	return ask, strings.ToUpper(words[:1]) + words[1:] + ":"
}

// valueName returns how the value of a fact is named to a person.
func valueName(ask desk.Ask, value string) string {
	for _, c := range ask.Answers {
		if c.Value == value && c.Label != "" {
			return c.Label
		}
	}
	switch value {
	case unknown:
		return "I don't know"
	case "none", "":
		return "None"
	}
	return value
}

func valueNames(ask desk.Ask, values []string) string {
	if len(values) == 0 {
		return "None"
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = valueName(ask, v)
	}
	return strings.Join(names, ", ")
}

func (s *server) told(st state, t told) factView {
	ask, name := s.factName(t.fact)
	v := factView{Fact: t.fact, Asks: name, Value: valueNames(ask, t.values), Change: change(st, ask, t.fact)}
	if v.Change == "" && st.fits() {
		v.Change, v.Back = "/diagnosis?"+st.withoutFact(t.fact).query(), true
	}
	return v
}

// change returns where a question is asked again.
func change(st state, ask desk.Ask, fact string) string {
	if ask.Text == "" || !st.fits() {
		return ""
	}
	return "/diagnosis?" + st.query(Field{"ask", fact}) + "#question"
}

func (s *server) assumed(st state, a desk.Assumed) factView {
	ask, name := s.factName(a.Fact)
	v := factView{Fact: a.Fact, Asks: name, Change: change(st, ask, a.Fact)}
	v.Value = valueNames(ask, values(a.Value))
	switch {
	case a.In == "symptom" && a.Words != "":
		v.How = "You wrote “" + a.Words + "”."
	case a.In == "log" && a.Words != "":
		v.How = "The log says “" + a.Words + "”."
	case a.In == "symptom":
		v.How = "Read from your words."
	case a.In == "log":
		v.How = "Read from the log."
	default:
		_, from := s.factName(a.In)
		v.How = "Follows from: " + strings.TrimSuffix(from, ":")
	}
	return v
}

// values returns the value of an assumed fact as a list.
func values(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		list := make([]string, len(v))
		for i, item := range v {
			list[i] = fmt.Sprint(item)
		}
		return list
	}
	return []string{fmt.Sprint(v)}
}

func (s *server) contradiction(st state, a *desk.Answer, c desk.Contradiction) contradictionView {
	v := contradictionView{Says: sentence(c.Says)}
	if says, _, ok := strings.Cut(c.Says, " ("); ok && strings.HasSuffix(c.Says, ")") { // the values follow, in words
		v.Says = sentence(says)
	}
	for _, fact := range c.Facts {
		v.Facts = append(v.Facts, s.known(st, a, fact))
	}
	return v
}

// known returns what is known of a fact, told or assumed.
func (s *server) known(st state, a *desk.Answer, fact string) factView {
	for _, t := range st.told {
		if t.fact == fact {
			return s.told(st, t)
		}
	}
	for _, f := range a.Assumed {
		if f.Fact == fact {
			return s.assumed(st, f)
		}
	}
	ask, name := s.factName(fact)
	return factView{Fact: fact, Asks: name, Change: change(st, ask, fact)}
}

func (s *server) finding(st state, d desk.Diagnosis) findingView {
	v := findingView{Diagnosis: d}
	v.Word, v.Class = word(d)
	for _, b := range d.Because {
		v.Because = append(v.Because, s.because(st, b))
	}
	if d.Proof != nil {
		v.Place = place(*d.Proof)
	}
	for _, fact := range d.Open {
		if ask, name := s.factName(fact); ask.Text != "" {
			v.Open = append(v.Open, factView{Fact: fact, Asks: name, Change: change(st, ask, fact)})
		}
	}
	for _, id := range d.See {
		l := linkView{ID: id}
		if a, ok := s.Library.Article(id); ok {
			l.Title = a.Title
		}
		v.See = append(v.See, l)
	}
	return v
}

// word says how sure a diagnosis is: one of medium confidence is likely, not confirmed.
func word(d desk.Diagnosis) (word, class string) {
	switch {
	case d.State == "ruled-out":
		return "Ruled out", "out"
	case d.State == "possible":
		return "Possible", "possible"
	case d.Confidence == "high":
		return "Confirmed", "confirmed"
	case d.Confidence == "medium":
		return "Likely", "likely"
	}
	return "Doubtful", "doubtful"
}

func (s *server) because(st state, b desk.Because) factView {
	ask, name := s.factName(b.Fact)
	names := strings.Split(b.Value, ", ")
	v := factView{Fact: b.Fact, Asks: name, Value: valueNames(ask, names), Change: change(st, ask, b.Fact)}
	switch {
	case b.Source == "told":
		v.How = "you said"
	case b.Source == "log" && b.Words != "":
		v.How = "the log says “" + b.Words + "”"
	case b.Source == "log":
		v.How = "the log says so"
	case b.Source == "text" && b.Words != "":
		v.How = "you wrote “" + b.Words + "”"
	case b.Source == "text":
		v.How = "your words say so"
	default:
		v.How = "it follows from the rest"
	}
	return v
}

func place(p desk.Proof) *placeView {
	v := &placeView{Href: "/articles/" + p.Article + "#" + anchor(p.Section, p.Paragraph), Passage: p.Passage}
	v.Text = fmt.Sprintf("%s, %s, paragraph %d", p.Article, p.Section, p.Paragraph)
	if p.Section == "" {
		v.Text = fmt.Sprintf("%s, paragraph %d", p.Article, p.Paragraph)
	}
	if v.Passage == "" && p.Summary != "" {
		v.Summary = prose(p.Summary)
	}
	return v
}

// anchor names a paragraph of an article's page: more-information-2.
func anchor(section string, paragraph int) string {
	slug := strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c - 'A' + 'a'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, section)
	if slug = strings.Trim(slug, "-"); slug == "" {
		slug = "top"
	}
	return fmt.Sprintf("%s-%d", slug, paragraph)
}

func (s *server) question(ask desk.Ask, a *desk.Answer) *questionView {
	v := &questionView{Ask: ask, None: ask.Several}
	if spec, ok := schemas.FormOf(ask.Form); ok {
		v.Spec = &spec
	}
	if len(ask.Confirm) > 0 {
		v.Confirming = valueNames(ask, ask.Confirm)
		v.Chosen, v.Typed = ask.Confirm, strings.Join(ask.Confirm, ", ")
	}
	if a == nil {
		return v
	}
	for _, f := range a.Assumed {
		if f.Fact == ask.Fact {
			v.Quoted = f.Words
		}
	}
	if len(a.Contradictions) > 0 {
		v.Why = "" // the contradiction says it
	} else if a.Status == desk.StatusDiagnosed && len(ask.Confirm) == 0 {
		v.Lead = "The diagnosis stands; this would make it surer, or make the plan fit better."
	}
	return v
}

func (s *server) plan(st state, a *desk.Answer) *planView {
	p := *a.Plan
	v := &planView{Plan: p}
	for _, step := range p.Steps {
		if n := len(v.Stages); n == 0 || v.Stages[n-1].Number != step.Stage {
			v.Stages = append(v.Stages, stageView{Number: step.Stage})
		}
		last := &v.Stages[len(v.Stages)-1]
		last.Steps = append(last.Steps, viewStep(step))
	}
	if st.fix != "" {
		v.Alternatives = append(v.Alternatives, choiceView{"the first choice", "/diagnosis?" + st.withFix("").query() + "#plan"})
	}
	for _, fix := range p.Alternatives {
		if fix != st.fix {
			v.Alternatives = append(v.Alternatives, choiceView{fix, "/diagnosis?" + st.withFix(fix).query() + "#plan"})
		}
	}
	for _, fact := range p.BlockedBy {
		v.Blocked = append(v.Blocked, s.known(st, a, fact))
	}
	return v
}

func viewStep(step desk.Step) stepView {
	v := stepView{Step: step}
	switch step.Article {
	case "":
	case "ext":
		v.Source = "public material outside the archive"
	case "gk":
		v.Source = "general knowledge, no article states it"
	default:
		v.Href = "/articles/" + step.Article
	}
	return v
}

// stages sorts scripts by stage: first the one that carries its text, which is in the computer's own dialect, then the others.
func stages(st state, scripts []desk.Script) []scriptsView {
	var all []scriptsView
	for _, sc := range scripts {
		i := slices.IndexFunc(all, func(v scriptsView) bool { return v.Stage == sc.Stage })
		if i < 0 {
			all = append(all, scriptsView{Stage: sc.Stage})
			i = len(all) - 1
		}
		v := scriptView{Script: sc, Kind: dialects[sc.Dialect].kind, Use: dialects[sc.Dialect].use}
		if st.fits() {
			v.Href = "/script?" + st.query(Field{"dialect", sc.Dialect}, Field{"stage", fmt.Sprint(sc.Stage)})
		}
		if sc.Text != "" && all[i].Main == nil {
			all[i].Main = &v
		} else {
			all[i].Others = append(all[i].Others, v)
		}
	}
	// the unsigned number before 0 is the largest: the runbook comes last
	slices.SortStableFunc(all, func(a, b scriptsView) int { return cmp.Compare(uint(a.Stage-1), uint(b.Stage-1)) })
	return all
}

func related(all []desk.Related) []relatedView {
	var views []relatedView
	for _, r := range all {
		v := relatedView{Related: r, Href: "/articles/" + r.ID}
		if r.Why == "linked" {
			v.How = "named in this answer"
		}
		v.Passage = teaser(r.Passage)
		views = append(views, v)
	}
	return views
}

// split parts the articles worth reading into the first few and the others.
func split(all []relatedView) (first, more []relatedView) {
	const few = 5
	if len(all) <= few+1 {
		return all, nil
	}
	return all[:few], all[few:]
}

// lines counts the lines of a text.
func lines(s string) int {
	if s == "" {
		return 0
	}
	return strings.Count(s, "\n") + 1
}
