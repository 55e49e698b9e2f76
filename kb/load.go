package kb

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"path"
	"slices"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// The files of a knowledge base: facts.yaml, and a folder for each article.
const (
	factsFile    = "facts.yaml"
	langFile     = "language.yaml"
	servicesFile = "services.yaml"
	articleFile  = "article.md"
	treeFile     = "tree.yaml"
	casesFile    = "cases.yaml"
)

// Load reads a knowledge base. The error is a *ContentError with all problems that can be told at once, or that of the file
// system.
func Load(fsys fs.FS) (*Base, error) {
	l := newLoader(fsys)
	docs, err := l.files()
	if err != nil {
		return nil, err
	}
	l.link(docs)
	if err := l.err(); err != nil {
		return nil, err
	}
	return l.base, nil
}

// err returns all problems so far, sorted.
func (l *loader) err() error {
	if len(l.problems) == 0 {
		return nil
	}
	sortProblems(l.problems)
	return &ContentError{l.problems}
}

func sortProblems(all []Problem) {
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

type loader struct {
	fsys     fs.FS
	base     *Base
	catalog  *plan.Catalog
	facts    *facts.Document
	language *facts.LanguageDocument
	problems []Problem
	data     map[string][]byte         // of YAML files, for the lines of their problems
	lines    map[string]map[string]int // file → pointer → line, made when the first problem asks
}

func newLoader(fsys fs.FS) *loader { return &loader{fsys: fsys, base: newBase()} }

// files reads every file, and returns the trees as they were written.
func (l *loader) files() ([]*tree.Document, error) {
	l.data, l.lines = map[string][]byte{}, map[string]map[string]int{}
	if err := l.vocabulary(); err != nil {
		return nil, err
	}
	if err := l.services(); err != nil {
		return nil, err
	}
	entries, err := fs.ReadDir(l.fsys, ".")
	if err != nil {
		return nil, err
	}
	var docs []*tree.Document
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		doc, err := l.folder(e.Name())
		if err != nil {
			return nil, err
		}
		if doc != nil {
			docs = append(docs, doc)
		}
	}
	return docs, nil
}

func (l *loader) vocabulary() error {
	data, err := fs.ReadFile(l.fsys, factsFile)
	if err != nil {
		return err
	}
	var doc facts.Document
	if !l.decode(factsFile, schemas.Facts, data, &doc) {
		return nil
	}
	if data, err = readLanguage(l.fsys); err != nil {
		return err
	}
	var lang facts.LanguageDocument
	if !l.decode(langFile, schemas.Language, data, &lang) {
		return nil
	}
	l.facts, l.language = &doc, &lang
	v, err := facts.New(&doc, &lang)
	var wrong *facts.ContentError
	if errors.As(err, &wrong) {
		for _, p := range wrong.Problems {
			file := factsFile
			if p.Language {
				file = langFile
			}
			l.at(file, p.Pointer, p.Says)
		}
	}
	l.base.Vocabulary = v
	return nil
}

// services reads services.yaml. Content without one names no services and no tools of its own.
func (l *loader) services() error {
	l.catalog = &plan.Catalog{}
	data, err := fs.ReadFile(l.fsys, servicesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !l.decode(servicesFile, schemas.Services, data, l.catalog) {
		return nil
	}
	for _, p := range l.catalog.Check() {
		l.at(servicesFile, p.Pointer, p.Says)
	}
	return nil
}

// readLanguage reads language.yaml. Content that has none is read with the one that is built in: a language is the same for
// every subject.
func readLanguage(fsys fs.FS) ([]byte, error) {
	data, err := fs.ReadFile(fsys, langFile)
	if errors.Is(err, fs.ErrNotExist) {
		return fs.ReadFile(Content(), langFile)
	}
	return data, err
}

// decode reads a YAML file and reports what is wrong with its shape.
func (l *loader) decode(file string, name schemas.Name, data []byte, v any) bool {
	l.data[file] = data
	problems := decode(file, name, data, v)
	l.problems = append(l.problems, problems...)
	return len(problems) == 0
}

// decode reads a YAML file and returns what is wrong with its shape.
func decode(file string, name schemas.Name, data []byte, v any) []Problem {
	err := schemas.Decode(name, data, v)
	var wrong *schemas.Error
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return []Problem{{File: file, Says: err.Error()}}
	}
	var problems []Problem
	for _, p := range wrong.Problems {
		problems = append(problems, Problem{file, p.Line, p.Text()})
	}
	return problems
}

