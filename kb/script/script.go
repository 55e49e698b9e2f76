// Package script turns a plan into text that a computer runs or a person reads: cmd, bat9x, reg, vbs, ps1, md. It decides
// nothing: what is done, and in which order, is the plan's. It runs nothing either. A dialect either expresses every step of
// a stage or refuses it by name, and the same plan gives the same bytes.
//
// A value has passed two walls before it comes here: the form of its answer, and plan.Bind, which lets a value enter only as a
// site code or a simple word. The third wall is the quoting of each dialect, with its reasons beside it. It holds for every text,
// ours included: what it cannot quote it replaces.
package script

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// A Script is one file that carries out a stage of a plan.
type Script struct {
	Dialect string
	Fix     string // the names of the fixes, joined by a plus sign
	Stage   int    // from 1; 0 for the whole plan
	File    string // made of the names of the fixes and the stage, never of a value
	ID      string // first eight hex digits of the sha256 of Text with these eight characters as zeros
	SHA256  string // of Text, in hex
	Text    string // ASCII with CRLF line ends; md is UTF-8 with LF
}

// ErrSketch says that a plan waits for a yes to what was only read from prose: a person may read it, and no script is made of it.
var ErrSketch = errors.New("the plan waits for a yes to what was only read, and only md shows such a plan")

// An UnsupportedError is a step that a dialect cannot express.
type UnsupportedError struct {
	Dialect string
	Step    string // its verb
	Why     string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("%s cannot express %s: %s", e.Dialect, e.Step, e.Why)
}

// zeros stands in a text for its own ID until the text is whole.
const zeros = "00000000"

// Render returns one stage of a plan in a dialect; stage 0 is the whole plan, which only md has. The error is an
// *UnsupportedError where the dialect cannot express a step, ErrSketch for a script of a plan that waits for a yes, or names the
// stage or dialect that is not there, or the fact that the plan still needs.
func Render(p plan.Plan, dialect string, stage int) (Script, error) {
	d, ok := dialects[dialect]
	if !ok {
		return Script{}, fmt.Errorf("no dialect is called that: expected one of %s", strings.Join(Dialects(), ", "))
	}
	if !p.Bound() {
		return Script{}, fmt.Errorf("the plan still needs %s", strings.Join(p.Needs(), ", "))
	}
	if p.IsSketch() && dialect != "md" {
		return Script{}, ErrSketch
	}
	j, err := newJob(p, dialect, stage)
	if err != nil {
		return Script{}, err
	}
	text, err := d.render(j)
	if err != nil {
		return Script{}, err
	}
	return sealed(Script{Dialect: dialect, Fix: p.Name(), Stage: stage, File: j.file(d.extension())}, text), nil
}

// sealed puts the ID into the text, which holds it as zeros exactly once.
func sealed(s Script, text string) Script {
	sum := sha256.Sum256([]byte(text))
	s.ID = hex.EncodeToString(sum[:4])
	s.Text = strings.Replace(text, idMark+zeros, idMark+s.ID, 1)
	sum = sha256.Sum256([]byte(s.Text))
	s.SHA256 = hex.EncodeToString(sum[:])
	return s
}

// ID returns the ID that a script with that text must have, and whether the text names it: a file that somebody has changed does
// not.
func ID(text string) (id string, ok bool) {
	i := strings.Index(text, idMark)
	if i < 0 {
		return "", false
	}
	at := i + len(idMark)
	if len(text) < at+len(zeros) {
		return "", false
	}
	sum := sha256.Sum256([]byte(text[:at] + zeros + text[at+len(zeros):]))
	id = hex.EncodeToString(sum[:4])
	return id, text[at:at+len(zeros)] == id
}

// idMark stands before the ID in every dialect.
const idMark = "script="

// Dialects returns the names of all dialects, in the order in which they are offered.
func Dialects() []string { return []string{"cmd", "bat9x", "reg", "vbs", "ps1", "md"} }

