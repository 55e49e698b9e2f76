// Package web lets the desk be reached by HTTP: the API under /v1/, and the self-service page. Every error becomes a response
// here, in one switch, and no value that was refused is ever sent back by the API. The package decides nothing about symptoms,
// keeps nothing between requests, and knows neither Lambda nor sockets: it is one http.Handler.
package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// A Library holds the articles and trees that answers point at. It is safe for concurrent use.
type Library interface {
	// Article returns an article by its ID, and whether there is one.
	Article(id string) (*archive.Article, bool)
	// Summary returns our own words for an article whose original Article returns, and whether there are any.
	Summary(id string) (*archive.Article, bool)
	// Title returns the title of the article that Article returns, and whether there is one.
	Title(id string) (string, bool)
	// Instead returns the article to read instead of one whose original is missing; empty for one that is not missing, and where
	// none is named.
	Instead(id string) string
	// Citing returns the articles that link to an article, each with its own title.
	Citing(id string) []archive.Link
	// Goal returns what a fix of an article's tree is for, in a sentence in which ${fact} stands for the values of a fact.
	Goal(article, fix string) (string, bool)
	// Trees returns the articles that a diagnosis can begin at: first those for reports that name none, then the others by ID.
	Trees() []Tree
	// Tree returns the tree of an article, and whether there is one.
	Tree(id string) (Tree, bool)
	// TreeJSON returns the tree of an article as JSON, and whether there is one.
	TreeJSON(id string) ([]byte, bool)
	// TreeMermaid returns the tree of an article as a Mermaid flowchart, and whether there is one.
	TreeMermaid(id string) (string, bool)
	// Question returns how a person is asked for a fact, and whether there is such a fact. Text is empty for a fact that
	// nobody is asked for; Answers hold the labels of its values all the same.
	Question(fact string) (desk.Ask, bool)
}

// A Tree is an article that a diagnosis can begin at.
type Tree struct {
	ID    string
	About string // what it diagnoses, in one sentence
}

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

// Config is what a handler needs. Desk, Library and Search must be set.
type Config struct {
	Desk    desk.Answerer
	Library Library
	Search  Searcher
	Ready   func(context.Context) error // what /healthz asks, nil where there is nothing to ask
	Serving func() any                  // what /healthz says of the index that serves, as JSON; nil to say nothing

	Sessions Sessions // nil where no conversation is remembered
	Scripts  Scripts  // nil where no script has an address
	NoPage   bool     // the addresses of the self-service page are not found
	Feedback Keeper   // nil where nothing is kept: then nobody is asked
	Origin   string   // the address that the service is known by, such as https://help.example.com; empty for the one in the request
}

// New returns the handler of all routes.
func New(c Config) http.Handler {
	s := &server{Config: c, forms: ownPages(c.Origin)}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.path, r)
	}
	if c.NoPage {
		nothing := methods{http.MethodGet: s.nothing, http.MethodPost: s.nothing}
		mux.Handle("/", api("/", nothing))
		return mux
	}
	for _, r := range s.pages() {
		mux.Handle(r.path, r)
	}
	return mux
}

// A server answers requests with what Config names.
type server struct {
	Config
	forms *http.CrossOriginProtection // tells forms of ours from those of other sites
}

// ownPages takes requests from pages at the address of the request, and at that which the service is known by.
func ownPages(origin string) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if origin != "" {
		p.AddTrustedOrigin(strings.TrimSuffix(origin, "/")) // one that is none is trusted in nothing
	}
	return p
}

// routes returns every address for programs. The methods of a route stand in one place, so that a wrong one is answered with
// the right ones.
func (s *server) routes() []route {
	return []route{
		api("/v1/reports", methods{http.MethodPost: s.report}),
		api("/v1/scripts/{token}", methods{http.MethodGet: s.script}),
		api("/v1/sessions/{id}", methods{http.MethodDelete: s.forget}),
		api("/v1/feedback", methods{http.MethodPost: s.takeFeedback}),
		api("/v1/search", methods{http.MethodGet: s.search}),
		api("/v1/articles/{id}", methods{http.MethodGet: s.article}),
		api("/v1/trees/{id}", methods{http.MethodGet: s.tree}),
		api("/v1/schemas", methods{http.MethodGet: s.schemaNames}),
		api("/v1/schemas/{name}", methods{http.MethodGet: s.schema}),
		api("/v1/", methods{http.MethodGet: s.nothing, http.MethodPost: s.nothing}),
		api("/openapi.json", methods{http.MethodGet: s.openAPI}),
		api("/openapi-3.0.json", methods{http.MethodGet: s.openAPI30}),
		api("/opensearch.xml", methods{http.MethodGet: s.openSearch}),
		api("/healthz", methods{http.MethodGet: s.health}),
	}
}

// pages returns every address of the self-service page.
func (s *server) pages() []route {
	return []route{

		page("/{$}", methods{http.MethodGet: s.startPage}),
		page("/diagnosis", methods{http.MethodGet: s.diagnosisPage, http.MethodPost: s.diagnosisPage}),
		page("/script", methods{http.MethodGet: s.download, http.MethodPost: s.download}),
		page("/feedback", methods{http.MethodPost: s.feedbackPage}),
		page("/search", methods{http.MethodGet: s.searchPage}),
		page("/articles/{id}", methods{http.MethodGet: s.articlePage}),
		page("/static/{file}", methods{http.MethodGet: s.static}),
		page("/robots.txt", methods{http.MethodGet: s.robots}),
		page("/", methods{http.MethodGet: s.nothing, http.MethodPost: s.nothing}),
	}
}
