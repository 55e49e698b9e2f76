package winetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/schemas"
)

const (
	client    = `HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client`
	installed = client + `\InstalledSites`
	misprint  = `HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites`
	shared    = client + `\Sites\Shared`
)

// both are the two services of a client, one registered under the name that people see and one under its short name.
var both = []service{
	{key: "SMS Client Service", display: "SMS Client Service"},
	{key: "Wuser32", display: "SMS Remote Control Agent"},
}

// otherWay registers them the other way round.
var otherWay = []service{
	{key: "clisvc", display: "SMS Client Service"},
	{key: "SMS Remote Control Agent", display: "SMS Remote Control Agent"},
}

// A step is one run of a script, and what must be the case after it.
type step struct {
	mode    string // "", /apply, /verify, /undo
	folder  string // second argument
	status  string
	says    string           // somewhere in the output
	before  func(m *machine) // something that happens before it
	cutAt   string           // the run is ended at the line after the first one that holds this
	after   *state           // nil: as at the beginning
	silent  bool             // the run was cut off and prints no result
	special func(m *machine, output string) error
}

// A scenario is a computer and a story of runs.
type scenario struct {
	name     string
	fix      string
	stage    int
	dialects string // separated by blanks
	codes    []string
	start    state
	steps    []step
}

func sites(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

// three is a key with sites as subkeys, and neighbours that must survive.
var three = sites(
	"["+client+"]", `"Keep"="yes"`,
	"["+installed+"]", `"BRIX"="a & b > c % d"`, `"Number"=dword:00000007`, `"Bytes"=hex:01,02`,
	"["+installed+`\BRI]`, `"Name"="Bristol"`,
	"["+installed+`\BRI\Below]`, `"Deep"="1"`,
	"["+installed+`\LON]`, `"Name"="London (\"old\")"`, `"BRI"="a value of another site"`,
	"["+installed+`\S00]`,
)

func without(text string, parts ...string) string {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			panic("no such part: " + part)
		}
		text = strings.ReplaceAll(text, part, "")
	}
	return text
}

var (
	threeNoBRI    = without(three, "["+installed+`\BRI]`+"\n", `"Name"="Bristol"`+"\n", "["+installed+`\BRI\Below]`+"\n", `"Deep"="1"`+"\n")
	threeOnlyLive = without(threeNoBRI, "["+installed+`\S00]`+"\n")
	asValues      = sites("["+installed+"]", `"BRI"="left & right"`, `"LON"="x"`, `@="default"`)
	inList        = sites("["+installed+"]", `"Sites"=list:LON,BRI,S00`)
	asData        = sites("["+installed+"]", `"0"="LON"`, `"1"="BRI"`)
	misprinted    = sites("["+misprint+`\BRI]`, `"Name"="x"`, "["+misprint+`\LON]`)
	dated         = sites("["+shared+`\BRI]`, `"Site Config Last Checked"="2000/06/13 06:28.53"`, `"Other"="1"`, "["+shared+`\LON]`, `"Site Config Last Checked"="2000/06/13 06:28.53"`)
	aged          = strings.Replace(dated, "2000/06/13 06:28.53", "1990/01/01 00:00.00", 1)
	undated       = sites("["+shared+`\BRI]`, `"Other"="1"`)
	undatedAged   = sites("["+shared+`\BRI]`, `"Other"="1"`, `"Site Config Last Checked"="1990/01/01 00:00.00"`)
)

const smsls = "@echo off\r\nrem logon \"script\"\r\nif \"%1\"==\"\" goto END\r\ncall other & echo 100%\r\n:END\r\n"

// cleaner stands for 20CLICLN.BAT: it takes away what shows a client.
const cleaner = "@echo off\r\nnet stop \"SMS Client Service\" >nul 2>nul\r\nsc delete \"SMS Client Service\" >nul\r\ndel C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe\r\ndel C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe\r\nexit\r\n"

var (
	clientFiles = map[string]string{
		"windows/MS/SMS/Core/Bin/Clisvcl.exe": "x", "windows/MS/SMS/Core/Bin/Clisvc95.exe": "x",
		"tools/20CLICLN.BAT": cleaner, "tools/HAMMER.EXE": "x", "tools/KILL.EXE": "x", "tools/SETEVNT.EXE": "x",
	}
	removed = map[string]string{"windows/MS/SMS/Core/Bin/Clisvcl.exe": "", "windows/MS/SMS/Core/Bin/Clisvc95.exe": ""}
)

