package kb

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// A Person answers questions about one imagined computer. What it does not know stays unknown, and it never says two things
// that do not go together, because it looks at one computer.
type Person struct {
	answers map[string]any
}

// Imagine makes a person up from a seed. The same seed makes the same person.
func (b *Base) Imagine(seed uint64) *Person {
	r := rand.New(rand.NewPCG(seed, 238865))
	p := &Person{answers: map[string]any{}}
	for _, name := range b.Vocabulary.Names() {
		def, _ := b.Vocabulary.Definition(name)
		if answer, ok := imagine(r, def); ok {
			p.answers[name] = answer
		}
	}
	if _, ok := b.Vocabulary.Definition("client_sites"); ok {
		p.sites(r)
	}
	b.choose(p)
	return p
}

// choose lets a person answer what several questions are asked for together in keeping with the answers to each of them: by the first
// answer that says only what they know, and to which nothing of it stands in contradiction.
func (b *Base) choose(p *Person) {
	for name := range b.together() {
		delete(p.answers, name)
	}
	known, _, err := b.Vocabulary.Read(facts.Input{Told: p.answers})
	if err != nil {
		return
	}
	unknown := func(fact string) bool { return !known.Known(fact) }
	for name, answers := range b.together() {
		p.answers[name] = "unknown"
		for _, a := range answers {
			if slices.ContainsFunc(a.says, unknown) {
				continue
			}
			p.answers[name] = a.value
			if _, contradictions, err := b.Vocabulary.Read(facts.Input{Told: p.answers}); err == nil && len(contradictions) == 0 {
				break
			}
			p.answers[name] = "unknown"
		}
	}
}

// A statement is an answer to a question that is asked for several others, and the facts of which it says something.
type statement struct {
	value string
	says  []string
}

// together returns the facts that are asked for in the place of several, with what each answer says.
func (b *Base) together() map[string][]statement {
	b.once.Do(func() {
		b.statements = map[string][]statement{}
		for _, t := range b.Trees() {
			for _, name := range t.Together.Keys() {
				def, _ := b.Vocabulary.Definition(name)
				for _, value := range def.Answers.Keys() {
					b.statements[name] = append(b.statements[name], statement{value, b.says(name, value)})
				}
			}
		}
	})
	return b.statements
}

// says returns the facts that one answer alone settles, or of which it says what stands.
func (b *Base) says(name, value string) []string {
	f, _, err := b.Vocabulary.Read(facts.Input{Told: map[string]any{name: value}})
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(b.Vocabulary.Names(), func(other string) bool {
		open, _ := f.Open(other)
		return other == name || !f.Known(other) && open.Standing == ""
	})
}

// Afflicted returns people who have one cause of a tree and no other, and who can answer every question. What most reports say is true
// of them. The first is found among all people, each other one differs from the one before in some answers.
func (b *Base) Afflicted(t *tree.Tree, cause string, people int) ([]*Person, error) {
	var all []*Person
	for seed := range uint64(maxSeeds) {
		if len(all) == people {
			return all, nil
		}
		p := b.knowing(seed + 80_000)
		if len(all) > 0 {
			p.resemble(all[len(all)-1], seed)
		}
		for fact, value := range t.Measured.Opening.All() {
			p.answers[fact] = value
		}
		has, err := b.has(t, p, cause)
		if has { // seldom, so that what is told together is looked at only then
			b.choose(p)
			has, err = b.has(t, p, cause)
		}
		if err != nil {
			return nil, err
		}
		if has {
			all = append(all, p)
		}
	}
	return nil, fmt.Errorf("%s: too few people have %s and nothing else", t.Article, cause)
}

// resemble takes over most answers of another person.
func (p *Person) resemble(other *Person, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 80_000))
	for _, name := range slices.Sorted(maps.Keys(other.answers)) {
		if r.IntN(4) > 0 {
			p.answers[name] = other.answers[name]
		}
	}
}

// maxSeeds bounds the search for people.
const maxSeeds = 100_000

// has reports whether a person who says everything has one cause and no other.
func (b *Base) has(t *tree.Tree, p *Person, cause string) (bool, error) {
	f, contradictions, err := b.Vocabulary.Read(facts.Input{Told: p.Answers()})
	if err != nil || len(contradictions) > 0 {
		return false, err
	}
	return slices.Equal(confirmed(t.Walk(f, nil)), []string{cause}), nil
}

// knowing makes a person up who knows the answer to every question, and has seen no log.
func (b *Base) knowing(seed uint64) *Person {
	r := rand.New(rand.NewPCG(seed, 238865))
	p := &Person{answers: map[string]any{}}
	together := b.together()
	for _, name := range b.Vocabulary.Names() {
		def, _ := b.Vocabulary.Definition(name)
		if _, chosen := together[name]; def.Ask == "" || chosen {
			continue
		}
		for {
			answer, ok := imagine(r, def)
			if answer != "unknown" {
				if ok {
					p.answers[name] = answer
				}
				break
			}
		}
	}
	if _, ok := b.Vocabulary.Definition("client_sites"); ok {
		list := []any{"AB1", "CD2", "EF3"}[:1+r.IntN(3)]
		p.answers["client_sites"], p.answers["nonexistent_sites"] = list, []any{}
		if r.IntN(2) == 0 {
			p.answers["nonexistent_sites"] = list[:1+r.IntN(len(list))]
		}
	}
	return p
}

