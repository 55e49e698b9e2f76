// Package app puts the program together: the same handlers stand behind a function in the cloud and behind a port on a laptop,
// and only what they stand on differs. It holds no rule of its own.
package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/auth"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/idempotency"
	"github.com/fixdesk/fixdesk/functions/internal/mcp"
	"github.com/fixdesk/fixdesk/functions/internal/problem"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
	"github.com/fixdesk/fixdesk/functions/internal/web"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// Parts is what a service stands on. Only KB, Content and Store must be set.
type Parts struct {
	KB        *kb.Base
	Content   fs.FS // what KB was loaded from
	Store     session.Store
	Snapshots *snapshot.Source[*index.Index] // where newer indexes come from, nil for the one that is built in; Open and Close are set here
	Keys      *secret.Secret                 // API keys; nil where none are asked for
	Signing   *secret.Secret                 // the key that signs scripts; nil to sign none
	Verified  func(context.Context) bool     // whether a request came with a token that was checked; nil where none is asked for
	Metrics   *telemetry.Metrics             // nil to count nothing
	Log       *slog.Logger                   // nil to log nothing
	Origin    string                         // the address that people know the service by, empty for that of each request
	Wait      time.Duration                  // how long the start may wait for the first snapshot; without one, what is built in serves meanwhile
}

// New returns the handler of the whole service, ready to answer.
func New(p Parts) (http.Handler, error) {
	if p.Log == nil {
		p.Log = slog.New(slog.DiscardHandler)
	}
	builtIn, err := Builtin(p.KB)
	if err != nil {
		return nil, err
	}
	articles := newStock(builtIn, p.Snapshots, p.Log)
	articles.await(p.Wait)

	d := &desk.Desk{KB: p.KB, Index: articles, Passages: articles, Log: p.Log}
	var signer *signing.Signer
	if p.Signing != nil {
		signer = signing.New(p.Signing)
		d.Signer = signer
	}
	var answerer desk.Answerer = session.Remember(d, p.Store, auth.Caller)
	var searcher web.Searcher = articles
	if p.Metrics != nil {
		p.Metrics.Index = articles.figures
		answerer, searcher = p.Metrics.Answerer(answerer), p.Metrics.Searcher(searcher)
	}
	mux := http.NewServeMux()
	shelf := &web.Shelf{Base: p.KB, Content: p.Content, Mermaid: (*tree.Tree).Mermaid, Archive: articles}
	mux.Handle("/", web.New(web.Config{Desk: answerer, Library: shelf, Search: searcher, Serving: articles.serving, Feedback: p.Store, Log: p.Log, Origin: p.Origin}))
	mux.Handle("/v1/keys", signing.Handler(signer))
	mux.Handle("/v1/keys/{id}", signing.Handler(signer))

	mux.Handle("/mcp", mcp.Handler(mux))

	h := idempotency.Handler(mux, p.Store, auth.Caller)
	if p.Keys != nil {
		h = auth.ByKey(h, p.Keys, nil)
	}
	if p.Verified != nil {
		h = auth.ByToken(h, p.Verified)
	}
	h = problem.Lines(h, p.Log)
	if p.Metrics != nil {
		h = p.Metrics.Handler(h)
	}
	return h, nil
}
