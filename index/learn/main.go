// Learn learns the model of the second ranking, index/model.bin, from queries that it makes itself out of an archive:
//
//	go run ./index/learn -archive kbarchive-master.tar.gz -work /tmp/learn -out index/model.bin
//
// It takes some minutes. It knows no query that a person typed. Seven kinds of queries stand for what people type, each with the
// articles that answer it: a sentence of an article's symptoms with words left out and mistyped, an error message that an article
// prints, the title under which another article cites it, its query words with its product, the symptoms of an article that
// cites it, the name of a program or a code with a few words around it, and a few words of its title. The index that the queries
// are put to is made without the lines that cite, and for the query words without those, so that no query is answered by the text
// that it was made from.
//
// The same archive and the same seed give the same model, byte for byte, on processors of one kind.
//
// One article in five is held back: queries on it are never learned from, and what is printed is measured with them. With -check
// nothing is learned, and the whole search as it is built in is measured with them.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

func main() {
	path := flag.String("archive", os.Getenv("KB_ARCHIVE"), "the archive: a folder, a .tar.gz or a .zip")
	work := flag.String("work", filepath.Join(os.TempDir(), "fixdesk-learn"), "where indexes are kept between runs")
	out := flag.String("out", "index/model.bin", "the model to write")
	n := flag.Int("queries", 6000, "queries of each kind")
	epochs := flag.Int("epochs", 8, "times that each query is looked at")
	seed := flag.Uint64("seed", 1, "of all chance: the same seed gives the same model")
	check := flag.Bool("check", false, "learn nothing, and measure the search as it is")
	flag.Parse()
	err := error(nil)
	if *check {
		err = measure(context.Background(), *path, *work, *n, *seed)
	} else {
		err = learn(context.Background(), *path, *work, *out, *n, *epochs, *seed)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "learn:", err)
		os.Exit(1)
	}
}

func learn(ctx context.Context, path, work, out string, n, epochs int, seed uint64) error {
	src, err := archive.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	lists, err := examples(ctx, src, work, n, rand.New(rand.NewPCG(seed, 0)))
	if err != nil {
		return err
	}
	fmt.Println("                  ", kindNames())
	t := newTrainer(lists, rand.New(rand.NewPCG(seed, 1)))
	for e := range epochs {
		loss := t.epoch(float64(e) / float64(epochs))
		fmt.Printf("epoch %d: loss %.4f, MRR on queries kept back %s\n", e+1, loss, t.check())
	}
	return os.WriteFile(out, t.bytes(), 0o644)
}

// examples makes the queries and looks their candidates up.
func examples(ctx context.Context, src *archive.Source, work string, n int, r *rand.Rand) ([]list, error) {
	var lists []list
	err := eachIndex(ctx, src, work, n, r, func(x *index.Index, queries []query) error {
		found, err := lookUp(ctx, x, queries)
		lists = append(lists, found...)
		return err
	})
	return lists, err
}

// eachIndex makes the queries and gives each index those that are put to it.
func eachIndex(ctx context.Context, src *archive.Source, work string, n int, r *rand.Rand, use func(*index.Index, []query) error) error {
	queries, err := makeQueries(src, n, r)
	if err != nil {
		return err
	}
	for _, words := range []bool{true, false} {
		x, err := openOrBuild(ctx, src, work, words)
		if err != nil {
			return err
		}
		defer x.Close()
		var these []query
		for _, q := range queries {
			if (q.kind == kindWords) != words {
				these = append(these, q)
			}
		}
		if err := use(x, these); err != nil {
			return err
		}
	}
	return nil
}

// measure puts the queries that are held back to the search as it is, and prints the mean reciprocal ranks.
func measure(ctx context.Context, path, work string, n int, seed uint64) error {
	src, err := archive.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	var m means
	err = eachIndex(ctx, src, work, n, rand.New(rand.NewPCG(seed, 0)), func(x *index.Index, queries []query) error {
		return m.search(ctx, x, queries)
	})
	fmt.Println(kindNames())
	fmt.Println(&m)
	return err
}

// openOrBuild returns an index without citations, with or without query words.
func openOrBuild(ctx context.Context, src *archive.Source, work string, words bool) (*index.Index, error) {
	dir := filepath.Join(work, fmt.Sprintf("index-words-%v", words))
	if x, err := index.Open(dir); err == nil {
		return x, nil
	}
	if err := os.RemoveAll(dir); err != nil { // of another format, or not whole
		return nil, err
	}
	fmt.Println("building", dir)
	edit := func(a *archive.Article) {
		withoutCitations(a)
		if !words {
			a.QueryWords = nil
		}
	}
	if _, err := index.Build(ctx, dir, src, index.Options{Edit: edit}); err != nil {
		return nil, err
	}
	return index.Open(dir)
}

// A list is one query's candidates with what they are worth.
type list struct {
	kind     kind
	held     bool // to measure with, never to learn from
	features [][]float32
	worth    []float32
}

// lookUp returns the lists that hold something to find, and those that are held back.
func lookUp(ctx context.Context, x *index.Index, queries []query) ([]list, error) {
	lists := make([]list, len(queries))
	errs := make([]error, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for g := range errs {
		wg.Go(func() {
			for i := g; i < len(queries) && errs[g] == nil; i += len(errs) {
				lists[i], errs[g] = lookUpOne(ctx, x, queries[i])
			}
		})
	}
	wg.Wait()
	kept := lists[:0]
	for _, l := range lists {
		if l.features != nil || l.held {
			kept = append(kept, l)
		}
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return kept, nil
}

func lookUpOne(ctx context.Context, x *index.Index, q query) (list, error) {
	found, err := x.Candidates(ctx, q.text)
	if err != nil {
		return list{}, err
	}
	l := list{kind: q.kind, held: q.held}
	var any float32
	for _, c := range found {
		if q.exclude[c.ID] {
			continue
		}
		l.features = append(l.features, c.Features)
		l.worth = append(l.worth, q.worth[c.ID])
		any += q.worth[c.ID]
	}
	if any == 0 || len(l.features) < 2 {
		return list{kind: q.kind, held: q.held}, nil
	}
	return l, nil
}
