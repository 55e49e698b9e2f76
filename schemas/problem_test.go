package schemas

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Each file holds the name of a document and its text, a line of dashes, and the problems as they are printed.
func TestProblemsReadLikeCompilerErrors(t *testing.T) {
	files, err := filepath.Glob("testdata/problems/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			input, want, _ := strings.Cut(string(data), "------\n")
			name, document, _ := strings.Cut(input, "\n")
			got := "accepted\n"
			if err := Check(Name(name), []byte(document)); err != nil {
				got = err.Error() + "\n"
			}
			if *update {
				if err := os.WriteFile(file, []byte(input+"------\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("problems of\n%s\ngot:\n%s\nwant:\n%s", document, got, want)
			}
		})
	}
}
