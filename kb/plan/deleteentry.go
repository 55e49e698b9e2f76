package plan

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fixdesk/fixdesk/kb/program"
)

// DeleteEntry removes an entry whose form no article states: a subkey, a value, or an element of a list. The script looks, acts on
// exactly one, and refuses two. An entry that an ExpectEntry found must be there; where nothing looked for it, a missing one is well.
type DeleteEntry struct {
	Cited
	changing
	Keys []Key
	Name Name
}

// VerifyGone looks whether an entry is no longer there.
type VerifyGone struct {
	Cited
	reading
	Keys []Key
	Name Name
}

var (
	_ = verb("delete-entry", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		keys, name, e := r.entry(at, arg)
		if slices.Sort(e.As); !slices.Equal(e.As, []string{"element", "key", "value"}) {
			r.report(at+"/as", "expected [key, value, element]: where an article states the form, use delete-key, delete-value or set-value with remove")
		}
		return DeleteEntry{Cited: c, Keys: keys, Name: name}
	})
	_ = verb("verify-gone", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		keys, name, _ := r.entry(at, arg)
		return VerifyGone{Cited: c, Keys: keys, Name: name}
	})
)

func (DeleteEntry) Verb() string { return "delete-entry" }
func (VerifyGone) Verb() string  { return "verify-gone" }
func (VerifyGone) rank() int     { return rankVerify }

func (s DeleteEntry) Does() string {
	return fmt.Sprintf("Delete %s, and nothing else, from %s.", s.Name, s.Keys[0])
}

func (s VerifyGone) Does() string {
	return fmt.Sprintf("Look again: %s is no longer in the key, and every other entry is as it was.", s.Name)
}

// check allows a removal without a look only where the key, or the entry itself, is exported by its own name: a leftover of a removed
// client, which may be missing.
func (s DeleteEntry) check(c *checker) {
	for _, k := range s.Keys {
		entry := k.Sub(s.Name)
		if c.looked[string(entry)] {
			c.backedUp(k)
		} else {
			c.exported(k, entry, "look for %s with expect-entry first, or export it by its own name")
		}
	}
}

func (s DeleteEntry) targets(c *compiler) { c.changes(entryTarget(s.Keys, s.Name)) }

func (s DeleteEntry) compile(c *compiler) {
	t := c.target(entryTarget(s.Keys, s.Name))
	c.change(t, program.Remove{Target: t})
	if c.isSure(t) {
		c.add(program.CompareRest{Target: t})
	}
}

func (s VerifyGone) compile(c *compiler) { c.compare(entryTarget(s.Keys, s.Name), false) }

func entryTarget(keys []Key, name Name) program.Target {
	return program.Target{Kind: program.Entry, Keys: long(keys), Name: string(name)}
}
