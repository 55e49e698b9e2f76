package winetest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hostileScenarios are computers that are not as one would like.
func hostileScenarios() []scenario {
	start := State{Registry: three, Services: both}
	done := &State{Registry: threeNoBRI, Services: both}
	named := func(name string, s State, steps ...Step) scenario {
		return scenario{name: name, fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: steps}
	}
	foreign := start
	foreign.Files = map[string]string{"users/root/Temp/FXOTHER.REG": "mine", "users/root/Temp/FXA.TXT": "mine"}
	foreignDone := *done
	foreignDone.Files = foreign.Files
	withoutKey := `[-` + installed + `]`
	keyGone := &State{Registry: sites("["+client+"]", `"Keep"="yes"`), Services: both}
	apply := Step{Mode: "/apply", Status: "ok", After: done}
	// late lets the slow service stop two seconds after it was asked to, or four after the script has said that it has given up.
	late := func(givenUp bool) func(t testing.TB, m *Machine) {
		return func(t testing.TB, m *Machine) {
			go func() {
				waitFor(m.Path("run/stopping"))
				time.Sleep(2 * time.Second)
				if givenUp {
					waitUntil(func() bool { return strings.Contains(m.Read("windows/FIXDESK/001/LOG.TXT"), "goes on running") })
					time.Sleep(4 * time.Second)
				}
				m.Write(t, "run/go", "")
			}()
		}
	}
	noString := State{Registry: strings.Replace(dated, "["+shared+`\LON]`+"\n"+`"Site Config Last Checked"="2000/06/13 06:28.53"`, "["+shared+`\LON]`+"\n"+`"Site Config Last Checked"=hex:01,02`, 1) + "[" + shared + `\PAR]` + "\n"}
	slowStart := State{Registry: three, Services: slow}
	return []scenario{
		named("no folder for temporary files is named", start, Step{Mode: "/apply", Setup: "set TEMP=", Status: "ok", After: done}, Step{Mode: "/undo", Setup: "set TEMP=", Status: "ok"}),
		named("the folder for temporary files is not there", start, Step{Mode: "/apply", Setup: `set TEMP=C:\nowhere`, Status: "refused", Says: "temporary files"}),
		named("the folder for temporary files has an odd name", start, Step{Mode: "/apply", Setup: "md \"C:\\run\\a & b\"\r\nset \"TEMP=C:\\run\\a & b\"", Status: "ok", After: done}),
		named("foreign scratch files are left alone", foreign, Step{Mode: "/apply", Status: "ok", After: &foreignDone}, Step{Mode: "/undo", Status: "ok", After: &foreign}),
		named("variables of the same names are around", start, Step{Mode: "/apply", Setup: "set RUN=C:\\run\r\nset FOUND=yes\r\nset SUB1=yes\r\nset VAL1=yes\r\nset KEY1=HKEY_LOCAL_MACHINE\\Other\r\nset REST=9", Status: "ok", After: done}),
		named("undo after the key is gone", start, apply,
			Step{Mode: "/undo", Status: "refused", Says: "Somebody else has changed", After: keyGone, Before: func(t testing.TB, m *Machine) { m.Import(t, withoutKey) }}),
		named("a service stops late", slowStart, Step{Mode: "/apply", Status: "ok", After: &State{Registry: threeNoBRI, Services: slow}, Before: late(false)}),
		named("a service stops when the script has given up", slowStart, Step{Mode: "/apply", Status: "refused", Says: "goes on running", Before: late(true)}),
		named("the export of the key fails", start, Step{Mode: "/apply", Status: "refused", Says: "not whole", Fails: map[string]string{"cmd": "KEY4-"}}).in("cmd"),
		named("regedit exports nothing", start, Step{Status: "refused", Says: "could not be read", Fails: map[string]string{"vbs": "/e"}}, Step{Mode: "/apply", Status: "refused", Says: "could not be read", Fails: map[string]string{"vbs": "/e"}}).in("vbs"),
		named("the export of the entry fails", start, Step{Mode: "/apply", Status: "refused", Says: "could not be looked at", Fails: map[string]string{"cmd": "NOW.REG"}}).in("cmd"),
		named("the entry does not go away", start, Step{Mode: "/apply", Status: "rolled-back", Fails: map[string]string{"cmd": "T1D.REG", "vbs": "T1D.REG"}},
			Step{Mode: "/undo", Status: "nothing-to-do"}),
		named("undo cannot put it back at first", start, apply,
			Step{Mode: "/undo", Status: "failed", After: done, Fails: map[string]string{"cmd": "T1R.REG", "vbs": "T1R.REG"}},
			Step{Mode: "/apply", Status: "refused", Says: "Run it with /undo first", After: done},
			ok("/undo", "ok")),
		{name: "the date cannot be written", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: State{Registry: dated}, steps: []Step{
			{Mode: "/apply", Status: "rolled-back", Fails: map[string]string{"cmd": "T1D.REG", "vbs": "T1D.REG"}},
		}},
		{name: "the date is no string", fix: "age-site", stage: 1, dialects: "cmd", codes: []string{"BRI", "LON"}, start: noString, steps: []Step{
			ok("", "refused"), {Mode: "/apply", Status: "refused", Says: "in a form that this script does not change"},
		}},
		{name: "another family of Windows", fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, old: true,
			steps: []Step{ok("", "refused"), ok("/apply", "refused"), ok("/undo", "refused")}},
		{name: "Windows NT is another family", fix: "reinstall-9x", stage: 1, dialects: "bat9x vbs", codes: []string{"BRI"}, start: start,
			steps: []Step{{Status: "refused", Says: "Nothing was done"}, {Mode: "/apply", Folder: `C:\tools`, Status: "refused"}}},
		{name: "an error of the host in the middle", fix: "forget-site", stage: 1, dialects: "vbs", codes: []string{"BRI"}, start: start, steps: []Step{
			{Mode: "/apply", Status: "rolled-back", Says: "an error of its host", Edit: instead("", "", "  Compare 1, False", "  StepNo = 1 / 0\r\n  Compare 1, False")},
			{Mode: "/apply", Status: "ok", After: done},
			ok("/undo", "ok"),
		}},
	}
}

