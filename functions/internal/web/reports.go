package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/schemas"
)

// report answers POST /v1/reports.
func (s *server) report(w http.ResponseWriter, r *http.Request) error {
	if _, err := negotiate(w, r, jsonType, problemType); err != nil {
		return err
	}
	body, err := readJSON(w, r, schemas.Report)
	if err != nil {
		return err
	}
	answer, err := s.answer(r.Context(), body)
	if err != nil {
		return err
	}
	return writeJSON(w, r, neverKept, answer)
}

// answer lets the desk answer a report. Where only some parts of the report break the schema, the desk is asked about the rest,
// so that all problems are said at once and the refusal holds the question and the articles that help.
func (s *server) answer(ctx context.Context, body []byte) (*desk.Answer, error) {
	var report desk.Report
	err := schemas.Decode(schemas.Report, body, &report)
	var unfit *schemas.Error
	switch {
	case err == nil:
		return s.Desk.Answer(ctx, &report)
	case !errors.As(err, &unfit) || unfit.Unreadable || unfit.TooLarge:
		return nil, err
	}
	rest, ok := without(body, unfit.Problems)
	if !ok {
		return nil, err
	}
	answer, restErr := s.Desk.Answer(ctx, rest)
	var refusal *desk.Refusal
	switch {
	case errors.As(restErr, &refusal):
		return nil, &desk.Refusal{Problems: merged(worded(unfit), refusal.Problems), Ask: refusal.Ask, Related: refusal.Related}
	case restErr != nil:
		return nil, restErr
	}
	return nil, &desk.Refusal{Problems: worded(unfit), Ask: answer.Ask, Related: answer.Related}
}

// refusedFact is what stands in for the value of a fact that breaks the schema: it is no answer of any fact, so that the desk
// refuses it in its own words and asks again.
const refusedFact = "?"

// without returns a report without its parts that break the schema, and whether something can be read of it at all.
func without(body []byte, problems []schemas.Problem) (*desk.Report, bool) {
	var parts map[string]any
	if json.Unmarshal(body, &parts) != nil {
		return nil, false
	}
	facts, _ := parts["facts"].(map[string]any)
	for _, p := range problems {
		name, rest, _ := strings.Cut(strings.TrimPrefix(p.Pointer, "/"), "/")
		fact, _, _ := strings.Cut(rest, "/")
		if _, known := facts[fact]; name == "facts" && known {
			facts[fact] = refusedFact
		} else if name != "facts" {
			delete(parts, name)
		}
	}
	for name := range facts {
		if _, err := schemas.Form("fact-name", name); err != nil {
			delete(facts, name)
		}
	}
	body, err := json.Marshal(parts)
	if err != nil {
		return nil, false
	}
	var report desk.Report
	return &report, schemas.Decode(schemas.Report, body, &report) == nil
}

// merged returns the problems of the schema and of the desk. Of two about one fact it is one: what the schema found, because the
// desk saw a stand-in, and what the desk says to do.
func merged(schema, desks []desk.Problem) []desk.Problem {
	var all []desk.Problem
	about := func(p, q desk.Problem) bool {
		return p.Pointer == q.Pointer || strings.HasPrefix(p.Pointer, q.Pointer+"/")
	}
	for _, p := range schema {
		if !slices.ContainsFunc(desks, func(q desk.Problem) bool { return about(p, q) }) {
			all = append(all, p)
		}
	}
	for _, q := range desks {
		if i := slices.IndexFunc(schema, func(p desk.Problem) bool { return about(p, q) }); i >= 0 {
			q.Detail = schema[i].Detail
		}
		all = append(all, q)
	}
	return all
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
		return nil, &mediaError{want: "packed with gzip or not at all", hint: "leave out Content-Encoding", encodings: "gzip, identity"}
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
	refused := &mediaError{want: "JSON", hint: "send Content-Type: application/json", encodings: ""}
	t, params, err := mime.ParseMediaType(contentType)
	if err != nil || t != jsonType && !(strings.HasPrefix(t, "application/") && strings.HasSuffix(t, "+json")) {
		return refused
	}
	if charset, given := params["charset"]; given && !strings.EqualFold(charset, "utf-8") {
		return refused
	}
	return nil
}
