// Package facts holds what is known about one computer, and how it came to be known.
package facts

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
	In      string // "symptom" or "log" for those
}

// Facts is a set of facts by name. The zero Facts knows nothing. It is never changed: With returns a new one.
type Facts struct {
	byName map[string]Fact
}

// Of returns the given facts as a set; of two with one name, the later one stands.
func Of(facts ...Fact) Facts {
	m := make(map[string]Fact, len(facts))
	for _, f := range facts {
		m[f.Name] = f
	}
	return Facts{m}
}

// Get returns the fact of that name, and whether anything is known of it ("don't know" included).
func (f Facts) Get(name string) (Fact, bool) {
	fact, ok := f.byName[name]
	return fact, ok
}

// Values returns the values of a known fact, nil for one that is open or unknown.
func (f Facts) Values(name string) []string { return f.byName[name].Values }

// Known reports whether the fact has a value (an empty list counts, "don't know" does not).
func (f Facts) Known(name string) bool {
	fact, ok := f.byName[name]
	return ok && !fact.Unknown
}
