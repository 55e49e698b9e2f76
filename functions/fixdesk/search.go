package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/index"
	"golang.org/x/term"
)

// searchVerb finds articles, for a person or for a file of queries.
type searchVerb struct {
	dir, content, product, version string
	filters                        list
	facets, json                   bool
	from, k, threads               int
	queries, out                   string
}

func (*searchVerb) usage() usage {
	return usage{
		name:     "search",
		args:     "[WORDS…]",
		synopsis: "find articles",
		about: "Without --index it looks through the articles that are built in. --queries takes JSON lines {\"qid\": …, \"query\": …} and\n" +
			"writes qid, article, rank and score with tabs between to the file of --run: ranking alone, nothing folded or filtered.",
		example: "fixdesk search --index /var/lib/fixdesk/index printer prints blank pages\n" +
			"fixdesk search --index DIR --queries q.jsonl --run out.run -k 50 --threads 1",
		most: -1,
	}
}

func (v *searchVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.dir, "index", os.Getenv("FIXDESK_INDEX"), "the index in the folder `DIR`, made by fixdesk index")
	contentFlag(f, &v.content)
	f.StringVar(&v.product, "product", "", "prefer articles on the product `NAME`")
	f.StringVar(&v.version, "version", "", "prefer articles on the version `V`")
	f.Var(&v.filters, "filter", "only articles with `FACET=VALUE`: product, version, issue or keyword (a family, such as kbsms); may be given several times")
	f.BoolVar(&v.facets, "facets", false, "count products, versions, issue types and keywords")
	f.BoolVar(&v.json, "json", false, "print JSON")
	f.IntVar(&v.from, "from", 0, "skip the first `N` hits")
	f.IntVar(&v.k, "k", 10, "print `N` hits")
	f.StringVar(&v.queries, "queries", "", "answer the queries of `FILE`, or of several with commas between")
	f.StringVar(&v.out, "run", "", "write the ranking of --queries to `FILE`")
	f.IntVar(&v.threads, "threads", 0, "answer `N` queries at once, 0 for one per processor")
}

func (v *searchVerb) run(ctx context.Context, c console, args []string) int {
	words := strings.TrimSpace(strings.Join(args, " "))
	filters, err := readFilters(v.filters)
	switch {
	case err != nil:
		return refuse(c, v, err.Error())
	case (words == "") == (v.queries == ""):
		return refuse(c, v, "expected words to look for, or --queries")
	case v.queries != "" && v.out == "":
		return refuse(c, v, "--run is missing: name the file for the ranking")
	case v.queries != "" && (len(filters) > 0 || v.facets || v.json || v.from > 0 || v.product != "" || v.version != ""):
		return refuse(c, v, "--queries takes --run, -k and --threads alone: its ranking is neither filtered nor shown")
	case v.k < 1 || v.k > maxHits || v.from < 0:
		return refuse(c, v, fmt.Sprintf("-k is a number from 1 to %d, and --from is not below 0", maxHits))
	}
	x, ok := v.open(c)
	if !ok {
		return exitFound
	}
	defer x.Close()
	if v.queries != "" {
		err = v.runQueries(ctx, c, x)
	} else {
		err = v.one(ctx, c, x, index.Query{
			Text: words, Product: v.product, Version: v.version, Filters: filters, Facets: v.facets, From: v.from, Size: v.k,
		})
	}
	if err != nil {
		c.say("fixdesk search: %v", err)
		return exitFound
	}
	return exitOK
}

// maxHits is how many hits can be asked for.
const maxHits = 500

func readFilters(all []string) (map[string][]string, error) {
	filters := make(map[string][]string)
	for _, f := range all {
		name, value, ok := strings.Cut(f, "=")
		if !ok || !slices.Contains(index.FacetNames(), name) {
			return nil, fmt.Errorf("--filter wants FACET=VALUE with one of the facets %s", strings.Join(index.FacetNames(), ", "))
		}
		filters[name] = append(filters[name], value)
	}
	return filters, nil
}

// open opens the index of a folder, or makes one of the articles that are built in.
func (v *searchVerb) open(c console) (*index.Index, bool) {
	x, err := (*index.Index)(nil), error(nil)
	if v.dir != "" {
		x, err = index.Open(v.dir)
	} else {
		base, ok := load(c, "search", v.content)
		if !ok {
			return nil, false
		}
		x, err = app.Builtin(base)
	}
	if err != nil {
		c.say("fixdesk search: %v", err)
	}
	return x, err == nil
}

// one answers one query for a person or, as JSON, for a program.
func (v *searchVerb) one(ctx context.Context, c console, x *index.Index, q index.Query) error {
	found, err := x.Search(ctx, q)
	if err != nil {
		return err
	}
	if v.json {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(found)
	}
	writeHits(c.out, q, found, isColoured(c.out))
	return nil
}

func isColoured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == ""
}

