// Package importtest says who may import whom.
package importtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fixdesk/fixdesk/"

// may lists, for each package of ours, the packages of ours that it may import. What is pure imports only what is pure, what
// decides never imports what serves, and only mains import everything. Tests are not held to it.
var may = map[string][]string{
	"schemas":    {},
	"kb/archive": {"schemas"},
	"kb/message": {},
	"kb/facts":   {"schemas", "kb/message"},
	"kb/tree":    {"schemas", "kb/archive", "kb/facts", "kb/plan"},
	"kb/program": {},
	"kb/plan":    {"schemas", "kb/facts", "kb/program"},
	"kb/script":  {"kb/plan", "kb/program"},
	// runs scripts for tests
	"kb/script/winetest": {"kb/script"},
	"kb/plan/plantest":   {"schemas", "kb/plan"}, // for tests
	"kb":                 {"schemas", "kb/archive", "kb/facts", "kb/tree", "kb/plan", "kb/script"},
	"kb/content":         {},
	"index":              {"kb/archive"},

	"functions/internal/desk":     {"schemas", "kb", "kb/archive", "kb/facts", "kb/tree", "kb/plan", "kb/script", "kb/message", "index"},
	"functions/internal/prose":    {},
	"functions/internal/dialogue": {"schemas", "kb/message", "kb/script", "functions/internal/desk"},
	"functions/internal/queue":    {},
	"functions/internal/replier": {"functions/internal/desk", "functions/internal/desk/words", "functions/internal/dialogue", "functions/internal/outgoing", "functions/internal/prose", "functions/internal/queue",
		"functions/internal/session", "functions/internal/ticket"},
	"functions/internal/ticket":      {"schemas", "functions/internal/edge", "functions/internal/prose", "functions/internal/queue"},
	"functions/internal/desk/words":  {"functions/internal/desk", "functions/internal/prose"},
	"functions/internal/session":     {"functions/internal/desk"},
	"functions/internal/secret":      {},
	"functions/internal/edge":        {},
	"functions/internal/auth":        {"functions/internal/edge", "functions/internal/secret"},
	"functions/internal/idempotency": {"functions/internal/edge", "functions/internal/session"},
	"functions/internal/signing":     {"kb/script", "functions/internal/desk", "functions/internal/edge", "functions/internal/secret"},
	"functions/internal/telemetry":   {"index", "functions/internal/desk"},
	"functions/internal/mcp":         {"schemas", "functions/internal/desk", "functions/internal/desk/words"},
	"functions/internal/catalog":     {"schemas", "kb", "kb/archive", "kb/tree", "functions/internal/desk"},
	"functions/internal/crossorigin": {},
	"functions/internal/feedback":    {"schemas", "functions/internal/session"},
	"functions/internal/route":       {"schemas", "index", "functions/internal/desk", "functions/internal/edge", "functions/internal/feedback", "functions/internal/session"},
	"functions/internal/api": {"schemas", "index", "kb/archive", "functions/internal/catalog", "functions/internal/desk", "functions/internal/edge", "functions/internal/feedback", "functions/internal/route",
		"functions/internal/session"},
	"functions/internal/page":     {"schemas", "index", "kb/archive", "kb/script", "functions/internal/catalog", "functions/internal/desk", "functions/internal/desk/words", "functions/internal/edge", "functions/internal/feedback", "functions/internal/route"},
	"functions/internal/snapshot": {},
	"functions/internal/publish":  {"index", "kb/archive", "functions/internal/snapshot"},
	"functions/internal/app": {"index", "kb", "kb/archive", "functions/internal/api", "functions/internal/auth", "functions/internal/catalog", "functions/internal/desk", "functions/internal/idempotency", "functions/internal/telemetry",
		"functions/internal/mcp", "functions/internal/edge", "functions/internal/secret", "functions/internal/session", "functions/internal/signing", "functions/internal/snapshot", "functions/internal/page"},
	"functions/internal/cloud":         {"functions/internal/queue", "functions/internal/session", "functions/internal/snapshot"},
	"functions/internal/cloud/profile": {"functions/internal/cloud"},
	"functions/internal/lambdahttp": {"functions/internal/queue", "functions/internal/ticket", "index", "kb", "functions/internal/signing", "functions/internal/app", "functions/internal/auth", "functions/internal/cloud", "functions/internal/edge", "functions/internal/secret", "functions/internal/session",
		"functions/internal/snapshot", "functions/internal/telemetry"},

	// what tests start and look at
	"functions/internal/testing/runtimeapi":  {},
	"functions/internal/testing/testbed":     {},
	"functions/internal/testing/sessiontest": {"functions/internal/session"},
	"functions/internal/testing/queuetest":   {"functions/internal/queue"},
	"functions/internal/testing/servicetest": {"index", "kb", "kb/archive", "functions/internal/catalog", "functions/internal/desk", "functions/internal/session", "schemas"},
}

