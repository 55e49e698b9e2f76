// Package idempotency answers a request that is sent twice as it answered the first: a POST with a header Idempotency-Key is
// worked on once, and its answer is kept for a day. It does not know what is asked.
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
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/problem"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

const (
	maxBody   = 2 << 20 // bytes of a request
	maxAnswer = 4 << 20 // bytes of an answer that is kept
	maxKey    = 255     // characters
	afterwork = 3 * time.Second
)

// kept are the headers of an answer that are given again with it.
var kept = []string{"Content-Type", "Content-Language", "Content-Disposition", "Cache-Control", "Etag", "Location", "Vary", "X-Content-Type-Options"}

// An answer is what is kept of one.
type answer struct {
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// Handler remembers in store what next answered. Caller names who asks, so that nobody is given the answer of somebody else.
func Handler(next http.Handler, store session.Store, caller func(context.Context) string) http.Handler {
	return &handler{next, store, caller}
}

type handler struct {
	next   http.Handler
	store  session.Store
	caller func(context.Context) string
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := r.Header.Get("Idempotency-Key")
	if r.Method != http.MethodPost || given == "" {
		h.next.ServeHTTP(w, r)
		return
	}
	key, ok := h.key(r, given)
	if !ok {
		refuse(w, r, http.StatusBadRequest, "The Idempotency-Key cannot be used", "A key has 1 to 255 printable characters. Use a random one for each request.")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		refuse(w, r, http.StatusRequestEntityTooLarge, "The request is too large", "A request with an Idempotency-Key may have 2 MiB.")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	hash := fingerprint(r, body)
	stored, err := h.store.Begin(r.Context(), key, hash)
	switch {
	case errors.Is(err, session.ErrRunning):
		w.Header().Set("Retry-After", "1")
		refuse(w, r, http.StatusConflict, "The same request is being worked on", "Send it again in a moment to have its answer.")
	case errors.Is(err, session.ErrOtherBody):
		refuse(w, r, http.StatusUnprocessableEntity, "The Idempotency-Key was used for another request", "Use a new key for each request, and the old one only to send the same request again.")
	case err != nil:
		problem.Note(r.Context(), err)
		w.Header().Set("Retry-After", "5")
		refuse(w, r, http.StatusServiceUnavailable, "The request cannot be remembered", "Nothing was begun. Send it again in a moment.")
	case stored != nil:
		replay(w, r, stored)
	default:
		h.work(w, r, key, hash)
	}
}

// key names the place of a request: the key belongs to one caller and one address.
func (h *handler) key(r *http.Request, given string) (string, bool) {
	given = strings.Trim(given, `"`) // the draft has it in quotes, most senders do not
	if given == "" || len(given) > maxKey || strings.IndexFunc(given, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0 {
		return "", false
	}
	return sum(h.caller(r.Context()), r.URL.Path, given), true
}

// fingerprint tells one request from another.
func fingerprint(r *http.Request, body []byte) string {
	return sum(r.URL.RawQuery, r.Header.Get("Content-Type"), r.Header.Get("Content-Encoding"), r.Header.Get("Accept"), string(body))
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

// work lets the handler answer and keeps its answer, unless it is one that may be another the next time.
func (h *handler) work(w http.ResponseWriter, r *http.Request, key, hash string) {
	rec := &recorder{ResponseWriter: w}
	done := false
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), afterwork)
		defer cancel()
		if done && rec.keepable() && h.store.Finish(ctx, key, hash, rec.pack()) == nil {
			return
		}
		h.store.Abandon(ctx, key, hash) // where that fails too, the claim ends by itself
	}()
	h.next.ServeHTTP(rec, r)
	done = true
}

func replay(w http.ResponseWriter, r *http.Request, stored []byte) {
	var a answer
	if err := json.Unmarshal(stored, &a); err != nil || a.Status < 200 {
		refuse(w, r, http.StatusInternalServerError, "Internal error", "The answer that was kept cannot be read. Send the request with a new key.")
		return
	}
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.Header().Set("Idempotent-Replayed", "true")
	w.WriteHeader(a.Status)
	w.Write(a.Body)
}

func refuse(w http.ResponseWriter, r *http.Request, status int, title, detail string) {
	kind := "request"
	switch {
	case status >= 500:
		kind = "ours"
	case status == http.StatusRequestEntityTooLarge:
		kind = "too-large"
	}
	problem.Write(w, r, problem.Problem{Type: kind, Title: title, Status: status, Detail: detail})
}

// A recorder keeps an answer while it is sent.
type recorder struct {
	http.ResponseWriter
	answer   answer
	overflow bool
}

func (r *recorder) WriteHeader(status int) {
	if r.answer.Status == 0 && status >= 200 {
		r.answer.Status, r.answer.Header = status, http.Header{}
		for _, name := range kept {
			if values := r.Header().Values(name); len(values) > 0 {
				r.answer.Header[name] = values
			}
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.answer.Status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	if len(r.answer.Body)+len(p) > maxAnswer {
		r.overflow = true
	} else if !r.overflow {
		r.answer.Body = append(r.answer.Body, p...)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach the server's own writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) keepable() bool {
	s := r.answer.Status
	return !r.overflow && s != 0 && s < 500 && s != http.StatusTooManyRequests && s != http.StatusConflict
}

func (r *recorder) pack() []byte {
	data, err := json.Marshal(r.answer)
	if err != nil {
		panic(err) // an answer is of plain fields
	}
	return data
}
