package catalog

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// Anchors are the ids of a section on the page of its article: that of its heading, and those of each paragraph. A paragraph of a built-in
// article has the anchors of all paragraphs of the original that it renders; the first one is its own.
type Anchors struct {
	Section    string
	Paragraphs [][]string
}

// reserved are the ids of the page around an article.
var reserved = []string{"main", "q", "in-short", "contents-title", "start-here"}

// AnchorsOf returns the anchors of the sections of an article. They depend on names and numbers alone, as a citation does, so that they
// last as long as the article: workaround-5 is the fifth paragraph of WORKAROUND, and workaround its heading.
func AnchorsOf(a *archive.Article) []Anchors {
	ids := map[string]bool{}
	for _, id := range reserved {
		ids[id] = true
	}
	all := make([]Anchors, len(a.Sections))
	counted := map[string]int{} // paragraphs so far, by the section's name: sections of one name count as one
	for i, section := range a.Sections {
		for _, p := range section.Paragraphs {
			counted[section.Name]++
			all[i].Paragraphs = append(all[i].Paragraphs, paragraphAnchors(ids, section.Name, counted[section.Name], p.Place))
		}
	}
	for i, section := range a.Sections { // after the paragraphs: a proof names these
		all[i].Section = unique(ids, slug(section.Name))
	}
	return all
}

// paragraphAnchors returns the ids of one paragraph: of its number, or, in a built-in article, of the citations that it renders.
func paragraphAnchors(ids map[string]bool, section string, number int, citations string) []string {
	own := []string{Anchor(section, number)}
	if citations != "" {
		own = CitationAnchors(citations)
	}
	for i, id := range own {
		own[i] = unique(ids, id)
	}
	return own
}

// AnchorIn returns the anchor of a paragraph of an article, empty where there is no such paragraph. In a built-in article it is not the
// one of the paragraph's number, but that of the first citation that it renders.
func AnchorIn(a *archive.Article, section string, paragraph int) string {
	for i, of := range AnchorsOf(a) {
		if a.Sections[i].Name != section {
			continue
		}
		if 0 < paragraph && paragraph <= len(of.Paragraphs) {
			return of.Paragraphs[paragraph-1][0]
		}
		paragraph -= len(of.Paragraphs)
	}
	return ""
}

// Anchor returns the anchor of a paragraph of an original: more-information-2.
func Anchor(section string, paragraph int) string { return fmt.Sprint(slug(section), "-", paragraph) }

// slug returns the name of a section as an id; the text before the first heading is top.
func slug(section string) string {
	name := strings.Trim(strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c - 'A' + 'a'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, section), "-")
	if name == "" {
		return "top"
	}
	return name
}

// CitationAnchors returns the anchors of the citations that a paragraph renders: "CAUSE/2, CAUSE/3" is cause-2 and cause-3.
func CitationAnchors(citations string) []string {
	var anchors []string
	for citation := range strings.SplitSeq(citations, ",") {
		section, paragraph, _ := strings.Cut(strings.TrimSpace(citation), "/")
		n, _ := strconv.Atoi(paragraph)
		anchors = append(anchors, Anchor(section, n))
	}
	return anchors
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
