// Package page is the self-service page for people: from a symptom to a script, the search and the articles, in HTML that works without
// scripts. All that a person has said stands in the address of a page or in its forms, so that nothing is stored. It decides nothing about
// symptoms; what goes wrong is a page, too.
package page

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/schemas"
)

//go:embed templates/*.html
var pageFiles embed.FS

// voice is what the page says of an answer.
var voice = words.In("en")

// functions are what templates call.
var functions = template.FuncMap{
	"static":   staticPath,
	"sentence": route.Sentence,
	"say":      voice.Label,
	"stage":    voice.Stage,
	"quoted":   func(text string) string { return route.Sentence(voice.Source("text", text)) },
}

// templates are the pages by name, each with the frame around it. They are read when the first page is asked for: a program
// that calls the API does not wait for them.
var templates = sync.OnceValue(func() map[string]*template.Template {
	frame := template.Must(template.New("frame.html").Funcs(functions).ParseFS(pageFiles, "templates/frame.html", "templates/parts.html"))
	pages := map[string]*template.Template{}
	for _, name := range []string{"start", "diagnosis", "search", "article", "error"} {
		pages[name] = template.Must(template.Must(frame.Clone()).ParseFS(pageFiles, "templates/"+name+".html"))
	}
	return pages
})

// A frameView is what the frame around every page shows.
type frameView struct {
	Title string
	Query string // in the field of the search
	Page  any
}

// writePage answers with a page.
func writePage(w http.ResponseWriter, r *http.Request, status int, cache, name string, v frameView) error {
	var b bytes.Buffer
	if err := templates()[name].ExecuteTemplate(&b, "frame.html", v); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	return route.Write(w, r, status, route.HTMLType, cache, b.Bytes())
}

// writeErrorPage answers with a problem as a page.
func writeErrorPage(w http.ResponseWriter, r *http.Request, p edge.Problem) {
	p = p.Prepared(w, r)
	if err := writePage(w, r, p.Status, route.NoStore, "error", frameView{Title: p.Title, Page: p}); err != nil {
		edge.Note(r.Context(), err)
		http.Error(w, p.Title, p.Status)
	}
}

// A startView is the first page: an empty form, or one with what was typed and what is wrong with it.
type startView struct {
	Symptom, Log           string
	SymptomError, LogError string
	Problems               []string // that belong to no field
	Trees                  []catalog.Tree
	Examples               []exampleView
}

// An exampleView is a report that a visitor can try.
type exampleView struct{ Text, Href string }

// examples are reports in our own words.
var examples = []string{
	"Since the site went to SMS 2.0 SP1, an NT 4.0 workstation hangs and smsmon32.exe takes all of the processor.",
	"Windows 98 computers give a page fault in clisvc95 after the upgrade of the SMS client.",
	"Before we apply SP1 to our SMS sites: what should we look out for?",
}

func (s *server) startPage(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Has("empty") {
		return s.startAgain(w, r, state{}, []desk.Problem{{Pointer: "/symptom", Detail: "nothing was said yet", Hint: "describe the trouble in a sentence or two, or paste lines of a log"}})
	}
	v := s.start(state{})
	return writePage(w, r, http.StatusOK, "no-cache", "start", frameView{Title: "What is wrong with the computer?", Page: v})
}

func (s *server) start(st state) startView {
	v := startView{Symptom: st.symptom, Log: st.log, Trees: s.Catalog.Trees()}
	for _, text := range examples {
		v.Examples = append(v.Examples, exampleView{text, "/diagnosis?" + state{symptom: text}.query()})
	}
	return v
}

// startAgain shows the first page with what was typed and what is wrong with it.
func (s *server) startAgain(w http.ResponseWriter, r *http.Request, st state, problems []desk.Problem) error {
	v := s.start(st)
	for _, p := range problems {
		switch p.Pointer {
		case "/symptom":
			v.SymptomError = worded1(p)
		case "/log":
			v.LogError = worded1(p)
		default:
			v.Problems = append(v.Problems, worded1(p))
		}
	}
	return writePage(w, r, http.StatusUnprocessableEntity, route.NoStore, "start", frameView{Title: "Please correct: what is wrong with the computer?", Page: v})
}

// worded1 says a problem to a person.
func worded1(p desk.Problem) string {
	if p.Hint == "" {
		return route.Sentence(p.Detail)
	}
	return route.Sentence(p.Detail) + " " + route.Sentence(p.Hint)
}

