// Package facts holds what is known about one computer, and how it came to be known: told by a person, read from a log or
// from the words of a report, or derived from other facts. It says what cannot both be true, and it never guesses: a sign that
// is negated, doubted or ambiguous is no sign, and "don't know" is not "no".
package facts

import (
	"maps"
	"slices"
)

// A Source says how a fact came to be known. A stronger source comes first.
type Source string

const (
	Told    Source = "told"    // a person answered
	Log     Source = "log"     // a line of a log says so
	Text    Source = "text"    // read from the words of a report
	Derived Source = "derived" // follows from other facts
)

// A Fact is one answer. No values and Unknown false is a known empty list.
type Fact struct {
	Name    string
	Values  []string // ids, or checked answers of a form
	Unknown bool     // the person said that they do not know
	Source  Source
	Words   string // the words of the report or log from which it was read
	In      string // "symptom" or "log" for those; for a derived fact, the first fact that it follows from

	Confirmed bool     // of a fact that was read from prose: the person said yes to it
	From      []string // of a derived fact: the known facts that it follows from, in the order of its definition
}

// A Confirmation is the person's yes to what was read from prose.
type Confirmation struct {
	Fact   string
	Values []string
}

// Facts is a set of facts by name. The zero Facts knows nothing. It is never changed: With returns a new one.
type Facts struct {
	byName   map[string]Fact
	open     map[string]Open
	unknown  map[string]bool // told "don't know", whatever was inferred since
	disputed map[string]bool // named by a contradiction that stands
	anchored bool            // the report is about the subject
	spoken   bool            // the report says something in its own words
	vague    bool            // its words name no subject at all: "my computer is slow"
}

// Open is what is known of a derived fact that its inputs do not settle yet.
type Open struct {
	Possible []string // the values that open inputs still allow
	Standing string   // what follows from the inputs as they are; empty for unknown
	Next     string   // the input to ask for next, empty where none can be asked
}

// Of returns the given facts as a set; of two with one name, the later one stands.
func Of(facts ...Fact) Facts { return Facts{}.With(facts...) }

// With returns these facts and the given ones; of two with one name, the later one stands.
func (f Facts) With(more ...Fact) Facts {
	f.byName = maps.Clone(f.byName)
	if f.byName == nil {
		f.byName = make(map[string]Fact, len(more))
	}
	for _, fact := range more {
		f.byName[fact.Name] = fact
	}
	return f
}

// Get returns the fact of that name, and whether anything is known of it ("don't know" included).
func (f Facts) Get(name string) (Fact, bool) {
	fact, ok := f.byName[name]
	return fact, ok
}

// Values returns the values of a known fact, nil for one that is open or unknown.
func (f Facts) Values(name string) []string { return f.byName[name].Values }

// Value returns the value of a known fact that has exactly one, else the empty string.
func (f Facts) Value(name string) string {
	if values := f.byName[name].Values; len(values) == 1 {
		return values[0]
	}
	return ""
}

// Known reports whether the fact has a value (an empty list counts, "don't know" does not).
func (f Facts) Known(name string) bool {
	fact, ok := f.byName[name]
	return ok && !fact.Unknown
}

// ToldUnknown reports whether the person said that they do not know, even where something was inferred since.
func (f Facts) ToldUnknown(name string) bool { return f.unknown[name] }

// Unsure returns the facts that were read from prose and not confirmed, and on which a fact rests: itself, or those that it was
// derived from. A derived fact is as sure as its inputs.
func (f Facts) Unsure(name string) []string { return f.unsure(name, nil) }

func (f Facts) unsure(name string, to []string) []string {
	fact := f.byName[name]
	switch {
	case fact.Source == Text && !fact.Confirmed && !slices.Contains(to, name):
		return append(to, name)
	case fact.Source == Derived:
		for _, from := range fact.From { // a fact is derived from facts that were known before it, so this ends
			to = f.unsure(from, to)
		}
	}
	return to
}

// Disputed reports whether a standing contradiction names the fact.
func (f Facts) Disputed(name string) bool { return f.disputed[name] }

// Open returns what a derived fact may still become. It is false for a fact that is known or not derived.
func (f Facts) Open(name string) (Open, bool) {
	o, ok := f.open[name]
	return o, ok
}

// Has reports whether the fact is known with any of the values. The value "[]" stands for a known empty list.
func (f Facts) Has(name string, values ...string) bool {
	fact, ok := f.byName[name]
	if !ok || fact.Unknown {
		return false
	}
	if len(fact.Values) == 0 {
		return slices.Contains(values, Empty)
	}
	return slices.ContainsFunc(fact.Values, func(v string) bool { return slices.Contains(values, v) })
}

// Empty is how a condition names a list that is known to be empty.
const Empty = "[]"

// Names returns the names of all facts of which anything is known, sorted.
func (f Facts) Names() []string { return slices.Sorted(maps.Keys(f.byName)) }
