package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/schemas"
)

// LanguageDocument is language.yaml as it was decoded: schema language.json. It says how sentences are put together, whatever
// they speak of, and which words mean the same.
type LanguageDocument struct {
	Classes  schemas.Map[[]string]    `json:"classes"`  // of phrases that mean the same, by name
	Packs    schemas.Map[[]string]    `json:"packs"`    // names of service packs, by the answer that they are; "other" for those that the subject never had
	Breaks   []string                 `json:"breaks"`   // words before which a clause begins
	NoCodes  []string                 `json:"no_codes"` // written like site codes, and none
	Triggers schemas.Map[TriggerRule] `json:"triggers"`
}

// A TriggerRule is some phrases that change what a part of their sentence means, as the algorithm ConText has them (Harkema et
// al. 2009): each has a scope, from the trigger on to the end of its clause, or the other way.
type TriggerRule struct {
	Is     string   `json:"is"`     // denied, doubted, asked, heard, over, planned, assumed, quoted; nothing: no trigger, though it looks like one
	Says   []string `json:"says"`   // the phrases
	Reach  string   `json:"reach"`  // forward, back, both, sentence, before (the sentence before this one)
	Words  int      `json:"words"`  // the most words of its scope, 0 for all of the clause
	Until  []string `json:"until"`  // phrases that end its scope
	First  bool     `json:"first"`  // only at the beginning of a clause
	Last   bool     `json:"last"`   // only at the end of a clause
	Asking bool     `json:"asking"` // only in a sentence that ends in a question mark
	Name   bool     `json:"name"`   // doubts the name right beside it
	// Catches and Spares are sentences with one stretch in {braces}, which must be and must not be in the scope.
	Catches []string `json:"catches"`
	Spares  []string `json:"spares"`
}

// A mood is how a part of a sentence is meant. Plain is what is said of this computer now.
type mood uint16

const (
	denied  mood = 1 << iota // it is not so
	doubted                  // it may be so
	asked                    // a yes-no question
	heard                    // of somebody else's computer
	over                     // it was so and is no more
	planned                  // it is to be so
	assumed                  // if it were so
	quoted                   // an example
	plain   mood = 0

	// open is that of a sign: what is asked, planned or supposed counts like what is said plainly. "SP2 first, or straight to SP4?"
	open = doubted | asked | planned | assumed
)

var moods = map[string]mood{"": plain, "denied": denied, "doubted": doubted, "asked": asked, "heard": heard, "over": over,
	"planned": planned, "assumed": assumed, "quoted": quoted, "open": open}

type reach uint8

const (
	forward reach = iota
	back
	bothWays
	sentenceReach
	sentenceBefore
)

var reaches = map[string]reach{"": forward, "forward": forward, "back": back, "both": bothWays, "sentence": sentenceReach, "before": sentenceBefore}

// language is a LanguageDocument, ready to read with.
type language struct {
	classes  map[string]int
	names    []string
	phrases  *index[int] // of classes
	triggers *index[*trigger]
	until    *index[*trigger] // what ends a trigger's scope
	breaks   *index[struct{}]
	noCodes  map[string]bool
	lexicon  lexicon
	packs    map[int]string // class → answer
}

type trigger struct {
	rule  TriggerRule
	name  string
	mood  mood
	reach reach
}

func (l *language) class(name string) (int, bool) {
	id, ok := l.classes[name]
	return id, ok
}

// newLanguage prepares a language, and reports what is wrong with it.
func newLanguage(doc *LanguageDocument, report func(pointer, format string, args ...any)) *language {
	l := &language{classes: map[string]int{}, phrases: newIndex[int](), triggers: newIndex[*trigger](), until: newIndex[*trigger](),
		breaks: newIndex[struct{}](), noCodes: map[string]bool{}, lexicon: lexicon{}, packs: map[int]string{}}
	for name := range doc.Classes.All() {
		l.classes[name] = len(l.names)
		l.names = append(l.names, name)
	}
	parse := func(at, text string) *phrase {
		p, err := l.parsePhrase(text)
		if err != nil {
			report(at, "is no phrase: %v", err)
		}
		return p
	}
	for name, phrases := range doc.Classes.All() {
		for i, text := range phrases {
			at := fmt.Sprintf("/classes/%s/%d", name, i)
			if p := parse(at, text); p != nil {
				if slices.ContainsFunc(p.elems, func(e elem) bool {
					return slices.ContainsFunc(e.classes, func(c int) bool { return c >= l.classes[name] })
				}) {
					report(at, "a class may name only classes above it")
					continue
				}
				l.phrases.add(p, l.classes[name])
			}
		}
	}
	for value, phrases := range doc.Packs.All() {
		id := len(l.names)
		l.names, l.packs[id] = append(l.names, "pack "+value), value
		for i, text := range phrases {
			if p := parse(fmt.Sprintf("/packs/%s/%d", value, i), text); p != nil {
				l.phrases.add(p, id)
			}
		}
	}
	for i, text := range doc.Breaks {
		if p := parse(fmt.Sprintf("/breaks/%d", i), text); p != nil {
			l.breaks.add(p, struct{}{})
		}
	}
	for _, w := range doc.NoCodes {
		l.noCodes[strings.ToUpper(w)] = true
	}
	for name, rule := range doc.Triggers.All() {
		l.trigger(name, rule, parse, report)
	}
	return l
}

func (l *language) trigger(name string, rule TriggerRule, parse func(at, text string) *phrase, report func(pointer, format string, args ...any)) {
	at := "/triggers/" + name
	m, ok := moods[rule.Is]
	if !ok {
		report(at+"/is", "there is no such mood")
	}
	r, ok := reaches[rule.Reach]
	if !ok {
		report(at+"/reach", "there is no such reach")
	}
	rule.Catches, rule.Spares = nil, nil // of use to Examples only
	t := &trigger{rule, name, m, r}
	for i, text := range rule.Says {
		if p := parse(fmt.Sprintf("%s/says/%d", at, i), text); p != nil {
			l.triggers.add(p, t)
		}
	}
	for i, text := range rule.Until {
		if p := parse(fmt.Sprintf("%s/until/%d", at, i), text); p != nil {
			l.until.add(p, t)
		}
	}
}
