package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/schemas"
)

// askVerb asks in the terminal.
type askVerb struct {
	content, index, symptom, log, fix, dialect, out string
}

func (*askVerb) usage() usage {
	return usage{
		name:     "ask",
		args:     "[ARTICLE]",
		synopsis: "ask in the terminal, name the cause, and print the script",
		about: `Without ARTICLE it begins where a report begins that names none. An answer is the number in front of it, or its name.
Several answers are parted by commas. A sentence instead of an answer is taken as a description of the trouble. What else can be typed:

  ?            how the answer is found, and what can be typed
  u            don't know
  n            none, where several answers may be given
  y            yes to all that was read from your words, or a number to correct it
  b            back to the question before
  l            paste lines of a log, with a line of one full stop at the end
  NAME=ANSWER  give or correct another fact, as in client_os=nt4
  d            done: show what there is without asking on
  q            quit

Answers may come from a pipe as well, one a line. At the end of the input it shows what there is.`,
		example: "fixdesk ask Q238865\n" + `fixdesk ask --symptom "Smsmon32 takes all of the processor since SP1" --log Ccim32.log --out scripts`,
		most:    1,
	}
}

func (v *askVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	indexFlag(f, &v.index)
	f.StringVar(&v.symptom, "symptom", "", "begin with a description of the trouble, `TEXT`")
	f.StringVar(&v.log, "log", "", "begin with the newest lines of a log, from `FILE`")
	f.StringVar(&v.fix, "fix", "", "take the fix `NAME` instead of the first one")
	f.StringVar(&v.dialect, "dialect", "", "write the script as `KIND`: "+strings.Join(script.Dialects(), ", ")+" (default: what the computer runs)")
	f.StringVar(&v.out, "out", "", "write the scripts into the folder `DIR` instead of printing them")
}

func (v *askVerb) run(ctx context.Context, c console, args []string) int {
	report, err := v.report()
	if err != nil {
		return refuse(c, v, err.Error())
	}
	lib, ok := open(c, "ask", v.content, v.index)
	if !ok {
		return exitFound
	}
	if len(args) == 1 {
		t, err := findTree(lib.base, args[0])
		if err != nil {
			return refuse(c, v, err.Error())
		}
		report.Article = t.Article
	}
	d := &dialog{input: newInput(ctx, c), base: lib.base, desk: lib.desk, report: *report}
	answer, err := d.run(ctx)
	if err != nil {
		return d.failed(err)
	}
	if answer == nil {
		return exitOK
	}
	if v.fix == "" {
		return v.deliver(c, lib.base, answer)
	}
	d.report.Fix = v.fix
	other, err := d.answer(ctx)
	if err != nil {
		writeReport(c.out, lib.base, answer)
		return d.failed(err)
	}
	return v.deliver(c, lib.base, other)
}

// failed says why there is no answer.
func (d *dialog) failed(err error) int {
	var refusal *desk.Refusal
	if !errors.As(err, &refusal) {
		return d.console.failed("ask", "no answer", err)
	}
	for _, p := range refusal.Problems {
		d.say("fixdesk ask: %s", worded(p))
	}
	return exitFound
}

// deliver shows an answer, and prints or writes its scripts.
func (v *askVerb) deliver(c console, base *kb.Base, a *desk.Answer) int {
	writeReport(c.out, base, a)
	if v.out != "" {
		return writeScripts(c, "ask", v.out, files(a.Scripts))
	}
	for _, f := range files(a.Scripts) {
		printFile(c.out, f)
	}
	return exitOK
}

// report returns what the command line says already.
func (v *askVerb) report() (*desk.Report, error) {
	r := &desk.Report{Symptom: v.symptom, Script: v.dialect, Facts: map[string]any{}}
	if v.dialect != "" && !slices.Contains(script.Dialects(), v.dialect) {
		return nil, fmt.Errorf("--dialect wants one of %s", strings.Join(script.Dialects(), ", "))
	}
	if v.log != "" {
		lines, err := lastLines(v.log)
		if err != nil {
			return nil, err
		}
		r.Log = lines
	}
	return r, nil
}

// maxLog is how much of a log is read, in bytes: as much as a report takes.
const maxLog = 200_000

// lastLines returns the end of a log, from the beginning of a line.
func lastLines(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", errors.New(reason(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is no file that can be read as a log", file)
	}
	from := max(0, info.Size()-maxLog)
	data, err := io.ReadAll(io.NewSectionReader(f, from, maxLog))
	if err != nil {
		return "", errors.New(reason(err))
	}
	text := strings.ToValidUTF8(string(data), "?")
	if from > 0 {
		_, text, _ = strings.Cut(text, "\n")
	}
	return strings.ReplaceAll(text, "\x00", ""), nil
}

