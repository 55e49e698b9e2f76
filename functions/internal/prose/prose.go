// Package prose turns paragraphs into plain text, Markdown and HTML, within a limit of characters. It knows how things are said and nothing
// of what is said: a paragraph is rendered whole or left out, and a paragraph of code is never cut open.
package prose

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Kind is what a paragraph is about. Under a limit, kinds are given room in the order of importance.
type Kind string

// The kinds of paragraphs.
const (
	Headline Kind = "headline"
	Conflict Kind = "conflict"
	Run      Kind = "run"
	Finding  Kind = "finding"
	Possible Kind = "possible"
	RuledOut Kind = "ruled-out"
	Question Kind = "question"
	Confirm  Kind = "confirm"
	Plan     Kind = "plan"
	Scripts  Kind = "scripts"
	Related  Kind = "related"
	Note     Kind = "note"
	Code     Kind = "code" // Text is lines of a file, which are shown as they are
	Mark     Kind = "mark" // names the message; it is never left out
)

// A Paragraph is a sentence, more sentences on it, and a list below them.
type Paragraph struct {
	Kind     Kind
	Text     string
	More     []string
	Items    []string
	Numbered bool // the items are steps or answers, counted from 1
}

// whole returns the sentences of a paragraph in one line.
func (p Paragraph) whole() string { return strings.Join(append([]string{p.Text}, p.More...), " ") }

// A Form renders one paragraph.
type Form func(Paragraph) string

// A Text is the paragraphs of a message, whole and short, and the sentence that says that something is left out. Short may be nil where
// there is no shorter version.
type Text struct {
	Whole, Short []Paragraph
	LeftOut      string
}

// Plain returns a text as plain text of at most limit characters; 0 is no limit.
func (t Text) Plain(limit int) string { return t.As(plain, "", limit) }

// Markdown returns a text as Markdown, with every character that Markdown gives a meaning to escaped.
func (t Text) Markdown(limit int) string { return t.As(markdown, "", limit) }

// HTML returns a text as a fragment of HTML with paragraphs and lists.
func (t Text) HTML(limit int) string { return t.As(hypertext, "", limit) }

// Terminal returns a text for a terminal: each sentence on a line of its own, nothing wrapped.
func (t Text) Terminal(limit int) string { return t.As(terminal, "", limit) }

// importance is the order in which paragraphs are given room under a limit; what is not named comes last.
var importance = []Kind{Mark, Headline, Conflict, Question, Confirm, Finding, Run, Plan, Scripts, Note, Possible, Related, Code, RuledOut}

// As renders a text in a form, with sep between paragraphs. The limit holds for what comes out. Where it leaves no room for all paragraphs,
// the short ones are tried; then the most important ones are rendered whole, as many as there is room for, and the last paragraph says that
// something is left out.
func (t Text) As(form Form, sep string, limit int) string {
	all := t.Whole
	parts, total := rendered(all, form)
	total += utf8.RuneCountInString(sep) * max(0, len(all)-1)
	if limit <= 0 || total <= limit {
		return strings.TrimRight(strings.Join(parts, sep), "\n")
	}
	if t.Short != nil {
		return Text{Whole: t.Short, LeftOut: t.LeftOut}.As(form, sep, limit)
	}
	left := form(Paragraph{Kind: Note, Text: t.LeftOut})
	room := limit - utf8.RuneCountInString(left)
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return rank(all[i].Kind) - rank(all[j].Kind) })
	kept := make([]bool, len(all))
	for _, i := range order {
		if n := utf8.RuneCountInString(parts[i]) + utf8.RuneCountInString(sep); n <= room {
			kept[i], room = true, room-n
		}
	}
	var said []string
	for i, part := range parts {
		if kept[i] {
			said = append(said, part)
		}
	}
	said = append(said, left)
	return clipped(strings.TrimRight(strings.Join(said, sep), "\n"), limit)
}

func rendered(all []Paragraph, form Form) (parts []string, total int) {
	parts = make([]string, len(all))
	for i, p := range all {
		parts[i] = form(p)
		total += utf8.RuneCountInString(parts[i])
	}
	return parts, total
}

