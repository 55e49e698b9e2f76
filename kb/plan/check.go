package plan

import (
	"fmt"
	"slices"
)

// Check returns what makes the steps of a fix unsafe, whatever the values that enter it: a change without a look and a backup
// before it, a service that stays stopped, a change before the platform and the rights are known. An empty result is a promise
// that every dialect relies on.
func (f Fix) Check() []Problem {
	c := checker{fix: f}
	for i, s := range f.Steps {
		c.at = i
		c.step(s)
	}
	if len(f.Steps) == 0 {
		c.problems = append(c.problems, Problem{"/steps", "expected at least one step"})
	}
	c.at = len(f.Steps) - 1
	c.ended("the end")
	return c.problems
}

// A checker walks through the steps of a fix and remembers what was done.
type checker struct {
	fix      Fix
	problems []Problem
	at       int

	platform, rights bool
	looked           map[string]bool // entries and keys that were looked for
	backups          []Key
	stopped          []Service
	removed          bool // the client was taken away, and the computer not restarted since
	person           bool // a person did something since the last look of a script
}

func (c *checker) report(format string, args ...any) {
	c.problems = append(c.problems, Problem{fmt.Sprint("/steps/", c.at), fmt.Sprintf(format, args...)})
}

func (c *checker) step(s Step) {
	if s.By() == Person {
		c.ended("what a person does")
		c.person = true
	} else if s.Effect() != Reads {
		c.guarded(s)
	}
	switch s := s.(type) {
	case CheckPlatform:
		c.platform = s.Platform == c.fix.Platform
	case CheckRights:
		c.rights = true
	case ExpectEntry:
		c.look(s.Keys, s.Name)
	case ExpectKey:
		c.look([]Key{s.Key}, "")
	case ExpectGone:
		c.person = false
		c.windows(s.Services)
	case ExpectClient:
		c.person = false
		c.windows(s.Services)
	case VerifyClient:
		c.windows(s.Services)
	case BackupKey:
		c.backups = append(c.backups, s.Keys...)
		c.person = false
	case BackupFile:
		c.remember("file " + s.File)
	case StopServices:
		c.windows(s.Services)
		c.stopped = append(c.stopped, s.Services...)
	case StartServices:
		c.start(s)
	case DeleteEntry:
		c.delete(s)
	case SetValue:
		c.backedUp(s.Key)
		if !c.looked[string(s.Key)+`\`] {
			c.report("look for the key with expect-key first: a key is never made")
		}
	case EditFile:
		if !c.looked["file "+s.File] {
			c.report("copy the file with backup-file first")
		}
	case RunTool:
		c.tool(s)
	case Restart:
		c.removed = false
	}
}

// guarded makes sure that a change comes after the checks, and that the first change after a person's step comes after a look.
func (c *checker) guarded(s Step) {
	if c.fix.Platform != AnyPlatform && !c.platform {
		c.report("%s: begin with check-platform: %s", s.Verb(), c.fix.Platform)
	}
	if c.fix.Platform == AnyPlatform {
		if _, ok := s.(EditFile); !ok {
			c.report("%s: a fix that changes a computer names its platform", s.Verb())
		}
	}
	if !c.rights {
		c.report("%s: put check-rights before the first change", s.Verb())
	}
	if c.person {
		c.report("%s: a person has done something: look with an expect step first", s.Verb())
	}
}

func (c *checker) remember(what string) {
	if c.looked == nil {
		c.looked = map[string]bool{}
	}
	c.looked[what] = true
	c.person = false
}

func (c *checker) look(keys []Key, name Name) {
	for _, k := range keys {
		c.remember(string(k.Sub(name)))
	}
}

func (c *checker) backedUp(keys ...Key) {
	for _, k := range keys {
		covered := false
		for _, b := range c.backups {
			covered = covered || b.Holds(k)
		}
		if !covered {
			c.report("export %s with backup-key first", k)
		}
	}
}

// delete allows a removal without a look only where the key, or the entry itself, is exported by its own name: a leftover of a
// removed client, which may be missing.
func (c *checker) delete(s DeleteEntry) {
	for _, k := range s.Keys {
		entry := k.Sub(s.Name)
		if c.looked[string(entry)] {
			c.backedUp(k)
		} else if !slices.Contains(c.backups, k) && !slices.Contains(c.backups, entry) {
			c.report("look for %s with expect-entry first, or export it by its own name", entry)
		}
	}
}

func (c *checker) windows(services []Service) {
	if len(services) > 0 && c.fix.Platform == Win9x {
		c.report("Windows 95, 98 and Me have no services")
	}
}

func (c *checker) start(s StartServices) {
	for _, sv := range s.Services {
		i := len(c.stopped) - 1
		for i >= 0 && c.stopped[i] != sv {
			i--
		}
		if i < 0 {
			c.report("nothing has stopped %s", sv)
			continue
		}
		c.stopped = append(c.stopped[:i:i], c.stopped[i+1:]...)
	}
}

func (c *checker) tool(s RunTool) {
	if s.Tool.Removes() {
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

// ended makes sure that no service is left stopped before the script ends.
func (c *checker) ended(at string) {
	for _, sv := range c.stopped {
		c.report("start %s again before %s", sv, at)
	}
	c.stopped = nil
}
