package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/schemas"
)

const (
	desk   = "desk-key-0123456789abcdef"
	reader = "reader-key-0123456789abcdef"
)

func hash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func entry(name, key, scopes string, perMinute int) string {
	return fmt.Sprintf(`{"name":%q,"sha256":%q,"scopes":[%s],"per_minute":%d}`, name, hash(key), scopes, perMinute)
}

// A world is a gate with its secret and its clock.
type world struct {
	text string
	err  error
	now  time.Time
	http.Handler
}

func newWorld(entries ...string) *world {
	w := &world{text: `{"keys":[` + strings.Join(entries, ",") + `]}`, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	s := secret.New("ssm:/keys", func(context.Context) (string, error) { return w.text, w.err }, clock)
	w.Handler = ByKey(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { fmt.Fprint(rw, "caller ", Caller(r.Context())) }), s, clock)
	return w
}

func (w *world) ask(t *testing.T, method, path, key string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if key != "" {
		r.Header.Set("X-Api-Key", key)
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code >= 400 {
		if err := schemas.Check(schemas.Refusal, rec.Body.Bytes()); err != nil {
			t.Errorf("%s %s: the problem breaks its schema: %v\n%s", method, path, err, rec.Body)
		}
		if key != "" && strings.Contains(rec.Body.String(), key) {
			t.Errorf("the answer shows the key: %s", rec.Body)
		}
	}
	return rec
}

func TestWhoMayCallWhat(t *testing.T) {
	w := newWorld(entry("desk", desk, `"read","report"`, 100), entry("reader", reader, `"read"`, 100), entry("voter", "voter-key-0123456789abcdef", `"feedback"`, 100))
	for _, c := range []struct {
		method, path, key string
		status            int
	}{
		{"GET", "/", "", 200},
		{"GET", "/healthz", "", 200},
		{"POST", "/diagnosis", "", 200},
		{"GET", "/v1/search", "", 401},
		{"GET", "/v1", "", 401},
		{"GET", "/v1/search", "short", 401},
		{"GET", "/v1/search", "wrong-key-0123456789abcdef", 401},
		{"GET", "/v1/search", strings.Repeat("x", 10000), 401},
		{"HEAD", "/v1/search", "", 401},
		{"DELETE", "/v1/search", "", 401},
		{"OPTIONS", "/v1/search", "", 200},
		{"GET", "/%761/search", "", 401},
		{"POST", "/mcp", "", 401},
		{"GET", "/v1/keys", "", 200},
		{"GET", "/v1/keys/0a1b", "", 200},
		{"POST", "/v1/keys", "", 401},
		{"GET", "/v1/keysearch", "", 401},
		{"GET", "/v1/keys/../search", "", 401},
		{"GET", "/v1/search", reader, 200},
		{"POST", "/v1/reports", reader, 403},
		{"POST", "/mcp", reader, 403},
		{"POST", "/v1/reports", desk, 200},
		{"POST", "/mcp", desk, 200},
		{"POST", "/v1/feedback", desk, 403},
		{"POST", "/v1/feedback", "voter-key-0123456789abcdef", 200},
		{"GET", "/v1/search", "voter-key-0123456789abcdef", 403},
	} {
		if rec := w.ask(t, c.method, c.path, c.key); rec.Code != c.status {
			t.Errorf("%s %s with %.20q = %d, want %d", c.method, c.path, c.key, rec.Code, c.status)
		} else if rec.Code == 401 && rec.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s %s: no WWW-Authenticate", c.method, c.path)
		}
	}
	if got := w.ask(t, "GET", "/v1/search", reader).Body.String(); got != "caller reader" {
		t.Errorf("the handler was told of %q", got)
	}
}

func TestACacheKeepsAnswersApartByKey(t *testing.T) {
	w := newWorld(entry("reader", reader, `"read"`, 100))
	for _, key := range []string{reader, ""} {
		if got := w.ask(t, "GET", "/v1/search", key).Header().Get("Vary"); got != "X-Api-Key, Authorization" {
			t.Errorf("with %q: Vary: %s", key, got)
		}
	}
	if got := w.ask(t, "GET", "/healthz", "").Header().Get("Vary"); got != "" {
		t.Errorf("what is open to all: Vary: %s", got)
	}
}

func TestKeyMayComeAsBearer(t *testing.T) {
	w := newWorld(entry("reader", reader, `"read"`, 100))
	r := httptest.NewRequest("GET", "/v1/search", nil)
	r.Header.Set("Authorization", "Bearer "+reader)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code != 200 {
		t.Errorf("status = %d", rec.Code)
	}
}

