package snapshot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

const (
	lookEvery    = 3 * time.Minute  // how often a newer snapshot is looked for
	retryAfter   = 10 * time.Second // when to look again after a first failure; doubled up to the usual time
	fetchTimeout = 5 * time.Minute
)

// A Source says where snapshots come from and how one is opened.
type Source[T any] struct {
	Bucket Bucket
	Dir    string // where fetched snapshots stand; nobody else may write there
	Format int    // the newest format of an index that Open can read
	Open   func(dir string) (T, error)
	Close  func(T) error // nil where there is nothing to close
	Every  time.Duration // how often a newer one is looked for, 0 for every three minutes
	Now    func() time.Time
	Log    *slog.Logger
}

// Live holds what serves now: what was built in at first, then the current snapshot. It is safe for concurrent use.
type Live[T any] struct {
	source Source[T]

	mu      sync.Mutex
	entry   *entry[T]
	looking bool
	looked  time.Time
	wait    time.Duration
	status  Status
}

// Status says how it stands with the snapshots, for a health check.
type Status struct {
	Snapshot string    `json:"snapshot,omitempty"` // empty while what is built in serves
	Articles int       `json:"articles,omitempty"`
	Built    time.Time `json:"built,omitzero"`
	Since    time.Time `json:"since,omitzero"`
	Problem  string    `json:"problem,omitempty"` // why a newer snapshot does not serve
	Refused  int       `json:"refused,omitempty"` // how often one was refused since the start
	Failed   int       `json:"failed,omitempty"`  // how often looking for one failed since the start
}

// An entry is one thing that serves, and how many still use it.
type entry[T any] struct {
	value   T
	dir     string // removed at the end; empty for what is built in
	users   int
	retired bool
}

// NewLive returns a Live in which builtIn serves until a snapshot does. What an earlier process left in the folder
// goes: half-fetched snapshots now, whole ones as soon as it is known that another serves.
func NewLive[T any](source Source[T], builtIn T) *Live[T] {
	if source.Now == nil {
		source.Now = time.Now
	}
	if source.Log == nil {
		source.Log = slog.New(slog.DiscardHandler)
	}
	if source.Every == 0 {
		source.Every = lookEvery
	}
	l := &Live[T]{source: source, entry: &entry[T]{value: builtIn}, wait: source.Every}
	leftovers, _ := filepath.Glob(filepath.Join(source.Dir, "*.part-*")) // the pattern is well-formed
	for _, dir := range leftovers {
		os.RemoveAll(dir)
	}
	return l
}

// Use returns what serves now. It stays usable until release is called, which must happen once.
func (l *Live[T]) Use() (value T, release func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.entry
	e.users++
	return e.value, func() {
		l.mu.Lock()
		e.users--
		last := e.retired && e.users == 0
		l.mu.Unlock()
		if last {
			l.discard(e)
		}
	}
}

// Status returns how it stands.
func (l *Live[T]) Status() Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status
}

// Look begins to look for a newer snapshot if it is time to, and does not wait for what comes of it.
func (l *Live[T]) Look() {
	l.mu.Lock()
	passed := l.source.Now().Round(0).Sub(l.looked) // the time of day: a frozen process has no other clock
	due := !l.looking && (l.looked.IsZero() || passed >= l.wait || passed < 0)
	if due {
		l.looking = true
	}
	l.mu.Unlock()
	if !due {
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
		defer cancel()
		l.finish(l.refresh(ctx))
	}()
}

// Refresh looks for a newer snapshot now and waits for it. An error leaves in place what serves.
func (l *Live[T]) Refresh(ctx context.Context) error {
	l.mu.Lock()
	if l.looking {
		l.mu.Unlock()
		return nil
	}
	l.looking = true
	l.mu.Unlock()
	err := l.refresh(ctx)
	l.finish(err)
	return err
}

// finish keeps what came of looking.
func (l *Live[T]) finish(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looking = false
	l.looked = l.source.Now().Round(0)
	if err == nil {
		l.wait, l.status.Problem = l.source.Every, ""
		return
	}
	if l.status.Problem == "" {
		l.wait = min(retryAfter, l.source.Every)
	} else {
		l.wait = min(2*l.wait, l.source.Every)
	}
	l.status.Problem = err.Error()
	var refused *RefusedError
	if errors.As(err, &refused) {
		l.status.Refused++
	} else {
		l.status.Failed++
	}
	l.source.Log.Error("no newer snapshot", "problem", err.Error(), "serves", l.status.Snapshot)
}

// refresh fetches, opens and installs the current snapshot if it is another one.
func (l *Live[T]) refresh(ctx context.Context) error {
	p, _, err := Current(ctx, l.source.Bucket)
	if errors.Is(err, ErrMissing) {
		return nil // nothing was published yet
	}
	if err != nil {
		return err
	}
	if p.Snapshot == l.Status().Snapshot {
		return nil
	}
	listing, err := ReadListing(ctx, l.source.Bucket, p)
	if err != nil {
		return err
	}
	if listing.About.Format > l.source.Format {
		return &RefusedError{p.Snapshot, fmt.Sprintf("its index has format %d and this program reads %d: deploy the newer program first", listing.About.Format, l.source.Format)}
	}
	dir, err := Fetch(ctx, l.source.Bucket, p, listing, l.source.Dir)
	if err != nil {
		return err
	}
	value, err := l.source.Open(dir)
	if err != nil {
		os.RemoveAll(dir)
		return &RefusedError{p.Snapshot, "it cannot be opened: " + err.Error()}
	}
	l.install(&entry[T]{value: value, dir: dir}, p, listing.About)
	return nil
}

// install lets e serve, and discards what served before as soon as nobody uses it.
func (l *Live[T]) install(e *entry[T], p Pointer, about About) {
	l.mu.Lock()
	old := l.entry
	l.entry = e
	old.retired = true
	unused := old.users == 0
	l.status.Snapshot, l.status.Articles, l.status.Built = p.Snapshot, about.Articles, about.Built
	l.status.Since = l.source.Now()
	l.mu.Unlock()
	l.source.Log.Info("snapshot serves", "snapshot", p.Snapshot, "articles", about.Articles)
	if old.dir == "" { // the first one: what else stands there is of an earlier process
		if err := Clean(l.source.Dir, p.Snapshot); err != nil {
			l.source.Log.Error("old snapshots were not removed", "problem", err.Error())
		}
	}
	if unused {
		l.discard(old)
	}
}

// discard closes what is used no more and removes its files. What is built in stays: it has none.
func (l *Live[T]) discard(e *entry[T]) {
	if l.source.Close != nil {
		if err := l.source.Close(e.value); err != nil {
			l.source.Log.Error("snapshot did not close", "problem", err.Error())
		}
	}
	if e.dir != "" {
		os.RemoveAll(e.dir)
	}
}
