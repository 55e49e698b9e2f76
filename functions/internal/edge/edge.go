// Package edge is what stands around every handler of the service, once: the id of a request and its deadline, the headers that every
// answer carries, who may call, answers that are given again, a panic, compression, the line in the log and the metrics. It knows the one
// wrapper of http.ResponseWriter that there is, and one form of a problem. It decides nothing about who may call or what is remembered:
// packages auth and idempotency do, as functions.
package edge

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
)

// Config is what a handler needs. Only Handler must be set.
type Config struct {
	Handler http.Handler  // the routes
	Log     *slog.Logger  // one line for each request; nil for none
	Timeout time.Duration // for one request, 0 for 20 seconds
	Check   Check
	Once    Once
	Metrics Metrics
	Refuse  func(http.ResponseWriter, *http.Request, Problem) // writes what is refused here, or failed; Write where nil
}

// A Check decides whether a request is answered. It returns the request to answer, which may know more than the one that came, such as
// who calls, or why it is refused. It may set headers of the answer. A nil Check lets everything through.
type Check func(h http.Header, r *http.Request) (*http.Request, *Problem)

// Once remembers answers, so that a request that is sent twice is answered once.
type Once interface {
	// Begin returns the answer that the request was given before; or what ends the work on it, with its answer or, where that must not be
	// remembered, nil; or why it is refused. All three are nil for a request that is answered each time.
	Begin(r *http.Request) (given *Answer, end func(*Answer), refused *Problem)
}

// Metrics counts requests. The context that Begin returns is that of the request, and of End.
type Metrics interface {
	Begin(context.Context) context.Context
	End(ctx context.Context, status int)
}

// New returns the handler of the service.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	if c.Refuse == nil {
		c.Refuse = Write
	}
	return &c
}

func (c *Config) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	e := &entry{id: idOf(r)}
	ctx, cancel := context.WithTimeout(context.WithValue(r.Context(), entryKey{}, e), c.Timeout)
	defer cancel()
	if c.Metrics != nil {
		ctx = c.Metrics.Begin(ctx)
	}
	r = r.WithContext(ctx)
	a := newAnswer(e.id)
	answered := c.answer(a, r)
	e.bytes = a.send(w, r, e.caller != "")
	took := time.Since(start)
	c.logLine(answered, e, a.Status, took)
	if c.Metrics != nil {
		c.Metrics.End(ctx, a.Status)
	}
}

// answer fills in the answer, and returns the request as it was answered.
func (c *Config) answer(a *Answer, r *http.Request) (answered *http.Request) {
	answered = r
	if c.Check != nil {
		next, refused := c.Check(a.header, r)
		if refused != nil {
			c.Refuse(a, r, *refused)
			return r
		}
		answered = next
	}
	var end func(*Answer)
	if c.Once != nil {
		given, done, refused := c.Once.Begin(answered)
		switch {
		case refused != nil:
			c.Refuse(a, answered, *refused)
			return answered
		case given != nil:
			a.replay(given)
			return answered
		}
		end = done
	}
	whole := c.work(a, answered)
	switch {
	case end == nil:
	case whole && a.repeatable():
		end(a)
	default:
		end(nil)
	}
	return answered
}

// work lets the routes answer, and reports whether they did: a panic leaves nothing of what was written before it.
func (c *Config) work(a *Answer, r *http.Request) (whole bool) {
	defer func() {
		v := recover()
		switch v {
		case nil:
			return
		case http.ErrAbortHandler: // the server ends the connection
			panic(v)
		}
		whole = false
		Note(r.Context(), fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
		a.reset()
		c.Refuse(a, r, Problem{Type: Ours, Title: "Internal error", Status: http.StatusInternalServerError,
			Detail: "The request could not be answered, and that is not your doing. The log has the reason under the id behind # in instance."})
	}()
	c.Handler.ServeHTTP(a, r)
	return true
}

type entryKey struct{}

// An entry collects what the line on a request says.
type entry struct {
	id     string
	caller string
	bytes  int
	err    error
}

// RequestID returns the id of a request, empty outside of one.
func RequestID(ctx context.Context) string {
	if e, ok := ctx.Value(entryKey{}).(*entry); ok {
		return e.id
	}
	return ""
}

// Note puts an error into the line on the request.
func Note(ctx context.Context, err error) {
	if e, ok := ctx.Value(entryKey{}).(*entry); ok {
		e.err = err
	}
}

// NoteCaller puts the name of the key or of the subject that calls into the line on the request.
func NoteCaller(ctx context.Context, name string) {
	if e, ok := ctx.Value(entryKey{}).(*entry); ok {
		e.caller = name
	}
}

// logLine writes what happened, without path and query: they may hold people's words.
func (c *Config) logLine(r *http.Request, e *entry, status int, took time.Duration) {
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("id", e.id),
		slog.String("method", r.Method),
		slog.String("route", r.Pattern),
		slog.Int("status", status),
		slog.Int("bytes", e.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if e.caller != "" {
		attrs = append(attrs, slog.String("caller", e.caller))
	}
	if e.err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", e.err.Error()))
	}
	c.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// idOf returns the id that a caller gave, where it is a plain one, or a new one.
func idOf(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); plainID(id) {
		return id
	}
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

func plainID(id string) bool {
	return id != "" && len(id) <= 64 && strings.IndexFunc(id, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_')
	}) < 0
}
