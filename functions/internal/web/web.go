// Package web lets the desk be reached by HTTP: the API under /v1/, and the self-service page. Every error becomes a response
// here, in one switch, and no value that was refused is ever sent back by the API. The package decides nothing about symptoms,
// keeps nothing between requests, and knows neither Lambda nor sockets: it is one http.Handler.
package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

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

// A Searcher finds articles.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Results, error)
}

// Config is what a handler needs. Desk, Library and Search must be set.
type Config struct {
	Desk    desk.Answerer
	Library Library
	Search  Searcher
	Log     *slog.Logger                // one line for each request; nil for none
	Timeout time.Duration               // for one request, 0 for 20 seconds
	Ready   func(context.Context) error // what /healthz asks, nil where there is nothing to ask
	Serving func() any                  // what /healthz says of the index that serves, as JSON; nil to say nothing

	Feedback Keeper // nil where nothing is kept: then nobody is asked
	Origin   string // the address that the service is known by, such as https://help.example.com; empty for the one in the request
}

// New returns the handler of all routes.
func New(c Config) http.Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Timeout == 0 {
		c.Timeout = 20 * time.Second
	}
	s := &server{Config: c, pages: ownPages(c.Origin)}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.path, r)
	}
	return s.wrap(mux)
}

// A server answers requests with what Config names.
type server struct {
	Config
	pages *http.CrossOriginProtection // tells forms of ours from those of other sites
}

// ownPages takes requests from pages at the address of the request, and at that which the service is known by.
func ownPages(origin string) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if origin != "" {
		p.AddTrustedOrigin(strings.TrimSuffix(origin, "/")) // one that is none is trusted in nothing
	}
	return p
}

// routes returns every address that there is. The methods of a route stand in one place, so that a wrong one is answered with
// the right ones.
func (s *server) routes() []route {
	return []route{
		api("/v1/reports", methods{http.MethodPost: s.report}),
		api("/v1/feedback", methods{http.MethodPost: s.takeFeedback}),
		api("/v1/search", methods{http.MethodGet: s.search}),
		api("/v1/articles/{id}", methods{http.MethodGet: s.article}),
		api("/v1/trees/{id}", methods{http.MethodGet: s.tree}),
		api("/v1/schemas", methods{http.MethodGet: s.schemaNames}),
		api("/v1/schemas/{name}", methods{http.MethodGet: s.schema}),
		api("/v1/", methods{http.MethodGet: s.nothing, http.MethodPost: s.nothing}),
		api("/openapi.json", methods{http.MethodGet: s.openAPI}),
		api("/opensearch.xml", methods{http.MethodGet: s.openSearch}),
		api("/healthz", methods{http.MethodGet: s.health}),

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
