package plan

import (
	"encoding/json"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// Traces are what shows that a program is installed.
type Traces struct {
	Services []Service
	Files    []string // below the folder of the program, which is the Windows folder unless SMS_LOCAL_DIR says otherwise
	Keys     []Key
}

// ExpectClient looks whether a program is installed. Where nothing of it is there, nothing is left to do.
type ExpectClient struct {
	Cited
	reading
	Traces
}

// ExpectGone stops while something of a removed program is left.
type ExpectGone struct {
	Cited
	reading
	Traces
}

// VerifyClient looks whether a program is removed, or is there. It has its answer only some time after the other steps, so a script
// looks when it is asked to verify, and not while it applies.
type VerifyClient struct {
	Cited
	reading
	Traces
	Gone bool
}

var (
	_ = verb("expect-client", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return ExpectClient{Cited: c, Traces: r.traces(at, arg)}
	})
	_ = verb("expect-gone", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return ExpectGone{Cited: c, Traces: r.traces(at, arg)}
	})
	_ = verb("verify-removed", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return VerifyClient{Cited: c, Traces: r.traces(at, arg), Gone: true}
	})
	_ = verb("verify-installed", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return VerifyClient{Cited: c, Traces: r.traces(at, arg)}
	})
)

func (ExpectClient) Verb() string { return "expect-client" }
func (ExpectGone) Verb() string   { return "expect-gone" }
func (VerifyClient) rank() int    { return rankVerify }

// Verb returns verify-removed or verify-installed.
func (s VerifyClient) Verb() string {
	if s.Gone {
		return "verify-removed"
	}
	return "verify-installed"
}

func (s ExpectClient) Does() string { return "Look whether it is installed: " + s.names() + "." }

func (s ExpectGone) Does() string { return "Stop while anything of these is there: " + s.names() + "." }

func (s VerifyClient) Does() string {
	if s.Gone {
		return "Look later that these are no longer there: " + s.names() + "."
	}
	return "Look later that these are there: " + s.names() + "."
}

func (t Traces) names() string {
	var names []string
	for _, sv := range t.Services {
		names = append(names, "the service "+sv.Name)
	}
	names = append(names, t.Files...)
	for _, k := range t.Keys {
		names = append(names, "the key "+string(k))
	}
	return strings.Join(names, ", ")
}

func (s ExpectClient) check(c *checker) { c.lookedAtTraces(s.Traces) }
func (s ExpectGone) check(c *checker)   { c.lookedAtTraces(s.Traces) }
func (s VerifyClient) check(c *checker) { c.windows(s.Services) }

func (s ExpectClient) targets(c *compiler) { c.registry = c.registry || len(s.Keys) > 0 }
func (s ExpectGone) targets(c *compiler)   { c.registry = c.registry || len(s.Keys) > 0 }
func (s VerifyClient) targets(c *compiler) { c.registry = c.registry || len(s.Keys) > 0 }

func (s ExpectClient) compile(c *compiler) {
	c.add(program.LookTraces{Traces: s.traces()},
		program.StopIf{If: program.NoTrace, Status: program.NothingToDo, Why: program.Words("no-client")})
}

func (s ExpectGone) compile(c *compiler) {
	c.add(program.LookTraces{Traces: s.traces()},
		program.StopIf{If: program.HasRun, Status: program.NothingToDo, Why: program.Words("come-back")},
		program.StopIf{If: program.AnyTrace, Status: program.Refused, Why: program.Words("still-there")})
}

func (s VerifyClient) compile(c *compiler) {
	c.add(program.LookTraces{Traces: s.traces(), Later: true})
	if s.Gone {
		c.add(program.StopIf{If: program.AnyTrace, Status: program.Failed, Why: program.Words("not-gone-yet"), Later: true})
		return
	}
	c.add(program.StopIf{If: program.NoTrace, Status: program.Failed, Why: program.Words("not-come-yet"), Later: true})
}

func (t Traces) traces() program.Traces {
	tr := program.Traces{Files: t.Files, Keys: long(t.Keys)}
	for _, sv := range t.Services {
		tr.Services = append(tr.Services, sv.Key)
	}
	return tr
}

func (r *draftReader) traces(at string, arg json.RawMessage) (t Traces) {
	var a struct {
		Keys     Lines    `json:"keys"`
		Services []string `json:"services"`
		Files    []string `json:"files"`
	}
	r.decode(at, arg, &a)
	t.Files = a.Files
	if len(a.Keys) > 0 {
		t.Keys = r.keys(at+"/keys", a.Keys)
	}
	if len(a.Services) > 0 {
		t.Services = r.services(at+"/services", a.Services)
	}
	for _, f := range a.Files {
		r.match(at+"/files", f, pathForm)
	}
	if len(a.Keys)+len(a.Services)+len(a.Files) == 0 {
		r.report(at, "expected keys, services or files")
	}
	return t
}
