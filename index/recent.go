package index

import (
	"sync"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// An opened article is one that was read, with the tokens of its paragraphs: what a passage is chosen by.
type opened struct {
	*archive.Article
	tokens [][]uint16 // by paragraph, in order, of the first maxPassageText bytes
}

// open scans an article for passages.
func (s *search) open(a *archive.Article) *opened {
	o := &opened{Article: a}
	looked := 0
	for _, sec := range a.Sections {
		for _, p := range sec.Paragraphs {
			if looked += len(p.Text); looked > maxPassageText {
				return o
			}
			var tokens []uint16
			s.scan.scan(p.Text, func(t term) { tokens = append(tokens, token(t.text)) })
			o.tokens = append(o.tokens, tokens)
		}
	}
	return o
}

// recent keeps articles that were opened lately: questions come in series, and the articles of a small index come again and
// again. The zero recent is ready to use, and for concurrent use.
type recent struct {
	mu  sync.Mutex
	all map[int]*opened
}

// maxRecent bounds the articles kept, of some ten kilobytes each. When they are too many, all go: reading one again is cheap.
const maxRecent = 128

func (r *recent) get(doc int) *opened {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all[doc]
}

func (r *recent) put(doc int, o *opened) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil || len(r.all) >= maxRecent {
		r.all = make(map[int]*opened)
	}
	r.all[doc] = o
}

// opened returns the article of a document, ready for passages.
func (s *search) opened(doc int) (*opened, error) {
	if o := s.x.recent.get(doc); o != nil {
		return o, nil
	}
	a, err := s.x.read(doc)
	if err != nil {
		return nil, err
	}
	o := s.open(a)
	s.x.recent.put(doc, o)
	return o, nil
}
