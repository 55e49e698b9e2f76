package facts

import (
	"fmt"
	"slices"
	"strings"
)

// A phrase is what to look for in the tokens of a text. It is written as words: "not (yet) applied|installed" is the word "not",
// perhaps "yet", and one of two words. "upgrad*" is any word that begins so, "*code" any that ends so, "~3" up to three tokens
// that no clause ends among, "$gone" any phrase of that class, and "<code>" a value: see values. Marks stand for themselves.
type phrase struct {
	text   string
	elems  []elem
	second *elem // what the token behind the first must be, where that is a plain word
}

// An elem is one of several words, classes and values, or a gap.
type elem struct {
	words   []int32    // by their number
	forms   []wordForm // beginnings and ends of words
	classes []int
	values  []valueKind
	gap     int // up to so many tokens
	maybe   bool
}

type wordForm struct {
	text           string
	prefix, suffix bool // the word begins or ends with the text
}

// A lexicon numbers the words of all phrases, so that tokens are compared by number. No word has the number 0.
type lexicon map[string]int32

func (x lexicon) number(word string) int32 {
	n, ok := x[word]
	if !ok {
		n = int32(len(x) + 1)
		x[word] = n
	}
	return n
}

// valueKind is what a phrase takes out of a text.
type valueKind uint8

const (
	noValue         valueKind = iota
	codeValue                 // a site code, written as one: three capitals or digits
	codesValue                // one or several of them in a row
	versionValue              // 2.00.1380.1000
	numberValue               // a number of up to four digits
	programValue              // a file that ends in .exe
	packValue                 // a service pack of the subject: see packs
	unnumberedValue           // one of which the text does not say which
)

var values = map[string]valueKind{"<code>": codeValue, "<codes>": codesValue, "<version>": versionValue, "<number>": numberValue,
	"<program>": programValue, "<pack>": packValue, "<unnumbered>": unnumberedValue}

