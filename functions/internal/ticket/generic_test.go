package ticket

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fixdesk/fixdesk/functions/internal/prose"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

const standardSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// note is one that has everything that grows when it is rendered.
func note(words string) *prose.Text {
	return &prose.Text{Whole: []prose.Paragraph{{Kind: prose.Headline, Text: words}, {Kind: prose.Mark, Text: "Fixdesk note 1."}}, LeftOut: "More is left out here."}
}

func TestAGenericAnswerIsSignedAsTheLibraryOfStandardWebhooksExpects(t *testing.T) {
	w, err := standardwebhooks.NewWebhook(standardSecret)
	if err != nil {
		t.Fatal(err)
	}
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		if err := w.Verify(body, r.Header); err != nil {
			t.Errorf("the library refuses our signature: %v", err)
		}
		rw.Write([]byte(`{"id":"900"}`))
	}))
	defer s.Close()
	p, api, err := Connect(Account{Name: "desk", Kind: "generic", Secrets: []string{standardSecret}, URL: s.URL, User: []string{"fixdesk"}})
	if err != nil {
		t.Fatal(err)
	}
	posted, err := p.Write(t.Context(), api, &Ticket{ID: "7"}, Change{Note: note("1 < 2"), Files: []File{{"a.cmd", "text/plain", []byte("rem")}}})
	if err != nil || posted != (Posted{ID: "900", Posted: true}) {
		t.Errorf("Write = %+v, %v", posted, err)
	}
}

func TestTheRoleOfAPersonIsThatOfTheTicketBeforeThatOfTheEvent(t *testing.T) {
	p := provider(t, Account{Name: "desk", Kind: "generic", Secrets: []string{"a-secret-for-tests"}, Options: map[string]string{"auth": "bearer"}, User: []string{"fixdesk"}})
	for by, want := range map[string]Role{"ANN@client.test": Requester, "bob": Agent, "fixdesk": ""} {
		d := &Delivery{Header: http.Header{"Authorization": {"Bearer a-secret-for-tests"}}, Secrets: []string{"a-secret-for-tests"},
			Body: []byte(`{"type":"ticket.replied","data":{"ticket":{"id":"1","requesters":[{"id":"ann@client.test"}]},"message":{"id":"2","by":{"id":"` + by + `"},"role":"agent","html":"<p>No.</p><blockquote>Does it?</blockquote>"}}}`)}
		events, err := p.Verify(d)
		if err != nil {
			t.Fatal(err)
		}
		if want == "" {
			if len(events) != 0 {
				t.Errorf("our own message is an event: %+v", events)
			}
			continue
		}
		if m := events[0].Content.Messages[0]; m.Role != want || m.Text != "No.\n> Does it?" {
			t.Errorf("%s: role %s and text %q, want %s", by, m.Role, m.Text, want)
		}
	}
}
