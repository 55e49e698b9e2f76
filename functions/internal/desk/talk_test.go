package desk

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
)

// A muddled person answers whatever comes to mind, which need not go together, and says the same when asked again.
type muddled struct {
	r *rand.Rand
	v *facts.Vocabulary
}

// answer makes up an answer to a fact, "unknown" now and then.
func (m muddled) answer(fact string) any {
	def, _ := m.v.Definition(fact)
	ids := def.Answers.Keys()
	codes := []any{"AB1", "CD2", "EF3"}
	switch {
	case m.r.IntN(8) == 0:
		return "unknown"
	case len(ids) > 0 && def.Several:
		return []any{ids[m.r.IntN(len(ids))]}
	case len(ids) > 0:
		return ids[m.r.IntN(len(ids))]
	case def.Form == "version":
		return []string{"2.00.1239.0000", "2.00.1380.1000", "2.00.1493.3004"}[m.r.IntN(3)]
	case def.Form == "number":
		return fmt.Sprint(1 + m.r.IntN(4))
	case def.Several:
		first := m.r.IntN(3)
		return codes[first : first+1+m.r.IntN(3-first)]
	}
	return "AB1"
}

// reply puts the answer to a question into a report. Nobody changes their mind: a fact that is asked for again gets the same answer,
// and with it the yes.
func (m muddled) reply(r *Report, ask *Ask) {
	r.Facts, r.Confirm = maps.Clone(r.Facts), slices.Clone(r.Confirm)
	if r.Facts == nil {
		r.Facts = map[string]any{}
	}
	for _, taken := range ask.Confirm {
		switch m.r.IntN(6) {
		case 0:
			r.Facts[taken.Fact] = "unknown"
		case 1:
			r.Facts[taken.Fact] = m.answer(taken.Fact)
		default:
			r.Confirm = append(r.Confirm, Confirmation{taken.Fact, plainValue(taken.Value)})
		}
	}
	if len(ask.Confirm) > 0 {
		return
	}
	if before, told := r.Facts[ask.Fact]; told {
		r.Confirm = append(r.Confirm, Confirmation{ask.Fact, before})
		return
	}
	r.Facts[ask.Fact] = m.answer(ask.Fact)
}

// Whatever people answer, and however it contradicts itself and their words, a conversation ends, no question comes a third time, and
// no script changes anything while something does not go together or wants a yes.
func TestAConversationWithMuddledPeopleEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("holds hundreds of conversations")
	}
	d := newDesk(t)
	reports := reportsOf(t)
	contradicted, scripts := 0, 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 9))
		m := muddled{r, d.KB.Vocabulary}
		begin := reports[r.IntN(len(reports))]
		said := &Report{Symptom: begin.Symptom, Log: begin.Log, Article: begin.Article, Facts: maps.Clone(begin.Facts)}
		if r.IntN(3) == 0 { // the words of two people
			said.Symptom += "\n" + reports[r.IntN(len(reports))].Symptom
		}
		asked := map[string]int{}
		for turn := 0; ; turn++ {
			a := answered(t, d, said)
			if files := changing(a); len(files) > 0 {
				scripts++
				blocked := slices.DeleteFunc(slices.Clone(a.Plan.BlockedBy), func(name string) bool { return name == "admin_rights" })
				if len(a.Contradictions) > 0 || len(blocked) > 0 || a.Ask != nil && len(a.Ask.Confirm) > 0 {
					t.Fatalf("%+v: %v are handed out, with the contradictions %v, blocked by %v, asking %+v", said, files, a.Contradictions, blocked, a.Ask)
				}
			}
			if len(a.Contradictions) > 0 {
				contradicted++
			}
			if a.Ask == nil {
				break
			}
			key := a.Ask.Fact
			if len(a.Ask.Confirm) > 0 {
				key = "confirm " + fmt.Sprint(a.Ask.Confirm)
			}
			if asked[key]++; asked[key] > 2 || turn > 60 {
				t.Fatalf("%+v: asks for %s for the %d. time, in turn %d", said, key, asked[key], turn)
			}
			if said.Facts[a.Ask.Fact] == "unknown" && len(a.Ask.Confirm) == 0 {
				t.Fatalf("%+v: asks for %s, which the person does not know: %s", said, a.Ask.Fact, a.Ask.Why)
			}
			before := *said
			m.reply(said, a.Ask)
			if reflect.DeepEqual(before, *said) {
				t.Fatalf("%+v: asks for %s, and the answer changes nothing", said, key)
			}
		}
	}
	if contradicted < 100 || scripts < 100 {
		t.Errorf("only %d turns held a contradiction, and %d a script", contradicted, scripts)
	}
}

// Who answers a question as their words have it has answered it, though nobody says yes beside that.
func TestWhoRepeatsTheirWordsIsNotAskedForEver(t *testing.T) {
	d := newDesk(t)
	for _, words := range []string{
		"smsmon32 100% since SP1. The client lists AB1 and AB2. Site KLM is gone.",
		"smsmon32 hangs, no service pack was installed. client base version is 2.00.1380.1000",
		"clisvcl.exe 100% on windows 95 since SMS SP1",
	} {
		for _, first := range []map[string]any{nil, {"nonexistent_sites": []any{"KLM"}}, {"base_version": "2.00.1380.1000"}, {"process": "clisvcl"}} {
			said := &Report{Symptom: words, Facts: maps.Clone(first)}
			if said.Facts == nil {
				said.Facts = map[string]any{}
			}
			for turn := 0; ; turn++ {
				a := answered(t, d, said)
				if a.Ask == nil {
					break
				}
				if turn == 40 {
					t.Fatalf("%q, %v: asks for %s again and again", words, said.Facts, a.Ask.Fact)
				}
				said.Facts[a.Ask.Fact] = "unknown"
				for _, read := range a.Assumed {
					if read.Fact == a.Ask.Fact {
						said.Facts[read.Fact] = plainValue(read.Value)
					}
				}
			}
		}
	}
}

// The README promises a script for its report.
func TestTheReportOfTheReadmeGetsItsScript(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(data), "-d '")
	body, _, ok := strings.Cut(rest, "'\n")
	var r Report
	if err := json.Unmarshal([]byte(body), &r); err != nil || !ok {
		t.Fatalf("%v in %s", err, body)
	}
	if a := answered(t, newDesk(t), &r); !slices.Contains(changing(a), "forget-site-1.cmd") {
		t.Errorf("it gets %v, blocked by %v, asking %+v", changing(a), a.Plan.BlockedBy, a.Ask)
	}
}
