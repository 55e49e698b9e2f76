package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// checkVerb proves a knowledge base sound.
type checkVerb struct {
	content, archive string
	write            bool
}

func (*checkVerb) usage() usage {
	return usage{
		name:     "check",
		synopsis: "say everything that is wrong with the knowledge base",
		about: `One line for each problem, as a compiler does: file, line, what is wrong. It reads all files, follows every path of every tree,
judges every fix, tries the examples of the language, and answers the reports of all cases. With an archive it looks up each place that a proof names. A sound
knowledge base is measured: the longest path of each tree, its paths, how many questions people are asked, and how many those who have
exactly one cause.`,
		example: "fixdesk check\nfixdesk check --content kb/content --archive kbarchive-master.tar.gz --write",
	}
}

func (v *checkVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	f.StringVar(&v.archive, "archive", "", "look up proofs in the archive at `PATH`: a folder, a .tar.gz or a .zip")
	f.BoolVar(&v.write, "write", false, "write the hashes of the proved words into the trees; needs --archive")
}

func (v *checkVerb) run(ctx context.Context, c console, _ []string) int {
	if v.write && v.archive == "" {
		return refuse(c, v, "--write needs --archive: the hashes are made of its words")
	}
	if v.write && v.content == "" {
		v.content = home // what is built in cannot be written
	}
	files, err := content(v.content)
	if err != nil {
		return refuse(c, v, err.Error())
	}
	var source *archive.Source
	if v.archive != "" {
		if source, err = archive.Open(v.archive); err != nil {
			return refuse(c, v, reason(err))
		}
		defer source.Close()
	}
	if v.write {
		if err := v.writeHashes(c, files, source); err != nil {
			return c.failed("check", "the hashes were not written", err)
		}
	}
	problems, report, err := v.check(ctx, files, source)
	if err != nil {
		return c.failed("check", "it ended early", errors.New(reasonIn(v.content, err)))
	}
	for _, p := range problems {
		fmt.Fprintln(c.out, located(v.content, p))
	}
	if len(problems) > 0 {
		c.say("fixdesk check: %s", count(len(problems), "problem", "problems"))
		return exitFound
	}
	if err := v.read(c, files); err != nil {
		return c.failed("check", "the labelled sentences were not read", err)
	}
	v.measured(c, report, source != nil)
	return exitOK
}

// check returns all problems of the content and of the answers to its cases, by file and line.
func (v *checkVerb) check(ctx context.Context, files fs.FS, source *archive.Source) ([]kb.Problem, kb.Report, error) {
	problems, report, err := kb.Check(files, source)
	if err != nil {
		return nil, report, err
	}
	wrong, err := checkCases(ctx, files)
	if err != nil {
		return nil, report, err
	}
	problems = append(problems, wrong...)
	slices.SortStableFunc(problems, func(a, b kb.Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Says, b.Says))
	})
	return slices.Compact(problems), report, nil // kb.Check has read the cases too
}

// checkCases returns what is wrong with the cases, and with the answers to them where the rest of the content can be loaded.
func checkCases(ctx context.Context, files fs.FS) ([]kb.Problem, error) {
	var broken *kb.ContentError
	cases, err := kb.Cases(files)
	if errors.As(err, &broken) {
		return broken.Problems, nil
	}
	if err != nil {
		return nil, err
	}
	base, err := kb.Load(files)
	if errors.As(err, &broken) {
		return nil, nil // kb.Check has listed them
	}
	if err != nil {
		return nil, err
	}
	x, err := index.New(base.Articles())
	if err != nil {
		return nil, err
	}
	return (&desk.Desk{KB: base, Index: x}).CheckCases(ctx, cases)
}

// writeHashes fills the hashes of proofs in, and names the files that change.
func (v *checkVerb) writeHashes(c console, files fs.FS, source *archive.Source) error {
	changed, err := kb.WriteHashes(files, source)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		path := filepath.Join(v.content, filepath.FromSlash(name))
		if err := os.WriteFile(path, changed[name], 0o644); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "%s: hashes written\n", filepath.ToSlash(path))
	}
	return nil
}

// read prints how many facts are read right from the labelled sentences that stand in the folder testdata beside the content,
// where there is one.
func (v *checkVerb) read(c console, files fs.FS) error {
	found, err := filepath.Glob(filepath.Join(cmp.Or(v.content, home), "..", "testdata", "sentences*.jsonl"))
	if err != nil || len(found) == 0 {
		return err
	}
	base, err := kb.Load(files)
	if err != nil {
		return err
	}
	for _, name := range found {
		sentences, err := readSentences(name)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.ToSlash(name), err)
		}
		score, _ := base.ScoreSentences(sentences)
		fmt.Fprintf(c.out, "%-22s %6s %6s %6s %10s %7s   %s: %s\n", "fact", "right", "wrong", "missed", "precision", "recall", filepath.Base(name), count(len(sentences), "sentence", "sentences"))
		for _, fact := range slices.Sorted(maps.Keys(score)) {
			printReading(c, fact, score[fact])
		}
		printReading(c, "all", kb.Sum(score))
	}
	return nil
}

func printReading(c console, name string, r kb.Reading) {
	fmt.Fprintf(c.out, "%-22s %6d %6d %6d %10.3f %7.3f\n", name, r.Right, r.Wrong, r.Missed, r.Precision(), r.Recall())
}

func readSentences(name string) ([]kb.Sentence, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return kb.ReadSentences(f)
}

// measured prints the figures of sound content.
func (v *checkVerb) measured(c console, r kb.Report, proved bool) {
	fmt.Fprintf(c.out, "%-9s %10s %13s %12s %10s %10s\n", "tree", "questions", "longest path", "paths", "most asked", "mean asked")
	for _, id := range slices.Sorted(maps.Keys(r.Shapes)) {
		s := r.Shapes[id]
		fmt.Fprintf(c.out, "%-9s %10d %13d %12d %10d %10.1f\n", id, s.Questions, s.Longest, s.Paths, s.Worst, s.Mean)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Efforts)) {
		for _, e := range r.Efforts[id] {
			fmt.Fprintf(c.out, "%s: %d people with one cause each, who begin with %s: %.1f questions in the mean and %d at most, %.1f until their cause is found\n",
				id, e.People, cmp.Or(strings.Join(e.Opening, " and "), "nothing"), e.Mean, e.Worst, e.Cause)
		}
	}
	fmt.Fprintf(c.out, "%s; no problems\n", places(r, proved))
}

// places says how many places of the archive the content names.
func places(r kb.Report, proved bool) string {
	if !proved {
		return fmt.Sprintf("%d places named, not looked up: --archive does that", r.Places)
	}
	return fmt.Sprintf("%d places named, %d of them found in the archive as they were", r.Places, r.Proved)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
