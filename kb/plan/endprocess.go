package plan

import (
	"encoding/json"
	"fmt"

	"github.com/fixdesk/fixdesk/kb/program"
)

// EndProcess ends a program where a tool for that is at hand, and says so to the person where there is none.
type EndProcess struct {
	Cited
	changing
	Image string
}

var _ = verb("end-process", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	image := r.line(at, arg)
	r.match(at, image, fileForm)
	return EndProcess{Cited: c, Image: image}
})

func (EndProcess) Verb() string { return "end-process" }
func (EndProcess) rank() int    { return rankEnd }

func (s EndProcess) Does() string {
	return fmt.Sprintf("End %s, which runs in the session of the user and not as a service.", s.Image)
}

func (EndProcess) check(*checker) {}

func (s EndProcess) compile(c *compiler) { c.add(program.EndProcess{Image: s.Image}) }
