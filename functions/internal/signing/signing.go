// Package signing signs scripts with a key that is kept as a secret, and publishes the keys that its signatures are checked with. It
// does not know what a script says, and shows the key to nobody.
package signing

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"sync"

	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/kb/script"
)

const (
	maxKeys = 20   // of one secret
	maxMade = 4096 // signatures that are remembered; one that is full begins anew
)

// A Signer signs with the key in a secret, as it stands there now. It is safe for concurrent use.
type Signer struct {
	secret *secret.Secret

	mu   sync.Mutex
	text string // from which ring was read
	ring *Ring
	made map[string]string // the signatures by that key of scripts, by their hash
}

// New returns a signer with the keys in s: PEM, as ReadRing reads it.
func New(s *secret.Secret) *Signer { return &Signer{secret: s} }

// Sign returns the detached signature of a script, as script.Sign makes it, and the ID of the key. Sum is the script's sha256. The
// same script has the same signature for as long as the key is the same.
func (s *Signer) Sign(ctx context.Context, sum, text string) (signature, key string, err error) {
	ring, err := s.Ring(ctx)
	if err != nil {
		return "", "", err
	}
	s.mu.Lock()
	signature, ok := s.made[sum]
	ok = ok && s.ring == ring
	s.mu.Unlock()
	if ok {
		return signature, ring.Keys[0].ID, nil
	}
	signature = script.Sign(ring.private, text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ring == ring {
		if s.made == nil || len(s.made) >= maxMade {
			s.made = map[string]string{}
		}
		s.made[sum] = signature
	}
	return signature, ring.Keys[0].ID, nil
}

// Ring returns the keys as the secret has them now. While it holds none that can be read, those read before stand.
func (s *Signer) Ring(ctx context.Context) (*Ring, error) {
	text, err := s.secret.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ring != nil && text == s.text {
		return s.ring, nil
	}
	ring, err := ReadRing([]byte(text))
	if err != nil && s.ring == nil {
		return nil, fmt.Errorf("signing: secret %s: %w", s.secret, err)
	}
	if err == nil { // a slip of the hand leaves nothing unsigned
		s.text, s.ring, s.made = text, ring, nil
	}
	return s.ring, nil
}

// A Ring is the key that signs and those that did so before.
type Ring struct {
	Keys    []Key // the first one signs
	private ed25519.PrivateKey
}

// A Key is what a signature is checked with.
type Key struct {
	ID  string // the sha256 of the key in DER, in hexadecimal digits
	PEM string // as fixdesk verify --key reads it
}

// ReadRing reads keys from PEM. The first is an Ed25519 PRIVATE KEY, which signs; after it may stand the keys that signed before, as
// PUBLIC KEY or PRIVATE KEY, so that what they signed can still be checked. An error holds nothing of what was read.
func ReadRing(data []byte) (*Ring, error) {
	r := &Ring{}
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		private, public, err := keyOf(block)
		if err != nil || len(r.Keys) == 0 && private == nil {
			return nil, fmt.Errorf("key %d is not what it must be: the first is an Ed25519 PRIVATE KEY in PEM, those after it PUBLIC KEYs", len(r.Keys)+1)
		}
		if len(r.Keys) == 0 {
			r.private = private
		}
		key, err := publish(public)
		if err != nil {
			return nil, err
		}
		if r.Keys = append(r.Keys, key); len(r.Keys) > maxKeys {
			return nil, fmt.Errorf("more than %d keys", maxKeys)
		}
	}
	if len(r.Keys) == 0 {
		return nil, errors.New("there is no key in it: openssl genpkey -algorithm ed25519 writes one")
	}
	return r, nil
}

// keyOf returns the key in a block of PEM; private is nil for a public one.
func keyOf(block *pem.Block) (private ed25519.PrivateKey, public ed25519.PublicKey, err error) {
	one := pem.EncodeToMemory(block)
	if block.Type != "PRIVATE KEY" {
		public, err = script.PublicKey(one)
		return nil, public, err
	}
	if private, err = script.PrivateKey(one); err != nil {
		return nil, nil, err
	}
	return private, private.Public().(ed25519.PublicKey), nil
}

func publish(key ed25519.PublicKey) (Key, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return Key{}, err
	}
	sum := sha256.Sum256(der)
	return Key{hex.EncodeToString(sum[:]), string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}, nil
}
