package app

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// A liveIndex is the index that serves: the built-in one at first, that of the archive as soon as a snapshot of it has arrived.
type liveIndex struct {
	live *snapshot.Live[*index.Index]
	ours *index.Index
}

func newLiveIndex(ours *index.Index, source *snapshot.Source[*index.Index], log *slog.Logger) *liveIndex {
	s := snapshot.Source[*index.Index]{Bucket: nowhere{}}
	if source != nil {
		s = *source
	}
	s.Open, s.Format, s.Log = index.Open, index.Format, log
	s.Close = func(x *index.Index) error {
		if x == ours { // what is built in is needed again where a snapshot is taken back
			return nil
		}
		return x.Close()
	}
	return &liveIndex{live: snapshot.NewLive(s, ours), ours: ours}
}

// nowhere is a bucket in which nothing was published.
type nowhere struct{ snapshot.Bucket }

func (nowhere) Pointer(context.Context, string) ([]byte, string, error) {
	return nil, "", snapshot.ErrMissing
}

// await looks for a snapshot, for no longer than the start may take.
func (c *liveIndex) await(wait time.Duration) {
	if wait <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	c.live.Refresh(ctx) // the log and the health check say what came of it
}

// Search finds articles in what serves now.
func (c *liveIndex) Search(ctx context.Context, q index.Query) (index.Results, error) {
	c.live.Look()
	x, release := c.live.Use()
	defer release()
	return x.Search(ctx, q)
}

// Article returns an article of the archive. It is false for all while there is none.
func (c *liveIndex) Article(id string) (*archive.Article, bool) {
	x, release := c.live.Use()
	defer release()
	if x == c.ours {
		return nil, false
	}
	return x.Article(id)
}

// Title returns the title of an article of the archive, as Article would.
func (c *liveIndex) Title(id string) (string, bool) {
	x, release := c.live.Use()
	defer release()
	if x == c.ours {
		return "", false
	}
	return x.Title(id)
}

// Cited returns the articles of the archive that name the one of that number.
func (c *liveIndex) Cited(id string) []archive.Link {
	x, release := c.live.Use()
	defer release()
	if x == c.ours {
		return nil
	}
	return x.Cited(id)
}

// Passage returns the archive's own words; ours are the summary that the desk has anyway.
func (c *liveIndex) Passage(article, section string, paragraph int) (string, bool) {
	x, release := c.live.Use()
	defer release()
	if x == c.ours {
		return "", false
	}
	text, ok := x.Passage(article, section, paragraph)
	return strings.Clone(text), ok // nothing may point into an index that is closed later
}

// serving says what serves, and why not something newer: the service is well as long as something does.
func (c *liveIndex) serving() any {
	c.live.Look()
	return c.status()
}

func (c *liveIndex) status() snapshot.Status {
	st := c.live.Status()
	if st.Snapshot == "" {
		st.Articles = c.ours.Len()
	}
	return st
}

func (c *liveIndex) state() telemetry.Index {
	st := c.live.Status()
	return telemetry.Index{Version: st.Snapshot, Built: st.Built, Refused: st.Refused}
}
