// Package api is the API for programs: JSON under /v1, the description of it in OpenAPI, scripts by their address, conversations, feedback and
// the health of the service. What goes wrong is application/problem+json, and no value that was refused is ever sent back. It decides nothing
// about symptoms, keeps nothing between requests, and writes no page.
package api

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/index"
)

// Sessions are the conversations that are remembered.
type Sessions interface {
	// Forget deletes a conversation of the caller. The error is session.ErrNoSession where there is none.
	Forget(ctx context.Context, id string) error
}

// Scripts are those that answers have given.
type Scripts interface {
	// Script returns the script of a token, with its text. Its errors are desk.ErrNoScript and *desk.ChangedError.
	Script(ctx context.Context, token string) (*desk.Script, error)
}

// Idempotent are the addresses that take an Idempotency-Key, as the description of the API says.
var Idempotent = []string{"/v1/reports", "/v1/feedback"}

// A Searcher finds articles.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Results, error)
}

// Config is what the API answers from. Desk, Catalog and Search must be set.
type Config struct {
	Desk    desk.Answerer
	Catalog *catalog.Catalog
	Search  Searcher
	Ready   func(context.Context) error // what /healthz asks, nil where there is nothing to ask
	Serving func() any                  // what /healthz says of the index that serves, as JSON; nil to say nothing

	Sessions Sessions       // nil where no conversation is remembered
	Scripts  Scripts        // nil where no script has an address
	Feedback feedback.Store // nil where no feedback is stored
	Origin   string         // the address that the service is known by, such as https://help.example.com; empty for the one in the request
}

// Mount adds the addresses of the API to those of a service.
func Mount(mux *http.ServeMux, c Config) {
	s := &server{c}
	for _, r := range s.routes() {
		mux.Handle(r.Path, r)
	}
}

// NotFound answers that nothing has this address.
func NotFound() http.Handler {
	return at("/", route.Methods{http.MethodGet: route.NotFound, http.MethodPost: route.NotFound})
}

// programs matches the addresses to which programs come: also of a version that there is not, or is written otherwise.
var programs = regexp.MustCompile(`(?i)^/(v\d+|mcp|openapi(-3\.0)?\.json|opensearch\.xml|healthz)(/|$)`)

// Owns reports whether programs come to a path, so that its refusals are JSON.
func Owns(path string) bool { return programs.MatchString(path) }

// A server answers requests with what Config names.
type server struct{ Config }

// routes returns every address of the API.
func (s *server) routes() []route.Route {
	return []route.Route{
		at("/v1/reports", route.Methods{http.MethodPost: s.report}),
		at("/v1/scripts/{token}", route.Methods{http.MethodGet: s.script}),
		at("/v1/sessions/{id}", route.Methods{http.MethodDelete: s.forget}),
		at("/v1/feedback", route.Methods{http.MethodPost: s.feedback}),
		at("/v1/search", route.Methods{http.MethodGet: s.search}),
		at("/v1/articles/{id}", route.Methods{http.MethodGet: s.article}),
		at("/v1/trees/{id}", route.Methods{http.MethodGet: s.tree}),
		at("/v1/schemas", route.Methods{http.MethodGet: s.schemaNames}),
		at("/v1/schemas/{name}", route.Methods{http.MethodGet: s.schema}),
		at("/v1/", route.Methods{http.MethodGet: route.NotFound, http.MethodPost: route.NotFound}),
		at("/openapi.json", route.Methods{http.MethodGet: s.openAPI}),
		at("/openapi-3.0.json", route.Methods{http.MethodGet: s.openAPI30}),
		at("/opensearch.xml", route.Methods{http.MethodGet: s.openSearch}),
		at("/healthz", route.Methods{http.MethodGet: s.health}),
	}
}

// at returns a route of the API. The search alone takes parameters, and reads them itself.
func at(path string, m route.Methods) route.Route {
	return route.Route{Path: path, Methods: m, Refuse: edge.Write, NoParams: strings.HasPrefix(path, "/v1/") && path != "/v1/search"}
}
