package tree_test

import (
	"slices"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/tree"
)

const sureFacts = `facts:
  topic: {quiet: true, derive: anchored, from: [os, hang], answers: {'yes': '', 'no': ''}}
  hush: {quiet: true, answers: {'yes': ''}, anyway: true, signs: {'yes': [hush]}}
  stage: {quiet: true, answers: {plan: It is planned}, anyway: true, signs: {plan: [planned]}}
  os: {ask: 'Which?', answers: {nt: NT, w9: W9}, anyway: true, signs: {nt: [nt4], w9: [w98]}}
  kind: {ask: 'Kind?', answers: {old: Old, new: New}, anyway: true, signs: {old: [old kind]}}
  hang: {answers: {'yes': It hangs}, anyway: true, signs: {'yes': [hangs]}}
  client_sites: {ask: 'Sites?', form: site-code, several: true}
  nonexistent_sites: {ask: 'Gone?', form: site-code, several: true, anyway: true, signs: {'*': [site <code> is gone]}}
  gone: {derive: fate-of-sites, from: [client_sites, nonexistent_sites], answers: {some: Some, named: Named, all: All, none: None}}
  log_line: {answers: {'yes': The log says so}}
anchors: [hangs, gone, hush, nt4, w98, old kind]
anchor_facts: [os, hang]
lines:
  - line: 'XYZZY'
    sets: {log_line: 'yes'}
`

func sureTree(t *testing.T) (*facts.Vocabulary, *tree.Tree) {
	v := vocabulary(t, sureFacts)
	return v, link(t, v, `start: topic
questions:
  topic: {'no': end, unknown: end, then: hush}
  hush: {then: log_line}
  log_line: {'yes': seen, then: stage}
  stage: {plan: planned, then: hang}
  hang: {'yes': os, then: end}
  os: {nt: gone, w9: [old, gone], unknown: gone}
  gone: {some: lost, named: [probably lost, probably loose], then: end}
diagnoses:
  seen: {says: Seen., proof: gk}
  planned: {says: Planned., proof: gk}
  old: {says: Old., proof: gk}
  lost: {says: Lost., proof: gk, uses: [nonexistent_sites], fix: {by: kind, else: mend}}
  loose: {says: Loose., proof: gk}
fixes:
  mend: {goal: Mend it., risk: low, proof: gk, steps: [{tell: Mend it.}]}
`)[0]
}

