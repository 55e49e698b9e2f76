package script

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// Collected is what a collector has printed.
type Collected struct {
	Facts map[string]any // as in a report: a string, or a list of strings for a fact that takes several
	Log   string         // the lines of the client's logs, as they were
	Rest  string         // what stood before and after the collector's lines
}

// maxCollected bounds what is read of a collector's output, in bytes.
const maxCollected = 256 << 10

// ParseCollected finds the output of a collector in a text, between the line with FIXDESK-FACTS and the one with FIXDESK-END, and
// reports whether it is there. A line name=value is a fact where a collector prints that name and the value has a harmless form;
// whether it is an answer of that fact is for package facts to say. Every other line between the two is a line of a log. Where
// several computers were asked, the first one is read.
func ParseCollected(text string) (Collected, bool) {
	if len(text) > maxCollected {
		text = text[:maxCollected]
	}
	before, inside, ok := cutLine(text, "FIXDESK-FACTS v=1")
	if !ok {
		return Collected{}, false
	}
	inside, after, ended := cutLine(inside, "FIXDESK-END")
	if !ended {
		after = ""
	}
	c := Collected{Facts: map[string]any{}, Rest: before + after}
	var log strings.Builder
	for line := range strings.Lines(inside) {
		line = strings.TrimRight(line, "\r\n ")
		if c.fact(line) || line == "" || strings.HasPrefix(line, "----------") {
			continue
		}
		log.WriteString(line)
		log.WriteByte('\n')
	}
	c.Log = log.String()
	return c, true
}

// cutLine cuts a text around the first line that begins with mark.
func cutLine(text, mark string) (before, after string, ok bool) {
	at := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimLeft(line, " \ufeff"), mark) {
			return text[:at], text[at+len(line):], true
		}
		at += len(line)
	}
	return text, "", false
}

// fact stores a line that tells a fact, and reports whether it is one. A registration file that was typed out tells the sites by its
// keys, and is no log.
func (c *Collected) fact(line string) bool {
	if line == "REGEDIT4" || strings.HasPrefix(line, "Windows Registry Editor") || strings.HasPrefix(line, `"`) || strings.HasPrefix(line, "@=") {
		return true
	}
	if key, ok := strings.CutPrefix(line, "[HKEY_LOCAL_MACHINE\\"); ok {
		c.site(strings.TrimSuffix(key, "]"))
		return true
	}
	name, value, ok := strings.Cut(line, "=")
	if !ok || !slices.Contains(plan.Collectable(), name) || !harmless(value) {
		return false
	}
	if name == "client_sites" {
		c.add(name, strings.ToUpper(value))
	} else {
		c.Facts[name] = value
	}
	return true
}

// site stores the site that a key below InstalledSites or Sites\Shared is named for.
func (c *Collected) site(key string) {
	parts := strings.Split(key, `\`)
	if len(parts) < 2 {
		return
	}
	parent := strings.ToLower(parts[len(parts)-2])
	if code := parts[len(parts)-1]; (parent == "installedsites" || parent == "shared") && len(code) == 3 && harmless(code) {
		c.add("client_sites", strings.ToUpper(code))
	}
}

// add appends a value to a list fact, once, up to a bound.
func (c *Collected) add(name, value string) {
	list, _ := c.Facts[name].([]any)
	if !slices.Contains(list, any(value)) && len(list) < 32 {
		c.Facts[name] = append(list, any(value))
	}
}

var wordSigns = lettersAnd("._-")

// harmless reports whether a value is a short word of letters, digits, dots, dashes and underscores.
func harmless(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		if !wordSigns[s[i]] || s[i] == ' ' {
			return false
		}
	}
	return true
}
