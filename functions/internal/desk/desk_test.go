package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/schemas"
)

// reportsOf returns the reports of all cases that are taken.
func reportsOf(t *testing.T) []*Report {
	t.Helper()
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	cases, err := kb.Cases(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	var all []*Report
	for _, c := range cases {
		if c.Expect.Refused == "" {
			all = append(all, ReportOf(base, c))
		}
	}
	return all
}

func answerBytes(t *testing.T, d *Desk, r *Report) string {
	t.Helper()
	a, err := d.Answer(context.Background(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	data, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Whatever was answered before, and by how many at once, the same report gets the same bytes.
func TestTheSameReportGetsTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("answers every case often")
	}
	reports := reportsOf(t)
	first := make([]string, len(reports))
	for i, r := range reports {
		first[i] = answerBytes(t, newDesk(t), r)
		if err := schemas.Check(schemas.Answer, []byte(first[i])); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
		if i == 40 { // a fresh desk for each is slow, and forty show it
			break
		}
	}
	d := newDesk(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for i := len(reports) - 1; i >= 0; i-- {
				a, err := d.Answer(context.Background(), reports[i])
				if err != nil {
					t.Errorf("%+v: %v", reports[i], err)
					return
				}
				if data, _ := json.Marshal(a); first[i] != "" && string(data) != first[i] {
					t.Errorf("%+v is answered otherwise after other reports", reports[i])
				}
			}
		})
	}
	wait.Wait()
}

