package runtimeapi

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// Event returns the event that an HTTP API makes of a request: payload format 2.0, names of headers in lower case, repeated ones
// joined, cookies apart, a body that is no text as base64.
func Event(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "$default", RawPath: r.URL.EscapedPath(), RawQueryString: r.URL.RawQuery,
		Headers: map[string]string{"host": r.Host},
	}
	for name, values := range r.Header {
		if name == "Cookie" {
			e.Cookies = strings.Split(strings.Join(values, "; "), "; ")
			continue
		}
		e.Headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	e.RequestContext = events.APIGatewayV2HTTPRequestContext{
		RouteKey: "$default", AccountID: "123456789012", Stage: "$default", APIID: "local", DomainName: r.Host, TimeEpoch: time.Now().UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: host, UserAgent: r.UserAgent()},
	}
	e.Body = string(body)
	if !utf8.Valid(body) || !isText(r.Header.Get("Content-Type")) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	if len(body) == 0 {
		e.Body, e.IsBase64Encoded = "", false
	}
	return json.Marshal(e)
}

// isText reports whether an HTTP API passes a body of this type on as it is.
func isText(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	return strings.HasPrefix(media, "text/") || media == "application/json" || media == "application/javascript" || media == "application/xml" || strings.HasSuffix(media, "+json")
}

// Answer writes what a function answered as an HTTP API does.
func Answer(w http.ResponseWriter, data []byte) error {
	var a events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(data, &a); err != nil {
		return err
	}
	body := []byte(a.Body)
	if a.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return err
		}
	}
	for name, value := range a.Headers {
		w.Header().Set(name, value)
	}
	for _, c := range a.Cookies {
		w.Header().Add("Set-Cookie", c)
	}
	if a.StatusCode == 0 {
		a.StatusCode = http.StatusOK
	}
	w.WriteHeader(a.StatusCode)
	_, err := io.Copy(w, bytes.NewReader(body))
	return err
}
