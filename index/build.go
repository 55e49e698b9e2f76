package index

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// Files is an archive that can be read more than once. *archive.Source is one.
type Files interface {
	Files() iter.Seq2[archive.File, error]
}

// Options say how an index is built. The zero Options are usual.
type Options struct {
	Threads  int                              // at most so many at once, 0 for one per processor
	Source   string                           // what the manifest names as the source
	Progress func(stage string, articles int) // called now and then, from one goroutine at a time
	Strict   bool                             // an article that cannot be read fails the build
	Edit     func(*archive.Article)           // changes an article before it is indexed, from several goroutines at once
}

// A Summary says what a build did.
type Summary struct {
	Articles int
	Broken   []error // articles that could not be read, *archive.ArticleError each, in the order of the archive
}

// batchSize is how many articles are worked on at once by one thread: their postings are merged with the others' at the end.
const batchSize = 1000

// Build reads an archive and writes a snapshot of its index to the folder dir, which must not exist or be empty, and is empty again
// after an error. The same archive gives the same bytes. An article that cannot be read is listed and left out. Memory grows with
// the number of articles and not with their text: the public archive takes 0.8 GB where nothing limits it, most of it garbage
// that GOMEMLIMIT bounds.
func Build(ctx context.Context, dir string, src Files, o Options) (*Summary, error) {
	if err := makeEmpty(dir); err != nil {
		return nil, err
	}
	s, err := build(ctx, dir, src, o.withThreads())
	if err != nil {
		for _, name := range []string{termsFile, tableFile, articlesFile, manifestFile} {
			os.Remove(filepath.Join(dir, name)) // the first error is the one to tell
		}
	}
	return s, err
}

func build(ctx context.Context, dir string, src Files, o Options) (*Summary, error) {
	common, err := countParagraphs(ctx, src, o)
	if err != nil {
		return nil, err
	}
	w, err := newWriter(dir)
	if err != nil {
		return nil, err
	}
	defer w.pack.Close()
	summary := new(Summary)
	err = inBatches(ctx, src, o, func() func([]archive.File) (*batch, error) {
		p := newPreparer(common)
		p.pack = new(packer)
		return func(files []archive.File) (*batch, error) { return prepareBatch(p, files, o.Edit) }
	}, func(b *batch) error {
		summary.Broken = append(summary.Broken, b.broken...)
		if err := w.add(b); err != nil {
			return err
		}
		o.progress("indexed", w.table.n)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if o.Strict && len(summary.Broken) > 0 {
		return summary, fmt.Errorf("index: %d articles cannot be read: %w", len(summary.Broken), summary.Broken[0])
	}
	summary.Articles = w.table.n
	o.progress("merging", w.table.n)
	return summary, w.finish(o.Source, summary)
}

func (o Options) withThreads() Options {
	if o.Threads <= 0 {
		o.Threads = runtime.GOMAXPROCS(0)
	}
	return o
}

func (o Options) progress(stage string, n int) {
	if o.Progress != nil {
		o.Progress(stage, n)
	}
}

// makeEmpty makes a folder, and refuses one in which something lies.
func makeEmpty(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("index: %s is not empty: name a folder that does not exist", dir)
	}
	return nil
}

// A batch is a stretch of the archive, prepared.
type batch struct {
	articles []*prepared
	postings *run
	broken   []error
}

func prepareBatch(p *preparer, files []archive.File, edit func(*archive.Article)) (*batch, error) {
	b := new(batch)
	for _, f := range files {
		a, err := f.Article()
		if err != nil {
			b.broken = append(b.broken, err)
			continue
		}
		if edit != nil {
			edit(a)
		}
		out, err := p.prepare(a)
		if err != nil {
			return nil, err
		}
		b.articles = append(b.articles, out)
	}
	b.postings = p.gather.run()
	return b, nil
}

// A writer writes a snapshot.
type writer struct {
	dir    string
	table  *tableWriter
	pack   *os.File
	packed *bufio.Writer
	ids    []string
	runs   []*run
}

func newWriter(dir string) (*writer, error) {
	f, err := os.Create(filepath.Join(dir, articlesFile))
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return &writer{dir: dir, table: newTableWriter(), pack: f, packed: bufio.NewWriterSize(f, 1<<20)}, nil
}

// add takes one batch; batches come in the order of the archive.
func (w *writer) add(b *batch) error {
	b.postings.base = w.table.n
	w.runs = append(w.runs, b.postings)
	for _, p := range b.articles {
		w.ids = append(w.ids, p.id)
		if err := w.table.add(p); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if _, err := w.packed.Write(p.packed); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
	return nil
}

func (w *writer) finish(source string, s *Summary) error {
	if len(w.ids) == 0 {
		return errors.New("index: the archive holds no article")
	}
	if err := errors.Join(w.packed.Flush(), w.pack.Close()); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := segmentFile(filepath.Join(w.dir, termsFile), w.ids, w.runs); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, tableFile), w.table.finish(), 0o644); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return writeManifest(w.dir, source, s)
}

