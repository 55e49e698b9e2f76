package archive

import (
	"regexp"
	"strings"
)

var (
	citation = regexp.MustCompile(`^\s*(?:[-*] |ARTICLE-ID *: *)?(Q\d{5,6})\b[:,]?(?:\s+(\S.*))?$`)
	mention  = regexp.MustCompile(`\bQ\d{5,6}\b`)
	titled   = regexp.MustCompile(`^\s*TITLE *: *(.+)$`)
)

// maxTitleLines is how many lines a cited title may be wrapped over.
const maxTitleLines = 4

// links collects the articles that lines name, with the titles under which they are cited. A number without a title counts
// only where no citation of the same article has one.
func links(own string, lines []string) []Link {
	var all []Link
	seen := make(map[Link]bool)
	named := make(map[string]bool)
	add := func(l Link) {
		if l.ID != own && !seen[l] {
			seen[l] = true
			named[l.ID] = named[l.ID] || l.Title != ""
			all = append(all, l)
		}
	}
	for i := 0; i < len(lines); i++ {
		if !mayMention(lines[i]) {
			continue
		}
		id, title, next := cited(lines, i)
		if id != "" {
			add(Link{ID: id, Title: title})
			i = next - 1
			continue
		}
		for _, id := range mention.FindAllString(lines[i], -1) {
			add(Link{ID: id})
		}
	}
	kept := all[:0]
	for _, l := range all {
		if l.Title != "" || !named[l.ID] {
			kept = append(kept, l)
		}
	}
	return kept
}

// mayMention reports whether a line has a Q before a digit. Most lines do not, and looking closer is dear.
func mayMention(line string) bool {
	for i := strings.IndexByte(line, 'Q'); i >= 0 && i+1 < len(line); {
		if c := line[i+1]; '0' <= c && c <= '9' {
			return true
		}
		next := strings.IndexByte(line[i+1:], 'Q')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// cited reads a citation that begins at line i: its title, and the line after it. It returns no id where none begins there.
func cited(lines []string, i int) (id, title string, next int) {
	m := citation.FindStringSubmatch(lines[i])
	if m == nil {
		return "", "", i
	}
	next = i + 1
	if m[2] == "" {
		next = skipTo(lines, next)
		if next == len(lines) {
			return m[1], "", i + 1
		}
		t := titled.FindStringSubmatch(lines[next])
		if t == nil {
			return m[1], "", i + 1
		}
		m[2] = t[1]
		next++
	}
	title = m[2]
	for n := 1; n < maxTitleLines && next < len(lines) && wraps(lines[next]); n++ {
		title += " " + strings.TrimSpace(lines[next])
		next++
	}
	return m[1], strings.Join(strings.Fields(title), " "), next
}

// skipTo skips at most one blank line.
func skipTo(lines []string, i int) int {
	if i < len(lines) && lines[i] == "" {
		i++
	}
	return i
}

// wraps reports whether a line goes on with the title of the line before.
func wraps(line string) bool {
	return strings.TrimSpace(line) != "" && (line[0] == ' ' || line[0] == '\t') && !(mayMention(line) && citation.MatchString(line))
}
