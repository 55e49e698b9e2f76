// Package session is what is remembered between turns: the facts of a conversation, the requests and deliveries that were
// answered already, and what people said of an answer. It keeps no log of what happened and no profile of anybody, and forgets
// everything but feedback by itself.
package session

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"
)

// A Session is one conversation: what was said so far, in the parts of a report.
type Session struct {
	ID      string         `json:"id"`
	Symptom string         `json:"symptom,omitempty"`
	Facts   map[string]any `json:"facts,omitempty"` // as told; values as JSON gives them back
	Log     string         `json:"log,omitempty"`
	Article string         `json:"article,omitempty"` // whose tree is being walked
	Fix     string         `json:"fix,omitempty"`     // the alternative that was chosen
	Further bool           `json:"further,omitempty"` // further causes are looked for
	Confirm []Confirmation `json:"confirm,omitempty"` // what was said yes to
	Asked   string         `json:"asked,omitempty"`   // the fact that the last answer asked for
	Given   []Given        `json:"given,omitempty"`   // the scripts of its answers, the newest last

	State json.RawMessage `json:"state,omitempty"` // what a channel remembers that reads answers itself
	Keep  time.Duration   `json:"keep,omitempty"`  // how long it is kept after its last turn, 0 for SessionTTL

	version int64 // of the record that it was read from, 0 for a new one
	stored  bool  // it was read from a record that has not expired
}

// Stored reports whether the conversation was stored before.
func (s *Session) Stored() bool { return s.stored }

// Confirmation is a yes to the value of a fact.
type Confirmation struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"` // as JSON gives it back
}

// Given is a script that an answer of a conversation held.
type Given struct {
	ID    string `json:"id"`
	Fix   string `json:"fix"` // the names of its fixes, joined by a plus sign
	Stage int    `json:"stage"`
}

// Feedback is what a person said of one answer.
type Feedback struct {
	At        time.Time `json:"at"`
	Article   string    `json:"article"`
	Tree      string    `json:"tree"` // the version of the tree that answered
	Diagnosis string    `json:"diagnosis,omitempty"`
	Script    string    `json:"script,omitempty"` // the sha256 of the script that was run
	Helped    bool      `json:"helped"`
	Comment   string    `json:"comment,omitempty"`
}

// A Store remembers. Its errors chain from what is below; those that a caller acts on are ErrConflict, ErrRunning, ErrOtherBody,
// ErrTooLarge, ErrID and ErrUnavailable. It is safe for concurrent use.
type Store interface {
	// Get returns a conversation. Get of an unknown or expired ID returns a new, empty session.
	Get(ctx context.Context, id string) (*Session, error)
	// Delete forgets a conversation, and gives ErrNoSession where there is none and ErrConflict where it was stored meanwhile.
	Delete(ctx context.Context, id string) error
	// Put stores a conversation as got or put before, and gives ErrConflict where somebody else stored it since.
	Put(ctx context.Context, s *Session) error

	// Begin claims a key for work on a body, named by its hash. With no answer and no error the work is the caller's, who ends it
	// by Finish or Abandon; an answer is what was given to this key and body before. ErrRunning means that somebody is at it,
	// ErrOtherBody that the key was used for another body. A claim that is not ended is free again after ClaimTimeout.
	Begin(ctx context.Context, key, body string) (answer []byte, err error)
	// Finish keeps the answer of claimed work for as long as ResponseTTL, and gives ErrConflict where the claim was lost meanwhile.
	Finish(ctx context.Context, key, body string, answer []byte) error
	// Abandon frees a claim for the next one.
	Abandon(ctx context.Context, key, body string) error

	// AddFeedback keeps what a person said; saying the same twice at one time counts once.
	AddFeedback(ctx context.Context, f Feedback) error
	// Feedback returns all that was said at or after a time, in order of time.
	Feedback(ctx context.Context, since time.Time) iter.Seq2[Feedback, error]
}

const (
	SessionTTL   = 7 * 24 * time.Hour // how long a conversation is kept after its last turn
	ClaimTimeout = time.Minute        // how long claimed work may take
	ResponseTTL  = 24 * time.Hour     // how long the answer to a key is kept

	maxData = 350 << 10 // bytes of one record; DynamoDB takes 400 KiB with all names
)

var (
	// ErrUnavailable says that what is remembered cannot be read or changed now; the same call may succeed in a moment.
	ErrUnavailable = errors.New("what is remembered cannot be reached")
	// ErrConflict says that somebody else stored the same thing meanwhile: read it again.
	ErrConflict = errors.New("it was stored by somebody else meanwhile")
	// ErrRunning says that the same request is being worked on.
	ErrRunning = errors.New("the same request is being worked on")
	// ErrOtherBody says that a key was used before, for something else.
	ErrOtherBody = errors.New("the key was used for another request")
	// ErrTooLarge says that there is more to remember than one record takes.
	ErrTooLarge = fmt.Errorf("more than %d KiB to remember", maxData>>10)
	// ErrNoSession says that no conversation of this ID is remembered.
	ErrNoSession = errors.New("no conversation of this id is remembered")
	// ErrID says that an ID or key is empty, too long, or holds what it may not.
	ErrID = errors.New("an id has 1 to 200 letters, digits and . _ : - /")
)

// NewID returns an ID that nobody can guess.
func NewID() string { return rand.Text() }

// Update changes a conversation by f, which may run several times: where somebody else stored it meanwhile, it is read and
// changed anew. Where others are quicker each time, the error is ErrUnavailable and ErrConflict.
func Update(ctx context.Context, store Store, id string, f func(*Session) error) (*Session, error) {
	const attempts = 10
	for range attempts {
		s, err := store.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := f(s); err != nil {
			return nil, err
		}
		if err := store.Put(ctx, s); !errors.Is(err, ErrConflict) {
			return s, err
		}
	}
	return nil, fmt.Errorf("session: %w: %w, %d times", ErrUnavailable, ErrConflict, attempts)
}