// inBatches reads an archive, hands batches of it to several workers, and takes their results in the order of the archive. Two
// batches for each worker are in memory at most.
func inBatches[T any](ctx context.Context, src Files, o Options, worker func() func([]archive.File) (T, error), take func(T) error) error {
	type result struct {
		out T
		err error
	}
	type job struct {
		files []archive.File
		done  chan result
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	jobs, order := make(chan job), make(chan job, o.Threads)
	var wg sync.WaitGroup
	defer wg.Wait()
	for range o.Threads {
		wg.Go(func() {
			work := worker()
			for j := range jobs {
				out, err := work(j.files)
				j.done <- result{out, err}
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		err := eachBatch(src, func(files []archive.File) bool {
			j := job{files, make(chan result, 1)}
			select {
			case <-ctx.Done():
				return false
			case order <- j:
			}
			jobs <- j
			return true
		})
		if err != nil {
			cancel(err)
		}
	})
	var failed error
	for j := range order {
		r := <-j.done
		if failed == nil {
			failed = r.err
		}
		if failed == nil {
			failed = take(r.out)
		}
		if failed != nil {
			cancel(failed)
		}
	}
	if failed != nil {
		return failed
	}
	return context.Cause(ctx)
}

// eachBatch reads an archive in batches until give returns false. A broken file is given on as a file without data, under its path.
func eachBatch(src Files, give func([]archive.File) bool) error {
	var files []archive.File
	seen := make(map[string]bool)
	for f, err := range src.Files() {
		if broken := new(archive.ArticleError); errors.As(err, &broken) {
			f = archive.File{Path: broken.Path, Broken: broken}
		} else if err != nil {
			return err
		} else if seen[f.ID] {
			f = archive.File{Path: f.Path, Broken: &archive.ArticleError{Path: f.Path, Reason: "a second article " + f.ID}}
		}
		seen[f.ID] = true
		if files = append(files, f); len(files) == batchSize {
			if !give(files) {
				return nil
			}
			files = nil
		}
	}
	if len(files) > 0 {
		give(files)
	}
	return nil
}

// Text that so many articles share says nothing of any of them.
const commonParagraph = 100

// countParagraphs reads the archive once to see which paragraphs many articles share. It counts in a table of fixed size, so that
// memory does not grow with the archive; two paragraphs in one place of it are rare, and a paragraph lost that way costs little.
func countParagraphs(ctx context.Context, src Files, o Options) (func(string) bool, error) {
	const size = 1 << 22
	total := make([]uint8, size)
	n := 0
	err := inBatches(ctx, src, o, func() func([]archive.File) ([]uint32, error) {
		return func(files []archive.File) ([]uint32, error) {
			var seen []uint32
			for _, f := range files {
				if a, err := f.Article(); err == nil {
					seen = appendParagraphs(seen, a)
				}
			}
			return seen, nil
		}
	}, func(seen []uint32) error {
		for _, h := range seen {
			if c := &total[h%size]; *c < commonParagraph {
				*c++
			}
		}
		n += batchSize
		o.progress("read", n)
		return nil
	})
	common := func(paragraph string) bool { return total[uint32(hash64(paragraph))%size] >= commonParagraph }
	return common, err
}

func appendParagraphs(to []uint32, a *archive.Article) []uint32 {
	for _, s := range a.Sections {
		for _, p := range s.Paragraphs {
			to = append(to, uint32(hash64(p.Text)))
		}
	}
	return to
}
