package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// surrounds returns how many lines from i are a signature or a disclaimer. A disclaimer begins only where a paragraph does.
func surrounds(b []line, i int, paragraph bool) (int, code) {
	if paragraph {
		if n := disclaims(b, i); n > 0 {
			return n, disclaimer
		}
	}
	return signs(b, i), signature
}

// signs returns how many lines from i are a signature.
func signs(b []line, i int) int {
	low := b[i].low
	if begins(low, devices) && len(low) < 80 {
		return 1
	}
	switch words := strings.Fields(low); {
	case low == "--":
		first := eaten(b, i+1, b[i].dashes)
		if first == i+1 {
			return 0
		}
		return first - i
	case len(words) <= 12 && closes(&b[i], words):
		return eaten(b, i+1, false) - i
	}
	return 0
}

// eaten returns where the names, numbers and addresses end that begin at line i. Below a line of two dashes the first paragraph is
// one whatever it says, if it is short.
func eaten(b []line, i int, dashes bool) int {
	const most, paragraph = 40, 10
	end, named := i, false
	if dashes {
		k := i
		for k < len(b) && k-i <= paragraph && !b[k].blank() && !stops(b, k) && !listed(&b[k]) {
			k++
		}
		if k-i <= paragraph && (k == len(b) || b[k].blank() || stops(b, k)) {
			end = k
		}
	}
	for k := end; k < len(b) && k-i < most && !stops(b, k); k++ {
		l := &b[k]
		if l.blank() {
			named = false
			continue
		}
		if !contact(l, named, k == i) {
			break
		}
		named, end = true, k+1
	}
	return end
}

// stops tells whether a line is none of a signature whatever it looks like.
func stops(b []line, k int) bool {
	return b[k].quoted || begins(b[k].low, postscripts) || introduces(b, k) > 0 || disclaims(b, k) > 0
}

// listed tells whether a line is of a list, a log or a path.
func listed(l *line) bool {
	return strings.ContainsAny(l.low, "\\=<>{};") && !strings.Contains(l.low, "@") || strings.HasPrefix(l.low, "- ") || strings.HasPrefix(l.low, "* ")
}

// contact tells whether a line of a signature is a name, a title, a number or an address, and no sentence. What is spelled like no name
// may be a title below a name, or a name in small letters directly below the closing.
func contact(l *line, named, first bool) bool {
	const most, many = 90, 9
	low := l.low
	if strings.Trim(low, "-_*=~# ") == "" {
		return true
	}
	if len(low) > 240 || strings.ContainsAny(low, "\\={};") {
		return false
	}
	if begins(low, labels) || begins(low, devices) {
		return len(low) <= most || begins(low, legal)
	}
	words := strings.Fields(strings.Trim(low, "*-/|, "))
	if len(low) > most || len(words) == 0 || len(words) > many {
		return false
	}
	if strings.Contains(low, "@") || strings.HasPrefix(low, "www.") || strings.HasPrefix(low, "http") || strings.HasPrefix(low, "<http") {
		return len(words) <= 4
	}
	if strings.ContainsAny(low, ":?!<>") || strings.HasPrefix(low, "/") || strings.HasPrefix(low, "* ") {
		return false
	}
	if len(words) == 1 && first {
		return len(low) <= 20 && !strings.ContainsAny(low, "0123456789")
	}
	if strings.HasSuffix(low, ".") && !begins(words[len(words)-1], shorts) {
		return false
	}
	if strings.ContainsAny(low, "0123456789") {
		return phone(low) || place(words) || named && titleAndPhone(l.said)
	}
	if strings.HasPrefix(low, "- ") {
		return false
	}
	return capitals(l.said) || named && len(words) <= 4 && upper(l.said)
}

