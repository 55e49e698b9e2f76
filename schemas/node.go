package schemas

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// A kind is the type of a JSON value, by the name that JSON Schema gives it.
type kind string

const (
	object  kind = "object"
	array   kind = "array"
	text    kind = "string"
	number  kind = "number"
	boolean kind = "boolean"
	null    kind = "null"
)

// A node is one value of a document with its line. Unlike a Go map it keeps the order of an object's members.
type node struct {
	kind   kind
	line   int
	text   string   // of a string; the literal of a number; "true" or "false"
	keys   []string // of an object
	lines  []int    // of its keys
	values []*node  // of an object's members or an array's items
}

// at returns the node at a JSON pointer, and the line to name for it: of a member that line is its key's. Where the pointer
// leads nowhere, it returns nil and the line of the nearest node on the way.
func (n *node) at(pointer string) (*node, int) {
	line := n.line
	if pointer == "" {
		return n, line
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		i := n.index(unescape(token))
		if i < 0 {
			return nil, line
		}
		if n.kind == object {
			line = n.lines[i]
		} else {
			line = n.values[i].line
		}
		n = n.values[i]
	}
	return n, line
}

// index returns the place of a member or an item among the values, -1 where there is none.
func (n *node) index(token string) int {
	switch n.kind {
	case object:
		for i, k := range n.keys {
			if k == token {
				return i
			}
		}
	case array:
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.values) {
			return i
		}
	}
	return -1
}

// value returns the node as package encoding/json would decode it. Numbers are float64, which readers have made sure of.
func (n *node) value() any {
	switch n.kind {
	case object:
		m := make(map[string]any, len(n.keys))
		for i, k := range n.keys {
			m[k] = n.values[i].value()
		}
		return m
	case array:
		list := make([]any, len(n.values))
		for i, v := range n.values {
			list[i] = v.value()
		}
		return list
	case text:
		return n.text
	case number:
		f, _ := strconv.ParseFloat(n.text, 64)
		return f
	case boolean:
		return n.text == "true"
	}
	return nil
}

// appendJSON writes the node as JSON, its members in their order.
func (n *node) appendJSON(b *bytes.Buffer) {
	switch n.kind {
	case object:
		for i, k := range n.keys {
			b.WriteByte("{,"[min(i, 1)])
			appendString(b, k)
			b.WriteByte(':')
			n.values[i].appendJSON(b)
		}
		if len(n.keys) == 0 {
			b.WriteByte('{')
		}
		b.WriteByte('}')
	case array:
		b.WriteByte('[')
		for i, v := range n.values {
			if i > 0 {
				b.WriteByte(',')
			}
			v.appendJSON(b)
		}
		b.WriteByte(']')
	case text:
		appendString(b, n.text)
	case null:
		b.WriteString("null")
	default:
		b.WriteString(n.text)
	}
}

func appendString(b *bytes.Buffer, s string) {
	data, _ := json.Marshal(s) // a string can be written
	b.Write(data)
}

// escape returns a member's name as a token of a JSON pointer (RFC 6901).
func escape(key string) string {
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}

func unescape(token string) string {
	return strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
}
