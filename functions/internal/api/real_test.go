package api

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/schemas"
)

// real is the API of the built-in knowledge base.
func real(t testing.TB) Config {
	t.Helper()
	articles, found := servicetest.BuiltIn(t)
	return Config{Desk: &desk.Desk{KB: articles.Base, Index: found}, Catalog: articles, Search: found, Feedback: session.On(&session.Memory{}, nil)}
}

func newRealHandler(t testing.TB) http.Handler {
	t.Helper()
	return served(real(t))
}

func BenchmarkReport(b *testing.B) {
	h := newRealHandler(b)
	report := `{"symptom":"Since the site was upgraded to SMS 2.0 SP1 this workstation hangs, and smsmon32.exe takes all of the processor.","script":"cmd","facts":{
		"client_os":"nt4","client_sites":["LON","ALT"],"nonexistent_sites":["ALT"],"admin_rights":"yes","stage":"incident","product":"sms20","process":"smsmon32","symptom":"cpu","recent_upgrade":"sp1"}}`
	servicetest.Do(b, h, "POST", "/v1/reports", report, servicetest.AsJSON)
	b.ReportAllocs()
	for b.Loop() {
		if w := servicetest.Do(b, h, "POST", "/v1/reports", report, servicetest.AsJSON); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

// What the API says to a worked case is what the desk says, refusals included.
func TestWorkedCasesGetTheSameAnswerThroughTheAPI(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "eval", "cases", "dev.jsonl"))
	if err != nil {
		t.Skip("no worked cases beside the project (../shared/eval/cases/dev.jsonl): skipped")
	}
	defer f.Close()
	c := real(t)
	h := newRealHandler(t)
	check := newContract(t)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var worked struct {
			ID     string
			Report string
			Facts  map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &worked); err != nil {
			t.Fatal(err)
		}
		report := desk.Report{Symptom: worked.Report, Facts: worked.Facts}
		body, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		w := servicetest.Do(t, h, "POST", "/v1/reports", string(body), servicetest.AsJSON)
		check.Exchange(t, "POST", "/v1/reports", string(body), []string{servicetest.AsJSON}, w)
		answer, err := c.Desk.Answer(t.Context(), &report)
		var refusal *desk.Refusal
		switch {
		case errors.As(err, &refusal):
			p := problemIn(t, w)
			if w.Code != 422 || !reflect.DeepEqual(p.Errors, refusal.Problems) || !reflect.DeepEqual(p.Ask, refusal.Ask) {
				t.Errorf("%s: %d %s, want the refusal of the desk", worked.ID, w.Code, w.Body)
			}
		case err != nil:
			t.Fatal(err)
		default:
			want, _ := json.Marshal(answer)
			if got := strings.TrimSpace(w.Body.String()); w.Code != 200 || got != string(want) {
				t.Errorf("%s: %d %s, want %s", worked.ID, w.Code, got, want)
			}
			if err := schemas.Check(schemas.Answer, w.Body.Bytes()); err != nil {
				t.Errorf("%s: %v", worked.ID, err)
			}
		}
	}
}

// A fact that breaks the schema is handed to the desk as an answer that no fact has: each of them refuses it.
func TestEveryFactRefusesWhatIsNoAnswer(t *testing.T) {
	c := real(t)
	h := newRealHandler(t)
	for _, fact := range c.Catalog.Base.Vocabulary.Names() {
		p := problemIn(t, servicetest.Do(t, h, "POST", "/v1/reports", `{"facts":{"`+fact+`":{}}}`, servicetest.AsJSON))
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Pointer != "/facts/"+fact {
			t.Errorf("%s: %+v, want it refused in one way", fact, p)
		}
		if ask, _ := c.Catalog.Question(fact); ask.Text != "" && (p.Ask == nil || p.Ask.Fact != fact) {
			t.Errorf("%s is not asked again: %+v", fact, p.Ask)
		}
	}
}
