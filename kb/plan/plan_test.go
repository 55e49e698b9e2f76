package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/program"
)

const client = `HKLM\\SOFTWARE\\Microsoft\\SMS\\Client`

// catalog names the services of these fixes.
var catalog = &Catalog{Services: map[string]string{"SMS Client Service": "clisvc", "SMS Remote Control Agent": "Wuser32"}}

// forget is a fix that keeps to every rule.
const forget = `{"goal": "Make the client forget ${gone}.", "doubt": "The key is misprinted.", "risk": "low", "proof": "Q238865/WORKAROUND/6", "platform": "nt",
 "steps": [
  {"check-platform": "nt"}, {"check-rights": "administrator"},
  {"expect-entry": {"key": ["` + client + `\\InstalledSites", "HKLM\\Microsoft\\SMS\\Client\\InstalledSites"], "name": "${gone}", "otherwise": "Neither key is there."}},
  {"backup-key": {"key": ["` + client + `", "HKLM\\Microsoft\\SMS\\Client"]}, "proof": "Q256986/SUMMARY/1"},
  {"stop-services": ["SMS Remote Control Agent", "SMS Client Service"]},
  {"end-process": "Smsmon32.exe", "proof": "gk"},
  {"delete-entry": {"key": ["` + client + `\\InstalledSites", "HKLM\\Microsoft\\SMS\\Client\\InstalledSites"], "name": "${gone}", "as": ["key", "value", "element"]}},
  {"start-services": ["SMS Client Service", "SMS Remote Control Agent"]},
  {"verify-gone": {"key": ["` + client + `\\InstalledSites", "HKLM\\Microsoft\\SMS\\Client\\InstalledSites"], "name": "${gone}"}},
  {"verify": "Look at the processor after five minutes.", "proof": "gk"}]}`

