package index

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	zap "github.com/blevesearch/zapx/v17"
	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/google/go-cmp/cmp"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheSameArchiveGivesTheSameBytes(t *testing.T) {
	one, two := built(t), built(t)
	for _, name := range []string{termsFile, tableFile, articlesFile, manifestFile} {
		a, err := os.ReadFile(filepath.Join(one, name))
		must(t, err)
		b, err := os.ReadFile(filepath.Join(two, name))
		must(t, err)
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs between two builds", name)
		}
	}
	must(t, Verify(one))
}

func TestAnIndexAnswersTheSameFromAFolderAndFromMemory(t *testing.T) {
	folder, err := Open(built(t))
	must(t, err)
	defer folder.Close()
	data, err := Pack(articles(t))
	must(t, err)
	loaded, err := Load(data)
	must(t, err)
	made := memory(t)
	for _, a := range asked {
		want := search1(t, made, Query{Text: a.query, Facets: true})
		for name, x := range map[string]*Index{"folder": folder, "pack": loaded} {
			if diff := cmp.Diff(want, search1(t, x, Query{Text: a.query, Facets: true})); diff != "" {
				t.Errorf("%q: (-memory +%s)\n%s", a.query, name, diff)
			}
		}
	}
}

func TestASnapshotIsOpenedReadOnlyTwiceAtOnce(t *testing.T) {
	dir := built(t)
	entries, err := os.ReadDir(dir)
	must(t, err)
	for _, e := range entries {
		must(t, os.Chmod(filepath.Join(dir, e.Name()), 0o444))
	}
	must(t, os.Chmod(dir, 0o555))
	t.Cleanup(func() { os.Chmod(dir, 0o755) })
	a, err := Open(dir)
	must(t, err)
	defer a.Close()
	b, err := Open(dir)
	must(t, err)
	defer b.Close()
	for _, x := range []*Index{a, b} {
		if r := search1(t, x, Query{Text: "garden pump grinding noise"}); r.Hits[0].ID != "Q900001" {
			t.Errorf("finds %v", ids(r))
		}
	}
	after, err := os.ReadDir(dir)
	must(t, err)
	if len(after) != len(entries) {
		t.Errorf("%d files in the folder, %d before", len(after), len(entries))
	}
}

func TestASnapshotThatIsNotWholeIsRefused(t *testing.T) {
	edit := func(name string, change func([]byte) []byte) func(string) {
		return func(dir string) {
			data, err := os.ReadFile(filepath.Join(dir, name))
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, name), change(data), 0o644))
		}
	}
	format := func(n int) func([]byte) []byte {
		return func(data []byte) []byte {
			return bytes.Replace(data, fmt.Appendf(nil, `"format": %d`, Format), fmt.Appendf(nil, `"format": %d`, n), 1)
		}
	}
	half := func(data []byte) []byte { return data[:len(data)/2] }
	for name, c := range map[string]struct {
		damage func(dir string)
		want   string
	}{
		"no folder":     {func(dir string) { os.RemoveAll(dir) }, "does not exist"},
		"no manifest":   {func(dir string) { os.Remove(filepath.Join(dir, manifestFile)) }, "has no manifest.json"},
		"bad manifest":  {edit(manifestFile, half), "manifest.json is damaged"},
		"newer":         {edit(manifestFile, format(99)), "is of format 99, and this program reads 2: use a newer program"},
		"older":         {edit(manifestFile, format(1)), "is of format 1, and this program reads 2: build the index again"},
		"no terms":      {func(dir string) { os.Remove(filepath.Join(dir, termsFile)) }, "terms.zap is missing"},
		"half terms":    {edit(termsFile, half), "terms.zap has"},
		"half table":    {edit(tableFile, half), "table has"},
		"half articles": {edit(articlesFile, half), "articles has"},
		"other table":   {edit(tableFile, func(d []byte) []byte { d[0]++; return d }), "table: damaged"},
		"other terms":   {edit(termsFile, func(d []byte) []byte { d[len(d)-5]++; return d }), "segment version"},
	} {
		dir := built(t)
		c.damage(dir)
		_, err := Open(dir)
		var bad *SnapshotError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want a snapshot error with %q", name, err, c.want)
		}
	}
}

