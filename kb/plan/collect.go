package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// Collect prints what the computer can say about these facts, one name=value a line.
type Collect struct {
	Cited
	reading
	Facts []string
}

var _ = verb("collect", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var facts []string
	r.decode(at, arg, &facts)
	for _, f := range facts {
		if !slices.Contains(Collectable(), f) {
			r.report(at, "a script can find out only %s", strings.Join(Collectable(), ", "))
			break
		}
	}
	return Collect{Cited: c, Facts: facts}
})

// Collectable returns the facts that a collector can find out on a computer, sorted.
func Collectable() []string {
	return []string{"base_version", "cap_version", "client_os", "client_sites", "process"}
}

func (Collect) Verb() string { return "collect" }
func (Collect) rank() int    { return rankEdit }

func (s Collect) Does() string {
	return "Print what this computer can say about " + strings.Join(s.Facts, ", ") + "."
}

func (s Collect) compile(c *compiler) { c.add(program.Collect{Facts: s.Facts}) }
