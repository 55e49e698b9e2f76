package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newHandler() http.Handler {
	return served(fakeConfig())
}

// served returns the handler as the service has it, with what stands around every handler.
func served(c Config) http.Handler {
	return edge.New(edge.Config{Handler: New(c), Refuse: Refuse, Timeout: 10 * time.Second})
}

// reportOf returns a report as a caller of the API would send it.
func reportOf(r *desk.Report) string {
	if err := r.Check(); err != nil {
		panic(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// A problem is what comes back where a request is not answered.
type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
	Errors                        []desk.Problem
	Ask                           *desk.Ask
	Related                       []desk.Related
}

func fakeConfig() Config {
	return Config{Desk: fakeDesk{}, Library: fakeLibrary{}, Search: fakeSearch{}, Feedback: session.On(&session.Memory{}, nil)}
}

// do sends one request. Headers are "Name: value".
func do(t testing.TB, h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
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

const asJSON = "Content-Type: application/json"

// Each file is a conversation: requests and what is answered, as a person would write them down. Every exchange must also keep
// to what /openapi.json says.
func TestConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no conversations: %v", err)
	}
	check := newContract(t)
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
				got := converse(t, h, check, request)
				anew.WriteString(request + "------\n" + got)
				if got != want && !*update {
					t.Errorf("%s\ngot:\n%s\nwant:\n%s", request, got, want)
				}
			}
			if *update {
				if err := os.WriteFile(file, []byte(anew.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// converse sends a request written down and writes the answer down.
func converse(t *testing.T, h http.Handler, check *contract, request string) string {
	t.Helper()
	head, body, _ := strings.Cut(request, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	w := do(t, h, method, target, strings.TrimSuffix(body, "\n"), lines[1:]...)
	check.Exchange(t, method, target, body, lines[1:], w)

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
		return pageText(w.Body.String())
	}
	return strings.TrimSuffix(strings.ReplaceAll(string(body), "\r\n", "␍␊\n"), "\n") + "\n"
}

var (
	blocks = regexp.MustCompile(`(?s)<head>.*?</head>|<svg.*?</svg>|<footer.*?</footer>|<header.*?</header>|<a class="skip".*?</a>`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
	button = regexp.MustCompile(`<button[^>]*>(.*?)</button>`)
	anyTag = regexp.MustCompile(`(?s)<[^>]*>`)
)

// pageText returns what a page says, without its frame: a line for each line that has words.
func pageText(page string) string {
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

func TestEveryAnswerIsHeldToItsSchema(t *testing.T) {
	h := newHandler()
	for _, report := range []string{
		`{}`, `{"symptom":"hangs since SP1"}`, `{"facts":{"client_os":"nt4"}}`, `{"facts":{"client_os":"nt4","nonexistent_sites":["ALT","OLD"]}}`,
		`{"facts":{"client_os":"unknown","nonexistent_sites":"unknown"}}`, `{"facts":{"client_os":"nt4","nonexistent_sites":[]}}`, `{"symptom":"the printer jams"}`,
		`{"symptom":"site ALT is gone","facts":{"client_os":"nt4"}}`,
	} {
		w := do(t, h, "POST", "/v1/reports", report, asJSON)
		if w.Code != 200 {
			t.Errorf("%s: %d %s", report, w.Code, w.Body)
		}
		if err := schemas.Check(schemas.Answer, w.Body.Bytes()); err != nil {
			t.Errorf("%s: %v", report, err)
		}
	}
	for path, name := range map[string]schemas.Name{"/v1/articles/Q238865": schemas.Article, "/v1/articles/q111111": schemas.Article, "/v1/articles/Q256986": schemas.Article,
		"/v1/search?q=hang": schemas.Results, "/v1/search?q=the&facets=true&size=1": schemas.Results, "/v1/search?q=nothing+of+it": schemas.Results} {
		w := do(t, h, "GET", path, "")
		if err := schemas.Check(name, w.Body.Bytes()); w.Code != 200 || err != nil {
			t.Errorf("%s: %d %v\n%s", path, w.Code, err, w.Body)
		}
	}
}

// problemIn returns the problem of a response, which must keep to problem.json.
func problemIn(t testing.TB, w *httptest.ResponseRecorder) problem {
	t.Helper()
	if got := w.Header().Get("Content-Type"); got != problemType {
		t.Errorf("Content-Type = %s, want %s", got, problemType)
	}
	if err := schemas.Check(schemas.Refusal, w.Body.Bytes()); err != nil {
		t.Errorf("%v\n%s", err, w.Body)
	}
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Error(err)
	}
	if p.Status != w.Code {
		t.Errorf("the problem says %d, the response %d", p.Status, w.Code)
	}
	return p
}

func pack(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.String()
}

func TestWhatIsWrongWithARequestHasItsStatus(t *testing.T) {
	h := newHandler()
	tests := []struct {
		name, method, target, body string
		headers                    []string
		want                       int
	}{
		{"not JSON", "POST", "/v1/reports", "symptom=slow", []string{asJSON}, 400},
		{"nothing", "POST", "/v1/reports", "", []string{asJSON}, 400},
		{"NaN", "POST", "/v1/reports", `{"facts":{"a":NaN}}`, []string{asJSON}, 400},
		{"two values", "POST", "/v1/reports", `{} {}`, []string{asJSON}, 400},
		{"not UTF-8", "POST", "/v1/reports", "{\"symptom\":\"\xff\"}", []string{asJSON}, 400},
		{"broken gzip", "POST", "/v1/reports", "{}", []string{asJSON, "Content-Encoding: gzip"}, 400},
		{"gzip that breaks off", "POST", "/v1/reports", pack(t, `{"symptom":"slow and slower"}`)[:20], []string{asJSON, "Content-Encoding: gzip"}, 400},
		{"a form", "POST", "/v1/reports", "{}", []string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		{"latin-1", "POST", "/v1/reports", "{}", []string{"Content-Type: application/json; charset=iso-8859-1"}, 415},
		{"brotli", "POST", "/v1/reports", "{}", []string{asJSON, "Content-Encoding: br"}, 415},
		{"too large", "POST", "/v1/reports", `{"log":"` + strings.Repeat("x", 300<<10) + `"}`, []string{asJSON}, 413},
		{"a gzip bomb", "POST", "/v1/reports", pack(t, `{"log":"`+strings.Repeat("x", 100<<20)+`"}`), []string{asJSON, "Content-Encoding: gzip"}, 413},
		{"a list", "POST", "/v1/reports", "[]", []string{asJSON}, 422},
		{"a name twice", "POST", "/v1/reports", `{"symptom":"a","symptom":"b"}`, []string{asJSON}, 422},
		{"a nesting bomb", "POST", "/v1/reports", `{"facts":{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}}`, []string{asJSON}, 422},
		{"an unknown fact", "POST", "/v1/reports", `{"facts":{"shoe_size":"44"}}`, []string{asJSON}, 422},
		{"an unknown member", "POST", "/v1/reports", `{"symptoms":"x"}`, []string{asJSON}, 422},
		{"an unknown dialect", "POST", "/v1/reports", `{"script":"bash"}`, []string{asJSON}, 422},
		{"nothing to look for", "GET", "/v1/search", "", nil, 422},
		{"a size too large", "GET", "/v1/search?q=x&size=1000", "", nil, 422},
		{"an unknown parameter", "GET", "/v1/search?q=x&sort=up", "", nil, 422},
		{"a parameter twice", "GET", "/v1/search?q=x&q=y", "", nil, 422},
		{"a long query", "GET", "/v1/search?q=" + strings.Repeat("x", 1001), "", nil, 422},
		{"from beyond what is ranked", "GET", "/v1/search?q=x&from=500", "", nil, 422},
		{"an unknown facet", "GET", "/v1/search?q=x&filter=colour:red", "", nil, 422},
		{"a parameter of an article", "GET", "/v1/articles/Q238865?format=xml", "", nil, 422},
		{"a parameter of a report", "POST", "/v1/reports?x=1", "{}", []string{asJSON}, 422},
		{"another version", "GET", "/v2/reports", "", nil, 404},
		{"a version in capitals", "POST", "/V1/reports", "{}", []string{asJSON}, 404},
		{"no such article", "GET", "/v1/articles/Q999999", "", nil, 404},
		{"no number", "GET", "/v1/articles/..%2f..%2fetc%2fpasswd", "", nil, 404},
		{"no such tree", "GET", "/v1/trees/Q265358", "", nil, 404},
		{"no such form of a tree", "GET", "/v1/trees/Q238865.exe", "", nil, 404},
		{"no such schema", "GET", "/v1/schemas/passwords", "", nil, 404},
		{"no such address", "GET", "/v1/nothing", "", nil, 404},
		{"GET of reports", "GET", "/v1/reports", "", nil, 405},
		{"POST of an article", "POST", "/v1/articles/Q238865", "", nil, 405},
		{"only XML accepted", "POST", "/v1/reports", "{}", []string{asJSON, "Accept: application/xml"}, 406},
		{"JSON refused", "GET", "/v1/articles/Q238865", "", []string{"Accept: application/json;q=0, text/html"}, 406},
		{"a desk that cannot remember", "POST", "/v1/reports", `{"symptom":"make it forget"}`, []string{asJSON}, 503},
		{"a failing desk", "POST", "/v1/reports", `{"symptom":"make it fail"}`, []string{asJSON}, 500},
		{"a panicking desk", "POST", "/v1/reports", `{"symptom":"make it panic"}`, []string{asJSON}, 500},
		{"a failing search", "GET", "/v1/search?q=make+it+fail", "", nil, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := do(t, h, tt.method, tt.target, tt.body, tt.headers...)
			if w.Code != tt.want {
				t.Errorf("%d %s, want %d", w.Code, w.Body, tt.want)
			}
			p := problemIn(t, w)
			if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), ".go:") {
				t.Errorf("the problem tells what is for the log: %s", w.Body)
			}
			if (p.Status == 422 || p.Status == 400) && len(p.Errors) == 0 {
				t.Error("the problem does not say what is wrong")
			}
			if p.Status == 405 && w.Header().Get("Allow") == "" {
				t.Error("the response does not say which methods there are")
			}
		})
	}
}

func TestARequestThatTakesTooLongIsAnsweredInTime(t *testing.T) {
	h := edge.New(edge.Config{Handler: New(fakeConfig()), Timeout: time.Millisecond})
	w := do(t, h, "POST", "/v1/reports", `{"symptom":"make it slow"}`, asJSON)
	if problemIn(t, w); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v, want 503 and when to try again", w.Code, w.Header())
	}
}

func TestAllProblemsAreSaidAtOnceWithTheQuestionToAskAgain(t *testing.T) {
	report := `{"symptom":7,"facts":{"client_os":{"deep":"format c:"},"nonexistent_sites":["ABC & format c: /q"],"Shoe & size":"44"},"fixx":1,"script":"bash"}`
	w := do(t, newHandler(), "POST", "/v1/reports", report, asJSON)
	p := problemIn(t, w)
	var got []string
	for _, e := range p.Errors {
		got = append(got, e.Pointer)
	}
	want := []string{"/facts", "/facts/client_os", "/facts/nonexistent_sites", "/fixx", "/script", "/symptom"}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("pointers = %q, want %q", got, want)
	}
	if p.Ask == nil || fakeQuestions[p.Ask.Fact].Text == "" {
		t.Errorf("ask = %+v, want one of the refused questions", p.Ask)
	}
	for _, secret := range []string{"format", "Shoe", "bash", "deep"} {
		if strings.Contains(w.Body.String(), secret) {
			t.Errorf("the problem repeats %q: %s", secret, w.Body)
		}
	}
}

func TestARefusedFactIsAskedAgainWhateverItsType(t *testing.T) {
	for _, value := range []string{`{}`, `null`, `[[1]]`, `"` + strings.Repeat("x", 500) + `"`, `["A","B","C","D","E","F","G","H","I","J","K","L","M","N","O","P","Q"]`, `"MÜN"`} {
		p := problemIn(t, do(t, newHandler(), "POST", "/v1/reports", `{"facts":{"client_os":"nt4","nonexistent_sites":`+value+`}}`, asJSON))
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Pointer != "/facts/nonexistent_sites" || p.Ask == nil || p.Ask.Fact != "nonexistent_sites" {
			t.Errorf("%.40s: %+v, want the fact refused and asked again", value, p)
		}
	}
}

func TestAReportMayBePacked(t *testing.T) {
	report := `{"facts":{"client_os":"nt4"}}`
	plain := do(t, newHandler(), "POST", "/v1/reports", report, asJSON)
	packed := do(t, newHandler(), "POST", "/v1/reports", pack(t, report), asJSON, "Content-Encoding: gzip")
	if plain.Code != 200 || packed.Body.String() != plain.Body.String() {
		t.Errorf("packed: %d %s\nplain: %d %s", packed.Code, packed.Body, plain.Code, plain.Body)
	}
}

func TestAnEntityTagSavesTheBody(t *testing.T) {
	h := newHandler()
	for _, path := range []string{"/v1/articles/Q238865", "/v1/trees/Q238865", "/v1/trees/Q238865.mmd", "/v1/schemas/report", "/v1/search?q=hang", "/openapi.json", "/opensearch.xml",
		"/", "/articles/Q238865", staticPath("style.css"), "/diagnosis?symptom=slow"} {
		first := do(t, h, "GET", path, "")
		tag := first.Header().Get("ETag")
		if first.Code != 200 || tag == "" {
			t.Errorf("%s: %d with tag %q, want a tag", path, first.Code, tag)
			continue
		}
		for _, condition := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			w := do(t, h, "GET", path, "", "If-None-Match: "+condition)
			if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d with %d bytes, want 304 with none", path, condition, w.Code, w.Body.Len())
			}
		}
		if w := do(t, h, "GET", path, "", `If-None-Match: "other"`); w.Code != 200 {
			t.Errorf("%s with another tag: %d, want 200", path, w.Code)
		}
		head := do(t, h, "HEAD", path, "")
		if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != tag || head.Header().Get("Content-Length") != fmt.Sprint(first.Body.Len()) {
			t.Errorf("HEAD %s: %d, %d bytes, %v, want the headers of GET alone", path, head.Code, head.Body.Len(), head.Header())
		}
	}
}

