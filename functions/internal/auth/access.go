// Package auth lets through who may call the API: whoever has an API key, or whom the HTTP API let through with a token. The
// page and the health check stay open. It holds hashes of keys and never a key.
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
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/problem"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
)

// A Key is who may call, for what, and how often. Keys are random and long, so a plain hash hides them.
type Key struct {
	Name      string   `json:"name"`
	SHA256    string   `json:"sha256"` // of the key, in lower-case hexadecimal digits
	Scopes    []string `json:"scopes"` // read, report, feedback
	PerMinute int      `json:"per_minute"`
}

const (
	minKey  = 20 // characters
	maxKey  = 200
	maxKeys = 1000
)

type callerKey struct{}

// Caller returns the name of the key that a request came with, empty where it came with none.
func Caller(ctx context.Context) string {
	name, _ := ctx.Value(callerKey{}).(string)
	return name
}

// ByToken lets requests to the API through to next if verified says that the HTTP API has checked their token. It is the second
// lock: a route that was forgotten in the stack is closed here.
func ByToken(next http.Handler, verified func(context.Context) bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !protected(r) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Authorization")
		if !verified(r.Context()) {
			refuse(w, r, http.StatusUnauthorized, "A token is needed", "Send a token in the header Authorization, as Bearer and the token.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ByKey lets requests to the API through to next if they come with one of the keys in s, a JSON object {"keys": […]}. Rates hold
// for each process; behind a function they bound what one caller can do to one of its instances.
func ByKey(next http.Handler, s *secret.Secret, now func() time.Time) http.Handler {
	if now == nil {
		now = time.Now
	}
	return &gate{next: next, secret: s, now: now, buckets: map[string]*bucket{}}
}

type gate struct {
	next   http.Handler
	secret *secret.Secret
	now    func() time.Time

	mu      sync.Mutex
	text    string // from which keys were read
	keys    map[string]Key
	buckets map[string]*bucket
}

// protected reports whether a request is one to the API. OPTIONS tells nothing that is not public, and the keys that signatures are
// checked with are: who has taken a script from the page must be able to check it.
func protected(r *http.Request) bool {
	p := r.URL.Path
	if id, ok := strings.CutPrefix(p, "/v1/keys/"); p == "/v1/keys" || ok && !strings.Contains(id, "/") {
		return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
	}
	return r.Method != http.MethodOptions && (p == "/v1" || strings.HasPrefix(p, "/v1/") || p == "/mcp" || strings.HasPrefix(p, "/mcp/"))
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !protected(r) {
		g.next.ServeHTTP(w, r)
		return
	}
	w.Header().Add("Vary", "X-Api-Key, Authorization")
	key, found, err := g.find(r)
	switch {
	case err != nil:
		problem.Note(r.Context(), err)
		w.Header().Set("Retry-After", "5")
		refuse(w, r, http.StatusServiceUnavailable, "Keys cannot be checked", "The service cannot read its keys just now. Try again in a moment.")
	case !found:
		refuse(w, r, http.StatusUnauthorized, "A key is needed", "Send your API key in the header X-Api-Key.")
	case !allows(key, r):
		refuse(w, r, http.StatusForbidden, "The key is not for this", "This key may not be used for "+scope(r)+". Ask for one that may.")
	case !g.spend(w, key):
		refuse(w, r, http.StatusTooManyRequests, "Too many requests", fmt.Sprintf("This key is for %d requests a minute. Wait as long as Retry-After says.", key.PerMinute))
	default:
		g.next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, key.Name)))
	}
}

// find returns the key that a request came with. A key that is unknown may be newer than what is known of them.
func (g *gate) find(r *http.Request) (Key, bool, error) {
	given := r.Header.Get("X-Api-Key")
	if given == "" {
		given, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	}
	if len(given) < minKey || len(given) > maxKey {
		return Key{}, false, nil
	}
	sum := sha256.Sum256([]byte(given))
	hash := hex.EncodeToString(sum[:])
	keys, err := g.known(r.Context())
	k, ok := keys[hash]
	if !ok && g.secret.Renew(r.Context()) {
		keys, err = g.known(r.Context())
		k, ok = keys[hash]
	}
	return k, ok, err
}

// known returns the keys by hash, as the secret has them now.
func (g *gate) known(ctx context.Context) (map[string]Key, error) {
	text, err := g.secret.Get(ctx)
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
			if s != "read" && s != "report" && s != "feedback" {
				return nil, fmt.Errorf("keys: number %d: scopes are read, report and feedback", i+1)
			}
		}
		keys[k.SHA256] = k
	}
	return keys, nil
}

// scope returns what a request needs.
func scope(r *http.Request) string {
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return "read"
	case r.URL.Path == "/v1/feedback":
		return "feedback"
	}
	return "report"
}

func allows(k Key, r *http.Request) bool {
	for _, s := range k.Scopes {
		if s == scope(r) {
			return true
		}
	}
	return false
}

// A bucket holds the requests that a key has left; it fills evenly.
type bucket struct {
	left float64
	at   time.Time
}

// spend takes one request from what the key has left, says in the headers how it stands, and reports whether there was one.
func (g *gate) spend(w http.ResponseWriter, k Key) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	now, full := g.now(), float64(k.PerMinute)
	b := g.buckets[k.SHA256]
	if b == nil {
		if len(g.buckets) > 2*maxKeys { // of keys that are gone
			clear(g.buckets)
		}
		b = &bucket{full, now}
		g.buckets[k.SHA256] = b
	}
	b.left = math.Min(full, b.left+math.Max(0, now.Sub(b.at).Minutes())*full)
	b.at = now
	ok := b.left >= 1
	if ok {
		b.left--
	}
	wait := 60.0 / full // seconds for one more request
	h := w.Header()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"key";q=%d;w=60`, k.PerMinute))
	h.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=%d`, int(b.left), int(math.Ceil(wait*(full-b.left)))))
	if !ok {
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait*(full-b.left)))))
	}
	return ok
}

func refuse(w http.ResponseWriter, r *http.Request, status int, title, detail string) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	kind := "request"
	if status >= 500 {
		kind = "ours"
	}
	problem.Write(w, r, problem.Problem{Type: kind, Title: title, Status: status, Detail: detail})
}
