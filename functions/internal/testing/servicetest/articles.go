package servicetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// BuiltIn returns the catalog of the built-in knowledge base and the index of its articles, loaded once for all tests.
func BuiltIn(t testing.TB) (*catalog.Catalog, *index.Index) {
	t.Helper()
	b, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return b.catalog, b.index
}

type knowledge struct {
	catalog *catalog.Catalog
	index   *index.Index
}

var builtIn = sync.OnceValues(func() (knowledge, error) {
	base, err := kb.Load(kb.Content())
	if err != nil {
		return knowledge{}, err
	}
	x, err := index.New(base.Articles())
	return knowledge{&catalog.Catalog{Base: base, Content: kb.Content()}, x}, err
})

// Kettles is the index of a small archive in our own words: sixty articles on kettles and toasters, two of them nearly the same.
func Kettles(t testing.TB) *index.Index {
	t.Helper()
	var all []*archive.Article
	add := func(id, title, product, version, issue string, keywords []string, paragraphs ...string) {
		a := &archive.Article{ID: id, Title: title, Products: []string{product}, Versions: []string{version}, IssueType: issue, Keywords: keywords}
		a.Sections = []archive.Section{{Name: "SYMPTOMS"}, {Name: "RESOLUTION", Paragraphs: []archive.Paragraph{{Text: "Send for somebody who knows."}}}}
		for _, p := range paragraphs {
			a.Sections[0].Paragraphs = append(a.Sections[0].Paragraphs, archive.Paragraph{Text: p})
		}
		all = append(all, a)
	}
	for i := range 40 {
		add(fmt.Sprint("Q1000", 10+i), fmt.Sprintf("Kettle Number %d Hums", i), "Kettle", fmt.Sprint("kettle:", 1+i%3, ".0"), []string{"kbprb", "kbbug"}[i%2], []string{"kbheat", fmt.Sprint("kbseries", i%4)},
			"Somebody is in the kitchen.", fmt.Sprintf("The kettle with the number %d hums before its water boils, in room %s.", i, strings.Repeat("x", i+1)))
	}
	for i := range 20 {
		add(fmt.Sprint("Q2000", 10+i), fmt.Sprintf("Toaster Number %d Glows", i), "Toaster", "toaster:1.0", "kbhowto", []string{"kbheat"}, fmt.Sprintf("A toaster glows, %s.", strings.Repeat("y", i+1)))
	}
	twin := "The grill smokes whenever a fillet lies on it for longer than a quarter of an hour, and the neighbours come to ask what there is for dinner tonight."
	add("Q300001", "Grill Smokes Too Much", "Grill", "grill:1.0", "kbprb", nil, twin)
	add("Q300002", "Grill Smokes Too Much", "Grill", "grill:1.0", "kbprb", nil, twin)
	add("Q300003", "STOP 0x0000BEEF in Oven.exe", "Oven", "oven:1.0", "kbbug", nil, "Oven.exe stops with 0x0000BEEF.")
	x, err := index.New(all)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
