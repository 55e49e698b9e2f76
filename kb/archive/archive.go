// Package archive reads knowledge-base articles: the public archive's own format, from a folder, a .tar.gz or a .zip, and the
// content files in which this project retells an article in its own words. It cuts an article into the parts that a proof can
// point at and judges none of them: what an article means, and whether it is right, is not known here.
package archive

import "time"

// An Article is one knowledge-base article, cut into the parts that a proof can point at.
type Article struct {
	ID         string    // "Q238865"
	Title      string    // without the Q-number in front
	Products   []string  // the values of Product(s)
	Versions   []string  // "winnt:2.0"
	OS         []string  // the values of Operating System(s)
	Keywords   []string  // kb keywords, header and footer together, each once
	Technology []string  // kb technology words of the footer
	IssueType  string    // "kbprb", "kbbug", "kbhowto", "kbinfo"; empty where the article says none
	Modified   time.Time // zero where the article says none
	AppliesTo  []string  // the bullets of "The information in this article applies to"
	Sections   []Section // in the order of the article; text before the first heading is a section with an empty Name
	Links      []Link    // in the order of the article, each target once per title
	QueryWords []string  // the words after "Additional query words:"
	StandIn    string    // the article to read instead of this one, which is missing: only in content of our own
}

// A Section is a headed part of an article: SYMPTOMS, CAUSE, WORKAROUND.
type Section struct {
	Name       string
	Paragraphs []Paragraph // blocks between blank lines, counted from 1 where a proof names them
}

// A Paragraph is a block between blank lines.
type Paragraph struct {
	Text  string // lines joined by one line feed, indentation of the first line removed
	Place string // in content of our own, the place in the archive that it renders: "CAUSE/2"; else empty
}

// A Link is another article that this one names.
type Link struct {
	ID    string
	Title string // the title under which it was cited, empty where only its number was
}
