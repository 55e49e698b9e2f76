package program

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Computer is a model of what a program can look at and change. Names are compared without regard to case, as Windows does.
// The zero Computer has nothing; New makes one on which a program can run.
type Computer struct {
	Platform string // nt or 9x
	Wide     bool   // 64-bit Windows, whose HKEY_LOCAL_MACHINE\SOFTWARE has two views

	Services map[string]*Service // by key name
	Files    map[string]*Content // by folder and name: windows\system.ini
	Images   map[string]bool     // programs that run and are no services
	Commands map[string]func(c *Computer, args []string) (code int)

	// What goes wrong.
	Blind    bool     // the registry cannot be read
	Denied   []string // keys and files that this user may not change, with all below them
	NoHold   bool     // the folder of the runs cannot be written to
	Room     int      // how many more files the drive has room for, in the folder of the runs
	Deaf     []string // keys, values and files that a change leaves as they are, without an error
	NoKiller bool     // there is no tool that ends a program
	Clumsy   bool     // a removal takes along what stands beside it
	Locked   bool     // another script is at work

	keys map[string]*node // by view and path
	runs []*run
}

// A Service is a service of a computer.
type Service struct {
	Running  bool
	Stubborn bool // it takes no order to stop
	Broken   bool // it does not start again
	Hidden   bool // it cannot be looked at
}

// A Content is a file.
type Content struct {
	Text       string
	Attributes string // letters of a, h, r, s, sorted
}

// node is a registry key.
type node struct {
	path   string
	values map[string]value // by name in lower case
}

type value struct {
	name string
	Data
}

// A run is a folder of the runs: what is kept of one run.
type run struct {
	id      string
	counted bool // undo may take it
	open    bool
	undone  bool
	ran     []int // the steps whose commands were run
	stopped []string
	noted   map[int]bool
	saved   map[int]state
	rest    map[int]string
	exports int
}

// New returns a computer with Windows of that family, on which everything works.
func New(platform string) *Computer {
	return &Computer{
		Platform: platform, Room: 1 << 20, Services: map[string]*Service{}, Files: map[string]*Content{}, Images: map[string]bool{},
		Commands: map[string]func(*Computer, []string) int{}, keys: map[string]*node{},
	}
}

// Clone returns a copy that shares nothing with the computer but its commands.
func (c *Computer) Clone() *Computer {
	d := *c
	d.Services, d.Files, d.keys = map[string]*Service{}, map[string]*Content{}, map[string]*node{}
	for k, v := range c.Services {
		s := *v
		d.Services[k] = &s
	}
	for k, v := range c.Files {
		f := *v
		d.Files[k] = &f
	}
	for k, v := range c.keys {
		d.keys[k] = &node{v.path, maps.Clone(v.values)}
	}
	d.Images = maps.Clone(c.Images)
	d.runs = nil
	for _, r := range c.runs {
		q := *r
		q.ran, q.stopped, q.noted, q.saved, q.rest = slices.Clone(r.ran), slices.Clone(r.stopped), maps.Clone(r.noted), maps.Clone(r.saved), maps.Clone(r.rest)
		d.runs = append(d.runs, &q)
	}
	return &d
}

// String returns everything about the computer but the folder of the runs, one thing a line: two computers with one text are alike.
func (c *Computer) String() string {
	var lines []string
	for id, n := range c.keys {
		lines = append(lines, "key "+id)
		for _, v := range n.values {
			lines = append(lines, fmt.Sprintf("key %s value %s = %s", id, v.name, v.Data))
		}
	}
	for name, s := range c.Services {
		lines = append(lines, fmt.Sprintf("service %s running=%v", name, s.Running))
	}
	for name, f := range c.Files {
		lines = append(lines, fmt.Sprintf("file %s %s %q", name, f.Attributes, f.Text))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// String returns the data with its type, so that two data with one text are alike.
func (d Data) String() string {
	text := d.Text
	switch d.Type {
	case Multi:
		text = strings.Join(d.List, "|")
	case DWord, Binary:
		text = strings.ToLower(text)
	}
	return fmt.Sprintf("%s:%s", d.Type, text)
}

// SetValue makes a value, and the keys that it needs. The view is "32" or "64" on 64-bit Windows.
func (c *Computer) SetValue(view, key, name string, d Data) {
	c.MakeKey(view, key).values[strings.ToLower(name)] = value{name, d}
}

// MakeKey makes a key and those above it.
func (c *Computer) MakeKey(view, key string) *node {
	id := c.id(view, key)
	if n := c.keys[id]; n != nil {
		return n
	}
	if at := strings.LastIndexByte(key, '\\'); at > 0 {
		c.MakeKey(view, key[:at])
	}
	n := &node{path: key, values: map[string]value{}}
	c.keys[id] = n
	return n
}

// key returns a key, nil where it is not there.
func (c *Computer) key(view, key string) *node { return c.keys[c.id(view, key)] }

// id returns the name under which a key is kept: on 64-bit Windows HKEY_LOCAL_MACHINE\SOFTWARE is there twice.
func (c *Computer) id(view, key string) string {
	lower := strings.ToLower(key)
	if c.Wide && view == "32" && (strings.HasPrefix(lower, `hkey_local_machine\software\`) || strings.HasPrefix(lower, `hkey_classes_root\`)) {
		return "32 " + lower
	}
	return lower
}

// below returns the ids of a key and of all keys below it, the deepest first.
func (c *Computer) below(view, key string) []string {
	root := c.id(view, key)
	var ids []string
	for id := range c.keys {
		if id == root || strings.HasPrefix(id, root+`\`) {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(b, a) })
	return ids
}

// children returns the names of the subkeys of a key, in lower case and sorted.
func (c *Computer) children(view, key string) []string {
	root := c.id(view, key) + `\`
	var names []string
	for id := range c.keys {
		if rest, ok := strings.CutPrefix(id, root); ok && !strings.Contains(rest, `\`) {
			names = append(names, rest)
		}
	}
	slices.Sort(names)
	return names
}

// dump returns a key with all below it as text.
func (c *Computer) dump(view, key string) string {
	var lines []string
	for _, id := range c.below(view, key) {
		lines = append(lines, id)
		for _, v := range c.keys[id].values {
			lines = append(lines, id+"\x00"+v.name+"\x00"+v.Data.String())
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (c *Computer) may(name string) bool {
	for _, d := range c.Denied {
		if within(name, d) {
			return false
		}
	}
	return !c.Blind
}

func (c *Computer) deaf(name string) bool {
	return slices.ContainsFunc(c.Deaf, func(d string) bool { return strings.EqualFold(d, name) })
}

func within(name, root string) bool {
	name, root = strings.ToLower(name), strings.ToLower(root)
	return name == root || strings.HasPrefix(name, root+`\`)
}
