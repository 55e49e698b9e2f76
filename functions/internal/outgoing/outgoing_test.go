package outgoing

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func everywhere(netip.Addr) bool { return true }

func TestAnEventIsSignedAsTheLibraryOfStandardWebhooksExpects(t *testing.T) {
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	seed := make([]byte, 32)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		if err := w.Verify(body, r.Header); err != nil {
			t.Errorf("the library refuses the signature: %v", err)
		}
		found := false
		for s := range strings.FieldsSeq(r.Header.Get("webhook-signature")) {
			if encoded, ok := strings.CutPrefix(s, "v1a,"); ok {
				sum, _ := base64.StdEncoding.DecodeString(encoded)
				found = ed25519.Verify(public, []byte(r.Header.Get("webhook-id")+"."+r.Header.Get("webhook-timestamp")+"."+string(body)), sum)
			}
		}
		if !found {
			t.Error("there is no v1a signature by the key")
		}
	}))
	defer server.Close()
	e := Event{ID: "evt-1", Type: "escalated", At: time.Now(), Data: map[string]string{"ticket": "17"}}
	payload, err := e.Body()
	if err != nil {
		t.Fatal(err)
	}
	s := &Sender{Allow: everywhere, Plain: true}
	if err := s.Send(t.Context(), server.URL, []string{secret, "whsk_" + base64.StdEncoding.EncodeToString(seed)}, e.ID, payload); err != nil {
		t.Fatal(err)
	}
	if string(body) != string(payload) || !strings.Contains(string(body), `"type":"escalated"`) {
		t.Errorf("what arrives is %s", body)
	}
}

func TestTheVectorOfStandardWebhooksIsMade(t *testing.T) {
	got, err := Sign([]string{secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; err != nil || got != want {
		t.Errorf("Sign = %s, %v, want %s", got, err, want)
	}
}

func TestWhatIsNotPublicIsNotConnectedTo(t *testing.T) {
	reached := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer server.Close()
	port := server.URL[strings.LastIndexByte(server.URL, ':'):]
	for _, address := range []string{server.URL, "http://localhost" + port, "http://[::1]" + port, "http://[::ffff:127.0.0.1]" + port, "http://0.0.0.0" + port, "http://127.1" + port, "http://2130706433" + port} {
		if err := (&Sender{Plain: true}).Send(t.Context(), address, []string{secret}, "e", []byte("{}")); err == nil {
			t.Errorf("%s was sent to", address)
		}
	}
	if reached {
		t.Error("the server on this machine was reached")
	}
	for _, address := range []string{"http://example.com/", "ftp://example.com", "https://user@example.com/", "https://", "x"} {
		if err := (&Sender{}).Send(t.Context(), address, []string{secret}, "e", []byte("{}")); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v, want ErrAddress", address, err)
		}
	}
}

func TestPublicAddressesAreThoseOfTheInternet(t *testing.T) {
	for a, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false,
		"0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "::1": false, "::": false, "fe80::1": false, "fd00:ec2::254": false, "ff02::1": false,
		"::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "64:ff9b::a9fe:a9fe": false, "2002:a9fe:a9fe::1": false, "2001:db8::1": false, "198.18.0.1": false,
	} {
		if got := Public(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v, want %v", a, got, want)
		}
	}
}

func TestARedirectIsNotFollowedAndGoneIsTheEnd(t *testing.T) {
	reached := false
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer target.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		default:
			http.Redirect(w, r, target.URL, http.StatusTemporaryRedirect)
		}
	}))
	defer server.Close()
	s := &Sender{Allow: everywhere, Plain: true}
	if err := s.Send(t.Context(), server.URL+"/moved", []string{secret}, "e", []byte("{}")); err == nil || reached {
		t.Errorf("a redirect: %v, followed: %v", err, reached)
	}
	if err := s.Send(t.Context(), server.URL+"/gone", []string{secret}, "e", []byte("{}")); !errors.Is(err, ErrGone) {
		t.Errorf("status 410: %v, want ErrGone", err)
	}
}

func TestASecretThatIsNoneIsRefusedAndNotShown(t *testing.T) {
	for _, bad := range []string{"whsec_c2hvcnQ=", "whsk_c2hvcnQ=", "geheim", "whsec_%%%"} {
		if _, err := Sign([]string{bad}, "e", "1", nil); err == nil || strings.Contains(err.Error(), bad) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if _, err := Sign(nil, "e", "1", nil); err == nil {
		t.Error("without a secret there is a signature")
	}
}
