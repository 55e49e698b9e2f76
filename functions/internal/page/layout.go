package page

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// The archive's articles are typewritten: paragraphs are wrapped at about 80 columns, code and tables stand as they are.

// wrapColumn is where a line was wrapped at the earliest: the next word would have gone past it.
const wrapColumn = 70

var (
	item    = regexp.MustCompile(`^\s*(?:[-*•o] |\(?(?:\d{1,3}|[A-Za-z])[.)] )`)
	columns = regexp.MustCompile(`\S(?: {3,}| *\t+ *)\S`)
	ruler   = regexp.MustCompile(`^\s*[-=_+|*]{4,}[-=_+|* ]*$`)
)

// laid returns a paragraph of the archive as it is read on any screen. Lines that were only wrapped are joined. Where blanks mean
// something, as in code and tables, it is set: then the lines stay as they are, without the indentation that all of them have.
func laid(text string) (shown string, set bool) {
	lines := undented(strings.Split(text, "\n"))
	if isSet(lines) {
		return strings.Join(lines, "\n"), true
	}
	var b strings.Builder
	for i, line := range lines {
		switch {
		case i == 0:
		case !item.MatchString(line) && wrapped(lines[i-1], line):
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String(), false
}

// headed returns the heading that a paragraph is: one line that is underlined. It is empty for any other.
func headed(text string) string {
	line, under, _ := strings.Cut(text, "\n")
	if !ruler.MatchString(under) || ruler.MatchString(line) || columns.MatchString(line) || strings.Contains(under, "\n") {
		return ""
	}
	return strings.TrimSpace(line)
}

// undented takes away what all lines but the first are indented by: the first has lost its indentation already.
func undented(lines []string) []string {
	least := -1
	for _, line := range lines[1:] {
		if by := indentation(line); line != "" && (least < 0 || by < least) {
			least = by
		}
	}
	out := append([]string{}, lines...)
	for i := range out[1:] {
		out[i+1] = out[i+1][min(max(least, 0), len(out[i+1])):]
	}
	return out
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// wrapped reports whether a line was wrapped after the one before it: its first word would not have fitted there.
func wrapped(before, line string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
	return utf8.RuneCountInString(before)+1+utf8.RuneCountInString(word) > wrapColumn
}

// isSet reports whether lines are code or a table: they have columns, a ruler, or an indentation that no wrapped line and no item of
// a list explains.
func isSet(lines []string) bool {
	for i, line := range lines {
		if columns.MatchString(line) || ruler.MatchString(line) {
			return true
		}
		if i > 0 && indentation(line) > 0 && !item.MatchString(line) && !wrapped(lines[i-1], line) && !listed(lines[:i]) {
			return true
		}
	}
	return false
}

// listed reports whether the last of some lines that is not indented begins an item: what is indented behind it belongs to it.
func listed(lines []string) bool {
	for i := len(lines) - 1; i >= 0; i-- {
		if indentation(lines[i]) == 0 {
			return item.MatchString(lines[i])
		}
	}
	return false
}
