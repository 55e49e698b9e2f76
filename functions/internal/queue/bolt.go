package queue

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Bolt keeps messages in one file, for a program on one machine. Only one process can have the file open.
type Bolt struct {
	db  *bolt.DB
	now func() time.Time

	mu   sync.Mutex
	news chan struct{} // closed when something was sent or finished
}

// OpenBolt opens the file at path and makes it where it is missing. What was being worked on when the file was closed is free again. Now
// tells the time, time.Now where nil.
func OpenBolt(path string, now func() time.Time) (*Bolt, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("queue: %s: another process has it open", path)
	}
	if err != nil {
		return nil, fmt.Errorf("queue: %s: %w", path, err)
	}
	if now == nil {
		now = time.Now
	}
	b := &Bolt{db: db, now: now, news: make(chan struct{})}
	if err := b.begin(); err != nil {
		db.Close()
		return nil, fmt.Errorf("queue: %s: %w", path, err)
	}
	return b, nil
}

// Close closes the file.
func (b *Bolt) Close() error { return b.db.Close() }

// Live returns the queue of work.
func (b *Bolt) Live() Queue { return &lane{b, liveLane} }

// Dead returns the dead letters. What is sent there stays until it is finished with Done.
func (b *Bolt) Dead() Queue { return &lane{b, deadLane} }

// Waiting returns how many messages there are, and how many dead letters.
func (b *Bolt) Waiting() (live, dead int, err error) {
	err = b.db.View(func(tx *bolt.Tx) error {
		live, dead = tx.Bucket(liveLane).Stats().KeyN, tx.Bucket(deadLane).Stats().KeyN
		return nil
	})
	return live, dead, err
}

var (
	liveLane = []byte("live")
	deadLane = []byte("dead")
	ids      = []byte("ids") // ID → when it was sent
)

// A kept message is a value of a lane; its key is its number, big-endian, so that the lane is in order.
type kept struct {
	Group, ID, Body string
	Attempt         int       `json:",omitempty"`
	Free            time.Time `json:",omitzero"` // when it may be received
}

func (b *Bolt) begin() error {
	return b.db.Update(func(tx *bolt.Tx) error {
		for _, name := range [][]byte{liveLane, deadLane, ids} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		for _, name := range [][]byte{liveLane, deadLane} {
			if err := release(tx.Bucket(name)); err != nil {
				return err
			}
		}
		return b.sweep(tx)
	})
}

// release frees the messages of a lane that nobody works on any more.
func release(lane *bolt.Bucket) error {
	changed := map[string][]byte{}
	err := lane.ForEach(func(k, v []byte) error {
		var m kept
		if err := json.Unmarshal(v, &m); err != nil {
			return err
		}
		if m.Free.IsZero() {
			return nil
		}
		m.Free = time.Time{}
		data, err := json.Marshal(m)
		changed[string(k)] = data
		return err
	})
	for k, v := range changed {
		if err == nil {
			err = lane.Put([]byte(k), v)
		}
	}
	return err
}

// sweep forgets the IDs that need not be remembered any more.
func (b *Bolt) sweep(tx *bolt.Tx) error {
	c := tx.Bucket(ids).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if at, err := time.Parse(time.RFC3339, string(v)); err != nil || b.now().Sub(at) >= sameID {
			if err := c.Delete(); err != nil {
				return err
			}
		}
	}
	return nil
}

// wake lets those who wait look again.
func (b *Bolt) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.news)
	b.news = make(chan struct{})
}

func (b *Bolt) waiting() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.news
}

// A lane is one of the two queues of a file.
type lane struct {
	b    *Bolt
	name []byte
}

const sweepEvery = 1000 // messages

// Send implements Queue. Sends at the same moment share one write to the disk.
func (l *lane) Send(_ context.Context, m Message) error {
	if err := Check(m); err != nil {
		return err
	}
	err := l.b.db.Batch(func(tx *bolt.Tx) error {
		seen := tx.Bucket(ids)
		id := append(append([]byte{}, l.name...), m.ID...)
		if v := seen.Get(id); v != nil {
			if at, err := time.Parse(time.RFC3339, string(v)); err == nil && l.b.now().Sub(at) < sameID {
				return nil
			}
		}
		n, err := put(tx.Bucket(l.name), kept{Group: m.Group, ID: m.ID, Body: m.Body})
		if err != nil {
			return err
		}
		if n%sweepEvery == 0 {
			if err := l.b.sweep(tx); err != nil {
				return err
			}
		}
		return seen.Put(id, []byte(l.b.now().UTC().Format(time.RFC3339)))
	})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	l.b.wake()
	return nil
}

