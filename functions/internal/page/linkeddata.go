package page

import "github.com/fixdesk/fixdesk/kb/archive"

// A techArticle is an article as schema.org describes one, for programs that read pages. Its addresses are relative to the page.
type techArticle struct {
	Context  string       `json:"@context"`
	Type     string       `json:"@type"`
	At       string       `json:"@id"`
	Number   string       `json:"identifier"`
	Headline string       `json:"headline"`
	Language string       `json:"inLanguage"`
	Modified string       `json:"dateModified,omitempty"`
	Keywords []string     `json:"keywords,omitempty"`
	About    []namedThing `json:"about,omitempty"`
	Sections []string     `json:"articleSection,omitempty"`
	Citation []techCited  `json:"citation,omitempty"`
}

type namedThing struct {
	Type string `json:"@type"`
	Name string `json:"name"`
}

type techCited struct {
	Type     string `json:"@type"`
	At       string `json:"@id,omitempty"` // of one that is here
	Number   string `json:"identifier"`
	Headline string `json:"headline,omitempty"`
}

// linkedData describes an article by what its page shows.
func (s *server) linkedData(a *archive.Article) techArticle {
	t := techArticle{Context: "https://schema.org", Type: "TechArticle", At: "/articles/" + a.ID, Number: a.ID, Headline: a.Title, Language: "en", Keywords: a.Keywords}
	if !a.Modified.IsZero() {
		t.Modified = a.Modified.Format("2006-01-02")
	}
	for _, p := range a.Products {
		t.About = append(t.About, namedThing{"Thing", p})
	}
	for _, section := range a.Sections {
		if section.Name != "" {
			t.Sections = append(t.Sections, section.Name)
		}
	}
	for _, l := range s.onePerTarget(a.Links) {
		t.Citation = append(t.Citation, techCited{"TechArticle", l.Href(), l.ID, l.Title})
	}
	return t
}
