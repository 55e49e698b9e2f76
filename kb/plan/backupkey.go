package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// BackupKey exports those of the keys that are there to files of a new name. Optional: none of them need be there.
type BackupKey struct {
	Cited
	reading
	Keys     []Key
	Optional bool
}

var _ = verb("backup-key", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct {
		Key      Lines `json:"key"`
		Optional bool  `json:"optional"`
	}
	r.decode(at, arg, &a)
	return BackupKey{Cited: c, Keys: r.keys(at+"/key", a.Key), Optional: a.Optional}
})

func (BackupKey) Verb() string { return "backup-key" }
func (BackupKey) rank() int    { return rankBackUp }

func (s BackupKey) Does() string { return fmt.Sprintf("Export %s to a new file.", spellings(s.Keys)) }

func (s BackupKey) check(c *checker) {
	c.backups = append(c.backups, s.Keys...)
	c.person = false
}

func (s BackupKey) targets(c *compiler) { c.registry = true }

func (s BackupKey) compile(c *compiler) {
	c.prepare()
	none := program.Refused
	switch {
	case s.Optional:
		none = ""
	case len(c.Targets) == 0 && !c.runs():
		none = program.NothingToDo
	}
	c.add(program.Export{Step: c.number(), Keys: long(s.Keys), None: none})
	c.save()
}
