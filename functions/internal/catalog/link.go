package catalog

import (
	"github.com/fixdesk/fixdesk/kb/archive"
)

// Where a linked article is.
const (
	Here    = "here"    // it can be read here
	Missing = "missing" // its original is not in this collection
)

// A Link is a link to another article, resolved: schema article.json.
type Link struct {
	ID      string `json:"id"`
	Title   string `json:"title,omitempty"`
	State   string `json:"state"`
	Instead string `json:"instead,omitempty"` // of one that is missing: the article to read
}

// Href is the address of the page of a linked article, empty where it is missing.
func (l Link) Href() string {
	if l.State != Here {
		return ""
	}
	return "/articles/" + l.ID
}

// Citing is which articles link to an article: schema article.json.
type Citing struct {
	Total    int     `json:"total"`
	Articles []Cited `json:"articles"` // the first of them
}

// Cited is an article that links to another one.
type Cited struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// MaxLinks is how many links of an article are listed: some have thousands.
const MaxLinks = 2000

// maxCiting is how many of the articles that link to one are listed: there may be thousands.
const maxCiting = 50

// Resolve returns where a linked article can be read, under the title by which it is cited or else its own.
func (c *Catalog) Resolve(l archive.Link) Link {
	v := Link{ID: l.ID, Title: l.Title, State: Missing}
	title, found := c.Title(l.ID)
	if v.Title == "" {
		v.Title = title
	}
	instead := c.StandIn(l.ID)
	if found && instead == "" {
		v.State = Here
	}
	if _, readable := c.Title(instead); readable {
		v.Instead = instead
	}
	return v
}

// LinksOf returns the articles that an article links, each resolved, by their ID.
func (c *Catalog) LinksOf(a *archive.Article) map[string]Link {
	links := map[string]Link{}
	for _, l := range a.Links {
		if _, done := links[l.ID]; !done {
			links[l.ID] = c.Resolve(l)
		}
	}
	return links
}

// Citing returns which articles link to an article: how many, and the first of them.
func (c *Catalog) Citing(id string) Citing {
	all := c.citing(id)
	v := Citing{Total: len(all), Articles: []Cited{}}
	for _, l := range all[:min(len(all), maxCiting)] {
		v.Articles = append(v.Articles, Cited(l))
	}
	return v
}
