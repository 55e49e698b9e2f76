package winetest

import (
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/plan/plantest"
	"github.com/fixdesk/fixdesk/kb/script"
)

// exampleState is what the fixes of the verbs look for: a registry with data of every type that is not as they want it, and a file.
var exampleState = []string{
	`[-HKEY_LOCAL_MACHINE\SOFTWARE\Example]`, `[-HKEY_CURRENT_USER\Software\Example]`,
	`[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App]`, `"Path"="C:\\old \"app\" & more;50%"`, `"Text"="old"`, `"Limit"=dword:00000001`, `"Mask"=hex:01,02`,
	`"Folder"=hex(2):25,41,25,5c,6f,6c,64,00`, `"Names"=hex(7):6f,6c,64,00,45,78,74,72,61,00,00`, `@="default"`,
	`[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App\Cache]`, `"Kept"="yes"`, `[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App\Cache\Below]`, `"Deep"="1"`,
	`[HKEY_CURRENT_USER\Software\Example\App]`, `"Text"="old"`,
	`[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Fixture]`, `"Start"=dword:00000002`,
}

// examples returns the keys of the fixes of the verbs as regedit exports them.
func (m *Machine) examples(t testing.TB) string {
	t.Helper()
	var all strings.Builder
	for _, key := range []string{`HKEY_LOCAL_MACHINE\SOFTWARE\Example`, `HKEY_CURRENT_USER\Software\Example`, `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Fixture`} {
		m.Run(t, "regedit", "/e", `C:\run\look.reg`, key)
		all.WriteString(decode(m.Read("run/look.reg")))
	}
	return all.String()
}

// TestEveryVerbOfTheRegistryComesBack runs the fix of every verb that cmd has and that changes the registry: it changes something, finds that
// it has nothing more to do, and gives everything back as it was.
func TestEveryVerbOfTheRegistryComesBack(t *testing.T) {
	if !EveryScenario() && !asked("Verb") {
		t.Skip("run with FIXDESK_SCENARIOS=all")
	}
	m := New(t)
	ran := 0
	for _, f := range plantest.Fixes(t) {
		for _, dialect := range lockers() {
			if s, ok := registryVerb(t, f, dialect); ok {
				ran++
				t.Run(dialect+"/"+f.Name, func(t *testing.T) { m.comesBack(t, s) })
			}
		}
	}
	if ran == 0 {
		t.Error("no verb was run")
	}
}

// registryVerb returns the script of a fix that changes the registry, where the dialect has one.
func registryVerb(t *testing.T, f plan.Fix, dialect string) (script.Script, bool) {
	t.Helper()
	p, err := plan.Combine(f)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.Bind(facts.Facts{}); err != nil || p.Platform() == plan.Win9x {
		return script.Script{}, false
	}
	prog, _, err := p.Program(p.Stages[0].Number)
	if err != nil || len(prog.Targets) == 0 || len(prog.Targets[0].Keys) == 0 {
		return script.Script{}, false
	}
	s, err := script.Render(p, dialect, p.Stages[0].Number)
	return s, err == nil
}

func (m *Machine) comesBack(t *testing.T, s script.Script) {
	t.Helper()
	m.Reset(t, State{Services: []Service{{Key: "Fixture", Display: "Fixture"}}})
	m.Import(t, exampleState...)
	if s.Fix == "add-element" { // which the list of the others has
		m.Import(t, `[HKEY_LOCAL_MACHINE\SOFTWARE\Example\App]`, `"Names"=list:old,last`)
	}
	before := m.examples(t)
	var after string
	for _, step := range []struct{ mode, status string }{{"", "ok"}, {"/apply", "ok"}, {"/apply", "nothing-to-do"}, {"/verify", "ok"}, {"/undo", "ok"}, {"/undo", "nothing-to-do"}} {
		out, _, _ := m.play(t, s, s.Text, false, Step{Mode: step.mode})
		if !strings.Contains(out, " status="+step.status+" ") {
			t.Fatalf("%s does not end as %s:\n%s", step.mode, step.status, out)
		}
		now := m.examples(t)
		switch {
		case step.mode == "/apply" && step.status == "ok":
			if after = now; after == before {
				t.Fatalf("apply has changed nothing:\n%s", out)
			}
		case step.mode == "/apply" || step.mode == "/verify":
			if now != after {
				t.Errorf("%s has changed something:\n%s", step.mode, now)
			}
		case now != before:
			t.Errorf("%s: the registry is not as it was:\n%s", step.mode, difference(strings.Split(now, "\r\n"), strings.Split(before, "\r\n")))
		}
	}
}
