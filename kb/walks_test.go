package kb

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
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
	if testing.Short() {
		t.Skip("holds hundreds of conversations")
	}
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

// The questions that people with exactly one of the five causes are asked, each cause equally often. Fewer are no reason to conclude
// earlier, and more want a reason.
func TestPeopleWithOneCauseAreAskedFewQuestions(t *testing.T) {
	if testing.Short() {
		t.Skip("holds hundreds of conversations")
	}
	base := load(t)
	tr, _ := base.Tree("Q238865")
	efforts, err := base.Efforts(tr)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range efforts {
		got = append(got, fmt.Sprintf("%d people, from %v: mean %.2f, worst %d, to the cause %.2f", e.People, e.Opening, e.Mean, e.Worst, e.Cause))
	}
	want := []string{
		"200 people, from []: mean 5.00, worst 6, to the cause 3.80",
		"200 people, from [process=smsmon32 symptom=cpu]: mean 4.00, worst 5, to the cause 2.80",
	}
	if !slices.Equal(got, want) {
		t.Errorf("questions:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Who says everything that is asked, further causes included, is told what they have all the same.
func TestFurtherCausesAreFoundByWhoAsksForThem(t *testing.T) {
	base := load(t)
	tr, _ := base.Tree("Q238865")
	offered, more := 0, 0
	for seed := range uint64(300) {
		p := base.Imagine(seed + 50_000)
		talk, err := base.Talk(tr, p, map[string]any{})
		if err != nil {
			t.Fatal(err)
		}
		before := confirmed(talk.Result)
		for talk.Result.Further != nil {
			offered++
			fact := talk.Result.Further.Fact
			if _, again := talk.Told[fact]; again {
				t.Fatalf("person %d: offers %s again, which was answered", seed, fact)
			}
			talk.Told[fact] = p.Answer(fact)
			if talk, err = base.Talk(tr, p, talk.Told); err != nil {
				t.Fatal(err)
			}
		}
		after := confirmed(talk.Result)
		for _, name := range before {
			if !slices.Contains(after, name) {
				t.Errorf("person %d: %s is taken back by what was only offered", seed, name)
			}
		}
		if len(after) > len(before) {
			more++
		}
	}
	if offered == 0 || more == 0 {
		t.Errorf("%d questions were offered, and %d people have further causes", offered, more)
	}
}

// One fact more takes a confirmed diagnosis back only by a contradiction, by the diagnosis's own unless, or by leading to an exit.
func TestOneFactMoreUnconfirmsOnlyWhatItMay(t *testing.T) {
	if testing.Short() {
		t.Skip("walks thousands of reports")
	}
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
	if testing.Short() {
		t.Skip("walks hundreds of trees")
	}
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
