package feedback

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

const good = `{"article":"Q238865","tree":"0a1b2c3d","diagnosis":"nonexistent-site","helped":true,"comment":"danke"}`

func post(t *testing.T, store session.Store, method, media, body string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "/v1/feedback", strings.NewReader(body))
	r.Header.Set("Content-Type", media)
	rec := httptest.NewRecorder()
	Handler(store).ServeHTTP(rec, r)
	if rec.Code >= 400 {
		if err := schemas.Check(schemas.Refusal, rec.Body.Bytes()); err != nil {
			t.Errorf("the problem breaks its schema: %v\n%s", err, rec.Body)
		}
	}
	return rec
}

func TestFeedbackIsKept(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	store := session.On(&session.Memory{}, func() time.Time { return now })
	if rec := post(t, store, "POST", "application/json; charset=utf-8", good); rec.Code != 204 || rec.Body.Len() != 0 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	want := session.Feedback{At: now, Article: "Q238865", Tree: "0a1b2c3d", Diagnosis: "nonexistent-site", Helped: true, Comment: "danke"}
	for f, err := range store.Feedback(t.Context(), time.Time{}.AddDate(2020, 0, 0)) {
		if err != nil || f != want {
			t.Errorf("kept %+v, %v; want %+v", f, err, want)
		}
		want.Article = "" // no second one
	}
	if want.Article != "" {
		t.Error("nothing was kept")
	}
}

func TestWrongFeedbackIsRefusedWithAllThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		method, media, body string
		status              int
		pointers            string
	}{
		{"GET", "application/json", good, 405, ""},
		{"POST", "text/plain", good, 415, ""},
		{"POST", "application/json", `{`, 400, ""},
		{"POST", "application/json", good + good, 400, ""},
		{"POST", "application/json", `{"stars":5}`, 400, ""},
		{"POST", "application/json", `{"comment":"` + strings.Repeat("x", maxBody) + `"}`, 413, ""},
		{"POST", "application/json", `{}`, 422, "/article /tree /helped"},
		{"POST", "application/json", `{"article":"Q1; drop","tree":"evil","diagnosis":"A B","script":"evil","helped":false,"comment":"` + strings.Repeat("ä", maxComment+1) + `"}`, 422, "/article /tree /diagnosis /script /comment"},
	} {
		rec := post(t, session.On(&session.Memory{}, nil), c.method, c.media, c.body)
		if rec.Code != c.status || strings.Contains(rec.Body.String(), "evil") {
			t.Errorf("%.60s: %d %s, want %d", c.body, rec.Code, rec.Body, c.status)
		}
		for pointer := range strings.FieldsSeq(c.pointers) {
			if !strings.Contains(rec.Body.String(), fmt.Sprintf("%q", pointer)) {
				t.Errorf("%.60s: %s does not name %s", c.body, rec.Body, pointer)
			}
		}
	}
}

func TestReportCountsByVersion(t *testing.T) {
	store := session.On(&session.Memory{}, func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) })
	for i, f := range []session.Feedback{
		{Article: "Q2", Tree: "11111111", Diagnosis: "a", Helped: true},
		{Article: "Q1", Tree: "22222222", Diagnosis: "b", Comment: "no\x1b[2Jgood"},
		{Article: "Q1", Tree: "33333333", Diagnosis: "b", Helped: true, Comment: "fine"},
		{Article: "Q1", Tree: "33333333", Diagnosis: "b", Comment: "still"},
		{Article: "Q1", Tree: "33333333"},
	} {
		f.At = time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		if err := store.AddFeedback(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := Summarize(t.Context(), store, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := Write(&b, lines); err != nil {
		t.Fatal(err)
	}
	want := `ARTICLE  TREE      DIAGNOSIS  HELPED  DID NOT  LAST
Q1       33333333  -          0       1        2026-01-05
Q1       33333333  b          1       1        2026-01-04
Q1       22222222  b          0       1        2026-01-02
Q2       11111111  a          1       0        2026-01-01
Q1 b: still
Q1 b: fine
Q1 b: no [2Jgood
`
	if b.String() != want {
		t.Errorf("report\n%s\nwant\n%s", b.String(), want)
	}
}
