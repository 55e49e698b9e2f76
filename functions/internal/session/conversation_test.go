package session_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// A listener keeps what it was told last.
type listener struct {
	heard  *desk.Report
	err    error
	asks   string          // the fact
	refuse map[string]bool // a yes to these facts
}

func (l *listener) Answer(_ context.Context, r *desk.Report) (*desk.Answer, error) {
	if l.err != nil {
		return nil, l.err
	}
	for i, c := range r.Confirm {
		if l.refuse[c.Fact] {
			return nil, &desk.Refusal{Problems: []desk.Problem{{Pointer: fmt.Sprintf("/confirm/%d", i)}}}
		}
	}
	l.heard = r
	a := &desk.Answer{Status: desk.StatusAsk}
	if l.asks != "" {
		a.Ask = &desk.Ask{Fact: l.asks}
	}
	return a, nil
}

type who struct{}

// A phone reaches conversations by names of the test's own.
type phone struct {
	*session.Conversations
	ids map[string]string // of the conversations that were begun
}

func talk() (*listener, *phone) {
	l := &listener{}
	owner := func(ctx context.Context) string { s, _ := ctx.Value(who{}).(string); return s }
	all := func(log string) string { return log }
	return l, &phone{session.Remember(l, session.On(&session.Memory{}, nil), owner, all), map[string]string{}}
}

