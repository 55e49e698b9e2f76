package replier

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/dialogue"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// Remembered is all that is kept of a ticket.
type remembered struct {
	Dialogue dialogue.State `json:"dialogue"`
	Seen     []string       `json:"seen,omitempty"`    // IDs of messages that were taken in, the newest last
	Notes    []note         `json:"notes,omitempty"`   // ours, the newest last
	Number   int            `json:"number,omitempty"`  // of the last note
	Pending  *pending       `json:"pending,omitempty"` // a note that may have been written
	Handed   bool           `json:"handed,omitempty"`  // a person has taken over
	Over     bool           `json:"over,omitempty"`    // the trouble is over
	Silent   time.Time      `json:"silent,omitzero"`   // since when notes are held back because there were too many
}

// A note is one of ours.
type note struct {
	ID string    `json:"id,omitempty"` // of the message in the ticket
	At time.Time `json:"at"`
}

// A pending note is written again with the same words, unless the ticket holds it already: it is stored before it is written, and a process
// may end in between.
type pending struct {
	Unclear bool     `json:"unclear,omitempty"` // the last answer could not be read
	Wrong   []string `json:"wrong,omitempty"`   // what the desk refused of it
	Unread  []string `json:"unread,omitempty"`  // names of files that were not read
}

const (
	maxSeen  = 400
	maxNotes = 50
)

// A turn is the work on one event.
type turn struct {
	w        *Worker
	config   *ticket.Config
	account  ticket.Account
	kind     ticket.Kind
	provider ticket.Provider
	api      *ticket.API
	event    ticket.Event

	stored *session.Session
	r      remembered
	ticket *ticket.Ticket
	rules  ticket.Queue
}

func (t *turn) run(ctx context.Context) error {
	if t.event.What == ticket.Closed {
		return nil
	}
	var err error
	if t.stored, err = t.w.Store.Get(ctx, key(t.event.Account, t.event.Ticket)); err != nil {
		return err
	}
	if len(t.stored.State) > 0 {
		if err := json.Unmarshal(t.stored.State, &t.r); err != nil {
			return errors.New("replier: what is remembered of a ticket cannot be read")
		}
	}
	if t.event.What != ticket.Again && t.r.Pending == nil && slices.Contains(t.r.Seen, t.event.Message) {
		return nil // it was delivered before, or is the edited version of a message that was answered
	}
	if err := t.read(ctx); err != nil {
		return err
	}
	if t.rules = t.account.Of(t.ticket.Queue); t.rules.Ignore {
		return nil
	}
	if t.r.Pending != nil {
		if err := t.write(ctx); err != nil {
			return err
		}
	}
	return t.proceed(ctx)
}

// read reads the ticket, or takes what the event says of it where the system cannot be asked.
func (t *turn) read(ctx context.Context) error {
	seen := func(id string) bool { return slices.Contains(t.r.Seen, id) }
	var err error
	t.ticket, err = t.provider.Read(ctx, t.api, t.event.Ticket, seen)
	if errors.Is(err, ticket.ErrUnreadable) {
		t.ticket, err = cmp.Or(t.event.Content, &ticket.Ticket{ID: t.event.Ticket}), nil
	}
	if err == nil && t.ticket.ID != t.event.Ticket && t.kind.Readable {
		// merged into another one: what is said there belongs to another conversation, which has an event of its own
		t.w.log().InfoContext(ctx, "a ticket was merged", "account", t.account.Name)
	}
	return err
}

// proceed takes in what is new and answers it.
func (t *turn) proceed(ctx context.Context) error {
	changed, p, err := t.takeIn(ctx)
	if err != nil {
		return err
	}
	if t.r.Over || t.r.Handed || !changed && !p.Unclear && len(p.Unread) == 0 && t.event.What != ticket.Again {
		return t.save(ctx)
	}
	if t.tooMany(ctx) {
		return t.save(ctx)
	}
	t.r.Pending = &p
	if err := t.save(ctx); err != nil {
		return err
	}
	return t.write(ctx)
}

