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
			return compile(p.Platform(), s.Steps, first), first, nil
		}
		first += len(s.Steps)
	}
	return nil, 0, fmt.Errorf("the plan has no stage %d, only 1 to %d", stage, len(p.Stages))
}

// A compiler makes a program of the steps of a stage.
type compiler struct {
	*program.Program
	steps           []Step
	at              int   // index of the step that is compiled
	first           int   // number of the first step
	sure            []int // targets that are looked for before anything is done
	looked          []int // targets that were looked at so far
	saved           bool
	run             bool // the folder of the run is made
	looks           bool // what follows only looks
	kept            []Service
	registry, edits bool
}

func compile(platform Platform, steps []Step, first int) *program.Program {
	c := &compiler{Program: &program.Program{}, steps: steps, first: first}
	for _, s := range steps {
		c.register(s)
	}
	for i, s := range steps {
		c.at = i
		c.looks = !slices.ContainsFunc(steps[i:], func(s Step) bool { return s.By() == Script && !looksOnly(s) })
		if looksOnly(s) {
			c.looks = true
		}
		c.add(program.Step{Number: first + i, Effect: stepEffect(s), Text: s.Does()})
		c.compile(s)
	}
	c.begin(platform)
	c.undo()
	return c.Program
}

func looksOnly(s Step) bool {
	switch s.(type) {
	case VerifyGone, VerifyValue, VerifyFile, VerifyClient, Verify:
		return true
	}
	return false
}

// stepEffect names what a step does to the computer, or that a person does it.
func stepEffect(s Step) string {
	switch {
	case s.By() == Person:
		return "person"
	case s.Effect() == Reads:
		return "reads"
	}
	return "changes"
}

func (c *compiler) add(ops ...program.Op) {
	if c.looks {
		c.Looks = append(c.Looks, ops...)
		return
	}
	c.Steps = append(c.Steps, ops...)
}

// register notes the targets of a step and what it needs, before anything is compiled.
func (c *compiler) register(s Step) {
	switch s := s.(type) {
	case ExpectEntry:
		c.sure = append(c.sure, c.target(entryTarget(s.Keys, s.Name)))
	case DeleteEntry:
		c.target(entryTarget(s.Keys, s.Name))
	case SetValue:
		c.sure = append(c.sure, c.target(valueTarget(s.Key, s.Name, s.Data)))
	case EditFile:
		c.sure = append(c.sure, c.target(lineTarget(s)))
		c.Folder, c.edits = []string{s.File}, true
	case RunTool:
		c.Folder = append([]string{s.Tool.File()}, s.Tool.Companions()...)
	case StopServices:
		for _, sv := range s.Services {
			if !slices.Contains(c.Services, sv.Key()) {
				c.Services = append(c.Services, sv.Key())
			}
		}
	}
}

// target returns the number of a target, which is new where it was not named before.
func (c *compiler) target(t program.Target) int {
	c.registry = c.registry || len(t.Keys) > 0
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
		a.Path == b.Path && a.Section == b.Section
}

func entryTarget(keys []Key, name Name) program.Target {
	return program.Target{Kind: program.Entry, Keys: long(keys), Name: string(name)}
}

func valueTarget(key Key, name Name, data string) program.Target {
	return program.Target{Kind: program.Value, Keys: long([]Key{key}), Name: string(name), Want: &program.Data{Type: program.SZ, Text: data}}
}

func lineTarget(s EditFile) program.Target {
	return program.Target{Kind: program.Line, Path: program.Path{In: program.Given, Name: s.File}, Edit: program.Edit{First: s.First, Label: s.Label}}
}

func long(keys []Key) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Long()
	}
	return names
}

