package api

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/schemas"
)

func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			return fmt.Errorf("%w: %w", route.ErrNotReady, err)
		}
	}
	v := healthView{Status: "ok"}
	if s.Serving != nil {
		v.Index = s.Serving()
	}
	return route.WriteJSON(w, r, route.NoStore, v)
}

// A healthView is what /healthz says of a service that is well.
type healthView struct {
	Status string `json:"status"`
	Index  any    `json:"index,omitempty"`
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
		return route.ErrNotFound
	}
	if form == mermaidType {
		chart, ok := s.Catalog.TreeMermaid(id)
		if !ok {
			return route.ErrNotFound
		}
		return route.Write(w, r, http.StatusOK, mermaidType+"; charset=utf-8", route.CacheShort, []byte(chart))
	}
	data, ok := s.Catalog.TreeJSON(id)
	if !ok {
		return route.ErrNotFound
	}
	return route.Write(w, r, http.StatusOK, route.JSONType, route.CacheShort, data)
}

func treeForm(w http.ResponseWriter, r *http.Request, ending string) (string, error) {
	switch ending {
	case "":
		return negotiate(w, r, route.JSONType, mermaidType)
	case "json":
		return route.JSONType, nil
	case "mmd":
		return mermaidType, nil
	}
	return "", route.ErrNotFound
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
	return route.WriteJSON(w, r, route.CacheShort, map[string]any{"schemas": entries})
}

// schema answers GET /v1/schemas/{name}, with and without .json behind the name.
func (s *server) schema(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, schemaType, route.JSONType); err != nil {
		return err
	}
	data := schemas.JSON(schemas.Name(strings.TrimSuffix(r.PathValue("name"), ".json")))
	if data == nil {
		return route.ErrNotFound
	}
	return route.Write(w, r, http.StatusOK, schemaType, route.CacheShort, data)
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
	return route.Write(w, r, http.StatusOK, searchXMLType, "private, max-age=300", []byte(body))
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
	if _, err := negotiate(w, r, route.JSONType); err != nil {
		return err
	}
	return route.Write(w, r, http.StatusOK, route.JSONType, route.CacheShort, openAPIDocument())
}

// openAPI30 answers GET /openapi-3.0.json.
func (s *server) openAPI30(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, route.JSONType); err != nil {
		return err
	}
	return route.Write(w, r, http.StatusOK, route.JSONType, route.CacheShort, openAPI30Document())
}

func mustJSON(v any) []byte {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // of embedded files
	}
	return append(data, '\n')
}