// confirmed returns the names of the confirmed diagnoses.
func confirmed(r tree.Result) []string {
	var names []string
	for _, f := range r.Findings {
		if f.State == tree.Confirmed {
			names = append(names, f.Name)
		}
	}
	return names
}

// imagine returns an answer to one fact, "unknown" now and then; false where a person has nothing to say.
func imagine(r *rand.Rand, def facts.Definition) (any, bool) {
	ids := def.Answers.Keys()
	switch {
	case def.Derive != "":
		return nil, false
	case def.Ask == "" && r.IntN(8) > 0: // seldom seen, and never asked for
		return nil, false
	case def.Ask != "" && r.IntN(6) == 0:
		return "unknown", true
	case len(ids) > 0 && def.Several:
		return []any{ids[r.IntN(len(ids))]}, true
	case len(ids) > 0:
		return ids[r.IntN(len(ids))], true
	case def.Form == "version":
		versions := []string{"2.00.1239.0000", "2.00.1380.1000", "2.00.1493.2009", "2.00.1493.3004", "2.00.1493.4009"}
		return versions[r.IntN(len(versions))], true
	case def.Form == "number":
		return fmt.Sprint(1 + r.IntN(30)), true
	}
	return nil, false
}

// sites makes up the client's sites, and says of each whether it is there.
func (p *Person) sites(r *rand.Rand) {
	var list, gone, there []any
	for _, code := range []string{"AB1", "CD2", "EF3"}[:1+r.IntN(3)] {
		list = append(list, code)
		switch r.IntN(3) {
		case 0:
			gone = append(gone, code)
		case 1:
			there = append(there, code)
		}
	}
	if r.IntN(5) > 0 {
		p.answers["client_sites"] = list
	} else {
		p.answers["client_sites"] = "unknown"
	}
	switch {
	case r.IntN(5) == 0:
		p.answers["nonexistent_sites"] = "unknown"
	case gone == nil:
		p.answers["nonexistent_sites"] = []any{}
	default:
		p.answers["nonexistent_sites"] = gone
	}
	if there != nil && r.IntN(4) == 0 {
		p.answers["reachable_sites"] = there
	}
	delete(p.answers, "site_count")
	delete(p.answers, "access_denied_sites")
	delete(p.answers, "cap_site")
}

// Answer returns what the person says to a question.
func (p *Person) Answer(fact string) any {
	if a, ok := p.answers[fact]; ok {
		return a
	}
	return "unknown"
}

// Answers returns everything that the person can say. The caller may change the map.
func (p *Person) Answers() map[string]any {
	all := make(map[string]any, len(p.answers))
	for name, a := range p.answers {
		all[name] = a
	}
	return all
}

// A Talk is a conversation of a person with a tree.
type Talk struct {
	Asked  []string // facts, in the order in which they were asked for
	Told   map[string]any
	Found  map[string]int // diagnosis → how many questions had been asked when it was first confirmed
	Facts  facts.Facts
	Result tree.Result
}

// maxTalk is more questions than any tree has: a conversation that reaches it does not end.
const maxTalk = 100

// Talk lets a person answer a tree's questions, beginning with what is told already, until nothing is left to ask.
func (b *Base) Talk(t *tree.Tree, p *Person, told map[string]any) (Talk, error) {
	talk := Talk{Told: told, Found: map[string]int{}}
	for range maxTalk {
		f, contradictions, err := b.Vocabulary.Read(facts.Input{Told: talk.Told})
		if err != nil {
			return talk, err
		}
		talk.Facts, talk.Result = f, t.Walk(f, contradictions)
		for _, name := range confirmed(talk.Result) {
			if _, before := talk.Found[name]; !before {
				talk.Found[name] = len(talk.Asked)
			}
		}
		ask := talk.Result.Ask
		if ask == nil {
			return talk, nil
		}
		if _, again := talk.Told[ask.Fact]; again {
			if ask.Reason == tree.Contradicted { // the person stays by it, and so does the contradiction
				return talk, nil
			}
			return talk, fmt.Errorf("%s: asks for %s again, which was answered", t.Article, ask.Fact)
		}
		talk.Asked = append(talk.Asked, ask.Fact)
		talk.Told[ask.Fact] = p.Answer(ask.Fact)
	}
	return talk, fmt.Errorf("%s: a conversation of %d questions does not end", t.Article, maxTalk)
}

// A Shape is the size of a tree, and how many questions it takes.
type Shape struct {
	tree.Shape
	Worst int     // questions of the longest conversation that begins with nothing
	Mean  float64 // questions of all of them
}

// talks is how many people are imagined to measure a tree and to walk its ways.
const talks = 800