func ok(mode, status string) step { return step{mode: mode, status: status} }

// full is the story of a script that works: it shows, applies, finds nothing more to do, verifies, undoes, and finds nothing to undo.
func full(s state, after string) []step {
	done := state{registry: after, services: s.services, files: s.files}
	return []step{
		ok("", "ok"),
		{mode: "/verify", status: "failed"},
		{mode: "/apply", status: "ok", after: &done},
		{mode: "/apply", status: "nothing-to-do", after: &done},
		{mode: "/verify", status: "ok", after: &done},
		ok("/undo", "ok"),
		ok("/undo", "nothing-to-do"),
	}
}

func forget(name, registry, after string, codes ...string) scenario {
	s := state{registry: registry, services: both}
	return scenario{name: name, fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: codes, start: s, steps: full(s, after)}
}

// refuses is a scenario in which nothing may happen.
func refuses(name, fix, dialects string, s state, status string, codes ...string) scenario {
	return scenario{name: name, fix: fix, stage: 1, dialects: dialects, codes: codes, start: s, steps: []step{ok("", status), ok("/apply", status)}}
}

func scenarios() []scenario {
	list := forget("the code is an element of a list", inList, sites("["+installed+"]", `"Sites"=list:LON,S00`), "BRI")
	list.dialects = "vbs"
	data := forget("the code is the data of a value", asData, without(asData, `"1"="BRI"`+"\n"), "BRI")
	data.dialects = "vbs"
	all := []scenario{
		data,
		forget("the code is a subkey", three, threeNoBRI, "BRI"),
		forget("the code is a value", asValues, without(asValues, `"BRI"="left & right"`+"\n"), "BRI"),
		list,
		forget("two dead codes and a live one", three, threeOnlyLive, "BRI", "S00"),
		forget("only the misprinted key is there", misprinted, sites("["+misprint+`\LON]`), "BRI"),
		refuses("the code is an element of a list", "forget-site", "cmd", state{registry: inList, services: both}, "refused", "BRI"),
		refuses("the code is the data of a value", "forget-site", "cmd", state{registry: asData, services: both}, "refused", "BRI"),
		refuses("the code is absent", "forget-site", "cmd vbs", state{registry: three, services: both}, "nothing-to-do", "XYZ"),
		refuses("the key is absent in both spellings", "forget-site", "cmd vbs", state{registry: sites("["+client+"]", `"Keep"="yes"`), services: both}, "refused", "BRI"),
		refuses("the dead site is the only one", "forget-site", "cmd vbs", state{registry: sites("["+installed+`\BRI]`, `"Name"="x"`), services: both}, "refused", "BRI"),
		refuses("the dead value is the only one", "forget-site", "cmd vbs", state{registry: sites("["+installed+"]", `@="x"`, `"BRI"="1"`), services: both}, "refused", "BRI"),
	}
	gone := func(s []service) *state { return &state{registry: threeNoBRI, services: s} }
	with := func(s []service) state { return state{registry: three, services: s} }
	stopped := []service{{key: "SMS Client Service", display: "SMS Client Service", stopped: true}, {key: "Wuser32", display: "SMS Remote Control Agent"}}
	stubborn := []service{{key: "SMS Client Service", display: "SMS Client Service", stubborn: true}, {key: "Wuser32", display: "SMS Remote Control Agent"}}
	story := func(name string, s state, steps ...step) scenario {
		return scenario{name: name, fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: steps}
	}
	blocked := with(both)
	blocked.files = map[string]string{"windows/FIXDESK": "a file where the folder should be"}
	taken := with(both)
	taken.files = map[string]string{"windows/FIXDESK/001/precious.txt": "keep", "windows/FIXDESK/002": "keep"}
	putBack := three
	all = append(all,
		story("services under their other names", with(otherWay), step{mode: "/apply", status: "ok", after: gone(otherWay)}),
		story("no service is installed", with(nil), step{mode: "/apply", status: "ok", after: gone(nil)}),
		story("a service was stopped already", with(stopped), step{mode: "/apply", status: "ok", after: gone(stopped)}),
		story("a service does not stop", with(stubborn), step{mode: "/apply", status: "refused", says: "goes on running"}),
		story("the backup folder cannot be made", blocked, step{mode: "/apply", status: "refused"}),
		story("the name of the backup is taken", taken, step{mode: "/apply", status: "ok", after: gone(both), special: func(m *machine, output string) error {
			if m.read("windows/FIXDESK/001/precious.txt") != "keep" || m.read("windows/FIXDESK/002") != "keep" {
				return fmt.Errorf("a foreign file was overwritten")
			}
			if m.read("windows/FIXDESK/003/LOG.TXT") == "" {
				return fmt.Errorf("the backup is not in 003")
			}
			return nil
		}}),
		story("the backup is there before the change", with(both), step{mode: "/apply", status: "ok", after: gone(both), special: func(m *machine, output string) error {
			backups, _ := filepath.Glob(m.path("windows/FIXDESK/001/KEY*.REG"))
			if len(backups) == 0 {
				return fmt.Errorf("no export in the folder of the run")
			}
			if got := entries(decode(m.read("windows/FIXDESK/001/" + filepath.Base(backups[0])))); !slices.Contains(got, installed+`\BRI "Name"="Bristol"`) {
				return fmt.Errorf("the export does not hold the entry")
			}
			if !strings.Contains(m.read("windows/FIXDESK/001/LOG.TXT"), "FIXDESK-RESULT v=1 fix=forget-site") {
				return fmt.Errorf("the log does not hold the result")
			}
			return nil
		}}),
		story("undo after somebody has put the code back", with(both),
			step{mode: "/apply", status: "ok", after: gone(both)},
			step{mode: "/undo", status: "refused", says: "is there again", after: &state{registry: strings.Replace(putBack, `"Name"="Bristol"`, `"Name"="Bristol, new"`, 1), services: both},
				before: func(m *machine) {
					m.importReg("["+installed+`\BRI]`, `"Name"="Bristol, new"`, "["+installed+`\BRI\Below]`, `"Deep"="1"`)
				}}),
		story("undo after a neighbour was changed keeps the neighbour", with(both),
			step{mode: "/apply", status: "ok", after: gone(both)},
			step{mode: "/undo", status: "ok", after: &state{registry: strings.Replace(three, `"BRIX"="a & b > c % d"`, `"BRIX"="changed"`, 1), services: both},
				before: func(m *machine) { m.importReg("["+installed+`]`, `"BRIX"="changed"`) }}),
		story("the run is cut off after the change", with(both),
			step{mode: "/apply", silent: true, cutAt: "DEL1.REG|Import Run & \"\\\" & file & \"D.REG\"", after: &state{registry: threeNoBRI, services: halted(both)}},
			step{mode: "/apply", status: "refused", says: "Run it with /undo first", after: &state{registry: threeNoBRI, services: halted(both)}},
			ok("/undo", "ok"),
			step{mode: "/apply", status: "ok", after: gone(both)}),
		story("the run is cut off before the change", with(both),
			step{mode: "/apply", silent: true, cutAt: "set SAY=step 6|Begin 6,", after: &state{registry: three, services: halted(both)}},
			ok("/undo", "ok")),
	)
	all = append(all, agedScenarios()...)
	all = append(all, fileScenarios()...)
	all = append(all, removalScenarios()...)
	return all
}