func TestVerifyFindsOneWrongByte(t *testing.T) {
	for _, name := range []string{termsFile, tableFile, articlesFile} {
		dir := built(t)
		data, err := os.ReadFile(filepath.Join(dir, name))
		must(t, err)
		data[len(data)/2] ^= 1
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		if err := Verify(dir); err == nil || !strings.Contains(err.Error(), name+" is not as it was written") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestBrokenArticlesAreListedAndDoNotStopTheRest(t *testing.T) {
	texts := corpus()
	texts["Q900002"] = texts["Q900002"][:200]
	texts["Q900003"] = texts["Q900004"]
	src := shelf{texts: texts, broken: 2}
	dir := t.TempDir() + "/index"
	s, err := Build(t.Context(), dir, src, Options{})
	must(t, err)
	var paths []string
	for _, err := range s.Broken {
		var bad *archive.ArticleError
		if !errors.As(err, &bad) {
			t.Fatalf("broken: %v", err)
		}
		paths = append(paths, bad.Path)
	}
	want := []string{"kb/Q900002/README.md", "kb/Q900003/README.md", "kb/Q990000/README.md", "kb/Q990001/README.md"}
	if !slices.Equal(paths, want) || s.Articles != len(texts)-2 {
		t.Errorf("%d articles, broken %v, want %v", s.Articles, paths, want)
	}
	if _, err := Build(t.Context(), t.TempDir()+"/index", src, Options{Strict: true}); err == nil || !strings.Contains(err.Error(), "4 articles cannot be read") {
		t.Errorf("strict: error %v", err)
	}
}

func TestABuildThatFailsLeavesNothingAndCanBeTriedAgain(t *testing.T) {
	dir := t.TempDir() + "/index"
	broken, whole := shelf{texts: corpus(), broken: 1}, shelf{texts: corpus()}
	if _, err := Build(t.Context(), dir, broken, Options{Strict: true}); err == nil {
		t.Fatal("a strict build of a broken archive succeeds")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Build(ctx, dir, whole, Options{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("a build that is stopped: error %v", err)
	}
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	_, err = Build(t.Context(), dir, whole, Options{})
	must(t, err)
}

// A counted archive counts how many articles it was asked for.
type counted struct {
	text  string
	n     int
	given atomic.Int64
}

func (c *counted) Files() iter.Seq2[archive.File, error] {
	return func(yield func(archive.File, error) bool) {
		c.given.Store(0)
		for i := range c.n {
			id := fmt.Sprint("Q", 100_000+i)
			c.given.Add(1)
			if !yield(archive.File{Path: id + ".md", ID: id, Data: []byte(strings.ReplaceAll(c.text, "Q900000", id))}, nil) {
				return
			}
		}
	}
}

func TestABuildReadsNoFurtherAheadThanItWorks(t *testing.T) {
	const threads = 2
	src := &counted{text: "---\ntitle: \"Q900000: Pump\"\n---\n\n{% raw %}\n\n\tIt is silent.\n\n{% endraw %}\n", n: 12 * batchSize}
	var done, ahead atomic.Int64
	_, err := Build(t.Context(), t.TempDir()+"/index", src, Options{Threads: threads, Edit: func(*archive.Article) {
		n := src.given.Load() - done.Add(1)
		for most := ahead.Load(); n > most && !ahead.CompareAndSwap(most, n); most = ahead.Load() {
		}
	}})
	must(t, err)
	if most := int64(2*threads+2) * batchSize; ahead.Load() > most {
		t.Errorf("%d articles were read before they were worked on, want at most %d", ahead.Load(), most)
	}
}

func TestBuildRefusesAFolderThatIsInUse(t *testing.T) {
	dir := built(t)
	if _, err := Build(t.Context(), dir, shelf{texts: corpus()}, Options{}); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("error %v", err)
	}
	if _, err := Build(t.Context(), t.TempDir(), shelf{}, Options{}); err == nil || !strings.Contains(err.Error(), "no article") {
		t.Errorf("an empty archive: error %v", err)
	}
}

func TestASegmentIsOneThatBleveReads(t *testing.T) {
	dir := built(t)
	var plugin zap.ZapPlugin
	seg, err := plugin.Open(filepath.Join(dir, termsFile))
	must(t, err)
	defer seg.Close()
	if id, err := seg.DocID(2); string(id) != "Q900002" || err != nil {
		t.Errorf("document 2 is %s, %v", id, err)
	}
	docs, err := seg.DocNumbers([]string{"Q900003"})
	if err != nil || docs.String() != "{3}" {
		t.Errorf("Q900003 is document %v, %v", docs, err)
	}
	dict, err := seg.Dictionary(termField)
	must(t, err)
	n := 0
	for l := range levels {
		list, err := dict.PostingsList([]byte("grind"+string(rune(levelByte(l)))), nil, nil)
		must(t, err)
		for it := list.Iterator(true, true, true, nil); ; n++ {
			p, err := it.Next()
			must(t, err)
			if p == nil {
				break
			}
		}
	}
	if n != len(devices) {
		t.Errorf("%d articles on grinding, want %d", n, len(devices))
	}
}

func TestLookSaysWhatAnArchiveHolds(t *testing.T) {
	texts := corpus()
	delete(texts, "Q900107")
	s, err := Look(t.Context(), shelf{texts: texts, broken: 1}, Options{})
	must(t, err)
	if s.Articles != len(texts) || len(s.Broken) != 1 || s.Products[0] != (Count{"Garden Pump", 9}) || s.Sections[0].Value != "CAUSE" {
		t.Errorf("%d articles, %d broken, products %v, sections %v", s.Articles, len(s.Broken), s.Products, s.Sections)
	}
	if want := []Count{{"Q900107", 1}}; !slices.Equal(s.DeadLinks, want) {
		t.Errorf("dead links %v, want %v", s.DeadLinks, want)
	}
	if len(s.Duplicates) != 1 || !slices.Equal(s.Duplicates[0], []string{"Q900000", "Q909001"}) {
		t.Errorf("duplicates %v", s.Duplicates)
	}
}

func TestNewRefusesOneNumberTwice(t *testing.T) {
	all := articles(t)
	if _, err := New(append(all, all[0])); err == nil || !strings.Contains(err.Error(), "Q900000 twice") {
		t.Errorf("error %v", err)
	}
	if _, err := New(nil); err == nil {
		t.Error("an index of nothing")
	}
}

func TestTheManifestSaysWhatWasBuilt(t *testing.T) {
	m, err := ReadManifest(built(t))
	must(t, err)
	if m.Format != Format || m.Articles != len(corpus()) || m.Source != "the shelf" || len(m.Files) != 3 {
		data, _ := json.Marshal(m)
		t.Errorf("manifest %s", data)
	}
}

// A damaged pack is refused or searched, and never ends the program.
func FuzzLoadBearsDamage(f *testing.F) {
	whole, err := Pack(articles(f)[:6])
	must(f, err)
	f.Add(uint32(100), byte(1), uint32(len(whole)))
	f.Add(uint32(len(whole)-3), byte(255), uint32(len(whole)))
	f.Add(uint32(40), byte(7), uint32(len(whole)/2))
	f.Fuzz(func(t *testing.T, at uint32, by byte, length uint32) {
		data := slices.Clone(whole[:min(int(length), len(whole))])
		if len(data) == 0 {
			return
		}
		data[int(at)%len(data)] ^= by
		x, err := Load(data)
		if err != nil {
			return
		}
		x.Search(t.Context(), Query{Text: "garden pump grinding Q900001", Facets: true})
	})
}

func TestASnapshotThatIsCutOffWhileItServesEndsNoProgram(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("a mapped file cannot be cut off here")
	}
	dir := t.TempDir() + "/index"
	_, err := Build(t.Context(), dir, shelf{texts: corpus()}, Options{})
	must(t, err)
	x, err := Open(dir)
	must(t, err)
	defer x.Close()
	files, err := os.ReadDir(dir)
	must(t, err)
	for _, f := range files {
		must(t, os.Truncate(filepath.Join(dir, f.Name()), 0))
	}
	if _, err := x.Search(t.Context(), Query{Text: "garden pump stops"}); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("error %v, want one that says damaged", err)
	}
}
