package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// RenameFile gives a file another name in its folder, under which there must be none. A file that is not there leaves nothing to do.
type RenameFile struct {
	Cited
	changing
	File, To program.Path
}

var _ = verb("rename-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	from, to := r.fromTo(at, arg)
	return RenameFile{Cited: c, File: from, To: to}
})

func (RenameFile) Verb() string { return "rename-file" }

func (s RenameFile) Does() string {
	return fmt.Sprintf("Rename %s to %s.", where(s.File), where(s.To))
}

func (s RenameFile) check(c *checker) { c.copied(s.File) }

func (s RenameFile) from() program.Target {
	return program.Target{Kind: program.File, Path: s.File}
}

func (s RenameFile) to() program.Target { return program.Target{Kind: program.File, Path: s.To} }

func (s RenameFile) targets(c *compiler) {
	c.changes(s.from())
	c.fresh(s.to())
}

func (s RenameFile) compile(c *compiler) { c.move(c.target(s.from()), c.target(s.to())) }
