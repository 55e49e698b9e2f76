package ticket

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// breaks are the elements that begin a line of their own.
var breaks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.Li: true, atom.Tr: true, atom.Hr: true, atom.Blockquote: true, atom.Pre: true,
	atom.Ul: true, atom.Ol: true, atom.Table: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true}

// hidden are the elements whose text nobody reads.
var hidden = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Head: true, atom.Title: true, atom.Noscript: true, atom.Template: true}

// PlainText returns what a person reads of a text in HTML. What is quoted by blockquote gets a quote mark, so that it can be told apart.
func PlainText(source string) string {
	z := html.NewTokenizer(strings.NewReader(source))
	z.SetMaxBuf(1 << 20)
	w := &plainWriter{}
	skipped := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return w.String()
		case html.TextToken:
			if skipped == 0 {
				w.text(string(z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if hidden[a] {
				skipped++
			}
			w.open(a)
		case html.EndTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			if hidden[a] && skipped > 0 {
				skipped--
			}
			w.close(a)
		}
	}
}

// A plainWriter writes lines.
type plainWriter struct {
	b     strings.Builder
	line  strings.Builder
	quote int // how deep blockquotes are nested
	pre   int
}

func (w *plainWriter) open(a atom.Atom) {
	if breaks[a] {
		w.end(a == atom.Br || a == atom.P)
	}
	switch a {
	case atom.Blockquote:
		w.quote++
	case atom.Pre:
		w.pre++
	case atom.Li:
		w.line.WriteString("- ")
	case atom.Td, atom.Th:
		w.line.WriteString(" ")
	}
}

func (w *plainWriter) close(a atom.Atom) {
	if breaks[a] {
		w.end(false)
	}
	switch {
	case a == atom.Blockquote && w.quote > 0:
		w.quote--
	case a == atom.Pre && w.pre > 0:
		w.pre--
	}
}

func (w *plainWriter) text(s string) {
	if w.pre > 0 {
		for i, l := range strings.Split(s, "\n") {
			if i > 0 {
				w.end(true)
			}
			w.line.WriteString(l)
		}
		return
	}
	s = strings.ReplaceAll(s, "\u00a0", " ")
	fields := strings.Fields(s)
	if len(fields) == 0 {
		if s != "" && w.line.Len() > 0 {
			w.line.WriteString(" ")
		}
		return
	}
	if strings.TrimLeft(s, " \t\r\n") != s && w.line.Len() > 0 {
		w.line.WriteString(" ")
	}
	w.line.WriteString(strings.Join(fields, " "))
	if strings.TrimRight(s, " \t\r\n") != s {
		w.line.WriteString(" ")
	}
}

// end ends a line; an empty one is written only where it means something.
func (w *plainWriter) end(blank bool) {
	l := strings.Join(strings.Fields(w.line.String()), " ")
	if w.pre > 0 {
		l = strings.TrimRight(w.line.String(), " \r")
	}
	w.line.Reset()
	if l == "" && (!blank || w.b.Len() == 0 || strings.HasSuffix(w.b.String(), "\n\n")) {
		return
	}
	if w.quote > 0 {
		l = strings.Repeat("> ", min(w.quote, 5)) + l
	}
	w.b.WriteString(l + "\n")
}

func (w *plainWriter) String() string {
	w.end(false)
	return strings.TrimSpace(w.b.String())
}
