package script

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// ps1 writes for an administrator's workstation and many computers: PowerShell 2.0 and later there, and on the other side only what
// Windows NT 4.0 and 2000 offer, which is the remote registry and remote service control. It needs no WinRM. It was never run by
// us, only parsed, and keeps to a small part of the language for that reason: functions, if, foreach, while, try, hash tables.
//
// Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back: the worst of all computers.
//
// Quoting. A string stands in single quotes, in which PowerShell expands nothing; a single quote is doubled. PowerShell takes
// typographic quotes for quotes too, so text is held to ASCII. A comment ends with its line. An equals sign is taken out, so that no
// text can look like the ID of the script.
type ps1 struct{}

var ps1Signs = lettersAnd(`.,:;'/\_-+#@()$%&!?*[]{}<>|^~"`)

func ps1Text(s string) string { return ps1Signs.plain(s) }

func ps1String(s string) string { return `'` + strings.ReplaceAll(ps1Text(s), `'`, `''`) + `'` }

func (ps1) extension() string { return ".ps1" }

func (d ps1) render(j *job) (string, error) {
	p := &page{job: j, eol: "\r\n", number: j.first}
	p.Grow(28 << 10)
	if !j.scripted() {
		return "", p.unsupported(j.steps[0], "a person does all of it")
	}
	if j.plan.Platform() == plan.Win9x {
		return "", p.unsupported(j.steps[0], "Windows 95, 98 and Me have no remote registry by themselves")
	}
	d.head(p)
	p.line("function Invoke-Steps($c) {")
	for i, s := range j.steps {
		p.number = j.first + i
		if verifies(s) {
			p.line("  if ($mode -eq 'show') { Write-Step $c ", p.no(), " ", ps1String(effect(s)), " ", ps1String(s.Does()), " }")
		} else {
			p.line("  $c.Step = ", p.no())
			p.line("  Write-Step $c ", p.no(), " ", ps1String(effect(s)), " ", ps1String(s.Does()))
		}
		if err := write(d, p, s); err != nil {
			return "", err
		}
	}
	if p.writes() {
		p.line("  if ($mode -eq 'apply') {")
		p.line("    Invoke-Verify $c")
		p.line("    return")
		p.line("  }")
		p.line("  Write-Line $c 'Nothing was changed. Run this file with -Apply to do it.'")
	}
	p.line("  $c.Status = 'ok'")
	p.line("}")
	if err := d.verify(p); err != nil {
		return "", err
	}
	d.undo(p)
	p.WriteString(ps1Library)
	return p.String(), nil
}

func (ps1) head(p *page) {
	comment := func(s string) {
		for i, l := range wrap(ps1Text(s), 110) {
			if i > 0 {
				l = "      " + l
			}
			p.line("# ", l)
		}
	}
	comment("Fixdesk: " + p.title() + ". From " + p.source() + ".")
	comment(p.plan.Goal())
	p.line("#")
	for i, s := range p.steps {
		comment(fmt.Sprintf("%2d %-7s  %s", p.first+i, effect(s), s.Does()))
	}
	p.line("#")
	for _, doubt := range p.doubts() {
		comment("Not certain: " + doubt)
	}
	comment("Never run by us: read it, and try it on one computer first.")
	comment("Give the computers with -ComputerName A,B. Without -Apply, -Verify or -Undo it only shows what it would do.")
	comment("It wants the remote registry and remote service control of the computers, and an administrator of them.")
	if p.job.undo != nil {
		comment("-Undo puts back what this script removed or changed, unless somebody else has changed it since.")
	} else {
		comment("-Undo: nothing of it can be undone by a script, and it says so.")
	}
	comment("Backup and log go to FIXDESK in the program data of this workstation, each time under a new number.")
	comment("Exit codes: 10 ok, 11 nothing to do, 12 refused, 13 failed, 14 rolled back: the worst of all computers.")
	p.line("param([string[]]$ComputerName = @($env:COMPUTERNAME), [switch]$Apply, [switch]$Verify, [switch]$Undo)")
	p.line("$ErrorActionPreference = 'Stop'")
	p.line("$result = 'FIXDESK-RESULT v=1 fix=", p.plan.Name(), " ", idMark, zeros, "'")
	p.line("$firstStep = ", strconv.Itoa(p.first))
	p.line("$kept = @(", ps1Services(p.kept, true), ")")
	p.line()
}

