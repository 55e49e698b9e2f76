package kb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Case is a worked report of a tree, and what must come out of it: schema cases.json. What it does not name is not looked at.
type Case struct {
	Name   string     `json:"name"`
	Report CaseReport `json:"report"`
	Expect Expect     `json:"expect"`

	Article string `json:"-"` // of the tree
	File    string `json:"-"`
	Line    int    `json:"-"`
}

// Names returns the article that the report has to name: its own, else that of the case, unless reports that name none begin
// there anyway.
func (c Case) Names(b *Base) string {
	if t, ok := b.Tree(c.Article); c.Report.Article == "" && !(ok && t.Entry) {
		return c.Article
	}
	return c.Report.Article
}

// A CaseReport is the report of a case. Without an article it begins at the tree of the case.
type CaseReport struct {
	Symptom string         `json:"symptom"`
	Facts   map[string]any `json:"facts"`
	Log     string         `json:"log"`
	Fix     string         `json:"fix"`
	Script  string         `json:"script"`
	Article string         `json:"article"`
	Further bool           `json:"further"`
	Confirm []Taken        `json:"confirm"`
}

// Taken is a fact that was read from a report, with its value. As an expectation it may leave the value out, and then be no more than
// the name of the fact.
type Taken struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"`
}

// UnmarshalJSON takes the name of a fact, or a fact with its value.
func (t *Taken) UnmarshalJSON(data []byte) error {
	type plain Taken
	*t = Taken{}
	if json.Unmarshal(data, &t.Fact) == nil {
		return nil
	}
	return json.Unmarshal(data, (*plain)(t))
}

// Expect is what a case expects of an answer.
type Expect struct {
	Status         string            `json:"status"`
	Confirmed      []string          `json:"confirmed"`
	Possible       []string          `json:"possible"`
	RuledOut       []string          `json:"ruled_out"`
	Class          map[string]string `json:"class"`
	Ask            facts.OneOrMore   `json:"ask"`
	Further        facts.OneOrMore   `json:"further"`
	Confirm        []Taken           `json:"confirm"`
	Assumed        map[string]any    `json:"assumed"`
	NotAssumed     []string          `json:"not_assumed"`
	Contradictions [][]string        `json:"contradictions"`
	Fix            string            `json:"fix"`
	Alternatives   []string          `json:"alternatives"`
	BlockedBy      []string          `json:"blocked_by"`
	Refused        string            `json:"refused"`
	Articles       []string          `json:"articles"`
	Dialects       []string          `json:"dialects"`
}

// Cases reads the cases of all trees. The error is a *ContentError, or that of the file system.
func Cases(fsys fs.FS) ([]Case, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var all []Case
	var problems []Problem
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		cases, wrong, err := readCases(fsys, e.Name())
		if err != nil {
			return nil, err
		}
		all, problems = append(all, cases...), append(problems, wrong...)
	}
	if len(problems) > 0 {
		return nil, &ContentError{problems}
	}
	return all, nil
}

func readCases(fsys fs.FS, article string) ([]Case, []Problem, error) {
	file := path.Join(article, casesFile)
	data, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var cases []Case
	if problems := decode(file, schemas.Cases, data, &cases); problems != nil {
		return nil, problems, nil
	}
	lines := schemas.Lines(data)
	for i := range cases {
		c := &cases[i]
		c.Article, c.File, c.Line = article, file, lines[fmt.Sprintf("/%d/name", i)]
	}
	return cases, nil, nil
}

// Same reports whether two values of a fact are the same: texts, or lists in any order of keys.
func Same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
