package facts

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or a mark of a text.
type token struct {
	from, to int    // bytes of the text
	low      string // folded; of a program file its name without .exe; of a mark the mark itself
	kind     tokenKind
	number   int32 // in the lexicon, 0 for none
	glued    bool  // nothing stands between it and the token before
	capital  bool  // begins with a capital letter
	upper    bool  // has no small letter
}

type tokenKind uint8

const (
	wordToken tokenKind = iota
	numberToken
	programToken // a word that ends in .exe
	fileToken    // a word with another extension
	markToken
)

// extensions are those of files that reports name.
var extensions = map[string]bool{"exe": true, "dll": true, "log": true, "bat": true, "ini": true, "sys": true, "vxd": true,
	"cpl": true, "lcf": true, "tcf": true, "cfg": true, "drv": true, "ocx": true, "com": true, "vbs": true, "cmd": true, "lo_": true}

// tokenize splits a text into its tokens. Words end at hyphens, underscores and slashes, numbers keep their points, an
// apostrophe within a negation is left out ("don't" is "dont"), and any other parts a word from what is glued to it ("it's" is
// "it" and "s"). It is linear in the text.
func tokenize(text string) []token {
	t := tokenizer{text: text, all: make([]token, 0, len(text)/5+8)}
	for t.at < len(text) {
		t.next()
	}
	return t.all
}

type tokenizer struct {
	text string
	at   int
	last int // where the last token ended
	all  []token
}

func (t *tokenizer) next() {
	r, size := utf8.DecodeRuneInString(t.text[t.at:])
	switch {
	case r >= '0' && r <= '9':
		t.number()
	case unicode.IsLetter(r) || unicode.IsMark(r):
		t.word()
	case r == ' ' || r == '\t' || r == '\r':
		t.at += size
	default:
		t.mark(r, size)
	}
}

func (t *tokenizer) add(k token) {
	k.glued = k.from == t.last && k.from > 0
	t.last = k.to
	t.all = append(t.all, k)
}

func (t *tokenizer) mark(r rune, size int) {
	low := t.text[t.at : t.at+size]
	switch r {
	case '’', '‘', '`', '´':
		low = "'"
	case '“', '”', '„', '«', '»', '‟':
		low = `"`
	case '-', '_', '‑':
		if t.last == t.at && t.at > 0 && t.at+size < len(t.text) && isLetterAt(t.text, t.at+size) {
			t.at += size // within a word, which ends here
			return
		}
		low = "-"
	case '–', '—', '‒':
		low = "-"
	case '…':
		low = "."
	}
	t.add(token{from: t.at, to: t.at + size, low: low, kind: markToken})
	t.at += size
}

// number reads digits with the points between them, and the letters that are glued to digits without a point: "98se".
func (t *tokenizer) number() {
	from, points := t.at, 0
	for t.at < len(t.text) {
		c := t.text[t.at]
		if c == '.' && t.at+1 < len(t.text) && digit(t.text[t.at+1]) {
			points++
		} else if !digit(c) {
			break
		}
		t.at++
	}
	if r, _ := utf8.DecodeRuneInString(t.text[t.at:]); points == 0 && unicode.IsLetter(r) {
		t.at = from
		t.word()
		return
	}
	t.add(token{from: from, to: t.at, low: t.text[from:t.at], kind: numberToken})
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func (t *tokenizer) word() {
	from := t.at
	t.letters()
	if t.negation() {
		return
	}
	to := t.at
	if t.at < len(t.text) && t.text[t.at] == '.' {
		t.at++
		dot := t.at
		t.letters()
		ext := strings.ToLower(t.text[dot:t.at])
		if t.at < len(t.text) && t.text[t.at] == '_' && ext == "lo" {
			t.at++
			ext = "lo_"
		}
		if extensions[ext] {
			t.file(from, to, ext)
			return
		}
		t.at = to
	}
	t.plain(from, to)
}

func (t *tokenizer) letters() {
	for t.at < len(t.text) {
		r, size := utf8.DecodeRuneInString(t.text[t.at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return
		}
		t.at += size
	}
}

// negation takes the rest of a word like "don't", whose apostrophe may be any.
func (t *tokenizer) negation() bool {
	from := t.at
	for from > 0 && isLetterBefore(t.text, from) {
		_, size := utf8.DecodeLastRuneInString(t.text[:from])
		from -= size
	}
	if t.at == 0 || t.text[t.at-1]|0x20 != 'n' {
		return false
	}
	r, size := utf8.DecodeRuneInString(t.text[t.at:])
	if !apostrophe(r) {
		return false
	}
	rest := t.text[t.at+size:]
	if rest == "" || rest[0]|0x20 != 't' || len(rest) > 1 && isLetterAt(rest, 1) {
		return false
	}
	end := t.at + size + 1
	t.add(token{from: from, to: end, low: foldWord(t.text[from:t.at]) + "t", upper: rest[0] == 'T', capital: capital(t.text[from:])})
	t.at = end
	return true
}

func apostrophe(r rune) bool { return r == '\'' || r == '’' || r == '‘' || r == '`' || r == '´' }

func isLetterAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isLetterBefore(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func (t *tokenizer) file(from, to int, ext string) {
	k := token{from: from, to: t.at, low: foldWord(t.text[from:to]), kind: programToken, capital: capital(t.text[from:])}
	if ext != "exe" {
		k.low, k.kind = k.low+"."+ext, fileToken
	}
	t.add(k)
}

// plain adds a word. "re-booted" is one word, and so is a version that is glued to a name behind its point: "2.0SP1" was split
// by the number already.
func (t *tokenizer) plain(from, to int) {
	w := t.text[from:to]
	if n := len(t.all); n > 0 && t.all[n-1].low == "re" && t.all[n-1].to == from-1 && t.text[from-1] == '-' {
		t.all = t.all[:n-1]
		t.last = -1
		start := from - 3
		t.add(token{from: start, to: to, low: "re" + foldWord(w), capital: capital(t.text[start:])})
		return
	}
	t.add(token{from: from, to: to, low: foldWord(w), capital: capital(w), upper: upper(w)})
}

// upper reports whether a word has no small letter.
func upper(w string) bool {
	for i := range len(w) {
		switch {
		case w[i] >= 'a' && w[i] <= 'z':
			return false
		case w[i] >= utf8.RuneSelf:
			return strings.ToUpper(w) == w
		}
	}
	return true
}

func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r)
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "à", "a", "ñ", "n")

// foldWord makes spellings of one word equal: small letters, umlauts in two letters.
func foldWord(w string) string {
	low := strings.ToLower(w)
	for i := range len(low) {
		if low[i] >= 0x80 {
			return umlauts.Replace(low)
		}
	}
	return low
}
