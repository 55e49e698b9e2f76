// Package dialogue is a conversation in which people answer later, elsewhere and among each other: in a ticket, by mail, in a chat. It
// remembers what was asked and what each person said, decides whether a message answers a question, and makes one report of all of it. It does
// not know how a message travels, and is never wiser than its words: what is not plainly an answer is none.
package dialogue

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb/message"
	"github.com/fixdesk/fixdesk/kb/script"
)

// A Speaker is who says something.
type Speaker struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Agent bool   `json:"agent,omitempty"` // works for the helpdesk: an answer of an agent stands against one of a requester
}

// A Message is what somebody says.
type Message struct {
	By   Speaker
	Text string // as it was sent, with all that it quotes
	Log  string // of files that came with it
	// Answers is the question that the message can be an answer to: the last one that was put before it. nil for none.
	Answers *Question
	Opens   bool // it describes the trouble: what it forwards counts
}

// A State is all that is remembered. Its zero value is a new conversation.
type State struct {
	Told      []Told          `json:"told,omitempty"`
	Log       string          `json:"log,omitempty"`
	Facts     map[string]Fact `json:"facts,omitempty"`
	Confirmed map[string]Fact `json:"confirmed,omitempty"`
	Given     []Script        `json:"given,omitempty"`
	Questions []Question      `json:"questions,omitempty"` // the last ones that were put, the newest last
	Conflicts int             `json:"conflicts,omitempty"` // how many answers in a row had answers that do not go together
	Verified  bool            `json:"verified,omitempty"`  // a script has found everything as it must be, and whether the trouble is over was asked
	Solved    *bool           `json:"solved,omitempty"`    // what a person said to that
	Wish      Wish            `json:"wish,omitempty"`      // why a person is to take over
}

// Told is a description of the trouble, in somebody's words.
type Told struct {
	By   Speaker `json:"by"`
	Text string  `json:"text"`
}

// A Fact is an answer and who gave it.
type Fact struct {
	Value any     `json:"value"`
	By    Speaker `json:"by"`
}

// A Script is one that an answer held.
type Script struct {
	ID     string `json:"id"`
	Fix    string `json:"fix"`
	Stage  int    `json:"stage"`
	SHA256 string `json:"sha256,omitempty"`
}

// A Wish is why a person is to take over.
type Wish string

// The reasons for which a person is to take over.
const (
	WantsPerson   Wish = "person"     // somebody asked for one
	NotSolved     Wish = "not-solved" // the trouble is not over
	TooUnknown    Wish = "unknown"    // too much was answered with "don't know"
	Contradictory Wish = "conflict"   // answers still do not go together after they were asked for again
)

// Bounds of what is remembered.
const (
	maxTold      = 8000 // characters of all descriptions, the newest where there are more
	maxLog       = 60_000
	maxQuestions = 10
	maxGiven     = 96
	maxUnknown   = 5 // answers "don't know", after which a person takes over
	maxConflicts = 2
)

// An Outcome is what a message changed.
type Outcome struct {
	Changed bool // there is something new to answer
	Unclear bool // the message is meant as an answer and is none: the question is put again
}

// Take takes a message in. What answers a question is a fact from then on; what else is said describes the trouble.
func (s *State) Take(m Message) Outcome {
	var out Outcome
	own := strings.TrimSpace(message.Own(m.Text))
	if m.Log != "" {
		s.Log = newest(joined(s.Log, m.Log), maxLog)
		out.Changed = true
	}
	if m.Opens {
		s.tell(m.By, m.Text)
		return Outcome{Changed: true}
	}
	if own == "" {
		out.Unclear = m.Answers != nil && m.Log == ""
		return out
	}
	if wish := wishOf(own); wish != "" && s.Wish == "" {
		s.Wish = wish
		out.Changed = true
	}
	rest := own
	if m.Answers != nil {
		r := m.Answers.read(own)
		rest, out.Unclear = r.rest, r.unclear
		out.Changed = s.note(m.By, m.Answers, r) || out.Changed
	}
	if lines := resultLines(own); lines != "" {
		s.Log = newest(joined(s.Log, lines), maxLog)
		out.Changed = true
	}
	if rest = strings.TrimSpace(rest); rest != "" && !out.Unclear {
		out.Changed = s.tell(m.By, rest) || out.Changed
	}
	return out
}

