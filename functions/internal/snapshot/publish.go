package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Publish uploads the files of dir as a snapshot and makes it the current one. Before anything is uploaded, judge is asked with
// what the current one is about, nil where there is none or it cannot be read; what it refuses is not published. Publishing the
// same files twice changes nothing. ErrConflict means that somebody else published meanwhile.
func Publish(ctx context.Context, b Bucket, dir string, about About, judge func(current *About) error) (Pointer, error) {
	old, tag, err := Current(ctx, b)
	var current *About
	var refused *RefusedError
	switch {
	case err == nil:
		l, err := ReadListing(ctx, b, old)
		if err != nil && !errors.As(err, &refused) {
			return Pointer{}, err
		}
		if err == nil {
			current = &l.About
		}
	case !errors.Is(err, ErrMissing) && !errors.As(err, &refused):
		return Pointer{}, err
	}
	if err := judge(current); err != nil {
		return Pointer{}, fmt.Errorf("snapshot: not published: %w", err)
	}
	l, err := list(dir)
	if err != nil {
		return Pointer{}, err
	}
	l.About = about
	data, err := json.Marshal(l)
	if err != nil {
		return Pointer{}, err
	}
	p := Pointer{format, hash(data)[:16], hash(data)}
	if p == old {
		return p, nil
	}
	if err := upload(ctx, b, dir, p.Snapshot, l); err != nil {
		return Pointer{}, err
	}
	// the listing comes last: where it stands, everything stands
	if err := b.Put(ctx, path.Join(p.Snapshot, listingName), bytes.NewReader(data), int64(len(data))); err != nil {
		return Pointer{}, fmt.Errorf("snapshot %s: listing: %w", p.Snapshot, err)
	}
	return p, move(ctx, b, p, tag)
}

// list returns the files of a folder with their hashes, sorted by name.
func list(dir string) (*Listing, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	l := &Listing{Format: format}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			return nil, fmt.Errorf("snapshot: %s: it is no file, and a snapshot has only files", filepath.Join(dir, e.Name()))
		}
		if e.Name() == listingName {
			return nil, fmt.Errorf("snapshot: %s: the name is taken", filepath.Join(dir, e.Name()))
		}
		f, err := sum(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, fmt.Errorf("snapshot: %w", err)
		}
		l.Files = append(l.Files, f)
	}
	slices.SortFunc(l.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	if why := l.wrong(); why != "" {
		return nil, fmt.Errorf("snapshot: %s: %s", dir, why)
	}
	return l, nil
}

// sum hashes a file and its parts in one reading.
func sum(name string) (File, error) {
	file, err := os.Open(name)
	if err != nil {
		return File{}, err
	}
	defer file.Close()
	f := File{Name: filepath.Base(name), Parts: []string{}}
	whole := sha256.New()
	for {
		part := sha256.New()
		n, err := io.CopyN(io.MultiWriter(whole, part), file, partSize)
		if n > 0 {
			f.Size += n
			f.Parts = append(f.Parts, hex.EncodeToString(part.Sum(nil)))
		}
		if errors.Is(err, io.EOF) {
			f.SHA256 = hex.EncodeToString(whole.Sum(nil))
			return f, nil
		}
		if err != nil {
			return File{}, err
		}
	}
}

// upload puts the files of a snapshot, a few at a time.
func upload(ctx context.Context, b Bucket, dir, name string, l *Listing) error {
	return each(ctx, l.Files, workers/2, func(ctx context.Context, f File) error {
		file, err := os.Open(filepath.Join(dir, f.Name))
		if err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
		defer file.Close()
		if err := b.Put(ctx, path.Join(name, f.Name), file, f.Size); err != nil {
			return fmt.Errorf("snapshot %s: %s: %w", name, f.Name, err)
		}
		return nil
	})
}

// each calls f for every item, n at a time, and returns the first error, after which the others are told to stop.
func each[T any](ctx context.Context, items []T, n int, f func(context.Context, T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan T)
	var wg sync.WaitGroup
	for range min(n, len(items)) {
		wg.Go(func() {
			for item := range work {
				if err := f(ctx, item); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	for _, item := range items {
		select {
		case work <- item:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(work)
	wg.Wait()
	return context.Cause(ctx)
}
