// Package ticket speaks with ticket systems: it checks that a webhook comes from who has the secret, reads a ticket by the system's API, and
// writes a note into it. It decides nothing about what a note says, remembers nothing, and queues ids rather than what people wrote. Each
// system has a file of its own and an entry in the table kinds.
package ticket

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/prose"
)

// A Provider speaks with one ticket system, as one account of it is configured. Its methods are safe for concurrent use.
type Provider interface {
	// Verify checks a delivery and returns what it says has happened: none where that does not concern us. The error is a *Refused
	// for a delivery that is not taken. It makes no calls, and looks at nothing of the body before the signature is checked.
	Verify(d *Delivery) ([]Event, error)
	// Read returns a ticket as it is now, its messages from the oldest to the newest. Messages that seen reports true for may come
	// without text and attachments. A ticket that was merged into another one is that other one. The error is ErrUnreadable where the system
	// cannot be asked.
	Read(ctx context.Context, api *API, id string, seen func(message string) bool) (*Ticket, error)
	// File returns the bytes of an attachment, at most max of them, from the end of the file where there are more.
	File(ctx context.Context, api *API, a Attachment, max int) ([]byte, error)
	// Write changes a ticket. Where it fails after the note was posted, Posted says so beside the error.
	Write(ctx context.Context, api *API, t *Ticket, c Change) (Posted, error)
	// Who makes one call that reads, and returns who we are to the system.
	Who(ctx context.Context, api *API) (Person, error)
	// Setup says what an administrator of the system does, in the order in which it is done.
	Setup(s Setup) string
}

// A Delivery is one request to a webhook.
type Delivery struct {
	Header  http.Header
	Body    []byte   // as it was sent: signatures are over bytes
	Secrets []string // any of them may have signed, so that they can be rotated; at least one
	Now     time.Time
}

// A Refused is why a delivery is not taken. It never holds a refused value or a signature.
type Refused struct {
	Status int
	Detail string // what was expected, and what to do
}

func (r *Refused) Error() string { return r.Detail }

// ErrUnreadable says that a system cannot be asked for a ticket: what its events say is all there is.
var ErrUnreadable = errors.New("the tickets of this system cannot be read")

// What says what has happened to a ticket.
type What string

// What can happen. A queued event says that there is something to look at; the worker reads what it is.
const (
	Opened What = "opened"
	Said   What = "said"   // somebody wrote a message
	Edited What = "edited" // somebody changed a message
	Closed What = "closed"
	Again  What = "again"  // the operator wants the ticket to be looked at again
	Forget What = "forget" // the operator wants everything about the ticket forgotten
)

// An Event is what a delivery says.
type Event struct {
	Account string `json:"account"` // the name of the account in the configuration
	ID      string `json:"id"`      // of what has happened: the same in every delivery of it
	What    What   `json:"what"`
	Ticket  string `json:"ticket"`            // its ID
	Message string `json:"message,omitempty"` // the ID of the message that was written or changed
	// Content is what the event says of the ticket. It goes into the queue only where the ticket cannot be read by an API.
	Content *Ticket `json:"content,omitempty"`
}

// Group names the ticket of an event, for a queue and for what is remembered: the same for all its events.
func (e *Event) Group() string { return Key(e.Account, e.Ticket) }

// Key returns a name for a ticket that holds nothing but letters, digits and -.
func Key(account, ticket string) string {
	sum := sha256.Sum256([]byte(account + "\x00" + ticket))
	return account + "-" + hex.EncodeToString(sum[:16])
}

// A Role is what somebody is to a ticket.
type Role string

// The roles. What nobody knows the role of is Other: it answers no question.
const (
	Requester Role = "requester"
	Agent     Role = "agent"
	Bot       Role = "bot" // another program
	Own       Role = "own" // our own user
	Other     Role = "other"
)

// A Person is somebody in a ticket system.
type Person struct {
	ID   string `json:"id"`             // the account's ID, login or address: what does not change
	Name string `json:"name,omitempty"` // to be shown
}

// A Ticket is what a system knows of a ticket.
type Ticket struct {
	ID         string    `json:"id"`
	Subject    string    `json:"subject,omitempty"`
	Status     string    `json:"status,omitempty"` // in the words of the system
	Closed     bool      `json:"closed,omitempty"` // resolved, closed, done: nothing public is written to it
	Queue      string    `json:"queue,omitempty"`  // queue, project, repository, brand
	Requesters []Person  `json:"requesters,omitempty"`
	Messages   []Message `json:"messages,omitempty"`
}

// A Message is something that somebody wrote into a ticket; the description of a ticket is its first one.
type Message struct {
	ID          string       `json:"id"`
	By          Person       `json:"by"`
	Role        Role         `json:"role"`
	Subject     string       `json:"subject,omitempty"` // of a mail
	Text        string       `json:"text,omitempty"`    // as plain text, with all that it quotes
	At          time.Time    `json:"at,omitzero"`
	Private     bool         `json:"private,omitempty"`
	Automatic   bool         `json:"automatic,omitempty"` // an out-of-office reply, a bounce, a rule
	Attachments []Attachment `json:"attachments,omitempty"`
}

// An Attachment is a file of a message.
type Attachment struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name"`
	Type string `json:"type,omitempty"`
	Size int64  `json:"size,omitempty"` // bytes, 0 where it is not known
	Text string `json:"text,omitempty"` // of a file that came with the event
}

// A Change is what we do to a ticket. The zero value of a part leaves it as it is.
type Change struct {
	ID     string // the same when the same change is tried again; letters, digits and -
	Note   *prose.Text
	Public bool   // the requester sees the note
	Files  []File // go with the note where Traits.Files
	Status string // the status to set, in the words of the system
	Tag    string // to be added
	Assign string // to whom or where the ticket is handed over
}

// A File is a script that goes with a note.
type File struct {
	Name, Type string
	Data       []byte
}

// Posted is what became of a note.
type Posted struct {
	ID     string // of the message as it comes back in an event, empty where the system does not say
	Posted bool
}

// A Setup is what an administrator needs to know.
type Setup struct {
	Hook   string // the address of the webhook
	Secret string // to be pasted
}

// Traits are what a system can do and how much of it is proven. The table of README.md is made of them.
type Traits struct {
	Title     string // what people call the system
	Signature string // how a delivery proves where it comes from
	Strong    bool   // whether that binds the body to the secret
	Answer    string // the call that brings the note
	Files     bool   // a note can have files
	Private   bool   // a note can be hidden from the requester
	Readable  bool   // a ticket can be read by an API, so that the queue holds no text
	Proof     string // what was run: the system itself, a client that we did not write, or nothing
}

// A Kind is one ticket system.
type Kind struct {
	Name string
	Traits
	open func(Account) (Provider, error)
}

// Open returns the provider for an account of this kind.
func (k Kind) Open(a Account) (Provider, error) {
	p, err := k.open(a)
	if err != nil {
		return nil, fmt.Errorf("tickets: account %s: %w", a.Name, err)
	}
	return p, nil
}

// Kinds returns all ticket systems, in the order of their names.
func Kinds() []Kind {
	all := slices.Clone(kinds)
	slices.SortFunc(all, func(a, b Kind) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// KindOf returns the ticket system of a name.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// Is reports whether somebody is one of these people, by ID, letters in either case.
func (p Person) Is(ids ...string) bool {
	return p.ID != "" && slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, p.ID) })
}

// Shown returns what a person is called.
func (p Person) Shown() string { return cmp.Or(p.Name, p.ID) }
