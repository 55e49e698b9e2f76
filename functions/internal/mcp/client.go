package mcp

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A client makes requests to the API on behalf of the one who sent a message.
type client struct {
	api  http.Handler
	from *http.Request
}

// do makes a request and returns the body of the answer, or a refusal as the result of a tool, so that the caller can put it right. The
// request knows who is calling, and ends with the message that it belongs to.
func (c client) do(r *http.Request) (body []byte, problem *mcp.CallToolResult) {
	r = r.WithContext(c.from.Context())
	r.Host, r.RemoteAddr = c.from.Host, c.from.RemoteAddr
	r.Header.Set("Content-Type", "application/json")
	w := &answer{header: http.Header{}, status: http.StatusOK}
	c.api.ServeHTTP(w, r)
	if w.status >= 300 {
		return nil, refused(w.body.String())
	}
	return bytes.TrimSpace(w.body.Bytes()), nil
}

// textual is a result that is a text.
func textual(text []byte) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: string(text)}}}
}

// refused is the result of a call that was not answered.
func refused(why string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: strings.TrimSpace(why)}}, IsError: true}
}

// An answer keeps what the API says.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// resources are what can be read by its address.
var resources = []struct{ uri, path, name, about, media string }{
	{"fixdesk://articles/{id}", "/v1/articles/", "article", "An article by its number, such as Q238865.", "application/json"},
	{"fixdesk://trees/{id}", "/v1/trees/", "tree", "The decision tree of an article, such as Q238865.", "application/json"},
}

func addResources(s *mcp.Server, api client) {
	for _, res := range resources {
		s.AddResourceTemplate(&mcp.ResourceTemplate{URITemplate: res.uri, Name: res.name, Description: res.about, MIMEType: res.media},
			func(_ context.Context, r *mcp.ReadResourceRequest) (*mcp.ReadResourceResult, error) {
				id, ok := strings.CutPrefix(r.Params.URI, strings.TrimSuffix(res.uri, "{id}"))
				request, err := http.NewRequest(http.MethodGet, res.path+url.PathEscape(strings.ToUpper(id)), nil)
				if !ok || err != nil {
					return nil, mcp.ResourceNotFoundError(r.Params.URI)
				}
				body, problem := api.do(request)
				if problem != nil {
					return nil, mcp.ResourceNotFoundError(r.Params.URI)
				}
				return &mcp.ReadResourceResult{Contents: []*mcp.ResourceContents{{URI: r.Params.URI, MIMEType: res.media, Text: string(body)}}}, nil
			})
	}
}
