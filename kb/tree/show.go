package tree

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
)

// Outline returns the tree as text to read aloud: the questions by number with where each answer leads, the diagnoses, and the
// fixes step by step. Lines are at most a hundred characters wide where words allow it.
func (t *Tree) Outline() string {
	o := &outline{t: t, numbers: map[*question]int{}}
	for i, q := range t.questions() {
		o.numbers[q] = i + 1
	}
	o.line(0, "%s: %s", t.Article, t.About)
	o.line(0, "Tree %s. It begins with question %d.", t.Version, o.numbers[t.start])
	o.cases()
	o.heading("Questions")
	for _, q := range t.questions() {
		o.question(q)
	}
	for name, facts := range t.Together.All() {
		def, _ := t.forest.v.Definition(name)
		o.WriteByte('\n')
		o.line(0, "Together: %s (%s)", def.Ask, name)
		o.line(3, "Asked as long as two of these are open: %s.", strings.Join(facts, ", "))
	}
	o.heading("Diagnoses")
	for _, d := range t.OwnDiagnoses() {
		o.diagnosis(d)
	}
	o.undecided()
	if t.Fixes.Len() > 0 {
		o.heading("Fixes")
	}
	for name, draft := range t.Fixes.All() {
		o.fix(name, draft)
	}
	return o.String()
}

// questions returns the tree's own questions, in the order of the file.
func (t *Tree) questions() []*question {
	var own []*question
	for _, q := range t.forest.questions {
		if q.tree == t {
			own = append(own, q)
		}
	}
	return own
}

// A branch is the answers of a question that have one way.
type branch struct {
	labels []string
	way    *way
}

// branches returns the ways of a question, each with the labels of its answers, in the order of the file. What stands in no line
// of the file comes under the label that a person would use for it.
func (q *question) branches() []branch {
	v := q.tree.forest.v
	var all []branch
	add := func(label string, w *way) {
		i := slices.IndexFunc(all, func(b branch) bool { return b.way.same(w) })
		if i < 0 {
			all, i = append(all, branch{way: w}), len(all)
		}
		all[i].labels = append(all[i].labels, label)
	}
	for _, n := range q.ways {
		for _, value := range n.values {
			add(label(v, q.fact, value), n.way)
		}
	}
	for _, a := range q.cases {
		if !q.names(a.value) {
			add(label(v, q.fact, a.value), a.way)
		}
	}
	add("don't know", q.unknown)
	return all
}

// same reports whether two ways lead alike.
func (w *way) same(x *way) bool {
	return w.concludes == x.concludes && w.firm == x.firm && w.next == x.next && slices.Equal(w.trees, x.trees)
}

// label returns how an answer is shown to people.
func label(v *facts.Vocabulary, fact, value string) string {
	switch shown := v.Label(fact, value); {
	case value == anyOther:
		return "any other answer"
	case value == facts.Empty:
		return "none"
	case shown == value && value == "yes":
		return "Yes"
	case shown == value && value == "no":
		return "No"
	default:
		return shown
	}
}

// An outline is a tree that is being written down.
type outline struct {
	strings.Builder
	t       *Tree
	numbers map[*question]int
}

const width = 100

// line writes a text, broken at blanks, so far indented; what follows the first line stands two blanks deeper.
func (o *outline) line(indent int, format string, args ...any) {
	lead := strings.Repeat(" ", indent)
	column := 0
	for i, word := range strings.Fields(fmt.Sprintf(format, args...)) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			o.WriteString(lead)
			column = indent
		case column+1+n > width:
			o.WriteString("\n" + lead + "  ")
			column = indent + 2
		default:
			o.WriteByte(' ')
			column++
		}
		o.WriteString(word)
		column += n
	}
	o.WriteByte('\n')
}

func (o *outline) heading(title string) { o.WriteString("\n" + title + "\n") }

