package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/schemas"
)

// Read reads a report in JSON. A report that breaks rules gives a *Refusal with all that is wrong with it; bytes that are no JSON, or too
// many, give a *schemas.Error. Explain completes the refusal.
func Read(body []byte) (*Report, error) {
	var r Report
	err := schemas.Decode(schemas.Report, body, &r)
	var unfit *schemas.Error
	switch {
	case err == nil:
		return &r, nil
	case !errors.As(err, &unfit) || unfit.Unreadable || unfit.TooLarge:
		return nil, err
	}
	var parts map[string]any
	if json.Unmarshal(body, &parts) != nil {
		return nil, err
	}
	return nil, refusalOf(unfit, parts)
}

// Check holds a report that was made in Go to the rules that Read holds one in JSON to. The error is a *Refusal.
func (r *Report) Check() error {
	err := schemas.CheckValue(schemas.Report, r.parts())
	var unfit *schemas.Error
	if errors.As(err, &unfit) {
		return refusalOf(unfit, r.parts())
	}
	return err
}

// parts returns the report as package encoding/json would give it back, without what is left out of its JSON.
func (r *Report) parts() map[string]any {
	parts := map[string]any{}
	for name, text := range map[string]string{"symptom": r.Symptom, "log": r.Log, "script": r.Script, "fix": r.Fix, "article": r.Article, "session": r.Session} {
		if text != "" {
			parts[name] = text
		}
	}
	if len(r.Facts) > 0 {
		facts := map[string]any{}
		for name, value := range r.Facts {
			facts[name] = value
		}
		parts["facts"] = facts
	}
	if r.Further {
		parts["further"] = true
	}
	if len(r.Confirm) > 0 {
		var all []any
		for _, c := range r.Confirm {
			all = append(all, map[string]any{"fact": c.Fact, "value": c.Value})
		}
		parts["confirm"] = all
	}
	return parts
}

// refusedFact is what stands in for the value of a fact that breaks the schema: it is no answer of any fact, so that the desk
// refuses it in its own words and asks again.
const refusedFact = "?"

// refusalOf returns the refusal of a report whose parts break the schema. Rest of it is the report without them, where anything can be
// read of it at all.
func refusalOf(unfit *schemas.Error, parts map[string]any) *Refusal {
	refusal := &Refusal{Problems: Problems(unfit)}
	facts, _ := parts["facts"].(map[string]any)
	for _, p := range unfit.Problems {
		name, rest, _ := strings.Cut(strings.TrimPrefix(p.Pointer, "/"), "/")
		fact, _, _ := strings.Cut(rest, "/")
		if _, known := facts[fact]; name == "facts" && known {
			facts[fact] = refusedFact
		} else if name != "facts" {
			delete(parts, name)
		}
	}
	for name := range facts {
		if _, err := schemas.Form("fact-name", name); err != nil {
			delete(facts, name)
		}
	}
	data, err := json.Marshal(parts)
	if err != nil {
		return refusal
	}
	var rest Report
	if schemas.Decode(schemas.Report, data, &rest) == nil {
		refusal.rest = &rest
	}
	return refusal
}

// Explain completes the refusal of a report that Read or Check has found to break rules: next is asked about the rest of the report, so
// that all problems are said at once and the refusal holds the question and the articles that help. Any other error is returned as it is.
func Explain(ctx context.Context, next Answerer, err error) error {
	var broken *Refusal
	if !errors.As(err, &broken) || broken.rest == nil {
		return err
	}
	answer, restErr := next.Answer(ctx, broken.rest)
	var refusal *Refusal
	switch {
	case errors.As(restErr, &refusal):
		return &Refusal{Problems: merged(broken.Problems, refusal.Problems), Ask: refusal.Ask, Related: refusal.Related}
	case restErr != nil:
		return restErr
	}
	return &Refusal{Problems: broken.Problems, Ask: answer.Ask, Related: answer.Related}
}

// Problems returns what a schema has against a document, in the words of refusals.
func Problems(e *schemas.Error) []Problem {
	problems := make([]Problem, len(e.Problems))
	for i, p := range e.Problems {
		detail := fmt.Sprintf("found %s, expected %s", p.Found, p.Expected)
		if e.Unreadable {
			detail = fmt.Sprintf("line %d: %s", p.Line, detail)
		}
		problems[i] = Problem{Pointer: p.Pointer, Detail: detail, Hint: p.Hint}
	}
	return problems
}

// merged returns the problems of the schema and of the desk. Of two about one fact it is one: what the schema found, because the
// desk saw a stand-in, and what the desk says to do.
func merged(schema, desks []Problem) []Problem {
	var all []Problem
	about := func(p, q Problem) bool {
		return p.Pointer == q.Pointer || strings.HasPrefix(p.Pointer, q.Pointer+"/")
	}
	for _, p := range schema {
		if !slices.ContainsFunc(desks, func(q Problem) bool { return about(p, q) }) {
			all = append(all, p)
		}
	}
	for _, q := range desks {
		if i := slices.IndexFunc(schema, func(p Problem) bool { return about(p, q) }); i >= 0 {
			q.Detail = schema[i].Detail
		}
		all = append(all, q)
	}
	return all
}
