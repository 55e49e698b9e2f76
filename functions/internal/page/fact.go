package page

import (
	"fmt"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/route"
)

// A factView is one known fact, in words.
type factView struct {
	Fact   string
	Asks   string // the question that it answers, or its name in words
	Value  string
	How    string // where it was read: “since the service pack”, in your words
	Change string // the address at which the question is asked again, or at which the fact is not told
	Back   bool   // it is the latter
}

type contradictionView struct {
	Says  string
	Facts []factView
}

// factName returns how a fact is named to a person.
func (s *server) factName(fact string) (desk.Ask, string) {
	ask, _ := s.Catalog.Question(fact)
	if ask.Text != "" {
		return ask, ask.Text
	}
	words := strings.Split(fact, "_")
	for i, w := range words {
		if long, ok := abbreviated[w]; ok {
			words[i] = long
		}
	}
	name := strings.Join(words, " ")
	if name == "" {
		return ask, ""
	}
	return ask, strings.ToUpper(name[:1]) + name[1:] + ":"
}

// abbreviated are the words in names of facts that a person would not understand as they are.
var abbreviated = map[string]string{"sp": "service pack", "cap": "client access point", "admin": "administrator", "ras": "remote access", "sms": "SMS"}

// valueName returns how the value of a fact is named to a person.
func valueName(ask desk.Ask, value string) string {
	for _, c := range ask.Answers {
		if c.Value == value && c.Label != "" {
			return c.Label
		}
	}
	return voice.Value(value)
}

func valueNames(ask desk.Ask, values []string) string {
	if len(values) == 0 {
		return voice.Value("")
	}
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = valueName(ask, v)
	}
	return strings.Join(names, ", ")
}

func (s *server) told(st state, t told) factView {
	ask, name := s.factName(t.fact)
	v := factView{Fact: t.fact, Asks: name, Value: valueNames(ask, t.values), Change: change(st, ask, t.fact)}
	if v.Change == "" && st.fits() {
		v.Change, v.Back = "/diagnosis?"+st.withoutFact(t.fact).query(), true
	}
	return v
}

// change returns where a question is asked again.
func change(st state, ask desk.Ask, fact string) string {
	if ask.Text == "" || !st.fits() {
		return ""
	}
	return "/diagnosis?" + st.query(Field{"ask", fact}) + "#question"
}

func (s *server) assumed(st state, a desk.Assumed) factView {
	ask, name := s.factName(a.Fact)
	v := factView{Fact: a.Fact, Asks: name, Change: change(st, ask, a.Fact)}
	v.Value = valueNames(ask, values(a.Value))
	v.How = route.Sentence(voice.Assumed(a, func(fact string) string {
		_, name := s.factName(fact)
		return strings.TrimSuffix(name, ":")
	}))
	return v
}

// values returns the value of an assumed fact as a list.
func values(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case []any:
		list := make([]string, len(v))
		for i, item := range v {
			list[i] = fmt.Sprint(item)
		}
		return list
	}
	return []string{fmt.Sprint(v)}
}

func (s *server) contradiction(st state, a *desk.Answer, c desk.Contradiction) contradictionView {
	v := contradictionView{Says: route.Sentence(voice.Conflict(c, false))} // the values follow, in words
	for _, fact := range c.Facts {
		v.Facts = append(v.Facts, s.known(st, a, fact))
	}
	return v
}

// known returns what is known of a fact, told or assumed.
func (s *server) known(st state, a *desk.Answer, fact string) factView {
	for _, t := range st.told {
		if t.fact == fact {
			return s.told(st, t)
		}
	}
	for _, f := range a.Assumed {
		if f.Fact == fact {
			return s.assumed(st, f)
		}
	}
	ask, name := s.factName(fact)
	return factView{Fact: fact, Asks: name, Change: change(st, ask, fact)}
}

func (s *server) because(st state, b desk.Because) factView {
	ask, name := s.factName(b.Fact)
	names := strings.Split(b.Value, ", ")
	v := factView{Fact: b.Fact, Asks: name, Value: valueNames(ask, names), Change: change(st, ask, b.Fact)}
	v.How = voice.Source(b.Source, b.Words)
	return v
}
