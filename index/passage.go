package index

import (
	"strings"
	"unicode/utf8"
)

// A passage is cut to about so many bytes, at line ends where it can be.
const (
	passageBytes   = 480
	maxMarks       = 64
	maxPassageText = 64 << 10 // of an article, what is looked at
)

// passage finds the paragraph of an article that has most of the query, and marks the words in it.
func (s *search) passage(h *Hit, a *opened) {
	r := &s.ranker
	r.mark(&s.query)
	defer r.forget(&s.query)
	var best float32
	var found string
	at := make(map[string]int) // sections of one name count as one
	n := 0
	for _, sec := range a.Sections {
		for _, p := range sec.Paragraphs {
			at[sec.Name]++
			if n == len(a.tokens) {
				break
			}
			score := r.paragraph(a.tokens[n]) * sectionWorth(sec.Name)
			if n++; score > best {
				best, found = score, p.Text
				h.Section, h.Paragraph = sec.Name, at[sec.Name]
			}
		}
	}
	if best == 0 {
		return
	}
	h.Passage = found
	h.Marks = s.marks(found)
	cut(h)
}

// mark takes the words of a query over, to find them in text.
func (r *ranker) mark(q *parsed) {
	for i := range q.words {
		if w := &q.words[i]; w.postings.df > 0 {
			r.put(w.text, i)
			r.weight[i+1] = w.idf * w.weight
		}
	}
}

// sectionWorth prefers what says how it looks and what to do over what surrounds it.
func sectionWorth(name string) float32 {
	switch name {
	case "SYMPTOMS", "SYMPTOM", "CAUSE", "RESOLUTION", "WORKAROUND":
		return 1.15
	case "STATUS", "REFERENCES":
		return .7
	}
	return 1
}

// paragraph is what a paragraph has of the query: the weight of its words, and a quarter of that of those that stand side by side.
func (r *ranker) paragraph(tokens []uint16) float32 {
	var seen uint64
	var score float32
	var before uint8
	for _, t := range tokens {
		w := r.place[t]
		if w != 0 {
			if bit := uint64(1) << (w - 1); seen&bit == 0 {
				seen |= bit
				score += r.weight[w]
				if before != 0 && before != w {
					score += r.weight[w] / 4
				}
			}
		}
		before = w
	}
	if n := len(tokens); n > 150 { // a listing has everything somewhere
		score *= 150 / float32(n)
	}
	return score
}

// marks returns the stretches of a text that are words of the query.
func (s *search) marks(text string) []Mark {
	all := make([]Mark, 0, 16)
	s.scan.scan(text, func(t term) {
		if s.ranker.place[token(t.text)] == 0 || len(all) == maxMarks {
			return
		}
		if n := len(all); n > 0 && t.begin < all[n-1].End { // a compound stands over its parts
			for n > 0 && all[n-1].Start >= t.begin {
				n--
			}
			if n < len(all) && t.begin <= all[n].Start && t.end >= all[len(all)-1].End {
				all = append(all[:n], Mark{t.begin, t.end})
			}
			return
		}
		all = append(all, Mark{t.begin, t.end})
	})
	return all
}

// cut shortens a passage to the stretch of lines with most marks.
func cut(h *Hit) {
	if len(h.Passage) <= passageBytes {
		return
	}
	begin, end := window(h.Passage, h.Marks)
	var kept []Mark
	for _, m := range h.Marks {
		if begin <= m.Start && m.End <= end {
			kept = append(kept, Mark{m.Start - begin, m.End - begin})
		}
	}
	h.Passage, h.Marks = h.Passage[begin:end], kept
}

// window returns the stretch of about passageBytes that begins at a line and has the most marks.
func window(text string, marks []Mark) (begin, end int) {
	most := -1
	for at := 0; at < len(text); {
		last := min(at+passageBytes, len(text))
		n := 0
		for _, m := range marks {
			if at <= m.Start && m.End <= last {
				n++
			}
		}
		if n > most {
			most, begin, end = n, at, last
		}
		next := strings.IndexByte(text[at:], '\n')
		if next < 0 {
			break
		}
		at += next + 1
	}
	if i := strings.LastIndexByte(text[begin:end], '\n'); end < len(text) && i > passageBytes/2 {
		end = begin + i
	}
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return begin, end
}