func (o *outline) question(q *question) {
	o.WriteByte('\n')
	o.line(0, "%d. %s (%s)", o.numbers[q], q.text(), q.fact)
	if how := q.settled(); how != "" {
		o.line(3, "%s", how)
	}
	if def, _ := o.t.forest.v.Definition(q.first); q.first != "" {
		o.line(3, "Asked in its place, as long as that is open: %s (%s)", def.Ask, q.first)
	}
	for _, b := range q.branches() {
		o.line(5, "%s: %s", capital(either(b.labels)), o.leads(b.way))
	}
}

// text returns how a person is asked, or the name of the question where nobody is.
func (q *question) text() string {
	if def, _ := q.tree.forest.v.Definition(q.fact); def.Ask != "" {
		return def.Ask
	}
	return strings.ReplaceAll(q.fact, "_", " ")
}

// settled says where the answer comes from if not from a person.
func (q *question) settled() string {
	def, _ := q.tree.forest.v.Definition(q.fact)
	switch {
	case len(def.From) > 4:
		return "Not asked: it follows from other facts."
	case len(def.From) > 0:
		return "Not asked itself: it follows from " + strings.Join(def.From, ", ") + "."
	case def.Ask == "":
		return "Never asked: the report or a log says it, or it stays unknown."
	}
	return ""
}

// leads says where a way leads.
func (o *outline) leads(w *way) string {
	var parts []string
	for _, d := range o.t.forest.diagnoses {
		switch {
		case w.firm.has(d.id):
			parts = append(parts, "it is "+d.Name)
		case w.concludes.has(d.id):
			parts = append(parts, "it is likely "+d.Name)
		}
	}
	for _, sub := range w.trees {
		parts = append(parts, "go on with "+sub.tree.entry(sub))
	}
	if w.next != nil {
		parts = append(parts, fmt.Sprint("go on with ", o.numbers[w.next]))
	} else if len(w.trees) == 0 {
		parts = append(parts, "that is all")
	}
	return joined(parts, "and") + "."
}

// either joins answers as a sentence does: "Windows 95, Windows 98 or don't know".
func either(labels []string) string { return joined(labels, "or") }

func joined(parts []string, word string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " " + word + " " + parts[len(parts)-1]
}

// capital returns a text with a capital letter in front.
func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// entry names a tree that is entered at a question: Q311457, or Q311457/cap_sp where that is not its first.
func (t *Tree) entry(q *question) string {
	if q == t.start {
		return t.Article
	}
	return t.Article + "/" + q.name
}

func (o *outline) diagnosis(d *Diagnosis) {
	o.WriteByte('\n')
	o.line(0, "%s: %s", d.Name, d.Says)
	if d.Exit {
		o.line(5, "It ends the questions.")
	}
	o.pick("Proof:", d.Proof, place)
	o.conditions("Not where", d.unless)
	o.conditions("No more than likely where", d.medium)
	o.pick("Repair:", d.Fix, same)
	o.pick("Other repairs:", d.Or, same)
	o.pick("Read also:", d.See, same)
	for _, doubt := range d.Doubts {
		o.line(5, "Doubt: %s", doubt)
	}
}

func same(text string) string { return text }

// place says a place of a proof in words.
func place(text string) string {
	p, err := ParsePlace(text)
	switch {
	case err != nil:
		return text
	case p.Article == "ext":
		return "public material outside of the archive"
	case p.Article == "gk":
		return "no article: general knowledge"
	case p.Section == "":
		return fmt.Sprintf("%s, paragraph %d before the first heading", p.Article, p.Paragraph)
	}
	return fmt.Sprintf("%s, %s, paragraph %d", p.Article, p.Section, p.Paragraph)
}

func (o *outline) conditions(what string, all []condition) {
	var parts []string
	for _, c := range all {
		var labels []string
		for _, value := range c.values {
			labels = append(labels, label(o.t.forest.v, c.fact, value))
		}
		parts = append(parts, c.fact+" is "+either(labels))
	}
	if len(parts) > 0 {
		o.line(5, "%s %s.", what, strings.Join(parts, "; or "))
	}
}

