package kb

import (
	"cmp"
	"os"
	"slices"
	"testing"
)

func sentences(t testing.TB, file string) []Sentence {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := ReadSentences(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return all
}

func TestSentencesAreReadAsTheyAreMeant(t *testing.T) {
	all := sentences(t, "testdata/sentences.jsonl")
	score, wrong := load(t).ScoreSentences(all)
	var names []string
	for name := range score {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare)
	for _, name := range names {
		r := score[name]
		if r.Right+r.Wrong+r.Missed > 0 {
			t.Logf("%-20s right %3d  wrong %3d  missed %3d  precision %.3f  recall %.3f", name, r.Right, r.Wrong, r.Missed, r.Precision(), r.Recall())
		}
	}
	t.Logf("%d sentences, %d misreadings", len(all), len(wrong))
	if os.Getenv("MISREAD") != "" {
		for _, m := range wrong {
			if m.Fact == os.Getenv("MISREAD") || os.Getenv("MISREAD") == "all" {
				t.Logf("%s=%s missed=%v: %s", m.Fact, m.Value, m.Missed, m.Sentence.Text)
			}
		}
	}
}
