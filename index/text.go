package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
)

// A scanner cuts text into the terms of the index. It knows what knowledge-base articles are full of: file names, versions,
// hex codes, article numbers. It is not for concurrent use.
type scanner struct {
	known map[string]stemmed // words seen before, by their surface form
	buf   []byte
}

// A stemmed is a word in lower case, and its stem.
type stemmed struct{ low, stem string }

func newScanner() *scanner { return &scanner{known: make(map[string]stemmed)} }

// maxStems bounds the memory of a scanner. The archive has 150,000 different words.
const maxStems = 1 << 18

// A term is one unit of meaning in a text.
type term struct {
	text   string // as the index holds it: lower case, stemmed
	whole  bool   // a compound (setup.exe, reg_dword) whose parts stand before it as terms of their own
	number bool   // written as an article number: Q238865, KB238865
	word   string // the surface form in lower case, of a plain word; else empty
	begin  int    // in bytes of the text
	end    int
}

// scan calls emit for each term of text, in order, stop words left out. Strings given to emit may be kept.
func (s *scanner) scan(text string, emit func(term)) {
	before := 0 // where the run before begins
	for i := 0; i < len(text); {
		c := text[i]
		if !isAlnum(c) && c < utf8.RuneSelf {
			i++
			continue
		}
		end := s.runEnd(text, i)
		if end == i {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		s.run(text, i, end, emit)
		if i > before && text[i-1] == '-' {
			s.hyphenated(text, before, i, end, emit)
		}
		before, i = i, end
	}
}

// hyphenated emits two words with a hyphen between as one, because people write run-time, e-mail and dial-up either way. A chain of more
// is none. The first word begins at begin, the second goes from second to end.
func (s *scanner) hyphenated(text string, begin, second, end int, emit func(term)) {
	first := text[begin : second-1]
	if begin > 0 && text[begin-1] == '-' || end < len(text) && text[end] == '-' || end-begin > maxHyphenated || !isPlain(first) || !isPlain(text[second:end]) {
		return
	}
	low := s.lower(first) + s.lower(text[second:end])
	emit(term{text: s.stem(low), whole: true, begin: begin, end: end})
}

// maxHyphenated is the length in bytes of the longest two words with a hyphen between that are one word.
const maxHyphenated = 20

// runEnd returns the end of the run of letters and digits that begins at i, inner dots, underscores and apostrophes included.
func (s *scanner) runEnd(text string, i int) int {
	for i < len(text) {
		c := text[i]
		switch {
		case isAlnum(c):
			i++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(text[i:])
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return i
			}
			i += n
		case (c == '.' || c == '_' || c == '\'') && i+1 < len(text) && isAlnum(text[i+1]) && i > 0 && isAlnum(text[i-1]):
			i++
		default:
			return i
		}
	}
	return i
}

// run emits the terms of one run.
func (s *scanner) run(text string, begin, end int, emit func(term)) {
	low := s.lower(text[begin:end])
	switch {
	case len(low) == 1 && strings.HasPrefix(text[end:], "++"):
		emit(term{text: low + "++", begin: begin, end: end + 2})
		return
	case strings.HasPrefix(low, "0x") && len(low) > 2 && isHex(low[2:]):
		emit(term{text: canonicalHex(low), begin: begin, end: end})
		return
	case len(low) == 8 && isHex(low) && hasDigit(low): // a code written without its 0x
		emit(term{text: canonicalHex("0x" + low), begin: begin, end: end})
		return
	case isArticleNumber(low):
		emit(term{text: strings.TrimLeft(low, "kbq"), number: true, begin: begin, end: end})
		return
	case !strings.ContainsAny(low, "._'"):
		s.word(low, begin, end, emit)
		return
	case isNumber(low):
		emit(term{text: canonicalNumber(low), begin: begin, end: end})
		return
	}
	s.compound(low, begin, end, emit)
}

// compound emits the parts of a run and then the run itself. An apostrophe parts nothing: what follows it is dropped.
func (s *scanner) compound(low string, begin, end int, emit func(term)) {
	if i := strings.IndexByte(low, '\''); i >= 0 && !strings.ContainsAny(low, "._") {
		if strings.HasSuffix(low, "n't") || stopWords[low[:i]+low[i+1:]] {
			return
		}
		s.word(low[:i], begin, end, emit)
		return
	}
	at := 0
	for at < len(low) {
		n := strings.IndexAny(low[at:], "._'")
		if n < 0 {
			n = len(low) - at
		}
		s.word(low[at:at+n], begin+at, min(begin+at+n, end), emit)
		at += n + 1
	}
	emit(term{text: low, whole: true, begin: begin, end: end})
}

func (s *scanner) word(low string, begin, end int, emit func(term)) {
	if low == "" || stopWords[low] {
		return
	}
	emit(term{text: s.stem(low), word: low, begin: begin, end: end})
}

// stemmer is bleve's own, so that a term of ours is a term of any bleve index with its English analysis.
var stemmer = porter.NewPorterStemmer()

// stem returns the Porter stem of a word of letters; anything with a digit stays as it is.
func (s *scanner) stem(low string) string {
	if len(low) < 4 {
		return low
	}
	if t, ok := s.known[low]; ok {
		return t.stem
	}
	t := low
	if isLetters(low) && len(low) < 64 {
		t = string(stemmer.Filter(analysis.TokenStream{{Term: []byte(low)}})[0].Term)
	}
	if len(s.known) < maxStems {
		s.known[low] = stemmed{low, t}
	}
	return t
}

// lower returns text in lower case, as a string that may be kept.
func (s *scanner) lower(text string) string {
	s.buf = s.buf[:0]
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			return strings.ToLower(text)
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		s.buf = append(s.buf, c)
	}
	if t, ok := s.known[string(s.buf)]; ok {
		return t.low // saves the copy
	}
	return string(s.buf)
}

// stopWords are the usual thirty-three of English, so frequent that they part nothing from nothing, and the short forms that people
// type without their apostrophe.
var stopWords = wordSet("dont doesnt didnt wont wouldnt cant couldnt isnt arent wasnt im ive " +
	"a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with")

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || '9' < s[i] {
			return false
		}
	}
	return s != ""
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return s != ""
}

func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 'a' || 'z' < c {
			return false
		}
	}
	return true
}

// isPlain reports whether s is letters of English, one at least.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || 'z' < c {
			return false
		}
	}
	return s != ""
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// isNumber reports whether s is digits with dots in between: a version.
func isNumber(s string) bool { return isDigits(strings.ReplaceAll(s, ".", "")) }

// canonicalNumber makes one of the ways to write a version: 1.00 and 1.0 are the same, 3.10 is 3.1.
func canonicalNumber(s string) string {
	if strings.Count(s, ".") != 1 {
		return s
	}
	t := strings.TrimRight(s, "0")
	if strings.HasSuffix(t, ".") {
		t += "0"
	}
	return t
}

// canonicalHex drops leading zeros: 0x0000000A and 0xA are the same stop code.
func canonicalHex(s string) string {
	t := strings.TrimLeft(s[2:], "0")
	if t == "" {
		t = "0"
	}
	return "0x" + t
}

// isArticleNumber reports whether s, in lower case, is an article number with its letters: q238865, kb238865.
func isArticleNumber(s string) bool {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "kb"), "q")
	return digits != s && 4 <= len(digits) && len(digits) <= 7 && isDigits(digits)
}
