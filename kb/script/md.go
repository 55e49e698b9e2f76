package script

import (
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// md writes a page to read: the whole plan, or a stage, as a runbook for a person.
//
// Quoting. Markdown has no comment and no escape for a whole text, but a backslash before any of its signs, so every sign that
// could begin markup gets one. What stands between backticks is held to the plan's own narrow names. A text is one line.
type md struct{}

var mdEscape = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "#", `\#`, "|", `\|`, "!", `\!`,
	"&", `\&`, "~", `\~`, "=", `\=`, "$", `\$`, "\r", " ", "\n", " ", "\t", " ", "\x00", " ")

func (md) extension() string { return ".md" }

func (d md) render(j *job) (string, error) {
	p := &page{job: j, eol: "\n"}
	p.Grow(8 << 10)
	p.line("# ", mdEscape.Replace(p.plan.Goal()))
	p.line()
	p.line("Fix ", p.plan.Name(), ", ", p.source(), ", risk ", p.plan.Risk.String(), ", ", idMark, zeros, ".")
	for _, doubt := range p.doubts() {
		p.line()
		p.line("Not certain: ", mdEscape.Replace(doubt))
	}
	n := p.first
	for _, s := range p.plan.Stages {
		if p.stage != 0 && s.Number != p.stage {
			continue
		}
		p.line()
		p.line("## Stage ", strconv.Itoa(s.Number), " of ", strconv.Itoa(p.stages))
		p.line()
		for _, step := range s.Steps {
			p.number = n
			if err := write(d, p, step); err != nil {
				return "", err
			}
			n++
		}
	}
	p.line()
	p.line("## Undo")
	p.line()
	switch {
	case !p.plan.Changes():
		p.line("No script changes anything here, so none has anything to undo.")
		return p.String(), nil
	case p.undo == nil:
		p.line("Nothing of it can be undone by a script. What a removal took away comes back with a new installation.")
		return p.String(), nil
	}
	for i, s := range p.undo {
		p.line(strconv.Itoa(i+1), ". ", mdEscape.Replace(s.Does()))
	}
	return p.String(), nil
}

// step writes a numbered line: what is done, whether it changes anything, and where it is stated.
func (md) step(p *page, s plan.Step, more ...string) error {
	p.line(p.no(), ". **", effect(s), "** ", mdEscape.Replace(s.Does()), " (", mdEscape.Replace(plan.Article(s)), ")")
	for _, m := range more {
		p.line("   - ", m)
	}
	return nil
}

// mdKeys says where a person looks for keys.
func mdKeys(keys []plan.Key) []string {
	lines := make([]string, len(keys))
	for i, k := range keys {
		lines[i] = "Registry Editor: `" + k.Long() + "`"
	}
	return lines
}

func (d md) checkPlatform(p *page, s plan.CheckPlatform) error { return d.step(p, s) }
func (d md) checkRights(p *page, s plan.CheckRights) error     { return d.step(p, s) }
func (d md) expectEntry(p *page, s plan.ExpectEntry) error {
	return d.step(p, s, append(mdKeys(s.Keys),
		"Look for a subkey `"+string(s.Name)+"`, a value of that name, and a list (REG_MULTI_SZ) that holds it.",
		"None of the keys is there: "+mdEscape.Replace(s.Otherwise),
		"No other entry is there: stop. The last site of a client is never taken away.")...)
}
func (d md) expectKey(p *page, s plan.ExpectKey) error {
	return d.step(p, s, "It is not there: "+mdEscape.Replace(s.Otherwise))
}
func (d md) expectGone(p *page, s plan.ExpectGone) error     { return d.step(p, s) }
func (d md) expectClient(p *page, s plan.ExpectClient) error { return d.step(p, s) }
func (d md) backupKey(p *page, s plan.BackupKey) error {
	return d.step(p, s, "Registry, Export Registry File, Selected branch. Use a new name, and look whether the file is there and not empty.")
}
func (d md) backupFile(p *page, s plan.BackupFile) error { return d.step(p, s) }
func (d md) stopServices(p *page, s plan.StopServices) error {
	var lines []string
	for _, sv := range s.Services {
		lines = append(lines, "`net stop \""+string(sv)+"\"`")
	}
	return d.step(p, s, append(lines, "One goes on running: stop here, and start the others again.")...)
}
func (d md) startServices(p *page, s plan.StartServices) error {
	var lines []string
	for _, sv := range s.Services {
		lines = append(lines, "`net start \""+string(sv)+"\"`")
	}
	return d.step(p, s, lines...)
}
func (d md) endProcess(p *page, s plan.EndProcess) error {
	return d.step(p, s, "Task Manager, Processes: `"+s.Image+"`, End Process")
}
func (d md) deleteEntry(p *page, s plan.DeleteEntry) error { return d.step(p, s, mdKeys(s.Keys)...) }
func (d md) setValue(p *page, s plan.SetValue) error {
	return d.step(p, s, mdKeys([]plan.Key{s.Key})...)
}
func (d md) editFile(p *page, s plan.EditFile) error {
	return d.step(p, s, "Look for the label `:"+s.Label+"` first. Without it leave the file alone.")
}
func (d md) runTool(p *page, s plan.RunTool) error {
	return d.step(p, s, strings.TrimRight("`"+s.Tool.File()+" "+s.Tool.Args(), " ")+"`")
}
func (d md) verifyGone(p *page, s plan.VerifyGone) error     { return d.step(p, s, mdKeys(s.Keys)...) }
func (d md) verifyValue(p *page, s plan.VerifyValue) error   { return d.step(p, s) }
func (d md) verifyFile(p *page, s plan.VerifyFile) error     { return d.step(p, s) }
func (d md) verifyClient(p *page, s plan.VerifyClient) error { return d.step(p, s) }
func (d md) collect(p *page, s plan.Collect) error {
	var lines []string
	for _, f := range s.Facts {
		lines = append(lines, collectByHand[f])
	}
	return d.step(p, s, lines...)
}
func (d md) restoreEntry(p *page, s plan.RestoreEntry) error { return d.step(p, s) }
func (d md) restoreValue(p *page, s plan.RestoreValue) error { return d.step(p, s) }
func (d md) restoreFile(p *page, s plan.RestoreFile) error   { return d.step(p, s) }
func (d md) person(p *page, s plan.Step) error               { return d.step(p, s) }

// collectByHand says where a person reads what the collector prints.
var collectByHand = map[string]string{
	"base_version": "base\\_version: Control Panel, Systems Management, Components.",
	"cap_version":  "cap\\_version: `compver.ini` in `clicomp.box\\base` on the client access point.",
	"client_os":    "client\\_os: My Computer, Properties.",
	"client_sites": "client\\_sites: Control Panel, Systems Management, Sites.",
	"process":      "process: Task Manager, Processes, sorted by CPU.",
}