func (c *compiler) compile(s Step) {
	switch s := s.(type) {
	case CheckRights:
		c.add(program.Rights{Of: c.all()})
	case ExpectEntry:
		t := c.target(entryTarget(s.Keys, s.Name))
		c.look(t)
		c.add(program.StopIf{If: program.NoKey, Of: []int{t}, Status: program.Refused, Why: s.Otherwise})
		c.afterLooks(t)
	case ExpectKey:
		c.expectKey(s)
	case ExpectClient:
		c.add(program.LookTraces{Traces: s.traces()},
			program.StopIf{If: program.NoTrace, Status: program.NothingToDo, Why: program.Words("no-client")})
	case ExpectGone:
		c.add(program.LookTraces{Traces: s.traces()},
			program.StopIf{If: program.HasRun, Status: program.NothingToDo, Why: program.Words("come-back")},
			program.StopIf{If: program.AnyTrace, Status: program.Refused, Why: program.Words("still-there")})
	case VerifyClient:
		c.add(program.LookTraces{Traces: s.traces(), Later: true})
		if s.Gone {
			c.add(program.StopIf{If: program.AnyTrace, Status: program.Failed, Why: program.Words("not-gone-yet"), Later: true})
		} else {
			c.add(program.StopIf{If: program.NoTrace, Status: program.Failed, Why: program.Words("not-come-yet"), Later: true})
		}
	case BackupKey:
		c.newRun()
		none := program.Refused
		switch {
		case s.Optional:
			none = ""
		case len(c.Targets) == 0 && !has[RunTool](Plan{Stages: []Stage{{Steps: c.steps}}}):
			none = program.NothingToDo
		}
		c.registry = true
		c.add(program.Export{Step: c.first + c.at, Keys: long(s.Keys), None: none})
		c.save()
	case BackupFile:
		for i, t := range c.Targets {
			if t.Kind == program.Line {
				c.look(i + 1)
				c.add(program.StopIf{If: program.Odd, Of: []int{i + 1}, Status: program.Refused, Why: program.Words("no-label")})
				c.afterLooks(i + 1)
			}
		}
		c.newRun()
		c.save()
	case StopServices:
		for _, sv := range s.Services {
			c.add(program.StopService{Service: sv.Key()})
		}
	case StartServices:
		c.add(program.StartServices{})
	case EndProcess:
		c.add(program.EndProcess{Image: s.Image})
	case DeleteEntry:
		t := c.target(entryTarget(s.Keys, s.Name))
		c.add(program.Note{Target: t}, program.Remove{Target: t}, program.Compare{Target: t})
		if slices.Contains(c.sure, t) {
			c.add(program.CompareRest{Target: t})
		}
	case SetValue:
		t := c.target(valueTarget(s.Key, s.Name, s.Data))
		c.add(program.Note{Target: t}, program.Set{Target: t}, program.Compare{Target: t})
	case EditFile:
		t := c.target(lineTarget(s))
		c.add(program.Note{Target: t}, program.Set{Target: t}, program.Compare{Target: t})
	case VerifyGone:
		c.add(program.Compare{Target: c.target(entryTarget(s.Keys, s.Name))})
	case VerifyValue:
		c.add(program.Compare{Target: c.target(valueTarget(s.Key, s.Name, s.Data))})
	case VerifyFile:
		for i, t := range c.Targets {
			if t.Kind == program.Line {
				c.add(program.Compare{Target: i + 1})
			}
		}
	case RunTool:
		c.newRun()
		c.add(program.Run{Command: program.Command{Program: s.Tool.File(), Args: strings.Fields(s.Tool.Args()), Given: true, Companions: s.Tool.Companions(), Later: true}})
	case Collect:
		c.add(program.Collect{Facts: s.Facts})
	}
}

func (t Traces) traces() program.Traces {
	tr := program.Traces{Files: t.Files, Keys: long(t.Keys)}
	for _, sv := range t.Services {
		tr.Services = append(tr.Services, sv.Key())
	}
	return tr
}

func (c *compiler) all() []int {
	all := make([]int, len(c.Targets))
	for i := range all {
		all[i] = i + 1
	}
	return all
}

func (c *compiler) look(t int) {
	c.looked = append(c.looked, t)
	c.add(program.Look{Target: t})
}

// expectKey looks at the key, and at the values under it that the stage sets.
func (c *compiler) expectKey(s ExpectKey) {
	keys := long([]Key{s.Key})
	var under []int
	for i, t := range c.Targets {
		if t.Kind == program.Value && slices.Equal(t.Keys, keys) {
			under = append(under, i+1)
		}
	}
	if len(under) == 0 {
		under = []int{c.target(program.Target{Kind: program.Key, Keys: keys})}
	}
	for _, t := range under {
		c.look(t)
	}
	c.add(program.StopIf{If: program.NoKey, Of: under, Status: program.Refused, Why: s.Otherwise})
	c.afterLooks(under...)
}

