package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// RunTool runs a program that the content knows, from the folder that is given to the script, with its companions checked.
type RunTool struct {
	Cited
	Tool
}

var _ = verb("run-tool", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	name := r.line(at, arg)
	t, ok := r.catalog.Tools[name]
	if !ok {
		r.report(at, "expected a tool that services.yaml has: %s", strings.Join(r.catalog.tools(), ", "))
	}
	return RunTool{Cited: c, Tool: t}
})

// By returns Script.
func (RunTool) By() Actor { return Script }

// Effect returns Unknown: what the program does is its own affair.
func (RunTool) Effect() Effect { return Unknown }

func (RunTool) Verb() string   { return "run-tool" }
func (s RunTool) Does() string { return s.Tool.Does }
func (RunTool) rank() int      { return rankEdit }

func (s RunTool) check(c *checker) {
	if s.Removes {
		c.removed = true
		if len(c.backups) == 0 {
			c.report("export the keys of the client with backup-key first")
		}
		return
	}
	if c.removed {
		c.report("restart between removing the client and installing it")
	}
}

func (s RunTool) targets(c *compiler) { c.Folder = append([]string{s.File}, s.Companions...) }

func (s RunTool) compile(c *compiler) {
	c.prepare()
	c.add(program.Run{Step: c.number(), Command: program.Command{Program: s.File, Args: slices.Clone(s.Args), Given: true, Companions: s.Companions, Later: true}})
}
