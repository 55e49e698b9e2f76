package edge

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// An Answer is the answer to one request, held back until it is whole: so a panic leaves nothing half-written, and an answer can be
// compressed and remembered. A handler writes to it as to any http.ResponseWriter. Nothing is streamed.
type Answer struct {
	Status int
	Sent   http.Header // the headers at the moment when the status was written; none of a later change is sent
	Body   bytes.Buffer

	header http.Header // as the handler sees it
	id     string
}

func newAnswer(id string) *Answer {
	a := &Answer{id: id}
	a.reset()
	return a
}

// reset forgets what was written.
func (a *Answer) reset() {
	a.Status, a.Sent, a.header = 0, nil, http.Header{}
	a.Body.Reset()
	setHeaders(a.header, a.id)
}

// Header implements http.ResponseWriter.
func (a *Answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter. Informational answers are left out.
func (a *Answer) WriteHeader(status int) {
	if a.Status == 0 && status >= 200 {
		a.Status, a.Sent = status, a.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (a *Answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.Body.Write(p)
}

// Flush does nothing: an answer is sent when it is whole.
func (a *Answer) Flush() {}

// replay becomes an answer that was given before. The headers that belong to this request stay as they are.
func (a *Answer) replay(given *Answer) {
	maps.Copy(a.header, given.Sent)
	a.header.Set("Idempotent-Replayed", "true")
	a.WriteHeader(given.Status)
	a.Body.Write(given.Body.Bytes())
}

// repeatable reports whether the answer is one to be given again: what failed may succeed the next time.
func (a *Answer) repeatable() bool {
	return a.Status < 500 && a.Status != http.StatusTooManyRequests && a.Status != http.StatusConflict
}

// minGzip is from how many bytes an answer is compressed.
const minGzip = 1 << 10

// send sends the answer and returns how many bytes of a body went out. What a caller with a name gets is for that caller alone.
func (a *Answer) send(w http.ResponseWriter, r *http.Request, named bool) int {
	a.WriteHeader(http.StatusOK)
	h, body := a.Sent, a.Body.Bytes()
	if rest, public := strings.CutPrefix(h.Get("Cache-Control"), "public"); public && named {
		h.Set("Cache-Control", "private"+rest)
	}
	if len(body) > minGzip && compressible(h.Get("Content-Type")) && h.Get("Content-Encoding") == "" {
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			body = compressed(body)
			h.Set("Content-Encoding", "gzip")
			if tag := h.Get("ETag"); strings.HasPrefix(tag, `"`) {
				h.Set("ETag", "W/"+tag) // the same, but not byte for byte
			}
		}
	}
	if len(body) > 0 || a.Status == http.StatusOK {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	if outside := w.Header().Values("Vary"); len(outside) > 0 { // of who stands around this, such as the rules for other origins
		h["Vary"] = append(slices.Clone(outside), h.Values("Vary")...)
	}
	maps.Copy(w.Header(), h)
	w.WriteHeader(a.Status)
	if r.Method == http.MethodHead {
		return 0
	}
	n, err := w.Write(body)
	if err != nil {
		Note(r.Context(), err) // the caller has hung up: only the log learns of it
	}
	return n
}

// compressible reports whether bytes of a media type shrink.
func compressible(media string) bool {
	media, _, _ = strings.Cut(media, ";")
	return strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml") || strings.HasSuffix(media, "javascript")
}

// acceptsGzip reports whether the caller takes gzip: it is named, or a star is, and not with a weight of 0.
func acceptsGzip(r *http.Request) bool {
	star := false
	for value := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, params, _ := strings.Cut(value, ";")
		weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(params), "q="), 64)
		taken := strings.TrimSpace(params) == "" || err == nil && weight > 0
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return taken
		case "*":
			star = taken
		}
	}
	return star
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one that there is
	z.Write(body)
	z.Close() // a buffer takes everything
	return b.Bytes()
}

// setHeaders sets what every answer carries. A page loads style, script and images from here and nothing from elsewhere, and
// nobody frames it; the address of a page holds people's words, so no link passes it on.
func setHeaders(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin") // with none at all, our own forms would not say where they come from
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "+
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Strict-Transport-Security", "max-age=31536000")
}
