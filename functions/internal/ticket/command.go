package ticket

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// commandHeader marks a request of fixdesk tickets: it is signed as a Standard Webhook with the secret of the account, whatever the system
// itself signs with.
const commandHeader = "X-Fixdesk-Command"

// IsCommand reports whether a request says that it is of fixdesk tickets. Whether it is, verifyCommand finds out.
func IsCommand(h http.Header) bool { return h.Get(commandHeader) != "" }

// A command is what an operator asks the receiver for.
type command struct {
	What   What   `json:"what"` // again or forget
	Ticket string `json:"ticket"`
}

func verifyCommand(a Account, d *Delivery) ([]Event, error) {
	if err := VerifyStandard(d); err != nil {
		return nil, err
	}
	var c command
	if err := DecodeJSON(d, &c); err != nil {
		return nil, err
	}
	if c.What != Again && c.What != Forget || c.Ticket == "" || len(c.Ticket) > 200 {
		return nil, &Refused{http.StatusUnprocessableEntity, "A command has what, again or forget, and ticket, the ID of a ticket."}
	}
	return []Event{{Account: a.Name, ID: d.Header.Get("webhook-id"), What: c.What, Ticket: c.Ticket}}, nil
}

// Command asks a receiver to look at a ticket again, or to forget it. Hook is the address of the webhook.
func Command(ctx context.Context, hook string, a Account, what What, ticket string) error {
	body, err := json.Marshal(command{what, ticket})
	if err != nil {
		return err
	}
	if len(a.Secrets) == 0 {
		return fmt.Errorf("tickets: account %s has no secret", a.Name)
	}
	id, stamp := "msg_"+rand.Text(), strconv.FormatInt(time.Now().Unix(), 10)
	sum := mac(sha256.New, StandardKey(a.Secrets[0]), []byte(id+"."+stamp+"."), body)
	h := http.Header{
		"Content-Type": {"application/json"}, commandHeader: {string(what)}, "Webhook-Id": {id}, "Webhook-Timestamp": {stamp},
		"Webhook-Signature": {"v1," + base64.StdEncoding.EncodeToString(sum)},
	}
	api := NewAPI(Account{URL: strings.TrimSuffix(hook, "/")}, nil)
	answer, err := api.Send(ctx, http.MethodPost, "", h, body)
	if err != nil && answer != nil {
		var p struct {
			Detail string `json:"detail"`
		}
		if json.Unmarshal(answer.Body, &p) == nil && p.Detail != "" {
			return fmt.Errorf("%w: %s", err, p.Detail)
		}
	}
	return err
}
