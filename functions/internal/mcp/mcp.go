// Package mcp offers the API to models as tools, resources and a prompt of the Model Context Protocol, at one address and without sessions.
// Each call is a request to the API itself, so a tool says what the API says and refuses what the API refuses; it is said in the short voice
// of package words, and in a structure from which everything is left out that a model does not need. Who may call is decided before it and
// once. The package asks nobody anything in between, and has no model behind it: it is what a model may call.
package mcp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// maxBody is the most bytes of one message: more than the largest report.
const maxBody = 1 << 20

// Config is what the handler needs. API must be set.
type Config struct {
	API   http.Handler
	Facts []desk.Ask                                // the questions of all facts that a report may answer
	State func(fact string, values []string) string // what a fact with these values says; nil to say it as it is
	Links bool                                      // scripts have addresses, so that they can be had one by one
}

// Handler answers the protocol. A page of another site is refused, whatever it sends.
func Handler(c Config) http.Handler {
	stream := mcp.NewStreamableHTTPHandler(
		func(r *http.Request) *mcp.Server { return c.server(client{c.API, r}) },
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
Call diagnose with what the person says. While the result asks, put that question to the person, and call diagnose again with all facts and
the new one. What is to be confirmed, read to the person: what they say yes to goes into confirm, the rest into facts, as unknown where they
do not know. Never say yes for the person. Say nothing that the result does not say, and name the article with each cause. Show a script to
the person before it is run: without an argument it only shows what it would do.`

// server returns the tools, resources and prompts of one request.
func (c Config) server(api client) *mcp.Server {
	s := mcp.NewServer(
		&mcp.Implementation{Name: "fixdesk", Title: "Fixdesk", Version: "1"},
		&mcp.ServerOptions{Instructions: instructions, Capabilities: &mcp.ServerCapabilities{
			Tools: &mcp.ToolCapabilities{}, Resources: &mcp.ResourceCapabilities{}, Prompts: &mcp.PromptCapabilities{},
		}},
	)
	for _, t := range c.tools() {
		s.AddTool(t.described(), func(_ context.Context, call *mcp.CallToolRequest) (*mcp.CallToolResult, error) {
			result, err := t.call(api, call.Params.Arguments)
			if err != nil {
				return refused(err.Error()), nil
			}
			return result, nil
		})
	}
	addResources(s, api)
	s.AddPrompt(&mcp.Prompt{
		Name: "diagnose", Title: "Find the cause of a trouble", Description: "Begin a diagnosis with what a person says.",
		Arguments: []*mcp.PromptArgument{{Name: "symptom", Description: "the person's own words", Required: true}},
	}, begin)
	return s
}

// begin is the prompt that begins a diagnosis.
func begin(_ context.Context, r *mcp.GetPromptRequest) (*mcp.GetPromptResult, error) {
	symptom := r.Params.Arguments["symptom"]
	if symptom == "" {
		return nil, errors.New("expected the argument symptom, what the person says")
	}
	return &mcp.GetPromptResult{Messages: []*mcp.PromptMessage{{Role: "user", Content: &mcp.TextContent{
		Text: "Find the cause with the tool diagnose, and ask me what it asks. This is what is wrong:\n\n" + symptom}}}}, nil
}
