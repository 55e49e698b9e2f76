package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

// deployed starts all functions behind the gateway.
func deployed(t *testing.T, tickets string) (*world, string) {
	t.Helper()
	testbed.Program(t, "versitygw")
	s3, err := testbed.StartS3("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s3.Close)
	moto := testbed.Moto(t)
	bin := t.TempDir()
	for _, name := range []string{"api", "chat", "ticket", "reply", "reindex"} {
		dir := filepath.Join(bin, name)
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if _, err := runtimeapi.Build(dir, "../../../"+name); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"} {
		t.Setenv(name, "") // put back what newWorld sets
	}
	w, err := newWorld(t.Context(), bin, s3.URL, moto.URL, tickets, io.Discard, "FIXDESK_LOOK=1s", "TMPDIR="+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	gateway, err := w.gateway()
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(gateway)
	t.Cleanup(srv.Close)
	return w, srv.URL
}

func ask(t *testing.T, method, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Fatalf("%s: not within a minute", what)
		}
	}
}

func TestDeployedShape(t *testing.T) {
	desk, tickets := ticketSystem(t)
	w, url := deployed(t, tickets)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go w.watchArchives(ctx)

	t.Run("every function answers", func(t *testing.T) {
		for request, want := range map[string]int{"GET /": 200, "GET /healthz": 200, "GET /v1/articles/Q238865": 200, "POST /hooks/zendesk": 503, "POST /chat/slack": 503, "GET /chat/slack": 404} {
			method, path, _ := strings.Cut(request, " ")
			if status, body := ask(t, method, url+path); status != want {
				t.Errorf("%s: %d %.200s, want %d", request, status, body, want)
			}
		}
	})
	t.Run("a new archive is indexed and served", func(t *testing.T) {
		data := testbed.Archive(t, 60, nil)
		if err := w.archives.Put(t.Context(), "kettles.zip", bytes.NewReader(data), int64(len(data))); err != nil {
			t.Fatal(err)
		}
		eventually(t, "an article of the archive", func() bool {
			ask(t, "GET", url+"/healthz")
			status, _ := ask(t, "GET", url+"/v1/articles/Q100007")
			return status == 200
		})
	})
	t.Run("a ticket is answered through receiver, queue and worker", func(t *testing.T) {
		go w.workOffQueue(t.Context())
		desk.refusals.Store(1) // the first note is refused, and comes again
		body := `{"type":"ticket.created","data":{"ticket":{"id":"17","requesters":[{"id":"ann"}]},"message":{"id":"1","by":{"id":"ann"},"text":"smsmon32 takes 100 % of the processor since the service pack of SMS."}}}`
		for range 3 { // which counts once
			r, err := http.NewRequestWithContext(t.Context(), "POST", url+"/hooks/generic", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+hookSecret)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusAccepted {
				t.Fatalf("the event gets %s", resp.Status)
			}
		}
		select {
		case note := <-desk.notes:
			if !strings.Contains(note, "Fixdesk note 1") || !strings.Contains(note, "Question: ") {
				t.Errorf("the note:\n%s", note)
			}
		case <-time.After(2 * time.Minute):
			t.Error("no note comes")
		}
	})
}

const hookSecret = "a-secret-of-this-test-alone"

// A desk takes the notes of a ticket system, and refuses the first ones where it is to.
type desk struct {
	notes    chan string
	refusals atomic.Int32
}

func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if d.refusals.Add(-1) >= 0 {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	var in struct {
		Data struct{ Note struct{ Text string } }
	}
	json.NewDecoder(r.Body).Decode(&in)
	d.notes <- in.Data.Note.Text
}

// ticketSystem starts a ticket system and returns its configuration.
func ticketSystem(t *testing.T) (*desk, string) {
	t.Helper()
	d := &desk{notes: make(chan string, 10)}
	s := httptest.NewServer(d)
	t.Cleanup(s.Close)
	file := filepath.Join(t.TempDir(), "tickets.yaml")
	text := "accounts:\n  - name: generic\n    secrets: [" + hookSecret + "]\n    url: " + s.URL + "\n    user: [fixdesk]\n    options: {auth: bearer}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, file
}

// The gateway answers a preflight request itself: no function is asked, whatever key or token the address wants.
func TestAPreflightRequestIsAnsweredByTheGateway(t *testing.T) {
	w := &world{origin: "https://help.example.com"} // without functions
	gateway, err := w.gateway()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v1/reports", "/v1/sessions/x", "/mcp", "/hooks/zendesk"} {
		for origin, want := range map[string]string{"https://help.example.com": "https://help.example.com", "https://evil.example": ""} {
			r := httptest.NewRequest("OPTIONS", path, nil)
			r.Header.Set("Origin", origin)
			r.Header.Set("Access-Control-Request-Method", "POST")
			r.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
			rec := httptest.NewRecorder()
			gateway.ServeHTTP(rec, r)
			if got := rec.Header().Get("Access-Control-Allow-Origin"); rec.Code != 204 || got != want {
				t.Errorf("%s from %s: %d, allowed %q, want %q", path, origin, rec.Code, got, want)
			}
		}
	}
}
