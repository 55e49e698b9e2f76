package page

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/index"
)

// A Searcher finds articles.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Results, error)
}

// Config is what the page shows. Desk, Catalog and Search must be set.
type Config struct {
	Desk     desk.Answerer
	Catalog  *catalog.Catalog
	Search   Searcher
	Feedback feedback.Store // nil where no feedback is stored: then nobody is asked for it
	Origin   string         // the address that the service is known by; forms are taken from it, and from the address of the request
}

// Mount adds the addresses of the page to those of a service. Those that nothing else has are not found.
func Mount(mux *http.ServeMux, c Config) {
	s := &server{Config: c, forms: ownForms(c.Origin)}
	for _, r := range s.routes() {
		mux.Handle(r.Path, r)
	}
}

// Refuse answers with a problem as a page.
func Refuse(w http.ResponseWriter, r *http.Request, p edge.Problem) { writeErrorPage(w, r, p) }

// A server answers requests with what Config names.
type server struct {
	Config
	forms *http.CrossOriginProtection // tells forms of ours from those of other sites
}

// ownForms accepts forms of pages at the address of the request, and at that which the service is known by.
func ownForms(origin string) *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	if origin != "" {
		p.AddTrustedOrigin(strings.TrimSuffix(origin, "/")) // an invalid one is not trusted
	}
	return p
}

// routes returns every address of the page.
func (s *server) routes() []route.Route {
	at := func(path string, m route.Methods) route.Route {
		return route.Route{Path: path, Methods: m, Refuse: Refuse}
	}
	return []route.Route{
		at("/{$}", route.Methods{http.MethodGet: s.startPage}),
		at("/diagnosis", route.Methods{http.MethodGet: s.diagnosisPage, http.MethodPost: s.diagnosisPage}),
		at("/script", route.Methods{http.MethodGet: s.download, http.MethodPost: s.download}),
		at("/feedback", route.Methods{http.MethodPost: s.feedbackPage}),
		at("/search", route.Methods{http.MethodGet: s.searchPage}),
		at("/articles/{id}", route.Methods{http.MethodGet: s.articlePage}),
		at("/static/{file}", route.Methods{http.MethodGet: s.static}),
		at("/robots.txt", route.Methods{http.MethodGet: s.robots}),
		at("/", route.Methods{http.MethodGet: route.NotFound, http.MethodPost: route.NotFound}),
	}
}

// checked lets the desk answer a report that a page has put together, held to the rules of every report.
func (s *server) checked(ctx context.Context, report *desk.Report) (*desk.Answer, error) {
	if err := report.Check(); err != nil {
		return nil, desk.Explain(ctx, s.Desk, err)
	}
	return s.Desk.Answer(ctx, report)
}

// mustJSON returns a value of ours as JSON.
func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // of types that JSON has
	}
	return data
}
