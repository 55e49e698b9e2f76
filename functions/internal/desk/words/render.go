package words

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// Text says an answer as plain text.
func Text(a *desk.Answer, o Options) string { return render(a, o, plain) }

// Markdown says an answer as Markdown, with every sign of what is said escaped.
func Markdown(a *desk.Answer, o Options) string { return render(a, o, markdown) }

// HTML says an answer as a fragment of HTML with paragraphs and lists.
func HTML(a *desk.Answer, o Options) string { return render(a, o, hypertext) }

// Terminal says an answer for a terminal: each sentence on a line of its own, nothing wrapped, so that paths and commands can be copied.
func Terminal(a *desk.Answer, o Options) string { return render(a, o, terminal) }

// importance is the order in which paragraphs are given room under a limit; what is not named comes last.
var importance = []Kind{Headline, Conflict, Question, Confirm, Finding, Run, Plan, Scripts, Note, Possible, Related, RuledOut}

// render puts paragraphs into a form. Where a limit leaves no room for all of them, the short ones are tried; then the most important ones
// are said whole, as many as there is room for, and the last sentence says that something is left out.
func render(a *desk.Answer, o Options, form func(Paragraph) string) string {
	all := Of(a, o)
	parts := make([]string, len(all))
	total := 0
	for i, p := range all {
		parts[i] = form(p)
		total += utf8.RuneCountInString(parts[i])
	}
	if o.Limit <= 0 || total <= o.Limit {
		return strings.TrimRight(strings.Join(parts, ""), "\n")
	}
	if !o.Short {
		o.Short = true
		return render(a, o, form)
	}
	left := form(Paragraph{Kind: Note, Text: In(o.Language).say("left-out")})
	room := o.Limit - utf8.RuneCountInString(left)
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	rank := func(i int) int {
		if at := slices.Index(importance, all[i].Kind); at >= 0 {
			return at
		}
		return len(importance)
	}
	slices.SortStableFunc(order, func(i, j int) int { return rank(i) - rank(j) })
	kept := make([]bool, len(all))
	for _, i := range order {
		if n := utf8.RuneCountInString(parts[i]); n <= room {
			kept[i], room = true, room-n
		}
	}
	var b strings.Builder
	for i, part := range parts {
		if kept[i] {
			b.WriteString(part)
		}
	}
	b.WriteString(left)
	return clipped(strings.TrimRight(b.String(), "\n"), o.Limit)
}

// clipped returns the first characters of a text: only a limit below that of one sentence needs it.
func clipped(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}

// line returns a text without what would move a cursor, begin a line or turn the direction of writing.
func line(text string) string {
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

// whole returns the sentences of a paragraph in one line.
func (p Paragraph) whole() string { return strings.Join(append([]string{p.Text}, p.More...), " ") }

func plain(p Paragraph) string {
	var b strings.Builder
	b.WriteString(line(p.whole()) + "\n")
	for i, item := range p.Items {
		b.WriteString("  " + mark(p, i, "- ") + line(item) + "\n")
	}
	return b.String() + "\n"
}

func terminal(p Paragraph) string {
	var b strings.Builder
	b.WriteString(line(p.Text) + "\n")
	for _, more := range p.More {
		b.WriteString("  " + line(more) + "\n")
	}
	for i, item := range p.Items {
		b.WriteString("  " + mark(p, i, "- ") + line(item) + "\n")
	}
	return b.String() + "\n"
}

var escapeMarkdown = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`,
	"#", `\#`, "+", `\+`, "!", `\!`, "|", `\|`, "~", `\~`, "&", `\&`)

// startOfLine matches what begins a list or a heading of Markdown where it begins a line.
var startOfLine = regexp.MustCompile(`^([-=]|[0-9]{1,9}[.)])`)

// escaped returns a text in which Markdown finds no markup.
func escaped(text string) string {
	text = escapeMarkdown.Replace(line(text))
	if m := startOfLine.FindString(text); m != "" {
		return m[:len(m)-1] + `\` + text[len(m)-1:]
	}
	return text
}

func markdown(p Paragraph) string {
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
	var b strings.Builder
	text := html.EscapeString(line(p.whole()))
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
		b.WriteString("<li>" + html.EscapeString(line(item)) + "</li>\n")
	}
	b.WriteString("</" + list + ">\n")
	return b.String()
}
