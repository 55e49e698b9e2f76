package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/servicetest"
	"github.com/fixdesk/fixdesk/schemas"
)

var update = flag.Bool("update", false, "write the golden files anew")

func newHandler() http.Handler {
	return served(fakeConfig())
}

// served returns the API with what stands around every handler.
func served(c Config) http.Handler {
	return edge.New(edge.Config{Handler: mounted(c), Timeout: 10 * time.Second})
}

// mounted returns the API alone.
func mounted(c Config) http.Handler {
	mux := http.NewServeMux()
	Mount(mux, c)
	mux.Handle("/", NotFound())
	return mux
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
	return Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Search{}, Feedback: session.On(&session.Memory{}, nil)}
}

// Every exchange must also keep to what /openapi.json says.
func TestConversations(t *testing.T) {
	check := newContract(t)
	servicetest.Conversations(t, newHandler, *update, func(t testing.TB, method, target, body string, headers []string, w *httptest.ResponseRecorder) {
		check.Exchange(t, method, target, body, headers, w)
	})
}

func TestEveryAnswerIsHeldToItsSchema(t *testing.T) {
	h := newHandler()
	for _, report := range []string{
		`{}`, `{"symptom":"hangs since SP1"}`, `{"facts":{"client_os":"nt4"}}`, `{"facts":{"client_os":"nt4","nonexistent_sites":["ALT","OLD"]}}`,
		`{"facts":{"client_os":"unknown","nonexistent_sites":"unknown"}}`, `{"facts":{"client_os":"nt4","nonexistent_sites":[]}}`, `{"symptom":"the printer jams"}`,
		`{"symptom":"site ALT is gone","facts":{"client_os":"nt4"}}`,
	} {
		w := servicetest.Do(t, h, "POST", "/v1/reports", report, servicetest.AsJSON)
		if w.Code != 200 {
			t.Errorf("%s: %d %s", report, w.Code, w.Body)
		}
		if err := schemas.Check(schemas.Answer, w.Body.Bytes()); err != nil {
			t.Errorf("%s: %v", report, err)
		}
	}
	for path, name := range map[string]schemas.Name{"/v1/articles/Q238865": schemas.Article, "/v1/articles/q111111": schemas.Article, "/v1/articles/Q256986": schemas.Article,
		"/v1/search?q=hang": schemas.Results, "/v1/search?q=the&facets=true&size=1": schemas.Results, "/v1/search?q=nothing+of+it": schemas.Results} {
		w := servicetest.Do(t, h, "GET", path, "")
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
		{"not JSON", "POST", "/v1/reports", "symptom=slow", []string{servicetest.AsJSON}, 400},
		{"nothing", "POST", "/v1/reports", "", []string{servicetest.AsJSON}, 400},
		{"NaN", "POST", "/v1/reports", `{"facts":{"a":NaN}}`, []string{servicetest.AsJSON}, 400},
		{"two values", "POST", "/v1/reports", `{} {}`, []string{servicetest.AsJSON}, 400},
		{"not UTF-8", "POST", "/v1/reports", "{\"symptom\":\"\xff\"}", []string{servicetest.AsJSON}, 400},
		{"broken gzip", "POST", "/v1/reports", "{}", []string{servicetest.AsJSON, "Content-Encoding: gzip"}, 400},
		{"gzip that breaks off", "POST", "/v1/reports", pack(t, `{"symptom":"slow and slower"}`)[:20], []string{servicetest.AsJSON, "Content-Encoding: gzip"}, 400},
		{"a form", "POST", "/v1/reports", "{}", []string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		{"latin-1", "POST", "/v1/reports", "{}", []string{"Content-Type: application/json; charset=iso-8859-1"}, 415},
		{"brotli", "POST", "/v1/reports", "{}", []string{servicetest.AsJSON, "Content-Encoding: br"}, 415},
		{"too large", "POST", "/v1/reports", `{"log":"` + strings.Repeat("x", 300<<10) + `"}`, []string{servicetest.AsJSON}, 413},
		{"a gzip bomb", "POST", "/v1/reports", pack(t, `{"log":"`+strings.Repeat("x", 100<<20)+`"}`), []string{servicetest.AsJSON, "Content-Encoding: gzip"}, 413},
		{"a list", "POST", "/v1/reports", "[]", []string{servicetest.AsJSON}, 422},
		{"a name twice", "POST", "/v1/reports", `{"symptom":"a","symptom":"b"}`, []string{servicetest.AsJSON}, 422},
		{"a nesting bomb", "POST", "/v1/reports", `{"facts":{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}}`, []string{servicetest.AsJSON}, 422},
		{"an unknown fact", "POST", "/v1/reports", `{"facts":{"shoe_size":"44"}}`, []string{servicetest.AsJSON}, 422},
		{"an unknown member", "POST", "/v1/reports", `{"symptoms":"x"}`, []string{servicetest.AsJSON}, 422},
		{"an unknown dialect", "POST", "/v1/reports", `{"script":"bash"}`, []string{servicetest.AsJSON}, 422},
		{"nothing to look for", "GET", "/v1/search", "", nil, 422},
		{"a size too large", "GET", "/v1/search?q=x&size=1000", "", nil, 422},
		{"an unknown parameter", "GET", "/v1/search?q=x&sort=up", "", nil, 422},
		{"a parameter twice", "GET", "/v1/search?q=x&q=y", "", nil, 422},
		{"a long query", "GET", "/v1/search?q=" + strings.Repeat("x", 1001), "", nil, 422},
		{"from beyond what is ranked", "GET", "/v1/search?q=x&from=500", "", nil, 422},
		{"an unknown facet", "GET", "/v1/search?q=x&filter=colour:red", "", nil, 422},
		{"a parameter of an article", "GET", "/v1/articles/Q238865?format=xml", "", nil, 422},
		{"a parameter of a report", "POST", "/v1/reports?x=1", "{}", []string{servicetest.AsJSON}, 422},
		{"another version", "GET", "/v2/reports", "", nil, 404},
		{"a version in capitals", "POST", "/V1/reports", "{}", []string{servicetest.AsJSON}, 404},
		{"no such article", "GET", "/v1/articles/Q999999", "", nil, 404},
		{"no number", "GET", "/v1/articles/..%2f..%2fetc%2fpasswd", "", nil, 404},
		{"no such tree", "GET", "/v1/trees/Q265358", "", nil, 404},
		{"no such form of a tree", "GET", "/v1/trees/Q238865.exe", "", nil, 404},
		{"no such schema", "GET", "/v1/schemas/passwords", "", nil, 404},
		{"no such address", "GET", "/v1/nothing", "", nil, 404},
		{"GET of reports", "GET", "/v1/reports", "", nil, 405},
		{"POST of an article", "POST", "/v1/articles/Q238865", "", nil, 405},
		{"only XML accepted", "POST", "/v1/reports", "{}", []string{servicetest.AsJSON, "Accept: application/xml"}, 406},
		{"JSON refused", "GET", "/v1/articles/Q238865", "", []string{"Accept: application/json;q=0, text/html"}, 406},
		{"a desk that cannot remember", "POST", "/v1/reports", `{"symptom":"make it forget"}`, []string{servicetest.AsJSON}, 503},
		{"a failing desk", "POST", "/v1/reports", `{"symptom":"make it fail"}`, []string{servicetest.AsJSON}, 500},
		{"a panicking desk", "POST", "/v1/reports", `{"symptom":"make it panic"}`, []string{servicetest.AsJSON}, 500},
		{"a failing search", "GET", "/v1/search?q=make+it+fail", "", nil, 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := servicetest.Do(t, h, tt.method, tt.target, tt.body, tt.headers...)
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
	h := edge.New(edge.Config{Handler: mounted(fakeConfig()), Timeout: time.Millisecond})
	w := servicetest.Do(t, h, "POST", "/v1/reports", `{"symptom":"make it slow"}`, servicetest.AsJSON)
	if problemIn(t, w); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v, want 503 and when to try again", w.Code, w.Header())
	}
}

func TestAllProblemsAreSaidAtOnceWithTheQuestionToAskAgain(t *testing.T) {
	report := `{"symptom":7,"facts":{"client_os":{"deep":"format c:"},"nonexistent_sites":["ABC & format c: /q"],"Shoe & size":"44"},"fixx":1,"script":"bash"}`
	w := servicetest.Do(t, newHandler(), "POST", "/v1/reports", report, servicetest.AsJSON)
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
	if p.Ask == nil || p.Ask.Text == "" {
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
		p := problemIn(t, servicetest.Do(t, newHandler(), "POST", "/v1/reports", `{"facts":{"client_os":"nt4","nonexistent_sites":`+value+`}}`, servicetest.AsJSON))
		if p.Status != 422 || len(p.Errors) != 1 || p.Errors[0].Pointer != "/facts/nonexistent_sites" || p.Ask == nil || p.Ask.Fact != "nonexistent_sites" {
			t.Errorf("%.40s: %+v, want the fact refused and asked again", value, p)
		}
	}
}

func TestAReportMayBePacked(t *testing.T) {
	report := `{"facts":{"client_os":"nt4"}}`
	plain := servicetest.Do(t, newHandler(), "POST", "/v1/reports", report, servicetest.AsJSON)
	packed := servicetest.Do(t, newHandler(), "POST", "/v1/reports", pack(t, report), servicetest.AsJSON, "Content-Encoding: gzip")
	if plain.Code != 200 || packed.Body.String() != plain.Body.String() {
		t.Errorf("packed: %d %s\nplain: %d %s", packed.Code, packed.Body, plain.Code, plain.Body)
	}
}

func TestAnEntityTagSavesTheBody(t *testing.T) {
	for _, path := range []string{"/v1/articles/Q238865", "/v1/trees/Q238865", "/v1/trees/Q238865.mmd", "/v1/schemas/report", "/v1/search?q=hang", "/openapi.json", "/openapi-3.0.json", "/opensearch.xml"} {
		servicetest.CheckEntityTag(t, newHandler(), path)
	}
}

func TestTheKindOfTreeFollowsAddressOrAccept(t *testing.T) {
	h := newHandler()
	tests := []struct{ path, accept, want string }{
		{"/v1/trees/Q238865", "", route.JSONType},
		{"/v1/trees/q238865", "*/*", route.JSONType},
		{"/v1/trees/Q238865", "text/vnd.mermaid", mermaidType},
		{"/v1/trees/Q238865", "text/vnd.mermaid;q=0.5, application/json", route.JSONType},
		{"/v1/trees/Q238865", "application/*;q=0.1, text/*", mermaidType},
		{"/v1/trees/Q238865.mmd", "application/json", mermaidType},
		{"/v1/trees/Q238865.json", "text/html", route.JSONType},
	}
	for _, tt := range tests {
		w := servicetest.Do(t, h, "GET", tt.path, "", "Accept: "+tt.accept)
		got, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if w.Code != 200 || got != tt.want {
			t.Errorf("%s, Accept %q: %d %s, want %s", tt.path, tt.accept, w.Code, got, tt.want)
		}
	}
	if got := servicetest.Do(t, h, "GET", "/v1/trees/Q238865", "").Header().Get("Vary"); got != "Accept" {
		t.Errorf("Vary = %q, want Accept", got)
	}
}

func TestSchemasArePublishedWithAndWithoutEnding(t *testing.T) {
	h := newHandler()
	for _, name := range schemas.Names() {
		for _, path := range []string{"/v1/schemas/" + string(name), "/v1/schemas/" + string(name) + ".json"} {
			w := servicetest.Do(t, h, "GET", path, "")
			if w.Code != 200 || w.Header().Get("Content-Type") != schemaType || !bytes.Equal(w.Body.Bytes(), schemas.JSON(name)) {
				t.Errorf("%s: %d %s, want the schema", path, w.Code, w.Header().Get("Content-Type"))
			}
		}
	}
}

func TestHealthFollowsWhatTheServiceNeeds(t *testing.T) {
	c := Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Search{}}
	if w := servicetest.Do(t, served(c), "GET", "/healthz", ""); w.Code != 200 {
		t.Errorf("healthy: %d, want 200", w.Code)
	}
	c.Ready = func(context.Context) error { return errors.New("the secret of the index") }
	w := servicetest.Do(t, served(c), "GET", "/healthz", "")
	if problemIn(t, w); w.Code != 503 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("unhealthy: %d %s, want 503 without the reason", w.Code, w.Body)
	}
}