// resultLines returns the lines of a text that a script has printed.
func resultLines(text string) string {
	if !strings.Contains(text, "FIXDESK-") {
		return ""
	}
	if _, ok := script.ParseCollected(text); ok || len(script.ParseResults(text)) > 0 {
		return text
	}
	return ""
}

// tell adds a description, and reports whether it is a new one.
func (s *State) tell(by Speaker, text string) bool {
	if slices.ContainsFunc(s.Told, func(t Told) bool { return t.Text == text }) {
		return false
	}
	s.Told = append(s.Told, Told{by, newest(text, maxTold)})
	for total := s.length(); total > maxTold && len(s.Told) > 1; total = s.length() {
		s.Told = slices.Delete(s.Told, 1, 2) // what opened the conversation stays
	}
	return true
}

func (s *State) length() int {
	n := 0
	for _, t := range s.Told {
		n += utf8.RuneCountInString(t.Text)
	}
	return n
}

// note keeps what was read as an answer, and reports whether that changes anything.
func (s *State) note(by Speaker, q *Question, r reading) bool {
	changed := false
	for _, a := range r.answers {
		switch {
		case q.Kind == AskSolved:
			changed = s.solve(a.value == "yes") || changed
		case a.confirms:
			changed = s.set(&s.Confirmed, a.fact, Fact{a.value, by}) || changed
		default:
			changed = s.set(&s.Facts, a.fact, Fact{a.value, by}) || changed
			if changed {
				delete(s.Confirmed, a.fact)
			}
		}
	}
	return changed
}

func (s *State) solve(yes bool) bool {
	if s.Solved != nil {
		return false
	}
	s.Solved = &yes
	if !yes && s.Wish == "" {
		s.Wish = NotSolved
	}
	return true
}

// set keeps an answer, unless it is one of a requester against one of an agent.
func (s *State) set(in *map[string]Fact, name string, f Fact) bool {
	before, known := (*in)[name]
	if known && before.By.Agent && !f.By.Agent {
		return false
	}
	if known && equal(before.Value, f.Value) {
		return false
	}
	if *in == nil {
		*in = map[string]Fact{}
	}
	(*in)[name] = f
	return true
}

// equal reports whether two values of a fact are the same: texts, or lists of texts.
func equal(a, b any) bool { return slices.Equal(texts(a), texts(b)) }

func texts(v any) []string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	all := make([]string, len(list))
	for i, x := range list {
		all[i], _ = x.(string)
	}
	return all
}

// Report returns the report of all that was said.
func (s *State) Report() *desk.Report {
	r := &desk.Report{Log: s.Log, Facts: map[string]any{}}
	var told []string
	for _, t := range s.Told {
		told = append(told, t.Text)
	}
	r.Symptom = strings.Join(told, "\n")
	for name, f := range s.Facts {
		r.Facts[name] = f.Value
	}
	for name, f := range s.Confirmed {
		r.Confirm = append(r.Confirm, desk.Confirmation{Fact: name, Value: f.Value})
	}
	slices.SortFunc(r.Confirm, func(a, b desk.Confirmation) int { return strings.Compare(a.Fact, b.Fact) })
	for _, g := range s.Given {
		r.Given = append(r.Given, desk.GivenScript{ID: g.ID, Fix: g.Fix, Stage: g.Stage})
	}
	return r
}

// Answer lets the desk answer all that was said. Answers that the desk refuses are forgotten, and refused says so: their question is
// put again. Evidence returns what of a log is worth remembering; nil for all of it.
func (s *State) Answer(ctx context.Context, d desk.Answerer, evidence func(string) string) (a *desk.Answer, refused []desk.Problem, err error) {
	const attempts = 4 // each forgets something
	for range attempts {
		r := s.Report()
		if a, err = d.Answer(ctx, r); err == nil {
			break
		}
		var refusal *desk.Refusal
		if !errors.As(err, &refusal) || !s.drop(r, refusal.Problems) {
			return nil, refused, err
		}
		for _, p := range refusal.Problems {
			if strings.HasPrefix(p.Pointer, "/facts/") {
				refused = append(refused, p)
			}
		}
	}
	if err != nil {
		return nil, refused, err
	}
	if evidence != nil && s.Log != "" {
		s.Log = evidence(s.Log)
	}
	s.judge(a)
	return a, refused, nil
}

