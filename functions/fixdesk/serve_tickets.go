package main

import (
	"context"
	"errors"
	"net/http"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/replier"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// queueFile is where the queue of a store is kept.
func queueFile(store string) string { return store + ".queue" }

// ticketWorkers is how many tickets are worked on at a time.
const ticketWorkers = 4

// checkTickets says at the start what is wrong with the configuration of ticket systems, and not at the first event.
func (v *serveVerb) checkTickets() error {
	if v.tickets == "" {
		return nil
	}
	if v.store == "" {
		return errors.New("--tickets needs --store: what is said in a ticket is remembered there, and events wait beside it")
	}
	_, err := readTickets(v.tickets)
	return err
}

// withTickets adds the addresses of webhooks to a handler, and starts the workers. Stop waits for those at work, and closes the queue.
func (v *serveVerb) withTickets(ctx context.Context, c console, next http.Handler, channel app.Channel, records session.Records) (h http.Handler, stop func(), err error) {
	if v.tickets == "" {
		return next, func() {}, nil
	}
	q, err := queue.OpenBolt(queueFile(v.store), nil)
	if err != nil {
		return nil, nil, err
	}
	config := ticket.FromSecret(secret.FromFile("file:" + v.tickets).Get)
	w := &replier.Worker{Config: config, Desk: channel.Desk, Evidence: channel.Evidence, State: channel.State, Store: session.On(records, nil), Queue: q.Live(), Log: v.log(c)}
	working, end := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(working, q.Live(), ticketWorkers)
	}()
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.Handle("/hooks/{provider}", edge.New(edge.Config{Handler: &ticket.Hooks{Config: config, Queue: q.Live()}, Log: v.log(c)}))
	return mux, func() {
		end()
		<-done
		q.Close()
	}, nil
}
