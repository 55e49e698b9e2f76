package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
)

// A feedbackLine counts what was said of one diagnosis of one version of a tree.
type feedbackLine struct {
	Article, Tree, Diagnosis string
	Helped, DidNot           int
	Comments                 []string // of those that it did not help first, oldest first
	Last                     time.Time
}

// summarizeFeedback counts what people said of answers, by article, version and diagnosis, in that order, the latest version of an article first.
func summarizeFeedback(ctx context.Context, store session.Store, since time.Time) ([]feedbackLine, error) {
	return summarize(store.Feedback(ctx, since))
}

func summarize(all iter.Seq2[session.Feedback, error]) ([]feedbackLine, error) {
	type key struct{ article, tree, diagnosis string }
	lines := map[key]*feedbackLine{}
	helped := map[key][]string{}
	for f, err := range all {
		if err != nil {
			return nil, err
		}
		k := key{f.Article, f.Tree, f.Diagnosis}
		l := lines[k]
		if l == nil {
			l = &feedbackLine{Article: f.Article, Tree: f.Tree, Diagnosis: f.Diagnosis}
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
	var sorted []feedbackLine
	for k, l := range lines {
		l.Comments = append(l.Comments, helped[k]...)
		sorted = append(sorted, *l)
		if v := [2]string{k.article, k.tree}; l.Last.After(latest[v]) {
			latest[v] = l.Last
		}
	}
	slices.SortFunc(sorted, func(a, b feedbackLine) int {
		return cmp.Or(
			strings.Compare(a.Article, b.Article),
			latest[[2]string{b.Article, b.Tree}].Compare(latest[[2]string{a.Article, a.Tree}]),
			strings.Compare(a.Tree, b.Tree),
			strings.Compare(a.Diagnosis, b.Diagnosis))
	})
	return sorted, nil
}

// writeFeedback writes lines as a table for a terminal. What people wrote is shown without control characters.
func writeFeedback(w io.Writer, lines []feedbackLine) error {
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
