package facts

import (
	"errors"

	"github.com/fixdesk/fixdesk/schemas"
)

// Pack writes a decoded facts.yaml with what its expressions were found to need, so that Unpack makes the same vocabulary
// without reading an expression. The error is that of New.
func Pack(p *schemas.Packer, doc *Document, lang *LanguageDocument) error {
	var seen []*pattern
	_, c := build(doc, func(expr string) (*pattern, error) {
		found, err := compile(expr)
		seen = append(seen, found)
		return found, err
	})
	c.prose(doc, lang)
	if len(c.problems) > 0 {
		return &ContentError{c.problems}
	}
	doc.pack(p)
	schemas.PackList(p, &seen, packPattern)
	later := schemas.NewPacker()
	packProse(later, doc, lang)
	prose := string(later.Bytes())
	p.String(&prose)
	return nil
}

// Unpack reads what Pack wrote. What reads the words of a report is left packed until there is one.
func Unpack(p *schemas.Packer) (*Vocabulary, error) {
	var doc Document
	var seen []*pattern
	var prose string
	doc.pack(p)
	schemas.PackList(p, &seen, packPattern)
	p.String(&prose)
	v, c := build(&doc, func(expr string) (*pattern, error) {
		if len(seen) == 0 {
			return nil, errors.New("was not packed")
		}
		next := seen[0]
		next.expr, seen = expr, seen[1:]
		return next, nil
	})
	if len(c.problems) > 0 {
		return nil, &ContentError{c.problems}
	}
	v.later = func() *proseReader { // it was sound when it was packed
		var doc Document
		var lang LanguageDocument
		packProse(schemas.Unpack(prose), &doc, &lang)
		return c.prose(&doc, &lang)
	}
	return v, nil
}

// packProse writes or reads what only prose needs: signs, anchors and the language.
func packProse(p *schemas.Packer, doc *Document, lang *LanguageDocument) {
	schemas.PackMap(p, &doc.Facts, func(p *schemas.Packer, d *Definition) { schemas.PackMap(p, &d.Signs, packSigns) })
	p.Strings(&doc.Anchors)
	lang.pack(p)
}

func packPattern(p *schemas.Packer, at **pattern) {
	if *at == nil {
		*at = &pattern{}
	}
	schemas.PackList(p, &(*at).need, (*schemas.Packer).Strings)
	p.Strings(&(*at).begins)
	p.Strings(&(*at).names)
}

func (doc *Document) pack(p *schemas.Packer) {
	schemas.PackMap(p, &doc.Facts, packDefinition)
	p.Strings(&doc.AnchorFacts)
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
	p.Bool(&d.Names)
	p.Bool(&d.Lasting)
	p.Bool(&d.Anyway)
	p.String(&d.Denied)
	p.Strings(&d.Unless)
	PackOneOrMore(p, &d.Without)
	PackOneOrMore(p, &d.Nowhere)
}

func packSigns(p *schemas.Packer, all *[]Sign) { schemas.PackList(p, all, packSign) }

func packSign(p *schemas.Packer, s *Sign) {
	p.String(&s.Say)
	PackOneOrMore(p, &s.With)
	PackOneOrMore(p, &s.Near)
	PackOneOrMore(p, &s.Without)
	PackOneOrMore(p, &s.Nowhere)
	PackOneOrMore(p, &s.Around)
	PackOneOrMore(p, &s.Outside)
	p.Bool(&s.Known)
	p.String(&s.Mood)
}

func (lang *LanguageDocument) pack(p *schemas.Packer) {
	schemas.PackMap(p, &lang.Classes, (*schemas.Packer).Strings)
	schemas.PackMap(p, &lang.Packs, (*schemas.Packer).Strings)
	p.Strings(&lang.Breaks)
	p.Strings(&lang.NoCodes)
	schemas.PackMap(p, &lang.Triggers, packTrigger)
}

// packTrigger leaves the examples out: they are proven before.
func packTrigger(p *schemas.Packer, r *TriggerRule) {
	p.String(&r.Is)
	p.Strings(&r.Says)
	p.String(&r.Reach)
	p.Int(&r.Words)
	p.Strings(&r.Until)
	p.Bool(&r.First)
	p.Bool(&r.Last)
	p.Bool(&r.Asking)
	p.Bool(&r.Name)
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
