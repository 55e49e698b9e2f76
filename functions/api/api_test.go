package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/schemas"
)

var dir string

func TestMain(m *testing.M) {
	var err error
	if dir, err = os.MkdirTemp("", "api"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// bootstrap builds the function as it is deployed, once for all tests.
var bootstrap = sync.OnceValues(func() (string, error) { return runtimeapi.Build(dir, ".") })

// start starts the function and returns the address of an HTTP API before it.
func start(t testing.TB, log io.Writer, env ...string) (*runtimeapi.Function, string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the function")
	}
	path, err := bootstrap()
	if err != nil {
		t.Fatal(err)
	}
	f, err := runtimeapi.Start(runtimeapi.Config{Bootstrap: path, Name: "api", Env: env, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(runtimeapi.Front(f))
	t.Cleanup(func() { srv.Close(); f.Close() })
	return f, srv.URL
}

func ask(t testing.TB, method, url, body string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(data)
}

const report = `{"facts": {"process": "smsmon32", "recent_upgrade": "sp1", "client_os": "nt4", "client_sites": ["LON", "ALT"], "nonexistent_sites": ["ALT"], "ads_outstanding": "unknown"}, "script": "cmd"}`

func TestBootstrapDiagnosesAndShowsThePage(t *testing.T) {
	_, url := start(t, nil)
	status, _, body := ask(t, "POST", url+"/v1/reports", report)
	if status != 200 {
		t.Fatalf("report: %d %s", status, body)
	}
	if err := schemas.Check(schemas.Answer, []byte(body)); err != nil {
		t.Errorf("the answer breaks its schema: %v", err)
	}
	if !strings.Contains(body, `"nonexistent-site"`) || !strings.Contains(body, `"text":`) {
		t.Errorf("no diagnosis or no script in %s", body)
	}
	for path, want := range map[string]string{
		"/": "<!doctype html>", "/healthz": `"status":"ok"`, "/v1/search?q=smsmon32": "Q238865", "/v1/articles/Q238865": "sections",
		"/v1/trees/Q238865.mmd": "flowchart", "/v1/schemas/report.json": "$schema", "/openapi.json": "3.1",
	} {
		if status, _, body := ask(t, "GET", url+path, ""); status != 200 || !strings.Contains(strings.ToLower(body), strings.ToLower(want)) {
			t.Errorf("%s: %d %.200s, want %s", path, status, body, want)
		}
	}
	if status, header, _ := ask(t, "POST", url+"/v1/reports", `{"facts":`); status != 400 || header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("what is no JSON: %d %v", status, header)
	}
}

func TestBootstrapAnswersEventsAsTheyComeFromTheCloud(t *testing.T) {
	f, _ := start(t, nil)
	files, err := filepath.Glob("../internal/lambdahttp/testdata/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d events, %v", len(files), err)
	}
	for _, file := range files {
		event, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := f.Invoke(t.Context(), event)
		if refused := strings.Contains(file, "refused-"); (err != nil) != refused {
			t.Errorf("%s: %s, %v", file, data, err)
		} else if refused {
			continue
		}
		var answer struct{ StatusCode int }
		if err := json.Unmarshal(data, &answer); err != nil || answer.StatusCode < 200 || answer.StatusCode >= 500 {
			t.Errorf("%s: %s, %v", file, data, err)
		}
	}
}

func TestLogTellsOfTheRequestAndNotOfThePerson(t *testing.T) {
	var log syncBuffer
	f, url := start(t, &log)
	ask(t, "POST", url+"/v1/reports", `{"symptom":"Frau Müllers smsmon32 hangs since Tuesday","facts":{"client_os":"nt4","nonexistent_sites":["ZQX"]}}`)
	ask(t, "GET", url+"/v1/search?q=Frau+M%C3%BCllers", "")
	ask(t, "POST", url+"/v1/feedback", `{"article":"Q238865","tree":"0a1b2c3d","helped":false,"comment":"since Tuesday, says Frau Müller"}`)
	ask(t, "GET", url+"/healthz?q=Tuesday", "")
	f.Close()
	text := log.String()
	for _, word := range []string{"Müller", "M%C3%BCller", "Tuesday", "ZQX", "nt4"} {
		if strings.Contains(text, word) {
			t.Errorf("the log holds %q", word)
		}
	}
	var requests, figures, cold int
	for line := range strings.Lines(text) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Errorf("a line is no JSON: %q", line)
			continue
		}
		switch {
		case m["_aws"] != nil:
			figures++
			if m["ColdStarts"] == 1.0 {
				cold++
			}
		case m["message"] == "request":
			requests++
			for _, key := range []string{"level", "timestamp", "service", "function_request_id", "function_name", "function_memory_size", "cold_start", "location"} {
				if m[key] == nil {
					t.Errorf("%s is missing in %s", key, line)
				}
			}
		}
	}
	if requests != 4 || figures < 4 || cold != 1 {
		t.Errorf("%d requests, %d lines of figures, %d cold starts in\n%s", requests, figures, cold, text)
	}
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

func TestWrongSettingsStopTheStartWithASentence(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the function")
	}
	path, err := bootstrap()
	if err != nil {
		t.Fatal(err)
	}
	for setting, want := range map[string]string{"FIXDESK_TABEL=x": "FIXDESK_TABEL is no setting", "FIXDESK_AUTH=keys": "needs FIXDESK_KEYS", "FIXDESK_TABLE=x": "no credentials"} {
		var log syncBuffer
		if f, err := runtimeapi.Start(runtimeapi.Config{Bootstrap: path, Env: []string{setting}, Log: &log}); err == nil {
			f.Close()
			t.Errorf("%s: it started", setting)
		}
		if !strings.Contains(log.String(), want) || strings.Contains(log.String(), "goroutine") {
			t.Errorf("%s: %s, want %s", setting, log.String(), want)
		}
	}
}
