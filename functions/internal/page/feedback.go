package page

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/schemas"
)

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
		return route.ErrForeignForm
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
	err = feedback.Add(r.Context(), s.Feedback, s.Catalog.HasTree, mustJSON(said))
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
	w.Header().Set("Cache-Control", route.NoStore)
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
