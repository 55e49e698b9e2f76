// Package app puts the program together: the same handlers stand behind a function in the cloud and behind a port on a laptop, and only
// what they stand on differs. It holds no rule of its own.
package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/api"
	"github.com/fixdesk/fixdesk/functions/internal/auth"
	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/idempotency"
	"github.com/fixdesk/fixdesk/functions/internal/mcp"
	"github.com/fixdesk/fixdesk/functions/internal/page"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
)

// Deps is what the program stands on. Only KB, Content and Store must be set.
type Deps struct {
	KB        *kb.Base
	Content   fs.FS // what KB was loaded from
	Store     session.Store
	Snapshots *snapshot.Source[*index.Index] // where newer indexes come from, nil for the one that is built in; Open and Close are set here
	Auth      auth.Config                    // who may call; the zero Config lets everybody
	NoPage    bool                           // the self-service page is not served
	Signing   *secret.Secret                 // the key that signs scripts; nil to sign none
	Links     *signing.Sealer                // seals the addresses of scripts; nil to give none
	Metrics   *telemetry.Metrics             // nil to count nothing
	Log       *slog.Logger                   // nil to log nothing
	Origin    string                         // the address that people know the service by, empty for that of each request
	Wait      time.Duration                  // how long the start may wait for the first snapshot; without one, what is built in serves meanwhile
}

// An App is the program, ready to answer.
type App struct {
	Desk    desk.Answerer // remembers conversations, and is counted
	Handler http.Handler
	Channel Channel
}

// A Channel is what a channel needs that keeps its conversations itself, as that of ticket systems does.
type Channel struct {
	Desk     desk.Answerer                             // remembers nothing, and is counted
	Evidence func(log string) string                   // what of a log is worth remembering
	State    func(fact string, values []string) string // what a fact with these values says
}

// caller tells apart who is remembered for.
func caller(ctx context.Context) string { return auth.CallerOf(ctx).ID }

// Open puts the program together.
func Open(d Deps) (*App, error) {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	builtIn, err := Builtin(d.KB)
	if err != nil {
		return nil, err
	}
	live := newLiveIndex(builtIn, d.Snapshots, d.Log)
	live.await(d.Wait)
	desks := &desk.Desk{KB: d.KB, Index: live, Passages: live, Log: d.Log}
	var signer *signing.Signer
	if d.Signing != nil {
		signer = signing.New(d.Signing)
		desks.Signer = signer
	}
	if d.Links != nil {
		desks.Sealer = d.Links
	}
	sessions := session.Remember(desks, d.Store, caller, desks.Evidence)
	a := &App{Desk: sessions, Channel: Channel{desks, desks.Evidence, desks.Stated}}
	var searcher api.Searcher = live
	if d.Metrics != nil {
		d.Metrics.Index = live.state
		a.Desk, searcher = d.Metrics.Answerer(a.Desk), d.Metrics.Searcher(searcher)
		a.Channel.Desk = d.Metrics.Answerer(a.Channel.Desk)
	}
	articles := &catalog.Catalog{Base: d.KB, Content: d.Content, Archive: live}
	mux := http.NewServeMux()
	api.Mount(mux, api.Config{Desk: a.Desk, Catalog: articles, Search: searcher, Serving: live.serving, Feedback: d.Store, Sessions: sessions, Scripts: desks, Origin: d.Origin})
	if d.NoPage {
		mux.Handle("/", api.NotFound())
	} else {
		page.Mount(mux, page.Config{Desk: a.Desk, Catalog: articles, Search: searcher, Feedback: d.Store, Origin: d.Origin})
	}
	mux.Handle("/v1/keys", signing.Handler(signer))
	mux.Handle("/v1/keys/{id}", signing.Handler(signer))
	mux.Handle("/mcp", mcp.Handler(mcp.Config{API: mux, Facts: desks.Questions(), State: desks.Stated, Links: d.Links != nil}))
	c := edge.Config{Handler: mux, Log: d.Log, Check: auth.New(d.Auth), Refuse: refuse,
		Once: idempotency.New(idempotency.Config{Store: d.Store, Caller: caller, Paths: api.Idempotent})}
	if d.Metrics != nil {
		c.Metrics = d.Metrics
	}
	a.Handler = edge.New(c)
	return a, nil
}

// refuse answers with a problem as those who come to the address can read it: as JSON where programs come, as a page elsewhere.
func refuse(w http.ResponseWriter, r *http.Request, p edge.Problem) {
	if api.Owns(r.URL.Path) {
		edge.Write(w, r, p)
		return
	}
	page.Refuse(w, r, p)
}
