package edge

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/schemas"
)

// ask sends one request. Headers are "Name: value".
func ask(t *testing.T, c Config, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	w := httptest.NewRecorder()
	New(c).ServeHTTP(w, r)
	if w.Header().Get("Content-Type") == "application/problem+json" && method != "HEAD" {
		body := w.Body.Bytes()
		if w.Header().Get("Content-Encoding") == "gzip" {
			body = []byte(unpacked(t, body))
		}
		if err := schemas.Check(schemas.Refusal, body); err != nil {
			t.Errorf("%s %s: the problem breaks its schema: %v\n%s", method, target, err, body)
		}
	}
	return w
}

func unpacked(t *testing.T, data []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func saying(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, text)
	})
}

// endings are ways in which a request can end.
func endings() map[string]Config {
	teapot := func(h http.Header, r *http.Request) (*http.Request, *Problem) {
		return nil, &Problem{Type: Request, Title: "No", Status: http.StatusTeapot, Detail: "No."}
	}
	return map[string]Config{
		"answered":   {Handler: saying("{}")},
		"not found":  {Handler: http.NewServeMux()},
		"refused":    {Handler: saying("{}"), Check: teapot},
		"panic":      {Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })},
		"no content": {Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })},
		"a problem": {Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			Write(w, r, Problem{Type: NotFound, Title: "Not found", Status: http.StatusNotFound, Detail: "Nothing."})
		})},
	}
}

func TestEveryAnswerCarriesItsIDAndTheSecurityHeaders(t *testing.T) {
	for name, c := range endings() {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			w := ask(t, c, method, "/x", "X-Request-Id: r-1")
			for header, want := range map[string]string{"X-Request-Id": "r-1", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"} {
				if got := w.Header().Get(header); got != want {
					t.Errorf("%s, %s: %s is %q, want %q", name, method, header, got, want)
				}
			}
			if !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
				t.Errorf("%s, %s: no policy", name, method)
			}
			if method == "HEAD" && w.Body.Len() > 0 {
				t.Errorf("%s: an answer to HEAD has a body", name)
			}
		}
	}
	if id := ask(t, endings()["answered"], "GET", "/", "X-Request-Id: a b").Header().Get("X-Request-Id"); len(id) != 16 {
		t.Errorf("an id that is not a plain one became %q", id)
	}
}

func TestAProblemNamesItsRequest(t *testing.T) {
	w := ask(t, endings()["a problem"], "GET", "/v1/x?q=secret", "X-Request-Id: r-1")
	if body := w.Body.String(); !strings.Contains(body, `"instance":"/v1/x#r-1"`) || strings.Contains(body, "secret") {
		t.Errorf("the problem is %s, want the instance /v1/x#r-1", body)
	}
}

func TestAPanicLeavesNothingOfWhatWasWrittenBeforeIt(t *testing.T) {
	var log bytes.Buffer
	w := ask(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil)), Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public")
		fmt.Fprint(w, "half an answer")
		panic("the secret")
	})}, "GET", "/x")
	if w.Code != 500 || strings.Contains(w.Body.String(), "half") || strings.Contains(w.Body.String(), "secret") || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %s, want 500 and nothing of the answer", w.Code, w.Header(), w.Body)
	}
	if !strings.Contains(log.String(), "the secret") || !strings.Contains(log.String(), "edge_test.go") {
		t.Errorf("the log does not say where it was: %s", &log)
	}
}

func TestARequestHasOneLineThatSaysWhoCalledAndNotWhatWasSaid(t *testing.T) {
	for name, c := range endings() {
		var log bytes.Buffer
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
		if c.Check == nil {
			c.Check = func(_ http.Header, r *http.Request) (*http.Request, *Problem) {
				NoteCaller(r.Context(), "alice")
				return r, nil
			}
		}
		w := ask(t, c, "GET", "/secret/path?q=secret", "X-Request-Id: r-1")
		line := log.String()
		if strings.Count(line, "\n") != 1 || !strings.Contains(line, fmt.Sprintf("id=r-1 method=GET route=\"\" status=%d", w.Code)) || name != "panic" && strings.Contains(line, "secret") {
			t.Errorf("%s: the line is %q", name, line)
		}
		if name != "refused" && !strings.Contains(line, "caller=alice") {
			t.Errorf("%s: the line does not say who called: %q", name, line)
		}
	}
	var log bytes.Buffer
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/articles/{id}", func(w http.ResponseWriter, r *http.Request) { Note(r.Context(), errors.New("no network")) })
	ask(t, Config{Handler: mux, Log: slog.New(slog.NewTextHandler(&log, nil))}, "GET", "/v1/articles/Frau%20Secret")
	if line := log.String(); !strings.Contains(line, `route="GET /v1/articles/{id}"`) || !strings.Contains(line, `error="no network"`) || !strings.Contains(line, "level=ERROR") {
		t.Errorf("the line is %q", line)
	}
}

func TestARequestEndsInTime(t *testing.T) {
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		Write(w, r, *Unavailable("It took too long", "Try again.", r.Context().Err()))
	})
	if w := ask(t, Config{Handler: slow, Timeout: time.Millisecond}, "GET", "/"); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v, want 503 and when to try again", w.Code, w.Header())
	}
}

