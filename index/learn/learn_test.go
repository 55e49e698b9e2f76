package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// library writes articles on household things to a folder and opens it as an archive.
func library(t *testing.T) *archive.Source {
	t.Helper()
	dir := t.TempDir()
	for i := range 40 {
		id := fmt.Sprint("Q", 910000+i)
		text := fmt.Sprintf("---\ntitle: \"%s: The Kettle Number %d Whistles\"\n---\n\n{%% raw %%}\n\n\tProduct(s): Kettle\n\n\tSYMPTOMS\n\t========\n\n"+
			"\tWhenever the kettle in kitchen number %d starts boiling, the small whistle on the spout shrieks until somebody comes.\n"+
			"\tThe program whistle%02d.exe shows the following error message:\n\t\n\t  The water of kettle %d cannot be measured\n\n"+
			"\tMORE INFORMATION\n\t================\n\n\t  Q%d An Older Name of Some Kettle That Shrieks\n\t  and Steams\n\n"+
			"\tAdditional query words: teapot whistle shriek steam\n\n{%% endraw %%}\n", id, i, i, i, i, 910000+(i+1)%40)
		if err := os.MkdirAll(filepath.Join(dir, id), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, id, "README.md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	src, err := archive.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func TestEveryKindOfQueryIsMade(t *testing.T) {
	queries, err := makeQueries(library(t), 5, rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	var count [kinds]int
	for _, q := range queries {
		count[q.kind]++
		if q.text == "" || len(q.worth) == 0 {
			t.Errorf("a query without text or answer: %+v", q)
		}
		for id := range q.exclude {
			if q.worth[id] > 0 {
				t.Errorf("%q is answered by %s, which it is made from", q.text, id)
			}
		}
	}
	for k, n := range count {
		if n == 0 {
			t.Errorf("no query of kind %d", k)
		}
	}
}

func TestCitingLinesAreTakenOut(t *testing.T) {
	a := &archive.Article{
		Links:    []archive.Link{{ID: "Q123456", Title: "Kettles"}},
		Sections: []archive.Section{{Name: "X", Paragraphs: []archive.Paragraph{{Text: "See this:\nQ123456 Kettles and\n  more of them\nand stay"}}}},
	}
	withoutCitations(a)
	if got := a.Sections[0].Paragraphs[0].Text; got != "See this:\nand stay" || a.Links != nil {
		t.Errorf("left: %q, links %v", got, a.Links)
	}
}

// The trainer must learn the simplest thing there is: that the one feature that parts answers from the rest does.
func TestTheTrainerLearns(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var lists []list
	for range 300 {
		l := list{kind: kindCited, held: len(lists)%10 == 0}
		answer := r.IntN(5)
		for c := range 5 {
			f := make([]float32, inputs)
			for i := range f {
				f[i] = r.Float32()
			}
			f[3] = r.Float32() / 2
			l.worth = append(l.worth, 0)
			if c == answer {
				f[3] += .6
				l.worth[c] = 1
			}
			l.features = append(l.features, f)
		}
		lists = append(lists, l)
	}
	tr := newTrainer(lists, r)
	first := tr.epoch(0)
	var last float64
	for range 14 {
		last = tr.epoch(0)
	}
	if last > first/2 {
		t.Errorf("the loss went from %.3f to %.3f, want it halved", first, last)
	}
	if n := len(tr.bytes()); n != 4*(2*inputs+total) {
		t.Errorf("the model has %d bytes", n)
	}
}

func TestLearningGoesAllTheWay(t *testing.T) {
	src := library(t)
	out := filepath.Join(t.TempDir(), "model.bin")
	dir := filepath.Join(t.TempDir(), "work")
	lists, err := examples(t.Context(), src, dir, 6, rand.New(rand.NewPCG(1, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if len(lists) == 0 || len(lists[0].features[0]) != index.Features+index.Gates {
		t.Fatalf("%d lists", len(lists))
	}
	tr := newTrainer(lists, rand.New(rand.NewPCG(1, 1)))
	again := newTrainer(lists, rand.New(rand.NewPCG(1, 1)))
	tr.epoch(0)
	if again.epoch(0); !bytes.Equal(tr.bytes(), again.bytes()) {
		t.Error("the same lists and the same chance give another model")
	}
	for range 10 {
		tr.epoch(0)
	}
	if err := os.WriteFile(out, tr.bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	m := tr.check()
	if m.n[kindError] == 0 || m.sum[kindError] < m.n[kindError]/2 {
		t.Errorf("of %g error messages that were held back, the mean reciprocal rank is %g", m.n[kindError], m.sum[kindError]/m.n[kindError])
	}
}

func TestTheSearchIsMeasuredWithQueriesThatAreHeldBack(t *testing.T) {
	var m means
	err := eachIndex(t.Context(), library(t), t.TempDir(), 20, rand.New(rand.NewPCG(1, 0)), func(x *index.Index, queries []query) error {
		return m.search(t.Context(), x, queries)
	})
	if err != nil {
		t.Fatal(err)
	}
	for k, n := range m.n {
		if n == 0 || n > 20/2 {
			t.Errorf("%g queries of kind %s are held back", n, kind(k))
		}
	}
	if m.sum[kindError] != m.n[kindError] {
		t.Errorf("error messages are found with a mean reciprocal rank of %g", m.sum[kindError]/m.n[kindError])
	}
}