// ps1Services returns services as a list of names and short names, joined by a stroke.
func ps1Services(all []plan.Service, backward bool) string {
	var items []string
	for _, sv := range all {
		item := ps1String(string(sv) + "|" + sv.Key())
		if backward {
			items = append([]string{item}, items...)
		} else {
			items = append(items, item)
		}
	}
	return strings.Join(items, ", ")
}

func ps1Keys(keys []plan.Key) string {
	items := make([]string, len(keys))
	for i, k := range keys {
		items[i] = ps1String(k.Path())
	}
	return "@(" + strings.Join(items, ", ") + ")"
}

func (ps1) leave(p *page, condition, status, why string) {
	p.line("  if (", condition, ") {")
	p.line("    Exit-Steps $c ", ps1String(status), " ", ps1String(why))
	p.line("    return")
	p.line("  }")
}

func (d ps1) leaveApplying(p *page, condition, status, why string) {
	d.leave(p, "($mode -eq 'apply') -and ("+condition+")", status, why)
}

func (d ps1) checkPlatform(p *page, s plan.CheckPlatform) error {
	d.leave(p, `-not (Test-Key $c 'SOFTWARE\Microsoft\Windows NT\CurrentVersion')`, "refused", "This is not Windows NT, 2000 or later. Nothing was done.")
	return nil
}

func (d ps1) checkRights(p *page, s plan.CheckRights) error {
	d.leaveApplying(p, "-not (Test-Rights $c)", "refused", "This user may not change the registry of that computer. Nothing was changed.")
	if p.job.undo == nil {
		return nil // a run that was cut off is simply done again
	}
	d.leaveApplying(p, "Test-Broken $c", "refused", "An earlier run of this script did not come to its end there. Run it with -Undo first. Nothing was changed.")
	return nil
}

func (d ps1) expectEntry(p *page, s plan.ExpectEntry) error {
	at := p.entry(s.Keys, s.Name)
	n := strconv.Itoa(at + 1)
	p.line("  $c.Key", n, " = Get-FirstKey $c ", ps1Keys(s.Keys))
	d.leave(p, "$c.Key"+n+" -eq ''", "refused", s.Otherwise)
	p.line("  $c.Kind", n, " = Get-Kind $c $c.Key", n, " ", ps1String(string(s.Name)))
	p.line("  if ($c.Kind", n, " -ne '') {")
	p.line("    Write-Line $c (", ps1String("  "+string(s.Name)+" is kept as: "), " + $c.Kind", n, ")")
	p.line("    $c.Found = $true")
	p.line("  }")
	if p.lastLook(at) {
		d.leave(p, "-not $c.Found", "nothing-to-do", "The key is there without "+p.names()+". There is nothing to do.")
		d.leave(p, "(Get-OtherCount $c $c.Key"+n+" @("+ps1Names(p.job)+")) -eq 0", "refused",
			"No other entry would be left under the key, and the last site of a client is never taken away. Nothing was changed.")
	}
	return nil
}

func ps1Names(j *job) string {
	var items []string
	for _, e := range j.entries {
		if e.sure {
			items = append(items, ps1String(string(e.name)))
		}
	}
	return strings.Join(items, ", ")
}

func (d ps1) expectKey(p *page, s plan.ExpectKey) error {
	d.leave(p, "-not (Test-Key $c "+ps1String(s.Key.Path())+")", "refused", s.Otherwise)
	last := true
	for i, v := range p.values {
		if v.key != s.Key {
			last = last && i == 0
			continue
		}
		d.leave(p, "Test-Odd $c "+ps1String(v.key.Path())+" "+ps1String(string(v.name)), "refused", string(v.name)+" is there and is no string. Nothing was changed.")
		p.line("  if ((Get-Text $c ", ps1String(v.key.Path()), " ", ps1String(string(v.name)), ") -ne ", ps1String(v.data), ") { $c.Found = $true }")
		last = i == len(p.values)-1
	}
	if last {
		d.leave(p, "-not $c.Found", "nothing-to-do", "It is so already. There is nothing to do.")
	}
	return nil
}

func (d ps1) expectGone(p *page, s plan.ExpectGone) error {
	d.leave(p, "Test-Traces $c "+ps1Traces(s.Traces), "refused", "The client is not removed yet. Restart the computer, or go back to the stage before. Nothing was changed.")
	return nil
}

