// Package outgoing tells others what was done, by Standard Webhooks: it signs an event with every secret of an address and sends it. It goes to
// public addresses alone and follows no redirect, since the address comes from outside, and it does not decide when to try again.
package outgoing

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// An Event is what is sent. Its ID stays the same however often it is tried.
type Event struct {
	ID   string
	Type string // diagnosis.completed, question.asked, escalated, feedback.received
	At   time.Time
	Data any // without a text that a person wrote
}

// Body returns the payload.
func (e Event) Body() ([]byte, error) {
	return json.Marshal(struct {
		Type      string    `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      any       `json:"data"`
	}{e.Type, e.At.UTC(), e.Data})
}

const (
	maxPayload = 20_000 // bytes
	timeout    = 15 * time.Second
)

var (
	// ErrGone says that an address wants nothing any more: it answered 410.
	ErrGone = errors.New("the address wants no events any more")
	// ErrAddress says that an address may not be sent to.
	ErrAddress = errors.New("events go to public addresses with https alone")
)

// A Sender sends. The zero Sender is ready to use.
type Sender struct {
	Allow func(netip.Addr) bool // which addresses may be connected to; nil for those that are public
	Plain bool                  // http is allowed, for tests
	Now   func() time.Time      // nil for time.Now
}

// Send sends an event once. The error is ErrGone where the address answered 410, ErrAddress where it may not be sent to, and any other where
// trying again may help.
func (s *Sender) Send(ctx context.Context, address string, secrets []string, id string, body []byte) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(s.Plain && u.Scheme == "http") {
		return ErrAddress
	}
	if len(body) > maxPayload {
		return fmt.Errorf("outgoing: a payload of %d bytes, at most %d are sent", len(body), maxPayload)
	}
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	stamp := strconv.FormatInt(now().Unix(), 10)
	signature, err := Sign(secrets, id, stamp, body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return ErrAddress
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Fixdesk")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", stamp)
	r.Header.Set("webhook-signature", signature)
	resp, err := s.client().Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) { // without the address
			err = u.Err
		}
		return fmt.Errorf("outgoing: no answer: %w", err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	switch {
	case resp.StatusCode == http.StatusGone:
		return ErrGone
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return fmt.Errorf("outgoing: status %d", resp.StatusCode)
	}
	return nil
}

func (s *Sender) client() *http.Client {
	allow := s.Allow
	if allow == nil {
		allow = Public
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		// the address is the one that the name was resolved to, so that a name that resolves to another one later gains nothing
		at, err := netip.ParseAddrPort(address)
		if err != nil || !allow(at.Addr()) {
			return ErrAddress
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, DisableKeepAlives: true}, // and no proxy
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// special are ranges of addresses that lead somewhere that is not public, beside those that package netip knows.
var special = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10", "3fff::/20")

func prefixes(all ...string) []netip.Prefix {
	var p []netip.Prefix
	for _, s := range all {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

// Public reports whether an address is one of the public internet: not of this machine, of a private network, of a link, or of a range that
// translates into such.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Sign returns the header webhook-signature: a v1 signature for each whsec_ secret and a v1a signature for each whsk_ key.
func Sign(secrets []string, id, stamp string, body []byte) (string, error) {
	content := append([]byte(id+"."+stamp+"."), body...)
	var all []string
	for _, secret := range secrets {
		kind, encoded, _ := strings.Cut(secret, "_")
		key, err := base64.StdEncoding.DecodeString(encoded)
		switch {
		case err != nil:
			return "", errors.New("outgoing: a secret is not base64 behind whsec_ or whsk_")
		case kind == "whsec" && len(key) >= 24 && len(key) <= 64:
			m := hmac.New(sha256.New, key)
			m.Write(content)
			all = append(all, "v1,"+base64.StdEncoding.EncodeToString(m.Sum(nil)))
		case kind == "whsk" && (len(key) == ed25519.SeedSize || len(key) == ed25519.PrivateKeySize):
			private := ed25519.NewKeyFromSeed(key[:ed25519.SeedSize])
			all = append(all, "v1a,"+base64.StdEncoding.EncodeToString(ed25519.Sign(private, content)))
		default:
			return "", errors.New("outgoing: a secret must be whsec_ with 24 to 64 bytes or whsk_ with an Ed25519 key, in base64")
		}
	}
	if len(all) == 0 {
		return "", errors.New("outgoing: there is no secret to sign with")
	}
	return strings.Join(all, " "), nil
}
