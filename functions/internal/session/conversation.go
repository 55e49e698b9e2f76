package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// NewSession is the session that a report names to begin a conversation: its answer names the one to go on with.
const NewSession = "new"

// What is remembered of a conversation is bounded, so that nobody fills the store: its record is about 10 KB at most, compressed.
const (
	maxSymptom = 8000 // characters, the newest where there are more
	maxLog     = 8000 // as above; of a log only what evidence keeps
)

// Conversations joins what reports say with what was said before under their session. It is a desk.Answerer.
type Conversations struct {
	next     desk.Answerer
	store    Store
	owner    func(context.Context) string
	evidence func(log string) string
}

// Remember returns conversations with next, kept in store. Owner tells callers apart, so that nobody goes on with a conversation of
// somebody else; it is empty for nobody in particular. Evidence returns what of a log is worth remembering. A report without a session is
// answered as it is.
func Remember(next desk.Answerer, store Store, owner func(context.Context) string, evidence func(log string) string) *Conversations {
	return &Conversations{next, store, owner, evidence}
}

// Answer answers a report. The error is ErrNoSession where the report names a session that was not begun by this caller, or has expired.
func (c *Conversations) Answer(ctx context.Context, r *desk.Report) (*desk.Answer, error) {
	if r.Session == "" {
		return c.next.Answer(ctx, r)
	}
	id, begins := r.Session, r.Session == NewSession
	if begins {
		id = NewID()
	}
	var answer *desk.Answer
	_, err := Update(ctx, c.store, c.key(ctx, id), func(s *Session) error {
		if !begins && !s.Stored() {
			return ErrNoSession
		}
		var err error
		answer, err = c.answer(ctx, s, r)
		return err
	})
	switch {
	case errors.Is(err, ErrID): // no ID that was ever given
		return nil, ErrNoSession
	case errors.Is(err, ErrTooLarge):
		return nil, &desk.Refusal{Problems: []desk.Problem{{Pointer: "/session", Detail: "there is more to remember than a conversation holds", Hint: `send "new" to begin another one`}}}
	case err != nil:
		return nil, err
	}
	named := *answer
	named.Session = id
	return &named, nil
}

// answer answers a report in a conversation, and notes in it what was said. What is refused is not remembered.
func (c *Conversations) answer(ctx context.Context, s *Session, r *desk.Report) (*desk.Answer, error) {
	joined := join(s, r)
	answer, err := c.next.Answer(ctx, joined)
	if stale(err, len(r.Confirm)) {
		joined.Confirm = r.Confirm
		answer, err = c.next.Answer(ctx, joined)
	}
	if err != nil {
		return nil, err
	}
	s.Symptom, s.Log = newest(joined.Symptom, maxSymptom), newest(c.evidence(joined.Log), maxLog)
	s.Facts, s.Article, s.Fix, s.Further = joined.Facts, joined.Article, joined.Fix, joined.Further
	s.Confirm, s.Asked = nil, ""
	for _, yes := range joined.Confirm {
		s.Confirm = append(s.Confirm, Confirmation(yes))
	}
	if answer.Ask != nil {
		s.Asked = answer.Ask.Fact
	}
	s.Given = given(s.Given, answer.Scripts)
	return answer, nil
}

// Forget deletes a conversation of the caller. The error is ErrNoSession where there is none.
func (c *Conversations) Forget(ctx context.Context, id string) error {
	const attempts = 5
	var err error
	for range attempts {
		err = c.store.Delete(ctx, c.key(ctx, id))
		if !errors.Is(err, ErrConflict) {
			break
		}
	}
	if errors.Is(err, ErrID) {
		return ErrNoSession
	}
	return err
}

// maxGiven is how many scripts of a conversation are remembered, the newest where there were more.
const maxGiven = 96

// given returns the scripts that were given before and those that are given now.
func given(before []Given, now []desk.Script) []Given {
	all := before
	for _, s := range now {
		g := Given{ID: s.ID, Fix: s.Fix, Stage: s.Stage}
		all = append(slices.DeleteFunc(all, func(b Given) bool { return b == g }), g)
	}
	return all[max(0, len(all)-maxGiven):]
}

// key returns the ID under which a conversation is stored: that of its owner stands before it.
func (c *Conversations) key(ctx context.Context, id string) string {
	if len(id) > 120 || strings.Contains(id, "/") {
		return "" // which the store refuses
	}
	return c.owner(ctx) + "/" + id
}

// What a report takes, in characters: as schema report.json has it.
const (
	maxReported    = 20000
	maxReportedLog = 200000
)

// maxConfirm is how many confirmations a report takes.
const maxConfirm = 32

// confirmed returns what the report says yes to, then what was said yes to before. An answer that is given once more to the question
// that was asked is one, too: it stands, whatever contradicts it.
func confirmed(s *Session, r *desk.Report) []desk.Confirmation {
	all := slices.Clone(r.Confirm)
	add := func(fact string, value any) {
		if len(all) < maxConfirm && !slices.ContainsFunc(all, func(c desk.Confirmation) bool { return c.Fact == fact }) {
			all = append(all, desk.Confirmation{Fact: fact, Value: value})
		}
	}
	if before, told := s.Facts[s.Asked]; told && same(before, r.Facts[s.Asked]) {
		add(s.Asked, before)
	}
	for _, c := range s.Confirm {
		add(c.Fact, c.Value)
	}
	return all
}

// same reports whether two values of a fact are spelled alike, letters in either case.
func same(a, b any) bool {
	return a != nil && b != nil && slices.EqualFunc(spelled(a), spelled(b), strings.EqualFold)
}

func spelled(value any) []string {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = strings.TrimSpace(fmt.Sprint(v))
	}
	return all
}

// stale reports whether a report was refused for nothing but confirmations of before: words that are remembered no longer may have
// gone with what was read from them.
func stale(err error, own int) bool {
	var refused *desk.Refusal
	if !errors.As(err, &refused) {
		return false
	}
	return !slices.ContainsFunc(refused.Problems, func(p desk.Problem) bool {
		rest, of := strings.CutPrefix(p.Pointer, "/confirm/")
		i, err := strconv.Atoi(rest)
		return !of || err != nil || i < own
	})
}

// join returns the report that says what was said before and now. A fact that is told again is told anew.
func join(s *Session, r *desk.Report) *desk.Report {
	joined := *r
	joined.Symptom = newest(both(s.Symptom, r.Symptom), maxReported)
	joined.Log = newest(both(s.Log, r.Log), maxReportedLog)
	joined.Facts = maps.Clone(s.Facts)
	if joined.Facts == nil {
		joined.Facts = map[string]any{}
	}
	maps.Copy(joined.Facts, r.Facts)
	joined.Confirm = confirmed(s, r)
	if joined.Article == "" {
		joined.Article = s.Article
	}
	if joined.Fix == "" {
		joined.Fix = s.Fix
	}
	for _, g := range s.Given {
		joined.Given = append(joined.Given, desk.GivenScript(g))
	}
	joined.Further = r.Further || s.Further // who looks for further causes goes on doing so
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
