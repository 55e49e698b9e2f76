package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// op writes an operation.
func (p *vbsPage) op(op program.Op) {
	switch op := op.(type) {
	case program.Step:
		p.step = op
		p.call("Task", strconv.Itoa(op.Number), vbsString(op.Effect), vbsString(op.Text))
	case program.Say:
		p.call("Remark", `"show apply verify undo"`, vbsString(op.Text))
	case program.MustBe:
		p.call("MustBe", vbsString(op.Platform), vbsString(program.Words(vbsPlatforms[op.Platform])))
	case program.CanRead:
		p.call("CanRead")
	case program.NeedFolder:
		modes := "apply"
		if op.Edits {
			modes = "apply verify undo"
		}
		p.call("NeedFolder", vbsString(modes), p.data(strings.Join(p.Folder, "|")))
	case program.Look:
		p.call("Look", strconv.Itoa(op.Target))
	case program.LookTraces:
		modes := "show apply verify"
		if op.Later {
			modes = "verify"
		}
		p.call("LookTraces", vbsString(modes), vbsArray(p.all(op.Services)), vbsArray(p.all(op.Files)), vbsArray(p.all(op.Keys)))
	case program.StopIf:
		p.stopIf(op)
	case program.Compare:
		p.call("Compare", strconv.Itoa(op.Target), vbsBool(op.OrNoKey), p.notSet(op.Target))
	case program.CompareRest:
		p.call("CompareRest", strconv.Itoa(op.Target), vbsString(program.Words("not-alone")))
	case program.Collect:
		p.collect(op.Facts)
	case program.Lock:
		p.call("TakeLock")
	case program.NoneOpen:
		p.call("NoneOpen")
	case program.Rights:
		p.rights(op.Of)
	case program.NewRun:
		p.call("NewRun", vbsBool(op.Again))
	case program.Export:
		p.call("ExportKeys", strconv.Itoa(op.Step), p.data(strings.Join(op.Keys, "|")), vbsString(string(op.None)))
	default:
		p.change(op)
	}
}

// change writes an operation that changes the computer, prepares that, or takes it back.
func (p *vbsPage) change(op program.Op) {
	switch op := op.(type) {
	case program.Save:
		p.call(p.kinds(op.Target, "Save", "SaveFile", "SaveFile", "SaveFile"), p.args(op.Target, false)...)
		if from := p.Target(op.Target).From; from != (program.Path{}) {
			p.call("SaveSource", strconv.Itoa(op.Target), p.place(from))
		}
	case program.Note:
		p.call("Note", strconv.Itoa(op.Target))
	case program.Remove:
		p.put(op.Target)
	case program.Set:
		p.put(op.Target)
	case program.Move:
		p.move(op)
	case program.StopService:
		p.call("StopService", p.data(op.Service))
	case program.StartServices:
		p.call("StartServices", vbsArray(p.services()))
	case program.EndProcess:
		p.call("EndProcess", p.data(op.Image))
	case program.Run:
		routine := "RunTool"
		if op.Given {
			routine = "RunGiven"
		}
		p.call(routine, strconv.Itoa(op.Step), p.data(op.Program), p.data(strings.Join(op.Args, " ")), vbsBool(op.Later))
	case program.OpenRun:
		p.call("OpenRun")
	case program.Unchanged:
		p.call("Unchanged", strconv.Itoa(op.Target))
	case program.Reopen:
		p.call("Reopen")
	case program.Restore:
		p.call(p.kinds(op.Target, "Restore", "RestoreFile", "RestoreIni", "RestoreAttributes"), p.args(op.Target, true)...)
		if p.Target(op.Target).Make {
			p.call("Unmake", strconv.Itoa(op.Target))
		}
	case program.Reverse:
		if op.Given {
			p.fail("a command of the folder that is given is not undone")
		}
		p.call("Reverse", strconv.Itoa(op.Step), p.data(op.Program), p.data(strings.Join(op.Undone, " ")))
	default:
		p.fail("it does not know this operation")
	}
}