// A script that changes something is made of what a person said: whatever was only read on the way keeps it back.
func TestADiagnosisIsAsSureAsTheFactsOnItsWay(t *testing.T) {
	v, tr := sureTree(t)
	tests := []struct {
		name string
		in   facts.Input
		of   string
		want []string
	}{
		{"all was told", facts.Input{Told: map[string]any{"hang": "yes", "os": "w9"}}, "old", nil},
		{"what was read is unsure, in reading order", facts.Input{Symptom: "w98 hangs"}, "old", []string{"hang", "os"}},
		{"a yes makes it sure", facts.Input{Symptom: "w98 hangs", Confirm: []facts.Confirmation{{Fact: "os", Values: []string{"w9"}}}}, "old", []string{"hang"}},
		{"a yes to something else does not", facts.Input{Symptom: "w98 hangs", Confirm: []facts.Confirmation{{Fact: "os", Values: []string{"nt"}}}}, "old", []string{"hang", "os"}},
		{"don't know does not", facts.Input{Symptom: "w98 hangs", Told: map[string]any{"os": "unknown"}}, "old", []string{"hang", "os"}},
		{"what enters the plan comes first", facts.Input{Symptom: "nt4 hangs, site ABC is gone"}, "lost", []string{"nonexistent_sites", "hang", "os"}},
		{"a derived fact is as sure as its inputs", facts.Input{Told: map[string]any{"hang": "yes", "os": "nt", "client_sites": []any{"ABC", "DEF"}}, Symptom: "site ABC is gone"}, "lost", []string{"nonexistent_sites"}},
		{"one that is open too", facts.Input{Told: map[string]any{"hang": "yes", "os": "nt"}, Symptom: "site ABC is gone"}, "lost", []string{"nonexistent_sites"}},
		{"one that is open rests on what is known of it", facts.Input{Told: map[string]any{"hang": "yes", "os": "nt"}, Symptom: "site ABC is gone"}, "loose", []string{"nonexistent_sites"}},
		{"the fact that chooses the repair counts", facts.Input{Told: map[string]any{"hang": "yes", "os": "nt", "nonexistent_sites": []any{"ABC"}}, Symptom: "of the old kind"}, "lost", []string{"kind"}},
		{"a line of a log is sure, and a topic is no fact", facts.Input{Log: "XYZZY", Symptom: "w98 hangs"}, "seen", nil},
		{"a quiet fact counts where people have words for it", facts.Input{Symptom: "planned: hush, on w98"}, "planned", []string{"stage"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, contradictions, err := v.Read(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			for _, finding := range tr.Walk(f, contradictions).Findings {
				if finding.Name != tt.of {
					continue
				}
				if finding.State != tree.Confirmed || !slices.Equal(finding.Unsure, tt.want) {
					t.Errorf("%s is %s, unsure of %v, want it confirmed, unsure of %v", tt.of, finding.State, finding.Unsure, tt.want)
				}
				return
			}
			t.Errorf("%s is no finding", tt.of)
		})
	}
}

// That every answer to an open question concludes it is no conclusion, and rests on nothing.
func TestWhatEveryAnswerConcludesIsNotConcluded(t *testing.T) {
	v := vocabulary(t, `facts:
  open: {ask: 'Open?', answers: {'yes': 'Yes', 'no': 'No'}}
  a: {ask: 'A?', answers: {'yes': A is so}, anyway: true, signs: {'yes': [aaa]}}
  b: {ask: 'B?', answers: {'yes': B is so}, anyway: true, signs: {'yes': [bbb]}}
`)
	tr := link(t, v, `start: open
questions:
  open: {'yes': a, 'no': b, unknown: end}
  a: {'yes': x, then: end}
  b: {'yes': x, then: end}
diagnoses:
  x: {says: X., proof: gk}
`)[0]
	f, _, err := v.Read(facts.Input{Symptom: "aaa and bbb"})
	if err != nil {
		t.Fatal(err)
	}
	r := tr.Walk(f, nil)
	if len(r.Findings) != 1 || r.Findings[0].State != tree.Possible || r.Ask == nil || r.Ask.Fact != "open" {
		t.Errorf("findings %+v, asks %+v, want x possible and a question for open", r.Findings, r.Ask)
	}
}

// Nobody is asked for the same thing for ever because of a contradiction.
func TestAContradictionIsAskedOnce(t *testing.T) {
	v := vocabulary(t, `facts:
  os: {ask: 'Which?', answers: {nt: NT, w9: W9}, anyway: true, signs: {nt: [nt4], w9: [w98]}}
  talk: {answers: {'yes': Services}, anyway: true, signs: {'yes': [services]}}
  proc: {ask: 'Process?', answers: {p: P, q: Q}, anyway: true, signs: {p: [ppp]}}
  next: {ask: 'Next?', answers: {'yes': 'Yes', 'no': 'No'}}
contradictions:
  - {never: {os: w9, talk: 'yes'}, ask: os, says: No services there}
  - {never: {os: w9, proc: p}, ask: os, says: No such process there}
`)
	tr := link(t, v, `start: next
questions: {next: {'yes': x, then: end}}
diagnoses: {x: {says: X., proof: gk}}
`)[0]
	tests := []struct {
		name string
		in   facts.Input
		want string
	}{
		{"who told nothing is asked the more basic fact", facts.Input{Symptom: "w98 with services"}, "os"},
		{"who told it is asked nothing that nobody can say", facts.Input{Told: map[string]any{"os": "w9"}, Symptom: "services"}, "next"},
		{"who told it is asked the other", facts.Input{Told: map[string]any{"os": "w9"}, Symptom: "ppp"}, "proc"},
		{"who does not know the other is asked no more", facts.Input{Told: map[string]any{"os": "w9", "proc": "unknown"}, Symptom: "ppp"}, "next"},
		{"who told both is asked once", facts.Input{Told: map[string]any{"os": "w9", "proc": "p"}}, "os"},
		{"who says the same again is not", facts.Input{Told: map[string]any{"os": "w9", "proc": "p"}, Confirm: []facts.Confirmation{{Fact: "os", Values: []string{"w9"}}}}, "next"},
		{"who was asked for the other, and said what the words say, is not", facts.Input{Told: map[string]any{"os": "w9", "proc": "p"}, Symptom: "ppp on the box"}, "next"},
		{"who was asked for the more basic one, and said what the words say, is not", facts.Input{Told: map[string]any{"os": "w9", "proc": "p"}, Symptom: "w98"}, "next"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, contradictions, err := v.Read(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if len(contradictions) == 0 {
				t.Fatal("there is no contradiction")
			}
			ask := tr.Walk(f, v.Settle(tt.in, f, contradictions)).Ask
			if ask == nil || ask.Fact != tt.want {
				t.Errorf("asks %+v, want %s", ask, tt.want)
			}
		})
	}
}