func TestAPlanWithOtherDoubtsHasOtherScripts(t *testing.T) {
	d := newDesk(t)
	alone := &Report{Symptom: "smsmon32 hangs since SP1", Facts: map[string]any{"client_os": "win95"}}
	both := &Report{Symptom: "smsmon32 hangs since SP1", Facts: map[string]any{"client_os": "win95", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"}}}
	want := answerBytes(t, newDesk(t), both)
	answerBytes(t, d, alone)
	if got := answerBytes(t, d, both); got != want {
		t.Error("the scripts of one report were handed out for another whose plan has the same steps and other doubts")
	}
}

// oneRead is a report of which everything was read from its words.
var oneRead = &Report{Symptom: "Smsmon32 hangs on our NT 4.0 machines after SP1. Site QQ2 was shut down last year."}

// saying returns a report with a yes to what an answer asks for.
func saying(r *Report, a *Answer) *Report {
	yes := *r
	for _, taken := range a.Ask.Confirm {
		yes.Confirm = append(yes.Confirm, Confirmation{taken.Fact, plainValue(taken.Value)})
	}
	return &yes
}

func answered(t *testing.T, d *Desk, r *Report) *Answer {
	t.Helper()
	a, err := d.Answer(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// knowingNothing answers "don't know" until something wants a yes, or nothing is asked.
func knowingNothing(t *testing.T, d *Desk, r *Report) *Answer {
	t.Helper()
	said := *r
	said.Facts = maps.Clone(r.Facts)
	if said.Facts == nil {
		said.Facts = map[string]any{}
	}
	for range 40 {
		a := answered(t, d, &said)
		if a.Ask == nil || len(a.Ask.Confirm) > 0 {
			return a
		}
		said.Facts[a.Ask.Fact] = "unknown"
	}
	t.Fatal("who knows nothing is asked for ever")
	return nil
}

func changing(a *Answer) (files []string) {
	for _, s := range a.Scripts {
		if s.Effect != "reads" {
			files = append(files, s.File)
		}
	}
	return files
}

func TestWhoDoesNotKnowHasSaidNoYesBesideIt(t *testing.T) {
	d := newDesk(t)
	r := &Report{Symptom: "smsmon32 hangs since SP1 on NT4. Client lists LON and HUD. Site HUD was closed.", Facts: map[string]any{"admin_rights": "yes"}}
	for _, taken := range answered(t, d, r).Ask.Confirm {
		r.Confirm = append(r.Confirm, Confirmation{taken.Fact, plainValue(taken.Value)})
	}
	if len(changing(answered(t, d, r))) == 0 {
		t.Fatal("the yes brings no script, so this shows nothing")
	}
	r.Facts["nonexistent_sites"] = "unknown"
	if files := changing(answered(t, d, r)); len(files) > 0 {
		t.Errorf("%v are handed out, though nobody knows whether the site is gone", files)
	}
}

func TestWhatWasOnlyReadIsMarkedAndNoScriptChangesAnything(t *testing.T) {
	a := answered(t, newDesk(t), oneRead)
	if files := changing(a); len(files) > 0 {
		t.Errorf("%v are handed out before the yes", files)
	}
	texts := map[string]string{}
	for _, s := range a.Scripts {
		texts[s.File] = s.Text
	}
	for _, s := range a.Plan.Steps {
		texts[s.Verb] = s.Does
	}
	for name, text := range texts {
		if strings.Count(text, "QQ2") != strings.Count(text, "QQ2 (confirm first)") {
			t.Errorf("%s names a site without a mark: %s", name, text)
		}
	}
	if !strings.Contains(texts["forget-site.md"], "QQ2 (confirm first)") || a.Plan.Fix != "forget-site" || !slices.Contains(a.Plan.BlockedBy, "nonexistent_sites") {
		t.Errorf("plan %+v, runbook %q, want forget-site, blocked, with its runbook", a.Plan, texts["forget-site.md"])
	}
	if !slices.ContainsFunc(a.Scripts, func(s Script) bool { return s.Fix == "collect" && s.Dialect == "cmd" }) {
		t.Error("the script that only looks is missing")
	}
}

func TestAllThatWasReadIsAskedOnceAndTogether(t *testing.T) {
	d := newDesk(t)
	a := answered(t, d, oneRead)
	if a.Ask == nil || len(a.Ask.Confirm) < 4 || a.Ask.Fact != "nonexistent_sites" || a.Ask.Confirm[0].Fact != a.Ask.Fact {
		t.Fatalf("asks %+v, want a yes to all of it, the site first", a.Ask)
	}
	if got, want := a.Diagnoses[0].Confidence, "medium"; got != want {
		t.Errorf("confidence %s, want %s", got, want)
	}
	after := answered(t, d, saying(oneRead, a))
	if after.Ask != nil && len(after.Ask.Confirm) > 0 {
		t.Errorf("after the yes it asks for %+v", after.Ask.Confirm)
	}
	if len(changing(after)) == 0 || len(after.Plan.BlockedBy) > 0 {
		t.Errorf("after the yes: scripts %v, blocked by %v, want scripts", changing(after), after.Plan.BlockedBy)
	}
}

// Any one of the facts keeps every changing script back: told otherwise, confirmed with another value, or not known.
func TestOneFactThatIsNotConfirmedKeepsTheScriptBack(t *testing.T) {
	d := newDesk(t)
	a := answered(t, d, oneRead)
	yes := saying(oneRead, a)
	for i, taken := range a.Ask.Confirm {
		without := *yes
		without.Confirm = slices.Delete(slices.Clone(yes.Confirm), i, i+1)
		b := answered(t, d, &without)
		if files := changing(b); len(files) > 0 {
			t.Errorf("without a yes to %s, %v are handed out", taken.Fact, files)
		}
		if b = knowingNothing(t, d, &without); b.Ask == nil || len(b.Ask.Confirm) != 1 || b.Ask.Confirm[0].Fact != taken.Fact {
			t.Errorf("without a yes to %s it asks %+v, want that alone", taken.Fact, b.Ask)
		}
		without.Facts = map[string]any{taken.Fact: "unknown"}
		b = answered(t, d, &without)
		if files := changing(b); len(files) > 0 {
			t.Errorf("who does not know %s gets %v", taken.Fact, files)
		}
		if b.Ask != nil && len(b.Ask.Confirm) > 0 {
			t.Errorf("who does not know %s is asked again: %+v", taken.Fact, b.Ask.Confirm)
		}
		if b.Plan == nil || !slices.Contains(b.Plan.BlockedBy, taken.Fact) {
			t.Errorf("who does not know %s gets the plan %+v, want it blocked by that", taken.Fact, b.Plan)
		}
	}
}

// A cause that is sure does not wait for another one that nobody is sure of, once nothing is left to ask.
func TestWhatIsSureDoesNotWaitForWhatNobodyKnows(t *testing.T) {
	d := newDesk(t)
	r := &Report{Symptom: "The site QQ2 was shut down last year.", Log: `hinv.CFG version () out of sync with offer file version (2.00.1239.0000); skipping operations`, Facts: map[string]any{
		"client_os": "nt4", "stage": "incident", "product": "sms20", "process": "smsmon32", "symptom": "hang", "recent_upgrade": "sp1", "cap_levelled": "yes"}}
	a := answered(t, d, r)
	if a.Ask == nil || len(a.Ask.Confirm) != 1 || a.Ask.Fact != "nonexistent_sites" || len(changing(a)) > 0 {
		t.Fatalf("asks %+v, hands out %v, want a yes to the site first", a.Ask, changing(a))
	}
	r.Facts["nonexistent_sites"] = "unknown"
	a = answered(t, d, r)
	if len(changing(a)) == 0 || len(a.Plan.BlockedBy) > 0 || !slices.Contains(a.Plan.Fixes, "reinstall") || !slices.Contains(a.Plan.Alternatives, "forget-site") {
		t.Errorf("plan %+v, scripts %v, want that of the log line, with forget-site beside it", a.Plan, changing(a))
	}
	for _, s := range a.Scripts {
		if strings.Contains(s.Text, "QQ2") {
			t.Errorf("%s names a site that nobody is sure of", s.File)
		}
	}
	r.Fix = "forget-site"
	if a = answered(t, d, r); len(changing(a)) > 0 || !slices.Contains(a.Plan.BlockedBy, "nonexistent_sites") {
		t.Errorf("who chooses it gets %v, blocked by %v", changing(a), a.Plan.BlockedBy)
	}
}

func TestAnAnswerIsAYesToo(t *testing.T) {
	d := newDesk(t)
	a := answered(t, d, oneRead)
	told := *oneRead
	told.Facts = map[string]any{}
	for _, taken := range a.Ask.Confirm {
		told.Facts[taken.Fact] = plainValue(taken.Value)
	}
	if b := answered(t, d, &told); len(changing(b)) == 0 {
		t.Errorf("who gave all facts gets no script: %+v", b.Plan)
	}
}

func TestAYesToWhatWasNeverReadIsRefused(t *testing.T) {
	d := newDesk(t)
	good := Confirmation{"nonexistent_sites", []any{"qq2"}}
	for _, tt := range []struct {
		name string
		yes  Confirmation
	}{
		{"a name that no fact has", Confirmation{"no_such", "x"}},
		{"a value that is no answer", Confirmation{"client_os", "beos"}},
		{"a list where one value is due", Confirmation{"client_os", []any{"nt4", "xp"}}},
		{"don't know", Confirmation{"client_os", "unknown"}},
		{"a fact of which the report says nothing", Confirmation{"ads_outstanding", "yes"}},
		{"a fact that follows from others", Confirmation{"gone_sites", "some"}},
		{"a value that is no site code", Confirmation{"client_sites", []any{"& del"}}},
	} {
		r := *oneRead
		r.Confirm = []Confirmation{good, tt.yes, good}
		_, err := d.Answer(t.Context(), &r)
		var refusal *Refusal
		if !errors.As(err, &refusal) || len(refusal.Problems) != 1 || refusal.Problems[0].Pointer != "/confirm/1" {
			t.Errorf("%s: %v, want /confirm/1 refused, and nothing else", tt.name, err)
		}
	}
}

func TestAYesToWhatIsNoLongerReadSoIsAskedAgain(t *testing.T) {
	d := newDesk(t)
	r := *oneRead
	r.Confirm = []Confirmation{{"nonexistent_sites", []any{"AB1"}}}
	a := answered(t, d, &r)
	if a.Ask == nil || len(a.Ask.Confirm) == 0 || a.Ask.Confirm[0].Fact != "nonexistent_sites" {
		t.Errorf("asks %+v, want a yes to the site that is read now", a.Ask)
	}
}

func TestAToldFactNeedsNoYesAndTakesOne(t *testing.T) {
	d := newDesk(t)
	r := &Report{Symptom: "smsmon32 hangs", Facts: map[string]any{"client_os": "nt4"}}
	without := answerBytes(t, d, r)
	r.Confirm = []Confirmation{{"client_os", "Windows NT 4.0"}}
	if with := answerBytes(t, d, r); with != without {
		t.Error("a yes to a told fact makes another answer")
	}
}

func TestWhileAnswersContradictEachOtherNothingIsChanged(t *testing.T) {
	d := newDesk(t)
	a, err := d.Answer(context.Background(), &Report{Symptom: "smsmon32 hangs since SP1", Facts: map[string]any{
		"client_os": "nt4", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"}, "reachable_sites": []any{"OLD"}}})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Contradictions) != 1 || a.Plan == nil {
		t.Fatalf("contradictions %v, plan %v, want one of each", a.Contradictions, a.Plan)
	}
	if !slices.Equal(a.Plan.BlockedBy, a.Contradictions[0].Facts) || !strings.Contains(strings.Join(a.Plan.Doubts, " "), "Find out which of them is right") {
		t.Errorf("plan blocked by %v, doubts %q, want what contradicts each other, and what would settle it", a.Plan.BlockedBy, a.Plan.Doubts)
	}
	for _, s := range a.Plan.Steps {
		if s.Effect == "changes" {
			t.Errorf("step %q changes something", s.Does)
		}
	}
}

func TestARefusalNamesEveryProblemAndRepeatsNoValue(t *testing.T) {
	d := newDesk(t)
	_, err := d.Answer(context.Background(), &Report{Symptom: "smsmon32 hangs since SP1", Facts: map[string]any{
		"nonexistent_sites": []any{"S3CR3T & del"}, "client_os": "s3cr3t-os", "no_such": "s3cr3t"}})
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("error %v, want a refusal", err)
	}
	data, _ := json.Marshal(refusal)
	if strings.Contains(strings.ToLower(string(data)), "s3cr3t") {
		t.Errorf("the refusal repeats a refused value: %s", data)
	}
	var pointers []string
	for _, p := range refusal.Problems {
		pointers = append(pointers, p.Pointer)
	}
	if want := []string{"/facts/client_os", "/facts/nonexistent_sites", "/facts/no_such"}; !slices.Equal(pointers, want) {
		t.Errorf("problems at %v, want %v", pointers, want)
	}
	if refusal.Ask == nil || refusal.Ask.Fact != "client_os" {
		t.Errorf("asks %+v, want the first refused fact again", refusal.Ask)
	}
}

func TestAReportMayBeginAtAnotherTreeAndNotAtNone(t *testing.T) {
	d := newDesk(t)
	a, err := d.Answer(context.Background(), &Report{Article: "q236596"})
	if err != nil || a.Tree.Article != "Q236596" || a.Ask == nil {
		t.Errorf("tree %+v, ask %+v, error %v, want a question of Q236596", a.Tree, a.Ask, err)
	}
	_, err = d.Answer(context.Background(), &Report{Article: "Q999999"})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Problems[0].Pointer != "/article" {
		t.Errorf("error %v, want /article refused", err)
	}
}

// failing is a search that does not work.
type failing struct{}

func (failing) Search(context.Context, index.Query) (index.Results, error) {
	return index.Results{}, errors.New("the index is damaged")
}

func TestADiagnosisDoesNotHangOnTheSearch(t *testing.T) {
	d := newDesk(t)
	d.Index = failing{}
	a, err := d.Answer(context.Background(), &Report{Symptom: "smsmon32 hangs since SP1 on Windows 98"})
	if err != nil || a.Status != StatusDiagnosed || len(a.Related) == 0 || len(a.Scripts) == 0 {
		t.Errorf("answer %+v, error %v, want a diagnosis with its linked articles", a, err)
	}
}

func TestAnAnswerThatNobodyWaitsForIsNotWritten(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := newDesk(t).Answer(ctx, &Report{Symptom: "smsmon32 hangs since SP1"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

const printed = `Looking at this computer.
FIXDESK-FACTS v=1
client_os=nt4
client_sites=HQ1
client_sites=OLD
base_version=no such thing
nonsense=&calc
The site OLD does not exist any longer. $$<CCIM32>
FIXDESK-END
FIXDESK-RESULT v=1 fix=collect script=01234567 mode=apply status=ok step=1
`

func TestWhatACollectorPrintedAnswersQuestions(t *testing.T) {
	d := newDesk(t)
	for _, r := range []*Report{
		{Symptom: "smsmon32 hangs since SP1", Log: printed},
		{Symptom: "smsmon32 hangs since SP1. This came out:\n" + printed},
	} {
		a, err := d.Answer(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		if named := named(a, "confirmed"); !slices.Equal(named, []string{"nonexistent-site"}) || a.Diagnoses[0].Confidence != "high" {
			t.Errorf("confirmed %v, %s, want nonexistent-site, high: the sites and the log line are both there", named, a.Diagnoses[0].Confidence)
		}
		if a.Plan == nil || a.Plan.Fix != "forget-site" {
			t.Errorf("plan %+v, want forget-site for this Windows NT 4.0", a.Plan)
		}
	}
}

func TestWhatAReportTellsStandsBeforeWhatACollectorPrinted(t *testing.T) {
	a, err := newDesk(t).Answer(context.Background(), &Report{Symptom: "smsmon32 hangs since SP1", Log: printed, Facts: map[string]any{"client_os": "win2000"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range a.Diagnoses {
		for _, b := range d.Because {
			if b.Fact == "client_os" && b.Value != "win2000" {
				t.Errorf("client_os is %s, want the told win2000", b.Value)
			}
		}
	}
}

// fourCauses is a report in which all causes of the article stand at once.
func fourCauses(fix string) *Report {
	return &Report{Fix: fix, Symptom: "smsmon32 hangs since SP1", Facts: map[string]any{
		"client_os": "nt4", "client_sites": []any{"OLD", "HQ1"}, "nonexistent_sites": []any{"OLD"}, "multi_site_domain": "yes", "sites_upgraded": "some",
		"own_site_upgraded": "no", "base_version": "2.00.1380.1000", "cap_version": "2.00.1239.0000", "cap_levelled": "yes", "ads_outstanding": "yes"}}
}

func TestWhoeverChoosesAnOfferedFixGetsIt(t *testing.T) {
	d := newDesk(t)
	a, err := d.Answer(context.Background(), fourCauses(""))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"level-sites", "reinstall"}; !slices.Equal(a.Plan.Fixes, want) {
		t.Errorf("fixes %v, want %v: the reinstallation covers the rest", a.Plan.Fixes, want)
	}
	for _, name := range []string{"forget-site", "restart", "reinstall-after-restart", "age-site", "edit-smsls"} {
		if !slices.Contains(a.Plan.Alternatives, name) {
			t.Errorf("alternatives %v, want %s among them", a.Plan.Alternatives, name)
		}
	}
	for _, name := range a.Plan.Alternatives {
		chosen, err := d.Answer(context.Background(), fourCauses(name))
		if err != nil {
			t.Errorf("%s is offered and refused: %v", name, err)
			continue
		}
		if !slices.Contains(append(chosen.Plan.Fixes, chosen.Plan.Fix), name) {
			t.Errorf("%s was chosen, and the plan is %v", name, chosen.Plan.Fixes)
		}
	}
}

// As long as it is not given that site and client access point are at one level, a mismatch of versions removes no client: not by the
// fix of another cause, and not by a fix that is chosen.
func TestNothingIsRemovedBeforeTheSiteIsLevel(t *testing.T) {
	d := newDesk(t)
	removes := func(p *Plan) bool {
		return slices.ContainsFunc(p.Steps, func(s Step) bool { return s.Verb == "run-tool" })
	}
	removed := 0
	for _, os := range []string{"nt4", "win98"} {
		for _, cause := range []map[string]any{{"multi_site_domain": "no"}, {"multi_site_domain": "no", "ads_outstanding": "no", "nonexistent_sites": []any{}}, {}} {
			for _, levelled := range []string{"", "no", "unknown", "yes"} {
				report := func(fix string) *Report {
					r := fourCauses(fix)
					maps.Copy(r.Facts, cause)
					if r.Facts["client_os"] = os; os == "win98" {
						r.Facts["restarted"] = "several"
					}
					if r.Facts["cap_levelled"] = levelled; levelled == "" {
						delete(r.Facts, "cap_levelled")
					}
					return r
				}
				a, err := d.Answer(t.Context(), report(""))
				if err != nil {
					t.Fatal(err)
				}
				for _, fix := range append([]string{""}, a.Plan.Alternatives...) {
					chosen, err := d.Answer(t.Context(), report(fix))
					if err != nil {
						t.Fatalf("%s is offered and refused: %v", fix, err)
					}
					switch {
					case levelled != "yes" && removes(chosen.Plan):
						t.Errorf("%s, %v, cap_levelled %q: %s with the fix %q removes the client", os, cause, levelled, chosen.Plan.Fix, fix)
					case levelled == "yes" && removes(chosen.Plan):
						removed++
					}
				}
				if levelled == "" && (a.Ask == nil || a.Ask.Fact != "cap_levelled") && cause["ads_outstanding"] == "no" {
					t.Errorf("%s: asks %+v, want cap_levelled", os, a.Ask)
				}
			}
		}
	}
	if removed == 0 {
		t.Error("no client is removed where the site is level")
	}
}

func TestWhatIsLeftOutIsDoneOnTheServersAllTheSame(t *testing.T) {
	a, err := newDesk(t).Answer(context.Background(), fourCauses(""))
	if err != nil {
		t.Fatal(err)
	}
	var does []string
	for _, s := range a.Plan.Steps {
		does = append(does, s.Does)
	}
	all := strings.ToLower(strings.Join(does, "\n"))
	first, last := strings.Index(all, "advertisement"), strings.LastIndex(all, "advertisement")
	if remove := strings.Index(all, "20clicln"); first < 0 || remove < 0 || first > remove || last < remove {
		t.Errorf("steps:\n%s\nwant the advertisements expired before the removal and on again behind it", all)
	}
}

// A hasher signs with a hash, or fails.
type hasher struct{ err error }

func (h hasher) Sign(_ context.Context, sum, text string) (signature, key string, err error) {
	again := sha256.Sum256([]byte(text))
	if hex.EncodeToString(again[:]) != sum {
		return "", "", errors.New("the hash is of another text")
	}
	return "signed " + sum, "a key", h.err
}

func TestEveryScriptIsSignedOrNoneGoesOut(t *testing.T) {
	d := newDesk(t)
	for i, r := range reportsOf(t)[:20] {
		d.Signer = nil
		unsigned, err := d.Answer(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range unsigned.Scripts {
			if s.Signature+s.SignedBy != "" {
				t.Errorf("report %d: %s has a signature of nobody", i, s.File)
			}
		}
		d.Signer = hasher{}
		signed, err := d.Answer(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for n, s := range signed.Scripts {
			if s.Signature != "signed "+s.SHA256 || s.SignedBy != "a key" {
				t.Errorf("report %d: %s has signature %q by %q", i, s.File, s.Signature, s.SignedBy)
			}
			if s.Signature, s.SignedBy = "", ""; s != unsigned.Scripts[n] {
				t.Errorf("report %d: signing changed %s", i, s.File)
			}
		}
		if len(signed.Scripts) == 0 {
			continue
		}
		d.Signer = hasher{errors.New("no network")}
		if a, err := d.Answer(t.Context(), r); !errors.Is(err, ErrUnsigned) || a != nil {
			t.Errorf("report %d: without a key: %v, %v; want ErrUnsigned", i, a, err)
		}
	}
}
