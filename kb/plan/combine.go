package plan

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Combine makes one plan of the fixes of several causes: their steps in the order of the phases, with one backup, one stop, all
// the edits, one start and one restart. A fix is left out where another one covers it, and the plan's doubts say so. Combine
// fails where fixes are for different families of Windows.
func Combine(fixes ...Fix) (Plan, error) {
	kept, doubts := uncovered(fixes)
	slices.SortStableFunc(kept, func(a, b Fix) int { return cmp.Compare(a.Phase, b.Phase) })
	p := Plan{Fixes: kept, Doubts: doubts}
	for _, f := range kept {
		if f.Platform != AnyPlatform && p.Platform() != f.Platform {
			return Plan{}, fmt.Errorf("fix %s is for platform %s, and another one for %s", f.Name, f.Platform, p.Platform())
		}
		p.Risk = max(p.Risk, f.Risk)
		for _, d := range f.Doubts {
			if !slices.Contains(p.Doubts, d) {
				p.Doubts = append(p.Doubts, d)
			}
		}
	}
	p.Stages = stages(ordered(kept))
	return p, nil
}

// uncovered returns the fixes that no other one covers, each once, and why the others are missing.
func uncovered(fixes []Fix) (kept []Fix, doubts []string) {
	for i, f := range fixes {
		if slices.ContainsFunc(fixes[:i], func(g Fix) bool { return g.Name == f.Name }) {
			continue
		}
		by := slices.IndexFunc(fixes, func(g Fix) bool {
			return g.Name != f.Name && (slices.Contains(g.Covers, f.Name) || f.For != "" && slices.Contains(g.Covers, f.For))
		})
		if by < 0 {
			kept = append(kept, f)
			continue
		}
		doubts = append(doubts, fmt.Sprintf("%s also does away with what %s is for, which is left out. Where the client cannot be removed now, choose %s.",
			fixes[by].Name, f.Name, f.Name))
	}
	return kept, doubts
}

// A placed step knows where it belongs in a combined plan.
type placed struct {
	Step
	phase Phase
	rank  int // within the phase of edits; the other phases keep the order in which they were written
	fix   int
}

// ordered returns the steps of all fixes, each once, in the order in which they are done.
func ordered(fixes []Fix) []Step {
	var all []placed
	for i, f := range fixes {
		for _, s := range f.Steps {
			c := s.(interface{ cited() Cited }).cited()
			p := placed{Step: s, phase: c.phase, fix: i}
			if c.phase == PhaseEdit && len(fixes) > 1 {
				p.rank = rank(s)
			}
			if !slices.ContainsFunc(all, func(q placed) bool { return same(p, q) }) {
				all = append(all, p)
			}
		}
	}
	if len(fixes) > 1 {
		slices.SortStableFunc(all, func(a, b placed) int {
			return cmp.Or(cmp.Compare(a.phase, b.phase), cmp.Compare(a.rank, b.rank))
		})
		all = lift(all)
	}
	steps := make([]Step, len(all))
	for i, p := range all {
		steps[i] = p.Step
	}
	return steps
}

// same reports whether one step is enough for both: they are equal, and come from two fixes. Within one fix a step that
// stands twice was meant twice.
func same(p, q placed) bool {
	if p.fix == q.fix || p.phase != q.phase || p.Verb() != q.Verb() {
		return false
	}
	return reflect.DeepEqual(bare(p.Step), bare(q.Step))
}

// bare returns the step without its citation: two articles may state one step.
func bare(s Step) Step {
	v := reflect.New(reflect.TypeOf(s)).Elem()
	v.Set(reflect.ValueOf(s))
	v.FieldByName("Cited").SetZero()
	return v.Interface().(Step)
}

// rank orders the steps of the edit phase: look, back up, stop, edit, start, look again.
func rank(s Step) int {
	switch s.(type) {
	case CheckPlatform, CheckRights:
		return 1
	case ExpectEntry, ExpectKey, ExpectGone, ExpectClient:
		return 2
	case BackupKey, BackupFile:
		return 3
	case StopServices:
		return 4
	case EndProcess:
		return 5
	case DeleteEntry, SetValue, EditFile, RunTool, Collect:
		return 6
	case StartServices:
		return 7
	case VerifyGone, VerifyValue, VerifyFile, VerifyClient:
		return 8
	}
	return 9
}

// lift drops checks that an earlier phase has made: the platform does not change.
func lift(all []placed) []placed {
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(p placed) bool {
		if p.Verb() != "check-platform" && p.Verb() != "check-rights" {
			return false
		}
		drop := seen[p.Verb()]
		seen[p.Verb()] = true
		return drop
	})
}
