package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
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
	w.Handler = guarded(Config{Keys: s, Now: clock})
	return w
}

// guarded returns a handler that says who calls, behind the check.
func guarded(c Config) http.Handler {
	return edge.New(edge.Config{Check: New(c), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "caller ", CallerOf(r.Context()).Name)
	})})
}

func (w *world) ask(t *testing.T, method, path, key string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if key != "" {
		r.Header.Set("X-Api-Key", key)
	}
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	if rec.Code >= 400 && method != http.MethodHead {
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
	if rec.Code != 429 || rec.Header().Get("Retry-After") != "10" || rec.Header().Get("RateLimit-Policy") != `"key";q=6;w=60` {
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

// A caller that waits as long as it is told to finds a token in the bucket, whatever the rate.
func TestRetryAfterIsTheTimeToTheNextRequest(t *testing.T) {
	for _, rate := range []int{1, 7, 60, 61, 600} {
		w := newWorld(entry("reader", reader, `"read"`, rate))
		for range rate {
			w.ask(t, "GET", "/v1/search", reader)
		}
		rec := w.ask(t, "GET", "/v1/search", reader)
		wait, err := strconv.Atoi(rec.Header().Get("Retry-After"))
		if rec.Code != 429 || err != nil || wait < 1 || wait > 60/rate+1 {
			t.Fatalf("at %d a minute: %d, Retry-After %q", rate, rec.Code, rec.Header().Get("Retry-After"))
		}
		w.now = w.now.Add(time.Duration(wait) * time.Second)
		if rec := w.ask(t, "GET", "/v1/search", reader); rec.Code != 200 {
			t.Errorf("at %d a minute, after %d seconds: %d", rate, wait, rec.Code)
		}
	}
}

func TestAnAuthorizationSchemeIsOfAnyCase(t *testing.T) {
	w := newWorld(entry("reader", reader, `"read"`, 100))
	for header, status := range map[string]int{"Bearer " + reader: 200, "bearer " + reader: 200, "BEARER  " + reader: 200, "Basic " + reader: 401, "Bearer": 401, reader: 401, "Bearer" + reader: 401} {
		r := httptest.NewRequest("GET", "/v1/search", nil)
		r.Header.Set("Authorization", header)
		rec := httptest.NewRecorder()
		if w.ServeHTTP(rec, r); rec.Code != status {
			t.Errorf("%.8s…: %d, want %d", header, rec.Code, status)
		}
	}
}

// The shortest key that is taken has 20 characters: a shorter one can be guessed.
func TestAKeyHasAMinimumLength(t *testing.T) {
	short, enough := strings.Repeat("k", minKey-1), strings.Repeat("k", minKey)
	w := newWorld(entry("short", short, `"read"`, 100), entry("enough", enough, `"read"`, 100))
	if rec := w.ask(t, "GET", "/v1/search", short); rec.Code != 401 {
		t.Errorf("a key of %d characters: %d, want 401", len(short), rec.Code)
	}
	if rec := w.ask(t, "GET", "/v1/search", enough); rec.Code != 200 {
		t.Errorf("a key of %d characters: %d, want 200", len(enough), rec.Code)
	}
}

func TestAClosedPageAsksABrowserForTheKey(t *testing.T) {
	w := newWorld(entry("desk", desk, `"read","report"`, 100), entry("reader", reader, `"read"`, 100))
	clock := func() time.Time { return w.now }
	h := guarded(Config{Keys: secret.New("x", func(context.Context) (string, error) { return w.text, nil }, clock), Page: true, Now: clock})
	for _, c := range []struct {
		path, password string
		status         int
	}{{"/", "", 401}, {"/", "wrong-key-0123456789abcdef", 401}, {"/", reader, 200}, {"/diagnosis", reader, 403}, {"/diagnosis", desk, 200}, {"/script", reader, 403}, {"/healthz", "", 200}, {"/v1/keys", "", 200}} {
		r := httptest.NewRequest("GET", c.path, nil)
		if c.password != "" {
			r.SetBasicAuth("anybody", c.password)
		}
		rec := httptest.NewRecorder()
		if h.ServeHTTP(rec, r); rec.Code != c.status {
			t.Errorf("%s with %q: %d, want %d", c.path, c.password, rec.Code, c.status)
		}
		if c.status == 401 && !strings.HasPrefix(rec.Header().Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: WWW-Authenticate is %q, want Basic", c.path, rec.Header().Get("WWW-Authenticate"))
		}
	}
}

type tokenKey struct{}

// byToken returns a request that came with a token, none where it is nil.
func byToken(h http.Handler, method, path string, token *Token) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, r.WithContext(context.WithValue(r.Context(), tokenKey{}, token)))
	return rec
}

func tokenIn(ctx context.Context) (Token, bool) {
	if t, _ := ctx.Value(tokenKey{}).(*Token); t != nil {
		return *t, true
	}
	return Token{}, false
}

func TestWhoMayCallWithWhichToken(t *testing.T) {
	h := guarded(Config{Token: tokenIn, PerMinute: 100})
	token := func(scopes ...string) *Token {
		return &Token{Issuer: "https://issuer", Subject: "alice", Scopes: scopes}
	}
	for _, c := range []struct {
		name, method, path string
		token              *Token
		status             int
	}{
		{"the page is open", "GET", "/", nil, 200},
		{"the health check is open", "GET", "/healthz", nil, 200},
		{"no token", "GET", "/v1/search", nil, 401},
		{"no token at the tools", "POST", "/mcp", nil, 401},
		{"a token of nobody", "GET", "/v1/search", &Token{Issuer: "https://issuer", Scopes: []string{"read"}}, 401},
		{"a token without issuer", "GET", "/v1/search", &Token{Subject: "alice", Scopes: []string{"read"}}, 401},
		{"read", "GET", "/v1/search", token("openid", "fixdesk/read"), 200},
		{"an address before it", "GET", "/v1/search", token("api://fixdesk/read"), 200},
		{"a colon", "GET", "/v1/search", token("fixdesk:read"), 200},
		{"another API's", "GET", "/v1/search", token("mail.read", "User.Read", "reader", "read:mail"), 403},
		{"read does not report", "POST", "/v1/reports", token("read"), 403},
		{"report", "POST", "/v1/reports", token("fixdesk/report"), 200},
		{"report at the tools", "POST", "/mcp", token("fixdesk/report"), 200},
		{"report gives no feedback", "POST", "/v1/feedback", token("fixdesk/report"), 403},
		{"no scope", "GET", "/v1/search", token(), 403},
		{"a program", "GET", "/v1/search", &Token{Issuer: "https://issuer", Client: "bot", Scopes: []string{"read"}}, 200},
	} {
		if rec := byToken(h, c.method, c.path, c.token); rec.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, rec.Code, c.status)
		}
	}
}

