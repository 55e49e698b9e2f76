package script

import "strings"

// A charset is the set of the characters that mean nothing to a shell. What is allowed is listed, not what is forbidden.
type charset [256]bool

// lettersAnd returns the set of letters, digits, the blank and these signs.
func lettersAnd(signs string) *charset {
	var set charset
	for c := byte('a'); c <= 'z'; c++ {
		set[c], set[c-'a'+'A'] = true, true
	}
	for c := byte('0'); c <= '9'; c++ {
		set[c] = true
	}
	set[' '] = true
	for i := range len(signs) {
		set[signs[i]] = true
	}
	return &set
}

// plain returns a text of nothing but the characters of the set. A few others become words or signs like them, the rest a blank.
func (set *charset) plain(text string) string {
	for i := range len(text) {
		if !set[text[i]] {
			return set.replaced(text)
		}
	}
	return text
}

func (set *charset) replaced(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c < 0x80 && set[c]:
			b.WriteRune(c)
		case c == '&':
			b.WriteString("and")
		case c == '%':
			b.WriteString(" percent")
		case c == '<' || c == '(':
			b.WriteByte(set.open())
		case c == '>' || c == ')':
			b.WriteByte(set.close())
		case c == '"' || c == '`':
			b.WriteByte('\'')
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// open and close return the brackets of the set: round ones where they mean nothing, else square ones.
func (set *charset) open() byte {
	if set['('] {
		return '('
	}
	return '['
}

func (set *charset) close() byte {
	if set[')'] {
		return ')'
	}
	return ']'
}
