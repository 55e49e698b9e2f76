package schemas

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// readYAML reads a text that is one YAML document of the part that JSON can say.
func (r *reader) readYAML(data []byte) *node {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case err == io.EOF || err == nil && len(doc.Content) == 0:
		r.stop(Problem{Line: 1, Found: "nothing", Expected: "a document"})
		return nil
	case err != nil:
		r.stop(yamlProblem(err))
		return nil
	}
	switch err := dec.Decode(&more); {
	case err == nil:
		r.report(Problem{Line: more.Line, Found: "a second document", Expected: "one document in a file", Hint: "delete the line ---"})
	case err != io.EOF:
		r.report(yamlProblem(err))
	}
	return r.yamlValue(doc.Content[0], "", 1)
}

// yamlProblem turns an error of the YAML library, "yaml: line 3: did not find …", into a problem on that line.
func yamlProblem(err error) Problem {
	says := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if rest, ok := strings.CutPrefix(says, "line "); ok {
		if no, what, ok := strings.Cut(rest, ": "); ok {
			if l, err := strconv.Atoi(no); err == nil {
				line, says = l, what
			}
		}
	}
	return Problem{Line: line, Found: "text that YAML cannot read: " + says, Expected: "YAML",
		Hint: "look for a missing quote, a tab, or a wrong indentation on this line or the one before"}
}

func (r *reader) yamlValue(y *yaml.Node, pointer string, depth int) *node {
	n := &node{kind: null, line: y.Line}
	if !r.plain(y, pointer) {
		return n
	}
	if y.Kind == yaml.ScalarNode {
		depth = 0
	}
	if !r.enter(pointer, y.Line, depth) {
		return n
	}
	switch y.Kind {
	case yaml.MappingNode:
		r.yamlObject(n, y, pointer, depth)
	case yaml.SequenceNode:
		n.kind = array
		for i, item := range y.Content {
			n.values = append(n.values, r.yamlValue(item, pointer+"/"+strconv.Itoa(i), depth+1))
		}
	default:
		r.yamlScalar(n, y, pointer)
	}
	return n
}

// plain reports whether a value uses none of what only YAML has, and says so where it does.
func (r *reader) plain(y *yaml.Node, pointer string) bool {
	problem := func(found string) bool {
		r.report(Problem{Pointer: pointer, Line: y.Line, Found: found, Expected: "plain YAML, that JSON could say too", Hint: "write the value out"})
		return false
	}
	switch {
	case y.Kind == yaml.AliasNode:
		return problem("an alias (*)")
	case y.Anchor != "":
		return problem("an anchor (&)")
	case y.Style&yaml.TaggedStyle != 0:
		return problem("a tag (!)")
	}
	return true
}

func (r *reader) yamlObject(n *node, y *yaml.Node, pointer string, depth int) {
	n.kind = object
	seen := map[string]bool{}
	for i := 0; i+1 < len(y.Content) && !r.stopped; i += 2 {
		k := y.Content[i]
		key, ok := r.yamlKey(k, pointer)
		if !ok {
			continue
		}
		v := r.yamlValue(y.Content[i+1], pointer+"/"+escape(key), depth+1)
		if seen[key] {
			r.duplicate(pointer, key, k.Line)
			continue
		}
		seen[key] = true
		n.keys, n.lines, n.values = append(n.keys, key), append(n.lines, k.Line), append(n.values, v)
	}
}

// yamlKey returns the name of a member. Only a string is one; a bare number would be another name to other readers.
func (r *reader) yamlKey(k *yaml.Node, pointer string) (string, bool) {
	if !r.plain(k, pointer) {
		return "", false
	}
	if k.Kind == yaml.ScalarNode && k.ShortTag() == "!!str" {
		return k.Value, r.quoted(k, pointer)
	}
	p := Problem{Pointer: pointer, Line: k.Line, Found: "a name that is no string", Expected: "a string as name"}
	switch {
	case k.ShortTag() == "!!merge":
		p.Found, p.Hint = "a merge (<<)", "write the members out"
	case k.Kind == yaml.ScalarNode:
		p.Found, p.Hint = fmt.Sprintf("the name %q, which is no string", clip(k.Value)), "put it in quotes"
	}
	r.report(p)
	return "", false
}

// quoted reports whether a string is not one of the bare words that YAML 1.1 takes for true and false.
func (r *reader) quoted(y *yaml.Node, pointer string) bool {
	if y.Style != 0 {
		return true
	}
	switch strings.ToLower(y.Value) {
	case "yes", "no", "on", "off":
		r.report(Problem{Pointer: pointer, Line: y.Line, Found: "a bare " + y.Value + ", which many readers of YAML take for true or false",
			Expected: "a string in quotes", Hint: "write '" + y.Value + "'"})
		return false
	}
	return true
}

// decimal matches the numbers that JSON knows: YAML has octal, hexadecimal and underscores as well.
var decimal = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$`)
})

func (r *reader) yamlScalar(n *node, y *yaml.Node, pointer string) {
	switch tag := y.ShortTag(); {
	case tag == "!!null":
		n.kind = null
	case tag == "!!bool":
		n.kind, n.text = boolean, strings.ToLower(y.Value)
	case (tag == "!!int" || tag == "!!float") && decimal().MatchString(y.Value):
		n.kind, n.text = number, y.Value
		r.number(n, pointer)
	case tag == "!!int" || tag == "!!float":
		n.kind, n.text = number, "0"
		r.report(Problem{Pointer: pointer, Line: y.Line, Found: fmt.Sprintf("the number %s", clip(y.Value)), Expected: "a decimal number, or a string in quotes"})
	default: // a string, or a date, which JSON writes as one
		n.kind, n.text = text, y.Value
		r.quoted(y, pointer)
	}
}
