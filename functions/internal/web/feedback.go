package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Keeper keeps what people say of an answer. A session.Store is one.
type Keeper interface {
	AddFeedback(ctx context.Context, f session.Feedback) error
}

// A feedback is what a person says of an answer: schema feedback.json.
type feedback struct {
	Article   string `json:"article"`
	Tree      string `json:"tree"`
	Diagnosis string `json:"diagnosis,omitempty"`
	Script    string `json:"script,omitempty"`
	Helped    bool   `json:"helped"`
	Comment   string `json:"comment,omitempty"`
}

var (
	errNotKept   = errors.New("the feedback was not kept")
	errElsewhere = errors.New("the form is of another site")
)

// takeFeedback answers POST /v1/feedback.
func (s *server) takeFeedback(w http.ResponseWriter, r *http.Request) error {
	body, err := readJSON(w, r, schemas.Feedback)
	if err != nil {
		return err
	}
	if err := s.keep(r.Context(), body); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", neverKept)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// keep keeps a feedback that keeps to its schema.
func (s *server) keep(ctx context.Context, body []byte) error {
	var f feedback
	if err := schemas.Decode(schemas.Feedback, body, &f); err != nil {
		return err
	}
	if _, ok := s.Library.Tree(f.Article); !ok {
		return &schemas.Error{Name: schemas.Feedback, Problems: []schemas.Problem{{Pointer: "/article",
			Found: "an article without a tree", Expected: "the one that the answer names", Hint: "take it from tree.article of the answer"}}}
	}
	if s.Feedback == nil {
		return fmt.Errorf("%w: no store is set", errNotKept)
	}
	err := s.Feedback.AddFeedback(ctx, session.Feedback{Article: f.Article, Tree: f.Tree, Diagnosis: f.Diagnosis, Script: f.Script, Helped: f.Helped, Comment: f.Comment})
	if err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	return nil
}

// A feedbackView asks a person whether an answer helped. What it names is what the person sees, also where a newer tree answers by
// the time that the form is sent.
type feedbackView struct {
	Article, Tree, Diagnosis, Script string
	Comment                          string // as typed
	Error                            string
	Thanked                          bool
}

// askFeedback returns the question whether an answer helped, nil where there is nothing yet that could have.
func (s *server) askFeedback(v *diagnosisPageView) *feedbackView {
	if s.Feedback == nil || v.Tree == nil || v.QuestionFirst {
		return nil
	}
	f := &feedbackView{Article: v.Tree.Article, Tree: v.Tree.Version}
	if len(v.Found) == 1 {
		f.Diagnosis = v.Found[0].Name
	}
	if !v.ManyStages() {
		for _, stage := range v.Stages {
			if stage.Stage > 0 && stage.Main != nil {
				f.Script = stage.Main.SHA256
			}
		}
	}
	return f
}

// feedbackPage takes the form of a diagnosis and leads back to it. It is the one form that leaves something behind, so it is taken
// from pages of ours only.
func (s *server) feedbackPage(w http.ResponseWriter, r *http.Request) error {
	if err := s.forms.Check(r); err != nil {
		return errElsewhere
	}
	fields, err := readFields(w, r)
	if err != nil {
		return err
	}
	var st state
	said := map[string]any{}
	for _, f := range fields {
		if name, ours := strings.CutPrefix(f.Name, "feedback."); !ours {
			read(&st, &action{}, f.Name, f.Value)
		} else if value := strings.ReplaceAll(strings.TrimSpace(f.Value), "\r\n", "\n"); value != "" {
			said[name] = value
		}
	}
	if helped, given := said["helped"]; given {
		said["helped"] = helped == "yes"
	}
	err = s.keep(r.Context(), mustJSON(said))
	var unfit *schemas.Error
	if errors.As(err, &unfit) && about(unfit, "/comment") && !st.empty() {
		return s.commentAgain(w, r, st, said["comment"], worded1(desk.Problems(unfit)[0]))
	}
	if err != nil {
		return err
	}
	return s.thank(w, r, st)
}

// about reports whether a member is all that is wrong.
func about(e *schemas.Error, pointer string) bool {
	return len(e.Problems) == 1 && e.Problems[0].Pointer == pointer
}

// commentAgain shows the page with the comment that was typed and what is wrong with it.
func (s *server) commentAgain(w http.ResponseWriter, r *http.Request, st state, comment any, wrong string) error {
	answer, err := s.checked(r.Context(), st.report(""))
	if err != nil {
		return err
	}
	v := s.view(st, answer)
	if v.Feedback != nil {
		v.Feedback.Comment, v.Feedback.Error = fmt.Sprint(comment), wrong
	}
	v.Title = "Please correct: " + v.Title
	return s.show(w, r, http.StatusUnprocessableEntity, v)
}

// thank leads back to where the feedback was given, or, where that is too long for an address, shows it at once.
func (s *server) thank(w http.ResponseWriter, r *http.Request, st state) error {
	w.Header().Set("Cache-Control", neverKept)
	switch {
	case st.empty():
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	case st.fits():
		http.Redirect(w, r, "/diagnosis?"+st.query(Field{"thanks", "1"})+"#feedback", http.StatusSeeOther)
		return nil
	}
	answer, err := s.checked(r.Context(), st.report(""))
	if err != nil {
		return err
	}
	v := s.view(st, answer)
	if v.Feedback != nil {
		v.Feedback.Thanked = true
	}
	return s.show(w, r, http.StatusOK, v)
}
