package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// built returns the folder of an index of n articles.
func built(t *testing.T, n int) string {
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
	if s, err := index.Build(t.Context(), dir, src, index.Options{Source: "a.zip"}); err != nil || s.Articles != n {
		t.Fatalf("built %+v, %v; want %d articles", s, err, n)
	}
	return dir
}

func current(t *testing.T, b snapshot.Bucket) snapshot.About {
	t.Helper()
	p, _, err := snapshot.Current(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	l, err := snapshot.ReadListing(t.Context(), b, p)
	if err != nil {
		t.Fatal(err)
	}
	return l.About
}

func TestIndexIsPublishedUnlessItIsWorse(t *testing.T) {
	b := snapshot.Folder(t.TempDir())
	probes := []Probe{{"Q100001", "Q100001"}, {"the kettle 0 does not boil", "Q100001"}}
	if _, err := Index(t.Context(), b, built(t, 60), probes, now); err != nil {
		t.Fatal(err)
	}
	want := snapshot.About{Format: index.Format, Articles: 60, Source: "a.zip", Built: now}
	if got := current(t, b); got != want {
		t.Errorf("published %+v, want %+v", got, want)
	}
	if _, err := Index(t.Context(), b, built(t, 58), probes, now); err != nil {
		t.Errorf("nearly as many articles: %v", err)
	}
	for name, try := range map[string]func() error{
		"fewer articles": func() error { _, err := Index(t.Context(), b, built(t, 40), probes, now); return err },
		"probes that find nothing": func() error {
			_, err := Index(t.Context(), b, built(t, 60), []Probe{{"Q100002", "Q100001"}, {"kettle 7", "Q900001"}}, now)
			return err
		},
		"a damaged file": func() error {
			dir := built(t, 60)
			data, err := os.ReadFile(filepath.Join(dir, "articles"))
			if err != nil {
				t.Fatal(err)
			}
			data[len(data)/2]++
			if err := os.WriteFile(filepath.Join(dir, "articles"), data, 0o666); err != nil {
				t.Fatal(err)
			}
			_, err = Index(t.Context(), b, dir, probes, now)
			return err
		},
		"no index at all": func() error { _, err := Index(t.Context(), b, t.TempDir(), probes, now); return err },
	} {
		if err := try(); !errors.Is(err, ErrWorse) {
			t.Errorf("%s: %v, want ErrWorse", name, err)
		}
		if got := current(t, b); got.Articles != 58 {
			t.Errorf("%s: %d articles are published", name, got.Articles)
		}
	}
}

func reindexer(t *testing.T, b snapshot.Bucket, objects map[string][]byte) *Reindexer {
	return &Reindexer{
		Read: func(_ context.Context, bucket, key string) (io.ReadCloser, error) {
			data, ok := objects[bucket+"/"+key]
			if !ok {
				return nil, snapshot.ErrMissing
			}
			return io.NopCloser(bytes.NewReader(data)), nil
		},
		Bucket: b, IDs: []string{"Q100001", "Q999999"}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }, Temp: t.TempDir(),
	}
}

func created(key string) []byte {
	return fmt.Appendf(nil, `{"version":"0","detail-type":"Object Created","source":"aws.s3","detail":{"version":"0","bucket":{"name":"b"},"object":{"key":%q,"size":10,"etag":"x"},"reason":"PutObject"}}`, key)
}

func TestNewArchiveIsIndexedAndPublished(t *testing.T) {
	b := snapshot.Folder(t.TempDir())
	r := reindexer(t, b, map[string][]byte{"b/archive/all of it.zip": testbed.Archive(t, 60, nil), "b/archive/half.zip": testbed.Archive(t, 30, nil)})
	out, err := r.Invoke(t.Context(), created("archive/all of it.zip"))
	if err != nil || !strings.Contains(string(out), `"articles":60`) {
		t.Fatalf("%s, %v", out, err)
	}
	if got := current(t, b); got.Articles != 60 || got.Source != "all of it.zip" {
		t.Errorf("published %+v", got)
	}
	if _, err := r.Invoke(t.Context(), created("archive/half.zip")); !errors.Is(err, ErrWorse) {
		t.Errorf("half of it: %v", err)
	}
	if left, _ := os.ReadDir(r.Temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestWhatAKilledInvocationLeftIsRemoved(t *testing.T) {
	r := reindexer(t, snapshot.Folder(t.TempDir()), map[string][]byte{"b/archive/x.zip": testbed.Archive(t, 60, nil)})
	if err := os.WriteFile(filepath.Join(r.Temp, "reindex-1"), []byte("half an index"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Invoke(t.Context(), created("archive/x.zip")); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(r.Temp); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFolderIsNoArchiveAndNoFailure(t *testing.T) {
	var log bytes.Buffer
	r := reindexer(t, snapshot.Folder(t.TempDir()), nil)
	r.Log = slog.New(slog.NewTextHandler(&log, nil))
	if out, err := r.Invoke(t.Context(), created("archive/")); err != nil || log.Len() > 0 {
		t.Errorf("%s, %v, %s", out, err, log.String())
	}
}

func TestEventsThatTellOfNoArchiveAreRefused(t *testing.T) {
	var log bytes.Buffer
	r := reindexer(t, snapshot.Folder(t.TempDir()), map[string][]byte{"b/archive/x.zip": []byte("no zip")})
	r.Log = slog.New(slog.NewTextHandler(&log, nil))
	for _, e := range []string{"", "{}", string(created("index/current.json")), string(created("archive/x.exe")), string(created("archive/none.zip")), string(created("archive/x.zip")),
		`{"detail-type":"Object Created","detail":{"bucket":{"name":"b"},"object":{"key":"archive/x.zip","size":99999999999}}}`} {
		log.Reset()
		if out, err := r.Invoke(t.Context(), []byte(e)); err == nil || strings.Count(log.String(), "not published") != 1 {
			t.Errorf("%.80s: %s with log %q", e, out, log.String())
		}
	}
}