func (d ps1) expectClient(p *page, s plan.ExpectClient) error {
	d.leave(p, "-not (Test-Traces $c "+ps1Traces(s.Traces)+")", "nothing-to-do", "No client is installed on that computer. There is nothing to do.")
	return nil
}

func ps1Traces(t plan.Traces) string {
	var items []string
	for _, sv := range t.Services {
		items = append(items, ps1String("s|"+string(sv)+"|"+sv.Key()))
	}
	for _, f := range t.Files {
		items = append(items, ps1String("f|"+f))
	}
	for _, k := range t.Keys {
		items = append(items, ps1String("k|"+k.Path()))
	}
	return "@(" + strings.Join(items, ", ") + ")"
}

func (d ps1) backupKey(p *page, s plan.BackupKey) error {
	d.leaveApplying(p, "-not (New-Run $c)", "refused", "No new folder for the backup could be made on this workstation. Nothing was changed.")
	p.line("  $saved = $true")
	p.line("  if ($mode -eq 'apply') {")
	p.line("    $saved = Save-Key $c ", ps1String("key"+p.no()), " ", ps1Keys(s.Keys), " ", ps1Bool(s.Optional))
	for i, e := range p.entries {
		if e.sure && e.gone {
			n := strconv.Itoa(i + 1)
			p.line("    if ($c.Kind", n, " -ne '') { $saved = (Save-Entry $c ", ps1String("e"+n), " $c.Key", n, " ", ps1String(string(e.name)), ") -and $saved }")
		}
	}
	p.line("  }")
	d.leave(p, "-not $saved", "refused", "The backup is missing or empty. Nothing was changed.")
	return nil
}

func ps1Bool(b bool) string {
	if b {
		return "$true"
	}
	return "$false"
}

func (d ps1) backupFile(p *page, s plan.BackupFile) error {
	return p.unsupported(s, "the file lies on one server: use the cmd script there")
}

func (d ps1) stopServices(p *page, s plan.StopServices) error {
	for _, sv := range s.Services {
		d.leaveApplying(p, "-not (Stop-One $c "+ps1Services([]plan.Service{sv}, false)+")", "refused",
			string(sv)+" goes on running. Nothing was changed, and what was stopped is started again.")
	}
	return nil
}

func (d ps1) startServices(p *page, s plan.StartServices) error {
	for _, sv := range s.Services {
		p.line("  if ($mode -eq 'apply') { Start-One $c ", ps1Services([]plan.Service{sv}, false), " }")
	}
	return nil
}

func (d ps1) endProcess(p *page, s plan.EndProcess) error {
	p.line("  if ($mode -eq 'apply') {")
	p.line("    Write-Line $c ", ps1String("  "+s.Image+" runs in the session of the user. Let the user log off and on, or end it in Task Manager there."))
	p.line("  }")
	return nil
}

func (d ps1) deleteEntry(p *page, s plan.DeleteEntry) error {
	at := p.entry(s.Keys, s.Name)
	e := p.entries[at]
	n := strconv.Itoa(at + 1)
	name := ps1String(string(e.name))
	p.line("  if ($mode -eq 'apply') {")
	if !e.sure {
		p.line("    $c.Key", n, " = Get-FirstKey $c ", ps1Keys(s.Keys))
		p.line("    $c.Kind", n, " = ''")
		p.line("    if ($c.Key", n, " -ne '') { $c.Kind", n, " = Get-Kind $c $c.Key", n, " ", name, " }")
		p.line("    if ($c.Kind", n, " -ne '') {")
		p.line("      if (-not (Save-Entry $c ", ps1String("e"+n), " $c.Key", n, " ", name, ")) {")
		p.line("        if (-not (Test-Mark $c 'changed')) {")
		p.line("          Exit-Steps $c 'refused' 'The backup is missing or empty. Nothing was changed.'")
		p.line("          return")
		p.line("        }")
		d.rollBack(p, "The backup is missing or empty.")
		p.line("        return")
		p.line("      }")
		p.line("    }")
	}
	p.line("    if ($c.Kind", n, " -ne '') {")
	p.line("      if (-not (Remove-Entry $c ", ps1String("e"+n), " $c.Key", n, " ", name, ")) {")
	d.rollBack(p, "Looking again shows something else than that one entry gone.")
	p.line("        return")
	p.line("      }")
	p.line("    }")
	p.line("  }")
	return nil
}

