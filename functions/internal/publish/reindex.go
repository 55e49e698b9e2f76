package publish

import (
	"context"
	"encoding/json"
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
	var e event
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("reindex: event: %w", err)
	}
	object := e.Detail.Object
	if e.DetailType != "Object Created" || e.Detail.Bucket.Name == "" || !strings.HasPrefix(object.Key, "archive/") {
		return nil, fmt.Errorf("reindex: the event tells of no new object under archive/")
	}
	if object.Size > maxArchive {
		return nil, fmt.Errorf("reindex: the archive has %d bytes: at most %d", object.Size, maxArchive)
	}
	p, articles, err := r.run(ctx, e.Detail.Bucket.Name, object.Key)
	if err != nil {
		r.Log.ErrorContext(ctx, "not published", "problem", err.Error())
		return nil, err
	}
	r.Log.InfoContext(ctx, "published", "snapshot", p.Snapshot, "articles", articles)
	return json.Marshal(map[string]any{"snapshot": p.Snapshot, "articles": articles})
}

// run fetches, builds and publishes.
func (r *Reindexer) run(ctx context.Context, bucket, key string) (snapshot.Pointer, int, error) {
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
