package mcp

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// A client makes requests to the API on behalf of the one who sent a message.
type client struct {
	api  http.Handler
	from *http.Request
}

// do makes a request and returns what came back as the result of a tool: a refusal is one, too, so that the caller can put it
// right. The request knows who is calling, and ends with the message that it belongs to.
func (c client) do(r *http.Request) *mcp.CallToolResult {
	r = r.WithContext(c.from.Context())
	r.Host, r.RemoteAddr = c.from.Host, c.from.RemoteAddr
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	w := &answer{header: http.Header{}, status: http.StatusOK}
	c.api.ServeHTTP(w, r)
	if w.status != http.StatusOK {
		return refused(w.body.String())
	}
	text := strings.TrimSpace(w.body.String())
	return &mcp.CallToolResult{
		Content:           []mcp.Content{&mcp.TextContent{Text: text}},
		StructuredContent: json.RawMessage(text),
	}
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
