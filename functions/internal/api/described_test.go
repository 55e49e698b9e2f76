package api_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/api"
	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/auth"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/kb"
)

// moody is a store that fails as it is told.
type moody struct {
	session.Store
	fail error
}

func (m *moody) Begin(ctx context.Context, key, body string) ([]byte, error) {
	if m.fail != nil {
		return nil, m.fail
	}
	return m.Store.Begin(ctx, key, body)
}

func (m *moody) Get(ctx context.Context, id string) (*session.Session, error) {
	if m.fail != nil {
		return nil, m.fail
	}
	return m.Store.Get(ctx, id)
}

func (m *moody) Delete(ctx context.Context, id string) error {
	if m.fail != nil {
		return m.fail
	}
	return m.Store.Delete(ctx, id)
}

// The keys of the service under test, each for something else.
const (
	everything = "everything-0123456789"
	nothing    = "nothing-01234567890123"
	hasty      = "hasty-0123456789012345"
)

func secretOf(text string, err error) *secret.Secret {
	return secret.New("test", func(context.Context) (string, error) { return text, err }, nil)
}

// keys is a secret with the three keys: one for all, one for nothing that is asked for here, one without a second request.
func keys(t *testing.T, scope string) string {
	type key struct {
		Name      string   `json:"name"`
		SHA256    string   `json:"sha256"`
		Scopes    []string `json:"scopes"`
		PerMinute int      `json:"per_minute"`
	}
	of := func(k string, perMinute int, scopes ...string) key {
		sum := sha256.Sum256([]byte(k))
		return key{k[:5], hex.EncodeToString(sum[:]), scopes, perMinute}
	}
	data, err := json.Marshal(map[string]any{"keys": []key{of(everything, 100_000, "read", "report", "feedback"), of(nothing, 100, scope), of(hasty, 1, "read", "report", "feedback")}})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// whole returns the service as it is deployed, with keys, and its store. The key for nothing has the scope that is named.
func whole(t *testing.T, scope string, broken error) (http.Handler, *moody) {
	t.Helper()
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	store := &moody{Store: session.On(&session.Memory{}, nil)}
	p := app.Deps{KB: base, Content: kb.Content(), Store: store, Auth: auth.Config{Keys: secretOf(keys(t, scope), broken)}}
	p.Signing, p.Links = secretOf(signingKey(t), broken), signing.NewEphemeralSealer()
	a, err := app.Open(p)
	if err != nil {
		t.Fatal(err)
	}
	return a.Handler, store
}

// signingKey returns a key to sign scripts with, as an operator makes one.
func signingKey(t *testing.T) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// outdatedScripts are of a tree that has changed.
type outdatedScripts struct{}

func (outdatedScripts) Script(context.Context, string) (*desk.Script, error) {
	return nil, &desk.ChangedError{Article: "Q238865", Was: "0a1b2c3d", Is: "1a2b3c4d"}
}

const (
	deadSite = `{"facts":{"product":"sms20","client_os":"nt4","client_sites":["HQ1","OLD"],"nonexistent_sites":["OLD"],"process":"smsmon32","symptom":"cpu","recent_upgrade":"sp1"}}`
	report   = `{"symptom":"smsmon32 at 100 % since the service pack","facts":{"client_os":"nt4"}}`
	feedback = `{"article":"Q238865","tree":"0a1b2c3d","helped":true}`
	asJSON   = "Content-Type: application/json"
)

// mounted returns the API alone, with what stands around every handler.
func mounted(c api.Config) http.Handler {
	mux := http.NewServeMux()
	api.Mount(mux, c)
	return edge.New(edge.Config{Handler: mux})
}

// Each status that the description promises is given at least once by the service as it is deployed, in the form that is promised.
func TestEveryStatusThatIsDescribedIsGiven(t *testing.T) {
	check := api.NewContract(t)
	send := func(h http.Handler, want int, method, target, body string, headers ...string) {
		t.Helper()
		w := servicetest.Do(t, h, method, target, body, headers...)
		if w.Code != want {
			t.Errorf("%s %.60s: %d %.300s, want %d", method, target, w.Code, w.Body, want)
		}
		if !check.Exchange(t, method, target, body, headers, w) {
			t.Errorf("%s %.60s is served and not described", method, target)
		}
	}
	key := func(k string) string { return "X-Api-Key: " + k }

	ok, store := whole(t, "feedback", nil)
	gone := errors.New("the secret is gone")
	reader, _ := whole(t, "read", nil)
	locked, _ := whole(t, "read", gone)
	starting := mounted(api.Config{Ready: func(context.Context) error { return gone }})

	for _, target := range []string{"/v1/search?q=smsmon32", "/v1/articles/Q238865", "/v1/trees/Q238865", "/v1/schemas", "/v1/schemas/report"} {
		send(ok, 200, "GET", target, "", key(everything))
		send(ok, 304, "GET", target, "", key(everything), "If-None-Match: *")
		send(ok, 401, "GET", target, "")
		send(ok, 403, "GET", target, "", key(nothing))
		send(locked, 503, "GET", target, "", key(everything))
		hurried, _ := whole(t, "read", nil)
		send(hurried, 200, "GET", target, "", key(hasty))
		send(hurried, 429, "GET", target, "", key(hasty))
		if target != "/v1/schemas" {
			send(ok, 406, "GET", target, "", key(everything), "Accept: image/png")
		}
	}
	for _, target := range []string{"/v1/articles/Q999999", "/v1/trees/Q999999", "/v1/schemas/nothing"} {
		send(ok, 404, "GET", target, "", key(everything))
	}
	send(ok, 422, "GET", "/v1/search?q=", "", key(everything))
	for _, target := range []string{"/openapi.json", "/openapi-3.0.json", "/opensearch.xml"} {
		send(ok, 200, "GET", target, "")
		send(ok, 304, "GET", target, "", "If-None-Match: *")
	}
	send(ok, 200, "GET", "/healthz", "")
	send(starting, 503, "GET", "/healthz", "")
	send(ok, 200, "GET", "/v1/keys", "")
	var published struct{ Keys []struct{ ID string } }
	if err := json.Unmarshal(servicetest.Do(t, ok, "GET", "/v1/keys", "").Body.Bytes(), &published); err != nil || len(published.Keys) != 1 {
		t.Fatalf("keys: %+v, %v", published, err)
	}
	send(ok, 200, "GET", "/v1/keys/"+published.Keys[0].ID, "")
	send(locked, 503, "GET", "/v1/keys", "")
	send(ok, 404, "GET", "/v1/keys/0123456789abcdef", "")
	send(locked, 503, "GET", "/v1/keys/0123456789abcdef", "")

	const list, notice = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, `{"jsonrpc":"2.0","method":"notifications/initialized"}`
	both := "Accept: application/json, text/event-stream"
	send(ok, 200, "POST", "/mcp", list, asJSON, both, key(everything))
	send(ok, 202, "POST", "/mcp", notice, asJSON, both, key(everything))
	send(ok, 401, "POST", "/mcp", list, asJSON, both)
	send(reader, 403, "POST", "/mcp", list, asJSON, both, key(nothing))
	send(locked, 503, "POST", "/mcp", list, asJSON, both, key(everything))
	hurried, _ := whole(t, "read", nil)
	send(hurried, 200, "POST", "/mcp", list, asJSON, both, key(hasty))
	send(hurried, 429, "POST", "/mcp", list, asJSON, both, key(hasty))
	send(ok, 415, "POST", "/mcp", list, "Content-Type: text/plain", both, key(everything))

	for target, c := range map[string]struct {
		good string
		code int
	}{"/v1/reports": {report, 200}, "/v1/feedback": {feedback, 204}} {
		send(ok, c.code, "POST", target, c.good, asJSON, key(everything))
		send(ok, 400, "POST", target, "{", asJSON, key(everything))
		send(ok, 400, "POST", target, c.good, asJSON, key(everything), "Idempotency-Key: "+strings.Repeat("x", 300))
		send(ok, 401, "POST", target, c.good, asJSON)
		send(reader, 403, "POST", target, c.good, asJSON, key(nothing))
		send(ok, 413, "POST", target, `{"comment":"`+strings.Repeat("x", 300<<10)+`"}`, asJSON, key(everything))
		send(ok, 415, "POST", target, "a=b", "Content-Type: application/x-www-form-urlencoded", key(everything))
		send(ok, 422, "POST", target, `{"shoe":"size"}`, asJSON, key(everything))
		hurried, _ := whole(t, "read", nil)
		send(hurried, c.code, "POST", target, c.good, asJSON, key(hasty))
		send(hurried, 429, "POST", target, c.good, asJSON, key(hasty))

		store.fail = fmt.Errorf("session: %w", session.ErrRunning)
		send(ok, 409, "POST", target, c.good, asJSON, key(everything), "Idempotency-Key: k1")
		store.fail = fmt.Errorf("session: %w", session.ErrUnavailable)
		send(ok, 503, "POST", target, c.good, asJSON, key(everything), "Idempotency-Key: k2")
		store.fail = nil
		send(ok, c.code, "POST", target, c.good, asJSON, key(everything), "Idempotency-Key: k3")
		send(ok, 422, "POST", target, c.good+" ", asJSON, key(everything), "Idempotency-Key: k3")
	}
	send(ok, 406, "POST", "/v1/reports", report, asJSON, key(everything), "Accept: image/png")
	send(ok, 404, "POST", "/v1/reports", `{"session":"never-begun"}`, asJSON, key(everything))

	send(ok, 404, "GET", "/v1/scripts/AAAA", "", key(everything))
	send(ok, 401, "GET", "/v1/scripts/AAAA", "")
	send(ok, 403, "GET", "/v1/scripts/AAAA", "", key(nothing))
	send(locked, 503, "GET", "/v1/scripts/AAAA", "", key(everything))
	hasted, _ := whole(t, "read", nil)
	send(hasted, 404, "GET", "/v1/scripts/AAAA", "", key(hasty))
	send(hasted, 429, "GET", "/v1/scripts/AAAA", "", key(hasty))
	var given struct {
		Scripts []struct{ Href, Dialect string }
	}
	if err := json.Unmarshal(servicetest.Do(t, ok, "POST", "/v1/reports", deadSite, asJSON, key(everything)).Body.Bytes(), &given); err != nil || len(given.Scripts) < 2 {
		t.Fatalf("%+v, %v", given, err)
	}
	for _, s := range given.Scripts {
		send(ok, 200, "GET", s.Href, "", key(everything))
	}
	send(ok, 304, "GET", given.Scripts[0].Href, "", key(everything), "If-None-Match: *")
	outdated := mounted(api.Config{Scripts: outdatedScripts{}})
	send(outdated, 410, "GET", "/v1/scripts/AAAA", "", key(everything))

	var begun struct{ Session string }
	if err := json.Unmarshal(servicetest.Do(t, ok, "POST", "/v1/reports", `{"session":"new"}`, asJSON, key(everything)).Body.Bytes(), &begun); err != nil {
		t.Fatal(err)
	}
	talk := "/v1/sessions/" + begun.Session
	send(ok, 401, "DELETE", talk, "")
	send(reader, 403, "DELETE", talk, "", key(nothing))
	send(ok, 204, "DELETE", talk, "", key(everything))
	send(ok, 404, "DELETE", talk, "", key(everything))
	store.fail = fmt.Errorf("session: %w", session.ErrUnavailable)
	send(ok, 503, "DELETE", talk, "", key(everything))
	store.fail = nil
	quick, _ := whole(t, "read", nil)
	send(quick, 404, "DELETE", talk, "", key(hasty))
	send(quick, 429, "DELETE", talk, "", key(hasty))

	for _, at := range check.Unseen() {
		t.Errorf("%s is described and was never given", at)
	}
}

// A conversation whose store is down is told what to do, by the service as it is deployed.
func TestAConversationThatCannotBeKeptIsAnsweredWithWhatToDo(t *testing.T) {
	h, store := whole(t, "read", nil)
	store.fail = fmt.Errorf("session: %w", session.ErrUnavailable)
	talk := strings.Replace(report, "{", `{"session":"new",`, 1)
	w := servicetest.Do(t, h, "POST", "/v1/reports", talk, asJSON, "X-Api-Key: "+everything)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Send all the facts in one report without session") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w = servicetest.Do(t, h, "POST", "/v1/reports", report, asJSON, "X-Api-Key: "+everything); w.Code != 200 {
		t.Errorf("a report with all its facts: %d, want 200", w.Code)
	}
}

func TestTheHealthCheckSaysWhatServes(t *testing.T) {
	h, _ := whole(t, "read", nil)
	w := servicetest.Do(t, h, "GET", "/healthz", "")
	var got struct {
		Status string
		Index  struct{ Articles int }
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Status != "ok" || got.Index.Articles < 7 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%v %s, %v", w.Header(), w.Body, err)
	}
}