func TestTheOriginFollowsTheRequestUnlessItIsSet(t *testing.T) {
	if got := servicetest.Do(t, newHandler(), "GET", "http://desk.example/opensearch.xml", "", "X-Forwarded-Proto: https").Body.String(); !strings.Contains(got, `template="https://desk.example/search?q={searchTerms}"`) {
		t.Errorf("no address of the request in %s", got)
	}
	h := served(Config{Desk: servicetest.Desk{}, Catalog: servicetest.Catalog(servicetest.Archive{}), Search: servicetest.Search{}, Origin: "https://help.example/"})
	if got := servicetest.Do(t, h, "GET", "http://desk.example/opensearch.xml", "").Body.String(); !strings.Contains(got, `template="https://help.example/search?q=`) {
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
		headers := []string{servicetest.AsJSON}
		if packed {
			headers = append(headers, "Content-Encoding: gzip")
		}
		w := servicetest.Do(t, h, "POST", "/v1/reports", string(body), headers...)
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
		want, ok := map[string][3]int{"q": {route.MaxQuery, 0, 0}, "product": {route.MaxFilter, 0, 0}, "version": {route.MaxFilter, 0, 0}, "filter": {0, 0, route.MaxFilters}, "from": {0, route.MaxFrom, 0}, "size": {0, route.MaxSize, 0}}[p.Name]
		if seen++; ok && got != want {
			t.Errorf("%s: length, number and items are described as at most %v, and held to %v", p.Name, got, want)
		}
	}
	if seen < 6 {
		t.Errorf("%d parameters of the search are described", seen)
	}
}
