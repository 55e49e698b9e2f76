package desk

import (
	"strings"

	"github.com/fixdesk/fixdesk/kb/script"
)

// Evidence returns the lines of a log from which anything is read, which is all of it that a conversation remembers: those that state
// facts, the result lines of scripts, and what a collector has printed.
func (d *Desk) Evidence(log string) string {
	var kept, rest []string
	inside := false
	for line := range strings.Lines(log) {
		line = strings.TrimRight(line, "\r\n")
		inside = inside || strings.HasPrefix(strings.TrimLeft(line, " \ufeff"), "FIXDESK-FACTS")
		if inside || len(script.ParseResults(line)) > 0 {
			kept = append(kept, line)
		} else {
			rest = append(rest, line)
		}
		inside = inside && !strings.HasPrefix(strings.TrimLeft(line, " \ufeff"), "FIXDESK-END")
	}
	if evidence := d.KB.Vocabulary.Evidence(strings.Join(rest, "\n")); evidence != "" {
		kept = append(kept, evidence)
	}
	return strings.Join(kept, "\n")
}
