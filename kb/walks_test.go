package kb

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fixdesk/fixdesk/kb/tree"

	"github.com/fixdesk/fixdesk/kb/facts"
)

func load(t testing.TB) *Base {
	t.Helper()
	base, err := Load(Content())
	if err != nil {
		t.Fatal(err)
	}
	return base
}

func TestEveryConversationEnds(t *testing.T) {
	base := load(t)
	for _, tr := range base.Trees() {
		for seed := range uint64(300) {
			p := base.Imagine(seed + 10_000)
			if _, err := base.Talk(tr, p, map[string]any{}); err != nil {
				t.Errorf("person %d: %v", seed, err)
			}
			some := map[string]any{}
			r := rand.New(rand.NewPCG(seed, 1))
			for name, answer := range p.Answers() {
				if r.IntN(3) == 0 {
					some[name] = answer
				}
			}
			if _, err := base.Talk(tr, p, some); err != nil {
				t.Errorf("person %d, who said %v at first: %v", seed, some, err)
			}
		}
	}
}

// One fact more takes a confirmed diagnosis back only by a contradiction, by the diagnosis's own unless, or by leading to an exit.
func TestOneFactMoreUnconfirmsOnlyWhatItMay(t *testing.T) {
	base := load(t)
	kept := 0
	for _, tr := range base.Trees() {
		for seed := range uint64(400) {
			r := rand.New(rand.NewPCG(seed, 2))
			answers := base.Imagine(seed + 20_000).Answers()
			told := map[string]any{}
			names := slices.Sorted(maps.Keys(answers))
			r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			before := map[string]tree.Finding{}
			for _, name := range names {
				told[name] = answers[name]
				f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: told})
				if err != nil {
					t.Fatal(err)
				}
				if len(contradictions) > 0 {
					break
				}
				now := map[string]tree.Finding{}
				back := map[string]bool{}
				exit := false
				for _, finding := range tr.Walk(f, nil).Findings {
					switch finding.State {
					case tree.Confirmed:
						now[finding.Name] = finding
						exit = exit || finding.Exit
					case tree.RuledOut:
						for fact, values := range finding.Unless.All() {
							back[finding.Name] = back[finding.Name] || f.Has(fact, values...)
						}
					}
				}
				for d, finding := range before {
					_, still := now[d]
					if still {
						kept++
					}
					if !still && !back[d] && !exit && !finding.Exit {
						t.Errorf("%s: %s is no longer confirmed after %s = %v, with %v", tr.Article, d, name, answers[name], told)
					}
				}
				before = now
			}
		}
	}
	if kept < 1000 {
		t.Errorf("only %d confirmed diagnoses were looked at", kept)
	}
}

// What is ruled out is concluded in no completion, derived facts and free forms included.
func TestWhatIsRuledOutStaysOut(t *testing.T) {
	base := load(t)
	possible, concluded := 0, 0
	for _, tr := range base.Trees() {
		for seed := range uint64(120) {
			r := rand.New(rand.NewPCG(seed, 3))
			told := map[string]any{}
			for name, answer := range base.Imagine(seed + 30_000).Answers() {
				def, _ := base.Vocabulary.Definition(name)
				if r.IntN(2) == 0 || def.Ask == "" {
					told[name] = answer
				}
			}
			f, contradictions, err := base.Vocabulary.Read(facts.Input{Told: told})
			if err != nil || len(contradictions) > 0 {
				continue
			}
			start := tr.Walk(f, nil)
			seen := map[string]bool{}
			for other := range uint64(40) {
				full := base.complete(told, seed*1000+other)
				g, contradictions, err := base.Vocabulary.Read(facts.Input{Told: full})
				if err != nil || len(contradictions) > 0 {
					continue
				}
				for _, finding := range tr.Walk(g, nil).Findings {
					if finding.State == tree.Confirmed {
						seen[finding.Name] = true
					}
				}
			}
			for _, finding := range start.Findings {
				switch {
				case finding.State == tree.RuledOut && seen[finding.Name]:
					t.Errorf("%s: %s is ruled out with %v, and a completion concludes it", tr.Article, finding.Name, told)
				case finding.State == tree.Possible:
					possible++
					if seen[finding.Name] {
						concluded++
					}
				}
			}
		}
	}
	t.Logf("%d possible diagnoses; forty completions each concluded %d of them (%.0f %%)", possible, concluded, 100*float64(concluded)/float64(possible))
}

// complete adds another person's answers to what is told already.
func (b *Base) complete(told map[string]any, seed uint64) map[string]any {
	full := b.Imagine(seed + 40_000).Answers()
	for name := range full {
		if def, _ := b.Vocabulary.Definition(name); def.Ask == "" {
			delete(full, name)
		}
	}
	maps.Copy(full, told)
	return full
}