func TestCallersByTokenAreToldApart(t *testing.T) {
	ids := map[string]string{}
	h := edge.New(edge.Config{Check: New(Config{Token: tokenIn, PerMinute: 100}), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, CallerOf(r.Context()).ID)
	})})
	for _, tok := range []Token{
		{Issuer: "a", Subject: "x"}, {Issuer: "b", Subject: "x"}, {Issuer: "a", Subject: "y"}, {Issuer: "a", Subject: "x", Client: "c"}, {Issuer: "a", Client: "x"}, {Issuer: "ax", Subject: "x"}, {Issuer: "a", Subject: "xx"},
	} {
		tok.Scopes = []string{"read"}
		id := byToken(h, "GET", "/v1/search", &tok).Body.String()
		if other, twice := ids[id]; twice || len(id) != 32 {
			t.Errorf("%+v is the caller %q, as is %s", tok, id, other)
		}
		ids[id] = fmt.Sprintf("%+v", tok)
	}
}

func TestATokenHasARateOfItsOwn(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	h := guarded(Config{Token: tokenIn, PerMinute: 3, Now: func() time.Time { return now }})
	alice, bob := &Token{Issuer: "i", Subject: "alice", Scopes: []string{"read"}}, &Token{Issuer: "i", Subject: "bob", Scopes: []string{"read"}}
	for i, want := range []int{200, 200, 200, 429} {
		if rec := byToken(h, "GET", "/v1/search", alice); rec.Code != want {
			t.Errorf("request %d of alice: %d, want %d", i+1, rec.Code, want)
		}
	}
	if rec := byToken(h, "GET", "/v1/search", bob); rec.Code != 200 {
		t.Errorf("bob pays for alice: %d", rec.Code)
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
