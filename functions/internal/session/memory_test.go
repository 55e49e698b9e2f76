package session

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestMemoryForgetsWhatHasExpiredAndIsBounded(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	m := &Memory{Max: 1 << 20, Now: func() time.Time { return now }}
	kept := Record{Group: "feedback", Key: "kept", Data: []byte("x")}
	if err := m.Save(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	save := func(i int) {
		t.Helper()
		r := Record{Group: "session", Key: fmt.Sprint(i), Expires: now.Add(time.Hour), Data: make([]byte, 1000)}
		if err := m.Save(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		now = now.Add(time.Millisecond)
	}
	for i := range 20000 {
		if save(i); m.bytes > m.Max {
			t.Fatalf("after %d records %d bytes are kept, want %d at most", i+1, m.bytes, m.Max)
		}
	}
	if r, err := m.Load(t.Context(), "session", "19999"); err != nil || r.Version != 1 {
		t.Errorf("the newest record is %+v, %v", r, err)
	}
	if r, _ := m.Load(t.Context(), "session", "0"); r.Version != 0 {
		t.Error("the oldest record is still there")
	}
	now = now.Add(2 * time.Hour)
	for i := range sweepEvery {
		save(20000 + i)
	}
	if _, ok := m.records[place("session", "19999")]; ok {
		t.Error("a record that has expired is still there after a sweep")
	}
	if r, _ := m.Load(t.Context(), "feedback", "kept"); r.Version != 1 {
		t.Error("feedback is forgotten")
	}
	total := 0
	for _, r := range m.records {
		total += size(r)
	}
	if total != m.bytes || m.eternal != size(kept) {
		t.Errorf("%d bytes and %d that stay are counted, want %d and %d", m.bytes, m.eternal, total, size(kept))
	}
}

func TestMemoryTakesNoMoreThatStaysThanHalfOfIt(t *testing.T) {
	m := &Memory{Max: 1 << 20}
	var err error
	for i := 0; err == nil && i < 2000; i++ {
		err = m.Save(t.Context(), Record{Group: "feedback", Key: fmt.Sprint(i), Data: make([]byte, 1000)})
	}
	if !errors.Is(err, ErrUnavailable) || m.bytes > m.Max/2 {
		t.Errorf("%v with %d bytes, want ErrUnavailable at half of %d", err, m.bytes, m.Max)
	}
	if err := m.Save(t.Context(), Record{Group: "session", Key: "x", Expires: time.Now().Add(time.Hour)}); err != nil {
		t.Errorf("a conversation has no room: %v", err)
	}
}
