package tree_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// vocabulary reads a facts.yaml.
func vocabulary(t testing.TB, yaml string) *facts.Vocabulary {
	t.Helper()
	var doc facts.Document
	if err := schemas.Decode(schemas.Facts, []byte(yaml), &doc); err != nil {
		t.Fatal(err)
	}
	v, err := facts.New(&doc, &facts.LanguageDocument{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// link links trees of which each is a tree.yaml without its head.
func link(t testing.TB, v *facts.Vocabulary, bodies ...string) []*tree.Tree {
	t.Helper()
	var docs []*tree.Document
	for i, body := range bodies {
		doc := &tree.Document{}
		head := fmt.Sprintf("article: Q10000%d\nabout: Something is wrong.\n", i+1)
		if err := schemas.Decode(schemas.Tree, []byte(head+body), doc); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	trees, problems := tree.Link(docs, v)
	for _, p := range problems {
		t.Fatal(p)
	}
	var all []*tree.Tree
	for _, doc := range docs {
		all = append(all, trees[doc.Article])
	}
	return all
}

// read returns the facts that are told.
func read(t testing.TB, v *facts.Vocabulary, told map[string]any) (facts.Facts, []facts.Contradiction) {
	t.Helper()
	f, contradictions, err := v.Read(facts.Input{Told: told})
	if err != nil {
		t.Fatalf("Read(%v): %v", told, err)
	}
	return f, contradictions
}

// tell walks a tree with what is told and writes the findings down: state, class and name of each, and what is asked.
func tell(t testing.TB, v *facts.Vocabulary, tr *tree.Tree, told map[string]any) string {
	t.Helper()
	r := tr.Walk(read(t, v, told))
	var parts []string
	for _, f := range r.Findings {
		part := string(f.State) + " " + f.Name
		if f.Class != "" {
			part += " " + string(f.Class)
		}
		if f.State == tree.RuledOut {
			part += " by " + strings.Join(f.Because, ",")
		}
		parts = append(parts, part)
	}
	if r.Ask != nil {
		parts = append(parts, "ask "+r.Ask.Fact)
	}
	if r.Further != nil {
		parts = append(parts, "further "+r.Further.Fact)
	}
	return strings.Join(parts, "; ")
}

const twoFacts = `facts:
  a: {ask: 'A?', answers: {'yes': '', 'no': ''}}
  b: {ask: 'B?', answers: {'yes': '', 'no': ''}}
  c: {ask: 'C?', answers: {'yes': '', 'no': ''}}
  seen: {answers: {'yes': ''}}
`

func TestAWalkGoesThroughEveryBranchThatIsStillOpen(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': x
    then: b
  b:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
`)[0]
	tests := []struct {
		name string
		told map[string]any
		want string
	}{
		{"nothing is known", map[string]any{}, "possible x medium; possible y medium; ask a"},
		{"don't know is not no, and is not asked again", map[string]any{"a": "unknown"}, "possible x medium; possible y medium; ask b"},
		{"a yes concludes and goes on", map[string]any{"a": "yes"}, "confirmed x high; possible y medium; further b"},
		{"a no rules out", map[string]any{"a": "no"}, "possible y medium; ruled-out x by a; ask b"},
		{"several causes stand at once", map[string]any{"a": "yes", "b": "yes"}, "confirmed x high; confirmed y high"},
		{"an answer out of turn counts", map[string]any{"b": "yes"}, "confirmed y high; possible x medium; further a"},
		{"nobody knows anything", map[string]any{"a": "unknown", "b": "unknown"}, "possible x medium; possible y medium"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tell(t, v, tr, tt.told); got != tt.want {
				t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
			}
		})
	}
}

func TestEveryAnswerConcludingTheSameNeedsNoQuestion(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    yes, no: x
    unknown: x
    then: b
  b:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
`)[0]
	if got, want := tell(t, v, tr, nil), "confirmed x high; possible y medium; further b"; got != want {
		t.Errorf("Walk = %s, want %s", got, want)
	}
}

func TestWhatOnlyDontKnowConcludesIsLikelyAtMost(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': stop
    unknown: b
    then: b
  b:
    'yes': x
    then: end
diagnoses:
  x: {says: X., proof: gk}
  stop: {says: Stop., proof: gk, exit: true}
`)[0]
	tests := []struct{ told, want string }{
		{"b", "confirmed x medium; possible stop medium; ask a"},
		{"b a=no", "confirmed x high"},
		{"b a=yes", "confirmed stop high; ruled-out x by a"},
	}
	for _, tt := range tests {
		told := map[string]any{"b": "yes"}
		if _, answer, ok := strings.Cut(tt.told, "a="); ok {
			told["a"] = answer
		}
		if got := tell(t, v, tr, told); got != tt.want {
			t.Errorf("Walk(%s) = %s, want %s", tt.told, got, tt.want)
		}
	}
}

func TestUnlessTakesADiagnosisBack(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': x
    then: b
  b:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk, unless: {c: 'yes'}}
  y: {says: Y., proof: gk, medium when: {c: 'yes'}}
`)[0]
	tests := []struct {
		told map[string]any
		want string
	}{
		{map[string]any{"a": "yes"}, "confirmed x medium; possible y medium; ask c; further b"},
		{map[string]any{"a": "yes", "c": "no"}, "confirmed x high; possible y medium; further b"},
		{map[string]any{"a": "yes", "c": "yes", "b": "no"}, "ruled-out x by c; ruled-out y by b"},
		{map[string]any{"a": "yes", "c": "unknown", "b": "no"}, "confirmed x medium; ruled-out y by b"},
		{map[string]any{"a": "no", "b": "yes", "c": "yes"}, "confirmed y medium; ruled-out x by c"},
	}
	for _, tt := range tests {
		if got := tell(t, v, tr, tt.told); got != tt.want {
			t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
		}
	}
}

func TestWhatOnlyALogLineCouldShowIsNotListed(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: seen
questions:
  seen:
    'yes': [x, a]
    then: a
  a:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
`)[0]
	if got, want := tell(t, v, tr, nil), "possible y medium; ask a"; got != want {
		t.Errorf("Walk = %s, want %s", got, want)
	}
	if got, want := tell(t, v, tr, map[string]any{"seen": "yes"}), "confirmed x high; possible y medium; further a"; got != want {
		t.Errorf("Walk = %s, want %s", got, want)
	}
}

func TestAnAnswerCanHandOverToAnotherTreeAndGoOn(t *testing.T) {
	v := vocabulary(t, twoFacts)
	trees := link(t, v, `start: a
questions:
  a:
    'yes': [Q100002, b]
    then: b
  b:
    'yes': x
    then: end
diagnoses:
  x: {says: X., proof: gk}
`, `start: c
questions:
  c:
    'yes': far
    then: end
diagnoses:
  far: {says: Far., proof: gk}
`)
	tests := []struct {
		told map[string]any
		want string
	}{
		{map[string]any{"a": "yes", "b": "yes", "c": "yes"}, "confirmed x high; confirmed far high"},
		{map[string]any{"a": "yes"}, "possible x medium; possible far medium; ask c"},
		{map[string]any{"a": "no", "b": "no"}, "ruled-out x by b; ruled-out far by a"},
	}
	for _, tt := range tests {
		if got := tell(t, v, trees[0], tt.told); got != tt.want {
			t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
		}
	}
	if got, want := tell(t, v, trees[1], nil), "possible far medium; ask c"; got != want {
		t.Errorf("the other tree by itself: %s, want %s", got, want)
	}
}

func TestAContradictionMakesWhatRestsOnItLowAndIsAskedFirst(t *testing.T) {
	v := vocabulary(t, twoFacts+`contradictions:
  - {never: {a: 'yes', c: 'yes'}, ask: a, says: A and C do not go together}
`)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': x
    then: b
  b:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
`)[0]
	told := map[string]any{"a": "yes", "b": "yes", "c": "yes"}
	if got, want := tell(t, v, tr, told), "confirmed x low; confirmed y high; ask a"; got != want {
		t.Errorf("Walk(%v) = %s, want %s", told, got, want)
	}
}

func TestADisputedFactTakesNothingBack(t *testing.T) {
	v := vocabulary(t, twoFacts+`contradictions:
  - {never: {a: 'yes', c: 'yes'}, ask: c, says: A and C do not go together}
`)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': x
    then: end
diagnoses:
  x: {says: X., proof: gk, unless: {c: 'yes'}}
`)[0]
	told := map[string]any{"a": "yes", "c": "yes"}
	if got, want := tell(t, v, tr, told), "confirmed x low; ask c"; got != want {
		t.Errorf("Walk(%v) = %s, want %s", told, got, want)
	}
}

const several = twoFacts + `  which: {ask: 'Which?', answers: {it_is_b: '', it_is_c: ''}}
implies:
  - {when: {which: it_is_b}, then: {b: 'yes'}}
  - {when: {which: it_is_c}, then: {c: 'yes'}}
`

const severalTree = `start: a
questions:
  a:
    'yes': b
    then: end
  b:
    'yes': x
    then: c
  c:
    'yes': y
    then: end
together: {which: [b, c]}
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
`

func TestSeveralCausesAreAskedForTogether(t *testing.T) {
	v := vocabulary(t, several)
	tr := link(t, v, severalTree)[0]
	tests := []struct {
		name string
		told map[string]any
		want string
	}{
		{"not before its questions are on the way", map[string]any{}, "possible x medium; possible y medium; ask a"},
		{"two are open", map[string]any{"a": "yes"}, "possible x medium; possible y medium; ask which"},
		{"one is open", map[string]any{"a": "yes", "b": "no"}, "possible y medium; ruled-out x by b; ask c"},
		{"nobody knows one of them", map[string]any{"a": "yes", "c": "unknown"}, "possible x medium; possible y medium; ask b"},
		{"who cannot choose is asked for each", map[string]any{"a": "yes", "which": "unknown"}, "possible x medium; possible y medium; ask b"},
		{"an answer settles its cause, and none other", map[string]any{"a": "yes", "which": "it_is_c"}, "confirmed y high; possible x medium; further b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tell(t, v, tr, tt.told); got != tt.want {
				t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
			}
		})
	}
}

func TestAnotherFactIsAskedForInThePlaceOfOneThatItSettles(t *testing.T) {
	v := vocabulary(t, twoFacts+`implies:
  - {when: {b: 'yes'}, then: {a: 'yes'}}
`)
	tr := link(t, v, `start: a
questions:
  a:
    first: b
    'yes': x
    then: end
diagnoses:
  x: {says: X., proof: gk}
`)[0]
	tests := []struct {
		told map[string]any
		want string
	}{
		{map[string]any{}, "possible x medium; ask b"},
		{map[string]any{"b": "yes"}, "confirmed x high"},
		{map[string]any{"b": "no"}, "possible x medium; ask a"},
		{map[string]any{"b": "unknown"}, "possible x medium; ask a"},
		{map[string]any{"a": "no"}, "ruled-out x by a"},
	}
	for _, tt := range tests {
		if got := tell(t, v, tr, tt.told); got != tt.want {
			t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
		}
	}
}

// What an answer could still take back or weaken is asked, and not only offered.
func TestOnlyWhatServesOtherCausesIsOffered(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': elsewhere
    then: b
  b:
    'yes': x
    then: c
  c:
    'yes': y
    then: end
diagnoses:
  x: {says: X., proof: gk}
  y: {says: Y., proof: gk}
  elsewhere: {says: It is elsewhere., proof: gk, exit: true}
`)[0]
	tests := []struct {
		told map[string]any
		want string
	}{
		{map[string]any{"b": "yes"}, "confirmed x medium; possible y medium; possible elsewhere medium; ask a; further c"},
		{map[string]any{"a": "no", "b": "yes"}, "confirmed x high; possible y medium; further c"},
		{map[string]any{"a": "no", "b": "no"}, "possible y medium; ruled-out x by b; ask c"},
		{map[string]any{"a": "no", "b": "yes", "c": "no"}, "confirmed x high; ruled-out y by c"},
	}
	for _, tt := range tests {
		if got := tell(t, v, tr, tt.told); got != tt.want {
			t.Errorf("Walk(%v) = %s, want %s", tt.told, got, tt.want)
		}
	}
}

