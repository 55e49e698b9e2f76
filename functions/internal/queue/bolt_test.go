package queue_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/testing/queuetest"
)

func open(t *testing.T, path string, now func() time.Time) *queue.Bolt {
	t.Helper()
	b, err := queue.OpenBolt(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBoltIsAQueue(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Pair {
		b := open(t, filepath.Join(t.TempDir(), "queue"), nil)
		return queuetest.Pair{Live: b.Live(), Dead: b.Dead()}
	})
}

func TestWhatAKilledProcessWorkedOnComesAgainAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue")
	b := open(t, path, nil)
	if err := b.Live().Send(t.Context(), queue.Message{Group: "g", ID: "a", Body: "a"}); err != nil {
		t.Fatal(err)
	}
	if m, err := b.Live().Receive(t.Context()); err != nil || m == nil {
		t.Fatal(m, err)
	}
	b.Close()
	m, err := open(t, path, nil).Live().Receive(t.Context())
	if err != nil || m == nil || m.Attempt != 2 {
		t.Errorf("Receive = %+v, %v, want the second attempt", m, err)
	}
}

func TestAnAttemptThatLostItsLeaseEndsNothing(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := open(t, filepath.Join(t.TempDir(), "queue"), func() time.Time { return now })
	if err := b.Live().Send(t.Context(), queue.Message{Group: "g", ID: "a", Body: "a"}); err != nil {
		t.Fatal(err)
	}
	slow, _ := b.Live().Receive(t.Context())
	now = now.Add(queue.Lease)
	if m, err := b.Live().Receive(t.Context()); err != nil || m == nil || m.Attempt != 2 {
		t.Fatalf("Receive after the lease = %+v, %v", m, err)
	}
	if err := b.Live().Finish(t.Context(), slow, queue.Done); err != nil {
		t.Fatal(err)
	}
	if live, dead, err := b.Waiting(); live != 1 || dead != 0 || err != nil {
		t.Errorf("Waiting = %d, %d, %v, want the message to be there", live, dead, err)
	}
}
