package web

import (
	"encoding/json"
	"io/fs"
	"slices"
	"sync"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// An Archive holds the originals. It is safe for concurrent use; *index.Index is one.
type Archive interface {
	// Article returns an original by its ID, and whether there is one. The caller does not change it.
	Article(id string) (*archive.Article, bool)
	// Title returns the title of an original, and whether there is one.
	Title(id string) (string, bool)
	// Cited returns the originals that link to an article, in the order of the archive.
	Cited(id string) []archive.Link
}

// Shelf is the Library of a knowledge base, and of an archive beside it where there is one.
type Shelf struct {
	Base    *kb.Base
	Content fs.FS                   // what Base was loaded from
	Mermaid func(*tree.Tree) string // draws a tree
	Archive Archive                 // nil where there is none

	trees sync.Map // article → the tree as JSON, made when it is first asked for
}

// Article returns the archive's article where there is one: ours is its summary. It returns ours where there is none.
func (s *Shelf) Article(id string) (*archive.Article, bool) {
	if a, ok := s.original(id); ok {
		return a, true
	}
	return s.Base.Article(id)
}

func (s *Shelf) original(id string) (*archive.Article, bool) {
	if s.Archive == nil {
		return nil, false
	}
	return s.Archive.Article(id)
}

// Summary returns our own words where the archive has the article too.
func (s *Shelf) Summary(id string) (*archive.Article, bool) {
	ours, ok := s.Base.Article(id)
	if !ok {
		return nil, false
	}
	if _, ok := s.original(id); !ok {
		return nil, false
	}
	return ours, true
}

// Title returns the title of an article as Article would.
func (s *Shelf) Title(id string) (string, bool) {
	if s.Archive != nil {
		if title, ok := s.Archive.Title(id); ok {
			return title, true
		}
	}
	if a, ok := s.Base.Article(id); ok {
		return a.Title, true
	}
	return "", false
}

// Instead returns what our content names as the stand-in of an article whose original is missing.
func (s *Shelf) Instead(id string) string {
	a, ok := s.Base.Article(id)
	if !ok || a.StandIn == "" {
		return ""
	}
	if s.Archive != nil {
		if _, found := s.Archive.Title(id); found {
			return ""
		}
	}
	return a.StandIn
}

// Citing returns the originals that link to an article, and behind them those of our own articles that do and are none of them. An
// archive knows nothing of articles that it does not have, nor who links to them.
func (s *Shelf) Citing(id string) []archive.Link {
	var all []archive.Link
	if s.Archive != nil {
		all = s.Archive.Cited(id)
	}
	originals := len(all)
	for _, ours := range s.Base.Articles() {
		named := func(l archive.Link) bool { return l.ID == id }
		listed := func(l archive.Link) bool { return l.ID == ours.ID }
		if slices.ContainsFunc(ours.Links, named) && !slices.ContainsFunc(all[:originals], listed) {
			title, _ := s.Title(ours.ID)
			all = append(all, archive.Link{ID: ours.ID, Title: title})
		}
	}
	return all
}

// Goal returns what a fix is for, with the names of facts where their values belong: ${nonexistent_sites}.
func (s *Shelf) Goal(article, fix string) (string, bool) {
	f, ok := s.Base.Fix(article, fix)
	return f.Goal, ok
}

// Trees returns the trees that reports begin at, then the others.
func (s *Shelf) Trees() []Tree {
	var all []Tree
	seen := map[string]bool{}
	for _, list := range [][]*tree.Tree{s.Base.Entries(), s.Base.Trees()} {
		for _, t := range list {
			if !seen[t.Article] {
				seen[t.Article] = true
				all = append(all, Tree{t.Article, t.About})
			}
		}
	}
	return all
}

func (s *Shelf) Tree(id string) (Tree, bool) {
	t, ok := s.Base.Tree(id)
	if !ok {
		return Tree{}, false
	}
	return Tree{t.Article, t.About}, true
}

// TreeJSON returns the tree's file as JSON, in the order of the file.
func (s *Shelf) TreeJSON(id string) ([]byte, bool) {
	if _, ok := s.Base.Tree(id); !ok {
		return nil, false
	}
	if made, ok := s.trees.Load(id); ok {
		return made.([]byte), true
	}
	file, err := fs.ReadFile(s.Content, id+"/tree.yaml")
	if err != nil {
		return nil, false
	}
	var data json.RawMessage
	if err := schemas.Decode(schemas.Tree, file, &data); err != nil {
		return nil, false // Base was loaded from it, so it can be read
	}
	s.trees.Store(id, []byte(data))
	return data, true
}

func (s *Shelf) TreeMermaid(id string) (string, bool) {
	t, ok := s.Base.Tree(id)
	if !ok {
		return "", false
	}
	return s.Mermaid(t), true
}

// Question returns how a person is asked for a fact of the vocabulary.
func (s *Shelf) Question(fact string) (desk.Ask, bool) {
	def, ok := s.Base.Vocabulary.Definition(fact)
	if !ok {
		return desk.Ask{}, false
	}
	ask := desk.Ask{Fact: fact, Text: def.Ask, Help: def.Help, Why: def.Why, Form: def.Form, Several: def.Several, Log: def.InLog}
	for value := range def.Answers.All() {
		ask.Answers = append(ask.Answers, desk.Choice{Value: value, Label: s.Base.Vocabulary.Label(fact, value)})
	}
	return ask, true
}
