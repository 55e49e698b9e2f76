package archive

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// A LineError is what is wrong with an article in our own words, at a line of it.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *LineError) Unwrap() error { return e.Err }

// ParseContent reads an article in our own words: a heading "# Q238865: Title", a list of headers ("- Product: …"), sections
// under "## NAME", and paragraphs, each ending with the place of the archive that it renders in square brackets: [CAUSE/2],
// [CAUSE/2, CAUSE/3], [Q131352 MORE INFORMATION/4], or [ext] or [gk] for what no article states. The error is a *LineError, but where the article is too large.
func ParseContent(data []byte) (*Article, error) {
	if len(data) > MaxArticle {
		return nil, fmt.Errorf("larger than %d bytes", MaxArticle)
	}
	lines := strings.Split(clean(string(data)), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t")
	}
	m := contentTitle.FindStringSubmatch(lines[0])
	if m == nil {
		return nil, &LineError{1, errors.New("want a heading # Q…: title")}
	}
	a := &Article{ID: m[1], Title: m[2]}
	at, err := a.contentHeaders(lines)
	if err != nil {
		return nil, err
	}
	return a, a.contentSections(lines, at)
}

var (
	contentTitle  = regexp.MustCompile(`^# (Q\d{4,7}): (.+)$`)
	contentHeader = regexp.MustCompile(`^- ([A-Z][A-Za-z-]*): *(.*)$`)
	articleNumber = regexp.MustCompile(`^Q\d{4,7}$`)
	place         = regexp.MustCompile(`^(?:(?:Q\d{4,7} )?[^\[\]/,]*/[1-9]\d{0,3}|ext|gk)$`)
)

// contentHeaders reads the list below the heading and returns the line after it.
func (a *Article) contentHeaders(lines []string) (int, error) {
	i := 1
	for ; i < len(lines) && !strings.HasPrefix(lines[i], "#"); i++ {
		if lines[i] == "" {
			continue
		}
		m := contentHeader.FindStringSubmatch(lines[i])
		if m == nil {
			return 0, &LineError{i + 1, errors.New("want a header - Name: value, or a section ## NAME")}
		}
		if err := a.contentHeader(m[1], m[2]); err != nil {
			return 0, &LineError{i + 1, err}
		}
	}
	return i, nil
}

func (a *Article) contentHeader(name, value string) error {
	switch name {
	case "Product":
		a.Products = append(a.Products, parts(value, ",;|")...)
	case "Version":
		a.Versions = Versions(value)
	case "OS":
		a.OS = parts(value, ",")
	case "Keywords":
		a.Keywords = words(strings.ReplaceAll(value, ",", " "))
	case "Technology":
		a.Technology = words(strings.ReplaceAll(value, ",", " "))
	case "Words":
		a.QueryWords = words(strings.ReplaceAll(value, ",", " "))
	case "Issue":
		a.IssueType = value
	case "Applies":
		a.AppliesTo = append(a.AppliesTo, value)
	case "Modified":
		if a.Modified = date(value); a.Modified.IsZero() {
			return errors.New("Modified: want a date like 11-JUN-2002")
		}
	case "Stand-in":
		if !articleNumber.MatchString(value) {
			return errors.New("Stand-in: want an article number like Q323170")
		}
		a.StandIn = value
	case "Links":
		return a.contentLinks(value)
	default:
		return fmt.Errorf("header %s is unknown: want Product, Version, OS, Keywords, Technology, Words, Issue, Applies, Modified, Stand-in or Links", name)
	}
	return nil
}

func (a *Article) contentLinks(value string) error {
	for _, id := range parts(value, ", ") {
		if !articleNumber.MatchString(id) {
			return errors.New("Links: want article numbers like Q238864, separated by commas")
		}
		a.Links = append(a.Links, Link{ID: id})
	}
	return nil
}

// contentSections reads sections and paragraphs from line at on.
func (a *Article) contentSections(lines []string, at int) error {
	for i := at; i < len(lines); {
		l := lines[i]
		if l == "" {
			i++
			continue
		}
		if name, ok := strings.CutPrefix(l, "## "); ok {
			a.Sections = append(a.Sections, Section{Name: strings.TrimSpace(name)})
			i++
			continue
		}
		if strings.HasPrefix(l, "#") || len(a.Sections) == 0 {
			return &LineError{i + 1, errors.New("want a section ## NAME")}
		}
		begin := i
		for i < len(lines) && lines[i] != "" && !strings.HasPrefix(lines[i], "## ") {
			i++
		}
		p, err := contentParagraph(strings.Join(lines[begin:i], "\n"))
		if err != nil {
			return &LineError{i, err}
		}
		s := &a.Sections[len(a.Sections)-1]
		s.Paragraphs = append(s.Paragraphs, p)
	}
	if len(a.Sections) == 0 {
		return &LineError{len(lines), errors.New("no section ## NAME")}
	}
	return nil
}

// contentParagraph takes the place off the end of a paragraph.
func contentParagraph(text string) (Paragraph, error) {
	open := strings.LastIndexByte(text, '[')
	if open < 0 || !strings.HasSuffix(text, "]") {
		return Paragraph{}, errors.New("the paragraph does not end with its place: want [SECTION/number], [ext] or [gk]")
	}
	where := strings.Join(strings.Fields(text[open+1:len(text)-1]), " ")
	for p := range strings.SplitSeq(where, ",") {
		if !place.MatchString(strings.TrimSpace(p)) {
			return Paragraph{}, errors.New("the place is none: want [SECTION/number], [SECTION/number, SECTION/number], [ext] or [gk]")
		}
	}
	return Paragraph{Text: strings.TrimSpace(text[:open]), Place: where}, nil
}
