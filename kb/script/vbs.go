package script

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// vbs writes for the Windows Script Host, which Windows 98, Me, 2000 and later have and Windows 95 and NT 4.0 can get. It reads the
// registry by an export of regedit and edits it by importing a file, because RegWrite knows no lists and RegDelete no keys with
// subkeys. It is the dialect that can rewrite a list.
//
// Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back. The host returns 0 for a script that it could not
// read, so 0 is none of them.
//
// Quoting. A string stands in double quotes, and the one thing in it that could end it, a double quote, is doubled. There are no
// escapes. A comment ends with its line. Text is held to printable ASCII, which leaves no line end, and does not end with an
// underscore, which would join the next line. An equals sign is taken out, so that no text can look like the ID of the script.
type vbs struct{}

var vbsSigns = lettersAnd(`.,:;'/\_-+#@()$%&!?*[]{}<>|^~"`)

func vbsText(s string) string { return strings.TrimRight(vbsSigns.plain(s), "_ ") }

// vbsString returns a text as a literal.
func vbsString(s string) string { return `"` + strings.ReplaceAll(vbsText(s), `"`, `""`) + `"` }

func (vbs) extension() string { return ".vbs" }

func (d vbs) render(j *job) (string, error) {
	p := &page{job: j, eol: "\r\n", number: j.first}
	p.Grow(36 << 10)
	if !j.scripted() {
		return "", p.unsupported(j.steps[0], "a person does all of it")
	}
	d.head(p)
	p.line("Sub Steps")
	for i, s := range j.steps {
		p.number = j.first + i
		d.step(p, s)
		if err := write(d, p, s); err != nil {
			return "", err
		}
	}
	if p.writes() {
		p.line("  If Mode = \"apply\" Then")
		p.line("    Verify")
		p.line("    Exit Sub")
		p.line("  End If")
		p.line("  Say \"Nothing was changed. Run this file with /apply to do it.\"")
	}
	p.line("  Status = \"ok\"")
	p.line("End Sub")
	d.verify(p)
	d.undo(p)
	d.usageSub(p)
	d.cleanup(p)
	p.WriteString(vbsLibrary)
	return p.String(), nil
}

func (vbs) head(p *page) {
	comment := func(s string) {
		for i, l := range wrap(vbsText(s), 110) {
			if i > 0 {
				l = "      " + l
			}
			p.line("' ", l)
		}
	}
	comment("Fixdesk: " + p.title() + ". From " + p.source() + ".")
	comment(p.plan.Goal())
	p.line("'")
	for i, s := range p.steps {
		comment(fmt.Sprintf("%2d %-7s  %s", p.first+i, effect(s), s.Does()))
	}
	p.line("'")
	for _, doubt := range p.doubts() {
		comment("Not certain: " + doubt)
	}
	comment("Run it with cscript //nologo. Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back.")
	for _, u := range p.usage() {
		comment(u)
	}
	p.line("Option Explicit")
	p.line("Const RESULT = \"FIXDESK-RESULT v=1 fix=", p.plan.Name(), " ", idMark, zeros, "\"")
	p.WriteString(vbsDims)
	family := "any"
	if pf := p.plan.Platform(); pf != plan.AnyPlatform {
		family = string(pf)
	}
	p.line("Const FAMILY = ", vbsString(family))
	p.line("Const EDITS = ", vbsBool(p.edits()))
	p.line("Const FOLDERFILES = ", vbsString(strings.Join(p.required(), "|")))
	p.line("Const FIRSTSTEP = ", strconv.Itoa(p.first))
	p.WriteString(vbsMain)
}

func vbsBool(b bool) string {
	if b {
		return "True"
	}
	return "False"
}

// cleanup writes what every way out of the script passes: the services that were stopped are started.
func (vbs) cleanup(p *page) {
	p.line("Sub StartAll")
	for i := len(p.kept) - 1; i >= 0; i-- {
		p.line("  StartService ", vbsString(string(p.kept[i])), ", ", vbsString(p.kept[i].Key()))
	}
	p.line("End Sub")
}

