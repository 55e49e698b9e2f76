// Package script turns a plan into text that a computer runs or a person reads: cmd, bat9x, reg, vbs, ps1, md. It decides
// nothing: what is done, and in which order, is the program's, which package plan compiles. It runs nothing either. A dialect
// either expresses every operation of a stage or refuses it by name, and the same plan gives the same bytes.
//
// A script has three parts, each under a heading of one line: what it is and how it is called; the plan, a line for an operation;
// and the engine, the routines that the plan calls, which are the same in every script that calls them. The routines are files in
// lib, so that editors and linters see them; a script holds those that it calls and no others.
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
	Step    string // its number and what it does, as the plan says it
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
	text, err := d.print(j)
	if err != nil {
		return Script{}, err
	}
	return sealed(Script{Dialect: dialect, Fix: p.Name(), Stage: stage, File: j.file(d.extension()), Text: text}), nil
}

// sealed puts the ID into the text, which holds it as zeros exactly once.
func sealed(s Script) Script {
	sum := sha256.Sum256([]byte(s.Text))
	s.ID = hex.EncodeToString(sum[:4])
	s.Text = strings.Replace(s.Text, idMark+zeros, idMark+s.ID, 1)
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

// A printer writes scripts of one kind: text with its ID as zeros.
type printer interface {
	extension() string
	print(j *job) (string, error)
}

var dialects = map[string]printer{}
