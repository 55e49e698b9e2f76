package facts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A speller puts right words of a report that are one typing error away from a word that signs look for: one letter too many,
// too few, wrong, or two swapped. Short words are left alone; they are too near to others.
type speller struct {
	words map[string]bool
	near  map[string]string // a word with one letter left out → the word
}

const (
	minSpell = 6  // letters
	maxSpell = 24 // letters; nothing longer is looked at
)

func newSpeller(words []string) *speller {
	s := &speller{words: map[string]bool{}, near: map[string]string{}}
	for _, w := range words {
		s.words[w] = true
		for i := range len(w) {
			s.near[w[:i]+w[i+1:]] = w
		}
	}
	return s
}

// correct returns the word that a lower-cased one was meant to be, and whether there is one.
func (s *speller) correct(word string) (string, bool) {
	if len(word) < minSpell || len(word) > maxSpell || s.words[word] || !ascii(word) {
		return "", false
	}
	w, ok := s.candidate(word)
	// "changing" is no slip of "hanging", nor "servicepack1" of "servicepack"
	return w, ok && w[0] == word[0] && digits(w) == digits(word)
}

func (s *speller) candidate(word string) (string, bool) {
	if w, ok := s.near[word]; ok { // one letter missing
		return w, true
	}
	for i := range len(word) {
		left := word[:i] + word[i+1:]
		if s.words[left] { // one letter too many
			return left, true
		}
		if w, ok := s.near[left]; ok && oneAway(word, w) {
			return w, true
		}
	}
	return "", false
}

// oneAway reports whether two words of one length differ in one letter or in two neighbours that are swapped.
func oneAway(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// A prose is a report's text with its typing errors put right, and the way back to what was typed.
type prose struct {
	typed string
	text  string
	edits []edit
}

// edit says that text[at:at+len(new)] stands for typed[from:to].
type edit struct{ at, end, from, to int }

// read puts the words of a text right.
func (s *speller) read(typed string) *prose {
	typed = strings.ToValidUTF8(typed, "?")
	p := &prose{typed: typed, text: typed}
	var b strings.Builder
	done := 0
	for from, to := range words(typed) {
		if to-from < minSpell { // nor is it long enough in small letters, if those are ASCII
			continue
		}
		w, ok := s.correct(strings.ToLower(typed[from:to]))
		if !ok {
			continue
		}
		b.WriteString(typed[done:from])
		p.edits = append(p.edits, edit{b.Len(), b.Len() + len(w), from, to})
		b.WriteString(w)
		done = to
	}
	if done > 0 {
		b.WriteString(typed[done:])
		p.text = b.String()
	}
	return p
}

// words yields where the words of a text begin and end, in bytes.
func words(text string) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		start := -1
		for i, r := range text {
			in := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
			switch {
			case in && start < 0:
				start = i
			case !in && start >= 0:
				if !yield(start, i) {
					return
				}
				start = -1
			}
		}
		if start >= 0 {
			yield(start, len(text))
		}
	}
}

// original returns what was typed where text[from:to] stands now.
func (p *prose) original(from, to int) string {
	a, b := p.back(from, false), p.back(to, true)
	return p.typed[a:b]
}

func (p *prose) back(pos int, end bool) int {
	shift := 0
	for _, e := range p.edits {
		if pos >= e.end {
			shift = e.to - e.end
			continue
		}
		if pos > e.at {
			if end {
				return e.to
			}
			return e.from
		}
		break
	}
	return pos + shift
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// lowerRune lower-cases the letters whose lower case is as long as they are.
func lowerRune(r rune) rune {
	if l := unicode.ToLower(r); utf8.RuneLen(l) == utf8.RuneLen(r) {
		return l
	}
	return r
}
