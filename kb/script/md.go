package script

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

// md writes a page to read: the whole plan, or a stage, as a runbook for a person. What it says of a step is what the step says of
// itself, and how a person does its operations; so it knows no verb.
//
// Quoting. Markdown has no comment and no escape for a whole text, but a backslash before any of its signs, so every sign that
// could begin markup gets one. What a person types stands between as many backticks as it takes. A text is one line.
type md struct{}

func init() { dialects["md"] = md{} }

var mdEscape = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`, "#", `\#`, "|", `\|`, "!", `\!`,
	"&", `\&`, "~", `\~`, "=", `\=`, "$", `\$`, "\r", " ", "\n", " ", "\t", " ", "\x00", " ", handMark, " ")

func (md) extension() string { return ".md" }

// A runbook is a page in the making.
type runbook struct {
	strings.Builder
}

func (p *runbook) line(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
	p.WriteByte('\n')
}

func (md) print(j *job) (string, error) {
	p := &runbook{}
	p.line("# ", mdEscape.Replace(j.plan.Goal()))
	p.line()
	p.line("Fix ", j.plan.Name(), ", ", j.source(), ", risk ", j.plan.Risk.String(), ", ", idMark, zeros, ".")
	for _, doubt := range j.plan.Doubts {
		p.line()
		p.line("Not certain: ", mdEscape.Replace(doubt))
	}
	var programs []*program.Program
	for _, s := range j.plan.Stages {
		if j.stage != 0 && s.Number != j.stage {
			continue
		}
		prog, first, err := j.plan.Program(s.Number)
		if err != nil {
			return "", err
		}
		programs = append(programs, prog)
		p.stage(s, prog, first, j.stages)
	}
	p.undo(programs)
	return p.String(), nil
}

func (p *runbook) stage(s plan.Stage, prog *program.Program, first, stages int) {
	p.line()
	p.line("## Stage ", strconv.Itoa(s.Number), " of ", strconv.Itoa(stages))
	p.line()
	if prog.View == "32" {
		p.line("On 64-bit Windows use the Registry Editor ", mdShown(typed(`%WINDIR%\SysWOW64\regedit.exe`)), ".")
		p.line()
	}
	if prog.User {
		p.line("Log on as the user who has the trouble: the settings are those of the user.")
		p.line()
	}
	details := detailsOf(prog)
	for i, step := range s.Steps {
		n := first + i
		p.line(strconv.Itoa(n), ". **", plan.EffectOf(step), "** ", mdEscape.Replace(step.Does()), " (", mdEscape.Replace(plan.Article(step)), ")")
		for _, d := range details[n] {
			p.line("   - ", mdShown(d))
		}
	}
}

// detailsOf returns how a person does each step of a program, by its number.
func detailsOf(prog *program.Program) map[int][]string {
	details := map[int][]string{}
	for _, ops := range [][]program.Op{prog.Steps, prog.Looks} {
		step := 0
		for _, op := range ops {
			if s, ok := op.(program.Step); ok {
				step = s.Number
				continue
			}
			for _, line := range byHand(prog, op) {
				if step > 0 && !slices.Contains(details[step], line) {
					details[step] = append(details[step], line)
				}
			}
		}
	}
	return details
}

// undo writes how the changes are taken back, the last stage first.
func (p *runbook) undo(programs []*program.Program) {
	p.line()
	p.line("## Undo")
	p.line()
	var lasting []string
	changes, number := false, 0
	for _, prog := range slices.Backward(programs) {
		lasting = append(lasting, prog.Lasting()...)
		changes = changes || slices.ContainsFunc(prog.Steps, func(op program.Op) bool { s, ok := op.(program.Step); return ok && s.Effect == "changes" })
		for i, item := range undoing(prog) {
			if i == 0 && number == 0 {
				p.line("Where a script has made the changes, run it to undo them. By hand, from the files of the backup:")
				p.line()
			}
			number++
			p.line(strconv.Itoa(number), ". ", mdShown(item[0]))
			for _, line := range item[1:] {
				if line != "" {
					p.line("   - ", mdShown(line))
				}
			}
		}
	}
	switch {
	case len(lasting) > 0:
		if number > 0 {
			p.line()
		}
		p.line("Nothing undoes what ", mdShown(typed(strings.Join(lasting, ", "))), " did. What a removal took away comes back with a new installation.")
	case number == 0 && changes:
		p.line("There is nothing to undo: what was stopped is started again.")
	case number == 0:
		p.line("No script changes anything here, so none has anything to undo.")
	}
}

// mdShown returns a text for a person with what is typed between backticks.
func mdShown(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, handMark) {
		if i%2 == 0 {
			b.WriteString(mdEscape.Replace(part))
			continue
		}
		part = strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, part)
		fence := "`"
		for strings.Contains(part, fence) {
			fence += "`"
		}
		if len(fence) > 1 {
			part = " " + part + " "
		}
		b.WriteString(fence + part + fence)
	}
	return b.String()
}
