package crossorigin

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestWhatIsNotAnOriginIsRefused(t *testing.T) {
	for _, bad := range []string{"*", "null", "help.example.com", "https://help.example.com/", "https://help.example.com/x", "ftp://help.example.com", "https://u:p@help.example.com",
		"https://*.example.com", "https://a.example,https://b.example", "https://", "https://help.example.com:port", "https://help.example.com\n"} {
		if h, err := Handler(bad, http.NotFoundHandler()); err == nil || h != nil {
			t.Errorf("%q is taken for an origin", bad)
		}
	}
}

func TestWithoutAnOriginNoHeaderIsSet(t *testing.T) {
	h, err := Handler("", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://help.example.com")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 404 || w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get("Vary") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
