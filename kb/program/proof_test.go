package program_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	. "github.com/fixdesk/fixdesk/kb/program"
)

// A stage is a program of the content with its name.
type stage struct {
	name string
	*Program
}

// stages returns the programs of every fix of the content, for one value and for two values of the facts that enter them.
func stages(t testing.TB) []stage {
	t.Helper()
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	var all []stage
	for _, codes := range [][]string{{"BRI"}, {"BRI", "S00"}} {
		for _, f := range slices.Concat(fixesOf(base), plantest.Fixes(t)) {
			p, err := plan.Combine(f)
			if err != nil {
				t.Fatal(err)
			}
			var known []facts.Fact
			for _, need := range p.Needs() {
				known = append(known, facts.Fact{Name: need, Values: codes})
			}
			if p, err = p.Bind(facts.Of(known...)); err != nil {
				t.Fatal(err)
			}
			for _, s := range p.Stages {
				if !s.Scripted() || len(known) == 0 && len(codes) > 1 {
					continue
				}
				prog, _, err := p.Program(s.Number)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, stage{fmt.Sprintf("%s %s stage %d for %s", f.Article, f.Name, s.Number, strings.Join(codes, " ")), prog})
			}
		}
	}
	return all
}

func fixesOf(base *kb.Base) []plan.Fix {
	var all []plan.Fix
	for _, t := range base.Trees() {
		for _, name := range base.Fixes(t.Article) {
			if f, ok := base.Fix(t.Article, name); ok {
				all = append(all, f)
			}
		}
	}
	return all
}

// computers returns computers that a program may meet, each with a name: its targets there in each of their forms, or not there, with
// neighbours that must survive, and with services that run, do not run, or are not installed.
func computers(p *Program) map[string]*Computer {
	all, seen := map[string]*Computer{}, map[string]bool{}
	for _, form := range []string{"subkey", "value", "list", "two", "text", "missing", "done", "no key"} {
		for spelling := range 2 {
			for _, services := range []string{"running", "stopped", "none"} {
				if c := computer(p, form, spelling, services); c != nil && !seen[c.String()] {
					seen[c.String()] = true
					all[fmt.Sprintf("%s, spelling %d, services %s", form, spelling+1, services)] = c
				}
			}
		}
	}
	return all
}

func platform(p *Program) string {
	for _, op := range p.Begin {
		if must, ok := op.(MustBe); ok {
			return must.Platform
		}
	}
	return "nt"
}

func computer(p *Program, form string, spelling int, services string) *Computer {
	c := New(platform(p))
	for _, s := range p.Services {
		if services != "none" {
			c.Services[s] = &Service{Running: services == "running"}
		}
	}
	for n, t := range p.Targets {
		if spelling > 0 && len(t.Keys) < 2 {
			return nil
		}
		if slices.ContainsFunc(p.Steps, func(op Op) bool { m, ok := op.(Move); return ok && m.To == n+1 }) {
			continue
		}
		if !furnish(c, p, t, form, spelling) {
			return nil
		}
	}
	for _, op := range slices.Concat(p.Steps, p.Looks) {
		switch op := op.(type) {
		case LookTraces:
			for _, name := range p.Lasting() {
				c.Commands[name] = tool(op.Traces, !removes(p))
			}
			if removes(p) {
				install(c, op.Traces)
			}
		case Run:
			if c.Commands[op.Program] != nil {
				continue
			}
			c.Commands[op.Program] = func(*Computer, []string) int { return 0 }
		case EndProcess:
			c.Images[op.Image] = true
		case Export:
			if op.None != "" {
				c.SetValue("", op.Keys[0], "Kept", Data{Type: SZ, Text: "x"})
			}
		}
	}
	return c
}

// removes reports whether a program looks for something installed before it does anything.
func removes(p *Program) bool {
	return slices.ContainsFunc(p.Steps, func(op Op) bool { s, ok := op.(StopIf); return ok && s.If == NoTrace })
}

