package facts

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/schemas"
)

// A RefusedError lists every told fact that cannot be taken. It never holds a refused value.
type RefusedError struct{ Refused []Refused }

// Refused is one told fact that cannot be taken.
type Refused struct {
	Fact    string // empty for a name that no fact has
	Pointer string // into the report: /facts/client_os
	Detail  string // what was expected
	Hint    string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%d refused answers, the first at %s: %s", len(e.Refused), e.Refused[0].Pointer, e.Refused[0].Detail)
}

// maxValues is the most values that one fact takes.
const maxValues = 16

// Input is what a report holds for the reader.
type Input struct {
	Told    map[string]any // answers, by fact
	Symptom string         // the person's own words
	Log     string         // lines of logs
	Confirm []Confirmation // what the person said yes to
	About   bool           // the report names an article of the subject, so that it needs no anchor
}

// Read returns what a report says: the facts that were told, and those that its log and its words answer. A confirmation of
// what is not read so any more is passed over. The error is a *RefusedError where an answer is not one of its fact's values or
// not of its form, or where a confirmation is for a fact of which the report says nothing; the facts that could be taken are
// returned with it, and a refused fact is not read from elsewhere.
func (v *Vocabulary) Read(in Input) (Facts, []Contradiction, error) {
	told, symptom, log := in.Told, in.Symptom, in.Log
	r := reader{v: v, f: Facts{unknown: map[string]bool{}, disputed: map[string]bool{}}, closed: map[string]bool{}}
	r.f = r.f.With()
	err := r.told(told)
	r.prose(legible(symptom), legible(log), in.About)
	err = r.confirm(in.Confirm, err)
	r.close()
	all := v.standing(&r.f)
	for _, c := range all {
		for _, name := range c.Facts {
			r.f.disputed[name] = true
		}
	}
	return r.f, all, err
}

// confirm takes the person's yes to what was read from prose, and adds to the refusals what was never offered.
func (r *reader) confirm(yes []Confirmation, err error) error {
	refused := Refusals(err)
	for i, c := range yes {
		fact, ok := r.f.byName[c.Fact]
		if !ok || fact.Unknown {
			refused = append(refused, Refused{
				Pointer: "/confirm/" + strconv.Itoa(i),
				Detail:  "was never offered: the report says nothing of this fact",
				Hint:    "repeat entries of `ask.confirm` of the last answer, or give the fact in `facts`",
			})
			continue
		}
		if fact.Source == Text && !r.f.unknown[c.Fact] && sameValues(fact.Values, c.Values) {
			fact.Confirmed = true
			r.f.byName[c.Fact] = fact
		}
	}
	if len(refused) > 0 {
		return &RefusedError{refused}
	}
	return nil
}