func (vbs) step(p *page, s plan.Step) {
	if verifies(s) {
		p.line("  If Mode = \"show\" Then Say ", vbsString("step "+p.no()+" "+effect(s)+": "+s.Does()))
		return
	}
	p.line("  Begin ", p.no(), ", ", vbsString(effect(s)), ", ", vbsString(s.Does()))
}

// leave ends the steps where a condition holds.
func (vbs) leave(p *page, condition, status, why string) {
	p.line("  If ", condition, " Then")
	p.line("    Leave ", vbsString(status), ", ", vbsString(why))
	p.line("    Exit Sub")
	p.line("  End If")
}

// leaveApplying is leave for a condition that does something: And of VBScript looks at both of its sides, so the mode comes first in
// an If of its own.
func (d vbs) leaveApplying(p *page, condition, status, why string) {
	p.line("  If Mode = \"apply\" Then")
	d.leave(p, condition, status, why)
	p.line("  End If")
}

func (vbs) applying(p *page, lines ...string) {
	p.line("  If Mode = \"apply\" Then")
	for _, l := range lines {
		p.line("    ", l)
	}
	p.line("  End If")
}

// vbsKeys returns the spellings of a key as one literal.
func vbsKeys(keys []plan.Key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Long()
	}
	return vbsString(strings.Join(names, "|"))
}

func (d vbs) checkPlatform(p *page, s plan.CheckPlatform) error { return nil } // the main part has stopped on any other

func (d vbs) checkRights(p *page, s plan.CheckRights) error {
	d.leaveApplying(p, `Not CanWrite()`, "refused", "This user cannot write to the folder FIXDESK of Windows. Run this as an administrator. Nothing was changed.")
	if p.job.undo == nil {
		return nil // a run that was cut off is simply done again
	}
	d.leaveApplying(p, `Broken()`, "refused", "An earlier run of this script did not come to its end. Run it with /undo first. Nothing was changed.")
	return nil
}

func (d vbs) expectEntry(p *page, s plan.ExpectEntry) error {
	at := p.entry(s.Keys, s.Name)
	n := strconv.Itoa(at + 1)
	p.line("  Key", n, " = FirstKey(", vbsKeys(s.Keys), ")")
	d.leave(p, "Key"+n+" = \"\"", "refused", s.Otherwise)
	p.line("  Kind", n, " = LookFor(Key", n, ", ", vbsString(string(s.Name)), ")")
	p.line("  If Kind", n, " <> \"\" Then")
	p.line("    Say \"  ", string(s.Name), " in \" & Key", n, " & \": \" & Kind", n)
	p.line("    Found = True")
	p.line("  End If")
	if p.lastLook(at) {
		d.leave(p, "Not Found", "nothing-to-do", "The key is there without "+p.names()+". There is nothing to do.")
		d.leave(p, "InStr(Kind"+n+", \"binary\") > 0", "refused", "The entry is a binary value that this script does not understand. Nothing was changed.")
		d.leave(p, "OthersLeft(Key"+n+", "+vbsString(strings.ReplaceAll(p.names(), ", ", "|"))+") = 0", "refused",
			"No other entry would be left under the key, and the last site of a client is never taken away. Nothing was changed.")
	}
	return nil
}

func (d vbs) expectKey(p *page, s plan.ExpectKey) error {
	d.leave(p, "Not HasKey("+vbsString(s.Key.Long())+")", "refused", s.Otherwise)
	last := true
	for i, v := range p.values {
		if v.key != s.Key {
			last = last && i == 0
			continue
		}
		p.line("  If ValueOf(", vbsString(v.key.Long()), ", ", vbsString(string(v.name)), ") <> ", vbsString(`"`+v.data+`"`), " Then Found = True")
		last = i == len(p.values)-1
	}
	if last {
		d.leave(p, "Not Found", "nothing-to-do", "It is so already. There is nothing to do.")
	}
	return nil
}

func vbsTraces(t plan.Traces) string {
	var names []string
	for _, sv := range t.Services {
		names = append(names, "s:"+string(sv)+":"+sv.Key())
	}
	for _, f := range t.Files {
		names = append(names, "f:"+f)
	}
	for _, k := range t.Keys {
		names = append(names, "k:"+k.Long())
	}
	return vbsString(strings.Join(names, "|"))
}

