package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/schemas"
)

// A Draft is one entry of the `fixes:` section of a tree, as it was written: schema fixes.json. Fix makes a Fix of it.
type Draft struct {
	Goal     string                         `json:"goal"`
	Doubt    Lines                          `json:"doubt"`
	Risk     string                         `json:"risk"`
	Proof    string                         `json:"proof"`
	Covers   []string                       `json:"covers"`
	Before   []string                       `json:"before"`
	Platform Platform                       `json:"platform"`
	View     string                         `json:"view"`
	Phase    string                         `json:"phase"`
	Steps    []schemas.Map[json.RawMessage] `json:"steps"` // one verb each, with proof and phase beside it where they differ from the fix's
}

// Lines is one text or a list of texts.
type Lines []string

// UnmarshalJSON reads a string or a list of strings.
func (l *Lines) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, (*[]string)(l))
	}
	*l = make([]string, 1)
	return json.Unmarshal(data, &(*l)[0])
}

// A Problem is one thing that is wrong with a draft.
type Problem struct {
	Pointer string // JSON pointer below the draft: /steps/3/delete-entry
	Says    string
}

// An Error holds everything that is wrong with a draft, in the order of the draft.
type Error struct {
	Fix      string
	Problems []Problem
}

func (e *Error) Error() string {
	says := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		says[i] = fmt.Sprintf("fix %s: %s: %s", e.Fix, p.Pointer, p.Says)
	}
	return strings.Join(says, "\n")
}

// Fix reads and checks a draft, with the services and tools that a catalog names. The error is an *Error with all of its problems.
func (d Draft) Fix(catalog *Catalog, name, article, version string) (Fix, error) {
	r := draftReader{catalog: catalog}
	if catalog == nil {
		r.catalog = &Catalog{}
	}
	f := Fix{
		Name: name, Article: article, Version: version, Goal: d.Goal, Doubts: d.Doubt, Platform: d.Platform, View: d.View,
		Covers: d.Covers, Before: d.Before, Proof: d.Proof, Risk: r.risk(d.Risk), Phase: r.phase("/phase", d.Phase, PhaseEdit),
	}
	r.check("", "name", nameForm.MatchString(name), "lower-case letters, digits and dashes, as forget-site")
	r.check("", "article", articleForm.MatchString(article), "an article, as Q238865")
	r.check("", "version", versionForm.MatchString(version), "eight hex digits")
	r.text("/goal", d.Goal)
	for i, doubt := range d.Doubt {
		r.text(fmt.Sprint("/doubt/", i), doubt)
	}
	r.proof("/proof", d.Proof)
	r.check("", "platform", d.Platform == AnyPlatform || d.Platform == NT || d.Platform == Win9x, "nt or 9x")
	r.check("", "view", d.View == "" || d.View == "32" || d.View == "64", "32 or 64, the view of the registry on 64-bit Windows")
	for i, s := range d.Steps {
		f.Steps = append(f.Steps, r.steps(i, s, f)...)
	}
	if len(r.problems) == 0 {
		r.problems = f.Check()
	}
	if len(r.problems) > 0 {
		return Fix{}, &Error{Fix: name, Problems: r.problems}
	}
	return f, nil
}

var (
	nameForm    = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	articleForm = regexp.MustCompile(`^Q[0-9]{6}$`)
	versionForm = regexp.MustCompile(`^[0-9a-f]{8}$`)
	proofForm   = regexp.MustCompile(`^(ext|gk|Q[0-9]{6}/([A-Z][A-Za-z0-9 ,'()/-]*)?/[0-9]+( [0-9a-f]{8})?)$`)
	fileForm    = regexp.MustCompile(`^[A-Za-z0-9_]{1,8}\.[A-Za-z0-9]{1,3}$`)
	pathForm    = regexp.MustCompile(`^([A-Za-z0-9]{1,8}\\){0,6}[A-Za-z0-9]{1,8}\.[A-Za-z0-9]{1,3}$`)
	lineForm    = regexp.MustCompile(`^[A-Z]+( [A-Z]+)?$`)
	labelForm   = regexp.MustCompile(`^[A-Z]{1,8}$`)
	timesForm   = regexp.MustCompile(`^[1-9]( to [1-9])?$`)
)

// A draftReader collects the problems of one draft.
type draftReader struct {
	catalog  *Catalog
	problems []Problem
}

func (r *draftReader) report(pointer, format string, args ...any) {
	r.problems = append(r.problems, Problem{pointer, fmt.Sprintf(format, args...)})
}

func (r *draftReader) check(pointer, field string, ok bool, expected string) {
	if !ok {
		r.report(pointer+"/"+field, "expected %s", expected)
	}
}

