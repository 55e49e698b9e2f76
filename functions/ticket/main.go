// Ticket takes webhooks of ticket systems, checks their signatures and queues what they say. Until a system is set up it refuses them all.
package main

import (
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

func main() {
	c := lambdahttp.ReadSettings()
	hooks := &ticket.Hooks{}
	if c.Queue != "" && c.Secrets != "" {
		work, err := lambdahttp.Work(c)
		lambdahttp.Must(err)
		hooks.Config, err = lambdahttp.Tickets(c)
		lambdahttp.Must(err)
		hooks.Queue = work
	}
	mux := http.NewServeMux()
	mux.Handle("/hooks/{provider}", hooks)
	lambdahttp.Start(edge.New(edge.Config{Handler: mux, Log: lambdahttp.Log("ticket", c)}))
}
