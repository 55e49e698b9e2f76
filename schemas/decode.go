package schemas

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A limit bounds a document before it is read.
type limit struct {
	bytes int  // of the text
	depth int  // of objects and arrays in each other
	nodes int  // values at all
	ours  bool // written by us: YAML is accepted, and a problem may show the value found

	secret bool // no problem shows a value
}

// limits by document. A document without an entry, such as fixes.json, is part of another one and cannot be decoded.
var limits = map[Name]limit{
	Report:   {bytes: 256 << 10, depth: 6, nodes: 5_000},
	Answer:   {bytes: 6 << 20, depth: 12, nodes: 50_000},
	Refusal:  {bytes: 1 << 20, depth: 8, nodes: 10_000},
	Article:  {bytes: 6 << 20, depth: 8, nodes: 200_000},
	Results:  {bytes: 6 << 20, depth: 8, nodes: 50_000},
	Feedback: {bytes: 16 << 10, depth: 3, nodes: 100},
	Tree:     {bytes: 512 << 10, depth: 24, nodes: 50_000, ours: true},
	Facts:    {bytes: 1 << 20, depth: 24, nodes: 100_000, ours: true},
	Services: {bytes: 64 << 10, depth: 8, nodes: 2_000, ours: true},
	Language: {bytes: 1 << 20, depth: 24, nodes: 100_000, ours: true},
	Cases:    {bytes: 4 << 20, depth: 24, nodes: 200_000, ours: true},
	Forms:    {bytes: 256 << 10, depth: 24, nodes: 10_000, ours: true},
	Tickets:  {bytes: 64 << 10, depth: 8, nodes: 5_000, ours: true, secret: true},
}

// MaxBytes returns the size above which Decode refuses a document of that name.
func MaxBytes(name Name) int { return limits[name].bytes }

// Decode reads a document, checks it against its schema and stores it into v as package encoding/json does, where Map keeps
// the order of members. Reports and answers are JSON; what we write ourselves may be YAML, of which only the part that JSON
// can say is accepted: no anchor, alias, merge, tag or second document. A document that breaks a rule gives an *Error with
// all of its problems; any other error is a mismatch between a schema and v.
func Decode(name Name, data []byte, v any) error {
	n, err := check(name, data)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n.appendJSON(&b)
	if err := json.Unmarshal(b.Bytes(), v); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Check reads a document as Decode does, and stores nothing.
func Check(name Name, data []byte) error {
	_, err := check(name, data)
	return err
}

func check(name Name, data []byte) (*node, error) {
	lim, ok := limits[name]
	if !ok {
		return nil, fmt.Errorf("schemas: no document is a %s", name)
	}
	r := reader{limit: lim}
	n := r.read(data)
	if n != nil && !r.stopped {
		r.problems = append(r.problems, r.news(judge(name, n, lim.ours && !lim.secret))...)
	}
	if len(r.problems) > 0 {
		e := newError(name, r.problems)
		e.Unreadable, e.TooLarge = n == nil && !r.tooLarge, r.tooLarge
		return nil, e
	}
	return n, nil
}

// news returns those problems of the schema that are not about a value which could not even be read.
func (r *reader) news(problems []Problem) []Problem {
	return slices.DeleteFunc(problems, func(p Problem) bool {
		return slices.ContainsFunc(r.problems, func(q Problem) bool { return q.Pointer == p.Pointer && q.Line == p.Line })
	})
}

// Lines returns the line of every value of a YAML or JSON document by its JSON pointer: of a member the line of its name.
// A document that cannot be read has no lines.
func Lines(data []byte) map[string]int {
	r := reader{limit: limit{bytes: 8 << 20, depth: 64, nodes: 1 << 20, ours: true}}
	n := r.read(data)
	if n == nil {
		return nil
	}
	lines := map[string]int{}
	n.addLines("", n.line, lines)
	return lines
}

func (n *node) addLines(pointer string, line int, lines map[string]int) {
	lines[pointer] = line
	for i, v := range n.values {
		if n.kind == object {
			v.addLines(pointer+"/"+escape(n.keys[i]), n.lines[i], lines)
		} else {
			v.addLines(fmt.Sprint(pointer, "/", i), v.line, lines)
		}
	}
}

// A reader turns one text into nodes and collects what is wrong with it.
type reader struct {
	limit
	problems []Problem
	count    int  // nodes so far
	stopped  bool // a bound was passed: what was read is not the whole document
	tooLarge bool // the bound was that of the bytes
}

func (r *reader) report(p Problem) { r.problems = append(r.problems, p) }

// stop reports a problem after which reading on is useless.
func (r *reader) stop(p Problem) {
	r.report(p)
	r.stopped = true
}

// read returns the root of the text, nil where it has none. Problems may stand beside a root.
func (r *reader) read(data []byte) *node {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(data) > r.bytes {
		r.tooLarge = true
		r.stop(Problem{Line: 1, Found: fmt.Sprintf("%d bytes", len(data)), Expected: fmt.Sprintf("at most %d bytes", r.bytes)})
		return nil
	}
	if at := invalidUTF8(data); at >= 0 {
		r.stop(Problem{Line: lineOf(data, at), Found: "bytes that are not UTF-8", Expected: "text in UTF-8",
			Hint: "save the file, or send the request, as UTF-8"})
		return nil
	}
	if r.ours && !looksLikeJSON(data) {
		return r.readYAML(data)
	}
	return r.readJSON(data)
}

// invalidUTF8 returns the offset of the first byte that is no part of UTF-8, -1 where there is none.
func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		if c == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// looksLikeJSON reports whether a text of ours is meant as JSON: YAML that begins with a brace is not our style.
func looksLikeJSON(data []byte) bool {
	data = bytes.TrimLeft(data, " \t\r\n")
	return len(data) > 0 && (data[0] == '{' || data[0] == '[')
}

// lineOf returns the line, from 1, of an offset.
func lineOf(data []byte, offset int) int {
	return 1 + bytes.Count(data[:min(offset, len(data))], []byte("\n"))
}

// enter counts a node and reports whether the bounds allow it at that depth.
func (r *reader) enter(pointer string, line, depth int) bool {
	if r.stopped {
		return false
	}
	if r.count++; r.count > r.nodes {
		r.stop(Problem{Pointer: "", Line: line, Found: "more values", Expected: fmt.Sprintf("at most %d values in all", r.nodes)})
		return false
	}
	if depth > r.depth {
		r.stop(Problem{Pointer: pointer, Line: line, Found: "deeper nesting", Expected: fmt.Sprintf("at most %d objects and arrays in each other", r.depth)})
		return false
	}
	return true
}

// duplicate reports a name that its object has already.
func (r *reader) duplicate(pointer, key string, line int) {
	r.report(Problem{Pointer: r.member(pointer, key), Line: line, Found: "a name that stands here twice", Expected: "each name once", Hint: "delete one of the two"})
}

// member returns the pointer to a member. A name from outside that is no name of ours is not repeated: the pointer stays
// with the object.
func (r *reader) member(pointer, key string) string {
	if !r.ours && !plainName(key) {
		return pointer
	}
	return pointer + "/" + escape(key)
}

// plainName reports whether a name is short and of harmless characters.
func plainName(key string) bool {
	return key != "" && len(key) <= 64 && strings.IndexFunc(key, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-')
	}) < 0
}
