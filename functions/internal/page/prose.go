package page

import (
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/index"
)

// A span is a stretch of text: plain, marked, code, or the number of a linked article.
type span struct {
	Text    string
	Mark    bool
	Code    bool
	Href    string
	Instead string // of an article that is missing: the one to read
}

// oneLine joins the lines of a text of ours, which is wrapped where a line was full.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// prose returns a text of ours as spans: what stands between backticks is code.
func prose(text string) []span { return spans(oneLine(text), nil, true) }

// teaser returns a short passage for a list, whoever wrote it: one line, without backticks, one of which may be cut off.
func teaser(text string) string { return strings.ReplaceAll(oneLine(text), "`", "") }

// spans cuts a text at the numbers of articles that it links and, in a text of ours, at its code.
func spans(text string, links map[string]catalog.Link, ours bool) []span {
	var all []span
	for ours {
		before, rest, found := strings.Cut(text, "`")
		code, after, closed := strings.Cut(rest, "`")
		if !found || !closed {
			break
		}
		all = append(linkify(all, before, links), span{Text: code, Code: true})
		text = after
	}
	return linkify(all, text, links)
}

// linkify appends a text, cut at the numbers of articles that it links.
func linkify(all []span, text string, links map[string]catalog.Link) []span {
	for {
		i, id := nextNumber(text, links)
		if i < 0 {
			return append(all, span{Text: text})
		}
		to := links[id]
		all = append(all, span{Text: text[:i]}, span{Text: id, Href: to.Href(), Instead: to.Instead})
		text = text[i+len(id):]
	}
}

// nextNumber returns the first number of a linked article in a text, and where it stands; -1 where there is none.
func nextNumber(text string, links map[string]catalog.Link) (at int, id string) {
	for i := 0; i < len(text) && len(links) > 0; i++ {
		if text[i] != 'Q' {
			continue
		}
		end := i + 1
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		if _, linked := links[text[i:end]]; linked {
			return i, text[i:end]
		}
	}
	return -1, ""
}

// marked cuts a passage at its marks. A mark that lies outside of it, or in the one before, is left out.
func marked(passage string, marks []index.Mark) []span {
	var all []span
	at := 0
	for _, m := range marks {
		if !route.ValidMark(passage, m) || m.Start < at {
			continue
		}
		all = append(all, span{Text: unquoted(passage[at:m.Start])}, span{Text: unquoted(passage[m.Start:m.End]), Mark: true})
		at = m.End
	}
	return append(all, span{Text: unquoted(passage[at:])})
}

// unquoted leaves the backticks of our own texts out.
func unquoted(text string) string { return strings.ReplaceAll(text, "`", "") }
