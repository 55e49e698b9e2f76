package message

import (
	"strings"
	"unicode/utf8"
)

// A line of a text, or a piece of one where a ticket system has taken the line ends.
type line struct {
	start, end int    // with its line end, without the quote marks that have been taken off
	text, to   int    // what it says: no blanks around, no line end
	said       string // what it says
	low        string // that, folded, as far as maxFold
	quoted     bool   // it begins with a quote mark
	cut        bool   // it has no line end of its own
	dashes     bool   // it is the "-- " that programs put above a signature
}

func (l *line) blank() bool { return l.text == l.to }

// unmarked returns where a quoted line begins behind its first quote mark.
func (l *line) unmarked(text string) int {
	if text[l.text] != '>' && text[l.text] != '|' {
		return l.start // a quote without line ends
	}
	at := l.text + 1
	if at < l.to && text[at] == ' ' {
		at++
	}
	return at
}

func newLine(text string, start, to, end int) line {
	said := strings.TrimSpace(text[start:to])
	l := line{start: start, end: end, text: start, to: start}
	if said == "" {
		return l
	}
	l.text = start + strings.Index(text[start:to], said)
	l.to = l.text + len(said)
	l.said, l.low = said, fold(said)
	l.quoted = said[0] == '>' || said[0] == '|'
	l.dashes = text[start:to] == "-- "
	return l
}

// linesOf returns the lines of a text. One that a ticket system made of many is cut where a quoted mail surely begins.
func linesOf(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+2)
	for start := 0; start < len(text); {
		to, end := lineEnd(text, start)
		for _, cut := range cuts(text, start, to) {
			lines = append(lines, newLine(text, start, cut, cut))
			lines[len(lines)-1].cut = true
			start = cut
		}
		lines = append(lines, newLine(text, start, to, end))
		lines[len(lines)-1].cut = start > 0 && text[start-1] != '\n' && text[start-1] != '\r'
		start = end
	}
	settleMarks(text, lines)
	if len(lines) == 1 {
		lines = cutMarks(text, lines)
	}
	return lines
}

func lineEnd(text string, start int) (to, end int) {
	i := strings.IndexAny(text[start:], "\r\n")
	if i < 0 {
		return len(text), len(text)
	}
	to = start + i
	if strings.HasPrefix(text[to:], "\r\n") {
		return to, to + 2
	}
	return to, to + 1
}

// settleMarks takes for unquoted what only looks quoted: tables and trees, whose lines begin with a bar, and "> 90 %".
func settleMarks(text string, lines []line) {
	before := ""
	for i := 0; i < len(lines); {
		if !lines[i].quoted {
			if before = lines[i].low; before == "" && i > 0 {
				before = lines[i-1].low
			}
			i++
			continue
		}
		mark, n := text[lines[i].text], i
		for n < len(lines) && lines[n].quoted && text[lines[n].text] == mark {
			n++
		}
		if run := lines[i:n]; mark == '|' && drawn(text, run) || mark == '>' && n == i+1 && !strings.HasSuffix(before, ":") && compares(text, run) {
			for j := range run {
				run[j].quoted = false
			}
		}
		i = n
	}
}

// drawn tells whether lines that begin with a bar are a table or a tree rather than a quote.
func drawn(text string, run []line) bool {
	words := false
	for i := range run {
		said := strings.TrimLeft(text[run[i].text:run[i].to], "|")
		said = strings.TrimPrefix(said, " ")
		for strings.HasPrefix(said, "| ") {
			said = said[2:]
		}
		if said == "" || said == "|" {
			continue
		}
		if !letter(said) || strings.Contains(said, "|") || text[run[i].text+1] != ' ' && text[run[i].text+1] != '|' {
			return true
		}
		words = true
	}
	return !words
}