// titleAndPhone tells whether a line below a name is a title and numbers, parted by commas or bars: "IT operations, phone 0161 4960".
func titleAndPhone(said string) bool {
	numbers := false
	for _, part := range strings.FieldsFunc(said, func(r rune) bool { return r == ',' || r == '|' || r == '/' }) {
		part = strings.TrimSpace(part)
		low := fold(part)
		switch {
		case phone(low) || begins(low, labels) && strings.ContainsAny(low, "0123456789"):
			numbers = true
		case strings.ContainsAny(low, "0123456789") || !upper(part) || len(strings.Fields(part)) > 4:
			return false
		}
	}
	return numbers
}

// phone tells whether a line is a number with hardly anything else.
func phone(low string) bool {
	digits, letters := 0, 0
	for i := range len(low) {
		switch c := low[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z':
			letters++
		}
	}
	return digits >= 5 && letters <= 8 && letters < digits
}

// place tells whether words with a number in them are an address.
func place(words []string) bool {
	for _, w := range words {
		w = strings.Trim(w, ",.")
		if streets[w] || strings.HasSuffix(w, "strasse") || strings.HasSuffix(w, "str") && len(w) > 5 {
			return true
		}
		if len(w) == 5 && strings.Trim(w, "0123456789") == "" && len(words) <= 4 {
			return true // a postal code
		}
	}
	return false
}

// capitals tells whether every word is spelled like a name, but for those between names.
func capitals(s string) bool {
	any := false
	for _, w := range strings.Fields(s) {
		w = strings.Trim(w, ",.|-/&()*\"")
		if w == "" || between[fold(w)] {
			continue
		}
		if !upper(w) {
			return false
		}
		any = true
	}
	return any
}

func upper(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(c)
}

// closes tells whether a line is one or more closings, perhaps with a name or a place, and nothing else.
func closes(l *line, words []string) bool {
	i, names := 0, false
	for found := false; ; found = true {
		for found && i < len(words) && joiners[words[i]] {
			i++
		}
		n := closing(words[i:])
		if n == 0 {
			if !found {
				return false
			}
			break
		}
		i += n
		names = begins(words[i-n], thanks) || strings.HasSuffix(words[i-1], ",")
	}
	if i == len(words) {
		return true
	}
	rest := strings.Fields(l.said)
	if len(rest) != len(words) || len(words)-i > 4 {
		return false
	}
	if w := words[i]; w == "aus" || w == "from" || w == "von" {
		i++
	}
	ambiguous := short[strings.Trim(words[0], ".,!")] || names && begins(words[0], thanks)
	if i == len(words) || ambiguous && !strings.HasSuffix(words[i-1], ",") {
		return false
	}
	for _, w := range rest[i:] {
		if strings.ContainsAny(w, "0123456789:\\=") || !capitals(w) && !between[fold(w)] {
			return false
		}
	}
	return true
}

// closing returns how many words are a closing.
func closing(words []string) int {
	const longest = 6
	if len(words) == 0 || !closingFirsts[strings.Trim(words[0], ",.!-*; ")] {
		return 0
	}
	for n := min(longest, len(words)); n > 0; n-- {
		if closings[strings.Trim(strings.Join(words[:n], " "), ",.!-*; ")] {
			return n
		}
	}
	return 0
}

// disclaims returns how many lines from i are a disclaimer: the paragraph that begins like one, and those below it that go on.
func disclaims(b []line, i int) int {
	at := i
	for at < len(b) && at < i+2 && (b[at].blank() || strings.Trim(b[at].low, "-_*=~# ") == "") {
		at++ // a rule above it
	}
	if at == len(b) || b[at].quoted {
		return 0
	}
	said := strings.TrimLeft(b[at].low, "*-_#[ ")
	if !begins(said, disclaiming) {
		return 0
	}
	for k := at + 1; k < len(b) && k < at+4 && len(said) < 300 && !b[k].blank() && !b[k].quoted; k++ {
		said += " " + b[k].low
	}
	switch heading := strings.Trim(said, "*-_#: "); {
	case headings[heading]:
		next := nextSaid(b, at+1)
		if next == len(b) || b[next].quoted || !legalese(b[next].low) {
			return 0
		}
		at = next
	case !disclaimed(said):
		return 0
	}
	return disclaimerEnd(b, at) - i
}

