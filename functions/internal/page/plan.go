package page

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/route"
)

type planView struct {
	desk.Plan
	Stages       []stageView
	Alternatives []fixView
	Blocked      []factView
	Unconfirmed  bool // all that blocks it is in the list that wants a yes
}

type stageView struct {
	Number int
	Steps  []stepView
}

type stepView struct {
	desk.Step
	Href   string // of its article
	Source string // in words, where no article states it
}

type choiceView struct{ Text, Href string }

// A fixView is another fix to choose; none for the first choice.
type fixView struct {
	choiceView
	Fix string
}

// A scriptsView is one stage's scripts: the one to take, and the other dialects. Stage 0 is the runbook of the whole plan.
type scriptsView struct {
	Stage  int
	Main   *scriptView
	Others []scriptView
}

type scriptView struct {
	desk.Script
	Kind string // what it is for
	Use  string // how it is run
	Href string // where it is downloaded, empty where the state goes by forms
}

// A dialect is a kind of script, in words.
type dialect struct {
	kind  string
	use   string
	media string
}

const shows = "Without an argument it only shows what it would do. "

var dialects = map[string]dialect{
	"cmd": {"Command script for Windows NT 4.0 and 2000", shows + "/apply does it, /verify checks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"bat9x": {"Batch file for Windows 95, 98 and Me", shows + "/apply does it, /verify checks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"vbs": {"Script for Windows Script Host", "Run it with cscript. " + shows + "/apply does it, /verify checks whether the cause is gone, and /undo puts back what it changed.",
		"application/octet-stream"},
	"ps1": {"PowerShell for an administrator's workstation and many computers",
		"Name the computers with -ComputerName. Without -Apply, -Verify or -Undo it only shows what it would do.", "application/octet-stream"},
	"reg": {"Registry file with nothing but the edits", "Read its comments: they list all other steps, for a person to do, with the backup first.", "application/octet-stream"},
	"md":  {"Runbook to read and print", "Every step in words, for a person to follow.", route.MarkdownType},
}

func (s *server) plan(st state, a *desk.Answer) *planView {
	p := *a.Plan
	v := &planView{Plan: p}
	for _, step := range p.Steps {
		if n := len(v.Stages); n == 0 || v.Stages[n-1].Number != step.Stage {
			v.Stages = append(v.Stages, stageView{Number: step.Stage})
		}
		last := &v.Stages[len(v.Stages)-1]
		last.Steps = append(last.Steps, viewStep(step))
	}
	if st.fix != "" {
		v.Alternatives = append(v.Alternatives, fixView{choiceView{"Back to the first choice.", "/diagnosis?" + st.withFix("").query() + "#plan"}, ""})
	}
	for _, fix := range p.Alternatives {
		if fix != st.fix {
			v.Alternatives = append(v.Alternatives, fixView{choiceView{s.goal(st, a, fix), "/diagnosis?" + st.withFix(fix).query() + "#plan"}, fix})
		}
	}
	for _, fact := range p.BlockedBy {
		v.Blocked = append(v.Blocked, s.known(st, a, fact))
	}
	v.Unconfirmed = a.Ask != nil && !slices.ContainsFunc(p.BlockedBy, func(fact string) bool {
		return !slices.ContainsFunc(a.Ask.Confirm, func(t desk.Taken) bool { return t.Fact == fact })
	})
	return v
}

// factInText is where the values of a fact belong in a sentence: ${nonexistent_sites}.
var factInText = regexp.MustCompile(`\$\{[a-z0-9_]+\}`)

// goal says what a fix is for. Fixes have names for files and no others.
func (s *server) goal(st state, a *desk.Answer, fix string) string {
	for _, d := range a.Diagnoses {
		if goal, ok := s.Catalog.Goal(d.Article, fix); ok {
			return factInText.ReplaceAllStringFunc(goal, func(m string) string { return cmp.Or(s.reason(st, a, m[2:len(m)-1]), "it") })
		}
	}
	return strings.ReplaceAll(fix, "-", " ")
}

// reason returns the value of a fact on which a diagnosis rests, in words; empty where none rests on it.
func (s *server) reason(st state, a *desk.Answer, fact string) string {
	for _, d := range a.Diagnoses {
		for _, b := range d.Because {
			if b.Fact == fact && b.Value != unknown {
				return s.because(st, b).Value
			}
		}
	}
	return ""
}

func viewStep(step desk.Step) stepView {
	v := stepView{Step: step}
	switch step.Article {
	case "":
	case "ext":
		v.Source = "public material outside the archive"
	case "gk":
		v.Source = "general knowledge, no article states it"
	default:
		v.Href = "/articles/" + step.Article
	}
	return v
}

// stages sorts scripts by stage: first the one that carries its text, which is in the computer's own dialect, then the others.
func stages(st state, scripts []desk.Script) []scriptsView {
	var all []scriptsView
	for _, sc := range scripts {
		i := slices.IndexFunc(all, func(v scriptsView) bool { return v.Stage == sc.Stage })
		if i < 0 {
			all = append(all, scriptsView{Stage: sc.Stage})
			i = len(all) - 1
		}
		v := scriptView{Script: sc, Kind: dialects[sc.Dialect].kind, Use: dialects[sc.Dialect].use}
		if st.fits() {
			v.Href = "/script?" + st.query(Field{"dialect", sc.Dialect}, Field{"stage", fmt.Sprint(sc.Stage)})
		}
		if sc.Text != "" && all[i].Main == nil {
			all[i].Main = &v
		} else {
			all[i].Others = append(all[i].Others, v)
		}
	}
	// the unsigned number before 0 is the largest: the runbook comes last
	slices.SortStableFunc(all, func(a, b scriptsView) int { return cmp.Compare(uint(a.Stage-1), uint(b.Stage-1)) })
	return all
}
