package plan

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/fixdesk/fixdesk/kb/program"
)

// ReplaceLine writes a line of a text file in the place of another one, which must stand there exactly once; without Old, it adds the
// line at the end.
type ReplaceLine struct {
	Cited
	changing
	File     program.Path
	Old, New string
}

// wholeLine is what a line of a text file may be: nothing that a shell could read as more.
var wholeLine = regexp.MustCompile(`^[A-Za-z0-9;@:\[.]([A-Za-z0-9 .,:;/\\()_@#=+\[\]*-]{0,198}[A-Za-z0-9.,:;/\\()_@#=+\[\]*-])?$`)

var (
	_ = verb("replace-line", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		var a struct{ File, Old, New string }
		r.decode(at, arg, &a)
		r.match(at+"/old", a.Old, wholeLine)
		r.match(at+"/new", a.New, wholeLine)
		return ReplaceLine{Cited: c, File: r.path(at+"/file", a.File), Old: a.Old, New: a.New}
	})
	_ = verb("add-line", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		var a struct{ File, Line string }
		r.decode(at, arg, &a)
		r.match(at+"/line", a.Line, wholeLine)
		return ReplaceLine{Cited: c, File: r.path(at+"/file", a.File), New: a.Line}
	})
)

// Verb returns replace-line or add-line.
func (s ReplaceLine) Verb() string {
	if s.Old == "" {
		return "add-line"
	}
	return "replace-line"
}

func (s ReplaceLine) Does() string {
	if s.Old == "" {
		return fmt.Sprintf("Add the line %s at the end of %s, where it is not there.", s.New, where(s.File))
	}
	return fmt.Sprintf("Replace the line %s of %s by %s.", s.Old, where(s.File), s.New)
}

func (s ReplaceLine) check(c *checker) { c.copied(s.File) }

func (s ReplaceLine) target() program.Target {
	return program.Target{Kind: program.Line, Path: s.File, Edit: program.Edit{Old: s.Old, New: s.New}}
}

func (s ReplaceLine) targets(c *compiler) { c.changes(s.target()) }

func (s ReplaceLine) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Set{Target: t})
}
