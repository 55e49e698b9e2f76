package desk

import "context"

// A Report is what somebody says is wrong: schema report.json.
type Report struct {
	Symptom string         `json:"symptom,omitempty"` // in the person's own words
	Facts   map[string]any `json:"facts,omitempty"`   // fact id → value id or label, a list, or "unknown"
	Log     string         `json:"log,omitempty"`     // pasted log lines, or the output of the collector script
	Script  string         `json:"script,omitempty"`  // the dialect whose text is wanted; else the computer's own
	Fix     string         `json:"fix,omitempty"`     // an alternative fix, chosen by name
	Article string         `json:"article,omitempty"` // begin at this article's tree
	Further bool           `json:"further,omitempty"` // ask on for further causes when one is confirmed
	Confirm []Confirmation `json:"confirm,omitempty"` // what the person said yes to
	Session string         `json:"session,omitempty"` // a conversation to go on with

	Given []GivenScript `json:"-"` // the scripts that the conversation was given before; set by whoever remembers it
}

// Confirmation is a yes to what was read from a report, or an answer that was given a second time.
type Confirmation struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"` // a string, or a list for a fact that takes several
}

// Status says where a diagnosis stands.
type Status string

const (
	StatusAsk       Status = "ask"       // nothing is confirmed and a question is open
	StatusDiagnosed Status = "diagnosed" // at least one diagnosis is confirmed; a question may stand beside it
	StatusUndecided Status = "undecided" // nothing is confirmed and nothing is left to ask
	StatusNoTree    Status = "no-tree"   // the report fits no tree: Related carries the answer
)

// An Answer is what the desk says to a report: schema answer.json. The same report gets the same bytes.
type Answer struct {
	Status         Status          `json:"status"`
	Tree           *TreeRef        `json:"tree,omitempty"`
	Ask            *Ask            `json:"ask,omitempty"`
	Further        *Ask            `json:"further,omitempty"` // the next question for further causes, which only a report with Further is asked
	Diagnoses      []Diagnosis     `json:"diagnoses"`
	Assumed        []Assumed       `json:"assumed"`
	Contradictions []Contradiction `json:"contradictions"`
	Plan           *Plan           `json:"plan,omitempty"`
	Scripts        []Script        `json:"scripts"`
	Runs           []Run           `json:"runs,omitempty"` // how scripts ended that the conversation was given
	Related        []Related       `json:"related"`
	Session        string          `json:"session,omitempty"`
}

// TreeRef names the tree that was walked.
type TreeRef struct {
	Article string `json:"article"`
	Version string `json:"version"` // first eight hex digits of the sha256 of its file
}

// Ask is one question to the person.
type Ask struct {
	Fact    string   `json:"fact"`
	Text    string   `json:"text"`
	Help    string   `json:"help,omitempty"` // how a person finds the answer
	Why     string   `json:"why,omitempty"`  // what hangs on it
	Form    string   `json:"form,omitempty"` // the form of a free answer: site-code, version …
	Several bool     `json:"several,omitempty"`
	Confirm []Taken  `json:"confirm,omitempty"` // what was read and wants a yes, all at once; Fact is the first of them
	Answers []Choice `json:"answers,omitempty"`
	Log     string   `json:"log,omitempty"` // which log lines would answer it too
}

// Taken is a fact that was read from a report and wants a yes before a script changes anything.
type Taken struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"` // a string, or a list for a fact that takes several
	Label string `json:"label"` // the same for people: Windows NT 4.0
	Words string `json:"words,omitempty"`
}

// Choice is one of the answers to a question.
type Choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// Diagnosis is one possible cause and how it stands.
type Diagnosis struct {
	Name       string    `json:"name"`
	Article    string    `json:"article"`
	State      string    `json:"state"`                // confirmed, possible, ruled-out
	Confidence string    `json:"confidence,omitempty"` // high, medium, low; absent where ruled out
	Says       string    `json:"says"`
	Proof      *Proof    `json:"proof,omitempty"`
	Because    []Because `json:"because"`
	Open       []string  `json:"open,omitempty"` // of a possible one: the facts that decide it
	Doubts     []string  `json:"doubts,omitempty"`
	See        []string  `json:"see,omitempty"`
}

