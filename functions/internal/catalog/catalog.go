// Package catalog is the articles, trees and facts that answers point at: the built-in ones, and beside them the originals of an archive.
// It resolves the links between articles and names the paragraphs of each, so that the API and the page lead to the same places. It finds
// nothing by words (package index does) and knows neither HTTP nor how an article is shown.
package catalog

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

// A Catalog is the catalog of a knowledge base, and of an archive where there is one. It is safe for concurrent use.
type Catalog struct {
	Base    *kb.Base
	Content fs.FS   // what Base was loaded from
	Archive Archive // nil where there is none

	trees sync.Map // article → the tree as JSON, made when it is first asked for
}

// A Tree is an article that a diagnosis can begin at.
type Tree struct {
	ID    string
	About string // what it diagnoses, in one sentence
}

// Find returns the article of an ID, which may be written in lower case. It returns the original where the archive has it, and the
// built-in article where only the knowledge base does.
func (c *Catalog) Find(id string) (*archive.Article, bool) {
	id, err := schemas.Form("article-id", id)
	if err != nil {
		return nil, false
	}
	if a, ok := c.original(id); ok {
		return a, true
	}
	return c.Base.Article(id)
}

func (c *Catalog) original(id string) (*archive.Article, bool) {
	if c.Archive == nil {
		return nil, false
	}
	return c.Archive.Article(id)
}

// Summary returns the built-in article whose original Find returns, and whether there is one.
func (c *Catalog) Summary(id string) (*archive.Article, bool) {
	builtIn, ok := c.Base.Article(id)
	if !ok {
		return nil, false
	}
	if _, ok := c.original(id); !ok {
		return nil, false
	}
	return builtIn, true
}

// Title returns the title of the article that Find returns, and whether there is one.
func (c *Catalog) Title(id string) (string, bool) {
	if c.Archive != nil {
		if title, ok := c.Archive.Title(id); ok {
			return title, true
		}
	}
	if a, ok := c.Base.Article(id); ok {
		return a.Title, true
	}
	return "", false
}

// StandIn returns the article to read instead of one whose original is missing; empty for one that is not missing, and where the content
// names none.
func (c *Catalog) StandIn(id string) string {
	a, ok := c.Base.Article(id)
	if !ok || a.StandIn == "" {
		return ""
	}
	if c.Archive != nil {
		if _, found := c.Archive.Title(id); found {
			return ""
		}
	}
	return a.StandIn
}

// Goal returns what a fix of an article's tree is for, in a sentence in which ${fact} stands for the values of a fact.
func (c *Catalog) Goal(article, fix string) (string, bool) {
	f, ok := c.Base.Fix(article, fix)
	return f.Goal, ok
}

// Trees returns the articles that a diagnosis can begin at: first those for reports that name none, then the others by ID.
func (c *Catalog) Trees() []Tree {
	var all []Tree
	seen := map[string]bool{}
	for _, list := range [][]*tree.Tree{c.Base.Entries(), c.Base.Trees()} {
		for _, t := range list {
			if !seen[t.Article] {
				seen[t.Article] = true
				all = append(all, Tree{t.Article, t.About})
			}
		}
	}
	return all
}

// HasTree reports whether a diagnosis can begin at an article.
func (c *Catalog) HasTree(id string) bool {
	_, ok := c.Base.Tree(id)
	return ok
}

// TreeJSON returns the file of a tree as JSON, in the order of the file, and whether there is such a tree.
func (c *Catalog) TreeJSON(id string) ([]byte, bool) {
	if !c.HasTree(id) {
		return nil, false
	}
	if made, ok := c.trees.Load(id); ok {
		return made.([]byte), true
	}
	file, err := fs.ReadFile(c.Content, id+"/tree.yaml")
	if err != nil {
		return nil, false
	}
	var data json.RawMessage
	if err := schemas.Decode(schemas.Tree, file, &data); err != nil {
		return nil, false // Base was loaded from it, so it can be read
	}
	c.trees.Store(id, []byte(data))
	return data, true
}

// TreeMermaid returns a tree as a Mermaid flowchart, and whether there is such a tree.
func (c *Catalog) TreeMermaid(id string) (string, bool) {
	t, ok := c.Base.Tree(id)
	if !ok {
		return "", false
	}
	return t.Mermaid(), true
}

// Question returns how a person is asked for a fact, and whether there is such a fact. Text is empty for a fact that nobody is asked
// for; Answers hold the labels of its values all the same.
func (c *Catalog) Question(fact string) (desk.Ask, bool) {
	def, ok := c.Base.Vocabulary.Definition(fact)
	if !ok {
		return desk.Ask{}, false
	}
	ask := desk.Ask{Fact: fact, Text: def.Ask, Help: def.Help, Why: def.Why, Form: def.Form, Several: def.Several, Log: def.InLog}
	for value := range def.Answers.All() {
		ask.Answers = append(ask.Answers, desk.Choice{Value: value, Label: c.Base.Vocabulary.Label(fact, value)})
	}
	return ask, true
}

// citing returns the originals that link to an article, and behind them those built-in articles that do and have no original. An archive
// knows nothing of articles that it does not have, nor who links to them.
func (c *Catalog) citing(id string) []archive.Link {
	var all []archive.Link
	if c.Archive != nil {
		all = c.Archive.Cited(id)
	}
	originals := len(all)
	for _, builtIn := range c.Base.Articles() {
		named := func(l archive.Link) bool { return l.ID == id }
		listed := func(l archive.Link) bool { return l.ID == builtIn.ID }
		if slices.ContainsFunc(builtIn.Links, named) && !slices.ContainsFunc(all[:originals], listed) {
			title, _ := c.Title(builtIn.ID)
			all = append(all, archive.Link{ID: builtIn.ID, Title: title})
		}
	}
	return all
}
