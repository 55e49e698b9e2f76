package facts

// A packMention is a service pack that a text names, and whose it is.
type packMention struct {
	value string // an answer to the facts that are about packs, otherPack or unnumbered
	to    int
	ours  bool
}

// findPacks finds the service packs of a text, and to which product each belongs. A pack belongs to the product that stands
// right before it, or joined to it by "with", "to" or a mark, or right behind it after "for" or "of"; one that nothing claims
// is the subject's.
func (t *text) findPacks() {
	t.packs = map[int]packMention{}
	for i := 0; i < len(t.tokens); i++ {
		value, to := t.pack(i)
		if to == i {
			continue
		}
		t.packs[i] = packMention{value, to, value != otherPack && t.claimed(i, to)}
		i = to - 1
	}
}

// unnumbered is the value of a pack of which a text does not say which it is.
const unnumbered = "some"

// otherPack is the value of packs that the subject never had: 6a, 5.
const otherPack = "other"

// pack returns the pack that is named at a token, the longest name of it; to is i where there is none.
func (t *text) pack(i int) (value string, to int) {
	to = i
	for _, one := range t.tags[i] {
		if v, ok := t.lang.packs[one.class]; ok && one.to > to {
			value, to = v, one.to
		}
	}
	return value, to
}

// claimed reports whether a pack is the subject's.
func (t *text) claimed(from, to int) bool {
	if ours, known := t.claimBehind(to); known {
		return ours
	}
	return t.claimBefore(from)
}

// claimBehind looks for "for X" and "of X".
func (t *text) claimBehind(i int) (ours, known bool) {
	if i >= len(t.tokens) || !t.has(i, "owner") {
		return false, false
	}
	for i++; i < len(t.tokens) && !t.ends[i] && (t.has(i, "small") || t.countsOurs(i)); i++ {
	}
	switch {
	case i >= len(t.tokens) || t.tokens[i].kind == markToken:
		return false, false
	case t.has(i, "ours"):
		return true, true
	case t.has(i, "neutral"):
		return false, false
	}
	return false, true
}

// countsOurs reports whether a token is the number of what the subject has: "for 6 sites".
func (t *text) countsOurs(i int) bool {
	return t.tokens[i].kind == numberToken && i+1 < len(t.tokens) && t.has(i+1, "ours")
}

// How a word that may claim a pack stands to it.
type nearness int

const (
	adjacent nearness = iota // right before it
	linked                   // but for "with", "to" or a mark
	apart
)

// claimBefore goes back from a pack, as far as its clause goes, to the first word that can claim it.
func (t *text) claimBefore(from int) bool {
	near, numbered, with := adjacent, false, false
	for i := from - 1; i >= 0 && i >= from-8 && t.sentence[i] == t.sentence[from]; i-- {
		k := t.tokens[i]
		if before, ok := t.packBefore(i + 1); ok && near != apart { // "from SP1 to SP4"
			return before.ours
		}
		switch {
		case t.endsWith(i, "ours"):
			return i == 0 || t.sentence[i-1] != t.sentence[i] || !t.endsWith(i-1, "rival")
		case near == apart && t.clause[i] != t.clause[from]:
			return true
		case near != apart && t.has(i, "theirs"):
			return false
		case t.endsWith(i, "rival"):
			return near == apart
		case k.kind == numberToken:
			numbered = true
		case k.kind == markToken:
			if k.low == ":" || k.low == ";" || k.low == ")" {
				return true
			}
			near = max(near, linked)
		case t.has(i, "edition"):
		case t.has(i, "join"):
			near, with = max(near, linked), with || t.has(i, "with")
		case near == linked && (t.has(i, "applied") || t.has(i, "auxiliary")): // "X was upgraded to SP1" is X's, too
		case t.has(i, "neutral") || t.has(i, "small"):
			near = apart
		case near == adjacent:
			return false
		case near == linked:
			return !(numbered || k.capital && !t.titled(i) && i > 0 && t.sentence[i-1] == t.sentence[i] && (with || !t.german()))
		default:
			return true
		}
	}
	return true
}

// packBefore returns the pack whose name ends before a token.
func (t *text) packBefore(end int) (packMention, bool) {
	for from := max(0, end-maxPackName); from < end; from++ {
		if m, ok := t.packs[from]; ok && m.to == end {
			return m, true
		}
	}
	return packMention{}, false
}

// maxPackName is how many tokens the name of a pack takes.
const maxPackName = 4

// titled reports whether the sentence at a token is written with capitals throughout, so that they mark no names.
func (t *text) titled(i int) bool {
	const few, short = 6, 3
	capitals, words := 0, 0
	from, to := t.sentenceAt(i)
	for _, k := range t.tokens[from:to] {
		if k.kind == wordToken && k.to-k.from > short && !digit(t.text[k.to-1]) {
			words++
			if k.capital {
				capitals++
			}
		}
	}
	return words >= few && 3*capitals > 2*words
}

// endsWith reports whether a phrase of a class ends with a token.
func (t *text) endsWith(i int, class string) bool {
	id, ok := t.lang.classes[class]
	if !ok {
		return false
	}
	for from := max(0, i-4); from <= i; from++ {
		for _, one := range t.tags[from] {
			if one.class == id && one.to == i+1 {
				return true
			}
		}
	}
	return false
}

// german reports whether the text is German, whose nouns all begin with capitals.
func (t *text) german() bool {
	if t.isGerman == 0 {
		t.isGerman = -1
		n := 0
		for i := range t.tokens {
			if t.has(i, "german") {
				n++
			}
		}
		if 12*n > len(t.tokens) {
			t.isGerman = 1
		}
	}
	return t.isGerman > 0
}
