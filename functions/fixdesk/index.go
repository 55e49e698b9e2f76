package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
	"golang.org/x/term"
)

// indexVerb makes an index of an archive, or says what an archive holds.
type indexVerb struct {
	archive, out   string
	pack, content  string
	report, strict bool
	threads        int
}

func (*indexVerb) usage() usage {
	return usage{
		name:     "index",
		synopsis: "make an index of an archive of articles",
		about: "The archive is a folder, a .tar.gz or a .zip. An article that cannot be read is listed and does not stop the rest.\n" +
			"The same archive gives the same index, byte for byte.",
		example: "fixdesk index --archive kbarchive-master.tar.gz --out /var/lib/fixdesk/index\nfixdesk index --archive kbarchive-master.zip --report",
		most:    0,
	}
}

func (v *indexVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.archive, "archive", os.Getenv("KB_ARCHIVE"), "the archive: a folder, a .tar.gz or a .zip at `PATH`")
	f.StringVar(&v.out, "out", "", "the folder `DIR` for the index, which must not exist or be empty")
	f.StringVar(&v.pack, "pack", "", "write the index of our own articles to `FILE`, for a program to hold")
	contentFlag(f, &v.content)
	f.BoolVar(&v.report, "report", false, "print what the archive holds: products, sections, dead links, duplicates")
	f.BoolVar(&v.strict, "strict", false, "fail when an article cannot be read")
	f.IntVar(&v.threads, "threads", 0, "work on `N` parts at once, 0 for one per processor")
}

func (v *indexVerb) run(ctx context.Context, c console, _ []string) int {
	if v.pack != "" {
		return v.packOwn(c)
	}
	if v.archive == "" {
		return refuse(c, v, "--archive is missing: name the archive")
	}
	if v.out == "" && !v.report {
		return refuse(c, v, "--out is missing: name the folder for the index, or ask for --report")
	}
	src, err := archive.Open(v.archive)
	if err != nil {
		c.say("fixdesk index: %v", err)
		return exitFound
	}
	defer src.Close()
	if v.report {
		return v.look(ctx, c, src)
	}
	return v.build(ctx, c, src)
}

// packOwn writes the index of the articles that are told in our own words.
func (v *indexVerb) packOwn(c console) int {
	base, ok := load(c, "index", v.content)
	if !ok {
		return exitFound
	}
	data, err := index.Pack(base.Articles())
	if err == nil {
		err = os.WriteFile(v.pack, data, 0o644)
	}
	if err != nil {
		c.say("fixdesk index: %s", reason(err))
		return exitFound
	}
	fmt.Fprintf(c.out, "%d articles in %d bytes\n", len(base.Articles()), len(data))
	return exitOK
}

func (v *indexVerb) build(ctx context.Context, c console, src *archive.Source) int {
	bar := newProgress(c.err)
	s, err := index.Build(ctx, v.out, src, index.Options{
		Threads: v.threads, Strict: v.strict, Source: filepath.Base(v.archive), Progress: bar.show,
	})
	bar.done()
	if s != nil {
		for _, broken := range s.Broken {
			c.say("%v", broken)
		}
	}
	if err != nil {
		c.say("fixdesk index: %s", strings.TrimPrefix(err.Error(), "index: "))
		return exitFound
	}
	fmt.Fprintf(c.out, "%d articles indexed, %d could not be read\n", s.Articles, len(s.Broken))
	return exitOK
}

func (v *indexVerb) look(ctx context.Context, c console, src *archive.Source) int {
	bar := newProgress(c.err)
	s, err := index.Look(ctx, src, index.Options{Threads: v.threads, Progress: bar.show})
	bar.done()
	if err != nil {
		c.say("fixdesk index: %v", err)
		return exitFound
	}
	fmt.Fprintf(c.out, "%d articles, %d without text, %d that could not be read\n", s.Articles, s.Empty, len(s.Broken))
	for _, broken := range s.Broken {
		fmt.Fprintf(c.out, "  %v\n", broken)
	}
	writeCounts(c.out, "products", s.Products, 50)
	writeCounts(c.out, "issue types", s.Issues, 20)
	writeCounts(c.out, "sections", s.Sections, 30)
	writeCounts(c.out, "articles that are cited and missing, by how many cite them", s.DeadLinks, 50)
	writeGroups(c.out, s.Duplicates, 20)
	if v.strict && len(s.Broken) > 0 {
		return exitFound
	}
	return exitOK
}

// writeCounts writes the first of a list of counts.
func writeCounts(w io.Writer, what string, counts []index.Count, most int) {
	fmt.Fprintf(w, "\n%d %s\n", len(counts), what)
	for _, n := range counts[:min(most, len(counts))] {
		fmt.Fprintf(w, "%8d  %s\n", n.N, n.Value)
	}
	if len(counts) > most {
		fmt.Fprintf(w, "          and %d more\n", len(counts)-most)
	}
}

func writeGroups(w io.Writer, groups [][]string, most int) {
	n := 0
	for _, g := range groups {
		n += len(g)
	}
	fmt.Fprintf(w, "\n%d groups of near-duplicates, %d articles\n", len(groups), n)
	for _, g := range groups[:min(most, len(groups))] {
		fmt.Fprintf(w, "%8d  %s\n", len(g), strings.Join(g[:min(8, len(g))], " "))
	}
	if len(groups) > most {
		fmt.Fprintf(w, "          and %d more\n", len(groups)-most)
	}
}

// A progress shows how far something is: one line that changes on a terminal, a line now and then elsewhere.
type progress struct {
	w        io.Writer
	terminal bool
	stage    string
	next     int
	width    int
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// plainStep is how many articles pass between two lines where there is no terminal.
const plainStep = 20_000

func (p *progress) show(stage string, articles int) {
	if p.terminal {
		line := fmt.Sprintf("%s %d articles %s", stage, articles, strings.Repeat("#", articles/2000))
		fmt.Fprintf(p.w, "\r%-*s", p.width, line)
		p.width = len(line)
		return
	}
	if stage != p.stage {
		p.stage, p.next = stage, plainStep
		if stage == "merging" {
			p.next = 0
		}
	}
	if articles >= p.next {
		fmt.Fprintf(p.w, "%s %d articles\n", stage, articles)
		p.next = articles - articles%plainStep + plainStep
	}
}

func (p *progress) done() {
	if p.terminal && p.width > 0 {
		fmt.Fprintf(p.w, "\r%*s\r", p.width, "")
	}
}
