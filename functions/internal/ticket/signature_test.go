package ticket

import (
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// The vectors are those that vendors or their libraries publish, and some that were computed from the published rule.
func TestSignaturesAreThoseThatVendorsPublish(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0) }
	for name, v := range map[string]struct {
		secret, body string
		header       http.Header
		now          time.Time
		verify       func(*Delivery) error
	}{
		"GitHub": {"It's a Secret to Everybody", "Hello, World!",
			http.Header{"X-Hub-Signature-256": {"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}}, at(0),
			func(d *Delivery) error { return VerifyHex(d, "X-Hub-Signature-256", "sha256=", sha256.New) }},
		"Jira": {"It's a Secret to Everybody", "Hello World!",
			http.Header{"X-Hub-Signature": {"sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"}}, at(0),
			func(d *Delivery) error { return VerifyHex(d, "X-Hub-Signature", "sha256=", sha256.New) }},
		"Zammad": {"secret", `{"ticket":{"id":1}}`, http.Header{"X-Hub-Signature": {"sha1=9ef49bc3b96e75fa084b1176da5f3b2b77eb2a76"}}, at(0),
			func(d *Delivery) error { return VerifyHex(d, "X-Hub-Signature", "sha1=", sha1.New) }},
		"Zendesk": {"dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==", `{"ticket_id":"35436","subject":"smsmon32 100% CPU"}`,
			http.Header{"X-Zendesk-Webhook-Signature": {"l36Wc+X5Vc90lcphjrSnyOqYDo4qKVvc78eCXd2CM5s="}}, at(0),
			func(d *Delivery) error {
				return VerifyBase64(d, "X-Zendesk-Webhook-Signature", []byte("2026-07-22T10:00:00Z"), d.Body)
			}},
		"Zendesk, empty body": {"dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==", "", http.Header{"X-Zendesk-Webhook-Signature": {"Vkek8gND7LZLBmaCYkPfWqG0roHsw88HFS3GJh60xcM="}}, at(0),
			func(d *Delivery) error {
				return VerifyBase64(d, "X-Zendesk-Webhook-Signature", []byte("2026-07-22T10:00:00Z"), d.Body)
			}},
		"Standard Webhooks": {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `{"test": 2432232314}`,
			http.Header{"Webhook-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Webhook-Timestamp": {"1614265330"}, "Webhook-Signature": {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}}, at(1614265330), VerifyStandard},
	} {
		d := &Delivery{Header: v.header, Body: []byte(v.body), Secrets: []string{"another", v.secret}, Now: v.now}
		if err := v.verify(d); err != nil {
			t.Errorf("%s: the signature of the vendor is refused: %v", name, err)
		}
		for what, change := range map[string]*Delivery{
			"another body":   {Header: v.header, Body: []byte(v.body + " "), Secrets: []string{v.secret}, Now: v.now},
			"another secret": {Header: v.header, Body: []byte(v.body), Secrets: []string{"another"}, Now: v.now},
			"no header":      {Header: http.Header{}, Body: []byte(v.body), Secrets: []string{v.secret}, Now: v.now},
		} {
			if err := v.verify(change); err == nil {
				t.Errorf("%s: with %s the delivery is taken", name, what)
			}
		}
	}
}

// Bug 6 of peers: a signature over JSON that was read and written again.
func TestASignatureIsOverTheBytesThatWereSent(t *testing.T) {
	body := "{\"type\":\"ticket.created\",  \"n\":1.0,\r\n\"data\":{\"ticket\":{\"id\":\"7\",\"subject\":\"\\u001B[2J \\u003c\"},\"message\":{\"id\":\"71\",\"text\":\"x\"}}}"
	w, err := standardwebhooks.NewWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	signature, err := w.Sign("msg_1", now, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	d := &Delivery{Header: http.Header{}, Body: []byte(body), Secrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, Now: now}
	d.Header.Set("webhook-id", "msg_1")
	d.Header.Set("webhook-timestamp", itoa(now.Unix()))
	d.Header.Set("webhook-signature", "v1a,AAAA v1,AAAA "+signature)
	p := provider(t, Account{Name: "desk", Kind: "generic"})
	if e := one(t, p, d); e.Ticket != "7" || e.Message != "71" || e.ID != "msg_1" {
		t.Errorf("the event is %+v", e)
	}
	d.Body = reencoded(t, d.Body)
	if _, err := p.Verify(d); err == nil {
		t.Error("a body that was read and written again has the signature of the one that was sent")
	}
}

// Bug 14 of peers: a template that puts a text with a line break into JSON as it is.
func TestABodyWithARawLineBreakIsRefusedWithItsByte(t *testing.T) {
	d := &Delivery{Body: []byte("{\"data\":\"a\nb\"}")}
	var refused *Refused
	if err := DecodeJSON(d, &struct{}{}); !errors.As(err, &refused) || refused.Status != http.StatusBadRequest || !strings.Contains(refused.Detail, "byte 11 ") {
		t.Errorf("DecodeJSON = %v, want status 400 and byte 11", err)
	}
}

func TestABearerTokenIsTheWholeOfIt(t *testing.T) {
	for given, ok := range map[string]bool{"Bearer secret-1": true, "bearer  secret-1": true, "Bearer secret-": false, "Bearer ": false, "": false, "secret-1": false, "Bearer secret-11": false} {
		d := &Delivery{Header: http.Header{"Authorization": {given}}, Secrets: []string{"secret-1"}}
		if err := VerifyToken(d, "Authorization"); (err == nil) != ok {
			t.Errorf("%q: %v, taken should be %v", given, err, ok)
		}
	}
}
