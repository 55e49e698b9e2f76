package winetest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/kb/script"
)

// A Step is one run of a script, and what must be the case after it.
type Step struct {
	Mode   string                                // "", /apply, /verify, /undo, /?
	Folder string                                // second argument
	Setup  string                                // a line of cmd before the run: set TEMP=
	Status string                                // of the result line
	Says   string                                // somewhere in the output
	Before func(t testing.TB, m *Machine)        // something that happens before it
	After  *State                                // nil: as at the beginning
	Then   func(m *Machine, output string) error // what else must be the case
	Fails  map[string]string                     // regedit does nothing where its command line holds this: a text by dialect
	Kill   *Gate                                 // the run is killed there, and prints no result
	Edit   func(text, dialect string) string     // changes the text for this one run
}

// A Gate is a point of a run at which its processes are killed, as a power failure would: the run cannot do anything about it. It is
// where the script waits for regedit with a command line that holds File, or, where File is empty, for a slow service to stop.
type Gate struct {
	When string            // before regedit has done its work, or after
	File map[string]string // by dialect
}

// A Trial is a computer and the runs of one script on it.
type Trial struct {
	Start State
	Old   bool // the computer is one with Windows 95, 98 or Me: the variable OS is empty
	// Deletes says that a program which a run starts deletes services, so that they must be made anew for the next trial.
	Deletes bool
	Steps   []Step
}

// Try plays a trial with a script and returns what is not as it must be. The text of the script is changed by edit where that is not
// nil: then something must go wrong.
func (m *Machine) Try(t testing.TB, trial Trial, s script.Script, edit func(string) string) error {
	t.Helper()
	text := s.Text
	if edit != nil {
		if text = edit(text); text == s.Text {
			t.Fatalf("%s: the edit has changed nothing", s.Dialect)
		}
	}
	var err error
	for range 3 {
		if err = m.tryOnce(t, trial, s, text); err == nil || !notStarted(err) {
			return err
		}
		t.Logf("the machine may be too busy to start a program, so the trial is repeated: %v", err)
	}
	return err
}

// notStarted reports whether a program was not started that a script called: Wine says so in one of these ways when the machine is
// busy, and of a program that there is none of each time.
func notStarted(err error) bool {
	return strings.Contains(err.Error(), "ShellExecuteEx failed") || strings.Contains(err.Error(), "Can't recognize '")
}

// tryOnce plays a trial. The outcome says nothing of the script where Wine could not start a program that it called.
func (m *Machine) tryOnce(t testing.TB, trial Trial, s script.Script, text string) error {
	t.Helper()
	m.Reset(t, trial.Start)
	m.dirty = trial.Deletes
	for i, st := range trial.Steps {
		if st.Before != nil {
			st.Before(t, m)
		}
		out, code, err := m.play(t, s, text, trial.Old, st)
		if err == nil {
			err = st.judge(t, m, trial.Start, out, code, s.Dialect, trial.Old)
		}
		if err != nil {
			return fmt.Errorf("run %d (%s): %w\n%s", i+1, strings.TrimSpace("script "+st.Mode), err, out)
		}
	}
	return nil
}

// play runs a script once.
func (m *Machine) play(t testing.TB, s script.Script, text string, old bool, st Step) (output string, code int, err error) {
	t.Helper()
	if st.Edit != nil {
		text = st.Edit(text, s.Dialect)
	}
	m.Write(t, "run/script"+filepath.Ext(s.File), text)
	args := m.commandLine(t, s, old, st)
	if st.Kill != nil {
		return m.playKilled(t, s.Dialect, st.Kill, args)
	}
	if st.Fails != nil {
		m.standIn(t)
		defer m.standOut(t)
		m.Write(t, "run/gate.txt", "fails "+st.Fails[s.Dialect])
	}
	// Every script prints before it does anything: one that has printed nothing was not started.
	for range 3 {
		if output, code = m.Run(t, args...); output != "" || s.Dialect == "reg" {
			break
		}
		t.Logf("a script has printed nothing, with code %d", code)
	}
	return output, code, nil
}

// commandLine returns how a script is started. Where something must be set before, that is done by a batch file that calls it.
func (m *Machine) commandLine(t testing.TB, s script.Script, old bool, st Step) []string {
	t.Helper()
	file := `C:\run\script` + filepath.Ext(s.File)
	if s.Dialect == "reg" {
		return []string{"regedit", "/s", file}
	}
	args := []string{"cmd", "/c", file}
	if s.Dialect == "vbs" {
		args = []string{"cscript", "//nologo", file}
	}
	if old || st.Setup != "" {
		lines := []string{"@echo off", st.Setup, "call " + file + " %1 %2"}
		if s.Dialect == "vbs" {
			lines[2] = "cscript //nologo " + file + " %1 %2"
		}
		if old {
			lines = append(lines[:1], append([]string{"set OS="}, lines[1:]...)...)
		}
		m.Write(t, "run/before.cmd", strings.Join(lines, "\r\n")+"\r\n")
		args = []string{"cmd", "/c", `C:\run\before.cmd`}
	}
	for _, a := range []string{st.Mode, st.Folder} {
		if a != "" {
			args = append(args, a)
		}
	}
	return args
}

