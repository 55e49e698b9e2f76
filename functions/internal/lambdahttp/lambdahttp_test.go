package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

var update = flag.Bool("update", false, "write the golden files")

// Every event in testdata reaches the handler as the request written beside it, or is refused with the sentence written there.
func TestEventsBecomeRequests(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("testdata holds %d events, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			event, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var got string
			h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = describe(r) })
			if _, err := New(h).Invoke(t.Context(), event); err != nil {
				got = "refused: " + err.Error() + "\n"
			}
			golden := strings.TrimSuffix(file, ".json") + ".request"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s became\n%s\nwant\n%s", file, got, want)
			}
		})
	}
}

// describe writes a request as text, with a body that is no text in hexadecimal.
func describe(r *http.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\nhost %s from %s\npath %q\nescaped %q\n", r.Method, r.RequestURI, r.Proto, r.Host, r.RemoteAddr, r.URL.Path, r.URL.EscapedPath())
	for _, key := range sorted(r.URL.Query()) {
		fmt.Fprintf(&b, "query %s = %q\n", key, r.URL.Query()[key])
	}
	for _, key := range sorted(r.Header) {
		fmt.Fprintf(&b, "header %s = %q\n", key, r.Header[key])
	}
	for _, c := range r.Cookies() {
		fmt.Fprintf(&b, "cookie %s = %q\n", c.Name, c.Value)
	}
	body, err := io.ReadAll(r.Body)
	fmt.Fprintf(&b, "body %d %v %q\n", r.ContentLength, err, body)
	return b.String()
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// event returns an event of payload 2.0 for a method and path.
func event(t testing.TB, method, path string) []byte {
	t.Helper()
	var e events.APIGatewayV2HTTPRequest
	e.Version, e.RawPath, e.RequestContext.HTTP.Method = "2.0", path, method
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func invoke(t testing.TB, h http.HandlerFunc, ctx context.Context, event []byte) events.APIGatewayV2HTTPResponse {
	t.Helper()
	data, err := New(h).Invoke(ctx, event)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > maxAnswer {
		t.Fatalf("an answer of %d bytes would end the process", len(data))
	}
	var answer events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(data, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func bodyOf(t testing.TB, answer events.APIGatewayV2HTTPResponse) []byte {
	t.Helper()
	if !answer.IsBase64Encoded {
		return []byte(answer.Body)
	}
	data, err := base64.StdEncoding.DecodeString(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAnswersAreThoseOfNetHTTP(t *testing.T) {
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	handlers := map[string]http.HandlerFunc{
		"nothing":       func(http.ResponseWriter, *http.Request) {},
		"text":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "größer > kleiner & \"gleich\"") },
		"page":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><p>x</p>") },
		"binary":        func(w http.ResponseWriter, _ *http.Request) { w.Write(binary) },
		"status":        func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) },
		"no content":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"not modified":  func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("ETag", `"1"`); w.WriteHeader(304) },
		"second status": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201); w.WriteHeader(500) },
		"late header":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "x"); w.Header().Set("X-Late", "1") },
		"early hints":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(202) },
		"redirect":      func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ä?x=1", http.StatusSeeOther) },
		"repeated":      func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Vary", "A"); w.Header().Add("Vary", "B") },
		"split header":  func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-A", "1\r\nX-B: 2") },
		"encoded": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			fmt.Fprint(w, "gz")
		},
		"binary later":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "text, it seems"); w.Write(binary) },
		"several writes": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "a"); fmt.Fprint(w, "b") },
		"cookies": func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
			http.SetCookie(w, &http.Cookie{Name: "b", Value: "2", HttpOnly: true})
		},
	}
	for name, h := range handlers {
		for _, method := range []string{"GET", "HEAD"} {
			t.Run(name+" "+method, func(t *testing.T) {
				srv := httptest.NewServer(h)
				defer srv.Close()
				req, _ := http.NewRequest(method, srv.URL+"/x", nil)
				req.Header.Set("Accept-Encoding", "identity")
				resp, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				wantBody, _ := io.ReadAll(resp.Body)

				answer := invoke(t, h, t.Context(), event(t, method, "/x"))
				if answer.StatusCode != resp.StatusCode {
					t.Errorf("status = %d, want %d", answer.StatusCode, resp.StatusCode)
				}
				if got := bodyOf(t, answer); !bytes.Equal(got, wantBody) {
					t.Errorf("body = %q, want %q", got, wantBody)
				}
				if want := resp.Header["Set-Cookie"]; !slices.Equal(answer.Cookies, want) {
					t.Errorf("cookies = %q, want %q", answer.Cookies, want)
				}
				for _, own := range []string{"Date", "Content-Length", "Set-Cookie"} {
					resp.Header.Del(own)
				}
				for key, values := range resp.Header {
					if got, want := answer.Headers[key], strings.Join(values, ", "); got != want {
						t.Errorf("%s = %q, want %q", key, got, want)
					}
				}
				if len(answer.Headers) != len(resp.Header) {
					t.Errorf("headers = %q, want %q", answer.Headers, resp.Header)
				}
			})
		}
	}
}

