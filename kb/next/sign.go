package script

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// ErrSignature is the error of Verify for a text that was not signed with that key, or was changed since.
var ErrSignature = errors.New("script: the signature is not of this key and these bytes")

// Sign returns the detached Ed25519 signature of exactly these bytes, in base64, without a line end. It belongs into a file of the
// script's name with ".sig" behind.
func Sign(key ed25519.PrivateKey, text string) string {
	return base64.StdEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
}

// Verify checks a signature that Sign made. Blanks and line ends around it do not matter.
func Verify(key ed25519.PublicKey, text, signature string) error {
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(signature))
	if err != nil {
		return fmt.Errorf("script: a signature is base64: %w", err)
	}
	if !ed25519.Verify(key, []byte(text), sig) {
		return ErrSignature
	}
	return nil
}

// PrivateKey reads an Ed25519 key from PEM, as "openssl genpkey -algorithm ed25519" writes it.
func PrivateKey(data []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("script: expected a PEM file with a PRIVATE KEY")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("script: the key is not an Ed25519 key")
	}
	return key, nil
}

// PublicKey reads an Ed25519 key from PEM, as "openssl pkey -pubout" writes it.
func PublicKey(data []byte) (ed25519.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil, errors.New("script: expected a PEM file with a PUBLIC KEY")
	}
	parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("script: %w", err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return nil, errors.New("script: the key is not an Ed25519 key")
	}
	return key, nil
}
