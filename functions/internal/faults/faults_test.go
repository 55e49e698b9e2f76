// Package faults breaks parts of the cloud while requests are answered, and says what the callers saw. Everything runs on this
// machine: the built function, a local S3 and DynamoDB, and proxies before them that misbehave.
package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/rtapi"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

var inject = flag.Bool("faults", false, "break things and print the table")

// A proxy passes requests on to a server, unless it is told to misbehave.
type proxy struct {
	*httptest.Server
	fault atomic.Pointer[func(w http.ResponseWriter, r *http.Request) (answered bool)]
}

func newProxy(t *testing.T, target string) *proxy {
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{}
	// the host stays as it was signed
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = u.Scheme, u.Host, r.In.Host
	}}
	pass.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if f := p.fault.Load(); f != nil && (*f)(w, r) {
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *proxy) misbehave(f func(http.ResponseWriter, *http.Request) bool) { p.fault.Store(&f) }
func (p *proxy) behave()                                                   { p.fault.Store(nil) }

func slow(d time.Duration) func(http.ResponseWriter, *http.Request) bool {
	return func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-time.After(d):
		case <-r.Context().Done():
		}
		return false
	}
}

func gone(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// throttled answers some requests as DynamoDB does when it has too many.
func throttled(share float64) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		if rand.Float64() >= share {
			return false
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}`)
		return true
	}
}

// A world is a deployed service with its parts.
type world struct {
	t         *testing.T
	s3, db    *proxy
	bucket    *cloud.Bucket // not through the proxy
	data      string        // the folder in which the objects are files
	store     session.Store // as above
	table     *cloud.Table
	bootstrap string
	temp      string
	pool      *rtapi.Pool
	url       string
	front     *httptest.Server
	good      snapshot.Pointer
	articles  int
}

func newWorld(t *testing.T, bootstrap string) *world {
	w := &world{t: t, bootstrap: bootstrap, temp: t.TempDir()}
	dir := t.TempDir()
	testbed.Program(t, "versitygw")
	s3, err := testbed.StartS3("", dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s3.Close)
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.URL)
	moto := testbed.Moto(t)
	c, err := cloud.InFunction()
	if err != nil {
		t.Fatal(err)
	}
	if w.bucket, err = c.Bucket("s3://fixdesk/index"); err != nil {
		t.Fatal(err)
	}
	w.table = c.Table("fixdesk")
	if err := errors.Join(w.bucket.Create(t.Context()), w.table.Create(t.Context())); err != nil {
		t.Fatal(err)
	}
	w.data = filepath.Join(dir, "data", "fixdesk", "index")
	w.store = session.On(w.table, nil)
	w.s3, w.db = newProxy(t, s3.URL), newProxy(t, moto.URL)
	w.good = w.publish(index.Format)
	w.restart()
	t.Cleanup(func() { w.front.Close(); w.pool.Close() })
	return w
}

// restart ends all processes of the function; the next requests start new ones.
func (w *world) restart() {
	if w.pool != nil {
		w.front.Close()
		w.pool.Close()
	}
	w.pool = rtapi.NewPool(rtapi.Config{Bootstrap: w.bootstrap, Name: "api", Timeout: 20 * time.Second, Env: []string{
		"AWS_ACCESS_KEY_ID=" + testbed.AccessKey, "AWS_SECRET_ACCESS_KEY=" + testbed.SecretKey, "TMPDIR=" + w.temp,
		"AWS_ENDPOINT_URL_S3=" + w.s3.URL, "AWS_ENDPOINT_URL_DYNAMODB=" + w.db.URL,
		"FIXDESK_TABLE=fixdesk", "FIXDESK_INDEX=s3://fixdesk/index", "FIXDESK_LOOK=1s", "FIXDESK_LOG=error",
	}}, 3)
	w.front = httptest.NewServer(rtapi.Front(w.pool))
	w.url = w.front.URL
}

// build returns the folder of an index that nobody has built before.
func (w *world) build() string {
	w.articles++
	n := 60 + w.articles
	file := filepath.Join(w.t.TempDir(), "a.zip")
	data := testbed.Archive(w.t, n, func(i int) string { return noise(i, n) })
	if err := os.WriteFile(file, data, 0o666); err != nil {
		w.t.Fatal(err)
	}
	src, err := archive.Open(file)
	if err != nil {
		w.t.Fatal(err)
	}
	defer src.Close()
	dir := filepath.Join(w.t.TempDir(), "index")
	if _, err := index.Build(w.t.Context(), dir, src, index.Options{Source: "a.zip"}); err != nil {
		w.t.Fatal(err)
	}
	return dir
}

// noise is text that cannot be compressed much.
func noise(i, n int) string {
	r := rand.New(rand.NewPCG(uint64(i), uint64(n)))
	var b strings.Builder
	for range 400 {
		fmt.Fprintf(&b, "%x ", r.Uint32())
	}
	return b.String()
}

// publish publishes a new snapshot, said to be of a format, and makes it the current one.
func (w *world) publish(format int) snapshot.Pointer {
	w.t.Helper()
	dir := w.build()
	p, err := snapshot.Publish(w.t.Context(), w.bucket, dir, snapshot.About{Format: format, Articles: 60 + w.articles, Built: time.Now()}, func(*snapshot.About) error { return nil })
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// damage changes the largest file of a snapshot behind the back of S3, and returns how to mend it.
func (w *world) damage(p snapshot.Pointer, f func(path string, data []byte) error) (mend func()) {
	path := filepath.Join(w.data, p.Snapshot, "articles")
	data, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := f(path, bytes.Clone(data)); err != nil {
		w.t.Fatal(err)
	}
	return func() {
		if err := os.WriteFile(path, data, 0o666); err != nil {
			w.t.Fatal(err)
		}
	}
}

// A kind is one kind of request.
type kind int

const (
	stateless kind = iota // a report with all its facts
	talk                  // a report that goes on with a conversation
	search
	kinds
)

// A load sends requests until it is stopped, and counts what came back.
type load struct {
	w     *world
	stop  chan struct{}
	wg    sync.WaitGroup
	mu    sync.Mutex
	ok    [kinds]int
	bad   [kinds]map[int]int // by status, 0 for a connection that broke
	worst time.Duration
	said  map[string][]string // what was acknowledged, by conversation
}

// start begins a load of three callers.
func (w *world) start(shared bool) *load {
	l := &load{w: w, stop: make(chan struct{}), said: map[string][]string{}}
	for i := range l.bad {
		l.bad[i] = map[int]int{}
	}
	for caller := range 3 {
		id := fmt.Sprintf("talk-%s-%d", session.NewID()[:8], caller)
		if shared {
			id = fmt.Sprintf("talk-shared-%d", w.articles)
		}
		l.wg.Go(func() { l.call(caller, id) })
	}
	return l
}

func (l *load) call(caller int, id string) {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		k := kind(n % int(kinds))
		word := fmt.Sprintf("turn%dx%d", caller, n)
		begin := time.Now()
		status := l.send(k, id, word)
		l.mu.Lock()
		l.worst = max(l.worst, time.Since(begin))
		if status == http.StatusOK {
			l.ok[k]++
			if k == talk {
				l.said[id] = append(l.said[id], word)
			}
		} else {
			l.bad[k][status]++
		}
		l.mu.Unlock()
	}
}

const facts = `"client_os": "nt4", "recent_upgrade": "sp1", "client_sites": ["LON", "ALT"], "nonexistent_sites": ["ALT"], "ads_outstanding": "unknown"`

func (l *load) send(k kind, id, word string) int {
	method, path, body := http.MethodPost, "/v1/reports", fmt.Sprintf(`{"facts": {%s}}`, facts)
	switch k {
	case talk:
		body = fmt.Sprintf(`{"session": %q, "symptom": %q}`, id, word)
	case search:
		method, path, body = http.MethodGet, "/v1/search?q=smsmon32", ""
	}
	r, err := http.NewRequest(method, l.w.url+path, strings.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0
	}
	return resp.StatusCode
}

// end stops the load, and returns how many acknowledged words are not remembered.
func (l *load) end() (lost int) {
	close(l.stop)
	l.wg.Wait()
	for id, words := range l.said {
		s, err := l.w.store.Get(context.Background(), id)
		if err != nil {
			return len(words)
		}
		remembered := strings.Fields(s.Symptom)
		have := map[string]bool{}
		for _, word := range remembered {
			have[word] = true
		}
		for _, word := range words[max(0, len(words)-200):] { // a conversation keeps the newest words
			if !have[word] {
				lost++
			}
		}
	}
	return lost
}

// saw says what the callers saw.
func (l *load) saw() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var parts []string
	for k, name := range []string{"reports", "conversations", "searches"} {
		s := fmt.Sprintf("%d %s", l.ok[k], name)
		for status, n := range l.bad[k] {
			s += fmt.Sprintf(" (%d× %d)", n, status)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func (l *load) failed(k kind) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.bad[k] {
		n += c
	}
	return n
}

// serves returns which snapshot serves.
func (w *world) serves() (status snapshot.Status) {
	resp, err := http.Get(w.url + "/healthz")
	if err != nil {
		return status
	}
	defer resp.Body.Close()
	var health struct{ Index snapshot.Status }
	json.NewDecoder(resp.Body).Decode(&health) // what cannot be read serves nothing
	return health.Index
}

// await waits until a snapshot serves, and returns how long that took.
func (w *world) await(p snapshot.Pointer) (time.Duration, bool) {
	begin := time.Now()
	for time.Since(begin) < 45*time.Second {
		if w.serves().Snapshot == p.Snapshot {
			return time.Since(begin), true
		}
		time.Sleep(100 * time.Millisecond)
	}
	return 0, false
}

// A fault is broken by inject, which returns how to mend it and which snapshot must serve then.
type fault struct {
	name    string
	inject  func(w *world) (mend func(), then snapshot.Pointer)
	shared  bool          // all callers are in one conversation
	may     []kind        // kinds of requests that may fail meanwhile
	problem string        // what the health check must say meanwhile, empty for nothing
	lasts   time.Duration // 3 s where 0
}

var everything = []kind{stateless, talk, search}

func faults() []fault {
	nothing := func() {}
	return []fault{
		{name: "S3 slow, at a start and a new snapshot", lasts: 10 * time.Second, inject: func(w *world) (func(), snapshot.Pointer) {
			w.s3.misbehave(slow(400 * time.Millisecond))
			w.restart()
			return w.s3.behave, w.publish(index.Format)
		}},
		{name: "S3 gone at a start", problem: "s3", lasts: 10 * time.Second, inject: func(w *world) (func(), snapshot.Pointer) {
			w.s3.misbehave(gone)
			w.restart()
			p, _, err := snapshot.Current(w.t.Context(), w.bucket)
			if err != nil {
				w.t.Fatal(err)
			}
			return w.s3.behave, p
		}},
		{name: "pointer to a missing object", problem: "is missing", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, _ []byte) error { return os.Remove(path) }), p
		}},
		{name: "truncated snapshot", problem: "not what its hash says", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, data []byte) error { return os.WriteFile(path, data[:len(data)/2], 0o666) }), p
		}},
		{name: "wrong sha256", problem: "not what its hash says", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, data []byte) error { data[len(data)/2]++; return os.WriteFile(path, data, 0o666) }), p
		}},
		{name: "snapshot of a newer format, rolled back", problem: "deploy the newer program", inject: func(w *world) (func(), snapshot.Pointer) {
			before, _, err := snapshot.Current(w.t.Context(), w.bucket)
			if err != nil {
				w.t.Fatal(err)
			}
			w.publish(index.Format + 1)
			return func() {
				if _, err := snapshot.Rollback(w.t.Context(), w.bucket, before.Snapshot); err != nil {
					w.t.Fatal(err)
				}
			}, before
		}},
		{name: "two publishers at once", inject: func(w *world) (func(), snapshot.Pointer) {
			return nothing, w.race()
		}},
		{name: "DynamoDB throttles half of the calls", may: []kind{talk}, inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(throttled(0.5))
			return w.db.behave, snapshot.Pointer{}
		}},
		{name: "DynamoDB gone", may: []kind{talk}, lasts: 6 * time.Second, inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(gone)
			return w.db.behave, snapshot.Pointer{}
		}},
		{name: "three callers in one conversation", shared: true, may: []kind{talk}, inject: func(*world) (func(), snapshot.Pointer) { return nothing, snapshot.Pointer{} }},
		{name: "/tmp full", problem: "no space left", inject: func(w *world) (func(), snapshot.Pointer) {
			mount(w.t, w.temp, "size=16k")
			w.restart()
			p, _, err := snapshot.Current(w.t.Context(), w.bucket)
			if err != nil {
				w.t.Fatal(err)
			}
			return func() { mount(w.t, w.temp, "remount,size=64m") }, p
		}},
		{name: "SIGTERM to every process, five times", may: everything, inject: func(w *world) (func(), snapshot.Pointer) {
			go func() {
				for range 5 {
					time.Sleep(300 * time.Millisecond)
					for _, f := range w.pool.Running() {
						syscall.Kill(f.PID(), syscall.SIGTERM)
					}
				}
			}()
			return nothing, snapshot.Pointer{}
		}},
		{name: "clocks ten minutes apart", inject: func(w *world) (func(), snapshot.Pointer) {
			w.skewed()
			return nothing, snapshot.Pointer{}
		}},
	}
}

// mount puts a small file system at dir.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v %s", err, out)
	}
	if !strings.HasPrefix(options, "remount") {
		t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
	}
}

// race lets two publish at once: the pointer must be at the one that was told that it won.
func (w *world) race() snapshot.Pointer {
	dirs := []string{w.build(), w.build()}
	type outcome struct {
		p   snapshot.Pointer
		err error
	}
	results := make([]outcome, 2)
	var met, wg sync.WaitGroup
	met.Add(2)
	for i := range dirs {
		wg.Go(func() {
			p, err := snapshot.Publish(w.t.Context(), w.bucket, dirs[i], snapshot.About{Format: index.Format, Articles: 99 + i}, func(*snapshot.About) error {
				met.Done()
				met.Wait() // both have read the pointer
				return nil
			})
			results[i] = outcome{p, err}
		})
	}
	wg.Wait()
	now, _, err := snapshot.Current(w.t.Context(), w.bucket)
	if err != nil {
		w.t.Fatal(err)
	}
	won := 0
	for _, r := range results {
		switch {
		case r.err == nil:
			won++
			if r.p != now {
				w.t.Errorf("a publisher was told that it won and did not")
			}
		case !errors.Is(r.err, snapshot.ErrConflict):
			w.t.Error(r.err)
		}
	}
	if won != 1 {
		w.t.Errorf("%d publishers won", won)
	}
	return now
}

// skewed lets two stores whose clocks are apart claim and finish the same work.
func (w *world) skewed() {
	ctx := w.t.Context()
	ahead := session.On(w.table, func() time.Time { return time.Now().Add(10 * time.Minute) })
	key := "skew-" + session.NewID()
	if _, err := w.store.Begin(ctx, key, "body"); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.Finish(ctx, key, "body", []byte("answer")); err != nil {
		w.t.Fatal(err)
	}
	if got, err := ahead.Begin(ctx, key, "body"); err != nil || string(got) != "answer" {
		w.t.Errorf("the clock that is ahead sees %q, %v", got, err)
	}
	if _, err := session.Update(ctx, ahead, key, func(s *session.Session) error { s.Symptom = "ahead"; return nil }); err != nil {
		w.t.Error(err)
	}
	if s, err := w.store.Get(ctx, key); err != nil || s.Symptom != "ahead" {
		w.t.Errorf("the clock that is behind sees %+v, %v", s, err)
	}
}

func TestFaults(t *testing.T) {
	if !*inject {
		t.Skip("breaks things for two minutes: make faults")
	}
	bootstrap, err := rtapi.Build(t.TempDir(), "../../api")
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	out := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	fmt.Fprintln(out, "FAULT\tANSWERED WHILE IT LASTED\tWORST\tLOST\tRECOVERED")
	for _, f := range faults() {
		t.Run(f.name, func(t *testing.T) {
			if f.name == "/tmp full" && os.Getuid() != 0 {
				t.Skip("/tmp full: needs root to mount a small file system")
			}
			try(t, newWorld(t, bootstrap), f, out)
		})
	}
	out.Flush()
	t.Logf("\n%s", table.String())
}

// try breaks one thing, mends it and writes a line of the table.
func try(t *testing.T, w *world, f fault, out io.Writer) {
	if _, ok := w.await(w.good); !ok {
		t.Fatalf("the service did not start: %+v", w.serves())
	}
	mend, then := f.inject(w)
	l := w.start(f.shared)
	problem := false
	for begin := time.Now(); time.Since(begin) < max(f.lasts, 3*time.Second); time.Sleep(200 * time.Millisecond) {
		problem = problem || f.problem != "" && strings.Contains(w.serves().Problem, f.problem)
	}
	if f.problem != "" && !problem {
		t.Errorf("the health check does not say %q: %+v", f.problem, w.serves())
	}
	meanwhile := l.saw()
	mend()
	recovered := "at once"
	if then.Snapshot != "" {
		took, ok := w.await(then)
		if recovered = "no"; ok {
			recovered = fmt.Sprintf("in %.1f s", took.Seconds())
		} else {
			t.Errorf("it did not recover: %+v", w.serves())
		}
	}
	lost := l.end()
	if lost > 0 {
		t.Errorf("%d things were said, acknowledged and lost", lost)
	}
	for k := range kinds {
		may := false
		for _, m := range f.may {
			may = may || m == k
		}
		if n := l.failed(k); n > 0 && !may {
			t.Errorf("%d requests of kind %d failed: %s", n, k, l.saw())
		}
	}
	after := w.start(false)
	time.Sleep(500 * time.Millisecond)
	if lost := after.end(); lost > 0 || after.failed(stateless)+after.failed(talk)+after.failed(search) > 0 {
		t.Errorf("afterwards %d lost, %s", lost, after.saw())
	}
	fmt.Fprintf(out, "%s\t%s\t%d ms\t%d\t%s\n", f.name, meanwhile, l.worst.Milliseconds(), lost, recovered)
}
