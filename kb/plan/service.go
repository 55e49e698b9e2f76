package plan

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// A Service is a Windows service. Scripts act by its key name, people read its display name.
type Service struct {
	Key  string // the name of its key under Services: clisvc
	Name string // the name that people see; the key name where the content knows no other
}

var serviceForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// StopServices stops those that run, in this order, and gives up where one goes on running.
type StopServices struct {
	Cited
	changing
	Services []Service
}

// StartServices starts those that StopServices stopped.
type StartServices struct {
	Cited
	changing
	Services []Service
}

var (
	_ = verb("stop-services", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		var names []string
		r.decode(at, arg, &names)
		return StopServices{Cited: c, Services: r.services(at, names)}
	})
	_ = verb("start-services", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		var names []string
		r.decode(at, arg, &names)
		return StartServices{Cited: c, Services: r.services(at, names)}
	})
)

func (StopServices) Verb() string  { return "stop-services" }
func (StopServices) rank() int     { return rankStop }
func (StartServices) Verb() string { return "start-services" }
func (StartServices) rank() int    { return rankStart }

func (s StopServices) Does() string { return "Stop " + named(s.Services) + ", where they run." }

func (s StartServices) Does() string {
	return "Start " + named(s.Services) + " again, those that were stopped."
}

func named(all []Service) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	return strings.Join(names, " and ")
}

func (s StopServices) check(c *checker) {
	c.windows(s.Services)
	c.stopped = append(c.stopped, s.Services...)
}

func (s StartServices) check(c *checker) { c.start(s.Services) }

func (s StopServices) targets(c *compiler) { c.stops(s.Services) }

func (s StopServices) compile(c *compiler) {
	for _, sv := range s.Services {
		c.add(program.StopService{Service: sv.Key})
	}
}

func (StartServices) compile(c *compiler) { c.add(program.StartServices{}) }

// service reads the name of a service: one that the content names, or a key name.
func (r *draftReader) service(at, name string) Service {
	if s, ok := r.catalog.Services[name]; ok {
		return Service{Key: s, Name: name}
	}
	if !serviceForm.MatchString(name) {
		r.report(at, "expected the key name of a service, or a name that services.yaml has")
	}
	for display, key := range r.catalog.Services {
		if strings.EqualFold(key, name) {
			return Service{Key: key, Name: display}
		}
	}
	return Service{Key: name, Name: name}
}

func (r *draftReader) services(at string, names []string) []Service {
	all := make([]Service, len(names))
	for i, n := range names {
		all[i] = r.service(at, n)
	}
	if len(names) == 0 || len(names) > 8 {
		r.report(at, "expected a list of 1 to 8 services")
	}
	return all
}
