package api

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/feedback"
	"github.com/fixdesk/fixdesk/functions/internal/route"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/schemas"
)

// report answers POST /v1/reports.
func (s *server) report(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, route.JSONType, problemType); err != nil {
		return err
	}
	body, err := readJSON(w, r, schemas.Report)
	if err != nil {
		return err
	}
	report, err := desk.Read(body)
	if err != nil {
		return desk.Explain(r.Context(), s.Desk, err)
	}
	answer, err := s.Desk.Answer(r.Context(), report)
	if err != nil {
		return err
	}
	return route.WriteJSON(w, r, route.NoStore, answer)
}

// script answers GET /v1/scripts/{token}.
func (s *server) script(w http.ResponseWriter, r *http.Request) error {
	if s.Scripts == nil {
		return desk.ErrNoScript
	}
	script, err := s.Scripts.Script(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return route.WriteScript(w, r, *script)
}

// forget answers DELETE /v1/sessions/{id}.
func (s *server) forget(w http.ResponseWriter, r *http.Request) error {
	if s.Sessions == nil {
		return session.ErrNoSession
	}
	if err := s.Sessions.Forget(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", route.NoStore)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// feedback answers POST /v1/feedback.
func (s *server) feedback(w http.ResponseWriter, r *http.Request) error {
	body, err := readJSON(w, r, schemas.Feedback)
	if err != nil {
		return err
	}
	if err := feedback.Add(r.Context(), s.Feedback, s.Catalog.HasTree, body); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", route.NoStore)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// readJSON returns the body of a request that must be a document of that name, unpacked where it is packed, and no larger than such
// a document may be either way.
func readJSON(w http.ResponseWriter, r *http.Request, name schemas.Name) ([]byte, error) {
	most := schemas.MaxBytes(name)
	if err := isJSON(r.Header.Get("Content-Type")); err != nil {
		return nil, err
	}
	var body io.Reader = http.MaxBytesReader(w, r.Body, int64(most))
	switch strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))) {
	case "", "identity":
	case "gzip", "x-gzip":
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, unpackError(name, err)
		}
		body = unpacked
	default:
		return nil, route.MediaProblem("packed with gzip or not at all", "leave out Content-Encoding", "gzip, identity")
	}
	data, err := io.ReadAll(io.LimitReader(body, int64(most)+1))
	if err != nil {
		return nil, unpackError(name, err)
	}
	if len(data) > most {
		return nil, &schemas.Error{Name: name, TooLarge: true}
	}
	return data, nil
}

// unpackError tells a body that is too large from one that broke off or is not packed as it says.
func unpackError(name schemas.Name, err error) error {
	var tooMany *http.MaxBytesError
	if errors.As(err, &tooMany) {
		return &schemas.Error{Name: name, TooLarge: true}
	}
	return &schemas.Error{Name: name, Unreadable: true,
		Problems: []schemas.Problem{{Line: 1, Found: "a body that breaks off, or is not packed as it says", Expected: "one JSON value"}}}
}

// isJSON checks a content type. None at all passes for JSON.
func isJSON(contentType string) error {
	if contentType == "" {
		return nil
	}
	refused := route.MediaProblem("JSON", "send Content-Type: application/json", "")
	t, params, err := mime.ParseMediaType(contentType)
	if err != nil || t != route.JSONType && !(strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json")) {
		return refused
	}
	if charset, given := params["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return refused
	}
	return nil
}