// afterLooks stops where what was found cannot be changed, and, behind the last look, where there is nothing to do.
func (c *compiler) afterLooks(of ...int) {
	for _, n := range of {
		c.oneForm(n)
	}
	for _, n := range c.sure {
		if !slices.Contains(c.looked, n) {
			return
		}
	}
	if !has[RunTool](Plan{Stages: []Stage{{Steps: c.steps}}}) && len(c.sure) > 0 {
		c.add(program.StopIf{If: program.Done, Of: c.sure, Status: program.NothingToDo, Why: c.doneWhy()})
	}
	if alone := c.ofKind(program.Entry); len(alone) > 0 {
		c.add(program.StopIf{If: program.Alone, Of: alone, Status: program.Refused, Why: program.Words("alone")})
	}
}

// oneForm stops where a target is there in a form that is not changed, or in more than one.
func (c *compiler) oneForm(n int) {
	t := c.Target(n)
	if t.Kind == program.Entry || t.Kind == program.Value {
		c.add(program.StopIf{If: program.Odd, Of: []int{n}, Status: program.Refused, Why: program.Words("odd", "name", t.Name)})
	}
	if t.Kind == program.Entry {
		c.add(program.StopIf{If: program.Several, Of: []int{n}, Status: program.Refused, Why: program.Words("several", "name", t.Name)})
	}
}

func (c *compiler) ofKind(kind program.Kind) []int {
	var of []int
	for _, n := range c.sure {
		if c.Target(n).Kind == kind {
			of = append(of, n)
		}
	}
	return of
}

func (c *compiler) doneWhy() string {
	var names []string
	for _, n := range c.sure {
		t := c.Target(n)
		if t.Kind != program.Entry {
			return program.Words("done-already")
		}
		names = append(names, t.Name)
	}
	return program.Words("not-there", "names", strings.Join(names, ", "))
}

func (c *compiler) newRun() {
	if c.run {
		return
	}
	c.run = true
	c.add(program.NewRun{Again: !c.changesTargets()})
}

// changesTargets reports whether a step changes a target, which undo then restores.
func (c *compiler) changesTargets() bool {
	return slices.ContainsFunc(c.steps, func(s Step) bool {
		switch s.(type) {
		case DeleteEntry, SetValue, EditFile:
			return true
		}
		return false
	})
}

// save keeps all targets that the stage changes, once, before the first of them is changed.
func (c *compiler) save() {
	if c.saved || !c.changesTargets() {
		return
	}
	c.saved = true
	for _, n := range c.all() {
		if c.Target(n).Kind == program.Key {
			continue
		}
		if !slices.Contains(c.looked, n) {
			c.look(n)
			c.oneForm(n)
		}
		c.add(program.Save{Target: n})
	}
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
		c.Begin = append(c.Begin, program.NeedFolder{Edits: c.edits})
	}
	if c.run {
		c.Begin = append(c.Begin, program.Lock{})
	}
}

// undo derives what takes the changes back from the changes themselves.
func (c *compiler) undo() {
	if !c.changesTargets() {
		c.Guards = []program.Op{program.StopIf{If: program.Always, Status: program.Refused, Why: program.Words("cannot-undo")}}
		return
	}
	c.Guards = append(c.Guards, program.Rights{Of: c.all()}, program.OpenRun{})
	var changed []int
	for _, op := range c.Steps {
		if n, ok := op.(program.Note); ok {
			changed = append(changed, n.Target)
			c.Guards = append(c.Guards, program.Unchanged{Target: n.Target})
		}
	}
	for _, sv := range c.Services {
		c.Guards = append(c.Guards, program.StopService{Service: sv})
	}
	c.Guards = append(c.Guards, program.Reopen{})
	for _, n := range slices.Backward(changed) {
		c.Back = append(c.Back, program.Restore{Target: n})
	}
}
