// Package route is what the addresses of the API and those of the page have in common: handlers by method, whole answers with entity tags,
// files of scripts, the parameters of a search, and the one switch from an error to a problem. It has no address of its own and writes no
// page.
package route

import (
	"net/http"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

// A Handler answers a request, or returns why it cannot; then it has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Methods are the handlers of one path. HEAD is answered as GET is, OPTIONS with the list of methods.
type Methods map[string]Handler

// A Route is one path with all its methods, so that a wrong method is answered with the right ones.
type Route struct {
	Path     string
	Methods  Methods
	NoParams bool // parameters in the address are refused
	Refuse   func(w http.ResponseWriter, r *http.Request, p edge.Problem)
}

func (rt Route) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodOptions {
		w.Header().Set("Allow", rt.allowed())
		w.WriteHeader(http.StatusNoContent)
		return
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	h := rt.Methods[method]
	if h == nil {
		h = func(http.ResponseWriter, *http.Request) error { return methodProblem(rt.allowed()) }
	}
	if rt.NoParams && r.URL.RawQuery != "" {
		rt.fail(w, r, ParamProblem(desk.Problem{Detail: "found parameters, expected none at this address", Hint: "leave out everything from the question mark on"}))
		return
	}
	if err := h(w, r); err != nil {
		rt.fail(w, r, err)
	}
}

// allowed returns the methods of the route for an Allow header, sorted.
func (rt Route) allowed() string {
	names := []string{http.MethodOptions}
	for m := range rt.Methods {
		names = append(names, m)
		if m == http.MethodGet {
			names = append(names, http.MethodHead)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// fail answers with the problem that an error is.
func (rt Route) fail(w http.ResponseWriter, r *http.Request, err error) {
	rt.Refuse(w, r, ProblemOf(err))
}

// NotFound is the handler of an address that does not exist.
func NotFound(http.ResponseWriter, *http.Request) error { return ErrNotFound }
