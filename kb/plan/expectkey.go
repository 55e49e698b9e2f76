package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// ExpectKey stops where the key is not there, because a later step would make it. With Keep it also stops where the key has no
// neighbour: no other subkey of the key above it.
type ExpectKey struct {
	Cited
	reading
	Key       Key
	Keep      bool
	Otherwise Text // what a person reads then
}

var _ = verb("expect-key", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct {
		Key       string `json:"key"`
		Keep      bool   `json:"keep-another"`
		Otherwise string `json:"otherwise"`
	}
	r.decode(at, arg, &a)
	r.text(at+"/otherwise", a.Otherwise)
	return ExpectKey{Cited: c, Key: r.key(at+"/key", a.Key), Keep: a.Keep, Otherwise: Text(a.Otherwise)}
})

func (ExpectKey) Verb() string { return "expect-key" }

func (s ExpectKey) Does() string {
	if s.Keep {
		return fmt.Sprintf("Look whether the key %s is there, and another one beside it.", s.Key)
	}
	return fmt.Sprintf("Look whether the key %s is there.", s.Key)
}

func (s ExpectKey) check(c *checker) { c.look([]Key{s.Key}, "") }

// beside is the key as an entry of the key above it, among its neighbours.
func (s ExpectKey) beside() program.Target {
	at := strings.LastIndexByte(string(s.Key), '\\')
	return entryTarget([]Key{s.Key[:at]}, Name(s.Key[at+1:]))
}

func (s ExpectKey) target() program.Target {
	return program.Target{Kind: program.Key, Keys: long([]Key{s.Key})}
}

// compile looks at the key, and at the values under it that the stage changes.
func (s ExpectKey) compile(c *compiler) {
	var under []int
	for i, t := range c.Targets {
		if (t.Kind == program.Value || t.Kind == program.Element) && slices.Equal(t.Keys, long([]Key{s.Key})) {
			under = append(under, i+1)
		}
	}
	of := under
	if len(under) == 0 {
		of = []int{c.target(s.target())}
	}
	for _, t := range of {
		c.look(t)
	}
	c.add(program.StopIf{If: program.NoKey, Of: of, Status: program.Refused, Why: string(s.Otherwise)})
	c.afterLooks()
	if s.Keep {
		c.keep(s.beside())
	}
}

// keep looks at a key among its neighbours, and, behind the last one that is looked at so, stops where none but these would be left.
func (c *compiler) keep(beside program.Target) {
	c.add(program.Look{Target: c.target(beside)})
	c.keeps++
	if c.keeps == len(c.kept) {
		c.add(program.StopIf{If: program.Alone, Of: c.kept, Status: program.Refused, Why: program.Words("alone-key")})
	}
}
