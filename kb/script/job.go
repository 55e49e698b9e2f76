package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

// A job is one stage of a plan with what all dialects must know about it before they write the first line.
type job struct {
	*program.Program // of the stage; nil for the whole plan

	plan    plan.Plan
	dialect string
	stage   int // 0 for the whole plan
	stages  int // how many the plan has
	first   int // number of the first step, counted through the whole plan
	steps   []plan.Step
	fix     plan.Fix     // the first of the plan: its article and version name the script
	step    program.Step // the step that is being printed, for an UnsupportedError
}

func newJob(p plan.Plan, dialect string, stage int) (*job, error) {
	if len(p.Fixes) == 0 || len(p.Stages) == 0 {
		return nil, fmt.Errorf("the plan is empty")
	}
	j := &job{plan: p, dialect: dialect, stage: stage, stages: len(p.Stages), first: 1, fix: p.Fixes[0]}
	only := p
	if stage == 0 {
		if dialect != "md" {
			return nil, fmt.Errorf("only md holds a whole plan: choose a stage from 1 to %d", j.stages)
		}
	} else {
		var err error
		if j.Program, j.first, err = p.Program(stage); err != nil {
			return nil, err
		}
		only, _ = p.Only(stage)
	}
	j.steps = only.Steps()
	return j, nil
}

// scripted reports whether a script has anything to do.
func (j *job) scripted() bool {
	return slices.ContainsFunc(j.steps, func(s plan.Step) bool { return s.By() == plan.Script })
}

// file returns the name of the file: the fixes and the stage.
func (j *job) file(extension string) string {
	name := strings.ReplaceAll(j.plan.Name(), "+", "_")
	if j.stage == 0 {
		return name + extension
	}
	return name + "-" + strconv.Itoa(j.stage) + extension
}

// title returns the line that names a script: "forget-site, stage 1 of 2".
func (j *job) title() string {
	return fmt.Sprintf("%s, stage %d of %d", j.plan.Name(), max(j.stage, 1), j.stages)
}

// source returns where the fixes come from: "article Q238865, tree 0123abcd".
func (j *job) source() string {
	return "article " + j.fix.Article + ", tree " + j.fix.Version
}

// unsupported says that the dialect cannot express the step that is being printed.
func (j *job) unsupported(why string) error {
	step := j.plan.Name()
	if j.step.Number > 0 {
		step = fmt.Sprintf("step %d, %s", j.step.Number, strings.TrimSuffix(j.step.Text, "."))
	}
	return &UnsupportedError{Dialect: j.dialect, Step: step, Why: why}
}

// usage returns how a script is called, one line each: switches is "/" for a batch file or a vbs script, "-" for PowerShell.
func (j *job) usage(switches string) []string {
	folder := ""
	if j.Folder != nil {
		folder = " FOLDER"
	}
	undoFolder := ""
	if slices.ContainsFunc(j.Begin, func(op program.Op) bool { n, ok := op.(program.NeedFolder); return ok && n.Edits }) {
		undoFolder = folder
	}
	lines := []string{
		"Without an argument it only shows what it would do.",
		switches + "apply" + folder + " does it, " + switches + "verify" + undoFolder + " checks whether it is done.",
	}
	if j.Undoable() {
		lines = append(lines, switches+"undo"+undoFolder+" puts back what this script removed or changed, unless somebody else has changed it since.")
	} else {
		lines = append(lines, switches+"undo: nothing of it can be undone by a script, and it says so.")
	}
	if j.Folder != nil {
		lines = append(lines, "FOLDER is the folder that holds "+strings.Join(j.Folder, ", ")+".")
	}
	if j.Changes() {
		lines = append(lines, "Backup and log go to the folder FIXDESK of Windows, each time under a new number from 001 to 999.")
	}
	return lines
}

// wrap breaks a text at spaces into lines of at most n characters. A word that is longer stays whole.
func wrap(text string, n int) []string {
	var lines []string
	for len(text) > n {
		at := strings.LastIndexByte(text[:n+1], ' ')
		if at <= 0 {
			if at = strings.IndexByte(text, ' '); at < 0 {
				break
			}
		}
		lines = append(lines, text[:at])
		text = strings.TrimLeft(text[at:], " ")
	}
	return append(lines, text)
}

// crlf gives a text the line ends of DOS.
func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