func TestLongTextIsCompressedForWhoTakesIt(t *testing.T) {
	long := `{"x":"` + strings.Repeat("smsmon32 ", 500) + `"}`
	tagged := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		saying(long).ServeHTTP(w, r)
	})
	for accept, packed := range map[string]bool{"gzip": true, "br, GZIP;q=0.5": true, "*": true, "x-gzip": true, "": false, "identity": false, "gzip;q=0": false, "gzip;q=0.0, *": false, "br": false, "*;q=0": false} {
		w := ask(t, Config{Handler: tagged}, "GET", "/", "Accept-Encoding: "+accept)
		body, tag := w.Body.String(), `"1"`
		if packed {
			tag = `W/"1"`
			body = unpacked(t, w.Body.Bytes())
		}
		if w.Header().Get("Content-Encoding") == "gzip" != packed || body != long || w.Header().Get("ETag") != tag {
			t.Errorf("Accept-Encoding %q: %v, %d bytes", accept, w.Header(), w.Body.Len())
		}
		if !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") || w.Header().Get("Content-Length") != fmt.Sprint(w.Body.Len()) {
			t.Errorf("Accept-Encoding %q: Vary %q, Content-Length %q of %d", accept, w.Header().Get("Vary"), w.Header().Get("Content-Length"), w.Body.Len())
		}
	}
	for name, h := range map[string]http.Handler{
		"a short one": saying("{}"),
		"an image": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/png")
			fmt.Fprint(w, long)
		}),
		"one that is packed": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			saying(long).ServeHTTP(w, r)
		}),
	} {
		if w := ask(t, Config{Handler: h}, "GET", "/", "Accept-Encoding: gzip"); w.Header().Get("Content-Encoding") == "gzip" {
			t.Errorf("%s is compressed", name)
		}
	}
}

// A fakeOnce notes with what each request ended.
type fakeOnce struct {
	given *Answer
	ended []*Answer
}

func (o *fakeOnce) Begin(*http.Request) (*Answer, func(*Answer), *Problem) {
	if o.given != nil {
		return o.given, nil, nil
	}
	return nil, func(a *Answer) { o.ended = append(o.ended, a) }, nil
}

func TestOnlyWholeAnswersThatStandAreRemembered(t *testing.T) {
	for status, kept := range map[int]bool{200: true, 201: true, 404: true, 422: true, 409: false, 429: false, 500: false, 503: false} {
		o := &fakeOnce{}
		ask(t, Config{Once: o, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })}, "POST", "/")
		if len(o.ended) != 1 || (o.ended[0] != nil) != kept {
			t.Errorf("%d: ended with %v, want kept %v", status, o.ended, kept)
		}
	}
	o := &fakeOnce{}
	ask(t, Config{Once: o, Handler: endings()["panic"].Handler}, "POST", "/")
	if len(o.ended) != 1 || o.ended[0] != nil {
		t.Errorf("a panic: ended with %v, want nothing to remember", o.ended)
	}
}

func TestAnAnswerThatIsGivenAgainKeepsTheIDOfItsRequest(t *testing.T) {
	given := &Answer{Status: 201, Sent: http.Header{"Content-Type": {"application/json"}, "Vary": {"Accept"}}}
	given.Body.WriteString("{}")
	w := ask(t, Config{Once: &fakeOnce{given: given}, Handler: endings()["panic"].Handler}, "POST", "/", "X-Request-Id: r-2")
	if w.Code != 201 || w.Body.String() != "{}" || w.Header().Get("X-Request-Id") != "r-2" || w.Header().Get("Vary") != "Accept" || w.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

type fakeMetrics struct{ began, ended []int }

func (m *fakeMetrics) Begin(ctx context.Context) context.Context {
	m.began = append(m.began, 0)
	return ctx
}
func (m *fakeMetrics) End(_ context.Context, status int) { m.ended = append(m.ended, status) }

func TestEveryEndingIsCounted(t *testing.T) {
	for name, c := range endings() {
		m := &fakeMetrics{}
		c.Metrics = m
		if w := ask(t, c, "GET", "/"); len(m.began) != 1 || len(m.ended) != 1 || m.ended[0] != w.Code {
			t.Errorf("%s: counted as %v, want %d", name, m.ended, w.Code)
		}
	}
}

func TestWhatANamedCallerGetsIsNotForSharedCaches(t *testing.T) {
	named := func(_ http.Header, r *http.Request) (*http.Request, *Problem) {
		NoteCaller(r.Context(), "alice")
		return r, nil
	}
	for given, want := range map[string]string{"public, max-age=300": "private, max-age=300", "no-store": "no-store", "private, no-cache": "private, no-cache", "": ""} {
		h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if given != "" {
				w.Header().Set("Cache-Control", given)
			}
		})
		if got := ask(t, Config{Handler: h, Check: named}, "GET", "/").Header().Get("Cache-Control"); got != want {
			t.Errorf("%q becomes %q, want %q", given, got, want)
		}
		if got := ask(t, Config{Handler: h}, "GET", "/").Header().Get("Cache-Control"); got != given {
			t.Errorf("%q of nobody in particular becomes %q", given, got)
		}
	}
}
