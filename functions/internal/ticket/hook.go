package ticket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
)

// MaxBody is how large a delivery may be, in bytes.
const MaxBody = 1 << 20

// Sender puts messages into a queue. A queue.Queue is one.
type Sender interface {
	Send(ctx context.Context, m queue.Message) error
}

// Hooks is the receiver of all webhooks. It checks, queues and answers, and calls nobody.
type Hooks struct {
	Config func(ctx context.Context) (*Config, error) // as it is now; an error is ours
	Queue  Sender                                     // nil where none is set up
	Now    func() time.Time                           // nil for time.Now
}

// ServeHTTP answers /hooks/{account}.
func (h *Hooks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := h.take(w, r)
	if err != nil {
		edge.Write(w, r, *problemOf(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, "{\"accepted\":%d}\n", n)
}

// take queues what a delivery says, and returns how many events that is.
func (h *Hooks) take(w http.ResponseWriter, r *http.Request) (int, error) {
	if r.Method != http.MethodPost {
		return 0, &edge.Problem{Type: edge.Request, Title: "The method does not fit", Status: http.StatusMethodNotAllowed, Detail: "Send webhooks with POST.", Header: map[string]string{"Allow": "POST"}}
	}
	account, provider, err := h.account(r)
	if err != nil {
		return 0, err
	}
	d, err := h.delivery(w, r, account)
	if err != nil {
		return 0, err
	}
	var events []Event
	if IsCommand(d.Header) {
		events, err = verifyCommand(account, d)
	} else {
		events, err = provider.Verify(d)
	}
	if err != nil {
		return 0, err
	}
	kind, _ := KindOf(account.Kind)
	for _, e := range events {
		if kind.Readable {
			e.Content = nil
		}
		if err := Enqueue(r.Context(), h.Queue, e); err != nil {
			return 0, edge.Unavailable("The event cannot be queued", "The service cannot take events just now. Send it again.", err)
		}
	}
	return len(events), nil
}

// account returns the account that the address names.
func (h *Hooks) account(r *http.Request) (Account, Provider, error) {
	notSetUp := func(cause error) error {
		return &edge.Problem{Type: edge.Ours, Title: "Not set up", Status: http.StatusServiceUnavailable,
			Detail: "No ticket system is set up at this address, or its secret is missing. The operator of this service can say when it will be.", Cause: cause}
	}
	if h.Queue == nil || h.Config == nil {
		return Account{}, nil, notSetUp(nil)
	}
	c, err := h.Config(r.Context())
	if err != nil {
		return Account{}, nil, notSetUp(err)
	}
	a, ok := c.Account(r.PathValue("provider"))
	if !ok || len(a.Secrets) == 0 {
		return Account{}, nil, notSetUp(nil)
	}
	kind, ok := KindOf(a.Kind)
	if !ok {
		return Account{}, nil, notSetUp(fmt.Errorf("account %s has no kind", a.Name))
	}
	p, err := kind.Open(a)
	if err != nil {
		return Account{}, nil, notSetUp(err)
	}
	return a, p, nil
}

// delivery reads a request.
func (h *Hooks) delivery(w http.ResponseWriter, r *http.Request, a Account) (*Delivery, error) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "application/x-www-form-urlencoded" {
		return nil, &edge.Problem{Type: edge.Request, Title: "The media type does not fit", Status: http.StatusUnsupportedMediaType,
			Detail: "The body is form-encoded. Set the content type of the webhook to application/json."}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, &edge.Problem{Type: edge.TooLarge, Title: "The event is too large", Status: http.StatusRequestEntityTooLarge,
			Detail: "An event has at most " + strconv.Itoa(MaxBody) + " bytes. Send a large text as an attachment of the ticket; fixdesk tickets again lets the ticket be looked at all the same."}
	case err != nil:
		return nil, &Refused{http.StatusBadRequest, "The body ended before it was whole."}
	}
	now := time.Now
	if h.Now != nil {
		now = h.Now
	}
	return &Delivery{Header: r.Header, Body: body, Secrets: a.Secrets, Now: now()}, nil
}

// Enqueue puts an event into a queue: those of one ticket in order, and each of them once.
func Enqueue(ctx context.Context, q Sender, e Event) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return q.Send(ctx, queue.Message{Group: e.Group(), ID: Key(e.Account, e.ID), Body: string(body)})
}

// Dequeued returns the event of a message.
func Dequeued(body string) (Event, error) {
	var e Event
	if err := json.Unmarshal([]byte(body), &e); err != nil || e.Account == "" || e.Ticket == "" || e.ID == "" {
		return e, errors.New("tickets: a message of the queue is not an event")
	}
	return e, nil
}

// problemOf returns the problem that an error is answered with.
func problemOf(err error) *edge.Problem {
	var p *edge.Problem
	if errors.As(err, &p) {
		return p
	}
	var refused *Refused
	if !errors.As(err, &refused) {
		return &edge.Problem{Type: edge.Ours, Title: "Internal error", Status: http.StatusInternalServerError, Detail: "The event could not be taken, and that is not the sender's doing.", Cause: err}
	}
	p = &edge.Problem{Type: edge.Refused, Title: "The event is refused", Status: refused.Status, Detail: refused.Detail}
	switch refused.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusUnsupportedMediaType:
		p.Type = edge.Request
	case http.StatusBadRequest:
		p.Type = edge.Unreadable
	}
	return p
}
