package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/index"
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
	Links    []linkView
	Ours     bool // told in our own words
}

type sectionPageView struct {
	Name       string
	ID         string
	Paragraphs []paragraphPageView
}

type paragraphPageView struct {
	ID    string
	Text  []span
	Place string
}

// A span is a stretch of text: plain, marked, or a link to an article.
type span struct {
	Text string
	Mark bool
	Href string
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
	v.Links = onePerTarget(a.Links)
	v.Sections, v.Ours = sections(a)
	return writePage(w, r, http.StatusOK, keptShortly, "article", frameView{Title: a.ID + ": " + a.Title, Page: v})
}

// onePerTarget returns each linked article once, under its first title.
func onePerTarget(links []archive.Link) []linkView {
	var views []linkView
	seen := map[string]bool{}
	for _, l := range links {
		if !seen[l.ID] {
			seen[l.ID] = true
			views = append(views, linkView(l))
		}
	}
	return views
}

// sections returns the sections of an article with an id for each paragraph. An article of ours names the places in the archive
// that its paragraphs render, and a proof points at those.
func sections(a *archive.Article) (views []sectionPageView, ours bool) {
	ids := map[string]bool{}
	counted := map[string]int{} // paragraphs so far, by the section's name: sections of one name count as one
	linked := map[string]bool{}
	for _, l := range a.Links {
		linked[l.ID] = true
	}
	for _, section := range a.Sections {
		v := sectionPageView{Name: section.Name, ID: unique(ids, strings.TrimSuffix(anchor(section.Name, 0), "-0"))}
		for _, p := range section.Paragraphs {
			counted[section.Name]++
			id := anchor(section.Name, counted[section.Name])
			if p.Place != "" {
				ours = true
				id = placeAnchor(p.Place)
			}
			v.Paragraphs = append(v.Paragraphs, paragraphPageView{unique(ids, id), linkify(p.Text, linked), p.Place})
		}
		views = append(views, v)
	}
	return views, ours
}

// placeAnchor returns the anchor of the first of the places that a paragraph renders: "CAUSE/2, CAUSE/3" is cause-2.
func placeAnchor(places string) string {
	first, _, _ := strings.Cut(places, ",")
	section, paragraph, _ := strings.Cut(strings.TrimSpace(first), "/")
	n, _ := strconv.Atoi(paragraph)
	return anchor(section, n)
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

// linkify cuts a text at the numbers of articles that it links.
func linkify(text string, linked map[string]bool) []span {
	var spans []span
	for rest := text; ; {
		i, id := nextNumber(rest, linked)
		if i < 0 {
			return append(spans, span{Text: rest})
		}
		spans = append(spans, span{Text: rest[:i]}, span{Text: id, Href: "/articles/" + id})
		rest = rest[i+len(id):]
	}
}

// nextNumber returns the first number of a linked article in a text, and where it stands; -1 where there is none.
func nextNumber(text string, linked map[string]bool) (at int, id string) {
	for i := 0; i < len(text); i++ {
		if text[i] != 'Q' {
			continue
		}
		end := i + 1
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if linked[text[i:end]] {
			return i, text[i:end]
		}
	}
	return -1, ""
}

// A searchPageView is a page of hits.
type searchPageView struct {
	Query      string
	Problems   []string
	Total      string
	Weak       bool
	Hits       []hitPageView
	DidYouMean *choiceView
	Previous   string
	Next       string
}

type hitPageView struct {
	index.Hit
	Href    string
	Passage []span
}

// searchPage shows what a search finds.
func (s *server) searchPage(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	text := params.Get("q")
	v := searchPageView{Query: text}
	title := "Search"
	if text == "" {
		return writePage(w, r, http.StatusOK, keptShortly, "search", frameView{Title: title, Page: v})
	}
	q, err := readQuery(url.Values{"q": {text}, "from": {params.Get("from")}})
	if bad, ok := err.(*paramError); ok {
		for _, p := range bad.problems {
			v.Problems = append(v.Problems, worded1(p))
		}
		return writePage(w, r, http.StatusUnprocessableEntity, neverKept, "search", frameView{Title: title, Query: text, Page: v})
	}
	found, err := s.Search.Search(r.Context(), q)
	if err != nil {
		return fmt.Errorf("search: %w", err)
	}
	v.fill(q, found)
	return writePage(w, r, http.StatusOK, askAgain, "search", frameView{Title: "Search: " + text, Query: text, Page: v})
}

func (v *searchPageView) fill(q index.Query, found index.Results) {
	v.Weak = found.Weak
	v.Total = count(found.Total, "article", "articles")
	if found.TotalIsMin {
		v.Total = "at least " + v.Total
	}
	if found.DidYouMean != "" && found.DidYouMean != q.Text {
		v.DidYouMean = &choiceView{found.DidYouMean, searchAddress(found.DidYouMean, 0)}
	}
	for _, h := range found.Hits {
		hit := hitPageView{Hit: h, Href: "/articles/" + h.ID, Passage: marked(h.Passage, h.Marks)}
		if h.Section != "" {
			hit.Href += "#" + anchor(h.Section, max(h.Paragraph, 1))
		}
		v.Hits = append(v.Hits, hit)
	}
	if q.From > 0 {
		v.Previous = searchAddress(q.Text, max(q.From-usualSize, 0))
	}
	if next := q.From + len(found.Hits); len(found.Hits) > 0 && next < found.Total && next <= maxFrom {
		v.Next = searchAddress(q.Text, next)
	}
}

func searchAddress(text string, from int) string {
	params := url.Values{"q": {text}}
	if from > 0 {
		params.Set("from", strconv.Itoa(from))
	}
	return "/search?" + params.Encode()
}

// marked cuts a passage at its marks. A mark that lies outside of it, or in the one before, is left out.
func marked(passage string, marks []index.Mark) []span {
	var spans []span
	at := 0
	for _, m := range marks {
		if !validMark(passage, m) || m.Start < at {
			continue
		}
		spans = append(spans, span{Text: passage[at:m.Start]}, span{Text: passage[m.Start:m.End], Mark: true})
		at = m.End
	}
	return append(spans, span{Text: passage[at:]})
}
