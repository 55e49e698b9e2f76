package script

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
)

// A Result is the line that a run of a script prints at its end.
type Result struct {
	Computer string // which one, where a script was run on several; else empty
	Fix      string // the names of the fixes, joined by a plus sign
	Script   string // the ID of the script
	Mode     string // show, apply, verify, undo, help
	Status   string // ok, nothing-to-do, refused, failed, rolled-back, started
	Step     int    // the last step that was begun
	Code     int    // the exit code of the command that was run
	HasCode  bool
}

// maxResults bounds how many results are read of a text, and maxResultText the text, in bytes.
const (
	maxResults    = 64
	maxResultText = 256 << 10
)

// A script that is run on several computers names each at the end of its line. A list that somebody has put together names it in front.
var resultForm = regexp.MustCompile(`^(?:([A-Za-z0-9_.-]{1,63}): )?FIXDESK-RESULT v=1 fix=([a-z0-9+-]{1,200}) script=([0-9a-f]{8})` +
	` mode=(show|apply|verify|undo|help) status=(ok|nothing-to-do|refused|failed|rolled-back|started) step=([0-9]{1,3})(?: code=(-?[0-9]{1,10}))?` +
	`(?: computer=([A-Za-z0-9_.-]{1,63}))?$`)

// ParseResults returns the results that stand in a text, each on a line of its own and each once, in their order. A line of a script
// that only speaks of one, behind a remark or a quotation mark, is none.
func ParseResults(text string) []Result {
	if len(text) > maxResultText {
		text = text[len(text)-maxResultText:]
	}
	var all []Result
	seen := map[string]bool{}
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\r\n\ufeff")
		m := resultForm.FindStringSubmatch(line)
		if m == nil || seen[line] || strings.Contains(line, "script="+zeros) || (m[1] != "" && m[8] != "" && !strings.EqualFold(m[1], m[8])) {
			continue
		}
		seen[line] = true
		r := Result{Computer: cmp.Or(m[8], m[1]), Fix: m[2], Script: m[3], Mode: m[4], Status: m[5], HasCode: m[7] != ""}
		r.Step, _ = strconv.Atoi(m[6])
		r.Code, _ = strconv.Atoi(m[7])
		if all = append(all, r); len(all) == maxResults {
			break
		}
	}
	return all
}