// TestADriveThatIsFullLosesNothing gives the folder of the runs a small drive of its own, which is full sooner or later. Whatever
// happens then, the entry is there, or undo brings it back when there is room again.
func TestADriveThatIsFullLosesNothing(t *testing.T) {
	if !EveryScenario() {
		t.Skip("run with FIXDESK_SCENARIOS=all")
	}
	m := New(t)
	ends := map[string]int{}
	for _, d := range []string{"cmd", "vbs"} {
		for kib := 4; kib <= 100; kib += 8 {
			t.Run(fmt.Sprintf("%s/%d KiB", d, kib), func(t *testing.T) { ends[m.fill(t, d, kib)]++ })
		}
	}
	if t.Failed() {
		return
	}
	if ends["ok"] == 0 || ends["refused"] == 0 {
		t.Errorf("the drives were full at none of the interesting points: %v", ends)
	}
}

// fill applies a script with that much room for its backup, and returns how it ended.
func (m *Machine) fill(t *testing.T, dialect string, kib int) string {
	t.Helper()
	sc := scenario{fix: "forget-site", stage: 1, codes: []string{"BRI"}}
	s, err := rendered(t, sc, dialect)
	if err != nil {
		t.Fatal(err)
	}
	start := State{Registry: three, Services: both}
	m.Reset(t, start)
	grow := m.smallDrive(t, "windows/FIXDESK", kib)
	out, _, _ := m.play(t, s, s.Text, false, Step{Mode: "/apply"})
	status := word(out, " status=")
	switch status {
	case "ok":
		if err := m.Check(t, State{Registry: threeNoBRI, Services: both}); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	case "refused", "rolled-back", "failed":
		if err := m.Check(t, start); err != nil && status != "failed" {
			t.Errorf("%v\n%s", err, out)
		}
	default:
		t.Errorf("it ended with %q:\n%s", status, out)
	}
	grow()
	if status == "ok" || status == "failed" {
		out, _, _ = m.play(t, s, s.Text, false, Step{Mode: "/undo"})
	}
	if err := m.Check(t, start); err != nil {
		t.Errorf("after %s, undo does not bring everything back: %v\n%s", status, err, out)
	}
	return status
}

// word returns what stands between a mark and the next blank in the last line.
func word(out, mark string) string {
	_, rest, _ := strings.Cut(out[strings.LastIndex(strings.TrimSpace(out), "\n")+1:], mark)
	word, _, _ := strings.Cut(rest, " ")
	return word
}
