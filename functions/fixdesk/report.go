package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
)

// voice is what the terminal says of an answer.
var voice = words.In("en")

// writeReport writes an answer for people, with the names that can be typed: the causes with their reasons and sources, the plan, the scripts
// that are printed or written behind it, and what to read. A question that is still open is left out: it was asked in the dialog.
func writeReport(w io.Writer, base *kb.Base, a *desk.Answer) {
	shown := *a
	shown.Ask, shown.Further = nil, nil
	shown.Scripts = slices.DeleteFunc(slices.Clone(a.Scripts), func(s desk.Script) bool { return s.Text == "" })
	text := words.Terminal(&shown, words.Options{Names: true, State: func(fact string, values []string) string {
		return base.Vocabulary.Stated(facts.Fact{Name: fact, Values: values})
	}})
	fmt.Fprintf(w, "\n%s\n", text)
}

// labels returns an assumed value, a text or a list, as people read it.
func labels(base *kb.Base, fact string, value any) string {
	list, ok := value.([]string)
	if !ok {
		return base.Vocabulary.Label(fact, fmt.Sprint(value))
	}
	if len(list) == 0 {
		return strings.ToLower(voice.Value(""))
	}
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = base.Vocabulary.Label(fact, v)
	}
	return strings.Join(all, ", ")
}
