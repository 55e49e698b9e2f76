package plan

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// An Actor does a step.
type Actor string

const (
	Script Actor = "script"
	Person Actor = "person"
)

// An Effect says what a step does to the computer.
type Effect string

const (
	Reads   Effect = "reads"
	Changes Effect = "changes"
	Unknown Effect = "unknown" // it runs a program, or asks of a person, what is described elsewhere
)

// A Step is one thing to do. The set of steps is closed. Everything about a verb stands in its file: what the content may say, what the
// step says of itself, what must come before it, its place in a combined plan, and the operations that it becomes. What undoes it
// follows from the operations (package program).
type Step interface {
	Verb() string   // as the content writes it: backup-key
	Does() string   // what it does, in plain words and one sentence
	By() Actor      // who does it
	Effect() Effect // what it does to the computer
	Proof() string  // the citation of what states it, "ext" or "gk" where no article does

	cited() Cited
	rank() int           // within the phase of edits: see the ranks
	check(c *checker)    // reports what makes it unsafe where it stands
	targets(c *compiler) // registers what it looks at and changes, before anything is compiled
	compile(c *compiler) // adds its operations
}

// Ranks order the steps of the edit phase of a combined plan.
const (
	rankCheck = iota + 1 // platform and rights
	rankLook
	rankBackUp
	rankStop
	rankEnd
	rankEdit
	rankStart
	rankVerify
	rankPerson
)

// Article returns the article that states the step: Q238865, or ext or gk where none does.
func Article(s Step) string {
	article, _, _ := strings.Cut(s.Proof(), "/")
	return article
}

// Cited is what every step carries: its citation, and its place in a combined plan.
type Cited struct {
	proof   string
	phase   Phase
	without []string // fixes beside which the step says nothing new, and is left out
}

// Proof returns the citation of what states the step, "ext" or "gk" where no article does.
func (c Cited) Proof() string { return c.proof }

func (c Cited) cited() Cited { return c }

// reading, changing and asking are who does a step, what it does to the computer, and what most steps of that kind have in common.
type (
	reading  struct{}
	changing struct{}
	asking   struct{}
)

func (reading) By() Actor         { return Script }
func (reading) Effect() Effect    { return Reads }
func (reading) rank() int         { return rankLook }
func (reading) check(*checker)    {}
func (reading) targets(*compiler) {}

func (changing) By() Actor         { return Script }
func (changing) Effect() Effect    { return Changes }
func (changing) rank() int         { return rankEdit }
func (changing) targets(*compiler) {}

func (asking) By() Actor         { return Person }
func (asking) Effect() Effect    { return Unknown }
func (asking) rank() int         { return rankPerson }
func (asking) check(*checker)    {}
func (asking) targets(*compiler) {}
func (asking) compile(*compiler) {}

// A Text is a sentence of a step that may name a fact: ${nonexistent_sites}.
type Text string

// walkText calls visit with every text of a step that may name a fact: those of the types Key, Name and Text.
func walkText(s Step, visit func(string)) {
	eachText(s, func(text string) string { visit(text); return text })
}

// eachText returns the step with every text that may name a fact replaced.
func eachText(s Step, replace func(string) string) Step {
	filled := reflect.New(reflect.TypeOf(s)).Elem()
	filled.Set(reflect.ValueOf(s))
	replaceTexts(filled, replace)
	return filled.Interface().(Step)
}

var mayNameFacts = []reflect.Type{reflect.TypeFor[Key](), reflect.TypeFor[Name](), reflect.TypeFor[Text]()}

func replaceTexts(v reflect.Value, replace func(string) string) {
	switch v.Kind() {
	case reflect.String:
		if slices.Contains(mayNameFacts, v.Type()) {
			v.SetString(replace(v.String()))
		}
	case reflect.Slice:
		if v.Len() == 0 || v.Type().Elem().Kind() != reflect.String {
			return
		}
		v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v)) // the step that is filled keeps its own
		for i := range v.Len() {
			replaceTexts(v.Index(i), replace)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				replaceTexts(f, replace)
			}
		}
	}
}

// verbs reads the argument of each verb that a tree may use. Each file of a verb adds its own.
var verbs = map[string]reader{}

// A reader reads the argument of a verb. It reports what is wrong with it to the draftReader.
type reader func(r *draftReader, at string, arg json.RawMessage, c Cited) Step

// verb adds a verb. It returns a value so that a file can call it in a declaration.
func verb(name string, read reader) struct{} {
	verbs[name] = read
	return struct{}{}
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