func (d vbs) expectGone(p *page, s plan.ExpectGone) error {
	p.line("  There = Traces(", vbsTraces(s.Traces), ")")
	d.leave(p, `There <> "" And LastRun() <> ""`, "nothing-to-do", "This script has run here already, and the client is installed. There is nothing to do.")
	d.leave(p, `There <> ""`, "refused", "The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.")
	return nil
}

func (d vbs) expectClient(p *page, s plan.ExpectClient) error {
	p.line("  There = Traces(", vbsTraces(s.Traces), ")")
	d.leave(p, `There = ""`, "nothing-to-do", "No client is installed on this computer. There is nothing to do.")
	return nil
}

func (d vbs) needRun(p *page) {
	d.leaveApplying(p, `Not NewRun()`, "refused", "No new folder for the backup could be made in the folder FIXDESK of Windows. Nothing was changed.")
}

func (d vbs) backupKey(p *page, s plan.BackupKey) error {
	d.needRun(p)
	p.line("  Saved = True")
	p.line("  If Mode = \"apply\" Then Saved = BackUp(", vbsString("KEY"+p.no()), ", ", vbsKeys(s.Keys), ", ", vbsBool(s.Optional), ")")
	for i, e := range p.entries {
		if e.sure && e.gone {
			n := strconv.Itoa(i + 1)
			p.line("  If Mode = \"apply\" And Kind", n, " <> \"\" Then Saved = SaveEntry(\"E", n, "\", Key", n, ", ", vbsString(string(e.name)), ") And Saved")
		}
	}
	if s.Optional || len(p.entries)+len(p.values) > 0 {
		d.leave(p, "Not Saved", "refused", "The export is missing or not whole, and the drive may be full. Nothing was changed.")
	} else {
		d.leave(p, "Not Saved", "nothing-to-do", "The key is not there. There is nothing to do.")
	}
	return nil
}

func (d vbs) backupFile(p *page, s plan.BackupFile) error {
	p.line("  If Folder <> \"\" Then")
	p.line("    Old = ReadAll(Folder & \"\\", s.File, "\")")
	p.line("    If Not HasLabel(Old, ", vbsString(p.edit.Label), ") Then")
	p.line("      Leave \"refused\", \"The file could not be read, or it has no such label to jump to. Nothing was changed.\"")
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("    If FirstLine(Old) = ", vbsString(strings.ToUpper(p.edit.First)), " Then")
	p.line("      Leave \"nothing-to-do\", \"The line is there already. There is nothing to do.\"")
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("  End If")
	d.needRun(p)
	d.leaveApplying(p, `Not WriteAll(Run & "\OLD.TXT", Old)`, "refused", "The copy is missing or not the same. Nothing was changed.")
	return nil
}

func (d vbs) stopServices(p *page, s plan.StopServices) error {
	for _, sv := range s.Services {
		d.leaveApplying(p, `Not StopService(`+vbsString(string(sv))+", "+vbsString(sv.Key())+")", "refused",
			string(sv)+" goes on running. Either it hangs, or this user is no administrator. Nothing was changed, and what was stopped is started again.")
	}
	return nil
}

func (d vbs) startServices(p *page, s plan.StartServices) error {
	for _, sv := range s.Services {
		p.line("  If Mode = \"apply\" Then StartService ", vbsString(string(sv)), ", ", vbsString(sv.Key()))
	}
	return nil
}

func (d vbs) endProcess(p *page, s plan.EndProcess) error {
	d.applying(p, "EndProcess "+vbsString(s.Image))
	return nil
}