func TestEveryResponseIsGuarded(t *testing.T) {
	h := newHandler()
	for _, path := range []string{"/", "/v1/nothing", "/diagnosis?symptom=make+it+panic", "/articles/Q238865", "/v1/schemas/report", staticPath("page.js")} {
		header := do(t, h, "GET", path, "").Header()
		policy := header.Get("Content-Security-Policy")
		for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, rule) {
				t.Errorf("%s: the policy %q lacks %s", path, policy, rule)
			}
		}
		if strings.Contains(policy, "unsafe") {
			t.Errorf("%s: the policy %q is unsafe", path, policy)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "same-origin" || header.Get("X-Request-Id") != "test" {
			t.Errorf("%s: headers %v", path, header)
		}
	}
	if id := do(t, h, "GET", "/healthz", "", "X-Request-Id: a b\tc").Header().Get("X-Request-Id"); id == "" || strings.ContainsAny(id, " \t") {
		t.Errorf("a request id that is no plain one became %q", id)
	}
}

func TestTheKindOfTreeFollowsAddressOrAccept(t *testing.T) {
	h := newHandler()
	tests := []struct{ path, accept, want string }{
		{"/v1/trees/Q238865", "", jsonType},
		{"/v1/trees/q238865", "*/*", jsonType},
		{"/v1/trees/Q238865", "text/vnd.mermaid", mermaidType},
		{"/v1/trees/Q238865", "text/vnd.mermaid;q=0.5, application/json", jsonType},
		{"/v1/trees/Q238865", "application/*;q=0.1, text/*", mermaidType},
		{"/v1/trees/Q238865.mmd", "application/json", mermaidType},
		{"/v1/trees/Q238865.json", "text/html", jsonType},
	}
	for _, tt := range tests {
		w := do(t, h, "GET", tt.path, "", "Accept: "+tt.accept)
		got, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if w.Code != 200 || got != tt.want {
			t.Errorf("%s, Accept %q: %d %s, want %s", tt.path, tt.accept, w.Code, got, tt.want)
		}
	}
	if got := do(t, h, "GET", "/v1/trees/Q238865", "").Header().Get("Vary"); got != "Accept" {
		t.Errorf("Vary = %q, want Accept", got)
	}
}

