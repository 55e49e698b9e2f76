package facts

import (
	"encoding/json"
	"slices"
)

// A Sign is a phrase that answers a fact, where words of other classes stand with it and the sentence means it so.
type Sign struct {
	Say     string    `json:"say"`     // the phrase
	With    OneOrMore `json:"with"`    // classes of which a word must stand in the same clause
	Near    OneOrMore `json:"near"`    // the same, in the same sentence
	Without OneOrMore `json:"without"` // classes of which no word may stand in the same clause
	Nowhere OneOrMore `json:"nowhere"` // the same, in the same sentence
	Around  OneOrMore `json:"around"`  // classes of which a word must stand in the same sentence, or in the one before or behind, neither asked nor supposed
	Outside OneOrMore `json:"outside"` // classes whose words the phrase may not overlap
	Known   bool      `json:"known"`   // the code must be known: told, in a list, or named as that of a site elsewhere in the text
	Mood    string    `json:"mood"`    // the sentence must mean it so: planned, asked …; else it is said as it is
}

// UnmarshalJSON takes a phrase alone, too.
func (s *Sign) UnmarshalJSON(data []byte) error {
	if json.Unmarshal(data, &s.Say) == nil {
		return nil
	}
	type plainSign Sign
	return json.Unmarshal(data, (*plainSign)(s))
}

type sign struct {
	value  string // "*" takes the value from the phrase
	phrase *phrase

	with, near, without, outside, around []int

	inSentence, inReach, nowhere classSet // the classes of with and near, those of around, and those that may not be in the sentence

	known  bool
	mood   mood
	def    *definition
	number int // among the signs of the fact
}

// A reading is one sign found in a report.
type reading struct {
	value string
	mood  mood
	span  span
	sign  *sign
	words string
}

// maxMatches is how often one fact is read from one report.
const maxMatches = 64

// readings returns what the signs find in a text, by fact: in the order of the signs, then of the text.
func (v *Vocabulary) readings(t *text) map[string][]reading {
	all := map[string][]reading{}
	for i := range t.tokens {
		v.reader().signs.lists(t, i, func(list []indexed[*sign]) {
			for _, one := range list {
				s := one.item
				if !s.may(t, t.sentence[i]) || len(all[s.def.Name]) >= maxMatches {
					continue
				}
				if m, ok := one.phrase.at(t, i); ok {
					all[s.def.Name] = append(all[s.def.Name], s.read(t, m)...)
				}
			}
		})
	}
	for _, found := range all {
		slices.SortStableFunc(found, func(a, b reading) int { return a.sign.number - b.sign.number })
	}
	return all
}

// may reports whether a sentence, and those beside it, have words of the classes that must stand with the phrase, and the sentence
// none of those that may not. It is quicker than the phrase.
func (s *sign) may(t *text, sentence int) bool {
	return s.inSentence.within(t.held[sentence]) && !s.nowhere.meets(t.held[sentence]) &&
		s.inReach.within(t.held[sentence], t.held[max(sentence-1, 0)], t.held[min(sentence+1, len(t.held)-1)])
}

// read returns what a match of a sign says.
func (s *sign) read(t *text, m match) []reading {
	at := span{m.from, m.to}
	if t.hidden[m.from] {
		return nil
	}
	if slices.ContainsFunc(s.outside, func(class int) bool { return t.overlaps(class, at) }) {
		return nil
	}
	whole := at
	state := t.mood(at, s.def) | t.within(at, m.gaps)
	for _, class := range s.with {
		near, ok := t.nearest(class, at, true)
		if !ok || t.ofAnother(m.value, near.span) {
			return nil
		}
		state |= t.mood(near.span, nil) | t.within(near.span, near.gaps)
		whole = span{min(whole.from, near.from), max(whole.to, near.to)}
	}
	for _, class := range s.near {
		near, ok := t.nearest(class, at, false)
		if !ok {
			return nil
		}
		state |= t.mood(near.span, nil) | t.within(near.span, near.gaps)
		whole = span{min(whole.from, near.from), max(whole.to, near.to)}
	}
	for _, class := range s.without {
		if _, ok := t.nearest(class, at, true); ok {
			return nil
		}
	}
	for _, class := range s.around {
		if !t.around(class, at) {
			return nil
		}
	}
	r := reading{value: s.value, mood: state, span: whole, sign: s, words: t.words(whole)}
	if s.value != anyValue {
		return []reading{r}
	}
	return s.taken(t, m.value, r)
}

// taken returns the values that a match took out of the text.
func (s *sign) taken(t *text, at span, r reading) []reading {
	var all []reading
	for i := at.from; i < at.to; i++ {
		k := t.tokens[i]
		switch {
		case s.phrase.takes(packValue):
			m := t.packs[i]
			if m.value == "" {
				return nil
			}
			r.value = m.value
			return []reading{r}
		case s.def.Several && !t.isCode(i):
			continue
		}
		r.value = t.text[k.from:k.to]
		all = append(all, r)
	}
	return all
}

func (p *phrase) takes(kind valueKind) bool {
	return slices.ContainsFunc(p.elems, func(e elem) bool { return slices.Contains(e.values, kind) })
}

