package web

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/tree"
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
	return Config{Desk: &desk.Desk{KB: base, Index: found}, Library: shelf, Search: found, Timeout: 10 * time.Second}, nil
})

func newRealHandler(t testing.TB) http.Handler {
	t.Helper()
	c, err := real()
	if err != nil {
		t.Fatal(err)
	}
	return New(c)
}

func BenchmarkReport(b *testing.B) {
	h := newRealHandler(b)
	report := string(state{symptom: complaint, told: story}.report("cmd"))
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
