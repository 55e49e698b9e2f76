package ticket

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// fixture returns a request that was recorded byte for byte, as a delivery at the time when it was sent.
func fixture(t *testing.T, name string, secrets ...string) *Delivery {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	d := &Delivery{Header: r.Header, Body: body, Secrets: secrets, Now: time.Date(2026, 11, 28, 7, 10, 0, 0, time.UTC)}
	if seconds, err := strconv.ParseInt(r.Header.Get("X-Fixdesk-Timestamp"), 10, 64); err == nil {
		d.Now = time.Unix(seconds, 0)
	}
	return d
}

// fixtures returns the names of all recorded requests of a system.
func fixtures(t *testing.T, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", dir, "*.http"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no requests in testdata/%s: %v", dir, err)
	}
	for i, p := range paths {
		paths[i] = filepath.Join(dir, filepath.Base(p))
	}
	return paths
}

// reencoded returns the body as it is after it was read as JSON and written again.
func reencoded(t *testing.T, body []byte) []byte {
	t.Helper()
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(b.Bytes())
}

// provider opens an account of a kind.
func provider(t *testing.T, a Account) Provider {
	t.Helper()
	k, ok := KindOf(a.Kind)
	if !ok {
		t.Fatalf("there is no kind %s", a.Kind)
	}
	p, err := k.Open(a)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one returns the only event of a delivery.
func one(t *testing.T, p Provider, d *Delivery) Event {
	t.Helper()
	events, err := p.Verify(d)
	if err != nil || len(events) != 1 {
		t.Fatalf("Verify = %+v, %v, want one event", events, err)
	}
	return events[0]
}
