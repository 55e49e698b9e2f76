package snapshot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// half is how old what was left by a publisher that never ended must be before it is removed.
const half = 24 * time.Hour

// An Object is one that a bucket keeps.
type Object struct {
	Name    string
	Changed time.Time
}

// A Prunable is a bucket from which snapshots can be removed. Folder and the bucket in the cloud are.
type Prunable interface {
	Bucket
	// Objects returns all objects, in any order.
	Objects(ctx context.Context) ([]Object, error)
	// Delete removes an object. It is no error where there is none.
	Delete(ctx context.Context, name string) error
}

// ErrFew says that too few snapshots were to be kept.
var ErrFew = errors.New("at least 2 must be kept: the current one, and one to go back to")

// A stored snapshot is the objects of one.
type stored struct {
	name    string
	objects []string
	whole   bool      // its listing is there
	changed time.Time // when its listing was stored, else its newest object
}

// Prune removes all snapshots but so many: the current one, and of the others those that were published last. What a publisher is
// uploading stays, and so does whatever is no snapshot. It returns the names of those removed, oldest first, also beside an error.
// Nobody should publish an old snapshot again meanwhile.
func Prune(ctx context.Context, b Prunable, keep int, now time.Time) (removed []string, err error) {
	if keep < 2 {
		return nil, fmt.Errorf("snapshot: %w", ErrFew)
	}
	current, _, err := Current(ctx, b)
	if err != nil {
		return nil, err
	}
	objects, err := b.Objects(ctx)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	for _, s := range surplus(group(objects), current.Snapshot, keep, now) {
		if err := remove(ctx, b, s); err != nil {
			return removed, fmt.Errorf("snapshot %s: %w", s.name, err)
		}
		removed = append(removed, s.name)
	}
	return removed, nil
}

// group returns the snapshots that objects belong to, oldest first.
func group(objects []Object) []stored {
	found := map[string]*stored{}
	for _, o := range objects {
		name, file, ok := strings.Cut(o.Name, "/")
		if !ok || len(name) != 16 || strings.Trim(name, "0123456789abcdef") != "" {
			continue
		}
		s := found[name]
		if s == nil {
			s = &stored{name: name}
			found[name] = s
		}
		s.objects = append(s.objects, o.Name)
		switch {
		case file == listingName:
			s.whole, s.changed = true, o.Changed
		case !s.whole && o.Changed.After(s.changed):
			s.changed = o.Changed
		}
	}
	var all []stored
	for _, s := range found {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b stored) int { return cmp.Or(a.changed.Compare(b.changed), strings.Compare(a.name, b.name)) })
	return all
}

// surplus returns those of all snapshots, which come oldest first, that need not stay.
func surplus(all []stored, current string, keep int, now time.Time) []stored {
	var gone []stored
	others := 0
	for _, s := range slices.Backward(all) {
		switch {
		case s.name == current:
		case !s.whole && now.Sub(s.changed) < half:
		case s.whole && others < keep-1:
			others++
		default:
			gone = append(gone, s)
		}
	}
	slices.Reverse(gone)
	return gone
}

// remove deletes the listing first: what is left where the rest fails is no snapshot any more.
func remove(ctx context.Context, b Prunable, s stored) error {
	listing := path.Join(s.name, listingName)
	if err := b.Delete(ctx, listing); err != nil {
		return err
	}
	for _, name := range s.objects {
		if err := b.Delete(ctx, name); err != nil {
			return err
		}
	}
	return nil
}
