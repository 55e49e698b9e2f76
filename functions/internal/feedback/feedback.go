// Package feedback takes what a person says of an answer: whether it helped, and a comment. It is held to schema feedback.json, tied to the
// version of the tree that answered, and stored. Who may send feedback is for packages auth and page to decide.
package feedback

import (
	"context"
	"errors"
	"fmt"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

// ErrNotStored means that a valid feedback could not be stored. It wraps the error of the store.
var ErrNotStored = errors.New("the feedback was not stored")

// A Store stores feedback. A session.Store is one.
type Store interface {
	AddFeedback(ctx context.Context, f session.Feedback) error
}

// Feedback is what a person says of an answer: schema feedback.json.
type Feedback struct {
	Article   string `json:"article"`
	Tree      string `json:"tree"`
	Diagnosis string `json:"diagnosis,omitempty"`
	Script    string `json:"script,omitempty"`
	Helped    bool   `json:"helped"`
	Comment   string `json:"comment,omitempty"`
}

// Add stores the feedback in a body of JSON. One that breaks a rule, or is of an article without a tree, gives a *schemas.Error; one that
// cannot be stored ErrNotStored. A nil store stores nothing.
func Add(ctx context.Context, to Store, hasTree func(article string) bool, body []byte) error {
	var f Feedback
	if err := schemas.Decode(schemas.Feedback, body, &f); err != nil {
		return err
	}
	if !hasTree(f.Article) {
		return &schemas.Error{Name: schemas.Feedback, Problems: []schemas.Problem{{Pointer: "/article",
			Found: "an article without a tree", Expected: "the one that the answer names", Hint: "take it from tree.article of the answer"}}}
	}
	if to == nil {
		return fmt.Errorf("%w: no store is set", ErrNotStored)
	}
	err := to.AddFeedback(ctx, session.Feedback{Article: f.Article, Tree: f.Tree, Diagnosis: f.Diagnosis, Script: f.Script, Helped: f.Helped, Comment: f.Comment})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}
