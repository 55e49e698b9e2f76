package plan

import (
	"encoding/json"
	"fmt"
	"regexp"

	"github.com/fixdesk/fixdesk/kb/program"
)

// SetIni gives an entry of a section of an ini file its text, or takes it away where Drop.
type SetIni struct {
	Cited
	changing
	File           program.Path
	Section, Entry string
	Data           string
	Drop           bool
}

var iniName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9 _.:-]{0,62}[A-Za-z0-9_.:-]?$`)

var (
	_ = verb("set-ini", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		s, data := r.ini(at, arg, c)
		s.Data = data
		r.dataText(at+"/data", data, true)
		return s
	})
	_ = verb("delete-ini", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		s, data := r.ini(at, arg, c)
		if data != "" {
			r.report(at+"/data", "an entry that is deleted has no data")
		}
		s.Drop = true
		return s
	})
)

func (r *draftReader) ini(at string, arg json.RawMessage, c Cited) (s SetIni, data string) {
	var a struct{ File, Section, Entry, Data string }
	r.decode(at, arg, &a)
	r.match(at+"/section", a.Section, iniName)
	r.match(at+"/entry", a.Entry, iniName)
	return SetIni{Cited: c, File: r.path(at+"/file", a.File), Section: a.Section, Entry: a.Entry}, a.Data
}

// Verb returns set-ini or delete-ini.
func (s SetIni) Verb() string {
	if s.Drop {
		return "delete-ini"
	}
	return "set-ini"
}

func (s SetIni) Does() string {
	if s.Drop {
		return fmt.Sprintf("Delete the entry %s of the section %s in %s.", s.Entry, s.Section, where(s.File))
	}
	return fmt.Sprintf("Set %s=%s in the section %s of %s.", s.Entry, s.Data, s.Section, where(s.File))
}

func (s SetIni) check(c *checker) { c.copied(s.File) }

func (s SetIni) target() program.Target {
	t := program.Target{Kind: program.Ini, Path: s.File, Section: s.Section, Item: s.Entry}
	if !s.Drop {
		t.Want = &program.Data{Type: program.SZ, Text: s.Data}
	}
	return t
}

func (s SetIni) targets(c *compiler) { c.changes(s.target()) }

func (s SetIni) compile(c *compiler) {
	t := c.target(s.target())
	if s.Drop {
		c.change(t, program.Remove{Target: t})
		return
	}
	c.change(t, program.Set{Target: t})
}
