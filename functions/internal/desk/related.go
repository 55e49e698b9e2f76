package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// maxRelated bounds the related articles that the search adds to those that an answer links to.
const maxRelated = 8

// words returns what to search for: the report's own words, else the complaint that the tree is about.
func (w *writer) words() string {
	if strings.TrimSpace(w.r.Symptom) != "" {
		return w.r.Symptom
	}
	if w.offTopic() && len(w.f.Names()) == 0 {
		return ""
	}
	return w.t.About
}

// linked returns the articles that the answer links to: those of its diagnoses, and those that state a step of its plan.
func (w *writer) linked(a *Answer) []string {
	var all []string
	if a.Status == StatusNoTree {
		all = append(all, w.confirmed()[0].See.For(w.f)...)
	}
	for _, d := range a.Diagnoses {
		if d.State != string(tree.RuledOut) {
			all = append(all, d.See...)
		}
	}
	if a.Status == StatusAsk && !w.offTopic() || a.Status == StatusUndecided {
		all = append(all, w.t.Article)
		all = append(all, w.t.Undecided.See...)
	}
	if a.Plan != nil {
		for _, s := range a.Plan.Steps {
			all = append(all, s.Article)
		}
	}
	return unique(all)
}

// query is the search for related articles: the report's words, and the product and version of the tree where the report is about
// it.
func (w *writer) query(status Status) index.Query {
	q := index.Query{Text: w.words(), Size: maxRelated}
	a, ok := w.d.KB.Article(w.t.Article)
	if !ok || status == StatusNoTree || w.offTopic() {
		return q
	}
	if len(a.Products) > 0 {
		q.Product = a.Products[0]
	}
	if len(a.Versions) > 0 {
		q.Version = a.Versions[0]
	}
	return q
}

// related returns what the index finds for a query, and the linked articles: in their place where the search found them too,
// behind it where it did not. A search that fails leaves the linked ones.
func (d *Desk) related(ctx context.Context, q index.Query, linked []string) ([]Related, error) {
	all := []Related{}
	if d.Index != nil && strings.TrimSpace(q.Text) != "" {
		found, err := d.Index.Search(ctx, q)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil: // a diagnosis does not hang on the search
			d.warn("the search for related articles", err)
		}
		for _, h := range found.Hits {
			why := "matched"
			if slices.Contains(linked, h.ID) {
				why = "linked"
			}
			all = append(all, Related{ID: h.ID, Title: h.Title, Score: max(h.Score, 0), Section: h.Section, Passage: h.Passage, Why: why})
		}
	}
	for _, id := range linked {
		a, ok := d.KB.Article(id)
		if !ok || slices.ContainsFunc(all, func(r Related) bool { return r.ID == id }) {
			continue
		}
		all = append(all, Related{ID: id, Title: a.Title, Why: "linked"})
	}
	return all, nil
}
