package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// A Searcher finds articles. *index.Index is one.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Results, error)
}

// A Passager knows the text of places in the archive. It is false for a place that it does not know.
type Passager interface {
	Passage(article, section string, paragraph int) (string, bool)
}

// A Signer signs scripts.
type Signer interface {
	// Sign returns the detached signature of a script, which its sha256 names, and the ID of the key.
	Sign(ctx context.Context, sum, text string) (signature, key string, err error)
}

// ErrUnsigned says that scripts are to be signed and cannot be now: no script goes out without its signature.
var ErrUnsigned = errors.New("the scripts cannot be signed")

// A Desk answers reports. KB is needed; without an index no related articles are found, without passages proofs name their
// place alone, without a signer scripts are not signed. It is safe for use by several goroutines, and keeps nothing of a report.
type Desk struct {
	KB       *kb.Base
	Index    Searcher
	Passages Passager
	Signer   Signer
	Sealer   Sealer       // of addresses for scripts; nil to give none
	Log      *slog.Logger // of troubles that do not keep an answer back; nil for none

	scripts script.Memo
}

// Answer answers a report. The same report gets the same answer.
func (d *Desk) Answer(ctx context.Context, r *Report) (*Answer, error) {
	t, refusal := d.tree(r)
	if refusal != nil {
		return nil, refusal
	}
	r = d.attempted(d.collected(r))
	f, contradictions, err := d.read(r)
	if refused := facts.Refusals(err); refused != nil {
		return nil, d.refuse(ctx, r, t, refused)
	}
	if err != nil {
		return nil, err
	}
	return d.answer(ctx, r, t, f, contradictions)
}

// read reads a report: its facts, and what in it does not go together. Its refusals are those of the facts and of the confirmations.
func (d *Desk) read(r *Report) (facts.Facts, []facts.Contradiction, error) {
	in := facts.Input{Told: r.Facts, Symptom: r.Symptom, Log: r.Log, About: r.Article != ""}
	var at []int // where each confirmation that can be one stands in the report
	var wrong []facts.Refused
	for i, c := range r.Confirm {
		yes, refused := d.KB.Vocabulary.Confirmation(c.Fact, c.Value)
		if refused != nil {
			refused.Pointer = confirmAt(i)
			wrong = append(wrong, *refused)
			continue
		}
		in.Confirm, at = append(in.Confirm, yes), append(at, i)
	}
	f, contradictions, err := d.KB.Vocabulary.Read(in)
	refused := facts.Refusals(err)
	for i := range refused {
		if n, ok := strings.CutPrefix(refused[i].Pointer, "/confirm/"); ok {
			k, _ := strconv.Atoi(n)
			refused[i].Pointer = confirmAt(at[k])
		}
	}
	if refused = append(refused, wrong...); len(refused) > 0 {
		return f, nil, &facts.RefusedError{Refused: refused}
	}
	if len(contradictions) > 0 {
		contradictions = d.KB.Vocabulary.Settle(in, f, contradictions)
	}
	return f, contradictions, err
}

func confirmAt(i int) string { return "/confirm/" + strconv.Itoa(i) }

// tree returns the tree that a report names, else the first entry.
func (d *Desk) tree(r *Report) (*tree.Tree, *Refusal) {
	if r.Article == "" {
		return d.KB.Entries()[0], nil
	}
	if t, ok := d.KB.Tree(strings.ToUpper(strings.TrimSpace(r.Article))); ok {
		return t, nil
	}
	var have []string
	for _, t := range d.KB.Trees() {
		have = append(have, t.Article)
	}
	return nil, &Refusal{Problems: []Problem{{"/article", "no article of this number has a tree", "one of: " + strings.Join(have, ", ") + "; or leave it out"}}}
}

func (d *Desk) answer(ctx context.Context, r *Report, t *tree.Tree, f facts.Facts, contradictions []facts.Contradiction) (*Answer, error) {
	w := &writer{d: d, r: r, t: t, f: f, contradictions: contradictions, result: t.Walk(f, contradictions)}
	a := &Answer{
		Status:         w.status(),
		Tree:           &TreeRef{Article: t.Article, Version: t.Version},
		Diagnoses:      w.diagnoses(),
		Assumed:        w.assumed(),
		Contradictions: w.contradicted(),
		Scripts:        []Script{},
	}
	c, refusal := w.choose(a.Status)
	if refusal != nil {
		return nil, refusal
	}
	if a.Status != StatusNoTree {
		a.Ask, a.Further = w.ask(c), w.put(w.result.Further)
		if r.Further {
			if a.Ask == nil {
				a.Ask = a.Further
			}
			a.Further = nil
		}
	}
	w.plan(a, c)
	a.Runs = w.runs()
	if err := w.sign(ctx, a.Scripts); err != nil {
		return nil, err
	}
	err := w.address(ctx, a.Scripts)
	if err != nil {
		return nil, err
	}
	if a.Related, err = d.related(ctx, w.query(a.Status), w.linked(a)); err != nil {
		return nil, fmt.Errorf("related articles: %w", err)
	}
	return a, nil
}

// refuse makes a refusal of answers that cannot be taken: with the question to ask again, and what may help all the same.
func (d *Desk) refuse(ctx context.Context, r *Report, t *tree.Tree, refused []facts.Refused) error {
	refusal := &Refusal{}
	for _, p := range refused {
		refusal.Problems = append(refusal.Problems, Problem{p.Pointer, p.Detail, p.Hint})
		if refusal.Ask == nil && p.Fact != "" {
			refusal.Ask = d.question(p.Fact)
		}
	}
	related, err := d.related(ctx, index.Query{Text: r.Symptom, Size: maxRelated}, []string{t.Article})
	if err != nil {
		return fmt.Errorf("related articles: %w", err)
	}
	refusal.Related = related
	return refusal
}

// writer writes one answer.
type writer struct {
	d              *Desk
	r              *Report
	t              *tree.Tree
	f              facts.Facts
	contradictions []facts.Contradiction
	result         tree.Result
	rendered       []renderedScript // the scripts of the answer, with their text
}

// notThis names the diagnosis that says that a report fits no tree.
const notThis = "not-this-problem"

// offTopic reports whether nothing points to the tree yet: not the report's words, and not the article that it names.
func (w *writer) offTopic() bool { return w.result.OffTopic && w.r.Article == "" }

func (w *writer) status() Status {
	switch first := w.confirmed(); {
	case len(first) > 0 && first[0].Name == notThis:
		return StatusNoTree
	case len(first) > 0:
		return StatusDiagnosed
	case w.result.Ask != nil:
		return StatusAsk
	}
	return StatusUndecided
}

func (w *writer) confirmed() []tree.Finding {
	n := 0
	for n < len(w.result.Findings) && w.result.Findings[n].State == tree.Confirmed {
		n++
	}
	return w.result.Findings[:n]
}
