package ticket

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// An API calls a ticket system. It follows no redirects, bounds what it reads, and its errors name neither tokens nor texts.
type API struct {
	account Account
	client  *http.Client
	sign    func(*http.Request)
}

const (
	callTime  = 10 * time.Second
	maxAnswer = 8 << 20 // bytes of an answer
)

// NewAPI returns the API of an account. Sign puts the credentials into a request; nil for Basic with login and token, or the token alone as
// a bearer.
func NewAPI(a Account, sign func(*http.Request)) *API {
	if sign == nil {
		sign = func(r *http.Request) {
			switch {
			case a.Login != "":
				r.SetBasicAuth(a.Login, a.Token)
			case a.Token != "":
				r.Header.Set("Authorization", "Bearer "+a.Token)
			}
		}
	}
	client := &http.Client{Timeout: callTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &API{a, client, sign}
}

// A CallError is a call that was not answered as it should.
type CallError struct {
	What   string        // method and path, without a query
	Status int           // of the answer, 0 where there was none
	After  time.Duration // when to try again, as the system says; 0 where it does not
	cause  error
}

func (e *CallError) Error() string {
	if e.Status == 0 {
		return e.What + ": no answer: " + e.cause.Error()
	}
	return fmt.Sprintf("%s: status %d", e.What, e.Status)
}

func (e *CallError) Unwrap() error { return e.cause }

// Passing reports whether the same call may succeed later without anybody doing anything.
func (e *CallError) Passing() bool {
	return e.Status == 0 || e.Status == http.StatusRequestTimeout || e.Status == http.StatusConflict || e.Status == http.StatusTooManyRequests || e.Status >= 500
}

// StatusOf returns the status of the answer that an error is about, 0 where it is about none.
func StatusOf(err error) int {
	var e *CallError
	if errors.As(err, &e) {
		return e.Status
	}
	return 0
}

// An Answer is the answer to a call.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Call makes a call: in is sent as JSON where it is not nil, and the answer is read into out where that is not nil. Path stands below the
// address of the system. An answer that is no success is a *CallError, and is returned beside it.
func (a *API) Call(ctx context.Context, method, path string, in, out any) (*Answer, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	header := http.Header{"Accept": {"application/json"}}
	if in != nil {
		header.Set("Content-Type", "application/json")
	}
	answer, err := a.Send(ctx, method, path, header, body)
	if err != nil {
		return answer, err
	}
	if out != nil {
		if err := json.Unmarshal(answer.Body, out); err != nil {
			return answer, &CallError{What: what(method, path), cause: errors.New("the answer is not the JSON that was expected")}
		}
	}
	return answer, nil
}

// Send makes a call with a body of any type.
func (a *API) Send(ctx context.Context, method, path string, header http.Header, body []byte) (*Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(a.account.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, &CallError{What: what(method, path), cause: errors.New("the address of the system is not one")}
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("User-Agent", "Fixdesk")
	a.sign(r)
	resp, err := a.client.Do(r)
	if err != nil {
		return nil, &CallError{What: what(method, path), cause: plainCause(err)}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &CallError{What: what(method, path), cause: plainCause(err)}
	case len(data) > maxAnswer:
		return nil, &CallError{What: what(method, path), Status: http.StatusRequestEntityTooLarge, cause: fmt.Errorf("an answer of more than %d bytes", maxAnswer)}
	}
	answer := &Answer{resp.StatusCode, resp.Header, data}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answer, &CallError{What: what(method, path), Status: resp.StatusCode, After: retryAfter(resp.Header, time.Now()), cause: errors.New("refused")}
	}
	return answer, nil
}

// what names a call in errors and logs.
func what(method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	return method + " " + path
}

// plainCause returns why there was no answer, without the address that stood in the request.
func plainCause(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

const maxAfter = time.Hour

// retryAfter reads when to try again: seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.ParseFloat(v, 64); err == nil && n >= 0 {
		return min(time.Duration(n*float64(time.Second)), maxAfter)
	}
	if t, err := http.ParseTime(v); err == nil {
		return min(max(t.Sub(now), 0), maxAfter)
	}
	return 0
}

// Download returns at most max bytes of what a path gives, from its end where there is more.
func (a *API) Download(ctx context.Context, path string, max int) ([]byte, error) {
	answer, err := a.Send(ctx, http.MethodGet, path, http.Header{"Accept": {"*/*"}}, nil)
	if err != nil {
		return nil, err
	}
	return tail(answer.Body, max), nil
}

func tail(data []byte, max int) []byte { return data[len(data)-min(len(data), max):] }

// decoded returns base64 with line breaks in it as bytes.
func decoded(s string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
}

// credentialed is a provider whose system wants credentials in a form of its own.
type credentialed interface {
	Credentials(r *http.Request)
}

// Connect opens the provider of an account and its API.
func Connect(a Account) (Provider, *API, error) {
	k, ok := KindOf(a.Kind)
	if !ok {
		return nil, nil, fmt.Errorf("tickets: account %s has no kind", a.Name)
	}
	p, err := k.Open(a)
	if err != nil {
		return nil, nil, err
	}
	if c, ok := p.(credentialed); ok {
		return p, NewAPI(a, c.Credentials), nil
	}
	return p, NewAPI(a, nil), nil
}
