package schemas

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// CheckValue checks a document that was made in Go, by the same rules and in the same words as Check does one in JSON, but for its size
// in bytes. It takes what package encoding/json gives back, and lists of strings.
func CheckValue(name Name, v any) error {
	lim, ok := limits[name]
	if !ok {
		return fmt.Errorf("schemas: no document is a %s", name)
	}
	r := reader{limit: lim}
	n := r.made(v, "", 1)
	if !r.stopped {
		r.problems = append(r.problems, r.news(judge(name, n, lim.ours && !lim.secret))...)
	}
	if len(r.problems) > 0 {
		return newError(name, r.problems)
	}
	return nil
}

// made returns the node of a value. A value of a type that no JSON has is a problem.
func (r *reader) made(v any, pointer string, depth int) *node {
	n := &node{kind: null, line: 1}
	switch v.(type) {
	case []string, []any, map[string]any:
	default:
		depth = 0 // as a reader of JSON counts
	}
	if !r.enter(pointer, 1, depth) {
		return n
	}
	switch v := v.(type) {
	case nil:
	case string:
		n.kind, n.text = text, v
	case bool:
		n.kind, n.text = boolean, strconv.FormatBool(v)
	case int:
		n.kind, n.text = number, strconv.Itoa(v)
	case float64:
		n.kind, n.text = number, strconv.FormatFloat(v, 'g', -1, 64)
	case json.Number:
		n.kind, n.text = number, string(v)
	case []string:
		n.kind = array
		for i, item := range v {
			n.values = append(n.values, r.made(item, fmt.Sprint(pointer, "/", i), depth+1))
		}
	case []any:
		n.kind = array
		for i, item := range v {
			n.values = append(n.values, r.made(item, fmt.Sprint(pointer, "/", i), depth+1))
		}
	case map[string]any:
		n.kind = object
		for _, key := range slices.Sorted(maps.Keys(v)) {
			n.keys, n.lines = append(n.keys, key), append(n.lines, 1)
			n.values = append(n.values, r.made(v[key], r.member(pointer, key), depth+1))
		}
	default:
		r.report(Problem{Pointer: pointer, Line: 1, Found: "a value of another kind", Expected: "text, a number, yes or no, a list or an object"})
	}
	return n
}
