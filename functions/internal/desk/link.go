package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
)

// A Sealer turns what names a script into a token that nobody else can make or read, and back. The same bytes give the same token.
type Sealer interface {
	Seal(ctx context.Context, data []byte) (token string, err error)
	// Unseal gives ErrNoScript for a token that was not made by Seal.
	Unseal(ctx context.Context, token string) ([]byte, error)
}

// ErrNoScript says that an address names no script that was ever given.
var ErrNoScript = errors.New("no script has this address")

// A ChangedError says that a script was given by a tree that has changed since: what the script would do may no longer be right.
type ChangedError struct{ Article, Was, Is string }

func (e *ChangedError) Error() string {
	return fmt.Sprintf("the script was given by version %s of the tree of %s, which is now %s", e.Was, e.Article, e.Is)
}

// ScriptPath is where a script is served that an answer has given: its token stands behind it.
const ScriptPath = "/v1/scripts/"

// A link names one script, with all that it is made of: nothing of it is stored.
type link struct {
	Fixes   []linkedFix         `json:"f"` // what its plan was combined of, in their order
	Stage   int                 `json:"s"`
	Dialect string              `json:"d"`
	Values  map[string][]string `json:"v,omitempty"` // of the facts that are filled in
	Known   []string            `json:"k,omitempty"` // what a collector need not find out
	ID      string              `json:"i"`           // of the script
}

// A linkedFix is a fix with what Combine makes use of.
type linkedFix struct {
	Article string `json:"a"`
	Tree    string `json:"t"` // the version of the article's tree
	Name    string `json:"n"`
	For     string `json:"f,omitempty"`
	Chosen  bool   `json:"c,omitempty"`
}

// address gives each script that was made of a whole plan its address, where there is a sealer.
func (w *writer) address(ctx context.Context, scripts []Script) error {
	if w.d.Sealer == nil {
		return nil
	}
	for i, s := range w.rendered {
		if s.of == nil {
			continue
		}
		data, err := json.Marshal(w.link(s))
		if err != nil {
			return err
		}
		token, err := w.d.Sealer.Seal(ctx, data)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnsigned, err)
		}
		scripts[i].Href = ScriptPath + token
	}
	return nil
}

func (w *writer) link(s renderedScript) link {
	l := link{Stage: s.Stage, Dialect: s.Dialect, ID: s.ID, Values: map[string][]string{}}
	for _, f := range s.of {
		l.Fixes = append(l.Fixes, linkedFix{f.Article, f.Version, f.Name, f.For, f.Chosen})
	}
	unbound, err := plan.Combine(s.of...)
	if err != nil {
		return l // which Script finds out
	}
	for _, name := range unbound.Needs() {
		l.Values[name] = w.f.Values(name)
	}
	left := collects(s.plan)
	for _, name := range collects(unbound) {
		if !slices.Contains(left, name) {
			l.Known = append(l.Known, name)
		}
	}
	return l
}

// collects returns the facts that the collectors of a plan find out.
func collects(p plan.Plan) []string {
	var all []string
	for _, s := range p.Steps() {
		if c, ok := s.(plan.Collect); ok {
			all = append(all, c.Facts...)
		}
	}
	return all
}

// Script returns the script of a token, with its text: byte for byte the one that the answer gave. The error is ErrNoScript for a token
// that no answer gave, and a *ChangedError where the tree has changed since.
func (d *Desk) Script(ctx context.Context, token string) (*Script, error) {
	if d.Sealer == nil {
		return nil, ErrNoScript
	}
	data, err := d.Sealer.Unseal(ctx, token)
	if err != nil {
		return nil, err
	}
	var l link
	if err := json.Unmarshal(data, &l); err != nil || len(l.Fixes) == 0 {
		return nil, ErrNoScript
	}
	for _, f := range l.Fixes {
		t, ok := d.KB.Tree(f.Article)
		switch {
		case !ok:
			return nil, &ChangedError{f.Article, f.Tree, "deleted"}
		case t.Version != f.Tree:
			return nil, &ChangedError{f.Article, f.Tree, t.Version}
		}
	}
	s, err := d.again(l)
	if err != nil || s.ID != l.ID { // the tree is the same, and the program is another
		return nil, &ChangedError{l.Fixes[0].Article, l.Fixes[0].Tree, l.Fixes[0].Tree + ", read by another version of the program"}
	}
	if d.Signer != nil {
		if s.Signature, s.SignedBy, err = d.Signer.Sign(ctx, s.SHA256, s.Text); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrUnsigned, err)
		}
	}
	return s, nil
}

// again renders the script that a link names.
func (d *Desk) again(l link) (*Script, error) {
	var fixes []plan.Fix
	for _, linked := range l.Fixes {
		f, ok := d.KB.Fix(linked.Article, linked.Name)
		if !ok {
			return nil, fmt.Errorf("no fix is called %s", linked.Name)
		}
		f.For, f.Chosen = linked.For, linked.Chosen
		fixes = append(fixes, f)
	}
	p, err := plan.Combine(fixes...)
	if err != nil {
		return nil, err
	}
	var known []facts.Fact
	for name, values := range l.Values {
		known = append(known, facts.Fact{Name: name, Values: values, Source: facts.Told})
	}
	for _, name := range l.Known {
		known = append(known, facts.Fact{Name: name, Values: []string{"known"}, Source: facts.Told})
	}
	if p, err = p.Bind(facts.Of(known...)); err != nil {
		return nil, err
	}
	s, err := d.scripts.Render(p, l.Dialect, l.Stage)
	if err != nil {
		return nil, err
	}
	effect := plan.Reads
	if stage, ok := p.Only(l.Stage); ok && stage.Changes() {
		effect = plan.Changes
	}
	return &Script{Dialect: s.Dialect, Effect: string(effect), Fix: s.Fix, Stage: s.Stage, File: s.File, ID: s.ID, SHA256: s.SHA256, Text: s.Text}, nil
}