// writeHits writes what a search found for a person to read.
func writeHits(w io.Writer, q index.Query, found index.Results, colour bool) {
	mark, plain := "", ""
	if colour {
		mark, plain = "\x1b[1m", "\x1b[0m"
	}
	if found.DidYouMean != "" {
		fmt.Fprintf(w, "Did you mean: %s%s%s\n\n", mark, found.DidYouMean, plain)
	}
	switch {
	case len(found.Hits) == 0 && q.From > 0 && found.Total > 0:
		fmt.Fprintf(w, "Nothing stands behind the first %d. More words find fewer articles, and better ones.\n", q.From)
	case len(found.Hits) == 0:
		fmt.Fprintln(w, "Nothing found. Try other words: the name of the program, the text of the message, its number.")
	case found.Weak:
		fmt.Fprint(w, "Nothing fits well. These share some of the words:\n\n")
	}
	for i, h := range found.Hits {
		fmt.Fprintf(w, "%2d. %s%s%s  %s\n", q.From+i+1, mark, h.ID, plain, h.Title)
		fmt.Fprintf(w, "    %s\n", strings.Join(about(h), " · "))
		if h.Passage != "" {
			fmt.Fprintf(w, "    %s\n", strings.ReplaceAll(marked(h, mark, plain), "\n", "\n    "))
		}
		fmt.Fprintln(w)
	}
	if next := q.From + len(found.Hits); len(found.Hits) > 0 && next < found.Total {
		least := ""
		if found.TotalIsMin {
			least = "at least "
		}
		fmt.Fprintf(w, "%d to %d of %s%d; --from %d shows more.\n", q.From+1, next, least, found.Total, next)
	}
	for _, f := range found.Facets {
		if len(f.Counts) == 0 {
			continue
		}
		fmt.Fprintf(w, "%s:", f.Name)
		for _, n := range f.Counts {
			fmt.Fprintf(w, " %s (%d)", n.Value, n.N)
		}
		fmt.Fprintln(w)
	}
}

// about is the line below a title.
func about(h index.Hit) []string {
	var all []string
	if h.Product != "" {
		all = append(all, h.Product)
	}
	if h.Section != "" {
		all = append(all, fmt.Sprintf("%s, paragraph %d", h.Section, h.Paragraph))
	}
	all = append(all, "matched by "+strings.Join(h.Why, ", "))
	if h.Weak {
		all = append(all, "a guess")
	}
	if len(h.Same) > 0 {
		all = append(all, "nearly the same: "+strings.Join(h.Same, " "))
	}
	return all
}

// marked is a passage with its marks between two strings.
func marked(h index.Hit, begin, end string) string {
	var sb strings.Builder
	at := 0
	for _, m := range h.Marks {
		sb.WriteString(h.Passage[at:m.Start] + begin + h.Passage[m.Start:m.End] + end)
		at = m.End
	}
	return sb.String() + h.Passage[at:]
}

// A fileQuery is one line of a file of queries. Other fields are for whoever made the file.
type fileQuery struct {
	ID   string `json:"qid"`
	Text string `json:"query"`
}

// runQueries answers a file of queries, each alone, and says how long they took.
func (v *searchVerb) runQueries(ctx context.Context, c console, x *index.Index) error {
	var queries []fileQuery
	for name := range strings.SplitSeq(v.queries, ",") {
		some, err := readQueries(name)
		if err != nil {
			return err
		}
		queries = append(queries, some...)
	}
	if v.threads <= 0 {
		v.threads = runtime.GOMAXPROCS(0)
	}
	begin := time.Now()
	results, took, err := answerAll(ctx, x, queries, v.k, v.threads)
	if err != nil {
		return err
	}
	whole := time.Since(begin)
	if err := writeRun(v.out, queries, results); err != nil {
		return err
	}
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[min(len(took)*p/100, len(took)-1)].Microseconds()) / 1000 }
	if len(took) == 0 {
		c.say("%s holds no query", v.queries)
	} else {
		c.say("%d queries, p50 %.2f ms, p95 %.2f ms, p99 %.2f ms, %.0f a second with %d at once",
			len(took), at(50), at(95), at(99), float64(len(took))/whole.Seconds(), v.threads)
	}
	return nil
}

func readQueries(name string) ([]fileQuery, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	defer f.Close()
	var all []fileQuery
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var q fileQuery
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil || q.ID == "" {
			return nil, fmt.Errorf("%s:%d: want an object with qid and query", name, n)
		}
		all = append(all, q)
	}
	return all, lines.Err()
}

func answerAll(ctx context.Context, x *index.Index, queries []fileQuery, k, threads int) ([]index.Results, []time.Duration, error) {
	results, took := make([]index.Results, len(queries)), make([]time.Duration, len(queries))
	errs := make([]error, threads)
	var wg sync.WaitGroup
	for g := range threads {
		wg.Go(func() {
			for i := g; i < len(queries) && errs[g] == nil; i += threads {
				begin := time.Now()
				results[i], errs[g] = x.Search(ctx, index.Query{Text: queries[i].Text, Size: k, Bare: true})
				took[i] = time.Since(begin)
			}
		})
	}
	wg.Wait()
	return results, took, errors.Join(errs...)
}

func writeRun(name string, queries []fileQuery, results []index.Results) error {
	f, err := os.Create(name)
	if err != nil {
		return errors.New(reason(err))
	}
	w := bufio.NewWriter(f)
	for i, r := range results {
		for rank, h := range r.Hits {
			fmt.Fprintf(w, "%s\t%s\t%d\t%g\n", queries[i].ID, h.ID, rank+1, h.Score)
		}
	}
	return errors.Join(w.Flush(), f.Close())
}