// ofAnother reports whether a word that stands with a site code is said of another code of its clause: of the one before it that
// is nearest, or of the one behind it where none is before. "HUD was merged into BER" says nothing of BER.
func (t *text) ofAnother(value, word span) bool {
	if value.from == value.to || !t.isCode(value.from) || word.from == word.to {
		return false
	}
	owner := -1
	for i := word.from - 1; i >= 0 && t.clause[i] == t.clause[word.from] && owner < 0; i-- {
		if t.isCode(i) {
			owner = i
		}
	}
	for i := word.to; i < len(t.tokens) && t.clause[i] == t.clause[word.from] && owner < 0; i++ {
		if t.isCode(i) {
			owner = i
		}
	}
	return owner >= 0 && (owner < value.from || owner >= value.to)
}

// overlaps reports whether words of a class stand in a stretch, or reach into it.
func (t *text) overlaps(class int, at span) bool {
	all := t.where[class]
	i, _ := slices.BinarySearchFunc(all, at.from-maxPhrase, func(s place, from int) int { return s.from - from })
	for ; i < len(all) && all[i].from < at.to; i++ {
		if all[i].to > at.from {
			return true
		}
	}
	return false
}

// maxPhrase is more tokens than words of a class take.
const maxPhrase = 24

// nearest returns the words of a class that stand nearest to a stretch in its clause, or in its sentence.
func (t *text) nearest(class int, at span, inClause bool) (place, bool) {
	best, far := place{}, 1<<30
	all := t.where[class]
	sentence := t.bounds[t.sentence[at.from]]
	i, _ := slices.BinarySearchFunc(all, sentence.from, func(s place, from int) int { return s.from - from })
	for ; i < len(all) && all[i].from < sentence.to; i++ {
		s := all[i]
		if inClause && t.clause[s.from] != t.clause[at.from] && t.clause[s.from] != t.clause[at.to-1] {
			continue
		}
		distance := max(s.from-at.to, at.from-s.to)
		if distance < far {
			best, far = s, distance
		}
	}
	return best, far < 1<<30
}

// around reports whether words of a class stand in the sentence of a stretch, or in one beside it, and are no question and no
// supposition there. What is denied, planned or over counts: the words say what is spoken of, and the phrase what of it is so.
func (t *text) around(class int, at span) bool {
	const unsaid = doubted | asked | assumed | heard | quoted

	n := t.sentence[at.from]
	from, to := t.bounds[max(n-1, 0)].from, t.bounds[min(n+1, len(t.bounds)-1)].to
	all := t.where[class]
	i, _ := slices.BinarySearchFunc(all, from, func(s place, from int) int { return s.from - from })
	for ; i < len(all) && all[i].from < to; i++ {
		if !t.hidden[all[i].from] && t.mood(all[i].span, nil)&unsaid == plain {
			return true
		}
	}
	return false
}

// stands returns the value of a reading as the person means it, and false where the text says nothing of the kind.
func (d *definition) stands(r reading) (string, bool) {
	m := r.mood
	switch {
	case r.sign.mood == open:
		m &^= open
	case r.sign.mood != plain:
		if m&r.sign.mood == 0 {
			return "", false
		}
		m &^= r.sign.mood
		if r.sign.mood == planned { // "should we?", "if we do": plans all the same
			m &^= asked | assumed | doubted
		}
	}
	if d.Lasting && !d.Names {
		m &^= over
	}
	switch {
	case m == plain:
		return r.value, true
	case m != denied:
		return "", false
	case d.yesNo():
		return map[string]string{"yes": "no", "no": "yes"}[r.value], true
	case d.Denied != "":
		return d.Denied, true
	}
	return "", false
}

// agree returns the readings that stand. Several values for a fact that takes one are no answer, unless the first listed is the
// weightier. A denial gives way to what is said plainly.
func (d *definition) agree(found []reading) []reading {
	var stand, denials []reading
	for _, r := range found {
		value, ok := d.stands(r)
		if !ok {
			continue
		}
		r.value = value
		if d.Denied != "" && r.mood&denied != 0 {
			denials = append(denials, r)
			continue
		}
		stand = append(stand, r)
	}
	if d.Names { // "it is smsmon32. No, it is not smsmon32"
		stand = slices.DeleteFunc(stand, func(r reading) bool {
			return slices.ContainsFunc(denials, func(no reading) bool { return no.sign.value == r.value })
		})
	}
	if len(stand) == 0 {
		stand = denials
	}
	if d.Several || len(stand) < 2 {
		return stand
	}
	if d.First {
		return d.first(stand)
	}
	for _, r := range stand[1:] {
		if r.value != stand[0].value {
			return nil
		}
	}
	return stand[:1]
}

// first returns the reading of the sign that is listed first; of values that one sign took, the answer that is listed last.
func (d *definition) first(stand []reading) []reading {
	best := stand[0]
	for _, r := range stand[1:] {
		if r.sign == best.sign && slices.Index(d.ids, r.value) > slices.Index(d.ids, best.value) {
			best = r
		}
	}
	return []reading{best}
}

func (d *definition) yesNo() bool { return slices.Equal(d.ids, []string{"yes", "no"}) }
