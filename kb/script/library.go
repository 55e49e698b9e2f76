package script

import (
	"regexp"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// A library is the routines of a dialect, in the order of its file. A script holds those that it calls, and those that they call.
type library struct {
	routines []routine
	index    map[string]int // by name in lower case
	names    *regexp.Regexp // a word that may name a routine
}

type routine struct {
	text  string
	calls []int
}

// newLibrary reads the file of a library: routines with a blank line between two of them and none within. Define finds the name of a
// routine in the lines of its block, or the names of several that are always needed together; call finds, as its first group, the
// names that a text calls. A sentence of package program stands in the file as [[name]] or [[name placeholder=text]], where the text is
// code that the dialect puts in its place.
func newLibrary(text string, define, call *regexp.Regexp) *library {
	l := &library{index: map[string]int{}, names: call}
	for block := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), "\n\n") {
		names := define.FindAllStringSubmatch(block, -1)
		if names == nil {
			continue // the comment at the head of the file
		}
		for _, name := range names {
			l.index[strings.ToLower(name[1])] = len(l.routines)
		}
		l.routines = append(l.routines, routine{text: sentences(strings.Trim(block, "\n")) + "\n"})
	}
	for i := range l.routines {
		l.routines[i].calls = l.called(l.routines[i].text)
	}
	return l
}

// called returns the routines that a text names.
func (l *library) called(text string) []int {
	var calls []int
	for _, m := range l.names.FindAllStringSubmatch(text, -1) {
		if i, ok := l.index[strings.ToLower(m[1])]; ok {
			calls = append(calls, i)
		}
	}
	return calls
}

// needed returns the routines that a text calls, with all that they call, in the order of the file and with a blank line before each.
func (l *library) needed(text string) string {
	need := make([]bool, len(l.routines))
	queue := l.called(text)
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		if !need[i] {
			need[i] = true
			queue = append(queue, l.routines[i].calls...)
		}
	}
	var b strings.Builder
	for i, r := range l.routines {
		if need[i] {
			b.WriteString("\n" + r.text)
		}
	}
	return b.String()
}

var sentence = regexp.MustCompile(`\[\[([a-z0-9-]+)((?: [a-z]+=.*?)?)\]\]`)
var filling = regexp.MustCompile(` ([a-z]+)=`)

// sentences puts the sentences of package program in the place of their names.
func sentences(text string) string {
	return sentence.ReplaceAllStringFunc(text, func(mark string) string {
		m := sentence.FindStringSubmatch(mark)
		var pairs []string
		at := filling.FindAllStringSubmatchIndex(m[2], -1)
		for i, f := range at {
			end := len(m[2])
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			pairs = append(pairs, m[2][f[2]:f[3]], m[2][f[1]:end])
		}
		return program.Words(m[1], pairs...)
	})
}
