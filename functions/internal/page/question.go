package page

import (
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/schemas"
)

// A questionView is a question with its form.
type questionView struct {
	desk.Ask
	Lead   string // why it is asked now
	Spec   *schemas.FormSpec
	Typed  string
	Chosen []string
	Error  string
	None   bool // whether none is an answer
}

// Offers returns what wants a yes as hidden fields of a form: each value of each fact.
func (q questionView) Offers() []Field {
	var fields []Field
	for _, taken := range q.Confirm {
		list := values(taken.Value)
		if len(list) == 0 {
			list = []string{""}
		}
		for _, v := range list {
			fields = append(fields, Field{"offer." + taken.Fact, v})
		}
	}
	return fields
}

// Many reports whether several of the given answers may be chosen.
func (q questionView) Many() bool { return q.Several && len(q.Answers) > 0 }

// Is reports whether an answer was chosen before.
func (q questionView) Is(value string) bool { return slices.Contains(q.Chosen, value) }

// DescribedBy returns the ids of what explains the field.
func (q questionView) DescribedBy() string {
	var ids []string
	if q.Error != "" {
		ids = append(ids, "error")
	}
	if q.Spec != nil {
		ids = append(ids, "form")
	}
	if q.Help != "" {
		ids = append(ids, "help")
	}
	return strings.Join(ids, " ")
}

func (s *server) question(ask desk.Ask, a *desk.Answer) *questionView {
	v := &questionView{Ask: ask, None: ask.Several}
	v.Text, v.Why = voice.Question(ask)
	if spec, ok := schemas.FormOf(ask.Form); ok {
		v.Spec = &spec
	}
	if a == nil {
		return v
	}
	if len(a.Contradictions) > 0 {
		v.Why = "" // the contradiction says it
	}
	v.Lead = voice.Lead(a)
	return v
}
