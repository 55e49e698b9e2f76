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

// Fix reads and checks a draft. The error is an *Error with all of its problems.
func (d Draft) Fix(name, article, version string) (Fix, error) {
	r := draftReader{}
	f := Fix{
		Name: name, Article: article, Version: version, Goal: d.Goal, Doubts: d.Doubt, Platform: d.Platform,
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
	dataForm    = regexp.MustCompile(`^[A-Za-z0-9.,:/()_-]([A-Za-z0-9 .,:/()_-]{0,198}[A-Za-z0-9.,:/()_-])?$`) // what no shell reads as more
	timesForm   = regexp.MustCompile(`^[1-9]( to [1-9])?$`)
)

// A draftReader collects the problems of one draft.
type draftReader struct{ problems []Problem }

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
	steps := read(r, at+"/"+verb, arg, c)
	if len(c.without) > 0 && slices.ContainsFunc(steps, func(s Step) bool { return s.By() != Person }) {
		r.report(at+"/without", "expected a step of a person: what a script does is never left out")
	}
	return steps
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

func (r *draftReader) services(pointer string, names []Service) []Service {
	for _, n := range names {
		if n.Key() == "" {
			r.report(pointer, "only the services of the client may be stopped")
		}
	}
	if len(names) == 0 {
		r.report(pointer, "expected a list of services")
	}
	return names
}

// An entry is the argument of the verbs that speak of an entry of a key.
type entry struct {
	Key       Lines  `json:"key"`
	Name      string `json:"name"`
	Data      string `json:"data"`
	Otherwise string `json:"otherwise"`
}

func (r *draftReader) entry(pointer string, arg json.RawMessage) (keys []Key, name Name, e entry) {
	r.decode(pointer, arg, &e)
	if e.Data != "" && !dataForm.MatchString(e.Data) {
		r.report(pointer+"/data", "expected 1 to 200 letters, digits, blanks between them, and . , : / ( ) _ -")
	}
	return r.keys(pointer+"/key", e.Key), r.name(pointer+"/name", e.Name), e
}

func (r *draftReader) line(pointer string, arg json.RawMessage) string {
	var text string
	r.decode(pointer, arg, &text)
	r.text(pointer, text)
	return text
}

func (r *draftReader) traces(at string, arg json.RawMessage) (t Traces) {
	var a struct {
		Keys     Lines     `json:"keys"`
		Services []Service `json:"services"`
		Files    []string  `json:"files"`
	}
	r.decode(at, arg, &a)
	t.Files = a.Files
	if len(a.Keys) > 0 {
		t.Keys = r.keys(at+"/keys", a.Keys)
	}
	if len(a.Services) > 0 {
		t.Services = r.services(at+"/services", a.Services)
	}
	for _, f := range a.Files {
		r.match(at+"/files", f, pathForm)
	}
	if len(a.Keys)+len(a.Services)+len(a.Files) == 0 {
		r.report(at, "expected keys, services or files")
	}
	return t
}

// An edit is the argument of the verbs that speak of the first line of a file.
type edit struct {
	File  string `json:"file"`
	First string `json:"first"`
	Label string `json:"label"`
}

func (r *draftReader) edit(pointer string, arg json.RawMessage) (e edit) {
	r.decode(pointer, arg, &e)
	r.match(pointer+"/file", e.File, fileForm)
	r.match(pointer+"/first", e.First, lineForm)
	return e
}

// Verbs returns the verbs that a tree may use, sorted.
func Verbs() []string {
	names := make([]string, 0, len(verbs))
	for v := range verbs {
		names = append(names, v)
	}
	slices.Sort(names)
	return names
}

// verbs reads the argument of each verb.
var verbs = map[string]func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step{
	"check-platform": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		p := Platform(r.line(at, arg))
		if p != NT && p != Win9x {
			r.report(at, "expected nt or 9x")
		}
		return []Step{CheckPlatform{Cited: c, Platform: p}}
	},
	"check-rights": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		if r.line(at, arg) != "administrator" {
			r.report(at, "expected administrator")
		}
		return []Step{CheckRights{Cited: c}}
	},
	"expect-entry": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		keys, name, e := r.entry(at, arg)
		r.text(at+"/otherwise", e.Otherwise)
		return []Step{ExpectEntry{Cited: c, Keys: keys, Name: name, Otherwise: e.Otherwise}}
	},
	"expect-key": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var a struct {
			Key       string `json:"key"`
			Otherwise string `json:"otherwise"`
		}
		r.decode(at, arg, &a)
		r.text(at+"/otherwise", a.Otherwise)
		return []Step{ExpectKey{Cited: c, Key: r.key(at+"/key", a.Key), Otherwise: a.Otherwise}}
	},
	"expect-gone": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{ExpectGone{Cited: c, Traces: r.traces(at, arg)}}
	},
	"expect-client": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{ExpectClient{Cited: c, Traces: r.traces(at, arg)}}
	},
	"verify-removed": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{VerifyClient{Cited: c, Traces: r.traces(at, arg), Gone: true}}
	},
	"verify-installed": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{VerifyClient{Cited: c, Traces: r.traces(at, arg)}}
	},
	"backup-key": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var a struct {
			Key      Lines `json:"key"`
			Optional bool  `json:"optional"`
		}
		r.decode(at, arg, &a)
		return []Step{BackupKey{Cited: c, Keys: r.keys(at+"/key", a.Key), Optional: a.Optional}}
	},
	"backup-file": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		file := r.line(at, arg)
		r.match(at, file, fileForm)
		return []Step{BackupFile{Cited: c, File: file}}
	},
	"verify-gone": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		keys, name, _ := r.entry(at, arg)
		return []Step{VerifyGone{Cited: c, Keys: keys, Name: name}}
	},
	"verify-value": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		keys, name, e := r.entry(at, arg)
		if len(keys) != 1 {
			r.report(at+"/key", "expected one key")
			return nil
		}
		return []Step{VerifyValue{Cited: c, Key: keys[0], Name: name, Data: e.Data}}
	},
	"verify-file": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		e := r.edit(at, arg)
		return []Step{VerifyFile{Cited: c, File: e.File, First: e.First}}
	},
	"collect": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var facts []string
		r.decode(at, arg, &facts)
		for _, f := range facts {
			if !slices.Contains(Collectable(), f) {
				r.report(at, "a script can find out only %s", strings.Join(Collectable(), ", "))
				break
			}
		}
		return []Step{Collect{Cited: c, Facts: facts}}
	},
	"stop-services": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var names []Service
		r.decode(at, arg, &names)
		return []Step{StopServices{Cited: c, Services: r.services(at, names)}}
	},
	"start-services": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var names []Service
		r.decode(at, arg, &names)
		return []Step{StartServices{Cited: c, Services: r.services(at, names)}}
	},
	"end-process": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		image := r.line(at, arg)
		r.match(at, image, fileForm)
		return []Step{EndProcess{Cited: c, Image: image}}
	},
	"delete-entry": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		keys, name, _ := r.entry(at, arg)
		return []Step{DeleteEntry{Cited: c, Keys: keys, Name: name}}
	},
	"set-value": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		keys, name, e := r.entry(at, arg)
		if len(keys) != 1 || e.Data == "" {
			r.report(at, "expected one key, a name and data")
			return nil
		}
		return []Step{SetValue{Cited: c, Key: keys[0], Name: name, Data: e.Data}}
	},
	"edit-file": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		e := r.edit(at, arg)
		r.match(at+"/label", e.Label, labelForm)
		return []Step{EditFile{Cited: c, File: e.File, First: e.First, Label: e.Label}}
	},
	"run-tool": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		t := Tool(r.line(at, arg))
		if t.File() == "" {
			r.report(at, "expected %s, %s or %s", ClientCleaner, SmsmanRemove, SmsmanInstall)
		}
		return []Step{RunTool{Cited: c, Tool: t}}
	},
	"restart": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		times := r.line(at, arg)
		r.match(at, times, timesForm)
		return []Step{Restart{Cited: c, Times: times}}
	},
	"wait": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		var a struct {
			Minutes int    `json:"minutes"`
			Why     string `json:"why"`
		}
		r.decode(at, arg, &a)
		r.text(at+"/why", a.Why)
		r.check(at, "minutes", a.Minutes > 0 && a.Minutes <= 10_080, "1 to 10080 minutes")
		return []Step{Wait{Cited: c, Minutes: a.Minutes, Why: a.Why}}
	},
	"verify": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{Verify{Cited: c, Text: r.line(at, arg)}}
	},
	"tell": func(r *draftReader, at string, arg json.RawMessage, c Cited) []Step {
		return []Step{Tell{Cited: c, Text: r.line(at, arg)}}
	},
}

// Collectable returns the facts that a collector can find out on a computer, sorted.
func Collectable() []string {
	return []string{"base_version", "cap_version", "client_os", "client_sites", "process"}
}
