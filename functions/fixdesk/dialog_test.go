package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// invoke runs a command line in this process.
func invoke(t testing.TB, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), console{strings.NewReader(stdin), &out, &err}, args)
	return code, out.String(), err.String()
}

// A dialog is a file that shows one use of the program: notes, a command line, and under headings what goes in and what comes out.
type dialogFile struct {
	notes, command string
	parts          map[string]string
}

var headings = []string{"stdin", "stdout", "stderr", "exit"}

func readDialog(t *testing.T, name string) dialogFile {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := dialogFile{parts: map[string]string{}}
	part := ""
	for line := range strings.Lines(string(data)) {
		heading, isHeading := strings.CutPrefix(strings.TrimSuffix(line, " --\n"), "-- ")
		switch {
		case isHeading && slices.Contains(headings, heading):
			part = heading
		case part != "":
			f.parts[part] += line
		case strings.HasPrefix(line, "#"):
			f.notes += line
		default:
			f.command = strings.TrimSpace(line)
		}
	}
	return f
}

func (f dialogFile) String() string {
	var b strings.Builder
	b.WriteString(f.notes + f.command + "\n")
	for _, h := range headings {
		if text := f.parts[h]; text != "" {
			b.WriteString("-- " + h + " --\n" + text)
		}
	}
	return b.String()
}

// arguments cuts a command line at blanks outside of quotation marks.
func arguments(command string) []string {
	var all []string
	for i, part := range strings.Split(command, `"`) {
		if i%2 == 1 {
			all = append(all, part)
		} else {
			all = append(all, strings.Fields(part)...)
		}
	}
	return all
}

// related matches what the search has found for a report: how that is ranked is shown elsewhere.
var related = regexp.MustCompile(`"related":\[\{[^\]]*\]`)

// TestDialogs runs the files of testdata/dialogs against the small knowledge base beside them.
func TestDialogs(t *testing.T) {
	files, _ := filepath.Glob("testdata/dialogs/*.txt")
	if len(files) < 10 {
		t.Fatalf("there are %d dialogs", len(files))
	}
	content, err := filepath.Abs("testdata/content")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			want := readDialog(t, path)
			t.Chdir(t.TempDir()) // what is written is named as it is on the command line
			args := append(arguments(want.command)[1:], "--content", content)
			code, stdout, stderr := invoke(t, want.parts["stdin"], args...)
			stdout = related.ReplaceAllString(stdout, `"related":["…"]`)
			got := dialogFile{want.notes, want.command, map[string]string{
				"stdin": want.parts["stdin"], "stdout": stdout, "stderr": stderr, "exit": []string{"", "1\n", "2\n"}[code],
			}}
			if *update {
				if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if !*update && got.String() != want.String() {
				t.Errorf("%s: go test -update, and review the diff\ngot:\n%s", name, got)
			}
		})
	}
}
