package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"runtime"

	"github.com/fixdesk/fixdesk/functions/internal/api"
	"github.com/fixdesk/fixdesk/functions/internal/edge"
	"github.com/fixdesk/fixdesk/schemas"
)

// diagnoseVerb answers reports line by line.
type diagnoseVerb struct {
	content, index string
	jobs           int
}

func (*diagnoseVerb) usage() usage {
	return usage{
		name:     "diagnose",
		synopsis: "answer reports, one JSON object a line, from standard input to standard output",
		about: `Each line is a report as POST /v1/reports takes it (schema report.json), and gets the answer of that address on one line
(schema answer.json), in the order of the reports and as soon as it is there. A line that is no report, or is longer
than a report may be, gets the problem object of the API (schema problem.json), whose instance names the line; the
lines after it are answered all the same, and the exit code is 0. Blank lines are passed over, and count as lines.`,
		example: `echo '{"symptom":"smsmon32 takes all of the processor","facts":{"client_os":"nt4"}}' | fixdesk diagnose` + "\n" +
			`fixdesk diagnose <reports.jsonl >answers.jsonl`,
	}
}

func (v *diagnoseVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	indexFlag(f, &v.index)
	f.IntVar(&v.jobs, "jobs", runtime.GOMAXPROCS(0), "answer so many reports at once, `N` from 1 to 256")
}

func (v *diagnoseVerb) run(ctx context.Context, c console, _ []string) int {
	if v.jobs < 1 || v.jobs > 256 {
		return refuse(c, v, "--jobs wants a number from 1 to 256")
	}
	lib, ok := open(c, "diagnose", v.content, v.index)
	if !ok {
		return exitFound
	}
	handler := reportHandler(lib)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work, queue, read := make(chan job), make(chan job, 4*v.jobs), make(chan error, 1)
	for range v.jobs {
		go func() {
			for j := range work {
				j.answer <- answerLine(context.WithoutCancel(ctx), handler, j)
			}
		}()
	}
	go func() { read <- feed(ctx, c.in, work, queue) }()
	if err := drain(ctx, c.out, queue); err != nil {
		return c.failed("diagnose", "the answers end here", err)
	}
	if err := <-read; err != nil {
		return c.failed("diagnose", "the reports end here", err)
	}
	return exitOK
}

// A job is one report on its way to its answer.
type job struct {
	line   int
	report []byte
	answer chan []byte // of one
}

// feed reads lines and hands each to the queue in which answers are waited for and to whoever works, until the input or ctx ends.
func feed(ctx context.Context, in io.Reader, work, queue chan<- job) error {
	defer close(queue)
	defer close(work)
	lines := bufio.NewReaderSize(in, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines, schemas.MaxBytes(schemas.Report)+1)
		if len(bytes.TrimSpace(line)) > 0 {
			j := job{n, line, make(chan []byte, 1)}
			for _, to := range []chan<- job{queue, work} {
				select {
				case to <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
}

// readLine returns the next line without its end, cut off after most bytes. The rest of a longer line is read and dropped.
func readLine(r *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part[:min(len(part), most-len(line))]...)
		if err != bufio.ErrBufferFull {
			return bytes.TrimRight(line, "\r\n"), err
		}
	}
}

// drain writes the answers in the order of their reports until the queue or ctx ends. What is written is sent on before it waits.
func drain(ctx context.Context, out io.Writer, queue <-chan job) error {
	w := bufio.NewWriter(out)
	for {
		j, ok, err := next(ctx, w, queue)
		if !ok || err != nil {
			return errors.Join(err, w.Flush())
		}
		answer, _, err := next(ctx, w, j.answer)
		if err != nil {
			return err
		}
		if _, err := w.Write(answer); err != nil {
			return err
		}
	}
}

// next receives, and flushes w if it has to wait.
func next[T any](ctx context.Context, w *bufio.Writer, from <-chan T) (v T, ok bool, err error) {
	select {
	case v, ok = <-from:
		return v, ok, nil
	default:
	}
	if err := w.Flush(); err != nil {
		return v, false, err
	}
	select {
	case v, ok = <-from:
		return v, ok, nil
	case <-ctx.Done():
		return v, false, ctx.Err()
	}
}

// reportHandler returns the handler of the API that answers from a knowledge base.
func reportHandler(lib *library) http.Handler {
	mux := http.NewServeMux()
	api.Mount(mux, api.Config{Desk: lib.desk, Catalog: lib.catalog, Search: lib.index})
	return edge.New(edge.Config{Handler: mux})
}

// answerLine sends a report to the API, in this process: a line gets the very answer that a request gets. The id of the request
// names the line.
func answerLine(ctx context.Context, h http.Handler, j job) []byte {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "/v1/reports", bytes.NewReader(j.report))
	if err != nil {
		panic(err) // method and address are right
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Request-Id", fmt.Sprint("line-", j.line))
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, r)
	return append(bytes.TrimRight(w.body.Bytes(), "\n"), '\n')
}

// A recorder keeps the body of one response.
type recorder struct {
	header http.Header
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(int)             {}
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
