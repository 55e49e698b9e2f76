package winetest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// halted returns the services as a run that was killed has left them.
func halted(services []Service) []Service {
	out := slices.Clone(services)
	for i := range out {
		out[i].Stopped = true
	}
	return out
}

// slow are the services of a client of which one stops when it is allowed to.
var slow = []Service{
	{Key: "clisvc", Display: "SMS Client Service", Slow: true},
	{Key: "Wuser32", Display: "SMS Remote Control Agent"},
}

func gate(when, cmd, vbs string) *Gate {
	return &Gate{When: when, File: map[string]string{"cmd": cmd, "vbs": vbs, "bat9x": cmd}}
}

// killed is the scenario of a script whose processes are killed at a gate: it must be undone first, that brings everything back, and then
// it works, and can be undone once more.
func killed(name, fix string, stage int, start State, left, done *State, g *Gate, codes ...string) scenario {
	return scenario{name: name, fix: fix, stage: stage, dialects: "cmd vbs", codes: codes, start: start, steps: []Step{
		{Mode: "/apply", Kill: g, After: left},
		{Mode: "/apply", Status: "refused", Says: "Run it with /undo first", After: left},
		ok("/undo", "ok"),
		{Mode: "/apply", Status: "ok", After: done},
		ok("/undo", "ok"),
	}}
}

func killedScenarios() []scenario {
	start := State{Registry: three, Services: both}
	done := &State{Registry: threeNoBRI, Services: both}
	still := &State{Registry: three, Services: halted(both)}
	half := &State{Registry: threeNoBRI, Services: halted(both)}
	stopping := killed("killed while a service is stopping", "forget-site", 1, State{Registry: three, Services: slow}, &State{Registry: three, Services: halted(slow)},
		&State{Registry: threeNoBRI, Services: slow}, &Gate{}, "BRI")
	stopping.steps[0].After = nil // it goes on stopping
	aged1 := []Service{{Key: "clisvc", Display: "SMS Client Service"}}
	old := State{Registry: dated, Services: aged1}
	new := State{Registry: undated, Services: aged1}
	all := []scenario{
		stopping,
		killed("killed while it backs up", "forget-site", 1, start, &start, done, gate("before", "KEY4-1.REG", `Microsoft\SMS\Client"`), "BRI"),
		killed("killed before the entry is removed", "forget-site", 1, start, still, done, gate("before", "T1D.REG", "T1D.REG"), "BRI"),
		killed("killed after the entry is removed", "forget-site", 1, start, half, done, gate("after", "T1D.REG", "T1D.REG"), "BRI"),
		killed("killed between two codes", "forget-site", 1, start, half, &State{Registry: threeOnlyLive, Services: both}, gate("before", "T2D.REG", "T2D.REG"), "BRI", "S00"),
		killed("killed before the date is made old", "age-site", 1, old, &State{Registry: dated, Services: halted(aged1)}, &State{Registry: aged, Services: aged1}, gate("before", "T1D.REG", "T1D.REG"), "BRI"),
		killed("killed after the date is made old", "age-site", 1, old, &State{Registry: aged, Services: halted(aged1)}, &State{Registry: aged, Services: aged1}, gate("after", "T1D.REG", "T1D.REG"), "BRI"),
		killed("killed before a missing date is written", "age-site", 1, new, &State{Registry: undated, Services: halted(aged1)}, &State{Registry: undatedAged, Services: aged1}, gate("before", "T1D.REG", "T1D.REG"), "BRI"),
		{name: "killed while it undoes", fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, steps: []Step{
			{Mode: "/apply", Status: "ok", After: done},
			{Mode: "/undo", Kill: gate("after", "T1R.REG", "T1R.REG"), After: still},
			{Mode: "/apply", Status: "refused", Says: "Run it with /undo first", After: still},
			ok("/undo", "ok"),
		}},
		{name: "killed while it undoes, and then a service sticks", fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, steps: []Step{
			{Mode: "/apply", Status: "ok", After: done},
			{Mode: "/undo", Kill: gate("after", "T1R.REG", "T1R.REG"), After: still},
			{Mode: "/undo", Status: "refused", Says: "goes on running", Edit: stuck, Before: func(t testing.TB, m *Machine) {
				m.Run(t, "net", "start", "Wuser32")
				m.Run(t, "net", "start", "clisvc")
			}},
			{Mode: "/apply", Status: "refused", Says: "Run it with /undo first"},
			ok("/undo", "ok"),
			ok("/undo", "nothing-to-do"),
		}},
		{name: "a service sticks while it undoes", fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, steps: []Step{
			{Mode: "/apply", Status: "ok", After: done},
			{Mode: "/undo", Status: "refused", Says: "Nothing was put back", After: done, Edit: stuck},
			ok("/undo", "ok"),
		}},
	}
	return slices.Concat(all, killedFileScenarios(), killedToolScenarios())
}

// stuck lets no service stop.
var stuck = instead(`"%SystemRoot%\System32\net.exe" stop %1 <nul`, "rem", `If turn = 1 Or state = 0 Then answer = Net("stop", key)`, "turn = 10")

