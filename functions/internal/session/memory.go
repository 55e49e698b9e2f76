package session

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Memory keeps records in memory, for tests and for a program that need not remember. The zero Memory is ready to use.
type Memory struct {
	mu      sync.Mutex
	records map[string]Record
}

func place(group, key string) string { return group + "\x00" + key }

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
	if m.records == nil {
		m.records = map[string]Record{}
	}
	r.Version++
	r.Data = slices.Clone(r.Data)
	m.records[place(r.Group, r.Key)] = r
	return nil
}

func (m *Memory) Remove(_ context.Context, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.records[place(r.Group, r.Key)].Version != r.Version {
		return ErrConflict
	}
	delete(m.records, place(r.Group, r.Key))
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
