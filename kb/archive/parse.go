package archive

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// MaxArticle is the size in bytes of the largest article that is read. The largest of the public archive has 160 KB.
const MaxArticle = 2 << 20

// Parse reads one file of the archive. It takes the file as it comes: with or without the {% raw %} wrapper, with CRLF line
// ends, with bytes that are not UTF-8 (each run becomes U+FFFD), with wrapped or missing headers, without any text. It fails only
// where the article cannot be had whole: the file is too large, has no article number or no title, or ends inside its wrapper.
func Parse(data []byte) (*Article, error) {
	if len(data) > MaxArticle {
		return nil, fmt.Errorf("larger than %d bytes", MaxArticle)
	}
	front, body, err := unwrap(clean(string(data)))
	if err != nil {
		return nil, err
	}
	a := new(Article)
	if a.ID, a.Title, err = heading(front); err != nil {
		return nil, err
	}
	lines := plain(body)
	lines = a.header(lines)
	lines = a.appliesTo(lines)
	lines = a.footer(lines)
	a.Sections = sections(lines)
	a.Links = links(a.ID, lines)
	return a, nil
}

// clean makes valid UTF-8 with line feeds of whatever came in, without control characters.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case r == '\u00a0':
			return ' '
		case unicode.IsControl(r) || r == '\ufeff':
			return -1
		}
		return r
	}, s)
}

const (
	wrapper    = "{% raw %}"
	endWrapper = "{% endraw %}"
)

// unwrap parts a file into what stands before the article and the article itself.
func unwrap(s string) (front, body string, err error) {
	front, body, found := strings.Cut(s, wrapper)
	if !found {
		return unwrapped(s)
	}
	end := strings.LastIndex(body, endWrapper)
	if end < 0 {
		return "", "", errors.New("ends before its " + endWrapper + ": the file is cut off")
	}
	return front, body[:end], nil
}

// unwrapped parts a file without the wrapper at its heading "## Q…", else behind the front matter.
func unwrapped(s string) (front, body string, err error) {
	if at := headingTitle.FindStringIndex(s); at != nil {
		return s[:at[1]], s[at[1]:], nil
	}
	if rest, ok := strings.CutPrefix(s, "---\n"); ok {
		if before, after, ok := strings.Cut(rest, "\n---\n"); ok {
			return before + "\n", after, nil
		}
	}
	return s, s, nil
}

var (
	frontTitle   = regexp.MustCompile(`(?m)^title: *"?(Q\d{4,7}): (.*?)"? *$`)
	headingTitle = regexp.MustCompile(`(?m)^## (Q\d{4,7}): (.*)$`)
)

// heading reads number and title, from the front matter, else from the heading below it.
func heading(front string) (id, title string, err error) {
	if m := frontTitle.FindStringSubmatch(front); m != nil {
		id, title = m[1], strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[2])
	} else if m := headingTitle.FindStringSubmatch(front); m != nil {
		id, title = m[1], m[2]
	} else {
		return "", "", errors.New(`no line title: "Q…: …", and no heading ## Q…: …`)
	}
	title = strings.Join(strings.Fields(unescape(title)), " ")
	if title == "" {
		return "", "", errors.New("no title")
	}
	return id, title, nil
}

// plain returns the lines of an article as a reader sees them: without the tab in front, without entities and link markup.
func plain(body string) []string {
	lines := strings.Split(body, "\n")
	for i, l := range lines {
		l = strings.TrimPrefix(l, "\t")
		l = unescape(stripLinks(l))
		lines[i] = strings.TrimRight(l, " \t")
	}
	return lines
}

// unescape resolves entities that are closed by a semicolon. Without it "&copy" would become a sign, and is a C expression.
func unescape(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		return strings.ReplaceAll(html.UnescapeString(e), "\u00a0", " ")
	})
}

var (
	entity  = regexp.MustCompile(`&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,12});`)
	linkTag = regexp.MustCompile(`</?LINK\b[^>]*>?`)
)

