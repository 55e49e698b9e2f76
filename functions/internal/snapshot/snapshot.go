// Package snapshot carries an index from where it is built to where it serves. A snapshot is a folder, published under a name that
// is its own hash and never changed; one small pointer says which is the current one. What arrives is checked while it streams,
// and what is broken is refused while the one before goes on serving. The package does not know what is in a snapshot.
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
	"path"
	"strings"
	"time"
)

const (
	partSize   = 8 << 20  // bytes that one request fetches and one hash covers
	maxListing = 4 << 20  // bytes of a listing
	maxTotal   = 16 << 30 // bytes of all files of a snapshot
	maxFiles   = 4096
	workers    = 8 // requests at a time

	pointerName = "current.json"
	listingName = "listing.json"
	format      = 1 // of listings and pointers
)

var (
	// ErrMissing says that there is no such object.
	ErrMissing = errors.New("there is no such object")
	// ErrConflict says that somebody else moved the pointer meanwhile.
	ErrConflict = errors.New("somebody else published meanwhile: publish again to put yours on top")
)

// A Bucket keeps objects by name. Folder and the bucket in the cloud are. It is safe for concurrent use.
type Bucket interface {
	// Get returns length bytes of an object from an offset on, fewer where it ends before. It gives ErrMissing for no object.
	Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)
	// Put stores an object that never changes: one that is there already stays, and that is no error.
	Put(ctx context.Context, name string, body io.ReadSeeker, size int64) error
	// Pointer returns an object that changes, with a tag for its state. It gives ErrMissing for no object.
	Pointer(ctx context.Context, name string) (data []byte, tag string, err error)
	// MovePointer changes it if it still has that tag ("": if it is not there), else it gives ErrConflict.
	MovePointer(ctx context.Context, name string, data []byte, tag string) error
}

// About says what a snapshot holds.
type About struct {
	Format   int       `json:"format"`   // of the index, as its own package counts
	Articles int       `json:"articles"` // how many it holds
	Source   string    `json:"source,omitempty"`
	Built    time.Time `json:"built,omitzero"`
}

// A Listing names the files of a snapshot with the hash of every part of them.
type Listing struct {
	Format int    `json:"format"`
	About  About  `json:"about"`
	Files  []File `json:"files"`
}

// A File is one file of a snapshot. Snapshots have no folders in them.
type File struct {
	Name   string   `json:"name"`
	Size   int64    `json:"size"`
	SHA256 string   `json:"sha256"`
	Parts  []string `json:"parts"` // the sha256 of each part of 8 MiB, the last one shorter
}

// Size returns the bytes of all files.
func (l *Listing) Size() (n int64) {
	for _, f := range l.Files {
		n += f.Size
	}
	return n
}

// A Pointer says which snapshot is the current one.
type Pointer struct {
	Format   int    `json:"format"`
	Snapshot string `json:"snapshot"` // its name: the first sixteen digits of Listing
	Listing  string `json:"listing"`  // the sha256 of its listing
}

// A RefusedError is a snapshot that is not taken, because it is not what it says it is or is too new.
type RefusedError struct{ Snapshot, Why string }

func (e *RefusedError) Error() string { return "snapshot " + e.Snapshot + " refused: " + e.Why }

// Current returns the pointer and its tag, with ErrMissing where nothing was published yet.
func Current(ctx context.Context, b Bucket) (Pointer, string, error) {
	var p Pointer
	data, tag, err := b.Pointer(ctx, pointerName)
	if err != nil {
		return p, "", fmt.Errorf("snapshot: pointer: %w", err)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		return p, tag, &RefusedError{"pointer", "it is not readable"}
	}
	if p.Format > format {
		return p, tag, &RefusedError{p.Snapshot, fmt.Sprintf("it was published in format %d and this program reads %d: deploy the newer program first", p.Format, format)}
	}
	if !isHash(p.Listing) || p.Snapshot != p.Listing[:16] {
		return p, tag, &RefusedError{"pointer", "it names no snapshot"}
	}
	return p, tag, nil
}

