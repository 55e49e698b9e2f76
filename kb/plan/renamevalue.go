package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// RenameValue gives a value another name, under which there must be none. A value that is not there leaves nothing to do.
type RenameValue struct {
	Cited
	changing
	Key  Key
	Name Name
	To   Name
}

var _ = verb("rename-value", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	keys, name, e := r.entry(at, arg)
	return RenameValue{Cited: c, Key: r.only(at+"/key", keys), Name: name, To: r.name(at+"/to", e.To)}
})

func (RenameValue) Verb() string { return "rename-value" }

func (s RenameValue) Does() string {
	return fmt.Sprintf("Rename the value %s of %s to %s.", s.Name, s.Key, s.To)
}

func (s RenameValue) check(c *checker) { c.backedUp(s.Key) }

func (s RenameValue) from() program.Target {
	return program.Target{Kind: program.Value, Keys: long([]Key{s.Key}), Name: string(s.Name)}
}

func (s RenameValue) to() program.Target {
	return program.Target{Kind: program.Value, Keys: long([]Key{s.Key}), Name: string(s.To)}
}

func (s RenameValue) targets(c *compiler) {
	c.changes(s.from())
	c.fresh(s.to())
}

func (s RenameValue) compile(c *compiler) { c.move(c.target(s.from()), c.target(s.to())) }
