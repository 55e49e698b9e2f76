package facts

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/schemas"
)

// A Document is facts.yaml as it was decoded: schema facts.json.
type Document struct {
	Facts          schemas.Map[Definition] `json:"facts"`
	Anchors        []string                `json:"anchors"`      // phrases by which a report is about the subject
	AnchorFacts    []string                `json:"anchor_facts"` // facts that only a report about the subject gives
	Words          []string                `json:"words"`
	Lines          []LineRule              `json:"lines"`
	Implies        []Implication           `json:"implies"`
	Contradictions []Rule                  `json:"contradictions"`
}

// A Definition says what a fact may be, how a person is asked for it, and by which signs a report answers it unasked.
type Definition struct {
	Name    string              `json:"-"`
	Ask     string              `json:"ask"`    // a fact without it is never put to a person
	Help    string              `json:"help"`   // how a person finds the answer
	Why     string              `json:"why"`    // what hangs on the answer
	Stated  schemas.Map[string] `json:"stated"` // by answer, how it is said without the question; "*" for any, with ${value} in it
	InLog   string              `json:"log"`    // which log would answer it too
	Answers schemas.Map[string] `json:"answers"`
	Form    string              `json:"form"` // of a free answer: schema forms.json
	Several bool                `json:"several"`
	First   bool                `json:"first"` // of several values read from prose, the first listed stands
	Derive  string              `json:"derive"`
	From    []string            `json:"from"`
	Told    bool                `json:"told"`  // a derived fact that a person may tell all the same
	Quiet   bool                `json:"quiet"` // of use to the walk only: not shown to people among what was assumed
	Signs   schemas.Map[[]Sign] `json:"signs"`
	Names   bool                `json:"names"`   // its signs are names: only a doubt right beside one doubts it
	Lasting bool                `json:"lasting"` // what was so once is so now
	Anyway  bool                `json:"anyway"`  // read from reports about anything
	Denied  string              `json:"denied"`  // the answer that a denied sign gives
	Unless  []string            `json:"unless"`  // facts beside which it is not read
	Without OneOrMore           `json:"without"` // classes of which no word may stand in the clause of any of its signs
	Nowhere OneOrMore           `json:"nowhere"` // the same, in the sentence
}

// A LineRule is one expression over log lines. Its named groups and Sets are facts.
type LineRule struct {
	Line string              `json:"line"`
	Sets schemas.Map[string] `json:"sets"`
	Last bool                `json:"last"` // counts only as the last line of a log
	See  string              `json:"see"`  // the article that prints the line
}

// An Implication fills a fact that nobody told, from others.
type Implication struct {
	When schemas.Map[OneOrMore] `json:"when"`
	Then schemas.Map[string]    `json:"then"`
}

// A Rule says what cannot both be. Exactly one of Disjoint, Subset, Count, Read and Never is set.
type Rule struct {
	Disjoint []string               `json:"disjoint"` // two lists that share no element
	Subset   []string               `json:"subset"`   // every element of the first list is in the second
	Count    []string               `json:"count"`    // a number, and the list whose length it is
	Read     []string               `json:"read"`     // a list of sites that are gone, and what was read from the CAP of one of them
	Never    schemas.Map[OneOrMore] `json:"never"`    // values that do not go together
	Facts    []string               `json:"facts"`    // the facts to name to a person, where they are not the two compared
	Ask      string                 `json:"ask"`      // the more basic fact, to be asked again
	Says     string                 `json:"says"`
}

// Vocabulary is all facts that trees share, ready to read reports with. It is safe for use by several goroutines.
type Vocabulary struct {
	defs           map[string]*definition
	order          []*definition
	reading        []*definition // the same, those that others keep from being read last
	lines          []*lineRule
	implies        []implication
	contradictions []rule
	spelling       *speller
	anchorFacts    []string
	prose          *proseReader // made by later, when the first report is read
	once           sync.Once
	later          func() *proseReader
}

// A proseReader is what reading the words of a report needs.
type proseReader struct {
	lang    *language
	signs   *index[*sign]
	anchors *index[struct{}]
}

// reader returns what reading prose needs. A program that starts waits for it no earlier than for its first report.
func (v *Vocabulary) reader() *proseReader {
	v.once.Do(func() {
		if v.later != nil {
			v.prose, v.later = v.later(), nil
		}
	})
	return v.prose
}

