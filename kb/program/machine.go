package program

import (
	"fmt"
	"slices"
	"strings"
)

// A Result is how a run ended.
type Result struct {
	Status Status
	Step   int
	Code   int      // of the command that was run
	Killed bool     // the run was ended from outside: Status says nothing
	Says   []string // what it printed
}

// An Execution carries out a program on a computer.
type Execution struct {
	Program *Program
	ID      string // of the script: runs of one ID know of each other
	Mode    Mode
	Given   bool     // a folder is given that holds what it must
	Kill    int      // the run is killed before its change of this number, from 1; 0 never
	Watch   func(Op) // is called before each operation; may be nil
}

// Do carries out a run and returns how it ended. Everything that it changed stands in the computer.
func (e Execution) Do(c *Computer) (result Result) {
	m := &machine{Execution: e, c: c, found: map[int]state{}}
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
			result = Result{Killed: true, Says: m.result.Says}
		}
		if m.locked {
			c.Locked = false // an open handle is closed with its process
		}
	}()
	m.result.Status = OK
	m.do()
	m.finish()
	return m.result
}

type killed struct{}

type machine struct {
	Execution
	c      *Computer
	result Result
	stop   bool
	ticks  int
	locked bool
	torn   bool
	trace  bool
	found  map[int]state
	run    *run
	last   Status // of a command
}

// tick stands before every single change of the computer and of the folder of the runs: there a run can be killed.
func (m *machine) tick() {
	m.ticks++
	if m.ticks == m.Kill {
		panic(killed{})
	}
}

func (m *machine) say(text string) { m.result.Says = append(m.result.Says, text) }

func (m *machine) halt(status Status, why string) {
	m.stop = true
	m.result.Status = status
	m.say(why)
}

// fail stops as failed where something is noted, else as refused: nothing was changed then.
func (m *machine) fail(why string) {
	if m.run != nil && len(m.run.noted)+len(m.run.ran) > 0 {
		m.halt(Failed, why)
		return
	}
	m.halt(Refused, why)
}

func (m *machine) do() {
	switch m.Mode {
	case Show:
		m.each(m.Program.Show())
	case Verify:
		m.each(m.Program.Verify())
	case Undo:
		m.each(m.Program.Undo())
	case Apply:
		m.each(m.Program.Apply())
		m.rollBack()
	}
}

func (m *machine) each(ops []Op) {
	for _, op := range ops {
		if m.stop {
			return
		}
		m.op(op)
	}
}

// rollBack takes back what a run changed that failed.
func (m *machine) rollBack() {
	if m.result.Status != Failed || m.run == nil || len(m.run.noted)+len(m.run.ran) == 0 {
		return
	}
	step := m.result.Step
	m.stop = false
	m.result.Status = OK
	m.each(m.Program.Rollback())
	m.result.Step = step
	if m.result.Status != OK {
		m.torn = true
		m.say("not rolled back")
		return
	}
	m.result.Status = RolledBack
	m.tick()
	m.run.noted = map[int]bool{}
}

// finish starts what was stopped and closes the run.
func (m *machine) finish() {
	m.startServices()
	if m.stop && m.Mode == Undo && m.result.Status == Failed {
		m.torn = true
	}
	if m.result.Status == OK && m.last != "" {
		m.result.Status = m.last
	}
	if m.run == nil || m.torn {
		return
	}
	switch {
	case m.Mode == Undo && m.result.Status == OK:
		m.tick()
		m.run.undone = true
		m.tick()
		m.run.open = false
	case m.Mode == Apply:
		if len(m.run.noted)+len(m.run.ran) == 0 {
			m.tick()
			m.run.counted = false
		}
		m.tick()
		m.run.open = false
	}
}

func (m *machine) op(op Op) {
	if m.Watch != nil {
		m.Watch(op)
	}
	switch op := op.(type) {
	case Step:
		m.result.Step = op.Number
		m.say(fmt.Sprintf("step %d %s: %s", op.Number, op.Effect, op.Text))
	case Say:
		m.say(op.Text)
	case MustBe:
		if op.Platform != m.c.Platform {
			m.halt(Refused, "another family of Windows")
		}
	case CanRead:
		if m.c.Blind {
			m.halt(Refused, Words("unreadable"))
		}
	case NeedFolder:
		if !m.Given && (m.Mode == Apply || op.Edits && m.Mode != Show) {
			m.halt(Refused, "no folder is given")
		}
	case Look:
		m.found[op.Target] = m.look(op.Target)
	case LookTraces:
		m.trace = m.traces(op.Traces)
	case StopIf:
		if m.holds(op) {
			m.halt(op.Status, op.Why)
		}
	case Compare:
		m.compare(op)
	case CompareRest:
		if m.rest(op.Target) != m.run.rest[op.Target] {
			m.fail(Words("not-alone"))
		}
	case Collect:
		m.say("FIXDESK-FACTS v=1")
		m.say("FIXDESK-END")
	default:
		m.act(op)
	}
}

