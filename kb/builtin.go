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
	f, err := look(Content())
	if err != nil {
		return nil, err
	}
	b, err := f.unpack(builtin)
	if errors.Is(err, errStale) {
		b, err = Load(Content())
	}
	if err != nil {
		return nil, err
	}
	b.sum = f.texts
	return b, nil
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
	f, err := look(fsys)
	if err != nil {
		return nil, err
	}
	p := schemas.NewPacker()
	if err := facts.Pack(p, l.facts, l.language); err != nil {
		return nil, err
	}
	schemas.PackList(p, &docs, packTree)
	return append([]byte(f.all), p.Bytes()...), nil
}

func packTree(p *schemas.Packer, doc **tree.Document) {
	if *doc == nil {
		*doc = &tree.Document{}
	}
	(*doc).Pack(p)
}

// unpack makes a Base of what Pack returned for the same files. Articles and fixes are read when they are first asked for.
func (f *files) unpack(packed string) (*Base, error) {
	if len(packed) < sumLength || packed[:sumLength] != f.all {
		return nil, errStale
	}
	b := newBase()
	p := schemas.Unpack(packed[sumLength:])
	var err error
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
	for _, id := range f.ids {
		b.articles[id] = sync.OnceValue(func() *archive.Article { return readArticle(f.fsys, id) })
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
	for _, name := range doc.Fixes.Keys() {
		byName[name] = sync.OnceValue(func() *plan.Fix {
			f, err := doc.Fix(name)
			if err != nil {
				return nil
			}
			return &f
		})
	}
	return byName
}

// files are those that Load reads, by their sums in hex.
type files struct {
	fsys  fs.FS
	ids   []string // of the articles
	texts string   // the sum of the articles
	all   string   // the sum of everything
}

func look(fsys fs.FS) (*files, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	f := &files{fsys: fsys}
	texts, trees := sum{fsys: fsys}, sum{fsys: fsys}
	if err := trees.add(factsFile); err != nil {
		return nil, err
	}
	if err := trees.add(langFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := trees.add(servicesFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if err := texts.add(path.Join(e.Name(), articleFile)); err != nil {
			return nil, err
		}
		if err := trees.add(path.Join(e.Name(), treeFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		f.ids = append(f.ids, e.Name())
	}
	f.texts = texts.String()
	trees.parts = append(trees.parts, f.texts...)
	f.all = trees.String()
	return f, nil
}

// A sum is that of files with their names.
type sum struct {
	fsys  fs.FS
	parts []byte
}

func (s *sum) add(name string) error {
	data, err := fs.ReadFile(s.fsys, name)
	if err != nil {
		return err
	}
	one := sha256.Sum256(data)
	s.parts = append(append(s.parts, name...), one[:]...)
	return nil
}

func (s *sum) String() string {
	all := sha256.Sum256(s.parts)
	return hex.EncodeToString(all[:])
}
