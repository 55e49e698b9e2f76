package plan

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/fixdesk/fixdesk/kb/program"
)

// starts are the ways in which a service starts, by their numbers in the registry.
var starts = []string{"boot", "system", "automatic", "manual", "disabled"}

// SetStart says when a service starts. A service that is not installed is an error: its key is not made.
type SetStart struct {
	Cited
	changing
	Service Service
	Start   string // one of starts
}

var _ = verb("set-start", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct {
		Service string `json:"service"`
		Start   string `json:"start"`
	}
	r.decode(at, arg, &a)
	if slices.Index(starts, a.Start) < 2 {
		r.report(at+"/start", "expected automatic, manual or disabled")
	}
	return SetStart{Cited: c, Service: r.service(at+"/service", a.Service), Start: a.Start}
})

func (SetStart) Verb() string { return "set-start" }

func (s SetStart) Does() string {
	return fmt.Sprintf("Set the service %s to start %s.", s.Service, map[string]string{"automatic": "by itself", "manual": "by hand", "disabled": "never"}[s.Start])
}

func (s SetStart) key() Key { return Key(`HKLM\SYSTEM\CurrentControlSet\Services\` + s.Service.Key) }

func (s SetStart) check(c *checker) {
	c.windows([]Service{s.Service})
	c.backedUp(s.key())
	if !c.looked[string(s.key())+`\`] {
		c.report("look for %s with expect-key first", s.key())
	}
}

func (s SetStart) target() program.Target {
	return program.Target{Kind: program.Value, Keys: long([]Key{s.key()}), Name: "Start",
		Want: &program.Data{Type: program.DWord, Text: fmt.Sprintf("%08x", slices.Index(starts, s.Start))}}
}

func (s SetStart) targets(c *compiler) { c.changes(s.target()) }

func (s SetStart) compile(c *compiler) {
	t := c.target(s.target())
	c.change(t, program.Set{Target: t})
}