func (d ps1) setValue(p *page, s plan.SetValue) error {
	at := p.value(s.Key, s.Name, s.Data)
	p.line("  if ($mode -eq 'apply') {")
	p.line("    if (-not (Set-Text $c ", ps1String("v"+strconv.Itoa(at+1)), " ", ps1String(s.Key.Path()), " ", ps1String(string(s.Name)), " ", ps1String(s.Data), ")) {")
	d.rollBack(p, "Looking again shows another value.")
	p.line("      return")
	p.line("    }")
	p.line("  }")
	return nil
}

// rollBack puts back everything that this run has changed up to now, the last change first. What was not changed yet has no mark.
func (d ps1) rollBack(p *page, why string) {
	var back []string
	for i := len(p.values) - 1; i >= 0; i-- {
		mark := ps1String("v" + strconv.Itoa(i+1))
		p.line("        Restore-Text $c ", mark)
		back = append(back, "(Test-TextBack $c "+mark+")")
	}
	for i := len(p.entries) - 1; i >= 0; i-- {
		if p.entries[i].gone {
			mark := ps1String("e" + strconv.Itoa(i+1))
			p.line("        Restore-Entry $c ", mark)
			back = append(back, "(Test-EntryBack $c "+mark+")")
		}
	}
	p.line("        Exit-Back $c (", strings.Join(back, " -and "), ") ", ps1String(why))
}

func (d ps1) editFile(p *page, s plan.EditFile) error {
	return p.unsupported(s, "the file lies on one server: use the cmd script there")
}

func (d ps1) runTool(p *page, s plan.RunTool) error {
	return p.unsupported(s, "Windows NT 4.0 and 2000 start no program for another computer without an agent: use the cmd script there")
}

func (d ps1) verifyGone(p *page, s plan.VerifyGone) error     { return nil }
func (d ps1) verifyValue(p *page, s plan.VerifyValue) error   { return nil }
func (d ps1) verifyFile(p *page, s plan.VerifyFile) error     { return nil }
func (d ps1) verifyClient(p *page, s plan.VerifyClient) error { return nil }
func (d ps1) restoreEntry(p *page, s plan.RestoreEntry) error { return nil }
func (d ps1) restoreValue(p *page, s plan.RestoreValue) error { return nil }
func (d ps1) restoreFile(p *page, s plan.RestoreFile) error   { return nil }
func (d ps1) person(p *page, s plan.Step) error               { return nil }

func (d ps1) collect(p *page, s plan.Collect) error {
	p.line("  Write-Host ('FIXDESK-FACTS v=1 computer=' + $c.Name)")
	for _, f := range s.Facts {
		switch f {
		case "client_os":
			p.line("  Write-Windows $c")
		case "client_sites":
			p.line(`  Write-Sites $c 'SOFTWARE\Microsoft\SMS\Client\Sites\Shared'`)
			p.line(`  Write-Sites $c 'SOFTWARE\Microsoft\SMS\Client\InstalledSites'`)
		}
	}
	for _, e := range evidence {
		p.line("  Write-Evidence $c ", ps1String(e.file), " ", ps1String(e.text))
	}
	p.line("  Write-Host 'FIXDESK-END'")
	return nil
}

func (d ps1) verify(p *page) error {
	p.line("function Invoke-Verify($c) {")
	looks := false
	for i, s := range p.steps {
		p.number = p.first + i
		if s, ok := s.(plan.Verify); ok {
			p.line("  Write-Line $c ", ps1String("step "+p.no()+" person: "+s.Text))
			continue
		}
		if _, ok := s.(plan.VerifyFile); ok || !verifies(s) {
			continue
		}
		looks = true
		p.line("  $c.Step = ", p.no())
		p.line("  Write-Step $c ", p.no(), " ", ps1String(effect(s)), " ", ps1String(s.Does()))
		d.verifyStep(p, s)
	}
	p.line("  $c.Status = 'ok'")
	if !looks {
		p.line("  if ($mode -eq 'verify') { Exit-Steps $c 'nothing-to-do' 'Nothing of it can be looked at by a script.' }")
	}
	p.line("}")
	return nil
}

