package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

// A problem is why a request was not answered: schema problem.json.
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance"`
	Errors   []desk.Problem `json:"errors,omitempty"`
	Ask      *desk.Ask      `json:"ask,omitempty"`
	Related  []desk.Related `json:"related,omitempty"`

	header map[string]string // to be sent with it
}

// types is where each type of problem is described.
const types = "https://github.com/fixdesk/fixdesk/raw/main/schemas/problem.json#"

// A methodError is a request with a method that its address does not know.
type methodError struct{ allowed string }

func (e *methodError) Error() string { return "use one of these methods: " + e.allowed }

// A mediaError is a body of a type or an encoding that is not taken.
type mediaError struct{ want, hint, encodings string }

func (e *mediaError) Error() string { return "the body must be " + e.want + ": " + e.hint }

// An acceptError is a request that accepts none of the types that there are.
type acceptError struct{ have []string }

func (e *acceptError) Error() string {
	return "this address answers in " + strings.Join(e.have, ", ") + ": name one of them in Accept"
}

// A paramError lists the parameters of an address that break rules.
type paramError struct{ problems []desk.Problem }

func (e *paramError) Error() string {
	return fmt.Sprintf("%s wrong with the parameters", count(len(e.problems), "thing is", "things are"))
}

var (
	errNotFound = errors.New("nothing has this address")
)

// problemOf is the one switch from an error to a response. Whatever is not named here is ours to explain, in the log.
func problemOf(err error) problem {
	var (
		unfit   *schemas.Error
		refusal *desk.Refusal
		params  *paramError
		method  *methodError
		media   *mediaError
		accept  *acceptError
		tooMany *http.MaxBytesError
	)
	switch {
	case errors.As(err, &refusal):
		p := refused(fmt.Sprintf("%s wrong with the report; see errors.", count(len(refusal.Problems), "thing is", "things are")), refusal.Problems)
		p.Ask, p.Related = refusal.Ask, refusal.Related
		return p
	case errors.As(err, &unfit) && unfit.TooLarge:
		return tooLarge(unfit.Name)
	case errors.As(err, &tooMany): // a form: what it is to hold is a report
		return tooLarge(schemas.Report)
	case errors.As(err, &unfit) && unfit.Unreadable:
		return problem{Type: types + "unreadable", Title: "The request is not JSON", Status: http.StatusBadRequest,
			Detail: "The body must be one JSON object in UTF-8.", Errors: worded(unfit)}
	case errors.As(err, &unfit):
		return refused(fmt.Sprintf("%s wrong with the %s; see errors.", count(len(unfit.Problems)+unfit.More, "thing is", "things are"), unfit.Name), worded(unfit))
	case errors.As(err, &params):
		return refused(sentence(err.Error()+"; see errors"), params.problems)
	case errors.Is(err, errNotFound):
		return problem{Type: types + "not-found", Title: "Not found", Status: http.StatusNotFound,
			Detail: "Nothing has this address. /openapi.json lists the addresses that there are."}
	case errors.As(err, &method):
		return problem{Type: types + "request", Title: "The method does not fit", Status: http.StatusMethodNotAllowed,
			Detail: sentence(err.Error()), header: map[string]string{"Allow": method.allowed}}
	case errors.As(err, &media):
		p := problem{Type: types + "request", Title: "The content type does not fit", Status: http.StatusUnsupportedMediaType, Detail: sentence(err.Error())}
		if media.encodings != "" {
			p.header = map[string]string{"Accept-Encoding": media.encodings}
		}
		return p
	case errors.As(err, &accept):
		return problem{Type: types + "request", Title: "The accepted types do not fit", Status: http.StatusNotAcceptable, Detail: sentence(err.Error())}
	case errors.Is(err, errElsewhere):
		return problem{Type: types + "request", Title: "The form is of another site", Status: http.StatusForbidden,
			Detail: "Feedback is taken from pages of this service only. Open the diagnosis here, and send it from there."}
	case errors.Is(err, errNotKept):
		return later("The feedback was not kept", "What is said of an answer cannot be kept now. Send it again in a moment.")
	case errors.Is(err, session.ErrUnavailable):
		return later("Nothing can be remembered now", "The conversation cannot be read or kept. Send all the facts in one report without session, or the same again in a moment.")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return later("It took too long", "The answer was not ready in time. Try again in a moment.")
	case errors.Is(err, errNotReady), errors.Is(err, desk.ErrUnsigned):
		return later("Not ready", "The service is starting or has lost something that it needs. Try again in a moment.")
	}
	return problem{Type: types + "ours", Title: "Internal error", Status: http.StatusInternalServerError,
		Detail: "The request could not be answered, and that is not your doing. The log has the reason under the id behind # in instance."}
}

// tooLarge is a problem of status 413.
func tooLarge(name schemas.Name) problem {
	detail := fmt.Sprintf("A %s may have %d bytes as JSON, packed or unpacked.", name, schemas.MaxBytes(name))
	if name == schemas.Report {
		detail += " Send only the newest lines of a log."
	}
	return problem{Type: types + "too-large", Title: "The request is too large", Status: http.StatusRequestEntityTooLarge, Detail: detail}
}

// later is a problem of status 503: the same request may be answered in a moment.
func later(title, detail string) problem {
	return problem{Type: types + "ours", Title: title, Status: http.StatusServiceUnavailable, Detail: detail, header: map[string]string{"Retry-After": "5"}}
}

// refused is a problem of status 422.
func refused(detail string, errs []desk.Problem) problem {
	return problem{Type: types + "refused", Title: "The request breaks a rule", Status: http.StatusUnprocessableEntity, Detail: detail, Errors: errs}
}

// worded returns the problems of a document as the desk words its own.
func worded(e *schemas.Error) []desk.Problem {
	problems := make([]desk.Problem, len(e.Problems))
	for i, p := range e.Problems {
		detail := fmt.Sprintf("found %s, expected %s", p.Found, p.Expected)
		if e.Unreadable {
			detail = fmt.Sprintf("line %d: %s", p.Line, detail)
		}
		problems[i] = desk.Problem{Pointer: p.Pointer, Detail: detail, Hint: p.Hint}
	}
	return problems
}

func writeProblem(w http.ResponseWriter, r *http.Request, p problem) {
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // a problem is of plain fields
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}

// sentence begins with a capital letter and ends in a full stop.
func sentence(s string) string {
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
