package page

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
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
	return k, served(c, edge.Config{})
}

const diagnosed = "/diagnosis?symptom=It+hangs&f.client_os=nt4&f.nonexistent_sites=ALT&f.admin_rights=yes"

var (
	feedbackForm = regexp.MustCompile(`(?s)<form action="/feedback" method="post">(.*?)</form>`)
	hiddenField  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// formOf returns the fields that a browser would send of the feedback form of a page, with the button for yes.
func formOf(t *testing.T, h http.Handler, page string) url.Values {
	t.Helper()
	form := feedbackForm.FindStringSubmatch(servicetest.Do(t, h, "GET", page, "").Body.String())
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

func TestAFormThatCannotBeKeptSaysWhatToDo(t *testing.T) {
	_, h := newKeeper(errors.New("the secret of the disk"))
	w := servicetest.Do(t, h, "POST", "/feedback", formOf(t, h, diagnosed).Encode(), servicetest.AsForm)
	if body := w.Body.String(); w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(body, "Send it again in a moment") || strings.Contains(body, "secret") {
		t.Errorf("%d\n%s", w.Code, servicetest.PageText(body))
	}
}

func TestAPersonSaysWhetherItHelped(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	fields.Set("feedback.comment", " one\r\ntwo ")
	w := servicetest.Do(t, h, "POST", "/feedback", fields.Encode(), servicetest.AsForm, "Sec-Fetch-Site: same-origin")
	script := servicetest.Do(t, h, "GET", "/script?"+strings.TrimPrefix(diagnosed, "/diagnosis?")+"&dialect=cmd&stage=1", "").Body.String()
	want := session.Feedback{Article: "Q238865", Tree: "0a1b2c3d", Diagnosis: "nonexistent-site", Script: hashOf(script), Helped: true, Comment: "one\ntwo"}
	if len(k.all) != 1 || k.all[0] != want {
		t.Errorf("kept %+v, want %+v", k.all, want)
	}
	back := w.Header().Get("Location")
	if w.Code != 303 || !strings.HasPrefix(back, "/diagnosis?symptom=It+hangs&") || !strings.Contains(back, "f.nonexistent_sites=ALT") || !strings.HasSuffix(back, "&thanks=1#feedback") {
		t.Fatalf("%d to %s, want back to the diagnosis", w.Code, back)
	}
	page := servicetest.Do(t, h, "GET", strings.TrimSuffix(back, "#feedback"), "").Body.String()
	if !strings.Contains(page, "Thank you") || feedbackForm.MatchString(page) || !strings.Contains(page, "Download") {
		t.Errorf("the page does not thank, or asks again, or has lost the script:\n%s", servicetest.PageText(page))
	}
	fields.Set("feedback.helped", "no")
	servicetest.Do(t, h, "POST", "/feedback", fields.Encode(), servicetest.AsForm)
	if len(k.all) != 2 || k.all[1].Helped {
		t.Errorf("no was kept as %+v", k.all)
	}
}

func TestFeedbackIsAskedForWhereThereIsAnAnswer(t *testing.T) {
	_, h := newKeeper(nil)
	for page, want := range map[string]bool{diagnosed: true, "/diagnosis?symptom=x&f.client_os=nt4&f.nonexistent_sites=": true, // undecided
		"/diagnosis?symptom=x": false, "/diagnosis?symptom=printer": false, diagnosed + "&ask=client_os": false, "/": false} {
		if got := feedbackForm.MatchString(servicetest.Do(t, h, "GET", page, "").Body.String()); got != want {
			t.Errorf("%s asks: %v, want %v", page, got, want)
		}
	}
	if feedbackForm.MatchString(servicetest.Do(t, newRealHandler(t), "GET", tour["notree"], "").Body.String()) {
		t.Error("the tree that does not know a problem is blamed for it")
	}
	c := fakeConfig()
	c.Feedback = nil
	if feedbackForm.MatchString(servicetest.Do(t, served(c, edge.Config{}), "GET", diagnosed, "").Body.String()) {
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
		h := served(c, edge.Config{})
		w := servicetest.Do(t, h, "POST", "/feedback", formOf(t, h, diagnosed).Encode(), append(tt.headers, servicetest.AsForm)...)
		if w.Code != tt.want || (len(k.all) == 1) != (tt.want == 303) {
			t.Errorf("%s: %d, %d kept, want %d", tt.name, w.Code, len(k.all), tt.want)
		}
	}
}

func TestACommentThatIsTooLongIsShownAgain(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	long := strings.Repeat("long ", 401)
	fields.Set("feedback.comment", long)
	w := servicetest.Do(t, h, "POST", "/feedback", fields.Encode(), servicetest.AsForm)
	body := w.Body.String()
	if w.Code != 422 || !strings.Contains(body, "at most 2000 characters") || !strings.Contains(body, strings.TrimSpace(long)+"</textarea>") || len(k.all) != 0 {
		t.Errorf("%d, want the form again with what was typed:\n%s", w.Code, servicetest.PageText(body))
	}
}

func TestAFormThatWasTamperedWithIsRefused(t *testing.T) {
	k, h := newKeeper(nil)
	for field, value := range map[string]string{"feedback.article": "Q1; evil", "feedback.tree": "evil", "feedback.stars": "5", "feedback.helped": ""} {
		fields := formOf(t, h, diagnosed)
		fields.Set(field, value)
		w := servicetest.Do(t, h, "POST", "/feedback", fields.Encode(), servicetest.AsForm)
		if w.Code != 422 || strings.Contains(w.Body.String(), "evil") || len(k.all) != 0 {
			t.Errorf("%s: %d, kept %v", field, w.Code, k.all)
		}
	}
	if w := servicetest.Do(t, h, "POST", "/feedback", "feedback.article=Q238865&feedback.tree=0a1b2c3d&feedback.helped=yes", servicetest.AsForm); w.Code != 303 || w.Header().Get("Location") != "/" {
		t.Errorf("feedback without a report: %d to %s, want 303 to the first page", w.Code, w.Header().Get("Location"))
	}
}

func TestFeedbackOnALongReportThanksAtOnce(t *testing.T) {
	k, h := newKeeper(nil)
	fields := formOf(t, h, diagnosed)
	fields.Set("symptom", strings.Repeat("It hangs every day. ", 400))
	w := servicetest.Do(t, h, "POST", "/feedback", fields.Encode(), servicetest.AsForm)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Thank you") || len(k.all) != 1 {
		t.Errorf("%d, kept %d:\n%s", w.Code, len(k.all), servicetest.PageText(w.Body.String()))
	}
}

// What a form may hold is bounded like any other.
func TestAFeedbackFormIsBounded(t *testing.T) {
	k, h := newKeeper(nil)
	for name, body := range map[string]string{"bytes": "feedback.comment=" + strings.Repeat("x", maxForm), "fields": strings.Repeat("a=b&", maxFields+1)} {
		if w := servicetest.Do(t, h, "POST", "/feedback", body, servicetest.AsForm); w.Code != 413 && w.Code != 422 || len(k.all) != 0 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := servicetest.Do(t, h, "GET", "/feedback", ""); w.Code != 405 {
		t.Errorf("GET: %d, want 405", w.Code)
	}
}

// What is kept can be read again by those who write the trees.
func TestFeedbackEndsInTheStore(t *testing.T) {
	c := fakeConfig()
	store := session.On(&session.Memory{}, nil)
	c.Feedback = store
	h := served(c, edge.Config{})
	servicetest.Do(t, h, "POST", "/feedback", formOf(t, h, diagnosed).Encode(), servicetest.AsForm)
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
