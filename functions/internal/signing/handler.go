package signing

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

// path is where keys are published; the key of one ID stands below it.
const path = "/v1/keys"

// A published key is one of GET /v1/keys.
type published struct {
	ID        string `json:"id"`
	Algorithm string `json:"algorithm"`
	Signs     bool   `json:"signs"` // whether what is handed out now is signed with it
	PEM       string `json:"pem"`
}

// Handler publishes the keys of s at /v1/keys, and each as PEM at /v1/keys/{id}. There are none where s is nil.
func Handler(s *Signer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-cache")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			edge.Write(w, r, edge.Problem{Type: edge.Request, Title: "The method does not fit", Status: http.StatusMethodNotAllowed, Detail: "Use GET.",
				Header: map[string]string{"Allow": "GET, HEAD"}})
			return
		}
		ring := &Ring{}
		if s != nil {
			var err error
			if ring, err = s.Ring(r.Context()); err != nil {
				edge.Write(w, r, *edge.Unavailable("The keys cannot be read", "The service cannot read its keys just now. Try again in a moment.", err))
				return
			}
		}
		ring.serve(w, r)
	})
}

// serve answers with all keys, or with the one that the path names.
func (ring *Ring) serve(w http.ResponseWriter, r *http.Request) {
	id := strings.Trim(strings.TrimPrefix(r.URL.Path, path), "/")
	if id == "" {
		ring.list(w)
		return
	}
	for _, k := range ring.Keys {
		if k.ID == id {
			w.Header().Set("Content-Type", "application/x-pem-file")
			w.Header().Set("Content-Disposition", `attachment; filename="fixdesk-`+id[:8]+`.pem"`)
			w.Write([]byte(k.PEM))
			return
		}
	}
	edge.Write(w, r, edge.Problem{Type: edge.NotFound, Title: "Not found", Status: http.StatusNotFound, Detail: "There is no key of this id. " + path + " lists those that there are."})
}

func (ring *Ring) list(w http.ResponseWriter) {
	all := struct {
		Keys []published `json:"keys"`
	}{[]published{}}
	for i, k := range ring.Keys {
		all.Keys = append(all.Keys, published{k.ID, "Ed25519", i == 0, k.PEM})
	}
	data, err := json.Marshal(all)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(append(data, '\n'))
}
