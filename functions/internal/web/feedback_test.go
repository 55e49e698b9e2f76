package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
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
	w := do(t, h, "POST", "/v1/feedback", helped, asJSON)
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
		{"a form", "helped=yes", asForm, 415, ""},
		{"half of it", `{`, asJSON, 400, ""},
		{"two of it", helped + helped, asJSON, 400, ""},
		{"too large", `{"comment":"` + strings.Repeat("x", 16<<10) + `"}`, asJSON, 413, ""},
		{"a list", `[]`, asJSON, 422, ""},
		{"nothing", `{}`, asJSON, 422, "/article /helped /tree"},
		{"all of it wrong", `{"article":"Q1; evil","tree":"evil","diagnosis":"A B","script":"evil","helped":"evil","stars":5,"comment":"` + strings.Repeat("ä", 2001) + `"}`,
			asJSON, 422, "/article /comment /diagnosis /helped /script /stars /tree"},
	}
	for _, tt := range tests {
		k, h := newKeeper(nil)
		w := do(t, h, "POST", "/v1/feedback", tt.body, tt.media)
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
		w := do(t, tt.h, "POST", tt.target, tt.body, asJSON)
		p := problemIn(t, w)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(p.Detail, tt.want) || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %v %s, want 503 and when and how to go on", tt.name, w.Code, w.Header(), w.Body)
		}
	}
	w := do(t, down, "POST", "/feedback", formOf(t, down, diagnosed).Encode(), asForm)
	if body := w.Body.String(); w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(body, "Send it again in a moment") {
		t.Errorf("the form: %d\n%s", w.Code, pageText(body))
	}
}

const diagnosed = "/diagnosis?symptom=It+hangs&f.client_os=nt4&f.nonexistent_sites=ALT&f.admin_rights=yes"

