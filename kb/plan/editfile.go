package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// EditFile writes a line before the first one of a batch file, once, where the label that it jumps to is there.
type EditFile struct {
	Cited
	changing
	File         program.Path
	First, Label string
}

// VerifyFile looks whether the first line of a file is what EditFile wrote.
type VerifyFile struct {
	Cited
	reading
	File  program.Path
	First string
}

// An edit is the argument of the verbs that speak of the first line of a file.
type edit struct {
	File  string `json:"file"`
	First string `json:"first"`
	Label string `json:"label"`
}

func (r *draftReader) edit(at string, arg json.RawMessage) (file program.Path, e edit) {
	r.decode(at, arg, &e)
	r.match(at+"/first", e.First, lineForm)
	return r.path(at+"/file", e.File), e
}

var (
	_ = verb("edit-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		file, e := r.edit(at, arg)
		r.match(at+"/label", e.Label, labelForm)
		return EditFile{Cited: c, File: file, First: e.First, Label: e.Label}
	})
	_ = verb("verify-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		file, e := r.edit(at, arg)
		return VerifyFile{Cited: c, File: file, First: e.First}
	})
)

func (EditFile) Verb() string   { return "edit-file" }
func (VerifyFile) Verb() string { return "verify-file" }
func (VerifyFile) rank() int    { return rankVerify }

func (s EditFile) Does() string {
	return fmt.Sprintf("Write %s before the first line of %s, once, where it has a label :%s.", s.First, where(s.File), s.Label)
}

func (s VerifyFile) Does() string {
	return fmt.Sprintf("Look again: the first line of %s is %s.", where(s.File), s.First)
}

func (s EditFile) check(c *checker) { c.copied(s.File) }

func (s EditFile) target() program.Target {
	return program.Target{Kind: program.Line, Path: s.File, Edit: program.Edit{First: s.First, Label: s.Label}}
}

func (s EditFile) targets(c *compiler) { c.changes(s.target()) }

func (s EditFile) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Set{Target: t})
}

func (s VerifyFile) compile(c *compiler) {
	for i, t := range c.Targets {
		if t.Kind == program.Line && t.Path == s.File && t.Edit.First == s.First {
			c.add(program.Compare{Target: i + 1})
		}
	}
}
