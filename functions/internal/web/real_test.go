package web

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// real is the built-in knowledge base with its desk and its index, loaded once for all tests.
var real = sync.OnceValues(func() (Config, error) {
	base, err := kb.Load(kb.Content())
	if err != nil {
		return Config{}, err
	}
	found, err := index.New(base.Articles())
	if err != nil {
		return Config{}, err
	}
	shelf := &Shelf{Base: base, Content: kb.Content(), Mermaid: func(*tree.Tree) string { return "flowchart TD\n" }}
	return Config{Desk: &desk.Desk{KB: base, Index: found}, Library: shelf, Search: found, Timeout: 10 * time.Second}, nil
})

func newRealHandler(t testing.TB) http.Handler {
	t.Helper()
	c, err := real()
	if err != nil {
		t.Fatal(err)
	}
	return New(c)
}
