// Package problem writes refusals of what stands around the handlers: keys, rates, repeated requests, and the lines that the log has of
// them. It does not know why they are refused, and never shows a refused value.
package problem

import (
	"encoding/json"
	"net/http"
)

// types is where each type of problem is described.
const types = "https://github.com/fixdesk/fixdesk/raw/main/schemas/problem.json#"

// A Problem is a refusal: schema problem.json.
type Problem struct {
	Type     string  `json:"type"` // one of those that the schema describes, as request, refused or ours
	Title    string  `json:"title"`
	Status   int     `json:"status"`
	Detail   string  `json:"detail"` // what to do
	Instance string  `json:"instance"`
	Errors   []Error `json:"errors,omitempty"`
}

// An Error is one thing that is wrong with a body.
type Error struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
	Hint    string `json:"hint,omitempty"`
}

// Write answers with p. Headers such as Retry-After must be set before.
func Write(w http.ResponseWriter, r *http.Request, p Problem) {
	p.Type = types + p.Type
	p.Instance = r.URL.EscapedPath()
	if len(p.Instance) > 2000 {
		p.Instance = p.Instance[:2000]
	}
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // a problem is of plain fields
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.Status)
	w.Write(append(data, '\n'))
}
