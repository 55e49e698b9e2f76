package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// A job is one stage of a plan with what all dialects must know about it before they write the first line.
type job struct {
	plan    plan.Plan
	dialect string
	stage   int // 0 for the whole plan
	stages  int // how many the plan has
	first   int // number of the first step, counted through the whole plan
	steps   []plan.Step
	undo    []plan.Step // what takes the steps back, nil where nothing can
	fix     plan.Fix    // the first of the plan: its article and version name the script
	places  []place     // the registry keys in which entries are looked for
	entries []entry
	values  []value
	kept    []plan.Service // those that are stopped, in that order
	edit    plan.EditFile  // the edit of a file, zero where there is none
	folder  string         // what the folder that is given to the script must hold, empty where none is given
}

// A place is a key in one of its spellings.
type place struct{ keys []plan.Key }

// An entry is what an expect-entry or a delete-entry names.
type entry struct {
	place int // index into places
	name  plan.Name
	sure  bool // it was looked for, and another entry must remain
	gone  bool // it is deleted in this stage
}

// A value is what a set-value writes.
type value struct {
	key  plan.Key
	name plan.Name
	data string
}

func newJob(p plan.Plan, dialect string, stage int) (*job, error) {
	if len(p.Fixes) == 0 || len(p.Stages) == 0 {
		return nil, fmt.Errorf("the plan is empty")
	}
	j := &job{plan: p, dialect: dialect, stage: stage, stages: len(p.Stages), first: 1, fix: p.Fixes[0]}
	if stage == 0 && dialect != "md" {
		return nil, fmt.Errorf("only md holds a whole plan: choose a stage from 1 to %d", j.stages)
	}
	only := p
	if stage != 0 {
		var ok bool
		if only, ok = p.Only(stage); !ok {
			return nil, fmt.Errorf("the plan has no stage %d, only 1 to %d", stage, j.stages)
		}
		for _, s := range p.Stages[:stage-1] {
			j.first += len(s.Steps)
		}
	}
	j.steps = only.Steps()
	if undo, ok := only.Undo(); ok {
		j.undo = undo.Steps()
	}
	for _, s := range j.steps {
		j.study(s)
	}
	return j, nil
}

// study notes what a step brings with it.
func (j *job) study(s plan.Step) {
	switch s := s.(type) {
	case plan.ExpectEntry:
		j.entries[j.entry(s.Keys, s.Name)].sure = true
	case plan.DeleteEntry:
		j.entries[j.entry(s.Keys, s.Name)].gone = true
	case plan.VerifyGone:
		j.entry(s.Keys, s.Name)
	case plan.SetValue:
		j.value(s.Key, s.Name, s.Data)
	case plan.VerifyValue:
		j.value(s.Key, s.Name, s.Data)
	case plan.StopServices:
		for _, sv := range s.Services {
			if !slices.Contains(j.kept, sv) {
				j.kept = append(j.kept, sv)
			}
		}
	case plan.EditFile:
		j.edit = s
		j.folder = s.File
	case plan.RunTool:
		j.folder = s.Tool.File()
	}
}

// entry returns the index of an entry, which is new where it was not named before.
func (j *job) entry(keys []plan.Key, name plan.Name) int {
	at := slices.IndexFunc(j.places, func(p place) bool { return slices.Equal(p.keys, keys) })
	if at < 0 {
		j.places = append(j.places, place{keys})
		at = len(j.places) - 1
	}
	for i, e := range j.entries {
		if e.place == at && e.name == name {
			return i
		}
	}
	j.entries = append(j.entries, entry{place: at, name: name})
	return len(j.entries) - 1
}

func (j *job) value(key plan.Key, name plan.Name, data string) int {
	v := value{key, name, data}
	i := slices.Index(j.values, v)
	if i < 0 {
		j.values = append(j.values, v)
		i = len(j.values) - 1
	}
	return i
}

// names returns the names of the entries that are looked for, as a list for people.
func (j *job) names() string {
	var names []string
	for _, e := range j.entries {
		if e.sure {
			names = append(names, string(e.name))
		}
	}
	return strings.Join(names, ", ")
}