// halted returns the services as a run that was cut off has left them.
func halted(services []service) []service {
	out := slices.Clone(services)
	for i := range out {
		out[i].stopped = true
	}
	return out
}

func agedScenarios() []scenario {
	one := []service{{key: "clisvc", display: "SMS Client Service"}}
	s := state{registry: dated, services: one}
	u := state{registry: undated, services: one}
	return []scenario{
		{name: "the date is made old", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: full(s, aged)},
		{name: "the date is missing", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: u, steps: full(u, undatedAged)},
		refuses("the site has no settings", "age-site", "cmd vbs", s, "refused", "XYZ"),
		{name: "undo after somebody has changed the date", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: []step{
			{mode: "/apply", status: "ok", after: &state{registry: aged, services: one}},
			{mode: "/undo", status: "refused", after: &state{registry: strings.Replace(dated, "2000/06/13 06:28.53", "2001/01/01 00:00.00", 1), services: one},
				before: func(m *machine) { m.importReg("["+shared+`\BRI]`, `"Site Config Last Checked"="2001/01/01 00:00.00"`) }},
		}},
	}
}

func fileScenarios() []scenario {
	s := state{files: map[string]string{"logon/SMSLS.BAT": smsls}}
	edited := state{files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls}}
	other := state{files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls + "rem more\r\n"}}
	bare := state{files: map[string]string{"logon/SMSLS.BAT": "@echo off\r\necho no label\r\n"}}
	run := func(mode, status string, after *state) step {
		return step{mode: mode, folder: `C:\logon`, status: status, after: after}
	}
	story := func(name string, s state, steps ...step) scenario {
		return scenario{name: name, fix: "edit-smsls", stage: 1, dialects: "cmd vbs", start: s, steps: steps}
	}
	changed := run("/undo", "refused", &other)
	changed.before = func(m *machine) {
		_ = os.WriteFile(m.path("logon/SMSLS.BAT"), []byte(other.files["logon/SMSLS.BAT"]), 0o644)
	}
	return []scenario{
		story("the logon script is switched off and on", s, ok("", "ok"), run("/verify", "failed", nil), run("/apply", "ok", &edited), run("/apply", "nothing-to-do", &edited),
			run("/verify", "ok", &edited), run("/undo", "ok", nil), run("/undo", "nothing-to-do", nil)),
		story("the logon script has no label", bare, run("/apply", "refused", nil)),
		story("no folder is given", s, ok("/apply", "refused")),
		story("the folder holds no logon script", s, step{mode: "/apply", folder: `C:\tools`, status: "refused"}),
		story("undo after somebody has changed the logon script", s, run("/apply", "ok", &edited), changed),
	}
}