func TestARepairHangsOnOneFactAfterTheOther(t *testing.T) {
	v := vocabulary(t, twoFacts)
	tr := link(t, v, `start: a
questions:
  a:
    'yes': x
    then: end
diagnoses:
  x: {says: X., proof: gk, fix: {by: b, 'yes': {by: c, 'yes': first, else: second}, else: third}}
fixes:
  first: {goal: Do it., risk: low, proof: gk, steps: [tell: Do it.]}
  second: {goal: Do it., risk: low, proof: gk, steps: [tell: Do it.]}
  third: {goal: Do it., risk: low, proof: gk, steps: [tell: Do it.]}
`)[0]
	tests := []struct {
		told     map[string]any
		fix, ask string
	}{
		{map[string]any{"a": "yes"}, "third", "b"},
		{map[string]any{"a": "yes", "b": "no"}, "third", ""},
		{map[string]any{"a": "yes", "b": "unknown"}, "third", ""},
		{map[string]any{"a": "yes", "b": "yes"}, "second", "c"},
		{map[string]any{"a": "yes", "b": "yes", "c": "unknown"}, "second", ""},
		{map[string]any{"a": "yes", "b": "yes", "c": "yes"}, "first", ""},
	}
	for _, tt := range tests {
		f, _ := read(t, v, tt.told)
		r := tr.Walk(f, nil)
		ask := ""
		if r.Ask != nil {
			ask = r.Ask.Fact
		}
		if fix := r.Findings[0].Fix.First(f); fix != tt.fix || ask != tt.ask {
			t.Errorf("with %v the fix is %s and %q is asked, want %s and %q", tt.told, fix, ask, tt.fix, tt.ask)
		}
	}
}

