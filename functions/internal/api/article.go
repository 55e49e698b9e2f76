package api

import (
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// An articleView is an article as it is sent: schema article.json.
type articleView struct {
	ID         string         `json:"id"`
	Title      string         `json:"title"`
	Type       string         `json:"type,omitempty"`
	Products   []string       `json:"products,omitempty"`
	Versions   []string       `json:"versions,omitempty"`
	Systems    []string       `json:"systems,omitempty"`
	Keywords   []string       `json:"keywords,omitempty"`
	Technology []string       `json:"technology,omitempty"`
	AppliesTo  []string       `json:"applies_to,omitempty"`
	QueryWords []string       `json:"query_words,omitempty"`
	Modified   string         `json:"modified,omitempty"`
	StandIn    string         `json:"stand_in,omitempty"`
	HasTree    bool           `json:"has_tree"`
	Sections   []sectionView  `json:"sections"`
	Summary    []sectionView  `json:"summary,omitempty"`
	Links      []catalog.Link `json:"links"`
	CitedBy    catalog.Citing `json:"cited_by"`
}

type sectionView struct {
	Name       string          `json:"name"`
	Anchor     string          `json:"anchor,omitempty"` // of its heading on the page of the article; a summary has none
	Paragraphs []paragraphView `json:"paragraphs"`
}

type paragraphView struct {
	Text   string `json:"text"`
	Place  string `json:"place,omitempty"`
	Anchor string `json:"anchor,omitempty"` // on the page of the article
}

// article answers GET /v1/articles/{id}.
func (s *server) article(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, route.JSONType); err != nil {
		return err
	}
	a, ok := s.Catalog.Find(r.PathValue("id"))
	if !ok {
		return route.ErrNotFound
	}
	return route.WriteJSON(w, r, route.CacheShort, s.viewArticle(a))
}

func (s *server) viewArticle(a *archive.Article) articleView {
	v := articleView{ID: a.ID, Title: a.Title, Type: a.IssueType, Products: a.Products, Versions: a.Versions, Systems: a.OS, Keywords: a.Keywords,
		Technology: a.Technology, AppliesTo: a.AppliesTo, QueryWords: a.QueryWords, StandIn: s.Catalog.StandIn(a.ID), HasTree: s.Catalog.HasTree(a.ID),
		Sections: viewSections(a.Sections), Links: []catalog.Link{}, CitedBy: s.Catalog.Citing(a.ID)}
	if !a.Modified.IsZero() {
		v.Modified = a.Modified.Format("2006-01-02")
	}
	for i, of := range catalog.AnchorsOf(a) {
		v.Sections[i].Anchor = of.Section
		for j, ids := range of.Paragraphs {
			v.Sections[i].Paragraphs[j].Anchor = ids[0]
		}
	}
	if ours, ok := s.Catalog.Summary(a.ID); ok {
		v.Summary = viewSections(ours.Sections)
	}
	for _, l := range a.Links[:min(len(a.Links), catalog.MaxLinks)] {
		v.Links = append(v.Links, s.Catalog.Resolve(l))
	}
	return v
}

func viewSections(sections []archive.Section) []sectionView {
	views := make([]sectionView, len(sections))
	for i, section := range sections {
		views[i] = sectionView{Name: section.Name, Paragraphs: make([]paragraphView, len(section.Paragraphs))}
		for j, p := range section.Paragraphs {
			views[i].Paragraphs[j] = paragraphView{Text: p.Text, Place: p.Place}
		}
	}
	return views
}
