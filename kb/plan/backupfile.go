package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// BackupFile copies a file to a new file, where it is there.
type BackupFile struct {
	Cited
	reading
	File program.Path
}

var _ = verb("backup-file", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	return BackupFile{Cited: c, File: r.path(at, r.line(at, arg))}
})

func (BackupFile) Verb() string { return "backup-file" }
func (BackupFile) rank() int    { return rankBackUp }

func (s BackupFile) Does() string { return fmt.Sprintf("Copy %s to a new file.", where(s.File)) }

func (s BackupFile) check(c *checker) { c.remember(fileMark(s.File)) }

// fileMark names a file among the things that a fix has looked at.
func fileMark(p program.Path) string { return "file " + string(p.In) + `\` + p.Name }

// compile saves what the stage changes. What changes the file has its content saved, whatever it changes of it.
func (s BackupFile) compile(c *compiler) {
	c.prepare()
	c.save()
}
