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
	"github.com/fixdesk/fixdesk/kb"
)

// serve starts the whole service, as it runs on a laptop.
func serve(t *testing.T) *httptest.Server {
	base, err := kb.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(app.Deps{KB: base, Content: kb.Content(), Store: session.On(&session.Memory{}, nil)})
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
		for which, schema := range map[string]any{"input": tool.InputSchema, "output": tool.OutputSchema} {
			if m, ok := schema.(map[string]any); !ok || m["type"] != "object" || tool.Description == "" {
				t.Errorf("%s: %s schema %v, description %q", tool.Name, which, schema, tool.Description)
			}
		}
	}
	if want := []string{"diagnose", "read_article", "search"}; !slices.Equal(names, want) {
		t.Errorf("tools %v, want %v", names, want)
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
	answer, text, refused := call(t, s, "diagnose", report)
	if refused || answer["status"] != "diagnosed" || !strings.Contains(text, "forget-site") {
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
		{"search", "/v1/search?q=smsmon32&size=3", map[string]any{"q": "smsmon32", "size": 3}},
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
	ours.Handler(api).ServeHTTP(w, r)
	if w.Code != 200 || !deadline || caller != "desk" {
		t.Errorf("status %d, deadline %v, caller %v: %s", w.Code, deadline, caller, w.Body)
	}
}