// playKilled runs a script up to a gate and kills all of its processes there.
func (m *Machine) playKilled(t testing.TB, dialect string, g *Gate, args []string) (output string, code int, err error) {
	t.Helper()
	sign := m.Path("run/stopping")
	if g.File != nil {
		sign = m.Path("run/blocked")
		m.standIn(t)
		defer m.standOut(t)
		m.Write(t, "run/gate.txt", g.When+" "+g.File[dialect])
	}
	r := m.start(t, args...)
	reached := m.reaches(sign, r)
	m.kill(r.session)
	m.dirty = true
	output, code = r.wait(t)
	for _, name := range []string{"run/blocked", "run/gate.txt"} {
		_ = os.Remove(m.Path(name))
	}
	if g.File == nil {
		m.Write(t, "run/go", "") // the service stops, though nobody waits for it any more
	}
	if !reached {
		return output, code, errors.New("the run did not come to the point where it is killed")
	}
	return output, code, nil
}

// reaches waits until a file is there or the run has ended, however slow the machine is, and reports whether the file is there.
func (m *Machine) reaches(path string, r *running) bool {
	there := func() bool {
		_, err := os.Stat(path)
		return err == nil
	}
	for range 4 { // minutes, after which the run is ended
		for range 60 {
			for range 20 {
				if there() {
					return true
				}
				time.Sleep(50 * time.Millisecond)
			}
			if len(m.find([]string{r.session})) == 0 {
				return there()
			}
		}
	}
	return false
}

// waitFor waits until a file is there, and reports whether it is in time.
func waitFor(path string) bool {
	return waitUntil(func() bool {
		_, err := os.Stat(path)
		return err == nil
	})
}

// waitUntil waits for at most four minutes, and reports whether the condition holds.
func waitUntil(holds func() bool) bool {
	for range 4800 {
		if holds() {
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

// standIn puts a program in the place of regedit that can be made to wait before the true one runs, or after.
func (m *Machine) standIn(t testing.TB) {
	t.Helper()
	if err := os.Rename(m.Path("windows/regedit.exe"), m.Path("windows/_regedit.exe")); err != nil {
		t.Fatal(err)
	}
	m.program(t, "windows/regedit.exe", gateSource)
}

func (m *Machine) standOut(t testing.TB) {
	t.Helper()
	if err := os.Rename(m.Path("windows/_regedit.exe"), m.Path("windows/regedit.exe")); err != nil {
		t.Fatal(err)
	}
}

var exitCodes = map[string]int{"ok": 10, "nothing-to-do": 11, "refused": 12, "failed": 13, "rolled-back": 14, "started": 15}

// judge compares what a run has printed and left with what it must.
func (st Step) judge(t testing.TB, m *Machine, start State, out string, code int, dialect string, old bool) error {
	t.Helper()
	ends := st.Kill == nil && dialect != "reg"
	if ends {
		if err := st.judgeResult(out, code, dialect, old); err != nil {
			return err
		}
	}
	if !strings.Contains(out, st.Says) {
		return fmt.Errorf("it does not say %q", st.Says)
	}
	if strings.Contains(out, "Can't recognize") || strings.Contains(out, "Syntax error") {
		return errors.New("the shell complains")
	}
	want := start
	if st.After != nil {
		want = *st.After
	}
	if st.Kill == nil || st.After != nil {
		if err := m.Check(t, want); err != nil {
			return err
		}
	}
	if st.Then != nil {
		return st.Then(m, out)
	}
	return nil
}

// judgeResult looks at the last line and the exit code. The shell of Windows 95 has none to give.
func (st Step) judgeResult(out string, code int, dialect string, old bool) error {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	last := lines[len(lines)-1]
	mode := strings.TrimPrefix(st.Mode, "/")
	switch st.Mode {
	case "":
		mode = "show"
	case "/?":
		mode = "help"
	}
	if !strings.HasPrefix(last, "FIXDESK-RESULT v=1 fix=") || !strings.Contains(last, " mode="+mode+" status="+st.Status+" step=") {
		return fmt.Errorf("the result is %q, want mode=%s status=%s", last, mode, st.Status)
	}
	want := exitCodes[st.Status]
	if dialect != "vbs" {
		want = 1
		if st.Status == "ok" || st.Status == "nothing-to-do" || st.Status == "started" {
			want = 0
		}
	}
	if code != want && dialect != "bat9x" && !old {
		return fmt.Errorf("the exit code is %d, want %d", code, want)
	}
	return nil
}
