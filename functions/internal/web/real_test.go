package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// real is the built-in knowledge base with its desk and its index, loaded once for all tests.
var real = sync.OnceValues(func() (Config, error) {
	base, err := kb.Load(kb.Content())
	if err != nil {
		return Config{}, err
	}
	found, err := index.New(base.Articles())
	if err != nil {
		return Config{}, err
	}
	shelf := &Shelf{Base: base, Content: kb.Content(), Mermaid: (*tree.Tree).Mermaid}
	return Config{Desk: &desk.Desk{KB: base, Index: found}, Library: shelf, Search: found, Feedback: session.On(&session.Memory{}, nil)}, nil
})

func newRealHandler(t testing.TB) http.Handler {
	t.Helper()
	c, err := real()
	if err != nil {
		t.Fatal(err)
	}
	return served(c)
}

func BenchmarkReport(b *testing.B) {
	h := newRealHandler(b)
	report := reportOf(state{symptom: complaint, told: complete}.report("cmd"))
	do(b, h, "POST", "/v1/reports", report, asJSON)
	b.ReportAllocs()
	for b.Loop() {
		if w := do(b, h, "POST", "/v1/reports", report, asJSON); w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}

func BenchmarkDiagnosisPage(b *testing.B) {
	h := newRealHandler(b)
	do(b, h, "GET", tour["diagnosed"], "")
	b.ReportAllocs()
	for b.Loop() {
		if w := do(b, h, "GET", tour["diagnosed"], ""); w.Code != 200 {
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
	c, err := real()
	if err != nil {
		t.Fatal(err)
	}
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
		w := do(t, h, "POST", "/v1/reports", string(body), asJSON)
		check.Exchange(t, "POST", "/v1/reports", string(body), []string{asJSON}, w)
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
