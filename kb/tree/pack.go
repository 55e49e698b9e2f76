package tree

import (
	"maps"
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/schemas"
)

// Pack writes a document, or reads one that was written.
func (d *Document) Pack(p *schemas.Packer) {
	p.String(&d.Article)
	p.String(&d.About)
	p.Bool(&d.Entry)
	p.String(&d.Start)
	packCase(p, &d.Case)
	schemas.PackMap(p, &d.Questions, packQuestion)
	p.Strings(&d.Measured.Causes)
	schemas.PackMap(p, &d.Measured.Opening, (*schemas.Packer).String)
	schemas.PackMap(p, &d.Together, (*schemas.Packer).Strings)
	schemas.PackMap(p, &d.Diagnoses, packDiagnosis)
	p.String(&d.Undecided.Fix)
	facts.PackOneOrMore(p, &d.Undecided.See)
	schemas.PackMap(p, &d.Fixes, func(p *schemas.Packer, f *plan.Draft) { f.Pack(p) })
	if d.Fixes.Len() > 0 {
		if d.Catalog == nil {
			d.Catalog = &plan.Catalog{}
		}
		d.Catalog.Pack(p)
	}
	p.String(&d.Version)
}

func packCase(p *schemas.Packer, c *Case) {
	schemas.PackMap(p, &c.Line, facts.PackOneOrMore)
	schemas.PackMap(p, &c.Trouble, facts.PackOneOrMore)
	schemas.PackMap(p, &c.Event, facts.PackOneOrMore)
	schemas.PackMap(p, &c.Planned, func(p *schemas.Packer, m *schemas.Map[facts.OneOrMore]) {
		schemas.PackMap(p, m, facts.PackOneOrMore)
	})
}

func packQuestion(p *schemas.Packer, q *Question) {
	schemas.PackMap(p, q, func(p *schemas.Packer, w *Way) { p.Strings((*[]string)(w)) })
}

func packDiagnosis(p *schemas.Packer, d *DiagnosisDoc) {
	p.String(&d.Says)
	packPick(p, &d.Proof)
	schemas.PackMap(p, &d.Unless, facts.PackOneOrMore)
	schemas.PackMap(p, &d.Medium, facts.PackOneOrMore)
	p.Strings(&d.Uses)
	packPick(p, &d.Fix)
	packPick(p, &d.Or)
	packPick(p, &d.See)
	facts.PackOneOrMore(p, &d.Doubts)
	p.Bool(&d.Exit)
}

func packPick(p *schemas.Packer, pick *Pick) {
	p.Strings(&pick.always)
	schemas.PackList(p, &pick.by, packChoice)
}

func packChoice(p *schemas.Packer, c *choice) {
	p.String(&c.fact)
	values := slices.Sorted(maps.Keys(c.values))
	p.Strings(&values)
	if !p.Writing() {
		c.values = make(map[string]Pick, len(values))
	}
	for _, value := range values {
		picked := c.values[value]
		packPick(p, &picked)
		c.values[value] = picked
	}
	packPick(p, &c.other)
}
