package index

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// A labelled is a query with the articles that answer it.
type labelled struct {
	ID      string `json:"qid"`
	Text    string `json:"query"`
	Rel     [][2]any
	Exclude []string
}

func (f *figureRun) queries(set string) []labelled {
	file, err := os.Open(filepath.Join(f.eval, set+".jsonl"))
	must(f.t, err)
	defer file.Close()
	var all []labelled
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var q labelled
		must(f.t, json.Unmarshal(lines.Bytes(), &q))
		all = append(all, q)
	}
	must(f.t, lines.Err())
	return all
}

// reciprocal is 1 over the rank of the first answer among the first ten, 0 where there is none.
func (q labelled) reciprocal(found []string) float64 {
	rank := 0
	for _, id := range found {
		if slices.Contains(q.Exclude, id) {
			continue
		}
		if rank++; rank > 10 {
			break
		}
		if slices.ContainsFunc(q.Rel, func(r [2]any) bool { return r[0] == id }) {
			return 1 / float64(rank)
		}
	}
	return 0
}

var sets = []string{"a1", "a2", "a3", "a4", "b"}

// relevance compares the mean reciprocal rank on each set.
func (f *figureRun) relevance() {
	mean := figureRow{name: "MRR@10, mean", must: "1.06", aim: "1.10"}
	var each []figureRow
	for _, set := range sets {
		dir, text := f.indexWithWords, "b"
		if set == "a1" {
			dir, text = f.indexWithout, "a"
		}
		queries := f.queries(set)
		row := figureRow{name: "MRR@10, " + set, must: "1.0"}
		row.ours = f.ourMRR(dir, queries)
		if f.lucene {
			out := filepath.Join(f.work, set+".lucene")
			f.luceneSays("run", filepath.Join(f.work, "lucene-"+text), filepath.Join(f.eval, set+".jsonl"), out)
			row.lucene = f.fileMRR(out, queries)
		}
		if f.xapian {
			out := filepath.Join(f.work, set+".xapian")
			f.xapianSays("run", text, filepath.Join(f.eval, set+".jsonl"), out)
			row.xapian = f.fileMRR(out, queries)
		}
		mean.xapian += row.xapian / float64(len(sets))
		mean.ours += row.ours / float64(len(sets))
		mean.lucene += row.lucene / float64(len(sets))
		each = append(each, row)
	}
	f.rows = append(append([]figureRow{mean}, each...), f.rows...)
}

func (f *figureRun) ourMRR(dir string, queries []labelled) float64 {
	x, err := Open(dir)
	must(f.t, err)
	defer x.Close()
	got := make([]float64, len(queries))
	var wg sync.WaitGroup
	for g := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := g; i < len(queries); i += runtime.GOMAXPROCS(0) {
				r, err := x.Search(context.Background(), Query{Text: queries[i].Text, Size: 60, Bare: true})
				if err != nil {
					f.t.Error(err)
				}
				got[i] = queries[i].reciprocal(ids(r))
			}
		})
	}
	wg.Wait()
	return average(got)
}

func (f *figureRun) fileMRR(name string, queries []labelled) float64 {
	data, err := os.ReadFile(name)
	must(f.t, err)
	found := make(map[string][]string)
	for line := range strings.Lines(string(data)) {
		p := strings.Split(line, "\t")
		found[p[0]] = append(found[p[0]], p[1])
	}
	got := make([]float64, len(queries))
	for i, q := range queries {
		got[i] = q.reciprocal(found[q.ID])
	}
	return average(got)
}

func average(all []float64) float64 {
	var sum float64
	for _, v := range all {
		sum += v
	}
	return sum / float64(max(len(all), 1))
}