// Proof is a place in an article.
type Proof struct {
	Article   string `json:"article"`
	Section   string `json:"section"`
	Paragraph int    `json:"paragraph"`         // counted from 1
	Passage   string `json:"passage,omitempty"` // where an archive is loaded
	Summary   string `json:"summary,omitempty"` // our own words for that place, where the content has them
}

// Because is one answer that led to a diagnosis or ruled it out.
type Because struct {
	Fact   string `json:"fact"`
	Value  string `json:"value"`
	Source string `json:"source"` // told, log, text, derived
	Words  string `json:"words,omitempty"`
}

// Assumed is a fact that nobody told: read from the report or its log, or derived. A person can flip it.
type Assumed struct {
	Fact  string `json:"fact"`
	Value any    `json:"value"` // a string, or a list for a fact that takes several
	Words string `json:"words,omitempty"`
	In    string `json:"in"` // symptom, log, or the fact it follows from
}

// Contradiction is what cannot both be.
type Contradiction struct {
	Facts []string `json:"facts"`
	Says  string   `json:"says"`
}

// Plan is the repair: what is done, by whom, in which order.
type Plan struct {
	Fix          string   `json:"fix"`
	Fixes        []string `json:"fixes,omitempty"` // of a combined plan, in order
	Alternatives []string `json:"alternatives,omitempty"`
	Goal         string   `json:"goal"`
	Risk         string   `json:"risk"` // none, low, medium, high
	Reboot       bool     `json:"reboot"`
	BlockedBy    []string `json:"blocked_by,omitempty"` // facts that stand in the way
	Doubts       []string `json:"doubts,omitempty"`
	Steps        []Step   `json:"steps"`
}

// Step is one step of a plan, in words.
type Step struct {
	Stage   int    `json:"stage"` // counted from 1; a stage ends at a restart or at what only a person can do
	Verb    string `json:"verb"`
	Does    string `json:"does"`
	By      string `json:"by"`                // script, person
	Effect  string `json:"effect"`            // reads, changes, unknown
	Article string `json:"article,omitempty"` // the article that states it; ext or gk where none does
}

// Script is one file that carries a stage of the plan out, or that only looks. Text is given for one dialect only.
type Script struct {
	Dialect   string `json:"dialect"`
	Effect    string `json:"effect"` // reads, changes
	Fix       string `json:"fix"`
	Stage     int    `json:"stage"` // counted from 1; 0 for the runbook of the whole plan
	File      string `json:"file"`
	ID        string `json:"id"` // the script= of its result line
	SHA256    string `json:"sha256"`
	Signature string `json:"signature,omitempty"` // the detached Ed25519 signature of its bytes, in base64, where scripts are signed
	SignedBy  string `json:"signed_by,omitempty"` // the ID of the key, its sha256 in DER
	Href      string `json:"href,omitempty"`      // where its bytes can be had, as long as the tree stays as it is; where scripts have addresses
	Text      string `json:"text,omitempty"`
}

// Related is an article worth reading.
type Related struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Score   float64 `json:"score"`
	Section string  `json:"section,omitempty"`
	Passage string  `json:"passage,omitempty"`
	Why     string  `json:"why"` // linked, matched
}

// A Refusal is a report that cannot be taken. It holds all of its problems and never a refused value.
type Refusal struct {
	Problems []Problem
	Ask      *Ask      // the question to ask again, nil where there is none
	Related  []Related // what may help all the same

	rest *Report // what is left without the parts that break the schema; nil where nothing is, or nothing does
}

// Problem is one thing that is wrong with a report.
type Problem struct {
	Pointer string `json:"pointer"` // JSON pointer into the report: /facts/client_os
	Detail  string `json:"detail"`  // what was expected
	Hint    string `json:"hint,omitempty"`
}

func (r *Refusal) Error() string { return "report refused: " + r.Problems[0].Detail }

// An Answerer answers reports. *Desk is one.
type Answerer interface {
	// Answer returns a *Refusal for a report that breaks a rule, and any other error for what is ours.
	Answer(ctx context.Context, r *Report) (*Answer, error)
}
