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

	"github.com/fixdesk/fixdesk/functions/internal/edge"
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
		fmt.Fprint(w, "half an answer")
		panic("boom")
	}
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Vary", "Accept")
	if d.status != 0 {
		w.WriteHeader(d.status)
	}
	fmt.Fprintf(w, `{"answer":%d,"to":%q}`, n, body)
}

// once returns a handler as the service has it: three addresses take a key.
func once(h http.Handler, store session.Store) http.Handler {
	return edge.New(edge.Config{Handler: h, Once: New(Config{Store: store, Caller: caller, Paths: []string{"/v1/reports", "/v1/feedback", "/x"}})})
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
	h := once(d, session.On(&session.Memory{}, nil))
	first := send(t, h, "POST", "/v1/reports", "k1", "body", "somebody")
	again := send(t, h, "POST", "/v1/reports", `"k1"`, "body", "somebody") // the draft's way to write it
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
	h := once(d, session.On(&session.Memory{}, nil))
	for _, c := range []struct{ method, path, key, who string }{
		{"POST", "/v1/reports", "k", "alice"}, {"POST", "/v1/feedback", "k", "alice"}, {"POST", "/v1/reports", "k2", "alice"}, {"POST", "/v1/reports", "k", "bob"},
		{"POST", "/v1/reports", "", ""}, {"POST", "/v1/reports", "", ""}, {"GET", "/v1/reports", "k", "alice"}, {"GET", "/v1/reports", "k", "alice"},
		{"POST", "/v1/nothing", "k", "alice"}, {"POST", "/v1/nothing", "k", "alice"}, {"POST", "/mcp", "k", "alice"}, {"POST", "/mcp", "k", "alice"},
	} {
		before := d.asked.Load()
		if send(t, h, c.method, c.path, c.key, "body", c.who); d.asked.Load() != before+1 {
			t.Errorf("%+v was not worked on", c)
		}
	}
}

// What an answer depends on is part of the request: the same key with another query, another body or another wish for the form of the
// answer is another request.
func TestKeyOfAnotherRequestIsRefused(t *testing.T) {
	for name, change := range map[string]func(*http.Request){
		"the query":            func(r *http.Request) { r.URL.RawQuery = "a=2" },
		"Accept":               func(r *http.Request) { r.Header.Set("Accept", "text/html") },
		"Accept-Language":      func(r *http.Request) { r.Header.Set("Accept-Language", "de") },
		"Content-Type":         func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
		"Content-Encoding":     func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") },
		"the body":             func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("other")) },
		"nothing of the above": nil,
	} {
		d := &desk{}
		h := once(d, session.On(&session.Memory{}, nil))
		var last *httptest.ResponseRecorder
		for i := range 2 {
			r := httptest.NewRequest("POST", "/v1/reports?a=1", strings.NewReader("body"))
			r.Header.Set("Idempotency-Key", "0123456789abcdef")
			if i == 1 && change != nil {
				change(r)
			}
			last = httptest.NewRecorder()
			h.ServeHTTP(last, r)
		}
		want := 422
		if change == nil {
			want = 200
		}
		if last.Code != want || d.asked.Load() != 1 {
			t.Errorf("%s: %d after %d, want %d after 1", name, last.Code, d.asked.Load(), want)
		}
	}
}

func TestAReplayedAnswerHasTheHeadersThatCachesNeedAndAnIDOfItsOwn(t *testing.T) {
	h := once(&desk{}, session.On(&session.Memory{}, nil))
	first, again := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"), send(t, h, "POST", "/v1/reports", "k", "body", "somebody")
	if again.Header().Get("Vary") != "Accept" || first.Header().Get("Vary") != "Accept" {
		t.Errorf("Vary is %q, then %q, want Accept", first.Header().Get("Vary"), again.Header().Get("Vary"))
	}
	if again.Header().Get("X-Request-Id") == first.Header().Get("X-Request-Id") {
		t.Error("two requests have one id")
	}
}

