package ticket

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
)

// receiver returns the receiver as it is served, its queue, and what it logs.
func receiver(t *testing.T, now time.Time) (http.Handler, *queue.Bolt, *bytes.Buffer) {
	t.Helper()
	b, err := queue.OpenBolt(filepath.Join(t.TempDir(), "queue"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	c := &Config{Accounts: []Account{
		{Name: "rt", Kind: "rt", Secrets: []string{rtSecret}, User: []string{"fixdesk"}},
		{Name: "unset", Kind: "rt"},
		{Name: "desk", Kind: "generic", Secrets: []string{standardSecret}},
	}}
	h := &Hooks{Config: func(context.Context) (*Config, error) { return c, nil }, Queue: b.Live(), Now: func() time.Time { return now }}
	mux := http.NewServeMux()
	mux.Handle("/hooks/{provider}", h)
	var log bytes.Buffer
	return edge.New(edge.Config{Handler: mux, Log: telemetry.NewLog(&log, "ticket", slog.LevelDebug, nil)}), b, &log
}

// deliver sends a delivery to the receiver.
func deliver(h http.Handler, name string, d *Delivery) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/hooks/"+name, bytes.NewReader(d.Body))
	r.Header = d.Header
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAnEventIsQueuedOnceAndWithoutWhatPeopleWrote(t *testing.T) {
	d := fixture(t, "rt/4-reply-by-mail-outlook-quoted.http", rtSecret)
	h, b, _ := receiver(t, d.Now)
	for range 3 {
		if w := deliver(h, "rt", d); w.Code != http.StatusAccepted {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	if live, _, _ := b.Waiting(); live != 1 {
		t.Errorf("three deliveries of one event make %d messages, want 1", live)
	}
	m, err := b.Live().Receive(t.Context())
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	e, err := Dequeued(m.Body)
	if err != nil || e.Ticket != "1" || e.Message != "40" || e.Content != nil || strings.Contains(m.Body, "client.test") || m.Group != Key("rt", "1") {
		t.Errorf("the message is %s in group %s, %v", m.Body, m.Group, err)
	}
}

func TestWhatIsNoEventIsRefusedWithASentence(t *testing.T) {
	good := fixture(t, "rt/1-create.http", rtSecret)
	h, b, log := receiver(t, good.Now)
	for name, c := range map[string]struct {
		account string
		change  func(*Delivery)
		status  int
		says    string
	}{
		"another secret":     {"rt", func(d *Delivery) { d.Header.Set("X-Hub-Signature-256", "sha256="+strings.Repeat("0a", 32)) }, 401, "same secret"},
		"an unknown account": {"nobody", func(*Delivery) {}, 503, "No ticket system is set up"},
		"a missing secret":   {"unset", func(*Delivery) {}, 503, "secret is missing"},
		"a form":             {"rt", func(d *Delivery) { d.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, 415, "Set the content type of the webhook to application/json"},
		"too large":          {"rt", func(d *Delivery) { d.Body = make([]byte, MaxBody+1) }, 413, "at most 1048576 bytes"},
		"a forged command":   {"rt", func(d *Delivery) { d.Header.Set("X-Fixdesk-Command", "forget") }, 401, "webhook-signature"},
	} {
		d := &Delivery{Header: good.Header.Clone(), Body: bytes.Clone(good.Body)}
		c.change(d)
		w := deliver(h, c.account, d)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: status %d, %s, want %d and %q", name, w.Code, w.Body, c.status, c.says)
		}
	}
	if live, _, _ := b.Waiting(); live != 0 {
		t.Errorf("%d of what was refused is queued", live)
	}
	if w := httptest.NewRecorder(); true {
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/hooks/rt", nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET: status %d", w.Code)
		}
	}
	for _, secret := range []string{rtSecret, "83800041cbad1e7f", "Dr. Watson", "client.test"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}

func TestAnEventThatCannotBeQueuedIsNotAccepted(t *testing.T) {
	d := fixture(t, "rt/1-create.http", rtSecret)
	h, b, _ := receiver(t, d.Now)
	b.Close()
	if w := deliver(h, "rt", d); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d, want 503 with Retry-After", w.Code)
	}
}

func TestACommandOfTheOperatorIsQueued(t *testing.T) {
	h, b, _ := receiver(t, time.Now())
	s := httptest.NewServer(h)
	defer s.Close()
	a := Account{Name: "rt", Secrets: []string{rtSecret}}
	if err := Command(t.Context(), s.URL+"/hooks/rt", a, Again, "17"); err != nil {
		t.Fatal(err)
	}
	m, err := b.Live().Receive(t.Context())
	if err != nil || m == nil {
		t.Fatal(m, err)
	}
	if e, err := Dequeued(m.Body); err != nil || e.What != Again || e.Ticket != "17" || e.Account != "rt" {
		t.Errorf("the event is %+v, %v", e, err)
	}
	a.Secrets = []string{"another-secret-1"}
	if err := Command(t.Context(), s.URL+"/hooks/rt", a, Again, "17"); StatusOf(err) != http.StatusUnauthorized {
		t.Errorf("with another secret: %v", err)
	}
}

func TestAConfigurationSaysWhatIsWrongAndShowsNoValue(t *testing.T) {
	for text, says := range map[string]string{
		"accounts:\n- {name: rt, secrets: [geheim]}":                                              "16",
		"accounts:\n- {name: rt, token: [geheim]}":                                                "token",
		"accounts:\n- {name: nobody}":                                                             "must be one of",
		"accounts:\n- {name: rt}\n- {name: rt}":                                                   "two accounts",
		"accounts:\n- {name: rt, url: 'https://geheim@x/'}":                                       "without a user",
		"accounts:\n- {name: rt}\noutgoing:\n- {url: 'https://x.test', secrets: [whsec_geheim!]}": "whsec_",
		"accounts: []": "accounts",
	} {
		_, err := ReadConfig([]byte(text))
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v, want an error that names %q and shows no value", text, err, says)
		}
	}
	c, err := ReadConfig([]byte("accounts:\n- name: desk-rt\n  kind: rt\n  queues: {'*': {public: true}, Quiet: {ignore: true}}"))
	if err != nil {
		t.Fatal(err)
	}
	a, _ := c.Account("desk-rt")
	if a.PerHour != 5 || a.Keep != 90 || !a.Of("General").Public || !a.Of("Quiet").Ignore || a.Of("Quiet").Public {
		t.Errorf("the account is %+v", a)
	}
	if _, err := ReadConfig(bytes.Repeat([]byte("a"), 1<<20)); err == nil || errors.Is(err, context.Canceled) {
		t.Error("a configuration of a megabyte is read")
	}
}

func TestHTMLBecomesWhatAPersonReads(t *testing.T) {
	for source, want := range map[string]string{
		"<p>smsmon32 <b>hangs</b> at 100&nbsp;%</p><script>alert(1)</script>":                   "smsmon32 hangs at 100 %",
		"<div>No.</div><br><div>Ann</div><hr><b>From:</b> Fixdesk<br><b>Sent:</b> Saturday<br>": "No.\n\nAnn\nFrom: Fixdesk\nSent: Saturday",
		"<ul><li>one<li>two</ul>a < b":                                     "- one\n- two\na < b",
		"<blockquote>Does it<blockquote>run?</blockquote></blockquote>yes": "> Does it\n> > run?\nyes",
		"<pre>a  b\n  c</pre>":                                             "a  b\n  c",
		"<style>p{}</style><head><title>x</title></head>":                  "",
	} {
		if got := PlainText(source); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	f.Add("<p>a<br>b</p>")
	f.Fuzz(func(t *testing.T, source string) {
		if got := PlainText(source); len(got) > 6*len(source)+16 {
			t.Errorf("%d bytes of HTML become %d of text", len(source), len(got))
		}
	})
}