type definition struct {
	Definition
	pos     int
	answers map[string]string // lower-cased id or label → id
	ids     []string

	without, nowhere []int // classes
}

type lineRule struct {
	LineRule
	*pattern
}

type implication struct {
	when []condition
	then []setting
}

type condition struct {
	fact   string
	values []string
}

type setting struct{ fact, value string }

type rule struct {
	Rule
	facts []string // the two compared
	named []string // the facts that a person is told of
	never []condition
}

// New prepares a decoded facts.yaml and language.yaml. Its error is *ContentError and lists everything that is wrong with them.
func New(doc *Document, lang *LanguageDocument) (*Vocabulary, error) {
	v, c := build(doc, compile)
	v.prose = c.prose(doc, lang)
	if len(c.problems) > 0 {
		return nil, &ContentError{c.problems}
	}
	return v, nil
}

// build makes a vocabulary that reads no prose yet, of patterns that come from elsewhere, in the order in which it asks for them.
func build(doc *Document, compile func(expr string) (*pattern, error)) (*Vocabulary, *checker) {
	n := doc.Facts.Len()
	v := &Vocabulary{defs: make(map[string]*definition, n), order: make([]*definition, 0, n), spelling: newSpeller(doc.Words), anchorFacts: doc.AnchorFacts}
	c := &checker{v: v, compile: compile}
	for name, def := range doc.Facts.All() {
		def.Name = name
		d := c.definition(def, len(v.order))
		v.order, v.defs[name] = append(v.order, d), d
	}
	v.reading = slices.Clone(v.order)
	slices.SortStableFunc(v.reading, func(a, b *definition) int { return min(len(a.Unless), 1) - min(len(b.Unless), 1) })
	for _, name := range doc.AnchorFacts {
		c.exists("/anchor_facts", name)
	}
	c.inputs()
	c.lines(doc.Lines)
	c.implications(doc.Implies)
	c.rules(doc.Contradictions)
	return v, c
}

// prose prepares what reads the words of a report.
func (c *checker) prose(doc *Document, lang *LanguageDocument) *proseReader {
	c.reader = &proseReader{signs: newIndex[*sign](), anchors: newIndex[struct{}]()}
	c.reader.lang = newLanguage(lang, func(pointer, format string, args ...any) {
		c.problems = append(c.problems, ContentProblem{pointer, fmt.Sprintf(format, args...), true})
	})
	for name, def := range doc.Facts.All() {
		c.spared(c.v.defs[name], "/facts/"+name)
		c.signs(c.v.defs[name], "/facts/"+name+"/signs", def.Signs)
	}
	for i, text := range doc.Anchors {
		if p := c.phrase(fmt.Sprintf("/anchors/%d", i), text); p != nil {
			c.reader.anchors.add(p, struct{}{})
		}
	}
	return c.reader
}

// ContentError lists what is wrong with a facts.yaml, each with its JSON pointer.
type ContentError struct{ Problems []ContentProblem }

// ContentProblem is one of them.
type ContentProblem struct {
	Pointer, Says string
	Language      bool // it is in language.yaml, else in facts.yaml
}

func (e *ContentError) Error() string {
	var b strings.Builder
	for i, p := range e.Problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s: %s", p.Pointer, p.Says)
	}
	return b.String()
}

// checker collects the problems of a vocabulary while it is put together.
type checker struct {
	v        *Vocabulary
	reader   *proseReader
	compile  func(expr string) (*pattern, error)
	problems []ContentProblem
}

func (c *checker) report(pointer, format string, args ...any) {
	c.problems = append(c.problems, ContentProblem{Pointer: pointer, Says: fmt.Sprintf(format, args...)})
}

