package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

// kettles writes an archive of n articles and returns its path.
func kettles(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kettles.zip")
	if err := os.WriteFile(path, testbed.Archive(t, n, nil), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestIndexIsPublishedServedAndRolledBack(t *testing.T) {
	place := "file://" + filepath.ToSlash(t.TempDir())
	published := func(n int) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "index")
		if code, _, errors := invoke(t, "", "index", "--archive", kettles(t, n), "--out", dir); code != exitOK {
			t.Fatal(errors)
		}
		code, out, errors := invoke(t, "", "publish", place, "--index", dir)
		if code != exitOK {
			t.Fatalf("publish: %d %s", code, errors)
		}
		return strings.Fields(out)[0]
	}
	first := published(60)
	second := published(61)
	if code, out, errors := invoke(t, "", "publish", place, "--rollback", first); code != exitOK || first == second {
		t.Errorf("rollback: %d %s%s", code, out, errors)
	}
	s := serve(t, "--index", place)
	if status, body := get(t, s.url+"healthz"); status != http.StatusOK || !strings.Contains(body, first) {
		t.Errorf("healthz: %d %s, want %s", status, body, first)
	}
	if status, body := get(t, s.url+"v1/articles/Q100007"); status != http.StatusOK || !strings.Contains(body, "The kettle 6") {
		t.Errorf("an article of the archive: %d %s", status, body)
	}
	if code, out, errors := invoke(t, "", "publish", place, "--keep", "2"); code != exitOK || out != "" {
		t.Errorf("keep 2 of 2: %d %s%s", code, out, errors)
	}
	published(62)
	t.Setenv("FIXDESK_INDEX", filepath.Join(t.TempDir(), "to search, not to publish"))
	if code, out, errors := invoke(t, "", "publish", place, "--keep", "2"); code != exitOK || strings.Count(out, " is removed\n") != 1 {
		t.Errorf("keep 2 of 3: %d %s%s", code, out, errors)
	}
	dir := filepath.Join(t.TempDir(), "index")
	if code, _, errors := invoke(t, "", "index", "--archive", kettles(t, 30), "--out", dir); code != exitOK {
		t.Fatal(errors)
	}
	if code, _, errors := invoke(t, "", "publish", place, "--index", dir); code != exitFound || !strings.Contains(errors, "30 articles") {
		t.Errorf("half of it: %d %s", code, errors)
	}
}

func TestFeedbackIsCounted(t *testing.T) {
	file := filepath.Join(t.TempDir(), "fixdesk.db")
	s := serve(t, "--store", file)
	resp, err := http.Post(s.url+"v1/feedback", "application/json", strings.NewReader(`{"article":"Q238865","tree":"0a1b2c3d","diagnosis":"nonexistent-site","helped":true,"comment":"thanks"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNoContent {
		t.Fatalf("feedback: %d", resp.StatusCode)
	}
	if code := s.end(); code != exitOK {
		t.Fatalf("serve: %d", code)
	}
	code, out, errors := invoke(t, "", "feedback", file)
	if code != exitOK || !strings.Contains(out, "Q238865  0a1b2c3d  nonexistent-site  1") || !strings.Contains(out, "thanks") {
		t.Errorf("feedback: %d %s%s", code, out, errors)
	}
}

func TestPublishAndFeedbackSayWhatToName(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"publish", "file:///x"}, "name one of --index and --rollback"},
		{[]string{"publish", "file:///x", "--keep", "1"}, "--keep wants 2 or more"},
		{[]string{"publish", "/x", "--index", "y"}, "s3://bucket/prefix or file:///folder"},
		{[]string{"feedback", "x", "--days", "0"}, "--days wants a number"},
		{[]string{"serve", "--index", "/x"}, "s3://bucket/prefix or file:///folder"},
	} {
		if code, _, errors := invoke(t, "", c.args...); code != exitUsage || !strings.Contains(errors, c.want) {
			t.Errorf("%v: %d %s, want %s", c.args, code, errors, c.want)
		}
	}
}
