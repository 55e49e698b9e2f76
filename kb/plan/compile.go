package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// Program compiles one stage of the plan. First is the number of its first step, counted through the whole plan.
func (p Plan) Program(stage int) (prog *program.Program, first int, err error) {
	first = 1
	for _, s := range p.Stages {
		if s.Number == stage {
			prog = compile(p.Platform(), s.Steps, first)
			prog.View = p.View()
			return prog, first, nil
		}
		first += len(s.Steps)
	}
	return nil, 0, fmt.Errorf("the plan has no stage %d, only 1 to %d", stage, len(p.Stages))
}

// A compiler makes a program of the steps of a stage. Each step adds its own operations; what must happen once for the stage, and in
// which order, is known here.
type compiler struct {
	*program.Program
	steps []Step
	at    int // index of the step that is compiled
	first int // number of the first step

	changed  []int // targets that a step changes
	sures    []int // targets that a step looks for
	freshes  []int // targets that must not be there
	kept     []int // targets, each a key as an entry of the key above it, beside all of which another must stay
	keeps    int   // how many of kept were looked at
	looked   []int // targets that were looked at so far
	decided  bool  // what stops a run that has nothing to do is there
	run      bool  // the folder of the run is made
	saved    bool
	looks    bool // what follows only looks
	registry bool // a step reads the registry
	reverses bool // a step runs a command that can be undone
}

func compile(platform Platform, steps []Step, first int) *program.Program {
	c := &compiler{Program: &program.Program{}, steps: steps, first: first}
	for _, s := range steps {
		s.targets(c)
	}
	for _, s := range steps { // behind what is changed, so that the numbers of that do not depend on it
		if k, ok := s.(ExpectKey); ok && k.Keep {
			c.kept = appendNew(c.kept, c.target(k.beside()))
		}
	}
	for i, s := range steps {
		c.at = i
		c.looks = s.rank() == rankVerify || !slices.ContainsFunc(steps[i:], func(s Step) bool { return s.By() == Script && s.rank() != rankVerify })
		c.add(program.Step{Number: c.number(), Effect: EffectOf(s), Text: s.Does()})
		s.compile(c)
	}
	c.looksForAll()
	c.begin(platform)
	c.undo()
	return c.Program
}

// EffectOf names what a step does to the computer, or that a person does it.
func EffectOf(s Step) string {
	switch {
	case s.By() == Person:
		return "person"
	case s.Effect() == Reads:
		return "reads"
	}
	return "changes"
}

// number is that of the step that is compiled.
func (c *compiler) number() int { return c.first + c.at }

func (c *compiler) add(ops ...program.Op) {
	if c.looks {
		c.Looks = append(c.Looks, ops...)
		return
	}
	c.Steps = append(c.Steps, ops...)
}

// runs reports whether the stage runs a program.
func (c *compiler) runs() bool {
	return slices.ContainsFunc(c.steps, func(s Step) bool { return s.Effect() == Unknown && s.By() == Script })
}

// What the steps register.

// target returns the number of a target, which is new where it was not named before.
func (c *compiler) target(t program.Target) int {
	c.registry = c.registry || len(t.Keys) > 0
	c.User = c.User || slices.ContainsFunc(t.Keys, func(k string) bool { return strings.HasPrefix(k, "HKEY_CURRENT_USER") })
	if len(t.Keys) == 0 {
		c.needs(t.Path)
	}
	for i, known := range c.Targets {
		if sameTarget(known, t) {
			return i + 1
		}
	}
	c.Targets = append(c.Targets, t)
	return len(c.Targets)
}

func sameTarget(a, b program.Target) bool {
	return a.Kind == b.Kind && slices.Equal(a.Keys, b.Keys) && strings.EqualFold(a.Name, b.Name) && a.Item == b.Item &&
		a.Path == b.Path && a.Section == b.Section && a.Edit == b.Edit
}

// changes registers a target that a step changes.
func (c *compiler) changes(t program.Target) { c.changed = appendNew(c.changed, c.target(t)) }

