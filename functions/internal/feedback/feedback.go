// Package feedback takes what people say of an answer, and counts it. What was said is tied to the version of the tree and the
// script that answered, so that it never condemns a tree that was mended since. It changes no answer.
package feedback

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode/utf8"

	"github.com/fixdesk/fixdesk/functions/internal/problem"
	"github.com/fixdesk/fixdesk/functions/internal/session"
)

const (
	maxBody    = 16 << 10 // bytes
	maxComment = 2000     // characters
)

// A request is what is posted.
type request struct {
	Article   string `json:"article"`
	Tree      string `json:"tree"`
	Diagnosis string `json:"diagnosis"`
	Script    string `json:"script"`
	Helped    *bool  `json:"helped"`
	Comment   string `json:"comment"`
}

// Handler takes feedback by POST and keeps it in store.
func Handler(store session.Store) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			refuse(w, r, http.StatusMethodNotAllowed, "request", "The method does not fit", "Use POST.", nil)
			return
		}
		if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
			refuse(w, r, http.StatusUnsupportedMediaType, "request", "The content type does not fit", "The body must be application/json.", nil)
			return
		}
		req, err := read(w, r)
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			refuse(w, r, http.StatusRequestEntityTooLarge, "too-large", "The request is too large", "Feedback may have 16 KiB as JSON.", nil)
			return
		case err != nil:
			refuse(w, r, http.StatusBadRequest, "unreadable", "The request cannot be read", "The body must be one JSON object with the fields article, tree, diagnosis, script, helped and comment.", nil)
			return
		}
		if errs := req.wrong(); len(errs) > 0 {
			refuse(w, r, http.StatusUnprocessableEntity, "refused", "The request breaks a rule", "Some fields are not as they must be; see errors.", errs)
			return
		}
		err = store.AddFeedback(r.Context(), session.Feedback{
			Article: req.Article, Tree: req.Tree, Diagnosis: req.Diagnosis, Script: req.Script, Helped: *req.Helped, Comment: req.Comment,
		})
		if err != nil {
			problem.Note(r.Context(), err)
			w.Header().Set("Retry-After", "5")
			refuse(w, r, http.StatusServiceUnavailable, "ours", "The feedback was not kept", "Send it again in a moment.", nil)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
}

func read(w http.ResponseWriter, r *http.Request) (*request, error) {
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody))
	dec.DisallowUnknownFields()
	var req request
	if err := dec.Decode(&req); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one object")
	}
	return &req, nil
}

// wrong returns all that is wrong with a request.
func (q *request) wrong() []problem.Error {
	var errs []problem.Error
	report := func(bad bool, field, detail, hint string) {
		if bad {
			errs = append(errs, problem.Error{Pointer: "/" + field, Detail: detail, Hint: hint})
		}
	}
	report(!article(q.Article), "article", "expected the number of an article, such as Q238865", "take it from tree.article of the answer")
	report(len(q.Tree) != 8 || !hexadecimal(q.Tree), "tree", "expected eight hexadecimal digits", "take it from tree.version of the answer")
	report(q.Diagnosis != "" && !name(q.Diagnosis), "diagnosis", "expected the name of a diagnosis", "take it from diagnoses of the answer, or leave it out")
	report(q.Script != "" && (len(q.Script) != 64 || !hexadecimal(q.Script)), "script", "expected the sha256 of a script", "take it from scripts of the answer, or leave it out")
	report(q.Helped == nil, "helped", "expected true or false", "say whether the answer helped")
	report(utf8.RuneCountInString(q.Comment) > maxComment, "comment", fmt.Sprintf("expected at most %d characters", maxComment), "say it in fewer words")
	return errs
}

func article(s string) bool {
	digits, ok := strings.CutPrefix(s, "Q")
	return ok && len(digits) >= 1 && len(digits) <= 7 && strings.Trim(digits, "0123456789") == ""
}

func hexadecimal(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

func name(s string) bool {
	return len(s) <= 80 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func refuse(w http.ResponseWriter, r *http.Request, status int, kind, title, detail string, errs []problem.Error) {
	problem.Write(w, r, problem.Problem{Type: kind, Title: title, Status: status, Detail: detail, Errors: errs})
}

// A Line counts what was said of one diagnosis of one version of a tree.
type Line struct {
	Article, Tree, Diagnosis string
	Helped, DidNot           int
	Comments                 []string // of those that it did not help first, oldest first
	Last                     time.Time
}

// Summarize counts feedback by article, version and diagnosis, in that order, the latest version of an article first.
func Summarize(ctx context.Context, store session.Store, since time.Time) ([]Line, error) {
	return summarize(store.Feedback(ctx, since))
}

func summarize(all iter.Seq2[session.Feedback, error]) ([]Line, error) {
	type key struct{ article, tree, diagnosis string }
	lines := map[key]*Line{}
	helped := map[key][]string{}
	for f, err := range all {
		if err != nil {
			return nil, err
		}
		k := key{f.Article, f.Tree, f.Diagnosis}
		l := lines[k]
		if l == nil {
			l = &Line{Article: f.Article, Tree: f.Tree, Diagnosis: f.Diagnosis}
			lines[k] = l
		}
		l.Last = f.At
		switch {
		case f.Helped:
			l.Helped++
			if f.Comment != "" {
				helped[k] = append(helped[k], f.Comment)
			}
		default:
			l.DidNot++
			if f.Comment != "" {
				l.Comments = append(l.Comments, f.Comment)
			}
		}
	}
	latest := map[[2]string]time.Time{}
	var sorted []Line
	for k, l := range lines {
		l.Comments = append(l.Comments, helped[k]...)
		sorted = append(sorted, *l)
		if v := [2]string{k.article, k.tree}; l.Last.After(latest[v]) {
			latest[v] = l.Last
		}
	}
	slices.SortFunc(sorted, func(a, b Line) int {
		return cmp.Or(
			strings.Compare(a.Article, b.Article),
			latest[[2]string{b.Article, b.Tree}].Compare(latest[[2]string{a.Article, a.Tree}]),
			strings.Compare(a.Tree, b.Tree),
			strings.Compare(a.Diagnosis, b.Diagnosis))
	})
	return sorted, nil
}

// Write writes lines as a table for a terminal. What people wrote is shown without control characters.
func Write(w io.Writer, lines []Line) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "ARTICLE\tTREE\tDIAGNOSIS\tHELPED\tDID NOT\tLAST")
	for _, l := range lines {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%s\n", l.Article, l.Tree, cmp.Or(l.Diagnosis, "-"), l.Helped, l.DidNot, l.Last.UTC().Format(time.DateOnly))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, l := range lines {
		for _, c := range l.Comments {
			if _, err := fmt.Fprintf(w, "%s %s: %s\n", l.Article, cmp.Or(l.Diagnosis, "-"), plain(c)); err != nil {
				return err
			}
		}
	}
	return nil
}

// plain returns text that cannot move a cursor or ring a bell.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ' '
		}
		return r
	}, s)
}
