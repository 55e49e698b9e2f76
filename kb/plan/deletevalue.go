package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// DeleteValue removes a value of a key, whatever its type. A value that is not there is well.
type DeleteValue struct {
	Cited
	changing
	Key  Key
	Name Name
}

var _ = verb("delete-value", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	keys, name, _ := r.entry(at, arg)
	return DeleteValue{Cited: c, Key: r.only(at+"/key", keys), Name: name}
})

func (DeleteValue) Verb() string { return "delete-value" }

func (s DeleteValue) Does() string {
	return fmt.Sprintf("Delete the value %s from %s.", s.Name, s.Key)
}

func (s DeleteValue) check(c *checker) { c.backedUp(s.Key) }

func (s DeleteValue) target() program.Target {
	return program.Target{Kind: program.Value, Keys: long([]Key{s.Key}), Name: string(s.Name)}
}

func (s DeleteValue) targets(c *compiler) { c.changes(s.target()) }

func (s DeleteValue) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Remove{Target: t})
}