// sure registers a target that a step looks for before anything is done.
func (c *compiler) sure(t program.Target) { c.sures = appendNew(c.sures, c.target(t)) }

// fresh registers a target that a step makes, and that must not be there.
func (c *compiler) fresh(t program.Target) {
	c.changes(t)
	c.freshes = appendNew(c.freshes, c.target(t))
}

// needs registers a file that must lie in the folder that is given to the script.
func (c *compiler) needs(p program.Path) {
	if p.In == program.Given && !slices.Contains(c.Folder, p.Name) {
		c.Folder = append(c.Folder, p.Name)
	}
}

func (c *compiler) stops(services []Service) {
	for _, sv := range services {
		if !slices.Contains(c.Services, sv.Key) {
			c.Services = append(c.Services, sv.Key)
		}
	}
}

func appendNew(all []int, n int) []int {
	if slices.Contains(all, n) {
		return all
	}
	return append(all, n)
}

func (c *compiler) isSure(t int) bool { return slices.Contains(c.sures, t) }

// What the steps do.

func (c *compiler) look(t int) {
	if slices.Contains(c.looked, t) {
		return
	}
	c.looked = append(c.looked, t)
	c.add(program.Look{Target: t})
	c.oneForm(t)
}

// oneForm stops where a target is there in a form that is not changed, or in more than one, or where it must not be there.
func (c *compiler) oneForm(n int) {
	t, of := c.Target(n), []int{n}
	refuse := func(condition program.Condition, why string) {
		c.add(program.StopIf{If: condition, Of: of, Status: program.Refused, Why: why})
	}
	if t.Make {
		refuse(program.NoKey, program.Words("no-key", "key", t.Keys[0][:strings.LastIndexByte(t.Keys[0], '\\')]))
	}
	switch t.Kind {
	case program.Entry:
		refuse(program.Odd, program.Words("odd", "name", t.Name))
		refuse(program.Several, program.Words("several", "name", t.Name))
	case program.Value, program.Element:
		if t.Want != nil || t.Kind == program.Element {
			refuse(program.Odd, program.Words("odd", "name", t.Name))
		}
	case program.Line:
		refuse(program.Odd, program.Words(map[bool]string{true: "no-line", false: "no-label"}[t.Edit.Label == ""]))
	case program.File, program.Attributes:
		if t.From != (program.Path{}) || t.Kind == program.Attributes {
			refuse(program.Odd, program.Words("no-source"))
		}
	}
}

// afterLooks stops, behind the last look at what is changed, where there is nothing to do, and where nothing would be left.
func (c *compiler) afterLooks() {
	if c.decided || slices.ContainsFunc(c.changed, func(n int) bool { return !slices.Contains(c.looked, n) }) {
		return
	}
	c.decided = true
	if old := c.old(); !c.runs() && len(old) > 0 {
		c.add(program.StopIf{If: program.Done, Of: old, Status: program.NothingToDo, Why: c.doneWhy(old)})
	}
	for _, n := range c.freshes {
		t := c.Target(n)
		c.add(program.StopIf{If: program.Present, Of: []int{n}, Status: program.Refused, Why: program.Words("taken", "name", t.Name+t.Path.Name)})
	}
	if alone := slices.DeleteFunc(slices.Clone(c.sures), func(n int) bool { return c.Target(n).Kind != program.Entry }); len(alone) > 0 {
		c.add(program.StopIf{If: program.Alone, Of: alone, Status: program.Refused, Why: program.Words("alone")})
	}
}

// old returns the targets that are changed, without those that a step makes of them.
func (c *compiler) old() []int {
	return slices.DeleteFunc(slices.Clone(c.changed), func(n int) bool { return slices.Contains(c.freshes, n) })
}

func (c *compiler) doneWhy(of []int) string {
	var names []string
	for _, n := range of {
		t := c.Target(n)
		if t.Kind != program.Entry {
			return program.Words("done-already")
		}
		names = append(names, t.Name)
	}
	return program.Words("not-there", "names", strings.Join(names, ", "))
}

