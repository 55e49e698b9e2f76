package facts

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// A pattern is an expression made cheap to look for in many short texts. Most signs are not in most reports: words that must
// be there are looked for first, and an expression that begins at a word is tried only at the words that can begin it.
type pattern struct {
	re       *regexp.Regexp
	need     [][]string     // of each list, a text that matches holds at least one, in lower case
	anchored *regexp.Regexp // the expression at the beginning of a text; nil where it need not begin at a word
	first    [256]bool      // the bytes, in lower case, with which a match can begin
}

const (
	maxExpr = 1000 // bytes of an expression
	window  = 320  // bytes that an anchored expression looks at
)

func compile(expr string) (*pattern, error) {
	if len(expr) > maxExpr {
		return nil, fmt.Errorf("is longer than %d characters", maxExpr)
	}
	re, err := regexp.Compile("(?i)" + expr)
	if err != nil {
		return nil, err
	}
	if re.MatchString("") {
		return nil, fmt.Errorf("matches the empty text")
	}
	tree, err := syntax.Parse(expr, syntax.Perl|syntax.FoldCase)
	if err != nil {
		return nil, err
	}
	tree = tree.Simplify()
	p := &pattern{re: re, need: required(tree)}
	if atWord(tree) && firstBytes(tree, &p.first) {
		p.anchored = regexp.MustCompile(`(?i)\A(?:` + expr + `)`)
	}
	return p, nil
}

func mustCompile(expr string) *pattern {
	p, err := compile(expr)
	if err != nil {
		panic(err)
	}
	return p
}

// may reports whether the lower-cased text can match at all.
func (p *pattern) may(lower string) bool {
	for _, any := range p.need {
		if !containsAny(lower, any) {
			return false
		}
	}
	return true
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// find returns the matches in a report, as FindAllStringSubmatchIndex does.
func (p *pattern) find(t *prose) [][]int {
	if !p.may(t.lower) {
		return nil
	}
	if p.anchored == nil {
		return p.re.FindAllStringSubmatchIndex(t.text, maxMatches)
	}
	var all [][]int
	end := 0
	for _, at := range t.starts {
		if at < end || !p.first[lowerByte(t.text[at])] {
			continue
		}
		m := p.anchored.FindStringSubmatchIndex(t.text[at:min(at+window, len(t.text))])
		if m == nil {
			continue
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += at
			}
		}
		end = m[1]
		if all = append(all, m); len(all) == maxMatches {
			break
		}
	}
	return all
}

// in reports whether a lower-cased text matches.
func (p *pattern) in(lower string) bool { return p.may(lower) && p.re.MatchString(lower) }

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// required returns lists of lower-cased words: every text that the expression matches holds one word of each list.
func required(re *syntax.Regexp) [][]string {
	switch re.Op {
	case syntax.OpLiteral:
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

// atWord reports whether every match begins at the beginning of a word.
func atWord(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpWordBoundary:
		return true
	case syntax.OpCapture:
		return atWord(re.Sub[0])
	case syntax.OpConcat:
		return atWord(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !atWord(sub) {
				return false
			}
		}
		return true
	}
	return false
}

// firstBytes sets the bytes with which a match can begin, and reports whether it is sure of them. A word of letters beyond
// ASCII has no boundary that the expressions know of, so it begins none.
func firstBytes(re *syntax.Regexp, set *[256]bool) bool {
	switch re.Op {
	case syntax.OpLiteral:
		c := re.Rune[0]
		if c >= 0x80 {
			return false
		}
		set[lowerByte(byte(c))] = true
		return true
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] >= 0x80 {
				continue // folded twins of ASCII letters
			}
			for c := re.Rune[i]; c <= min(re.Rune[i+1], 0x7f); c++ {
				set[lowerByte(byte(c))] = true
			}
		}
		return true
	case syntax.OpCapture, syntax.OpPlus:
		return firstBytes(re.Sub[0], set)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !firstBytes(sub, set) {
				return false
			}
		}
		return true
	case syntax.OpConcat:
		return firstOfConcat(re.Sub, set)
	}
	return false
}

func firstOfConcat(subs []*syntax.Regexp, set *[256]bool) bool {
	for _, sub := range subs {
		switch sub.Op {
		case syntax.OpWordBoundary, syntax.OpEmptyMatch:
			continue
		case syntax.OpQuest, syntax.OpStar:
			if !firstBytes(sub.Sub[0], set) {
				return false
			}
			continue
		}
		return firstBytes(sub, set)
	}
	return false
}
