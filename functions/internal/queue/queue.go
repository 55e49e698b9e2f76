// Package queue keeps work until it is done: messages of one group come one after the other in the order in which they were sent, each until
// it is done or has failed too often, and then it is a dead letter. It does not know what a message says. *Bolt keeps messages in a file;
// the queue in the cloud is in package cloud, and package queuetest holds both to the same.
package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A Message is one piece of work.
type Message struct {
	Group   string // 1 to 128 letters, digits and signs of ASCII
	ID      string // as Group; a message with the ID of another that was sent in the last five minutes is taken and dropped
	Body    string // at most MaxBody bytes
	Attempt int    // which attempt at it this is, counted from 1; set by Receive
	Receipt string // names the attempt; set by Receive
}

// A Queue holds messages. It is safe for concurrent use.
type Queue interface {
	// Send puts a message at the end. When it returns without an error, the message is not lost.
	Send(ctx context.Context, m Message) error
	// Receive returns the first message of a group of which none is being worked on and none waits for its next attempt. It waits for
	// one for a few seconds at most, and returns nil where there is none. A message that is not finished within Lease comes again.
	Receive(ctx context.Context) (*Message, error)
	// Finish ends an attempt: with Done the message is deleted; else it comes again after that time at the earliest, or is a dead letter
	// after MaxAttempts. An attempt that has lost its lease ends nothing.
	Finish(ctx context.Context, m *Message, again time.Duration) error
}

// Done says that a message was worked on and does not come again.
const Done time.Duration = -1

const (
	MaxBody     = 200 << 10        // bytes; SQS takes 256 KiB with all names
	MaxAttempts = 8                // of one message
	Lease       = 3 * time.Minute  // how long an attempt may take
	sameID      = 5 * time.Minute  // how long an ID is remembered
	longest     = 15 * time.Minute // between two attempts; SQS takes twelve hours
)

// ErrMessage says that a message cannot be queued as it is.
var ErrMessage = errors.New("the message cannot be queued")

// Check returns what is wrong with a message that is to be sent.
func Check(m Message) error {
	switch {
	case !named(m.Group):
		return fmt.Errorf("%w: its group has 1 to 128 letters, digits and signs", ErrMessage)
	case !named(m.ID):
		return fmt.Errorf("%w: its ID has 1 to 128 letters, digits and signs", ErrMessage)
	case m.Body == "" || len(m.Body) > MaxBody:
		return fmt.Errorf("%w: it has %d bytes, from 1 to %d are possible", ErrMessage, len(m.Body), MaxBody)
	}
	return nil
}

func named(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Replay sends the messages of one queue again by another, which is how dead letters come back to life, and returns how many it was. Each
// gets a new ID, because the old one may still be remembered.
func Replay(ctx context.Context, from, to Queue, stamp string) (n int, err error) {
	for {
		m, err := from.Receive(ctx)
		if err != nil || m == nil {
			return n, err
		}
		id := fmt.Sprintf("%.90s/%s/%d", m.ID, stamp, n)
		if err := to.Send(ctx, Message{Group: m.Group, ID: id, Body: m.Body}); err != nil {
			return n, err
		}
		if err := from.Finish(ctx, m, Done); err != nil {
			return n, err
		}
		n++
	}
}
