package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

const maxArchive = 1 << 30 // bytes

// A Reindexer builds and publishes the index of an archive that was put into a bucket. It is a handler of a Lambda function.
type Reindexer struct {
	Read   func(ctx context.Context, bucket, key string) (io.ReadCloser, error)
	Bucket snapshot.Bucket
	IDs    []string // of articles that every archive must find, as far as it has them
	Log    *slog.Logger
	Now    func() time.Time
	Temp   string // a folder for what is built
}

// event is what EventBridge says of a new object. It may say more.
type event struct {
	DetailType string `json:"detail-type"`
	Detail     struct {
		Bucket struct {
			Name string `json:"name"`
		} `json:"bucket"`
		Object struct {
			Key  string `json:"key"`
			Size int64  `json:"size"`
		} `json:"object"`
	} `json:"detail"`
}

// Invoke works on one event. An index that is worse than the one before is an error like any other: the event ends among the dead
// letters, where an operator sees it.
func (r *Reindexer) Invoke(ctx context.Context, data []byte) ([]byte, error) {
	e, err := read(data)
	if err != nil {
		return nil, r.failed(ctx, err)
	}
	if key := e.Detail.Object.Key; strings.HasSuffix(key, "/") {
		return json.Marshal(map[string]any{"folder": key}) // as the console makes one: no archive, and no failure
	}
	p, articles, err := r.run(ctx, e.Detail.Bucket.Name, e.Detail.Object.Key)
	if err != nil {
		return nil, r.failed(ctx, err)
	}
	r.Log.InfoContext(ctx, "published", "snapshot", p.Snapshot, "articles", articles)
	return json.Marshal(map[string]any{"snapshot": p.Snapshot, "articles": articles})
}

// failed puts an error into the log: the platform only counts it.
func (r *Reindexer) failed(ctx context.Context, err error) error {
	r.Log.ErrorContext(ctx, "not published", "problem", err.Error())
	return err
}

// read returns an event that tells of a new object.
func read(data []byte) (event, error) {
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return e, fmt.Errorf("reindex: event: %w", err)
	}
	if e.DetailType != "Object Created" || e.Detail.Bucket.Name == "" || !strings.HasPrefix(e.Detail.Object.Key, "archive/") {
		return e, errors.New("reindex: the event tells of no new object under archive/")
	}
	if size := e.Detail.Object.Size; size > maxArchive {
		return e, fmt.Errorf("reindex: the archive has %d bytes: at most %d", size, maxArchive)
	}
	return e, nil
}

// run fetches, builds and publishes.
func (r *Reindexer) run(ctx context.Context, bucket, key string) (snapshot.Pointer, int, error) {
	leftovers, _ := filepath.Glob(filepath.Join(r.Temp, "reindex-*")) // of an invocation that was killed; there is one at a time
	for _, dir := range leftovers {
		os.RemoveAll(dir)
	}
	dir, err := os.MkdirTemp(r.Temp, "reindex-")
	if err != nil {
		return snapshot.Pointer{}, 0, err
	}
	defer os.RemoveAll(dir)
	file, err := r.fetch(ctx, bucket, key, dir)
	if err != nil {
		return snapshot.Pointer{}, 0, err
	}
	source, err := archive.Open(file)
	if err != nil {
		return snapshot.Pointer{}, 0, err
	}
	defer source.Close()
	out := filepath.Join(dir, "index")
	summary, err := index.Build(ctx, out, source, index.Options{Source: path.Base(key)})
	if err != nil {
		return snapshot.Pointer{}, 0, err
	}
	probes, err := Probes(out, r.IDs)
	if err != nil {
		return snapshot.Pointer{}, 0, err
	}
	p, err := Index(ctx, r.Bucket, out, probes, r.Now())
	return p, summary.Articles, err
}

// fetch brings an object into a file of a plain name with the ending that says what it is.
func (r *Reindexer) fetch(ctx context.Context, bucket, key, dir string) (string, error) {
	ending := ""
	for _, e := range []string{".tar.gz", ".tgz", ".zip"} {
		if strings.HasSuffix(key, e) {
			ending = e
		}
	}
	if ending == "" {
		return "", fmt.Errorf("reindex: an archive ends in .tar.gz or .zip")
	}
	body, err := r.Read(ctx, bucket, key)
	if err != nil {
		return "", fmt.Errorf("reindex: archive: %w", err)
	}
	defer body.Close()
	name := filepath.Join(dir, "archive"+ending)
	file, err := os.Create(name)
	if err != nil {
		return "", err
	}
	n, err := io.Copy(file, io.LimitReader(body, maxArchive+1))
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil && n > maxArchive {
		err = fmt.Errorf("at most %d bytes", maxArchive)
	}
	if err != nil {
		return "", fmt.Errorf("reindex: archive: %w", err)
	}
	return name, nil
}
