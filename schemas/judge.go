package schemas

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// judge returns what a schema has against a document, in words.
func judge(name Name, root *node, show bool) []Problem {
	err := compiled[name]().Validate(root.value())
	if err == nil {
		return nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return []Problem{{Line: 1, Found: "something that the schema cannot judge", Expected: "a " + string(name)}}
	}
	j := judgement{root: root, show: show}
	var problems []Problem
	for _, l := range leaves(invalid) {
		problems = append(problems, j.problems(l)...)
	}
	return problems
}

// A leaf is one broken rule: the keyword, and the place in the document.
type leaf struct {
	keyword string         // "maxLength"; empty for a schema that is false
	value   any            // of the keyword
	schema  map[string]any // in which it stands, nil for false
	file    string         // of the schema
	pointer string         // into the document
	name    bool           // whether the rule is about the name of the member there, not its value
}

// leaves returns the broken rules below an error of the library, of the branches of an anyOf or oneOf only those that were
// meant.
func leaves(e *jsonschema.ValidationError) []leaf {
	l := leafOf(e)
	if l.keyword == "anyOf" || l.keyword == "oneOf" {
		if meant := meantBranch(e, l.pointer); meant != nil {
			return leaves(meant)
		}
		return []leaf{l}
	}
	if len(e.Causes) == 0 || l.keyword == "minContains" || l.keyword == "contains" {
		return []leaf{l}
	}
	var all []leaf
	for _, c := range e.Causes {
		all = append(all, leaves(c)...)
	}
	return all
}

// meantBranch returns the one branch of an anyOf or oneOf that accepts what kind of thing stands there and only refuses
// something inside of it, nil where there is no such branch or more than one.
func meantBranch(e *jsonschema.ValidationError, pointer string) *jsonschema.ValidationError {
	var meant *jsonschema.ValidationError
	for _, branch := range e.Causes {
		outside := slices.ContainsFunc(leaves(branch), func(l leaf) bool { return l.pointer == pointer })
		if outside {
			continue
		}
		if meant != nil {
			return nil
		}
		meant = branch
	}
	if meant == nil {
		meant = onlyOfType(e, pointer)
	}
	return meant
}

// onlyOfType returns the one branch that accepts the type of what stands there, nil where there is no such branch or more.
func onlyOfType(e *jsonschema.ValidationError, pointer string) *jsonschema.ValidationError {
	var only *jsonschema.ValidationError
	for _, branch := range e.Causes {
		otherType := slices.ContainsFunc(leaves(branch), func(l leaf) bool {
			return l.pointer == pointer && slices.Contains([]string{"type", "const", "enum", "anyOf", "oneOf", ""}, l.keyword)
		})
		if otherType {
			continue
		}
		if only != nil {
			return nil
		}
		only = branch
	}
	return only
}

// leafOf finds the keyword that an error of the library names in our files.
func leafOf(e *jsonschema.ValidationError) leaf {
	l := leaf{pointer: pointerOf(e.InstanceLocation)}
	if len(e.Causes) == 0 && e.Message == "not allowed" {
		return l // a schema that is false has no keyword
	}
	file, path, _ := strings.Cut(strings.TrimPrefix(e.AbsoluteKeywordLocation, base), "#")
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return l
	}
	l.file, l.keyword = file, decoded(path[i+1:])
	l.schema, _ = lookup(documents()[file], path[:i]).(map[string]any)
	l.value = l.schema[l.keyword]
	l.name = strings.Contains(e.KeywordLocation, "/propertyNames/")
	return l
}

// lookup returns what stands at a pointer of a schema, nil where nothing does.
func lookup(doc any, pointer string) any {
	for token := range strings.SplitSeq(strings.Trim(pointer, "/"), "/") {
		if token == "" {
			continue
		}
		switch at := doc.(type) {
		case map[string]any:
			doc = at[decoded(token)]
		case []any:
			n, err := strconv.Atoi(token)
			if err != nil || n >= len(at) {
				return nil
			}
			doc = at[n]
		default:
			return nil
		}
	}
	return doc
}

// pointerOf undoes the URL escaping of the library's pointers.
func pointerOf(location string) string {
	if p, err := url.PathUnescape(location); err == nil {
		return p
	}
	return location
}

func decoded(token string) string { return unescape(pointerOf(token)) }

// A judgement words broken rules about one document.
type judgement struct {
	root *node
	show bool // whether values may be shown
}

// problems words one broken rule: one problem, or one for each missing or unknown member.
func (j judgement) problems(l leaf) []Problem {
	n, line := j.root.at(l.pointer)
	switch l.keyword {
	case "required":
		return j.missing(l, n, line)
	case "additionalProperties", "unevaluatedProperties":
		if n != nil && n.kind == object && l.value == false {
			return j.unknown(l, n)
		}
	}
	p := Problem{Pointer: j.pointer(l.pointer), Line: line, Found: describe(n, j.show), Expected: l.expected(), Hint: l.hint()}
	if l.name {
		p.Found = "such a name"
	}
	if p.Hint == "" && l.keyword == "enum" && n != nil && n.kind == text {
		p.Hint = didYouMean(n.text, words(l.value))
	}
	return []Problem{p}
}

// pointer returns a pointer that is safe to send back: one that holds a name from outside that is none of ours is cut
// before it.
func (j judgement) pointer(pointer string) string {
	if j.show {
		return pointer
	}
	safe := ""
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if !plainName(unescape(token)) {
			break
		}
		safe += "/" + token
	}
	return safe
}

func (j judgement) missing(l leaf, n *node, line int) []Problem {
	var problems []Problem
	for _, name := range words(l.value) {
		if n == nil || n.index(name) >= 0 {
			continue
		}
		p := Problem{Pointer: j.pointer(l.pointer) + "/" + escape(name), Line: line, Found: "nothing", Expected: article(name) + name, Hint: l.hint()}
		if says, hint := told(l.schema, name); says != "" {
			p.Expected, p.Hint = says, hint
		}
		problems = append(problems, p)
	}
	return problems
}

// told returns what a person is told of a member that is wanted, empty where its schema has no words for it.
func told(schema map[string]any, member string) (expected, hint string) {
	members, _ := schema["properties"].(map[string]any)
	of, _ := members[member].(map[string]any)
	expected, _ = of["x-expected"].(string)
	hint, _ = of["x-hint"].(string)
	return expected, hint
}

// article returns "a " or "an ".
func article(noun string) string {
	if strings.ContainsRune("aeiou", rune((noun + " ")[0])) {
		return "an "
	}
	return "a "
}

func (j judgement) unknown(l leaf, n *node) []Problem {
	known := members(l.schema)
	var problems []Problem
	for i, key := range n.keys {
		if slices.Contains(known, key) || matchesPattern(l.schema, key) {
			continue
		}
		problems = append(problems, Problem{Pointer: j.pointer(l.pointer + "/" + escape(key)), Line: n.lines[i], Found: "a member that is not known",
			Expected: oneOf(known), Hint: didYouMean(key, known)})
	}
	return problems
}

// members returns the names that a schema has properties for, sorted.
func members(schema map[string]any) []string {
	props, _ := schema["properties"].(map[string]any)
	names := make([]string, 0, len(props))
	for name := range props {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// matchesPattern reports whether a schema has a rule for members of such a name.
func matchesPattern(schema map[string]any, key string) bool {
	patterns, _ := schema["patternProperties"].(map[string]any)
	for p := range patterns {
		if ok, _ := regexp.MatchString(p, key); ok {
			return true
		}
	}
	return false
}
