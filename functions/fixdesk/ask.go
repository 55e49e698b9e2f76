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
  NAME=ANSWER  tell or correct another fact, as in client_os=nt4
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
	t := &talk{dialog: newDialog(ctx, c), base: lib.base, desk: lib.desk, report: *report}
	answer, err := t.run(ctx)
	if err != nil {
		return t.failed(err)
	}
	if answer == nil {
		return exitOK
	}
	if v.fix == "" {
		return v.deliver(c, lib.base, answer)
	}
	t.report.Fix = v.fix
	other, err := t.answer(ctx)
	if err != nil {
		writeSheet(c.out, lib.base, answer)
		return t.failed(err)
	}
	return v.deliver(c, lib.base, other)
}

// failed says why there is no answer.
func (t *talk) failed(err error) int {
	var refusal *desk.Refusal
	if !errors.As(err, &refusal) {
		return t.console.failed("ask", "no answer", err)
	}
	for _, p := range refusal.Problems {
		t.say("fixdesk ask: %s", worded(p))
	}
	return exitFound
}

// deliver shows an answer, and prints or writes its scripts.
func (v *askVerb) deliver(c console, base *kb.Base, a *desk.Answer) int {
	writeSheet(c.out, base, a)
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

// A talk is one conversation. It sends all that was said each time: the desk has no memory.
type talk struct {
	*dialog
	base   *kb.Base
	desk   desk.Answerer
	report desk.Report
	past   []desk.Report // before each answer, for the way back
	shown  []desk.Assumed
	found  []string // names of the diagnoses that are confirmed by now
	number int      // of the question
}

// run asks until nothing is left to ask, and returns the last answer; nil where the person quits.
func (t *talk) run(ctx context.Context) (*desk.Answer, error) {
	for {
		a, err := t.answer(ctx)
		var refusal *desk.Refusal
		if errors.As(err, &refusal) && len(t.past) > 0 {
			t.refused(refusal)
			continue
		}
		if err != nil {
			return nil, err
		}
		t.news(a)
		if a.Ask == nil && (a.Further == nil || !t.further(ctx)) {
			return a, nil
		}
		before := t.report
		if a.Ask == nil {
			t.report.Further = true
			t.past = append(t.past, before)
			continue
		}
		switch t.ask(ctx, a) {
		case quits:
			return nil, nil
		case isDone:
			return a, nil
		case answers:
			if reflect.DeepEqual(before, t.report) {
				fmt.Fprintln(t.out, "That was the answer before, and it settles nothing more.")
				return a, nil
			}
			t.past = append(t.past, before)
		}
	}
}

// answer lets the desk answer the report, held to the rules of every report.
func (t *talk) answer(ctx context.Context) (*desk.Answer, error) {
	if err := t.report.Check(); err != nil {
		return nil, desk.Explain(ctx, t.desk, err)
	}
	return t.desk.Answer(ctx, &t.report)
}

// refused shows what is wrong with the last answer, and takes it back.
func (t *talk) refused(r *desk.Refusal) {
	fmt.Fprintln(t.out)
	for _, p := range r.Problems {
		fmt.Fprintln(t.out, worded(p))
	}
	t.report, t.past = t.past[len(t.past)-1], t.past[:len(t.past)-1]
	t.number--
}

// worded says a problem of a report to a person. The place is named where it is no fact, which the question names already.
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
func (t *talk) further(ctx context.Context) bool {
	fmt.Fprint(t.out, "\nThere may be further causes. y looks for them, anything else shows what there is.\n")
	typed, ok := t.read(ctx)
	return ok && (typed == "y" || typed == "yes")
}

// news shows what the desk has read since the last question, and causes that are certain by now.
func (t *talk) news(a *desk.Answer) {
	var lines []string
	for _, as := range a.Assumed {
		if slices.ContainsFunc(t.shown, func(s desk.Assumed) bool { return reflect.DeepEqual(s, as) }) {
			continue
		}
		lines = append(lines, fmt.Sprintf("  %s: %s%s", as.Fact, labels(t.base, as.Fact, as.Value), from(as)))
	}
	t.shown = a.Assumed
	if len(lines) > 0 {
		fmt.Fprintf(t.out, "\nUnderstood (correct it with NAME=ANSWER):\n%s\n", strings.Join(lines, "\n"))
	}
	for _, k := range a.Contradictions {
		fmt.Fprintf(t.out, "\nThese answers do not go together: %s.\n", k.Says)
	}
	before := t.found
	t.found = nil
	for _, d := range a.Diagnoses {
		if d.State != "confirmed" {
			continue
		}
		t.found = append(t.found, d.Name)
		if a.Ask != nil && !slices.Contains(before, d.Name) {
			fmt.Fprintf(t.out, "\nFound already: %s\n", d.Says)
		}
	}
}

// from says where an assumed fact was read.
func from(as desk.Assumed) string {
	if as.Words != "" {
		return fmt.Sprintf(", from “%s”", printable(as.Words))
	}
	return ", which follows from " + as.In
}

// What a person did with a question.
type deed int

const (
	answers deed = iota // the report has changed, or was to change
	goesBack
	isDone
	quits
)

// ask puts a question until something is done with it.
func (t *talk) ask(ctx context.Context, a *desk.Answer) deed {
	q := a.Ask
	t.number++
	fmt.Fprintf(t.out, "\n%d. %s\n", t.number, q.Text)
	for i, taken := range q.Confirm {
		fmt.Fprintf(t.out, "%5d  %s%s\n", i+1, taken.Label, from(desk.Assumed{Words: taken.Words, In: "your words"}))
	}
	for i, c := range q.Answers {
		fmt.Fprintf(t.out, "%5d  %s\n", i+1, label(c))
	}
	if len(q.Confirm) > 0 {
		fmt.Fprint(t.out, "   y yes, or the number of what is wrong;")
	} else {
		fmt.Fprint(t.out, "  ")
	}
	fmt.Fprintln(t.out, " ? help, u don't know, b back, q quit")
	for {
		typed, ok := t.read(ctx)
		if !ok {
			if ctx.Err() != nil {
				return quits
			}
			fmt.Fprintln(t.out, "\nThe input ends here. This is what there is so far.")
			return isDone
		}
		if done, what := t.typed(ctx, q, typed); done {
			return what
		}
	}
}

// typed does what a line says, and reports whether the question is done with.
func (t *talk) typed(ctx context.Context, q *desk.Ask, line string) (done bool, what deed) {
	switch line {
	case "":
		return false, 0
	case "?":
		t.help(q)
		return false, 0
	case "q":
		return true, quits
	case "d":
		return true, isDone
	case "b":
		return t.back()
	case "l":
		if !t.paste(ctx) {
			return false, 0
		}
		t.number-- // the same question comes again, or another in its place
		return true, answers
	case "u":
		for _, taken := range q.Confirm {
			t.tell(taken.Fact, "unknown")
		}
		if len(q.Confirm) == 0 {
			t.tell(q.Fact, "unknown")
		}
		return true, answers
	}
	if name, value, ok := strings.Cut(line, "="); ok {
		return t.other(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	if len(q.Confirm) > 0 {
		return t.confirms(ctx, q, line)
	}
	answer := answerTo(q, line)
	if describes(q, answer) {
		return t.describe(line)
	}
	if before, told := t.report.Facts[q.Fact]; told && reflect.DeepEqual(before, answer) { // the same again: so it stands
		t.confirm(q.Fact, answer)
	}
	t.tell(q.Fact, answer)
	return true, answers
}

// confirms takes a yes to all that was read, or lets one of it be corrected.
func (t *talk) confirms(ctx context.Context, q *desk.Ask, line string) (bool, deed) {
	if word := strings.ToLower(line); word == "y" || word == "yes" {
		for _, taken := range q.Confirm {
			t.confirm(taken.Fact, taken.Value)
		}
		return true, answers
	}
	n, err := strconv.Atoi(line)
	switch {
	case err == nil && n >= 1 && n <= len(q.Confirm):
		t.number--
		return true, t.ask(ctx, &desk.Answer{Ask: t.question(q.Confirm[n-1].Fact)})
	case len(strings.Fields(line)) > 2:
		return t.describe(line)
	}
	fmt.Fprintln(t.out, "   y says yes to all of it, and a number asks for that one again.")
	return false, 0
}

// confirm says yes to a value. Reports that were kept for the way back are not touched.
func (t *talk) confirm(fact string, value any) {
	t.report.Confirm = slices.DeleteFunc(slices.Clone(t.report.Confirm), func(c desk.Confirmation) bool { return c.Fact == fact })
	t.report.Confirm = append(t.report.Confirm, desk.Confirmation{Fact: fact, Value: value})
}

// describes reports whether words that were typed at a choice choose nothing, and are a sentence.
func describes(q *desk.Ask, answer any) bool {
	words, ok := answer.(string)
	return ok && len(q.Answers) > 0 && len(strings.Fields(words)) > 2 && !slices.ContainsFunc(q.Answers, func(c desk.Choice) bool { return c.Value == words })
}

// describe adds a sentence to what the trouble is, and lets the same question come again where it answers nothing.
func (t *talk) describe(line string) (bool, deed) {
	if strings.Contains(t.report.Symptom, line) {
		fmt.Fprintln(t.out, "   You said so already.")
		return false, 0
	}
	fmt.Fprintln(t.out, "   Taken as a description of the trouble.")
	t.report.Symptom = strings.TrimSpace(t.report.Symptom + "\n" + line)
	t.number--
	return true, answers
}

func (t *talk) help(q *desk.Ask) {
	for _, s := range []string{q.Help, q.Why, q.Log} {
		if s != "" {
			fmt.Fprintln(t.out, "   "+s)
		}
	}
	if spec, ok := schemas.FormOf(q.Form); ok {
		fmt.Fprintf(t.out, "   Expected is %s, such as %s.\n", spec.Expected, spec.Example)
	}
	if q.Several {
		fmt.Fprintln(t.out, "   Several answers are parted by commas; n says that there are none.")
	}
	fmt.Fprintln(t.out, "   l takes lines of a log, NAME=ANSWER another fact, d ends the questions.")
}

func (t *talk) back() (bool, deed) {
	if len(t.past) == 0 {
		fmt.Fprintln(t.out, "   This is the first question.")
		return false, 0
	}
	t.report, t.past = t.past[len(t.past)-1], t.past[:len(t.past)-1]
	t.number -= 2
	return true, goesBack
}

// paste adds lines up to one that is a full stop to the log. It is false where there are none.
func (t *talk) paste(ctx context.Context) bool {
	fmt.Fprintln(t.out, "   Paste the lines, and end with a line of one full stop.")
	var lines []string
	for {
		line, ok := t.read(ctx)
		if !ok || line == "." {
			break
		}
		lines = append(lines, line)
	}
	before := t.report.Log
	t.report.Log = strings.Trim(before+"\n"+strings.Join(lines, "\n"), "\n")
	return t.report.Log != before
}

// other tells a fact that is not asked for.
func (t *talk) other(name, value string) (bool, deed) {
	if _, ok := t.base.Vocabulary.Definition(name); !ok {
		fmt.Fprintln(t.out, "   No fact has this name. The names stand in front of what was understood.")
		return false, 0
	}
	q := t.question(name)
	if value == "u" {
		value = "unknown"
	}
	before, told := t.report.Facts[name]
	t.tell(name, answerTo(q, value))
	if told && reflect.DeepEqual(before, t.report.Facts[name]) {
		fmt.Fprintln(t.out, "   You said so already.")
		return false, 0
	}
	t.number--
	return true, answers
}

// question puts a fact as a question, whether the tree asks for it or not.
func (t *talk) question(name string) *desk.Ask {
	def, _ := t.base.Vocabulary.Definition(name)
	q := &desk.Ask{Fact: name, Text: def.Ask, Help: def.Help, Why: def.Why, Log: def.InLog, Form: def.Form, Several: def.Several}
	if q.Text == "" {
		q.Text = "What is right? (" + name + ")"
	}
	for id := range def.Answers.All() {
		q.Answers = append(q.Answers, desk.Choice{Value: id, Label: t.base.Vocabulary.Label(name, id)})
	}
	return q
}

// tell sets a fact of the report. Reports that were kept for the way back are not touched.
func (t *talk) tell(fact string, answer any) {
	t.report.Facts = maps.Clone(t.report.Facts)
	t.report.Facts[fact] = answer
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
