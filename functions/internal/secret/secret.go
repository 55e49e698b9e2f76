// Package secret keeps a secret for a while, so that it can be changed where it is stored without a new deployment. It shows a
// secret to nobody but the caller of Get: printed or logged, a Secret is its name.
package secret

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
)

const (
	fresh   = 5 * time.Minute  // how long a value is used before it is read again
	pause   = 10 * time.Second // between two readings, whatever asks for them
	timeout = 3 * time.Second  // of one reading
)

// A Secret is read when it is first needed and again when it has grown old. It is safe for concurrent use.
type Secret struct {
	name string
	read func(context.Context) (string, error)
	now  func() time.Time

	mu    sync.Mutex
	value string
	known bool
	at    time.Time // when value was read
	tried time.Time // when it was last tried to
	err   error     // of the last try
}

// New returns the secret of a name that read reads. Now tells the time, time.Now where nil.
func New(name string, read func(context.Context) (string, error), now func() time.Time) *Secret {
	if now == nil {
		now = time.Now
	}
	return &Secret{name: name, read: read, now: now}
}

// FromFile returns the secret in a file, named as file:/path.
func FromFile(ref string) *Secret {
	path := strings.TrimPrefix(ref, "file:")
	return New(ref, func(context.Context) (string, error) {
		data, err := os.ReadFile(path)
		return strings.TrimSpace(string(data)), err
	}, nil)
}

// Get returns the value. While it cannot be read again, the one read before stands.
func (s *Secret) Get(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known && s.now().Sub(s.at).Abs() < fresh {
		return s.value, nil
	}
	s.again(ctx)
	if !s.known {
		return "", fmt.Errorf("secret %s: %w", s.name, s.err)
	}
	return s.value, nil
}

// Renew reads the value anew if that was not just done, for a caller to whom it seems to be an old one, and reports whether it is
// another one now.
func (s *Secret) Renew(ctx context.Context) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.value
	s.again(ctx)
	return s.value != before
}

// again reads the value, but not more often than every ten seconds.
func (s *Secret) again(ctx context.Context) {
	if !s.tried.IsZero() && s.now().Sub(s.tried).Abs() < pause {
		return
	}
	s.tried = s.now()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	value, err := s.read(ctx)
	if s.err = err; err != nil {
		return
	}
	s.value, s.known, s.at = value, true, s.now()
}

// String returns the name.
func (s *Secret) String() string { return s.name }

// GoString returns the name.
func (s *Secret) GoString() string { return s.name }

// LogValue returns the name.
func (s *Secret) LogValue() slog.Value { return slog.StringValue(s.name) }

// MarshalText returns the name.
func (s *Secret) MarshalText() ([]byte, error) { return []byte(s.name), nil }
