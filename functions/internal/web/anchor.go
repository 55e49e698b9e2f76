package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// sectionAnchors are the ids of a section on the page of its article, and those of its paragraphs: first the own one of each, then
// those of other places that it renders.
type sectionAnchors struct {
	section    string
	paragraphs [][]string
}

// taken are the ids of the page around an article.
var taken = []string{"main", "q", "in-short", "contents-title", "start-here"}

// anchorsOf returns the anchors of an article. They hang on names and numbers alone, as a proof does, so that they stay as long as
// the article does: workaround-5 is the fifth paragraph of WORKAROUND, and workaround its heading.
func anchorsOf(a *archive.Article) []sectionAnchors {
	ids := map[string]bool{}
	for _, id := range taken {
		ids[id] = true
	}
	all := make([]sectionAnchors, len(a.Sections))
	counted := map[string]int{} // paragraphs so far, by the section's name: sections of one name count as one
	for i, section := range a.Sections {
		for _, p := range section.Paragraphs {
			counted[section.Name]++
			all[i].paragraphs = append(all[i].paragraphs, ownAnchors(ids, section.Name, counted[section.Name], p.Place))
		}
	}
	for i, section := range a.Sections { // after the paragraphs: a proof names these
		all[i].section = unique(ids, slug(section.Name))
	}
	return all
}

// ownAnchors returns the ids of one paragraph: of its number, or, in an article of ours, of the places that it renders.
func ownAnchors(ids map[string]bool, section string, number int, place string) []string {
	own := []string{anchor(section, number)}
	if place != "" {
		own = placeAnchors(place)
	}
	for i, id := range own {
		own[i] = unique(ids, id)
	}
	return own
}

// anchorIn returns where a paragraph of an article stands on its page, empty where there is no such paragraph. In an article of ours
// that is another place than its number says: there, anchors are those of the places that are rendered.
func anchorIn(a *archive.Article, section string, paragraph int) string {
	for i, of := range anchorsOf(a) {
		if a.Sections[i].Name != section {
			continue
		}
		if 0 < paragraph && paragraph <= len(of.paragraphs) {
			return of.paragraphs[paragraph-1][0]
		}
		paragraph -= len(of.paragraphs)
	}
	return ""
}

// anchor names a paragraph of an article's page: more-information-2.
func anchor(section string, paragraph int) string { return fmt.Sprint(slug(section), "-", paragraph) }

// slug is a section's name as an id; the text before the first section is the top.
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

// unique returns an id that no other element of the page has.
func unique(ids map[string]bool, id string) string {
	for free, n := id, 2; ; free, n = fmt.Sprint(id, "-", n), n+1 {
		if !ids[free] {
			ids[free] = true
			return free
		}
	}
}
