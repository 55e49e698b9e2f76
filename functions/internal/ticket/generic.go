package ticket

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// generic speaks with anything that can send and take a Standard Webhook.
var generic = Kind{
	Name: "generic",
	Traits: Traits{
		Title: "Anything else", Signature: "Standard Webhooks: HMAC-SHA256 of id, time and body; or the token that options.auth: bearer asks for", Strong: true,
		Answer: "a Standard Webhook to url", Files: true, Private: true,
		Proof: "the library of standardwebhooks.com signs what we check and checks what we sign",
	},
	open: func(a Account) (Provider, error) {
		if auth := a.Options["auth"]; auth != "" && auth != "bearer" {
			return nil, errors.New("options.auth must be bearer, or left out for Standard Webhooks")
		}
		return &standard{a}, nil
	},
}

type standard struct{ Account }

// A standardEvent is what comes in: the payload of a Standard Webhook.
type standardEvent struct {
	Type string `json:"type"` // ticket.created, ticket.replied, ticket.edited, ticket.closed
	Data struct {
		Ticket struct {
			ID         string   `json:"id"`
			Subject    string   `json:"subject"`
			Status     string   `json:"status"`
			Closed     bool     `json:"closed"`
			Queue      string   `json:"queue"`
			Requesters []Person `json:"requesters"`
		} `json:"ticket"`
		Message struct {
			ID          string       `json:"id"`
			By          Person       `json:"by"`
			Role        Role         `json:"role"` // requester, agent, bot; found by the requesters where it is missing
			Subject     string       `json:"subject"`
			Text        string       `json:"text"`
			HTML        string       `json:"html"`
			At          time.Time    `json:"at"`
			Private     bool         `json:"private"`
			Automatic   bool         `json:"automatic"`
			Attachments []Attachment `json:"attachments"` // with their text, where it is to be read
		} `json:"message"`
	} `json:"data"`
}

// What an event may bring into the queue, in bytes.
const (
	maxText  = 60 << 10
	maxFiles = 90 << 10 // of all attachments together
)

// Verify implements Provider.
func (p *standard) Verify(d *Delivery) ([]Event, error) {
	verify := VerifyStandard
	if p.Options["auth"] == "bearer" {
		verify = func(d *Delivery) error { return VerifyToken(d, "Authorization") }
	}
	if err := verify(d); err != nil {
		return nil, err
	}
	var in standardEvent
	if err := DecodeJSON(d, &in); err != nil {
		return nil, err
	}
	what, ok := map[string]What{"ticket.created": Opened, "ticket.replied": Said, "ticket.edited": Edited, "ticket.closed": Closed}[in.Type]
	switch {
	case !ok:
		return nil, nil
	case in.Data.Ticket.ID == "":
		return nil, Missing("data.ticket.id")
	case in.Data.Message.ID == "" && what != Closed:
		return nil, Missing("data.message.id")
	}
	t := p.content(&in)
	if t.Messages[0].Role == Own {
		return nil, nil
	}
	id := cmp.Or(d.Header.Get("webhook-id"), in.Type+"-"+in.Data.Message.ID+"-"+digest(d.Body))
	return []Event{{Account: p.Name, ID: id, What: what, Ticket: t.ID, Message: t.Messages[0].ID, Content: t}}, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func (p *standard) content(in *standardEvent) *Ticket {
	x, m := in.Data.Ticket, in.Data.Message
	t := &Ticket{ID: x.ID, Subject: x.Subject, Status: x.Status, Closed: x.Closed, Queue: x.Queue, Requesters: x.Requesters}
	if m.Text == "" && m.HTML != "" {
		m.Text = PlainText(m.HTML)
	}
	said := Message{ID: m.ID, By: m.By, Subject: m.Subject, Text: clipped(m.Text, maxText), At: m.At, Private: m.Private, Automatic: m.Automatic}
	said.Role = role(p.Account, t, m.By, Other)
	if said.Role == Other && slices.Contains([]Role{Requester, Agent, Bot}, m.Role) {
		said.Role = m.Role
	}
	room := maxFiles
	for _, a := range m.Attachments {
		a.Size = cmp.Or(a.Size, int64(len(a.Text)))
		a.Text = string(tail([]byte(a.Text), room)) // the newest lines
		a.Text = strings.ToValidUTF8(a.Text, "")
		room -= len(a.Text)
		said.Attachments = append(said.Attachments, a)
	}
	t.Messages = []Message{said}
	return t
}

// clipped returns the first bytes of a text, whole characters.
func clipped(s string, max int) string {
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return s[:max]
}

// Read implements Provider: what the events say is all there is.
func (p *standard) Read(context.Context, *API, string, func(string) bool) (*Ticket, error) {
	return nil, ErrUnreadable
}

// File implements Provider: the text of a file comes with the event.
func (p *standard) File(_ context.Context, _ *API, a Attachment, max int) ([]byte, error) {
	if a.Text == "" {
		return nil, ErrUnreadable
	}
	return tail([]byte(a.Text), max), nil
}

// Write implements Provider.
func (p *standard) Write(ctx context.Context, api *API, t *Ticket, c Change) (Posted, error) {
	type file struct {
		Name string `json:"name"`
		Type string `json:"type"`
		Data []byte `json:"data"`
	}
	type note struct {
		Public   bool   `json:"public"`
		Text     string `json:"text"`
		Markdown string `json:"markdown"`
		HTML     string `json:"html"`
		Files    []file `json:"files,omitempty"`
	}
	out := struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      struct {
			Ticket string `json:"ticket"`
			Note   *note  `json:"note,omitempty"`
			Status string `json:"status,omitempty"`
			Tag    string `json:"tag,omitempty"`
			Assign string `json:"assign,omitempty"`
		} `json:"data"`
	}{Type: "ticket.change", Timestamp: time.Now().UTC().Truncate(time.Second)}
	out.Data.Ticket, out.Data.Status, out.Data.Tag, out.Data.Assign = t.ID, c.Status, c.Tag, c.Assign
	if c.Note != nil {
		limit, _ := strconv.Atoi(p.Options["limit"])
		n := &note{Public: c.Public, Text: c.Note.Plain(limit), Markdown: c.Note.Markdown(limit), HTML: c.Note.HTML(limit)}
		for _, f := range c.Files {
			n.Files = append(n.Files, file(f))
		}
		out.Data.Note = n
	}
	body, err := json.Marshal(out)
	if err != nil {
		return Posted{}, err
	}
	answer, err := api.Send(ctx, http.MethodPost, "", p.signed(c.ID, body), body)
	if err != nil {
		return Posted{}, err
	}
	var got struct {
		ID string `json:"id"`
	}
	json.Unmarshal(answer.Body, &got) // an answer without an ID is one
	return Posted{ID: got.ID, Posted: c.Note != nil}, nil
}

