package mcp_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	ours "github.com/fixdesk/fixdesk/functions/internal/mcp"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/kb"
)

// serve starts the whole service, as it runs on a laptop.
func serve(t *testing.T) *httptest.Server {
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(app.Deps{KB: base, Content: kb.Content(), Store: session.On(&session.Memory{}, nil), Links: signing.NewEphemeralSealer()})
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a.Handler)
	t.Cleanup(s.Close)
	return s
}

func connect(t *testing.T, url string) *mcp.ClientSession {
	c := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, nil)
	s, err := c.Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: url + "/mcp"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// call returns the result of a tool, decoded, and its text.
func call(t *testing.T, s *mcp.ClientSession, tool string, arguments map[string]any) (map[string]any, string, bool) {
	r, err := s.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	text := r.Content[0].(*mcp.TextContent).Text
	structured, _ := r.StructuredContent.(map[string]any)
	return structured, text, r.IsError
}

func TestAClientFindsTheToolsAndWhatTheyTake(t *testing.T) {
	list, err := connect(t, serve(t).URL).ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		if m, ok := tool.InputSchema.(map[string]any); !ok || m["type"] != "object" || m["additionalProperties"] != false || tool.Description == "" {
			t.Errorf("%s: schema %v, description %q", tool.Name, tool.InputSchema, tool.Description)
		}
	}
	if want := []string{"describe_facts", "diagnose", "feedback", "get_script", "read_article", "search"}; !slices.Equal(names, want) {
		t.Errorf("tools %v, want %v", names, want)
	}
}

// message sends one request of the protocol and returns what comes back on the wire.
func message(t *testing.T, url, method, params string) string {
	t.Helper()
	status, _, text := post(t, url, `{"jsonrpc":"2.0","id":1,"method":"`+method+`","params":`+params+`}`, nil)
	if status != 200 {
		t.Fatalf("%s: %d %s", method, status, text)
	}
	return text
}

const given = `"client_os":"nt4","client_sites":["HQ1","OLD"],"process":"smsmon32","symptom":"cpu","recent_upgrade":"sp1"`

// A model reads all of it, and pays for it.
func TestWhatGoesOverTheWireIsSmall(t *testing.T) {
	url := serve(t).URL
	for name, c := range map[string]struct {
		text string
		most int
	}{
		"the list of tools": {message(t, url, "tools/list", "{}"), 6 << 10},
		"a question":        {message(t, url, "tools/call", `{"name":"diagnose","arguments":{"symptom":"smsmon32 is at 100 % since SP1"}}`), 3 << 10},
		"a confirmation":    {message(t, url, "tools/call", `{"name":"diagnose","arguments":{"symptom":"smsmon32 is at 100 % since SP1 on NT 4. The site OLD was shut down.","facts":{"client_sites":["HQ1","OLD"]}}}`), 8 << 10},
		"a diagnosis":       {message(t, url, "tools/call", `{"name":"diagnose","arguments":{"facts":{`+given+`,"nonexistent_sites":["OLD"]}}}`), 8 << 10},
	} {
		if t.Logf("%s: %d bytes", name, len(c.text)); len(c.text) > c.most {
			t.Errorf("%s has %d bytes, want at most %d:\n%s", name, len(c.text), c.most, c.text)
		}
		if strings.Contains(c.text, "@echo off") {
			t.Errorf("%s holds a script that nobody asked for", name)
		}
	}
}

func TestAModelGetsTheScriptThatADiagnosisNames(t *testing.T) {
	s := connect(t, serve(t).URL)
	diagnosis, text, refused := call(t, s, "diagnose", map[string]any{"facts": map[string]any{"client_os": "nt4", "client_sites": []string{"HQ1", "OLD"}, "nonexistent_sites": []string{"OLD"}, "process": "smsmon32", "symptom": "cpu", "recent_upgrade": "sp1"}})
	scripts, _ := diagnosis["scripts"].([]any)
	if refused || len(scripts) == 0 || !strings.Contains(text, "Source: Q238865") {
		t.Fatalf("refused %v, scripts %v, %s", refused, scripts, text)
	}
	href, _ := scripts[0].(map[string]any)["href"].(string)
	if _, text, refused := call(t, s, "get_script", map[string]any{"href": href}); refused || !strings.Contains(text, "OLD") || !strings.Contains(text, "FIXDESK-RESULT") {
		t.Errorf("%s: refused %v, %.300s", href, refused, text)
	}
	for _, bad := range []string{"", "/v1/scripts/", "/v1/scripts/AAAA", "/healthz", "/v1/scripts/../keys", "https://evil.example/v1/scripts/x"} {
		if _, text, refused := call(t, s, "get_script", map[string]any{"href": bad}); !refused {
			t.Errorf("%q gives %.100s", bad, text)
		}
	}
}

