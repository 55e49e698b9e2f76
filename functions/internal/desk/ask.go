package desk

import (
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// question returns a fact as it is put to a person, nil for one that is not asked for.
func (d *Desk) question(fact string) *Ask {
	def, ok := d.KB.Vocabulary.Definition(fact)
	if !ok || def.Ask == "" {
		return nil
	}
	a := &Ask{Fact: fact, Text: def.Ask, Help: def.Help, Why: def.Why, Form: def.Form, Several: def.Several, Log: def.InLog}
	for value := range def.Answers.All() {
		a.Answers = append(a.Answers, Choice{Value: value, Label: d.KB.Vocabulary.Label(fact, value)})
	}
	return a
}

// Questions returns the questions of all facts that a report may answer, in the order of the vocabulary.
func (d *Desk) Questions() []Ask {
	var all []Ask
	for _, name := range d.KB.Vocabulary.Names() {
		if q := d.question(name); q != nil {
			all = append(all, *q)
		}
	}
	return all
}

// Stated returns what a fact with these values says, in the words of the vocabulary.
func (d *Desk) Stated(fact string, values []string) string {
	return d.KB.Vocabulary.Stated(facts.Fact{Name: fact, Values: values})
}

// Texts of questions that no fact brings along, in English.
const (
	ConfirmText = "From your words I took this. Is it right?"
	ConfirmWhy  = "A script that changes something is made only of what you said, what a log says, and what you say yes to."
	sayAgain    = "If the same answer is right, give it once more."
)

// ask returns the question that comes next: first what does not go together; then a yes to all that was only read and on which a
// script would rest, before what can weaken a diagnosis or change its repair only where some of it enters the plan; then what the
// tree asks for.
func (w *writer) ask(c chosen) *Ask {
	next := w.result.Ask
	taken := w.toConfirm(c)
	if len(taken) > 0 && (next == nil || next.Reason == tree.Deciding || slices.Contains(c.enter(), taken[0].Fact)) {
		return &Ask{Fact: taken[0].Fact, Text: ConfirmText, Why: ConfirmWhy, Confirm: taken}
	}
	return w.put(next)
}

// put returns a question of the tree as it is put to a person.
func (w *writer) put(next *tree.Ask) *Ask {
	if next == nil {
		return nil
	}
	a := w.d.question(next.Fact)
	if a != nil && next.Over != nil {
		a.Why = next.Over.Says + "."
		if fact, ok := w.f.Get(next.Fact); ok && fact.Source == facts.Told {
			a.Why += " " + sayAgain
		}
	}
	return a
}

// maxConfirm is how much is asked for at once: as many confirmations as a report takes. What is beyond comes with the next question.
const maxConfirm = 32

// toConfirm returns what wants a yes: what enters the plan first, then what led to it. Who answered "don't know" to one is not asked
// for it again, and while answers contradict each other a yes brings nothing.
func (w *writer) toConfirm(c chosen) []Taken {
	if len(w.contradictions) > 0 {
		return nil
	}
	var all []Taken
	for _, name := range c.unsure() {
		if len(all) < maxConfirm && !w.f.ToldUnknown(name) {
			all = append(all, w.taken(name))
		}
	}
	return all
}

func (w *writer) taken(name string) Taken {
	fact, _ := w.f.Get(name)
	return Taken{Fact: name, Value: w.value(fact), Label: w.d.KB.Vocabulary.Stated(fact), Words: fact.Words}
}
