package script

import (
	"sync"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// A Memo remembers what was rendered: the same plan gives the same bytes, and most reports about one site lead to the same few plans.
// The zero Memo is ready to use, by several goroutines at once.
type Memo struct {
	mu   sync.Mutex
	done map[memoKey]rendered
}

type memoKey struct {
	plan, dialect string
	stage         int
}

type rendered struct {
	script Script
	err    error
}

// memoSize bounds a Memo. One that is full begins anew.
const memoSize = 512

// Render is Render of the package, from memory where it can.
func (m *Memo) Render(p plan.Plan, dialect string, stage int) (Script, error) {
	if p.Key() == "" {
		return Render(p, dialect, stage)
	}
	key := memoKey{p.Key(), dialect, stage}
	m.mu.Lock()
	r, ok := m.done[key]
	m.mu.Unlock()
	if ok {
		return r.script, r.err
	}
	r.script, r.err = Render(p, dialect, stage)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done == nil || len(m.done) >= memoSize {
		m.done = make(map[memoKey]rendered)
	}
	m.done[key] = r
	return r.script, r.err
}