// verifyStep writes one look, which ends the script for a computer where it sees something else.
func (d ps1) verifyStep(p *page, s plan.Step) {
	switch s := s.(type) {
	case plan.VerifyGone:
		p.line("  $key = Get-FirstKey $c ", ps1Keys(s.Keys))
		d.leave(p, "$key -eq ''", "refused", "None of the keys is there, so that computer does not show it.")
		d.leave(p, "(Get-Kind $c $key "+ps1String(string(s.Name))+") -ne ''", "failed", string(s.Name)+" is still there.")
	case plan.VerifyValue:
		d.leave(p, "(Get-Text $c "+ps1String(s.Key.Path())+" "+ps1String(string(s.Name))+") -ne "+ps1String(s.Data), "failed", "It is not so, or not any more.")
	case plan.VerifyClient:
		if s.Gone {
			d.leave(p, "($mode -eq 'verify') -and (Test-Traces $c "+ps1Traces(s.Traces)+")", "failed", "The client is still there. The computer may have to be restarted first.")
		} else {
			d.leave(p, "($mode -eq 'verify') -and -not (Test-Traces $c "+ps1Traces(s.Traces)+")", "failed", "The client is not there yet.")
		}
	}
}

// undo writes what takes back what the last run did for a computer: first it looks whether everything is still as that run left it.
// While the mark undoing is there an undo has begun to put things back, and the next one goes on with it.
func (d ps1) undo(p *page) {
	p.line("function Invoke-Undo($c) {")
	if p.job.undo == nil {
		p.line("  Exit-Steps $c 'refused' 'Nothing of this stage can be undone by a script.'")
		p.line("}")
		return
	}
	p.line("  $c.Step = 1")
	d.leave(p, "-not (Open-LastRun $c)", "nothing-to-do", "No run of this script is left to undo for that computer.")
	p.line("  if (Test-Mark $c 'changed') {")
	p.line("  $resumed = Test-Mark $c 'undoing'")
	p.line("  if (-not $resumed) {")
	d.undoLooks(p)
	p.line("  }")
	p.line("  $c.Step = 2")
	p.line("  Set-Mark $c 'undoing'")
	for _, sv := range p.kept {
		p.line("  if (-not (Stop-One $c ", ps1Services([]plan.Service{sv}, false), ")) {")
		p.line("    Write-Line $c ", ps1String(string(sv)+" goes on running, and what was stopped is started again."))
		p.line("    if ($resumed) {")
		p.line("      Exit-Steps $c 'refused' ", ps1String(undoResumed))
		p.line("    } else {")
		p.line("      Remove-Mark $c 'undoing'")
		p.line("      Exit-Steps $c 'refused' 'Nothing was changed.'")
		p.line("    }")
		p.line("    return")
		p.line("  }")
	}
	p.line("  $c.Step = 3")
	d.undoPutsBack(p)
	p.line("  }")
	p.line("  Set-Mark $c 'undone'")
	p.line("  Remove-Mark $c 'open'")
	p.line("  Remove-Mark $c 'undoing'")
	p.line("  Exit-Steps $c 'ok' 'Put back.'")
	p.line("}")
}

// undoLooks refuses where something is not as the run has left it.
func (d ps1) undoLooks(p *page) {
	for i, e := range p.entries {
		if !e.gone {
			continue
		}
		mark := ps1String("e" + strconv.Itoa(i+1))
		d.leave(p, "Test-KeyGone $c "+mark, "refused",
			"The key of "+string(e.name)+" is gone. Somebody else has changed it, and it is left alone: nothing is made where there is no key.")
		d.leave(p, "Test-ThereAgain $c "+mark+" "+ps1String(string(e.name)), "refused",
			string(e.name)+" is there again. Somebody else has changed it, and it is left alone.")
	}
	for i, v := range p.values {
		d.leave(p, "Test-TextChanged $c "+ps1String("v"+strconv.Itoa(i+1))+" "+ps1String(v.data), "refused",
			string(v.name)+" is not what this script wrote. Somebody else has changed it, and it is left alone.")
	}
}

// undoPutsBack puts everything back, the last change first.
func (d ps1) undoPutsBack(p *page) {
	for i := len(p.entries) - 1; i >= 0; i-- {
		if e := p.entries[i]; e.gone {
			mark := ps1String("e" + strconv.Itoa(i+1))
			p.line("  Restore-Entry $c ", mark)
			d.leave(p, "-not (Test-EntryBack $c "+mark+")", "failed", string(e.name)+" could not be put back. It is in the folder of the run.")
		}
	}
	for i := len(p.values) - 1; i >= 0; i-- {
		mark := ps1String("v" + strconv.Itoa(i+1))
		p.line("  Restore-Text $c ", mark)
		d.leave(p, "-not (Test-TextBack $c "+mark+")", "failed", string(p.values[i].name)+" could not be put back.")
	}
}
