package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// DeleteFile removes a file, of which a copy is kept. A file that is not there is well.
type DeleteFile struct {
	Cited
	changing
	File program.Path
}

var _ = verb("delete-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	return DeleteFile{Cited: c, File: r.path(at, r.line(at, arg))}
})

func (DeleteFile) Verb() string { return "delete-file" }

func (s DeleteFile) Does() string { return fmt.Sprintf("Delete %s.", where(s.File)) }

func (s DeleteFile) check(c *checker) { c.copied(s.File) }

func (s DeleteFile) target() program.Target {
	return program.Target{Kind: program.File, Path: s.File}
}

func (s DeleteFile) targets(c *compiler) { c.changes(s.target()) }

func (s DeleteFile) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Remove{Target: t})
}
