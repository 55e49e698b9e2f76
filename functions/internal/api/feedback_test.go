package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
)

// kept keeps feedback in a list, or fails.
type kept struct {
	all  []session.Feedback
	fail error
}

func (k *kept) AddFeedback(_ context.Context, f session.Feedback) error {
	if k.fail == nil {
		k.all = append(k.all, f)
	}
	return k.fail
}

func newKeeper(fail error) (*kept, http.Handler) {
	k := &kept{fail: fail}
	c := fakeConfig()
	c.Feedback = k
	return k, served(c)
}

const helped = `{"article":"Q238865","tree":"0a1b2c3d","diagnosis":"nonexistent-site","helped":true,"comment":"danke"}`

func TestFeedbackIsKept(t *testing.T) {
	k, h := newKeeper(nil)
	w := servicetest.Do(t, h, "POST", "/v1/feedback", helped, servicetest.AsJSON)
	want := session.Feedback{Article: "Q238865", Tree: "0a1b2c3d", Diagnosis: "nonexistent-site", Helped: true, Comment: "danke"}
	if w.Code != 204 || w.Body.Len() != 0 || len(k.all) != 1 || k.all[0] != want {
		t.Errorf("%d %s, kept %+v, want %+v", w.Code, w.Body, k.all, want)
	}
}

func TestWrongFeedbackIsRefusedWithAllThatIsWrong(t *testing.T) {
	tests := []struct {
		name, body, media string
		want              int
		pointers          string
	}{
		{"a form", "helped=yes", servicetest.AsForm, 415, ""},
		{"half of it", `{`, servicetest.AsJSON, 400, ""},
		{"two of it", helped + helped, servicetest.AsJSON, 400, ""},
		{"too large", `{"comment":"` + strings.Repeat("x", 16<<10) + `"}`, servicetest.AsJSON, 413, ""},
		{"a list", `[]`, servicetest.AsJSON, 422, ""},
		{"nothing", `{}`, servicetest.AsJSON, 422, "/article /helped /tree"},
		{"all of it wrong", `{"article":"Q1; evil","tree":"evil","diagnosis":"A B","script":"evil","helped":"evil","stars":5,"comment":"` + strings.Repeat("ä", 2001) + `"}`,
			servicetest.AsJSON, 422, "/article /comment /diagnosis /helped /script /stars /tree"},
	}
	for _, tt := range tests {
		k, h := newKeeper(nil)
		w := servicetest.Do(t, h, "POST", "/v1/feedback", tt.body, tt.media)
		p := problemIn(t, w)
		var pointers []string
		for _, e := range p.Errors {
			if e.Pointer != "" {
				pointers = append(pointers, e.Pointer)
			}
			if tt.want == 422 && !strings.Contains(e.Detail, "expected") {
				t.Errorf("%s: %s does not say what was expected", tt.name, e.Detail)
			}
		}
		if w.Code != tt.want || strings.Join(pointers, " ") != tt.pointers || strings.Contains(w.Body.String(), "evil") || len(k.all) > 0 {
			t.Errorf("%s: %d %s, want %d with %s", tt.name, w.Code, w.Body, tt.want, tt.pointers)
		}
	}
}

// A store that is down is no fault of the caller's, and none that a log must be read for: try again, and what to do meanwhile.
func TestWhatCannotBeRememberedIsSaidWithWhatToDo(t *testing.T) {
	_, down := newKeeper(fmt.Errorf("session: %w: the secret of the table", session.ErrUnavailable))
	_, broken := newKeeper(errors.New("the secret of the disk"))
	c := fakeConfig()
	c.Feedback = nil
	without := served(c)
	tests := []struct {
		name         string
		h            http.Handler
		target, body string
		want         string
	}{
		{"a conversation", newHandler(), "/v1/reports", `{"symptom":"make it forget"}`, "Send all the facts in one report without session"},
		{"feedback", down, "/v1/feedback", helped, "Send it again in a moment"},
		{"feedback and a disk that is full", broken, "/v1/feedback", helped, "Send it again in a moment"},
		{"feedback where nothing is kept", without, "/v1/feedback", helped, "Send it again in a moment"},
	}
	for _, tt := range tests {
		w := servicetest.Do(t, tt.h, "POST", tt.target, tt.body, servicetest.AsJSON)
		p := problemIn(t, w)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(p.Detail, tt.want) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %v %s, want 503 and when and how to go on", tt.name, w.Code, w.Header(), w.Body)
		}
	}
}

func TestFeedbackOfNoTreeIsRefused(t *testing.T) {
	k, h := newKeeper(nil)
	w := servicetest.Do(t, h, "POST", "/v1/feedback", `{"article": "Q999999", "tree": "0a1b2c3d", "helped": false}`, servicetest.AsJSON)
	if w.Code != 422 || !strings.Contains(w.Body.String(), `"/article"`) || len(k.all) > 0 {
		t.Errorf("%d, %d kept: %s", w.Code, len(k.all), w.Body)
	}
}
