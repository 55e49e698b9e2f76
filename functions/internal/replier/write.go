package replier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
	"github.com/fixdesk/fixdesk/functions/internal/dialogue"
	"github.com/fixdesk/fixdesk/functions/internal/prose"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
)

// write answers the state of the conversation: it writes the pending note, unless the ticket holds it already, and remembers it.
func (t *turn) write(ctx context.Context) error {
	p := *t.r.Pending
	d := &t.r.Dialogue
	a, refused, err := d.Answer(ctx, t.w.Desk, t.w.Evidence)
	if err != nil {
		return err
	}
	for _, problem := range refused {
		p.Wrong = append(p.Wrong, problem.Detail)
	}
	number, at := t.r.Number+1, t.w.now()
	q := d.Next(a, number, at)
	over := d.Solved != nil && *d.Solved
	c := ticket.Change{ID: ticket.Key(t.event.Account, t.ticket.ID) + "-" + strconv.Itoa(number), Public: t.rules.Public && !t.ticket.Closed}
	switch {
	case over:
		q, c.Status = nil, t.rules.Solved
	case d.Wish != "":
		q, c.Public, c.Assign, c.Tag = nil, false, t.rules.Escalate.Assign, t.rules.Escalate.Tag
	}
	n := &composer{turn: t, a: a, q: q, p: p, number: number}
	if err := n.compose(ctx, &c); err != nil {
		return err
	}
	id, err := t.post(ctx, number, c)
	if err != nil {
		return err
	}
	if q != nil {
		q.ID = id
	}
	if over || d.Solved != nil {
		if err := t.feedback(ctx, a, over); err != nil {
			return err
		}
	}
	if err := t.announce(ctx, a, q, number); err != nil {
		return err
	}
	d.Put(a, q)
	t.r.Number, t.r.Pending = number, nil
	t.r.Over, t.r.Handed = t.r.Over || over, t.r.Handed || !over && d.Wish != ""
	t.r.Notes = append(t.r.Notes, note{id, at})
	t.r.Notes = t.r.Notes[max(0, len(t.r.Notes)-maxNotes):]
	return t.save(ctx)
}

// post writes a change and returns the ID of its message. A note that stands in the ticket already, since the process ended after it was
// written, is not written again. What the system refuses is written shorter: never nothing.
func (t *turn) post(ctx context.Context, number int, c ticket.Change) (string, error) {
	if id, ok := t.posted(number); ok {
		c.Note = nil
		if c.Status == "" && c.Assign == "" && c.Tag == "" {
			return id, nil
		}
		_, err := t.provider.Write(ctx, t.api, t.ticket, c)
		return id, err
	}
	posted, err := t.provider.Write(ctx, t.api, t.ticket, c)
	var call *ticket.CallError
	if posted.Posted || err == nil || !errors.As(err, &call) || call.Passing() || call.Status == 401 || call.Status == 403 || call.Status == 404 {
		if err != nil && posted.Posted { // the note is there; the rest is for a person
			t.w.log().WarnContext(ctx, "a ticket could not be changed beside its note", "account", t.account.Name, "error", err)
			err = nil
		}
		return posted.ID, err
	}
	short := c.Note.Whole
	if c.Note.Short != nil {
		short = c.Note.Short
	}
	id := c.ID
	for i, drop := range shorter {
		short = slices.DeleteFunc(slices.Clone(short), func(p prose.Paragraph) bool { return slices.Contains(drop, p.Kind) })
		c.Files, c.ID = nil, fmt.Sprintf("%s-short%d", id, i+1)
		c.Note = &prose.Text{Whole: append(slices.Clone(short[:len(short)-1]), prose.Paragraph{Kind: prose.Note, Text: c.Note.LeftOut}, short[len(short)-1]), LeftOut: c.Note.LeftOut}
		if posted, err = t.provider.Write(ctx, t.api, t.ticket, c); err == nil || posted.Posted {
			break
		}
	}
	return posted.ID, err
}

// shorter are the kinds of paragraphs that a note lacks, try by try, where the system refuses the whole one. The mark at its end stays.
var shorter = [][]prose.Kind{
	{prose.Code},
	{prose.Related, prose.RuledOut, prose.Possible, prose.Note, prose.Plan},
	{prose.Scripts, prose.Conflict, prose.Run},
}

// posted returns the message of a note that the ticket holds.
func (t *turn) posted(number int) (id string, ok bool) {
	for _, m := range t.ticket.Messages {
		if m.Role != ticket.Own {
			continue
		}
		for _, language := range []string{"en", "de"} {
			head, _, _ := strings.Cut(say(language, "mark", "n", strconv.Itoa(number), "tree", "\x00"), "\x00")
			for _, end := range []string{".", ","} {
				if strings.Contains(m.Text, head+end) {
					return m.ID, true
				}
			}
		}
	}
	return "", false
}

