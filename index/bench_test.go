package index

import "testing"

func BenchmarkSearch(b *testing.B) {
	x := memory(b)
	for _, c := range []struct {
		name string
		q    Query
	}{
		{"bare", Query{Text: "garden pump grinding noise after warming up", Bare: true}},
		{"passages", Query{Text: "garden pump grinding noise after warming up"}},
		{"facets", Query{Text: "garden pump grinding noise after warming up", Facets: true}},
		{"misspelt", Query{Text: "gardne pump grindign noise", Bare: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				search1(b, x, c.q)
			}
		})
	}
}

// BenchmarkNew and BenchmarkLoad are what a program pays at its start.
func BenchmarkNew(b *testing.B) {
	all := articles(b)
	for b.Loop() {
		if _, err := New(all); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	data, err := Pack(articles(b))
	must(b, err)
	for b.Loop() {
		if _, err := Load(data); err != nil {
			b.Fatal(err)
		}
	}
}
