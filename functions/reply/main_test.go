package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
)

// slow is a worker that wants some messages again later.
type slow map[string]time.Duration

func (s slow) Work(_ context.Context, m *queue.Message) time.Duration {
	if again, ok := s[m.Body]; ok {
		return again
	}
	return queue.Done
}

// waits is a queue that notes for how long messages wait.
type waits map[string]time.Duration

func (waits) Send(context.Context, queue.Message) error       { return nil }
func (waits) Receive(context.Context) (*queue.Message, error) { return nil, nil }
func (w waits) Finish(_ context.Context, m *queue.Message, d time.Duration) error {
	w[m.Body] = d
	return nil
}

func TestWhatFollowsAMessageThatComesAgainComesAgainToo(t *testing.T) {
	var e events.SQSEvent
	for _, r := range [][2]string{{"a", "a1"}, {"b", "b1"}, {"a", "a2"}, {"b", "b2"}, {"a", "a3"}} {
		e.Records = append(e.Records, events.SQSMessage{MessageId: r[1], Body: r[1], Attributes: map[string]string{"MessageGroupId": r[0], "ApproximateReceiveCount": "2"}})
	}
	q := waits{}
	got := batch(t.Context(), slow{"a2": time.Minute}, q, e)
	var failed []string
	for _, f := range got.BatchItemFailures {
		failed = append(failed, f.ItemIdentifier)
	}
	if want := []string{"a2", "a3"}; !slices.Equal(failed, want) {
		t.Errorf("%v come again, want %v", failed, want)
	}
	if len(q) != 1 || q["a2"] != time.Minute {
		t.Errorf("messages wait for %v", q)
	}
}
