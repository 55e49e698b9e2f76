package signing

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
)

// maxToken bounds a token, in characters: an address holds no more.
const maxToken = 4000

// A Sealer seals with AES-256 in Galois/Counter Mode. The nonce is a keyed hash of what is sealed, so that the same bytes give the same
// token and no two different ones share a nonce. It is a desk.Sealer.
type Sealer struct{ keys *secret.Secret }

// NewSealer returns a sealer with the keys of a secret: a line for each, 64 hexadecimal digits, as openssl rand -hex 32 prints them. The
// first one seals, and all of them unseal, so that a key can be changed without a token becoming worthless.
func NewSealer(keys *secret.Secret) *Sealer { return &Sealer{keys} }

// NewEphemeralSealer returns a sealer whose tokens are worth something as long as the process lives.
func NewEphemeralSealer() *Sealer {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	text := hex.EncodeToString(key)
	return NewSealer(secret.New("ephemeral", func(context.Context) (string, error) { return text, nil }, nil))
}

// Seal implements desk.Sealer.
func (s *Sealer) Seal(ctx context.Context, data []byte) (string, error) {
	keys, err := s.read(ctx)
	if err != nil {
		return "", err
	}
	sealed := keys[0].nonce(data)
	return base64.RawURLEncoding.EncodeToString(keys[0].aead.Seal(sealed, sealed, data, nil)), nil
}

// Unseal implements desk.Sealer.
func (s *Sealer) Unseal(ctx context.Context, token string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) > maxToken {
		return nil, desk.ErrNoScript
	}
	keys, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		n := k.aead.NonceSize()
		if len(sealed) < n {
			break
		}
		if data, err := k.aead.Open(nil, sealed[:n], sealed[n:], nil); err == nil {
			return data, nil
		}
	}
	return nil, desk.ErrNoScript
}

// A sealKey is one key, made into one that encrypts and one that makes nonces.
type sealKey struct {
	aead   cipher.AEAD
	nonces []byte
}

func (k sealKey) nonce(data []byte) []byte {
	return derived(k.nonces, string(data))[:k.aead.NonceSize()]
}

func derived(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (s *Sealer) read(ctx context.Context) ([]sealKey, error) {
	text, err := s.keys.Get(ctx)
	if err != nil {
		return nil, err
	}
	return readSealKeys(text)
}

// readSealKeys reads keys, and says what is wrong with them without a digit of theirs.
func readSealKeys(text string) ([]sealKey, error) {
	var all []sealKey
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != 32 {
			return nil, fmt.Errorf("the key %d of script addresses must be 64 hexadecimal digits, as openssl rand -hex 32 prints them", len(all)+1)
		}
		block, err := aes.NewCipher(derived(key, "fixdesk script address: encrypt"))
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		all = append(all, sealKey{aead, derived(key, "fixdesk script address: nonce")})
	}
	if len(all) == 0 {
		return nil, errors.New("the secret of script addresses holds no key")
	}
	return all, nil
}
