package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/index"
)

func object(t *testing.T, line string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%q is no JSON: %v", line, err)
	}
	return m
}

func TestLineHasTheNamesOfPowertools(t *testing.T) {
	var out bytes.Buffer
	log := NewLog(&out, "api", slog.LevelInfo, func(context.Context) []slog.Attr {
		return []slog.Attr{slog.Bool("cold_start", true), slog.String("function_request_id", "r-1")}
	})
	log.DebugContext(t.Context(), "not this")
	log.With("route", "/v1/reports").ErrorContext(t.Context(), "request", "error", errors.New("put for bob@example.com failed"), "ms", 1.5)
	got := object(t, out.String())
	if s, _ := got["timestamp"].(string); len(s) != len("2006-01-02T15:04:05.000Z") {
		t.Errorf("timestamp = %q", s)
	}
	if s, _ := got["location"].(string); !strings.HasPrefix(s, "telemetry_test.go:") {
		t.Errorf("location = %q", s)
	}
	for key, want := range map[string]any{"level": "ERROR", "message": "request", "service": "api", "cold_start": true, "function_request_id": "r-1",
		"route": "/v1/reports", "ms": 1.5, "error": "put for " + blot + " failed"} {
		if got[key] != want {
			t.Errorf("%s = %v, want %v", key, got[key], want)
		}
	}
}

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "",
		"dynamodb: no such table fixdesk":  "dynamodb: no such table fixdesk",
		"write to bob@example.com, please": "write to " + blot + " please",
		"GET https://user:pw@h.example/p?q=smsmon32+hang done":                "GET https://" + blot + "@h.example/p?" + blot + " done",
		"Authorization: Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x":    "Authorization: Bearer " + blot + ".e30.x",
		"v0=adada4ed31709aef585c2580ca3267678c6a8eaeb7e0c1aca3ee57b656886b2c": blot,
		"key AKIAIOSFODNN7EXAMPLE":                                            "key " + blot,
		"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY12":                          "wJalrXUtnFEMI/K7MDENG/" + blot,
		"snapshot 0123456789abcdef refused":                                   "snapshot 0123456789abcdef refused",
		"Q238865/tree.yaml: 49: questions/dead-site":                          "Q238865/tree.yaml: 49: questions/dead-site",
		"partly-upgraded-domain and 2026-03-12T19:03:58Z":                     "partly-upgraded-domain and 2026-03-12T19:03:58Z",
		"größer \t als\n":                                                     "größer \t als\n",
	} {
		if got := Redact(text); got != want {
			t.Errorf("Redact(%q) = %q, want %q", text, got, want)
		}
	}
}

// However a text is made, redacting twice as much takes about twice as long: the work is counted, not timed.
func TestRedactReadsEveryByteOnce(t *testing.T) {
	for _, unit := range []string{"a", "@", "a@b.c", "://", "?", " ", "aA0", "http://a@b?", "\xff", "=", "ä"} {
		text := strings.Repeat(unit, 1<<20)
		allocs := testing.AllocsPerRun(1, func() { Redact(text) })
		if out := Redact(text); len(out) > 4*maxText || allocs > 40 {
			t.Errorf("%q: %d bytes, %.0f allocations", unit, len(out), allocs)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("write to bob@example.com")
	f.Add("https://u:p@h/p?q")
	f.Fuzz(func(t *testing.T, s string) {
		out := Redact(s)
		if again := Redact(out); len(again) > len(out)+len(blot)+4 {
			t.Errorf("Redact(%q) = %q grows to %q", s, out, again)
		}
		if strings.Contains(out, "secret@example.com") {
			t.Errorf("Redact(%q) = %q", s, out)
		}
	})
}

type fakeDesk struct{}

func (fakeDesk) Answer(_ context.Context, r *desk.Report) (*desk.Answer, error) {
	switch r.Symptom {
	case "hang":
		return &desk.Answer{Status: desk.StatusDiagnosed, Diagnoses: []desk.Diagnosis{{Name: "a", State: "confirmed"}, {Name: "b", State: "possible"}, {Name: "c", State: "confirmed"}}}, nil
	case "odd":
		return &desk.Answer{Status: desk.StatusUndecided}, nil
	}
	return nil, errors.New("no")
}

type fakeIndex struct{ hits []index.Hit }

func (f fakeIndex) Search(context.Context, index.Query) (index.Results, error) {
	return index.Results{Hits: f.hits}, nil
}

func TestMetricsOfRequests(t *testing.T) {
	var out bytes.Buffer
	now := time.Date(2026, 1, 1, 0, 0, 1, 0, time.UTC)
	cold := true
	m := &Metrics{
		Out: &out, Service: "api", Started: now.Add(-500 * time.Millisecond), Now: func() time.Time { return now },
		Cold:  func(context.Context) bool { return cold },
		Index: func() Index { return Index{Version: "0123456789abcdef", Built: now.Add(-time.Hour), Refused: 2} },
	}
	d, s := m.Answerer(fakeDesk{}), m.Searcher(fakeIndex{})
	h := edge.New(edge.Config{Metrics: m, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/search":
			s.Search(r.Context(), index.Query{Text: "secret words"})
		case "/refused":
			w.WriteHeader(422)
		default:
			d.Answer(r.Context(), &desk.Report{Symptom: strings.TrimPrefix(r.URL.Path, "/")})
		}
		fmt.Fprint(w, "x")
	})})
	metrics := func(path string) []map[string]any {
		t.Helper()
		out.Reset()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", path, nil))
		cold = false
		var lines []map[string]any
		for line := range strings.Lines(out.String()) {
			if strings.Contains(line, "secret") {
				t.Errorf("a metric shows what was said: %s", line)
			}
			m := object(t, line)
			lines = append(lines, m)
			root, _ := m["_aws"].(map[string]any)
			directive := root["CloudWatchMetrics"].([]any)[0].(map[string]any)
			for _, metric := range directive["Metrics"].([]any) {
				if _, ok := m[metric.(map[string]any)["Name"].(string)].(float64); !ok {
					t.Errorf("%v is not at the root of %s", metric, line)
				}
			}
			for _, dim := range directive["Dimensions"].([]any)[0].([]any) {
				if _, ok := m[dim.(string)].(string); !ok {
					t.Errorf("%v is not at the root of %s", dim, line)
				}
			}
		}
		return lines
	}
	first := metrics("/hang")
	if len(first) != 3 {
		t.Fatalf("%d lines, want one and one for each of two diagnoses", len(first))
	}
	for key, want := range map[string]any{"Requests": 1.0, "Diagnosed": 1.0, "ColdStarts": 1.0, "ColdStartTime": 500.0, "IndexAge": 3600.0, "RefusedSnapshots": 2.0, "IndexVersion": "0123456789abcdef", "Service": "api",
		"Latency": 0.0, "Failed": 0.0, "Refused": 0.0, "Undecided": 0.0, "NoHits": 0.0} {
		if first[0][key] != want {
			t.Errorf("%s = %v, want %v", key, first[0][key], want)
		}
	}
	if names := []any{first[1]["Diagnosis"], first[2]["Diagnosis"]}; !slices.Equal(names, []any{"a", "c"}) {
		t.Errorf("diagnoses = %v", names)
	}
	for path, want := range map[string]string{"/odd": "Undecided", "/search": "NoHits", "/refused": "Refused"} {
		got := metrics(path)
		if len(got) != 1 || got[0][want] != 1.0 || got[0]["RefusedSnapshots"] != 0.0 || got[0]["ColdStarts"] != nil {
			t.Errorf("%s: %v", path, got)
		}
	}
}
