package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/index"
)

// doorIndex makes an index of the archive on doors.
func doorIndex(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "index")
	code, out, errors := invoke(t, "", "index", "--archive", doorArchive(t, "Dust."), "--out", dir)
	if code != exitOK || out != "2 articles indexed, 0 could not be read\n" || !strings.Contains(errors, "merging 2 articles") {
		t.Fatalf("index: exit code %d\n%s%s", code, out, errors)
	}
	return dir
}

func TestSearchShowsAPersonWhatMatched(t *testing.T) {
	code, out, errors := invoke(t, "", "search", "--index", doorIndex(t), "--facets", "dust", "waits")
	if code != exitOK || errors != "" {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	for _, want := range []string{" 1. Q900001  DOOR: An Article\n", "Door · CAUSE, paragraph ", " · matched by words\n", "product: Door (1)\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours where there is no terminal")
	}
}

func TestSearchSaysThatNothingIsFound(t *testing.T) {
	code, out, _ := invoke(t, "", "search", "--index", doorIndex(t), "zzyzx")
	if code != exitOK || !strings.HasPrefix(out, "Nothing found.") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

func TestSearchPrintsJSON(t *testing.T) {
	_, out, _ := invoke(t, "", "search", "--index", doorIndex(t), "--json", "dust")
	var found index.Results
	if err := json.Unmarshal([]byte(out), &found); err != nil || len(found.Hits) != 1 || found.Hits[0].ID != "Q900001" || len(found.Hits[0].Marks) == 0 {
		t.Errorf("%v\n%s", err, out)
	}
	for _, name := range []string{`"total": 1`, `"hits": [`, `"passage": `, `"marks": [`} {
		if !strings.Contains(out, name) {
			t.Errorf("no %s in\n%s", name, out)
		}
	}
}

func TestSearchSaysWhereTheHitsEnd(t *testing.T) {
	code, out, _ := invoke(t, "", "search", "--index", doorIndex(t), "--from", "7", "dust")
	if want := "Nothing stands behind the first 7. More words find fewer articles, and better ones.\n"; code != exitOK || out != want {
		t.Errorf("exit code %d, says %q, want %q", code, out, want)
	}
}

func TestSearchAnswersAFileOfQueries(t *testing.T) {
	dir := t.TempDir()
	queries, run := filepath.Join(dir, "q.jsonl"), filepath.Join(dir, "run")
	write(t, queries, `{"qid":"one","query":"dust","rel":[]}`+"\n\n"+`{"qid":"two","query":"a tab"}`+"\n"+`{"qid":"three","query":""}`+"\n")
	code, _, errors := invoke(t, "", "search", "--index", doorIndex(t), "--queries", queries, "--run", run, "-k", "50", "--threads", "1")
	data, err := os.ReadFile(run)
	if code != exitOK || err != nil || string(data) != "one\tQ900001\t1\t1\ntwo\tQ900002\t1\t1\n" {
		t.Errorf("exit code %d, %v\n%s", code, err, data)
	}
	if !strings.HasPrefix(errors, "3 queries, p50 ") || !strings.Contains(errors, "p99 ") {
		t.Errorf("says %q", errors)
	}
	write(t, queries, `{"query":"dust"}`)
	if code, _, errors = invoke(t, "", "search", "--index", doorIndex(t), "--queries", queries, "--run", run); code != exitFound || !strings.Contains(errors, "q.jsonl:1: want an object with qid and query") {
		t.Errorf("without qid: exit code %d: %s", code, errors)
	}
}

func TestSearchRefusesWhatItDoesNotUnderstand(t *testing.T) {
	for name, args := range map[string][]string{
		"no words":    {"search"},
		"both":        {"search", "--queries", "x", "--run", "y", "words"},
		"no run":      {"search", "--queries", "x"},
		"filter":      {"search", "--filter", "colour=red", "words"},
		"half filter": {"search", "--filter", "product", "words"},
		"k":           {"search", "-k", "0", "words"},
		"run, filter": {"search", "--queries", "x", "--run", "y", "--filter", "product=Door"},
		"run, page":   {"search", "--queries", "x", "--run", "y", "--from", "3"},
		"no archive":  {"index", "--out", "x", "--archive", ""},
		"no out":      {"index", "--archive", "x"},
	} {
		if code, _, errors := invoke(t, "", args...); code != exitUsage || errors == "" {
			t.Errorf("%s: exit code %d: %s", name, code, errors)
		}
	}
}

func TestIndexListsWhatItCannotReadAndGoesOn(t *testing.T) {
	archive := doorArchive(t, "Dust.")
	write(t, mkdir(t, archive, "900", "Q900003")+"/README.md", "no article")
	code, out, errors := invoke(t, "", "index", "--archive", archive, "--out", filepath.Join(t.TempDir(), "x"))
	if code != exitOK || out != "2 articles indexed, 1 could not be read\n" || !strings.Contains(errors, "900/Q900003/README.md: no line title") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
	if code, _, _ := invoke(t, "", "index", "--archive", archive, "--out", filepath.Join(t.TempDir(), "x"), "--strict"); code != exitFound {
		t.Errorf("--strict: exit code %d", code)
	}
	code, out, _ = invoke(t, "", "index", "--archive", archive, "--report")
	if code != exitOK || !strings.Contains(out, "2 articles, 0 without text, 1 that could not be read\n") || !strings.Contains(out, "       2  Door\n") {
		t.Errorf("--report: exit code %d\n%s", code, out)
	}
}

func TestIndexSaysWhyThereIsNone(t *testing.T) {
	full := doorIndex(t)
	cut := filepath.Join(t.TempDir(), "cut.tar.gz")
	write(t, cut, "\x1f\x8b\x08\x00")
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no such archive": {[]string{"--archive", "nowhere.zip", "--out", "x"}, "nowhere.zip: no such file"},
		"no archive":      {[]string{"--archive", filepath.Join(full, "manifest.json"), "--out", "x"}, "want a folder, a .tar.gz, a .zip or an article file"},
		"cut off":         {[]string{"--archive", cut, "--out", filepath.Join(t.TempDir(), "x")}, "archive: cut.tar.gz: ends too early: fetch it again"},
		"empty":           {[]string{"--archive", t.TempDir(), "--out", filepath.Join(t.TempDir(), "x")}, "fixdesk index: the archive holds no article"},
		"in use":          {[]string{"--archive", t.TempDir(), "--out", full}, "is not empty: name a folder that does not exist"},
	} {
		code, out, errors := invoke(t, "", append([]string{"index"}, c.args...)...)
		if code != exitFound || out != "" || !strings.Contains(errors, c.want) {
			t.Errorf("%s: exit code %d, says %q, want %q", name, code, errors, c.want)
		}
	}
}

func TestProgressIsALineThatChangesOnATerminal(t *testing.T) {
	var sb strings.Builder
	p := &progress{w: &sb, terminal: true}
	p.show("read", 2000)
	p.show("indexed", 4000)
	p.done()
	if got, want := sb.String(), "\rread 2000 articles #\rindexed 4000 articles ##\r"+strings.Repeat(" ", 24)+"\r"; got != want {
		t.Errorf("a terminal gets %q, want %q", got, want)
	}
	sb.Reset()
	p = &progress{w: &sb}
	for n := 10_000; n <= 60_000; n += 10_000 {
		p.show("read", n)
	}
	p.show("merging", 60_335)
	p.done()
	if got, want := sb.String(), "read 20000 articles\nread 40000 articles\nread 60000 articles\nmerging 60335 articles\n"; got != want {
		t.Errorf("elsewhere there stands %q, want %q", got, want)
	}
}

func TestIndexPacksOurOwnArticles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.pack")
	if code, _, errors := invoke(t, "", "index", "--pack", file, "--content", "testdata/content"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.Load(data)
	if err != nil || x.Len() == 0 {
		t.Errorf("Load: %v", err)
	}
}