// signed returns the headers of a Standard Webhook with this body. The same change has the same ID, however often it is tried.
func (p *standard) signed(change string, body []byte) http.Header {
	id, stamp := "msg_"+cmp.Or(change, rand.Text()), strconv.FormatInt(time.Now().Unix(), 10)
	h := http.Header{"Content-Type": {"application/json"}, "Webhook-Id": {id}, "Webhook-Timestamp": {stamp}}
	if len(p.Secrets) > 0 {
		sum := mac(sha256.New, StandardKey(p.Secrets[0]), []byte(id+"."+stamp+"."), body)
		h.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(sum))
	}
	return h
}

// Who implements Provider: there is nobody to ask.
func (p *standard) Who(context.Context, *API) (Person, error) {
	if len(p.User) == 0 {
		return Person{}, errors.New("user must name our own user, so that our notes are not taken for answers")
	}
	return Person{ID: p.User[0]}, nil
}

// Setup implements Provider.
func (p *standard) Setup(s Setup) string {
	return `1. Send a Standard Webhook (https://www.standardwebhooks.com) for every new ticket and every reply to

     ` + s.Hook + `

   signed with the secret ` + s.Secret + `, and this body; what is unknown is left out:

     {"type": "ticket.created", "timestamp": "2026-01-02T03:04:05Z", "data": {
       "ticket": {"id": "17", "subject": "…", "status": "open", "closed": false, "queue": "desk", "requesters": [{"id": "ann@example.com", "name": "Ann"}]},
       "message": {"id": "171", "by": {"id": "ann@example.com"}, "role": "requester", "text": "…", "private": false, "automatic": false,
         "attachments": [{"name": "ccim32.log", "type": "text/plain", "text": "…"}]}}}

   The types are ticket.created, ticket.replied, ticket.edited and ticket.closed; the roles are requester, agent and bot.
2. Take the answers as Standard Webhooks at url, signed with the same secret: ticket.change, with ticket, note {public, text, markdown, html,
   files}, status, tag and assign. Answer with 2xx and, where there is one, {"id": "…"}, the ID of the message as it comes back in an event.
3. A sender that cannot sign may send the secret as Authorization: Bearer, with options.auth: bearer in the configuration. That proves who
   sends and nothing of what is sent.
`
}
