package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/schemas"
)

// newDesk returns a desk with the built-in knowledge base.
func newDesk(t testing.TB) *Desk {
	t.Helper()
	base, err := kb.Load(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	x, err := index.New(base.Articles())
	if err != nil {
		t.Fatal(err)
	}
	return &Desk{KB: base, Index: x}
}

// A worked case of ../shared/eval: its report, and what a person expects of the answer.
type evalCase struct {
	ID     string
	Report string
	Facts  map[string]any
	Expect struct {
		Diagnosis        []string
		Confidence       json.RawMessage
		Inferred         map[string]any
		NextQuestion     json.RawMessage `json:"next_question"`
		Ranked           []string
		RuledOut         []string `json:"ruled_out"`
		RejectInput      string   `json:"reject_input"`
		Warn             string
		Contradiction    []string
		AskConfirm       string `json:"ask_confirm"`
		BlockedBy        string `json:"blocked_by"`
		Articles         []string
		ArticlesNotFirst []string `json:"articles_not_first"`
		Outputs          []string
		Status           string
		PlanAfter        map[string]any `json:"plan_after"`
	}
}

func evalCases(t *testing.T) []evalCase {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "..", "shared", "eval", "cases", "dev.jsonl"))
	if err != nil {
		t.Skip("no worked cases beside the project (../shared/eval/cases/dev.jsonl): skipped")
	}
	defer f.Close()
	var all []evalCase
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c evalCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

func TestWorkedCasesComeOutAsAPersonExpects(t *testing.T) {
	d := newDesk(t)
	for _, c := range evalCases(t) {
		t.Run(c.ID, func(t *testing.T) {
			a, err := d.Answer(context.Background(), &Report{Symptom: c.Report, Facts: c.Facts})
			if refused := c.Expect.RejectInput != "" || c.Expect.Warn != ""; refused {
				c.checkRefusal(t, err)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			data, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			if err := schemas.Check(schemas.Answer, data); err != nil {
				t.Error(err)
			}
			c.checkAnswer(t, a)
			c.checkScripts(t, confirmed(t, d, &Report{Symptom: c.Report, Facts: c.Facts}))
		})
	}
}

// confirmed returns the answer to a report of somebody who says yes to all that was read from it.
func confirmed(t *testing.T, d *Desk, r *Report) *Answer {
	t.Helper()
	said := *r
	for range 3 {
		a, err := d.Answer(context.Background(), &said)
		if err != nil {
			t.Fatal(err)
		}
		if a.Ask == nil || len(a.Ask.Confirm) == 0 {
			return a
		}
		for _, taken := range a.Ask.Confirm {
			said.Confirm = append(said.Confirm, Confirmation{taken.Fact, plainValue(taken.Value)})
		}
	}
	t.Fatal("what was confirmed is asked for again and again")
	return nil
}

// plainValue returns the value of a fact as JSON gives it back.
func plainValue(value any) any {
	list, ok := value.([]string)
	if !ok {
		return value
	}
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = v
	}
	return all
}

func (c *evalCase) checkRefusal(t *testing.T, err error) {
	t.Helper()
	refusal, ok := err.(*Refusal)
	if !ok {
		t.Fatalf("got %v, want a refusal", err)
	}
	want := strings.Join(texts(c.Expect.NextQuestion), "")
	if refusal.Ask == nil || refusal.Ask.Fact != want {
		t.Errorf("asks %+v, want %s", refusal.Ask, want)
	}
	if !strings.HasPrefix(refusal.Problems[0].Pointer, "/facts/"+want) {
		t.Errorf("points to %s, want /facts/%s", refusal.Problems[0].Pointer, want)
	}
	var ids []string
	for _, r := range refusal.Related {
		ids = append(ids, r.ID)
	}
	includes(t, "related", ids, c.Expect.Articles)
}

