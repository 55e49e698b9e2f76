package web

import (
	"github.com/fixdesk/fixdesk/kb/archive"
)

// Where a linked article is.
const (
	stateHere    = "here"    // it can be read here
	stateMissing = "missing" // its original is not in this collection
)

// A linkView is a link to another article, resolved: schema article.json.
type linkView struct {
	ID      string `json:"id"`
	Title   string `json:"title,omitempty"`
	State   string `json:"state"`
	Instead string `json:"instead,omitempty"` // of one that is missing: the article to read
}

// Href is where a linked article is read, empty where it is missing.
func (l linkView) Href() string {
	if l.State != stateHere {
		return ""
	}
	return "/articles/" + l.ID
}

// A citingView is who links to an article: schema article.json.
type citingView struct {
	Total    int         `json:"total"`
	Articles []citedView `json:"articles"`
}

type citedView struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Bounds of what is said of links: some articles link to thousands, and some are linked by thousands.
const (
	maxLinks  = 2000
	maxCiting = 50
)

// resolve says where a linked article can be read, under the title by which it is cited or else its own.
func (s *server) resolve(l archive.Link) linkView {
	v := linkView{ID: l.ID, Title: l.Title, State: stateMissing}
	title, found := s.Library.Title(l.ID)
	if v.Title == "" {
		v.Title = title
	}
	instead := s.Library.Instead(l.ID)
	if found && instead == "" {
		v.State = stateHere
	}
	if _, readable := s.Library.Title(instead); readable {
		v.Instead = instead
	}
	return v
}

// linksOf returns the articles that an article links, each resolved.
func (s *server) linksOf(a *archive.Article) map[string]linkView {
	links := map[string]linkView{}
	for _, l := range a.Links {
		if _, done := links[l.ID]; !done {
			links[l.ID] = s.resolve(l)
		}
	}
	return links
}

// citing returns who links to an article: how many, and the first of them.
func (s *server) citing(id string) citingView {
	all := s.Library.Citing(id)
	v := citingView{Total: len(all), Articles: []citedView{}}
	for _, l := range all[:min(len(all), maxCiting)] {
		v.Articles = append(v.Articles, citedView(l))
	}
	return v
}