func letter(s string) bool {
	return s[0] >= utf8.RuneSelf || s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' || s[0] >= '0' && s[0] <= '9' || strings.IndexByte("\"'([", s[0]) >= 0
}

// compares tells whether a line that stands alone and that nothing introduces begins with "greater than" rather than with a quote mark.
func compares(text string, run []line) bool {
	said := strings.TrimLeft(text[run[0].text+1:run[0].to], " ")
	return said != "" && (said[0] >= '0' && said[0] <= '9' || said[0] == '=')
}

// cuts returns where in a line a mail begins that stood below it once, and where the fields of its head do.
func cuts(text string, start, to int) []int {
	var at []int
	flat := start == 0 && to == len(text)
	for i := start; i < to; {
		switch text[i] {
		case '-', '_':
			end := runEnd(text, i, to)
			if end-i < 3 {
				i = end
				continue
			}
			mark := markerEnd(text, i, end, to)
			if mark == 0 || i == start && mark == to {
				i = end
				continue
			}
			fields, _ := fieldCuts(text, mark, to)
			if len(fields) == 0 && !flat && i > start && strings.TrimSpace(text[mark:to]) != "" {
				i = end
				continue // somebody writes about such a line
			}
			if i > start {
				at = append(at, i)
			}
			if mark < to {
				at = append(at, mark)
			}
			for _, f := range fields {
				if f > at[len(at)-1] {
					at = append(at, f)
				}
			}
			i = max(mark, at[len(at)-1]+1)
		case 'F', 'V':
			if i == start || text[i-1] != ' ' || !strings.HasPrefix(text[i:to], "From:") && !strings.HasPrefix(text[i:to], "Von:") {
				i++
				continue
			}
			fields, keys := fieldCuts(text, i, to)
			if keys.whole() {
				at = append(at, fields...)
				i = fields[len(fields)-1]
			}
			i++
		default:
			i++
		}
	}
	return at
}

func runEnd(text string, i, to int) int {
	c := text[i]
	for i < to && text[i] == c {
		i++
	}
	return i
}

// markerEnd returns where "-----Original Message-----" ends whose first dashes are text[i:end], or 0 if it is none.
func markerEnd(text string, i, end, to int) int {
	const longest = 160
	stop := min(to, end+longest)
	n := strings.IndexByte(text[end:stop], text[i])
	for n > 0 && end+n+1 < stop && text[end+n+1] != text[i] { // a dash inside a name
		next := strings.IndexByte(text[end+n+1:stop], text[i])
		if next < 0 {
			return 0
		}
		n += 1 + next
	}
	if n <= 0 {
		return 0
	}
	mark := runEnd(text, end+n, to)
	if none, _ := marker(fold(text[i:mark])); none {
		return 0
	}
	return mark
}

// fieldCuts returns where fields of a head begin that stands in one line, up to the subject, and which those are.
func fieldCuts(text string, from, to int) ([]int, keys) {
	const longest = 1000
	var at []int
	var found keys
	stop := min(to, from+longest)
	for i := from; i < stop; i++ {
		if text[i] != ':' {
			continue
		}
		word := i
		for word > from && text[word-1] != ' ' && i-word < 10 {
			word--
		}
		key := fieldKeys[fold(text[word:i])]
		if key == 0 || key == keyOther {
			continue
		}
		if key == keyFrom && found&keyFrom != 0 {
			break // another mail
		}
		if found == 0 && strings.TrimSpace(text[from:word]) != "" {
			break // a field in a sentence
		}
		at, found = append(at, word), found|key
		if key == keySubject {
			break
		}
	}
	return at, found
}

// cutMarks cuts a text without line ends before "On Monday, Ann wrote: > …", if something stands before it, and each piece between the
// marks is as short as a line of a mail.
func cutMarks(text string, lines []line) []line {
	const longest, narrow = 250, 90
	at := strings.Index(text, ": > ")
	if at < 0 || lines[0].quoted {
		return lines
	}
	from := 0
	for _, word := range [...]string{" On ", " Am ", " Le "} {
		lo := max(0, at-longest)
		if i := strings.LastIndex(text[lo:at], word); i >= 0 {
			from = max(from, lo+i+1)
		}
	}
	if from == 0 {
		return lines
	}
	head := newLine(text, 0, from, from)
	tail := newLine(text, from, len(text), len(text))
	if _, dated := attribution([]line{newLine(text, from, at+1, at+1)}, 0); !dated {
		return lines
	}
	for piece := range strings.SplitSeq(text[at+2:], " > ") {
		if len(piece) > narrow {
			return lines
		}
	}
	tail.quoted = true
	return []line{head, tail}
}
