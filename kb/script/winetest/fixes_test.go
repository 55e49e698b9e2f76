package winetest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

var properties = client + `\Configuration\Client Properties`

// leavings are what a removed client is known to leave behind.
var leavings = "[" + properties + "]\n" + `"SMS Client Deinstall"="TRUE"` + "\n" + `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32]` + "\n" + `"Leftover"="1"` + "\n"

// clientScenarios remove and install a client by every fix that does so.
func clientScenarios() []scenario {
	kept := sites("["+client+"]", `"Keep"="yes"`, "["+properties+"]", `"Reserved1"="x"`)
	one := []Service{{Key: "clisvc", Display: "SMS Client Service"}}
	tool := func(mode, status string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\tools`, Status: status, After: after, Before: func(t testing.TB, m *Machine) { m.Installer(t, "tools/SMSMAN.EXE") }}
	}
	// A second removal looks for the client first, where the fix does.
	remove := func(article, fix string, stage int, dialects string, old bool, again string) scenario {
		start, gone := State{Registry: kept, Services: one, Files: clientFiles}, &State{Registry: kept, Files: removed}
		if old {
			start.Services = nil
		}
		look := "ok"
		if again == "started" {
			look = "nothing-to-do" // the fix says nothing of how to see it
		}
		return scenario{name: "the client goes", article: article, fix: fix, stage: stage, dialects: dialects, old: old, start: start, steps: []Step{
			ok("", "ok"), tool("/apply", "started", gone), {Mode: "/verify", Status: look, After: gone}, tool("/apply", again, gone), {Mode: "/undo", Status: "refused", After: gone},
		}}
	}
	install := func(fix string) scenario {
		start, clean := State{Registry: kept + leavings}, &State{Registry: kept}
		back := &State{Registry: kept + leavings}
		return scenario{name: "leftovers go and the client comes", fix: fix, stage: 2, dialects: "cmd vbs", start: start, steps: []Step{
			ok("", "ok"), ok("/verify", "failed"), tool("/apply", "started", clean), {Mode: "/verify", Status: "ok", After: clean}, tool("/apply", "nothing-to-do", clean),
			{Mode: "/undo", Status: "ok", After: back},
		}}
	}
	install9x := func(fix string, stage int) scenario {
		start := State{Registry: kept}
		return scenario{name: "the client comes", fix: fix, stage: stage, dialects: "bat9x vbs", old: true, start: start, steps: []Step{
			ok("", "ok"), ok("/verify", "failed"), tool("/apply", "started", nil), ok("/verify", "ok"), tool("/apply", "nothing-to-do", nil), ok("/undo", "refused"),
		}}
	}
	leftover := func(name, status, says string, edit func(text, dialect string) string) scenario {
		spoilt := tool("/apply", status, nil)
		spoilt.Says, spoilt.Edit = says, edit
		clean := &State{Registry: kept}
		return scenario{name: name, fix: "reinstall", stage: 2, dialects: "cmd vbs", start: State{Registry: kept + leavings}, steps: []Step{
			ok("", "ok"), spoilt, ok("/undo", "nothing-to-do"), tool("/apply", "started", clean), {Mode: "/undo", Status: "ok"},
		}}
	}
	flag := &State{Registry: kept + leavings[:strings.Index(leavings, "[HKEY_LOCAL_MACHINE\\SYSTEM")]}
	return []scenario{
		remove("", "reinstall-after-restart", 1, "cmd vbs", false, "nothing-to-do"),
		remove("", "reinstall-orphan", 1, "cmd vbs", false, "nothing-to-do"),
		remove("", "clear-deinstall-flag", 1, "cmd vbs", false, "started"),
		remove("", "reinstall-9x", 1, "vbs", true, "nothing-to-do"),
		remove("", "wait-9x", 2, "bat9x vbs", true, "nothing-to-do"),
		remove("Q238864", "reinstall-9x", 1, "bat9x vbs", true, "nothing-to-do"),
		install("reinstall"), install("reinstall-after-restart"), install("reinstall-orphan"), install("clear-deinstall-flag"),
		install9x("reinstall-9x", 2), install9x("wait-9x", 3), install9x("reinstall-9x", 2).of("Q238864"),
		leftover("the backup of the key is not whole", "refused", "not whole", instead(`copy "%RUN%\%FILE%" %WORK%\LEFT.TXT >nul`, "rem", `If Not WriteFile(Run & "\KEY"`, `If WriteFile(Run & "\KEY"`)),
		leftover("the backup of the first leftover is not whole", "refused", "Nothing was changed", failsFor("1")),
		leftover("the backup of the second leftover is not whole", "refused", "not whole", failsFor("2")),
		leftover("the folder of the program cannot be opened", "rolled-back", "could not be started", instead(`pushd "%PLACE%"`, `pushd C:\windows`, "", "")).in("cmd"),
		{name: "killed between two leftovers", fix: "reinstall", stage: 2, dialects: "cmd vbs", start: State{Registry: kept + leavings}, steps: []Step{
			tool("/apply", "", flag).killed(gate("before", "T2D.REG", "T2D.REG")), tool("/apply", "refused", flag), ok("/undo", "ok")}},
	}
}

// failsFor lets the proof of the backup of one entry fail, as a drive would that is full by then.
func failsFor(entry string) func(text, dialect string) string {
	return instead(`copy %WORK%\NOW.%EXT% "%RUN%`, `if not "%1"=="`+entry+`" copy %WORK%\NOW.%EXT% "%RUN%`,
		"If Not WriteFile(StateFile(n)", "If n = "+entry+" Or Not WriteFile(StateFile(n)")
}

// of returns the scenario for a fix of another article.
func (sc scenario) of(article string) scenario {
	sc.article = article
	return sc
}

func (s Step) killed(g *Gate) Step {
	s.Kill = g
	return s
}

// readingScenarios export and collect, which changes nothing, and edit the logon script by the other article.
func readingScenarios() []scenario {
	start := State{Registry: dated, Services: both}
	saved := func(m *Machine, output string) error {
		if !strings.Contains(strings.Join(Entries(m.Read(m.exported("001"))), "\n"), "2000/06/13 06:28.53") {
			return fmt.Errorf("the export is not in the folder of the run")
		}
		return nil
	}
	twice := func(m *Machine, output string) error {
		if m.exported("001") == "" || m.exported("002") == "" {
			return fmt.Errorf("two runs have not made two exports")
		}
		return nil
	}
	export := func(fix, dialects string, old bool) scenario {
		s := start
		if old {
			s.Services = nil
		}
		return scenario{name: "a key is exported, twice", article: "Q256986", fix: fix, stage: 1, dialects: dialects, old: old, start: s, steps: []Step{
			ok("", "ok"), {Mode: "/apply", Status: "ok", Then: saved}, ok("/verify", "nothing-to-do"), {Mode: "/apply", Status: "ok", Then: twice}, ok("/undo", "refused"),
		}}
	}
	s := State{Files: map[string]string{"logon/SMSLS.BAT": smsls}}
	edited := &State{Files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls}}
	at := func(mode, status string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\logon`, Status: status, After: after}
	}
	collects := []Step{{Status: "ok", Says: "FIXDESK-FACTS v=1"}}
	none := State{Registry: sites(`[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS]`)}
	return []scenario{
		export("export-on-nt", "cmd vbs", false),
		export("export-on-9x", "bat9x vbs", true),
		{name: "there is no key to export", article: "Q256986", fix: "export-on-nt", stage: 1, dialects: "cmd vbs", start: none, steps: []Step{ok("/apply", "nothing-to-do")}},
		{name: "the logon script is switched off and on", article: "Q238780", fix: "edit-smsls", stage: 1, dialects: "cmd vbs", start: s, steps: []Step{
			ok("", "ok"), at("/apply", "ok", edited), at("/verify", "ok", edited), at("/apply", "nothing-to-do", edited), at("/undo", "ok", nil)}},
		{name: "facts are collected", fix: "collect", stage: 1, dialects: "cmd vbs", start: start, steps: collects},
		{name: "facts are collected", fix: "collect", stage: 1, dialects: "bat9x", old: true, start: State{Registry: dated}, steps: collects},
		{name: "the date is made old", fix: "age-site-9x", stage: 1, dialects: "vbs", old: true, start: State{Registry: dated}, steps: full(State{Registry: dated}, aged)},
	}
}

// exported returns the first export of a key in the folder of a run, empty where there is none.
func (m *Machine) exported(run string) string {
	files, _ := filepath.Glob(m.Path("windows/FIXDESK/" + run + "/KEY*.REG"))
	if len(files) == 0 {
		return ""
	}
	return "windows/FIXDESK/" + run + "/" + filepath.Base(files[0])
}

// combinedScenarios run plans for several causes at once.
func combinedScenarios() []scenario {
	start := State{Registry: three + dated, Services: both}
	done := &State{Registry: threeNoBRI + aged, Services: both}
	both2 := scenario{name: "two edits in one run", fix: "forget-site+age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, steps: []Step{
		ok("", "ok"), {Mode: "/apply", Status: "ok", After: done}, {Mode: "/verify", Status: "ok", After: done}, {Mode: "/apply", Status: "nothing-to-do", After: done}, ok("/undo", "ok"),
	}}
	broken := scenario{name: "the second edit fails, and the first is put back", fix: "forget-site+age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: start, steps: []Step{
		{Mode: "/apply", Status: "rolled-back", Fails: map[string]string{"cmd": "T2D.REG", "vbs": "T2D.REG"}},
	}}
	cut := killed("killed between two edits", "forget-site+age-site", 1, start, &State{Registry: threeNoBRI + dated, Services: halted(both)}, done, gate("before", "T2D.REG", "T2D.REG"), "BRI")
	four := "level-sites+reinstall+restart+forget-site"
	files := State{Registry: three, Services: both, Files: clientFiles}
	forgot := &State{Registry: threeNoBRI, Services: both, Files: clientFiles}
	gone := &State{Registry: three, Services: both[1:], Files: removed}
	tool := func(mode, status string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\tools`, Status: status, After: after, Before: func(t testing.TB, m *Machine) { m.Installer(t, "tools/SMSMAN.EXE") }}
	}
	left, came := State{Registry: three + leavings}, &State{Registry: three + "[" + properties + "]\n"}
	return []scenario{
		both2, broken, cut,
		{name: "four causes, stage 1", fix: four, stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: files, steps: []Step{
			ok("", "ok"), {Mode: "/apply", Status: "ok", After: forgot}, {Mode: "/verify", Status: "ok", After: forgot}, ok("/undo", "ok")}},
		{name: "four causes, stage 2", fix: four, stage: 2, dialects: "cmd vbs", codes: []string{"BRI"}, start: files, steps: []Step{
			ok("", "ok"), tool("/apply", "started", gone), {Mode: "/verify", Status: "ok", After: gone}, {Mode: "/undo", Status: "refused", After: gone}}},
		{name: "four causes, stage 3", fix: four, stage: 3, dialects: "cmd vbs", codes: []string{"BRI"}, start: left, steps: []Step{
			ok("", "ok"), tool("/apply", "started", came), {Mode: "/verify", Status: "ok", After: came}, ok("/undo", "ok")}},
	}
}

// importScenarios import every registration file, where the key is there and where it is not.
func importScenarios() []scenario {
	imports := func(name, fix string, stage int, before, after string) scenario {
		return scenario{name: name, fix: fix, stage: stage, dialects: "reg", codes: []string{"BRI"}, start: State{Registry: before}, steps: []Step{{After: &State{Registry: after}}}}
	}
	bare := sites("["+client+"]", `"Keep"="yes"`)
	kept := sites("["+properties+"]", `"Reserved1"="x"`)
	all := []scenario{
		imports("the code is a subkey", "forget-site", 1, three, threeNoBRI),
		imports("only the misprinted key is there", "forget-site", 1, misprinted, sites("["+misprint+`\LON]`)),
		imports("the key is absent in both spellings", "forget-site", 1, bare, bare),
		imports("the date is made old", "age-site", 1, dated, aged),
		imports("the date is made old", "age-site-9x", 1, dated, aged),
		imports("a site and its date", "forget-site+age-site", 1, three+dated, threeNoBRI+aged),
	}
	for _, fix := range []string{"reinstall", "reinstall-after-restart", "reinstall-orphan", "clear-deinstall-flag"} {
		all = append(all, imports("a key and a value go", fix, 2, kept+leavings, kept))
	}
	return all
}
