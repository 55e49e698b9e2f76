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
			all = append(all, &Report{Symptom: c.Report.Symptom, Facts: c.Report.Facts, Log: c.Report.Log, Fix: c.Report.Fix, Script: c.Report.Script, Article: c.Names(base)})
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

func TestNothingUnconfirmedEntersAScriptOrAStep(t *testing.T) {
	d := newDesk(t)
	a, err := d.Answer(context.Background(), &Report{Symptom: "Smsmon32 hangs on our NT 4.0 machines after SP1. Site QQ2 was shut down last year."})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range a.Scripts {
		if strings.Contains(s.Text, "QQ2") {
			t.Errorf("the %s script names a site that nobody confirmed", s.Dialect)
		}
	}
	for _, s := range a.Plan.Steps {
		if strings.Contains(s.Does, "QQ2") {
			t.Errorf("step %q names a site that nobody confirmed", s.Does)
		}
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
