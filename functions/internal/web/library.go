package web

import (
	"encoding/json"
	"io/fs"
	"sync"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// Shelf is the Library of a knowledge base, and of an archive beside it where there is one.
type Shelf struct {
	Base    *kb.Base
	Content fs.FS                                    // what Base was loaded from
	Mermaid func(*tree.Tree) string                  // draws a tree
	Archive func(id string) (*archive.Article, bool) // finds the originals, nil where no archive is loaded

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
	return s.Archive(id)
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
