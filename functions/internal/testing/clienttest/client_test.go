// Package clienttest generates clients of the API from its published description, with the generators that people use, compiles them,
// and calls a server with one. It holds no client that others could import.
package clienttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/kb"
)

// oapiCodegen is the generator of Go clients; testdata/go/go.mod pins what its output imports.
const oapiCodegen = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.5.0"

// serve returns a server with the built-in knowledge base.
func serve(t *testing.T) *httptest.Server {
	t.Helper()
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

// description saves what a server says of its API and returns the file.
func description(t *testing.T, s *httptest.Server, path string) string {
	t.Helper()
	response, err := http.Get(s.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", path, response.Status, err)
	}
	file := filepath.Join(t.TempDir(), filepath.Base(path))
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

// run runs a program in a folder and returns what it prints.
func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestAGeneratedGoClientCallsTheServer(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a client")
	}
	if out, err := exec.Command("go", "run", oapiCodegen, "-version").CombinedOutput(); err != nil {
		testbed.Missing(t, "oapi-codegen", "go run "+oapiCodegen+" -version ("+strings.TrimSpace(string(out))+")", true)
	}
	s := serve(t)
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/go")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "client"), 0o777); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "go", "run", oapiCodegen, "-generate", "types,client", "-package", "client", "-o", "client/client.go", description(t, s, "/openapi-3.0.json"))
	run(t, dir, "go", "vet", "./...")
	got := run(t, dir, "go", "run", ".", s.URL)
	for _, want := range []string{"ask\n", "windows-9x-client possible\n", "refused /facts/no_such_fact\n", "Q238865\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the generated client lacks %q:\n%s", want, got)
		}
	}
	client, err := os.ReadFile(filepath.Join(dir, "client", "client.go"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(client)) {
		if declared := strings.HasPrefix(line, "type ") && strings.Contains(line, "interface{}") && !strings.Contains(line, "map[string]interface{}"); declared {
			t.Errorf("a type that says nothing: %s", line)
		}
	}
}

func TestGeneratedTypeScriptClientsCompile(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles clients")
	}
	bin := filepath.Join(testbed.Root(), ".ci", "node_modules", ".bin")
	if _, err := os.Stat(filepath.Join(bin, "openapi-ts")); err != nil {
		testbed.Missing(t, "openapi-ts", "cd .ci && npm ci --ignore-scripts", true)
	}
	s := serve(t)
	for _, c := range []struct{ generator, path, entry string }{
		{"openapi-typescript", "/openapi.json", "out.ts"},
		{"openapi-typescript", "/openapi-3.0.json", "out.ts"},
		{"openapi-ts", "/openapi-3.0.json", "out/index.ts"},
	} {
		t.Run(c.generator+c.path, func(t *testing.T) {
			dir := t.TempDir()
			input := description(t, s, c.path)
			if c.generator == "openapi-ts" {
				run(t, dir, filepath.Join(bin, c.generator), "-i", input, "-o", filepath.Join(dir, "out"), "--no-log-file")
			} else {
				run(t, dir, filepath.Join(bin, c.generator), input, "-o", filepath.Join(dir, c.entry))
			}
			run(t, dir, filepath.Join(bin, "tsc"), "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable",
				"--module", "esnext", "--moduleResolution", "bundler", filepath.Join(dir, c.entry))
		})
	}
}
