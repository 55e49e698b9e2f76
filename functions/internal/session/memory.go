package session

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// Memory keeps records in memory, for tests and for a program that need not remember. It forgets what has expired, and where there is
// more than Max the conversations and requests that expire next. The zero Memory is ready to use.
type Memory struct {
	Max int              // bytes of all records, 0 for 16 MiB
	Now func() time.Time // nil for time.Now

	mu      sync.Mutex
	records map[string]Record
	bytes   int // of records
	eternal int // of those that do not expire
	saves   int // since the last sweep
}

const (
	defaultMemory = 16 << 20
	overhead      = 200  // bytes of a record beside its key and data, about
	sweepEvery    = 1000 // saves
)

func place(group, key string) string { return group + "\x00" + key }

func size(r Record) int { return len(r.Group) + len(r.Key) + len(r.Data) + overhead }

// take counts the bytes of a record in, or, with a sign of -1, out.
func (m *Memory) take(r Record, sign int) {
	m.bytes += sign * size(r)
	if r.Expires.IsZero() {
		m.eternal += sign * size(r)
	}
}

// sweep forgets what has expired, and then what expires next until a quarter of the room is free. The caller holds the lock.
func (m *Memory) sweep() {
	m.saves = 0
	now, limit := time.Now, m.max()
	if m.Now != nil {
		now = m.Now
	}
	var passing []string
	for p, r := range m.records {
		switch {
		case r.Expires.IsZero():
		case !now().Before(r.Expires):
			m.forget(p)
		default:
			passing = append(passing, p)
		}
	}
	if m.bytes <= limit {
		return
	}
	slices.SortFunc(passing, func(a, b string) int { return m.records[a].Expires.Compare(m.records[b].Expires) })
	for _, p := range passing {
		if m.bytes <= limit*3/4 {
			return
		}
		m.forget(p)
	}
}

func (m *Memory) forget(p string) {
	m.take(m.records[p], -1)
	delete(m.records, p)
}

func (m *Memory) max() int {
	if m.Max == 0 {
		return defaultMemory
	}
	return m.Max
}

func (m *Memory) Load(_ context.Context, group, key string) (Record, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.records[place(group, key)]
	r.Data = slices.Clone(r.Data)
	return r, nil
}

func (m *Memory) Save(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[place(r.Group, r.Key)].Version != r.Version {
		return ErrConflict
	}
	if r.Expires.IsZero() && m.eternal+size(r) > m.max()/2 {
		return fmt.Errorf("%w: memory holds no more that does not expire", ErrUnavailable)
	}
	if m.records == nil {
		m.records = map[string]Record{}
	}
	if old, ok := m.records[place(r.Group, r.Key)]; ok {
		m.take(old, -1)
	}
	r.Version++
	r.Data = slices.Clone(r.Data)
	m.records[place(r.Group, r.Key)] = r
	m.take(r, 1)
	if m.saves++; m.saves >= sweepEvery || m.bytes > m.max() {
		m.sweep()
	}
	return nil
}

func (m *Memory) Remove(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[place(r.Group, r.Key)].Version != r.Version {
		return ErrConflict
	}
	if _, ok := m.records[place(r.Group, r.Key)]; ok {
		m.forget(place(r.Group, r.Key))
	}
	return nil
}

func (m *Memory) List(_ context.Context, group, from string) iter.Seq2[Record, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Record
	for _, p := range slices.Sorted(maps.Keys(m.records)) {
		if strings.HasPrefix(p, place(group, "")) && p >= place(group, from) {
			found = append(found, m.records[p])
		}
	}
	return func(yield func(Record, error) bool) {
		for _, r := range found {
			if !yield(r, nil) {
				return
			}
		}
	}
}