// put stores a message at the end of a lane and returns its number.
func put(bucket *bolt.Bucket, m kept) (uint64, error) {
	n, err := bucket.NextSequence()
	if err != nil {
		return 0, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	return n, bucket.Put(key(n), data)
}

func key(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// waitFor bounds how long Receive waits.
const waitFor = 2 * time.Second

// Receive implements Queue.
func (l *lane) Receive(ctx context.Context) (*Message, error) {
	end := time.NewTimer(waitFor)
	defer end.Stop()
	for {
		news := l.b.waiting()
		m, next, err := l.take()
		if err != nil {
			return nil, fmt.Errorf("queue: %w", err)
		}
		if m != nil {
			return m, nil
		}
		if string(l.name) == string(deadLane) {
			return nil, nil // nobody waits for dead letters
		}
		again := time.NewTimer(max(next, time.Millisecond))
		select {
		case <-news:
		case <-again.C:
		case <-end.C:
			again.Stop()
			return nil, nil
		case <-ctx.Done():
			again.Stop()
			return nil, nil
		}
		again.Stop()
	}
}

// take leases the first message that may be received. Where there is none, next is how long it takes until there may be one.
func (l *lane) take() (m *Message, next time.Duration, err error) {
	next = waitFor
	now := l.b.now()
	var at []byte
	var found kept
	err = l.b.db.View(func(tx *bolt.Tx) error {
		at, found, next, err = first(tx.Bucket(l.name), now)
		return err
	})
	if err != nil || at == nil {
		return nil, next, err
	}
	err = l.b.db.Update(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(l.name)
		if at, found, next, err = first(bucket, now); err != nil || at == nil { // somebody may have been quicker
			return err
		}
		found.Attempt++
		found.Free = now.Add(Lease)
		data, err := json.Marshal(found)
		if err != nil {
			return err
		}
		m = &Message{found.Group, found.ID, found.Body, found.Attempt, receipt(at, found.Attempt)}
		return bucket.Put(at, data)
	})
	return m, next, err
}

// first finds the first message that may be received: one whose group has no earlier message that waits.
func first(bucket *bolt.Bucket, now time.Time) (at []byte, m kept, next time.Duration, err error) {
	next = waitFor
	waits := map[string]bool{}
	c := bucket.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		m = kept{}
		if err := json.Unmarshal(v, &m); err != nil {
			return nil, m, next, err
		}
		if waits[m.Group] {
			continue
		}
		if !now.Before(m.Free) {
			return bytes.Clone(k), m, next, nil
		}
		waits[m.Group] = true
		next = min(next, m.Free.Sub(now))
	}
	return nil, kept{}, next, nil
}

func receipt(key []byte, attempt int) string {
	return strconv.FormatUint(binary.BigEndian.Uint64(key), 10) + "." + strconv.Itoa(attempt)
}

// Finish implements Queue.
func (l *lane) Finish(_ context.Context, m *Message, again time.Duration) error {
	var number uint64
	var attempt int
	if _, err := fmt.Sscanf(m.Receipt, "%d.%d", &number, &attempt); err != nil {
		return fmt.Errorf("queue: %w: it was not received", ErrMessage)
	}
	err := l.b.db.Update(func(tx *bolt.Tx) error {
		bucket := tx.Bucket(l.name)
		v := bucket.Get(key(number))
		var k kept
		if v == nil || json.Unmarshal(v, &k) != nil || k.Attempt != attempt {
			return nil // the lease was lost
		}
		dead := again >= 0 && k.Attempt >= MaxAttempts && string(l.name) == string(liveLane)
		if dead {
			if _, err := put(tx.Bucket(deadLane), kept{Group: k.Group, ID: k.ID, Body: k.Body}); err != nil {
				return err
			}
		}
		if again < 0 || dead {
			return bucket.Delete(key(number))
		}
		k.Free = l.b.now().Add(min(again, longest))
		data, err := json.Marshal(k)
		if err != nil {
			return err
		}
		return bucket.Put(key(number), data)
	})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	l.b.wake()
	return nil
}
