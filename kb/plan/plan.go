// Package plan describes a repair as a list of typed steps. A plan says what to do and never how: package script turns one plan
// into cmd, PowerShell, a .reg file or a page to read. There is no step that means "run this text", and a value from outside
// enters a step only through Bind, which holds it to the form of the field.
package plan

import (
	"slices"
	"strings"
)

// Risk says what a fix can cost when it goes wrong. Risks are ordered: the greater one is the worse one.
type Risk int

const (
	RiskNone   Risk = iota // nothing is changed
	RiskLow                // one reversible change
	RiskMedium             // the computer is without its client for a while
	RiskHigh               // data can be lost
)

var riskNames = [...]string{"none", "low", "medium", "high"}

// String returns the risk as the content writes it: none, low, medium, high.
func (r Risk) String() string { return riskNames[r] }

// Platform is the family of Windows that a fix is for.
type Platform string

const (
	AnyPlatform Platform = ""   // steps of persons only, or a file server of any kind
	NT          Platform = "nt" // Windows NT 4.0, 2000 and later: services, cmd.exe
	Win9x       Platform = "9x" // Windows 95, 98 and Me: no services, COMMAND.COM
)

// Phase is the place of a step in a combined plan. Phases are ordered as they are carried out.
type Phase int

const (
	PhaseStop    Phase = iota + 1 // on the servers: logon script off, advertisements expired
	PhaseLevel                    // bring the sites to one service pack
	PhaseEdit                     // edit the client
	PhaseRestart                  // restart it once
	PhaseRemove                   // remove the client and install it again
	PhaseReopen                   // advertisements and logon scripts on again
)

var phaseNames = [...]string{"", "server-stop", "level", "edit", "restart", "remove", "reopen"}

// String returns the phase as the content writes it.
func (p Phase) String() string { return phaseNames[p] }

// A Fix is one checked entry of the `fixes:` section of a tree.
type Fix struct {
	Name     string
	Article  string // the article of the tree: Q238865
	Version  string // of the tree file
	For      string // the diagnosis for which it is; the caller sets it before Combine
	Chosen   bool   // a person asked for it by name: it stays whatever covers it; the caller sets it before Combine
	Goal     string // may hold ${fact} until Bind
	Doubts   []string
	Risk     Risk
	Platform Platform
	View     string   // of the registry on 64-bit Windows: "32" or "64"; empty where no key differs between the two
	Phase    Phase    // of every step that names none of its own
	Covers   []string // diagnoses, or fixes, that need no fix of their own beside this one
	Before   []string // fixes that wait until this one is done
	Proof    string
	Steps    []Step
}

// A Stage is what can be done in one go: steps of a person first, where there are any, then the steps of a script, then what a
// person does when it has run. It ends at a restart or at what only a person can do.
type Stage struct {
	Number int // from 1
	Steps  []Step
}

// Scripted reports whether a script has anything to do in the stage.
func (s Stage) Scripted() bool {
	return slices.ContainsFunc(s.Steps, func(st Step) bool { return st.By() == Script })
}

// A Plan is one or several fixes as one piece of work. The zero Plan does nothing.
type Plan struct {
	Fixes   []Fix    // in the order of their phases; their own steps are kept as they were written
	Covered []string // fixes that were left out because one of Fixes covers them
	Waiting []string // fixes that were left out because another one has to be done first
	Doubts  []string
	Risk    Risk // the highest of the fixes
	Stages  []Stage

	key    string // set by Bind
	sketch bool   // set by Sketch
}

// IsSketch reports whether the plan waits for a yes: its values may be marked, and no script may be made of it.
func (p Plan) IsSketch() bool { return p.sketch }

// Key names what Bind has made: two bound plans with one key are the same plan. It is empty for a plan that was not bound.
func (p Plan) Key() string { return p.key }

// Name returns the names of the fixes, joined by a plus sign.
func (p Plan) Name() string {
	names := make([]string, len(p.Fixes))
	for i, f := range p.Fixes {
		names[i] = f.Name
	}
	return strings.Join(names, "+")
}

// Goal returns the goals of the fixes as one text.
func (p Plan) Goal() string {
	if len(p.Fixes) == 1 {
		return p.Fixes[0].Goal
	}
	goals := make([]string, len(p.Fixes))
	for i, f := range p.Fixes {
		goals[i] = f.Goal
	}
	return strings.Join(goals, " ")
}

// Platform returns the family that the plan is for. Combine has made sure that there is one.
func (p Plan) Platform() Platform {
	for _, f := range p.Fixes {
		if f.Platform != AnyPlatform {
			return f.Platform
		}
	}
	return AnyPlatform
}

// View returns the view of the registry that the plan is for. Combine has made sure that there is one.
func (p Plan) View() string {
	for _, f := range p.Fixes {
		if f.View != "" {
			return f.View
		}
	}
	return ""
}

// Steps returns all steps in the order in which they are done.
func (p Plan) Steps() []Step {
	var all []Step
	for _, s := range p.Stages {
		all = append(all, s.Steps...)
	}
	return all
}

// Restarts reports whether a person restarts the computer on the way.
func (p Plan) Restarts() bool { return has[Restart](p) }

// NeedsRights reports whether the plan must be carried out by an administrator of the computer.
func (p Plan) NeedsRights() bool { return has[CheckRights](p) }

// Changes reports whether any step of a script changes something, or may.
func (p Plan) Changes() bool { return slices.ContainsFunc(p.Steps(), changes) }

// Changes reports whether any step of a script changes something, or may.
func (f Fix) Changes() bool { return slices.ContainsFunc(f.Steps, changes) }

// Changes reports whether a script of the stage changes something, or may.
func (s Stage) Changes() bool { return slices.ContainsFunc(s.Steps, changes) }

func changes(s Step) bool { return s.By() == Script && s.Effect() != Reads }

// Only returns the plan with nothing but the stage of that number, false where there is none.
func (p Plan) Only(stage int) (Plan, bool) {
	for _, s := range p.Stages {
		if s.Number == stage {
			p.Stages = []Stage{s}
			return p, true
		}
	}
	return p, false
}

func has[S Step](p Plan) bool {
	return slices.ContainsFunc(p.Steps(), func(s Step) bool { _, ok := s.(S); return ok })
}

// stages cuts steps into stages: a step of a script that follows a step of a person begins a new one. What a person does before the
// first script belongs to its stage, unless it takes time or a restart: nobody should start the script of a stage too early.
func stages(steps []Step) []Stage {
	var all []Stage
	var scripted, waiting bool
	for _, s := range steps {
		script := s.By() == Script
		if len(all) == 0 || script && waiting {
			all = append(all, Stage{Number: len(all) + 1})
			scripted, waiting = false, false
		}
		scripted = scripted || script
		waiting = waiting || !script && (scripted || takesTime(s))
		last := &all[len(all)-1]
		last.Steps = append(last.Steps, s)
	}
	return all
}

func takesTime(s Step) bool {
	switch s.(type) {
	case Restart, Wait:
		return true
	}
	return false
}