func (d vbs) deleteEntry(p *page, s plan.DeleteEntry) error {
	at := p.entry(s.Keys, s.Name)
	e := p.entries[at]
	n := strconv.Itoa(at + 1)
	p.line("  If Mode = \"apply\" Then")
	if !e.sure {
		p.line("    Key", n, " = FirstKey(", vbsKeys(s.Keys), ")")
		p.line("    Kind", n, " = \"\"")
		p.line("    If Key", n, " <> \"\" Then Kind", n, " = LookFor(Key", n, ", ", vbsString(string(e.name)), ")")
		p.line("    If Kind", n, " <> \"\" Then")
		p.line("      If Not SaveEntry(\"E", n, "\", Key", n, ", ", vbsString(string(e.name)), ") Then")
		p.line("        If Not Noted(\"CHANGED\") Then")
		p.line("          Leave \"refused\", \"The export is missing or not whole, and the drive may be full. Nothing was changed.\"")
		p.line("          Exit Sub")
		p.line("        End If")
		d.rollBack(p, "The export is missing or not whole, and the drive may be full.")
		p.line("        Exit Sub")
		p.line("      End If")
		p.line("    End If")
	}
	p.line("    If Kind", n, " <> \"\" Then")
	p.line("      If Not RemoveEntry(\"E", n, "\", Key", n, ", ", vbsString(string(e.name)), ") Then")
	d.rollBack(p, "Looking again shows something else than that one entry gone.")
	p.line("        Exit Sub")
	p.line("      End If")
	p.line("    End If")
	p.line("  End If")
	return nil
}

func (d vbs) setValue(p *page, s plan.SetValue) error {
	n := strconv.Itoa(p.value(s.Key, s.Name, s.Data) + 1)
	p.line("  If Mode = \"apply\" Then")
	p.line("    If Not SetValue(\"V", n, "\", ", vbsString(s.Key.Long()), ", ", vbsString(string(s.Name)), ", ", vbsString(s.Data), ") Then")
	d.rollBack(p, "Looking again shows another value.")
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("  End If")
	return nil
}

// rollBack puts back everything that this run has changed up to now, the last change first. What was not changed yet has no mark.
func (d vbs) rollBack(p *page, why string) {
	back := []string{"AllBack()"}
	for i := len(p.values) - 1; i >= 0; i-- {
		p.line("        RestoreValue ", p.valueArgs(i))
		back = append(back, "ValueBack("+p.valueArgs(i)+")")
	}
	for i := len(p.entries) - 1; i >= 0; i-- {
		if p.entries[i].gone {
			p.line("        RestoreEntry \"E", strconv.Itoa(i+1), "\"")
		}
	}
	p.line("        RolledBack ", strings.Join(back, " And "), ", ", vbsString(why))
}

// valueArgs returns what the functions of the library want to know of a value: its mark, its key and its name.
func (p *page) valueArgs(i int) string {
	v := p.values[i]
	return fmt.Sprintf("\"V%d\", %s, %s", i+1, vbsString(v.key.Long()), vbsString(string(v.name)))
}

func (d vbs) editFile(p *page, s plan.EditFile) error {
	p.line("  If Mode = \"apply\" Then")
	p.line("    If Not (WriteAll(Run & \"\\NEW.TXT\", ", vbsString(s.First), " & vbCrLf & Old) And NoteAll(\"CHANGED\")) Then")
	if p.changesRegistry() {
		d.rollBack(p, "The new file could not be written.")
	} else {
		p.line("      Forget \"CHANGED\"")
		p.line("      Leave \"refused\", \"The new file could not be written, and the drive may be full. Nothing was changed.\"")
	}
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("    WriteAll Folder & \"\\", s.File, "\", ", vbsString(s.First), " & vbCrLf & Old")
	p.line("    If ReadAll(Folder & \"\\", s.File, "\") <> ", vbsString(s.First), " & vbCrLf & Old Then")
	p.line("      RolledBack WriteAll(Folder & \"\\", s.File, "\", Old), \"Looking again shows another file. It may be in use, or read-only.\"")
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("  End If")
	return nil
}

func (d vbs) runTool(p *page, s plan.RunTool) error {
	d.needRun(p)
	d.applying(p, "RunTool "+vbsString(s.Tool.File())+", "+vbsString(s.Tool.Args()))
	return nil
}

