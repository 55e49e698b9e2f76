package index

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// speed lets the peers take turns, each in a process of its own.
func (f *figureRun) speed() {
	var files []string
	for _, set := range sets[:4] {
		files = append(files, filepath.Join(f.eval, set+".jsonl"))
	}
	list := strings.Join(files, ",")
	names := []string{"p50", "p95", "p99", "qps1", "qps2", "open to first hit", "resident memory"}
	ours, lucene, xapian := make(map[string][]float64), make(map[string][]float64), make(map[string][]float64)
	for range *rounds {
		if f.lucene {
			said := f.luceneSays("lat", filepath.Join(f.work, "lucene-b"), list)
			for _, n := range names[:5] {
				lucene[n] = append(lucene[n], f.number(said, n))
			}
			lucene[names[5]] = append(lucene[names[5]], f.number(f.luceneSays("cold", filepath.Join(f.work, "lucene-b")), "first"))
		}
		if f.xapian {
			said := f.xapianSays("lat", "b", list)
			for _, n := range names[:4] {
				xapian[n] = append(xapian[n], f.number(said, n))
			}
			xapian[names[5]] = append(xapian[names[5]], f.number(f.xapianSays("cold", "b"), "open+first"))
		}
		said := f.ourProcess("lat", list)
		for _, n := range names[:5] {
			ours[n] = append(ours[n], f.number(said, n))
		}
		ours[names[6]] = append(ours[names[6]], f.number(said, "rss"))
		ours[names[5]] = append(ours[names[5]], f.number(f.ourProcess("cold", ""), "first"))
	}
	for i, n := range names {
		row := figureRow{
			name: n, ours: median(ours[n]),
			unit: []string{"ms", "ms", "ms", "/s", "/s", "ms", "MB"}[i],
			must: []string{"0.7", "", "0.6", "", "1.5", "15 ms", "120 MB"}[i],
			aim:  []string{"0.4", "", "0.4", "", "3", "5 ms", "64 MB"}[i],
		}
		if len(lucene[n]) > 0 {
			row.lucene = median(lucene[n])
		}
		if len(xapian[n]) > 0 {
			row.xapian = median(xapian[n])
		}
		f.rows = append(f.rows, row)
	}
}

// ourProcess runs this test program again, to measure in a fresh process.
func (f *figureRun) ourProcess(what, list string) string {
	self, err := os.Executable()
	must(f.t, err)
	c := exec.Command(self, "-test.run", "^TestFigureProcess$")
	c.Env = append(os.Environ(), "FIGURE="+what, "FIGURE_INDEX="+f.indexWithWords, "FIGURE_QUERIES="+list)
	out, err := c.CombinedOutput()
	if err != nil {
		f.t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestFigureProcess is what ourProcess runs.
func TestFigureProcess(t *testing.T) {
	begin := time.Now()
	dir := os.Getenv("FIGURE_INDEX")
	switch os.Getenv("FIGURE") {
	case "":
		t.Skip("is run by TestFigures")
	case "cold":
		x, err := Open(dir)
		must(t, err)
		search1(t, x, Query{Text: "computer stops responding blue screen 0x0000000A during setup", Bare: true})
		fmt.Printf("first %.2f\n", time.Since(begin).Seconds()*1e3)
	case "lat":
		figureLatency(t, dir)
	}
}

func figureLatency(t *testing.T, dir string) {
	x, err := Open(dir)
	must(t, err)
	f := &figureRun{t: t}
	var texts []string
	for name := range strings.SplitSeq(os.Getenv("FIGURE_QUERIES"), ",") {
		f.eval = filepath.Dir(name)
		for _, q := range f.queries(strings.TrimSuffix(filepath.Base(name), ".jsonl")) {
			texts = append(texts, q.Text)
		}
	}
	one := func(text string) { search1(t, x, Query{Text: text, Bare: true}) }
	for _, q := range texts {
		one(q)
	}
	took := make([]float64, len(texts))
	begin := time.Now()
	for i, q := range texts {
		at := time.Now()
		one(q)
		took[i] = time.Since(at).Seconds() * 1e3
	}
	single := time.Since(begin)
	begin = time.Now()
	var wg sync.WaitGroup
	for g := range 2 {
		wg.Go(func() {
			for i := g; i < len(texts); i += 2 {
				one(texts[i])
			}
		})
	}
	wg.Wait()
	double := time.Since(begin)
	slices.Sort(took)
	n := float64(len(texts))
	fmt.Printf("p50 %.3f p95 %.3f p99 %.3f ms qps1 %.0f qps2 %.0f rss %.1f\n", took[len(took)/2], took[len(took)*95/100], took[len(took)*99/100],
		n/single.Seconds(), n/double.Seconds(), resident())
}

// resident is the resident memory in MB, 0 where the system does not say.
func resident() float64 {
	data, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1e3
		}
	}
	return 0
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
