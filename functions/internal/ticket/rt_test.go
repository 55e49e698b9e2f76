package ticket

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

const rtSecret = "rt-test-secret-1"

func openRT(t *testing.T) Provider {
	return provider(t, Account{Name: "rt", Kind: "rt", Secrets: []string{rtSecret}, User: []string{"fixdesk"}})
}

func TestEveryRecordedEventOfRTIsVerified(t *testing.T) {
	p := openRT(t)
	for _, name := range fixtures(t, "rt") {
		if _, err := p.Verify(fixture(t, name, rtSecret)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEventOfRTWithAnotherBodyOrSecretIsRefused(t *testing.T) {
	p := openRT(t)
	for _, name := range fixtures(t, "rt") {
		for what, change := range map[string]func(*Delivery){
			"another secret":           func(d *Delivery) { d.Secrets = []string{"rt-test-secret-2"} },
			"a byte more":              func(d *Delivery) { d.Body = append(d.Body, ' ') },
			"no signature":             func(d *Delivery) { d.Header.Del("X-Hub-Signature-256") },
			"a signature cut short":    func(d *Delivery) { d.Header.Set("X-Hub-Signature-256", d.Header.Get("X-Hub-Signature-256")[:40]) },
			"six minutes later":        func(d *Delivery) { d.Now = d.Now.Add(6 * time.Minute) },
			"six minutes in the past":  func(d *Delivery) { d.Now = d.Now.Add(-6 * time.Minute) },
			"a signature of no digits": func(d *Delivery) { d.Header.Set("X-Hub-Signature-256", "sha256=") },
		} {
			d := fixture(t, name, rtSecret)
			change(d)
			var refused *Refused
			if events, err := p.Verify(d); !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || len(events) > 0 {
				t.Errorf("%s, %s: Verify = %v, %v, want a refusal with status 401", name, what, events, err)
			}
		}
	}
}

func TestASecretThatIsRotatedCountsUntilItIsTakenOut(t *testing.T) {
	p := openRT(t)
	if _, err := p.Verify(fixture(t, "rt/1-create.http", "the-new-one", rtSecret)); err != nil {
		t.Errorf("with the old secret in second place: %v", err)
	}
	if _, err := p.Verify(fixture(t, "rt/1-create.http", "the-new-one")); err == nil {
		t.Error("without the old secret its signature is taken")
	}
}

func TestWhatRTSaysIsRead(t *testing.T) {
	p := openRT(t)
	for name, want := range map[string]struct {
		what            What
		ticket, message string
		role            Role
		auto            bool
	}{
		"rt/1-create.http":                          {Opened, "1", "34", Agent, false}, // root wrote it for Ann
		"rt/4-reply-by-mail-outlook-quoted.http":    {Said, "1", "40", Requester, false},
		"rt/5-reply-out-of-office-auto.http":        {Said, "1", "41", Requester, true},
		"rt/6-create-by-mail-attachments-utf8.http": {Opened, "2", "47", Requester, false},
		"rt/8-reply-to-merged-ticket.http":          {Said, "1", "57", Requester, false},
	} {
		e := one(t, p, fixture(t, name, rtSecret))
		m := e.Content.Messages[0]
		if e.What != want.what || e.Ticket != want.ticket || e.Message != want.message || m.Role != want.role || m.Automatic != want.auto || m.At.IsZero() {
			t.Errorf("%s: %+v of %+v, want %+v", name, e, m, want)
		}
	}
	files := one(t, p, fixture(t, "rt/6-create-by-mail-attachments-utf8.http", rtSecret)).Content.Messages[0]
	if len(files.Attachments) != 2 || files.Attachments[1].Name != "log.txt" || files.Text != "Der Prozess hängt. Anhang liegt bei.\n" {
		t.Errorf("the message with attachments is %+v", files)
	}
}

// Bug 4 of peers: a bot that answers its own comments.
func TestOurOwnNotesComeBackAsNothing(t *testing.T) {
	p := openRT(t)
	for _, name := range []string{"rt/2-comment-by-bot-private.http", "rt/3-reply-by-bot-html-loop.http", "rt/9-reply-by-bot-reopened-ticket.http"} {
		if events, err := p.Verify(fixture(t, name, rtSecret)); err != nil || len(events) != 0 {
			t.Errorf("%s: Verify = %+v, %v, want no event", name, events, err)
		}
	}
}