func (c *evalCase) checkAnswer(t *testing.T, a *Answer) {
	t.Helper()
	byState := map[string][]string{}
	class := map[string]string{}
	var articles []string
	for _, d := range a.Diagnoses {
		byState[d.State] = append(byState[d.State], d.Name)
		class[d.Name] = d.Confidence
		articles = append(append(articles, d.Article), d.See...)
	}
	for _, r := range a.Related {
		articles = append(articles, r.ID)
	}
	want := slices.Clone(c.Expect.Diagnosis)
	if a.Status == StatusNoTree { // which takes the place of that diagnosis
		want = slices.DeleteFunc(want, func(name string) bool { return name == notThis })
	}
	for _, name := range want {
		if !slices.Contains(byState["confirmed"], name) {
			t.Errorf("confirmed %v, want %s among them", byState["confirmed"], name)
		}
	}
	if len(want) != len(byState["confirmed"]) {
		t.Errorf("confirmed %v, want %v", byState["confirmed"], want)
	}
	for name, want := range c.classes() {
		if class[name] != want && !(name == notThis && a.Status == StatusNoTree) {
			t.Errorf("%s is %s, want %s", name, class[name], want)
		}
	}
	includes(t, "ruled out", byState["ruled-out"], c.Expect.RuledOut)
	includes(t, "articles", articles, c.Expect.Articles)
	c.checkOrder(t, byState["possible"])
	c.checkAsk(t, a)
	c.checkInferred(t, a)
	c.checkPlan(t, a)
	if c.Expect.Status != "" && string(a.Status) != c.Expect.Status {
		t.Errorf("status %s, want %s", a.Status, c.Expect.Status)
	}
	if len(a.Related) > 0 && slices.Contains(c.Expect.ArticlesNotFirst, a.Related[0].ID) {
		t.Errorf("%s is the first related article", a.Related[0].ID)
	}
	var contradicted [][]string
	for _, k := range a.Contradictions {
		contradicted = append(contradicted, k.Facts)
	}
	if c.Expect.Contradiction != nil && !slices.ContainsFunc(contradicted, func(f []string) bool { return slices.Equal(f, c.Expect.Contradiction) }) {
		t.Errorf("contradictions %v, want %v", contradicted, c.Expect.Contradiction)
	}
}

func (c *evalCase) classes() map[string]string {
	want := map[string]string{}
	var one string
	if json.Unmarshal(c.Expect.Confidence, &one) == nil && one != "" {
		for _, name := range c.Expect.Diagnosis {
			want[name] = one
		}
		return want
	}
	json.Unmarshal(c.Expect.Confidence, &want)
	return want
}

func (c *evalCase) checkOrder(t *testing.T, possible []string) {
	t.Helper()
	at := -1
	for _, names := range c.Expect.Ranked {
		for name := range strings.SplitSeq(names, "/") {
			i := slices.Index(possible, name)
			if i <= at {
				t.Errorf("possible %v, want the order %v", possible, c.Expect.Ranked)
			}
			at = i
		}
	}
}

func (c *evalCase) checkAsk(t *testing.T, a *Answer) {
	t.Helper()
	if want := texts(c.Expect.NextQuestion); want != nil && (a.Ask == nil || !slices.Contains(want, a.Ask.Fact)) {
		t.Errorf("asks %+v, want %v", a.Ask, want)
	}
	if want := c.Expect.AskConfirm; want != "" && (a.Ask == nil || a.Ask.Fact != want || len(a.Ask.Confirm) == 0 || a.Ask.Confirm[0].Fact != want) {
		t.Errorf("asks %+v, want a confirmation of %s", a.Ask, want)
	}
}

func (c *evalCase) checkInferred(t *testing.T, a *Answer) {
	t.Helper()
	got := map[string]string{}
	for _, f := range a.Assumed {
		data, _ := json.Marshal(f.Value)
		got[f.Fact] = string(data)
	}
	for name, want := range c.Expect.Inferred {
		if _, told := c.Facts[name]; told {
			continue
		}
		data, _ := json.Marshal(want)
		if got[name] != string(data) {
			t.Errorf("assumed %s = %s, want %s", name, got[name], data)
		}
	}
}

func (c *evalCase) checkPlan(t *testing.T, a *Answer) {
	t.Helper()
	if want := c.Expect.BlockedBy; want != "" && (a.Plan == nil || !slices.Contains(a.Plan.BlockedBy, want)) {
		t.Errorf("plan %+v, want it blocked by %s", a.Plan, want)
	}
}

// checkScripts looks at what is handed out after the yes.
func (c *evalCase) checkScripts(t *testing.T, a *Answer) {
	t.Helper()
	dialect := map[string]string{"nt_bat": "cmd", "win9x_bat": "bat9x", "ps1_remote": "ps1", "checklist": "md", "reg": "reg", "vbs": "vbs"}
	fix := map[string]string{"collector_bat": "collect", "smsls_edit_bat": "edit-smsls"}
	for _, output := range c.Expect.Outputs {
		has := slices.ContainsFunc(a.Scripts, func(s Script) bool { return s.Dialect == dialect[output] || s.Fix == fix[output] })
		if !has {
			t.Errorf("no script for %s", output)
		}
	}
}

// texts reads a text or a list of texts.
func texts(data json.RawMessage) []string {
	var one string
	if json.Unmarshal(data, &one) == nil && one != "" {
		return []string{one}
	}
	var all []string
	json.Unmarshal(data, &all)
	return all
}

func includes(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, w := range want {
		if !slices.Contains(got, w) {
			t.Errorf("%s %v, want %s among them", what, got, w)
		}
	}
}
