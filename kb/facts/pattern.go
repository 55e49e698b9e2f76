package facts

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// A pattern is an expression made cheap to look for in many short texts. Most signs are not in most reports: words that must
// be there are looked for first, and an expression that begins at a word is tried only at the words that can begin it. It is
// compiled when it is first needed, because a program that answers one report needs few of them.
type pattern struct {
	expr    string
	need    [][]string // of each list, a text that matches holds at least one, in lower case
	atWord  bool       // every match begins at a word that begins with one of first
	first   byteSet    // in lower case
	names   []string   // of the groups, by number
	parsed  sync.Once
	once    sync.Once
	machine *regexp.Regexp // made by once
}

// A byteSet is a set of bytes. The zero byteSet is empty.
type byteSet [4]uint64

func (s *byteSet) add(c byte)      { s[c/64] |= 1 << (c % 64) }
func (s *byteSet) has(c byte) bool { return s[c/64]>>(c%64)&1 == 1 }

const (
	maxExpr = 1000 // bytes of an expression
	window  = 320  // bytes that an expression at a word looks at
)

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
	p.need = required(tree)
	p.atWord = atWord(tree) && firstBytes(tree, &p.first)
	return nil
}

// compiled cannot fail: the expression was parsed before.
func (p *pattern) compiled() *regexp.Regexp {
	p.once.Do(func() {
		p.ready()
		begin, end := "(?i)", ""
		if p.atWord {
			begin, end = `(?i)\A(?:`, ")"
		}
		p.machine = regexp.MustCompile(begin + p.expr + end)
	})
	return p.machine
}

// group returns the number of a named group, -1 where there is none.
func (p *pattern) group(name string) int { return slices.Index(p.names, name) }

// mustCompile returns a pattern of our own, which is parsed when it is first looked for: a start waits for none of them.
func mustCompile(expr string) *pattern { return &pattern{expr: expr} }

// ready parses a pattern that was not parsed yet. Every expression has names: that of its whole is empty.
func (p *pattern) ready() *pattern {
	p.parsed.Do(func() {
		if p.names != nil {
			return
		}
		if err := p.parse(); err != nil {
			panic(p.expr + ": " + err.Error())
		}
	})
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
	if !p.atWord {
		return p.compiled().FindAllStringSubmatchIndex(t.text, maxMatches)
	}
	var all [][]int
	end := 0
	for _, at := range t.starts {
		if at < end || !p.first.has(lowerByte(t.text[at])) {
			continue
		}
		m := p.compiled().FindStringSubmatchIndex(t.text[at:min(at+window, len(t.text))])
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
func (p *pattern) in(lower string) bool {
	if !p.ready().may(lower) {
		return false
	}
	if !p.atWord {
		return p.compiled().MatchString(lower)
	}
	for at := range words(lower) {
		if p.first.has(lower[at]) && p.compiled().MatchString(lower[at:]) {
			return true
		}
	}
	return false
}

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
func firstBytes(re *syntax.Regexp, set *byteSet) bool {
	switch re.Op {
	case syntax.OpLiteral:
		c := re.Rune[0]
		if c >= 0x80 {
			return false
		}
		set.add(lowerByte(byte(c)))
		return true
	case syntax.OpCharClass:
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] >= 0x80 {
				continue // folded twins of ASCII letters
			}
			for c := re.Rune[i]; c <= min(re.Rune[i+1], 0x7f); c++ {
				set.add(lowerByte(byte(c)))
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

func firstOfConcat(subs []*syntax.Regexp, set *byteSet) bool {
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
