package page

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/functions/internal/desk/words"
)

type planView struct {
	desk.Plan
	Stages       []stageView
	Alternatives []fixView
	Blocked      []factView
	Unconfirmed  bool // it waits for nothing but a yes
	RiskSays     string
	RestartSays  string
}

type stageView struct {
	Number int
	Steps  []stepView
}

type stepView struct {
	desk.Step
	Who        string
	EffectSays string // whether it changes anything
	Href       string // of its article
	Source     string // in words, where no article states it
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
	v.Unconfirmed, v.RiskSays, v.RestartSays = words.WaitsForYes(a), voice.Risk(a.Plan), voice.Restart(a.Plan)
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
	v := stepView{Step: step, Who: voice.By(step), EffectSays: voice.Effect(step.Effect)}
	if by := voice.StatedBy(step.Article); by != step.Article {
		v.Source = by
	} else if by != "" {
		v.Href = "/articles/" + by
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
		v := scriptView{Script: sc, Kind: voice.Kind(sc.Dialect), Use: voice.Use(sc.Dialect)}
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