// feedback keeps whether an answer helped, once.
func (t *turn) feedback(ctx context.Context, a *desk.Answer, helped bool) error {
	if a.Tree == nil || t.r.Over || t.r.Handed {
		return nil
	}
	f := session.Feedback{Article: a.Tree.Article, Tree: a.Tree.Version, Helped: helped}
	if found := confirmed(a); len(found) == 1 {
		f.Diagnosis = found[0].Name
	}
	if n := len(a.Runs); n > 0 {
		for _, g := range t.r.Dialogue.Given {
			if g.ID == a.Runs[n-1].Script {
				f.Script = g.SHA256
			}
		}
	}
	return t.w.Store.AddFeedback(ctx, f)
}

// A composer makes a note.
type composer struct {
	*turn
	a      *desk.Answer
	q      *dialogue.Question
	p      pending
	number int
}

func (n *composer) say(name string, pairs ...string) string {
	return say(n.account.Language, name, pairs...)
}

// compose fills in the note of a change and the files that go with it.
func (n *composer) compose(ctx context.Context, c *ticket.Change) error {
	a := n.linked()
	o := words.Options{Language: n.account.Language, State: n.w.State, Short: c.Public}
	t := words.Say(a, o)
	runbook, err := n.runbook(ctx)
	if err != nil {
		return err
	}
	c.Note = &prose.Text{Whole: n.around(t.Whole, runbook, c), LeftOut: t.LeftOut}
	if t.Short != nil {
		c.Note.Short = n.around(t.Short, "", c)
	}
	if n.kind.Files {
		c.Files = n.files(a)
	}
	return nil
}

// linked returns the answer with whole addresses of its scripts, or with none where it is not known by which name people reach us.
func (n *composer) linked() *desk.Answer {
	a := *n.a
	a.Scripts = slices.Clone(n.a.Scripts)
	for i := range a.Scripts {
		if href := a.Scripts[i].Href; href != "" && n.config.Origin != "" {
			a.Scripts[i].Href = n.config.Origin + href
		} else {
			a.Scripts[i].Href = ""
		}
	}
	return &a
}

// around puts what belongs to the ticket around what is said of the answer.
func (n *composer) around(said []prose.Paragraph, runbook string, c *ticket.Change) []prose.Paragraph {
	var all []prose.Paragraph
	add := func(p prose.Paragraph) {
		if p.Text != "" || len(p.Items) > 0 {
			all = append(all, p)
		}
	}
	d := &n.r.Dialogue
	switch {
	case c.Status != "" || n.r.Over || d.Solved != nil && *d.Solved:
		add(prose.Paragraph{Kind: prose.Headline, Text: n.say("over")})
		add(n.mark())
		return all
	case d.Wish != "":
		add(prose.Paragraph{Kind: prose.Headline, Text: n.say("person", "why", n.say("why-"+string(d.Wish)))})
	}
	if n.p.Unclear {
		add(prose.Paragraph{Kind: prose.Conflict, Text: n.say("unclear")})
	}
	for _, what := range n.p.Wrong {
		add(prose.Paragraph{Kind: prose.Conflict, Text: n.say("wrong", "what", what)})
	}
	add(n.understood())
	for _, p := range said {
		if p.Kind == prose.Related {
			p.Items = p.Items[:min(len(p.Items), maxRelated)]
		}
		if (p.Kind == prose.Question || p.Kind == prose.Confirm) && (n.q == nil || n.q.Kind == dialogue.AskSolved) {
			continue
		}
		add(p)
		if p.Kind == prose.Question || p.Kind == prose.Confirm {
			add(prose.Paragraph{Kind: p.Kind, Text: n.say(n.how())})
		}
	}
	if n.q != nil && n.q.Kind == dialogue.AskSolved {
		add(prose.Paragraph{Kind: prose.Question, Text: n.say("solved")})
	}
	add(n.given())
	if d.Wish != "" {
		add(n.tried())
	}
	if len(n.p.Unread) > 0 {
		add(prose.Paragraph{Kind: prose.Note, Text: n.say("unread", "files", strings.Join(n.p.Unread, ", "))})
	}
	for _, s := range n.a.Scripts {
		if s.Effect == "changes" && s.Text != "" {
			add(prose.Paragraph{Kind: prose.Scripts, Text: n.say("hash", "file", s.File, "sum", s.SHA256)})
			if !n.kind.Files && (s.Href == "" || n.config.Origin == "") {
				add(prose.Paragraph{Kind: prose.Code, Text: s.Text})
			}
		}
	}
	if runbook != "" {
		add(prose.Paragraph{Kind: prose.Code, Text: n.say("runbook") + "\n\n" + runbook})
	}
	add(n.mark())
	return all
}