// A dialog is one conversation. It sends all that was said each time: the desk has no memory.
type dialog struct {
	*input
	base   *kb.Base
	desk   desk.Answerer
	report desk.Report
	past   []desk.Report // before each answer, for the way back
	shown  []desk.Assumed
	found  []string // names of the diagnoses that are confirmed by now
	number int      // of the question
}

// run asks until nothing is left to ask, and returns the last answer; nil where the person quits.
func (d *dialog) run(ctx context.Context) (*desk.Answer, error) {
	for {
		a, err := d.answer(ctx)
		var refusal *desk.Refusal
		if errors.As(err, &refusal) && len(d.past) > 0 {
			d.refused(refusal)
			continue
		}
		if err != nil {
			return nil, err
		}
		d.changes(a)
		if a.Ask == nil && (a.Further == nil || !d.further(ctx)) {
			return a, nil
		}
		before := d.report
		if a.Ask == nil {
			d.report.Further = true
			d.past = append(d.past, before)
			continue
		}
		switch d.ask(ctx, a) {
		case quits:
			return nil, nil
		case isDone:
			return a, nil
		case answers:
			if reflect.DeepEqual(before, d.report) {
				fmt.Fprintln(d.out, "That was the answer before, and it settles nothing more.")
				return a, nil
			}
			d.past = append(d.past, before)
		}
	}
}

// answer lets the desk answer the report, held to the rules of every report.
func (d *dialog) answer(ctx context.Context) (*desk.Answer, error) {
	if err := d.report.Check(); err != nil {
		return nil, desk.Explain(ctx, d.desk, err)
	}
	return d.desk.Answer(ctx, &d.report)
}

// refused shows what is wrong with the last answer, and takes it back.
func (d *dialog) refused(r *desk.Refusal) {
	fmt.Fprintln(d.out)
	for _, p := range r.Problems {
		fmt.Fprintln(d.out, worded(p))
	}
	d.report, d.past = d.past[len(d.past)-1], d.past[:len(d.past)-1]
	d.number--
}

// worded says a problem of a report to a person. The part of the report is named where it is no fact, which the question names already.
func worded(p desk.Problem) string {
	s := upper(strings.TrimSuffix(p.Detail, ".")) + "."
	if strings.HasPrefix(p.Detail, "is ") {
		s = "That " + strings.TrimSuffix(p.Detail, ".") + "."
	}
	if name, ok := strings.CutPrefix(p.Pointer, "/"); ok && !strings.HasPrefix(name, "facts/") {
		s = upper(name) + ": " + strings.TrimSuffix(p.Detail, ".") + "."
	}
	if p.Hint != "" {
		s += " " + upper(strings.TrimSuffix(p.Hint, ".")) + "."
	}
	return s
}

// further offers to look for further causes.
func (d *dialog) further(ctx context.Context) bool {
	fmt.Fprint(d.out, "\n"+voice.Label("further")+" y looks for them, anything else shows what there is.\n")
	typed, ok := d.read(ctx)
	return ok && (typed == "y" || typed == "yes")
}

// changes shows what the desk has read since the last question, and causes that are certain by now.
func (d *dialog) changes(a *desk.Answer) {
	var lines []string
	for _, as := range a.Assumed {
		if slices.ContainsFunc(d.shown, func(s desk.Assumed) bool { return reflect.DeepEqual(s, as) }) {
			continue
		}
		source := voice.Assumed(as, func(fact string) string { return fact })
		lines = append(lines, fmt.Sprintf("  %s: %s", as.Fact, voice.From(labels(d.base, as.Fact, as.Value), printable(source))))
	}
	d.shown = a.Assumed
	if len(lines) > 0 {
		fmt.Fprintf(d.out, "\n%s (correct it with NAME=ANSWER):\n%s\n", voice.Label("understood"), strings.Join(lines, "\n"))
	}
	for _, k := range a.Contradictions {
		fmt.Fprintf(d.out, "\n%s\n", printable(voice.Labelled("conflicts", voice.Conflict(k, true))))
	}
	before := d.found
	d.found = nil
	for _, diagnosis := range a.Diagnoses {
		if diagnosis.State != "confirmed" {
			continue
		}
		d.found = append(d.found, diagnosis.Name)
		if a.Ask != nil && !slices.Contains(before, diagnosis.Name) {
			fmt.Fprintf(d.out, "\n%s\n", voice.Labelled("found-so-far", diagnosis.Says))
		}
	}
}

// An action is what a person did with a question.
type action int

