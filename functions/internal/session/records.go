package session

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// A Record is what one place of a Records holds.
type Record struct {
	Group   string // with Key the place
	Key     string
	Version int64     // counts the writes, from 1; 0 where there is no record
	Expires time.Time // zero where it is kept for ever
	Data    []byte
}

// Records is a table of records with optimistic locking. *Memory, *Bolt and the table in the cloud are. A table that does not
// answer, or answers that it cannot now, gives an error that is ErrUnavailable.
type Records interface {
	// Load returns the record at a place, the zero Record where there is none. It may return one that has expired.
	Load(ctx context.Context, group, key string) (Record, error)
	// Save stores r with the next version if the place still holds version r.Version (0: none), else it gives ErrConflict. A table
	// that repeats a call whose answer was lost may take an equal record of somebody else for its own.
	Save(ctx context.Context, r Record) error
	// Remove deletes the record at a place if it still has that version, else it gives ErrConflict.
	Remove(ctx context.Context, r Record) error
	// List returns the records of a group whose keys are not below from, in order of key.
	List(ctx context.Context, group, from string) iter.Seq2[Record, error]
}

// On returns a store that keeps everything in records. Now tells the time, time.Now where nil.
func On(records Records, now func() time.Time) Store {
	if now == nil {
		now = time.Now
	}
	return &store{records, now}
}

type store struct {
	records Records
	now     func() time.Time
}

// load returns the record at a place, and the version with nothing else of one that has expired: the platform deletes those late.
func (s *store) load(ctx context.Context, group, key string) (Record, error) {
	if !valid(key) {
		return Record{}, fmt.Errorf("session: %w", ErrID)
	}
	r, err := s.records.Load(ctx, group, key)
	if err != nil {
		return Record{}, fmt.Errorf("session: %s: %w", group, err)
	}
	r.Group, r.Key = group, key
	if !r.Expires.IsZero() && !s.now().Before(r.Expires) {
		r.Data = nil
	}
	return r, nil
}

func (s *store) save(ctx context.Context, r Record) error {
	if len(r.Data) > maxData {
		return fmt.Errorf("session: %s: %w", r.Group, ErrTooLarge)
	}
	if err := s.records.Save(ctx, r); err != nil {
		return fmt.Errorf("session: %s: %w", r.Group, err)
	}
	return nil
}

// valid reports whether an ID can name a record.
func valid(id string) bool {
	if id == "" || len(id) > 200 {
		return false
	}
	return strings.IndexFunc(id, func(c rune) bool {
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		return !letter && !strings.ContainsRune("._:-/", c)
	}) < 0
}

// ---- conversations

func (s *store) Get(ctx context.Context, id string) (*Session, error) {
	r, err := s.load(ctx, "session", id)
	if err != nil {
		return nil, err
	}
	talk := &Session{}
	if r.Data != nil {
		if _, err := unpack(r.Data, talk); err != nil {
			return nil, fmt.Errorf("session: %w", err)
		}
	}
	talk.ID, talk.version, talk.stored = id, r.Version, r.Data != nil
	return talk, nil
}

func (s *store) Delete(ctx context.Context, id string) error {
	r, err := s.load(ctx, "session", id)
	switch {
	case err != nil:
		return err
	case r.Data == nil:
		return ErrNoSession
	}
	if err := s.records.Remove(ctx, r); err != nil {
		return fmt.Errorf("session: %w", err)
	}
	return nil
}

func (s *store) Put(ctx context.Context, talk *Session) error {
	if !valid(talk.ID) {
		return fmt.Errorf("session: %w", ErrID)
	}
	data, err := pack(talk, nil)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	if err := s.save(ctx, Record{"session", talk.ID, talk.version, s.now().Add(cmp.Or(talk.Keep, SessionTTL)), data}); err != nil {
		return err
	}
	talk.version++
	talk.stored = true
	return nil
}

// ---- requests and deliveries

// A claim is the state of a key.
type claim struct {
	Body   string    `json:"body"`
	By     string    `json:"by,omitempty"` // tells two claims of one moment apart
	Done   bool      `json:"done,omitempty"`
	Free   time.Time `json:"free,omitzero"` // when work that is not done counts as lost
	answer []byte    // stands behind the rest, as it is
}