// maxRelated is how many articles a note names.
const maxRelated = 5

// understood says what was read from the words and logs of the ticket.
func (n *composer) understood() prose.Paragraph {
	p := prose.Paragraph{Kind: prose.Note, Text: n.say("understood")}
	voice := words.In(n.account.Language)
	for _, as := range n.a.Assumed {
		if as.In == "symptom" || as.In == "log" {
			p.Items = append(p.Items, voice.From(n.stated(as.Fact, as.Value), voice.Assumed(as, nil)))
		}
	}
	if len(p.Items) == 0 {
		return prose.Paragraph{}
	}
	return p
}

// how says how the question is answered.
func (n *composer) how() string {
	switch {
	case n.q.Kind == dialogue.AskConfirm:
		return "reply-yes"
	case len(n.q.Choices) == 0:
		return "reply-free"
	}
	return "reply"
}

// mark names the note, so that it is recognized later.
func (n *composer) mark() prose.Paragraph {
	tree := ""
	if n.a.Tree != nil {
		tree = n.say("tree", "article", n.a.Tree.Article, "version", n.a.Tree.Version)
	}
	return prose.Paragraph{Kind: prose.Mark, Text: n.say("mark", "n", strconv.Itoa(n.number), "tree", tree)}
}

// given says who said what.
func (n *composer) given() prose.Paragraph {
	p := prose.Paragraph{Kind: prose.Note, Text: n.say("given")}
	facts := n.r.Dialogue.Facts
	for name, f := range facts {
		if f.Value == "unknown" {
			continue
		}
		p.Items = append(p.Items, n.say("by", "fact", n.stated(name, f.Value), "who", who(f.By)))
	}
	for name, f := range n.r.Dialogue.Confirmed {
		if _, said := facts[name]; !said {
			p.Items = append(p.Items, n.say("by", "fact", n.stated(name, f.Value), "who", who(f.By)))
		}
	}
	slices.Sort(p.Items)
	if len(p.Items) == 0 {
		return prose.Paragraph{}
	}
	return p
}

func who(s dialogue.Speaker) string {
	if s.Name != "" {
		return s.Name
	}
	return s.ID
}

func (n *composer) stated(fact string, value any) string {
	var values []string
	switch v := value.(type) {
	case []any:
		for _, x := range v {
			values = append(values, fmt.Sprint(x))
		}
	case []string:
		values = v
	default:
		values = []string{fmt.Sprint(v)}
	}
	if n.w.State != nil {
		return n.w.State(fact, values)
	}
	return fact + " is " + strings.Join(values, ", ")
}

// tried lists the scripts that were given.
func (n *composer) tried() prose.Paragraph {
	p := prose.Paragraph{Kind: prose.Note, Text: n.say("tried")}
	for _, g := range n.r.Dialogue.Given {
		p.Items = append(p.Items, n.say("tried-one", "fix", g.Fix, "stage", strconv.Itoa(g.Stage), "id", g.ID))
	}
	if len(p.Items) == 0 {
		return prose.Paragraph{}
	}
	return p
}

// runbook returns the plan as a text, where a cause is found.
func (n *composer) runbook(ctx context.Context) (string, error) {
	if n.a.Plan == nil || n.a.Status != desk.StatusDiagnosed || n.q != nil && n.q.Kind == dialogue.AskSolved {
		return "", nil
	}
	r := n.r.Dialogue.Report()
	r.Script = "md"
	a, err := n.w.Desk.Answer(ctx, r)
	if err != nil {
		return "", err
	}
	for _, s := range a.Scripts {
		if s.Dialect == "md" && s.Text != "" {
			return s.Text, nil
		}
	}
	return "", nil
}

// files returns the scripts of an answer that carry their text, with their signatures.
func (n *composer) files(a *desk.Answer) []ticket.File {
	var all []ticket.File
	for _, s := range a.Scripts {
		if s.Text == "" {
			continue
		}
		media := "application/octet-stream"
		if s.Dialect == "md" {
			media = "text/markdown; charset=utf-8"
		}
		all = append(all, ticket.File{Name: s.File, Type: media, Data: []byte(s.Text)})
		if s.Signature != "" {
			all = append(all, ticket.File{Name: s.File + ".sig", Type: "text/plain", Data: []byte(s.Signature + "\n")})
		}
	}
	return all
}
