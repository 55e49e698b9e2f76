package index

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// A pack is committed and compared, so the same articles must give the same bytes every time.
func TestTheSameArticlesGiveTheSamePack(t *testing.T) {
	files, err := filepath.Glob("../kb/content/*/article.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d articles, error %v", len(files), err)
	}
	var articles []*archive.Article
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a, err := archive.ParseContent(data)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		articles = append(articles, a)
	}
	first, err := Pack(articles)
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		again, err := Pack(articles)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(again, first) {
			t.Fatal("the same articles gave another pack")
		}
	}
}
