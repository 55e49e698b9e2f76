// Package auth decides who may call: whoever has an API key, or whom the HTTP API let through with a token, each for what it is for and
// as often as it may. The health check and the keys of signatures stay open, and the page unless its operator closes it. The package holds
// hashes of keys and never a key, and writes no answer.
package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
)

// A Key is who may call, for what, and how often. Keys are random and long, so a plain hash hides them.
type Key struct {
	Name      string   `json:"name"`
	SHA256    string   `json:"sha256"` // of the key, in lower-case hexadecimal digits
	Scopes    []string `json:"scopes"` // read, report, feedback
	PerMinute int      `json:"per_minute"`
}

// A Token is what the HTTP API has found in the token of a request, which it has checked.
type Token struct {
	Issuer, Subject string
	Client          string   // of a token for a program, which has no subject of its own
	Scopes          []string // as the issuer names them: fixdesk/read, or read
}

const (
	minKey  = 20 // characters
	maxKey  = 200
	maxKeys = 1000
	// maxCallers bounds for how many callers by token a rate is kept; the rates of all begin anew where there are more.
	maxCallers = 10000
)

// scopes are what a caller may be allowed.
var scopes = []string{"read", "report", "feedback"}

// A Caller is who a request comes from. The zero Caller is nobody in particular.
type Caller struct {
	ID   string // tells callers apart: letters and digits, empty for nobody in particular
	Name string // for the log
}

type callerKey struct{}

// CallerOf returns who a request comes from.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// as returns the request of a caller. Kind keeps the names of keys and of subjects apart.
func as(r *http.Request, name, kind string, parts ...string) *http.Request {
	h := sha256.New()
	for _, p := range append([]string{kind}, parts...) {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	edge.NoteCaller(r.Context(), name)
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, Caller{hex.EncodeToString(h.Sum(nil)[:16]), name}))
}

// Config says who may call.
type Config struct {
	Keys      *secret.Secret                              // API keys, a JSON object {"keys": […]}; nil where none are asked for
	Token     func(context.Context) (t Token, found bool) // the token of a request; nil where none is asked for
	PerMinute int                                         // how often a caller with a token may call
	Page      bool                                        // the page is closed too
	Now       func() time.Time                            // nil for time.Now
}

