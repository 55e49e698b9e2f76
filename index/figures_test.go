package index

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
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