func TestSchemasArePublishedWithAndWithoutEnding(t *testing.T) {
	h := newHandler()
	for _, name := range schemas.Names() {
		for _, path := range []string{"/v1/schemas/" + string(name), "/v1/schemas/" + string(name) + ".json"} {
			w := do(t, h, "GET", path, "")
			if w.Code != 200 || w.Header().Get("Content-Type") != schemaType || !bytes.Equal(w.Body.Bytes(), schemas.JSON(name)) {
				t.Errorf("%s: %d %s, want the schema", path, w.Code, w.Header().Get("Content-Type"))
			}
		}
	}
}

func TestHealthFollowsWhatTheServiceNeeds(t *testing.T) {
	c := Config{Desk: fakeDesk{}, Library: fakeLibrary{}, Search: fakeSearch{}}
	if w := do(t, served(c), "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("healthy: %d, want 200", w.Code)
	}
	c.Ready = func(context.Context) error { return errors.New("the secret of the index") }
	w := do(t, served(c), "GET", "/healthz", "")
	if problemIn(t, w); w.Code != 503 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("unhealthy: %d %s, want 503 without the reason", w.Code, w.Body)
	}
}

func TestTheLogSaysWhatHappenedAndNotWhatWasSaid(t *testing.T) {
	var log bytes.Buffer
	h := edge.New(edge.Config{Handler: New(fakeConfig()), Log: slog.New(slog.NewJSONHandler(&log, nil))})
	do(t, h, "GET", "/diagnosis?symptom=my+private+words", "")
	do(t, h, "POST", "/v1/reports", `{"symptom":"make it panic"}`, asJSON)
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines, want one for each request:\n%s", len(lines), &log)
	}
	if strings.Contains(log.String(), "private") || !strings.Contains(lines[0], `"status":200`) || !strings.Contains(lines[0], `"route":"/diagnosis"`) {
		t.Errorf("the line on a page: %s", lines[0])
	}
	if !strings.Contains(lines[1], "the secret of the panic") || !strings.Contains(lines[1], "fake_test.go") || !strings.Contains(lines[1], `"id":"test"`) {
		t.Errorf("the line on a panic does not tell where it was: %s", lines[1])
	}
}

