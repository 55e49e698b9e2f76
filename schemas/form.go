package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// A FormSpec says what a free answer must look like, in words for a person and for a field of a page. It comes from forms.json.
type FormSpec struct {
	Name      string
	Title     string // "a site code"
	Expected  string // "three letters or digits"
	Hint      string // what to do about a refused answer
	Example   string
	Pattern   string // of the normal form: JSON Schema and HTML read it alike
	MaxLength int    // of the normal form, in characters
	normalise []string
	schema    func() *jsonschema.Schema // compiled when the first answer comes
}

// A FormError is an answer that is not of its form. It never holds the answer.
type FormError struct {
	Form     string
	Expected string // "three letters or digits"
	Hint     string
}

// Error says what was expected. The hint is left to whoever shows it: the question asked may have a better one.
func (e *FormError) Error() string { return "expected " + e.Expected }

// Form checks an answer against one of the forms of forms.json and returns its normal form: "lon " is the site code LON.
// Nothing is ever cut off or replaced to make an answer fit. A refused answer gives a *FormError; a form that there is none
// of gives another error.
func Form(name, answer string) (normal string, err error) {
	f, ok := forms()[name]
	if !ok {
		return "", fmt.Errorf("schemas: no form is named %s", name)
	}
	refused := &FormError{Form: f.Name, Expected: f.Expected, Hint: f.Hint}
	if len(answer) > maxAnswer {
		return "", refused
	}
	normal = answer
	for _, step := range f.normalise {
		normal = normalisers[step](normal)
	}
	if f.schema().Validate(normal) != nil {
		return "", refused
	}
	return normal, nil
}

// maxAnswer bounds an answer of any form, in bytes, before it is looked at.
const maxAnswer = 1024

// FormOf returns what a form asks for, and whether there is a form of that name.
func FormOf(name string) (FormSpec, bool) {
	f, ok := forms()[name]
	if !ok {
		return FormSpec{}, false
	}
	return *f, true
}

// FormNames returns the names of all forms, sorted.
func FormNames() []string {
	names := make([]string, 0, len(forms()))
	for name := range forms() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// normalisers are the steps that x-normalise may name. None of them makes another character than ASCII fit a form.
var normalisers = map[string]func(string) string{
	"trim":             func(s string) string { return strings.Trim(s, " \t\r\n") },
	"upper":            upper,
	"two-digit-minor":  twoDigitMinor,
	"no-leading-zeros": noLeadingZeros,
}

// upper makes the letters a to z large and leaves every other character as it is: strings.ToUpper turns ı into I.
func upper(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' {
			return c - 'a' + 'A'
		}
		return c
	}, s)
}

// twoDigitMinor writes version 2.0.1493.2005 as 2.00.1493.2005, which is the same.
func twoDigitMinor(s string) string {
	if major, rest, ok := strings.Cut(s, "."); ok && strings.HasPrefix(rest, "0.") {
		return major + ".0" + rest
	}
	return s
}

func noLeadingZeros(s string) string {
	if t := strings.TrimLeft(s, "0"); t != "" && t[0] >= '1' && t[0] <= '9' {
		return t
	}
	return s
}

// forms are the definitions of forms.json by name.
var forms = sync.OnceValue(func() map[string]*FormSpec {
	var doc struct {
		Defs map[string]json.RawMessage `json:"$defs"`
	}
	if err := json.Unmarshal(JSON(Forms), &doc); err != nil {
		panic("schemas/forms.json: " + err.Error()) // embedded: a test has read it
	}
	m := make(map[string]*FormSpec, len(doc.Defs))
	for name, def := range doc.Defs {
		m[name] = newForm(name, def)
	}
	return m
})

func newForm(name string, def json.RawMessage) *FormSpec {
	var d struct {
		Title     string   `json:"title"`
		Expected  string   `json:"x-expected"`
		Hint      string   `json:"x-hint"`
		Examples  []string `json:"examples"`
		Pattern   string   `json:"pattern"`
		MaxLength int      `json:"maxLength"`
		Normalise []string `json:"x-normalise"`
	}
	if err := json.Unmarshal(def, &d); err != nil {
		panic("schemas/forms.json: " + name + ": " + err.Error()) // embedded: a test has read it
	}
	// A form refers to no other one, so it is compiled alone: most programs need two or three of them.
	compiled := sync.OnceValue(func() *jsonschema.Schema {
		c := newCompiler()
		if err := c.AddResource(base+name, bytes.NewReader(def)); err != nil {
			panic("schemas/forms.json: " + name + ": " + err.Error()) // embedded: a test has read it
		}
		return c.MustCompile(base + name)
	})
	return &FormSpec{Name: name, Title: d.Title, Expected: d.Expected, Hint: d.Hint, Example: d.Examples[0], Pattern: d.Pattern,
		MaxLength: d.MaxLength, normalise: d.Normalise, schema: compiled}
}
