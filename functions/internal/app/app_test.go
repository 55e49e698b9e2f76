package app

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// publish publishes the index of an archive of n articles on kettles.
func publish(t *testing.T, b snapshot.Bucket, n int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(file, testbed.Archive(t, n, nil), 0o666); err != nil {
		t.Fatal(err)
	}
	src, err := archive.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dir := filepath.Join(t.TempDir(), "index")
	if _, err := index.Build(t.Context(), dir, src, index.Options{}); err != nil {
		t.Fatal(err)
	}
	_, err = snapshot.Publish(t.Context(), b, dir, snapshot.About{Format: index.Format, Articles: n}, func(*snapshot.About) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
}

func serve(t *testing.T, p Deps) string {
	t.Helper()
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	p.KB, p.Content, p.Store = base, kb.Content(), session.On(&session.Memory{}, nil)
	a, err := Open(p)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(a.Handler)
	t.Cleanup(srv.Close)
	return srv.URL
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
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

func health(t *testing.T, url string) snapshot.Status {
	t.Helper()
	status, body := get(t, url+"/healthz")
	var h struct {
		Status string
		Index  snapshot.Status
	}
	if err := json.Unmarshal([]byte(body), &h); err != nil || status != 200 || h.Status != "ok" {
		t.Fatalf("/healthz: %d %s, %v", status, body, err)
	}
	return h.Index
}

func TestWhatIsBuiltInServesWithoutAnArchive(t *testing.T) {
	url := serve(t, Deps{})
	if st := health(t, url); st.Snapshot != "" || st.Articles < 7 || st.Problem != "" {
		t.Errorf("health = %+v", st)
	}
	if status, body := get(t, url+"/v1/articles/Q238865"); status != 200 || !strings.Contains(body, "Q238865") {
		t.Errorf("our article: %d %.200s", status, body)
	}
	if status, _ := get(t, url+"/v1/articles/Q100001"); status != 404 {
		t.Errorf("an article of the archive: %d, want 404", status)
	}
}

func TestArchiveServesFromTheStartAndANewerOneFollows(t *testing.T) {
	b := snapshot.Folder(t.TempDir())
	publish(t, b, 60)
	var figures bytes.Buffer
	url := serve(t, Deps{
		Snapshots: &snapshot.Source[*index.Index]{Bucket: b, Dir: t.TempDir(), Every: time.Second}, Wait: 20 * time.Second,
		Metrics: &telemetry.Metrics{Out: &figures, Service: "test"},
	})
	first := health(t, url)
	if first.Snapshot == "" || first.Articles != 60 {
		t.Fatalf("health = %+v", first)
	}
	for path, want := range map[string]string{"/v1/articles/Q100007": "The kettle 6 of 60", "/v1/search?q=kettle+6": "Q100007", "/v1/articles/Q238865": "Q238865"} {
		if status, body := get(t, url+path); status != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %.300s, want %s", path, status, body, want)
		}
	}
	publish(t, b, 61)
	deadline := time.Now().Add(30 * time.Second)
	for health(t, url).Articles != 61 {
		if time.Now().After(deadline) {
			t.Fatalf("the newer one does not serve: %+v", health(t, url))
		}
		time.Sleep(50 * time.Millisecond)
	}
	if status, body := get(t, url+"/v1/articles/Q100007"); status != 200 || !strings.Contains(body, "The kettle 6 of 61") {
		t.Errorf("the newer article: %d %.300s", status, body)
	}
	if !strings.Contains(figures.String(), `"IndexVersion":"`+first.Snapshot) {
		t.Error("the figures do not name the index")
	}
}

func TestBrokenArchiveIsNamedAndOursServes(t *testing.T) {
	b := snapshot.Folder(t.TempDir())
	publish(t, b, 60)
	names, err := filepath.Glob(filepath.Join(string(b), "*", "articles"))
	if err != nil || len(names) != 1 {
		t.Fatalf("%v, %v", names, err)
	}
	if err := os.Truncate(names[0], 10); err != nil {
		t.Fatal(err)
	}
	url := serve(t, Deps{Snapshots: &snapshot.Source[*index.Index]{Bucket: b, Dir: t.TempDir()}, Wait: 20 * time.Second})
	if st := health(t, url); st.Snapshot != "" || !strings.Contains(st.Problem, "not what its hash says") || st.Refused != 1 {
		t.Errorf("health = %+v", st)
	}
	if status, _ := get(t, url+"/v1/articles/Q238865"); status != 200 {
		t.Errorf("our article: %d", status)
	}
}
