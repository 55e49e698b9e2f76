package desk

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"testing"
)

// elsewhere returns the pool of reports that no tree is about, many of them in our subject's plain words.
func elsewhere(t *testing.T) (all []struct{ Text, About string }) {
	t.Helper()
	f, err := os.Open("../../../kb/testdata/elsewhere.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var one struct{ Text, About string }
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func TestAReportAboutSomethingElseGetsNoDiagnosisAndNoQuestion(t *testing.T) {
	d := newDesk(t)
	pool := elsewhere(t)
	if len(pool) < 300 {
		t.Errorf("only %d reports", len(pool))
	}
	for _, one := range pool {
		a, err := d.Answer(context.Background(), &Report{Symptom: one.Text})
		if err != nil {
			t.Fatal(err)
		}
		if a.Status != StatusNoTree || a.Ask != nil {
			t.Errorf("%s: status %s, asks %+v, assumes %+v: %s", one.About, a.Status, a.Ask, a.Assumed, one.Text)
		}
	}
}
