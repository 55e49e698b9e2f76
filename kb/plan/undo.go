package plan

import "slices"

// Undo returns the plan that takes back what the steps of this one changed: the same services stopped, the changes restored,
// the last one first, and the services started. It reports false where nothing can be undone. What a tool did cannot be, and
// what a person did is left to the person.
func (p Plan) Undo() (Plan, bool) {
	undo := Plan{Fixes: p.Fixes, Risk: p.Risk, sketch: p.sketch}
	for _, stage := range slices.Backward(p.Stages) {
		if steps := undoSteps(stage.Steps); len(steps) > 0 {
			undo.Stages = append(undo.Stages, Stage{Number: stage.Number, Steps: steps})
		}
	}
	return undo, len(undo.Stages) > 0
}

func undoSteps(steps []Step) []Step {
	var checks, stop, restore, start []Step
	for _, s := range steps {
		switch s := s.(type) {
		case CheckPlatform, CheckRights:
			checks = append(checks, s)
		case StopServices:
			stop = append(stop, s)
		case StartServices:
			start = append(start, s)
		case DeleteEntry:
			restore = append(restore, RestoreEntry{Cited: s.Cited, Keys: s.Keys, Name: s.Name})
		case SetValue:
			restore = append(restore, RestoreValue{Cited: s.Cited, Key: s.Key, Name: s.Name, Written: s.Data})
		case EditFile:
			restore = append(restore, RestoreFile{Cited: s.Cited, File: s.File, First: s.First})
		}
	}
	if len(restore) == 0 {
		return nil
	}
	slices.Reverse(restore)
	return slices.Concat(checks, stop, restore, start)
}
