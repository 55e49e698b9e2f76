package schemas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Problem is one thing that is wrong with a document. It says nothing of a refused value of a report but its type and size.
type Problem struct {
	Pointer  string // RFC 6901, "" for the whole document; of something missing, where it would stand
	Line     int    // from 1
	Found    string // "a string of 31 characters", "nothing"; in content of ours the value itself
	Expected string // "at most 20 characters"
	Hint     string // what to do; may be empty
}

// String returns the problem as the rest of a compiler's line: "12: /facts/client_os: found …, expected …; hint".
func (p Problem) String() string {
	return fmt.Sprintf("%d: %s", p.Line, p.Text())
}

// Text returns the problem without its line.
func (p Problem) Text() string {
	var b strings.Builder
	if p.Pointer != "" {
		b.WriteString(p.Pointer + ": ")
	}
	fmt.Fprintf(&b, "found %s, expected %s", p.Found, p.Expected)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// maxProblems is how many problems an Error lists: who has more has another file in hand than they think.
const maxProblems = 100

// An Error is a document that breaks rules. It lists its problems by line, at most a hundred of them.
type Error struct {
	Name       Name
	Problems   []Problem
	More       int  // problems beyond the list
	Unreadable bool // the text is no JSON (or YAML) at all
	TooLarge   bool // the text has more than MaxBytes
}

// Error returns one line for each problem, as a compiler does: "tree: 12: /questions/x: found …, expected …".
func (e *Error) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, p := range e.Problems {
		lines = append(lines, fmt.Sprintf("%s: %s", e.Name, p))
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more problems", e.Name, e.More))
	}
	return strings.Join(lines, "\n")
}

// newError sorts problems, drops those that say the same, and bounds them.
func newError(name Name, problems []Problem) *Error {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Expected, b.Expected),
			cmp.Compare(a.Found, b.Found), cmp.Compare(a.Hint, b.Hint))
	})
	problems = slices.Compact(problems)
	e := &Error{Name: name, Problems: problems}
	if n := len(problems); n > maxProblems {
		e.Problems, e.More = problems[:maxProblems], n-maxProblems
	}
	return e
}

// describe says what a value is: in content of ours by showing it, else by its type and size.
func describe(n *node, show bool) string {
	if n == nil {
		return "nothing"
	}
	switch n.kind {
	case object:
		return "an object of " + count(len(n.keys), "member", "members")
	case array:
		return "an array of " + count(len(n.values), "item", "items")
	case null:
		return "null"
	case text:
		if show {
			return fmt.Sprintf("%q", clip(n.text))
		}
		return "a string of " + count(utf8.RuneCountInString(n.text), "character", "characters")
	}
	if show {
		return "the " + string(n.kind) + " " + clip(n.text)
	}
	return "a " + string(n.kind)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// clip shortens a value of ours for a message.
func clip(s string) string {
	const most = 60
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
