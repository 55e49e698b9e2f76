package winetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
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

// both are the two services of a client.
var both = []Service{
	{Key: "clisvc", Display: "SMS Client Service"},
	{Key: "Wuser32", Display: "SMS Remote Control Agent"},
}

// translated are the same with the names that people see in another language.
var translated = []Service{
	{Key: "clisvc", Display: "SMS-Clientdienst"},
	{Key: "Wuser32", Display: "SMS-Remotesteuerungsagent"},
}

// A scenario is a trial with a stage of a fix, in every dialect that is named.
type scenario struct {
	name     string
	fix      string
	article  string // Q238865 where it is empty
	stage    int
	dialects string // separated by blanks
	codes    []string
	old      bool
	start    State
	steps    []Step
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
	undated       = sites("["+shared+`\BRI]`, `"Other"="1"`, "["+shared+`\LON]`)
	undatedAged   = sites("["+shared+`\BRI]`, `"Other"="1"`, `"Site Config Last Checked"="1990/01/01 00:00.00"`, "["+shared+`\LON]`)
)

const smsls = "@echo off\r\nrem logon \"script\"\r\nif \"%1\"==\"\" goto END\r\ncall other & echo 100%\r\n:END\r\n"

// cleaner stands for 20CLICLN.BAT: it takes away what shows a client.
const cleaner = "@echo off\r\nnet stop clisvc >nul 2>nul\r\nsc delete clisvc >nul\r\ndel C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe\r\ndel C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe\r\nexit\r\n"

var (
	clientFiles = map[string]string{
		"windows/MS/SMS/Core/Bin/Clisvcl.exe": "x", "windows/MS/SMS/Core/Bin/Clisvc95.exe": "x",
		"tools/20CLICLN.BAT": cleaner, "tools/HAMMER.EXE": "x", "tools/KILL.EXE": "x", "tools/SETEVNT.EXE": "x",
	}
	removed = map[string]string{"windows/MS/SMS/Core/Bin/Clisvcl.exe": "", "windows/MS/SMS/Core/Bin/Clisvc95.exe": ""}
)

func ok(mode, status string) Step { return Step{Mode: mode, Status: status} }

// full is the scenario of a script that works: it shows, applies, finds nothing more to do, verifies, undoes, and finds nothing to undo.
func full(s State, after string) []Step {
	done := State{Registry: after, Services: s.Services, Files: s.Files}
	return []Step{
		{Mode: "/?", Status: "ok", Says: "Without an argument it only shows"},
		ok("", "ok"),
		{Mode: "/verify", Status: "failed"},
		{Mode: "/apply", Status: "ok", After: &done},
		{Mode: "/apply", Status: "nothing-to-do", After: &done},
		{Mode: "/verify", Status: "ok", After: &done},
		ok("/undo", "ok"),
		ok("/undo", "nothing-to-do"),
	}
}

func forget(name, registry, after string, codes ...string) scenario {
	s := State{Registry: registry, Services: both}
	return scenario{name: name, fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: codes, start: s, steps: full(s, after)}
}

// refuses is a scenario in which nothing may happen.
func refuses(name, fix, dialects string, s State, status string, codes ...string) scenario {
	return scenario{name: name, fix: fix, stage: 1, dialects: dialects, codes: codes, start: s, steps: []Step{ok("", status), ok("/apply", status)}}
}

