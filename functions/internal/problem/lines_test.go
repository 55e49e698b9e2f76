package problem

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEveryRequestHasOneLine(t *testing.T) {
	var log bytes.Buffer
	h := Lines(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/reports": // which writes a line of its own
			w.Header().Set("X-Request-Id", "r-1")
			slog.New(slog.NewTextHandler(&log, nil)).Info("request")
		case "/v1/feedback":
			Note(r.Context(), errors.New("no network"))
			Write(w, r, Problem{Type: "ours", Status: http.StatusServiceUnavailable})
		}
	}), slog.New(slog.NewTextHandler(&log, nil)))
	for path, want := range map[string]string{
		"/v1/reports":                "msg=request",
		"/v1/feedback?x=secret":      `level=ERROR msg=request method=GET route=/v1/feedback status=503 bytes=`,
		"/healthz":                   `level=INFO msg=request method=GET route=/healthz status=0 bytes=0`,
		"/v1/articles/Frau%20Secret": "route=/v1/articles ",
		"/Secret%20words":            `route="" `,
	} {
		log.Reset()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		got := log.String()
		if strings.Count(got, "\n") != 1 || !strings.Contains(got, want) || strings.Contains(strings.ToLower(got), "secret") {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	log.Reset()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v1/feedback", nil))
	if !strings.Contains(log.String(), `error="no network"`) {
		t.Errorf("the reason is not in %s", log.String())
	}
}
