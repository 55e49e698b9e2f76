// Package idempotency answers a request that is sent twice as it answered the first: a POST with the header Idempotency-Key to an address
// that takes one is worked on once, and its answer is given again for a day. It does not know what is asked, and writes no answer.
package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

const (
	maxBody   = 2 << 20 // bytes of a request
	maxAnswer = 4 << 20 // bytes of an answer that is given again
	maxKey    = 255     // characters
	// minAnonymous is how many characters the key of a caller has who is nobody in particular. All of them share one name space: a key
	// that others can guess would give them the answer, or be used up by them.
	minAnonymous = 16
	finishing    = 3 * time.Second
)

// repeated are the headers of an answer that are given again with it.
var repeated = []string{"Content-Type", "Content-Language", "Content-Disposition", "Cache-Control", "Etag", "Location", "Vary"}

// Config is what is needed. All of it must be set.
type Config struct {
	Store  session.Store
	Caller func(context.Context) string // who asks, so that nobody is given the answer of somebody else; empty for nobody in particular
	Paths  []string                     // the addresses that take a key
}

// New returns what remembers answers in a store.
func New(c Config) edge.Once { return &c }

// Begin implements edge.Once.
func (c *Config) Begin(r *http.Request) (given *edge.Answer, end func(*edge.Answer), refused *edge.Problem) {
	text := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || text == "" || !slices.Contains(c.Paths, r.URL.Path) {
		return nil, nil, nil
	}
	key, refused := c.key(r, text)
	if refused != nil {
		return nil, nil, refused
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, nil, problem(edge.Unreadable, http.StatusBadRequest, "The request did not arrive whole", "Send it again.")
	case len(body) > maxBody:
		return nil, nil, problem(edge.TooLarge, http.StatusRequestEntityTooLarge, "The request is too large", "A request with an Idempotency-Key may have 2 MiB.")
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	hash := fingerprint(r, body)
	stored, err := c.Store.Begin(r.Context(), key, hash)
	switch {
	case errors.Is(err, session.ErrRunning):
		p := problem(edge.Request, http.StatusConflict, "The same request is being worked on", "Send it again in a moment to have its answer.")
		p.Header = map[string]string{"Retry-After": "1"}
		return nil, nil, p
	case errors.Is(err, session.ErrOtherBody):
		return nil, nil, problem(edge.Request, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request", "Use a new key for each request, and the old one only to send the same request again.")
	case err != nil:
		return nil, nil, edge.Unavailable("The request cannot be remembered", "Nothing was begun. Send it again in a moment.", err)
	case stored != nil:
		given, err := decode(stored)
		if err != nil {
			p := problem(edge.Ours, http.StatusInternalServerError, "Internal error", "The answer that was kept cannot be read. Send the request with a new key.")
			p.Cause = err
			return nil, nil, p
		}
		return given, nil, nil
	}
	return nil, func(a *edge.Answer) { c.end(r.Context(), key, hash, a) }, nil
}

// end keeps the answer to a claimed request, and gives the claim back where there is none to keep.
func (c *Config) end(ctx context.Context, key, hash string, a *edge.Answer) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishing)
	defer cancel()
	if a != nil && a.Body.Len() <= maxAnswer && c.Store.Finish(ctx, key, hash, encode(a)) == nil {
		return
	}
	c.Store.Abandon(ctx, key, hash) // where that fails too, the claim ends by itself
}

// key names a request in the store: a key belongs to one caller and one address.
func (c *Config) key(r *http.Request, given string) (string, *edge.Problem) {
	given = strings.Trim(given, `"`) // the draft has it in quotes, most senders do not
	caller := c.Caller(r.Context())
	switch {
	case given == "" || len(given) > maxKey || strings.IndexFunc(given, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0:
		return "", problem(edge.Request, http.StatusBadRequest, "The Idempotency-Key cannot be used", "A key has 1 to 255 printable characters. Use a random one for each request.")
	case caller == "" && len(given) < minAnonymous:
		return "", problem(edge.Request, http.StatusBadRequest, "The Idempotency-Key can be guessed", "Without an API key or a token, an Idempotency-Key has at least 16 characters. Use a random one for each request, such as a UUID.")
	}
	return sum(caller, r.URL.Path, given), nil
}

// fingerprint tells one request from another: all that its answer depends on.
func fingerprint(r *http.Request, body []byte) string {
	return sum(r.URL.RawQuery, r.Header.Get("Content-Type"), r.Header.Get("Content-Encoding"), r.Header.Get("Accept"), r.Header.Get("Accept-Language"), string(body))
}

// sum hashes parts such that no two lists of parts run together.
func sum(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		part := sha256.Sum256([]byte(p))
		h.Write(part[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A head is what is kept of an answer before its body.
type head struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
}

// encode returns an answer as it is stored: its head as JSON, a line feed, its body.
func encode(a *edge.Answer) []byte {
	h := head{a.Status, http.Header{}}
	for _, name := range repeated {
		if values := a.Sent.Values(name); len(values) > 0 {
			h.Header[name] = values
		}
	}
	data, err := json.Marshal(h)
	if err != nil {
		panic(err) // a head is of plain fields
	}
	return append(append(data, '\n'), a.Body.Bytes()...)
}

func decode(data []byte) (*edge.Answer, error) {
	first, body, _ := bytes.Cut(data, []byte("\n"))
	var h head
	if err := json.Unmarshal(first, &h); err != nil || h.Status < 200 {
		return nil, errors.New("idempotency: a stored answer has not the form of one")
	}
	a := &edge.Answer{Status: h.Status, Sent: h.Header}
	a.Body.Write(body)
	return a, nil
}

func problem(kind string, status int, title, detail string) *edge.Problem {
	return &edge.Problem{Type: kind, Title: title, Status: status, Detail: detail}
}
