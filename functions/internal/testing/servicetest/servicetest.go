// Package servicetest is what the tests of the API and those of the page share: requests, conversations that are written down, and a desk, a
// search and a catalog that answer the same whatever the content of the program says. It is for tests only, and knows neither the API nor
// the page.
package servicetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Headers of requests.
const (
	AsJSON = "Content-Type: application/json"
	AsForm = "Content-Type: application/x-www-form-urlencoded"
)

// Do sends one request. Headers are "Name: value".
func Do(t testing.TB, h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("X-Request-Id", "test")
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// An Exchange is told of each request of a conversation and of its answer.
type Exchange func(t testing.TB, method, target, body string, headers []string, w *httptest.ResponseRecorder)

// Conversations plays each file testdata/*.txt: requests and what is answered, as a person would write them down. With update the files are
// written anew. Each has a handler of its own.
func Conversations(t *testing.T, newHandler func() http.Handler, update bool, each Exchange) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var anew strings.Builder
			h := newHandler()
			for i, exchange := range strings.Split(string(data), "======\n") {
				request, want, _ := strings.Cut(exchange, "------\n")
				if i > 0 {
					anew.WriteString("======\n")
				}
				got := converse(t, h, each, request)
				anew.WriteString(request + "------\n" + got)
				if got != want && !update {
					t.Errorf("%s\ngot:\n%s\nwant:\n%s", request, got, want)
				}
			}
			if update {
				if err := os.WriteFile(file, []byte(anew.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// converse sends a request written down and writes the answer down.
func converse(t *testing.T, h http.Handler, each Exchange, request string) string {
	t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	w := Do(t, h, method, target, strings.TrimSuffix(body, "\n"), lines[1:]...)
	each(t, method, target, body, lines[1:], w)

	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", w.Code)
	for _, name := range []string{"Allow", "Accept-Encoding", "Cache-Control", "Content-Type", "Content-Disposition", "ETag", "Location", "Retry-After", "Vary"} {
		if name == "ETag" && strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			continue // it changes with every word of the frame, which is not shown here
		}
		if values := w.Header().Values(name); len(values) > 0 {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(values, ", "))
		}
	}
	if w.Body.Len() > 0 {
		b.WriteString("\n" + readable(w))
	}
	return b.String()
}

// readable returns a body for a golden file: JSON on several lines, line ends made visible, pages as their text.
func readable(w *httptest.ResponseRecorder) string {
	body := w.Body.Bytes()
	switch t := w.Header().Get("Content-Type"); {
	case strings.Contains(t, "json"):
		var indented bytes.Buffer
		if json.Indent(&indented, body, "", "  ") == nil {
			return strings.TrimSpace(indented.String()) + "\n"
		}
	case strings.HasPrefix(t, "text/html"):
		return PageText(w.Body.String())
	}
	return strings.TrimSuffix(strings.ReplaceAll(string(body), "\r\n", "␍␊\n"), "\n") + "\n"
}

var (
	blocks = regexp.MustCompile(`(?s)<head>.*?</head>|<svg.*?</svg>|<footer.*?</footer>|<header.*?</header>|<a class="skip".*?</a>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	button = regexp.MustCompile(`<button[^>]*>(.*?)</button>`)
	anyTag = regexp.MustCompile(`(?s)<[^>]*>`)
)

// PageText returns what a page says, without its frame: a line for each line that has words.
func PageText(page string) string {
	page = blocks.ReplaceAllString(page, "")
	page = hidden.ReplaceAllString(page, "{$1=$2}")
	page = button.ReplaceAllString(page, "[$1]")
	page = anyTag.ReplaceAllString(page, "")
	var out strings.Builder
	for line := range strings.SplitSeq(page, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out.WriteString(line + "\n")
		}
	}
	return out.String()
}
