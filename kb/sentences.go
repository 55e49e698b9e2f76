package kb

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// A Sentence is a text as a person writes it, with what a careful reader takes from it: a line of sentences.jsonl. What stands
// neither in States nor in May must not be read from it.
type Sentence struct {
	Text   string         `json:"text"`
	Lang   string         `json:"lang"`
	States map[string]any `json:"states"` // must be read
	May    map[string]any `json:"may"`    // may be read: two careful readers differ
	Not    map[string]any `json:"not"`    // tempting, and wrong; for whoever reads the line
}

// ReadSentences reads a corpus, one JSON object a line.
func ReadSentences(r io.Reader) ([]Sentence, error) {
	var all []Sentence
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var s Sentence
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, s)
	}
	return all, lines.Err()
}

// A Reading is how often one fact was read from sentences: as they state it, otherwise, and not though they state it.
type Reading struct{ Right, Wrong, Missed int }

// Precision is the share of what was read that is right, 1 where nothing was read.
func (r Reading) Precision() float64 { return share(r.Right, r.Wrong) }

// Recall is the share of what is stated that was read, 1 where nothing is stated.
func (r Reading) Recall() float64 { return share(r.Right, r.Missed) }

func share(n, rest int) float64 {
	if n+rest == 0 {
		return 1
	}
	return float64(n) / float64(n+rest)
}

// Sum adds readings up.
func Sum(all map[string]Reading) Reading {
	var sum Reading
	for _, r := range all {
		sum.Right, sum.Wrong, sum.Missed = sum.Right+r.Right, sum.Wrong+r.Wrong, sum.Missed+r.Missed
	}
	return sum
}

// A Misreading is one value that was read from a sentence and is not stated there, or the other way round.
type Misreading struct {
	Sentence Sentence
	Fact     string
	Value    string
	Missed   bool // stated and not read
}

// ScoreSentences holds what is read from sentences against what they state, by fact. Values count one by one. A fact that is
// derived counts where a sentence states it so, and a fact that no sentence states is left out.
func (b *Base) ScoreSentences(all []Sentence) (map[string]Reading, []Misreading) {
	score := map[string]Reading{}
	for _, s := range all {
		for name := range s.States {
			score[name] = Reading{}
		}
	}
	var wrong []Misreading
	for _, s := range all {
		f, _, _ := b.Vocabulary.Read(facts.Input{Symptom: s.Text, About: about(s)})
		for name, r := range score {
			stated, may := labels(s.States, name), labels(s.May, name)
			got := read(f, name, stated)
			for _, v := range got {
				switch {
				case slices.Contains(stated, v):
					r.Right++
				case !slices.Contains(may, v):
					r.Wrong++
					wrong = append(wrong, Misreading{s, name, v, false})
				}
			}
			for _, v := range stated {
				if !slices.Contains(got, v) {
					r.Missed++
					wrong = append(wrong, Misreading{s, name, v, true})
				}
			}
			score[name] = r
		}
	}
	return score, wrong
}

// read returns the values of a fact that were read from a text.
func read(f facts.Facts, name string, stated []string) []string {
	fact, ok := f.Get(name)
	switch {
	case !ok || fact.Unknown:
		return nil
	case fact.Source == facts.Derived: // as the sentence states it, or not to be judged by it
		return slices.DeleteFunc(slices.Clone(fact.Values), func(v string) bool { return !slices.Contains(stated, v) })
	case len(fact.Values) == 0:
		return []string{facts.Empty}
	}
	return fact.Values
}

// labels returns the values that a sentence is labelled with.
func labels(m map[string]any, name string) []string {
	switch v := m[name].(type) {
	case nil:
		return nil
	case []any:
		if len(v) == 0 {
			return []string{facts.Empty}
		}
		var all []string
		for _, one := range v {
			all = append(all, fmt.Sprint(one))
		}
		return all
	default:
		return []string{fmt.Sprint(v)}
	}
}

// about reports whether a sentence is one of a report on the subject: it states a fact that no other report has. Within such a
// report it needs no name of the subject.
func about(s Sentence) bool {
	for name := range s.States {
		switch name {
		case "client_os", "symptom", "restarted", "better_after_restart", "admin_rights":
		default:
			return true
		}
	}
	return false
}
