package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// A served is a running serve verb.
type served struct {
	url  string
	stop context.CancelFunc
	done chan int
	err  *bytes.Buffer // to be read when it has ended
}

// serve starts the verb and waits for the line with its address.
func serve(t *testing.T, args ...string) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe()
	s := &served{stop: stop, done: make(chan int, 1), err: &bytes.Buffer{}}
	go func() {
		s.done <- run(ctx, console{nil, out, s.err}, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...))
		out.Close()
	}()
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		stop()
		t.Fatalf("it ended with %d: %s", <-s.done, s.err)
	}
	go io.Copy(io.Discard, in)
	t.Cleanup(stop)
	url, ok := strings.CutPrefix(line, "Fixdesk is at ")
	if !ok {
		t.Fatalf("the first line is %q", line)
	}
	s.url = strings.TrimSpace(url)
	return s
}

// end interrupts it and returns its exit code.
func (s *served) end() int {
	s.stop()
	return <-s.done
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func TestServeAnswersPageAPIAndKnowledgeBase(t *testing.T) {
	s := serve(t, "--content", "testdata/content")
	for path, want := range map[string]string{
		"":                     "<form",
		"v1/articles/Q900001":  "Badge Computer",
		"v1/trees/Q900001":     `"article":"Q900001"`,
		"v1/trees/Q900001.mmd": "flowchart TD",
		"v1/search?q=badge":    "Q900001",
		"v1/schemas/report":    "$schema",
		"openapi.json":         "3.1",
		"healthz":              "ok",
	} {
		if status, body := get(t, s.url+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("/%s: %d without %q: %.200s", path, status, want, body)
		}
	}
	if line := post(t, strings.TrimSuffix(s.url, "/"), `{"facts": {"reader": "no"}}`, "x"); !strings.Contains(line, `"status":"no-tree"`) {
		t.Errorf("a report gets %s", line)
	}
	if code := s.end(); code != exitOK || s.err.Len() > 0 {
		t.Errorf("it ends with %d: %s", code, s.err)
	}
}

func TestServeSaysThatThePortIsTaken(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	addr := listener.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	code, out, errors := invoke(t, "", "serve", "--addr", addr, "--content", "testdata/content")
	want := "port " + port + " is taken by another program: end that one, or take another port with --addr 127.0.0.1:"
	if code != exitFound || out != "" || !strings.Contains(errors, want) {
		t.Errorf("exit code %d\n%s%swant %q", code, out, errors, want)
	}
}

func TestServeRefusesAddressesOfOtherComputers(t *testing.T) {
	code, _, errors := invoke(t, "", "serve", "--addr", "192.0.2.1:8080", "--content", "testdata/content")
	if code != exitFound || !strings.Contains(errors, "192.0.2.1:8080 is no address of this computer") {
		t.Errorf("exit code %d: %s", code, errors)
	}
}

// TestServeSignsWhatVerifyTakes takes a script, its signature and the key over HTTP, and checks them as a person would.
func TestServeSignsWhatVerifyTakes(t *testing.T) {
	private, public := keys(t)
	s := serve(t, "--content", "testdata/content", "--sign", private)
	var answer desk.Answer
	line := post(t, strings.TrimSuffix(s.url, "/"), `{"facts": {"reader": "yes", "dead_doors": ["ABC"], "client_os": "nt4"}, "script": "cmd"}`, "x")
	if err := json.Unmarshal([]byte(line), &answer); err != nil || len(answer.Scripts) == 0 {
		t.Fatalf("%s: %v", line, err)
	}
	dir := t.TempDir()
	var taken string
	for _, script := range answer.Scripts {
		if script.Signature == "" || script.SignedBy == "" {
			t.Errorf("%s is not signed", script.File)
		}
		if script.Text != "" {
			taken = filepath.Join(dir, script.File)
			write(t, taken, script.Text)
			write(t, taken+".sig", script.Signature)
		}
	}
	status, key := get(t, s.url+"v1/keys/"+answer.Scripts[0].SignedBy)
	if status != http.StatusOK || key != read(t, public) {
		t.Errorf("the key: %d %s", status, key)
	}
	write(t, public, key)
	if code, out, errors := invoke(t, "", "verify", "--key", public, taken); code != exitOK || !strings.Contains(out, "so does the signature") {
		t.Errorf("verify: exit code %d\n%s%s", code, out, errors)
	}
}

func TestServeRefusesAKeyThatIsNone(t *testing.T) {
	_, public := keys(t)
	for file, want := range map[string]string{public: "the first is an Ed25519 PRIVATE KEY", filepath.Join(t.TempDir(), "none"): "is not there"} {
		code, _, errors := invoke(t, "", "serve", "--addr", "127.0.0.1:0", "--content", "testdata/content", "--sign", file)
		if code != exitUsage || !strings.Contains(errors, want) {
			t.Errorf("%s: exit code %d: %s", file, code, errors)
		}
	}
}

// TestServeRemembersConversationsInAFile goes on with a conversation after the program was started again.
func TestServeRemembersConversationsInAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "store.db")
	first := serve(t, "--content", "testdata/content", "--store", file)
	line := post(t, strings.TrimSuffix(first.url, "/"), `{"session": "new", "facts": {"reader": "yes", "dead_doors": ["ABC"]}}`, "x")
	var began struct{ Session string }
	if err := json.Unmarshal([]byte(line), &began); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(line, `"dead-door"`) {
		t.Fatalf("the first report gets %s", line)
	}
	code, _, errors := invoke(t, "", "serve", "--addr", "127.0.0.1:0", "--content", "testdata/content", "--store", file)
	if code != exitFound || !strings.Contains(errors, "another process has it open") {
		t.Errorf("two at one file: exit code %d: %s", code, errors)
	}
	if code := first.end(); code != exitOK {
		t.Fatalf("it ends with %d: %s", code, first.err)
	}
	second := serve(t, "--content", "testdata/content", "--store", file)
	line = post(t, strings.TrimSuffix(second.url, "/"), `{"session": "`+began.Session+`", "facts": {"client_os": "win98"}}`, "x")
	if !strings.Contains(line, `"dead-door"`) || !strings.Contains(line, `"old-windows"`) {
		t.Errorf("the second report gets %s", line)
	}
}

func TestServeWritesALineForEachRequestOnlyWhenAsked(t *testing.T) {
	for _, c := range []struct {
		args []string
		want bool
	}{{nil, false}, {[]string{"--verbose"}, true}} {
		s := serve(t, append(c.args, "--content", "testdata/content")...)
		get(t, s.url+"healthz?x=secret-word")
		get(t, s.url+"v1/search?q=secret-word")
		s.end()
		if got := strings.Contains(s.err.String(), "route=/v1/search"); got != c.want || strings.Contains(s.err.String(), "secret-word") {
			t.Errorf("with %v it writes:\n%s", c.args, s.err)
		}
	}
}

func TestAddressIsOneThatABrowserCanOpen(t *testing.T) {
	for listens, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080/", "0.0.0.0:80": "http://localhost:80/", "[::]:8080": "http://localhost:8080/", "[::1]:1": "http://[::1]:1/",
	} {
		addr, err := net.ResolveTCPAddr("tcp", listens)
		if err != nil {
			t.Fatal(err)
		}
		if got := address(addr); got != want {
			t.Errorf("address(%s) = %s, want %s", listens, got, want)
		}
	}
}
