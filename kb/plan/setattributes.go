package plan

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/fixdesk/fixdesk/kb/program"
)

// SetAttributes sets attributes of a file and clears others: "-r-h" makes it writable and visible.
type SetAttributes struct {
	Cited
	changing
	File       program.Path
	Attributes string
}

var attributesForm = regexp.MustCompile(`^([+-][rhsa]){1,4}$`)

var _ = verb("set-attributes", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct{ File, Attributes string }
	r.decode(at, arg, &a)
	r.match(at+"/attributes", a.Attributes, attributesForm)
	return SetAttributes{Cited: c, File: r.path(at+"/file", a.File), Attributes: a.Attributes}
})

func (SetAttributes) Verb() string { return "set-attributes" }

func (s SetAttributes) Does() string {
	return fmt.Sprintf("Set the attributes %s of %s.", s.Attributes, where(s.File))
}

func (s SetAttributes) check(c *checker) { c.copied(s.File) }

func (s SetAttributes) target() program.Target {
	return program.Target{Kind: program.Attributes, Path: s.File, Want: &program.Data{Text: s.Attributes}}
}

func (s SetAttributes) targets(c *compiler) { c.changes(s.target()) }

func (s SetAttributes) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Set{Target: t})
}
