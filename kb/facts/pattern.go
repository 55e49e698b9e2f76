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
	first   pairSet    // in lower case
	names   []string   // of the groups, by number
	parsed  sync.Once
	once    sync.Once
	machine *regexp.Regexp // made by once
}

// A pairSet holds the pairs of bytes with which words begin. It tells letters apart, and may take another byte for one that it
// holds: what it does not hold is in no match. The zero pairSet is empty.
type pairSet [16]uint64

func (s *pairSet) add(a, b byte) { s[a%32/2] |= 1 << (a%2*32 + b%32) }

// has reports whether a word can begin with a and b. A b beyond ASCII may be a letter's twin, so it always can.
func (s *pairSet) has(a, b byte) bool { return b >= 0x80 || s[a%32/2]>>(a%2*32+b%32)&1 == 1 }

// addAll adds a before anything.
func (s *pairSet) addAll(a byte) {
	for b := range byte(32) {
		s.add(a, b)
	}
}

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
	p.atWord = atWord(tree) && p.first.beginnings(tree)
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
		if at < end || !p.first.has(pairAt(t.lower, at)) {
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
		if p.first.has(pairAt(lower, at)) && p.compiled().MatchString(lower[at:]) {
			return true
		}
	}
	return false
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

// pairAt returns the byte at i and the one after it, 0 where the text ends.
func pairAt(text string, i int) (a, b byte) {
	if i+1 < len(text) {
		b = text[i+1]
	}
	return text[i], b
}

// beginnings adds the pairs with which the matches of an expression begin, and reports whether it is sure of them. A word of
// letters beyond ASCII has no boundary that the expressions know of, so it begins none.
func (s *pairSet) beginnings(re *syntax.Regexp) bool {
	all, ok := beginnings(re, 2)
	if !ok {
		return false
	}
	for _, begin := range all {
		switch len(begin) {
		case 0:
			return false
		case 1:
			s.addAll(begin[0])
		default:
			s.add(begin[0], begin[1])
		}
	}
	return true
}

// beginnings returns the first n bytes of all matches of an expression, in lower case. What is shorter is followed by what
// follows the expression. Letters beyond ASCII are left out of classes: a pairSet has them after any byte.
func beginnings(re *syntax.Regexp, n int) (all []string, ok bool) {
	switch re.Op {
	case syntax.OpWordBoundary, syntax.OpEmptyMatch:
		return []string{""}, true
	case syntax.OpLiteral:
		text := strings.ToLower(string(re.Rune))
		return []string{text[:min(n, len(text))]}, text[0] < 0x80
	case syntax.OpCharClass:
		return classBeginnings(re.Rune), true
	case syntax.OpCapture:
		return beginnings(re.Sub[0], n)
	case syntax.OpQuest:
		all, ok = beginnings(re.Sub[0], n)
		return append(all, ""), ok
	case syntax.OpPlus:
		return repeated(re.Sub[0], n)
	case syntax.OpStar:
		all, ok = repeated(re.Sub[0], n)
		return append(all, ""), ok
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			begins, ok := beginnings(sub, n)
			if !ok {
				return nil, false
			}
			all = append(all, begins...)
		}
		return all, true
	case syntax.OpConcat:
		return concatenated(re.Sub, n)
	}
	return nil, false
}

func classBeginnings(ranges []rune) (all []string) {
	for i := 0; i < len(ranges); i += 2 {
		for c := ranges[i]; c <= min(ranges[i+1], 0x7f); c++ {
			all = append(all, strings.ToLower(string(c)))
		}
	}
	return all
}

// repeated returns the beginnings of an expression once and more than once.
func repeated(re *syntax.Regexp, n int) ([]string, bool) {
	once, ok := beginnings(re, n)
	if !ok || slices.Contains(once, "") {
		return nil, false
	}
	return append(joined(once, once, n), once...), true
}

// concatenated lets what is shorter than n bytes go on with the next expression, and with anything where that is not sure.
func concatenated(subs []*syntax.Regexp, n int) ([]string, bool) {
	all := []string{""}
	for _, sub := range subs {
		have := len(slices.MinFunc(all, func(a, b string) int { return len(a) - len(b) }))
		if have >= n {
			break
		}
		next, ok := beginnings(sub, n-have)
		if !ok {
			return joined(all, anything, n), have > 0
		}
		all = joined(all, next, n)
	}
	return all, true
}

// anything is every byte that a pairSet tells apart.
var anything = classBeginnings([]rune{0, 31})

// joined lets each beginning that is shorter than n go on with each of next.
func joined(all, next []string, n int) []string {
	var out []string
	for _, s := range all {
		if len(s) >= n {
			out = append(out, s)
			continue
		}
		for _, more := range next {
			whole := s + more
			out = append(out, whole[:min(n, len(whole))])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
