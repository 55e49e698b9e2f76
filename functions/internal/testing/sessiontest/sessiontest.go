// Package sessiontest holds every implementation of session.Records to what a store on it promises.
package sessiontest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// A clock is set by hand.
type clock struct{ now atomic.Pointer[time.Time] }

func (c *clock) Now() time.Time { return *c.now.Load() }

func (c *clock) add(d time.Duration) {
	t := c.Now().Add(d)
	c.now.Store(&t)
}

// Run tests the records that open returns; each call must return a table that holds nothing yet.
func Run(t *testing.T, open func(t *testing.T) session.Records) {
	for name, test := range map[string]func(*testing.T, session.Store, *clock){
		"unknown conversation is new and empty":       unknown,
		"conversation is what was put":                putAndGet,
		"stale conversation is refused":               stale,
		"update tries again until it stands":          update,
		"conversation is forgotten":                   forgotten,
		"conversation is deleted":                     deleted,
		"conversation is kept as long as it asks for": keptLonger,
		"too much to remember is refused":             tooMuch,
		"id that is none is refused":                  badID,
		"answered request gets its answer":            answered,
		"request that is being worked on":             running,
		"claim that was lost is free after its time":  lost,
		"abandoned claim is free at once":             abandoned,
		"one of many wins a claim":                    race,
		"answer is forgotten":                         answerForgotten,
		"feedback in order of time":                   feedback,
	} {
		t.Run(name, func(t *testing.T) {
			c := &clock{}
			start := time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)
			c.now.Store(&start)
			test(t, session.On(open(t), c.Now), c)
		})
	}
}

func deleted(t *testing.T, s session.Store, c *clock) {
	if err := s.Delete(t.Context(), "talk"); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Delete of nothing = %v, want ErrNoSession", err)
	}
	talk := &session.Session{ID: "talk", Symptom: "hangs"}
	if err := s.Put(t.Context(), talk); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "talk"); err != nil || !got.Stored() {
		t.Errorf("Get = %+v, %v, want one that is stored", got, err)
	}
	if err := s.Delete(t.Context(), "talk"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Get(t.Context(), "talk"); err != nil || got.Stored() || got.Symptom != "" {
		t.Errorf("after Delete: %+v, %v, want a new session", got, err)
	}
	if err := s.Put(t.Context(), talk); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Put of what was deleted meanwhile = %v, want ErrConflict", err)
	}
	expired := &session.Session{ID: "expired", Symptom: "hangs"}
	if err := s.Put(t.Context(), expired); err != nil {
		t.Fatal(err)
	}
	c.add(session.SessionTTL)
	if err := s.Delete(t.Context(), "expired"); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Delete of what has expired = %v, want ErrNoSession", err)
	}
	if got, err := s.Get(t.Context(), "expired"); err != nil || got.Stored() {
		t.Errorf("Get of what has expired = %+v, %v, want a new session", got, err)
	}
}