func TestPanicIsAProblemAndTheNextRequestIsAnswered(t *testing.T) {
	a := New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/panic" {
			fmt.Fprint(w, "half an answer")
			panic("secret of the handler")
		}
		fmt.Fprint(w, "well")
	}))
	for _, c := range []struct {
		path, body string
		status     int
	}{{"/panic", `"status":500`, 500}, {"/ok", "well", 200}, {"/panic", `"status":500`, 500}} {
		data, err := a.Invoke(t.Context(), event(t, "GET", c.path))
		if err != nil {
			t.Fatal(err)
		}
		var answer events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(data, &answer); err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != c.status || !strings.Contains(answer.Body, c.body) {
			t.Errorf("%s: %d %q, want %d with %q", c.path, answer.StatusCode, answer.Body, c.status, c.body)
		}
		if strings.Contains(answer.Body, "secret") || strings.Contains(answer.Body, "half") {
			t.Errorf("%s: the answer shows what only the log may: %q", c.path, answer.Body)
		}
		if c.status == 500 && answer.Headers["Content-Type"] != "application/problem+json" {
			t.Errorf("%s: Content-Type = %q", c.path, answer.Headers["Content-Type"])
		}
	}
}

func TestAnswerThatIsTooLargeIsAProblem(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		name   string
		body   []byte
		status int
	}{
		{"5 MiB of text", bytes.Repeat([]byte("a"), 5*mb), 200},
		{"text that fits only with its headers left out", bytes.Repeat([]byte("a"), 6*mb-10), 413},
		{"text that fits only as base64", bytes.Repeat([]byte("\x01"), 4*mb), 200},
		{"a page of 5 MiB", bytes.Repeat([]byte("<p>&"), 5*mb/4), 200},
		{"7 MiB of text", bytes.Repeat([]byte("a"), 7*mb), 413},
		{"5 MiB that is no text", bytes.Repeat([]byte{0xff}, 5*mb), 413},
		{"64 MiB", bytes.Repeat([]byte("a"), 64*mb), 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := invoke(t, func(w http.ResponseWriter, _ *http.Request) {
				for part := range slices.Chunk(c.body, mb) {
					if _, err := w.Write(part); err != nil {
						return
					}
				}
			}, t.Context(), event(t, "GET", "/"))
			if answer.StatusCode != c.status {
				t.Fatalf("status = %d, want %d", answer.StatusCode, c.status)
			}
			if c.status == 200 && !bytes.Equal(bodyOf(t, answer), c.body) {
				t.Error("the body changed on its way")
			}
			if c.status == 413 && !strings.Contains(answer.Body, "6 MiB") {
				t.Errorf("body = %.200q, want the limit in it", answer.Body)
			}
		})
	}
}

func TestDeadlineEndsTheContextBeforeThePlatformDoes(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	end, _ := ctx.Deadline()
	invoke(t, func(_ http.ResponseWriter, r *http.Request) {
		got, ok := r.Context().Deadline()
		if early := end.Sub(got); !ok || early <= 0 || early > maxHeadroom {
			t.Errorf("the context ends %v before the invocation, %v; want a little before", early, ok)
		}
	}, ctx, event(t, "GET", "/"))
	invoke(t, func(_ http.ResponseWriter, r *http.Request) {
		if d, ok := r.Context().Deadline(); ok {
			t.Errorf("without a deadline the context ends at %v", d)
		}
	}, context.Background(), event(t, "GET", "/"))
}

func TestInvocationIsKnownToTheHandler(t *testing.T) {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1", InvokedFunctionArn: "arn:f"})
	var got []Invocation
	a := New(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		in, _ := From(r.Context())
		got = append(got, in)
	}))
	for range 2 {
		if _, err := a.Invoke(ctx, event(t, "GET", "/")); err != nil {
			t.Fatal(err)
		}
	}
	want := []Invocation{{RequestID: "r-1", FunctionARN: "arn:f", Cold: true}, {RequestID: "r-1", FunctionARN: "arn:f"}}
	if !slices.Equal(got, want) {
		t.Errorf("invocations = %v, want %v", got, want)
	}
	if _, ok := From(t.Context()); ok {
		t.Error("a context of no invocation has one")
	}
}

func TestBodyThatIsNoBase64IsRefused(t *testing.T) {
	e := []byte(`{"version":"2.0","requestContext":{"http":{"method":"POST"}},"body":"***","isBase64Encoded":true}`)
	answer := invoke(t, func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }, t.Context(), e)
	if answer.StatusCode != 400 || strings.Contains(answer.Body, "***") {
		t.Errorf("answer = %d %q, want 400 without the body", answer.StatusCode, answer.Body)
	}
}

// Whatever arrives, Invoke either refuses it or gives an answer that the platform takes, and the request holds what the event held.
func FuzzInvoke(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.json")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"version":"2.0","rawPath":"%zz//..","rawQueryString":"%","requestContext":{"http":{"method":"GET"}}}`))
	f.Add([]byte(`{"version":"2.0","headers":{"a b":"c","x":"a\r\nb"},"requestContext":{"http":{"method":"G T"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var seen bool
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen = true
			body, err := io.ReadAll(r.Body)
			if err != nil || int64(len(body)) != r.ContentLength {
				t.Errorf("body of %d bytes, length %d, %v", len(body), r.ContentLength, err)
			}
			if !strings.HasPrefix(r.URL.Path, "/") || !strings.HasPrefix(r.RequestURI, "/") {
				t.Errorf("path %q, request URI %q", r.URL.Path, r.RequestURI)
			}
			for name, values := range r.Header {
				if strings.ContainsAny(name+strings.Join(values, ""), "\r\n") {
					t.Errorf("header %q: %q breaks its line", name, values)
				}
				w.Header()[name] = values
			}
			w.Write(body)
		})
		out, err := New(h).Invoke(context.Background(), data)
		if err != nil {
			if seen {
				t.Errorf("refused after the handler answered: %v", err)
			}
			return
		}
		var answer events.APIGatewayV2HTTPResponse
		if err := json.Unmarshal(out, &answer); err != nil || answer.StatusCode < 200 || len(out) > maxAnswer {
			t.Errorf("answer of %d bytes with status %d, %v", len(out), answer.StatusCode, err)
		}
	})
}
