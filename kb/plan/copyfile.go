package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// CopyFile puts a copy of a file in the place of another one, which is kept, or where there is none.
type CopyFile struct {
	Cited
	changing
	From, To program.Path
}

// fromTo is the argument of the verbs that speak of two files.
func (r *draftReader) fromTo(at string, arg json.RawMessage) (from, to program.Path) {
	var a struct{ From, To string }
	r.decode(at, arg, &a)
	from, to = r.path(at+"/from", a.From), r.path(at+"/to", a.To)
	if to.In == program.Given {
		r.report(at+"/to", "expected a file of Windows: the folder that is given is only read")
	}
	if from == to {
		r.report(at, "expected two files")
	}
	return from, to
}

var _ = verb("copy-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	from, to := r.fromTo(at, arg)
	return CopyFile{Cited: c, From: from, To: to}
})

func (CopyFile) Verb() string { return "copy-file" }

func (s CopyFile) Does() string {
	return fmt.Sprintf("Copy %s to %s.", where(s.From), where(s.To))
}

func (s CopyFile) check(c *checker) { c.copied(s.To) }

func (s CopyFile) target() program.Target {
	return program.Target{Kind: program.File, Path: s.To, From: s.From}
}

func (s CopyFile) targets(c *compiler) {
	c.changes(s.target())
	c.needs(s.From)
}

func (s CopyFile) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Set{Target: t})
}
