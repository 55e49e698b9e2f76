package desk

import (
	"context"
	"testing"
)

// BenchmarkAnswer answers a report that is diagnosed, with plan and scripts, and related articles from the built-in index.
func BenchmarkAnswer(b *testing.B) {
	d := newDesk(b)
	r := &Report{
		Symptom: "Task Manager shows Smsmon32.exe at 99 percent on this workstation since we put Service Pack 1 on the SMS site.",
		Facts:   map[string]any{"client_os": "nt4", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		a, err := d.Answer(context.Background(), r)
		if err != nil || len(a.Scripts) == 0 {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnswerWithoutSearch is the same without the search for related articles.
func BenchmarkAnswerWithoutSearch(b *testing.B) {
	d := newDesk(b)
	d.Index = nil
	r := &Report{
		Symptom: "Task Manager shows Smsmon32.exe at 99 percent on this workstation since we put Service Pack 1 on the SMS site.",
		Facts:   map[string]any{"client_os": "nt4", "client_sites": []any{"HQ1", "OLD"}, "nonexistent_sites": []any{"OLD"}},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Answer(context.Background(), r); err != nil {
			b.Fatal(err)
		}
	}
}
