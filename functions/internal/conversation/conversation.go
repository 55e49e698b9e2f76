// Package conversation lets a report go on where the one before ended, for channels that cannot send everything each time. It
// remembers what was said and nothing that was concluded: the desk concludes anew each time.
package conversation

import (
	"context"
	"errors"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// New is the session that a report names to begin a conversation: its answer names the one to go on with.
const New = "new"

const (
	maxSymptom = 8000  // characters that are remembered, the newest where there are more
	maxLog     = 60000 // as above
)

// Remember returns an answerer that joins what a report says with what was said before under its session. Who asks is told apart
// by owner, so that nobody goes on with a conversation of somebody else. A report without a session is answered as it is.
func Remember(next desk.Answerer, store session.Store, owner func(context.Context) string) desk.Answerer {
	return &answerer{next, store, owner}
}

type answerer struct {
	next  desk.Answerer
	store session.Store
	owner func(context.Context) string
}

func (a *answerer) Answer(ctx context.Context, r *desk.Report) (*desk.Answer, error) {
	if r.Session == "" {
		return a.next.Answer(ctx, r)
	}
	id := r.Session
	if id == New {
		id = session.NewID()
	}
	var answer *desk.Answer
	_, err := session.Update(ctx, a.store, a.place(ctx, id), func(s *session.Session) error {
		joined := join(s, r)
		var err error
		if answer, err = a.next.Answer(ctx, joined); err != nil {
			return err // what was refused is not remembered
		}
		s.Symptom, s.Facts, s.Log, s.Article, s.Fix = joined.Symptom, joined.Facts, joined.Log, joined.Article, joined.Fix
		return nil
	})
	if errors.Is(err, session.ErrID) {
		return nil, refusal("a session has 1 to 120 letters, digits and . _ : -", `send "new" to begin a conversation, and then what the answer names`)
	}
	if errors.Is(err, session.ErrTooLarge) {
		return nil, refusal("there is more to remember than a conversation holds", `send "new" to begin another one`)
	}
	if err != nil {
		return nil, err
	}
	given := *answer
	given.Session = id
	return &given, nil
}

func refusal(detail, hint string) error {
	return &desk.Refusal{Problems: []desk.Problem{{Pointer: "/session", Detail: detail, Hint: hint}}}
}

// place returns the ID under which a conversation is stored.
func (a *answerer) place(ctx context.Context, id string) string {
	if len(id) > 120 || strings.Contains(id, "/") {
		return "" // which the store refuses
	}
	if owner := a.owner(ctx); owner != "" {
		return owner + "/" + id
	}
	return id
}

// join returns the report that says what was said before and now. A fact that is told again is told anew.
func join(s *session.Session, r *desk.Report) *desk.Report {
	joined := *r
	joined.Symptom = newest(both(s.Symptom, r.Symptom), maxSymptom)
	joined.Log = newest(both(s.Log, r.Log), maxLog)
	joined.Facts = maps.Clone(s.Facts)
	if joined.Facts == nil {
		joined.Facts = map[string]any{}
	}
	maps.Copy(joined.Facts, r.Facts)
	if joined.Article == "" {
		joined.Article = s.Article
	}
	if joined.Fix == "" {
		joined.Fix = s.Fix
	}
	return &joined
}

// both returns the texts one below the other; one that was sent again counts once.
func both(before, now string) string {
	switch {
	case now == "" || strings.HasSuffix(before, now):
		return before
	case before == "":
		return now
	}
	return before + "\n" + now
}

// newest returns the last characters of s, whole lines where it can.
func newest(s string, limit int) string {
	over := utf8.RuneCountInString(s) - limit
	if over <= 0 {
		return s
	}
	for i := range s {
		if over == 0 {
			s = s[i:]
			break
		}
		over--
	}
	if _, rest, ok := strings.Cut(s, "\n"); ok && rest != "" {
		return rest
	}
	return s
}
