// Package publish is the gate before an index goes out: an index that is worse than the one that serves, by its own checks, is not
// published. It builds no index and serves none.
package publish

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/index"
)

const (
	minShare  = 0.95 // of the articles of the index before
	minProbes = 0.9  // of the probes must find what they look for
)

// A Probe is a search that must find an article among the first ten.
type Probe struct{ Query, Want string }

// ErrWorse is part of the error for an index that is not published because of what it is.
var ErrWorse = errors.New("the index is worse than it may be")

// Index publishes the index in a folder to a bucket as the current one, if it passes: its files are whole, it has nearly as many
// articles as the one before, and nearly all probes find their article.
func Index(ctx context.Context, b snapshot.Bucket, dir string, probes []Probe, now time.Time) (snapshot.Pointer, error) {
	if err := index.Verify(dir); err != nil {
		return snapshot.Pointer{}, fmt.Errorf("%w: %w", ErrWorse, err)
	}
	x, err := index.Open(dir)
	if err != nil {
		return snapshot.Pointer{}, fmt.Errorf("%w: %w", ErrWorse, err)
	}
	defer x.Close()
	if err := search(ctx, x, probes); err != nil {
		return snapshot.Pointer{}, err
	}
	about := snapshot.About{Format: x.Manifest.Format, Articles: x.Manifest.Articles, Source: x.Manifest.Source, Built: now.UTC().Truncate(time.Second)}
	return snapshot.Publish(ctx, b, dir, about, func(current *snapshot.About) error { return compare(about, current) })
}

// compare returns why an index may not take the place of the current one.
func compare(about snapshot.About, current *snapshot.About) error {
	if about.Articles == 0 {
		return fmt.Errorf("%w: it has no articles", ErrWorse)
	}
	if current != nil && float64(about.Articles) < minShare*float64(current.Articles) {
		return fmt.Errorf("%w: it has %d articles and the one before has %d", ErrWorse, about.Articles, current.Articles)
	}
	return nil
}

// search runs the probes for articles that the index claims to have.
func search(ctx context.Context, x *index.Index, probes []Probe) error {
	failed, ran := 0, 0
	var first Probe
	for _, p := range probes {
		found, err := x.Search(ctx, index.Query{Text: p.Query, Size: 10})
		if err != nil {
			return fmt.Errorf("publish: probe for %s: %w", p.Want, err)
		}
		ran++
		if !has(found, p.Want) {
			if failed++; failed == 1 {
				first = p
			}
		}
	}
	if float64(ran-failed) < minProbes*float64(ran) {
		return fmt.Errorf("%w: %d of %d probes do not find their article, %s first", ErrWorse, failed, ran, first.Want)
	}
	return nil
}

func has(found index.Results, id string) bool {
	for _, h := range found.Hits {
		if h.ID == id {
			return true
		}
		for _, same := range h.Same {
			if same == id {
				return true
			}
		}
	}
	return false
}

// Probes returns for each of some articles that the index in a folder has a search by its number and one by its title.
func Probes(dir string, ids []string) ([]Probe, error) {
	x, err := index.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrWorse, err)
	}
	defer x.Close()
	var probes []Probe
	for _, id := range ids {
		if title, ok := x.Title(id); ok {
			probes = append(probes, Probe{id, id}, Probe{strings.Clone(title), id})
		}
	}
	return probes, nil
}