func removalScenarios() []scenario {
	registry := sites("["+client+"]", `"Keep"="yes"`)
	one := []service{{key: "SMS Client Service", display: "SMS Client Service"}}
	there := state{registry: registry, services: one, files: clientFiles}
	gone := state{registry: registry, files: removed}
	half := state{registry: registry, services: one, files: map[string]string{"windows/MS/SMS/Core/Bin/Clisvcl.exe": "x", "windows/MS/SMS/Core/Bin/Clisvc95.exe": "x", "tools/20CLICLN.BAT": cleaner}}
	properties := client + `\Configuration\Client Properties`
	leftover := state{
		registry: sites("["+properties+"]", `"SMS Client Deinstall"="TRUE"`, `"Reserved1"="x"`, `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32]`, `"Leftover"="1"`),
	}
	clean := state{registry: sites("["+properties+"]", `"Reserved1"="x"`)}
	tools := func(mode, status string, after *state) step {
		return step{mode: mode, folder: `C:\tools`, status: status, after: after}
	}
	story := func(name, fix string, stage int, dialects string, s state, steps ...step) scenario {
		return scenario{name: name, fix: fix, stage: stage, dialects: dialects, codes: []string{"BRI"}, start: s, steps: steps}
	}
	install := tools("/apply", "ok", &clean)
	install.before = func(m *machine) { m.copyProgram("installer.exe", "tools/SMSMAN.EXE") }
	nine := state{registry: registry, files: clientFiles}
	return []scenario{
		story("the client is removed", "reinstall", 1, "cmd vbs", there, ok("", "ok"), ok("/verify", "failed"), tools("/apply", "ok", &gone),
			step{mode: "/verify", status: "ok", after: &gone}, tools("/apply", "nothing-to-do", nil).as(&gone), step{mode: "/undo", status: "refused", after: &gone}),
		story("a companion of 20CLICLN is missing", "reinstall", 1, "cmd vbs", half, tools("/apply", "refused", nil)),
		story("no folder is given for the tools", "reinstall", 1, "cmd vbs", there, ok("/apply", "refused")),
		story("no client is installed", "reinstall", 1, "cmd vbs", state{registry: registry, files: map[string]string{
			"tools/20CLICLN.BAT": cleaner, "tools/HAMMER.EXE": "x", "tools/KILL.EXE": "x", "tools/SETEVNT.EXE": "x"}}, tools("/apply", "nothing-to-do", nil)),
		story("leftovers go and the client is installed", "reinstall", 2, "cmd vbs", leftover, install, step{mode: "/verify", status: "ok", after: &clean}, tools("/apply", "nothing-to-do", &clean)),
		story("the client is still there before it is installed", "reinstall", 2, "cmd vbs", there,
			step{mode: "/apply", folder: `C:\tools`, status: "refused", before: install.before}),
		story("the client of Windows 98 is removed", "reinstall-9x", 1, "bat9x", nine, ok("", "ok"), ok("/verify", "failed"), tools("/apply", "ok", nil).as(&state{registry: registry, files: removed}),
			step{mode: "/verify", status: "ok", after: &state{registry: registry, files: removed}}, tools("/apply", "nothing-to-do", nil).as(&state{registry: registry, files: removed})),
		story("the client of Windows 98 is installed", "reinstall-9x", 2, "bat9x", state{registry: registry},
			step{mode: "/apply", folder: `C:\tools`, status: "ok", before: install.before}, ok("/verify", "ok")),
		story("undo of a removal says that there is none", "reinstall-9x", 1, "bat9x", nine, ok("/undo", "refused")),
		story("a companion is missing on Windows 98", "reinstall-9x", 1, "bat9x", half.bare(), tools("/apply", "refused", nil)),
	}
}