func TestRateIsBoundedAndRecovers(t *testing.T) {
	w := newWorld(entry("reader", reader, `"read"`, 6), entry("desk", desk, `"read"`, 6))
	for i := range 6 {
		if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 200 || rec.Header().Get("RateLimit") != fmt.Sprintf(`"key";r=%d;t=%d`, 5-i, 10*(i+1)) {
			t.Fatalf("request %d: %d, %s", i, rec.Code, rec.Header().Get("RateLimit"))
		}
	}
	rec := w.ask(t, "GET", "/v1/search", reader)
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "60" || rec.Header().Get("RateLimit-Policy") != `"key";q=6;w=60` {
		t.Errorf("one too many: %d, %v", rec.Code, rec.Header())
	}
	if rec := w.ask(t, "GET", "/v1/search", desk); rec.Code != 200 {
		t.Errorf("another key pays for it: %d", rec.Code)
	}
	w.now = w.now.Add(10 * time.Second)
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 200 {
		t.Errorf("after ten seconds: %d", rec.Code)
	}
	w.now = w.now.Add(-time.Hour) // a clock that is set back gives nothing and takes nothing
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 429 {
		t.Errorf("after the clock was set back: %d", rec.Code)
	}
}

func TestNewKeyWorksAndOldOneEndsWithoutARestart(t *testing.T) {
	w := newWorld(entry("old", reader, `"read"`, 100))
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 200 {
		t.Fatalf("status = %d", rec.Code)
	}
	w.text = `{"keys":[` + entry("new", desk, `"read"`, 100) + `]}`
	w.now = w.now.Add(time.Minute)
	if rec := w.ask(t, "GET", "/v1/search", desk); rec.Code != 200 {
		t.Errorf("the new key: %d", rec.Code)
	}
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 401 {
		t.Errorf("the old key: %d", rec.Code)
	}
}

func TestKeysThatCannotBeReadCloseTheAPIUnlessTheyWereReadBefore(t *testing.T) {
	w := newWorld()
	w.err = fmt.Errorf("no network")
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 503 || rec.Header().Get("Retry-After") == "" {
		t.Errorf("status = %d", rec.Code)
	}
	w.err, w.text = nil, "not JSON "+reader
	w.now = w.now.Add(time.Minute)
	if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 503 {
		t.Errorf("status = %d", rec.Code)
	}
	w.text = `{"keys":[` + entry("reader", reader, `"read"`, 100) + `]}`
	w.now = w.now.Add(time.Minute)
	for _, text := range []string{w.text, "a slip of the hand"} {
		w.text = text
		if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 200 {
			t.Errorf("status = %d", rec.Code)
		}
		w.now = w.now.Add(time.Hour)
	}
}

func TestWrongKeysAreNamedByNumber(t *testing.T) {
	for text, want := range map[string]string{
		`[]`: "of the form",
		`{"keys":[{"name":"a","sha256":"` + reader + `","scopes":["read"],"per_minute":1}]}`:      "number 1: sha256",
		`{"keys":[{"name":"a","sha256":"` + hash(reader) + `","scopes":["all"],"per_minute":1}]}`: "number 1: scopes",
		`{"keys":[{"name":"a","sha256":"` + hash(reader) + `","scopes":["read"]}]}`:               "number 1: name",
		`{"keys":[{"key":"` + reader + `","sha256":"x"}]}`:                                        "of the form",
		`{"keys":[` + strings.Repeat(entry("a", "x", `"read"`, 1)+",", maxKeys) + `{}` + `]}`:     "at most",
	} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), reader) {
			t.Errorf("parse(%.80s) = %v, want %s", text, err, want)
		}
	}
}

func TestTokenMustHaveBeenChecked(t *testing.T) {
	type checked struct{}
	h := ByToken(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), func(ctx context.Context) bool { return ctx.Value(checked{}) != nil })
	for _, c := range []struct {
		path    string
		checked bool
		status  int
	}{{"/", false, 200}, {"/healthz", false, 200}, {"/v1/search", false, 401}, {"/v1/search", true, 200}, {"/mcp", false, 401}} {
		r := httptest.NewRequest("GET", c.path, nil)
		if c.checked {
			r = r.WithContext(context.WithValue(r.Context(), checked{}, true))
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != c.status {
			t.Errorf("%s, checked %v: %d, want %d", c.path, c.checked, rec.Code, c.status)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"keys":[` + entry("a", reader, `"read"`, 1) + `]}`)
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parse(text)
		if err != nil {
			return
		}
		for h, k := range keys {
			if len(h) != 64 || k.PerMinute < 1 {
				t.Errorf("took %+v", k)
			}
		}
		if _, err := json.Marshal(keys); err != nil {
			t.Error(err)
		}
	})
}
