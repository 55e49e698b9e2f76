package plan

import (
	"encoding/json"
	"fmt"
)

// The steps that only a person can do.
type (
	// Restart ends a stage.
	Restart struct {
		Cited
		asking
		Times string // "1", "1 to 3"
	}
	// Wait is time that must pass before the next step.
	Wait struct {
		Cited
		asking
		Minutes int
		Why     Text
	}
	// Verify is what a person looks at to see whether it worked.
	Verify struct {
		Cited
		asking
		Text Text
	}
	// Tell is anything else that a person does.
	Tell struct {
		Cited
		asking
		Text Text
	}
)

var (
	_ = verb("restart", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		times := r.line(at, arg)
		r.match(at, times, timesForm)
		return Restart{Cited: c, Times: times}
	})
	_ = verb("wait", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		var a struct {
			Minutes int    `json:"minutes"`
			Why     string `json:"why"`
		}
		r.decode(at, arg, &a)
		r.text(at+"/why", a.Why)
		r.check(at, "minutes", a.Minutes > 0 && a.Minutes <= 10_080, "1 to 10080 minutes")
		return Wait{Cited: c, Minutes: a.Minutes, Why: Text(a.Why)}
	})
	_ = verb("verify", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return Verify{Cited: c, Text: Text(r.line(at, arg))}
	})
	_ = verb("tell", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
		return Tell{Cited: c, Text: Text(r.line(at, arg))}
	})
)

// Effect returns Changes: a restart ends what runs.
func (Restart) Effect() Effect { return Changes }

// Effect returns Reads.
func (Wait) Effect() Effect { return Reads }

// Effect returns Reads.
func (Verify) Effect() Effect { return Reads }

func (Restart) Verb() string { return "restart" }
func (Wait) Verb() string    { return "wait" }
func (Verify) Verb() string  { return "verify" }
func (Tell) Verb() string    { return "tell" }

func (s Restart) Does() string {
	if s.Times == "1" {
		return "Restart the computer."
	}
	return "Restart the computer " + s.Times + " times."
}

func (s Wait) Does() string   { return fmt.Sprintf("Wait %d minutes: %s", s.Minutes, s.Why) }
func (s Verify) Does() string { return string(s.Text) }
func (s Tell) Does() string   { return string(s.Text) }

// check ends the time in which an installation would meet what a removal left.
func (Restart) check(c *checker) { c.removed = false }
