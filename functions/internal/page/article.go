package page

import (
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// An articlePageView is an article as a page.
type articlePageView struct {
	*archive.Article
	Modified string
	HasTree  bool
	Start    string // where a diagnosis begins with it
	Instead  *catalog.Link
	Sections []sectionPageView
	Summary  []sentenceView // our own words for it
	Links    []catalog.Link
	CitedBy  citingPageView
	Ours     bool // told in our own words
	LD       techArticle
}

// A sentenceView is a paragraph of a summary, with the place that it renders.
type sentenceView struct {
	Text []span
	Href string
}

type sectionPageView struct {
	Name       string
	ID         string
	Paragraphs []paragraphPageView
}

type paragraphPageView struct {
	ID      string
	Others  []string // further ids: of the other places that it renders
	Text    []span
	Heading string // it is a heading within its section, and nothing else
	Lines   bool   // its line ends mean something
	Set     bool   // and its blanks: code, a table
	Place   string
}

// A citingPageView is who links to an article: the first few, and the others that a person may unfold.
type citingPageView struct {
	Total       int
	First, More []archive.Link
	Left        int // that are not shown
}

// firstCiting is how many articles that link to one are shown at once.
const firstCiting = 8

// Contents reports whether the article is long enough for a table of its sections.
func (v articlePageView) Contents() bool {
	paragraphs, named := 0, 0
	for _, s := range v.Sections {
		paragraphs += len(s.Paragraphs)
		if s.Name != "" {
			named++
		}
	}
	return named > 2 && paragraphs > 12
}

// articlePage shows an article for people. Its entity tag is all that a later request can ask with: what the page says of links
// changes without the article, so the date of the article is none of the page.
func (s *server) articlePage(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.Catalog.Find(r.PathValue("id"))
	if !ok {
		return route.ErrNotFound
	}
	v := articlePageView{Article: a, HasTree: s.Catalog.HasTree(a.ID), Start: "/diagnosis?" + state{article: a.ID}.query(), LD: s.linkedData(a)}
	if !a.Modified.IsZero() {
		v.Modified = a.Modified.Format("2 January 2006")
	}
	if id := s.Catalog.StandIn(a.ID); id != "" {
		instead := s.Catalog.Resolve(archive.Link{ID: id})
		v.Instead = &instead
	}
	v.Links = s.onePerTarget(a.Links)
	v.CitedBy = viewCitingPage(s.Catalog.Citing(a.ID))
	v.Sections, v.Ours = s.sections(a)
	if ours, ok := s.Catalog.Summary(a.ID); ok {
		v.Summary = s.summary(ours)
	}
	return writePage(w, r, http.StatusOK, route.CacheShort, "article", frameView{Title: a.ID + ": " + a.Title, Page: v})
}

func viewCitingPage(c catalog.Citing) citingPageView {
	v := citingPageView{Total: c.Total, Left: c.Total - len(c.Articles)}
	for _, l := range c.Articles {
		v.First = append(v.First, archive.Link(l))
	}
	if len(v.First) > firstCiting+1 {
		v.First, v.More = v.First[:firstCiting], v.First[firstCiting:]
	}
	return v
}

// summary returns the paragraphs of our own words, each with the place on the page that it renders.
func (s *server) summary(ours *archive.Article) []sentenceView {
	links := s.Catalog.LinksOf(ours)
	var views []sentenceView
	for _, section := range ours.Sections {
		for _, p := range section.Paragraphs {
			v := sentenceView{Text: spans(oneLine(p.Text), links, true)}
			if strings.Contains(p.Place, "/") && !strings.HasPrefix(p.Place, "Q") {
				v.Href = "#" + catalog.CitationAnchors(p.Place)[0]
			}
			views = append(views, v)
		}
	}
	return views
}

// onePerTarget returns each linked article once, under the title by which it is cited or else its own.
func (s *server) onePerTarget(links []archive.Link) []catalog.Link {
	var views []catalog.Link
	seen := map[string]bool{}
	for _, l := range links {
		if !seen[l.ID] {
			seen[l.ID] = true
			views = append(views, s.Catalog.Resolve(l))
		}
	}
	return views
}

// sections returns the sections of an article with the ids of its paragraphs. An article of ours names the places in the archive
// that its paragraphs render, and a proof points at those.
func (s *server) sections(a *archive.Article) (views []sectionPageView, ours bool) {
	links := s.Catalog.LinksOf(a)
	anchors := catalog.AnchorsOf(a)
	for i, section := range a.Sections {
		v := sectionPageView{Name: section.Name, ID: anchors[i].Section}
		for j, p := range section.Paragraphs {
			ids := anchors[i].Paragraphs[j]
			ours = ours || p.Place != ""
			v.Paragraphs = append(v.Paragraphs, viewParagraph(p, ids, links))
		}
		views = append(views, v)
	}
	return views, ours
}

func viewParagraph(p archive.Paragraph, ids []string, links map[string]catalog.Link) paragraphPageView {
	v := paragraphPageView{ID: ids[0], Others: ids[1:]}
	if p.Place != "" {
		v.Text, v.Place = spans(oneLine(p.Text), links, true), readablePlace(p.Place)
		return v
	}
	if v.Heading = headed(p.Text); v.Heading != "" {
		return v
	}
	text, set := laid(p.Text)
	v.Text, v.Set, v.Lines = spans(text, links, false), set, !set && strings.Contains(text, "\n")
	return v
}

// readablePlace says the places of a paragraph to a person.
func readablePlace(places string) string {
	var words []string
	for place := range strings.SplitSeq(places, ",") {
		switch place = strings.TrimSpace(place); place {
		case "ext", "gk":
			place = voice.StatedBy(place)
		default:
			if strings.HasPrefix(place, "/") {
				place = "beginning" + place
			}
			place = strings.ReplaceAll(place, "/", " ")
		}
		words = append(words, place)
	}
	return strings.Join(words, ", ")
}
