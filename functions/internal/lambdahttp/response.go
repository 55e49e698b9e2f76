package lambdahttp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

var errTooLarge = errors.New("lambdahttp: the answer is larger than a function can give")

const sniffed = 512 // bytes at which http.DetectContentType looks

// A recorder keeps an answer until it is whole.
type recorder struct {
	method   string
	header   http.Header
	sent     http.Header // header as it was when the status was written
	status   int
	body     bytes.Buffer
	first    []byte // of what was written, to tell its type
	overflow bool
}

func newRecorder(method string) *recorder { return &recorder{method: method, header: http.Header{}} }

func (w *recorder) Header() http.Header { return w.header }

// WriteHeader keeps the first final status; it panics on what is no status, as net/http does.
func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("lambdahttp: invalid status %d", status))
	}
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.sent = status, w.header.Clone()
}

func (w *recorder) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if w.status == http.StatusNoContent || w.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	if w.overflow || w.body.Len()+len(p) > maxAnswer {
		w.overflow = true
		return 0, errTooLarge
	}
	w.first = append(w.first, p[:min(len(p), sniffed-len(w.first))]...)
	if w.method == http.MethodHead {
		return len(p), nil
	}
	return w.body.Write(p)
}

// encode returns an answer as the platform takes it: text as text, anything else as base64, and a problem in place of
// what is too large either way.
func encode(r *http.Request, w *recorder) ([]byte, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if len(w.first) > 0 && w.sent.Get("Content-Type") == "" && w.sent.Get("Content-Encoding") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(w.first))
	}
	answer := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	for name, values := range w.sent {
		if name == "Set-Cookie" {
			answer.Cookies = clean(values)
			continue
		}
		answer.Headers[name] = strings.Join(clean(values), ", ")
	}
	if utf8.Valid(w.body.Bytes()) && w.sent.Get("Content-Encoding") == "" {
		answer.Body = w.body.String()
		if data, err := marshal(answer); err != nil || len(data) <= maxAnswer {
			return data, err
		}
	}
	// text full of quotes or control characters can be smaller as base64
	answer.Body, answer.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	if data, err := marshal(answer); err != nil || len(data) <= maxAnswer {
		return data, err
	}
	return encode(r, tooLarge(r))
}

// marshal leaves <, > and & as they are: written as \u003c, a page would be much larger than it is.
func marshal(answer events.APIGatewayV2HTTPResponse) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(answer); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// clean returns header values without line breaks, as net/http writes them.
func clean(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.NewReplacer("\r", " ", "\n", " ").Replace(v)
	}
	return out
}

func tooLarge(r *http.Request) *recorder {
	return refusal(r, edge.Problem{Type: edge.TooLarge, Title: "The answer is too large", Status: http.StatusRequestEntityTooLarge,
		Detail: "The answer is larger than the 6 MiB that a function can give. Ask for less at a time."})
}

// refusal returns an answer that is a problem.
func refusal(r *http.Request, p edge.Problem) *recorder {
	w := newRecorder(http.MethodGet)
	edge.New(edge.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { edge.Write(w, r, p) })}).ServeHTTP(w, r)
	return w
}
