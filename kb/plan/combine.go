package plan

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// Combine makes one plan of the fixes of several causes: their steps in the order of the phases, with one backup, one stop, all
// the edits, one start and one restart. A fix is left out where another one that stays covers it, and the plan's doubts say so;
// what it does on the servers before and after is done all the same. A chosen fix stays, and what covers it is left out instead. A
// fix before which another one must be done waits for the next plan, chosen or not.
// Combine fails where fixes are for different families of Windows.
func Combine(fixes ...Fix) (Plan, error) {
	fixes, waiting := ready(fixes)
	kept, out := uncovered(fixes)
	slices.SortStableFunc(kept, func(a, b Fix) int { return cmp.Compare(a.Phase, b.Phase) })
	p := Plan{Fixes: kept}
	for _, w := range waiting {
		p.Waiting = append(p.Waiting, w.Name)
		p.Doubts = append(p.Doubts, fmt.Sprintf("%s waits until %s is done.", w.Name, w.by.Name))
	}
	parts := slices.Clone(kept)
	for _, o := range out {
		p.Covered = append(p.Covered, o.Name)
		p.Doubts = append(p.Doubts, o.doubt())
		parts = append(parts, o.onServers())
	}
	for _, f := range kept {
		if f.Platform != AnyPlatform && p.Platform() != f.Platform {
			return Plan{}, fmt.Errorf("fix %s is for platform %s, and another one for %s", f.Name, f.Platform, p.Platform())
		}
		if f.View != "" && p.View() != f.View {
			return Plan{}, fmt.Errorf("fix %s is for the %s-bit view of the registry, and another one for the other view", f.Name, f.View)
		}
		p.Risk = max(p.Risk, f.Risk)
		for _, d := range f.Doubts {
			if !slices.Contains(p.Doubts, d) {
				p.Doubts = append(p.Doubts, d)
			}
		}
	}
	p.Stages = lifted(stages(ordered(told(parts, kept))))
	return p, nil
}

// ready returns the fixes that can be done now, and those that wait, each with the one that must be done first.
func ready(fixes []Fix) (now []Fix, waiting []covered) {
	for _, f := range fixes {
		i := slices.IndexFunc(fixes, func(g Fix) bool { return slices.Contains(g.Before, f.Name) })
		switch {
		case i < 0:
			now = append(now, f)
		case !slices.ContainsFunc(waiting, func(w covered) bool { return w.Name == f.Name }):
			waiting = append(waiting, covered{f, fixes[i]})
		}
	}
	return now, waiting
}

// told returns the fixes without the steps that say nothing new beside the others: to choose a fix that is in the plan.
func told(parts, kept []Fix) []Fix {
	parts = slices.Clone(parts)
	for i, f := range parts {
		parts[i].Steps = slices.DeleteFunc(slices.Clone(f.Steps), func(s Step) bool {
			without := s.cited().without
			return slices.ContainsFunc(kept, func(k Fix) bool { return k.Name != f.Name && slices.Contains(without, k.Name) })
		})
	}
	return parts
}

// covered is a fix that is left out, and the one for which it is.
type covered struct {
	Fix
	by Fix
}

func (c covered) doubt() string {
	if c.by.Chosen {
		return fmt.Sprintf("%s was chosen, so %s, which does more, is left out.", c.by.Name, c.Name)
	}
	return fmt.Sprintf("%s also does away with what %s is for, which is left out. Choose %s where %s cannot be done now.", c.by.Name, c.Name, c.Name, c.by.Name)
}

// onServers returns what of a fix that is left out is done all the same: its steps on the servers, before and after.
func (c covered) onServers() Fix {
	f := c.Fix
	f.Steps = slices.DeleteFunc(slices.Clone(f.Steps), func(s Step) bool {
		phase := s.cited().phase
		return phase != PhaseStop && phase != PhaseReopen
	})
	return f
}

// covers reports whether one fix does away with what another one is for.
func (f Fix) covers(g Fix) bool {
	return f.Name != g.Name && (slices.Contains(f.Covers, g.Name) || g.For != "" && slices.Contains(f.Covers, g.For))
}

// uncovered returns the fixes that stay, each once, and those that are left out. A fix is left out only for one that stays; of
// two that cover each other the chosen one stays, else the first.
func uncovered(fixes []Fix) (kept []Fix, out []covered) {
	for _, f := range fixes {
		i := slices.IndexFunc(kept, func(g Fix) bool { return g.Name == f.Name })
		if i < 0 {
			kept = append(kept, f)
			continue
		}
		kept[i].Chosen = kept[i].Chosen || f.Chosen
	}
	for {
		i, by := next(kept)
		if i < 0 {
			return kept, out
		}
		out = append(out, covered{kept[i], kept[by]})
		kept = slices.Delete(slices.Clone(kept), i, i+1)
	}
}

// next returns a fix to leave out and the one for which it is, -1 where none is. One that nothing covers comes first, so that what
// it covers goes and cannot take others along.
func next(fixes []Fix) (out, by int) {
	for by, g := range fixes {
		if out := slices.IndexFunc(fixes, func(f Fix) bool { return g.Chosen && f.covers(g) && !f.Chosen }); out >= 0 {
			return out, by
		}
	}
	for _, sure := range []bool{true, false} {
		for by, g := range fixes {
			if sure && slices.ContainsFunc(fixes, func(f Fix) bool { return f.covers(g) && !g.covers(f) }) {
				continue
			}
			if out := slices.IndexFunc(fixes, func(f Fix) bool { return g.covers(f) && !f.Chosen }); out >= 0 {
				return out, by
			}
		}
	}
	return -1, -1
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
			c := s.cited()
			p := placed{Step: s, phase: c.phase, fix: i}
			if c.phase == PhaseEdit && len(fixes) > 1 {
				p.rank = s.rank()
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

// lifted drops checks that a stage has made before. Each stage makes its own: another user may run its script, on another day.
func lifted(stages []Stage) []Stage {
	for i := range stages {
		seen := map[string]bool{}
		stages[i].Steps = slices.DeleteFunc(stages[i].Steps, func(s Step) bool {
			if s.Verb() != "check-platform" && s.Verb() != "check-rights" {
				return false
			}
			drop := seen[s.Verb()]
			seen[s.Verb()] = true
			return drop
		})
	}
	return stages
}
