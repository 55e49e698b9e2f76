package desk

import (
	"strings"

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

func (w *writer) ask(next *tree.Ask) *Ask {
	if next == nil {
		return nil
	}
	a := w.d.question(next.Fact)
	if a == nil {
		return nil
	}
	a.Confirm = next.Confirm
	if why := w.why(next); why != "" {
		a.Why = why
	}
	return a
}

// why says what hangs on a question where that is more than the fact's own reason.
func (w *writer) why(a *tree.Ask) string {
	switch a.Reason {
	case tree.Contradicted:
		return w.contradictions[0].Says + "."
	case tree.Unconfirmed:
		fact, _ := w.f.Get(a.Fact)
		return "You wrote “" + fact.Words + "”. Please confirm " + strings.Join(a.Confirm, ", ") + ", because it enters the repair."
	}
	return ""
}
