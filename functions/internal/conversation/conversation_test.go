package conversation

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// A listener keeps what it was told last.
type listener struct {
	heard *desk.Report
	err   error
}

func (l *listener) Answer(_ context.Context, r *desk.Report) (*desk.Answer, error) {
	if l.err != nil {
		return nil, l.err
	}
	l.heard = r
	return &desk.Answer{Status: desk.StatusAsk}, nil
}

type who struct{}

func talk() (*listener, desk.Answerer) {
	l := &listener{}
	return l, Remember(l, session.On(&session.Memory{}, nil), func(ctx context.Context) string { s, _ := ctx.Value(who{}).(string); return s })
}

func say(t *testing.T, a desk.Answerer, r desk.Report) *desk.Answer {
	t.Helper()
	answer, err := a.Answer(t.Context(), &r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestConversationRemembersWhatWasSaid(t *testing.T) {
	l, a := talk()
	id := say(t, a, desk.Report{Session: New, Symptom: "hangs", Facts: map[string]any{"client_os": "nt4", "sites": []any{"ABC"}}, Log: "line 1"}).Session
	if len(id) < 20 {
		t.Fatalf("the conversation is named %q, which can be guessed", id)
	}
	say(t, a, desk.Report{Session: id, Facts: map[string]any{"client_os": "win2000"}, Log: "line 2", Fix: "age-site"})
	again := say(t, a, desk.Report{Session: id, Symptom: "hangs", Script: "cmd"})
	want := &desk.Report{Session: id, Symptom: "hangs", Facts: map[string]any{"client_os": "win2000", "sites": []any{"ABC"}}, Log: "line 1\nline 2", Fix: "age-site", Script: "cmd"}
	if !reflect.DeepEqual(l.heard, want) {
		t.Errorf("the desk heard %+v, want %+v", l.heard, want)
	}
	if again.Session != id {
		t.Errorf("the conversation goes on as %q", again.Session)
	}
}

func TestReportWithoutSessionIsNotRemembered(t *testing.T) {
	l, a := talk()
	r := desk.Report{Symptom: "hangs"}
	if answer := say(t, a, r); answer.Session != "" || !reflect.DeepEqual(*l.heard, r) {
		t.Errorf("session %q, heard %+v", answer.Session, l.heard)
	}
}

func TestRefusedReportIsForgotten(t *testing.T) {
	l, a := talk()
	say(t, a, desk.Report{Session: "t", Symptom: "one"})
	l.err = &desk.Refusal{Problems: []desk.Problem{{Pointer: "/facts/x"}}}
	var refused *desk.Refusal
	if _, err := a.Answer(t.Context(), &desk.Report{Session: "t", Symptom: "two"}); !errors.As(err, &refused) {
		t.Errorf("Answer = %v", err)
	}
	l.err = nil
	if say(t, a, desk.Report{Session: "t"}); l.heard.Symptom != "one" {
		t.Errorf("the desk heard %q", l.heard.Symptom)
	}
}

func TestConversationsOfOthersAreNotReached(t *testing.T) {
	l, a := talk()
	alice, bob := context.WithValue(t.Context(), who{}, "alice"), context.WithValue(t.Context(), who{}, "bob")
	if _, err := a.Answer(alice, &desk.Report{Session: "t", Symptom: "of alice"}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"t", "alice/t"} {
		for _, ctx := range []context.Context{bob, t.Context()} {
			l.heard = &desk.Report{}
			a.Answer(ctx, &desk.Report{Session: id})
			if l.heard.Symptom != "" {
				t.Errorf("as %q the desk heard %q", id, l.heard.Symptom)
			}
		}
	}
}

func TestSessionThatIsNoneIsRefused(t *testing.T) {
	_, a := talk()
	for _, id := range []string{" ", "a/b", "ä", strings.Repeat("x", 121)} {
		var refused *desk.Refusal
		if _, err := a.Answer(t.Context(), &desk.Report{Session: id}); !errors.As(err, &refused) || refused.Problems[0].Pointer != "/session" {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestLongTalkKeepsTheNewestWords(t *testing.T) {
	l, a := talk()
	for range 5 {
		say(t, a, desk.Report{Session: "t", Log: strings.Repeat("ä", maxLog/2) + "\nlast"})
		say(t, a, desk.Report{Session: "t", Log: "other"})
	}
	if n := len([]rune(l.heard.Log)); n > maxLog || !strings.HasSuffix(l.heard.Log, "last\nother") {
		t.Errorf("%d characters are remembered, ending in %q", n, l.heard.Log[len(l.heard.Log)-20:])
	}
}