const (
	answers action = iota // the report has changed, or was to change
	goesBack
	isDone
	quits
)

// ask puts a question until something is done with it.
func (d *dialog) ask(ctx context.Context, a *desk.Answer) action {
	q := a.Ask
	d.number++
	text, _ := voice.Question(*q)
	fmt.Fprintf(d.out, "\n%d. %s\n", d.number, text)
	for i, taken := range q.Confirm {
		fmt.Fprintf(d.out, "%5d  %s\n", i+1, voice.From(taken.Label, printable(voice.Source("text", taken.Words))))
	}
	for i, c := range q.Answers {
		fmt.Fprintf(d.out, "%5d  %s\n", i+1, label(c))
	}
	if len(q.Confirm) > 0 {
		fmt.Fprint(d.out, "   y yes, or the number of what is wrong;")
	} else {
		fmt.Fprint(d.out, "  ")
	}
	fmt.Fprintln(d.out, " ? help, u don't know, b back, q quit")
	for {
		typed, ok := d.read(ctx)
		if !ok {
			if ctx.Err() != nil {
				return quits
			}
			fmt.Fprintln(d.out, "\nThe input ends here. This is what there is so far.")
			return isDone
		}
		if done, what := d.typed(ctx, q, typed); done {
			return what
		}
	}
}

