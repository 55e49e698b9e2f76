// Package kb is the knowledge base: the articles in our own words, the facts that trees ask for, the trees and their fixes. It
// loads content and proves it sound, and it refuses to serve content with a problem in it.
package kb

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
)

//go:embed content/facts.yaml content/language.yaml content/services.yaml content/*/*.md content/*/*.yaml
var content embed.FS

// Content is the knowledge base that is built in.
func Content() fs.FS {
	sub, err := fs.Sub(content, "content")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return sub
}

// A Base is a knowledge base that was loaded. It is never changed, and safe for use by several goroutines.
type Base struct {
	Vocabulary *facts.Vocabulary
	articles   map[string]func() *archive.Article
	trees      map[string]*tree.Tree
	fixes      map[string]map[string]func() *plan.Fix // article → name → fix
	entries    []*tree.Tree
	sum        string

	once       sync.Once
	statements map[string][]statement // by fact, of those that are asked for in the place of several
}

func newBase() *Base {
	return &Base{articles: map[string]func() *archive.Article{}, trees: map[string]*tree.Tree{}, fixes: map[string]map[string]func() *plan.Fix{}}
}

// plant takes trees into the base.
func (b *Base) plant(trees map[string]*tree.Tree) {
	b.trees = trees
	for _, t := range b.Trees() {
		if t.Entry {
			b.entries = append(b.entries, t)
		}
	}
}

// Sum names the texts of the built-in articles, so that what was made of them can be told from what was made of others. It is
// empty for a base that was loaded.
func (b *Base) Sum() string { return b.sum }

// Article returns an article in our own words.
func (b *Base) Article(id string) (*archive.Article, bool) {
	if read, ok := b.articles[id]; ok {
		a := read()
		return a, a != nil
	}
	return nil, false
}

// Articles returns all articles, by number.
func (b *Base) Articles() []*archive.Article {
	all := make([]*archive.Article, 0, len(b.articles))
	for _, id := range slices.Sorted(maps.Keys(b.articles)) {
		if a, ok := b.Article(id); ok {
			all = append(all, a)
		}
	}
	return all
}

// Tree returns an article's tree.
func (b *Base) Tree(article string) (*tree.Tree, bool) {
	t, ok := b.trees[article]
	return t, ok
}

// Trees returns all trees, by the number of their article.
func (b *Base) Trees() []*tree.Tree {
	all := make([]*tree.Tree, 0, len(b.trees))
	for _, id := range slices.Sorted(maps.Keys(b.trees)) {
		all = append(all, b.trees[id])
	}
	return all
}

// Entries returns the trees at which a report begins that names no article.
func (b *Base) Entries() []*tree.Tree { return b.entries }

// Fix returns a fix of an article's tree.
func (b *Base) Fix(article, name string) (plan.Fix, bool) {
	if read, ok := b.fixes[article][name]; ok {
		if f := read(); f != nil {
			return *f, true
		}
	}
	return plan.Fix{}, false
}

// Fixes returns the names of the fixes of an article's tree, in the order of the file.
func (b *Base) Fixes(article string) []string {
	t, ok := b.trees[article]
	if !ok {
		return nil
	}
	return t.Fixes.Keys()
}

// A Problem is something wrong with the content, at a line of a file.
type Problem struct {
	File string
	Line int // 0 where the problem is the file as a whole
	Says string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Says
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Says)
}

// A ContentError lists everything that is wrong with a knowledge base, by file and line.
type ContentError struct{ Problems []Problem }

func (e *ContentError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
