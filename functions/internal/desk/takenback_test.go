package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"testing"
)

// TestAReportThatTakesItsWordsBackGetsNoScriptThatChangesAnything reads reports written to mislead: what they seem to say is
// denied, moved to another computer, closed, quoted or imagined a few words later. Some are beyond any reading of words, and are
// confirmed; the first person to read what was understood will say no. Nothing that changes a computer may be handed out first.
func TestAReportThatTakesItsWordsBackGetsNoScriptThatChangesAnything(t *testing.T) {
	const misled = 32 // at most; 125 when they were written
	d := newDesk(t)
	f, err := os.Open("../../../kb/testdata/taken-back.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	total, wrong := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); total++ {
		var report Report
		if err := json.Unmarshal(lines.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		a, err := d.Answer(context.Background(), &report)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range a.Scripts {
			if s.Effect == "changes" {
				t.Errorf("%s changes a computer: %s", s.File, lines.Text())
			}
		}
		if confirms(a) {
			wrong++
			t.Logf("confirmed: %s", lines.Text())
		}
	}
	if total < 277 || wrong > misled {
		t.Errorf("%d of %d reports confirmed a diagnosis, want at most %d of 277", wrong, total, misled)
	}
}

// confirms reports whether an answer is sure of a diagnosis.
func confirms(a *Answer) bool {
	for _, d := range a.Diagnoses {
		if d.State == "confirmed" && d.Confidence != "low" {
			return true
		}
	}
	return false
}