// typed does what a line says, and reports whether the question is done with.
func (d *dialog) typed(ctx context.Context, q *desk.Ask, line string) (done bool, what action) {
	switch line {
	case "":
		return false, 0
	case "?":
		d.help(q)
		return false, 0
	case "q":
		return true, quits
	case "d":
		return true, isDone
	case "b":
		return d.back()
	case "l":
		if !d.paste(ctx) {
			return false, 0
		}
		d.number-- // the same question comes again, or another in its place
		return true, answers
	case "u":
		for _, taken := range q.Confirm {
			d.give(taken.Fact, "unknown")
		}
		if len(q.Confirm) == 0 {
			d.give(q.Fact, "unknown")
		}
		return true, answers
	}
	if name, value, ok := strings.Cut(line, "="); ok {
		return d.other(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if len(q.Confirm) > 0 {
		return d.confirms(ctx, q, line)
	}
	answer := answerTo(q, line)
	if describes(q, answer) {
		return d.describe(line)
	}
	if before, given := d.report.Facts[q.Fact]; given && reflect.DeepEqual(before, answer) { // the same again: so it stands
		d.confirm(q.Fact, answer)
	}
	d.give(q.Fact, answer)
	return true, answers
}

// confirms takes a yes to all that was read, or lets one of it be corrected.
func (d *dialog) confirms(ctx context.Context, q *desk.Ask, line string) (bool, action) {
	if word := strings.ToLower(line); word == "y" || word == "yes" {
		for _, taken := range q.Confirm {
			d.confirm(taken.Fact, taken.Value)
		}
		return true, answers
	}
	n, err := strconv.Atoi(line)
	switch {
	case err == nil && n >= 1 && n <= len(q.Confirm):
		d.number--
		return true, d.ask(ctx, &desk.Answer{Ask: d.question(q.Confirm[n-1].Fact)})
	case len(strings.Fields(line)) > 2:
		return d.describe(line)
	}
	fmt.Fprintln(d.out, "   y says yes to all of it, and a number asks for that one again.")
	return false, 0
}

// confirm says yes to a value. Reports that were kept for the way back are not touched.
func (d *dialog) confirm(fact string, value any) {
	d.report.Confirm = slices.DeleteFunc(slices.Clone(d.report.Confirm), func(c desk.Confirmation) bool { return c.Fact == fact })
	d.report.Confirm = append(d.report.Confirm, desk.Confirmation{Fact: fact, Value: value})
}

// describes reports whether words that were typed at a choice choose nothing, and are a sentence.
func describes(q *desk.Ask, answer any) bool {
	words, ok := answer.(string)
	return ok && len(q.Answers) > 0 && len(strings.Fields(words)) > 2 && !slices.ContainsFunc(q.Answers, func(c desk.Choice) bool { return c.Value == words })
}

// describe adds a sentence to what the trouble is, and lets the same question come again where it answers nothing.
func (d *dialog) describe(line string) (bool, action) {
	if strings.Contains(d.report.Symptom, line) {
		fmt.Fprintln(d.out, "   You said so already.")
		return false, 0
	}
	fmt.Fprintln(d.out, "   Taken as a description of the trouble.")
	d.report.Symptom = strings.TrimSpace(d.report.Symptom + "\n" + line)
	d.number--
	return true, answers
}

func (d *dialog) help(q *desk.Ask) {
	_, why := voice.Question(*q)
	for _, s := range []string{q.Help, why, q.Log} {
		if s != "" {
			fmt.Fprintln(d.out, "   "+s)
		}
	}
	if spec, ok := schemas.FormOf(q.Form); ok {
		fmt.Fprintf(d.out, "   Expected is %s, such as %s.\n", spec.Expected, spec.Example)
	}
	if q.Several {
		fmt.Fprintln(d.out, "   Several answers are parted by commas; n says that there are none.")
	}
	fmt.Fprintln(d.out, "   l takes lines of a log, NAME=ANSWER another fact, d ends the questions.")
}

func (d *dialog) back() (bool, action) {
	if len(d.past) == 0 {
		fmt.Fprintln(d.out, "   This is the first question.")
		return false, 0
	}
	d.report, d.past = d.past[len(d.past)-1], d.past[:len(d.past)-1]
	d.number -= 2
	return true, goesBack
}

// paste adds lines up to one that is a full stop to the log. It is false where there are none.
func (d *dialog) paste(ctx context.Context) bool {
	fmt.Fprintln(d.out, "   Paste the lines, and end with a line of one full stop.")
	var lines []string
	for {
		line, ok := d.read(ctx)
		if !ok || line == "." {
			break
		}
		lines = append(lines, line)
	}
	before := d.report.Log
	d.report.Log = strings.Trim(before+"\n"+strings.Join(lines, "\n"), "\n")
	return d.report.Log != before
}

// other takes a fact that is not asked for.
func (d *dialog) other(name, value string) (bool, action) {
	if _, ok := d.base.Vocabulary.Definition(name); !ok {
		fmt.Fprintln(d.out, "   No fact has this name. The names stand in front of what was understood.")
		return false, 0
	}
	q := d.question(name)
	if value == "u" {
		value = "unknown"
	}
	before, given := d.report.Facts[name]
	d.give(name, answerTo(q, value))
	if given && reflect.DeepEqual(before, d.report.Facts[name]) {
		fmt.Fprintln(d.out, "   You said so already.")
		return false, 0
	}
	d.number--
	return true, answers
}

// question puts a fact as a question, whether the tree asks for it or not.
func (d *dialog) question(name string) *desk.Ask {
	def, _ := d.base.Vocabulary.Definition(name)
	q := &desk.Ask{Fact: name, Text: def.Ask, Help: def.Help, Why: def.Why, Log: def.InLog, Form: def.Form, Several: def.Several}
	if q.Text == "" {
		q.Text = "What is right? (" + name + ")"
	}
	for id := range def.Answers.All() {
		q.Answers = append(q.Answers, desk.Choice{Value: id, Label: d.base.Vocabulary.Label(name, id)})
	}
	return q
}

// give sets a fact of the report. Reports that were kept for the way back are not touched.
func (d *dialog) give(fact string, answer any) {
	d.report.Facts = maps.Clone(d.report.Facts)
	d.report.Facts[fact] = answer
}

// answerTo reads what was typed: the number, the name or the label of an answer, or the beginning of just one of them. What it does
// not know it leaves to the desk, which says what it expects.
func answerTo(q *desk.Ask, line string) any {
	word := strings.ToLower(line)
	switch {
	case q.Several && (word == "n" || word == "none") && !slices.ContainsFunc(q.Answers, func(c desk.Choice) bool { return c.Value == "none" }):
		return []any{}
	case word == "unknown":
		return word
	case !q.Several:
		return chosen(q, line)
	}
	var all []any
	for _, part := range strings.FieldsFunc(line, separates(q)) {
		all = append(all, chosen(q, strings.TrimSpace(part)))
	}
	return all
}

// separates returns what parts several answers: commas, and blanks too where answers are single words.
func separates(q *desk.Ask) func(rune) bool {
	return func(c rune) bool { return c == ',' || c == ';' || c == ' ' && len(q.Answers) == 0 }
}

// chosen returns the value of the answer that was typed, or what was typed.
func chosen(q *desk.Ask, typed string) string {
	if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(q.Answers) {
		return q.Answers[n-1].Value
	}
	var begins []string
	for _, c := range q.Answers {
		for _, s := range []string{c.Value, c.Label} {
			if strings.EqualFold(s, typed) {
				return c.Value
			}
		}
		if hasPrefixFold(c.Value, typed) || hasPrefixFold(c.Label, typed) {
			begins = append(begins, c.Value)
		}
	}
	if len(begins) == 1 {
		return begins[0]
	}
	return typed
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// label returns how an answer is shown.
func label(c desk.Choice) string {
	if c.Label == c.Value {
		return upper(c.Label)
	}
	return c.Label
}