// For returns the dialect of a computer by the value of the fact client_os: bat9x for Windows 95, 98 and Me, cmd for the others
// of which Windows is known, and md where nothing is.
func For(clientOS string) string {
	switch clientOS {
	case "win95", "win98", "winme":
		return "bat9x"
	case "nt351", "nt4", "win2000", "xp":
		return "cmd"
	}
	return "md"
}

var dialects = map[string]Dialect{
	"cmd": cmd{}, "bat9x": bat9x{}, "reg": reg{}, "vbs": vbs{}, "ps1": ps1{}, "md": md{},
}

// A Dialect writes scripts of one kind. There is one method for each step that a script does, so that a dialect which forgets one
// does not compile; each appends to the page what its step needs, or says why it cannot.
type Dialect interface {
	extension() string
	render(j *job) (string, error)

	checkPlatform(p *page, s plan.CheckPlatform) error
	checkRights(p *page, s plan.CheckRights) error
	expectEntry(p *page, s plan.ExpectEntry) error
	expectKey(p *page, s plan.ExpectKey) error
	expectGone(p *page, s plan.ExpectGone) error
	expectClient(p *page, s plan.ExpectClient) error
	backupKey(p *page, s plan.BackupKey) error
	backupFile(p *page, s plan.BackupFile) error
	stopServices(p *page, s plan.StopServices) error
	startServices(p *page, s plan.StartServices) error
	endProcess(p *page, s plan.EndProcess) error
	deleteEntry(p *page, s plan.DeleteEntry) error
	setValue(p *page, s plan.SetValue) error
	editFile(p *page, s plan.EditFile) error
	runTool(p *page, s plan.RunTool) error
	verifyGone(p *page, s plan.VerifyGone) error
	verifyValue(p *page, s plan.VerifyValue) error
	verifyFile(p *page, s plan.VerifyFile) error
	verifyClient(p *page, s plan.VerifyClient) error
	collect(p *page, s plan.Collect) error
	restoreEntry(p *page, s plan.RestoreEntry) error
	restoreValue(p *page, s plan.RestoreValue) error
	restoreFile(p *page, s plan.RestoreFile) error
	person(p *page, s plan.Step) error // a step of a person: restart, wait, verify, tell
}

// write appends the lines of one step to the page.
func write(d Dialect, p *page, s plan.Step) error {
	switch s := s.(type) {
	case plan.CheckPlatform:
		return d.checkPlatform(p, s)
	case plan.CheckRights:
		return d.checkRights(p, s)
	case plan.ExpectEntry:
		return d.expectEntry(p, s)
	case plan.ExpectKey:
		return d.expectKey(p, s)
	case plan.ExpectGone:
		return d.expectGone(p, s)
	case plan.ExpectClient:
		return d.expectClient(p, s)
	case plan.BackupKey:
		return d.backupKey(p, s)
	case plan.BackupFile:
		return d.backupFile(p, s)
	case plan.StopServices:
		return d.stopServices(p, s)
	case plan.StartServices:
		return d.startServices(p, s)
	case plan.EndProcess:
		return d.endProcess(p, s)
	case plan.DeleteEntry:
		return d.deleteEntry(p, s)
	case plan.SetValue:
		return d.setValue(p, s)
	case plan.EditFile:
		return d.editFile(p, s)
	case plan.RunTool:
		return d.runTool(p, s)
	case plan.VerifyGone:
		return d.verifyGone(p, s)
	case plan.VerifyValue:
		return d.verifyValue(p, s)
	case plan.VerifyFile:
		return d.verifyFile(p, s)
	case plan.VerifyClient:
		return d.verifyClient(p, s)
	case plan.Collect:
		return d.collect(p, s)
	case plan.RestoreEntry:
		return d.restoreEntry(p, s)
	case plan.RestoreValue:
		return d.restoreValue(p, s)
	case plan.RestoreFile:
		return d.restoreFile(p, s)
	}
	return d.person(p, s)
}
