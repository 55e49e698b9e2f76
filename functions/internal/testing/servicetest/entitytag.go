package servicetest

import (
	"fmt"
	"net/http"
	"testing"
)

// CheckEntityTag holds an address to its entity tag: it saves the body where the caller has it, and HEAD has it too.
func CheckEntityTag(t testing.TB, h http.Handler, path string) {
	t.Helper()
	first := Do(t, h, "GET", path, "")
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" {
		t.Errorf("%s: %d with tag %q, want a tag", path, first.Code, tag)
		return
	}
	for _, condition := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		w := Do(t, h, "GET", path, "", "If-None-Match: "+condition)
		if w.Code != 304 || w.Body.Len() != 0 || w.Header().Get("ETag") != tag {
			t.Errorf("%s with %s: %d with %d bytes, want 304 with none", path, condition, w.Code, w.Body.Len())
		}
	}
	if w := Do(t, h, "GET", path, "", `If-None-Match: "other"`); w.Code != 200 {
		t.Errorf("%s with another tag: %d, want 200", path, w.Code)
	}
	head := Do(t, h, "HEAD", path, "")
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != tag || head.Header().Get("Content-Length") != fmt.Sprint(first.Body.Len()) {
		t.Errorf("HEAD %s: %d, %d bytes, %v, want the headers of GET alone", path, head.Code, head.Body.Len(), head.Header())
	}
}
