package mcp

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
)

// maxRelated is how many articles a diagnosis names here.
const maxRelated = 5

// A diagnosis is an answer without what a model does not need: the texts of scripts, what led to what is ruled out, and passages.
type diagnosis struct {
	Status         desk.Status   `json:"status"`
	Tree           *desk.TreeRef `json:"tree,omitempty"`
	Session        string        `json:"session,omitempty"`
	Ask            *question     `json:"ask,omitempty"`
	Further        bool          `json:"further,omitempty"` // further: true asks on for further causes
	Causes         []cause       `json:"causes,omitempty"`
	Possible       []string      `json:"possible,omitempty"`
	Contradictions []string      `json:"contradictions,omitempty"`
	Plan           *plan         `json:"plan,omitempty"`
	Scripts        []file        `json:"scripts,omitempty"`
	Runs           []desk.Run    `json:"runs,omitempty"`
	Related        []string      `json:"related,omitempty"` // articles
}

type question struct {
	Fact    string         `json:"fact"`
	Several bool           `json:"several,omitempty"`
	Form    string         `json:"form,omitempty"`
	Values  []string       `json:"values,omitempty"`
	Confirm []confirmation `json:"confirm,omitempty"`
}

type confirmation struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"`
}

type cause struct {
	Name       string `json:"name"`
	Article    string `json:"article"`
	Confidence string `json:"confidence"`
}

type plan struct {
	Fix          string   `json:"fix"`
	Alternatives []string `json:"alternatives,omitempty"`
	BlockedBy    []string `json:"blocked_by,omitempty"`
}

type file struct {
	File   string `json:"file"`
	Effect string `json:"effect"`
	SHA256 string `json:"sha256,omitempty"`
	Href   string `json:"href,omitempty"`
}

func (c Config) diagnose(api client, arguments json.RawMessage) (*mcp.CallToolResult, error) {
	if len(arguments) == 0 {
		arguments = json.RawMessage("{}")
	}
	r, err := http.NewRequest(http.MethodPost, "/v1/reports", bytes.NewReader(arguments))
	if err != nil {
		return nil, err
	}
	body, problem := api.do(r)
	if problem != nil {
		return problem, nil
	}
	var a desk.Answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, err
	}
	view, err := json.Marshal(c.view(&a))
	if err != nil {
		return nil, err
	}
	for i := range a.Scripts {
		a.Scripts[i].Href = "" // a person has no use for it, and the structure has it
	}
	text := words.Text(&a, words.Options{Short: true, State: c.State, Limit: maxVoice}) + howToGoOn(&a)
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: text}}, StructuredContent: json.RawMessage(view)}, nil
}

// maxVoice bounds the text of a diagnosis, in characters.
const maxVoice = 4500

// howToGoOn says what the next call must hold.
func howToGoOn(a *desk.Answer) string {
	switch {
	case a.Ask == nil && a.Further != nil:
		return "\n\nTo look for further causes, call diagnose again with further: true."
	case a.Ask == nil:
		return ""
	case len(a.Ask.Confirm) > 0:
		return "\n\nCall diagnose again with everything, with what is right in confirm, and the rest in facts."
	}
	text := "\n\nCall diagnose again with everything and facts." + a.Ask.Fact + ": "
	if len(a.Ask.Answers) == 0 {
		return text + "what the person says, or unknown."
	}
	values := make([]string, len(a.Ask.Answers))
	for i, v := range a.Ask.Answers {
		values[i] = v.Value
	}
	return text + strings.Join(values, ", ") + " or unknown."
}

func (c Config) view(a *desk.Answer) diagnosis {
	v := diagnosis{Status: a.Status, Tree: a.Tree, Session: a.Session, Further: a.Further != nil, Runs: a.Runs}
	if q := a.Ask; q != nil {
		v.Ask = &question{Fact: q.Fact, Several: q.Several, Form: q.Form}
		for _, choice := range q.Answers {
			v.Ask.Values = append(v.Ask.Values, choice.Value)
		}
		for _, t := range q.Confirm {
			v.Ask.Confirm = append(v.Ask.Confirm, confirmation{t.Fact, t.Value})
		}
	}
	for _, d := range a.Diagnoses {
		switch d.State {
		case "confirmed":
			v.Causes = append(v.Causes, cause{d.Name, d.Article, d.Confidence})
		case "possible":
			v.Possible = append(v.Possible, d.Name)
		}
	}
	for _, k := range a.Contradictions {
		v.Contradictions = append(v.Contradictions, k.Says)
	}
	if p := a.Plan; p != nil {
		v.Plan = &plan{p.Fix, p.Alternatives, p.BlockedBy}
	}
	for _, s := range a.Scripts {
		if s.Dialect == "md" && a.Status != desk.StatusDiagnosed {
			continue // a runbook of how to find out more
		}
		f := file{File: s.File, Effect: s.Effect, Href: s.Href}
		if s.Effect == "changes" {
			f.SHA256 = s.SHA256
		}
		v.Scripts = append(v.Scripts, f)
	}
	for _, r := range a.Related[:min(maxRelated, len(a.Related))] {
		v.Related = append(v.Related, r.ID)
	}
	return v
}