// diagnosisPage answers every step from the report to the script.
func (s *server) diagnosisPage(w http.ResponseWriter, r *http.Request) error {
	st, act, err := readPage(w, r)
	if err != nil {
		return err
	}
	switch {
	case act.fact != "":
		return s.take(w, r, st, act)
	case len(act.offered) > 0:
		return s.settle(w, r, st.settled(act))
	case st.empty() && act.start:
		http.Redirect(w, r, "/?empty", http.StatusSeeOther) // an address of its own, so that the way back stays free
		return nil
	case st.empty():
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	answer, err := s.checked(r.Context(), st.report(""))
	var refusal *desk.Refusal
	switch {
	case errors.As(err, &refusal) && act.start:
		return s.startAgain(w, r, st, refusal.Problems)
	case errors.As(err, &refusal):
		return s.show(w, r, http.StatusUnprocessableEntity, s.viewRefusal(st, refusal))
	case err != nil:
		return err
	case r.Method == http.MethodPost || act.start:
		return s.moveOn(w, r, st, answer)
	}
	v := s.view(st, answer)
	if act.ask != "" {
		s.askAgain(&v, st, act.ask)
	}
	if act.thanked && v.Feedback != nil {
		v.Feedback.Thanked = true
	}
	return s.show(w, r, http.StatusOK, v)
}

// take takes the answer to a question, and shows the question again where it is none.
func (s *server) take(w http.ResponseWriter, r *http.Request, st state, act action) error {
	q, _ := s.Catalog.Question(act.fact)
	values, missing := act.answered(q)
	if missing != "" {
		return s.again(w, r, st, act, missing)
	}
	values = normal(q, values)
	next := st.with(act.fact, values)
	if before := st.values(act.fact); len(before) > 0 && slices.Equal(before, values) { // the same again: so it stands
		next = next.confirming(told{act.fact, values})
	}
	answer, err := s.checked(r.Context(), next.report(""))
	var refusal *desk.Refusal
	if errors.As(err, &refusal) {
		for _, p := range refusal.Problems {
			if at := "/facts/" + act.fact; p.Pointer == at || strings.HasPrefix(p.Pointer, at+"/") {
				return s.again(w, r, st, act, worded1(p))
			}
		}
		return s.show(w, r, http.StatusUnprocessableEntity, s.viewRefusal(next, refusal))
	}
	if err != nil {
		return err
	}
	return s.moveOn(w, r, next, answer)
}

// settle shows where a state leads in which something was confirmed.
func (s *server) settle(w http.ResponseWriter, r *http.Request, st state) error {
	answer, err := s.checked(r.Context(), st.report(""))
	var refusal *desk.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.show(w, r, http.StatusUnprocessableEntity, s.viewRefusal(st, refusal))
	case err != nil:
		return err
	}
	return s.moveOn(w, r, st, answer)
}

// normal returns values in the normal form of the question, where they have one: what is wrong with the others is for the desk
// to say.
func normal(q desk.Ask, values []string) []string {
	if q.Form == "" {
		return values
	}
	normal := make([]string, len(values))
	for i, v := range values {
		normal[i] = v
		if n, err := schemas.Form(q.Form, v); err == nil {
			normal[i] = n
		}
	}
	return normal
}

// again shows a question with what was typed and what is wrong with it.
func (s *server) again(w http.ResponseWriter, r *http.Request, st state, act action, wrong string) error {
	before := st.withoutFact(act.fact)
	answer, err := s.checked(r.Context(), before.report(""))
	var refusal *desk.Refusal
	switch {
	case errors.As(err, &refusal):
		return s.show(w, r, http.StatusUnprocessableEntity, s.viewRefusal(before, refusal))
	case err != nil:
		return err
	}
	v := s.view(before, answer)
	if v.Question == nil || v.Question.Fact != act.fact {
		s.askAgain(&v, before, act.fact)
	}
	if v.Question != nil {
		v.Question.Error = wrong
		v.Question.Typed = strings.Join(act.answers, ", ")
		v.Question.Chosen = act.answers
		v.Question.Lead = ""
	}
	v.Eyebrow, v.Class, v.Title = "Please correct", "doubtful", "Please correct: "+v.Heading
	return s.show(w, r, http.StatusUnprocessableEntity, v)
}

// moveOn leads to the address of a state that can be answered, or, where it is too long for an address, shows the page at once.
func (s *server) moveOn(w http.ResponseWriter, r *http.Request, st state, answer *desk.Answer) error {
	if short := st.compact(answer); short.log != st.log && short.fits() {
		same, err := s.checked(r.Context(), short.report(""))
		if err == nil && sameFindings(answer, same) {
			st = short
		}
	}
	if !st.fits() {
		return s.show(w, r, http.StatusOK, s.view(st, answer))
	}
	w.Header().Set("Cache-Control", route.NoStore)
	http.Redirect(w, r, "/diagnosis?"+st.query(), http.StatusSeeOther)
	return nil
}

// sameFindings reports whether two answers say the same to a person.
func sameFindings(a, b *desk.Answer) bool {
	x, y := *a, *b
	x.Related, y.Related = nil, nil // words of the log may find other articles
	return bytes.Equal(mustJSON(x), mustJSON(y))
}

// show answers with the page of a state.
func (s *server) show(w http.ResponseWriter, r *http.Request, status int, v diagnosisPageView) error {
	cache := route.Revalidate
	if status != http.StatusOK || r.Method == http.MethodPost {
		cache = route.NoStore
	}
	return writePage(w, r, status, cache, "diagnosis", frameView{Title: v.Title, Page: v})
}

// download answers with one script as a file.
func (s *server) download(w http.ResponseWriter, r *http.Request) error {
	st, act, err := readPage(w, r)
	if err != nil {
		return err
	}
	if !slices.Contains(script.Dialects(), act.dialect) {
		return route.ErrNotFound
	}
	answer, err := s.checked(r.Context(), st.report(act.dialect))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(answer.Scripts, func(sc desk.Script) bool {
		return sc.Dialect == act.dialect && fmt.Sprint(sc.Stage) == act.stage && sc.Text != ""
	})
	if i < 0 {
		return route.ErrNotFound
	}
	chosen := answer.Scripts[i]
	if act.sign {
		return route.WriteSignature(w, r, chosen)
	}
	return route.WriteScript(w, r, chosen)
}