func keptLonger(t *testing.T, s session.Store, c *clock) {
	if err := s.Put(t.Context(), &session.Session{ID: "ticket", State: []byte(`{"a":1}`), Keep: 30 * 24 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	c.add(29 * 24 * time.Hour)
	if got, err := s.Get(t.Context(), "ticket"); err != nil || !got.Stored() || string(got.State) != `{"a":1}` {
		t.Errorf("after 29 of 30 days: %+v, %v", got, err)
	}
	c.add(2 * 24 * time.Hour)
	if got, err := s.Get(t.Context(), "ticket"); err != nil || got.Stored() {
		t.Errorf("after 31 of 30 days: %+v, %v, want a new session", got, err)
	}
}

func unknown(t *testing.T, s session.Store, _ *clock) {
	got, err := s.Get(t.Context(), "nobody")
	if err != nil || !reflect.DeepEqual(got, &session.Session{ID: "nobody"}) {
		t.Errorf("Get = %+v, %v; want a new session", got, err)
	}
}

func putAndGet(t *testing.T, s session.Store, _ *clock) {
	talk, err := s.Get(t.Context(), "slack:T1/C1/1531420618.05")
	if err != nil {
		t.Fatal(err)
	}
	talk.Asked, talk.Confirm = "client_os", []session.Confirmation{{Fact: "client_os", Value: "nt4"}, {Fact: "sites", Value: []any{"ABC"}}}
	talk.Symptom, talk.Log, talk.Article, talk.Fix, talk.Further = "hängt \x00 <b>", "a\r\nb", "Q238865", "age-site", true
	talk.Facts = map[string]any{"client_os": "nt4", "client_sites": []any{"ABC", "DEF"}}
	for range 2 { // a second Put of the same session is not stale
		if err := s.Put(t.Context(), talk); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Get(t.Context(), talk.ID)
	if err != nil || !reflect.DeepEqual(got, talk) {
		t.Errorf("Get = %+v, %v; want %+v", got, err, talk)
	}
	got.Facts["client_os"] = "win2000"
	again, _ := s.Get(t.Context(), talk.ID)
	if again.Facts["client_os"] != "nt4" {
		t.Error("changing what Get returned changed what is stored")
	}
}

func stale(t *testing.T, s session.Store, _ *clock) {
	a, _ := s.Get(t.Context(), "talk")
	b, _ := s.Get(t.Context(), "talk")
	a.Symptom, b.Symptom = "a", "b"
	if err := s.Put(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), b); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Put of a stale session = %v, want ErrConflict", err)
	}
	if got, _ := s.Get(t.Context(), "talk"); got.Symptom != "a" {
		t.Errorf("the stale session was stored: %q", got.Symptom)
	}
}

func update(t *testing.T, s session.Store, _ *clock) {
	var wg sync.WaitGroup
	const writers = 10 // each loses to another one at most, and so to nine
	for i := range writers {
		wg.Go(func() {
			_, err := session.Update(t.Context(), s, "talk", func(talk *session.Session) error {
				if talk.Facts == nil {
					talk.Facts = map[string]any{}
				}
				talk.Facts[fmt.Sprint("f", i)] = "yes"
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := s.Get(t.Context(), "talk"); err != nil || len(got.Facts) != writers {
		t.Errorf("facts = %v, %v; want %d", got.Facts, err, writers)
	}
	refused := errors.New("refused")
	if _, err := session.Update(t.Context(), s, "talk", func(*session.Session) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("Update = %v, want the error of its function", err)
	}
}

func forgotten(t *testing.T, s session.Store, c *clock) {
	talk, _ := s.Get(t.Context(), "talk")
	talk.Symptom = "x"
	if err := s.Put(t.Context(), talk); err != nil {
		t.Fatal(err)
	}
	c.add(session.SessionTTL - time.Second)
	if got, _ := s.Get(t.Context(), "talk"); got.Symptom != "x" {
		t.Errorf("forgotten too early: %+v", got)
	}
	c.add(time.Second)
	got, err := s.Get(t.Context(), "talk")
	if err != nil || got.Symptom != "" {
		t.Errorf("Get = %+v, %v; want a new session", got, err)
	}
	if err := s.Put(t.Context(), got); err != nil {
		t.Errorf("Put over an expired record: %v", err)
	}
}

func tooMuch(t *testing.T, s session.Store, _ *clock) {
	var noise strings.Builder
	for i := range 400_000 {
		fmt.Fprintf(&noise, "%x", i*2654435761)
	}
	if err := s.Put(t.Context(), &session.Session{ID: "talk", Log: noise.String()}); !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("Put = %v, want ErrTooLarge", err)
	}
	if err := s.Put(t.Context(), &session.Session{ID: "talk", Log: noise.String()[:400<<10]}); err != nil {
		t.Errorf("Put of 400 KiB that shrink: %v", err)
	}
}

func badID(t *testing.T, s session.Store, _ *clock) {
	for _, id := range []string{"", " ", "a b", "a\x00b", "ä", strings.Repeat("x", 201)} {
		if _, err := s.Get(t.Context(), id); !errors.Is(err, session.ErrID) {
			t.Errorf("Get(%q) = %v, want ErrID", id, err)
		}
		if err := s.Put(t.Context(), &session.Session{ID: id}); !errors.Is(err, session.ErrID) {
			t.Errorf("Put(%q) = %v, want ErrID", id, err)
		}
		if _, err := s.Begin(t.Context(), id, "b"); !errors.Is(err, session.ErrID) {
			t.Errorf("Begin(%q) = %v, want ErrID", id, err)
		}
	}
}

func begin(t *testing.T, s session.Store, key, body, wantAnswer string, want error) {
	t.Helper()
	answer, err := s.Begin(t.Context(), key, body)
	if !errors.Is(err, want) || string(answer) != wantAnswer {
		t.Errorf("Begin(%s, %s) = %q, %v; want %q, %v", key, body, answer, err, wantAnswer, want)
	}
}

func answered(t *testing.T, s session.Store, _ *clock) {
	begin(t, s, "k", "body", "", nil)
	if err := s.Finish(t.Context(), "k", "body", []byte("the answer")); err != nil {
		t.Fatal(err)
	}
	begin(t, s, "k", "body", "the answer", nil)
	begin(t, s, "k", "other", "", session.ErrOtherBody)
	begin(t, s, "another", "body", "", nil)
	if err := s.Finish(t.Context(), "k", "body", []byte("again")); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Finish of what is finished = %v, want ErrConflict", err)
	}
	if err := s.Abandon(t.Context(), "k", "body"); err != nil {
		t.Error(err)
	}
	begin(t, s, "k", "body", "the answer", nil) // what is finished cannot be abandoned

	begin(t, s, "empty", "body", "", nil)
	if err := s.Finish(t.Context(), "empty", "body", nil); err != nil {
		t.Fatal(err)
	}
	if answer, err := s.Begin(t.Context(), "empty", "body"); answer == nil || err != nil {
		t.Errorf("Begin = %v, %v; want an empty answer that is no claim", answer, err)
	}
}

func running(t *testing.T, s session.Store, _ *clock) {
	begin(t, s, "k", "body", "", nil)
	begin(t, s, "k", "body", "", session.ErrRunning)
	begin(t, s, "k", "other", "", session.ErrOtherBody)
}

func lost(t *testing.T, s session.Store, c *clock) {
	begin(t, s, "k", "body", "", nil)
	c.add(session.ClaimTimeout)
	begin(t, s, "k", "body", "", nil)
	begin(t, s, "k", "body", "", session.ErrRunning)
}

func abandoned(t *testing.T, s session.Store, _ *clock) {
	begin(t, s, "k", "body", "", nil)
	if err := s.Abandon(t.Context(), "k", "body"); err != nil {
		t.Fatal(err)
	}
	begin(t, s, "k", "other", "", nil)
	if err := s.Abandon(t.Context(), "never", "body"); err != nil {
		t.Errorf("Abandon of what was never begun: %v", err)
	}
	if err := s.Finish(t.Context(), "k", "body", nil); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Finish of a claim of somebody else = %v, want ErrConflict", err)
	}
}

func race(t *testing.T, s session.Store, _ *clock) {
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := s.Begin(t.Context(), "k", "body")
			switch {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, session.ErrRunning):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d claims were given, want 1", won.Load())
	}
}

func answerForgotten(t *testing.T, s session.Store, c *clock) {
	begin(t, s, "k", "body", "", nil)
	if err := s.Finish(t.Context(), "k", "body", []byte("x")); err != nil {
		t.Fatal(err)
	}
	c.add(session.ResponseTTL)
	begin(t, s, "k", "other", "", nil)
}

func feedback(t *testing.T, s session.Store, c *clock) {
	first := session.Feedback{At: c.Now(), Article: "Q238865", Tree: "0a1b2c3d", Diagnosis: "nonexistent-site", Helped: true}
	second := session.Feedback{At: c.Now().Add(2 * time.Hour), Article: "Q238865", Tree: "0a1b2c3d", Comment: "half"} // of the next month
	for _, f := range []session.Feedback{second, first, first} {
		if err := s.AddFeedback(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	c.add(3 * time.Hour)
	third := session.Feedback{Article: "Q236596", Tree: "ffffffff", Script: "ab"}
	if err := s.AddFeedback(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	third.At = c.Now()
	for _, want := range [][]session.Feedback{{first, second, third}, {second, third}, {third}, nil} {
		since := c.Now().Add(time.Hour)
		if len(want) > 0 {
			since = want[0].At
		}
		var got []session.Feedback
		for f, err := range s.Feedback(t.Context(), since) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, f)
		}
		if !slices.Equal(got, want) {
			t.Errorf("Feedback since %v = %+v, want %+v", since, got, want)
		}
	}
}