func (c *checker) definition(def Definition, pos int) *definition {
	at := "/facts/" + def.Name
	def.Signs = schemas.Map[[]Sign]{}
	d := &definition{Definition: def, pos: pos, answers: map[string]string{}}
	for id, label := range def.Answers.All() {
		d.ids = append(d.ids, id)
		d.answers[fold(id)] = id
		if label != "" {
			d.answers[fold(label)] = id
		}
	}
	if def.Form != "" && len(d.ids) > 0 {
		c.report(at, "has answers and a form: choose one")
	}
	if def.Derive != "" && derivations[def.Derive].derive == nil {
		c.report(at+"/derive", "no such derivation: have %s", strings.Join(Derivations(), ", "))
	}
	for value := range def.Stated.All() {
		if value != anyValue && !slices.Contains(d.ids, value) {
			c.report(at+"/stated/"+value, "is none of the fact's answers")
		}
	}
	if def.Denied != "" && !slices.Contains(d.ids, def.Denied) {
		c.report(at+"/denied", "is none of the fact's answers")
	}
	return d
}

// spared looks up the classes that keep all signs of a fact from being read.
func (c *checker) spared(d *definition, at string) {
	d.without, d.nowhere = c.classes(at+"/without", d.Without), c.classes(at+"/nowhere", d.Nowhere)
}

func (c *checker) signs(d *definition, at string, m schemas.Map[[]Sign]) {
	number := 0
	for value, signs := range m.All() {
		if value != anyValue && d.Form == "" && !slices.Contains(d.ids, value) {
			c.report(at+"/"+value, "is none of the fact's answers")
		}
		for i, written := range signs {
			c.sign(d, fmt.Sprintf("%s/%s/%d", at, value, i), value, number, written)
			number++
		}
	}
}

func (c *checker) sign(d *definition, at, value string, number int, written Sign) {
	p := c.phrase(at, written.Say)
	if p == nil {
		return
	}
	if value == anyValue && !slices.ContainsFunc(p.elems, func(e elem) bool { return len(e.values) > 0 }) {
		c.report(at, "takes no value: name one, like <code>")
		return
	}
	s := &sign{value: value, phrase: p, def: d, number: number, mood: moods[written.Mood], known: written.Known}
	if _, ok := moods[written.Mood]; !ok {
		c.report(at+"/mood", "there is no such mood")
	}
	s.with, s.near, s.outside = c.classes(at, written.With), c.classes(at, written.Near), c.classes(at, written.Outside)
	s.without, s.around = slices.Concat(d.without, c.classes(at, written.Without)), c.classes(at, written.Around)
	n := len(c.reader.lang.names)
	s.inSentence, s.inReach = newClassSet(n, slices.Concat(s.with, s.near)...), newClassSet(n, s.around...)
	s.nowhere = newClassSet(n, slices.Concat(d.nowhere, c.classes(at, written.Nowhere))...)
	c.reader.signs.add(p, s)
}

func (c *checker) phrase(at, text string) *phrase {
	p, err := c.reader.lang.parsePhrase(text)
	if err != nil {
		c.report(at, "is no phrase: %v", err)
	}
	return p
}

func (c *checker) classes(at string, names []string) []int {
	var ids []int
	for _, name := range names {
		id, ok := c.reader.lang.classes[name]
		if !ok {
			c.report(at, "there is no class %q in language.yaml", name)
		}
		ids = append(ids, id)
	}
	return ids
}

// anyValue is the key of signs that carry the value themselves.
const anyValue = "*"

// pattern takes an expression into use. The parts of its pointer are put together where it is none.
func (c *checker) pattern(expr string, pointer ...any) *pattern {
	p, err := c.compile(expr)
	if err != nil {
		c.report(fmt.Sprint(pointer...), "is no expression: %v", err)
		return nil
	}
	return p
}

func (c *checker) inputs() {
	for _, d := range c.v.order {
		for _, from := range d.From {
			c.exists("/facts/"+d.Name+"/from", from)
		}
	}
}

func (c *checker) exists(at, fact string) bool {
	if c.v.defs[fact] == nil {
		c.report(at, "there is no fact %q", fact)
		return false
	}
	return true
}

func (c *checker) value(at, fact, value string) {
	if !c.exists(at, fact) {
		return
	}
	d := c.v.defs[fact]
	if value == Empty && d.Several {
		return
	}
	if len(d.ids) > 0 && !slices.Contains(d.ids, value) {
		c.report(at, "%q is no answer to %s", value, fact)
	}
}

