package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// Place returns a paragraph of an article, counted from 1 within its section. Sections of one name count as one, in the order of
// the article; the text before the first heading is the section "".
func Place(a *Article, section string, paragraph int) (Paragraph, bool) {
	if paragraph < 1 {
		return Paragraph{}, false
	}
	for _, s := range a.Sections {
		if s.Name != section {
			continue
		}
		if paragraph <= len(s.Paragraphs) {
			return s.Paragraphs[paragraph-1], true
		}
		paragraph -= len(s.Paragraphs)
	}
	return Paragraph{}, false
}

// Hash names the wording of a paragraph: the first eight hex digits of the sha256 of its words, in UTF-8. A word is a maximal run
// of letters and digits, in lower case (unicode.IsLetter, unicode.IsDigit, unicode.ToLower); words are joined by one blank.
// Line breaks, indentation and punctuation make no difference.
func Hash(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		words[i] = strings.Map(unicode.ToLower, w)
	}
	sum := sha256.Sum256([]byte(strings.Join(words, " ")))
	return hex.EncodeToString(sum[:4])
}