// Everybody without a name shares one name space: a key that can be guessed is refused.
func TestAKeyOfNobodyInParticularCannotBeGuessed(t *testing.T) {
	d := &desk{}
	h := once(d, session.On(&session.Memory{}, nil))
	if rec := send(t, h, "POST", "/v1/reports", strings.Repeat("k", minAnonymous-1), "body", ""); rec.Code != 400 || d.asked.Load() != 0 {
		t.Errorf("a short key: %d after %d, want 400", rec.Code, d.asked.Load())
	}
	if rec := send(t, h, "POST", "/v1/reports", strings.Repeat("k", minAnonymous), "body", ""); rec.Code != 200 {
		t.Errorf("a long key: %d, want 200", rec.Code)
	}
}

func TestKeyOfAnotherBodyIsRefused(t *testing.T) {
	h := once(&desk{}, session.On(&session.Memory{}, nil))
	send(t, h, "POST", "/v1/reports", "k", "one", "somebody")
	if rec := send(t, h, "POST", "/v1/reports", "k", "two", "somebody"); rec.Code != 422 {
		t.Errorf("status = %d, want 422", rec.Code)
	}
}

func TestRequestThatIsBeingWorkedOnIsAConflict(t *testing.T) {
	d := &desk{wait: make(chan struct{})}
	h := once(d, session.On(&session.Memory{}, nil))
	var wg sync.WaitGroup
	wg.Go(func() { send(t, h, "POST", "/v1/reports", "k", "body", "somebody") })
	for d.asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 409 || rec.Header().Get("Retry-After") == "" {
		t.Errorf("status = %d, want 409", rec.Code)
	}
	close(d.wait)
	wg.Wait()
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 200 || d.asked.Load() != 1 {
		t.Errorf("status = %d after %d", rec.Code, d.asked.Load())
	}
}

func TestFailureIsNotKept(t *testing.T) {
	for _, status := range []int{500, 503, 429} {
		d := &desk{status: status}
		h := once(d, session.On(&session.Memory{}, nil))
		send(t, h, "POST", "/v1/reports", "k", "body", "somebody")
		d.status = 200
		if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 200 {
			t.Errorf("after %d: %d", status, rec.Code)
		}
	}
	d := &desk{boom: true}
	h := once(d, session.On(&session.Memory{}, nil))
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 500 || strings.Contains(rec.Body.String(), "half") {
		t.Errorf("a panic in the middle of an answer: %d %s, want 500 and nothing of the answer", rec.Code, rec.Body)
	}
	d.boom = false
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 200 || rec.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("after a panic: %d %v, want a new answer", rec.Code, rec.Header())
	}
}

func TestRefusalIsKept(t *testing.T) {
	d := &desk{status: 422}
	h := once(d, session.On(&session.Memory{}, nil))
	for range 2 {
		if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 422 {
			t.Errorf("status = %d", rec.Code)
		}
	}
	if d.asked.Load() != 1 {
		t.Errorf("worked on %d times", d.asked.Load())
	}
}

func TestKeyThatIsNoneIsRefused(t *testing.T) {
	h := once(&desk{}, session.On(&session.Memory{}, nil))
	for _, key := range []string{`""`, "a b", "ä", strings.Repeat("x", 256)} {
		if rec := send(t, h, "POST", "/v1/reports", key, "body", "somebody"); rec.Code != 400 || strings.Contains(rec.Body.String(), "xxx") {
			t.Errorf("%q: %d %s", key, rec.Code, rec.Body)
		}
	}
	if rec := send(t, h, "POST", "/v1/reports", "k", strings.Repeat("x", maxBody+1), "somebody"); rec.Code != 413 {
		t.Errorf("a body that is too large: %d", rec.Code)
	}
}

func TestStoreThatIsDownBeginsNothing(t *testing.T) {
	d := &desk{}
	h := once(d, session.On(&down{}, nil))
	if rec := send(t, h, "POST", "/v1/reports", "k", "body", "somebody"); rec.Code != 503 || d.asked.Load() != 0 {
		t.Errorf("status = %d after %d", rec.Code, d.asked.Load())
	}
	if rec := send(t, h, "POST", "/v1/reports", "", "body", "somebody"); rec.Code != 200 {
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
	h := once(large, session.On(&session.Memory{}, nil))
	for range 2 {
		if rec := send(t, h, "POST", "/x", "k", "body", "somebody"); rec.Code != 200 || rec.Body.Len() != 5<<20 {
			t.Errorf("%d with %d bytes", rec.Code, rec.Body.Len())
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}
