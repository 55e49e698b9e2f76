package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

// A handler answers a request or says why it cannot. It has written nothing where it returns an error.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are the handlers of one path. HEAD is answered as GET is, OPTIONS with the list of methods.
type methods map[string]handler

// A route is one path. Its refusals are problems or pages, as those who come to it can read them.
type route struct {
	path    string
	methods methods
	strict  bool // a parameter that is not known is refused, where the handler does not read them itself
	refuse  func(w http.ResponseWriter, r *http.Request, p edge.Problem)
}

// api returns a route for programs: what goes wrong is application/problem+json.
func api(path string, m methods) route {
	return route{path: path, methods: m, refuse: edge.Write, strict: strings.HasPrefix(path, "/v1/") && path != "/v1/search"}
}

// page returns a route for people: what goes wrong is a page.
func page(path string, m methods) route { return route{path: path, methods: m, refuse: Refuse} }

func (rt route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", rt.allowed())
		w.WriteHeader(http.StatusNoContent)
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h := rt.methods[method]
	if h == nil {
		h = func(http.ResponseWriter, *http.Request) error { return methodProblem(rt.allowed()) }
	}
	if rt.strict && r.URL.RawQuery != "" {
		rt.fail(w, r, paramProblem(desk.Problem{Detail: "found parameters, expected none at this address", Hint: "leave out everything from the question mark on"}))
		return
	}
	if err := h(w, r); err != nil {
		rt.fail(w, r, err)
	}
}

// allowed returns the methods of the route for an Allow header, sorted.
func (rt route) allowed() string {
	names := []string{http.MethodOptions}
	for m := range rt.methods {
		names = append(names, m)
		if m == http.MethodGet {
			names = append(names, http.MethodHead)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// fail answers with the problem that an error is.
func (rt route) fail(w http.ResponseWriter, r *http.Request, err error) {
	rt.refuse(w, r, problemOf(err))
}

// programs matches the addresses to which programs come: also of a version that there is not, or is written otherwise.
var programs = regexp.MustCompile(`(?i)^/(v\d+|mcp|openapi(-3\.0)?\.json|opensearch\.xml|healthz)(/|$)`)

// Refuse answers with a problem as those who come to the address can read it: as JSON where programs come, as a page elsewhere.
func Refuse(w http.ResponseWriter, r *http.Request, p edge.Problem) {
	if programs.MatchString(r.URL.Path) {
		edge.Write(w, r, p)
		return
	}
	writeErrorPage(w, r, p)
}