// --- properties, against brute force -------------------------------------------------------------------------------------

// A wild tree is made up from a seed: askable facts, facts that are only seen, and questions in a random order of layers.
type wild struct {
	v      *facts.Vocabulary
	t      *tree.Tree
	ask    []string // facts that a person can be asked for
	seen   []string // facts that are only seen
	values map[string][]string
}

func grow(t testing.TB, seed uint64) *wild {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	w := &wild{values: map[string][]string{}}
	var vocab, questions, diagnoses strings.Builder
	vocab.WriteString("facts:\n")
	for i := range 3 + r.IntN(2) {
		name := fmt.Sprintf("f%d", i)
		values := []string{"p", "q", "r"}[:2+r.IntN(2)]
		w.ask, w.values[name] = append(w.ask, name), values
		fmt.Fprintf(&vocab, "  %s: {ask: 'F?', answers: {%s}}\n", name, strings.Join(quoted(values), ", "))
	}
	w.seen, w.values["s0"] = []string{"s0"}, []string{"p"}
	vocab.WriteString("  s0: {answers: {p: ''}}\n")
	w.v = vocabulary(t, vocab.String())

	order := append(slices.Clone(w.ask), w.seen...)
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	const nd = 4
	for i, name := range order {
		next := func() string {
			if i+1 >= len(order) || r.IntN(6) == 0 {
				return "end"
			}
			return order[i+1+r.IntN(len(order)-i-1)]
		}
		fmt.Fprintf(&questions, "  %s:\n", name)
		for _, value := range w.values[name] {
			fmt.Fprintf(&questions, "    %s: [%s]\n", value, strings.Join(wildWay(r, nd, next()), ", "))
		}
		fmt.Fprintf(&questions, "    unknown: %s\n", next())
	}
	for d := range nd {
		fmt.Fprintf(&diagnoses, "  d%d: {says: D., proof: gk", d)
		if r.IntN(2) == 0 {
			fact := w.ask[r.IntN(len(w.ask))]
			fmt.Fprintf(&diagnoses, ", unless: {%s: %s}", fact, w.values[fact][r.IntN(len(w.values[fact]))])
		}
		if r.IntN(5) == 0 {
			diagnoses.WriteString(", exit: true")
		}
		diagnoses.WriteString("}\n")
	}
	doc := &tree.Document{}
	text := fmt.Sprintf("article: Q100001\nabout: Wild.\nstart: %s\nquestions:\n%sdiagnoses:\n%s", order[0], questions.String(), diagnoses.String())
	if err := schemas.Decode(schemas.Tree, []byte(text), doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	trees, problems := tree.Link([]*tree.Document{doc}, w.v)
	for _, p := range problems {
		if !strings.Contains(p.Says, "is never") { // a wild tree may hold questions that nothing leads to; nothing else may be wrong
			return nil
		}
	}
	w.t = trees["Q100001"]
	return w
}

func quoted(values []string) []string {
	var all []string
	for _, v := range values {
		all = append(all, v+": ''")
	}
	return all
}

func wildWay(r *rand.Rand, nd int, next string) []string {
	way := []string{next}
	for range r.IntN(3) {
		d := fmt.Sprintf("d%d", r.IntN(nd))
		if r.IntN(4) == 0 {
			d = "probably " + d
		}
		if !slices.Contains(way, d) {
			way = append(way, d)
		}
	}
	return way
}

// states returns the names in each state.
func states(r tree.Result) map[tree.State]map[string]tree.Finding {
	all := map[tree.State]map[string]tree.Finding{tree.Confirmed: {}, tree.Possible: {}, tree.RuledOut: {}}
	for _, f := range r.Findings {
		all[f.State][f.Name] = f
	}
	return all
}

// completions yields everything that may yet be told beside what is known: every answer to every askable fact, "unknown" too.
func (w *wild) completions(told map[string]any, open []string) func(yield func(map[string]any) bool) {
	return func(yield func(map[string]any) bool) { w.complete(maps.Clone(told), open, yield) }
}

func (w *wild) complete(told map[string]any, open []string, yield func(map[string]any) bool) bool {
	if len(open) == 0 {
		return yield(told)
	}
	for _, value := range append(slices.Clone(w.values[open[0]]), "unknown") {
		told[open[0]] = value
		if !w.complete(told, open[1:], yield) {
			return false
		}
	}
	delete(told, open[0])
	return true
}

// some tells a part of the facts, and returns what is left to ask for.
func (w *wild) some(r *rand.Rand) (told map[string]any, open []string) {
	told = map[string]any{}
	for _, name := range w.ask {
		switch r.IntN(3) {
		case 0:
			told[name] = w.values[name][r.IntN(len(w.values[name]))]
		default:
			open = append(open, name)
		}
	}
	if r.IntN(4) == 0 {
		told["s0"] = "p"
	}
	return told, open
}

const forests = 400 // wild trees of one property

// each calls f with wild trees and partial reports.
func each(t *testing.T, f func(w *wild, r *rand.Rand, told map[string]any, open []string)) {
	t.Helper()
	grown := 0
	for seed := range uint64(forests) {
		w := grow(t, seed)
		if w == nil {
			continue
		}
		grown++
		r := rand.New(rand.NewPCG(seed, 11))
		for range 3 {
			told, open := w.some(r)
			f(w, r, told, open)
		}
	}
	if grown < forests/4 {
		t.Errorf("only %d of %d wild trees were sound", grown, forests)
	}
}

func TestWhatIsRuledOutIsConcludedInNoCompletion(t *testing.T) {
	each(t, func(w *wild, _ *rand.Rand, told map[string]any, open []string) {
		out := states(w.t.Walk(read(t, w.v, told)))[tree.RuledOut]
		for full := range w.completions(told, open) {
			for name := range states(w.t.Walk(read(t, w.v, full)))[tree.Confirmed] {
				if _, ok := out[name]; ok {
					t.Fatalf("with %v, %s is ruled out, and with %v it is confirmed", told, name, full)
				}
			}
		}
	})
}

// What is possible is concluded in some completion. A fact stands once on a path and an unless is followed exactly, so for
// trees without derived facts the format makes no false possibility unavoidable; the rate is printed all the same.
func TestWhatIsPossibleIsConcludedInSomeCompletion(t *testing.T) {
	possible, never := 0, 0
	each(t, func(w *wild, _ *rand.Rand, told map[string]any, open []string) {
		concluded := map[string]bool{}
		for full := range w.completions(told, open) {
			for name := range states(w.t.Walk(read(t, w.v, full)))[tree.Confirmed] {
				concluded[name] = true
			}
		}
		for name := range states(w.t.Walk(read(t, w.v, told)))[tree.Possible] {
			possible++
			if !concluded[name] {
				never++
				t.Errorf("with %v, %s is possible, and no completion concludes it", told, name)
			}
		}
	})
	t.Logf("%d possible diagnoses, %d of them concluded in no completion (%.2f %%)", possible, never, 100*float64(never)/float64(max(possible, 1)))
}

// One answer more takes a confirmed diagnosis back only where the diagnosis says so itself, in its unless, or where the
// answer leads to an exit instead.
func TestOneFactMoreUnconfirmsNothingButByUnlessOrExit(t *testing.T) {
	each(t, func(w *wild, r *rand.Rand, told map[string]any, open []string) {
		if len(open) == 0 {
			return
		}
		before := states(w.t.Walk(read(t, w.v, told)))[tree.Confirmed]
		more := maps.Clone(told)
		name := open[r.IntN(len(open))]
		value := w.values[name][r.IntN(len(w.values[name]))]
		more[name] = value
		after := states(w.t.Walk(read(t, w.v, more)))
		exits := slices.ContainsFunc(slices.Collect(maps.Values(after[tree.Confirmed])), func(f tree.Finding) bool { return f.Exit })
		for d, f := range before {
			if _, still := after[tree.Confirmed][d]; still || exits || f.Exit {
				continue
			}
			if unless, _ := f.Unless.Get(name); !slices.Contains(unless, value) {
				t.Errorf("%s is confirmed with %v and not with %s=%s more, and does not say so", d, told, name, value)
			}
		}
	})
}

func TestAskingEndsWhateverIsAnsweredFirst(t *testing.T) {
	each(t, func(w *wild, r *rand.Rand, told map[string]any, _ []string) {
		for range len(w.ask) + 1 {
			ask := w.t.Walk(read(t, w.v, told)).Ask
			if ask == nil {
				return
			}
			if _, again := told[ask.Fact]; again {
				t.Fatalf("asks for %s again with %v", ask.Fact, told)
			}
			told[ask.Fact] = append(slices.Clone(w.values[ask.Fact]), "unknown")[r.IntN(len(w.values[ask.Fact])+1)]
		}
		t.Fatalf("still asks after every fact was told: %v", told)
	})
}

// A question is asked only where two answers to it can lead to different ends.
func TestAQuestionIsAskedOnlyWhereItsAnswersLeadApart(t *testing.T) {
	each(t, func(w *wild, _ *rand.Rand, told map[string]any, open []string) {
		ask := w.t.Walk(read(t, w.v, told)).Ask
		if ask == nil {
			return
		}
		ends := map[string]bool{}
		rest := slices.DeleteFunc(slices.Clone(open), func(name string) bool { return name == ask.Fact })
		for _, value := range append(slices.Clone(w.values[ask.Fact]), "unknown") {
			with := maps.Clone(told)
			with[ask.Fact] = value
			var all []string
			for full := range w.completions(with, rest) {
				confirmed := states(w.t.Walk(read(t, w.v, full)))
				var names []string
				for name, f := range confirmed[tree.Confirmed] {
					names = append(names, name+string(f.Class))
				}
				slices.Sort(names)
				all = append(all, strings.Join(names, " "))
			}
			ends[strings.Join(all, "|")] = true
		}
		if len(ends) < 2 {
			t.Errorf("with %v it asks for %s, whose answers all lead to the same", told, ask.Fact)
		}
	})
}
