package page

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/schemas"
)

// A state is what a person has said so far. All of it stands in the address of a page, or, where that would be too long, in
// the hidden fields of its forms; nothing of it is kept here.
type state struct {
	symptom string
	log     string
	fix     string
	article string
	further bool   // further causes are looked for
	told    []told // in the order in which it was told
	yes     []told // what was read or told, and confirmed
}

// told is one fact that a person told: no value is a known empty list.
type told struct {
	fact   string
	values []string
}

// unknown is the value of a fact that the person does not know.
const unknown = "unknown"

// An action is what a person does with a page: answer a question, ask for another one, or take a script.
type action struct {
	fact    string   // the question that is answered
	answers []string // as typed or chosen
	quick   string   // the button beside them: none or unknown
	offered []told   // what wants a yes
	ticked  []string // the facts of it to which yes is said
	ask     string   // the fact that the person wants to be asked again
	start   bool     // the form of the start page was sent
	thanked bool     // feedback was sent
	dialect string
	stage   string
	sign    bool // the signature of the script is taken, not the script
}

// Bounds of what a page is sent.
const (
	maxForm    = 1 << 20 // bytes of a form: a log of the largest size, encoded
	maxFields  = 300
	maxAddress = 4000 // bytes of an address that state is kept in
)

// readPage reads state and action from the address of a GET, or from the form of a POST.
func readPage(w http.ResponseWriter, r *http.Request) (state, action, error) {
	var st state
	var act action
	fields, err := readFields(w, r)
	for _, f := range fields {
		read(&st, &act, f.Name, f.Value)
	}
	return st, act, err
}