func (m *machine) act(op Op) {
	switch op := op.(type) {
	case Lock:
		m.lock()
	case NoneOpen:
		if last := m.lastRun(); last != nil && last.open {
			m.halt(Refused, Words("broken", "undo", "/undo"))
		}
	case Rights:
		m.rights(op.Of)
	case NewRun:
		m.newRun(op.Again)
	case Export:
		m.export(op)
	case Save:
		m.save(op.Target)
	case Note:
		m.note(op.Target)
	case StopService:
		m.stopService(op.Service)
	case StartServices:
		m.startServices()
	case EndProcess:
		if m.c.Images[op.Image] && !m.c.NoKiller {
			m.tick()
			delete(m.c.Images, op.Image)
		}
	case Remove:
		m.change(op.Target)
	case Set:
		m.change(op.Target)
	case Move:
		m.move(op)
	case Run:
		m.command(op)
	case OpenRun:
		m.openRun()
	case Unchanged:
		m.unchanged(op.Target)
	case Reopen:
		m.tick()
		m.run.open = true
	case Restore:
		m.restore(op.Target)
	case Reverse:
		m.reverse(op)
	default:
		panic(fmt.Sprintf("%T is no operation", op))
	}
}

func (m *machine) look(n int) state { return m.c.look(m.Program.View, m.Program.Target(n)) }

func (m *machine) holds(s StopIf) bool {
	all := func(ok func(n int) bool) bool {
		return !slices.ContainsFunc(s.Of, func(n int) bool { return !ok(n) })
	}
	switch s.If {
	case NoKey:
		return all(func(n int) bool { return m.found[n].noKey })
	case Done:
		return all(func(n int) bool { return m.found[n].done(m.c, m.Program.Target(n)) })
	case Odd:
		return !all(func(n int) bool { return !m.found[n].odd })
	case Present:
		return !all(func(n int) bool { return !m.found[n].there })
	case Several:
		return !all(func(n int) bool { return len(m.found[n].forms) < 2 })
	case Alone:
		return m.alone(s.Of)
	case AnyTrace:
		return m.trace
	case NoTrace:
		return !m.trace
	case HasRun:
		return m.trace && m.lastRun() != nil
	}
	return s.If == Always
}

// alone reports whether nothing would be left beside the targets.
func (m *machine) alone(of []int) bool {
	byKey := map[string][]string{}
	for _, n := range of {
		key := m.found[n].key
		byKey[key] = append(byKey[key], strings.ToLower(m.Program.Target(n).Name))
	}
	for key, names := range byKey {
		if m.others(key, names) == 0 {
			return true
		}
	}
	return false
}

// others counts what stays under a key but the names: subkeys, values that are no default value, and other elements of the lists
// that hold one of them.
func (m *machine) others(key string, names []string) int {
	count := 0
	for _, sub := range m.c.children(m.Program.View, key) {
		if !slices.Contains(names, sub) {
			count++
		}
	}
	for k, v := range m.c.key(m.Program.View, key).values {
		if k == "" || slices.Contains(names, k) {
			continue
		}
		if v.Type != Multi {
			count++
			continue
		}
		for _, item := range v.List {
			if !slices.Contains(names, strings.ToLower(item)) {
				count++
			}
		}
	}
	return count
}

func (m *machine) traces(t Traces) bool {
	for _, s := range t.Services {
		if m.c.Services[s] != nil {
			return true
		}
	}
	for _, f := range t.Files {
		if m.c.Files[Path{Windows, f}.id()] != nil {
			return true
		}
	}
	return slices.ContainsFunc(t.Keys, func(k string) bool { return m.c.key(m.Program.View, k) != nil })
}

// compare looks again.
func (m *machine) compare(op Compare) {
	t, s := m.Program.Target(op.Target), m.look(op.Target)
	if op.OrNoKey && m.Mode == Verify && s.noKey {
		return
	}
	if !s.done(m.c, t) {
		m.fail(Words("not-set", "name", t.Name))
	}
}