// sameValues reports whether two lists hold the same values, in any order.
func sameValues(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// reader gathers the facts of one report, from the strongest source to the weakest.
type reader struct {
	v      *Vocabulary
	f      Facts
	closed map[string]bool // told or refused: nothing weaker may answer
}

func (r *reader) told(told map[string]any) error {
	var refused []Refused
	for _, d := range r.v.order {
		answer, ok := told[d.Name]
		if !ok {
			continue
		}
		fact, problem := d.take(answer)
		r.closed[d.Name] = true
		if problem != nil {
			problem.Fact, problem.Pointer = d.Name, pointer(d.Name)
			refused = append(refused, *problem)
			continue
		}
		r.f.byName[d.Name] = fact
		if fact.Unknown {
			r.f.unknown[d.Name] = true
			r.closed[d.Name] = false
		}
	}
	for _, name := range unknownNames(r.v, told) {
		refused = append(refused, Refused{
			Pointer: pointer(name),
			Detail:  "no fact has this name",
			Hint:    "take the name from `ask` of an answer, or say what you see in `symptom`",
		})
	}
	if len(refused) > 0 {
		return &RefusedError{refused}
	}
	return nil
}

func pointer(name string) string {
	return "/facts/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

func unknownNames(v *Vocabulary, told map[string]any) []string {
	var names []string
	for name := range told {
		if v.defs[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// unknown is what a person says who does not know.
const unknown = "unknown"

// take checks a told answer. Of a list, the first value that cannot be taken is the problem.
func (d *definition) take(answer any) (Fact, *Refused) {
	fact := Fact{Name: d.Name, Source: Told}
	if !d.settable() {
		return fact, &Refused{Detail: "follows from other facts and cannot be told", Hint: "tell " + strings.Join(d.From, ", ") + " instead"}
	}
	var list []any
	isList := true
	switch answer := answer.(type) {
	case []any:
		list = answer
	case []string:
		for _, one := range answer {
			list = append(list, one)
		}
	default:
		list, isList = []any{answer}, false
	}
	if s, ok := answer.(string); ok && fold(s) == unknown {
		fact.Unknown = true
		return fact, nil
	}
	if len(list) > maxValues {
		return fact, &Refused{Detail: fmt.Sprintf("takes at most %d values", maxValues), Hint: "name only those that matter"}
	}
	if !d.Several && len(list) != 1 {
		return fact, &Refused{Detail: "takes one value, not a list", Hint: d.hint()}
	}
	for i, one := range list {
		value, err := d.check(one)
		if err != nil {
			err.Detail = inList(isList && len(list) > 1, i) + err.Detail
			return fact, err
		}
		if !slices.Contains(fact.Values, value) {
			fact.Values = append(fact.Values, value)
		}
	}
	return fact, nil
}

// inList says which value of a list is meant.
func inList(several bool, i int) string {
	if several {
		return "value " + strconv.Itoa(i+1) + " of the list: "
	}
	return ""
}

// check returns the id or the normal form of one answer.
func (d *definition) check(answer any) (string, *Refused) {
	text, ok := plainText(answer)
	if !ok {
		return "", &Refused{Detail: "wants text", Hint: d.hint()}
	}
	if len(d.ids) > 0 {
		id, ok := d.lookup(text)
		if !ok {
			return "", &Refused{Detail: "is none of the answers to this question", Hint: d.hint()}
		}
		return id, nil
	}
	normal, err := schemas.Form(d.form(), text)
	if err != nil {
		return "", &Refused{Detail: err.Error(), Hint: d.hint()}
	}
	return normal, nil
}

func (d *definition) form() string {
	if d.Form == "" {
		return "word"
	}
	return d.Form
}

// plainText returns what JSON can say as one answer: a text, a whole number, true and false for yes and no.
func plainText(answer any) (string, bool) {
	switch a := answer.(type) {
	case string:
		return a, true
	case bool:
		return map[bool]string{true: "yes", false: "no"}[a], true
	case float64:
		if a == math.Trunc(a) && math.Abs(a) < 1e15 {
			return strconv.FormatInt(int64(a), 10), true
		}
	case int:
		return strconv.Itoa(a), true
	case interface{ String() string }: // json.Number
		return a.String(), true
	}
	return "", false
}

// hint says what can be answered, and how a person finds it.
func (d *definition) hint() string {
	var parts []string
	if len(d.ids) > 0 {
		parts = append(parts, "one of: "+strings.Join(d.ids, ", ")+", unknown")
	}
	if d.Help != "" {
		parts = append(parts, d.Help)
	}
	if len(parts) == 0 {
		return "or say unknown"
	}
	return strings.Join(parts, ". ")
}

// open reports whether a weaker source may still answer the fact.
func (r *reader) open(name string) bool { return !r.closed[name] }

// found adds what was read: to a list, or instead of what an earlier line said.
func (r *reader) found(d *definition, answer string, source Source, words, in string) {
	if answer == Empty && d.Several {
		if r.open(d.Name) && !r.f.Known(d.Name) {
			r.f.byName[d.Name] = Fact{Name: d.Name, Source: source, Words: clip(words), In: in}
		}
		return
	}
	value, problem := d.check(answer)
	if problem != nil || !r.open(d.Name) {
		return
	}
	have, ok := r.f.byName[d.Name]
	if ok && !have.Unknown && have.Source != source {
		return
	}
	if !ok || have.Unknown || !d.Several {
		r.f.byName[d.Name] = Fact{Name: d.Name, Values: []string{value}, Source: source, Words: clip(words), In: in}
		return
	}
	if !slices.Contains(have.Values, value) && len(have.Values) < maxValues {
		have.Values = append(slices.Clip(have.Values), value)
		r.f.byName[d.Name] = have
	}
}

// clip bounds the words that an answer quotes from a report.
func clip(s string) string {
	const most = 200
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

// close derives and implies until nothing new follows. Every round settles at least one fact, so it ends.
func (r *reader) close() {
	for range len(r.v.order) + 1 {
		r.derive()
		if !r.imply() {
			return
		}
	}
}

func (r *reader) derive() {
	r.f.open = map[string]Open{}
	for _, d := range r.v.order {
		if d.Derive == "" || !r.open(d.Name) {
			continue
		}
		if have, ok := r.f.byName[d.Name]; ok && have.Source == Log {
			continue
		}
		r.settle(d)
	}
}

func (r *reader) settle(d *definition) {
	in := inputs{r.v, &r.f, d}
	by := derivations[d.Derive]
	possible, standing := by.derive(in)
	if len(possible) == 1 && possible[0] == standing {
		r.f.byName[d.Name] = Fact{Name: d.Name, Values: possible, Source: Derived, In: r.basis(d), From: r.known(d.From)}
		return
	}
	if have, ok := r.f.byName[d.Name]; ok && have.Source == Derived {
		delete(r.f.byName, d.Name)
	}
	r.f.open[d.Name] = Open{possible, standing, by.next(in)}
}

// known returns those of the facts that are known.
func (r *reader) known(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !r.f.Known(name) })
}

// basis names the first known input of a derived fact.
func (r *reader) basis(d *definition) string {
	for _, name := range d.From {
		if r.f.Known(name) {
			return name
		}
	}
	return d.From[0]
}

// imply fills facts that nobody told from others, and reports whether it filled any.
func (r *reader) imply() bool {
	filled := false
	for _, im := range r.v.implies {
		if slices.ContainsFunc(im.when, func(c condition) bool { return !c.holds(&r.f) }) {
			continue
		}
		for _, s := range im.then {
			if r.open(s.fact) && !r.f.Known(s.fact) {
				from := im.when[0].fact
				r.f.byName[s.fact] = Fact{Name: s.fact, Values: []string{s.value}, Source: Derived, In: from, From: im.facts(), Words: r.f.byName[from].Words}
				filled = true
			}
		}
	}
	return filled
}

// facts returns the facts that an implication looks at.
func (im implication) facts() []string {
	names := make([]string, len(im.when))
	for i, c := range im.when {
		names[i] = c.fact
	}
	return names
}

// Refusals returns the refused answers in an error of Read, nil for any other.
func Refusals(err error) []Refused {
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused.Refused
	}
	return nil
}