var (
	feedbackForm = regexp.MustCompile(`(?s)<form action="/feedback" method="post">(.*?)</form>`)
	hiddenField  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// formOf returns the fields that a browser would send of the feedback form of a page, with the button for yes.
func formOf(t *testing.T, h http.Handler, page string) url.Values {
	t.Helper()
	form := feedbackForm.FindStringSubmatch(do(t, h, "GET", page, "").Body.String())
	if form == nil {
		t.Fatalf("%s has no form", page)
	}
	fields := url.Values{"feedback.helped": {"yes"}}
	for _, m := range hiddenField.FindAllStringSubmatch(form[1], -1) {
		fields.Add(m[1], m[2])
	}
	return fields
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestAPersonSaysWhetherItHelped(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	fields.Set("feedback.comment", " one\r\ntwo ")
	w := do(t, h, "POST", "/feedback", fields.Encode(), asForm, "Sec-Fetch-Site: same-origin")
	script := do(t, h, "GET", "/script?"+strings.TrimPrefix(diagnosed, "/diagnosis?")+"&dialect=cmd&stage=1", "").Body.String()
	want := session.Feedback{Article: "Q238865", Tree: "0a1b2c3d", Diagnosis: "nonexistent-site", Script: hashOf(script), Helped: true, Comment: "one\ntwo"}
	if len(k.all) != 1 || k.all[0] != want {
		t.Errorf("kept %+v, want %+v", k.all, want)
	}
	back := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(back, "/diagnosis?symptom=It+hangs&") || !strings.Contains(back, "f.nonexistent_sites=ALT") || !strings.HasSuffix(back, "&thanks=1#feedback") {
		t.Fatalf("%d to %s, want back to the diagnosis", w.Code, back)
	}
	page := do(t, h, "GET", strings.TrimSuffix(back, "#feedback"), "").Body.String()
	if !strings.Contains(page, "Thank you") || feedbackForm.MatchString(page) || !strings.Contains(page, "Download") {
		t.Errorf("the page does not thank, or asks again, or has lost the script:\n%s", pageText(page))
	}
	fields.Set("feedback.helped", "no")
	do(t, h, "POST", "/feedback", fields.Encode(), asForm)
	if len(k.all) != 2 || k.all[1].Helped {
		t.Errorf("no was kept as %+v", k.all)
	}
}

func TestFeedbackIsAskedForWhereThereIsAnAnswer(t *testing.T) {
	_, h := newKeeper(nil)
	for page, want := range map[string]bool{diagnosed: true, "/diagnosis?symptom=x&f.client_os=nt4&f.nonexistent_sites=": true, // undecided
		"/diagnosis?symptom=x": false, "/diagnosis?symptom=printer": false, diagnosed + "&ask=client_os": false, "/": false} {
		if got := feedbackForm.MatchString(do(t, h, "GET", page, "").Body.String()); got != want {
			t.Errorf("%s asks: %v, want %v", page, got, want)
		}
	}
	if feedbackForm.MatchString(do(t, newRealHandler(t), "GET", tour["notree"], "").Body.String()) {
		t.Error("the tree that does not know a problem is blamed for it")
	}
	c := fakeConfig()
	c.Feedback = nil
	if feedbackForm.MatchString(do(t, served(c), "GET", diagnosed, "").Body.String()) {
		t.Error("where nothing is kept, people are asked all the same")
	}
}

// A page elsewhere can make a browser send a form here. It leaves nothing behind.
func TestFeedbackIsTakenFromOurOwnPagesOnly(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		want    int
	}{
		{"our page", []string{"Sec-Fetch-Site: same-origin", "Origin: https://example.com"}, 303},
		{"our page in an old browser", []string{"Origin: http://example.com"}, 303},
		{"our page behind the address that people know", []string{"Origin: https://help.example.org"}, 303},
		{"no browser", nil, 303},
		{"another site", []string{"Sec-Fetch-Site: cross-site", "Origin: https://evil.example"}, 403},
		{"a neighbour", []string{"Sec-Fetch-Site: same-site", "Origin: https://other.example.com"}, 403},
		{"another site in an old browser", []string{"Origin: https://evil.example"}, 403},
		{"a page without an origin", []string{"Origin: null"}, 403},
	}
	for _, tt := range tests {
		k := &kept{}
		c := fakeConfig()
		c.Feedback, c.Origin = k, "https://help.example.org/"
		h := served(c)
		w := do(t, h, "POST", "/feedback", formOf(t, h, diagnosed).Encode(), append(tt.headers, asForm)...)
		if w.Code != tt.want || (len(k.all) == 1) != (tt.want == 303) {
			t.Errorf("%s: %d, %d kept, want %d", tt.name, w.Code, len(k.all), tt.want)
		}
	}
}

func TestFeedbackOfNoTreeIsRefused(t *testing.T) {
	k, h := newKeeper(nil)
	w := do(t, h, "POST", "/v1/feedback", `{"article": "Q999999", "tree": "0a1b2c3d", "helped": false}`, "Content-Type: application/json")
	if w.Code != 422 || !strings.Contains(w.Body.String(), `"/article"`) || len(k.all) > 0 {
		t.Errorf("%d, %d kept: %s", w.Code, len(k.all), w.Body)
	}
}

func TestACommentThatIsTooLongIsShownAgain(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	long := strings.Repeat("long ", 401)
	fields.Set("feedback.comment", long)
	w := do(t, h, "POST", "/feedback", fields.Encode(), asForm)
	body := w.Body.String()
	if w.Code != 422 || !strings.Contains(body, "at most 2000 characters") || !strings.Contains(body, strings.TrimSpace(long)+"</textarea>") || len(k.all) != 0 {
		t.Errorf("%d, want the form again with what was typed:\n%s", w.Code, pageText(body))
	}
}

func TestAFormThatWasTamperedWithIsRefused(t *testing.T) {
	k, h := newKeeper(nil)
	for field, value := range map[string]string{"feedback.article": "Q1; evil", "feedback.tree": "evil", "feedback.stars": "5", "feedback.helped": ""} {
		fields := formOf(t, h, diagnosed)
		fields.Set(field, value)
		w := do(t, h, "POST", "/feedback", fields.Encode(), asForm)
		if w.Code != 422 || strings.Contains(w.Body.String(), "evil") || len(k.all) != 0 {
			t.Errorf("%s: %d, kept %v", field, w.Code, k.all)
		}
	}
	if w := do(t, h, "POST", "/feedback", "feedback.article=Q238865&feedback.tree=0a1b2c3d&feedback.helped=yes", asForm); w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Errorf("feedback without a story: %d to %s, want 303 to the first page", w.Code, w.Header().Get("Location"))
	}
}

func TestFeedbackOnALongStoryThanksAtOnce(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	fields.Set("symptom", strings.Repeat("It hangs every day. ", 400))
	w := do(t, h, "POST", "/feedback", fields.Encode(), asForm)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Thank you") || len(k.all) != 1 {
		t.Errorf("%d, kept %d:\n%s", w.Code, len(k.all), pageText(w.Body.String()))
	}
}

// What a form may hold is bounded like any other.
func TestAFeedbackFormIsBounded(t *testing.T) {
	k, h := newKeeper(nil)
	for name, body := range map[string]string{"bytes": "feedback.comment=" + strings.Repeat("x", maxForm), "fields": strings.Repeat("a=b&", maxFields+1)} {
		if w := do(t, h, "POST", "/feedback", body, asForm); w.Code != 413 && w.Code != 422 || len(k.all) != 0 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := do(t, h, "GET", "/feedback", ""); w.Code != 405 {
		t.Errorf("GET: %d, want 405", w.Code)
	}
}

// What is kept can be read again by those who write the trees.
func TestFeedbackEndsInTheStore(t *testing.T) {
	c := fakeConfig()
	store := session.On(&session.Memory{}, nil)
	c.Feedback = store
	h := served(c)
	do(t, h, "POST", "/feedback", formOf(t, h, diagnosed).Encode(), asForm)
	n := 0
	for f, err := range store.Feedback(t.Context(), time.Now().AddDate(0, 0, -1)) {
		if n++; err != nil || f.Diagnosis != "nonexistent-site" || f.At.IsZero() {
			t.Errorf("%+v, %v", f, err)
		}
	}
	if n != 1 {
		t.Errorf("%d were kept, want 1", n)
	}
}