// rest is what stands under the key of a target but for the targets of the program under the same key.
func (m *machine) rest(n int) string {
	t := m.Program.Target(n)
	key := m.c.spelling(m.Program.View, t)
	var names []string
	for _, other := range m.Program.Targets {
		if slices.Equal(other.Keys, t.Keys) {
			names = append(names, strings.ToLower(other.Name))
		}
	}
	var b strings.Builder
	for _, sub := range m.c.children(m.Program.View, key) {
		if !slices.Contains(names, sub) {
			b.WriteString(m.c.dump(m.Program.View, key+`\`+sub) + "\n")
		}
	}
	values := m.c.key(m.Program.View, key).values
	for _, k := range slices.Sorted(keysOf(values)) {
		d := values[k].Data
		d.List = slices.DeleteFunc(slices.Clone(d.List), func(item string) bool { return slices.Contains(names, strings.ToLower(item)) })
		if !slices.Contains(names, k) {
			b.WriteString(k + " " + d.String() + "\n")
		}
	}
	return b.String()
}

func (m *machine) lock() {
	if m.c.NoHold {
		m.halt(Refused, Words("no-hold"))
		return
	}
	if m.c.Locked {
		m.halt(Refused, Words("locked"))
		return
	}
	m.tick()
	m.c.Locked, m.locked = true, true
}

const marker = "FixdeskRights"

// rights tries to write where the targets are, and takes away the marker of a run that was killed between the two.
func (m *machine) rights(of []int) {
	for _, n := range of {
		t := m.Program.Target(n)
		place := t.Path.id()
		if len(t.Keys) > 0 {
			if place = m.c.spelling(m.Program.View, t); place == "" {
				continue // the looks say what that means
			}
		}
		if !m.c.may(place) {
			m.halt(Refused, Words("no-rights", "what", place))
			return
		}
		if len(t.Keys) > 0 {
			m.tick()
			m.c.SetValue(m.Program.View, place, marker, Data{Type: SZ, Text: "x"})
			m.tick()
			delete(m.c.key(m.Program.View, place).values, strings.ToLower(marker))
		}
	}
}

// lastRun returns the last run of this script that is not undone, nil where there is none.
func (m *machine) lastRun() *run {
	for _, r := range slices.Backward(m.c.runs) {
		if r.id == m.ID && r.counted && !r.undone {
			return r
		}
	}
	return nil
}

func (m *machine) newRun(again bool) {
	if last := m.lastRun(); last != nil && last.open && !again {
		m.halt(Refused, Words("broken", "undo", "/undo"))
		return
	}
	if !m.room() {
		m.halt(Refused, Words("no-run"))
		return
	}
	m.tick()
	r := &run{id: m.ID, open: true, noted: map[int]bool{}, saved: map[int]state{}, rest: map[int]string{}}
	m.c.runs = append(m.c.runs, r)
	m.tick()
	r.counted = true
	m.run = r
}

// room takes a file's place on the drive, and reports whether there is one.
func (m *machine) room() bool {
	if m.c.Room == 0 {
		return false
	}
	m.c.Room--
	return true
}

func (m *machine) export(op Export) {
	some := false
	for _, k := range op.Keys {
		if m.c.key(m.Program.View, k) == nil {
			continue
		}
		some = true
		if !m.room() {
			m.halt(Refused, Words("not-saved", "what", k))
			return
		}
		m.tick()
		m.run.exports++
	}
	if !some && op.None != "" {
		m.halt(op.None, Words("not-saved", "what", op.Keys[0]))
	}
}

func (m *machine) save(n int) {
	t := m.Program.Target(n)
	if !m.room() {
		m.halt(Refused, Words("not-saved", "what", t.Name))
		return
	}
	m.tick()
	m.run.saved[n] = m.found[n]
	if t.Kind == Entry && !m.found[n].noKey {
		m.run.rest[n] = m.rest(n)
	}
}

func (m *machine) note(n int) {
	if !m.room() {
		m.fail(Words("not-noted"))
		return
	}
	m.tick()
	m.run.noted[n] = true
}

func (m *machine) stopService(name string) {
	s := m.c.Services[name]
	if s == nil {
		return
	}
	if s.Hidden {
		m.halt(Refused, Words("no-look", "what", "The service "+name))
		return
	}
	if !s.Running {
		return
	}
	if !m.room() {
		m.halt(Refused, Words("not-noted"))
		return
	}
	m.tick()
	if !slices.Contains(m.run.stopped, name) {
		m.run.stopped = append(m.run.stopped, name)
	}
	if s.Stubborn {
		m.halt(Refused, Words("stuck", "service", name))
		return
	}
	m.tick()
	s.Running = false
}

func (m *machine) startServices() {
	if m.run == nil {
		return
	}
	for _, name := range slices.Backward(slices.Clone(m.run.stopped)) {
		s := m.c.Services[name]
		if s != nil && !s.Running {
			if s.Broken {
				m.result.Status, m.torn = Failed, true
				m.say(Words("down", "service", name))
				continue
			}
			m.tick()
			s.Running = true
		}
		m.tick()
		m.run.stopped = slices.DeleteFunc(m.run.stopped, func(n string) bool { return n == name })
	}
}

// change gives a target what it wants. What is absent and wanted absent is left.
func (m *machine) change(n int) {
	t, s := m.Program.Target(n), m.found[n]
	if s.done(m.c, t) || !m.c.may(s.key) || m.c.deaf(t.Name) {
		return
	}
	switch t.Kind {
	case Key, Entry:
		m.remove(t, s)
	case Value, Element:
		m.setUnder(t, s)
	default:
		m.setFile(t)
	}
}

func (m *machine) remove(t Target, s state) {
	key := s.key
	if t.Kind == Entry {
		key += `\` + t.Name
	}
	if t.Kind == Key || slices.Contains(s.forms, Key) {
		for _, id := range m.c.below(m.Program.View, key) {
			m.tick()
			delete(m.c.keys, id)
		}
	}
	if t.Kind == Key {
		return
	}
	n := m.c.key(m.Program.View, s.key)
	if m.c.Clumsy {
		clear(n.values)
	}
	if slices.Contains(s.forms, Value) {
		m.tick()
		delete(n.values, strings.ToLower(t.Name))
	}
	for k, v := range s.lists {
		m.tick()
		v.List = without(v.List, t.Name)
		n.values[k] = v
	}
}

func without(list []string, item string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(have string) bool { return strings.EqualFold(have, item) })
}

func (m *machine) setUnder(t Target, s state) {
	key := s.key
	if key == "" {
		key = t.Keys[0]
	}
	m.tick()
	n := m.c.MakeKey(m.Program.View, key)
	m.tick()
	name := strings.ToLower(t.Name)
	switch {
	case t.Kind == Value && t.Want == nil:
		delete(n.values, name)
	case t.Kind == Value:
		n.values[name] = value{t.Name, *t.Want}
	default:
		list := without(n.values[name].List, t.Item)
		if t.Want != nil {
			list = append(list, t.Item)
		}
		n.values[name] = value{t.Name, Data{Type: Multi, List: list}}
	}
}

func (m *machine) setFile(t Target) {
	m.tick()
	id := t.Path.id()
	f := m.c.Files[id]
	switch {
	case t.Kind == File && t.From == (Path{}):
		delete(m.c.Files, id)
		return
	case f == nil:
		f = &Content{}
		m.c.Files[id] = f
	}
	switch t.Kind {
	case File:
		f.Text = m.c.Files[t.From.id()].Text
	case Attributes:
		f.Attributes = withAttributes(f.Attributes, t.Want.Text)
	case Ini:
		f.Text = iniSet(f.Text, t.Section, t.Item, t.Want)
	case Line:
		f.Text = t.Edit.apply(f.Text)
	}
}

// move gives To what From is, then takes From away.
func (m *machine) move(op Move) {
	from, to := m.Program.Target(op.From), m.Program.Target(op.To)
	s := m.found[op.From]
	if !s.there || m.c.deaf(from.Name) {
		return
	}
	m.tick()
	if from.Kind == Value {
		n := m.c.key(m.Program.View, s.key)
		n.values[strings.ToLower(to.Name)] = value{to.Name, s.data.Data}
		m.tick()
		delete(n.values, strings.ToLower(from.Name))
		return
	}
	m.c.Files[to.Path.id()] = &Content{s.file.Text, s.file.Attributes}
	m.tick()
	delete(m.c.Files, from.Path.id())
}

func (m *machine) command(r Run) {
	do := m.c.Commands[r.Program]
	if do == nil {
		m.fail(Words("no-start", "program", r.Program))
		return
	}
	m.tick()
	m.run.ran = append(m.run.ran, r.Step)
	m.tick()
	m.result.Code = do(m.c, r.Args)
	switch {
	case r.Later:
		m.last = Started
	case m.result.Code != 0:
		m.halt(Failed, Words("command-fails", "program", r.Program, "code", fmt.Sprint(m.result.Code)))
	}
}

// reverse undoes a command that the run has run.
func (m *machine) reverse(r Reverse) {
	if do := m.c.Commands[r.Program]; do != nil && slices.Contains(m.run.ran, r.Step) {
		m.tick()
		do(m.c, r.Undone)
	}
}

func (m *machine) openRun() {
	m.run = m.lastRun()
	if m.run == nil {
		m.halt(NothingToDo, Words("no-last-run"))
	}
}

// unchanged compares a target with what its run left, and, where that was cut off, with what it had saved and what lies between.
func (m *machine) unchanged(n int) {
	if !m.run.noted[n] {
		return
	}
	t, now, saved := m.Program.Target(n), m.look(n), m.run.saved[n]
	if now.text == saved.text || m.left(t, now, saved) || m.run.open && now.among(saved) {
		return
	}
	m.halt(Refused, Words("changed-by", "name", t.Name))
}

// left reports whether a target is as a run leaves it.
func (m *machine) left(t Target, now, saved state) bool {
	if t.MovedFrom > 0 {
		from := m.run.saved[t.MovedFrom]
		return now.there && from.there && now.data.Data.String() == from.data.Data.String() && (now.file == nil || *now.file == *from.file)
	}
	switch t.Kind {
	case Line:
		return now.file != nil && saved.file != nil && now.file.Text == t.Edit.apply(saved.file.Text)
	case Element:
		list := without(saved.data.List, t.Item)
		if t.Want != nil {
			list = append(list, t.Item)
		}
		return now.data.Data.String() == Data{Type: Multi, List: list}.String()
	case Entry:
		for k, v := range now.lists {
			return v.Data.String() == Data{Type: Multi, List: without(saved.lists[k].List, t.Name)}.String()
		}
	case Attributes:
		return now.file != nil && now.file.Attributes == withAttributes(saved.file.Attributes, t.Want.Text)
	}
	return now.done(m.c, t)
}

// restore gives a noted target back as it was saved.
func (m *machine) restore(n int) {
	if !m.run.noted[n] {
		return
	}
	t, saved := m.Program.Target(n), m.run.saved[n]
	if m.look(n).text != saved.text && m.c.may(saved.key) && !m.c.deaf("restore "+t.Name) {
		m.put(t, saved)
	}
	if saved.made && len(t.Keys) > 0 {
		m.unmake(t)
	}
	if m.look(n).text != saved.text {
		m.halt(Failed, Words("not-restored", "name", t.Name))
	}
}

// unmake takes a key away that a run made, where it is still empty.
func (m *machine) unmake(t Target) {
	key := t.Keys[0]
	if n := m.c.key(m.Program.View, key); n != nil && len(n.values) == 0 && len(m.c.children(m.Program.View, key)) == 0 {
		m.tick()
		delete(m.c.keys, m.c.id(m.Program.View, key))
	}
}

func (m *machine) put(t Target, saved state) {
	m.tick()
	if len(t.Keys) == 0 {
		m.putFile(t, saved)
		return
	}
	ids := slices.Sorted(keysOf(saved.nodes))
	for _, id := range ids {
		m.tick()
		m.c.keys[id] = &node{saved.nodes[id].path, map[string]value{}}
		for k, v := range saved.nodes[id].values {
			m.c.keys[id].values[k] = v
		}
	}
	key := saved.key
	if key == "" {
		key = t.Keys[0]
	}
	n := m.c.key(m.Program.View, key)
	if n == nil {
		return
	}
	name := strings.ToLower(t.Name)
	switch {
	case t.Kind == Entry && !slices.Contains(saved.forms, Value):
	case saved.data.name != "":
		n.values[name] = saved.data
	case t.Kind != Key:
		delete(n.values, name)
	}
	for k, v := range saved.lists {
		m.tick()
		n.values[k] = v
	}
}

func (m *machine) putFile(t Target, saved state) {
	id := t.Path.id()
	switch {
	case t.Kind == Ini && saved.file != nil && m.c.Files[id] != nil:
		if m.c.Files[id].Text == iniSet(saved.file.Text, t.Section, t.Item, t.Want) {
			m.c.Files[id].Text = saved.file.Text // nothing else was changed, so not even the order is
			return
		}
		var want *Data
		if text, ok := iniGet(saved.file.Text, t.Section, t.Item); ok {
			want = &Data{Text: text}
		}
		m.c.Files[id].Text = iniSet(m.c.Files[id].Text, t.Section, t.Item, want)
	case t.Kind == Attributes && m.c.Files[id] != nil:
		m.c.Files[id].Attributes = saved.file.Attributes
	case saved.file == nil:
		delete(m.c.Files, id)
	default:
		kept := *saved.file
		m.c.Files[id] = &kept
	}
}
