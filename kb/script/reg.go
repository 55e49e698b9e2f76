package script

import (
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// reg writes a registration file. It holds only the edits of a stage, and every other step as a numbered comment for the person who
// imports it, the backup first. A registration file cannot look before it changes: it takes subkeys away, which makes nothing where
// there is none, and leaves to the person whatever would make a key.
//
// Quoting. A line that begins with ";" is a comment to its end, so a text needs only to stay on its line and in ASCII; brackets
// and quotes are taken out of it all the same, in case a reader of lines takes them for more. Keys stand in brackets and hold none.
// Names and data stand in quotes and hold neither quotes nor backslashes.
type reg struct{}

var regSigns = lettersAnd(`.,:;'/\_-+#@()%$?`)

func (reg) extension() string { return ".reg" }

func (d reg) render(j *job) (string, error) {
	p := &page{job: j, eol: "\r\n"}
	p.Grow(4 << 10)
	if !has[plan.DeleteEntry](j.steps) && !has[plan.SetValue](j.steps) {
		return "", p.unsupported(j.steps[0], "the stage has no edit of the registry")
	}
	p.line("REGEDIT4")
	p.line()
	d.comment(p, "Fixdesk: "+p.title()+". From "+p.source()+".")
	p.line("; fix=", p.plan.Name(), " ", idMark, zeros)
	d.comment(p, p.plan.Goal())
	for _, doubt := range p.doubts() {
		d.comment(p, "Not certain: "+doubt)
	}
	d.comment(p, "This file changes the registry at once and without a look. Do the steps by hand that are numbered here, in this order.")
	d.comment(p, "Undo: import the file that you exported before. It puts back what was deleted, and does not take away what came later.")
	for i, s := range j.steps {
		p.number = j.first + i
		p.line()
		d.comment(p, p.no()+" "+effect(s)+": "+s.Does())
		if err := write(d, p, s); err != nil {
			return "", err
		}
	}
	return p.String(), nil
}

func (reg) comment(p *page, text string) {
	for _, l := range wrap(regSigns.plain(text), 110) {
		p.line("; ", l)
	}
}

// byHand tells a person how to do what another dialect does by itself.
func (d reg) byHand(p *page, text string) error {
	d.comment(p, "  By hand: "+text)
	return nil
}

func (d reg) checkPlatform(p *page, s plan.CheckPlatform) error { return nil }
func (d reg) checkRights(p *page, s plan.CheckRights) error {
	return d.byHand(p, "log on as an administrator.")
}

func (d reg) expectEntry(p *page, s plan.ExpectEntry) error {
	return d.byHand(p, "look for a subkey of that name. If it is a value or stands in a list there, do not import this file, and delete that in Registry Editor. If no other entry is there, stop. "+s.Otherwise)
}

func (d reg) expectKey(p *page, s plan.ExpectKey) error {
	return d.byHand(p, "if the key is not there, do not import this file, because it would make it. "+s.Otherwise)
}

func (d reg) expectGone(p *page, s plan.ExpectGone) error {
	return d.byHand(p, "look, and stop where it is there.")
}
func (d reg) expectClient(p *page, s plan.ExpectClient) error { return d.byHand(p, "look.") }

func (d reg) backupKey(p *page, s plan.BackupKey) error {
	return d.byHand(p, "Registry Editor, Registry, Export Registry File, Selected branch, under a new name. Look whether the file is there and not empty.")
}
func (d reg) backupFile(p *page, s plan.BackupFile) error { return d.byHand(p, "copy it.") }

func (d reg) stopServices(p *page, s plan.StopServices) error {
	return d.byHand(p, "Control Panel, Services, Stop. Remember which of them ran.")
}

func (d reg) startServices(p *page, s plan.StartServices) error {
	return d.byHand(p, "Control Panel, Services, Start, those that ran.")
}

func (d reg) endProcess(p *page, s plan.EndProcess) error {
	return d.byHand(p, "Task Manager, Processes, End Process.")
}

func (d reg) deleteEntry(p *page, s plan.DeleteEntry) error {
	for _, k := range s.Keys {
		p.line("[-", k.Sub(s.Name).Long(), "]")
	}
	if !p.entries[p.entry(s.Keys, s.Name)].sure {
		return d.byHand(p, "this takes away a subkey of that name. A value of that name stays: delete it in Registry Editor.")
	}
	return nil
}

func (d reg) setValue(p *page, s plan.SetValue) error {
	p.line("[", s.Key.Long(), "]")
	p.line(`"`, string(s.Name), `"="`, s.Data, `"`)
	return nil
}

func (d reg) editFile(p *page, s plan.EditFile) error { return d.byHand(p, "use an editor.") }
func (d reg) runTool(p *page, s plan.RunTool) error {
	return d.byHand(p, "run it when this file is imported: "+strings.TrimRight(s.Tool.File()+" "+s.Tool.Args(), " ")+".")
}
func (d reg) verifyGone(p *page, s plan.VerifyGone) error     { return d.byHand(p, "look.") }
func (d reg) verifyValue(p *page, s plan.VerifyValue) error   { return d.byHand(p, "look.") }
func (d reg) verifyFile(p *page, s plan.VerifyFile) error     { return d.byHand(p, "look.") }
func (d reg) verifyClient(p *page, s plan.VerifyClient) error { return d.byHand(p, "look.") }
func (d reg) collect(p *page, s plan.Collect) error {
	return p.unsupported(s, "a registration file prints nothing")
}
func (d reg) restoreEntry(p *page, s plan.RestoreEntry) error { return nil }
func (d reg) restoreValue(p *page, s plan.RestoreValue) error { return nil }
func (d reg) restoreFile(p *page, s plan.RestoreFile) error   { return nil }
func (d reg) person(p *page, s plan.Step) error               { return nil }