func scenarios() []scenario {
	list := forget("the code is an element of a list", inList, sites("["+installed+"]", `"Sites"=list:LON,S00`), "BRI")
	list.dialects = "vbs"
	all := []scenario{
		forget("the code is a subkey", three, threeNoBRI, "BRI"),
		forget("the code is a value", asValues, without(asValues, `"BRI"="left & right"`+"\n"), "BRI"),
		list,
		forget("two dead codes and a live one", three, threeOnlyLive, "BRI", "S00"),
		forget("only the misprinted key is there", misprinted, sites("["+misprint+`\LON]`), "BRI"),
		refuses("the code is an element of a list", "forget-site", "cmd", State{Registry: inList, Services: both}, "refused", "BRI"),
		refuses("the code is the data of a value", "forget-site", "cmd vbs", State{Registry: asData, Services: both}, "refused", "BRI"),
		refuses("the code is absent", "forget-site", "cmd vbs", State{Registry: three, Services: both}, "nothing-to-do", "XYZ"),
		refuses("the key is absent in both spellings", "forget-site", "cmd vbs", State{Registry: sites("["+client+"]", `"Keep"="yes"`), Services: both}, "refused", "BRI"),
		refuses("the dead site is the only one", "forget-site", "cmd vbs", State{Registry: sites("["+installed+`\BRI]`, `"Name"="x"`), Services: both}, "refused", "BRI"),
		refuses("the dead value is the only one", "forget-site", "cmd vbs", State{Registry: sites("["+installed+"]", `@="x"`, `"BRI"="1"`), Services: both}, "refused", "BRI"),
	}
	gone := func(s []Service) *State { return &State{Registry: threeNoBRI, Services: s} }
	with := func(s []Service) State { return State{Registry: three, Services: s} }
	stopped := []Service{{Key: "clisvc", Display: "SMS Client Service", Stopped: true}, {Key: "Wuser32", Display: "SMS Remote Control Agent"}}
	stubborn := []Service{{Key: "clisvc", Display: "SMS Client Service", Stubborn: true}, {Key: "Wuser32", Display: "SMS Remote Control Agent"}}
	named := func(name string, s State, steps ...Step) scenario {
		return scenario{name: name, fix: "forget-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: steps}
	}
	blocked := with(both)
	blocked.Files = map[string]string{"windows/FIXDESK": "a file where the folder should be"}
	taken := with(both)
	taken.Files = map[string]string{"windows/FIXDESK/001/precious.txt": "keep", "windows/FIXDESK/002": "keep"}
	putBack := three
	all = append(all,
		named("services with translated names", with(translated), Step{Mode: "/apply", Status: "ok", After: gone(translated)}),
		named("no service is installed", with(nil), Step{Mode: "/apply", Status: "ok", After: gone(nil)}),
		named("a service was stopped already", with(stopped), Step{Mode: "/apply", Status: "ok", After: gone(stopped)}),
		named("a service does not stop", with(stubborn), Step{Mode: "/apply", Status: "refused", Says: "goes on running"}),
		named("the backup folder cannot be made", blocked, Step{Mode: "/apply", Status: "refused"}),
		named("the name of the backup is taken", taken, Step{Mode: "/apply", Status: "ok", After: gone(both), Then: func(m *Machine, output string) error {
			if m.Read("windows/FIXDESK/001/precious.txt") != "keep" || m.Read("windows/FIXDESK/002") != "keep" {
				return fmt.Errorf("a foreign file was overwritten")
			}
			if m.Read("windows/FIXDESK/003/LOG.TXT") == "" {
				return fmt.Errorf("the backup is not in 003")
			}
			return nil
		}}),
		named("the backup is there before the change", with(both), Step{Mode: "/apply", Status: "ok", After: gone(both), Then: func(m *Machine, output string) error {
			backups, _ := filepath.Glob(m.Path("windows/FIXDESK/001/KEY*.REG"))
			if len(backups) == 0 {
				return fmt.Errorf("no export in the folder of the run")
			}
			if got := Entries((m.Read("windows/FIXDESK/001/" + filepath.Base(backups[0])))); !slices.Contains(got, installed+`\BRI "Name"="Bristol"`) {
				return fmt.Errorf("the export does not hold the entry")
			}
			if !strings.Contains(m.Read("windows/FIXDESK/001/LOG.TXT"), "FIXDESK-RESULT v=1 fix=forget-site") {
				return fmt.Errorf("the log does not hold the result")
			}
			return nil
		}}),
		named("undo after somebody has put the code back", with(both),
			Step{Mode: "/apply", Status: "ok", After: gone(both)},
			Step{Mode: "/undo", Status: "refused", Says: "Somebody else has changed", After: &State{Registry: strings.Replace(putBack, `"Name"="Bristol"`, `"Name"="Bristol, new"`, 1), Services: both},
				Before: func(t testing.TB, m *Machine) {
					m.Import(t, "["+installed+`\BRI]`, `"Name"="Bristol, new"`, "["+installed+`\BRI\Below]`, `"Deep"="1"`)
				}}),
		named("undo after a neighbour was changed keeps the neighbour", with(both),
			Step{Mode: "/apply", Status: "ok", After: gone(both)},
			Step{Mode: "/undo", Status: "ok", After: &State{Registry: strings.Replace(three, `"BRIX"="a & b > c % d"`, `"BRIX"="changed"`, 1), Services: both},
				Before: func(t testing.TB, m *Machine) { m.Import(t, "["+installed+`]`, `"BRIX"="changed"`) }}),
	)
	all = append(all, hostileScenarios()...)
	all = append(all, killedScenarios()...)
	all = append(all, agedScenarios()...)
	all = append(all, fileScenarios()...)
	all = append(all, removalScenarios()...)
	all = append(all, clientScenarios()...)
	all = append(all, readingScenarios()...)
	all = append(all, combinedScenarios()...)
	all = append(all, importScenarios()...)
	return all
}

func agedScenarios() []scenario {
	one := []Service{{Key: "clisvc", Display: "SMS Client Service"}}
	s := State{Registry: dated, Services: one}
	u := State{Registry: undated, Services: one}
	return []scenario{
		{name: "the date is made old", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: full(s, aged)},
		{name: "the date is missing", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: u, steps: full(u, undatedAged)},
		refuses("the site has no settings", "age-site", "cmd vbs", s, "refused", "XYZ"),
		{name: "undo after somebody has changed the date", fix: "age-site", stage: 1, dialects: "cmd vbs", codes: []string{"BRI"}, start: s, steps: []Step{
			{Mode: "/apply", Status: "ok", After: &State{Registry: aged, Services: one}},
			{Mode: "/undo", Status: "refused", After: &State{Registry: strings.Replace(dated, "2000/06/13 06:28.53", "2001/01/01 00:00.00", 1), Services: one},
				Before: func(t testing.TB, m *Machine) {
					m.Import(t, "["+shared+`\BRI]`, `"Site Config Last Checked"="2001/01/01 00:00.00"`)
				}},
		}},
	}
}

func fileScenarios() []scenario {
	s := State{Files: map[string]string{"logon/SMSLS.BAT": smsls}}
	edited := State{Files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls}}
	other := State{Files: map[string]string{"logon/SMSLS.BAT": "GOTO END\r\n" + smsls + "rem more\r\n"}}
	bare := State{Files: map[string]string{"logon/SMSLS.BAT": "@echo off\r\necho no label\r\n"}}
	run := func(mode, status string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\logon`, Status: status, After: after}
	}
	named := func(name string, s State, steps ...Step) scenario {
		return scenario{name: name, fix: "edit-smsls", stage: 1, dialects: "cmd vbs", start: s, steps: steps}
	}
	spaced := func(name, folder, status string) scenario {
		start := State{Files: map[string]string{"my tools/SMSLS.BAT": smsls}}
		after := &State{Files: map[string]string{"my tools/SMSLS.BAT": "GOTO END\r\n" + smsls}}
		undo := Step{Mode: "/undo", Folder: folder, Status: status}
		if status == "refused" {
			after = &start
		}
		return named(name, start, Step{Mode: "/apply", Folder: folder, Status: status, After: after}, undo)
	}
	changed := run("/undo", "refused", &other)
	changed.Before = func(t testing.TB, m *Machine) {
		_ = os.WriteFile(m.Path("logon/SMSLS.BAT"), []byte(other.Files["logon/SMSLS.BAT"]), 0o644)
	}
	full := run("/apply", "rolled-back", nil)
	full.Says = "is not as it was set"
	full.Edit = instead(`copy /b %WORK%\LEFT.TXT+"%RUN%\T%1R.TXT" "%RUN%\T%1W.TXT" >nul`, "rem", "Then Rewrite n, path,", "Then Same path,")
	cut := full
	cut.Edit = instead(`copy /b %WORK%\LEFT.TXT+"%RUN%\T%1R.TXT" "%RUN%\T%1W.TXT" >nul`, `copy %WORK%\LEFT.TXT "%RUN%\T%1W.TXT" >nul`,
		"  file.Write content", "  If Doing = \"apply\" And Right(name, 9) = \"SMSLS.BAT\" Then file.Write Left(content, 40) Else file.Write content")
	garbled := run("/apply", "rolled-back", nil)
	garbled.Edit = instead(`copy "%RUN%\T%1W.TXT" "%FILE%" >nul`, `copy /b "%RUN%\T%1W.TXT"+"%RUN%\T%1W.TXT" "%FILE%" >nul`,
		"  file.Write content", `  If Doing = "apply" And Right(name, 9) = "SMSLS.BAT" Then file.Write content & "rem" Else file.Write content`)
	return []scenario{
		named("the new logon script cannot be written", s, full, run("/undo", "nothing-to-do", nil), run("/apply", "ok", &edited)),
		named("the new logon script is cut", s, cut, run("/apply", "ok", &edited)),
		named("the logon script is written wrongly", s, garbled, run("/apply", "ok", &edited)),
		named("the logon script is switched off and on", s, ok("", "ok"), run("/verify", "failed", nil), run("/apply", "ok", &edited), run("/apply", "nothing-to-do", &edited),
			run("/verify", "ok", &edited), run("/undo", "ok", nil), run("/undo", "nothing-to-do", nil)),
		spaced("the folder has a blank in its name", `C:\my tools`, "ok"),
		spaced("the folder is not named in full", "my", "refused").in("cmd"),
		named("the logon script has no label", bare, run("/apply", "refused", nil)),
		named("no folder is given", s, ok("/apply", "refused")),
		named("the folder holds no logon script", s, Step{Mode: "/apply", Folder: `C:\tools`, Status: "refused"}),
		named("undo after somebody has changed the logon script", s, run("/apply", "ok", &edited), changed),
	}
}

func removalScenarios() []scenario {
	registry := sites("["+client+"]", `"Keep"="yes"`)
	one := []Service{{Key: "clisvc", Display: "SMS Client Service"}}
	there := State{Registry: registry, Services: one, Files: clientFiles}
	gone := State{Registry: registry, Files: removed}
	half := State{Registry: registry, Services: one, Files: map[string]string{"windows/MS/SMS/Core/Bin/Clisvcl.exe": "x", "windows/MS/SMS/Core/Bin/Clisvc95.exe": "x", "tools/20CLICLN.BAT": cleaner}}
	properties := client + `\Configuration\Client Properties`
	leftover := State{
		Registry: sites("["+properties+"]", `"SMS Client Deinstall"="TRUE"`, `"Reserved1"="x"`, `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32]`, `"Leftover"="1"`),
	}
	clean := State{Registry: sites("["+properties+"]", `"Reserved1"="x"`)}
	tools := func(mode, status string, after *State) Step {
		return Step{Mode: mode, Folder: `C:\tools`, Status: status, After: after}
	}
	named := func(name, fix string, stage int, dialects string, s State, steps ...Step) scenario {
		return scenario{name: name, fix: fix, stage: stage, dialects: dialects, old: strings.Contains(fix, "9x"), codes: []string{"BRI"}, start: s, steps: steps}
	}
	install := tools("/apply", "started", &clean)
	install.Before = func(t testing.TB, m *Machine) { m.Installer(t, "tools/SMSMAN.EXE") }
	nine := State{Registry: registry, Files: clientFiles}
	return []scenario{
		named("the client is removed", "reinstall", 1, "cmd vbs", there, ok("", "ok"), ok("/verify", "failed"), tools("/apply", "started", &gone),
			Step{Mode: "/verify", Status: "ok", After: &gone}, tools("/apply", "nothing-to-do", nil).as(&gone), Step{Mode: "/undo", Status: "refused", After: &gone}),
		named("a companion of 20CLICLN is missing", "reinstall", 1, "cmd vbs", half, tools("/apply", "refused", nil)),
		named("no folder is given for the tools", "reinstall", 1, "cmd vbs", there, ok("/apply", "refused")),
		named("no client is installed", "reinstall", 1, "cmd vbs", State{Registry: registry, Files: map[string]string{
			"tools/20CLICLN.BAT": cleaner, "tools/HAMMER.EXE": "x", "tools/KILL.EXE": "x", "tools/SETEVNT.EXE": "x"}}, tools("/apply", "nothing-to-do", nil)),
		named("leftovers go and the client is installed", "reinstall", 2, "cmd vbs", leftover, install, Step{Mode: "/verify", Status: "ok", After: &clean}, tools("/apply", "nothing-to-do", &clean)),
		named("the client is still there before it is installed", "reinstall", 2, "cmd vbs", there,
			Step{Mode: "/apply", Folder: `C:\tools`, Status: "refused", Before: install.Before}),
		named("the client of Windows 98 is removed", "reinstall-9x", 1, "bat9x", nine, ok("", "ok"), ok("/verify", "failed"), tools("/apply", "started", nil).as(&State{Registry: registry, Files: removed}),
			Step{Mode: "/verify", Status: "ok", After: &State{Registry: registry, Files: removed}}, tools("/apply", "nothing-to-do", nil).as(&State{Registry: registry, Files: removed})),
		named("the client of Windows 98 is installed", "reinstall-9x", 2, "bat9x", State{Registry: registry},
			Step{Mode: "/apply", Folder: `C:\tools`, Status: "started", Before: install.Before}, ok("/verify", "ok")),
		named("undo of a removal says that there is none", "reinstall-9x", 1, "bat9x", nine, ok("/undo", "refused"), ok("/?", "ok")),
		named("a companion is missing on Windows 98", "reinstall-9x", 1, "bat9x", half.bare(), tools("/apply", "refused", nil)),
	}
}

// instead changes a script for one run, as a drive that is full or a program that fails would: in cmd the first text becomes the
// second, in vbs the third the fourth.
func instead(cmd, cmdNew, vbs, vbsNew string) func(text, dialect string) string {
	return func(text, dialect string) string {
		old, new := cmd, cmdNew
		if dialect == "vbs" {
			old, new = vbs, vbsNew
		}
		if !strings.Contains(text, old) {
			panic("the script has no such part: " + old)
		}
		return strings.ReplaceAll(text, old, new)
	}
}

// in returns the scenario for these dialects only.
func (sc scenario) in(dialects string) scenario {
	sc.dialects = dialects
	return sc
}

func (s Step) as(after *State) Step {
	s.After = after
	return s
}

func (s State) bare() State {
	s.Services = nil
	return s
}

// draftsOf returns the fixes of an article. It reads them once, so that an edit of the content does not show in the middle.
var draftsOf = func() func(t testing.TB, article string) schemas.Map[plan.Draft] {
	var lock sync.Mutex
	kept := map[string]schemas.Map[plan.Draft]{}
	return func(t testing.TB, article string) schemas.Map[plan.Draft] {
		t.Helper()
		lock.Lock()
		defer lock.Unlock()
		if drafts, ok := kept[article]; ok {
			return drafts
		}
		var file struct {
			Fixes schemas.Map[plan.Draft] `json:"fixes"`
		}
		data, err := os.ReadFile(filepath.Join("../../content", article, "tree.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas.Decode(schemas.Tree, data, &file); err != nil {
			t.Fatal(err)
		}
		kept[article] = file.Fixes
		return file.Fixes
	}
}()

// catalog returns the services and tools of the content.
func catalog(t testing.TB) *plan.Catalog {
	t.Helper()
	var c plan.Catalog
	data, err := os.ReadFile("../../content/services.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas.Decode(schemas.Services, data, &c); err != nil {
		t.Fatal(err)
	}
	return &c
}

// planOf returns the plan of a fix with the codes of a scenario, or of several whose names are joined by a plus sign.
func planOf(t testing.TB, sc scenario) plan.Plan {
	t.Helper()
	article, codes := sc.article, sc.codes
	if article == "" {
		article = "Q238865"
	}
	if len(codes) == 0 {
		codes = []string{"BRI"}
	}
	var fixes []plan.Fix
	for _, name := range strings.Split(sc.fix, "+") {
		drafts := draftsOf(t, article)
		d, ok := drafts.Get(name)
		if !ok {
			t.Fatalf("no fix of %s is called %s", article, name)
		}
		f, err := d.Fix(catalog(t), name, article, "01234567")
		if err != nil {
			t.Fatal(err)
		}
		fixes = append(fixes, f)
	}
	p, err := plan.Combine(fixes...)
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
	return script.Render(planOf(t, sc), dialect, sc.stage)
}

// try plays a scenario in a dialect, with the text of the script changed by edit, and returns what is not as it must be.
func (m *Machine) try(t testing.TB, sc scenario, dialect string, edit func(string) string) error {
	t.Helper()
	s, err := rendered(t, sc, dialect)
	if err != nil {
		return err
	}
	_, deletes := sc.start.Files["tools/20CLICLN.BAT"]
	return m.Try(t, Trial{Start: sc.start, Old: sc.old, Deletes: deletes, Steps: sc.steps}, s, edit)
}
