package winetest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/script"
)

// fixture is a computer that has what the fixes of the verbs change.
var fixture = []string{
	`[-HKEY_LOCAL_MACHINE\SOFTWARE\Example]`, `[-HKEY_CURRENT_USER\Software\Example]`,
	`[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App]`, `"Path"="C:\\Old;\"50%\""`, `"Text"="old"`, `"Limit"=dword:00000005`, `"Mask"=hex:01,02`,
	`"Folder"=hex(2):43,3a,5c,41,00`, `"Names"=list:one,extra,last`, `@="default"`,
	`[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App\Cache]`, `"Size"=dword:00000001`, `[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App\Cache\Deep]`, `"x"="y"`,
	`[HKEY_CURRENT_USER\Software\Example\App]`, `"Text"="old"`,
}

var fixtureFiles = map[string]string{
	"windows/app.ini": "[other]\r\nMode=1\r\n[section]\r\nFirst=a\r\nMode=fast\r\n\r\n[last]\r\nx=y\r\n", "windows/app.dat": "data\x01\x02", "windows/app.txt": "one\r\nOLD LINE\r\nthree\r\n",
	"windows/system32/fixture.dll": "old library", "tools/FIXTURE.DLL": "new library", "tools/APP.BAT": "@echo off\r\n:END\r\n",
}

// fixtureNow returns what the fixture is like: the registry and the files.
func (m *Machine) fixtureNow(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, key := range []string{`HKEY_LOCAL_MACHINE\SOFTWARE\Example`, `HKEY_CURRENT_USER\Software\Example`, `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Fixture`} {
		_ = os.Remove(m.Path("run/now.reg"))
		m.Run(t, "regedit", "/e", `C:\run\now.reg`, key)
		lines := strings.Split(strings.ReplaceAll(decode(m.Read("run/now.reg")), "\r", ""), "\n")
		seen := map[string]bool{}
		section := ""
		for _, line := range lines {
			if strings.HasPrefix(line, "[") {
				section = line
			}
			seen[section+" "+line] = true
		}
		for _, line := range sortedKeys(seen) {
			fmt.Fprintln(&b, line)
		}
	}
	for _, name := range []string{"windows/app.ini", "windows/app.dat", "windows/app.old", "windows/app.txt", "windows/system32/fixture.dll", "tools/APP.BAT"} {
		info, err := os.Stat(m.Path(name))
		if err == nil {
			fmt.Fprintf(&b, "%s %v %q\n", name, info.Mode(), m.Read(name))
		}
	}
	return b.String()
}

func sortedKeys(set map[string]bool) []string {
	var all []string
	for k := range set {
		all = append(all, k)
	}
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			if all[j] < all[i] {
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	return all
}

// TestEveryVerbWorksAndIsUndoneInVbs applies the fix of each verb, looks at what it has done, and undoes it: the computer is then as it
// was.
func TestEveryVerbWorksAndIsUndoneInVbs(t *testing.T) {
	if !EveryScenario() && !asked("Verb") {
		t.Skip("played with FIXDESK_SCENARIOS=all")
	}
	after := map[string]string{ // what must be there when it is applied
		"set-text": `"Path"="C:\\App;100% #1"`, "set-empty-text": `"Text"=""`, "set-expanding-text": `"Folder"=hex(2):25,00,53,00`, "set-number": `"Limit"=dword:00000014`,
		"set-bytes": `"Mask"=hex:00,ff,10`, "set-list": `"Names"=hex(7):6f,00`, "add-element": `61,00,73,00,74,00,00,00`, "remove-element": `6f,00,6e,00,65,00,00,00,6c,00`,
		"make-key": `[HKEY_LOCAL_MACHINE\SOFTWARE\Example\New]`, "rename-value": `"Text.old"="old"`, "of-the-user": `[HKEY_CURRENT_USER\Software\Example\App] "Text"="new"`,
		"of-the-32-bit-view": `"Text"="new"`, "start-by-hand": `"Start"=dword:00000003`, "set-ini": `Mode=safe`, "copy-file": `"new library"`, "rename-file": "windows/app.old",
		"replace-line": "NEW LINE", "add-line": "NEW LINE", "edit-file": `"GOTO END\r\n`,
	}
	m := New(t)
	for _, f := range plantest.Fixes(t) {
		if f.Name == "set-text-9x" || f.Name == "register-library" || f.Name == "flush-dns" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			p, err := plan.Combine(f)
			if err != nil {
				t.Fatal(err)
			}
			if p, err = p.Bind(facts.Of()); err != nil {
				t.Fatal(err)
			}
			s, err := script.Render(p, "vbs", 1)
			if err != nil {
				t.Fatal(err)
			}
			m.Reset(t, State{Services: []Service{{Key: "Fixture", Display: "Fixture"}}})
			m.Import(t, fixture...)
			if f.Name == "add-element" {
				m.Import(t, `[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App]`, `"Names"=list:one,last`)
			}
			m.Run(t, "cmd", "/c", `sc config Fixture start= auto`)
			m.Import(t, `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Fixture]`, `"Start"=dword:00000002`)
			for name, text := range fixtureFiles {
				m.Write(t, name, text)
			}
			if f.Name == "set-attributes" {
				_ = os.Chmod(m.Path("windows/app.dat"), 0o444) // to Wine that is read-only
			}
			_ = os.Remove(m.Path("windows/app.old"))
			_ = os.RemoveAll(m.Path("users/root/FIXDESK"))
			run := func(mode, status string) {
				t.Helper()
				st := Step{Mode: mode, Folder: `C:\tools`, Status: status}
				if mode == "" {
					st.Folder = "" // it would be taken for the mode
				}
				out, code, err := m.play(t, s, s.Text, false, st)
				if err == nil {
					err = st.judgeResult(out, code, "vbs", false)
				}
				if err != nil {
					t.Errorf("%s: %v\n%s", mode, err, out)
				}
			}
			start := m.fixtureNow(t)
			run("", "ok")
			run("/verify", "failed")
			if now := m.fixtureNow(t); now != start {
				t.Errorf("a look has changed something:\n%s", difference(strings.Split(now, "\n"), strings.Split(start, "\n")))
			}
			run("/apply", "ok")
			done := m.fixtureNow(t)
			if !strings.Contains(done, after[f.Name]) || done == start {
				t.Errorf("it has not done its work:\n%s\n%s", difference(strings.Split(done, "\n"), strings.Split(start, "\n")), done)
			}
			run("/verify", "ok")
			run("/apply", "nothing-to-do")
			run("/undo", "ok")
			if now := m.fixtureNow(t); now != start {
				t.Errorf("undo does not bring everything back:\n%s", difference(strings.Split(now, "\n"), strings.Split(start, "\n")))
			}
			run("/undo", "nothing-to-do")
		})
	}
}
