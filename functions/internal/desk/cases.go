package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb"
)

// CheckCases answers the worked reports of trees and returns what came out otherwise than expected, at the line of the case.
func (d *Desk) CheckCases(ctx context.Context, cases []kb.Case) ([]kb.Problem, error) {
	var problems []kb.Problem
	for _, c := range cases {
		r := ReportOf(d.KB, c)
		a, err := d.Answer(ctx, r)
		k := &caseCheck{c: c}
		var refusal *Refusal
		switch {
		case errors.As(err, &refusal):
			k.refused(refusal)
		case err != nil:
			return problems, fmt.Errorf("%s: %s: %w", c.File, c.Name, err)
		case c.Expect.Refused != "":
			k.report("takes the report, and should refuse %s", c.Expect.Refused)
		default:
			k.answer(a)
		}
		problems = append(problems, k.problems...)
	}
	return problems, nil
}

// ReportOf returns the report of a case.
func ReportOf(base *kb.Base, c kb.Case) *Report {
	r := &Report{Symptom: c.Report.Symptom, Facts: c.Report.Facts, Log: c.Report.Log, Fix: c.Report.Fix, Script: c.Report.Script, Article: c.Names(base), Further: c.Report.Further}
	for _, t := range c.Report.Confirm {
		r.Confirm = append(r.Confirm, Confirmation(t))
	}
	return r
}

type caseCheck struct {
	c        kb.Case
	problems []kb.Problem
}

func (k *caseCheck) report(format string, args ...any) {
	says := fmt.Sprintf(format, args...)
	k.problems = append(k.problems, kb.Problem{File: k.c.File, Line: k.c.Line, Says: fmt.Sprintf("case %q: %s", k.c.Name, says)})
}

func (k *caseCheck) refused(r *Refusal) {
	at := func(p Problem) bool { return p.Pointer == k.c.Expect.Refused }
	switch {
	case k.c.Expect.Refused == "":
		k.report("is refused: %s: %s", r.Problems[0].Pointer, r.Problems[0].Detail)
	case !slices.ContainsFunc(r.Problems, at):
		k.report("is refused at %s, want %s", r.Problems[0].Pointer, k.c.Expect.Refused)
	}
	k.asks(r.Ask)
}

func (k *caseCheck) answer(a *Answer) {
	e := k.c.Expect
	if e.Status != "" && e.Status != string(a.Status) {
		k.report("status is %s, want %s", a.Status, e.Status)
	}
	k.same("confirmed", named(a, "confirmed"), e.Confirmed)
	k.same("possible", named(a, "possible"), e.Possible)
	k.within("ruled out", named(a, "ruled-out"), e.RuledOut)
	for _, d := range a.Diagnoses {
		if want := e.Class[d.Name]; want != "" && want != d.Confidence {
			k.report("%s is %s, want %s", d.Name, d.Confidence, want)
		}
	}
	k.asks(a.Ask)
	k.further(a.Further)
	k.assumed(a)
	k.plan(a)
	k.within("articles", articles(a), e.Articles)
	k.within("dialects", dialects(a), e.Dialects)
	if e.Contradictions != nil {
		var got [][]string
		for _, c := range a.Contradictions {
			got = append(got, c.Facts)
		}
		if !kb.Same(got, e.Contradictions) {
			k.report("contradictions are %v, want %v", got, e.Contradictions)
		}
	}
}

// same holds a list against one that is expected whole.
func (k *caseCheck) same(what string, got, want []string) {
	if want != nil && !slices.Equal(got, want) {
		k.report("%s is %v, want %v", what, got, want)
	}
}

// within holds a list against one of which every element must be in it.
func (k *caseCheck) within(what string, got, want []string) {
	for _, w := range want {
		if !slices.Contains(got, w) {
			k.report("%s is %v, want %s among them", what, got, w)
		}
	}
}

func (k *caseCheck) asks(a *Ask) {
	want := k.c.Expect.Ask
	got := "none"
	if a != nil {
		got = a.Fact
	}
	if want != nil && !slices.Contains(want, got) {
		k.report("asks for %s, want %s", got, strings.Join(want, " or "))
	}
	if k.c.Expect.Confirm != nil {
		k.confirms(a)
	}
}

// confirms holds what wants a yes against what is expected: in this order, with a value where one is named, and others between them.
// An empty list is one of which nothing is in it.
func (k *caseCheck) confirms(a *Ask) {
	var got []Taken
	if a != nil {
		got = a.Confirm
	}
	want := k.c.Expect.Confirm
	at := 0
	for _, t := range got {
		if at < len(want) && t.Fact == want[at].Fact && (want[at].Value == nil || kb.Same(t.Value, want[at].Value)) {
			at++
		}
	}
	if at < len(want) || len(want) == 0 && len(got) > 0 {
		k.report("wants a yes to %v, want %v", got, want)
	}
}

func (k *caseCheck) further(a *Ask) {
	got := "none"
	if a != nil {
		got = a.Fact
	}
	if want := k.c.Expect.Further; want != nil && !slices.Contains(want, got) {
		k.report("offers %s for further causes, want %s", got, strings.Join(want, " or "))
	}
}

func (k *caseCheck) assumed(a *Answer) {
	got := map[string]any{}
	for _, f := range a.Assumed {
		got[f.Fact] = f.Value
	}
	for name, want := range k.c.Expect.Assumed {
		if !kb.Same(got[name], want) {
			k.report("assumes %s to be %v, want %v", name, got[name], want)
		}
	}
	for _, name := range k.c.Expect.NotAssumed {
		if value, ok := got[name]; ok {
			k.report("assumes %s to be %v, want nothing assumed", name, value)
		}
	}
}

func (k *caseCheck) plan(a *Answer) {
	p := a.Plan
	if p == nil {
		p = &Plan{Fix: "none"}
	}
	name := p.Fix
	if len(p.Fixes) > 0 {
		name = strings.Join(p.Fixes, "+")
	}
	if want := k.c.Expect.Fix; want != "" && want != name {
		k.report("fix is %s, want %s", name, want)
	}
	k.same("alternatives", p.Alternatives, k.c.Expect.Alternatives)
	k.within("blocked by", p.BlockedBy, k.c.Expect.BlockedBy)
}

func named(a *Answer, state string) []string {
	names := []string{}
	for _, d := range a.Diagnoses {
		if d.State == state {
			names = append(names, d.Name)
		}
	}
	return names
}

func articles(a *Answer) []string {
	var ids []string
	for _, d := range a.Diagnoses {
		ids = append(append(ids, d.Article), d.See...)
	}
	for _, r := range a.Related {
		ids = append(ids, r.ID)
	}
	return unique(ids)
}

func dialects(a *Answer) []string {
	var names []string
	for _, s := range a.Scripts {
		names = append(names, s.Dialect)
	}
	return unique(names)
}
