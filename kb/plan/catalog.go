package plan

import (
	"regexp"
	"slices"

	"github.com/fixdesk/fixdesk/schemas"
)

// A Catalog is what the content says of the services and the tools of its subject: services.yaml.
type Catalog struct {
	Services map[string]string `json:"services"` // the key name of a service by the name that people see
	Tools    map[string]Tool   `json:"tools"`    // by the name that a tree uses
}

// A Tool is a program that comes with the subject, in a folder that a person gives. Its arguments are fixed.
type Tool struct {
	File       string   `json:"file"`
	Args       []string `json:"args"`
	Companions []string `json:"companions"` // files that must lie beside it
	Does       string   `json:"does"`       // what it does, in one sentence
	Removes    bool     `json:"removes"`    // it takes the subject's program away
}

var argForm = regexp.MustCompile(`^/[A-Za-z0-9:]{1,16}$`)

// Check returns what is wrong with a catalog.
func (c *Catalog) Check() []Problem {
	r := draftReader{}
	for _, name := range sorted(c.Services) {
		r.text("/services/"+name, name)
		r.match("/services/"+name, c.Services[name], serviceForm)
	}
	for _, name := range c.tools() {
		t := c.Tools[name]
		at := "/tools/" + name
		r.match(at, name, nameForm)
		r.match(at+"/file", t.File, fileForm)
		r.text(at+"/does", t.Does)
		for _, a := range t.Args {
			r.match(at+"/args", a, argForm)
		}
		for _, f := range t.Companions {
			r.match(at+"/companions", f, fileForm)
		}
	}
	return r.problems
}

func (c *Catalog) tools() []string { return sorted(c.Tools) }

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Pack writes a catalog, or reads one that was written.
func (c *Catalog) Pack(p *schemas.Packer) {
	packSorted(p, &c.Services, func(p *schemas.Packer, key *string) { p.String(key) })
	packSorted(p, &c.Tools, func(p *schemas.Packer, t *Tool) {
		p.String(&t.File)
		p.Strings(&t.Args)
		p.Strings(&t.Companions)
		p.String(&t.Does)
		p.Bool(&t.Removes)
	})
}

func packSorted[V any](p *schemas.Packer, m *map[string]V, pack func(*schemas.Packer, *V)) {
	names := sorted(*m)
	p.Strings(&names)
	if *m == nil {
		*m = make(map[string]V, len(names))
	}
	for _, n := range names {
		v := (*m)[n]
		pack(p, &v)
		(*m)[n] = v
	}
}