func TestTheOriginFollowsTheRequestUnlessItIsSet(t *testing.T) {
	if got := do(t, newHandler(), "GET", "http://desk.example/opensearch.xml", "", "X-Forwarded-Proto: https").Body.String(); !strings.Contains(got, `template="https://desk.example/search?q={searchTerms}"`) {
		t.Errorf("no address of the request in %s", got)
	}
	h := served(Config{Desk: fakeDesk{}, Library: fakeLibrary{}, Search: fakeSearch{}, Origin: "https://help.example/"})
	if got := do(t, h, "GET", "http://desk.example/opensearch.xml", "").Body.String(); !strings.Contains(got, `template="https://help.example/search?q=`) {
		t.Errorf("not the address that was set in %s", got)
	}
}

// Whatever is sent, the answer is an answer or a problem, both as their schemas say, and never our fault.
func FuzzReports(f *testing.F) {
	for _, body := range []string{`{}`, `{"symptom":"hangs since SP1"}`, `{"facts":{"client_os":"nt4","nonexistent_sites":["ALT"]}}`, `{"facts":{"client_os":["nt4","x"],"a":{}}}`,
		`[`, `{"facts":null}`, `{"facts":{"":""}}`, `{"facts":{"a/b":1,"c~d":[]}}`, `{"log":"The site ALT does not exist any longer"}`, "\x1f\x8b", `{"symptom":"\u0000"}`} {
		f.Add([]byte(body), false)
		f.Add([]byte(pack(f, body)), true)
	}
	h := newHandler()
	f.Fuzz(func(t *testing.T, body []byte, packed bool) {
		headers := []string{asJSON}
		if packed {
			headers = append(headers, "Content-Encoding: gzip")
		}
		w := do(t, h, "POST", "/v1/reports", string(body), headers...)
		switch {
		case w.Code == 200:
			if err := schemas.Check(schemas.Answer, w.Body.Bytes()); err != nil {
				t.Errorf("%v\n%s", err, w.Body)
			}
		case w.Code >= 500:
			t.Errorf("%d %s", w.Code, w.Body)
		default:
			problemIn(t, w)
		}
	})
}

