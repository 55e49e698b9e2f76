package route

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

// methodProblem refuses a method that an address does not have.
func methodProblem(allowed string) *edge.Problem {
	return &edge.Problem{Type: edge.Request, Title: "The method does not fit", Status: http.StatusMethodNotAllowed,
		Detail: "Use one of these methods: " + allowed + ".", Header: map[string]string{"Allow": allowed}}
}

// MediaProblem refuses a body of a media type or an encoding that is not accepted. Encodings are the accepted ones, empty where the type is wrong.
func MediaProblem(want, hint, encodings string) *edge.Problem {
	p := &edge.Problem{Type: edge.Request, Title: "The content type does not fit", Status: http.StatusUnsupportedMediaType, Detail: Sentence("the body must be " + want + ": " + hint)}
	if encodings != "" {
		p.Header = map[string]string{"Accept-Encoding": encodings}
	}
	return p
}

// ParamProblem refuses parameters of an address that break rules.
func ParamProblem(problems ...desk.Problem) *edge.Problem {
	p := refused(count(len(problems), "thing is", "things are")+" wrong with the parameters; see errors.", problems)
	return &p
}

var (
	ErrNotFound    = errors.New("nothing has this address")
	ErrNotReady    = errors.New("not ready")
	ErrForeignForm = errors.New("the form was sent from another site")
)

// ProblemOf is the one switch from an error to a response. An error that is not named here is an internal one: its reason goes into the log.
func ProblemOf(err error) edge.Problem {
	var (
		problem *edge.Problem
		unfit   *schemas.Error
		refusal *desk.Refusal
		changed *desk.ChangedError
		tooMany *http.MaxBytesError
	)
	switch {
	case errors.As(err, &problem):
		return *problem
	case errors.As(err, &refusal):
		p := refused(fmt.Sprintf("%s wrong with the report; see errors.", count(len(refusal.Problems), "thing is", "things are")), refusal.Problems)
		if refusal.Ask != nil {
			p.Ask = refusal.Ask
		}
		if len(refusal.Related) > 0 {
			p.Related = refusal.Related
		}
		return p
	case errors.As(err, &unfit) && unfit.TooLarge:
		return tooLarge(unfit.Name)
	case errors.As(err, &tooMany): // a form: what it is to hold is a report
		return tooLarge(schemas.Report)
	case errors.As(err, &unfit) && unfit.Unreadable:
		return edge.Problem{Type: edge.Unreadable, Title: "The request is not JSON", Status: http.StatusBadRequest,
			Detail: "The body must be one JSON object in UTF-8.", Errors: errorsOf(desk.Problems(unfit))}
	case errors.As(err, &unfit):
		return refused(fmt.Sprintf("%s wrong with the %s; see errors.", count(len(unfit.Problems)+unfit.More, "thing is", "things are"), unfit.Name), desk.Problems(unfit))
	case errors.Is(err, ErrNotFound):
		return edge.Problem{Type: edge.NotFound, Title: "Not found", Status: http.StatusNotFound,
			Detail: "Nothing has this address. /openapi.json lists the addresses that there are."}
	case errors.Is(err, desk.ErrNoScript):
		return edge.Problem{Type: edge.NotFound, Title: "No such script", Status: http.StatusNotFound,
			Detail: "No answer has given this address. Take href of a script of an answer, as it stands there."}
	case errors.As(err, &changed):
		return edge.Problem{Type: edge.NotFound, Title: "The script is outdated", Status: http.StatusGone,
			Detail: Sentence(changed.Error()) + " Report the symptom again, and take the script of that answer."}
	case errors.Is(err, session.ErrNoSession):
		return edge.Problem{Type: edge.NotFound, Title: "No such conversation", Status: http.StatusNotFound,
			Detail: `The conversation has expired or was never begun. Send "session": "new" to begin one: the answer names it.`,
			Errors: []edge.Error{{Pointer: "/session", Detail: "no conversation of this name is remembered", Hint: `send "new", and then what the answer names`}}}
	case errors.Is(err, ErrForeignForm):
		return edge.Problem{Type: edge.Request, Title: "The form is of another site", Status: http.StatusForbidden,
			Detail: "Feedback is taken from pages of this service only. Open the diagnosis here, and send it from there."}
	case errors.Is(err, feedback.ErrNotStored):
		return *edge.Unavailable("The feedback was not kept", "What is said of an answer cannot be kept now. Send it again in a moment.", err)
	case errors.Is(err, session.ErrUnavailable):
		return *edge.Unavailable("Nothing can be remembered now", "The conversation cannot be read or kept. Send all the facts in one report without session, or the same again in a moment.", err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return *edge.Unavailable("It took too long", "The answer was not ready in time. Try again in a moment.", err)
	case errors.Is(err, ErrNotReady), errors.Is(err, desk.ErrUnsigned):
		return *edge.Unavailable("Not ready", "The service is starting or has lost something that it needs. Try again in a moment.", err)
	}
	return edge.Problem{Type: edge.Ours, Title: "Internal error", Status: http.StatusInternalServerError, Cause: err,
		Detail: "The request could not be answered, and that is not your doing. The log has the reason under the id behind # in instance."}
}

// tooLarge is a problem of status 413.
func tooLarge(name schemas.Name) edge.Problem {
	detail := fmt.Sprintf("A %s may have %d bytes as JSON, packed or unpacked.", name, schemas.MaxBytes(name))
	if name == schemas.Report {
		detail += " Send only the newest lines of a log."
	}
	return edge.Problem{Type: edge.TooLarge, Title: "The request is too large", Status: http.StatusRequestEntityTooLarge, Detail: detail}
}

// refused is a problem of status 422.
func refused(detail string, problems []desk.Problem) edge.Problem {
	return edge.Problem{Type: edge.Refused, Title: "The request breaks a rule", Status: http.StatusUnprocessableEntity, Detail: detail, Errors: errorsOf(problems)}
}

func errorsOf(problems []desk.Problem) []edge.Error {
	errs := make([]edge.Error, len(problems))
	for i, p := range problems {
		errs[i] = edge.Error(p)
	}
	return errs
}

// Sentence returns a text as a sentence: it begins with a capital letter and ends in a full stop.
func Sentence(s string) string {
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