// changes reports whether the stage has a step of a script that changes something.
func (j *job) writes() bool {
	return has[plan.BackupKey](j.steps) || has[plan.BackupFile](j.steps) || slices.ContainsFunc(j.steps, func(s plan.Step) bool { return s.By() == plan.Script && s.Effect() != plan.Reads })
}

// scripted reports whether a script has anything to do.
func (j *job) scripted() bool {
	return slices.ContainsFunc(j.steps, func(s plan.Step) bool { return s.By() == plan.Script })
}

func has[S plan.Step](steps []plan.Step) bool {
	return slices.ContainsFunc(steps, func(s plan.Step) bool { _, ok := s.(S); return ok })
}

// file returns the name of the file: the fixes and the stage.
func (j *job) file(extension string) string {
	name := strings.ReplaceAll(j.plan.Name(), "+", "_")
	if j.stage == 0 {
		return name + extension
	}
	return name + "-" + strconv.Itoa(j.stage) + extension
}

// title returns the line that names a script: "forget-site, stage 1 of 2".
func (j *job) title() string {
	return fmt.Sprintf("%s, stage %d of %d", j.plan.Name(), max(j.stage, 1), j.stages)
}

// source returns where the fixes come from: "article Q238865, tree 0123abcd".
func (j *job) source() string {
	return "article " + j.fix.Article + ", tree " + j.fix.Version
}

// doubts returns what the articles leave open.
func (j *job) doubts() []string { return j.plan.Doubts }

// A page is a script in the making.
type page struct {
	*job
	strings.Builder
	number int // of the step that is being written
	eol    string
}

// line appends one line made of its parts, which a dialect has quoted.
func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteString(p.eol)
}

// unsupported says that the dialect of the page cannot express a step.
func (p *page) unsupported(s plan.Step, why string) error {
	return &UnsupportedError{Dialect: p.dialect, Step: s.Verb(), Why: why}
}

// no returns the number of the step that is being written, as text.
func (p *page) no() string { return strconv.Itoa(p.number) }

// next returns the number of the step after it.
func (p *page) next() string { return strconv.Itoa(p.number + 1) }

// wrap breaks a text at spaces into lines of at most n characters. A word that is longer stays whole.
func wrap(text string, n int) []string {
	var lines []string
	for len(text) > n {
		at := strings.LastIndexByte(text[:n+1], ' ')
		if at <= 0 {
			if at = strings.IndexByte(text, ' '); at < 0 {
				break
			}
		}
		lines = append(lines, text[:at])
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}

// effect names what a step does to the computer, or that a person does it.
func effect(s plan.Step) string {
	if s.By() == plan.Person {
		return "person"
	}
	if s.Effect() == plan.Unknown {
		return "changes"
	}
	return string(s.Effect())
}

// A charset is the set of the characters that mean nothing to a shell. What is allowed is listed, not what is forbidden.
type charset [256]bool

// lettersAnd returns the set of letters, digits, the blank and these signs.
func lettersAnd(signs string) *charset {
	var set charset
	for c := byte('a'); c <= 'z'; c++ {
		set[c], set[c-'a'+'A'] = true, true
	}
	for c := byte('0'); c <= '9'; c++ {
		set[c] = true
	}
	set[' '] = true
	for i := range len(signs) {
		set[signs[i]] = true
	}
	return &set
}

// plain returns a text of nothing but the characters of the set. A few others become words or signs like them, the rest a blank.
func (set *charset) plain(text string) string {
	for i := range len(text) {
		if !set[text[i]] {
			return set.replaced(text)
		}
	}
	return text
}

func (set *charset) replaced(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c < 0x80 && set[c]:
			b.WriteRune(c)
		case c == '&':
			b.WriteString("and")
		case c == '%':
			b.WriteString(" percent")
		case c == '<' || c == '(':
			b.WriteByte(set.open())
		case c == '>' || c == ')':
			b.WriteByte(set.close())
		case c == '"' || c == '`':
			b.WriteByte('\'')
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// open and close return the brackets of the set: round ones where they mean nothing, else square ones.
func (set *charset) open() byte {
	if set['('] {
		return '('
	}
	return '['
}

func (set *charset) close() byte {
	if set[')'] {
		return ')'
	}
	return ']'
}
