package signing

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
)

func sealer(text string) *Sealer {
	return NewSealer(secret.New("links", func(context.Context) (string, error) { return text, nil }, nil))
}

var (
	oneKey   = strings.Repeat("0a", 32)
	otherKey = strings.Repeat("0b", 32)
)

func TestATokenOpensToWhatWasSealedAndIsTheSameEachTime(t *testing.T) {
	s := sealer(oneKey)
	tokens := map[string]string{}
	for _, data := range []string{"", "x", `{"a":"Q238865"}`, `{"a":"Q238866"}`, strings.Repeat("y", 2000)} {
		token, err := s.Seal(t.Context(), []byte(data))
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := s.Seal(t.Context(), []byte(data)); again != token {
			t.Errorf("%.20q is sealed as %s and as %s", data, token, again)
		}
		if other, twice := tokens[token]; twice {
			t.Errorf("%.20q and %.20q have one token", data, other)
		}
		tokens[token] = data
		if strings.Contains(token, "Q23") || strings.ContainsAny(token, "+/=") {
			t.Errorf("the token %s can be read, or not stand in an address", token)
		}
		if got, err := s.Unseal(t.Context(), token); err != nil || string(got) != data {
			t.Errorf("Unseal = %.20q, %v, want %.20q", got, err, data)
		}
	}
}

func TestATokenOfSomebodyElseOpensNothing(t *testing.T) {
	s := sealer(oneKey)
	token, err := s.Seal(t.Context(), []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1
		if _, err := s.Unseal(t.Context(), base64.RawURLEncoding.EncodeToString(changed)); !errors.Is(err, desk.ErrNoScript) {
			t.Errorf("with byte %d changed: %v, want ErrNoScript", i, err)
		}
	}
	for _, bad := range []string{"", "x", token[:len(token)-4], token + "AAAA", token + "=", strings.Repeat("A", maxToken+4), "../../etc"} {
		if _, err := s.Unseal(t.Context(), bad); !errors.Is(err, desk.ErrNoScript) {
			t.Errorf("%.20q: %v, want ErrNoScript", bad, err)
		}
	}
	if _, err := sealer(otherKey).Unseal(t.Context(), token); !errors.Is(err, desk.ErrNoScript) {
		t.Errorf("with another key: %v, want ErrNoScript", err)
	}
}

func TestAKeyCanBeChangedWhileItsTokensLive(t *testing.T) {
	token, err := sealer(oneKey).Seal(t.Context(), []byte("data"))
	if err != nil {
		t.Fatal(err)
	}
	both := sealer(otherKey + "\r\n" + oneKey + "\n")
	if got, err := both.Unseal(t.Context(), token); err != nil || string(got) != "data" {
		t.Errorf("a token of the older key: %q, %v", got, err)
	}
	if newer, err := both.Seal(t.Context(), []byte("data")); err != nil || newer == token {
		t.Errorf("the newer key seals as the older one does: %v", err)
	}
}

func TestAKeyThatIsWrongIsNamedAndNotShown(t *testing.T) {
	for _, text := range []string{"", "\n", "secretsecret", oneKey + "\nsecretsecret", oneKey[:62], oneKey + "00"} {
		_, err := sealer(text).Seal(t.Context(), []byte("data"))
		if err == nil || strings.Contains(err.Error(), "secretsecret") || strings.Contains(err.Error(), oneKey[:20]) {
			t.Errorf("%.12q: %v", text, err)
		}
	}
}

func FuzzUnseal(f *testing.F) {
	s := sealer(oneKey)
	token, _ := s.Seal(f.Context(), []byte("data"))
	f.Add(token)
	f.Fuzz(func(t *testing.T, text string) {
		data, err := s.Unseal(t.Context(), text)
		if err == nil && text != token {
			t.Errorf("%q opens to %q", text, data)
		}
	})
}
