// Package mcp offers the API as tools of the Model Context Protocol, at one address and without sessions. Each call of a tool is a
// request to the API itself, so a tool says what the API says, and refuses what the API refuses. Who may call is decided before it
// and once: whoever may diagnose may search and read here, too. The package asks nobody anything in between, and has no model behind
// it: it is what a model may call.
package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/fixdesk/fixdesk/schemas"
)

// maxBody is the most bytes of one message: more than the largest report.
const maxBody = 1 << 20

// Handler answers the protocol with what api answers. A page of another site is refused, whatever it sends.
func Handler(api http.Handler) http.Handler {
	stream := mcp.NewStreamableHTTPHandler(
		func(r *http.Request) *mcp.Server { return newServer(client{api, r}) },
		&mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true, MaxRequestBodyBytes: maxBody},
	)
	return http.NewCrossOriginProtection().Handler(single(stream))
}

// single lets one message through to next. The versions of the protocol that have batches leave it to the server whether it takes
// them, and one of a thousand calls would pass as one request wherever requests are counted.
func single(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			http.Error(w, fmt.Sprintf("a message has at most %d bytes", maxBody), http.StatusRequestEntityTooLarge)
		case err != nil:
			http.Error(w, "the message did not arrive whole", http.StatusBadRequest)
		case bytes.HasPrefix(bytes.TrimLeft(body, " \t\r\n"), []byte("[")):
			http.Error(w, "batches are not taken: send each message by itself", http.StatusBadRequest)
		default:
			r.Body = io.NopCloser(bytes.NewReader(body))
			next.ServeHTTP(w, r)
		}
	})
}

const instructions = `Fixdesk finds the cause of a symptom in decision trees written from knowledge-base articles, and makes a script for it.
Call diagnose with what the person says. As long as the answer holds ask, put that question to the person, and call diagnose again with
all facts and the new one. Where ask holds confirm, read its labels to the person, and put what they say yes to into confirm, as fact and
value, and the rest into facts, as unknown where they do not know. Never say yes for the person. Where the answer holds further,
offer to look for further causes, and send further: true beside all facts if the person wants that. Say nothing that the answer does
not say, and name the article with each cause. Show a script to the
person before it is run: without an argument it only shows what it would do.`

// newServer returns the tools of one request.
func newServer(c client) *mcp.Server {
	s := mcp.NewServer(
		&mcp.Implementation{Name: "fixdesk", Title: "Fixdesk", Version: "1"},
		&mcp.ServerOptions{Instructions: instructions, Capabilities: &mcp.ServerCapabilities{Tools: &mcp.ToolCapabilities{}}},
	)
	for i, t := range tools {
		s.AddTool(listed()[i], func(_ context.Context, call *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			r, err := t.request(call.Params.Arguments)
			if err != nil {
				return refused(err.Error()), nil
			}
			return c.do(r), nil
		})
	}
	return s
}

// listed are the tools as they are listed, in their order.
var listed = sync.OnceValue(func() []*mcp.Tool {
	all := make([]*mcp.Tool, len(tools))
	for i, t := range tools {
		all[i] = t.described()
	}
	return all
})

// A tool is one call of the API.
type tool struct {
	name, title, about string
	in                 func() json.RawMessage // its arguments
	out                schemas.Name           // its result
	request            func(arguments json.RawMessage) (*http.Request, error)
}

var tools = []tool{
	{
		name:  "diagnose",
		title: "Diagnose a symptom",
		about: "Name the cause of a computer's trouble with its proof, the next question to ask, and a fix script made for that computer. " +
			"Where the answer's ask has confirm, put the entries that the person says yes to into confirm, each as {fact, value}, and call again with everything else: " +
			"no script changes anything before. Entries that are wrong or not known go into facts.",
		in:  func() json.RawMessage { return schemas.Bundle(schemas.Report) },
		out: schemas.Answer,
		request: func(arguments json.RawMessage) (*http.Request, error) {
			return http.NewRequest(http.MethodPost, "/v1/reports", bytes.NewReader(arguments))
		},
	},
	{
		name:    "search",
		title:   "Search the knowledge base",
		about:   "Find articles by symptoms, error messages, codes, file names or article numbers, with the passage that matters.",
		in:      func() json.RawMessage { return json.RawMessage(searchArguments) },
		out:     schemas.Results,
		request: search,
	},
	{
		name:    "read_article",
		title:   "Read an article",
		about:   "Read an article by its number, such as Q238865: its sections, and the articles that it links to and that link to it.",
		in:      func() json.RawMessage { return json.RawMessage(articleArguments) },
		out:     schemas.Article,
		request: readArticle,
	},
}

const searchArguments = `{"type": "object", "additionalProperties": false, "required": ["q"], "properties": {
	"q": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "the words to look for"},
	"product": {"type": "string", "maxLength": 200, "description": "articles of this product come first"},
	"version": {"type": "string", "maxLength": 200, "description": "articles of this version come first"},
	"size": {"type": "integer", "minimum": 1, "maximum": 50, "description": "how many hits, 10 where left out"},
	"from": {"type": "integer", "minimum": 0, "maximum": 499, "description": "how many hits to pass over"}}}`

const articleArguments = `{"type": "object", "additionalProperties": false, "required": ["id"], "properties": {
	"id": {"type": "string", "pattern": "^[Qq][0-9]{5,6}$", "description": "the number of the article, such as Q238865"}}}`

// described returns the tool as it is listed. It changes nothing anywhere: a script is only handed out.
func (t tool) described() *mcp.Tool {
	no := false
	return &mcp.Tool{
		Name:         t.name,
		Title:        t.title,
		Description:  t.about,
		InputSchema:  t.in(),
		OutputSchema: schemas.Bundle(t.out),
		Annotations:  &mcp.ToolAnnotations{ReadOnlyHint: true, IdempotentHint: true, DestructiveHint: &no, OpenWorldHint: &no},
	}
}

// search writes arguments as the parameters of the API, which judges them.
func search(arguments json.RawMessage) (*http.Request, error) {
	var given map[string]any
	d := json.NewDecoder(bytes.NewReader(arguments))
	d.UseNumber()
	if err := d.Decode(&given); err != nil {
		return nil, errors.New("expected an object with q, the words to look for")
	}
	params := url.Values{}
	for name, value := range given {
		switch value := value.(type) {
		case string:
			params.Set(name, value)
		case json.Number:
			params.Set(name, value.String())
		default:
			return nil, fmt.Errorf("expected text or a number at each argument")
		}
	}
	return http.NewRequest(http.MethodGet, "/v1/search?"+params.Encode(), nil)
}

func readArticle(arguments json.RawMessage) (*http.Request, error) {
	var given struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(arguments, &given); err != nil || given.ID == "" {
		return nil, errors.New("expected an object with id, the number of an article such as Q238865")
	}
	return http.NewRequest(http.MethodGet, "/v1/articles/"+url.PathEscape(strings.ToUpper(given.ID)), nil)
}
