package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
)

// mirror answers with what it was asked, in all the ways that an answer can have.
func mirror(w http.ResponseWriter, r *http.Request) {
	for _, name := range []string{"X-A", "X-B", "Content-Type"} {
		if v := r.Header.Get(name); v != "" {
			w.Header().Set("Seen-"+name, strings.ReplaceAll(v, ", ", ","))
		}
	}
	for _, c := range r.Cookies() {
		http.SetCookie(w, c)
	}
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/none" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, "%s %s %q %q\n", r.Method, r.URL.EscapedPath(), r.URL.Query(), r.Host)
	w.Write(body)
}

// What a handler sees and says through events is what it sees and says through a connection.
func TestFrontIsNoDifferentFromAServer(t *testing.T) {
	direct := httptest.NewServer(http.HandlerFunc(mirror))
	defer direct.Close()
	front := httptest.NewServer(Front(lambdahttp.New(http.HandlerFunc(mirror))))
	defer front.Close()
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	for _, c := range []struct {
		method, path, body string
		header             http.Header
	}{
		{"GET", "/", "", nil},
		{"GET", "/none", "", nil},
		{"GET", "/gr%C3%B6%C3%9Fe/a%2Fb?q=1&q=2&e=&f=%26+x", "", nil},
		{"POST", "/", `{"a":"ä"}`, http.Header{"Content-Type": {"application/json"}}},
		{"POST", "/", string(binary), http.Header{"Content-Type": {"application/octet-stream"}}},
		{"POST", "/", "a=b", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}},
		{"GET", "/", "", http.Header{"Cookie": {"a=1; b=2"}, "X-A": {"1", "2"}, "X-B": {"x, y"}}},
		{"DELETE", "/x", "", nil},
	} {
		var got [2]string
		for i, srv := range []*httptest.Server{direct, front} {
			r, err := http.NewRequestWithContext(t.Context(), c.method, srv.URL+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			for name, values := range c.header {
				r.Header[name] = values
			}
			if i == 0 && len(r.Header["X-A"]) > 1 {
				r.Header["X-A"] = []string{"1,2"} // an HTTP API joins them
			}
			r.Host = "help.example.com"
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil {
				t.Fatal(err)
			}
			var headers []string
			for name, values := range resp.Header {
				if name != "Date" && name != "Content-Length" {
					headers = append(headers, fmt.Sprint(name, values))
				}
			}
			slices.Sort(headers)
			got[i] = fmt.Sprintf("%d %q\n%q", resp.StatusCode, headers, body)
		}
		if got[0] != got[1] {
			t.Errorf("%s %s\nby a connection %s\nby events       %s", c.method, c.path, got[0], got[1])
		}
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"statusCode":200,"headers":{"A":"b"},"body":"eA==","isBase64Encoded":true,"cookies":["a=1"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer func() { recover() }() // net/http panics on a status that is none, as for any handler
		Answer(httptest.NewRecorder(), data)
		r := httptest.NewRequest("POST", "/", strings.NewReader(string(data)))
		r.URL = &url.URL{Path: "/" + string(data)}
		if _, err := Event(r); err != nil {
			t.Error(err)
		}
	})
}