func (p *vbsPage) stopIf(op program.StopIf) {
	status, why := vbsString(string(op.Status)), vbsString(op.Why)
	modes := `"show apply verify"`
	switch {
	case op.Later:
		modes = `"verify"`
	case op.If == program.Always:
		modes = `"show apply verify undo"`
	}
	switch op.If {
	case program.AnyTrace:
		p.call("StopWhere", modes, `Trace <> ""`, status, why)
	case program.NoTrace:
		p.call("StopWhere", modes, `Trace = ""`, status, why)
	case program.HasRun:
		p.call("StopWhere", modes, `Trace <> "" And LastRun() <> ""`, status, why)
	case program.Always:
		p.call("StopWhere", modes, "True", status, why)
	default:
		var of []string
		for _, n := range op.Of {
			if op.If == program.Alone && p.Target(n).Kind == program.Key {
				p.call("LookBeside", strconv.Itoa(n))
			}
			of = append(of, strconv.Itoa(n))
		}
		p.call("StopIf", vbsString(string(op.If)), vbsArray(of), status, why)
	}
}

// notSet returns what a run says where a target is not as it is wanted.
func (p *vbsPage) notSet(n int) string {
	t := p.Target(n)
	name := "not-set"
	if t.Want == nil && t.Edit == (program.Edit{}) && t.From == (program.Path{}) {
		name = "not-removed"
	}
	return vbsString(program.Words(name, "name", vbsName(t)))
}

// rights writes a try for each key and for each file, once.
func (p *vbsPage) rights(of []int) {
	var tried []string
	for _, n := range of {
		t := p.Target(n)
		place := strings.Join(t.Keys, "|")
		if place == "" {
			place = p.place(t.Path)
		}
		if slices.Contains(tried, place) {
			continue
		}
		tried = append(tried, place)
		if len(t.Keys) > 0 {
			p.call("Rights", strconv.Itoa(n))
		} else {
			p.call("RightsBeside", place)
		}
	}
}

// kinds chooses a routine by the kind of a target.
func (p *vbsPage) kinds(n int, registry, file, ini, attributes string) string {
	switch t := p.Target(n); {
	case len(t.Keys) > 0:
		return registry
	case t.Kind == program.Ini:
		return ini
	case t.Kind == program.Attributes:
		return attributes
	}
	return file
}

// args returns what a routine must know of a target: of an entry of an ini file also where it stands.
func (p *vbsPage) args(n int, entry bool) []string {
	t := p.Target(n)
	args := []string{strconv.Itoa(n)}
	if len(t.Keys) == 0 {
		args = append(args, p.place(t.Path))
	}
	if t.Kind == program.Ini && entry {
		args = append(args, p.data(t.Section), p.data(t.Item))
	}
	return args
}

// put writes the change of one target.
func (p *vbsPage) put(n int) {
	t := p.Target(n)
	args := p.args(n, true)
	switch {
	case len(t.Keys) > 0:
		p.call("Change", args...)
	case t.Kind == program.File:
		from := `""`
		if t.From != (program.Path{}) {
			from = p.place(t.From)
		}
		p.call("ChangeFile", append(args, from)...)
	default:
		p.call(p.kinds(n, "", "ChangeText", "ChangeIni", "ChangeAttributes"), args...)
	}
}

func (p *vbsPage) move(op program.Move) {
	from, to := p.Target(op.From), p.Target(op.To)
	if len(from.Keys) > 0 {
		p.call("MoveValue", strconv.Itoa(op.From), strconv.Itoa(op.To))
		return
	}
	p.call("MoveFile", p.place(from.Path), p.place(to.Path))
}

func (p *vbsPage) collect(facts []string) {
	p.call("Say", `"FIXDESK-FACTS v=1"`)
	for _, f := range facts {
		switch f {
		case "client_os":
			p.call("CollectWindows")
		case "client_sites":
			p.call("CollectSites", vbsString(`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared`))
			p.call("CollectSites", vbsString(`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites`))
		}
	}
	for _, e := range evidence {
		p.call("CollectLines", vbsString(e.file), vbsString(e.text))
	}
	p.call("Say", `"FIXDESK-END"`)
}
