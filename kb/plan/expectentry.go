package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// ExpectEntry looks for an entry of that name, in whichever form it is kept, under the first of the keys that is there. A key that is
// there without it leaves nothing to do; where none of the keys is there, the computer is left alone. Another entry must remain
// under the key, so that the last site of a client is never taken away.
type ExpectEntry struct {
	Cited
	reading
	Keys      []Key // spellings of one key, the likelier first
	Name      Name
	Otherwise Text // what a person reads where none of the keys is there
}

var _ = verb("expect-entry", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	keys, name, e := r.entry(at, arg)
	r.text(at+"/otherwise", e.Otherwise)
	return ExpectEntry{Cited: c, Keys: keys, Name: name, Otherwise: Text(e.Otherwise)}
})

func (ExpectEntry) Verb() string { return "expect-entry" }

func (s ExpectEntry) Does() string {
	return fmt.Sprintf("Look for %s under %s, and for another entry that stays.", s.Name, spellings(s.Keys))
}

func (s ExpectEntry) check(c *checker) { c.look(s.Keys, s.Name) }

func (s ExpectEntry) targets(c *compiler) { c.sure(entryTarget(s.Keys, s.Name)) }

func (s ExpectEntry) compile(c *compiler) {
	t := c.target(entryTarget(s.Keys, s.Name))
	c.look(t)
	c.add(program.StopIf{If: program.NoKey, Of: []int{t}, Status: program.Refused, Why: string(s.Otherwise)})
	c.afterLooks()
}
