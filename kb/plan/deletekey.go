package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// DeleteKey removes a key with everything below it. A key that is not there is well.
type DeleteKey struct {
	Cited
	changing
	Key Key
}

var _ = verb("delete-key", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct {
		Key string `json:"key"`
	}
	r.decode(at, arg, &a)
	k := r.key(at+"/key", a.Key)
	if k.depth() < 2 {
		r.report(at+"/key", "expected a key at least two levels below its hive: nothing else may be deleted as a whole")
	}
	return DeleteKey{Cited: c, Key: k}
})

func (DeleteKey) Verb() string { return "delete-key" }

func (s DeleteKey) Does() string {
	return fmt.Sprintf("Delete the key %s with everything below it.", s.Key)
}

func (s DeleteKey) check(c *checker) { c.backedUp(s.Key) }

func (s DeleteKey) target() program.Target {
	return program.Target{Kind: program.Key, Keys: long([]Key{s.Key})}
}

func (s DeleteKey) targets(c *compiler) { c.changes(s.target()) }

func (s DeleteKey) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Remove{Target: t})
}