// tooMany reports whether there are as many notes in the last hour as there may be. It is logged once.
func (t *turn) tooMany(ctx context.Context) bool {
	since := t.w.now().Add(-time.Hour)
	recent := 0
	for _, n := range t.r.Notes {
		if n.At.After(since) {
			recent++
		}
	}
	if recent < t.account.PerHour {
		t.r.Silent = time.Time{}
		return false
	}
	if t.r.Silent.IsZero() {
		t.r.Silent = t.w.now()
		t.w.log().WarnContext(ctx, "a ticket has as many notes in an hour as it may", "account", t.account.Name, "notes", recent)
	}
	return true
}

// takeIn takes in the messages that are new, in their order, and reports whether there is something to answer.
func (t *turn) takeIn(ctx context.Context) (changed bool, p pending, err error) {
	for i, m := range t.ticket.Messages {
		if slices.Contains(t.r.Seen, m.ID) || slices.ContainsFunc(t.r.Notes, func(n note) bool { return n.ID != "" && n.ID == m.ID }) {
			continue
		}
		t.r.Seen = append(t.r.Seen, m.ID)
		t.r.Seen = t.r.Seen[max(0, len(t.r.Seen)-maxSeen):]
		if !speaks(m) {
			continue
		}
		log, unread, err := t.files(ctx, m)
		if err != nil {
			return false, p, err
		}
		p.Unread = append(p.Unread, unread...)
		said := dialogue.Message{By: dialogue.Speaker{ID: m.By.ID, Name: m.By.Name, Agent: m.Role == ticket.Agent}, Text: m.Text, Log: log, Opens: t.opens(i, m)}
		if said.Opens {
			said.Text = strings.TrimSpace(t.ticket.Subject + "\n\n" + m.Text)
		} else if said.Answers, err = t.question(ctx, i, m); err != nil {
			return false, p, err
		}
		out := t.r.Dialogue.Take(said)
		changed = changed || out.Changed
		p.Unclear = out.Unclear || p.Unclear && !out.Changed
	}
	return changed, p, nil
}

// speaks reports whether a message is one of a person who has a say: not of a program, of nobody that is known, or of us.
func speaks(m ticket.Message) bool {
	return (m.Role == ticket.Requester || m.Role == ticket.Agent) && !m.Automatic && !dialogue.Automatic(m.Subject)
}

// opens reports whether a message describes the trouble: the first one of the ticket, or the first that is heard of at all.
func (t *turn) opens(i int, m ticket.Message) bool {
	return len(t.r.Dialogue.Told) == 0 && (i == 0 || t.event.What == ticket.Opened && m.ID == t.event.Message)
}

// question returns the question that a message can answer: the last one that stood in the ticket before it, where it would be put in the
// same words now.
func (t *turn) question(ctx context.Context, i int, m ticket.Message) (*dialogue.Question, error) {
	q := t.r.Dialogue.Last(func(q *dialogue.Question) bool {
		if at := slices.IndexFunc(t.ticket.Messages, func(o ticket.Message) bool { return q.ID != "" && o.ID == q.ID }); at >= 0 {
			return at < i
		}
		return m.At.IsZero() || !q.At.After(m.At.Add(clockSkew))
	})
	if q == nil || q.Kind != dialogue.AskFact {
		return q, nil
	}
	state := t.r.Dialogue
	a, _, err := state.Answer(ctx, t.w.Desk, nil)
	if err != nil {
		return nil, err
	}
	if a.Ask == nil || a.Ask.Fact != q.Fact {
		return q, nil // it is no longer asked; what is said to it counts all the same
	}
	if !q.Stands(a.Ask) {
		return nil, nil
	}
	return q, nil
}

// clockSkew is how far the clock of a system may be behind ours.
const clockSkew = 2 * time.Minute

// save stores what is remembered.
func (t *turn) save(ctx context.Context) error {
	data, err := json.Marshal(t.r)
	if err != nil {
		return err
	}
	t.stored.State, t.stored.Keep = data, time.Duration(t.account.Keep)*24*time.Hour
	return t.w.Store.Put(ctx, t.stored)
}

// confirmed returns the diagnoses that stand.
func confirmed(a *desk.Answer) []desk.Diagnosis {
	return slices.DeleteFunc(slices.Clone(a.Diagnoses), func(d desk.Diagnosis) bool { return d.State != "confirmed" })
}
