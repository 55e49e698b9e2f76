package replier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/dialogue"
	"github.com/fixdesk/fixdesk/functions/internal/outgoing"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// An announcement is an event for others in the queue: to which address, and its body.
type announcement struct {
	To   string          `json:"announce_to"` // the hash of the address, which may be a secret
	ID   string          `json:"id"`
	Body json.RawMessage `json:"body"`
}

// hashOf names an address.
func hashOf(address string) string {
	sum := sha256.Sum256([]byte(address))
	return hex.EncodeToString(sum[:16])
}

// announce queues what was done for the addresses that want to hear of it. It holds no text that a person wrote.
func (t *turn) announce(ctx context.Context, a *desk.Answer, q *dialogue.Question, number int) error {
	if t.w.Queue == nil {
		return nil
	}
	data := map[string]any{"account": t.account.Name, "ticket": t.ticket.ID, "note": number, "status": a.Status}
	if a.Tree != nil {
		data["tree"] = a.Tree
	}
	var found []map[string]string
	for _, d := range confirmed(a) {
		found = append(found, map[string]string{"name": d.Name, "article": d.Article, "confidence": d.Confidence})
	}
	if found != nil {
		data["diagnoses"] = found
	}
	d := &t.r.Dialogue
	var kinds []string
	switch {
	case d.Solved != nil:
		data["helped"] = *d.Solved
		kinds = append(kinds, "feedback.received")
	case a.Status == desk.StatusDiagnosed && (q == nil || q.Kind != dialogue.AskConfirm):
		kinds = append(kinds, "diagnosis.completed")
	}
	if q != nil && q.Kind != dialogue.AskSolved {
		data["question"] = q.Fact
		kinds = append(kinds, "question.asked")
	}
	if d.Wish != "" {
		data["reason"] = d.Wish
		kinds = append(kinds, "escalated")
	}
	for _, kind := range kinds {
		id := "evt_" + hashOf(ticket.Key(t.event.Account, t.ticket.ID)+kind+strconv.Itoa(number))
		body, err := outgoing.Event{ID: id, Type: kind, At: t.w.now(), Data: data}.Body()
		if err != nil {
			return err
		}
		for _, to := range t.config.Outgoing {
			if len(to.Events) > 0 && !slices.Contains(to.Events, kind) {
				continue
			}
			message, err := json.Marshal(announcement{hashOf(to.URL), id, body})
			if err != nil {
				return err
			}
			if err := t.w.Queue.Send(ctx, queue.Message{Group: "announce-" + hashOf(to.URL), ID: id + "-" + hashOf(to.URL)[:8], Body: string(message)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// deliver sends an announcement. An address that answered 410 hears nothing any more, until its configuration changes.
func (w *Worker) deliver(ctx context.Context, n announcement) error {
	c, err := w.Config(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Outgoing, func(o ticket.Outgoing) bool { return hashOf(o.URL) == n.To })
	if i < 0 {
		return nil
	}
	s, err := w.Store.Get(ctx, "outgoing/"+n.To)
	if err != nil {
		return err
	}
	if string(s.State) == disabled {
		return nil
	}
	sender := w.Outgoing
	if sender == nil {
		sender = &outgoing.Sender{}
	}
	err = sender.Send(ctx, c.Outgoing[i].URL, c.Outgoing[i].Secrets, n.ID, n.Body)
	if errors.Is(err, outgoing.ErrGone) {
		w.log().WarnContext(ctx, "an address wants no events any more", "number", i+1)
		s.State = json.RawMessage(disabled)
		return w.Store.Put(ctx, s)
	}
	if errors.Is(err, outgoing.ErrAddress) {
		w.log().WarnContext(ctx, "events go to public addresses with https alone", "number", i+1)
		return nil
	}
	return err
}

const disabled = `{"disabled":true}`
