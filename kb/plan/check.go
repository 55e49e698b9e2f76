package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
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
	if c.users && c.computers {
		c.report("a fix changes settings of the user (HKCU) or of the computer, and not both: the administrator is another user")
	}
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
	users, computers bool // something is changed of the user who runs the script, of the computer
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
	s.check(c)
}

// guarded makes sure that a change comes after the checks, and that the first change after a person's step comes after a look.
func (c *checker) guarded(s Step) {
	if c.fix.Platform != AnyPlatform && !c.platform {
		c.report("%s: begin with check-platform: %s", s.Verb(), c.fix.Platform)
	}
	if c.fix.Platform == AnyPlatform {
		c.report("%s: a fix that changes a computer names its platform", s.Verb())
	}
	if !c.rights && !c.user(s) {
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

// exported makes sure that a key, or an entry of it, was exported by its own name.
func (c *checker) exported(key, entry Key, format string) {
	if !slices.Contains(c.backups, key) && !slices.Contains(c.backups, entry) {
		c.report(format, entry)
	}
}

// copied makes sure that a file was copied.
func (c *checker) copied(p program.Path) {
	if !c.looked[fileMark(p)] {
		c.report("copy the file with backup-file first")
	}
}

// lookedAtTraces notes that a script has looked at what a person did.
func (c *checker) lookedAtTraces(t Traces) {
	c.person = false
	c.windows(t.Services)
}

// user reports whether a step changes settings of the user who runs the script, for which no administrator is needed. A fix that
// changes those of the computer too would change those of the administrator.
func (c *checker) user(s Step) bool {
	own, others := false, false
	walkText(s, func(text string) {
		own = own || strings.HasPrefix(text, `HKCU\`)
		others = others || strings.HasPrefix(text, `HK`) && !strings.HasPrefix(text, `HKCU\`)
	})
	c.users, c.computers = c.users || own, c.computers || others || !own && s.By() == Script && s.Effect() != Reads
	return own
}

func (c *checker) windows(services []Service) {
	if len(services) > 0 && c.fix.Platform == Win9x {
		c.report("Windows 95, 98 and Me have no services")
	}
}

func (c *checker) start(services []Service) {
	for _, sv := range services {
		i := len(c.stopped) - 1
		for i >= 0 && c.stopped[i] != sv {
			i--
		}
		if i < 0 {
			c.report("nothing has stopped %s", sv.Name)
			continue
		}
		c.stopped = append(c.stopped[:i:i], c.stopped[i+1:]...)
	}
}

// ended makes sure that no service is left stopped before the script ends.
func (c *checker) ended(at string) {
	for _, sv := range c.stopped {
		c.report("start %s again before %s", sv.Name, at)
	}
	c.stopped = nil
}