func stripLinks(s string) string {
	if !strings.Contains(s, "LINK") {
		return s
	}
	return linkTag.ReplaceAllString(s, "")
}

var headerLine = regexp.MustCompile(`^\s*(Article|Product\(s\)|Version\(s\)|Operating System\(s\)|Keyword\(s\)|Last Modified)\s*:\s*(.*)$`)

// header reads the block of headers at the top and returns the lines below it. A line without a name goes on with the header
// before it; an article without headers keeps all of its lines.
func (a *Article) header(lines []string) []string {
	lines = skipBlank(lines)
	values := make(map[string]string)
	name, n := "", 0
	for ; n < len(lines) && lines[n] != "" && !rule(lines[n], '-'); n++ {
		if m := headerLine.FindStringSubmatch(lines[n]); m != nil {
			name = m[1]
			values[name] = m[2]
		} else if name == "" {
			return lines
		} else {
			values[name] += " " + strings.TrimSpace(lines[n])
		}
	}
	a.Products = products(values["Product(s)"])
	a.Versions = Versions(values["Version(s)"])
	a.OS = parts(values["Operating System(s)"], "|,;")
	a.Keywords = once(a.Keywords, words(values["Keyword(s)"]))
	a.Modified = date(values["Last Modified"])
	return lines[n:]
}

// appliesTo reads the block between two rules of dashes, if the article has one, and returns the lines below it.
func (a *Article) appliesTo(lines []string) []string {
	lines = skipBlank(lines)
	if len(lines) == 0 || !rule(lines[0], '-') {
		return lines
	}
	for n := 1; n < len(lines); n++ {
		if rule(lines[n], '-') {
			a.AppliesTo = bullets(lines[1:n])
			return lines[n+1:]
		}
	}
	return lines[1:] // a rule that nothing closes is an ornament
}

// bullets joins the lines of a list, each item beginning with a dash.
func bullets(lines []string) []string {
	var items []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		item, begins := strings.CutPrefix(l, "- ")
		switch {
		case l == "" || strings.HasPrefix(l, "The information in this article applies to"):
		case begins || len(items) == 0:
			items = append(items, strings.TrimSpace(item))
		default:
			items[len(items)-1] += " " + l
		}
	}
	return items
}

const queryWords = "Additional query words:"

var footerLine = regexp.MustCompile(`^(Keywords|Technology|Version|Issue type|Component|Hardware|Solution Type|Platform)\s*:\s*(.*)$`)

// footer reads the query words and the block of keywords at the end, and returns the lines that are not part of them.
func (a *Article) footer(lines []string) []string {
	begin := footerBegin(lines)
	if begin < 0 {
		return lines
	}
	body := lines[:begin:begin]
	values := make(map[string]string)
	name := ""
	for _, l := range lines[begin:] {
		if rest, ok := strings.CutPrefix(l, queryWords); ok {
			name, l = queryWords, rest
			values[name] = l
		} else if m := footerLine.FindStringSubmatch(l); m != nil {
			name = m[1]
			values[name] = m[2]
		} else if l == "" || rule(l, '=') {
			name = ""
		} else if name != "" {
			values[name] += " " + l
		} else {
			body = append(body, l)
		}
	}
	a.QueryWords = words(values[queryWords])
	a.Keywords = once(a.Keywords, words(values["Keywords"]))
	a.Technology = words(values["Technology"])
	if f := strings.Fields(values["Issue type"]); len(f) > 0 {
		a.IssueType = f[0]
	}
	if a.Versions == nil {
		a.Versions = Versions(values["Version"])
	}
	return body
}

// footerBegin returns the line where the footer begins, -1 where there is none.
func footerBegin(lines []string) int {
	keywords := -1
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(lines[i], queryWords) {
			return i
		}
		if keywords < 0 && i > 0 && strings.HasPrefix(lines[i], "Keywords ") && rule(lines[i-1], '=') {
			keywords = i - 1
		}
	}
	return keywords
}