// readFields returns the fields of the address of a GET, or of the form of a POST.
func readFields(w http.ResponseWriter, r *http.Request) ([]Field, error) {
	raw := r.URL.RawQuery
	if r.Method == http.MethodPost {
		t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || t != "application/x-www-form-urlencoded" {
			return nil, route.MediaProblem("a form of this page", "send Content-Type: application/x-www-form-urlencoded", "")
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
		if err != nil {
			return nil, err
		}
		raw = string(body)
	}
	var fields []Field
	for field := range strings.SplitSeq(raw, "&") {
		if len(fields) == maxFields {
			return nil, route.ParamProblem(desk.Problem{Detail: fmt.Sprintf("found more than %d fields", maxFields)})
		}
		name, value, _ := strings.Cut(field, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil {
			return nil, route.ParamProblem(desk.Problem{Detail: "found a percent sign that is no escape", Hint: "follow a link of the page, or start again"})
		}
		fields = append(fields, Field{name, strings.ToValidUTF8(value, "\ufffd")})
	}
	return fields, nil
}

// read takes in one field. Fields that are not ours are left alone: people and mail programs add some to addresses.
func read(st *state, act *action, key, value string) {
	switch key {
	case "symptom":
		st.symptom = strings.TrimSpace(strings.ReplaceAll(value, "\r\n", "\n"))
	case "log", "more": // more lines, pasted beside a question
		lines := strings.TrimRight(strings.ReplaceAll(value, "\r\n", "\n"), "\n ")
		st.log = strings.Trim(st.log+"\n"+lines, "\n")
	case "fix":
		st.fix = value
	case "article":
		st.article = value
	case "further":
		st.further = value == "1"
	case "fact":
		act.fact = value
	case "answer":
		if strings.TrimSpace(value) != "" {
			act.answers = append(act.answers, value)
		}
	case "quick":
		act.quick = value
	case "tick":
		act.ticked = append(act.ticked, value)
	case "ask":
		act.ask = value
	case "start":
		act.start = true
	case "thanks":
		act.thanked = true
	case "dialect":
		act.dialect = value
	case "stage":
		act.stage = value
	case "signature":
		act.sign = true
	default:
		if fact, ok := strings.CutPrefix(key, "f."); ok {
			st.told = add(st.told, fact, value)
		} else if fact, ok := strings.CutPrefix(key, "y."); ok {
			st.yes = add(st.yes, fact, value)
		} else if fact, ok := strings.CutPrefix(key, "offer."); ok {
			act.offered = add(act.offered, fact, value)
		}
	}
}

// add returns the facts with a value more. An empty value alone is the empty list.
func add(all []told, fact, value string) []told {
	i := slices.IndexFunc(all, func(t told) bool { return t.fact == fact })
	if i < 0 {
		all = append(all, told{fact: fact})
		i = len(all) - 1
	}
	if value != "" {
		all[i].values = append(all[i].values, value)
	}
	return all
}

// with returns the state with a fact told: in its old place where it was told before.
func (st state) with(fact string, values []string) state {
	st.told = slices.Clone(st.told)
	i := slices.IndexFunc(st.told, func(t told) bool { return t.fact == fact })
	if i < 0 {
		st.told = append(st.told, told{fact, values})
	} else {
		st.told[i].values = values
	}
	st.fix = "" // another answer may lead to another choice of fixes
	return st
}

// maxYes is how many confirmations a report takes.
const maxYes = 32

// confirming returns the state with a fact confirmed: in the place of an earlier yes to it, and the newest where there are too many.
func (st state) confirming(t told) state {
	st.yes = slices.DeleteFunc(slices.Clone(st.yes), func(y told) bool { return y.fact == t.fact })
	st.yes = append(st.yes, t)
	st.yes = st.yes[max(0, len(st.yes)-maxYes):]
	return st
}

// settled returns the state after a list was looked through: yes to what was ticked, and don't know to the rest.
func (st state) settled(act action) state {
	for _, t := range act.offered {
		if slices.Contains(act.ticked, t.fact) {
			st = st.confirming(t)
		} else {
			st = st.with(t.fact, []string{unknown})
		}
	}
	return st
}

// withoutFact returns the state with a fact not told.
func (st state) withoutFact(fact string) state {
	st.told = slices.DeleteFunc(slices.Clone(st.told), func(t told) bool { return t.fact == fact })
	return st
}

// without returns the state without the part of the report that a pointer names, so that the page after a refusal can go on.
func (st state) without(pointer string) state {
	part, rest, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	fact, _, _ := strings.Cut(rest, "/")
	switch {
	case part == "fix":
		st.fix = ""
	case part == "article":
		st.article = ""
	case part == "confirm": // which one it was is no matter: they are asked for again
		st.yes = nil
	case part == "facts" && fact != "":
		return st.withoutFact(fact)
	case part == "facts": // a name that is not even repeated
		st.told = slices.DeleteFunc(slices.Clone(st.told), func(t told) bool {
			_, err := schemas.Form("fact-name", t.fact)
			return err != nil
		})
	}
	return st
}

func (st state) withFix(fix string) state {
	st.fix = fix
	return st
}

// withFurther returns the state in which further causes are looked for, or no longer.
func (st state) withFurther(further bool) state {
	st.further = further
	return st
}

// values returns what was told of a fact, nil where nothing was.
func (st state) values(fact string) []string {
	for _, t := range st.told {
		if t.fact == fact {
			return t.values
		}
	}
	return nil
}

// empty reports whether nothing was said at all.
func (st state) empty() bool {
	return st.symptom == "" && st.log == "" && st.article == "" && len(st.told) == 0
}

// report returns the state as a report. It is not checked yet.
func (st state) report(dialect string) *desk.Report {
	facts := map[string]any{}
	for _, t := range st.told {
		facts[t.fact] = reported(t.values)
	}
	var yes []desk.Confirmation
	for _, t := range st.yes {
		yes = append(yes, desk.Confirmation{Fact: t.fact, Value: reported(t.values)})
	}
	return &desk.Report{Symptom: st.symptom, Facts: facts, Log: st.log, Script: dialect, Fix: st.fix, Article: st.article, Further: st.further, Confirm: yes}
}

// reported returns values as a report holds them: a single one by itself.
func reported(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

// A Field is a hidden field of a form, or a parameter of an address.
type Field struct{ Name, Value string }

// Fields returns the state as fields of a form.
func (st state) Fields() []Field {
	var fields []Field
	for _, f := range []Field{{"symptom", st.symptom}, {"log", st.log}, {"article", st.article}, {"fix", st.fix}} {
		if f.Value != "" {
			fields = append(fields, f)
		}
	}
	if st.further {
		fields = append(fields, Field{"further", "1"})
	}
	for _, part := range []struct {
		prefix string
		facts  []told
	}{{"f.", st.told}, {"y.", st.yes}} {
		for _, t := range part.facts {
			if len(t.values) == 0 {
				fields = append(fields, Field{part.prefix + t.fact, ""})
			}
			for _, v := range t.values {
				fields = append(fields, Field{part.prefix + t.fact, v})
			}
		}
	}
	return fields
}

// query returns the state and more fields as the query of an address.
func (st state) query(more ...Field) string {
	var b strings.Builder
	for _, f := range append(st.Fields(), more...) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.Name) + "=" + url.QueryEscape(f.Value))
	}
	return b.String()
}

// fits reports whether the state can be kept in an address.
func (st state) fits() bool { return len(st.query()) <= maxAddress }

// compact returns the state with only those lines of its log from which the answer was read.
func (st state) compact(a *desk.Answer) state {
	var lines []string
	add := func(words string) {
		if words != "" && !slices.Contains(lines, words) {
			lines = append(lines, words)
		}
	}
	for _, f := range a.Assumed {
		if f.In == "log" {
			add(f.Words)
		}
	}
	for _, d := range a.Diagnoses {
		for _, b := range d.Because {
			if b.Source == "log" {
				add(b.Words)
			}
		}
	}
	slices.SortStableFunc(lines, func(x, y string) int { return strings.Index(st.log, x) - strings.Index(st.log, y) })
	st.log = strings.Join(lines, "\n")
	return st
}

// answered returns the values that an action gives to a question, or what is missing.
func (act action) answered(q desk.Ask) (values []string, missing string) {
	switch act.quick {
	case unknown:
		return []string{unknown}, ""
	case "none":
		return nil, ""
	}
	values = act.answers
	if q.Several && len(q.Answers) == 0 {
		values = nil
		for _, text := range act.answers {
			values = append(values, strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(",; \t\r\n", c) })...)
		}
	}
	if len(values) == 0 {
		return nil, "Give an answer, or say that you don't know."
	}
	return values, ""
}
