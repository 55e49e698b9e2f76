package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const tries = 3 // of each part

// A part is one stretch of one file.
type part struct {
	file   *os.File
	name   string
	offset int64
	length int64
	sha256 string
}

// Fetch brings the snapshot that p names into a folder of its own below dir and returns it. Every part is checked while it
// streams to its place. A snapshot that is there already is not fetched again; one that is broken leaves nothing behind and is a
// *RefusedError.
func Fetch(ctx context.Context, b Bucket, p Pointer, l *Listing, dir string) (string, error) {
	target := filepath.Join(dir, p.Snapshot)
	if info, err := os.Stat(target); err == nil && info.IsDir() {
		return target, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
	}
	temp, err := os.MkdirTemp(dir, p.Snapshot+".part-")
	if err != nil {
		return "", fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
	}
	defer os.RemoveAll(temp) // nothing is left there once it is renamed
	if err := fill(ctx, b, p, l, temp); err != nil {
		return "", err
	}
	if err := os.Rename(temp, target); err != nil {
		return "", fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
	}
	return target, nil
}

// fill brings all files into a folder, many parts at a time.
func fill(ctx context.Context, b Bucket, p Pointer, l *Listing, dir string) (err error) {
	var parts []part
	for _, f := range l.Files {
		file, err := os.Create(filepath.Join(dir, f.Name))
		if err != nil {
			return fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
		}
		defer file.Close()
		for i, sum := range f.Parts {
			offset := int64(i) * partSize
			parts = append(parts, part{file, path.Join(p.Snapshot, f.Name), offset, min(partSize, f.Size-offset), sum})
		}
	}
	err = each(ctx, parts, workers, func(ctx context.Context, part part) error { return fetchPart(ctx, b, part) })
	var refused *RefusedError
	if err != nil && !errors.As(err, &refused) {
		return fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
	}
	return err
}

// fetchPart brings one part to its place. A connection that breaks is tried again, and so is a part that arrives wrong, once more
// than needed where the object itself is broken.
func fetchPart(ctx context.Context, b Bucket, p part) error {
	var err error
	for range tries {
		if err = streamPart(ctx, b, p); err == nil {
			return nil
		}
		var local *os.PathError
		if errors.Is(err, ErrMissing) || errors.As(err, &local) || ctx.Err() != nil {
			break
		}
	}
	name, file := path.Split(p.name)
	switch {
	case errors.Is(err, ErrMissing):
		return &RefusedError{strings.Trim(name, "/"), file + " is missing"}
	case errors.Is(err, errBroken):
		return &RefusedError{strings.Trim(name, "/"), file + " is not what its hash says"}
	}
	return err
}

var errBroken = errors.New("the hash is another one")

func streamPart(ctx context.Context, b Bucket, p part) error {
	body, err := b.Get(ctx, p.name, p.offset, p.length)
	if err != nil {
		return err
	}
	defer body.Close()
	sum := sha256.New()
	n, err := io.Copy(io.NewOffsetWriter(p.file, p.offset), io.TeeReader(io.LimitReader(body, p.length), sum))
	if err != nil {
		return err
	}
	if n != p.length || hex.EncodeToString(sum.Sum(nil)) != p.sha256 {
		return errBroken
	}
	return nil
}

// Clean removes from dir what a process that ended left there: whatever looks like a snapshot or a part of one and is not kept.
func Clean(dir string, keep ...string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name, _, _ := strings.Cut(e.Name(), ".part-")
		ours := len(name) == 16 && strings.Trim(name, "0123456789abcdef") == ""
		kept := false
		for _, k := range keep {
			kept = kept || e.Name() == k
		}
		if ours && !kept {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	return errors.Join(errs...)
}
