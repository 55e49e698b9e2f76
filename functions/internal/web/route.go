package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// A handler answers a request or says why it cannot. It has written nothing where it returns an error.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are the handlers of one path. HEAD is answered as GET is, OPTIONS with the list of methods.
type methods map[string]handler

// A route is one path. Its refusals are problems or pages, as those who come to it can read them.
type route struct {
	path    string
	methods methods
	refuse  func(w http.ResponseWriter, r *http.Request, p problem)
}

// api returns a route for programs: what goes wrong is application/problem+json.
func api(path string, m methods) route { return route{path, m, writeProblem} }

// page returns a route for people: what goes wrong is a page.
func page(path string, m methods) route { return route{path, m, writeErrorPage} }

func (rt route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", rt.allowed())
		w.WriteHeader(http.StatusNoContent)
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h := rt.methods[method]
	if h == nil {
		h = func(http.ResponseWriter, *http.Request) error { return &methodError{rt.allowed()} }
	}
	if err := h(w, r); err != nil {
		rt.fail(w, r, err)
	}
}

// allowed returns the methods of the route for an Allow header, sorted.
func (rt route) allowed() string {
	names := []string{http.MethodOptions}
	for m := range rt.methods {
		names = append(names, m)
		if m == http.MethodGet {
			names = append(names, http.MethodHead)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// fail answers with the problem that an error is, and keeps what is ours to explain for the log.
func (rt route) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	p.Instance = instance(r)
	if p.Status >= http.StatusInternalServerError {
		note(r.Context(), err)
	}
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	rt.refuse(w, r, p)
}

// instance names one request: its path and its id.
func instance(r *http.Request) string {
	path := r.URL.EscapedPath()
	if len(path) > 2000 {
		path = path[:2000]
	}
	return path + "#" + requestID(r.Context())
}

type (
	idKey  struct{}
	logKey struct{}
)

// requestID returns the id that a request was given, empty outside of one.
func requestID(ctx context.Context) string {
	id, _ := ctx.Value(idKey{}).(string)
	return id
}

// A logEntry collects what the line on a request shall say.
type logEntry struct {
	status int
	bytes  int
	err    error
}

// note puts an error into the line on the request.
func note(ctx context.Context, err error) {
	if e, ok := ctx.Value(logKey{}).(*logEntry); ok {
		e.err = err
	}
}

// wrap gives every request its id, its deadline and its line in the log, every response its headers, and a panic an answer.
func (s *server) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := idOf(r)
		entry := &logEntry{}
		ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
		defer cancel()
		ctx = context.WithValue(context.WithValue(ctx, idKey{}, id), logKey{}, entry)
		r = r.WithContext(ctx)

		setHeaders(w.Header(), id)
		watched := &watcher{ResponseWriter: w, entry: entry, head: r.Method == http.MethodHead}
		start := time.Now()
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				s.recovered(watched, r, v)
			}
			s.logLine(r, entry, time.Since(start))
		}()
		next.ServeHTTP(watched, r)
	})
}

// recovered answers for a handler that panicked before it wrote anything.
func (s *server) recovered(w *watcher, r *http.Request, v any) {
	err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
	note(r.Context(), err)
	if w.entry.status != 0 {
		return // too late for an answer
	}
	rt := page("", nil)
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		rt = api("", nil)
	}
	rt.fail(w, r, err)
}

// logLine writes what happened, without the query: it holds people's words.
func (s *server) logLine(r *http.Request, e *logEntry, took time.Duration) {
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("id", requestID(r.Context())),
		slog.String("method", r.Method),
		slog.String("route", r.Pattern),
		slog.Int("status", e.status),
		slog.Int("bytes", e.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if e.err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", e.err.Error()))
	}
	s.Log.LogAttrs(r.Context(), level, "request", attrs...)
}

// A watcher notes status and size, and swallows the body of an answer to HEAD.
type watcher struct {
	http.ResponseWriter
	entry *logEntry
	head  bool
}

func (w *watcher) WriteHeader(status int) {
	if w.entry.status == 0 {
		w.entry.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.entry.status == 0 {
		w.entry.status = http.StatusOK
	}
	if w.head {
		return len(p), nil
	}
	n, err := w.ResponseWriter.Write(p)
	w.entry.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the server's own writer.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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

// setHeaders sets what every answer carries. A page loads style, script and images from here and nothing from elsewhere, and
// nobody frames it; the address of a page holds people's words, so no link tells it.
func setHeaders(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with none at all, our own forms would not say where they come from
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Strict-Transport-Security", "max-age=31536000")
}