// ReadListing returns the listing that a pointer names, checked against its hash.
func ReadListing(ctx context.Context, b Bucket, p Pointer) (*Listing, error) {
	body, err := b.Get(ctx, path.Join(p.Snapshot, listingName), 0, maxListing+1)
	if errors.Is(err, ErrMissing) {
		return nil, &RefusedError{p.Snapshot, "its listing is missing"}
	}
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: listing: %w", p.Snapshot, err)
	}
	defer body.Close()
	data, err := io.ReadAll(io.LimitReader(body, maxListing+1))
	if err != nil {
		return nil, fmt.Errorf("snapshot %s: listing: %w", p.Snapshot, err)
	}
	if len(data) > maxListing || hash(data) != p.Listing {
		return nil, &RefusedError{p.Snapshot, "its listing is not what the pointer says"}
	}
	var l Listing
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, &RefusedError{p.Snapshot, "its listing is not readable"}
	}
	if why := l.wrong(); why != "" {
		return nil, &RefusedError{p.Snapshot, why}
	}
	return &l, nil
}

// wrong returns what a listing may not say, empty where it is right.
func (l *Listing) wrong() string {
	switch {
	case l.Format > format:
		return fmt.Sprintf("its listing has format %d and this program reads %d", l.Format, format)
	case len(l.Files) == 0 || len(l.Files) > maxFiles:
		return fmt.Sprintf("it has %d files", len(l.Files))
	}
	seen := map[string]bool{}
	var total int64
	for _, f := range l.Files {
		plain := f.Name != "" && f.Name != "." && f.Name != ".." && !strings.ContainsAny(f.Name, "/\\:\x00") && len(f.Name) <= 200
		if !plain || seen[f.Name] {
			return "a file has a name that it may not have"
		}
		seen[f.Name] = true
		if f.Size < 0 || f.Size > maxTotal || int64(len(f.Parts)) != (f.Size+partSize-1)/partSize {
			return "the parts of a file do not fit its size"
		}
		if total += f.Size; total > maxTotal {
			return "it is too large"
		}
	}
	return ""
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && s == strings.ToLower(s)
}

// move makes a snapshot the current one if the pointer still has that tag.
func move(ctx context.Context, b Bucket, p Pointer, tag string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := b.MovePointer(ctx, pointerName, data, tag); err != nil {
		return fmt.Errorf("snapshot %s: %w", p.Snapshot, err)
	}
	return nil
}

// Rollback makes a snapshot that was published before the current one again. The listing is read first, so that the pointer
// never leads nowhere.
func Rollback(ctx context.Context, b Bucket, name string) (Pointer, error) {
	if len(name) != 16 || strings.Trim(name, "0123456789abcdef") != "" {
		return Pointer{}, errors.New("snapshot: a name has sixteen hexadecimal digits")
	}
	_, tag, err := Current(ctx, b)
	var refused *RefusedError
	if err != nil && !errors.Is(err, ErrMissing) && !errors.As(err, &refused) {
		return Pointer{}, err
	}
	body, err := b.Get(ctx, path.Join(name, listingName), 0, maxListing)
	if err != nil {
		return Pointer{}, fmt.Errorf("snapshot %s: listing: %w", name, err)
	}
	defer body.Close()
	var data bytes.Buffer
	if _, err := data.ReadFrom(body); err != nil {
		return Pointer{}, fmt.Errorf("snapshot %s: listing: %w", name, err)
	}
	p := Pointer{format, name, hash(data.Bytes())}
	if p.Listing[:16] != name {
		return Pointer{}, &RefusedError{name, "its listing is not what its name says"}
	}
	if _, err := ReadListing(ctx, b, p); err != nil {
		return Pointer{}, err
	}
	return p, move(ctx, b, p, tag)
}
