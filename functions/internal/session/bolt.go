package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// Bolt keeps records in one file, for a program on one machine. Only one process can have the file open.
type Bolt struct{ db *bolt.DB }

// OpenBolt opens the file at path, makes it where it is missing, and forgets what had expired by now.
func OpenBolt(path string, now time.Time) (*Bolt, error) {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("session: %s: another process has it open", path)
	}
	if err != nil {
		return nil, fmt.Errorf("session: %s: %w", path, err)
	}
	b := &Bolt{db}
	if err := b.sweep(now); err != nil {
		db.Close()
		return nil, fmt.Errorf("session: %s: %w", path, err)
	}
	return b, nil
}

// Close closes the file.
func (b *Bolt) Close() error { return b.db.Close() }

// sweep deletes the records that had expired by now.
func (b *Bolt) sweep(now time.Time) error {
	return b.db.Update(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, group *bolt.Bucket) error {
			c := group.Cursor()
			for k, v := c.First(); k != nil; k, v = c.Next() {
				var r Record
				if err := json.Unmarshal(v, &r); err != nil {
					return err
				}
				if !r.Expires.IsZero() && !now.Before(r.Expires) {
					if err := c.Delete(); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

func load(group *bolt.Bucket, key string) (r Record, err error) {
	if group == nil {
		return r, nil
	}
	if v := group.Get([]byte(key)); v != nil {
		err = json.Unmarshal(v, &r)
	}
	return r, err
}

// unavailable marks an error of the file, such as a disk that is full; a conflict is none.
func unavailable(err error) error {
	if err == nil || errors.Is(err, ErrConflict) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func (b *Bolt) Load(_ context.Context, group, key string) (r Record, err error) {
	err = b.db.View(func(tx *bolt.Tx) error {
		r, err = load(tx.Bucket([]byte(group)), key)
		return err
	})
	return r, unavailable(err)
}

func (b *Bolt) Save(_ context.Context, r Record) error {
	return unavailable(b.db.Update(func(tx *bolt.Tx) error {
		group, err := tx.CreateBucketIfNotExists([]byte(r.Group))
		if err != nil {
			return err
		}
		old, err := load(group, r.Key)
		if err != nil {
			return err
		}
		if old.Version != r.Version {
			return ErrConflict
		}
		r.Version++
		data, err := json.Marshal(r)
		if err != nil {
			return err
		}
		return group.Put([]byte(r.Key), data)
	}))
}

func (b *Bolt) Remove(_ context.Context, r Record) error {
	return unavailable(b.db.Update(func(tx *bolt.Tx) error {
		group := tx.Bucket([]byte(r.Group))
		old, err := load(group, r.Key)
		if err != nil {
			return err
		}
		if old.Version != r.Version {
			return ErrConflict
		}
		if group == nil {
			return nil
		}
		return group.Delete([]byte(r.Key))
	}))
}

func (b *Bolt) List(_ context.Context, group, from string) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		var found []Record // read first: the caller may write while it reads on
		err := b.db.View(func(tx *bolt.Tx) error {
			bucket := tx.Bucket([]byte(group))
			if bucket == nil {
				return nil
			}
			c := bucket.Cursor()
			for k, v := c.Seek([]byte(from)); k != nil; k, v = c.Next() {
				var r Record
				if err := json.Unmarshal(bytes.Clone(v), &r); err != nil {
					return err
				}
				found = append(found, r)
			}
			return nil
		})
		if err != nil {
			yield(Record{}, unavailable(err))
			return
		}
		for _, r := range found {
			if !yield(r, nil) {
				return
			}
		}
	}
}