func (r *draftReader) risk(text string) Risk {
	i := slices.Index(riskNames[:], text)
	if i < 0 {
		r.report("/risk", "expected one of %s", strings.Join(riskNames[:], ", "))
		return RiskHigh
	}
	return Risk(i)
}

func (r *draftReader) phase(pointer, text string, unsaid Phase) Phase {
	if text == "" {
		return unsaid
	}
	i := slices.Index(phaseNames[:], text)
	if i < 0 {
		r.report(pointer, "expected one of %s", strings.Join(phaseNames[1:], ", "))
		return unsaid
	}
	return Phase(i)
}

// text refuses what could not stand in every dialect: a script is ASCII, and a text is one line.
func (r *draftReader) text(pointer, s string) {
	if s == "" || len(s) > 400 {
		r.report(pointer, "expected 1 to 400 characters")
	}
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c > '~' }) {
		r.report(pointer, "expected printable ASCII: old shells know nothing else")
	}
}

func (r *draftReader) proof(pointer, s string) {
	if !proofForm.MatchString(s) {
		r.report(pointer, "expected a place such as Q238865/CAUSE/2, or ext or gk")
	}
}

// steps reads one step. Several where one was written for several things, none where it is broken.
func (r *draftReader) steps(i int, m schemas.Map[json.RawMessage], f Fix) []Step {
	at := fmt.Sprint("/steps/", i)
	c := Cited{proof: f.Proof, phase: f.Phase}
	var verb string
	var arg json.RawMessage
	for key, value := range m.All() {
		switch key {
		case "proof":
			r.decode(at+"/proof", value, &c.proof)
			r.proof(at+"/proof", c.proof)
		case "phase":
			var phase string
			r.decode(at+"/phase", value, &phase)
			c.phase = r.phase(at+"/phase", phase, f.Phase)
		case "without":
			r.decode(at+"/without", value, &c.without)
		default:
			if verb != "" {
				r.report(at, "expected one verb, found %s and %s", verb, key)
			}
			verb, arg = key, value
		}
	}
	if verb == "" {
		r.report(at, "expected a verb")
		return nil
	}
	read, ok := verbs[verb]
	if !ok {
		r.report(at, "no verb is called that: expected one of %s", strings.Join(Verbs(), ", "))
		return nil
	}
	step := read(r, at+"/"+verb, arg, c)
	if len(c.without) > 0 && step.By() != Person {
		r.report(at+"/without", "expected a step of a person: what a script does is never left out")
	}
	return []Step{step}
}

func (r *draftReader) decode(pointer string, data json.RawMessage, v any) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		r.report(pointer, "%v", err)
	}
}

func (r *draftReader) key(pointer, text string) Key {
	k, err := ParseKey(text)
	if err != nil {
		r.report(pointer, "%v", err)
	}
	return k
}

func (r *draftReader) keys(pointer string, texts Lines) []Key {
	keys := make([]Key, len(texts))
	for i, t := range texts {
		keys[i] = r.key(pointer, t)
	}
	if len(keys) == 0 {
		r.report(pointer, "expected a registry key, or a list of its spellings")
	}
	return keys
}

func (r *draftReader) name(pointer, text string) Name {
	if err := plainName(text); err != nil {
		r.report(pointer, "%v", err)
	}
	return Name(text)
}

func (r *draftReader) match(pointer, text string, form *regexp.Regexp) {
	if !form.MatchString(text) {
		r.report(pointer, "expected the form %s", form)
	}
}

// only returns the one key of a verb that takes no other spellings.
func (r *draftReader) only(pointer string, keys []Key) Key {
	if len(keys) != 1 {
		r.report(pointer, "expected one key")
		return ""
	}
	return keys[0]
}

// An entry is the argument of the verbs that speak of an entry of a key.
type entry struct {
	Key       Lines           `json:"key"`
	Name      string          `json:"name"`
	As        []string        `json:"as"`
	To        string          `json:"to"`
	Type      string          `json:"type"`
	Data      json.RawMessage `json:"data"`
	Add       string          `json:"add"`
	Remove    string          `json:"remove"`
	Make      bool            `json:"make"`
	OrGone    bool            `json:"or-gone"`
	Otherwise string          `json:"otherwise"`
}

func (r *draftReader) entry(pointer string, arg json.RawMessage) (keys []Key, name Name, e entry) {
	r.decode(pointer, arg, &e)
	return r.keys(pointer+"/key", e.Key), r.name(pointer+"/name", e.Name), e
}

func (r *draftReader) line(pointer string, arg json.RawMessage) string {
	var text string
	r.decode(pointer, arg, &text)
	r.text(pointer, text)
	return text
}
