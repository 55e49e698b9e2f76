package index

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// Cached opens the index of an archive that is kept in the folder cache, and builds it first where there is none or the archive has
// changed: where its path, its size or its time of change is another. Of a folder that is the folder's own time. Older indexes in
// the cache folder are removed.
func Cached(ctx context.Context, cache, path string, o Options) (*Index, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%d\n%d", Format, full, info.Size(), info.ModTime().UnixNano()))
	dir := filepath.Join(cache, "index-"+hex.EncodeToString(key[:8]))
	if x, err := Open(dir); err == nil {
		return x, nil
	}
	if err := buildCached(ctx, cache, dir, full, o); err != nil {
		return nil, err
	}
	return Open(dir)
}

// buildCached builds beside dir and moves the result there, so that a build that was stopped leaves nothing that looks whole.
func buildCached(ctx context.Context, cache, dir, path string, o Options) error {
	old, err := filepath.Glob(filepath.Join(cache, "index-*"))
	if err != nil {
		return err
	}
	for _, d := range old {
		if err := os.RemoveAll(d); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
	src, err := archive.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	if o.Source == "" {
		o.Source = filepath.Base(path)
	}
	if _, err := Build(ctx, dir+".part", src, o); err != nil {
		os.RemoveAll(dir + ".part")
		return err
	}
	return os.Rename(dir+".part", dir)
}
