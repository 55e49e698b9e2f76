package main

import (
	"strings"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/session"
)

func TestReportCountsByVersion(t *testing.T) {
	store := session.On(&session.Memory{}, func() time.Time { return time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC) })
	for i, f := range []session.Feedback{
		{Article: "Q2", Tree: "11111111", Diagnosis: "a", Helped: true},
		{Article: "Q1", Tree: "22222222", Diagnosis: "b", Comment: "no\x1b[2Jgood"},
		{Article: "Q1", Tree: "33333333", Diagnosis: "b", Helped: true, Comment: "fine"},
		{Article: "Q1", Tree: "33333333", Diagnosis: "b", Comment: "still"},
		{Article: "Q1", Tree: "33333333"},
	} {
		f.At = time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)
		if err := store.AddFeedback(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := summarizeFeedback(t.Context(), store, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := writeFeedback(&b, lines); err != nil {
		t.Fatal(err)
	}
	want := `ARTICLE  TREE      DIAGNOSIS  HELPED  DID NOT  LAST
Q1       33333333  -          0       1        2026-01-05
Q1       33333333  b          1       1        2026-01-04
Q1       22222222  b          0       1        2026-01-02
Q2       11111111  a          1       0        2026-01-01
Q1 b: still
Q1 b: fine
Q1 b: no [2Jgood
`
	if b.String() != want {
		t.Errorf("report\n%s\nwant\n%s", b.String(), want)
	}
}