// New returns the check of who may call, nil where anybody may. Rates hold for each process; behind a function they bound what one caller
// can do to one of its instances.
func New(c Config) edge.Check {
	if c.Keys == nil && c.Token == nil {
		return nil
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return (&gate{Config: c, buckets: map[string]*bucket{}}).check
}

type gate struct {
	Config

	mu      sync.Mutex
	text    string // from which keys were read
	keys    map[string]Key
	buckets map[string]*bucket
}

// protected reports whether a request must say who it comes from. OPTIONS says nothing that is not public, and the keys that signatures
// are checked with are: who has taken a script from the page must be able to check it.
func (g *gate) protected(r *http.Request) bool {
	p := r.URL.Path
	reads := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch id, key := strings.CutPrefix(p, "/v1/keys/"); {
	case r.Method == http.MethodOptions:
		return false
	case p == "/v1/keys" || key && !strings.Contains(id, "/"):
		return !reads
	case isAPI(p):
		return true
	}
	return g.Page && p != "/healthz" && p != "/robots.txt"
}

func isAPI(p string) bool {
	return p == "/v1" || strings.HasPrefix(p, "/v1/") || p == "/mcp" || strings.HasPrefix(p, "/mcp/")
}

func (g *gate) check(h http.Header, r *http.Request) (*http.Request, *edge.Problem) {
	if !g.protected(r) {
		return r, nil
	}
	if g.Keys != nil {
		return g.checkKey(h, r)
	}
	return g.checkToken(h, r)
}

func (g *gate) checkKey(h http.Header, r *http.Request) (*http.Request, *edge.Problem) {
	h.Add("Vary", "X-Api-Key, Authorization")
	key, found, err := g.find(r)
	switch {
	case err != nil:
		return nil, edge.Unavailable("Keys cannot be checked", "The service cannot read its keys just now. Try again in a moment.", err)
	case !found && !isAPI(r.URL.Path):
		return nil, unknown(`Basic realm="Fixdesk", charset="UTF-8"`, "A key is needed", "Give your API key as the password. The name of the user does not matter.")
	case !found:
		return nil, unknown("Bearer", "A key is needed", "Send your API key in the header X-Api-Key.")
	case !slices.Contains(key.Scopes, scope(r)):
		return nil, forbidden("The key is not for this", "This key may not be used for "+scope(r)+". Ask for one that may.")
	case !g.spend(h, key.SHA256, key.PerMinute):
		return nil, tooMany("This key is for", key.PerMinute)
	}
	return as(r, key.Name, "key", key.Name), nil
}

// checkToken is the second lock: a route that was forgotten in the stack is closed here.
func (g *gate) checkToken(h http.Header, r *http.Request) (*http.Request, *edge.Problem) {
	h.Add("Vary", "Authorization")
	t, found := g.Token(r.Context())
	who := t.Subject
	if who == "" {
		who = t.Client
	}
	switch {
	case !found || t.Issuer == "" || who == "":
		return nil, unknown("Bearer", "A token is needed", "Send a token in the header Authorization, as Bearer and the token.")
	case !slices.ContainsFunc(t.Scopes, func(s string) bool { return isScope(s, scope(r)) }):
		return nil, forbidden("The token is not for this", "This token may not be used for "+scope(r)+". Ask for one with the scope fixdesk/"+scope(r)+".")
	}
	next := as(r, who, "token", t.Issuer, t.Subject, t.Client)
	if !g.spend(h, CallerOf(next.Context()).ID, g.PerMinute) {
		return nil, tooMany("A token is for", g.PerMinute)
	}
	return next, nil
}

// isScope reports whether a scope of a token is one of ours: by itself, or as issuers name it, behind the address or the name of the API.
func isScope(given, ours string) bool {
	given = given[strings.LastIndexByte(given, '/')+1:]
	return given == ours || given == "fixdesk:"+ours || given == "fixdesk."+ours
}

func unknown(challenge, title, detail string) *edge.Problem {
	return &edge.Problem{Type: edge.Request, Title: title, Status: http.StatusUnauthorized, Detail: detail, Header: map[string]string{"WWW-Authenticate": challenge}}
}

func forbidden(title, detail string) *edge.Problem {
	return &edge.Problem{Type: edge.Request, Title: title, Status: http.StatusForbidden, Detail: detail}
}

func tooMany(who string, perMinute int) *edge.Problem {
	return &edge.Problem{Type: edge.Request, Title: "Too many requests", Status: http.StatusTooManyRequests,
		Detail: fmt.Sprintf("%s %d requests a minute. Wait as long as Retry-After says.", who, perMinute)}
}

// find returns the key that a request came with. A key that is unknown may be newer than what is known of them.
func (g *gate) find(r *http.Request) (Key, bool, error) {
	given := presented(r)
	if len(given) < minKey || len(given) > maxKey {
		return Key{}, false, nil
	}
	sum := sha256.Sum256([]byte(given))
	hash := hex.EncodeToString(sum[:])
	keys, err := g.known(r.Context())
	k, ok := keys[hash]
	if !ok && g.Keys.Renew(r.Context()) {
		keys, err = g.known(r.Context())
		k, ok = keys[hash]
	}
	return k, ok, err
}

// presented returns the key that a request came with, empty where it came with none: by itself, as a bearer token, or as the password that
// a browser asks for. The names of schemes are of any case.
func presented(r *http.Request) string {
	if key := r.Header.Get("X-Api-Key"); key != "" {
		return key
	}
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(rest)
}

// known returns the keys by hash, as the secret has them now.
func (g *gate) known(ctx context.Context) (map[string]Key, error) {
	text, err := g.Keys.Get(ctx)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.keys != nil && text == g.text {
		return g.keys, nil
	}
	keys, err := parse(text)
	if err != nil {
		if g.keys != nil { // a slip of the hand locks nobody out
			return g.keys, nil
		}
		return nil, err
	}
	g.text, g.keys = text, keys
	return keys, nil
}

// parse reads the keys, and says what is wrong with them without a word of theirs.
func parse(text string) (map[string]Key, error) {
	var file struct {
		Keys []Key `json:"keys"`
	}
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&file); err != nil {
		return nil, errors.New(`keys: the secret must be JSON of the form {"keys":[{"name","sha256","scopes","per_minute"}]}`)
	}
	if len(file.Keys) > maxKeys {
		return nil, fmt.Errorf("keys: at most %d", maxKeys)
	}
	keys := map[string]Key{}
	for i, k := range file.Keys {
		if b, err := hex.DecodeString(k.SHA256); err != nil || len(b) != sha256.Size || k.SHA256 != strings.ToLower(k.SHA256) {
			return nil, fmt.Errorf("keys: number %d: sha256 must be 64 lower-case hexadecimal digits", i+1)
		}
		if k.Name == "" || k.PerMinute < 1 || len(k.Scopes) == 0 {
			return nil, fmt.Errorf("keys: number %d: name, scopes and per_minute must be there", i+1)
		}
		for _, s := range k.Scopes {
			if !slices.Contains(scopes, s) {
				return nil, fmt.Errorf("keys: number %d: scopes are read, report and feedback", i+1)
			}
		}
		keys[k.SHA256] = k
	}
	return keys, nil
}

// scope returns what a request needs. A page diagnoses by GET, too.
func scope(r *http.Request) string {
	switch r.URL.Path {
	case "/v1/feedback", "/feedback":
		return "feedback"
	case "/diagnosis", "/script":
		return "report"
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return "read"
	}
	return "report"
}

// A bucket holds the requests that a key has left; it fills evenly.
type bucket struct {
	left float64
	at   time.Time
}

// spend takes one request from what a caller has left, says in the headers how it stands, and reports whether there was one.
func (g *gate) spend(h http.Header, caller string, perMinute int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, full := g.Now(), float64(perMinute)
	b := g.buckets[caller]
	if b == nil {
		if len(g.buckets) >= max(maxCallers, 2*maxKeys) {
			clear(g.buckets)
		}
		b = &bucket{full, now}
		g.buckets[caller] = b
	}
	b.left = math.Min(full, b.left+math.Max(0, now.Sub(b.at).Minutes())*full)
	b.at = now
	ok := b.left >= 1
	if ok {
		b.left--
	}
	wait := 60.0 / full // seconds for one more request
	h.Set("RateLimit-Policy", fmt.Sprintf(`"key";q=%d;w=60`, perMinute))
	h.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=%d`, int(b.left), seconds(wait*(full-b.left))))
	if !ok {
		h.Set("Retry-After", strconv.Itoa(max(1, seconds(wait*(1-b.left)))))
	}
	return ok
}

// seconds rounds up, but for what calculating in floating point adds.
func seconds(s float64) int { return int(math.Ceil(s - 1e-9)) }
