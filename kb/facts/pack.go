package facts

import (
	"errors"

	"github.com/fixdesk/fixdesk/schemas"
)

// Pack writes a decoded facts.yaml with what its expressions were found to need, so that Unpack makes the same vocabulary
// without reading an expression. The error is that of New.
func Pack(p *schemas.Packer, doc *Document) error {
	var seen []*pattern
	_, err := build(doc, func(expr string) (*pattern, error) {
		found, err := compile(expr)
		seen = append(seen, found)
		return found, err
	})
	if err != nil {
		return err
	}
	doc.pack(p)
	schemas.PackList(p, &seen, packPattern)
	return nil
}

// Unpack reads what Pack wrote.
func Unpack(p *schemas.Packer) (*Vocabulary, error) {
	var doc Document
	var seen []*pattern
	doc.pack(p)
	schemas.PackList(p, &seen, packPattern)
	return build(&doc, func(expr string) (*pattern, error) {
		if len(seen) == 0 {
			return nil, errors.New("was not packed")
		}
		next := seen[0]
		next.expr, seen = expr, seen[1:]
		return next, nil
	})
}

func packPattern(p *schemas.Packer, at **pattern) {
	if *at == nil {
		*at = &pattern{}
	}
	schemas.PackList(p, &(*at).need, (*schemas.Packer).Strings)
	p.Bool(&(*at).atWord)
	if (*at).atWord {
		(*at).first.pack(p)
	}
	p.Strings(&(*at).names)
}

func (s *pairSet) pack(p *schemas.Packer) {
	for i := range s {
		for shift := 0; shift < 64; shift += 32 {
			half := int(uint32(s[i] >> shift))
			p.Int(&half)
			if !p.Writing() {
				s[i] |= uint64(half) << shift
			}
		}
	}
}

func (doc *Document) pack(p *schemas.Packer) {
	schemas.PackMap(p, &doc.Facts, packDefinition)
	p.Strings(&doc.Words)
	schemas.PackList(p, &doc.Lines, packLine)
	schemas.PackList(p, &doc.Implies, packImplication)
	schemas.PackList(p, &doc.Contradictions, packRule)
}

func packDefinition(p *schemas.Packer, d *Definition) {
	p.String(&d.Name)
	p.String(&d.Ask)
	p.String(&d.Help)
	p.String(&d.Why)
	schemas.PackMap(p, &d.Stated, (*schemas.Packer).String)
	p.String(&d.InLog)
	schemas.PackMap(p, &d.Answers, (*schemas.Packer).String)
	p.String(&d.Form)
	p.Bool(&d.Several)
	p.Bool(&d.First)
	p.String(&d.Derive)
	p.Strings(&d.From)
	p.Bool(&d.Told)
	p.Bool(&d.Quiet)
	schemas.PackMap(p, &d.Signs, (*schemas.Packer).Strings)
	schemas.PackMap(p, &d.Weak, (*schemas.Packer).Strings)
	p.Strings(&d.Except)
}

func packLine(p *schemas.Packer, r *LineRule) {
	p.String(&r.Line)
	schemas.PackMap(p, &r.Sets, (*schemas.Packer).String)
	p.Bool(&r.Last)
	p.String(&r.See)
}

func packImplication(p *schemas.Packer, r *Implication) {
	schemas.PackMap(p, &r.When, PackOneOrMore)
	schemas.PackMap(p, &r.Then, (*schemas.Packer).String)
}

func packRule(p *schemas.Packer, r *Rule) {
	p.Strings(&r.Disjoint)
	p.Strings(&r.Subset)
	p.Strings(&r.Count)
	p.Strings(&r.Read)
	schemas.PackMap(p, &r.Never, PackOneOrMore)
	p.Strings(&r.Facts)
	p.String(&r.Ask)
	p.String(&r.Says)
}

// PackOneOrMore writes or reads a list that may be written as a single value.
func PackOneOrMore(p *schemas.Packer, o *OneOrMore) { p.Strings((*[]string)(o)) }