func (d vbs) verifyGone(p *page, s plan.VerifyGone) error     { return nil }
func (d vbs) verifyValue(p *page, s plan.VerifyValue) error   { return nil }
func (d vbs) verifyFile(p *page, s plan.VerifyFile) error     { return nil }
func (d vbs) verifyClient(p *page, s plan.VerifyClient) error { return nil }
func (d vbs) restoreEntry(p *page, s plan.RestoreEntry) error { return nil }
func (d vbs) restoreValue(p *page, s plan.RestoreValue) error { return nil }
func (d vbs) restoreFile(p *page, s plan.RestoreFile) error   { return nil }
func (d vbs) person(p *page, s plan.Step) error               { return nil }

func (d vbs) collect(p *page, s plan.Collect) error {
	p.line("  WScript.Echo \"FIXDESK-FACTS v=1\"")
	for _, f := range s.Facts {
		switch f {
		case "client_os":
			p.line("  CollectWindows")
		case "client_sites":
			p.line("  CollectSites ", vbsString(`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Sites\Shared`))
			p.line("  CollectSites ", vbsString(`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites`))
		}
	}
	for _, e := range evidence {
		p.line("  CollectLines ", vbsString(e.file), ", ", vbsString(e.text))
	}
	p.line("  WScript.Echo \"FIXDESK-END\"")
	return nil
}

// verify writes the mode that looks whether the cause is gone.
func (d vbs) verify(p *page) {
	p.line("Sub Verify")
	looks := false
	for i, s := range p.steps {
		p.number = p.first + i
		if s, ok := s.(plan.Verify); ok {
			p.line("  Say ", vbsString("step "+p.no()+" person: "+s.Text))
			continue
		}
		if !verifies(s) {
			continue
		}
		looks = true
		p.line("  Begin ", p.no(), ", ", vbsString(effect(s)), ", ", vbsString(s.Does()))
		d.verifyStep(p, s)
	}
	p.line("  Status = \"ok\"")
	if !looks {
		p.line("  If Mode = \"apply\" Then Exit Sub")
		p.line("  Leave \"nothing-to-do\", \"Nothing of it can be looked at by a script.\"")
	}
	p.line("End Sub")
}

// verifyStep writes one look, which ends the script where it sees something else.
func (d vbs) verifyStep(p *page, s plan.Step) {
	switch s := s.(type) {
	case plan.VerifyGone:
		n := strconv.Itoa(p.entry(s.Keys, s.Name) + 1)
		p.line("  Key", n, " = FirstKey(", vbsKeys(s.Keys), ")")
		d.leave(p, "Key"+n+" = \"\"", "refused", "None of the keys is there, so this computer does not show it.")
		d.leave(p, "LookFor(Key"+n+", "+vbsString(string(s.Name))+") <> \"\"", "failed", string(s.Name)+" is still there.")
	case plan.VerifyValue:
		d.leave(p, "ValueOf("+vbsString(s.Key.Long())+", "+vbsString(string(s.Name))+") <> "+vbsString(`"`+s.Data+`"`), "failed", "It is not so, or not any more.")
	case plan.VerifyFile:
		d.leave(p, "FirstLine(ReadAll(Folder & \"\\"+s.File+"\")) <> "+vbsString(strings.ToUpper(s.First)), "failed", "The first line is another one.")
	case plan.VerifyClient:
		d.lookClient(p, s)
	}
}

func (d vbs) lookClient(p *page, s plan.VerifyClient) {
	p.line("  If Mode = \"verify\" Then")
	p.line("    There = Traces(", vbsTraces(s.Traces), ")")
	if s.Gone {
		p.line("    If There <> \"\" Then")
		p.line("      Leave \"failed\", \"The client is still there. The computer may have to be restarted first.\"")
	} else {
		p.line("    If There = \"\" Then")
		p.line("      Leave \"failed\", \"The client is not there yet.\"")
	}
	p.line("      Exit Sub")
	p.line("    End If")
	p.line("  End If")
}