func draft(t *testing.T, text string) Draft {
	t.Helper()
	var d Draft
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func fix(t *testing.T, name, text string) Fix {
	t.Helper()
	f, err := draft(t, text).Fix(catalog, name, "Q238865", "0123abcd")
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func one(t *testing.T, f ...Fix) Plan {
	t.Helper()
	p, err := Combine(f...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func verbsOf(p Plan) string {
	var all []string
	for _, s := range p.Steps() {
		all = append(all, s.Verb())
	}
	return strings.Join(all, " ")
}

func TestAStepOnAListBecomesOneStepForEachValue(t *testing.T) {
	p, err := one(t, fix(t, "forget-site", forget)).Bind(facts.Of(facts.Fact{Name: "gone", Values: []string{"BRI", "S00"}}))
	if err != nil {
		t.Fatal(err)
	}
	want := "check-platform check-rights expect-entry expect-entry backup-key stop-services end-process delete-entry delete-entry start-services verify-gone verify-gone verify"
	if got := verbsOf(p); got != want {
		t.Errorf("Bind gave the steps\n%s, want\n%s", got, want)
	}
	if got, want := p.Goal(), "Make the client forget BRI, S00."; got != want {
		t.Errorf("Goal() = %q, want %q", got, want)
	}
	if !p.Bound() {
		t.Error("a bound plan still needs " + strings.Join(p.Needs(), ", "))
	}
}

func TestAFactThatIsNotThereIsNamed(t *testing.T) {
	p := one(t, fix(t, "forget-site", forget))
	for name, f := range map[string]facts.Facts{
		"open":    facts.Of(),
		"unknown": facts.Of(facts.Fact{Name: "gone", Unknown: true}),
		"empty":   facts.Of(facts.Fact{Name: "gone"}),
	} {
		_, err := p.Bind(f)
		var unbound *UnboundError
		if !errors.As(err, &unbound) || unbound.Fact != "gone" {
			t.Errorf("Bind with the fact %s: %v, want an UnboundError that names it", name, err)
		}
	}
}

func TestAValueThatIsNoSiteCodeNeverEnters(t *testing.T) {
	p := one(t, fix(t, "forget-site", forget))
	for _, v := range []string{"", "AB", "ABCD", "abc", "A&B", "NUL", "CON", "A\nB", "MÜN", "A B", `A"B`, "..\\"} {
		_, err := p.Bind(facts.Of(facts.Fact{Name: "gone", Values: []string{"BRI", v}}))
		if err == nil {
			t.Errorf("Bind took %q", v)
		} else if len(v) > 2 && strings.Contains(err.Error(), v) {
			t.Errorf("the error repeats the value %q", v)
		}
	}
}

func TestAnUnsafeFixIsRefused(t *testing.T) {
	for _, tt := range []struct{ breaks, old, new, says string }{
		{"no backup", `{"backup-key": {"key": ["` + client + `", "HKLM\\Microsoft\\SMS\\Client"]}, "proof": "Q256986/SUMMARY/1"},`, ``, "backup-key first"},
		{"a backup of something else", `"` + client + `", "HKLM\\Microsoft\\SMS\\Client"]`, `"HKLM\\SOFTWARE\\Microsoft\\Other"]`, "backup-key first"},
		{"no look", `{"expect-entry": {"key": ["` + client + `\\InstalledSites", "HKLM\\Microsoft\\SMS\\Client\\InstalledSites"], "name": "${gone}", "otherwise": "Neither key is there."}},`, ``, "expect-entry first"},
		{"no rights", `, {"check-rights": "administrator"}`, ``, "check-rights before"},
		{"no platform", `{"check-platform": "nt"}, `, ``, "check-platform: nt"},
		{"no start", `{"start-services": ["SMS Client Service", "SMS Remote Control Agent"]},`, ``, "start SMS Remote Control Agent again"},
		{"half a start", `["SMS Client Service", "SMS Remote Control Agent"]`, `["SMS Client Service"]`, "start SMS Remote Control Agent again"},
		{"a start of nothing", `{"stop-services": ["SMS Remote Control Agent", "SMS Client Service"]},`, ``, "nothing has stopped"},
		{"a service that nothing stopped", `"start-services": ["SMS`, `"start-services": ["Spooler", "SMS`, "nothing has stopped Spooler"},
		{"a service that is no name", `"start-services": ["SMS`, `"start-services": ["Spooler & calc", "SMS`, "expected the key name of a service"},
		{"a restart while stopped", `{"end-process"`, `{"restart": "1"}, {"end-process"`, "before what a person does"},
		{"another hive", `"HKLM\\Microsoft\\SMS\\Client"]}`, `"HKDD\\X"]}`, "begin with HKLM"},
		{"another user", `"HKLM\\Microsoft\\SMS\\Client"]}`, `"HKU\\S-1-5\\X"]}`, "only .DEFAULT"},
		{"a wildcard", `"name": "${gone}"`, `"name": "*"`, "a name is of letters"},
		{"a key that ends a section", `"HKLM\\Microsoft\\SMS\\Client"]}`, `"HKLM\\X]"]}`, "a name is of letters"},
		{"an unknown verb", `"end-process": "Smsmon32.exe"`, `"run": "format c:"`, "no verb is called that"},
		{"two verbs", `"end-process": "Smsmon32.exe"`, `"end-process": "Smsmon32.exe", "tell": "x"`, "one verb"},
		{"a line break", `"Look at the processor after five minutes."`, `"Look\nformat"`, "printable ASCII"},
		{"data that is a command", `{"end-process": "Smsmon32.exe", "proof": "gk"}`, `{"set-value": {"key": "HKLM\\SOFTWARE\\X", "name": "Y", "data": "a & calc"}}`, "expected at most 200 letters"},
		{"no proof", `"proof": "gk"`, `"proof": "somebody said so"`, "expected a place"},
		{"services on 9x", `"platform": "nt"`, `"platform": "9x"`, "no services"},
	} {
		text := strings.ReplaceAll(forget, tt.old, tt.new)
		if text == forget {
			t.Fatalf("%s: the text to break is not there", tt.breaks)
		}
		_, err := draft(t, text).Fix(catalog, "forget-site", "Q238865", "0123abcd")
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: Fix says %v, want it to say %q", tt.breaks, err, tt.says)
		}
	}
}

func TestTwoFixesShareOneBackupOneStopAndOneStart(t *testing.T) {
	age := strings.ReplaceAll(forget, `"steps": [`, `"steps": [{"tell": "Expire the advertisements.", "phase": "server-stop"}, {"restart": "1", "phase": "restart"},`)
	p := one(t, fix(t, "forget-site", forget), fix(t, "again", age))
	want := "tell check-platform check-rights expect-entry backup-key stop-services end-process delete-entry start-services verify-gone verify restart"
	if got := verbsOf(p); got != want {
		t.Errorf("Combine gave\n%s, want\n%s", got, want)
	}
}

func TestEachStageOfACombinedPlanMakesItsOwnChecks(t *testing.T) {
	later := strings.ReplaceAll(forget, `"steps": [`, `"phase": "remove", "steps": [`)
	p := one(t, fix(t, "forget-site", forget), fix(t, "again", strings.ReplaceAll(later, `"HKLM`, `"HKLM\\SOFTWARE`)))
	if len(p.Stages) != 2 {
		t.Fatalf("the plan has %d stages, want 2", len(p.Stages))
	}
	for _, stage := range p.Stages {
		if got, want := verbsOf(Plan{Stages: []Stage{stage}}), "check-platform check-rights "; !strings.HasPrefix(got, want) || strings.Count(got, "check-") != 2 {
			t.Errorf("stage %d is %s, want it to begin with the one look at platform and rights", stage.Number, got)
		}
	}
}

func TestAPlanDoesNotTellToChooseAFixThatItHas(t *testing.T) {
	f := fix(t, "forget-site", strings.ReplaceAll(forget, `"steps": [`, `"steps": [{"tell": "Choose the fix again.", "without": ["again"]},`))
	if got := verbsOf(one(t, f)); !strings.HasPrefix(got, "tell ") {
		t.Errorf("alone the fix is %s, want it to begin with tell", got)
	}
	if got := verbsOf(one(t, f, fix(t, "again", forget))); strings.Contains(got, "tell") {
		t.Errorf("beside the fix that it names the plan is %s, want no tell", got)
	}
	_, err := draft(t, strings.ReplaceAll(forget, `{"check-rights": "administrator"}`, `{"check-rights": "administrator", "without": ["again"]}`)).Fix(catalog, "forget-site", "Q238865", "0123abcd")
	if err == nil || !strings.Contains(err.Error(), "a step of a person") {
		t.Errorf("Fix says %v of a check that is left out, want it refused", err)
	}
}

func TestACoveredFixIsLeftOutAndThePlanSaysSo(t *testing.T) {
	f := fix(t, "forget-site", forget)
	f.For = "nonexistent-site"
	r := fix(t, "reinstall", strings.Replace(forget, `"risk": "low"`, `"risk": "medium", "covers": ["nonexistent-site"]`, 1))
	p := one(t, f, r)
	if got := p.Name(); got != "reinstall" {
		t.Errorf("the plan is %s, want reinstall alone", got)
	}
	if len(p.Doubts) == 0 || !strings.Contains(p.Doubts[0], "forget-site") {
		t.Errorf("the doubts %q do not name the fix that was left out", p.Doubts)
	}
	if p.Risk != RiskMedium {
		t.Errorf("the risk is %v, want medium", p.Risk)
	}
}

func TestAStageEndsAtWhatAPersonDoes(t *testing.T) {
	f := fix(t, "collect", `{"goal": "x", "risk": "none", "proof": "gk", "steps": [
	 {"restart": "1"}, {"verify": "look"}, {"collect": ["client_os"]}, {"restart": "1"},
	 {"tell": "before"}, {"collect": ["client_sites"]}, {"restart": "1"}, {"verify": "look"}, {"collect": ["client_os"]}]}`)
	p := one(t, f)
	var got []string
	for _, s := range p.Stages {
		got = append(got, strings.Join(strings.Fields(verbsOf(Plan{Stages: []Stage{s}})), ","))
	}
	want := "restart,verify | collect,restart,tell | collect,restart,verify | collect"
	if strings.Join(got, " | ") != want {
		t.Errorf("stages %s, want %s", strings.Join(got, " | "), want)
	}
}

func TestUndoRestoresInReverseWhileTheServicesStand(t *testing.T) {
	p, err := one(t, fix(t, "forget-site", forget)).Bind(facts.Of(facts.Fact{Name: "gone", Values: []string{"BRI", "S00"}}))
	if err != nil {
		t.Fatal(err)
	}
	prog, _, err := p.Program(1)
	if err != nil {
		t.Fatal(err)
	}
	want := "[{Target:2} {Target:1}]"
	if got := fmt.Sprintf("%+v", prog.Rollback()); got != want || prog.Target(2).Name != "S00" {
		t.Errorf("undo restores %s, want %s with the target 2 S00", got, want)
	}
	collect := one(t, fix(t, "collect", `{"goal": "x", "risk": "none", "proof": "gk", "steps": [{"collect": ["client_sites"]}]}`))
	if prog, _, _ := collect.Program(1); prog.Undoable() {
		t.Error("a collector says that it can be undone")
	}
}

func TestTheKeyOfAPlanFollowsItsValues(t *testing.T) {
	p := one(t, fix(t, "forget-site", forget))
	key := func(codes ...string) string {
		bound, err := p.Bind(facts.Of(facts.Fact{Name: "gone", Values: codes}))
		if err != nil {
			t.Fatal(err)
		}
		return bound.Key()
	}
	if first, again := key("BRI"), key("BRI"); first != again {
		t.Error("one plan has two keys")
	}
	if key("BRI") == key("S00") || key("BRI") == key("BRI", "S00") {
		t.Error("two plans have one key")
	}
	if p.Key() != "" {
		t.Error("a plan that was not bound has a key")
	}
}

func TestAFixWaitsForTheOneThatComesBefore(t *testing.T) {
	do := func(name string) Fix {
		return Fix{Name: name, Phase: PhaseLevel, Steps: []Step{Tell{Text: Text("Do " + name + ".")}}}
	}
	first, later, other := do("first"), do("later"), do("other")
	first.Before, later.Covers = []string{"later"}, []string{"other"}
	later.Chosen = true
	p, err := Combine(later, other, first)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Name(), "other+first"; got != want {
		t.Errorf("the plan is %s, want %s: what waits covers nothing", got, want)
	}
	if len(p.Waiting) != 1 || p.Waiting[0] != "later" || p.Doubts[0] != "later waits until first is done." {
		t.Errorf("waiting %v, doubts %v", p.Waiting, p.Doubts)
	}
	wide := do("wide")
	wide.Covers = []string{"first"}
	if p, err = Combine(wide, first, later); err != nil || p.Name() != "wide" {
		t.Errorf("the plan is %s (%v), want wide: what it does instead is waited for all the same", p.Name(), err)
	}
	if p, err = Combine(later, other); err != nil || p.Name() != "later" {
		t.Errorf("the plan is %s (%v), want later: nothing comes before", p.Name(), err)
	}
}

// gone are facts of which one was read from prose, with the person's yes or without.
func gone(confirmed bool) facts.Facts {
	return facts.Of(facts.Fact{Name: "gone", Values: []string{"BRI"}, Source: facts.Text, Confirmed: confirmed})
}

func TestAValueThatWasOnlyReadEntersNoPlanBeforeTheYes(t *testing.T) {
	p := one(t, fix(t, "forget-site", forget))
	var unbound *UnboundError
	if _, err := p.Bind(gone(false)); !errors.As(err, &unbound) || unbound.Fact != "gone" {
		t.Errorf("Bind without the yes: %v, want gone refused", err)
	}
	if bound, err := p.Bind(gone(true)); err != nil || bound.IsSketch() {
		t.Errorf("Bind with the yes: %v, a sketch: %v, want a plan", err, bound.IsSketch())
	}
}

func TestASketchSaysOfEachValueThatItIsToBeConfirmed(t *testing.T) {
	p := one(t, fix(t, "forget-site", forget))
	for _, tt := range []struct {
		name     string
		facts    facts.Facts
		doubtful []string
		want     string
	}{
		{"one that was only read", gone(false), nil, "Make the client forget BRI (confirm first)."},
		{"one that another answer contradicts", gone(true), []string{"gone"}, "Make the client forget BRI (confirm first)."},
		{"not one that is sure", gone(true), nil, "Make the client forget BRI."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sketch, err := p.Sketch(tt.facts, tt.doubtful)
			if err != nil {
				t.Fatal(err)
			}
			if got := sketch.Goal(); got != tt.want {
				t.Errorf("Goal() = %q, want %q", got, tt.want)
			}
			first, _ := sketch.Only(1)
			for _, part := range []Plan{sketch, first} {
				if !part.IsSketch() {
					t.Error("a part of a sketch is none")
				}
			}
			bound, err := p.Bind(gone(true))
			if err != nil || bound.Key() == sketch.Key() {
				t.Errorf("a sketch has the key of a plan: %v", err)
			}
		})
	}
}

func TestACollectorLooksAfterWhatWasOnlyRead(t *testing.T) {
	collect := one(t, fix(t, "collect", `{"goal": "Look.", "risk": "none", "proof": "gk", "steps": [{"collect": ["client_os", "process"]}]}`))
	p, err := collect.Bind(facts.Of(
		facts.Fact{Name: "client_os", Values: []string{"nt4"}, Source: facts.Text},
		facts.Fact{Name: "process", Values: []string{"smsmon32"}, Source: facts.Told}))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Steps()[0].(Collect).Facts; len(got) != 1 || got[0] != "client_os" {
		t.Errorf("it looks after %v, want client_os alone: the process was told", got)
	}
}

// TestOfTwoKeysThatGoAThirdMustStay holds that keep-another counts none of the keys that the stage speaks of.
func TestOfTwoKeysThatGoAThirdMustStay(t *testing.T) {
	age := strings.NewReplacer(`{"expect-entry"`, `{"expect-key": {"key": "`+client+`\\Sites\\${gone}", "keep-another": true, "otherwise": "No."}}, {"expect-entry"`).Replace(forget)
	p, err := one(t, fix(t, "age", age)).Bind(facts.Of(facts.Fact{Name: "gone", Values: []string{"BRI", "S00"}}))
	if err != nil {
		t.Fatal(err)
	}
	prog, _, err := p.Program(1)
	if err != nil {
		t.Fatal(err)
	}
	for _, op := range prog.Steps {
		if s, ok := op.(program.StopIf); ok && s.If == program.Alone && strings.HasSuffix(prog.Target(s.Of[0]).Keys[0], `\Sites`) {
			if len(s.Of) != 2 {
				t.Errorf("another key must stay beside %d of the two", len(s.Of))
			}
			return
		}
	}
	t.Error("nothing looks whether another key stays")
}
