package index

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// The figures of the search against its peers, on the same text and the same queries in the same run:
//
//	go test ./index -run TestFigures -v -timeout 1h -figures [-archive PATH] [-peers DIR] [-eval DIR] [-figures-work DIR]
//
// Times are medians of rounds in which the peers take turns. What is missing is named and left out.
var (
	figures     = flag.Bool("figures", false, "measure the search against its peers")
	archiveFlag = flag.String("archive", os.Getenv("KB_ARCHIVE"), "the archive; by default the one beside this project")
	peersFlag   = flag.String("peers", os.Getenv("PEERS"), "the folder of the peers' programs")
	evalFlag    = flag.String("eval", "", "the folder of labelled queries")
	workFlag    = flag.String("figures-work", filepath.Join(os.TempDir(), "fixdesk-figures"), "where indexes are kept between runs")
	rounds      = flag.Int("rounds", 3, "rounds in which the peers take turns")
)

func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("takes minutes: go test ./index -run TestFigures -v -timeout 1h -figures")
	}
	f := newFigureRun(t)
	f.corpora()
	f.build()
	f.relevance()
	f.speed()
	f.print()
}

// A figureRun measures. Its table has a value for each peer and each figure.
type figureRun struct {
	t                            *testing.T
	archive, peers, eval, work   string
	lucene, xapian               bool
	rows                         []figureRow
	textWithWords, textWithout   string // archives without citing lines
	indexWithWords, indexWithout string
}

type figureRow struct {
	name         string
	lucene, ours float64
	xapian       float64 // 0 where it was not measured
	unit         string
	must, aim    string // ratios
}

func firstThere(paths ...string) string {
	for _, p := range paths {
		if _, err := os.Stat(p); p != "" && err == nil {
			full, _ := filepath.Abs(p)
			return full
		}
	}
	return ""
}

func newFigureRun(t *testing.T) *figureRun {
	f := &figureRun{
		t:       t,
		archive: firstThere(*archiveFlag, "../../shared/kbarchive/kbarchive-master.tar.gz"),
		peers:   firstThere(*peersFlag, "../../shared/bench/peers"),
		eval:    firstThere(*evalFlag, "../../shared/eval/search"),
		work:    *workFlag,
	}
	if f.archive == "" || f.eval == "" {
		t.Skip("no archive or no labelled queries: name them with -archive and -eval")
	}
	if _, err := exec.LookPath("javac"); err == nil && f.peers != "" {
		f.lucene = true
	} else {
		t.Log("missing: Lucene (the peers' folder, or javac): only our own figures are measured")
	}
	if f.peers != "" && exec.Command("/usr/bin/python3", "-c", "import xapian").Run() == nil {
		f.xapian = true
	} else {
		t.Log("missing: Xapian (the peers' folder, or python3-xapian)")
	}
	must(t, os.MkdirAll(f.work, 0o755))
	return f
}

// sh runs a program and returns what it says.
func (f *figureRun) sh(name string, args ...string) string {
	f.t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		f.t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (f *figureRun) luceneSays(args ...string) string {
	return f.sh("bash", append([]string{filepath.Join(f.peers, "lucene.sh")}, args...)...)
}

func (f *figureRun) xapianSays(verb, name string, args ...string) string {
	db := filepath.Join(f.work, "xapian-"+name+".db")
	return f.sh("/usr/bin/python3", append([]string{filepath.Join(f.peers, "xapian_peer.py"), verb, db}, args...)...)
}

// number returns the number behind a word in what a program says.
func (f *figureRun) number(said, word string) float64 {
	m := regexp.MustCompile(regexp.QuoteMeta(word) + ` *([0-9.]+)`).FindStringSubmatch(said)
	if m == nil {
		f.t.Fatalf("no %q in %q", word, said)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	must(f.t, err)
	return v
}

// corpora makes the archives without citing lines: with and without query words.
func (f *figureRun) corpora() {
	f.textWithWords, f.textWithout = filepath.Join(f.work, "b.tar.gz"), filepath.Join(f.work, "a.tar.gz")
	for path, args := range map[string][]string{f.textWithWords: nil, f.textWithout: {"--no-query-words"}} {
		if _, err := os.Stat(path); err == nil {
			continue
		}
		f.sh("python3", append([]string{filepath.Join(f.eval, "make_corpus.py"), f.archive, path}, args...)...)
	}
}

// build builds all indexes, the peers by turns, and keeps the shorter of two times.
func (f *figureRun) build() {
	f.indexWithWords, f.indexWithout = filepath.Join(f.work, "ours-b"), filepath.Join(f.work, "ours-a")
	row := figureRow{name: "build", unit: "s", ours: math.Inf(1), must: "2.5", aim: "1.5"}
	size := figureRow{name: "size for ranking", unit: "MB", must: "4", aim: "2"}
	for _, text := range []string{"a", "b"} { // the last one's size stays
		packed, dir := filepath.Join(f.work, text+".tar.gz"), filepath.Join(f.work, "ours-"+text)
		must(f.t, os.RemoveAll(dir))
		row.ours = min(row.ours, f.buildOurs(dir, packed))
		size.ours = megabytes(dir, termsFile, tableFile)
		if f.lucene {
			f.buildPeers(text, packed, &row, &size)
		}
	}
	f.rows = append(f.rows, size, row)
}

func (f *figureRun) buildPeers(text, packed string, row, size *figureRow) {
	docs, dir := filepath.Join(f.work, text+".jsonl"), filepath.Join(f.work, "lucene-"+text)
	if _, err := os.Stat(docs); err != nil {
		f.sh("python3", filepath.Join(f.peers, "prep.py"), packed, docs)
	}
	must(f.t, os.RemoveAll(dir))
	said := f.luceneSays("build", dir, docs)
	size.lucene = f.number(said, "size")
	if took := f.number(said, "one=true"); row.lucene == 0 || took < row.lucene {
		row.lucene = took
	}
	if f.xapian {
		said := f.xapianSays("build", text, docs)
		size.xapian = f.number(said, "size")
		if took := f.number(said, "BUILD xapian"); row.xapian == 0 || took < row.xapian {
			row.xapian = took
		}
	}
}

func (f *figureRun) buildOurs(dir, text string) float64 {
	src, err := archive.Open(text)
	must(f.t, err)
	defer src.Close()
	begin := time.Now()
	_, err = Build(f.t.Context(), dir, src, Options{})
	must(f.t, err)
	return time.Since(begin).Seconds()
}

func megabytes(dir string, names ...string) float64 {
	var sum int64
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil {
			sum += info.Size()
		}
	}
	return float64(sum) / 1e6
}

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

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

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

func (f *figureRun) print() {
	cell := func(v float64) string {
		if v == 0 {
			return "-"
		}
		return fmt.Sprintf("%.4g", v)
	}
	fmt.Printf("%-22s %10s %10s %10s %8s %8s %8s\n", "", "Xapian", "Lucene", "ours", "ratio", "must", "aim")
	for _, r := range f.rows {
		ratio := ""
		if r.lucene > 0 {
			ratio = fmt.Sprintf("%.3f", r.ours/r.lucene)
		}
		fmt.Printf("%-22s %10s %10s %10s %8s %8s %8s\n", r.name+unitOf(r), cell(r.xapian), cell(r.lucene), cell(r.ours), ratio, r.must, r.aim)
	}
	fmt.Println("ratio is ours to Lucene's. SQLite FTS5 is left out: a query takes it a hundred times as long.")
}

func unitOf(r figureRow) string {
	if r.unit == "" {
		return ""
	}
	return " " + r.unit
}