// sections cuts lines at their headings: a line with a rule of equal signs under it, as long as the heading is.
func sections(lines []string) []Section {
	var all []Section
	at := 0
	name := ""
	cut := func(end int) {
		if ps := paragraphs(lines[at:end]); len(ps) > 0 || name != "" {
			all = append(all, Section{Name: name, Paragraphs: ps})
		}
	}
	for i := 0; i+1 < len(lines); i++ {
		if isHeading(lines, i) {
			cut(i)
			name, at = lines[i], i+2
			i++
		}
	}
	cut(len(lines))
	return all
}

func isHeading(lines []string, i int) bool {
	h := lines[i]
	if h == "" || h[0] == ' ' || h[0] == '\t' || len(h) > 80 || rule(h, '=') || !rule(lines[i+1], '=') {
		return false
	}
	off := len([]rune(h)) - len(lines[i+1])
	return -2 <= off && off <= 2 && (i == 0 || lines[i-1] == "")
}

func paragraphs(lines []string) []Paragraph {
	var all []Paragraph
	for i := 0; i < len(lines); {
		if strings.TrimSpace(lines[i]) == "" {
			i++
			continue
		}
		begin := i
		for i < len(lines) && strings.TrimSpace(lines[i]) != "" {
			i++
		}
		text := strings.TrimLeft(strings.Join(lines[begin:i], "\n"), " \t")
		all = append(all, Paragraph{Text: text})
	}
	return all
}

// rule reports whether a line is at least three of c and nothing else.
func rule(line string, c byte) bool {
	if len(line) < 3 {
		return false
	}
	for i := range len(line) {
		if line[i] != c {
			return false
		}
	}
	return true
}

func skipBlank(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

// products leaves out "See article", which names none.
func products(s string) []string {
	all := parts(s, "|;")
	if len(all) == 1 && strings.EqualFold(all[0], "See article") {
		return nil
	}
	return all
}

// Versions splits a version header into single versions, each with its platform where one is named:
// "WINDOWS:3.1,95; winnt:4.0 SP1" is WINDOWS:3.1, WINDOWS:95 and winnt:4.0 SP1, and "4.00 4.00b | 4.00" is 4.00 and 4.00b.
func Versions(s string) []string {
	var all []string
	for _, group := range parts(s, ";|") {
		platform, list, named := strings.Cut(group, ":")
		if !named {
			platform, list = "", group
		}
		platform = strings.TrimSpace(platform)
		if platform != "" {
			platform += ":"
		}
		for _, v := range versionList(list) {
			all = once(all, []string{platform + v})
		}
	}
	return all
}

func versionList(list string) []string {
	if strings.Contains(list, ",") {
		return parts(list, ",")
	}
	var all []string
	for _, v := range strings.Fields(list) {
		if len(all) > 0 && (strings.HasPrefix(strings.ToUpper(v), "SP") || strings.HasPrefix(v, "(") || strings.HasSuffix(v, ")")) {
			all[len(all)-1] += " " + v
			continue
		}
		all = append(all, v)
	}
	return all
}

// parts splits s at any of the separators and drops what is empty.
func parts(s, separators string) []string {
	var all []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			all = append(all, p)
		}
	}
	return all
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '|' })
}

// once appends the words that are not there yet.
func once(to, words []string) []string {
	have := make(map[string]bool, len(to)+len(words))
	for _, w := range to {
		have[w] = true
	}
	for _, w := range words {
		if !have[w] {
			have[w] = true
			to = append(to, w)
		}
	}
	return to
}

// date reads "11-JUN-2002" and "6-FEB-1991"; what is no date is the zero time.
func date(s string) time.Time {
	t, err := time.Parse("2-Jan-2006", strings.TrimSpace(s))
	if err != nil {
		return time.Time{}
	}
	return t
}
