package signing

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/schemas"
)

// private returns the n-th key as openssl writes it.
func private(t testing.TB, n byte) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(append(make([]byte, 31), n)))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// public returns what the n-th key is checked with.
func public(t testing.TB, n byte) Key {
	t.Helper()
	key, err := publish(ed25519.NewKeyFromSeed(append(make([]byte, 31), n)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// A vault holds a secret that can be changed, or not be read at all.
type vault struct {
	text string
	err  error
	now  time.Time
}

func (v *vault) signer() *Signer {
	v.now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return New(secret.New("ssm:/k", func(context.Context) (string, error) { return v.text, v.err }, func() time.Time { return v.now }))
}

// sign signs a text and checks what comes of it with the key that is published for it.
func sign(t *testing.T, s *Signer, text string) (signature, key string) {
	t.Helper()
	signature, key, err := s.Sign(t.Context(), fmt.Sprintf("%064x", text), text)
	if err != nil {
		t.Fatal(err)
	}
	rec := get(t, s, "/v1/keys/"+key)
	read, err := script.PublicKey(rec.Body.Bytes())
	if err != nil {
		t.Fatalf("%d %s: %v", rec.Code, rec.Body, err)
	}
	if err := script.Verify(read, text, signature); err != nil {
		t.Errorf("the signature of %q: %v", text, err)
	}
	return signature, key
}

func get(t *testing.T, s *Signer, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	Handler(s).ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
	if rec.Header().Get("Content-Type") == "application/problem+json" {
		if err := schemas.Check(schemas.Refusal, rec.Body.Bytes()); err != nil {
			t.Errorf("the problem breaks its schema: %v", err)
		}
	}
	return rec
}

func TestTheSameScriptHasTheSameSignature(t *testing.T) {
	v := &vault{text: private(t, 1)}
	s := v.signer()
	one, key := sign(t, s, "one")
	if again, _ := sign(t, s, "one"); again != one {
		t.Errorf("signed again: %s, want %s", again, one)
	}
	if other, _ := sign(t, v.signer(), "one"); other != one {
		t.Errorf("another process signs %s, want %s", other, one)
	}
	if two, _ := sign(t, s, "two"); two == one {
		t.Error("two scripts have one signature")
	}
	if want := public(t, 1).ID; key != want {
		t.Errorf("the key is %s, want %s", key, want)
	}
}

func TestAKeyIsRotatedWithoutARestartAndTheOldOneStillCounts(t *testing.T) {
	v := &vault{text: private(t, 1)}
	s := v.signer()
	before, old := sign(t, s, "one")
	v.text = private(t, 2) + public(t, 1).PEM
	v.now = v.now.Add(time.Hour)
	after, key := sign(t, s, "one")
	if key == old || after == before {
		t.Error("the new key does not sign")
	}
	var list struct {
		Keys []struct {
			ID    string
			Signs bool
			PEM   string
		}
	}
	if err := json.Unmarshal(get(t, s, "/v1/keys").Body.Bytes(), &list); err != nil || len(list.Keys) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	if k := list.Keys[0]; k.ID != key || !k.Signs || k.PEM != public(t, 2).PEM {
		t.Errorf("first %+v", k)
	}
	if k := list.Keys[1]; k.ID != old || k.Signs || k.PEM != public(t, 1).PEM {
		t.Errorf("second %+v", k)
	}
}

func TestASlipOfTheHandLeavesTheKeyInPlace(t *testing.T) {
	v := &vault{text: private(t, 1)}
	s := v.signer()
	_, key := sign(t, s, "one")
	for _, slip := range []string{"", public(t, 2).PEM, "hunter2"} {
		v.text = slip
		v.now = v.now.Add(time.Hour)
		if _, now := sign(t, s, "one"); now != key {
			t.Errorf("after %q the key is %s", slip, now)
		}
	}
	v.err = errors.New("no network")
	v.now = v.now.Add(time.Hour)
	sign(t, s, "two")
}

func TestWithoutAKeyNothingIsSigned(t *testing.T) {
	for name, v := range map[string]*vault{"unreadable": {err: errors.New("no network")}, "no key": {text: "hunter2"}, "public key": {text: public(t, 1).PEM}} {
		s := v.signer()
		if signature, _, err := s.Sign(t.Context(), "", "one"); err == nil || signature != "" || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "ssm:/k") {
			t.Errorf("%s: %q, %v", name, signature, err)
		}
		if rec := get(t, s, "/v1/keys"); rec.Code != 503 || rec.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", name, rec.Code, rec.Header())
		}
	}
}

func TestKeysArePublishedAndNothingElse(t *testing.T) {
	s := (&vault{text: private(t, 1)}).signer()
	for path, want := range map[string]int{"/v1/keys": 200, "/v1/keys/" + public(t, 1).ID: 200, "/v1/keys/" + public(t, 2).ID: 404, "/v1/keys/x": 404} {
		rec := get(t, s, path)
		if rec.Code != want || strings.Contains(rec.Body.String(), "PRIVATE") {
			t.Errorf("%s: %d %s, want %d", path, rec.Code, rec.Body, want)
		}
	}
	if rec := get(t, nil, "/v1/keys"); rec.Code != 200 || rec.Body.String() != "{\"keys\":[]}\n" {
		t.Errorf("without a signer: %d %s", rec.Code, rec.Body)
	}
	rec := httptest.NewRecorder()
	Handler(s).ServeHTTP(rec, httptest.NewRequest("POST", "/v1/keys", nil))
	if rec.Code != 405 || rec.Header().Get("Allow") == "" {
		t.Errorf("POST: %d %v", rec.Code, rec.Header())
	}
}

func TestAnOldPrivateKeyIsPublishedAsAPublicOne(t *testing.T) {
	ring, err := ReadRing([]byte("a note\n" + private(t, 2) + private(t, 1)))
	if err != nil || len(ring.Keys) != 2 || ring.Keys[1] != public(t, 1) {
		t.Errorf("ReadRing = %+v, %v", ring, err)
	}
	if _, err := ReadRing([]byte(strings.Repeat(private(t, 1), maxKeys+1))); err == nil {
		t.Error("a ring without end was read")
	}
}

func FuzzReadRing(f *testing.F) {
	f.Add([]byte(private(f, 1) + public(f, 2).PEM))
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ring, err := ReadRing(data)
		if err != nil {
			return
		}
		text := "x"
		key, err := script.PublicKey([]byte(ring.Keys[0].PEM))
		if err != nil || script.Verify(key, text, script.Sign(ring.private, text)) != nil {
			t.Errorf("a ring was read whose first key does not sign: %v", err)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	s := (&vault{text: private(b, 1)}).signer()
	text := strings.Repeat("rem Fixdesk\r\n", 800)
	for name, sum := range map[string]func(int) string{"new": func(n int) string { return fmt.Sprint(n) }, "signed-before": func(int) string { return "" }} {
		b.Run(name, func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				if _, _, err := s.Sign(b.Context(), sum(n), text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
