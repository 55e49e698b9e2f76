package web

import (
	"net/http"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/schemas"
)

// An articleView is an article as it is sent: schema article.json.
type articleView struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Type       string        `json:"type,omitempty"`
	Products   []string      `json:"products,omitempty"`
	Versions   []string      `json:"versions,omitempty"`
	Systems    []string      `json:"systems,omitempty"`
	Keywords   []string      `json:"keywords,omitempty"`
	Technology []string      `json:"technology,omitempty"`
	AppliesTo  []string      `json:"applies_to,omitempty"`
	QueryWords []string      `json:"query_words,omitempty"`
	Modified   string        `json:"modified,omitempty"`
	StandIn    string        `json:"stand_in,omitempty"`
	HasTree    bool          `json:"has_tree"`
	Sections   []sectionView `json:"sections"`
	Summary    []sectionView `json:"summary,omitempty"`
	Links      []linkView    `json:"links"`
	CitedBy    citingView    `json:"cited_by"`
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
	if _, err := negotiate(w, r, jsonType); err != nil {
		return err
	}
	a, err := s.findArticle(r.PathValue("id"))
	if err != nil {
		return err
	}
	return writeJSON(w, r, keptShortly, s.viewArticle(a))
}

// findArticle returns the article of that number, which may be written small.
func (s *server) findArticle(number string) (*archive.Article, error) {
	id, err := schemas.Form("article-id", number)
	if err != nil {
		return nil, errNotFound
	}
	a, ok := s.Library.Article(id)
	if !ok {
		return nil, errNotFound
	}
	return a, nil
}

func (s *server) viewArticle(a *archive.Article) articleView {
	v := articleView{ID: a.ID, Title: a.Title, Type: a.IssueType, Products: a.Products, Versions: a.Versions, Systems: a.OS, Keywords: a.Keywords,
		Technology: a.Technology, AppliesTo: a.AppliesTo, QueryWords: a.QueryWords, StandIn: s.Library.Instead(a.ID), HasTree: s.hasTree(a.ID),
		Sections: viewSections(a.Sections), Links: []linkView{}, CitedBy: s.citing(a.ID)}
	if !a.Modified.IsZero() {
		v.Modified = a.Modified.Format("2006-01-02")
	}
	for i, of := range anchorsOf(a) {
		v.Sections[i].Anchor = of.section
		for j, ids := range of.paragraphs {
			v.Sections[i].Paragraphs[j].Anchor = ids[0]
		}
	}
	if ours, ok := s.Library.Summary(a.ID); ok {
		v.Summary = viewSections(ours.Sections)
	}
	for _, l := range a.Links[:min(len(a.Links), maxLinks)] {
		v.Links = append(v.Links, s.resolve(l))
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
