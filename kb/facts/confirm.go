package facts

import "slices"

// Confirmation returns a person's yes to a value of a fact, in the normal form of an answer: labels and the case of site codes are
// taken as they are where somebody answers. The refusal says why the value is no answer to the fact, or that no fact has the name.
func (v *Vocabulary) Confirmation(name string, value any) (Confirmation, *Refused) {
	d := v.defs[name]
	if d == nil {
		return Confirmation{}, &Refused{Detail: "no fact has this name", Hint: "repeat an entry of `ask.confirm` of the last answer"}
	}
	fact, refused := d.take(value)
	switch {
	case refused != nil:
		return Confirmation{}, refused
	case fact.Unknown:
		return Confirmation{}, &Refused{Detail: "is no value that somebody can say yes to", Hint: "give what is not known in `facts`, as unknown"}
	}
	return Confirmation{Fact: name, Values: fact.Values}, nil
}

// Leaves returns the facts that a fact was derived from, in the order of its definition; itself where it was not derived.
func (f Facts) Leaves(name string) []string {
	fact := f.byName[name]
	if fact.Source != Derived {
		return []string{name}
	}
	var all []string
	for _, from := range fact.From { // known before it, so this ends
		all = append(all, f.Leaves(from)...)
	}
	return all
}

// Settle marks the contradictions that were asked already, where the same answer came again: a confirmation repeats what was told,
// or what was asked for was told as the report's words or log have it. They stand all the same, and nobody is asked once more.
func (v *Vocabulary) Settle(in Input, f Facts, all []Contradiction) []Contradiction {
	settled := make([]Contradiction, len(all))
	for i, c := range all {
		c.Settled = v.asked(in, f, c)
		settled[i] = c
	}
	return settled
}

// asked reports whether the question over a contradiction was put and answered. The more basic fact is asked for first, so its answer
// counts where the other side is known from nothing but an answer; the other one is asked for last.
func (v *Vocabulary) asked(in Input, f Facts, c Contradiction) bool {
	var others []string
	for _, name := range c.Facts {
		if name != c.Ask {
			others = append(others, f.Leaves(name)...)
		}
	}
	told := func(name string) bool { return f.told(name) && !v.said(in, f, name) }
	again := func(name string) bool {
		return v.repeated(in, f, name) || v.Askable(name) && v.said(in, f, name)
	}
	return v.repeated(in, f, c.Ask) || slices.ContainsFunc(others, again) || v.said(in, f, c.Ask) && slices.ContainsFunc(others, told)
}

func (f Facts) told(name string) bool {
	fact, ok := f.byName[name]
	return ok && fact.Source == Told && !fact.Unknown
}

// repeated reports whether a confirmation repeats what was told of a fact.
func (v *Vocabulary) repeated(in Input, f Facts, name string) bool {
	return f.told(name) && slices.ContainsFunc(in.Confirm, func(yes Confirmation) bool {
		return yes.Fact == name && sameValues(yes.Values, f.Values(name))
	})
}

// said reports whether a fact was told, and a report says the same in its words or log.
func (v *Vocabulary) said(in Input, f Facts, name string) bool {
	if !f.told(name) {
		return false
	}
	without := Input{Told: map[string]any{}, Symptom: in.Symptom, Log: in.Log}
	for other, answer := range in.Told {
		if other != name {
			without.Told[other] = answer
		}
	}
	unasked, _, _ := v.Read(without)
	read, ok := unasked.Get(name)
	return ok && !read.Unknown && read.Source != Derived && sameValues(read.Values, f.Values(name))
}