// Shape measures a tree, by imagined conversations that begin with nothing.
func (b *Base) Shape(t *tree.Tree) (Shape, error) {
	s := Shape{Shape: t.Shape()}
	sum := 0
	for seed := range uint64(talks) {
		talk, err := b.Talk(t, b.Imagine(seed), map[string]any{})
		if err != nil {
			return s, err
		}
		s.Worst = max(s.Worst, len(talk.Asked))
		sum += len(talk.Asked)
	}
	s.Mean = float64(sum) / talks
	return s, nil
}

// An Effort is how many questions people with exactly one cause are asked, who know every answer.
type Effort struct {
	People  int
	Opening []string // what they say at first, as fact=value; none for nothing
	Mean    float64  // questions until nothing is left to ask
	Worst   int
	Cause   float64 // questions until their cause is confirmed, in the mean
}

// afflicted is how many people have each cause.
const afflicted = 40

// Efforts measures a tree with people who have exactly one of its causes, each equally often: those who say nothing at first, and
// those who begin with what most reports say. A tree that names no causes is not measured.
func (b *Base) Efforts(t *tree.Tree) ([]Effort, error) {
	if len(t.Measured.Causes) == 0 {
		return nil, nil
	}
	var opening []string
	for fact, value := range t.Measured.Opening.All() {
		opening = append(opening, fact+"="+value)
	}
	efforts := []Effort{{}, {Opening: opening}}
	for _, cause := range t.Measured.Causes {
		people, err := b.Afflicted(t, cause, afflicted)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			for i := range efforts {
				if err := b.count(&efforts[i], t, p, cause); err != nil {
					return nil, err
				}
			}
		}
	}
	for i := range efforts {
		efforts[i].Mean /= float64(efforts[i].People)
		efforts[i].Cause /= float64(efforts[i].People)
	}
	return efforts, nil
}

// count adds the questions that one person is asked.
func (b *Base) count(e *Effort, t *tree.Tree, p *Person, cause string) error {
	told := map[string]any{}
	for _, said := range e.Opening {
		fact, value, _ := strings.Cut(said, "=")
		told[fact] = value
	}
	talk, err := b.Talk(t, p, told)
	if err != nil {
		return err
	}
	found, ok := talk.Found[cause]
	if !ok {
		return fmt.Errorf("%s: %s is not found by asking %v", t.Article, cause, talk.Asked)
	}
	e.People++
	e.Mean += float64(len(talk.Asked))
	e.Worst = max(e.Worst, len(talk.Asked))
	e.Cause += float64(found)
	return nil
}

// A coverage collects which answers, diagnoses and fixes were taken.
type coverage struct {
	b     *Base
	steps map[tree.Step]bool
	found map[string]bool // article and name of a diagnosis or a fix
}

func (c *coverage) add(t *tree.Tree, f facts.Facts, r tree.Result) {
	for _, s := range t.Trace(f) {
		c.steps[s] = true
	}
	for _, finding := range r.Findings {
		if finding.State != tree.Confirmed {
			continue
		}
		article := finding.Tree.Article
		c.found[article+" diagnosis "+finding.Name] = true
		for _, fix := range slices.Concat(finding.Fix.For(f), finding.Or.For(f)) {
			c.found[article+" fix "+fix] = true
		}
	}
	if c.b.trees[t.Article].Undecided.Fix != "" {
		c.found[t.Article+" fix "+t.Undecided.Fix] = true
	}
}

// walk takes the ways of a tree with imagined people who say everything at once, and with those who are asked.
func (c *coverage) walk(t *tree.Tree) error {
	for seed := range uint64(talks) {
		p := c.b.Imagine(seed)
		f, contradictions, err := c.b.Vocabulary.Read(facts.Input{Told: p.Answers()})
		if err != nil {
			return err
		}
		c.add(t, f, t.Walk(f, contradictions))
		talk, err := c.b.Talk(t, p, map[string]any{})
		if err != nil {
			return err
		}
		c.add(t, talk.Facts, talk.Result)
	}
	for _, way := range t.Ways() {
		if err := c.goes(t, way); err != nil {
			return err
		}
	}
	return nil
}

// led is how many people are tried on a way that none of the others went.
const led = 200

// goes sends people a way: they say what its steps want and, beside it, what they know.
func (c *coverage) goes(t *tree.Tree, way []tree.Step) error {
	last := way[len(way)-1]
	for seed := range uint64(led) {
		if c.steps[last] {
			return nil
		}
		told := c.b.Imagine(seed + 60_000).Answers()
		for _, s := range way {
			def, _ := c.b.Vocabulary.Definition(s.Fact)
			delete(told, s.Fact)
			switch {
			case def.Derive != "" || s.Answer == "" || s.Answer == "unknown" && def.Ask == "":
			case s.Answer == facts.Empty:
				told[s.Fact] = []any{}
			case def.Several && s.Answer != "unknown":
				told[s.Fact] = []any{s.Answer}
			default:
				told[s.Fact] = s.Answer
			}
		}
		f, contradictions, err := c.b.Vocabulary.Read(facts.Input{Told: told})
		if err != nil {
			return err
		}
		c.add(t, f, t.Walk(f, contradictions))
	}
	return nil
}