func (s step) as(after *state) step {
	s.after = after
	return s
}

func (s state) bare() state {
	s.services = nil
	return s
}

func (m *machine) importReg(lines ...string) {
	_ = os.WriteFile(m.path("run/change.reg"), []byte("REGEDIT4\r\n\r\n"+strings.Join(lines, "\r\n")+"\r\n"), 0o644)
	_ = m.command(background, "wine", "regedit", "/s", `C:\run\change.reg`).Run()
}

func (m *machine) copyProgram(from, to string) {
	data, err := os.ReadFile(m.path(from))
	if err != nil {
		panic(err)
	}
	_ = os.MkdirAll(filepath.Dir(m.path(to)), 0o755)
	_ = os.Remove(m.path(to))
	_ = os.WriteFile(m.path(to), data, 0o755)
}

// planOf returns the plan of a fix of the seed article with the codes of a scenario.
func planOf(t testing.TB, fix string, codes []string) plan.Plan {
	t.Helper()
	var file struct {
		Fixes schemas.Map[plan.Draft] `json:"fixes"`
	}
	for _, name := range []string{"tree.yaml", "fixes.yaml"} {
		data, err := os.ReadFile("../../content/Q238865/" + name)
		if err != nil {
			continue
		}
		if err := schemas.Decode(schemas.Tree, data, &file); err != nil {
			t.Fatal(err)
		}
		if file.Fixes.Len() > 0 {
			break
		}
	}
	d, _ := file.Fixes.Get(fix)
	f, err := d.Fix(fix, "Q238865", "01234567")
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Combine(f)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Bind(facts.Of(facts.Fact{Name: "nonexistent_sites", Values: codes, Source: facts.Told})); err != nil {
		t.Fatal(err)
	}
	return p
}

func rendered(t testing.TB, sc scenario, dialect string) (script.Script, error) {
	t.Helper()
	codes := sc.codes
	if len(codes) == 0 {
		codes = []string{"BRI"}
	}
	return script.Render(planOf(t, sc.fix, codes), dialect, sc.stage)
}

// textOf returns the script of a scenario.
func textOf(t testing.TB, sc scenario, dialect string) string {
	t.Helper()
	s, err := rendered(t, sc, dialect)
	if err != nil {
		t.Fatal(err)
	}
	return s.Text
}

