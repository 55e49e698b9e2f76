// Package replier works on the events of ticket systems: it reads the ticket, takes in what was said since, lets the desk answer, and writes
// a note back. It decides when to write, to whom, and when to be silent; what a message means is for package dialogue, what a note says of an
// answer for package words, and how a system is spoken to for package ticket.
package replier

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/outgoing"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// A Worker works on messages of the queue. It is safe for concurrent use; messages of one ticket must come one after the other. Config, Desk
// and Store must be set.
type Worker struct {
	Config   func(ctx context.Context) (*ticket.Config, error) // as it is now
	Desk     desk.Answerer                                     // without conversations of its own
	Evidence func(log string) string                           // what of a log is worth remembering; nil for all of it
	State    func(fact string, values []string) string         // what a fact with these values says; nil to say it as it is
	Store    session.Store
	Queue    ticket.Sender    // takes events for others; nil where nobody is told
	Outgoing *outgoing.Sender // sends them; nil for the zero Sender
	Log      *slog.Logger     // nil to log nothing; neither texts nor tokens are logged
	Now      func() time.Time // nil for time.Now

	// Connect opens the provider of an account; nil for ticket.Connect.
	Connect func(ticket.Account) (ticket.Provider, *ticket.API, error)
}

// Between attempts, where a system does not say when to come again.
var pauses = []time.Duration{5 * time.Second, 20 * time.Second, time.Minute, 3 * time.Minute, 10 * time.Minute}

// Work works on one message and returns when it is to come again: queue.Done for never.
func (w *Worker) Work(ctx context.Context, m *queue.Message) time.Duration {
	err := w.work(ctx, m.Body)
	if err == nil {
		return queue.Done
	}
	again := pauses[min(max(m.Attempt-1, 0), len(pauses)-1)]
	var call *ticket.CallError
	if errors.As(err, &call) && call.After > 0 {
		again = call.After
	}
	if errors.Is(err, session.ErrRunning) || errors.Is(err, session.ErrConflict) {
		again = pauses[0]
	}
	w.log().ErrorContext(ctx, "a ticket could not be answered", "group", m.Group, "attempt", m.Attempt, "again", again.String(), "error", err)
	return again
}

// Run works on the messages of a queue until ctx ends, n at a time, and returns when those under way are done.
func (w *Worker) Run(ctx context.Context, q queue.Queue, n int) {
	done := make(chan struct{})
	for range n {
		go func() {
			defer func() { done <- struct{}{} }()
			for ctx.Err() == nil {
				w.next(ctx, q)
			}
		}()
	}
	for range n {
		<-done
	}
}

// next works on the next message, if one comes.
func (w *Worker) next(ctx context.Context, q queue.Queue) {
	m, err := q.Receive(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.log().ErrorContext(ctx, "the queue cannot be read", "error", err)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
		return
	}
	if m == nil {
		return
	}
	last := context.WithoutCancel(ctx) // what was begun is ended
	bounded, cancel := context.WithTimeout(last, queue.Lease-10*time.Second)
	defer cancel()
	if err := q.Finish(last, m, w.Work(bounded, m)); err != nil {
		w.log().ErrorContext(ctx, "an attempt could not be ended", "group", m.Group, "error", err)
	}
}

func (w *Worker) work(ctx context.Context, body string) error {
	var out announcement
	if json.Unmarshal([]byte(body), &out) == nil && out.To != "" {
		return w.deliver(ctx, out)
	}
	e, err := ticket.Dequeued(body)
	if err != nil {
		return err
	}
	c, err := w.Config(ctx)
	if err != nil {
		return err
	}
	account, ok := c.Account(e.Account)
	if !ok {
		w.log().WarnContext(ctx, "an event of an account that is set up no more", "account", e.Account)
		return nil
	}
	if e.What == ticket.Forget {
		return w.forget(ctx, e)
	}
	connect := ticket.Connect
	if w.Connect != nil {
		connect = w.Connect
	}
	p, api, err := connect(account)
	if err != nil {
		return err
	}
	kind, _ := ticket.KindOf(account.Kind)
	return (&turn{w: w, config: c, account: account, kind: kind, provider: p, api: api, event: e}).run(ctx)
}

// forget deletes all that is remembered of a ticket.
func (w *Worker) forget(ctx context.Context, e ticket.Event) error {
	err := w.Store.Delete(ctx, key(e.Account, e.Ticket))
	if errors.Is(err, session.ErrNoSession) {
		return nil
	}
	return err
}

// key returns the ID under which the conversation of a ticket is stored.
func key(account, id string) string { return "ticket/" + ticket.Key(account, id) }

func (w *Worker) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return time.Now()
}

func (w *Worker) log() *slog.Logger {
	if w.Log != nil {
		return w.Log
	}
	return slog.New(slog.DiscardHandler)
}
