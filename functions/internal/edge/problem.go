package edge

import (
	"encoding/json"
	"net/http"
)

// problemTypes is where each type of problem is described.
const problemTypes = "https://github.com/fixdesk/fixdesk/raw/main/schemas/problem.json#"

// The types of a problem, as the schema problem.json describes them.
const (
	Request    = "request"    // the request does not fit its address: method, media type, rights, rate
	Unreadable = "unreadable" // the body is not JSON
	Refused    = "refused"    // the body or a parameter breaks a rule
	TooLarge   = "too-large"
	NotFound   = "not-found"
	Ours       = "ours" // the caller has done nothing wrong
)

// A Problem is why a request was not answered: application/problem+json of schema problem.json. It never holds a refused value.
type Problem struct {
	Type     string  `json:"type"` // one of the constants; Write makes an address of it
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail"`   // what to do
	Instance string  `json:"instance"` // the path and, behind #, the id of the request; Write fills it in
	Errors   []Error `json:"errors,omitempty"`
	Ask      any     `json:"ask,omitempty"`     // the question to ask again, as in an answer
	Related  any     `json:"related,omitempty"` // articles, as in an answer

	Header map[string]string `json:"-"` // to be sent with it
	Cause  error             `json:"-"` // for the log, nil where the caller is at fault
}

// Error makes a problem an error, so that a handler can return it.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// Unwrap returns why the request was not answered, where that is for the log.
func (p *Problem) Unwrap() error { return p.Cause }

// An Error is one thing that is wrong with a request.
type Error struct {
	Pointer string `json:"pointer"` // JSON Pointer to where it is wrong, empty for the whole
	Detail  string `json:"detail"`
	Hint    string `json:"hint,omitempty"` // what to do
}

// Unavailable is a problem of status 503: the same request may be answered in a moment.
func Unavailable(title, detail string, cause error) *Problem {
	return &Problem{Type: Ours, Title: title, Status: http.StatusServiceUnavailable, Detail: detail, Header: map[string]string{"Retry-After": "5"}, Cause: cause}
}

// Prepared returns the problem as it is sent: with the address of its type and the instance of the request. It notes the cause for the
// log, and sets the headers that go with it.
func (p Problem) Prepared(w http.ResponseWriter, r *http.Request) Problem {
	p.Type = problemTypes + p.Type
	p.Instance = instance(r)
	for name, value := range p.Header {
		w.Header().Set(name, value)
	}
	if p.Cause != nil {
		Note(r.Context(), p.Cause)
	}
	return p
}

// Write answers with p as JSON.
func Write(w http.ResponseWriter, r *http.Request, p Problem) {
	data, err := json.Marshal(p.Prepared(w, r))
	if err != nil {
		panic(err) // a problem is of plain fields
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	w.Write(append(data, '\n'))
}

// instance names one request: its path and its id.
func instance(r *http.Request) string {
	path := r.URL.EscapedPath()
	if len(path) > 2000 {
		path = path[:2000]
	}
	if id := RequestID(r.Context()); id != "" {
		path += "#" + id
	}
	return path
}