func TestAModelLearnsWhatAReportMayAnswer(t *testing.T) {
	s := connect(t, serve(t).URL)
	_, text, refused := call(t, s, "describe_facts", nil)
	if refused || !strings.Contains(text, "client_os: ") || strings.Contains(text, "winme") {
		t.Errorf("all facts: refused %v, %.300s", refused, text)
	}
	_, text, refused = call(t, s, "describe_facts", map[string]any{"names": []string{"client_os", "nonexistent_sites"}})
	if refused || !strings.Contains(text, "nt4 (Windows NT 4.0)") || !strings.Contains(text, "a list of several") {
		t.Errorf("two facts: refused %v, %s", refused, text)
	}
	if _, text, refused = call(t, s, "describe_facts", map[string]any{"names": []string{"shoe_size"}}); !refused || !strings.Contains(text, "without names") {
		t.Errorf("a fact that is not there: refused %v, %s", refused, text)
	}
}

func TestAModelPassesFeedbackOn(t *testing.T) {
	s := connect(t, serve(t).URL)
	diagnosis, _, _ := call(t, s, "diagnose", map[string]any{"symptom": "smsmon32 is at 100 % since SP1"})
	tree, _ := diagnosis["tree"].(map[string]any)
	if _, text, refused := call(t, s, "feedback", map[string]any{"article": tree["article"], "tree": tree["version"], "helped": true}); refused {
		t.Errorf("feedback is refused: %s", text)
	}
	if _, text, refused := call(t, s, "feedback", map[string]any{"article": "Q999999", "tree": "0a1b2c3d", "helped": true}); !refused || !strings.Contains(text, "/article") {
		t.Errorf("feedback on no tree: refused %v, %s", refused, text)
	}
}

func TestArticlesAndTreesAreResources(t *testing.T) {
	s := connect(t, serve(t).URL)
	templates, err := s.ListResourceTemplates(t.Context(), nil)
	if err != nil || len(templates.ResourceTemplates) != 2 {
		t.Fatalf("%+v, %v", templates, err)
	}
	for uri, want := range map[string]string{"fixdesk://articles/Q238865": `"id":"Q238865"`, "fixdesk://trees/Q238865": `"questions"`} {
		r, err := s.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri})
		if err != nil || len(r.Contents) != 1 || !strings.Contains(r.Contents[0].Text, want) {
			t.Errorf("%s: %.200v, %v", uri, r, err)
		}
	}
	for _, uri := range []string{"fixdesk://articles/Q999999", "fixdesk://articles/..%2f..%2fhealthz", "fixdesk://other/Q238865"} {
		if r, err := s.ReadResource(t.Context(), &mcp.ReadResourceParams{URI: uri}); err == nil {
			t.Errorf("%s gives %+v", uri, r)
		}
	}
}

func TestAPromptBeginsADiagnosis(t *testing.T) {
	s := connect(t, serve(t).URL)
	p, err := s.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: "diagnose", Arguments: map[string]string{"symptom": "it hangs"}})
	if err != nil || len(p.Messages) != 1 || !strings.HasSuffix(p.Messages[0].Content.(*mcp.TextContent).Text, "it hangs") {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := s.GetPrompt(t.Context(), &mcp.GetPromptParams{Name: "diagnose"}); err == nil {
		t.Error("a prompt without a symptom is given")
	}
}

func TestAModelAsksUntilTheCauseIsFound(t *testing.T) {
	s := connect(t, serve(t).URL)
	report := map[string]any{"symptom": "smsmon32 is at 100 % since SP1", "facts": map[string]any{"client_os": "nt4", "situation": "site_gone", "client_sites": []string{"HQ1", "OLD"}}}
	answer, _, refused := call(t, s, "diagnose", report)
	ask, _ := answer["ask"].(map[string]any)
	if refused || ask["fact"] != "nonexistent_sites" {
		t.Fatalf("refused %v, asks for %v", refused, ask["fact"])
	}
	report["facts"].(map[string]any)["nonexistent_sites"] = []string{"OLD"}
	answer, _, refused = call(t, s, "diagnose", report)
	if plan, _ := answer["plan"].(map[string]any); refused || answer["status"] != "diagnosed" || plan["fix"] != "forget-site" {
		t.Errorf("refused %v, status %v", refused, answer["status"])
	}
}

