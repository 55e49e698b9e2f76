package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/functions/internal/route"
)

//go:embed static
var staticFiles embed.FS

// A staticFile is served under a name that holds its hash, so that it can be kept for good.
type staticFile struct {
	path  string
	media string
	data  []byte
}

var mediaTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// staticByName are the static files by their own name.
var staticByName = sync.OnceValue(func() map[string]staticFile {
	entries, _ := staticFiles.ReadDir("static") // an embedded folder can be read
	files := map[string]staticFile{}
	for _, e := range entries {
		data, _ := staticFiles.ReadFile("static/" + e.Name())
		sum := sha256.Sum256(data)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:5]) + ext
		files[e.Name()] = staticFile{"/static/" + hashed, mediaTypes[ext], data}
	}
	return files
})

// staticPath returns the address of a static file.
func staticPath(name string) string { return staticByName()[name].path }

func (s *server) static(w http.ResponseWriter, r *http.Request) error {
	for _, f := range staticByName() {
		if f.path == r.URL.Path {
			return route.Write(w, r, http.StatusOK, f.media, route.Immutable, f.data)
		}
	}
	return route.ErrNotFound
}

// robots keeps search engines from pages that are made of what people reported.
func (s *server) robots(w http.ResponseWriter, r *http.Request) error {
	return route.Write(w, r, http.StatusOK, route.TextType, route.CacheShort, []byte("User-agent: *\nDisallow: /diagnosis\nDisallow: /script\nDisallow: /search\nDisallow: /v1/\n"))
}
