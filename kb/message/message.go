// Package message separates what a person wrote from what surrounds it in a mail, a ticket or a chat: quoted replies, headers of
// forwarded mail, greetings, signatures, disclaimers. It reads text, never HTML or MIME, and when unsure it takes a line for written.
package message

import (
	"strings"
	"unicode"
)

// A Kind says what a part of a message is.
type Kind string

// The kinds of parts.
const (
	KindWritten    Kind = "written"    // what the sender says, or wants to have read of what somebody else said
	KindQuoted     Kind = "quoted"     // what was said before, with the lines that introduce it
	KindHeader     Kind = "header"     // fields of a mail that is to be read, or of a ticket
	KindGreeting   Kind = "greeting"   // "Hi Kath,"
	KindSignature  Kind = "signature"  // a closing, with names, numbers and addresses below it
	KindDisclaimer Kind = "disclaimer" // what the mail server adds
)

// A Part is the bytes [From, To) of a text.
type Part struct {
	Kind     Kind
	From, To int
}

// Split returns the parts of a text in order. They are adjacent and cover it, no two neighbours are of one kind, and each begins and ends
// between characters. Some part of a text that is not blank is written: where nobody says anything above a quote, the newest quote
// is, and where there is nothing but a greeting, all is. An empty text has no parts. The time is linear in the text.
func Split(text string) []Part {
	if text == "" {
		return nil
	}
	r := &reader{text: text, kinds: make([]code, len(text))}
	r.message(linesOf(text), 0)
	if r.silent() {
		clear(r.kinds)
	}
	return r.parts()
}

// Written returns a text of the same length in which every byte that is not of a written part is a blank. Line ends are kept, so
// that each byte that is left stands where it stood.
func Written(text string) string {
	b := []byte(text)
	for _, p := range Split(text) {
		if p.Kind == KindWritten {
			continue
		}
		for i := p.From; i < p.To; i++ {
			if b[i] != '\n' && b[i] != '\r' {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

// Own returns what the sender of a reply says itself, as Written does, and blanks alone where that is nothing: an answer is never taken
// out of what is quoted below it.
func Own(text string) string {
	r := &reader{text: text, kinds: make([]code, len(text)), reply: true}
	r.message(linesOf(text), 0)
	b := []byte(text)
	for i := range b {
		if r.kinds[i] != written && b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}

// A code is a Kind in one byte; its zero is Written.
type code byte

const (
	written code = iota
	quoted
	header
	greeting
	signature
	disclaimer
)

var kindOf = [...]Kind{KindWritten, KindQuoted, KindHeader, KindGreeting, KindSignature, KindDisclaimer}

// A reader paints the bytes of a text with what they are.
type reader struct {
	text  string
	kinds []code
	reply bool // what stands below counts for nothing, even where nothing stands above it
}

func (r *reader) paint(from, to int, c code) {
	for i := from; i < to; i++ {
		r.kinds[i] = c
	}
}

func (r *reader) paintLines(b []line, c code) {
	for i := range b {
		r.paint(b[i].start, b[i].end, c)
	}
}

// silent tells whether nothing but blanks is written.
func (r *reader) silent() bool {
	for i, c := range r.text {
		if r.kinds[i] == written && !unicode.IsSpace(c) {
			return false
		}
	}
	return true
}

// parts joins bytes of one kind. Nothing but blanks is no part: it belongs to the one before.
func (r *reader) parts() []Part {
	var all []Part
	for from := 0; from < len(r.text); {
		to := from + 1
		for to < len(r.text) && r.kinds[to] == r.kinds[from] {
			to++
		}
		kind := kindOf[r.kinds[from]]
		blank := kind == KindWritten && strings.TrimSpace(r.text[from:to]) == ""
		last := len(all) - 1
		switch {
		case last >= 0 && (blank || all[last].Kind == kind):
			all[last].To = to
		case blank && to < len(r.text):
			all = append(all, Part{kindOf[r.kinds[to]], from, to})
		default:
			all = append(all, Part{kind, from, to})
		}
		from = to
	}
	return all
}

// maxDepth is how many levels of quote marks are looked below for somebody who says something.
const maxDepth = 8

// message paints one message with all that it quotes, and reports whether anybody says anything in it. It goes down the mails below
// each other until somebody does; a forwarded one is read in any case.
func (r *reader) message(b []line, depth int) (said bool) {
	mails := mailsOf(b)
	forwards := false
	for i, m := range mails {
		forwarded := m.forwarded || forwards
		if i > 0 && (r.reply || said && !forwarded) {
			r.paintLines(b[m.from:], quoted)
			break
		}
		r.paintLines(b[m.from:m.body], header)
		forwards = m.subject >= 0 && r.subject(&b[m.subject])
		var more bool
		said, more = r.body(b[m.body:m.to], depth)
		if m.subject >= 0 && (b[m.subject].cut || r.tells(&b[m.subject])) {
			said = true // who can tell where the subject ends, or all is said in it
		}
		forwards = forwards || more
	}
	return said
}

// body paints what stands between the head of a mail and the next mail. It reports whether anything is said in it, and whether it says
// of itself that it forwards what comes below.
func (r *reader) body(b []line, depth int) (said, forwards bool) {
	var words talk
	var quotes []line
	opened := false // something is written, so that no greeting comes any more
	for i := 0; i < len(b); {
		l := &b[i]
		if l.blank() {
			i++
			continue
		}
		n, c := introduces(b, i), quoted
		switch {
		case l.quoted:
			quotes = append(quotes, *l)
			n = 1
		case n == 0:
			n, c = surrounds(b, i, i == 0 || b[i-1].blank() || r.kinds[b[i-1].start] != written)
		}
		if n > 0 {
			r.paintLines(b[i:i+n], c)
			i += n
			continue
		}
		if n, fw := r.rows(b[i:], opened); n > 0 {
			forwards = forwards || fw
			i += n
			continue
		}
		rest := l.text
		if !opened {
			rest = r.opening(l)
			forwards = forwards || rest > l.text && r.kinds[l.text] == header
		}
		if rest < l.to {
			opened = true
			if r.kinds[l.text] != header {
				words.add(r.text[rest:l.to])
			}
		}
		i++
	}
	if said = words.say(); !said && !r.reply && len(quotes) > 0 && depth < maxDepth {
		said = r.promote(quotes, depth)
	}
	return said, forwards
}

// promote paints quoted lines as a message of their own, less their outermost quote marks.
func (r *reader) promote(quotes []line, depth int) bool {
	inner := make([]line, len(quotes))
	for i := range quotes {
		inner[i] = newLine(r.text, quotes[i].unmarked(r.text), quotes[i].to, quotes[i].end)
		r.paint(inner[i].start, inner[i].end, written)
	}
	settleMarks(r.text, inner)
	return r.message(inner, depth+1)
}

// opening paints the greeting, or the mark of a forwarded subject, at the beginning of a line and returns where the rest begins.
func (r *reader) opening(l *line) int {
	if n := forwardMark(r.text[l.text:l.to]); n > 0 {
		r.paint(l.start, l.text+n, header)
		return l.text + n
	}
	n := greets(r.text[l.text:l.to])
	if n == 0 {
		return l.text
	}
	if rest := r.text[l.text+n : l.to]; strings.TrimSpace(rest) == "" {
		r.paint(l.start, l.end, greeting)
		return l.to
	}
	r.paint(l.start, l.text+n, greeting)
	return l.text + n
}
