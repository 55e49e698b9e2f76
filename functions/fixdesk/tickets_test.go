package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// A desk is a ticket system of somebody else: it signs events and checks answers with the library of Standard Webhooks.
type ticketDesk struct {
	t       *testing.T
	hook    *standardwebhooks.Webhook
	url     string // of our receiver
	answers chan string
	count   int
}

func newTicketDesk(t *testing.T) (d *ticketDesk, config string) {
	t.Helper()
	hook, err := standardwebhooks.NewWebhook(hookSecret)
	if err != nil {
		t.Fatal(err)
	}
	d = &ticketDesk{t: t, hook: hook, answers: make(chan string, 20)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = hook.Verify(body, r.Header)
		}
		if err != nil {
			t.Errorf("the answer is not signed as it should be: %v", err)
		}
		var in struct {
			Data struct{ Note struct{ Text string } }
		}
		if err := json.Unmarshal(body, &in); err != nil {
			t.Error(err)
		}
		d.answers <- in.Data.Note.Text
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(s.Close)
	config = filepath.Join(t.TempDir(), "tickets.yaml")
	text := fmt.Sprintf("accounts:\n  - name: generic\n    secrets: [%s]\n    url: %s\n    user: [fixdesk]\n", hookSecret, s.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return d, config
}

// send sends an event and returns the status of the answer.
func (d *ticketDesk) send(kind, role, text string) int {
	d.t.Helper()
	d.count++
	body := fmt.Appendf(nil, `{"type":%q,"data":{"ticket":{"id":"17","subject":"Slow PC","requesters":[{"id":"ann"}]},"message":{"id":"m%d","by":{"id":%q},"role":%q,"text":%q}}}`,
		kind, d.count, map[string]string{"requester": "ann", "agent": "bob"}[role], role, text)
	id, now := fmt.Sprintf("msg_%d", d.count), time.Now()
	signature, err := d.hook.Sign(id, now, body)
	if err != nil {
		d.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url+"hooks/generic", bytes.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	r.Header.Set("webhook-signature", signature)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// answer returns the next note.
func (d *ticketDesk) answer() string {
	d.t.Helper()
	select {
	case note := <-d.answers:
		return note
	case <-time.After(time.Minute):
		d.t.Fatal("no note comes")
	}
	return ""
}

func TestServeAnswersInATicketSystem(t *testing.T) {
	d, config := newTicketDesk(t)
	s := serve(t, "--store", filepath.Join(t.TempDir(), "store.db"), "--tickets", config)
	d.url = s.url
	if status := d.send("ticket.created", "requester", "smsmon32 takes 100 % of the processor since the service pack of SMS, on Windows NT 4.0."); status != http.StatusAccepted {
		t.Fatalf("the event gets %d", status)
	}
	if note := d.answer(); !strings.Contains(note, "Question: ") || !strings.Contains(note, "Fixdesk note 1") {
		t.Errorf("the first note:\n%s", note)
	}
	d.send("ticket.replied", "agent", "1")
	if note := d.answer(); !strings.Contains(note, "Fixdesk note 2") || !strings.Contains(note, "bob") {
		t.Errorf("the second note:\n%s", note)
	}
	if code := s.end(); code != exitOK {
		t.Errorf("it ends with %d: %s", code, s.err)
	}
}

func TestServeAsksForAStoreBesideTickets(t *testing.T) {
	_, config := newTicketDesk(t)
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"serve", "--tickets", config}, "--tickets needs --store"},
		{[]string{"serve", "--store", filepath.Join(t.TempDir(), "s.db"), "--tickets", config + ".none"}, "no such file"},
		{[]string{"tickets", "again", "generic"}, "tickets wants one of"},
		{[]string{"tickets", "connect", "other", "--config", config}, "no account of this name"},
		{[]string{"tickets", "replay"}, "--store"},
	} {
		var errs bytes.Buffer
		if code := run(t.Context(), console{nil, io.Discard, &errs}, c.args); code == exitOK || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: %d, %s; want %q", c.args, code, &errs, c.says)
		}
	}
}

func TestAnOperatorLooksAfterTickets(t *testing.T) {
	d, config := newTicketDesk(t)
	store := filepath.Join(t.TempDir(), "store.db")
	s := serve(t, "--store", store, "--tickets", config)
	d.url = s.url
	for _, args := range [][]string{{"connect", "generic"}, {"test", "generic"}, {"again", "generic", "18"}, {"forget", "generic", "17"}} {
		var out, errs bytes.Buffer
		args = append(append([]string{"tickets"}, args...), "--config", config, "--hooks", s.url+"hooks")
		if code := run(t.Context(), console{nil, &out, &errs}, args); code != exitOK {
			t.Errorf("%v: %d %s%s", args, code, &out, &errs)
		}
		if args[1] == "connect" && (!strings.Contains(out.String(), s.url+"hooks/generic") || !strings.Contains(out.String(), hookSecret)) {
			t.Errorf("connect says:\n%s", &out)
		}
	}
	s.end()
	var out, errs bytes.Buffer
	if code := run(t.Context(), console{nil, &out, &errs}, []string{"tickets", "replay", "--store", store}); code != exitOK || !strings.Contains(out.String(), "dead letters") {
		t.Errorf("replay: %d %s%s", code, &out, &errs)
	}
}
