package route

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

// Cache-Control of an answer, by what the answer is made of.
const (
	NoStore    = "no-store"                            // made of what a person reported
	Revalidate = "private, no-cache"                   // the same, but the Back button may show it
	CacheShort = "public, max-age=300"                 // made of content that is published now and then
	Immutable  = "public, max-age=31536000, immutable" // named by its hash
)

// Media types.
const (
	JSONType     = "application/json"
	HTMLType     = "text/html; charset=utf-8"
	TextType     = "text/plain; charset=utf-8"
	MarkdownType = "text/markdown; charset=utf-8"
)

// WriteJSON answers with a value as JSON.
func WriteJSON(w http.ResponseWriter, r *http.Request, cache string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return Write(w, r, http.StatusOK, JSONType, cache, append(body, '\n'))
}

// Write sends a body that is whole. A GET of it gets an entity tag, and only the tag where the caller has the body already.
func Write(w http.ResponseWriter, r *http.Request, status int, contentType, cache string, body []byte) error {
	h := w.Header()
	h.Set("Cache-Control", cache)
	if status == http.StatusOK && (r.Method == http.MethodGet || r.Method == http.MethodHead) && cache != NoStore {
		tag := entityTag(body)
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, err := w.Write(body)
	if err != nil {
		edge.Note(r.Context(), fmt.Errorf("sending: %w", err)) // the caller has hung up
	}
	return nil
}

func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// matches reports whether an If-None-Match header names the tag. Weak tags of ours are as good (RFC 9110, 13.1.2).
func matches(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}
