package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
)

// readJSON reads a text that is one JSON value and nothing else.
func (r *reader) readJSON(data []byte) *node {
	if at, found := syntaxError(data); at >= 0 {
		p := Problem{Line: lineOf(data, at), Found: found, Expected: "one JSON value"}
		if strings.Contains(found, "column") {
			p.Hint = "NaN, Infinity, comments, single quotes and trailing commas are not JSON"
		}
		r.stop(p)
		return nil
	}
	if at := loneSurrogate(data); at >= 0 {
		r.report(Problem{Line: lineOf(data, at), Found: `half of a surrogate pair (\ud800 to \udfff)`, Expected: "whole characters"})
	}
	p := jsonParser{reader: r, data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1}
	p.dec.UseNumber()
	return p.value("", 1)
}

// syntaxError returns where the text stops being JSON, -1 where it does not, and what stands there.
func syntaxError(data []byte) (at int, found string) {
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	if err == nil {
		return -1, ""
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return 0, "nothing"
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return 0, "something else"
	}
	at = int(syntax.Offset)
	switch {
	case strings.Contains(err.Error(), "unexpected end"):
		return at, "an end in the middle of it"
	case strings.Contains(err.Error(), "after top-level value"):
		return at, "more after its end"
	case strings.Contains(err.Error(), "exceeded max depth"):
		return at, "deeper nesting than anything needs"
	}
	column := at - (bytes.LastIndexByte(data[:max(at-1, 0)], '\n') + 1)
	return at, "something that JSON does not allow at column " + strconv.Itoa(max(column, 1))
}

// loneSurrogate returns the offset of an escape that is half a character, -1 where there is none. The text is valid JSON.
func loneSurrogate(data []byte) int {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		switch c := escaped(data[i:]); {
		case c >= 0xDC00 && c < 0xE000:
			return i
		case c >= 0xD800 && c < 0xDC00:
			if low := escaped(data[i+6:]); low < 0xDC00 || low >= 0xE000 {
				return i
			}
			i += 11
		default:
			i++ // past the escaped character: it may be a backslash
		}
	}
	return -1
}

// escaped returns the code of a \u escape at the beginning of the text, -1 where there is none.
func escaped(data []byte) int {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	c, err := strconv.ParseUint(string(data[2:6]), 16, 32)
	if err != nil {
		return -1
	}
	return int(c)
}

// A jsonParser makes nodes of the tokens of a text that is known to be JSON.
type jsonParser struct {
	*reader
	data []byte
	dec  *json.Decoder
	seen int // offset up to which lines are counted
	line int // of that offset
}

// token returns the next token and its line: a token of JSON never spans lines.
func (p *jsonParser) token() (json.Token, int) {
	t, err := p.dec.Token()
	if err != nil && err != io.EOF {
		p.stop(Problem{Line: p.line, Found: "something that JSON does not allow", Expected: "one JSON value"})
	}
	end := int(p.dec.InputOffset())
	p.line += bytes.Count(p.data[p.seen:end], []byte("\n"))
	p.seen = end
	return t, p.line
}

func (p *jsonParser) value(pointer string, depth int) *node {
	t, line := p.token()
	return p.valueOf(t, line, pointer, depth)
}

func (p *jsonParser) valueOf(t json.Token, line int, pointer string, depth int) *node {
	n := &node{line: line}
	if d, ok := t.(json.Delim); ok {
		if !p.enter(pointer, line, depth) {
			return n
		}
		if d == '{' {
			p.object(n, pointer, depth)
		} else {
			p.array(n, pointer, depth)
		}
		return n
	}
	if !p.enter(pointer, line, 0) {
		return n
	}
	switch t := t.(type) {
	case string:
		n.kind, n.text = text, t
	case json.Number:
		n.kind, n.text = number, string(t)
		p.number(n, pointer)
	case bool:
		n.kind, n.text = boolean, strconv.FormatBool(t)
	default:
		n.kind = null
	}
	return n
}

func (p *jsonParser) object(n *node, pointer string, depth int) {
	n.kind = object
	seen := map[string]bool{}
	for p.dec.More() && !p.stopped {
		t, line := p.token()
		key, _ := t.(string)
		at := p.member(pointer, key)
		v := p.value(at, depth+1)
		if seen[key] {
			p.duplicate(pointer, key, line)
			continue
		}
		seen[key] = true
		n.keys, n.lines, n.values = append(n.keys, key), append(n.lines, line), append(n.values, v)
	}
	if !p.stopped {
		p.token() // the closing brace
	}
}

func (p *jsonParser) array(n *node, pointer string, depth int) {
	n.kind = array
	for i := 0; p.dec.More() && !p.stopped; i++ {
		n.values = append(n.values, p.value(pointer+"/"+strconv.Itoa(i), depth+1))
	}
	if !p.stopped {
		p.token() // the closing bracket
	}
}

// number checks that a number is one that every reader reads alike: at most 2^53 in size, and not too small to tell from 0.
// One that is not becomes 0, so that the schema can still be asked about the rest.
func (r *reader) number(n *node, pointer string) {
	const exact = 1 << 53
	f, err := strconv.ParseFloat(n.text, 64)
	tiny := f == 0 && strings.ContainsAny(mantissa(n.text), "123456789")
	whole, notWhole := strconv.ParseInt(n.text, 10, 64)
	rounded := notWhole == nil && (whole > exact || whole < -exact)
	if err == nil && math.Abs(f) <= exact && !rounded && !tiny && len(n.text) <= 64 {
		return
	}
	r.report(Problem{Pointer: pointer, Line: n.line, Found: "a number that readers would round", Expected: "a number from -2^53 to 2^53",
		Hint: "send long numbers as strings"})
	n.text = "0"
}

// mantissa returns a number's literal without its exponent.
func mantissa(literal string) string {
	if i := strings.IndexAny(literal, "eE"); i >= 0 {
		return literal[:i]
	}
	return literal
}