func install(c *Computer, t Traces) {
	for _, s := range t.Services {
		c.Services[s] = &Service{Running: true}
	}
	for _, f := range t.Files {
		c.Files[`windows\`+strings.ToLower(f)] = &Content{Text: "program"}
	}
}

// tool returns a program that installs what the traces show, or removes it.
func tool(t Traces, installs bool) func(*Computer, []string) int {
	return func(c *Computer, _ []string) int {
		if installs {
			install(c, t)
			return 0
		}
		for _, s := range t.Services {
			delete(c.Services, s)
		}
		for _, f := range t.Files {
			delete(c.Files, `windows\`+strings.ToLower(f))
		}
		return 0
	}
}

// furnish puts a target into a computer, with neighbours. It reports false where the target has no such form.
func furnish(c *Computer, p *Program, t Target, form string, spelling int) bool {
	if len(t.Keys) == 0 {
		return furnishFile(c, t, form)
	}
	key := t.Keys[spelling]
	if t.Kind == Key {
		c.SetValue(p.View, key[:strings.LastIndexByte(key, '\\')]+`\another`, "A", Data{Type: SZ, Text: "1"})
		c.SetValue(p.View, key, "B", Data{Type: SZ, Text: "1"})
		return true
	}
	if form == "no key" {
		c.MakeKey(p.View, key[:strings.LastIndexByte(key, '\\')])
		return true
	}
	c.SetValue(p.View, key, "Neighbour", Data{Type: SZ, Text: "LON"})
	c.SetValue(p.View, key, "Number", Data{Type: DWord, Text: "00000007"})
	c.SetValue(p.View, key+`\LON`, "Name", Data{Type: SZ, Text: "London"})
	if parent := key[:strings.LastIndexByte(key, '\\')]; t.Kind == Value {
		c.SetValue(p.View, parent+`\another`, "A", Data{Type: SZ, Text: "1"})
	}
	switch form {
	case "subkey":
		if t.Kind != Entry {
			return false
		}
		c.SetValue(p.View, key+`\`+t.Name, "Name", Data{Type: SZ, Text: "x"})
		c.SetValue(p.View, key+`\`+t.Name+`\Below`, "Deep", Data{Type: DWord, Text: "0000000a"})
	case "value":
		c.SetValue(p.View, key, t.Name, other(t))
	case "two":
		if t.Kind != Entry {
			return false
		}
		c.SetValue(p.View, key+`\`+t.Name, "Name", Data{Type: SZ, Text: "two forms"})
		c.SetValue(p.View, key, t.Name, other(t))
	case "list":
		if t.Kind == Value {
			return false
		}
		list := []string{"LON", t.Name + t.Item, "PAR"}
		if t.Kind == Element {
			c.SetValue(p.View, key, t.Name, Data{Type: Multi, List: append(list[:1:1], t.Item)})
			return true
		}
		old := Data{Type: Multi, List: list}
		c.SetValue(p.View, key, "Sites of "+t.Name, old)
	case "text":
		if t.Kind != Entry {
			return false
		}
		c.SetValue(p.View, key, "Text", Data{Type: SZ, Text: "LON," + t.Name})
	case "done":
		if t.Want != nil && t.Kind == Value {
			c.SetValue(p.View, key, t.Name, *t.Want)
		}
	}
	return true
}

// other returns data of the type that a target wants, but other data.
func other(t Target) Data {
	if t.Want == nil {
		return Data{Type: SZ, Text: "left & right"}
	}
	switch t.Want.Type {
	case DWord:
		return Data{Type: DWord, Text: "0000beef"}
	case Binary:
		return Data{Type: Binary, Text: "0badcafe"}
	case Multi:
		return Data{Type: Multi, List: []string{"before"}}
	}
	return Data{Type: t.Want.Type, Text: "before"}
}

const batch = "@echo off\r\nOLD LINE\r\n[section]\r\nkeep=1\r\n:END\r\n"

func furnishFile(c *Computer, t Target, form string) bool {
	id := strings.ToLower(string(t.Path.In) + `\` + t.Path.Name)
	switch form {
	case "value":
		c.Files[id] = &Content{Text: strings.Replace(strings.Replace(batch, "OLD LINE", t.Edit.Old, 1), "keep=1", "keep=1\r\n"+t.Item+"=before", 1), Attributes: "ar"}
	case "text":
		c.Files[id] = &Content{Text: strings.Replace(batch, ":END", "", 1)}
	case "missing":
	case "done":
		c.Files[id] = &Content{Text: strings.Replace(batch, "@echo off", t.Edit.Line()+"\r\n@echo off", 1), Attributes: "hr"}
	default:
		return false
	}
	if t.From != (Path{}) {
		c.Files[strings.ToLower(string(t.From.In)+`\`+t.From.Name)] = &Content{Text: "the source"}
	}
	return true
}

func run(c *Computer, p *Program, m Mode) Result {
	return Execution{Program: p, ID: "0123abcd", Mode: m, Given: true}.Do(c)
}

func kill(c *Computer, p *Program, m Mode, at int) Result {
	return Execution{Program: p, ID: "0123abcd", Mode: m, Given: true, Kill: at}.Do(c)
}

// A property must hold for every program on every computer. Undone is the computer after apply and undo, which differs from the
// computer itself only by the work of programs that the script says it cannot undo.
type property func(p *Program, c *Computer, undone string) error

// each holds every stage of the content, on every computer, to a property.
func each(t *testing.T, holds property) {
	for _, s := range stages(t) {
		for name, c := range computers(s.Program) {
			if err := on(s.Program, c, holds); err != nil {
				t.Errorf("%s, %s: %v", s.name, name, err)
			}
		}
	}
}

// on holds a program on a computer to a property.
func on(p *Program, c *Computer, holds property) error {
	d := c.Clone()
	run(d, p, Apply)
	run(d, p, Undo)
	undone := d.String()
	if undone != c.String() && len(p.Lasting()) == 0 {
		return fmt.Errorf("after apply and undo the computer is\n%s", difference(undone, c.String()))
	}
	return holds(p, c, undone)
}

func TestUndoGivesBackWhatAnyRunThatWasKilledChanged(t *testing.T) { each(t, undoGivesBack) }

func undoGivesBack(p *Program, c *Computer, undone string) error {
	for at := 1; ; at++ {
		d := c.Clone()
		if !kill(d, p, Apply, at).Killed {
			return nil
		}
		run(d, p, Undo)
		if got := d.String(); got != c.String() && got != undone {
			return fmt.Errorf("killed before change %d, and undone, it is\n%s", at, difference(got, c.String()))
		}
	}
}

// difference returns the lines that only one of two computers has.
func difference(got, want string) string {
	var b strings.Builder
	a, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for _, l := range a {
		if !slices.Contains(w, l) {
			b.WriteString("+ " + l + "\n")
		}
	}
	for _, l := range w {
		if !slices.Contains(a, l) {
			b.WriteString("- " + l + "\n")
		}
	}
	return b.String()
}

func TestAnUndoThatWasKilledIsEndedByAnother(t *testing.T) { each(t, undoCanBeRunAgain) }

func undoCanBeRunAgain(p *Program, c *Computer, undone string) error {
	applied := c.Clone()
	run(applied, p, Apply)
	for at := 1; ; at++ {
		d := applied.Clone()
		if !kill(d, p, Undo, at).Killed {
			return nil
		}
		run(d, p, Undo)
		if got := d.String(); got != undone {
			return fmt.Errorf("undo killed before change %d, and run again, it is\n%s", at, difference(got, undone))
		}
	}
}

func TestAnApplyAndAnUndoThatWereKilledAreEndedByAnUndo(t *testing.T) { each(t, undoEndsAKilledUndo) }

func undoEndsAKilledUndo(p *Program, c *Computer, undone string) error {
	for at := 1; ; at++ {
		applied := c.Clone()
		if !kill(applied, p, Apply, at).Killed {
			return nil
		}
		for undoAt := 1; undoAt < 40; undoAt++ {
			d := applied.Clone()
			if !kill(d, p, Undo, undoAt).Killed {
				break
			}
			run(d, p, Undo)
			if got := d.String(); got != c.String() && got != undone {
				return fmt.Errorf("apply killed before change %d and undo before change %d, it is\n%s", at, undoAt, difference(got, c.String()))
			}
		}
	}
}

func TestApplyBesideARunThatWasKilledIsRefusedOrEndsTheWork(t *testing.T) {
	each(t, applyBesideAKilledRun)
}

func applyBesideAKilledRun(p *Program, c *Computer, undone string) error {
	if !p.Undoable() {
		return nil // it is simply run again
	}
	for at := 1; ; at++ {
		d := c.Clone()
		if !kill(d, p, Apply, at).Killed {
			return nil
		}
		before := d.String()
		again := run(d, p, Apply)
		if again.Status == Refused && strings.ReplaceAll(before, "FixdeskRights", "") != strings.ReplaceAll(d.String(), "FixdeskRights", "") {
			withoutMarker := difference(d.String(), before)
			if strings.Count(withoutMarker, "\n") > 1 {
				return fmt.Errorf("killed before change %d, a second run was refused and changed\n%s", at, withoutMarker)
			}
		}
		run(d, p, Undo)
		run(d, p, Undo)
		if got := d.String(); got != c.String() && got != undone {
			return fmt.Errorf("killed before change %d, applied again (%s) and undone, it is\n%s", at, again.Status, difference(got, c.String()))
		}
	}
}

// TestAllOrdersOfTheRunsKeepTheirPromise plays every sequence of up to four runs. A computer is in one of two states, before and after:
// show and verify leave it, apply leads to the second, undo to the first.
func TestAllOrdersOfTheRunsKeepTheirPromise(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every program in every order")
	}
	each(t, ordersKeepTheirPromise)
}

func ordersKeepTheirPromise(p *Program, c *Computer, undone string) error {
	modes := []Mode{Show, Apply, Verify, Undo}
	d := c.Clone()
	first := run(d, p, Apply)
	after := d.String()
	var play func(c *Computer, applied bool, runs []Mode) error
	play = func(c *Computer, applied bool, runs []Mode) error {
		if len(runs) == 4 {
			return nil
		}
		for _, m := range modes {
			d := c.Clone()
			before := d.String()
			r := run(d, p, m)
			was := applied
			changes := first.Status == OK || first.Status == Started
			switch {
			case m == Show || m == Verify:
				if d.String() != before {
					return fmt.Errorf("%v: %s changes\n%s", runs, m, difference(d.String(), before))
				}
			case m == Apply && changes:
				was = true
				if d.String() != after {
					return fmt.Errorf("%v: apply ends %s and leaves\n%s", runs, r.Status, difference(d.String(), after))
				}
			case m == Undo && p.Undoable():
				was = false
				if want := map[bool]Status{true: OK, false: NothingToDo}[applied]; r.Status != want && !reverses(p) {
					return fmt.Errorf("%v: undo ends %s, want %s", runs, r.Status, want)
				}
				if d.String() != undone && d.String() != c.String() {
					return fmt.Errorf("%v: undo leaves\n%s", runs, difference(d.String(), undone))
				}
			case m == Undo && r.Status != Refused:
				return fmt.Errorf("%v: undo of what cannot be undone ends %s", runs, r.Status)
			}
			if m == Undo && applied && len(p.Lasting()) > 0 {
				continue // what the programs did stays, so the computer is in a third state
			}
			if err := play(d, was, append(runs[:len(runs):len(runs)], m)); err != nil {
				return err
			}
		}
		return nil
	}
	return play(c, false, nil)
}

// reverses reports whether a program runs a command that undo reverses. It does so each time it is applied, and each run is undone.
func reverses(p *Program) bool {
	return slices.ContainsFunc(p.Back, func(op Op) bool { _, ok := op.(Reverse); return ok })
}

// failures are what can go wrong on a computer, each with a name.
func failures() map[string]func(p *Program, c *Computer) {
	all := map[string]func(p *Program, c *Computer){
		"the registry cannot be read":         func(_ *Program, c *Computer) { c.Blind = true },
		"the folder of the runs is read-only": func(_ *Program, c *Computer) { c.NoHold = true },
		"another script is at work":           func(_ *Program, c *Computer) { c.Locked = true },
		"no tool ends a program":              func(_ *Program, c *Computer) { c.NoKiller = true },
	}
	for room := range 12 {
		all[fmt.Sprintf("the drive has room for %d files", room)] = func(_ *Program, c *Computer) { c.Room = room }
	}
	for i := range 4 {
		all[fmt.Sprintf("target %d does not change", i+1)] = func(p *Program, c *Computer) {
			if i < len(p.Targets) {
				c.Deaf = []string{p.Targets[i].Name}
			}
		}
		all[fmt.Sprintf("target %d may not be changed", i+1)] = func(p *Program, c *Computer) {
			if i < len(p.Targets) {
				c.Denied = append(slices.Clone(p.Targets[i].Keys), strings.ToLower(string(p.Targets[i].Path.In)+`\`+p.Targets[i].Path.Name))
			}
		}
	}
	for name, spoil := range map[string]func(*Service){
		"takes no order to stop": func(s *Service) { s.Stubborn = true }, "cannot be looked at": func(s *Service) { s.Hidden = true },
	} {
		for i := range 2 {
			all[fmt.Sprintf("service %d %s", i+1, name)] = func(p *Program, c *Computer) {
				if i < len(p.Services) && c.Services[p.Services[i]] != nil {
					spoil(c.Services[p.Services[i]])
				}
			}
		}
	}
	return all
}

// TestAFailureLosesNothing lets one thing go wrong at a time. Whatever happens, what ran runs, and the computer is as it was, unless
// the run says that it is done.
func TestAFailureLosesNothing(t *testing.T) {
	endings := map[Status]int{}
	each(t, func(p *Program, c *Computer, undone string) error { return failureLosesNothing(p, c, endings) })
	for _, s := range []Status{OK, NothingToDo, Refused, RolledBack, Started} {
		if endings[s] == 0 {
			t.Errorf("no run ended %s: the failures prove too little", s)
		}
	}
}

func failureLosesNothing(p *Program, c *Computer, endings map[Status]int) error {
	healthy := c.Clone()
	run(healthy, p, Apply)
	clumsy := c.Clone()
	clumsy.Clumsy = true
	if r := run(clumsy, p, Apply); r.Status == OK && guardsNeighbours(p) && clumsy.String() != healthy.String() {
		return errors.New("a removal took something else along, and nothing notices")
	}
	for name, spoil := range failures() {
		d := c.Clone()
		spoil(p, d)
		r := run(d, p, Apply)
		endings[r.Status]++
		want := c
		if r.Status == OK || r.Status == Started {
			want = healthy
		}
		if got := d.String(); got != want.String() {
			return fmt.Errorf("%s: apply ends %s and leaves\n%s", name, r.Status, difference(got, want.String()))
		}
		if healthy := r.Status == OK || r.Status == Started; healthy && (d.Blind && reads(p) || d.NoHold && p.Changes()) {
			return fmt.Errorf("%s: apply ends %s", name, r.Status)
		}
	}
	return nil
}

// reads reports whether a program reads the registry.
func reads(p *Program) bool {
	return slices.ContainsFunc(p.Targets, func(t Target) bool { return len(t.Keys) > 0 }) || slices.ContainsFunc(p.Steps, func(op Op) bool {
		switch op := op.(type) {
		case Export:
			return true
		case LookTraces:
			return len(op.Keys) > 0
		}
		return false
	})
}

// guardsNeighbours reports whether a program promises that what stands beside a target stays as it is.
func guardsNeighbours(p *Program) bool {
	return slices.ContainsFunc(p.Steps, func(op Op) bool { s, ok := op.(StopIf); return ok && s.If == Alone })
}

func TestTwoRunsAtOnceDoNotMeet(t *testing.T) {
	each(t, func(p *Program, c *Computer, undone string) error { return secondRunIsRefused(p, c) })
}

func secondRunIsRefused(p *Program, c *Computer) error {
	for _, m := range []Mode{Apply, Undo} {
		d := c.Clone()
		run(d, p, Apply)
		d.Locked = true
		before := d.String()
		if r := run(d, p, m); p.Changes() && r.Status != Refused && r.Status != NothingToDo || d.String() != before {
			return fmt.Errorf("%s beside another run ends %s", m, r.Status)
		}
	}
	return nil
}

func TestUndoLeavesWhatSomebodyElseHasChangedSince(t *testing.T) {
	refused := 0
	each(t, func(p *Program, c *Computer, undone string) error {
		n, err := undoLeavesForeignChanges(p, c)
		refused += n
		return err
	})
	if refused < 10 {
		t.Errorf("only %d undos were refused: the computers prove too little", refused)
	}
}

func undoLeavesForeignChanges(p *Program, c *Computer) (refused int, err error) {
	d := c.Clone()
	if r := run(d, p, Apply); r.Status != OK {
		return 0, nil
	}
	for n, target := range p.Targets {
		if target.Kind != Value && target.Kind != Entry || len(target.Keys) != 1 || !changed(p, n+1) {
			continue
		}
		e := d.Clone()
		e.SetValue(p.View, target.Keys[0], target.Name, Data{Type: SZ, Text: "somebody else's"})
		before := e.String()
		r := run(e, p, Undo)
		if r.Status != Refused {
			return refused, fmt.Errorf("target %d: somebody else has changed it, and undo ends %s", n+1, r.Status)
		}
		if refused++; e.String() != before {
			return refused, fmt.Errorf("target %d: undo is refused and changes\n%s", n+1, difference(e.String(), before))
		}
	}
	return refused, nil
}

func TestApplyDoesWhatThePlanSaysAndNothingElse(t *testing.T) {
	each(t, func(p *Program, c *Computer, _ string) error { return applyDoesItsWork(p, c) })
}

// applyDoesItsWork looks at a computer after apply: no target is there that is to be taken away, every other one is as it is wanted, and
// only lines that name a target differ. No service of the program runs while a target is changed.
func applyDoesItsWork(p *Program, c *Computer) error {
	d := c.Clone()
	r, err := watched(d, p, Apply)
	if err != nil || r.Status != OK && r.Status != Started {
		return err
	}
	if _, err := watched(d.Clone(), p, Undo); err != nil {
		return err
	}
	for _, l := range strings.Split(strings.TrimSpace(difference(d.String(), c.String())), "\n") {
		if len(l) > 2 && !slices.ContainsFunc(p.Targets, func(t Target) bool { return names(t, l) }) && len(p.Lasting()) == 0 {
			return fmt.Errorf("apply also changes %s", l)
		}
	}
	for n, t := range p.Targets {
		if wrong := notAsWanted(d, t); wrong != "" && changed(p, n+1) {
			return fmt.Errorf("apply ends %s with %s", r.Status, wrong)
		}
	}
	if strings.Contains(c.String(), "two forms") {
		return fmt.Errorf("apply ends %s where a target is there in two forms", r.Status)
	}
	return nil
}

// watched is run, with an error where a service of the program runs while a target is changed.
func watched(c *Computer, p *Program, m Mode) (r Result, err error) {
	r = Execution{Program: p, ID: "0123abcd", Mode: m, Given: true, Watch: func(op Op) {
		switch op.(type) {
		case Remove, Set, Move, Restore:
			for _, name := range p.Services {
				if s := c.Services[name]; s != nil && s.Running {
					err = fmt.Errorf("%s: %s runs while something is changed", m, name)
				}
			}
		}
	}}.Do(c)
	return r, err
}

func TestVerifyTellsWhetherTheWorkIsDone(t *testing.T) {
	each(t, func(p *Program, c *Computer, _ string) error { return verifyTells(p, c) })
}

// verifyTells holds that verify is content after apply, and is not on a computer that apply changed.
func verifyTells(p *Program, c *Computer) error {
	d := c.Clone()
	if r := run(d, p, Apply); r.Status != OK || !p.Undoable() {
		return nil
	}
	if r := run(d.Clone(), p, Verify); r.Status != OK && !(r.Status == NothingToDo && reverses(p)) {
		return fmt.Errorf("verify after apply ends %s", r.Status)
	}
	if r := run(c.Clone(), p, Verify); r.Status == OK {
		return errors.New("verify before apply ends ok")
	}
	return nil
}

func TestEveryProgramWorksOnSomeComputer(t *testing.T) {
	for _, s := range stages(t) {
		if !works(s.Program) {
			t.Errorf("%s comes to an end on no computer", s.name)
		}
	}
}

// works reports whether a program ends well on one computer at least.
func works(p *Program) bool {
	for _, c := range computers(p) {
		if r := run(c.Clone(), p, Apply); r.Status == OK || r.Status == Started {
			return true
		}
	}
	return false
}

func names(t Target, line string) bool {
	line = strings.ToLower(line)
	if len(t.Keys) == 0 {
		return strings.Contains(line, strings.ToLower(t.Path.Name))
	}
	return slices.ContainsFunc(t.Keys, func(k string) bool { return strings.Contains(line, strings.ToLower(k)) }) &&
		(strings.Contains(line, strings.ToLower(t.Name)) || t.Make && strings.HasSuffix(line, strings.ToLower(t.Keys[0])))
}

func changed(p *Program, n int) bool { return slices.Contains(p.Steps, Op(Note{Target: n})) }

// notAsWanted returns what of a computer's own account contradicts a target.
func notAsWanted(c *Computer, t Target) string {
	text := strings.ToLower(c.String())
	for _, k := range t.Keys {
		switch entry := strings.ToLower(k + ` value ` + t.Name + ` = `); {
		case t.Kind == Entry && (strings.Contains(text, strings.ToLower(k+`\`+t.Name+"\n")) || strings.Contains(text, entry)):
			return k + `\` + t.Name
		case t.Kind == Value && t.Want != nil && strings.Contains(text, "key "+strings.ToLower(k)+"\n") && !strings.Contains(text, entry+strings.ToLower(t.Want.String())):
			return "another value " + t.Name
		}
	}
	if t.Kind == Line && !strings.Contains(text, strings.ToLower(t.Edit.Line())) {
		return "no line " + t.Edit.Line()
	}
	return ""
}

// TestAProgramThatLacksAnOperationIsNoticed takes one operation after the other out of every program. Some property must fail for each
// kind of operation that protects anything.
func TestAProgramThatLacksAnOperationIsNoticed(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every mutant")
	}
	properties := map[string]property{
		"undo after a kill":        undoGivesBack,
		"undo after a killed undo": undoCanBeRunAgain,
		"orders":                   ordersKeepTheirPromise,
		"failures":                 func(p *Program, c *Computer, _ string) error { return failureLosesNothing(p, c, map[Status]int{}) },
		"foreign changes":          func(p *Program, c *Computer, _ string) error { _, err := undoLeavesForeignChanges(p, c); return err },
		"work":                     func(p *Program, c *Computer, _ string) error { return applyDoesItsWork(p, c) },
		"verify":                   func(p *Program, c *Computer, _ string) error { return verifyTells(p, c) },
		"two runs":                 func(p *Program, c *Computer, _ string) error { return secondRunIsRefused(p, c) },
	}
	protective := []string{"CanRead", "Lock", "Save", "Note", "Compare", "CompareRest", "StopIf odd", "StopIf several", "Unchanged", "Reopen", "Restore", "StopService", "Remove", "Set"}
	noticed := map[string]bool{}
	for _, s := range stages(t) {
		for _, m := range mutants(s.Program) {
			if !slices.Contains(protective, m.lacks) || noticed[m.name] {
				continue
			}
			noticed[m.name] = !works(m.Program)
			for _, c := range computers(m.Program) {
				for _, holds := range properties {
					noticed[m.name] = noticed[m.name] || fails(m.Program, c, holds)
				}
			}
		}
	}
	lacks := map[string]bool{}
	for name, ok := range noticed {
		t.Logf("a program that lacks %s: noticed %v", name, ok)
		if !ok {
			t.Errorf("no property fails where a program lacks %s", name)
		}
		lacks[strings.Split(name, " in ")[0]] = true
	}
	for _, name := range protective {
		if !lacks[name] {
			t.Errorf("no program has %s", name)
		}
	}
}

// fails reports whether a program does not keep to a property, or cannot be carried out at all.
func fails(p *Program, c *Computer, holds property) (failed bool) {
	defer func() { failed = recover() != nil || failed }()
	return on(p, c, holds) != nil
}

// A mutant is a program without one of its operations.
type mutant struct {
	*Program
	lacks string // the name of the operation
	name  string // with the part of the program
}

func mutants(p *Program) []mutant {
	var all []mutant
	for part, label := range []string{"begin", "steps", "looks", "guards", "back"} {
		ops := *parts(p)[part]
		for i, op := range ops {
			m := *p
			*parts(&m)[part] = slices.Delete(slices.Clone(ops), i, i+1)
			lacks := strings.TrimPrefix(fmt.Sprintf("%T", op), "program.")
			if s, ok := op.(StopIf); ok {
				lacks += " " + string(s.If)
			}
			all = append(all, mutant{&m, lacks, lacks + " in " + label})
		}
	}
	return all
}

func parts(p *Program) []*[]Op { return []*[]Op{&p.Begin, &p.Steps, &p.Looks, &p.Guards, &p.Back} }

func TestWhatAProgramShowsIsWhatItDoes(t *testing.T) {
	for _, s := range stages(t) {
		var shown, done []string
		for _, op := range s.Show() {
			if st, ok := op.(Step); ok {
				shown = append(shown, st.Text)
			}
		}
		for _, op := range s.Apply() {
			if st, ok := op.(Step); ok {
				done = append(done, st.Text)
			}
		}
		if !slices.Equal(shown, done) || len(shown) == 0 {
			t.Errorf("%s: shows %q and does %q", s.name, shown, done)
		}
	}
}
