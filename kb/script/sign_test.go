package script

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"testing"
)

func TestASignatureHoldsForTheseBytesAndThisKeyOnly(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	s, err := Render(planFor(t, "Q238865 forget-site"), "cmd", 1)
	if err != nil {
		t.Fatal(err)
	}
	signature := Sign(key, s.Text)
	if err := Verify(public, s.Text, signature+"\r\n"); err != nil {
		t.Errorf("the signature of a script is refused: %v", err)
	}
	if err := Verify(public, s.Text+" ", signature); !errors.Is(err, ErrSignature) {
		t.Errorf("a changed script: %v, want ErrSignature", err)
	}
	other := ed25519.NewKeyFromSeed(append(make([]byte, 31), 1)).Public().(ed25519.PublicKey)
	if err := Verify(other, s.Text, signature); !errors.Is(err, ErrSignature) {
		t.Errorf("another key: %v, want ErrSignature", err)
	}
	if err := Verify(public, s.Text, "not base64!"); err == nil {
		t.Error("a signature that is no base64 is accepted")
	}
}

func TestKeysAreReadFromPEM(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := PrivateKey(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err != nil || !got.Equal(key) {
		t.Errorf("PrivateKey: %v", err)
	}
	if der, err = x509.MarshalPKIXPublicKey(key.Public()); err != nil {
		t.Fatal(err)
	}
	public, err := PublicKey(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	if err != nil || !public.Equal(key.Public()) {
		t.Errorf("PublicKey: %v", err)
	}
	for _, bad := range []string{"", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		if _, err := PrivateKey([]byte(bad)); err == nil {
			t.Errorf("PrivateKey took %q", bad)
		}
	}
}
