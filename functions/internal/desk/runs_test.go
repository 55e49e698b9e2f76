package desk

import (
	"fmt"
	"strings"
	"testing"
)

// deadSite is a report that leads to a script that forgets a site.
func deadSite() *Report {
	return &Report{Symptom: "smsmon32 is at 99 percent since SMS 2.0 Service Pack 1", Facts: map[string]any{
		"product": "sms20", "client_os": "nt4", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"}, "process": "smsmon32", "symptom": "cpu", "recent_upgrade": "sp1",
	}}
}

// givenBy returns the scripts of an answer as a conversation remembers them, and the ID of the one for cmd.
func givenBy(t *testing.T, a *Answer) (all []GivenScript, id string) {
	t.Helper()
	for _, s := range a.Scripts {
		all = append(all, GivenScript{ID: s.ID, Fix: s.Fix, Stage: s.Stage})
		if s.Dialect == "cmd" && s.Fix == "forget-site" {
			id = s.ID
		}
	}
	if id == "" {
		t.Fatalf("the answer has no script for cmd: %+v", a.Plan)
	}
	return all, id
}

func resultLine(id, mode, status string, step int) string {
	return fmt.Sprintf("FIXDESK-RESULT v=1 fix=forget-site script=%s mode=%s status=%s step=%d", id, mode, status, step)
}

func TestAResultOfAGivenScriptSaysHowItEndedAndWhatComesNext(t *testing.T) {
	d := newDesk(t)
	first := answered(t, d, deadSite())
	scripts, id := givenBy(t, first)
	r := deadSite()
	r.Given, r.Log = scripts, "step 7 changes: Delete OLD\r\n"+resultLine(id, "apply", "rolled-back", 7)
	a := answered(t, d, r)
	if len(a.Runs) != 1 {
		t.Fatalf("the answer has the runs %+v, want one", a.Runs)
	}
	run := a.Runs[0]
	if run.Script != id || run.Mode != "apply" || run.Status != "rolled-back" || run.Step != 7 {
		t.Errorf("the run is %+v", run)
	}
	if !strings.Contains(run.Says, "step 7: Delete OLD") || !strings.Contains(run.Next, "age-site") {
		t.Errorf("it says %q, and next %q: want the step and another fix", run.Says, run.Next)
	}
}

// TestTheAdviceAfterARunFitsWhatCameBeforeAndAfterIt gives the advice that is wanted behind each line: none where a later run of the
// same script on the same computer has made it stale, for /undo after a success would take the repair back.
func TestTheAdviceAfterARunFitsWhatCameBeforeAndAfterIt(t *testing.T) {
	d := newDesk(t)
	scripts, id := givenBy(t, answered(t, d, deadSite()))
	on := func(computer, mode, status string) string {
		return resultLine(id, mode, status, 7) + " computer=" + computer
	}
	for name, tt := range map[string]struct{ lines, next []string }{
		"undone, and then it worked": {
			[]string{resultLine(id, "apply", "failed", 7), resultLine(id, "undo", "ok", 7), resultLine(id, "apply", "ok", 7), resultLine(id, "verify", "ok", 7)},
			[]string{"", "", "", ""}},
		"verified only":                  {[]string{resultLine(id, "verify", "failed", 7)}, []string{"Run it with /apply"}},
		"applied, and it did not hold":   {[]string{on("PC-1", "apply", "ok"), on("pc-1", "verify", "failed")}, []string{"", "Try the fix age-site"}},
		"applied on another computer":    {[]string{on("PC-1", "apply", "ok"), on("PC-2", "verify", "failed")}, []string{"Run it with /verify", "Run it with /apply"}},
		"verified before it was applied": {[]string{resultLine(id, "verify", "failed", 7), resultLine(id, "apply", "ok", 7)}, []string{"", "Run it with /verify"}},
		"it failed half-way":             {[]string{resultLine(id, "apply", "failed", 7)}, []string{"Run it with /undo before anything else. Then try the fix age-site"}},
		"the undo failed":                {[]string{resultLine(id, "undo", "failed", 7)}, []string{"Run it with /undo again"}},
		"it refused":                     {[]string{resultLine(id, "apply", "refused", 7)}, []string{"Read its last lines: they say what is in the way."}},
	} {
		r := deadSite()
		r.Given, r.Log = scripts, strings.Join(tt.lines, "\r\n")
		a := answered(t, d, r)
		if len(a.Runs) != len(tt.next) {
			t.Errorf("%s: the answer has the runs %+v, want %d", name, a.Runs, len(tt.next))
			continue
		}
		for i, want := range tt.next {
			if got := a.Runs[i].Next; !strings.HasPrefix(got, want) || (want == "") != (got == "") {
				t.Errorf("%s: after run %d comes %q, want %q", name, i+1, got, want)
			}
		}
	}
}

func TestAResultOfAnotherScriptCountsForNothing(t *testing.T) {
	d := newDesk(t)
	scripts, id := givenBy(t, answered(t, d, deadSite()))
	for name, text := range map[string]string{
		"another ID":   resultLine("12345678", "apply", "ok", 12),
		"another fix":  strings.Replace(resultLine(id, "apply", "ok", 12), "forget-site", "age-site", 1),
		"a remark":     "rem " + resultLine(id, "apply", "ok", 12),
		"a quotation":  "It still hangs.\n\n> " + resultLine(id, "apply", "ok", 12),
		"help, no run": resultLine(id, "help", "ok", 0),
	} {
		r := deadSite()
		r.Given = scripts
		r.Symptom += "\n" + text
		if a := answered(t, d, r); len(a.Runs) > 0 {
			t.Errorf("%s: the answer has the runs %+v", name, a.Runs)
		}
	}
}

// TestARepairThatDidNotHoldWasTried holds that only a verify which failed after an apply says that a repair was tried in vain, and only
// on its own computer.
func TestARepairThatDidNotHoldWasTried(t *testing.T) {
	d := newDesk(t)
	scripts, id := givenBy(t, answered(t, d, deadSite()))
	for _, tt := range []struct {
		name, log string
		tried     bool
	}{
		{"apply alone", resultLine(id, "apply", "ok", 12), false},
		{"verify that is content", resultLine(id, "apply", "ok", 12) + "\n" + resultLine(id, "verify", "ok", 12), false},
		{"verify without an apply", resultLine(id, "verify", "failed", 9), false},
		{"verify that fails after an apply", resultLine(id, "apply", "ok", 12) + "\n" + resultLine(id, "verify", "failed", 9), true},
		{"on two computers", "PC-1: " + resultLine(id, "apply", "ok", 12) + "\nPC-2: " + resultLine(id, "verify", "failed", 9), false},
	} {
		r := deadSite()
		r.Given, r.Log = scripts, tt.log
		a := answered(t, d, r)
		tried := false
		for _, diagnosis := range a.Diagnoses {
			for _, b := range diagnosis.Because {
				tried = tried || b.Fact == "previous_fix" && strings.Contains(b.Value, "nonexistent-site")
			}
		}
		if tried != tt.tried {
			t.Errorf("%s: the repair counts as tried: %v, want %v", tt.name, tried, tt.tried)
		}
	}
}
