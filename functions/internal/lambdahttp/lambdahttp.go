// Package lambdahttp lets an ordinary http.Handler answer Lambda invocations: the events of an API Gateway HTTP API and of a
// Function URL, payload format 2.0, which share one shape. It knows nothing of what the handler does, streams nothing, and
// refuses the events of REST APIs and load balancers, whose shapes differ. It also reads the settings of a function and starts it.
package lambdahttp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/fixdesk/fixdesk/functions/internal/auth"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
)

const (
	// maxAnswer is what the platform takes as one encoded answer, 6 MiB. One byte more and it ends the process.
	maxAnswer = 6 << 20
	// maxHeadroom is kept back from the time of an invocation, so that a handler that heeds its context can still answer.
	maxHeadroom = 500 * time.Millisecond
)

// Start answers invocations with h until the platform ends the process. It does not return. A process that is asked to end finishes
// the invocation that it is at.
func Start(h http.Handler) {
	a := New(h)
	go a.end()
	lambda.Start(a)
}

// end waits for the request to end, and then for the answer to be on its way.
func (a *Adapter) end() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGTERM)
	<-asked
	const step, most = 10 * time.Millisecond, 150
	for range most {
		if a.busy.Load() == 0 {
			break
		}
		time.Sleep(step)
	}
	time.Sleep(5 * step) // the answer is sent after Invoke returns
	os.Exit(0)
}

// An Adapter turns invocations into requests to one handler. It is a lambda.Handler.
type Adapter struct {
	handler http.Handler
	warm    atomic.Bool
	busy    atomic.Int32
}

// New returns an adapter for h.
func New(h http.Handler) *Adapter { return &Adapter{handler: h} }

// An Invocation is what the platform says of the request being answered.
type Invocation struct {
	RequestID   string // of the function, as it stands in its log
	FunctionARN string
	TraceID     string      // of X-Ray, empty where tracing is off
	Token       *auth.Token // what the HTTP API has found in its token, nil where it has checked none
	Cold        bool        // the first one that this process answers
}

type invocationKey struct{}

// From returns the invocation that a request came with, and whether it came with one: a request served by net/http has none.
func From(ctx context.Context) (Invocation, bool) {
	in, ok := ctx.Value(invocationKey{}).(Invocation)
	return in, ok
}

// Invoke answers one event. Only an event that is no HTTP request of payload format 2.0 is an error; whatever the handler
// does, panic included, becomes an answer, and the process lives on.
func (a *Adapter) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	a.busy.Add(1)
	defer a.busy.Add(-1)
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, fmt.Errorf("event: no request of payload format 2.0: %w", err)
	}
	if e.Version != "2.0" || e.RequestContext.HTTP.Method == "" {
		return nil, errors.New("event: no request of payload format 2.0: send it through an HTTP API or a Function URL")
	}
	ctx, cancel := a.context(ctx, &e)
	defer cancel()
	r, err := request(ctx, &e)
	if err != nil {
		return encode(r, refusal(r, edge.Problem{Type: edge.Unreadable, Title: "The request cannot be read", Status: http.StatusBadRequest,
			Detail: "The body is marked as base64 and is not."}))
	}
	return encode(r, a.serve(r))
}

// context adds the invocation to ctx and ends it a little before the platform ends the process.
func (a *Adapter) context(ctx context.Context, e *events.APIGatewayV2HTTPRequest) (context.Context, context.CancelFunc) {
	in := Invocation{Cold: !a.warm.Swap(true)}
	if a := e.RequestContext.Authorizer; a != nil && a.JWT != nil {
		in.Token = tokenOf(a.JWT.Claims)
	}
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		in.RequestID, in.FunctionARN = lc.AwsRequestID, lc.InvokedFunctionArn
	}
	in.TraceID, _ = ctx.Value("x-amzn-trace-id").(string) // the key under which aws-lambda-go keeps it
	ctx = context.WithValue(ctx, invocationKey{}, in)
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-min(maxHeadroom, time.Until(deadline)/10)))
}

// serve runs the handler and returns its whole answer, or a problem where it panicked or said too much.
func (a *Adapter) serve(r *http.Request) (answer *recorder) {
	w := newRecorder(r.Method)
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v != http.ErrAbortHandler {
			slog.ErrorContext(r.Context(), "handler panicked", "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
		}
		answer = refusal(r, edge.Problem{Type: edge.Ours, Title: "Internal error", Status: http.StatusInternalServerError,
			Detail: "The request could not be answered, and that is not your doing. The log says why."})
	}()
	a.handler.ServeHTTP(w, r)
	if w.overflow {
		return tooLarge(r)
	}
	return w
}

// Token returns what the HTTP API has found in the token that a request came with, and whether it has checked one.
func Token(ctx context.Context) (auth.Token, bool) {
	in, _ := From(ctx)
	if in.Token == nil {
		return auth.Token{}, false
	}
	return *in.Token, true
}

// tokenOf reads the claims of a token that was checked, nil where there are none. The HTTP API gives every claim as a text, and a list as
// [a b].
func tokenOf(claims map[string]string) *auth.Token {
	if len(claims) == 0 {
		return nil
	}
	t := &auth.Token{Issuer: claims["iss"], Subject: claims["sub"], Client: cmp.Or(claims["client_id"], claims["azp"], claims["appid"])}
	for _, name := range []string{"scope", "scp", "roles"} {
		t.Scopes = append(t.Scopes, strings.FieldsFunc(claims[name], func(r rune) bool { return strings.ContainsRune("[] ,", r) })...)
	}
	return t
}

// Attrs returns what a log line says of an invocation, under the names that Powertools for AWS uses; nothing outside of one.
func Attrs(ctx context.Context) []slog.Attr {
	in, ok := From(ctx)
	if !ok {
		return nil
	}
	attrs := []slog.Attr{
		slog.String("function_request_id", in.RequestID),
		slog.String("function_arn", in.FunctionARN),
		slog.String("function_name", lambdacontext.FunctionName),
		slog.Int("function_memory_size", lambdacontext.MemoryLimitInMB),
		slog.Bool("cold_start", in.Cold),
	}
	if in.TraceID != "" {
		attrs = append(attrs, slog.String("xray_trace_id", in.TraceID))
	}
	return attrs
}

// Cold reports whether a request is the first that its process answers.
func Cold(ctx context.Context) bool {
	in, _ := From(ctx)
	return in.Cold
}