func (c *checker) lines(rules []LineRule) {
	for i, r := range rules {
		at := fmt.Sprintf("/lines/%d", i)
		p := c.pattern(r.Line, at, "/line")
		if p == nil {
			continue
		}
		for _, group := range p.names {
			if group != "" {
				c.exists(at+"/line", groupFact(group))
			}
		}
		for fact, value := range r.Sets.All() {
			c.value(at+"/sets", fact, value)
		}
		c.v.lines = append(c.v.lines, &lineRule{r, p})
	}
}

// groupFact returns the fact that a named group of a line sets. Two groups of one line may set one fact, which is then the lower
// of two versions: the second has a 2 behind its name.
func groupFact(group string) string { return strings.TrimSuffix(group, "2") }

func (c *checker) conditions(at string, m schemas.Map[OneOrMore]) []condition {
	var all []condition
	for fact, values := range m.All() {
		for _, value := range values {
			c.value(at+"/"+fact, fact, value)
		}
		all = append(all, condition{fact, values})
	}
	return all
}

func (c *checker) implications(rules []Implication) {
	for i, r := range rules {
		at := fmt.Sprintf("/implies/%d", i)
		im := implication{when: c.conditions(at+"/when", r.When)}
		for fact, value := range r.Then.All() {
			c.value(at+"/then/"+fact, fact, value)
			im.then = append(im.then, setting{fact, value})
		}
		c.v.implies = append(c.v.implies, im)
	}
}

func (c *checker) rules(rules []Rule) {
	for i, r := range rules {
		at := fmt.Sprintf("/contradictions/%d", i)
		facts := slices.Concat(r.Disjoint, r.Subset, r.Count, r.Read, r.Never.Keys())
		if len(facts) != 2 {
			c.report(at, "wants disjoint, subset, count, read or never, and two facts in it")
		}
		for _, fact := range slices.Concat(facts, r.Facts, []string{r.Ask}) {
			c.exists(at, fact)
		}
		named := facts
		if len(r.Facts) > 0 {
			named = r.Facts
		}
		c.v.contradictions = append(c.v.contradictions, rule{r, facts, named, c.conditions(at+"/never", r.Never)})
	}
}

// Definition returns the definition of a fact.
func (v *Vocabulary) Definition(name string) (Definition, bool) {
	if d := v.defs[name]; d != nil {
		return d.Definition, true
	}
	return Definition{}, false
}

// Names returns the names of all facts, in the order of the file.
func (v *Vocabulary) Names() []string {
	names := make([]string, len(v.order))
	for i, d := range v.order {
		names[i] = d.Name
	}
	return names
}

// Askable reports whether a fact may be put to a person.
func (v *Vocabulary) Askable(name string) bool {
	d := v.defs[name]
	return d != nil && d.Ask != ""
}

// Label returns how a value is shown to a person: its label, or itself.
func (v *Vocabulary) Label(name, value string) string {
	if d := v.defs[name]; d != nil {
		if label, ok := d.Answers.Get(value); ok && label != "" {
			return label
		}
	}
	return value
}

// Stated says a known fact to a person, without its question where the answer speaks for itself.
func (v *Vocabulary) Stated(fact Fact) string {
	def, _ := v.Definition(fact.Name)
	labels := make([]string, len(fact.Values))
	bare := def.Form != "" || len(labels) == 0 // a code or a number says nothing alone
	for i, value := range fact.Values {
		says, ok := def.Stated.Get(value)
		if !ok {
			says = v.Label(fact.Name, value)
			bare = bare || fold(says) == value && (value == "yes" || value == "no")
		}
		labels[i] = says
	}
	text := strings.Join(labels, ", ")
	if text == "" {
		text = "none"
	}
	if says, ok := def.Stated.Get(anyValue); ok {
		return strings.ReplaceAll(says, "${value}", text)
	}
	switch {
	case !bare:
		return text
	case def.Ask != "":
		return def.Ask + " " + text
	}
	return strings.ReplaceAll(fact.Name, "_", " ") + ": " + text
}

// fold makes two spellings of one label equal.
func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// lookup returns the id for an id or a label of the fact.
func (d *definition) lookup(answer string) (string, bool) {
	id, ok := d.answers[fold(answer)]
	return id, ok
}

// settable reports whether a person may tell the fact.
func (d *definition) settable() bool { return d.Derive == "" || d.Told }
