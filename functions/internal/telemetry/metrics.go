package telemetry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
)

// Metrics writes metrics of requests in the embedded metric format: one JSON object a line, which CloudWatch makes metrics of. The
// zero Metrics with a writer and a service counts; it is safe for concurrent use.
type Metrics struct {
	Out     io.Writer
	Service string
	Started time.Time                  // when the process began to start; zero to say nothing of cold starts
	Cold    func(context.Context) bool // whether a request is the first of its process; nil for none
	Index   func() Index               // what is known of the index; nil for nothing
	Now     func() time.Time           // nil for time.Now

	mu      sync.Mutex
	refused int // snapshots, as counted before
}

// An Index is the state of the index that serves.
type Index struct {
	Version string // empty for what is built in
	Built   time.Time
	Refused int // how many snapshots were refused since the start
}

// Counters collect what one request comes to.
type counters struct {
	start time.Time

	mu        sync.Mutex
	diagnosed []string
	undecided int
	noHits    int
}

type countersKey struct{}

func countersOf(ctx context.Context) *counters {
	t, _ := ctx.Value(countersKey{}).(*counters)
	return t
}

func (m *Metrics) now() time.Time {
	if m.Now == nil {
		return time.Now()
	}
	return m.Now()
}

// Begin returns the context of a request, in which its figures are collected.
func (m *Metrics) Begin(ctx context.Context) context.Context {
	return context.WithValue(ctx, countersKey{}, &counters{start: m.now()})
}

// End writes the metrics of a request.
func (m *Metrics) End(ctx context.Context, status int) {
	if c := countersOf(ctx); c != nil {
		m.write(ctx, c, status, m.now().Sub(c.start))
	}
}

// Answerer counts what a desk answers.
func (m *Metrics) Answerer(next desk.Answerer) desk.Answerer { return &answerer{next} }

type answerer struct{ desk.Answerer }

func (a *answerer) Answer(ctx context.Context, r *desk.Report) (*desk.Answer, error) {
	answer, err := a.Answerer.Answer(ctx, r)
	t := countersOf(ctx)
	if err != nil || t == nil {
		return answer, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, d := range answer.Diagnoses {
		if d.State == "confirmed" {
			t.diagnosed = append(t.diagnosed, d.Name)
		}
	}
	if answer.Status == desk.StatusUndecided {
		t.undecided++
	}
	return answer, nil
}

// A Searcher finds articles.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Results, error)
}

// Searcher counts the searches that find nothing. It is for searches that people type, not for those of the desk.
func (m *Metrics) Searcher(next Searcher) Searcher { return &searcher{next} }

type searcher struct{ Searcher }

func (s *searcher) Search(ctx context.Context, q index.Query) (index.Results, error) {
	found, err := s.Searcher.Search(ctx, q)
	if t := countersOf(ctx); t != nil && err == nil && len(found.Hits) == 0 && q.From == 0 {
		t.mu.Lock()
		t.noHits++
		t.mu.Unlock()
	}
	return found, err
}

// A figure is one metric of a line.
type figure struct {
	name, unit string
	value      float64
}

// write writes the line of a request, and one for each diagnosis.
func (m *Metrics) write(ctx context.Context, t *counters, code int, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	figures := []figure{
		{"Requests", "Count", 1},
		{"Latency", "Milliseconds", float64(took.Microseconds()) / 1000},
		{"Failed", "Count", count(code == 0 || code >= 500)},
		{"Refused", "Count", count(code == 400 || code == 406 || code == 413 || code == 415 || code == 422)},
		{"Unauthorized", "Count", count(code == 401 || code == 403)},
		{"NotFound", "Count", count(code == 404 || code == 410)},
		{"Conflicts", "Count", count(code == 409)},
		{"Throttled", "Count", count(code == 429)},
		{"Diagnosed", "Count", count(len(t.diagnosed) > 0)},
		{"Undecided", "Count", float64(t.undecided)},
		{"NoHits", "Count", float64(t.noHits)},
	}
	if m.Cold != nil && m.Cold(ctx) {
		figures = append(figures, figure{"ColdStarts", "Count", 1})
		if !m.Started.IsZero() {
			figures = append(figures, figure{"ColdStartTime", "Milliseconds", float64(m.now().Add(-took).Sub(m.Started).Microseconds()) / 1000})
		}
	}
	rest := map[string]any{}
	if m.Index != nil {
		x := m.Index()
		rest["IndexVersion"] = x.Version
		if !x.Built.IsZero() {
			figures = append(figures, figure{"IndexAge", "Seconds", m.now().Sub(x.Built).Seconds()})
		}
		figures = append(figures, figure{"RefusedSnapshots", "Count", m.newlyRefused(x.Refused)})
	}
	m.line([]string{"Service"}, figures, rest)
	for _, name := range t.diagnosed {
		m.line([]string{"Service", "Diagnosis"}, []figure{{"Diagnoses", "Count", 1}}, map[string]any{"Diagnosis": name})
	}
}

// newlyRefused returns how many snapshots were refused since the last line.
func (m *Metrics) newlyRefused(all int) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := all - m.refused
	m.refused = all
	return float64(n)
}

func count(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// line writes one object. Names of dimensions and metrics stand at its root, with rest.
func (m *Metrics) line(dimensions []string, figures []figure, rest map[string]any) {
	type metric struct{ Name, Unit string }
	metrics := make([]metric, len(figures))
	for i, f := range figures {
		metrics[i] = metric{f.name, f.unit}
		rest[f.name] = f.value
	}
	rest["Service"] = m.Service
	rest["_aws"] = map[string]any{
		"Timestamp": m.now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace":  "Fixdesk",
			"Dimensions": [][]string{dimensions},
			"Metrics":    metrics,
		}},
	}
	data, err := json.Marshal(rest)
	if err != nil {
		panic(errors.New("journal: a figure is no number: " + err.Error()))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.Out.Write(append(data, '\n')) // a figure that is not written is no reason to fail a request
}
