package index

import (
	"encoding/binary"
	"errors"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// read returns the article of a document.
func (x *Index) read(doc int) (*archive.Article, error) {
	if x.kept != nil {
		return x.kept[doc], nil
	}
	begin, end := x.table.article(doc)
	if begin > end || end > len(x.articles) {
		return nil, errors.New("index: articles: damaged")
	}
	return unpack(x.articles[begin:end])
}

// Article returns the article of that number, which must not be changed. It is false for one that the index does not have.
func (x *Index) Article(id string) (*archive.Article, bool) {
	doc, ok := x.doc(id)
	if !ok {
		return nil, false
	}
	a, err := x.read(doc)
	return a, err == nil
}

// Title returns the title of the article of that number. It is false for one that the index does not have.
func (x *Index) Title(id string) (string, bool) {
	doc, ok := x.doc(id)
	if !ok {
		return "", false
	}
	return x.table.title(doc), true
}

// Cited returns the articles that name the one of that number, in the order of the archive.
func (x *Index) Cited(id string) []archive.Link {
	doc, ok := x.doc(id)
	if !ok {
		return nil
	}
	var all []archive.Link
	for by := x.table.span(secCitedAt, doc, 4); len(by) >= 4; by = by[4:] {
		d := int(binary.LittleEndian.Uint32(by))
		all = append(all, archive.Link{ID: x.table.id(d), Title: x.table.title(d)})
	}
	return all
}

// Passage returns the text of a place in an article. It is false for a place that the index does not have.
func (x *Index) Passage(article, section string, paragraph int) (string, bool) {
	a, ok := x.Article(article)
	if !ok {
		return "", false
	}
	p, ok := archive.Place(a, section, paragraph)
	return p.Text, ok
}

func (x *Index) doc(id string) (int, bool) {
	if len(id) < 2 || len(id) > 9 || id[0] != 'Q' || !isDigits(id[1:]) {
		return 0, false
	}
	n := 0
	for _, c := range id[1:] {
		n = 10*n + int(c-'0')
	}
	return x.table.find(n)
}
