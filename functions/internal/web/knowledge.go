package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/schemas"
)

var errNotReady = errors.New("not ready")

func (s *server) nothing(http.ResponseWriter, *http.Request) error { return errNotFound }

func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			return fmt.Errorf("%w: %w", errNotReady, err)
		}
	}
	v := healthView{Status: "ok"}
	if s.Serving != nil {
		v.Index = s.Serving()
	}
	return writeJSON(w, r, neverKept, v)
}

// A healthView is what /healthz says of a service that is well.
type healthView struct {
	Status string `json:"status"`
	Index  any    `json:"index,omitempty"`
}

func (s *server) hasTree(id string) bool {
	_, ok := s.Library.Tree(id)
	return ok
}

// tree answers GET /v1/trees/{id}: JSON or Mermaid, by the ending of the address or else by Accept.
func (s *server) tree(w http.ResponseWriter, r *http.Request) error {
	number, ending, _ := strings.Cut(r.PathValue("id"), ".")
	form, err := treeForm(w, r, ending)
	if err != nil {
		return err
	}
	id, err := schemas.Form("article-id", number)
	if err != nil {
		return errNotFound
	}
	if form == mermaidType {
		chart, ok := s.Library.TreeMermaid(id)
		if !ok {
			return errNotFound
		}
		return write(w, r, http.StatusOK, mermaidType+"; charset=utf-8", keptShortly, []byte(chart))
	}
	data, ok := s.Library.TreeJSON(id)
	if !ok {
		return errNotFound
	}
	return write(w, r, http.StatusOK, jsonType, keptShortly, data)
}

func treeForm(w http.ResponseWriter, r *http.Request, ending string) (string, error) {
	switch ending {
	case "":
		return negotiate(w, r, jsonType, mermaidType)
	case "json":
		return jsonType, nil
	case "mmd":
		return mermaidType, nil
	}
	return "", errNotFound
}

// schemaNames answers GET /v1/schemas.
func (s *server) schemaNames(w http.ResponseWriter, r *http.Request) error {
	type entry struct {
		Name schemas.Name `json:"name"`
		Href string       `json:"href"`
	}
	entries := []entry{}
	for _, name := range schemas.Names() {
		entries = append(entries, entry{name, "/v1/schemas/" + string(name) + ".json"})
	}
	return writeJSON(w, r, keptShortly, map[string]any{"schemas": entries})
}

// schema answers GET /v1/schemas/{name}, with and without .json behind the name.
func (s *server) schema(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, schemaType, jsonType); err != nil {
		return err
	}
	data := schemas.JSON(schemas.Name(strings.TrimSuffix(r.PathValue("name"), ".json")))
	if data == nil {
		return errNotFound
	}
	return write(w, r, http.StatusOK, schemaType, keptShortly, data)
}

// openSearch lets a browser offer the search in its own field.
func (s *server) openSearch(w http.ResponseWriter, r *http.Request) error {
	origin := html.EscapeString(s.origin(r))
	body := `<?xml version="1.0" encoding="UTF-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
  <ShortName>Fixdesk</ShortName>
  <Description>Search the articles of the knowledge base</Description>
  <Tags>knowledge base support diagnosis</Tags>
  <Url type="text/html" template="` + origin + `/search?q={searchTerms}"/>
  <Url type="application/json" template="` + origin + `/v1/search?q={searchTerms}&amp;from={startIndex?}&amp;size={count?}" indexOffset="0"/>
  <Url type="application/opensearchdescription+xml" rel="self" template="` + origin + `/opensearch.xml"/>
  <InputEncoding>UTF-8</InputEncoding>
  <OutputEncoding>UTF-8</OutputEncoding>
</OpenSearchDescription>
`
	w.Header().Add("Vary", "Host")
	return write(w, r, http.StatusOK, searchXML, "private, max-age=300", []byte(body))
}

// origin returns the address of the service as the caller knows it.
func (s *server) origin(r *http.Request) string {
	if s.Origin != "" {
		return strings.TrimSuffix(s.Origin, "/")
	}
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}

// openAPI answers GET /openapi.json.
func (s *server) openAPI(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, jsonType); err != nil {
		return err
	}
	return write(w, r, http.StatusOK, jsonType, keptShortly, openAPIDocument())
}

// openAPI30 answers GET /openapi-3.0.json.
func (s *server) openAPI30(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, jsonType); err != nil {
		return err
	}
	return write(w, r, http.StatusOK, jsonType, keptShortly, openAPI30Document())
}

func mustJSON(v any) []byte {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // of embedded files
	}
	return append(data, '\n')
}
