package plan

import (
	"encoding/json"

	"github.com/fixdesk/fixdesk/kb/program"
)

// CheckRights stops where the user may not do what follows, before anything is changed.
type CheckRights struct {
	Cited
	reading
}

var _ = verb("check-rights", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	if r.line(at, arg) != "administrator" {
		r.report(at, "expected administrator")
	}
	return CheckRights{Cited: c}
})

func (CheckRights) Verb() string { return "check-rights" }
func (CheckRights) rank() int    { return rankCheck }

func (CheckRights) Does() string {
	return "Stop unless this user may change this computer as an administrator."
}

func (CheckRights) check(c *checker) { c.rights = true }

func (CheckRights) compile(c *compiler) { c.add(program.Rights{Of: c.changed}) }
