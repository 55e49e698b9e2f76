package testbed

import (
	"archive/zip"
	"bytes"
	"fmt"
	"testing"
)

// Archive returns an archive, as a zip in the form of the public one, of n articles on kettles: Q100001, "The kettle 0 of n does not
// boil", and so on. More adds words to an article; it may be nil.
func Archive(t testing.TB, n int, more func(i int) string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		id := 100001 + i
		f, err := z.Create(fmt.Sprintf("archive-master/kb/%d/Q%d/index.md", id/1000, id))
		if err != nil {
			t.Fatal(err)
		}
		title := fmt.Sprintf("Q%d: The kettle %d of %d does not boil", id, i, n)
		words := ""
		if more != nil {
			words = more(i)
		}
		fmt.Fprintf(f, "---\nlayout: page\ntitle: %q\n---\n\n## %s\n\nSYMPTOMS\n========\n\nThe kettle %d stays cold. %s\n", title, title, i, words)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
