package idempotency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

type callerKey struct{}

func caller(ctx context.Context) string { s, _ := ctx.Value(callerKey{}).(string); return s }

// A desk counts what it was asked.
type desk struct {
	asked  atomic.Int32
	status int
	wait   chan struct{}
	boom   bool
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := d.asked.Add(1)
	if d.wait != nil {
		<-d.wait
	}
	if d.boom {
		panic("boom")
	}
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", fmt.Sprint(n))
	if d.status != 0 {
		w.WriteHeader(d.status)
	}
	fmt.Fprintf(w, `{"answer":%d,"to":%q}`, n, body)
}

func send(t *testing.T, h http.Handler, method, path, key, body, who string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), callerKey{}, who)))
	if rec.Header().Get("Content-Type") == "application/problem+json" {
		if err := schemas.Check(schemas.Refusal, rec.Body.Bytes()); err != nil {
			t.Errorf("the problem breaks its schema: %v", err)
		}
	}
	return rec
}

func TestSameRequestIsAnsweredOnce(t *testing.T) {
	d := &desk{status: 201}
	h := Handler(d, session.On(&session.Memory{}, nil), caller)
	first := send(t, h, "POST", "/v1/reports", "k1", "body", "")
	again := send(t, h, "POST", "/v1/reports", `"k1"`, "body", "") // the draft's way to write it
	if first.Code != 201 || again.Code != 201 || first.Body.String() != again.Body.String() || again.Header().Get("Content-Type") != "application/json" {
		t.Errorf("first %d %s, again %d %s", first.Code, first.Body, again.Code, again.Body)
	}
	if first.Header().Get("Idempotent-Replayed") != "" || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Error("which answer is the kept one is not said")
	}
	if d.asked.Load() != 1 {
		t.Errorf("worked on %d times", d.asked.Load())
	}
}

func TestWhatIsAnotherRequestIsWorkedOn(t *testing.T) {
	d := &desk{}
	h := Handler(d, session.On(&session.Memory{}, nil), caller)
	for _, c := range []struct{ method, path, key, who string }{
		{"POST", "/v1/reports", "k", ""}, {"POST", "/v1/feedback", "k", ""}, {"POST", "/v1/reports", "k2", ""}, {"POST", "/v1/reports", "k", "somebody else"},
		{"POST", "/v1/reports", "", ""}, {"POST", "/v1/reports", "", ""}, {"GET", "/v1/reports", "k", ""}, {"GET", "/v1/reports", "k", ""},
	} {
		before := d.asked.Load()
		if send(t, h, c.method, c.path, c.key, "body", c.who); d.asked.Load() != before+1 {
			t.Errorf("%+v was not worked on", c)
		}
	}
}

func TestKeyOfAnotherBodyIsRefused(t *testing.T) {
	h := Handler(&desk{}, session.On(&session.Memory{}, nil), caller)
	send(t, h, "POST", "/v1/reports", "k", "one", "")
	if rec := send(t, h, "POST", "/v1/reports", "k", "two", ""); rec.Code != 422 {
		t.Errorf("status = %d, want 422", rec.Code)
	}
}

func TestRequestThatIsBeingWorkedOnIsAConflict(t *testing.T) {
	d := &desk{wait: make(chan struct{})}
	h := Handler(d, session.On(&session.Memory{}, nil), caller)
	var wg sync.WaitGroup
	wg.Go(func() { send(t, h, "POST", "/v1/reports", "k", "body", "") })
	for d.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 409 || rec.Header().Get("Retry-After") == "" {
		t.Errorf("status = %d, want 409", rec.Code)
	}
	close(d.wait)
	wg.Wait()
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 200 || d.asked.Load() != 1 {
		t.Errorf("status = %d after %d", rec.Code, d.asked.Load())
	}
}

func TestFailureIsNotKept(t *testing.T) {
	for _, status := range []int{500, 503, 429} {
		d := &desk{status: status}
		h := Handler(d, session.On(&session.Memory{}, nil), caller)
		send(t, h, "POST", "/v1/reports", "k", "body", "")
		d.status = 200
		if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 200 {
			t.Errorf("after %d: %d", status, rec.Code)
		}
	}
	d := &desk{boom: true}
	h := Handler(d, session.On(&session.Memory{}, nil), caller)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		send(t, h, "POST", "/v1/reports", "k", "body", "")
	}()
	d.boom = false
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 200 {
		t.Errorf("after a panic: %d", rec.Code)
	}
}

func TestRefusalIsKept(t *testing.T) {
	d := &desk{status: 422}
	h := Handler(d, session.On(&session.Memory{}, nil), caller)
	for range 2 {
		if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 422 {
			t.Errorf("status = %d", rec.Code)
		}
	}
	if d.asked.Load() != 1 {
		t.Errorf("worked on %d times", d.asked.Load())
	}
}

func TestKeyThatIsNoneIsRefused(t *testing.T) {
	h := Handler(&desk{}, session.On(&session.Memory{}, nil), caller)
	for _, key := range []string{`""`, "a b", "ä", strings.Repeat("x", 256)} {
		if rec := send(t, h, "POST", "/v1/reports", key, "body", ""); rec.Code != 400 || strings.Contains(rec.Body.String(), "xxx") {
			t.Errorf("%q: %d %s", key, rec.Code, rec.Body)
		}
	}
	if rec := send(t, h, "POST", "/v1/reports", "k", strings.Repeat("x", maxBody+1), ""); rec.Code != 413 {
		t.Errorf("a body that is too large: %d", rec.Code)
	}
}

func TestStoreThatIsDownBeginsNothing(t *testing.T) {
	d := &desk{}
	h := Handler(d, session.On(&down{}, nil), caller)
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", ""); rec.Code != 503 || d.asked.Load() != 0 {
		t.Errorf("status = %d after %d", rec.Code, d.asked.Load())
	}
	if rec := send(t, h, "POST", "/v1/reports", "", "body", ""); rec.Code != 200 {
		t.Errorf("without a key: %d", rec.Code)
	}
}

type down struct{ session.Memory }

func (*down) Load(context.Context, string, string) (session.Record, error) {
	return session.Record{}, errors.New("no network")
}

func TestLargeAnswerIsGivenAndNotKept(t *testing.T) {
	var asked atomic.Int32
	large := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		for range 5 {
			w.Write(make([]byte, 1<<20))
		}
	})
	h := Handler(large, session.On(&session.Memory{}, nil), caller)
	for range 2 {
		if rec := send(t, h, "POST", "/x", "k", "body", ""); rec.Code != 200 || rec.Body.Len() != 5<<20 {
			t.Errorf("%d with %d bytes", rec.Code, rec.Body.Len())
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}
