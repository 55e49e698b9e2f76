package facts

import (
	"slices"
	"strconv"
	"strings"
)

// A Contradiction is two facts that cannot both be.
type Contradiction struct {
	Facts []string
	Ask   string // the more basic one, to be asked again
	Says  string // both answers, for a person

	Settled bool // it was asked, and the same answer came again: set by Settle
}

// standing returns all that stand, in the order of the file.
func (v *Vocabulary) standing(f *Facts) []Contradiction {
	var all []Contradiction
	for i := range v.contradictions {
		r := &v.contradictions[i]
		if r.broken(f) {
			all = append(all, Contradiction{Facts: r.named, Ask: r.Ask, Says: v.says(r, f)})
		}
	}
	return all
}

func (r *rule) broken(f *Facts) bool {
	if len(r.never) > 0 {
		return !slices.ContainsFunc(r.never, func(c condition) bool { return !c.holds(f) })
	}
	if !f.Known(r.facts[0]) || !f.Known(r.facts[1]) {
		return false
	}
	a, b := f.Values(r.facts[0]), f.Values(r.facts[1])
	switch {
	case r.Disjoint != nil:
		return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
	case r.Read != nil:
		return slices.ContainsFunc(readSites(f), func(s string) bool { return slices.Contains(a, s) })
	case r.Subset != nil:
		return slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
	}
	n, err := strconv.Atoi(f.Value(r.facts[0]))
	return err == nil && n != len(b)
}

func (c condition) holds(f *Facts) bool { return f.Has(c.fact, c.values...) }

// says puts both answers beside the rule's own words.
func (v *Vocabulary) says(r *rule, f *Facts) string {
	var b strings.Builder
	b.WriteString(r.Says)
	for i, name := range r.named {
		b.WriteString([]string{" (", "; "}[min(i, 1)])
		b.WriteString(name + ": " + v.show(name, f))
	}
	b.WriteString(")")
	return b.String()
}

// show returns a fact's answer for a person.
func (v *Vocabulary) show(name string, f *Facts) string {
	fact, ok := f.Get(name)
	switch {
	case !ok || fact.Unknown:
		return "not known"
	case len(fact.Values) == 0:
		return "none"
	}
	labels := make([]string, len(fact.Values))
	for i, value := range fact.Values {
		labels[i] = v.Label(name, value)
	}
	return strings.Join(labels, ", ")
}