func (s *store) claim(ctx context.Context, key string) (Record, claim, error) {
	r, err := s.load(ctx, "request", key)
	var c claim
	if err == nil && r.Data != nil {
		c.answer, err = unpack(r.Data, &c)
	}
	return r, c, err
}

func (s *store) Begin(ctx context.Context, key, body string) ([]byte, error) {
	r, c, err := s.claim(ctx, key)
	switch {
	case err != nil:
		return nil, err
	case r.Data != nil && c.Body != body:
		return nil, ErrOtherBody
	case c.Done:
		return c.answer, nil
	case r.Data != nil && s.now().Before(c.Free):
		return nil, ErrRunning
	}
	err = s.keep(ctx, r, claim{Body: body, By: NewID(), Free: s.now().Add(ClaimTimeout)})
	if errors.Is(err, ErrConflict) { // somebody began at the same moment
		return nil, ErrRunning
	}
	return nil, err
}

func (s *store) Finish(ctx context.Context, key, body string, answer []byte) error {
	r, c, err := s.claim(ctx, key)
	if err != nil {
		return err
	}
	if r.Data == nil || c.Body != body || c.Done {
		return fmt.Errorf("session: request: %w", ErrConflict)
	}
	return s.keep(ctx, r, claim{Body: body, Done: true, answer: answer})
}

func (s *store) Abandon(ctx context.Context, key, body string) error {
	r, c, err := s.claim(ctx, key)
	if err != nil || r.Data == nil || c.Body != body || c.Done {
		return err
	}
	return s.records.Remove(ctx, r)
}

func (s *store) keep(ctx context.Context, r Record, c claim) error {
	data, err := pack(c, c.answer)
	if err != nil {
		return err
	}
	r.Data, r.Expires = data, s.now().Add(ResponseTTL)
	return s.save(ctx, r)
}

// ---- feedback

// month names the group in which feedback of a time is kept, so that no group grows for ever.
func month(t time.Time) string { return t.UTC().Format("feedback-2006-01") }

// moment is a key that sorts by time.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

func (s *store) AddFeedback(ctx context.Context, f Feedback) error {
	if f.At.IsZero() {
		f.At = s.now()
	}
	data, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("session: feedback: %w", err)
	}
	sum := sha256.Sum256(data)
	err = s.save(ctx, Record{Group: month(f.At), Key: moment(f.At) + "/" + hex.EncodeToString(sum[:6]), Data: data})
	if errors.Is(err, ErrConflict) { // it is there already
		return nil
	}
	return err
}

func (s *store) Feedback(ctx context.Context, since time.Time) iter.Seq2[Feedback, error] {
	return func(yield func(Feedback, error) bool) {
		last := month(s.now().AddDate(0, 0, 1)) // another clock may be ahead
		for m := time.Date(since.UTC().Year(), since.UTC().Month(), 1, 0, 0, 0, 0, time.UTC); month(m) <= last; m = m.AddDate(0, 1, 0) {
			for r, err := range s.records.List(ctx, month(m), moment(since)) {
				var f Feedback
				if err == nil {
					err = json.Unmarshal(r.Data, &f)
				}
				if !yield(f, err) || err != nil {
					return
				}
			}
		}
	}
}

// ---- encoding

// pack returns v as JSON and, behind a line feed, more bytes as they are, compressed together once: logs and answers shrink to a tenth.
func pack(v any, more []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(v); err != nil { // which ends in a line feed
		return nil, err
	}
	z.Write(more)
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// maxUnpacked bounds what a record unpacks to, in bytes.
const maxUnpacked = 16 << 20

// unpack reads into v what pack was given, and returns the bytes behind it.
func unpack(data []byte, v any) (more []byte, err error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	all, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil {
		return nil, err
	}
	if len(all) > maxUnpacked {
		return nil, fmt.Errorf("a record unpacks to more than %d bytes", maxUnpacked)
	}
	first, more, _ := bytes.Cut(all, []byte("\n"))
	return more, json.Unmarshal(first, v)
}