// Whatever stands in the address of a page, the page is a page.
func FuzzDiagnosisPage(f *testing.F) {
	for _, query := range []string{"symptom=slow", "f.client_os=nt4&fact=nonexistent_sites&answer=ALT,+OLD", "f.a=%00&f.=&fact=%22", "ask=client_os&symptom=x", "log=%0a&start=1",
		"fact=client_os&quick=unknown", "symptom=%zz", "article=Q1&f.client_os=&f.client_os=nt4"} {
		f.Add(query, true)
		f.Add(query, false)
	}
	h := newHandler()
	f.Fuzz(func(t *testing.T, query string, post bool) {
		r := httptest.NewRequest("GET", "/diagnosis", nil)
		r.URL.RawQuery = query
		if post {
			r = httptest.NewRequest("POST", "/diagnosis", strings.NewReader(query))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		switch w.Code {
		case 303:
			if to := w.Header().Get("Location"); to != "/" && to != "/?empty" && !strings.HasPrefix(to, "/diagnosis?") {
				t.Errorf("it leads to %q", to)
			}
		case 200, 422:
			if !strings.HasSuffix(strings.TrimSpace(w.Body.String()), "</html>") {
				t.Error("the page is not whole")
			}
		case 413:
			if !post {
				t.Error("an address is too large")
			}
		default:
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// The description promises the bounds that the server holds to.
func TestTheDescriptionHasTheBoundsOfTheServer(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name   string
				Schema struct{ MaxLength, Minimum, Maximum, MaxItems int }
			}
		}
	}
	if err := json.Unmarshal(openAPIDocument(), &doc); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range doc.Paths["/v1/search"]["get"].Parameters {
		got := [3]int{p.Schema.MaxLength, p.Schema.Maximum, p.Schema.MaxItems}
		want, ok := map[string][3]int{"q": {maxQuery, 0, 0}, "product": {maxFilter, 0, 0}, "version": {maxFilter, 0, 0}, "filter": {0, 0, maxFilters}, "from": {0, maxFrom, 0}, "size": {0, maxSize, 0}}[p.Name]
		if seen++; ok && got != want {
			t.Errorf("%s: length, number and items are described as at most %v, and held to %v", p.Name, got, want)
		}
	}
	if seen < 6 {
		t.Errorf("%d parameters of the search are described", seen)
	}
}
