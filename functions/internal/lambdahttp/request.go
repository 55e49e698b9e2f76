package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// request returns the request that an event describes, as net/http would have read it from a connection; with an error, one that
// has no body.
func request(ctx context.Context, e *events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body, err := body(e)
	u := location(e)
	h := header(e)
	r := (&http.Request{
		Method:        e.RequestContext.HTTP.Method,
		URL:           u,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        h,
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Host:          h.Get("Host"),
		RemoteAddr:    net.JoinHostPort(e.RequestContext.HTTP.SourceIP, "0"),
		RequestURI:    u.RequestURI(),
	}).WithContext(ctx)
	if r.Host == "" {
		r.Host = e.RequestContext.DomainName
	}
	h.Del("Host") // as net/http has it
	if len(body) == 0 {
		r.Body = http.NoBody
	}
	return r, err
}

// body returns the bytes that were sent.
func body(e *events.APIGatewayV2HTTPRequest) ([]byte, error) {
	if !e.IsBase64Encoded {
		return []byte(e.Body), nil
	}
	data, err := base64.StdEncoding.DecodeString(e.Body)
	if err != nil {
		return nil, errors.New("the body is marked as base64 and is not")
	}
	return data, nil
}

// location returns the path and query of an event. A Function URL sends the path as it was written, an HTTP API may have
// unescaped it: what is no well-formed escaped path is taken as the path itself.
func location(e *events.APIGatewayV2HTTPRequest) *url.URL {
	raw := e.RawPath
	if stage := e.RequestContext.Stage; stage != "" && stage != "$default" {
		if rest, ok := strings.CutPrefix(raw, "/"+stage); ok && (rest == "" || rest[0] == '/') {
			raw = rest
		}
	}
	if !strings.HasPrefix(raw, "/") {
		raw = "/" + raw
	}
	u := &url.URL{Path: raw, RawQuery: e.RawQueryString}
	if path, err := url.PathUnescape(raw); err == nil {
		u.Path, u.RawPath = path, raw // EscapedPath drops a RawPath that does not fit
	}
	return u
}

// header returns the headers of an event. Repeated ones arrive joined by commas, which means the same; cookies arrive apart.
func header(e *events.APIGatewayV2HTTPRequest) http.Header {
	h := make(http.Header, len(e.Headers)+1)
	for name, value := range e.Headers {
		if isToken(name) && !strings.ContainsAny(value, "\r\n\x00") {
			h.Set(name, value)
		}
	}
	if len(e.Cookies) > 0 {
		h.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	return h
}

// isToken reports whether s can be the name of a header.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"(),/:;<=>?@[\\]{}", c) >= 0 {
			return false
		}
	}
	return s != ""
}
