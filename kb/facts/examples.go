package facts

import (
	"fmt"
	"strings"
)

// Examples tries the examples of every trigger, and returns those that come out otherwise: what a trigger must catch and is not in
// its scope, and what it must leave alone and is.
func (v *Vocabulary) Examples(doc *LanguageDocument) []ContentProblem {
	var problems []ContentProblem
	for name, rule := range doc.Triggers.All() {
		try := func(key string, examples []string, want bool) {
			for i, example := range examples {
				if v.inScope(name, example, rule.Is == "") != want {
					says := map[bool]string{true: "is not caught", false: "is caught"}[want]
					at := fmt.Sprintf("/triggers/%s/%s/%d", strings.NewReplacer("~", "~0", "/", "~1").Replace(name), key, i)
					problems = append(problems, ContentProblem{at, fmt.Sprintf("%q %s", example, says), true})
				}
			}
		}
		try("catches", rule.Catches, true)
		try("spares", rule.Spares, false)
	}
	return problems
}

// inScope reports whether the stretch in braces is in a scope of the trigger, or of any.
func (v *Vocabulary) inScope(name, example string, any bool) bool {
	begin, end := strings.IndexByte(example, '{'), strings.IndexByte(example, '}')-1
	t := v.reader().lang.takeApart(v.spelling.read(strings.NewReplacer("{", "", "}", "").Replace(example)))
	for i, k := range t.tokens {
		if k.from < begin || k.to > end {
			continue
		}
		for _, sc := range t.scopes[t.sentence[i]] {
			if (any || sc.by.name == name) && sc.reaches(span{i, i + 1}) {
				return true
			}
		}
	}
	return false
}
