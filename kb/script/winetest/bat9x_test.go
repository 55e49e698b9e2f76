package winetest

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// oldScenarios are the scripts for COMMAND.COM, which cmd runs here with the variable OS empty.
func oldScenarios() []scenario {
	registry := sites("["+client+"]", `"Keep"="yes"`)
	there := State{Registry: registry, Files: clientFiles}
	gone := &State{Registry: registry, Files: removed}
	none := State{Registry: registry}
	at := func(mode, status, says string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\tools`, Status: status, Says: says, After: after}
	}
	install := func(mode, status, says string) Step {
		st := at(mode, status, says, nil)
		st.Before = func(t testing.TB, m *Machine) { m.Installer(t, "tools/SMSMAN.EXE") }
		return st
	}
	without := func(st Step, line string) Step {
		st.Edit = func(text, _ string) string {
			if !strings.Contains(text, line+"\r\n") {
				panic("the script has no line " + line)
			}
			return strings.ReplaceAll(text, line+"\r\n", "rem\r\n")
		}
		return st
	}
	named := func(name, fix string, stage int, s State, steps ...Step) scenario {
		return scenario{name: name, fix: fix, stage: stage, dialects: "bat9x", old: true, start: s, steps: steps}
	}
	lock := func(there bool) func(m *Machine, output string) error {
		return func(m *Machine, output string) error {
			if got := m.Read("windows/FIXDESK/LOCK") != ""; got != there {
				return fmt.Errorf("the lock file is there: %v", got)
			}
			return nil
		}
	}
	locked := at("/apply", "refused", `The file C:\windows\FIXDESK\LOCK says`, nil)
	locked.Before = func(t testing.TB, m *Machine) { m.Write(t, "windows/FIXDESK/LOCK", "x") }
	locked.Then = lock(true)
	freed := at("/apply", "started", "ended with code 0", gone)
	freed.Before = func(t testing.TB, m *Machine) { m.remove("windows/FIXDESK/LOCK") }
	freed.Then = lock(false)
	blind := at("/apply", "refused", "registry could not be read", nil)
	blind.Fails = map[string]string{"bat9x": "ComputerName"}
	unsaved := at("/apply", "refused", "is not there", nil)
	unsaved.Fails = map[string]string{"bat9x": "KEY8-1"}
	return []scenario{
		named("the client goes", "wait-9x", 2, there, ok("/?", "ok"), ok("", "ok"), ok("/verify", "failed"), freed, ok("/verify", "ok").as(gone),
			at("/apply", "nothing-to-do", "not installed", gone), Step{Mode: "/undo", Status: "refused", After: gone}),
		named("the client comes", "wait-9x", 3, none, ok("", "ok"), ok("/verify", "failed"), install("/apply", "started", "backup and log"), ok("/verify", "ok"),
			install("/apply", "nothing-to-do", "has run here already"), ok("/undo", "refused")),
		named("the client is still there", "wait-9x", 3, there, install("/apply", "refused", "not removed yet")),
		named("a lock file is there", "wait-9x", 2, there, locked, ok("", "ok"), at("/verify", "failed", "", nil), freed),
		named("a companion is missing", "wait-9x", 2, State{Registry: registry, Files: map[string]string{
			"windows/MS/SMS/Core/Bin/Clisvc95.exe": "x", "tools/20CLICLN.BAT": cleaner}}, at("/apply", "refused", "does not hold all of", nil)),
		named("no folder is given", "wait-9x", 2, there, Step{Mode: "/apply", Status: "refused", Says: "Name the folder"}),
		named("the registry cannot be read", "wait-9x", 2, there, blind, ok("/verify", "failed")),
		named("the export fails", "wait-9x", 2, there, unsaved, freed),
		named("the first variable finds no room", "wait-9x", 2, there, without(ok("", "refused"), "set CODE=abcdefghijklmnopqrstuvwxyz")),
		named("the variable of the look finds no room", "wait-9x", 2, there, without(ok("", "refused"), "set THERE=no"),
			without(at("/apply", "refused", "could not be looked at", nil), "set THERE=no"), without(ok("/verify", "refused"), "set THERE=no")).with("set THERE=yes"),
	}
}

// with drops more from the text of each run that drops something.
func (sc scenario) with(part string) scenario {
	for i, st := range sc.steps {
		sc.steps[i].Edit = func(text, dialect string) string { return strings.ReplaceAll(st.Edit(text, dialect), part, "rem") }
	}
	return sc
}

func TestScriptsForCommandComDoWhatTheyPromise(t *testing.T) {
	m := New(t)
	for _, sc := range oldScenarios() {
		t.Run(sc.name, func(t *testing.T) {
			if err := m.try(t, sc, "bat9x", nil); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("numbers", func(t *testing.T) { numbers(t, m) })
}

// numbers makes runs where others were made before.
func numbers(t *testing.T, m *Machine) {
	sc := scenario{article: "Q256986", fix: "export-on-9x", stage: 1, start: State{Registry: dated}}
	s, err := rendered(t, sc, "bat9x")
	if err != nil {
		t.Fatal(err)
	}
	m.Reset(t, sc.start)
	for _, tt := range []struct{ taken, next string }{
		{"", "001"}, {"", "002"}, {"009", "010"}, {"010 011 019", "020"}, {"099", "100"}, {"199 299 399 499 599 699 799 899 909 919 929 939 949 959 969 979 989 990", "991"}, {"992 993 994 995 996 997 998", "999"}, {"", "refused"},
	} {
		for _, n := range strings.Fields(tt.taken) {
			m.Write(t, "windows/FIXDESK/"+n+"/precious.txt", "keep")
		}
		out, _, _ := m.play(t, s, s.Text, true, Step{Mode: "/apply"})
		if want := `C:\windows\FIXDESK\` + tt.next + "\n"; tt.next != "refused" && (!strings.Contains(out, want) || m.exported(tt.next) == "" || m.Read("windows/FIXDESK/"+tt.next+"/OPEN.ID") != "") {
			t.Errorf("after %s the run is not %s:\n%s", tt.taken, tt.next, out)
		}
		if tt.next == "refused" && !strings.Contains(out, "status=refused") {
			t.Errorf("after 999 the run is not refused:\n%s", out)
		}
		if m.Read("windows/FIXDESK/LOCK") != "" {
			t.Error("the lock is left behind")
		}
	}
}

// remove deletes a file of drive C.
func (m *Machine) remove(name string) { _ = os.Remove(m.Path(name)) }
