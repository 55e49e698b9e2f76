package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// An articlePageView is an article as a page.
type articlePageView struct {
	*archive.Article
	Modified string
	HasTree  bool
	Start    string // where a diagnosis begins with it
	StandIn  *linkView
	Sections []sectionPageView
	Summary  []sentenceView // our own words for it
	Links    []linkView
	Ours     bool // told in our own words
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
	ID     string
	Others []string // further ids: of the other places that it renders
	Text   []span
	Lines  bool // its line ends mean something
	Place  string
}

// articlePage shows an article for people.
func (s *server) articlePage(w http.ResponseWriter, r *http.Request) error {
	a, err := s.findArticle(r.PathValue("id"))
	if err != nil {
		return err
	}
	v := articlePageView{Article: a, HasTree: s.hasTree(a.ID), Start: "/diagnosis?" + state{article: a.ID}.query()}
	if !a.Modified.IsZero() {
		v.Modified = a.Modified.Format("2 January 2006")
	}
	if a.StandIn != "" {
		v.StandIn = &linkView{ID: a.StandIn}
		if other, ok := s.Library.Article(a.StandIn); ok {
			v.StandIn.Title = other.Title
		}
	}
	v.Links = s.onePerTarget(a.Links)
	v.Sections, v.Ours = sections(a)
	if ours, ok := s.Library.Summary(a.ID); ok {
		v.Summary = summary(ours)
	}
	return writePage(w, r, http.StatusOK, keptShortly, "article", frameView{Title: a.ID + ": " + a.Title, Page: v})
}

// summary returns the paragraphs of our own words, each with the place on the page that it renders.
func summary(ours *archive.Article) []sentenceView {
	linked := linkedBy(ours)
	var views []sentenceView
	for _, section := range ours.Sections {
		for _, p := range section.Paragraphs {
			v := sentenceView{Text: spans(oneLine(p.Text), linked, true)}
			if strings.Contains(p.Place, "/") && !strings.HasPrefix(p.Place, "Q") {
				v.Href = "#" + placeAnchors(p.Place)[0]
			}
			views = append(views, v)
		}
	}
	return views
}

// linkedBy returns the articles that an article links.
func linkedBy(a *archive.Article) map[string]bool {
	linked := map[string]bool{}
	for _, l := range a.Links {
		linked[l.ID] = true
	}
	return linked
}

// onePerTarget returns each linked article once, under the title by which it is cited or else its own.
func (s *server) onePerTarget(links []archive.Link) []linkView {
	var views []linkView
	seen := map[string]bool{}
	for _, l := range links {
		if seen[l.ID] {
			continue
		}
		seen[l.ID] = true
		if a, ok := s.Library.Article(l.ID); ok && l.Title == "" {
			l.Title = a.Title
		}
		views = append(views, linkView(l))
	}
	return views
}

// sections returns the sections of an article with an id for each paragraph. An article of ours names the places in the archive
// that its paragraphs render, and a proof points at those.
func sections(a *archive.Article) (views []sectionPageView, ours bool) {
	ids := map[string]bool{}
	counted := map[string]int{} // paragraphs so far, by the section's name: sections of one name count as one
	linked := linkedBy(a)
	for _, section := range a.Sections {
		v := sectionPageView{Name: section.Name, ID: unique(ids, strings.TrimSuffix(anchor(section.Name, 0), "-0"))}
		for _, p := range section.Paragraphs {
			counted[section.Name]++
			ours = ours || p.Place != ""
			places := []string{anchor(section.Name, counted[section.Name])}
			if p.Place != "" {
				places = placeAnchors(p.Place)
			}
			for i, id := range places {
				places[i] = unique(ids, id)
			}
			text := p.Text
			if p.Place != "" {
				text = oneLine(text)
			}
			v.Paragraphs = append(v.Paragraphs, paragraphPageView{places[0], places[1:], spans(text, linked, p.Place != ""), p.Place == "", readablePlace(p.Place)})
		}
		views = append(views, v)
	}
	return views, ours
}

// placeAnchors returns the anchors of the places that a paragraph renders: "CAUSE/2, CAUSE/3" is cause-2 and cause-3.
func placeAnchors(places string) []string {
	var anchors []string
	for place := range strings.SplitSeq(places, ",") {
		section, paragraph, _ := strings.Cut(strings.TrimSpace(place), "/")
		n, _ := strconv.Atoi(paragraph)
		anchors = append(anchors, anchor(section, n))
	}
	return anchors
}

// readablePlace says the places of a paragraph to a person.
func readablePlace(places string) string {
	var words []string
	for place := range strings.SplitSeq(places, ",") {
		switch place = strings.TrimSpace(place); place {
		case "ext":
			place = "public material outside the archive"
		case "gk":
			place = "general knowledge"
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

// unique returns an id that no other element of the page has.
func unique(ids map[string]bool, id string) string {
	for free, n := id, 2; ; free, n = fmt.Sprint(id, "-", n), n+1 {
		if !ids[free] {
			ids[free] = true
			return free
		}
	}
}