// pick writes texts that may depend on facts.
func (o *outline) pick(what string, p Pick, word func(string) string) {
	if len(p.always)+len(p.by) > 0 {
		o.line(5, "%s %s.", what, o.picked(p, word))
	}
}

// picked says what is chosen, and where.
func (o *outline) picked(p Pick, word func(string) string) string {
	var parts []string
	for _, c := range p.by {
		for _, g := range c.groups(o.t.forest.v) {
			var labels []string
			for _, value := range g.values {
				labels = append(labels, label(o.t.forest.v, c.fact, value))
			}
			parts = append(parts, fmt.Sprintf("where %s is %s: %s", c.fact, either(labels), o.within(g.picked, word)))
		}
		if len(c.other.always)+len(c.other.by) > 0 {
			parts = append(parts, "else: "+o.within(c.other, word))
		}
	}
	if len(p.always) > 0 || len(parts) == 0 {
		parts = append(parts, words(p.always, word))
	}
	return strings.Join(parts, "; ")
}

// within says what an answer chooses; a choice by another fact stands in brackets.
func (o *outline) within(p Pick, word func(string) string) string {
	if len(p.by) > 0 {
		return "(" + o.picked(p, word) + ")"
	}
	return words(p.always, word)
}

func words(texts []string, word func(string) string) string {
	if len(texts) == 0 {
		return "none"
	}
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = word(text)
	}
	return strings.Join(all, ", ")
}

// A group is the values of a choice that choose the same.
type group struct {
	values []string
	picked Pick
}

// groups returns the values of a choice, those that choose the same together, in the order of the fact's answers.
func (c choice) groups(v *facts.Vocabulary) []group {
	def, _ := v.Definition(c.fact)
	order := def.Answers.Keys()
	var rest []string
	for value := range c.values {
		if !slices.Contains(order, value) {
			rest = append(rest, value)
		}
	}
	slices.Sort(rest)
	var all []group
	for _, value := range append(order, rest...) {
		picked, ok := c.values[value]
		if !ok {
			continue
		}
		i := slices.IndexFunc(all, func(g group) bool { return reflect.DeepEqual(g.picked, picked) })
		if i < 0 {
			all, i = append(all, group{picked: picked}), len(all)
		}
		all[i].values = append(all[i].values, value)
	}
	return all
}

// cases says what makes a report a case of the article.
func (o *outline) cases() {
	by := map[string][]string{}
	for _, c := range o.t.Case.conditions() {
		var labels []string
		for _, value := range c.values {
			labels = append(labels, label(o.t.forest.v, c.fact, value))
		}
		by[c.part+c.diagnosis] = append(by[c.part+c.diagnosis], c.fact+" is "+either(labels))
	}
	if len(by["line"]) > 0 {
		o.line(0, "A line of a log makes it a case: %s.", strings.Join(by["line"], "; or "))
	}
	if len(by["trouble"]) > 0 {
		o.line(0, "Else its trouble (%s) and its event do (%s).", strings.Join(by["trouble"], "; or "), strings.Join(by["event"], "; or "))
	}
	for _, name := range o.t.Case.Planned.Keys() {
		o.line(0, "Before the event, %s is a case where %s.", name, strings.Join(by["planned"+name], "; and "))
	}
}

func (o *outline) undecided() {
	u := o.t.Undecided
	if u.Fix == "" && len(u.See) == 0 {
		return
	}
	o.heading("Where nothing is certain in the end")
	if u.Fix != "" {
		o.line(5, "Repair: %s.", u.Fix)
	}
	if len(u.See) > 0 {
		o.line(5, "Read also: %s.", strings.Join(u.See, ", "))
	}
}

var platforms = map[plan.Platform]string{
	plan.NT:    ", for Windows NT and 2000",
	plan.Win9x: ", for Windows 95, 98 and Me",
}

