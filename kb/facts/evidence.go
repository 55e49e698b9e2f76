package facts

import (
	"slices"
	"strings"
)

// Evidence returns the lines of a log from which facts are read, which is what of it is worth remembering: what else stands in a log is
// about other things, and may be about other people. Where several lines say the same, the first and the last of them are kept. Reading
// the evidence gives the facts that reading the log gives.
func (v *Vocabulary) Evidence(log string) string {
	type stretch struct{ from, to int }
	text := strings.TrimSpace(log)
	said := map[string][]stretch{}
	r := &reader{v: v}
	r.logLines(text, func(rule *lineRule, j joined, m []int) {
		key := rule.Line
		for i := 2; i+1 < len(m); i += 2 {
			if m[i] >= 0 {
				key += "\x00" + j.text[m[i]:m[i+1]]
			}
		}
		said[key] = append(said[key], stretch{j.at[m[0]], j.at[m[1]]})
	})
	var kept []stretch
	for _, all := range said {
		kept = append(kept, all[0], all[len(all)-1])
	}
	slices.SortFunc(kept, func(a, b stretch) int { return a.from - b.from })
	var lines []string
	end := 0
	for _, s := range kept {
		from := max(end, strings.LastIndexByte(text[:s.from], '\n')+1)
		to := len(text)
		if i := strings.IndexByte(text[max(s.to-1, s.from):], '\n'); i >= 0 {
			to = max(s.to-1, s.from) + i
		}
		if from < to {
			lines = append(lines, strings.TrimRight(text[from:to], "\r"))
		}
		end = max(end, to+1)
	}
	return strings.Join(lines, "\n")
}
