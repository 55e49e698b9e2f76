// Package telemetry is what an operator reads: log lines as JSON, under the names that Powertools for AWS uses, and figures in the
// embedded metric format, which are log lines too. It writes nothing that a person said: of a report it knows what was diagnosed,
// and what looks like an address, a token or a key in an error is blotted out.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
)

// NewLog returns a log of a service that writes one JSON object a line. Attrs adds what is known of the request that a line is
// about; it may be nil.
func NewLog(w io.Writer, service string, level slog.Level, attrs func(context.Context) []slog.Attr) *slog.Logger {
	json := slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level, AddSource: true, ReplaceAttr: rename})
	return slog.New(&handler{json.WithAttrs([]slog.Attr{slog.String("service", service)}), attrs})
}

// rename gives the standard attributes the names of Powertools, and blots out secrets in texts.
func rename(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 {
		switch a.Key {
		case slog.TimeKey:
			return slog.String("timestamp", a.Value.Time().UTC().Format("2006-01-02T15:04:05.000Z07:00"))
		case slog.LevelKey:
			return slog.String("level", a.Value.String())
		case slog.MessageKey:
			return slog.String("message", Redact(a.Value.String()))
		case slog.SourceKey:
			if src, ok := a.Value.Any().(*slog.Source); ok {
				return slog.String("location", filepath.Base(src.File)+":"+strconv.Itoa(src.Line))
			}
		}
	}
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(Redact(a.Value.String()))
	case slog.KindAny:
		if err, ok := a.Value.Any().(error); ok {
			a.Value = slog.StringValue(Redact(err.Error()))
		}
	}
	return a
}

// A handler adds what is known of a request.
type handler struct {
	slog.Handler
	attrs func(context.Context) []slog.Attr
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	if h.attrs != nil {
		r.AddAttrs(h.attrs(ctx)...)
	}
	return h.Handler.Handle(ctx, r)
}

func (h *handler) WithAttrs(a []slog.Attr) slog.Handler {
	return &handler{h.Handler.WithAttrs(a), h.attrs}
}

func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.Handler.WithGroup(name), h.attrs}
}