func (o *outline) fix(name string, draft plan.Draft) {
	o.WriteByte('\n')
	f, err := draft.Fix(o.t.Catalog, name, o.t.Article, o.t.Version)
	if err != nil { // a tree whose fixes are not sound is not served, but may be looked at
		o.line(0, "%s: not sound; the check says why.", name)
		return
	}
	o.line(0, "%s: %s", f.Name, f.Goal)
	o.line(5, "Risk: %s%s.", f.Risk, platforms[f.Platform])
	for _, doubt := range f.Doubts {
		o.line(5, "Doubt: %s", doubt)
	}
	for i, s := range f.Steps {
		who := "a person"
		if s.By() == plan.Script {
			who = "the script " + string(s.Effect())
		}
		o.line(5, "%d. (%s) %s", i+1, who, s.Does())
	}
}

// Mermaid returns the tree as a Mermaid flowchart: questions are boxes, diagnoses are rounded, other trees have double sides, and
// what is no more than likely has a dotted arrow. Labels hold no character that means something to Mermaid.
func (t *Tree) Mermaid() string {
	m := &mermaid{t: t, ids: map[any]string{}}
	fmt.Fprintf(m, "%%%% %s, tree %s\nflowchart TD\n", t.Article, t.Version)
	m.node("begin", "([", t.About, "])")
	questions := t.questions()
	for i, q := range questions {
		m.ids[q] = fmt.Sprint("q", i+1)
		m.node(m.ids[q], "[", q.text(), "]")
	}
	for _, d := range t.OwnDiagnoses() {
		m.ids[d] = fmt.Sprint("d", len(m.ids)+1)
		m.node(m.ids[d], "(", d.Name+": "+d.Says, ")")
	}
	m.arrow("begin", "-->", "", m.ids[t.start])
	for _, q := range questions {
		for _, b := range q.branches() {
			m.branch(m.ids[q], either(b.labels), b.way)
		}
	}
	return m.String()
}

type mermaid struct {
	strings.Builder
	t   *Tree
	ids map[any]string // of questions, diagnoses, and the entrances of other trees
}

func (m *mermaid) branch(from, label string, w *way) {
	for _, d := range m.t.forest.diagnoses {
		switch {
		case w.firm.has(d.id):
			m.arrow(from, "-->", label, m.ids[d])
		case w.concludes.has(d.id):
			m.arrow(from, "-.->", label, m.ids[d])
		}
	}
	for _, sub := range w.trees {
		m.arrow(from, "-->", label, m.other(sub))
	}
	switch {
	case w.next != nil:
		m.arrow(from, "-->", label, m.ids[w.next])
	case w.concludes.empty() && len(w.trees) == 0:
		m.arrow(from, "-->", label, m.other(nil))
	}
}

// other returns the node of another tree's entrance, or, for none, the node where nothing more is asked. It is written when the first
// arrow leads there.
func (m *mermaid) other(q *question) string {
	if id, ok := m.ids[q]; ok {
		return id
	}
	m.ids[q] = fmt.Sprint("t", len(m.ids)+1)
	if q == nil {
		m.node(m.ids[q], "((", "that is all", "))")
	} else {
		m.node(m.ids[q], "[[", q.tree.entry(q)+": "+q.tree.About, "]]")
	}
	return m.ids[q]
}

func (m *mermaid) node(id, open, label, close string) {
	fmt.Fprintf(m, "  %s%s\"%s\"%s\n", id, open, mermaidText(label), close)
}

func (m *mermaid) arrow(from, arrow, label, to string) {
	if label != "" {
		label = `|"` + mermaidText(label) + `"|`
	}
	fmt.Fprintf(m, "  %s %s%s %s\n", from, arrow, label, to)
}

// mermaidText returns a text for a quoted label. What is no letter, digit, blank or plain sign becomes a numbered entity, as Mermaid
// has them.
func mermaidText(text string) string {
	var b strings.Builder
	for _, c := range strings.Join(strings.Fields(text), " ") {
		switch {
		case unicode.IsLetter(c), unicode.IsDigit(c), strings.ContainsRune(" .,:?!'()/-_+=", c):
			b.WriteRune(c)
		default:
			b.WriteString("#" + strconv.Itoa(int(c)) + ";")
		}
	}
	return b.String()
}