// outside lists, for each module that one part of the program is to keep to itself, the packages that may import it.
var outside = map[string][]string{
	"github.com/blevesearch/":          {"index"},
	"github.com/santhosh-tekuri/":      {"schemas"},
	"go.yaml.in/yaml/":                 {"schemas"},
	"github.com/aws/aws-sdk-go-v2":     {"functions/internal/cloud"},
	"github.com/aws/smithy-go":         {"functions/internal/cloud"},
	"github.com/aws/aws-lambda-go":     {"functions/internal/lambdahttp", "functions/internal/testing/runtimeapi", "functions/api", "functions/chat", "functions/ticket", "functions/reply", "functions/reindex"},
	"go.etcd.io/bbolt":                 {"functions/internal/session", "functions/internal/queue"},
	"github.com/rs/cors":               {"functions/internal/crossorigin"},
	"golang.org/x/term":                {"functions/fixdesk"},
	"golang.org/x/net":                 {"functions/internal/ticket"},
	"golang.org/x/text":                {"schemas", "kb/facts", "index", "functions/internal/replier"},
	"github.com/modelcontextprotocol/": {"functions/internal/mcp"},
	"github.com/chromedp/":             {}, // tests only
	"github.com/getkin/":               {}, // tests only
	"github.com/google/go-cmp":         {}, // tests only
	"net/http":                         {"functions/"},
	"os/exec":                          {"functions/internal/testing/runtimeapi", "functions/internal/testing/testbed", "kb/script/winetest"},
}

// A pkg is what go list says of a package.
type pkg struct {
	ImportPath, Name string
	Imports          []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Imports", "./...")
	cmd.Dir = "../../../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

func TestPackagesImportOnlyWhatTheyMay(t *testing.T) {
	pkgs := list(t)
	if len(pkgs) < 3 {
		t.Fatalf("go list names %d packages", len(pkgs))
	}
	for _, p := range pkgs {
		name := strings.TrimPrefix(p.ImportPath, module)
		for _, imported := range p.Imports {
			if problem := check(name, p.Name == "main", imported); problem != "" {
				t.Error(problem)
			}
		}
	}
}

// check returns what is wrong with one import, empty where nothing is.
func check(name string, main bool, imported string) string {
	if ours, ok := strings.CutPrefix(imported, module); ok {
		allowed, known := may[name]
		switch {
		case main:
			return ""
		case !known:
			return name + " imports " + ours + ": say in this test what it may import"
		case !slices.Contains(allowed, ours):
			return name + " imports " + ours + ", which it may not: import it elsewhere, or say in this test why it may"
		}
		return ""
	}
	for prefix, users := range outside {
		if under(imported, prefix) && !slices.ContainsFunc(users, func(u string) bool { return under(name, u) }) {
			return name + " imports " + imported + ", which is for " + strings.Join(append(users, "tests"), ", ") + ": say in this test why it may"
		}
	}
	return ""
}

// under reports whether an import path is prefix or stands below it.
func under(name, prefix string) bool {
	prefix = path.Clean(prefix)
	return name == prefix || strings.HasPrefix(name, prefix+"/")
}

func TestCheckFindsWhatIsForbidden(t *testing.T) {
	for _, c := range []struct {
		name     string
		main     bool
		imported string
		allowed  bool
	}{
		{"kb/tree", false, module + "kb/facts", true},
		{"kb/tree", false, module + "kb/script", false},
		{"kb/tree", false, "net/http", false},
		{"kb/unheard-of", false, module + "kb/facts", false},
		{"functions/api", true, module + "functions/internal/api", true},
		{"functions/api", true, "github.com/aws/aws-sdk-go-v2/service/s3", false},
		{"functions/internal/cloud", false, "github.com/aws/aws-sdk-go-v2/service/s3", true},
		{"functions/internal/api", false, "net/http", true},
		{"index", false, "github.com/blevesearch/bleve/v2", true},
		{"kb", false, "go.yaml.in/yaml/v3", false},
	} {
		if problem := check(c.name, c.main, c.imported); (problem == "") != c.allowed {
			t.Errorf("check(%s, %s) = %q, allowed should be %v", c.name, c.imported, problem, c.allowed)
		}
	}
}
