package main

import (
	"context"
	"crypto/rand"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// ticketsVerb connects ticket systems and looks after their tickets.
type ticketsVerb struct{ config, hooks, store string }

func (*ticketsVerb) usage() usage {
	var kinds []string
	for _, k := range ticket.Kinds() {
		kinds = append(kinds, fmt.Sprintf("  %-10s %s", k.Name, k.Title))
	}
	return usage{
		name:     "tickets",
		args:     "connect ACCOUNT | test ACCOUNT | again ACCOUNT TICKET | forget ACCOUNT TICKET | replay",
		synopsis: "connect ticket systems, and look after their tickets",
		about: `connect  prints what to paste where, and asks the system once who we are
test     asks the system who we are, and sends a signed event that changes nothing through the receiver
again    lets a ticket be looked at again, such as one whose event was lost
forget   deletes all that is remembered of a ticket
replay   puts the dead letters of the queue beside --store into the queue again; fixdesk serve must not run

The configuration is a file in YAML; --config names it, and it is kept as a secret:

  origin: https://help.example.com      # left out: notes have no links to scripts
  accounts:
    - name: rt                          # the webhook is /hooks/rt
      secrets: [a secret of at least 16 characters]
      url: https://tickets.example.com
      login: fixdesk
      token: the password
      queues:
        "*": {solved: resolved, escalate: {assign: second-level}}

The kinds of ticket systems; an account whose name is none of them has one as kind:

` + strings.Join(kinds, "\n"),
		example: "fixdesk tickets connect rt --config tickets.yaml --hooks https://help.example.com/hooks\nfixdesk tickets again rt 17 --config tickets.yaml",
		least:   1,
		most:    3,
	}
}

func (v *ticketsVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.config, "config", "tickets.yaml", "the configuration in `FILE`")
	f.StringVar(&v.hooks, "hooks", "http://127.0.0.1:8080/hooks", "the `ADDRESS` of the receiver")
	f.StringVar(&v.store, "store", "", "the store `FILE` of fixdesk serve, for replay")
}

// readTickets reads a configuration of ticket systems.
func readTickets(file string) (*ticket.Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ticket.ReadConfig(data)
}

func (v *ticketsVerb) run(ctx context.Context, c console, args []string) int {
	want := map[string]int{"connect": 2, "test": 2, "again": 3, "forget": 3, "replay": 1}[args[0]]
	if want != len(args) {
		return refuse(c, v, "tickets wants one of connect ACCOUNT, test ACCOUNT, again ACCOUNT TICKET, forget ACCOUNT TICKET and replay")
	}
	if args[0] == "replay" {
		return v.replay(ctx, c)
	}
	config, err := readTickets(v.config)
	if err != nil {
		return refuse(c, v, err.Error())
	}
	a, ok := config.Account(args[1])
	if !ok {
		return refuse(c, v, fmt.Sprintf("%s has no account of this name", v.config))
	}
	hook := strings.TrimSuffix(v.hooks, "/") + "/" + a.Name
	switch args[0] {
	case "connect":
		return v.connect(ctx, c, a, hook)
	case "test":
		return v.test(ctx, c, a, hook)
	case "again":
		err = ticket.Command(ctx, hook, a, ticket.Again, args[2])
	case "forget":
		err = ticket.Command(ctx, hook, a, ticket.Forget, args[2])
	}
	if err != nil {
		return c.failed("tickets", "the receiver did not take it", err)
	}
	fmt.Fprintf(c.out, "The receiver has taken it; ticket %s comes next.\n", args[2])
	return exitOK
}

// connect says how an account is set up, and tries its credentials.
func (v *ticketsVerb) connect(ctx context.Context, c console, a ticket.Account, hook string) int {
	p, _, err := ticket.Connect(a)
	if err != nil {
		return c.failed("tickets", "the account cannot be used", err)
	}
	secret := "(none is set: put one into secrets, such as " + rand.Text() + ")"
	if len(a.Secrets) > 0 {
		secret = a.Secrets[0]
	}
	fmt.Fprintln(c.out, p.Setup(ticket.Setup{Hook: hook, Secret: secret}))
	return v.who(ctx, c, a)
}

// who asks the system who we are, which changes nothing.
func (v *ticketsVerb) who(ctx context.Context, c console, a ticket.Account) int {
	p, api, err := ticket.Connect(a)
	if err != nil {
		return c.failed("tickets", "the account cannot be used", err)
	}
	person, err := p.Who(ctx, api)
	if err != nil {
		return c.failed("tickets", "the ticket system did not say who we are", err)
	}
	if !person.Is(append(a.User, a.Login)...) {
		return c.failed("tickets", "our own notes would not be recognized", fmt.Errorf("the system calls us %s: put that into user", person.ID))
	}
	fmt.Fprintf(c.out, "The ticket system answers, and calls us %s.\n", person.ID)
	return exitOK
}

// test tries both directions: the system, and the receiver with an event about a ticket that there is not.
func (v *ticketsVerb) test(ctx context.Context, c console, a ticket.Account, hook string) int {
	if code := v.who(ctx, c, a); code != exitOK {
		return code
	}
	if err := ticket.Command(ctx, hook, a, ticket.Forget, "fixdesk-test"); err != nil {
		return c.failed("tickets", "the receiver did not take a signed event", err)
	}
	fmt.Fprintln(c.out, "The receiver has taken a signed event.")
	return exitOK
}

// replay puts dead letters into the queue again.
func (v *ticketsVerb) replay(ctx context.Context, c console) int {
	if v.store == "" {
		return refuse(c, v, "replay needs --store, the file that fixdesk serve was given")
	}
	q, err := queue.OpenBolt(queueFile(v.store), nil)
	if err != nil {
		return c.failed("tickets", "the queue cannot be opened", err)
	}
	defer q.Close()
	n, err := queue.Replay(ctx, q.Dead(), q.Live(), time.Now().UTC().Format("20060102T150405"))
	if err != nil {
		return c.failed("tickets", fmt.Sprintf("%d dead letters were put into the queue, then it failed", n), err)
	}
	fmt.Fprintf(c.out, "%d dead letters were put into the queue.\n", n)
	return exitOK
}
