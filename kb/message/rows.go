package message

import "strings"

// How much a line looks like one that a ticket system writes.
type rank int

const (
	noRow rank = iota
	weakRow
	strongRow
	subjectRow
)

// rows paints the rows of a ticket's head that the lines begin with and returns how many those are, and whether the subject among them
// is that of a forwarded mail. Among them, a field counts that could be anybody's list alone; a subject counts before all else.
func (r *reader) rows(b []line, opened bool) (n int, forwards bool) {
	const most = 20
	strong := false
	ranks := make([]rank, 0, 8)
	for k := 0; k < len(b) && k < most; k++ {
		if b[k].blank() && k+1 < len(b) && n > 0 {
			ranks = append(ranks, noRow)
			continue
		}
		rk := rankOf(&b[k])
		if rk == noRow {
			break
		}
		strong = strong || rk == strongRow
		ranks = append(ranks, rk)
		n = k + 1
	}
	if n == 0 {
		return 0, false
	}
	if !strong {
		if opened || ranks[0] != subjectRow {
			return 0, false
		}
		n = 1
	}
	for k := range n {
		if ranks[k] == subjectRow {
			forwards = r.subject(&b[k]) || forwards
		} else {
			r.paint(b[k].start, b[k].end, header)
		}
	}
	return n, forwards
}

func rankOf(l *line) rank {
	const longest = 80
	low := l.low
	if l.blank() || l.quoted {
		return noRow
	}
	if numbered(low) || strings.HasSuffix(low, " was acted upon.") && dated(low) || strings.HasPrefix(low, "ticket <url:") || strings.HasPrefix(low, "<url:") {
		return strongRow
	}
	key, value, ok := row(low)
	if !ok {
		return noRow
	}
	if subjects[key] {
		return subjectRow
	}
	words := strings.Fields(value)
	if len(low) > longest || len(words) > 7 || strings.ContainsAny(value, "?!\\") {
		return noRow
	}
	switch {
	case strongKeys[key] && len(words) <= 5:
		return strongRow
	case scaleKeys[key] && scaled(words):
		return strongRow
	case weakKeys[key] && len(words) <= 6, fieldKeys[key] != 0:
		return weakRow
	case labelKeys[key] && value == "":
		return weakRow
	}
	return noRow
}

// scaled tells whether all words are of a scale, as in "Priority: 2 - high".
func scaled(words []string) bool {
	for _, w := range words {
		w = strings.Trim(w, "()-,.")
		if strings.Trim(w, "p0123456789/") != "" && !scale[w] {
			return false
		}
	}
	return len(words) > 0
}

// numbered tells whether a line is "Ticket #4711" and nothing else.
func numbered(low string) bool {
	words := strings.Fields(strings.NewReplacer("#", " ", ":", " ", "[", " ", "]", " ").Replace(low))
	if len(low) > 40 || len(words) < 2 || len(words) > 3 || !tickets[words[0]] {
		return false
	}
	id := words[len(words)-1]
	return (len(words) == 2 || idWords[strings.Trim(words[1], ".")]) && strings.ContainsAny(id, "0123456789") && len(id) > 2
}

// subject paints a subject's key and its "RE: FW: " and tells whether it is that of a forwarded mail. Its words stay written.
func (r *reader) subject(l *line) (forwards bool) {
	at := l.text + strings.IndexByte(r.text[l.text:l.to], ':') + 1
	for at < l.to && (r.text[at] == '*' || r.text[at] == ' ' || r.text[at] == '\t') {
		at++
	}
	forwards = forwardMark(r.text[at:l.to]) > 0
	for {
		n := mark(r.text[at:l.to], replyMarks)
		if n == 0 {
			break
		}
		at += n
	}
	if at == l.to {
		at = l.end
	}
	r.paint(l.start, at, header)
	r.paint(at, l.end, written)
	return forwards
}

// tells reports whether a subject is a whole report, and no answer to one.
func (r *reader) tells(l *line) bool {
	const report = 8 // words
	said := strings.TrimLeft(r.text[l.text+strings.IndexByte(r.text[l.text:l.to], ':')+1:l.to], "* \t")
	words := talk{words: strings.Fields(said)}
	return mark(said, replyMarks) == 0 && len(words.words) >= report && words.say()
}

// forwardMark returns how many bytes are "FW: ".
func forwardMark(s string) int { return mark(s, forwardMarks) }

func mark(s string, marks map[string]bool) int {
	i := strings.IndexByte(s, ':')
	if i <= 0 || i > 3 || !marks[fold(s[:i])] {
		return 0
	}
	for i++; i < len(s) && s[i] == ' '; i++ {
	}
	return i
}
