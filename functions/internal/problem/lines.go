package problem

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

type noteKey struct{}

// Note keeps why a request is refused for its line in the log. Outside of Lines it does nothing.
func Note(ctx context.Context, err error) {
	if why, ok := ctx.Value(noteKey{}).(*error); ok {
		*why = err
	}
}

// Lines writes a line to log for each request that next answers and that has none yet. Whoever writes a line names the request in
// X-Request-Id.
func Lines(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var why error
		seen := &watcher{ResponseWriter: w}
		start := time.Now()
		defer func() {
			if w.Header().Get("X-Request-Id") == "" {
				line(log, r, seen, why, time.Since(start))
			}
		}()
		next.ServeHTTP(seen, r.WithContext(context.WithValue(r.Context(), noteKey{}, &why)))
	})
}

func line(log *slog.Logger, r *http.Request, seen *watcher, why error, took time.Duration) {
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("method", r.Method),
		slog.String("route", route(r.URL.Path)),
		slog.Int("status", seen.status),
		slog.Int("bytes", seen.bytes),
		slog.Float64("ms", float64(took.Microseconds())/1000),
	}
	if why != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", why.Error()))
	}
	log.LogAttrs(r.Context(), level, "request", attrs...)
}

// route returns the beginning of a path that tells what was asked for, and nothing that a person may have written.
func route(path string) string {
	parts := strings.SplitN(path, "/", 4)
	route := strings.Join(parts[:min(len(parts), 3)], "/")
	if len(route) > 40 || strings.Trim(route, "abcdefghijklmnopqrstuvwxyz0123456789./") != "" {
		return ""
	}
	return route
}

// A watcher notes status and size.
type watcher struct {
	http.ResponseWriter
	status, bytes int
}

func (w *watcher) WriteHeader(status int) {
	if w.status == 0 && status >= 200 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watcher) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach the server's own writer.
func (w *watcher) Unwrap() http.ResponseWriter { return w.ResponseWriter }
