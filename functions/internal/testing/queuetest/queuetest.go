// Package queuetest holds every implementation of queue.Queue to what it promises.
package queuetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
)

// A Pair is a queue and its dead letters.
type Pair struct {
	Live, Dead queue.Queue
	Forgets    bool // an emulator that forgets the ID of a message as soon as it is deleted
}

// Run tests the queues that open returns; each call must return queues that hold nothing.
func Run(t *testing.T, open func(t *testing.T) Pair) {
	for name, test := range map[string]func(*testing.T, Pair){
		"what is sent arrives as it was sent":                   arrives,
		"a group comes in order, one message at a time":         inOrder,
		"another group does not wait":                           groups,
		"the same ID is queued once":                            once,
		"what fails comes again before what was sent after it":  again,
		"what fails too often is a dead letter and is replayed": dead,
		"what cannot be queued is refused":                      refused,
		"what many send at once all arrives":                    many,
	} {
		t.Run(name, func(t *testing.T) { test(t, open(t)) })
	}
}

func send(t *testing.T, q queue.Queue, group, id, body string) {
	t.Helper()
	if err := q.Send(t.Context(), queue.Message{Group: group, ID: id, Body: body}); err != nil {
		t.Fatal(err)
	}
}

// receive returns the next message, or fails where none comes.
func receive(t *testing.T, q queue.Queue) *queue.Message {
	t.Helper()
	for range 5 {
		m, err := q.Receive(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if m != nil {
			return m
		}
	}
	t.Fatal("no message comes")
	return nil
}

func finish(t *testing.T, q queue.Queue, m *queue.Message, again time.Duration) {
	t.Helper()
	if err := q.Finish(t.Context(), m, again); err != nil {
		t.Fatal(err)
	}
}

func nothing(t *testing.T, q queue.Queue) {
	t.Helper()
	if m, err := q.Receive(t.Context()); err != nil || m != nil {
		t.Fatalf("Receive = %+v, %v, want nothing", m, err)
	}
}

func arrives(t *testing.T, p Pair) {
	body := "ä <b> \"quoted\" \n" + strings.Repeat("x", 100<<10)
	send(t, p.Live, "rt/1", "rt-34", body)
	m := receive(t, p.Live)
	if m.Body != body || m.Group != "rt/1" || m.Attempt != 1 {
		t.Errorf("group %s, attempt %d, a body of %d bytes, want rt/1, 1 and %d", m.Group, m.Attempt, len(m.Body), len(body))
	}
	finish(t, p.Live, m, queue.Done)
	nothing(t, p.Live)
}

func inOrder(t *testing.T, p Pair) {
	for i := range 3 {
		send(t, p.Live, "rt/1", fmt.Sprint("e", i), fmt.Sprint(i))
	}
	for i := range 3 {
		m := receive(t, p.Live)
		if m.Body != fmt.Sprint(i) {
			t.Fatalf("message %s comes as number %d", m.Body, i)
		}
		nothing(t, p.Live) // as long as it is worked on
		finish(t, p.Live, m, queue.Done)
	}
}

func groups(t *testing.T, p Pair) {
	send(t, p.Live, "rt/1", "a", "a")
	send(t, p.Live, "rt/1", "b", "b")
	send(t, p.Live, "rt/2", "c", "c")
	first, second := receive(t, p.Live), receive(t, p.Live)
	if got := []string{first.Body, second.Body}; !slices.Equal(got, []string{"a", "c"}) && !slices.Equal(got, []string{"c", "a"}) {
		t.Errorf("%v are worked on at once, want a and c", got)
	}
}

func once(t *testing.T, p Pair) {
	send(t, p.Live, "rt/1", "rt-34", "first")
	send(t, p.Live, "rt/1", "rt-34", "second")
	m := receive(t, p.Live)
	finish(t, p.Live, m, queue.Done)
	if p.Forgets {
		return
	}
	send(t, p.Live, "rt/1", "rt-34", "third")
	nothing(t, p.Live)
}

func again(t *testing.T, p Pair) {
	send(t, p.Live, "rt/1", "a", "a")
	send(t, p.Live, "rt/1", "b", "b")
	finish(t, p.Live, receive(t, p.Live), 0)
	m := receive(t, p.Live)
	if m.Body != "a" || m.Attempt != 2 {
		t.Errorf("%s comes, attempt %d; want a, attempt 2", m.Body, m.Attempt)
	}
	finish(t, p.Live, m, time.Hour)
	nothing(t, p.Live) // b waits behind a
}

func dead(t *testing.T, p Pair) {
	send(t, p.Live, "rt/1", "a", "a")
	for range queue.MaxAttempts {
		finish(t, p.Live, receive(t, p.Live), 0)
	}
	nothing(t, p.Live)
	n, err := queue.Replay(t.Context(), p.Dead, p.Live, "r1")
	if err != nil || n != 1 {
		t.Fatalf("Replay = %d, %v, want 1", n, err)
	}
	if m := receive(t, p.Live); m.Body != "a" || m.Group != "rt/1" {
		t.Errorf("%s of %s comes back, want a of rt/1", m.Body, m.Group)
	}
	if n, err := queue.Replay(t.Context(), p.Dead, p.Live, "r2"); err != nil || n != 0 {
		t.Errorf("the second Replay = %d, %v, want 0", n, err)
	}
}

func refused(t *testing.T, p Pair) {
	for _, m := range []queue.Message{
		{ID: "a", Body: "x"}, {Group: "g", Body: "x"}, {Group: "g", ID: "a"}, {Group: "g h", ID: "a", Body: "x"},
		{Group: "g", ID: strings.Repeat("a", 129), Body: "x"}, {Group: "g", ID: "a", Body: strings.Repeat("x", queue.MaxBody+1)},
	} {
		if err := p.Live.Send(t.Context(), m); !errors.Is(err, queue.ErrMessage) {
			t.Errorf("Send(%.20s) = %v, want ErrMessage", m.ID, err)
		}
	}
}

func many(t *testing.T, p Pair) {
	const n = 40
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := p.Live.Send(t.Context(), queue.Message{Group: fmt.Sprint("g", i), ID: fmt.Sprint(i), Body: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for range n {
		m := receive(t, p.Live)
		seen[m.Body] = true
		finish(t, p.Live, m, queue.Done)
	}
	if len(seen) != n {
		t.Errorf("%d of %d messages arrive", len(seen), n)
	}
}
