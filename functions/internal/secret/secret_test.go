package secret

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A vault counts how often it is read.
type vault struct {
	value string
	err   error
	reads int
	now   time.Time
}

func (v *vault) secret() *Secret {
	v.now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return New("ssm:/k", func(context.Context) (string, error) { v.reads++; return v.value, v.err }, func() time.Time { return v.now })
}

func want(t *testing.T, s *Secret, value string) {
	t.Helper()
	if got, err := s.Get(t.Context()); err != nil || got != value {
		t.Errorf("Get = %q, %v; want %q", got, err, value)
	}
}

func TestSecretIsReadOnceAndAgainWhenOld(t *testing.T) {
	v := &vault{value: "one"}
	s := v.secret()
	want(t, s, "one")
	v.value = "two"
	want(t, s, "one")
	v.now = v.now.Add(fresh)
	want(t, s, "two")
	if v.reads != 2 {
		t.Errorf("read %d times, want 2", v.reads)
	}
}

func TestOldSecretStandsWhileItCannotBeRead(t *testing.T) {
	v := &vault{value: "one"}
	s := v.secret()
	want(t, s, "one")
	v.err = errors.New("no network")
	v.now = v.now.Add(fresh)
	for range 5 {
		want(t, s, "one")
	}
	if v.reads != 2 {
		t.Errorf("read %d times, want 2: not on every request", v.reads)
	}
	v.err, v.value = nil, "two"
	v.now = v.now.Add(pause)
	want(t, s, "two")
}

func TestSecretThatWasNeverReadIsAnErrorWithItsName(t *testing.T) {
	v := &vault{err: errors.New("no network")}
	s := v.secret()
	if _, err := s.Get(t.Context()); err == nil || !strings.Contains(err.Error(), "ssm:/k") {
		t.Errorf("Get = %v", err)
	}
}

func TestRenewFindsARotatedSecretAtOnce(t *testing.T) {
	v := &vault{value: "one"}
	s := v.secret()
	want(t, s, "one")
	v.value = "two"
	if s.Renew(t.Context()) {
		t.Error("it was read again within a moment")
	}
	v.now = v.now.Add(pause)
	if !s.Renew(t.Context()) {
		t.Error("the new value was not found")
	}
	want(t, s, "two")
}

func TestSecretIsNeverPrinted(t *testing.T) {
	v := &vault{value: "hunter2"}
	s := v.secret()
	want(t, s, "hunter2")
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", s)
	data, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v %#v %s", s, s, s), log.String(), string(data)} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "ssm:/k") {
			t.Errorf("it prints as %s", text)
		}
	}
}

func TestSecretInAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte("value\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want(t, FromFile("file:"+path), "value")
}