// parsePhrase reads a phrase. Classes are looked up by name.
func (l *language) parsePhrase(text string) (*phrase, error) {
	p := &phrase{text: text}
	for part := range strings.FieldsSeq(text) {
		e, err := l.parseElem(part)
		if err != nil {
			return nil, err
		}
		p.elems = append(p.elems, e)
	}
	if len(p.elems) == 0 {
		return nil, fmt.Errorf("is empty")
	}
	if len(p.elems) > 1 && p.elems[0].plain() && p.elems[1].plain() {
		p.second = &p.elems[1]
	}
	for _, e := range p.elems {
		if !e.maybe && e.gap == 0 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("matches the empty text: %q", text)
}

// plain reports whether an element is one word that must be there.
func (e *elem) plain() bool {
	return !e.maybe && e.gap == 0 && len(e.classes) == 0 && len(e.values) == 0
}

func (l *language) parseElem(part string) (elem, error) {
	e := elem{}
	if len(part) > 2 && part[0] == '(' && part[len(part)-1] == ')' {
		e.maybe, part = true, part[1:len(part)-1]
	}
	if part[0] == '~' && len(part) == 2 && digit(part[1]) {
		e.gap = int(part[1] - '0')
		return e, nil
	}
	if len(part) == 1 {
		e.words = []int32{l.lexicon.number(foldWord(part))}
		return e, nil
	}
	for one := range strings.SplitSeq(part, "|") {
		if err := e.add(one, l); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (e *elem) add(one string, l *language) error {
	switch {
	case values[one] != noValue:
		e.values = append(e.values, values[one])
		return nil
	case strings.HasPrefix(one, "<") && len(one) > 1:
		return fmt.Errorf("knows no value %s", one)
	case strings.HasPrefix(one, "$") && len(one) > 1:
		id, ok := l.class(one[1:])
		if !ok {
			return fmt.Errorf("there is no class %s", one[1:])
		}
		e.classes = append(e.classes, id)
		return nil
	}
	f := wordForm{}
	f.text, f.prefix = strings.CutSuffix(one, "*")
	f.text, f.suffix = strings.CutPrefix(f.text, "*")
	f.text = foldWord(strings.ReplaceAll(f.text, "'", ""))
	if f.text == "" {
		return fmt.Errorf("has an empty word")
	}
	if f.prefix || f.suffix {
		e.forms = append(e.forms, f)
	} else {
		e.words = append(e.words, l.lexicon.number(f.text))
	}
	return nil
}

func (f wordForm) matches(low string) bool {
	switch {
	case f.prefix && f.suffix:
		return strings.Contains(low, f.text)
	case f.prefix:
		return strings.HasPrefix(low, f.text)
	}
	return strings.HasSuffix(low, f.text)
}

// A match is where a phrase stands in a text, in tokens, and the value that it took.
type match struct {
	from, to int
	value    span // tokens; empty for none
	gaps     gaps
}

// gaps are the tokens of a match that are no words of its phrase, the first few of them.
type gaps struct {
	spans [4]struct{ from, to int32 }
	n     int32
}

func (g *gaps) add(s span) {
	if int(g.n) < len(g.spans) {
		g.spans[g.n].from, g.spans[g.n].to = int32(s.from), int32(s.to)
		g.n++
	}
}

type span struct{ from, to int }

// at matches the phrase at a token.
func (p *phrase) at(t *text, i int) (match, bool) {
	if p.second != nil && (i+1 == len(t.tokens) || !p.second.word(&t.tokens[i+1])) {
		return match{}, false // quicker than to try it
	}
	m := match{from: i}
	if !p.rest(t, i, 0, &m) {
		return m, false
	}
	return m, m.to > i
}

// rest matches the elements from k on at token i. A phrase has few elements and a gap few tokens, so trying all is cheap.
func (p *phrase) rest(t *text, i, k int, m *match) bool {
	if k == len(p.elems) {
		m.to = i
		return true
	}
	e := &p.elems[k]
	if e.gap > 0 {
		for n := 0; n <= e.gap && i+n <= len(t.tokens); n++ {
			if n > 0 && (t.breaks(i+n-1) || m.value.to > 0 && t.isCode(m.value.from) && t.isCode(i+n-1)) {
				return false // a clause ends there, or the words speak of another code
			}
			before := m.gaps.n
			if n > 0 {
				m.gaps.add(span{i, i + n})
			}
			if p.rest(t, i+n, k+1, m) {
				return true
			}
			m.gaps.n = before
		}
		return false
	}
	if i < len(t.tokens) && p.one(t, i, k, m) {
		return true
	}
	return e.maybe && p.rest(t, i, k+1, m)
}

func (p *phrase) one(t *text, i, k int, m *match) bool {
	e := &p.elems[k]
	if e.word(&t.tokens[i]) && p.rest(t, i+1, k+1, m) {
		return true
	}
	for _, class := range e.classes {
		if !t.begun[i].has(class) {
			continue
		}
		for j := range t.tags[i] {
			one := &t.tags[i][j]
			if one.class != class {
				continue
			}
			before := m.gaps.n
			for _, s := range one.gaps.spans[:one.gaps.n] {
				m.gaps.add(span{int(s.from), int(s.to)})
			}
			if p.rest(t, one.to, k+1, m) {
				return true
			}
			m.gaps.n = before
		}
	}
	for _, kind := range e.values {
		to, ok := t.valueAt(i, kind)
		if !ok {
			continue
		}
		before := m.value
		m.value = span{i, to}
		if p.rest(t, to, k+1, m) {
			return true
		}
		m.value = before
	}
	return false
}

// word reports whether a token is one of the words.
func (e *elem) word(k *token) bool {
	if k.number != 0 {
		for _, n := range e.words {
			if n == k.number {
				return true
			}
		}
	}
	for _, f := range e.forms {
		if f.matches(k.low) {
			return true
		}
	}
	return false
}

// An index finds the phrases that may begin at a token, by its word.
type index[T any] struct {
	words   [][]indexed[T]          // by the number of a word, as far as any is named
	begins  map[string][]indexed[T] // by the first three bytes of a word's beginning
	short   map[byte][]indexed[T]   // by the first byte of a beginning of less than three
	others  []indexed[T]            // by the end of a word
	classes [][]indexed[T]          // by class, as far as any is named
	values  [unnumberedValue + 1][]indexed[T]
}

type indexed[T any] struct {
	phrase *phrase
	item   T
}

func newIndex[T any]() *index[T] {
	return &index[T]{begins: map[string][]indexed[T]{}, short: map[byte][]indexed[T]{}}
}

func (x *index[T]) add(p *phrase, item T) {
	one := indexed[T]{p, item}
	for k := range p.elems {
		e := &p.elems[k]
		for _, n := range e.words {
			x.words = put(x.words, int(n), one)
		}
		for _, f := range e.forms {
			switch {
			case f.prefix && !f.suffix && len(f.text) >= 3:
				x.begins[f.text[:3]] = append(x.begins[f.text[:3]], one)
			case f.prefix && !f.suffix:
				x.short[f.text[0]] = append(x.short[f.text[0]], one)
			default:
				x.others = append(x.others, one)
			}
		}
		for _, class := range e.classes {
			x.classes = put(x.classes, class, one)
		}
		for _, kind := range e.values {
			x.values[kind] = append(x.values[kind], one)
		}
		if !e.maybe {
			return
		}
	}
}

// each calls found with every match that begins at a token, the longest of each phrase.
func (x *index[T]) each(t *text, i int, found func(match, T)) {
	x.lists(t, i, func(list []indexed[T]) { try(list, t, i, found) })
}

// lists yields the phrases that may begin at a token. Those that it leaves out do not.
func (x *index[T]) lists(t *text, i int, yield func([]indexed[T])) {
	x.wordLists(t, i, yield)
	if len(x.classes) == 0 {
		return
	}
	for n := range t.tags[i] {
		class := t.tags[i][n].class
		list := x.of(class)
		if len(list) > 0 && !slices.ContainsFunc(t.tags[i][:n], func(other tag) bool { return other.class == class }) {
			yield(list)
		}
	}
}

// put adds an entry to the list at a place, and makes room for it.
func put[T any](lists [][]indexed[T], at int, one indexed[T]) [][]indexed[T] {
	if more := at + 1 - len(lists); more > 0 {
		lists = append(lists, make([][]indexed[T], more)...)
	}
	lists[at] = append(lists[at], one)
	return lists
}

// of returns the phrases that begin with words of a class.
func (x *index[T]) of(class int) []indexed[T] {
	if class < len(x.classes) {
		return x.classes[class]
	}
	return nil
}

// eachWord is each for phrases that begin with a word or a value.
func (x *index[T]) eachWord(t *text, i int, found func(match, T)) {
	x.wordLists(t, i, func(list []indexed[T]) { try(list, t, i, found) })
}

// wordLists is lists for phrases that begin with a word or a value.
func (x *index[T]) wordLists(t *text, i int, yield func([]indexed[T])) {
	k := &t.tokens[i]
	if n := int(k.number); n < len(x.words) { // no phrase begins with word 0, which is none
		yield(x.words[n])
	}
	if len(x.begins) > 0 && len(k.low) >= 3 {
		yield(x.begins[k.low[:3]])
	}
	if len(x.short) > 0 && k.low != "" {
		yield(x.short[k.low[0]])
	}
	yield(x.others)
	for kind, list := range x.values {
		if list != nil {
			if _, ok := t.valueAt(i, valueKind(kind)); ok {
				yield(list)
			}
		}
	}
}

func try[T any](list []indexed[T], t *text, i int, found func(match, T)) {
	for _, one := range list {
		if m, ok := one.phrase.at(t, i); ok {
			found(m, one.item)
		}
	}
}
