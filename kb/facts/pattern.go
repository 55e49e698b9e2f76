package facts

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// A pattern is an expression over log lines. Most lines are in no report: words that must be there are looked for first, and an
// expression is compiled when it is first needed, because a program that answers one report needs few of them.
type pattern struct {
	expr    string
	need    [][]string // of each list, a text that matches holds at least one, in lower case
	begins  []string   // with one of these, in lower case, begins what matches; none where it may begin otherwise
	names   []string   // of the groups, by number
	once    sync.Once
	machine *regexp.Regexp // made by once
}

const maxExpr = 400 // bytes of an expression

func compile(expr string) (*pattern, error) {
	if len(expr) > maxExpr {
		return nil, fmt.Errorf("is longer than %d characters", maxExpr)
	}
	p := &pattern{expr: expr}
	return p, p.parse()
}

// parse finds out what the expression needs.
func (p *pattern) parse() error {
	tree, err := syntax.Parse(p.expr, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return err
	}
	p.names = tree.CapNames()
	tree = tree.Simplify()
	if empty(tree) {
		return fmt.Errorf("matches the empty text")
	}
	p.need, p.begins = required(tree), beginnings(tree)
	return nil
}

// compiled cannot fail: the expression was parsed before. One that begins with known words is tried where they stand, and only there.
func (p *pattern) compiled() *regexp.Regexp {
	p.once.Do(func() {
		expr := "(?i)" + p.expr
		if len(p.begins) > 0 {
			expr = "^(?i:" + p.expr + ")"
		}
		p.machine = regexp.MustCompile(expr)
	})
	return p.machine
}

// findAll returns where the expression and its groups match, as FindAllStringSubmatchIndex does. The lower-cased text is as long as
// the text.
func (p *pattern) findAll(text, lower string, most int) [][]int {
	machine := p.compiled()
	if len(p.begins) == 0 {
		return machine.FindAllStringSubmatchIndex(text, most)
	}
	var all [][]int
	for at := p.next(lower, 0); at < len(text) && len(all) < most; {
		m := machine.FindStringSubmatchIndex(text[at:])
		if m == nil {
			at = p.next(lower, at+1)
			continue
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += at
			}
		}
		all = append(all, m)
		at = p.next(lower, m[1])
	}
	return all
}

// next returns where the expression may match next, the end of the text where nowhere.
func (p *pattern) next(lower string, from int) int {
	rest := lower[from:]
	first := len(rest)
	for _, w := range p.begins {
		if i := strings.Index(rest, w); i >= 0 {
			first = i
			rest = rest[:min(len(rest), i+len(w))] // the others are of use only before it
		}
	}
	return from + first
}

// may reports whether the lower-cased text can match at all.
func (p *pattern) may(lower string) bool {
	return !slices.ContainsFunc(p.need, func(any []string) bool {
		return !slices.ContainsFunc(any, func(w string) bool { return strings.Contains(lower, w) })
	})
}

// required returns lists of lower-cased words: every text that the expression matches holds one word of each list.
func required(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpLiteral:
		if len(re.Rune) == 1 {
			return nil // in every text
		}
		return [][]string{{strings.ToLower(string(re.Rune))}}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpConcat:
		var all [][]string
		for _, sub := range re.Sub {
			all = append(all, required(sub)...)
		}
		return all
	case syntax.OpAlternate:
		var any []string
		for _, sub := range re.Sub {
			best := longest(required(sub))
			if best == nil {
				return nil
			}
			any = append(any, best...)
		}
		return [][]string{any}
	}
	return nil
}

// beginnings returns lower-cased words with one of which every text begins that the expression matches, nil where that is not known.
func beginnings(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus, syntax.OpConcat:
		return beginnings(re.Sub[0])
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := beginnings(sub)
			if words == nil {
				return nil
			}
			all = append(all, words...)
		}
		return all
	}
	return nil
}

// longest returns the list whose shortest word is longest: the rarest, as a rule.
func longest(lists [][]string) []string {
	var best []string
	n := 0
	for _, list := range lists {
		if s := shortest(list); s > n {
			best, n = list, s
		}
	}
	return best
}

func shortest(list []string) int {
	n := len(list[0])
	for _, s := range list[1:] {
		n = min(n, len(s))
	}
	return n
}

// empty reports whether an expression matches the empty text.
func empty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch, syntax.OpWordBoundary:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return empty(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(s *syntax.Regexp) bool { return !empty(s) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, empty)
	}
	return true
}
