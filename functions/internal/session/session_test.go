package session_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/sessiontest"
)

func TestMemory(t *testing.T) {
	sessiontest.Run(t, func(*testing.T) session.Records { return &session.Memory{} })
}

func TestBolt(t *testing.T) {
	sessiontest.Run(t, func(t *testing.T) session.Records {
		return openBolt(t, filepath.Join(t.TempDir(), "fixdesk.db"), time.Now())
	})
}

func openBolt(t *testing.T, path string, now time.Time) *session.Bolt {
	t.Helper()
	b, err := session.OpenBolt(path, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBoltRemembersAndForgetsAcrossStarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fixdesk.db")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		opened time.Time
		want   string
	}{{now, ""}, {now.Add(time.Hour), "x"}, {now.Add(session.SessionTTL), ""}} {
		b := openBolt(t, path, c.opened)
		s := session.On(b, func() time.Time { return now }) // only the sweep at the start sees the time pass
		talk, err := s.Get(t.Context(), "talk")
		if err != nil || talk.Symptom != c.want {
			t.Errorf("opened at %v: symptom %q, %v; want %q", c.opened, talk.Symptom, err, c.want)
		}
		if c.opened == now {
			talk.Symptom = "x"
			if err := s.Put(t.Context(), talk); err != nil {
				t.Fatal(err)
			}
		}
		b.Close()
	}
}

func TestBoltThatIsOpenElsewhereSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fixdesk.db")
	openBolt(t, path, time.Now())
	if _, err := session.OpenBolt(path, time.Now()); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("OpenBolt = %v", err)
	}
}

// Two processes whose clocks are ten minutes apart disagree on what has expired, and lose nothing that was acknowledged.
func TestClocksThatAreApartLoseNothing(t *testing.T) {
	records := &session.Memory{}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	behind := session.On(records, func() time.Time { return now })
	ahead := session.On(records, func() time.Time { return now.Add(10 * time.Minute) })

	say := func(s session.Store, word string) {
		t.Helper()
		_, err := session.Update(t.Context(), s, "talk", func(talk *session.Session) error { talk.Symptom += word; return nil })
		if err != nil {
			t.Error(err)
		}
	}
	said := func(s session.Store, want string) {
		t.Helper()
		if talk, err := s.Get(t.Context(), "talk"); err != nil || talk.Symptom != want {
			t.Errorf("remembered is %q, %v; want %q", talk.Symptom, err, want)
		}
	}
	say(behind, "a")
	say(ahead, "b")
	said(behind, "ab")
	now = now.Add(session.SessionTTL)
	say(behind, "c") // remembered for ten minutes more, as the clock that is ahead has it
	said(behind, "abc")
	said(ahead, "abc")

	// Work that the clock ahead takes for lost is done twice, and one answer stands.
	if _, err := behind.Begin(t.Context(), "k", "body"); err != nil {
		t.Fatal(err)
	}
	if _, err := ahead.Begin(t.Context(), "k", "body"); err != nil {
		t.Fatal(err)
	}
	first, second := behind.Finish(t.Context(), "k", "body", []byte("first")), ahead.Finish(t.Context(), "k", "body", []byte("second"))
	if first != nil || !errors.Is(second, session.ErrConflict) {
		t.Errorf("Finish = %v, then %v; want one ErrConflict", first, second)
	}
	for _, s := range []session.Store{behind, ahead} {
		if answer, err := s.Begin(t.Context(), "k", "body"); err != nil || string(answer) != "first" {
			t.Errorf("the answer is %q, %v; want that which was kept first", answer, err)
		}
	}
}

func TestFileThatCannotBeReadOrWrittenIsUnavailable(t *testing.T) {
	b := openBolt(t, filepath.Join(t.TempDir(), "fixdesk.db"), time.Now())
	s := session.On(b, nil)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), "a"); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Get = %v, want ErrUnavailable", err)
	}
	if err := s.Put(t.Context(), &session.Session{ID: "a"}); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("Put = %v, want ErrUnavailable", err)
	}
}

func TestUpdateThatNeverWinsMayBeTriedLater(t *testing.T) {
	s := session.On(&failing{err: session.ErrConflict, loads: true}, nil)
	_, err := session.Update(t.Context(), s, "a", func(*session.Session) error { return nil })
	if !errors.Is(err, session.ErrUnavailable) || !errors.Is(err, session.ErrConflict) {
		t.Errorf("Update = %v, want ErrUnavailable and ErrConflict", err)
	}
}

// A store whose records always fail passes the failure on, with what it was about.
func TestFailuresBelowAreErrors(t *testing.T) {
	broken := errors.New("no network")
	s := session.On(&failing{err: broken}, nil)
	if _, err := s.Get(t.Context(), "a"); !errors.Is(err, broken) {
		t.Errorf("Get = %v", err)
	}
	if err := s.Put(t.Context(), &session.Session{ID: "a"}); !errors.Is(err, broken) {
		t.Errorf("Put = %v", err)
	}
	if _, err := s.Begin(t.Context(), "a", "b"); !errors.Is(err, broken) {
		t.Errorf("Begin = %v", err)
	}
}

// failing is a table that fails to save, and to load too unless it loads.
type failing struct {
	session.Memory
	err   error
	loads bool
}

func (f *failing) Load(context.Context, string, string) (session.Record, error) {
	if f.loads {
		return session.Record{}, nil
	}
	return session.Record{}, f.err
}

func (f *failing) Save(context.Context, session.Record) error { return f.err }