// tell runs a scenario in a dialect, with the text of the script changed by edit, and returns what is not as it must be.
func (m *machine) tell(t testing.TB, sc scenario, dialect string, edit func(string) string) error {
	t.Helper()
	s, err := rendered(t, sc, dialect)
	if err != nil {
		return err
	}
	text := s.Text
	if edit != nil {
		if text = edit(text); text == s.Text {
			t.Fatalf("%s: the mutant is the script itself", dialect)
		}
	}
	m.reset(t, sc.start)
	m.dirty = sc.fix == "reinstall" // the tool of the scenario deletes services
	for i, st := range sc.steps {
		if st.before != nil {
			st.before(m)
		}
		out, code := m.play(t, s, dialect, text, st)
		if err := st.judge(m, t, sc.start, out, code, dialect); err != nil {
			return fmt.Errorf("run %d (%s): %w\n%s", i+1, strings.TrimSpace("script "+st.mode), err, out)
		}
	}
	return nil
}

// play runs a script once.
func (m *machine) play(t testing.TB, s script.Script, dialect, text string, st step) (output string, code int) {
	if st.cutAt != "" {
		text = cut(text, st.cutAt, dialect)
	}
	extension := filepath.Ext(s.File)
	m.write(t, "run/script"+extension, text)
	args := []string{"cmd", "/c", `C:\run\script` + extension}
	switch dialect {
	case "vbs":
		args = []string{"cscript", "//nologo", `C:\run\script.vbs`}
	case "bat9x":
		m.write(t, "run/old.cmd", "@echo off\r\nset OS=\r\ncall C:\\run\\script.bat %1 %2\r\n")
		args = []string{"cmd", "/c", `C:\run\old.cmd`}
	}
	if st.mode != "" {
		args = append(args, st.mode)
	}
	if st.folder != "" {
		args = append(args, st.folder)
	}
	return m.run(t, args...)
}

// cut ends a script behind the first line that holds one of the texts, as if its process had been killed there.
func cut(text, at, dialect string) string {
	halt := "exit"
	if dialect == "vbs" {
		halt = "WScript.Quit 0"
	}
	var b strings.Builder
	done := false
	for line := range strings.Lines(text) {
		b.WriteString(line)
		if done {
			continue
		}
		for _, a := range strings.Split(at, "|") {
			here := strings.TrimSpace(line)
			if strings.HasPrefix(here, a) || strings.Contains(here, "regedit /s "+a) {
				b.WriteString(halt + "\r\n")
				done = true
				break
			}
		}
	}
	if !done {
		panic("nothing to cut at")
	}
	return b.String()
}

var exitCodes = map[string]int{"ok": 10, "nothing-to-do": 11, "refused": 12, "failed": 13, "rolled-back": 14}

// judge compares what a run has left with what it must leave.
func (st step) judge(m *machine, t testing.TB, start state, out string, code int, dialect string) error {
	want := start
	if st.after != nil {
		want = *st.after
	}
	if !st.silent {
		lines := strings.Split(strings.TrimSpace(out), "\n")
		last := lines[len(lines)-1]
		mode := strings.TrimPrefix(st.mode, "/")
		if mode == "" {
			mode = "show"
		}
		if !strings.HasPrefix(last, "FIXDESK-RESULT v=1 fix=") || !strings.Contains(last, " mode="+mode+" status="+st.status+" step=") {
			return fmt.Errorf("the result is %q, want mode=%s status=%s", last, mode, st.status)
		}
		wantCode := exitCodes[st.status]
		if dialect != "vbs" {
			wantCode = 1
			if st.status == "ok" || st.status == "nothing-to-do" {
				wantCode = 0
			}
		}
		if code != wantCode && dialect != "bat9x" {
			return fmt.Errorf("the exit code is %d, want %d", code, wantCode)
		}
	}
	if !strings.Contains(out, st.says) {
		return fmt.Errorf("it does not say %q", st.says)
	}
	if got, want := m.observe(t), want.expected(); !slices.Equal(got, want) {
		return fmt.Errorf("the computer is not as it must be:\n%s", difference(got, want))
	}
	for name, text := range want.files {
		if got := m.read(name); got != text {
			return fmt.Errorf("%s holds %q, want %q", name, got, text)
		}
	}
	if st.special != nil {
		return st.special(m, out)
	}
	return nil
}

func difference(got, want []string) string {
	var b strings.Builder
	for _, g := range got {
		if !slices.Contains(want, g) {
			fmt.Fprintln(&b, "  there:", g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			fmt.Fprintln(&b, "  missing:", w)
		}
	}
	return b.String()
}