// prepare looks at what no step has looked for, and makes the folder of the run.
func (c *compiler) prepare() {
	if c.run {
		return
	}
	for _, n := range c.changed {
		c.look(n)
	}
	c.afterLooks()
	c.run = true
	c.add(program.NewRun{Again: len(c.changed) == 0 && !c.reverses})
}

// save keeps all targets that the stage changes, once, before the first of them is changed.
func (c *compiler) save() {
	if c.saved {
		return
	}
	c.saved = true
	for _, n := range c.changed {
		c.add(program.Save{Target: n})
	}
}

// change notes a target, changes it and looks again.
func (c *compiler) change(t int, op program.Op) {
	c.add(program.Note{Target: t}, op, program.Compare{Target: t})
}

// move notes both targets, and looks whether the first one is no longer there.
func (c *compiler) move(from, to int) {
	c.Targets[to-1].MovedFrom = from
	c.add(program.Note{Target: to}, program.Note{Target: from}, program.Move{From: from, To: to}, program.Compare{Target: from})
}

// compare looks whether a target of an earlier step is as it is wanted.
func (c *compiler) compare(t program.Target, orNoKey bool) {
	c.add(program.Compare{Target: c.target(t), OrNoKey: orNoKey})
}

// What holds for the whole stage.

// looksForAll lets a run that verifies look at every changed target, whether a step of the plan says so or not.
func (c *compiler) looksForAll() {
	for _, n := range c.old() {
		if !slices.ContainsFunc(c.Looks, func(op program.Op) bool { l, ok := op.(program.Compare); return ok && l.Target == n }) {
			c.Looks = append([]program.Op{program.Compare{Target: n}}, c.Looks...)
		}
	}
	if !slices.ContainsFunc(c.Looks, looks) {
		c.Looks = append(c.Looks, program.StopIf{If: program.Always, Status: program.NothingToDo, Why: program.Words("nothing-seen"), Later: true})
	}
}

// looks reports whether an operation says whether the work is done.
func looks(op program.Op) bool {
	switch op.(type) {
	case program.Compare, program.StopIf:
		return true
	}
	return false
}

// begin makes what every run begins with.
func (c *compiler) begin(platform Platform) {
	if platform != AnyPlatform {
		c.Begin = append(c.Begin, program.MustBe{Platform: string(platform)})
	}
	if c.registry {
		c.Begin = append(c.Begin, program.CanRead{})
	}
	if c.Folder != nil {
		edits := slices.ContainsFunc(c.changed, func(n int) bool { return c.Target(n).Path.In == program.Given })
		c.Begin = append(c.Begin, program.NeedFolder{Edits: edits})
	}
	if c.run {
		c.Begin = append(c.Begin, program.Lock{})
		if len(c.changed) > 0 || c.reverses {
			c.Begin = append(c.Begin, program.NoneOpen{})
		}
	}
	if c.User {
		c.Begin = append(c.Begin, program.Say{Text: program.Words("user")})
	}
}

// undo derives what takes the changes back from the changes themselves.
func (c *compiler) undo() {
	var unchanged []program.Op
	for _, op := range c.Steps {
		switch op := op.(type) {
		case program.Note:
			unchanged = append(unchanged, program.Unchanged(op))
			c.Back = append(c.Back, program.Restore(op))
		case program.Run:
			if op.Undone != nil {
				c.Back = append(c.Back, program.Reverse(op))
			}
		}
	}
	slices.Reverse(c.Back)
	if len(c.Back) == 0 {
		c.Guards = []program.Op{program.StopIf{If: program.Always, Status: program.Refused, Why: program.Words("cannot-undo")}}
		return
	}
	c.Guards = append(c.Guards, program.Rights{Of: c.changed}, program.OpenRun{})
	c.Guards = append(c.Guards, unchanged...)
	for _, sv := range c.Services {
		c.Guards = append(c.Guards, program.StopService{Service: sv})
	}
	c.Guards = append(c.Guards, program.Reopen{})
}

func long(keys []Key) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Long()
	}
	return names
}

func spellings(keys []Key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = string(k)
	}
	return strings.Join(names, " or else ")
}