// holdUp puts a point into a script at which it can be killed: a regedit that does nothing, before the first line that holds a text.
func holdUp(cmd, vbs string) func(text, dialect string) string {
	return func(text, dialect string) string {
		at, line := cmd, "C:\\windows\\regedit.exe /s HOLD.REG\r\n"
		if dialect == "vbs" {
			at, line = vbs, "Shell.Run \"regedit /s HOLD.REG\", 0, True\r\n"
		}
		i := strings.Index(text, at)
		if i < 0 {
			panic("nothing to hold up at")
		}
		i = strings.LastIndex(text[:i], "\n") + 1
		return text[:i] + line + text[i:]
	}
}

func killedFileScenarios() []scenario {
	start := State{Files: map[string]string{"logon/SMSLS.BAT": smsls}}
	edited := &State{Files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls}}
	sc := func(name string, left *State, at func(text, dialect string) string) scenario {
		sc := killed(name, "edit-smsls", 1, start, left, edited, gate("before", "HOLD.REG", "HOLD.REG"))
		for i := range sc.steps {
			sc.steps[i].Folder = `C:\logon`
		}
		sc.steps[0].Edit = at
		return sc
	}
	return []scenario{
		sc("killed before the logon script is written", &start, holdUp(`copy "%RUN%\T%1W.TXT" "%FILE%" >nul`, "If Changing(n, Found(n)) <> Found(n) Then Rewrite n, path")),
		sc("killed after the logon script is written", edited, holdUp("call :compare 1", "  Compare 1, False")),
	}
}

// killedToolScenarios kill a removal, which cannot be undone and is simply done again.
func killedToolScenarios() []scenario {
	registry := sites("["+client+"]", `"Keep"="yes"`)
	files := func() map[string]string {
		all := map[string]string{}
		for name, text := range clientFiles {
			all[name] = text
		}
		all["tools/20CLICLN.BAT"] = strings.Replace(cleaner, "del ", "regedit /s HOLD.REG\r\ndel ", 1)
		return all
	}
	one := []Service{{Key: "clisvc", Display: "SMS Client Service"}}
	half := &State{Registry: registry, Files: files()}
	tool := func(mode, status string, after *State, g *Gate) Step {
		return Step{Mode: mode, Folder: `C:\tools`, Status: status, After: after, Kill: g}
	}
	steps := func(left, gone *State, between ...Step) []Step {
		return slices.Concat([]Step{
			tool("/apply", "", left, gate("before", "HOLD.REG", "HOLD.REG")),
			{Mode: "/undo", Status: "refused", After: left},
		}, between, []Step{
			tool("/apply", "started", gone, nil),
			{Mode: "/verify", Status: "ok", After: gone},
		})
	}
	// COMMAND.COM cannot hold a file open: the lock file of a run that was cut off stays, and a person deletes it.
	locked := func(left *State) []Step {
		again := tool("/apply", "refused", left, nil)
		again.Says = `C:\windows\FIXDESK\LOCK`
		look := Step{Mode: "/verify", Status: "failed", After: left, Before: func(t testing.TB, m *Machine) {
			if err := os.Remove(m.Path("windows/FIXDESK/LOCK")); err != nil {
				t.Error(err)
			}
		}}
		return []Step{again, look}
	}
	gone := &State{Registry: registry, Files: removed}
	return []scenario{
		{name: "killed while the client is removed", fix: "reinstall", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"},
			start: State{Registry: registry, Services: one, Files: files()}, steps: steps(half, gone)},
		{name: "killed while the client of Windows 98 is removed", fix: "reinstall-9x", stage: 1, dialects: "vbs", codes: []string{"BRI"}, old: true,
			start: State{Registry: registry, Files: files()}, steps: steps(half, gone)},
		{name: "killed while the client of Windows 98 is removed", fix: "reinstall-9x", stage: 1, dialects: "bat9x", codes: []string{"BRI"}, old: true,
			start: State{Registry: registry, Files: files()}, steps: steps(half, gone, locked(half)...)},
	}
}

// TestAKilledProcessIsDead holds the harness to what it says: nothing of a session is left, and the services are.
func TestAKilledProcessIsDead(t *testing.T) {
	m := New(t)
	m.Reset(t, State{Services: both})
	m.Write(t, "run/gate.txt", "before /s")
	m.standIn(t)
	r := m.start(t, "cmd", "/c", "regedit", "/s", "x.reg")
	if !waitFor(m.Path("run/blocked")) {
		t.Fatal("the stand-in did not wait")
	}
	if len(m.find([]string{r.session})) < 2 {
		t.Error("the session has not two processes, a shell and the stand-in")
	}
	m.kill(r.session)
	r.wait(t)
	if left := m.find([]string{r.session}); len(left) > 0 {
		t.Errorf("%d processes are left", len(left))
	}
	m.standOut(t)
	if err := m.Check(t, State{Services: both}); err != nil {
		t.Error(err)
	}
}
