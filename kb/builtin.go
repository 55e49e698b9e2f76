package kb

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"sync"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

//go:generate go run generate.go

//go:embed builtin.pack
var builtin string

// Builtin returns the knowledge base that is built in: that of Load(Content()), from what `go generate ./kb` has read and proven
// before. Where the content was edited since, it is loaded, which takes thirty times as long.
func Builtin() (*Base, error) {
	b, err := unpack(Content(), builtin)
	if errors.Is(err, errStale) {
		return Load(Content())
	}
	return b, err
}

// errStale is the error for packed content that is not the content at hand.
var errStale = errors.New("builtin.pack is not what the content gives: go generate ./kb")

// sumLength is that of the sum before packed content, in hex digits.
const sumLength = 2 * sha256.Size

// Pack loads a knowledge base and returns it in the form from which Builtin reads it.
func Pack(fsys fs.FS) ([]byte, error) {
	l := newLoader(fsys)
	docs, err := l.files()
	if err != nil {
		return nil, err
	}
	l.link(docs)
	if err := l.err(); err != nil {
		return nil, err
	}
	sum, ids, err := sum(fsys)
	if err != nil {
		return nil, err
	}
	p := schemas.NewPacker()
	p.Strings(&ids)
	if err := facts.Pack(p, l.facts); err != nil {
		return nil, err
	}
	schemas.PackList(p, &docs, packTree)
	return append([]byte(sum), p.Bytes()...), nil
}

func packTree(p *schemas.Packer, doc **tree.Document) {
	if *doc == nil {
		*doc = &tree.Document{}
	}
	(*doc).Pack(p)
}

// unpack makes a Base of what Pack returned for the same files. Articles and fixes are read when they are first asked for.
func unpack(fsys fs.FS, packed string) (*Base, error) {
	sum, _, err := sum(fsys)
	if err != nil {
		return nil, err
	}
	if len(packed) < sumLength || packed[:sumLength] != sum {
		return nil, errStale
	}
	b := newBase()
	b.sum = sum
	p := schemas.Unpack(packed[sumLength:])
	var ids []string
	p.Strings(&ids)
	if b.Vocabulary, err = facts.Unpack(p); err != nil {
		return nil, errStale
	}
	var docs []*tree.Document
	schemas.PackList(p, &docs, packTree)
	if p.Err() != nil {
		return nil, errStale
	}
	trees, problems := tree.LinkSound(docs, b.Vocabulary)
	if len(problems) > 0 {
		return nil, errStale
	}
	b.plant(trees)
	for _, id := range ids {
		b.articles[id] = sync.OnceValue(func() *archive.Article { return readArticle(fsys, id) })
	}
	for _, doc := range docs {
		b.fixes[doc.Article] = laterFixes(doc)
	}
	return b, nil
}

// readArticle returns an article that was read before, when it was packed.
func readArticle(fsys fs.FS, id string) *archive.Article {
	data, err := fs.ReadFile(fsys, path.Join(id, articleFile))
	if err != nil {
		return nil
	}
	a, err := archive.ParseContent(data)
	if err != nil {
		return nil
	}
	return a
}

// laterFixes are a tree's fixes, which were sound when they were packed.
func laterFixes(doc *tree.Document) map[string]func() *plan.Fix {
	byName := make(map[string]func() *plan.Fix, doc.Fixes.Len())
	for name, draft := range doc.Fixes.All() {
		byName[name] = sync.OnceValue(func() *plan.Fix {
			f, err := draft.Fix(name, doc.Article, doc.Version)
			if err != nil {
				return nil
			}
			return &f
		})
	}
	return byName
}

// sum returns the sum of the files that Load reads, in hex, and the articles whose files they are.
func sum(fsys fs.FS) (sum string, ids []string, err error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return "", nil, err
	}
	all := sha256.New()
	add := func(name string) error {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		one := sha256.Sum256(data)
		all.Write([]byte(name))
		all.Write(one[:])
		return nil
	}
	if err := add(factsFile); err != nil {
		return "", nil, err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if err := add(path.Join(e.Name(), articleFile)); err != nil {
			return "", nil, err
		}
		if err := add(path.Join(e.Name(), treeFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", nil, err
		}
		ids = append(ids, e.Name())
	}
	return hex.EncodeToString(all.Sum(nil)), ids, nil
}