// say goes on with a conversation, or begins it.
func say(t *testing.T, p *phone, r desk.Report) *desk.Answer {
	t.Helper()
	answer, err := p.try(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (p *phone) try(ctx context.Context, r desk.Report) (*desk.Answer, error) {
	name := r.Session
	if id, ok := p.ids[name]; ok {
		r.Session = id
	} else if name != "" {
		r.Session = session.NewSession
	}
	answer, err := p.Answer(ctx, &r)
	if err == nil && name != "" {
		p.ids[name] = answer.Session
	}
	return answer, err
}

func TestConversationRemembersWhatWasSaid(t *testing.T) {
	l, a := talk()
	id := say(t, a, desk.Report{Session: "t", Symptom: "hangs", Facts: map[string]any{"client_os": "nt4", "sites": []any{"ABC"}}, Log: "line 1"}).Session
	if len(id) < 20 {
		t.Fatalf("the conversation is named %q, which can be guessed", id)
	}
	say(t, a, desk.Report{Session: "t", Facts: map[string]any{"client_os": "win2000"}, Log: "line 2", Fix: "age-site"})
	again := say(t, a, desk.Report{Session: "t", Symptom: "hangs", Script: "cmd"})
	want := &desk.Report{Session: id, Symptom: "hangs", Facts: map[string]any{"client_os": "win2000", "sites": []any{"ABC"}}, Log: "line 1\nline 2", Fix: "age-site", Script: "cmd"}
	if !reflect.DeepEqual(l.heard, want) {
		t.Errorf("the desk heard %+v, want %+v", l.heard, want)
	}
	if again.Session != id {
		t.Errorf("the conversation goes on as %q", again.Session)
	}
}

func TestAYesIsRemembered(t *testing.T) {
	l, a := talk()
	say(t, a, desk.Report{Session: "t", Symptom: "hangs", Confirm: []desk.Confirmation{{Fact: "client_os", Value: "nt4"}, {Fact: "process", Value: "smsmon32"}}})
	say(t, a, desk.Report{Session: "t", Confirm: []desk.Confirmation{{Fact: "client_os", Value: "win98"}}})
	say(t, a, desk.Report{Session: "t", Facts: map[string]any{"x": "yes"}})
	want := []desk.Confirmation{{Fact: "client_os", Value: "win98"}, {Fact: "process", Value: "smsmon32"}}
	if !reflect.DeepEqual(l.heard.Confirm, want) {
		t.Errorf("the desk heard the yes %v, want %v", l.heard.Confirm, want)
	}
}

func TestTheSameAnswerOnceMoreIsAYes(t *testing.T) {
	l, a := talk()
	l.asks = "sites"
	say(t, a, desk.Report{Session: "t", Facts: map[string]any{"sites": []any{"ABC"}}})
	if say(t, a, desk.Report{Session: "t", Facts: map[string]any{"sites": []any{"DEF"}}}); len(l.heard.Confirm) > 0 {
		t.Errorf("another answer is a yes to %v", l.heard.Confirm)
	}
	if say(t, a, desk.Report{Session: "t", Facts: map[string]any{"sites": []any{"def"}}}); len(l.heard.Confirm) != 1 || l.heard.Confirm[0].Fact != "sites" {
		t.Errorf("the same answer is a yes to %v, want sites", l.heard.Confirm)
	}
	say(t, a, desk.Report{Session: "u", Facts: map[string]any{"other": "yes"}})
	if say(t, a, desk.Report{Session: "u", Facts: map[string]any{"other": "yes"}}); len(l.heard.Confirm) > 0 {
		t.Errorf("what nobody asked for is a yes to %v", l.heard.Confirm)
	}
}

// Words that are remembered no longer take along what was read from them: a yes of before must not end the conversation.
func TestAYesOfBeforeThatNothingReadsIsDropped(t *testing.T) {
	l, a := talk()
	say(t, a, desk.Report{Session: "t", Confirm: []desk.Confirmation{{Fact: "client_os", Value: "nt4"}}})
	l.refuse = map[string]bool{"client_os": true}
	if say(t, a, desk.Report{Session: "t", Symptom: "hangs"}); len(l.heard.Confirm) > 0 || l.heard.Symptom != "hangs" {
		t.Errorf("the desk heard %+v, want the report without the yes of before", l.heard)
	}
	var refused *desk.Refusal
	if _, err := a.try(t.Context(), desk.Report{Session: "t", Confirm: []desk.Confirmation{{Fact: "client_os", Value: "nt4"}}}); !errors.As(err, &refused) {
		t.Errorf("a yes of now to what is not read: %v, want a refusal", err)
	}
}

func TestTheWishForFurtherCausesIsSentOnce(t *testing.T) {
	l, a := talk()
	if say(t, a, desk.Report{Session: "t", Symptom: "hangs"}); l.heard.Further {
		t.Error("the desk looks for further causes, which nobody wished")
	}
	say(t, a, desk.Report{Session: "t", Further: true})
	if say(t, a, desk.Report{Session: "t", Facts: map[string]any{"x": "yes"}}); !l.heard.Further {
		t.Error("the wish for further causes was forgotten with the next answer")
	}
	if say(t, a, desk.Report{Session: "u", Symptom: "hangs"}); l.heard.Further {
		t.Error("another conversation looks for further causes")
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
	if _, err := a.try(t.Context(), desk.Report{Session: "t", Symptom: "two"}); !errors.As(err, &refused) {
		t.Errorf("Answer = %v", err)
	}
	l.err = nil
	if say(t, a, desk.Report{Session: "t"}); l.heard.Symptom != "one" {
		t.Errorf("the desk heard %q", l.heard.Symptom)
	}
}

func TestConversationsOfOthersAreNotReached(t *testing.T) {
	l, p := talk()
	alice, bob := context.WithValue(t.Context(), who{}, "alice"), context.WithValue(t.Context(), who{}, "bob")
	answer, err := p.Answer(alice, &desk.Report{Session: session.NewSession, Symptom: "of alice"})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{answer.Session, "alice/" + answer.Session} {
		for _, ctx := range []context.Context{bob, t.Context()} {
			l.heard = &desk.Report{}
			if _, err := p.Answer(ctx, &desk.Report{Session: id}); !errors.Is(err, session.ErrNoSession) || l.heard.Symptom != "" {
				t.Errorf("as %q: %v, and the desk heard %q, want ErrNoSession", id, err, l.heard.Symptom)
			}
			if err := p.Forget(ctx, id); !errors.Is(err, session.ErrNoSession) {
				t.Errorf("as %q: Forget = %v, want ErrNoSession", id, err)
			}
		}
	}
	if _, err := p.Answer(alice, &desk.Report{Session: answer.Session}); err != nil || l.heard.Symptom != "of alice" {
		t.Errorf("alice goes on with %q, %v", l.heard.Symptom, err)
	}
}

// An ID that a caller has made up begins nothing: another one could guess it.
func TestOnlyTheServiceNamesConversations(t *testing.T) {
	_, p := talk()
	for _, id := range []string{"1", " ", "a/b", "ä", strings.Repeat("x", 121), session.NewID()} {
		if _, err := p.Answer(t.Context(), &desk.Report{Session: id, Symptom: "hangs"}); !errors.Is(err, session.ErrNoSession) {
			t.Errorf("%.20q: %v, want ErrNoSession", id, err)
		}
	}
}

func TestAForgottenConversationIsGone(t *testing.T) {
	l, p := talk()
	say(t, p, desk.Report{Session: "t", Symptom: "one"})
	if err := p.Forget(t.Context(), p.ids["t"]); err != nil {
		t.Fatal(err)
	}
	l.heard = nil
	if _, err := p.try(t.Context(), desk.Report{Session: "t"}); !errors.Is(err, session.ErrNoSession) || l.heard != nil {
		t.Errorf("Answer = %v, and the desk heard %+v, want ErrNoSession", err, l.heard)
	}
	if err := p.Forget(t.Context(), p.ids["t"]); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("forgotten twice: %v, want ErrNoSession", err)
	}
}

func TestLongTalkKeepsTheNewestWords(t *testing.T) {
	l, a := talk()
	for range 5 {
		say(t, a, desk.Report{Session: "t", Log: strings.Repeat("ä", session.MaxLog/2) + "\nlast"})
		say(t, a, desk.Report{Session: "t", Log: "other"})
	}
	if n := len([]rune(l.heard.Log)); n > session.MaxLog || !strings.HasSuffix(l.heard.Log, "last\nother") {
		t.Errorf("%d characters are remembered, ending in %q", n, l.heard.Log[len(l.heard.Log)-20:])
	}
}