func disclaimerEnd(b []line, at int) int {
	for {
		for at < len(b) && !b[at].blank() && !b[at].quoted && !begins(b[at].low, postscripts) {
			at++
		}
		next := nextSaid(b, at)
		if next == at || next == len(b) || b[next].quoted || !legalese(b[next].low) {
			return at
		}
		at = next
	}
}

// disclaimed tells whether the beginning of a paragraph is that of a disclaimer.
func disclaimed(said string) bool {
	for _, rule := range disclaimers {
		if !strings.HasPrefix(said, rule[0]) {
			continue
		}
		all := true
		for _, w := range rule[1:] {
			all = all && strings.Contains(said, w)
		}
		if all {
			return true
		}
	}
	return false
}

// legalese tells whether a paragraph goes on with a disclaimer.
func legalese(low string) bool {
	n := 0
	for _, w := range legalWords {
		if strings.Contains(low, w) {
			n++
		}
	}
	return n >= 2 || begins(strings.TrimLeft(low, "*-_#[ "), disclaiming) && disclaimed(strings.TrimLeft(low, "*-_#[ "))
}

// greets returns how many bytes of a line are a greeting with the name that it greets.
func greets(said string) int {
	const longest, most = 60, 5
	word, i := 0, 0
	named, small := false, 0
	for i < len(said) && i < longest {
		end := i
		for end < len(said) && said[end] != ' ' && said[end] != '\t' && said[end] != ',' && said[end] != '!' {
			end++
		}
		w := said[i:end]
		last := end == len(said)
		if last {
			w = strings.TrimRight(w, ".:-")
		}
		f := fold(w)
		switch {
		case word == 0:
			if n := greetingWords(said); n > 0 {
				end, last = n, n == len(said)
			} else {
				return 0
			}
		case f == "-" || f == "–":
			if named {
				return end
			}
			return 0
		case strings.ContainsAny(w, "0123456789:;\\=<>()?\"") || word > most:
			return 0
		case upper(w) || addressed[f]:
			named = true
		default:
			if small++; small > 1 || word > 1 || notNames[f] {
				return 0
			}
			named = true
		}
		if last {
			if small > 0 && !strings.HasSuffix(said, ",") && word > 1 {
				return 0
			}
			return len(said)
		}
		if said[end] == ',' || said[end] == '!' {
			return end + 1
		}
		for end < len(said) && (said[end] == ' ' || said[end] == '\t') {
			end++
		}
		if end == len(said) {
			return end
		}
		i = end
		word++
	}
	return 0
}

// greetingWords returns how many bytes are the words that greet: "good morning".
func greetingWords(said string) int {
	low := make([]byte, 0, 24)
	for i := 0; i < len(said) && i < 24; i++ {
		c := said[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low = append(low, c)
	}
	s := string(low)
	for _, g := range greetings {
		if strings.HasPrefix(s, g) && (len(said) == len(g) || strings.IndexByte(" ,!.\t:", said[len(g)]) >= 0) {
			return len(g)
		}
	}
	return 0
}

// A talk is the first words of what is written.
type talk struct {
	words []string
	full  bool // more than anybody needs to point at something
}

// add takes words in. The name before "please see below" counts for nothing.
func (t *talk) add(s string) {
	const most = 30
	if len(s) > 400 {
		t.full = true
	}
	if t.full {
		return
	}
	words := strings.Fields(s)
	if len(words) > 1 && upper(words[0]) && (strings.HasSuffix(words[0], ",") || words[1] == "-") {
		words = words[1:]
	}
	t.words = append(t.words, words...)
	t.full = len(t.words) > most
}

// say tells whether the words say anything themselves, rather than point at what is quoted below them.
func (t *talk) say() bool {
	if t.full {
		return true
	}
	for _, w := range t.words {
		f := strings.Trim(fold(w), ".,:;!?()-*\"'_>")
		if f != "" && !strings.HasPrefix(f, "@") && !pointing[f] {
			return true
		}
	}
	return false
}
