// Ticket takes webhooks of ticket systems. Until one is set up it refuses them all.
package main

import (
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/problem"
)

func main() {
	lambdahttp.ReadSettings()
	lambdahttp.Start(http.HandlerFunc(refuse))
}

// refuse answers what nobody signed for: without a secret nothing can be verified, and what is not verified is not taken.
func refuse(w http.ResponseWriter, r *http.Request) {
	problem.Write(w, r, problem.Problem{Type: "ours", Title: "Not set up", Status: http.StatusServiceUnavailable,
		Detail: "Nothing is set up at this address yet. The operator of this service can say when it will be."})
}
