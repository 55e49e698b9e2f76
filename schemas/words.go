package schemas

import (
	"fmt"
	"slices"
	"strings"
)

// hint returns what the schema itself advises.
func (l leaf) hint() string {
	s, _ := l.schema["x-hint"].(string)
	return s
}

// expected says what a rule asks for.
func (l leaf) expected() string {
	if says, ok := l.schema["x-expected"].(string); ok {
		switch l.keyword {
		case "pattern", "not", "anyOf", "oneOf", "if", "enum", "const", "contains", "minContains":
			return says
		}
	}
	switch l.keyword {
	case "type":
		return typeNames(words(l.value))
	case "enum":
		return oneOf(words(l.value))
	case "const":
		return fmt.Sprintf("%q", fmt.Sprint(l.value))
	case "maxLength":
		return "at most " + counted(l.value, "character", "characters")
	case "minLength":
		return "at least " + counted(l.value, "character", "characters")
	case "maxItems":
		return "at most " + counted(l.value, "item", "items")
	case "minItems":
		return "at least " + counted(l.value, "item", "items")
	case "maxProperties":
		return "at most " + counted(l.value, "member", "members")
	case "minProperties":
		return "at least " + counted(l.value, "member", "members")
	case "minimum":
		return fmt.Sprintf("a number of at least %v", l.value)
	case "maximum":
		return fmt.Sprintf("a number of at most %v", l.value)
	case "uniqueItems":
		return "each item once"
	case "pattern":
		return fmt.Sprintf("text of the form %v", l.value)
	case "anyOf", "oneOf":
		return l.branches()
	case "":
		return "nothing here"
	}
	return "what the schema says under " + l.keyword
}

// counted says a bound of a schema, which is a whole number there.
func counted(bound any, one, many string) string {
	n, _ := bound.(float64)
	return count(int(n), one, many)
}

// branches names the branches of an anyOf by their titles, or else by their types.
func (l leaf) branches() string {
	list, _ := l.value.([]any)
	var names []string
	for _, b := range list {
		schema, _ := b.(map[string]any)
		if name := branchName(l.file, schema); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return join(names)
}

// branchName says in a few words what a schema accepts, empty where it does not say.
func branchName(file string, schema map[string]any) string {
	if title, ok := schema["title"].(string); ok {
		return title
	}
	if t, ok := schema["type"]; ok {
		return typeNames(words(t))
	}
	if e, ok := schema["enum"]; ok {
		return oneOf(words(e))
	}
	if c, ok := schema["const"]; ok {
		return fmt.Sprintf("%q", fmt.Sprint(c))
	}
	ref, _ := schema["$ref"].(string)
	other, path, ok := strings.Cut(ref, "#")
	if !ok || path == "" {
		return ""
	}
	if other != "" {
		file = other
	}
	target, _ := lookup(documents()[file], path).(map[string]any)
	return branchName(file, target)
}

// typeNames says types as people do.
func typeNames(types []string) string {
	names := make([]string, len(types))
	for i, t := range types {
		switch t {
		case "null":
			names[i] = "nothing"
		case "integer":
			names[i] = "a whole number"
		default:
			names[i] = article(t) + t
		}
	}
	return join(names)
}

func oneOf(words []string) string {
	if len(words) == 0 {
		return "no member"
	}
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// words returns a string or a list of values as words.
func words(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{fmt.Sprint(value)}
	}
	names := make([]string, len(list))
	for i, w := range list {
		names[i] = fmt.Sprint(w)
	}
	return names
}

// didYouMean returns a hint where one of the words is nearly the one given.
func didYouMean(given string, known []string) string {
	best, least := "", 3
	for _, w := range known {
		if d := distance(given, w, least); d < least && d < len(w) {
			best, least = w, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "?"
}

// distance returns how many letters must be put in, left out or changed to make a of b, at most the given number.
func distance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := diagonal
			if a[i-1] != b[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return min(row[len(b)], most)
}