// drop forgets what the desk refuses, and reports whether that was anything.
func (s *State) drop(r *desk.Report, problems []desk.Problem) bool {
	dropped := false
	for _, p := range problems {
		kind, name, _ := strings.Cut(strings.TrimPrefix(p.Pointer, "/"), "/")
		name, _, _ = strings.Cut(name, "/")
		switch kind {
		case "facts":
			_, known := s.Facts[name]
			dropped = dropped || known
			delete(s.Facts, name)
		case "confirm":
			if i, err := strconv.Atoi(name); err == nil && i < len(r.Confirm) {
				delete(s.Confirmed, r.Confirm[i].Fact)
				dropped = true
			}
		}
	}
	return dropped
}

// judge notes what an answer says of the conversation itself.
func (s *State) judge(a *desk.Answer) {
	unknown := 0
	for _, f := range s.Facts {
		if f.Value == "unknown" {
			unknown++
		}
	}
	switch {
	case s.Wish != "":
	case unknown >= maxUnknown && len(confirmed(a)) == 0:
		s.Wish = TooUnknown
	case len(a.Contradictions) > 0 && s.Conflicts >= maxConflicts:
		s.Wish = Contradictory
	}
}

func confirmed(a *desk.Answer) []desk.Diagnosis {
	var all []desk.Diagnosis
	for _, d := range a.Diagnoses {
		if d.State == "confirmed" {
			all = append(all, d)
		}
	}
	return all
}

// Put notes that an answer was given: its question, under the number of the message that put it, and its scripts.
func (s *State) Put(a *desk.Answer, q *Question) {
	if len(a.Contradictions) > 0 {
		s.Conflicts++
	} else {
		s.Conflicts = 0
	}
	for _, x := range a.Scripts {
		g := Script{x.ID, x.Fix, x.Stage, x.SHA256}
		s.Given = append(slices.DeleteFunc(s.Given, func(b Script) bool { return b.ID == g.ID }), g)
	}
	s.Given = s.Given[max(0, len(s.Given)-maxGiven):]
	if q != nil {
		s.Questions = append(s.Questions, *q)
		s.Questions = s.Questions[max(0, len(s.Questions)-maxQuestions):]
		s.Verified = s.Verified || q.Kind == AskSolved
	}
}

// Next returns the question that goes with an answer, nil where nothing is asked: that of the desk, and, when a script has found
// everything as it must be, whether the trouble is over.
func (s *State) Next(a *desk.Answer, number int, at time.Time) *Question {
	if n := len(a.Runs); n > 0 && a.Runs[n-1].Mode == "verify" && a.Runs[n-1].Status == "ok" && s.Solved == nil {
		return &Question{Kind: AskSolved, Number: number, At: at}
	}
	if a.Ask == nil {
		return nil
	}
	q := &Question{Kind: AskFact, Number: number, At: at, Fact: a.Ask.Fact, Text: a.Ask.Text, Form: a.Ask.Form, Several: a.Ask.Several}
	if a.Tree != nil {
		q.Tree = a.Tree.Version
	}
	for _, c := range a.Ask.Answers {
		q.Choices = append(q.Choices, Choice{Value: c.Value, Label: c.Label})
	}
	for _, t := range a.Ask.Confirm {
		q.Kind = AskConfirm
		q.Taken = append(q.Taken, Taken{t.Fact, t.Value, t.Label})
	}
	return q
}

// Asked returns the question that was put by the message of a number, nil where that is not remembered.
func (s *State) Asked(number int) *Question {
	i := slices.IndexFunc(s.Questions, func(q Question) bool { return q.Number == number })
	if i < 0 {
		return nil
	}
	return &s.Questions[i]
}

// Last returns the last question that was put and that keep is true for; nil where there is none.
func (s *State) Last(keep func(*Question) bool) *Question {
	for i := range slices.Backward(s.Questions) {
		if keep(&s.Questions[i]) {
			return &s.Questions[i]
		}
	}
	return nil
}

// By returns who said what, by the name of the fact: an answer, or a yes to what was read.
func (s *State) By(fact string) (who Speaker, said bool) {
	if f, ok := s.Facts[fact]; ok {
		return f.By, true
	}
	f, ok := s.Confirmed[fact]
	return f.By, ok
}

func joined(before, now string) string {
	switch {
	case before == "":
		return now
	case strings.HasSuffix(before, now):
		return before
	}
	return before + "\n" + now
}

// newest returns the last characters of a text, whole lines where it can.
func newest(s string, limit int) string {
	over := utf8.RuneCountInString(s) - limit
	if over <= 0 {
		return s
	}
	s = string([]rune(s)[over:])
	if _, rest, ok := strings.Cut(s, "\n"); ok && rest != "" {
		return rest
	}
	return s
}
