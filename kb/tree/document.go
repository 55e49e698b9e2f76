// Package tree is the engine: it walks a decision tree with the facts of one report and says which diagnoses are confirmed,
// possible and ruled out, each with its reason, and which question can still decide. It is a pure function of tree and facts.
// It adds up no scores and evaluates no expressions; a question's answer names the way on, and nothing else does.
package tree

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Document is a tree.yaml as it was decoded: schema tree.json.
type Document struct {
	Article   string                    `json:"article"`
	About     string                    `json:"about"`
	Entry     bool                      `json:"entry"` // reports that name no article begin here
	Start     string                    `json:"start"`
	Case      Case                      `json:"case"`
	Questions schemas.Map[Question]     `json:"questions"`
	Measured  Measured                  `json:"measured"`
	Together  schemas.Map[[]string]     `json:"together"` // fact → the facts of questions that it asks for at once
	Diagnoses schemas.Map[DiagnosisDoc] `json:"diagnoses"`
	Undecided Undecided                 `json:"undecided"`
	Fixes     schemas.Map[plan.Draft]   `json:"fixes"`

	Catalog *plan.Catalog `json:"-"` // the services and tools that the fixes name, set by whoever read it

	Version string `json:"-"` // first eight hex digits of the sha256 of the file, set by whoever read it
}

// Fix reads and checks one of the fixes. The error is a *plan.Error with all of its problems.
func (d *Document) Fix(name string) (plan.Fix, error) {
	draft, _ := d.Fixes.Get(name)
	return draft.Fix(d.Catalog, name, d.Article, d.Version)
}

// A Question maps answers to ways. Its own name is the fact that it settles, unless the key "fact" names another. The key "first"
// names a fact that is asked for in its place, as long as that is open: an answer to it may settle both.
type Question = schemas.Map[Way]

// Measured says with which people the questions of a tree are counted: those who have exactly one of the causes, and begin with
// nothing, or with what most reports say.
type Measured struct {
	Causes  []string            `json:"causes"`
	Opening schemas.Map[string] `json:"opening"`
}

// A Way says what an answer concludes and where it leads: names of diagnoses (with "probably " in front for one that is no more
// than likely), of at most one question, of other articles' trees, or "end". Nothing at all is the question's `then`.
type Way []string

// UnmarshalJSON takes nothing, one name, or a list.
func (w *Way) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*w = nil
		return nil
	}
	var list facts.OneOrMore
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("a way is a name or a list of names: %w", err)
	}
	*w = Way(list)
	return nil
}

// A DiagnosisDoc is a diagnosis as it was written.
type DiagnosisDoc struct {
	Says   string                       `json:"says"`
	Proof  Pick                         `json:"proof"`
	Unless schemas.Map[facts.OneOrMore] `json:"unless"`
	Medium schemas.Map[facts.OneOrMore] `json:"medium when"`
	Uses   []string                     `json:"uses"`
	Fix    Pick                         `json:"fix"`
	Or     Pick                         `json:"or"`
	See    Pick                         `json:"see"`
	Doubts facts.OneOrMore              `json:"doubt"`
	Exit   bool                         `json:"exit"`
}

// Undecided is what is said where no diagnosis is confirmed and nothing is left to ask.
type Undecided struct {
	Fix string          `json:"fix"`
	See facts.OneOrMore `json:"see"`
}

// A Pick is a text or a list of texts, which may depend on facts: {by: client_os, nt4: forget-site, else: age-site}, where an
// answer may lead to a choice by another fact; or a list in which such choices stand beside plain texts.
type Pick struct {
	always []string
	by     []choice
}

type choice struct {
	fact   string
	values map[string]Pick
	other  Pick
}

// UnmarshalJSON takes a text, a choice, or a list of either.
func (p *Pick) UnmarshalJSON(data []byte) error {
	*p = Pick{}
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		list = []json.RawMessage{data}
	}
	for _, item := range list {
		var text string
		if json.Unmarshal(item, &text) == nil {
			p.always = append(p.always, text)
			continue
		}
		var m schemas.Map[Pick]
		if err := json.Unmarshal(item, &m); err != nil {
			return fmt.Errorf("wants a text, or a choice by a fact: %w", err)
		}
		c, err := newChoice(m)
		if err != nil {
			return err
		}
		p.by = append(p.by, c)
	}
	return nil
}

func newChoice(m schemas.Map[Pick]) (choice, error) {
	c := choice{values: map[string]Pick{}}
	for key, picked := range m.All() {
		switch key {
		case "by":
			c.fact = strings.Join(picked.always, "")
		case "else":
			c.other = picked
		default:
			for value := range answers(key) {
				c.values[value] = picked
			}
		}
	}
	if c.fact == "" {
		return c, fmt.Errorf("a choice wants the key `by` with the fact that decides it")
	}
	return c, nil
}

// For returns the texts for these facts, the chosen ones first.
func (p Pick) For(f facts.Facts) []string {
	var all []string
	for _, c := range p.by {
		all = append(all, c.pick(f).For(f)...)
	}
	return append(all, p.always...)
}

func (c choice) pick(f facts.Facts) Pick {
	if f.Known(c.fact) {
		for _, value := range f.Values(c.fact) {
			if picked, ok := c.values[value]; ok {
				return picked
			}
		}
	}
	return c.other
}

// First returns the first text for these facts, empty where there is none.
func (p Pick) First(f facts.Facts) string {
	if all := p.For(f); len(all) > 0 {
		return all[0]
	}
	return ""
}

// All returns every text that any facts can give, each once.
func (p Pick) All() []string {
	var all []string
	for _, g := range p.given(nil) {
		for _, text := range g.texts {
			if !slices.Contains(all, text) {
				all = append(all, text)
			}
		}
	}
	return all
}

// A given is texts of a pick, and the answers with which they are chosen. An answer that no choice names has the value "".
type given struct {
	answers []setting
	texts   []string
}

type setting struct{ fact, value string }

// given returns everything that facts can choose, below answers that are given already.
func (p Pick) given(answers []setting) []given {
	all := []given{{answers, p.always}}
	for _, c := range p.by {
		for _, value := range slices.Sorted(maps.Keys(c.values)) {
			all = append(all, c.values[value].given(append(slices.Clip(answers), setting{c.fact, value}))...)
		}
		all = append(all, c.other.given(append(slices.Clip(answers), setting{c.fact, ""}))...)
	}
	return all
}

// facts returns the names of the facts that it can depend on.
func (p Pick) facts() []string {
	var names []string
	for _, g := range p.given(nil) {
		for _, a := range g.answers {
			if !slices.Contains(names, a.fact) {
				names = append(names, a.fact)
			}
		}
	}
	return names
}

// hangs returns the names of the facts that it depends on with these facts: of the choices that stand, the outer ones first.
func (p Pick) hangs(f facts.Facts) []string {
	var names []string
	for _, c := range p.by {
		names = append(append(names, c.fact), c.pick(f).hangs(f)...)
	}
	return names
}

// answers yields the values of a key that names several: "win95, win98, winme".
func answers(key string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(key, ",") {
			if !yield(strings.TrimSpace(part)) {
				return
			}
		}
	}
}
