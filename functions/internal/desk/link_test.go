package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/fixdesk/fixdesk/kb/script"
)

// plainSealer seals nothing, so that a test can read and change what is sealed.
type plainSealer struct{}

func (plainSealer) Seal(_ context.Context, data []byte) (string, error) {
	return base64.RawURLEncoding.EncodeToString(data), nil
}

func (plainSealer) Unseal(_ context.Context, token string) ([]byte, error) {
	data, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return nil, ErrNoScript
	}
	return data, nil
}

func token(t *testing.T, href string) string {
	t.Helper()
	if len(href) <= len(ScriptPath) || href[:len(ScriptPath)] != ScriptPath {
		t.Fatalf("%q is no address of a script", href)
	}
	return href[len(ScriptPath):]
}

// TestAnAddressServesTheBytesThatTheAnswerGave follows the address of every script of every worked case, in every dialect.
func TestAnAddressServesTheBytesThatTheAnswerGave(t *testing.T) {
	d := newDesk(t)
	d.Sealer = plainSealer{}
	followed := map[string]int{}
	for _, r := range spokenCases(t, d) {
		for _, dialect := range script.Dialects() {
			r.Script = dialect
			a, err := d.Answer(t.Context(), r)
			if err != nil {
				continue // a case of a report that is refused
			}
			for _, s := range a.Scripts {
				if s.Href == "" {
					continue
				}
				got, err := d.Script(t.Context(), token(t, s.Href))
				if err != nil {
					t.Fatalf("%s, stage %d in %s: %v", s.Fix, s.Stage, s.Dialect, err)
				}
				if got.SHA256 != s.SHA256 || got.ID != s.ID || got.File != s.File || got.Effect != s.Effect || s.Text != "" && got.Text != s.Text {
					t.Errorf("%s, stage %d in %s: the address serves %s %s, the answer gave %s %s", s.Fix, s.Stage, s.Dialect, got.File, got.SHA256, s.File, s.SHA256)
				}
				followed[s.Dialect]++
			}
		}
	}
	for _, dialect := range script.Dialects() {
		if followed[dialect] == 0 {
			t.Errorf("no address of a script in %s was followed: %v", dialect, followed)
		}
	}
}

// What only waits for a yes has no address: a link to it would outlive the question.
func TestOnlyAScriptOfAWholePlanHasAnAddress(t *testing.T) {
	d := newDesk(t)
	d.Sealer = plainSealer{}
	waiting := deadSite()
	delete(waiting.Facts, "nonexistent_sites")
	waiting.Symptom += ". The site OLD was shut down in May."
	a := answered(t, d, waiting)
	if a.Plan == nil || len(a.Plan.BlockedBy) == 0 {
		t.Fatalf("the plan waits for nothing: %+v", a.Plan)
	}
	for _, s := range a.Scripts {
		if s.Effect == "changes" || s.Dialect == runbook && s.Href != "" {
			t.Errorf("a plan that waits gives %s in %s the address %q", s.Fix, s.Dialect, s.Href)
		}
	}
}

func TestAnAddressOfAnotherTreeOrProgramSaysSo(t *testing.T) {
	d := newDesk(t)
	d.Sealer = plainSealer{}
	a := answered(t, d, deadSite())
	data, err := plainSealer{}.Unseal(t.Context(), token(t, a.Scripts[0].Href))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*link){
		"another version":    func(l *link) { l.Fixes[0].Tree = "00000000" },
		"a tree that is not": func(l *link) { l.Fixes[0].Article = "Q999999" },
		"other bytes":        func(l *link) { l.ID = "00000000" },
		"a fix that is not":  func(l *link) { l.Fixes[0].Name = "no-such-fix" },
		"no values":          func(l *link) { l.Values = nil },
	} {
		var l link
		if err := json.Unmarshal(data, &l); err != nil {
			t.Fatal(err)
		}
		change(&l)
		changed, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		sealed, _ := plainSealer{}.Seal(t.Context(), changed)
		var gone *ChangedError
		if s, err := d.Script(t.Context(), sealed); !errors.As(err, &gone) {
			t.Errorf("%s: %+v, %v, want a *ChangedError", name, s, err)
		}
	}
	for _, bad := range []string{"", "!", "e30"} {
		if s, err := d.Script(t.Context(), bad); err == nil {
			t.Errorf("%q serves %+v", bad, s)
		}
	}
	d.Sealer = nil
	if _, err := d.Script(t.Context(), token(t, a.Scripts[0].Href)); !errors.Is(err, ErrNoScript) {
		t.Errorf("without a sealer: %v, want ErrNoScript", err)
	}
	if b := answered(t, d, deadSite()); b.Scripts[0].Href != "" {
		t.Errorf("without a sealer a script has the address %q", b.Scripts[0].Href)
	}
}

func TestTheSameReportGetsTheSameAddresses(t *testing.T) {
	d := newDesk(t)
	d.Sealer = plainSealer{}
	if a, b := answered(t, d, deadSite()), answered(t, d, deadSite()); !reflect.DeepEqual(a, b) {
		t.Error("two answers to one report differ")
	}
}