func rank(k Kind) int {
	if at := slices.Index(importance, k); at >= 0 {
		return at
	}
	return len(importance)
}

// clipped returns the first characters of a text: only a limit below that of one sentence needs it.
func clipped(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}

// Visible returns a line of a file without control characters other than a tab, and without what turns the direction of writing.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}

// Line returns a text without what would move a cursor, begin a line or turn the direction of writing.
func Line(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text))
}

func mark(p Paragraph, i int, bullet string) string {
	if p.Numbered {
		return strconv.Itoa(i+1) + ". "
	}
	return bullet
}

func plain(p Paragraph) string {
	var b strings.Builder
	if p.Kind == Code {
		for l := range strings.Lines(p.Text) {
			b.WriteString("    " + Visible(strings.TrimRight(l, "\r\n")) + "\n")
		}
		return b.String() + "\n"
	}
	b.WriteString(Line(p.whole()) + "\n")
	for i, item := range p.Items {
		b.WriteString("  " + mark(p, i, "- ") + Line(item) + "\n")
	}
	return b.String() + "\n"
}

func terminal(p Paragraph) string {
	if p.Kind == Code {
		return plain(p)
	}
	var b strings.Builder
	b.WriteString(Line(p.Text) + "\n")
	for _, more := range p.More {
		b.WriteString("  " + Line(more) + "\n")
	}
	for i, item := range p.Items {
		b.WriteString("  " + mark(p, i, "- ") + Line(item) + "\n")
	}
	return b.String() + "\n"
}

var escapeMarkdown = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"#", `\#`, "+", `\+`, "!", `\!`, "|", `\|`, "~", `\~`, "&", `\&`)

// startOfLine matches what begins a list or a heading of Markdown where it begins a line.
var startOfLine = regexp.MustCompile(`^([-=]|[0-9]{1,9}[.)])`)

// escaped returns a text in which Markdown finds no markup.
func escaped(text string) string {
	text = escapeMarkdown.Replace(Line(text))
	if m := startOfLine.FindString(text); m != "" {
		return m[:len(m)-1] + `\` + text[len(m)-1:]
	}
	return text
}

// fenced returns lines in a fence that is longer than any run of backticks in them.
func fenced(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	var b strings.Builder
	b.WriteString(fence + "\n")
	for l := range strings.Lines(text) {
		b.WriteString(Visible(strings.TrimRight(l, "\r\n")) + "\n")
	}
	return b.String() + fence + "\n\n"
}

func markdown(p Paragraph) string {
	if p.Kind == Code {
		return fenced(p.Text)
	}
	var b strings.Builder
	text := escaped(p.whole())
	if p.Kind == Headline {
		text = "**" + text + "**"
	}
	b.WriteString(text + "\n")
	if len(p.Items) > 0 {
		b.WriteString("\n")
	}
	for i, item := range p.Items {
		b.WriteString(mark(p, i, "- ") + escaped(item) + "\n")
	}
	return b.String() + "\n"
}

func hypertext(p Paragraph) string {
	if p.Kind == Code {
		var b strings.Builder
		for l := range strings.Lines(p.Text) {
			b.WriteString(html.EscapeString(Visible(strings.TrimRight(l, "\r\n"))) + "\n")
		}
		return "<pre>" + b.String() + "</pre>\n"
	}
	var b strings.Builder
	text := html.EscapeString(Line(p.whole()))
	if p.Kind == Headline {
		text = "<strong>" + text + "</strong>"
	}
	b.WriteString("<p>" + text + "</p>\n")
	if len(p.Items) == 0 {
		return b.String()
	}
	list := "ul"
	if p.Numbered {
		list = "ol"
	}
	b.WriteString("<" + list + ">\n")
	for _, item := range p.Items {
		b.WriteString("<li>" + html.EscapeString(Line(item)) + "</li>\n")
	}
	b.WriteString("</" + list + ">\n")
	return b.String()
}
