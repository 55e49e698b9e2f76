package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

// deployed starts all functions behind the gateway.
func deployed(t *testing.T) (*world, string) {
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
	w, err := newWorld(t.Context(), bin, s3.URL, moto.URL, io.Discard, "FIXDESK_LOOK=1s", "TMPDIR="+t.TempDir())
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
	w, url := deployed(t)
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
	t.Run("a ticket that is not answered comes again", func(t *testing.T) {
		if err := w.queue.Send(t.Context(), `{"ticket":"1"}`); err != nil {
			t.Fatal(err)
		}
		messages, err := w.queue.Receive(t.Context())
		if err != nil || len(messages) != 1 {
			t.Fatalf("received %d, %v", len(messages), err)
		}
		failed, err := w.deliver(t.Context(), messages)
		if err != nil || !failed[messages[0].ID] {
			t.Errorf("failed = %v, %v; want the message", failed, err)
		}
		eventually(t, "the message", func() bool {
			again, err := w.queue.Receive(t.Context())
			return err == nil && len(again) == 1 && again[0].ID == messages[0].ID
		})
	})
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