func TestAToolSaysWhatTheAPISays(t *testing.T) {
	server := serve(t)
	s := connect(t, server.URL)
	for _, c := range []struct {
		tool, path string
		arguments  map[string]any
	}{
		{"read_article", "/v1/articles/Q238865", map[string]any{"id": "q238865"}},
	} {
		r, err := http.Get(server.URL + c.path)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if _, got, refused := call(t, s, c.tool, c.arguments); refused || got != strings.TrimSpace(string(want)) {
			t.Errorf("%s: refused %v\n got %s\nwant %s", c.tool, refused, got, want)
		}
	}
}

func TestWhatTheAPIRefusesAToolRefuses(t *testing.T) {
	s := connect(t, serve(t).URL)
	for _, c := range []struct {
		tool      string
		arguments map[string]any
		want      string
	}{
		{"diagnose", map[string]any{"facts": map[string]any{"nonexistent_sites": "ABC & format c:"}}, "/facts/nonexistent_sites"},
		{"diagnose", map[string]any{"symptoms": "hangs"}, "symptoms"},
		{"search", map[string]any{"q": "x", "size": 500}, "/size"},
		{"search", map[string]any{"q": []string{"x"}}, "expected text or a number"},
		{"search", map[string]any{"q": "x", "sort": "up"}, "not known"},
		{"read_article", map[string]any{"id": "Q238865", "format": "x"}, "nothing else"},
		{"get_script", map[string]any{"href": "/v1/scripts/AAAA", "x": 1}, "nothing else"},
		{"describe_facts", map[string]any{"name": "client_os"}, "nothing else"},
		{"feedback", map[string]any{"stars": 5}, "stars"},
		{"search", nil, "/q"},
		{"read_article", map[string]any{"id": "../healthz"}, "404"},
		{"read_article", map[string]any{"id": 1}, "expected an object with id"},
	} {
		_, text, refused := call(t, s, c.tool, c.arguments)
		if !refused || !strings.Contains(text, c.want) || strings.Contains(text, "format") {
			t.Errorf("%s %v: refused %v, want %q in %s", c.tool, c.arguments, refused, c.want, text)
		}
	}
}

// post sends one message as it is.
func post(t *testing.T, url, body string, header map[string]string) (int, http.Header, string) {
	r, err := http.NewRequest(http.MethodPost, url+"/mcp", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, string(text)
}

func TestOneMessageIsAnsweredByItself(t *testing.T) {
	status, header, text := post(t, serve(t).URL, `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search","arguments":{"q":"Q238865"}}}`, nil)
	var m struct {
		ID     int
		Result struct {
			StructuredContent struct{ Hits []struct{ ID string } }
		}
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if hits := m.Result.StructuredContent.Hits; status != 200 || m.ID != 7 || len(hits) == 0 || hits[0].ID != "Q238865" {
		t.Errorf("status %d, %s", status, text)
	}
	if header.Get("Mcp-Session-Id") != "" || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Errorf("header %v", header)
	}
}

func TestBadMessagesAreRefused(t *testing.T) {
	url := serve(t).URL
	for name, c := range map[string]struct {
		body   string
		header map[string]string
		want   int
	}{
		"no JSON":                  {`{`, nil, 400},
		"another kind of body":     {`{}`, map[string]string{"Content-Type": "text/plain"}, 415},
		"a client without streams": {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, map[string]string{"Accept": "text/html"}, 400},
		"a batch":                  {` [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]`, map[string]string{"Mcp-Protocol-Version": "2025-03-26"}, 400},
		"too large":                {`{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"` + strings.Repeat("x", 2<<20) + `"}}`, nil, 413},
		"a page of another site":   {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"another name of the host": {`{"jsonrpc":"2.0","id":1,"method":"ping"}`, map[string]string{"Origin": "https://evil.example"}, 403},
	} {
		if status, _, text := post(t, url, c.body, c.header); status != c.want {
			t.Errorf("%s: status %d, want %d: %s", name, status, c.want, text)
		}
	}
	r, err := http.Get(url + "/mcp")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "POST" {
		t.Errorf("GET: status %d, Allow %q", r.StatusCode, r.Header.Get("Allow"))
	}
}

func TestACallEndsWithItsRequest(t *testing.T) {
	type key struct{}
	var deadline bool
	var caller any
	api := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, deadline = r.Context().Deadline()
		caller = r.Context().Value(key{})
		io.WriteString(w, `{}`)
	})
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "desk"), time.Minute)
	defer cancel()
	body := `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"q":"x"}}}`
	r := httptest.NewRequestWithContext(ctx, "POST", "/mcp", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	w := httptest.NewRecorder()
	ours.Handler(ours.Config{API: api}).ServeHTTP(w, r)
	if w.Code != 200 || !deadline || caller != "desk" {
		t.Errorf("status %d, deadline %v, caller %v: %s", w.Code, deadline, caller, w.Body)
	}
}