// undo writes the mode that takes back what the last run did: first it looks whether everything is still as that run left it. While
// UNDOING is noted an undo has begun to put things back, and the next one goes on with it.
func (d vbs) undo(p *page) {
	p.line("Sub Undo")
	if p.job.undo == nil {
		p.line("  Leave \"refused\", \"Nothing of this stage can be undone by a script.\"")
		p.line("End Sub")
		return
	}
	p.line("  StepNo = 1")
	d.leave(p, "Not LastUndone()", "nothing-to-do", "No run of this script is left to undo.")
	p.line("  Say \"undo of run \" & Run")
	p.line("  If Noted(\"CHANGED\") Then")
	p.line("  Resumed = Noted(\"UNDOING\")")
	p.line("  If Not Noted(\"UNDOING\") Then")
	d.undoLooks(p)
	p.line("  End If")
	p.line("  StepNo = 2")
	d.leave(p, "Not NoteAll(\"UNDOING\")", "refused", "Nothing can be written to the folder of the run. Nothing was changed.")
	for _, sv := range p.kept {
		p.line("  If Not StopService(", vbsString(string(sv)), ", ", vbsString(sv.Key()), ") Then")
		p.line("    Say ", vbsString(string(sv)+" goes on running, and what was stopped is started again."))
		p.line("    If Resumed Then")
		p.line("      Leave \"refused\", ", vbsString(undoResumed))
		p.line("    Else")
		p.line("      Forget \"UNDOING\"")
		p.line("      Leave \"refused\", \"Nothing was changed.\"")
		p.line("    End If")
		p.line("    Exit Sub")
		p.line("  End If")
	}
	p.line("  StepNo = 3")
	d.undoPutsBack(p)
	p.line("  End If")
	d.leave(p, "Not NoteAll(\"UNDONE\")", "failed", "It is put back, but the folder of the run cannot be written to, so that a later undo would do it again.")
	p.line("  Forget \"OPEN\"")
	p.line("  Forget \"UNDOING\"")
	p.line("  Leave \"ok\", \"Put back.\"")
	p.line("End Sub")
}

// undoLooks refuses where something is not as the run has left it.
func (d vbs) undoLooks(p *page) {
	for i, e := range p.entries {
		if !e.gone {
			continue
		}
		mark := "\"E" + strconv.Itoa(i+1) + "\""
		d.leave(p, "KeyGone("+mark+")", "refused",
			"The key of "+string(e.name)+" is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.")
		d.leave(p, "ThereAgain("+mark+", "+vbsString(string(e.name))+")", "refused",
			string(e.name)+" is there again, or its list is another one. Somebody else has changed it, and it is left alone.")
	}
	for i, v := range p.values {
		d.leave(p, "ValueChanged("+p.valueArgs(i)+", "+vbsString(v.data)+")", "refused",
			string(v.name)+" is not what this script wrote. Somebody else has changed it, and it is left alone.")
	}
	if p.edits() {
		d.leave(p, "FileChanged(\""+p.edit.File+"\")", "refused", p.edit.File+" is not what this script wrote. Somebody else has changed it, and it is left alone.")
	}
}

// undoPutsBack puts everything back, the last change first.
func (d vbs) undoPutsBack(p *page) {
	for i := len(p.entries) - 1; i >= 0; i-- {
		e := p.entries[i]
		if !e.gone {
			continue
		}
		n := strconv.Itoa(i + 1)
		p.line("  RestoreEntry \"E", n, "\"")
		d.leave(p, "Not EntryBack(\"E"+n+"\", "+vbsString(string(e.name))+")", "failed", string(e.name)+" could not be put back. Its export is in the folder of the run.")
	}
	for i := len(p.values) - 1; i >= 0; i-- {
		p.line("  RestoreValue ", p.valueArgs(i))
		d.leave(p, "Not ValueBack("+p.valueArgs(i)+")", "failed", string(p.values[i].name)+" could not be put back.")
	}
	if p.edits() {
		p.line("  WriteAll Folder & \"\\", p.edit.File, "\", ReadAll(Run & \"\\OLD.TXT\")")
		d.leave(p, "ReadAll(Folder & \"\\"+p.edit.File+"\") <> ReadAll(Run & \"\\OLD.TXT\")", "failed", p.edit.File+" could not be put back.")
	}
}

func (d vbs) usageSub(p *page) {
	p.line("Sub Usage")
	for _, u := range append([]string{p.title() + ". " + p.plan.Goal()}, p.usage()...) {
		p.line("  WScript.Echo ", vbsString(u))
	}
	p.line("End Sub")
}
