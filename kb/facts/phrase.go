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
	text  string
	elems []elem
}

// An elem is one of several words, classes and values, or a gap.
type elem struct {
	words   []wordForm
	classes []int
	values  []valueKind
	gap     int // up to so many tokens
	maybe   bool
}

type wordForm struct {
	text           string
	prefix, suffix bool // the word begins or ends with the text
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
func parsePhrase(text string, class func(string) (int, bool)) (*phrase, error) {
	p := &phrase{text: text}
	for part := range strings.FieldsSeq(text) {
		e, err := parseElem(part, class)
		if err != nil {
			return nil, err
		}
		p.elems = append(p.elems, e)
	}
	if len(p.elems) == 0 {
		return nil, fmt.Errorf("is empty")
	}
	for _, e := range p.elems {
		if !e.maybe && e.gap == 0 {
			return p, nil
		}
	}
	return nil, fmt.Errorf("matches the empty text: %q", text)
}

func parseElem(part string, class func(string) (int, bool)) (elem, error) {
	e := elem{}
	if len(part) > 2 && part[0] == '(' && part[len(part)-1] == ')' {
		e.maybe, part = true, part[1:len(part)-1]
	}
	if part[0] == '~' && len(part) == 2 && digit(part[1]) {
		e.gap = int(part[1] - '0')
		return e, nil
	}
	if len(part) == 1 {
		e.words = []wordForm{{text: part}}
		return e, nil
	}
	for one := range strings.SplitSeq(part, "|") {
		if err := e.add(one, class); err != nil {
			return e, err
		}
	}
	return e, nil
}

func (e *elem) add(one string, class func(string) (int, bool)) error {
	switch {
	case values[one] != noValue:
		e.values = append(e.values, values[one])
		return nil
	case strings.HasPrefix(one, "<") && len(one) > 1:
		return fmt.Errorf("knows no value %s", one)
	case strings.HasPrefix(one, "$") && len(one) > 1:
		id, ok := class(one[1:])
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
	e.words = append(e.words, f)
	return nil
}

func (f wordForm) matches(low string) bool {
	switch {
	case f.prefix && f.suffix:
		return strings.Contains(low, f.text)
	case f.prefix:
		return strings.HasPrefix(low, f.text)
	case f.suffix:
		return strings.HasSuffix(low, f.text)
	}
	return low == f.text
}

// A match is where a phrase stands in a text, in tokens, and the value that it took.
type match struct {
	from, to int
	value    span   // tokens; empty for none
	gaps     []span // tokens that are no words of the phrase
}

type span struct{ from, to int }

// at matches the phrase at a token.
func (p *phrase) at(t *text, i int) (match, bool) {
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
			gaps := m.gaps
			if n > 0 {
				m.gaps = append(m.gaps[:len(m.gaps):len(m.gaps)], span{i, i + n})
			}
			if p.rest(t, i+n, k+1, m) {
				return true
			}
			m.gaps = gaps
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
	low := t.tokens[i].low
	for _, f := range e.words {
		if f.matches(low) && p.rest(t, i+1, k+1, m) {
			return true
		}
	}
	for _, class := range e.classes {
		for _, tag := range t.tags[i] {
			gaps := m.gaps
			m.gaps = append(m.gaps[:len(m.gaps):len(m.gaps)], tag.gaps...)
			if tag.class == class && p.rest(t, tag.to, k+1, m) {
				return true
			}
			m.gaps = gaps
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

// An index finds the phrases that may begin at a token, by its word.
type index[T any] struct {
	words   map[string][]indexed[T]
	begins  map[string][]indexed[T] // by the first three bytes of a word's beginning
	others  []indexed[T]            // by the end of a word, or by less than three bytes
	classes map[int][]indexed[T]
	values  map[valueKind][]indexed[T]
}

type indexed[T any] struct {
	phrase *phrase
	item   T
}

func newIndex[T any]() *index[T] {
	return &index[T]{map[string][]indexed[T]{}, map[string][]indexed[T]{}, nil, map[int][]indexed[T]{}, map[valueKind][]indexed[T]{}}
}

func (x *index[T]) add(p *phrase, item T) {
	one := indexed[T]{p, item}
	for k := range p.elems {
		e := &p.elems[k]
		for _, f := range e.words {
			switch {
			case !f.prefix && !f.suffix:
				x.words[f.text] = append(x.words[f.text], one)
			case f.prefix && !f.suffix && len(f.text) >= 3:
				x.begins[f.text[:3]] = append(x.begins[f.text[:3]], one)
			default:
				x.others = append(x.others, one)
			}
		}
		for _, class := range e.classes {
			x.classes[class] = append(x.classes[class], one)
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
	try := func(list []indexed[T]) {
		for _, one := range list {
			if m, ok := one.phrase.at(t, i); ok {
				found(m, one.item)
			}
		}
	}
	low := t.tokens[i].low
	try(x.words[low])
	if len(low) >= 3 {
		try(x.begins[low[:3]])
	}
	try(x.others)
	for n, one := range t.tags[i] {
		if !slices.ContainsFunc(t.tags[i][:n], func(other tag) bool { return other.class == one.class }) {
			try(x.classes[one.class])
		}
	}
	for kind := codeValue; kind <= unnumberedValue; kind++ {
		if list := x.values[kind]; list != nil {
			if _, ok := t.valueAt(i, kind); ok {
				try(list)
			}
		}
	}
}
