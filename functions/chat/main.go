// Chat answers Lex, Bedrock agents, Slack and Teams. Until a channel is set up it refuses them all.
package main

import (
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
)

func main() {
	lambdahttp.ReadSettings()
	lambdahttp.Start(edge.New(edge.Config{Handler: http.HandlerFunc(refuse)}))
}

// refuse answers what nobody signed for: without a secret nothing can be verified, and what is not verified is not taken.
func refuse(w http.ResponseWriter, r *http.Request) {
	edge.Write(w, r, edge.Problem{Type: edge.Ours, Title: "Not set up", Status: http.StatusServiceUnavailable,
		Detail: "Nothing is set up at this address yet. The operator of this service can say when it will be."})
}
