package desk

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// noise are lines of logs that say nothing about a cause.
func noise(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d.%d: heartbeat of the spooler, 0x%08x, user Miller\r\n", i, i%60, i*7919)
	}
	return b.String()
}

// TestEvidenceAnswersAsTheWholeLogDoes buries the log of every worked case in lines of other things.
func TestEvidenceAnswersAsTheWholeLogDoes(t *testing.T) {
	d := newDesk(t)
	logs := 0
	for _, r := range spokenCases(t, d) {
		if r.Log == "" {
			continue
		}
		logs++
		full, brief := *r, *r
		full.Log = noise(40) + r.Log + "\r\n" + noise(40)
		brief.Log = d.Evidence(full.Log)
		if strings.Contains(brief.Log, "Miller") {
			t.Errorf("the evidence holds lines from which nothing is read:\n%s", brief.Log)
		}
		if a, b := shapeOf(t, d, &full), shapeOf(t, d, &brief); !reflect.DeepEqual(a, b) {
			t.Errorf("with the evidence %q the answer is\n%+v\nwant\n%+v", brief.Log, b, a)
		}
		if again := d.Evidence(brief.Log); again != brief.Log {
			t.Errorf("the evidence of the evidence is another: %q, then %q", brief.Log, again)
		}
	}
	if logs < 3 {
		t.Fatalf("%d worked cases have a log", logs)
	}
}

func TestEvidenceKeepsResultsAndCollectedFacts(t *testing.T) {
	d := newDesk(t)
	result := "FIXDESK-RESULT v=1 fix=forget-site script=1a2b3c4d mode=apply status=ok step=7"
	collected := "FIXDESK-FACTS v=1\nclient_os=nt4\nclient_sites=BRI\nFIXDESK-END"
	log := noise(3) + result + "\r\n" + noise(3) + collected + "\n" + noise(3)
	if got, want := d.Evidence(log), result+"\n"+collected; got != want {
		t.Errorf("Evidence = %q, want %q", got, want)
	}
	if got := d.Evidence(noise(500)); got != "" {
		t.Errorf("of a log that says nothing, %q is kept", got)
	}
}

func TestEvidenceOfALogThatRepeatsItselfIsShort(t *testing.T) {
	d := newDesk(t)
	line := "hinv.CFG version () out of sync with offer file version (2.00.1239.0000); skipping operations"
	if got := d.Evidence(strings.Repeat(line+"\n", 200)); got != line+"\n"+line && got != line {
		t.Errorf("200 equal lines leave %d characters", len(got))
	}
}