// at reports a problem at a JSON pointer of a YAML file, or at the nearest line above it.
func (l *loader) at(file, pointer, says string) {
	if l.lines[file] == nil {
		l.lines[file] = schemas.Lines(l.data[file])
	}
	line := 0
	for p := pointer; line == 0 && p != "" && p != "/"; p = path.Dir(p) {
		line = l.lines[file][p]
	}
	l.problems = append(l.problems, Problem{file, line, pointer + ": " + says})
}

// folder reads one article: its own words, and its tree where it has one.
func (l *loader) folder(id string) (*tree.Document, error) {
	data, err := fs.ReadFile(l.fsys, path.Join(id, articleFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.problems = append(l.problems, Problem{File: path.Join(id, articleFile), Says: "is missing: every article is told in our own words"})
	case err != nil:
		return nil, err
	default:
		l.article(id, data)
	}
	data, err = fs.ReadFile(l.fsys, path.Join(id, treeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return l.tree(id, data), nil
}

func (l *loader) article(id string, data []byte) {
	file := path.Join(id, articleFile)
	a, err := archive.ParseContent(data)
	var wrong *archive.LineError
	switch {
	case errors.As(err, &wrong):
		l.problems = append(l.problems, Problem{file, wrong.Line, wrong.Err.Error()})
	case err != nil:
		l.problems = append(l.problems, Problem{File: file, Says: err.Error()})
	case a.ID != id:
		l.problems = append(l.problems, Problem{File: file, Line: 1, Says: "is article " + a.ID + " in the folder of " + id})
	default:
		l.base.articles[id] = func() *archive.Article { return a }
	}
}

func (l *loader) tree(id string, data []byte) *tree.Document {
	file := path.Join(id, treeFile)
	doc := &tree.Document{}
	if !l.decode(file, schemas.Tree, data, doc) {
		return nil
	}
	if doc.Article != id {
		l.at(file, "/article", "is "+doc.Article+" in the folder of "+id)
	}
	sum := sha256.Sum256(data)
	doc.Version = hex.EncodeToString(sum[:4])
	doc.Catalog = l.catalog
	return doc
}

// link joins trees with facts and with each other, and reads their fixes.
func (l *loader) link(docs []*tree.Document) {
	if l.base.Vocabulary == nil {
		return
	}
	trees, problems := tree.Link(docs, l.base.Vocabulary)
	for _, p := range problems {
		l.at(path.Join(p.Article, treeFile), p.Pointer, p.Says)
	}
	for _, doc := range docs {
		l.fixes(doc)
	}
	l.base.plant(trees)
	if len(l.base.entries) == 0 && len(l.problems) == 0 {
		l.problems = append(l.problems, Problem{File: ".", Says: "no tree says `entry: true`: a report that names no article has nowhere to begin"})
	}
}

func (l *loader) fixes(doc *tree.Document) {
	file := path.Join(doc.Article, treeFile)
	byName := map[string]func() *plan.Fix{}
	for _, name := range doc.Fixes.Keys() {
		f, err := doc.Fix(name)
		var wrong *plan.Error
		switch {
		case errors.As(err, &wrong):
			for _, p := range wrong.Problems {
				l.at(file, "/fixes/"+name+p.Pointer, p.Says)
			}
		case err != nil:
			l.at(file, "/fixes/"+name, err.Error())
		default:
			byName[name] = func() *plan.Fix { return &f }
		}
	}
	l.base.fixes[doc.Article] = byName
}
