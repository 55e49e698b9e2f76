// Package faultinjection breaks parts of the cloud while requests are answered, and says what the callers saw. Everything runs on this
// machine: the built function, a local S3 and DynamoDB, and proxies before them that misbehave.
package faultinjection

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

var all = flag.Bool("faults", false, "break everything that can break, and print the table")

// A proxy passes requests on to a server, unless it is told to misbehave.
type proxy struct {
	*httptest.Server
	refused atomic.Int32 // answers of status 403
	fault   atomic.Pointer[func(w http.ResponseWriter, r *http.Request) (answered bool)]
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
	pass.ModifyResponse = func(r *http.Response) error {
		if r.StatusCode == http.StatusForbidden {
			p.refused.Add(1)
		}
		return nil
	}
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

// silent takes a request and never answers.
func silent(_ http.ResponseWriter, r *http.Request) bool {
	io.Copy(io.Discard, r.Body) // only then is it noticed that the caller has gone
	<-r.Context().Done()
	return true
}

// punctual refuses signatures that are not of now, as DynamoDB does and a local one does not.
func punctual(w http.ResponseWriter, r *http.Request) bool {
	signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err == nil && time.Since(signed).Abs() < 5*time.Minute {
		return false
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.WriteHeader(http.StatusBadRequest)
	io.WriteString(w, `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature not yet current"}`)
	return true
}

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
	pool      *runtimeapi.Pool
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
	w.bucket = c.Bucket("fixdesk", "index")
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

// restart ends all processes of the function and waits for that; the next requests start new ones.
func (w *world) restart() {
	if w.pool != nil {
		w.front.Close()
		w.pool.Close()
	}
	w.pool = runtimeapi.NewPool(runtimeapi.Config{Bootstrap: w.bootstrap, Name: "api", Timeout: 20 * time.Second, Env: []string{
		"AWS_ACCESS_KEY_ID=" + testbed.AccessKey, "AWS_SECRET_ACCESS_KEY=" + testbed.SecretKey, "TMPDIR=" + w.temp,
		"AWS_ENDPOINT_URL_S3=" + w.s3.URL, "AWS_ENDPOINT_URL_DYNAMODB=" + w.db.URL,
		"FIXDESK_TABLE=fixdesk", "FIXDESK_INDEX=s3://fixdesk/index", "FIXDESK_LOOK=1s", "FIXDESK_LOG=error",
	}}, callers)
	w.front = httptest.NewServer(runtimeapi.Front(w.pool))
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
	vote // feedback, with an Idempotency-Key
	kinds
)

var plural = [kinds]string{"reports", "conversations", "searches", "votes"}

// talkers is how many callers have a conversation, and callers how many there are in all: one of each other kind.
const (
	talkers = 3
	callers = talkers + int(kinds) - 1
)

// A load sends requests until it is stopped, and counts what came back.
type load struct {
	w     *world
	stop  chan struct{}
	wg    sync.WaitGroup
	mu    sync.Mutex
	ok    [kinds]int
	bad   [kinds]map[int]int // by status, 0 for a connection that broke
	blunt int                // 503s that do not say when to come again
	worst time.Duration
	said  map[string][]string // what was acknowledged, by conversation
	voted []string            // as above
}

// open begins a conversation for each who talks, or one for them all, and returns their sessions. Nothing may be broken yet.
func (w *world) open(shared bool) []string {
	w.t.Helper()
	sessions := make([]string, talkers)
	for i := range sessions {
		if shared && i > 0 {
			sessions[i] = sessions[0]
			continue
		}
		resp, err := http.Post(w.url+"/v1/reports", "application/json", strings.NewReader(`{"session": "new", "facts": {"process": "smsmon32"}}`))
		if err != nil {
			w.t.Fatal(err)
		}
		var answer struct{ Session string }
		err = json.NewDecoder(resp.Body).Decode(&answer)
		resp.Body.Close()
		if err != nil || answer.Session == "" {
			w.t.Fatalf("no conversation was opened: %s, %v", resp.Status, err)
		}
		sessions[i] = answer.Session
	}
	return sessions
}

// start begins a load; each who talks goes on with one of the sessions.
func (w *world) start(sessions []string) *load {
	l := &load{w: w, stop: make(chan struct{}), said: map[string][]string{}}
	mark := session.NewID()[:8]
	for k := range kinds {
		l.bad[k] = map[int]int{}
		if k == talk {
			continue
		}
		l.wg.Go(func() { l.call(k, "", fmt.Sprintf("%s%dx0", mark, k)) })
	}
	for caller, id := range sessions {
		l.wg.Go(func() { l.call(talk, id, fmt.Sprintf("%s%dx%d", mark, talk, caller)) })
	}
	return l
}

// call sends requests of one kind, each with a word of its own.
func (l *load) call(k kind, id, caller string) {
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		word := fmt.Sprintf("%sx%d", caller, n)
		begin := time.Now()
		status, guided := l.send(k, id, word)
		l.note(k, id, word, status, guided, time.Since(begin))
	}
}

func (l *load) note(k kind, id, word string, status int, guided bool, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.worst = max(l.worst, took)
	if status >= 300 || status == 0 {
		l.bad[k][status]++
		if status == http.StatusServiceUnavailable && !guided {
			l.blunt++
		}
		return
	}
	l.ok[k]++
	switch k {
	case talk:
		l.said[id] = append(l.said[id], word)
	case vote:
		l.voted = append(l.voted, word)
	}
}

const facts = `"client_os": "nt4", "recent_upgrade": "sp1", "client_sites": ["LON", "ALT"], "nonexistent_sites": ["ALT"], "ads_outstanding": "unknown"`

// send returns the status of the answer, 0 for none, and whether it says when to come again.
func (l *load) send(k kind, id, word string) (status int, guided bool) {
	method, path, body := http.MethodPost, "/v1/reports", fmt.Sprintf(`{"facts": {%s}}`, facts)
	switch k {
	case talk:
		body = fmt.Sprintf(`{"session": %q, "symptom": %q}`, id, word)
	case search:
		method, path, body = http.MethodGet, "/v1/search?q=smsmon32", ""
	case vote:
		path, body = "/v1/feedback", fmt.Sprintf(`{"article": "Q238865", "tree": "0a1b2c3d", "helped": true, "comment": %q}`, word)
	}
	r, err := http.NewRequest(method, l.w.url+path, strings.NewReader(body))
	if err != nil {
		return 0, false
	}
	r.Header.Set("Content-Type", "application/json")
	if k == vote {
		r.Header.Set("Idempotency-Key", "a-vote-for-the-tree-"+word) // keys of anonymous callers have 16 characters at least
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, false
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0, false
	}
	return resp.StatusCode, resp.Header.Get("Retry-After") != ""
}

// end stops the load, and returns how many acknowledged words are not remembered.
func (l *load) end() (lost int) {
	close(l.stop)
	l.wg.Wait()
	for id, words := range l.said {
		s, err := l.w.store.Get(context.Background(), "/"+id) // of nobody in particular
		if err != nil {
			return len(words)
		}
		lost += missing(words[max(0, len(words)-200):], strings.Fields(s.Symptom)) // a conversation keeps the newest words
	}
	var kept []string
	for f, err := range l.w.store.Feedback(context.Background(), time.Now().Add(-time.Hour)) {
		if err != nil {
			return lost + len(l.voted)
		}
		kept = append(kept, f.Comment)
	}
	return lost + missing(l.voted, kept)
}

// missing returns how many words are not among those that were kept.
func missing(words, kept []string) (n int) {
	have := map[string]bool{}
	for _, word := range kept {
		have[word] = true
	}
	for _, word := range words {
		if !have[word] {
			n++
		}
	}
	return n
}

// saw says what the callers were answered, and what they were refused and how.
func (l *load) saw() (answered, refused string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var good, bad []string
	for k, name := range plural {
		good = append(good, fmt.Sprintf("%d %s", l.ok[k], name))
		for _, status := range slices.Sorted(maps.Keys(l.bad[k])) {
			bad = append(bad, fmt.Sprintf("%d %s (%d)", l.bad[k][status], name, status))
		}
	}
	if len(bad) == 0 {
		bad = []string{"none"}
	}
	return strings.Join(good, ", "), strings.Join(bad, ", ")
}

// unlike returns how many requests of a kind failed otherwise than with a status.
func (l *load) unlike(k kind, status int) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s, c := range l.bad[k] {
		if s != status {
			n += c
		}
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
	shared  bool          // all who talk are in one conversation
	may     []kind        // kinds of requests that may be refused meanwhile
	as      int           // the status with which they may be, 503 where 0
	problem string        // what the health check must say meanwhile, empty for nothing
	lasts   time.Duration // 3 s where 0
	core    bool          // it is tried by every test run
}

var (
	everything = []kind{stateless, talk, search, vote}
	remembered = []kind{talk, vote} // what needs the table
)

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
			return w.s3.behave, w.current()
		}},
		{name: "pointer to a missing object", problem: "is missing", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, _ []byte) error { return os.Remove(path) }), p
		}},
		{name: "truncated snapshot", problem: "not what its hash says", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, data []byte) error { return os.WriteFile(path, data[:len(data)/2], 0o666) }), p
		}},
		{name: "wrong sha256", core: true, problem: "not what its hash says", inject: func(w *world) (func(), snapshot.Pointer) {
			p := w.publish(index.Format)
			return w.damage(p, func(path string, data []byte) error { data[len(data)/2]++; return os.WriteFile(path, data, 0o666) }), p
		}},
		{name: "snapshot of a newer format, rolled back", problem: "deploy the newer program", inject: func(w *world) (func(), snapshot.Pointer) {
			before := w.current()
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
		{name: "DynamoDB throttles half of the calls", may: remembered, inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(throttled(0.5))
			return w.db.behave, snapshot.Pointer{}
		}},
		{name: "DynamoDB gone", core: true, may: remembered, lasts: 6 * time.Second, inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(gone)
			return w.db.behave, snapshot.Pointer{}
		}},
		{name: "DynamoDB takes calls and never answers", may: remembered, lasts: 12 * time.Second, inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(silent)
			return w.db.behave, snapshot.Pointer{}
		}},
		{name: "three callers in one conversation", shared: true, inject: func(*world) (func(), snapshot.Pointer) { return nothing, snapshot.Pointer{} }},
		{name: "/tmp full", problem: "no space left", inject: func(w *world) (func(), snapshot.Pointer) {
			mount(w.t, w.temp, "size=16k")
			w.restart()
			p := w.current()
			return func() { mount(w.t, w.temp, "remount,size=64m") }, p
		}},
		{name: "every process replaced, five times", core: true, inject: func(w *world) (func(), snapshot.Pointer) {
			w.repeat(w.pool.Retire)
			return nothing, snapshot.Pointer{}
		}},
		{name: "every process killed at its work, five times", may: everything, as: http.StatusInternalServerError, inject: func(w *world) (func(), snapshot.Pointer) {
			w.repeat(func() {
				for _, f := range w.pool.Running() {
					syscall.Kill(f.PID(), syscall.SIGKILL)
				}
			})
			return nothing, snapshot.Pointer{}
		}},
		{name: "a clock 20 minutes ahead of S3 and DynamoDB", inject: func(w *world) (func(), snapshot.Pointer) {
			w.db.misbehave(punctual)
			w.bootstrap = w.ahead()
			w.restart()
			p := w.publish(index.Format)
			return func() {
				if w.s3.refused.Load() == 0 {
					w.t.Error("S3 refused no signature: the clock was not ahead")
				}
			}, p
		}},
		{name: "two processes whose clocks are ten minutes apart", inject: func(w *world) (func(), snapshot.Pointer) {
			w.skewed()
			return nothing, snapshot.Pointer{}
		}},
	}
}

// current returns the pointer as it stands.
func (w *world) current() snapshot.Pointer {
	p, _, err := snapshot.Current(w.t.Context(), w.bucket)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// repeat does something five times while the load runs.
func (w *world) repeat(f func()) {
	go func() {
		for range 5 {
			time.Sleep(300 * time.Millisecond)
			f()
		}
	}()
}

// ahead builds the function on a copy of the SDK whose clock is 20 minutes ahead, and with it what is signed.
func (w *world) ahead() string {
	const module, clock = "github.com/aws/aws-sdk-go-v2", "internal/sdk/time.go"
	dir := w.t.TempDir()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		w.t.Fatal(err)
	}
	sdk := filepath.Join(dir, "sdk")
	if err := os.CopyFS(sdk, os.DirFS(strings.TrimSpace(string(out)))); err != nil {
		w.t.Fatal(err)
	}
	w.rewrite(filepath.Join(sdk, clock), filepath.Join(sdk, clock), "NowTime = time.Now\n", "NowTime = func() time.Time { return time.Now().Add(20 * time.Minute) }\n")
	w.rewrite(filepath.Join(testbed.Root(), "go.sum"), filepath.Join(dir, "go.sum"), "", "")
	w.rewrite(filepath.Join(testbed.Root(), "go.mod"), filepath.Join(dir, "go.mod"), "\ngo ", "\nreplace "+module+" => "+sdk+"\n\ngo ")
	w.t.Setenv("GOFLAGS", "-modfile="+filepath.Join(dir, "go.mod"))
	bootstrap, err := runtimeapi.Build(dir, "../../../api")
	if err != nil {
		w.t.Fatal(err)
	}
	return bootstrap
}

// rewrite writes a copy of a file in which one stretch is another.
func (w *world) rewrite(from, to, before, after string) {
	data, err := os.ReadFile(from)
	if err != nil {
		w.t.Fatal(err)
	}
	if !strings.Contains(string(data), before) {
		w.t.Fatalf("%s: no %q in it", from, before)
	}
	os.Chmod(to, 0o644) // a copy of a module is read-only
	if err := os.WriteFile(to, []byte(strings.Replace(string(data), before, after, 1)), 0o644); err != nil {
		w.t.Fatal(err)
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

// Without -faults the test tries a few faults and prints nothing.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the function and breaks its parts")
	}
	bootstrap, err := runtimeapi.Build(t.TempDir(), "../../../api")
	if err != nil {
		t.Fatal(err)
	}
	var table bytes.Buffer
	out := tabwriter.NewWriter(&table, 0, 8, 2, ' ', 0)
	fmt.Fprintln(out, "FAULT\tANSWERED WHILE IT LASTED\tREFUSED (STATUS)\tSLOWEST\tLOST\tAFTERWARDS")
	for _, f := range faults() {
		if !f.core && !*all {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			if f.name == "/tmp full" && os.Getuid() != 0 {
				t.Skip("/tmp full: needs root to mount a small file system")
			}
			try(t, newWorld(t, bootstrap), f, out)
		})
	}
	out.Flush()
	if *all {
		t.Logf("\n%s\nLOST counts what was acknowledged and is not remembered. A 503 says in Retry-After when to come again.", table.String())
	}
}

// try breaks one thing, mends it and writes a line of the table.
func try(t *testing.T, w *world, f fault, out io.Writer) {
	if _, ok := w.await(w.good); !ok {
		t.Fatalf("the service did not start: %+v", w.serves())
	}
	sessions := w.open(f.shared)
	mend, then := f.inject(w)
	l := w.start(sessions)
	problem := w.watch(f)
	if f.problem != "" && !problem {
		t.Errorf("the health check does not say %q: %+v", f.problem, w.serves())
	}
	answered, _ := l.saw()
	mend()
	recovered := "as before"
	if then.Snapshot != "" {
		took, ok := w.await(then)
		if !ok {
			t.Errorf("it did not recover: %+v", w.serves())
		}
		recovered = fmt.Sprintf("the right snapshot serves after %.1f s", took.Seconds())
	}
	lost := l.end()
	_, refused := l.saw()
	if lost > 0 {
		t.Errorf("%d things were said, acknowledged and lost", lost)
	}
	for k := range kinds {
		may := 0
		if slices.Contains(f.may, k) {
			may = cmp.Or(f.as, http.StatusServiceUnavailable)
		}
		if n := l.unlike(k, may); n > 0 || may == 0 && len(l.bad[k]) > 0 {
			t.Errorf("%s failed that should not, or otherwise than they may: %s", plural[k], refused)
		}
	}
	if l.blunt > 0 {
		t.Errorf("%d refusals do not say when to come again", l.blunt)
	}
	after := w.start(w.open(false))
	time.Sleep(500 * time.Millisecond)
	lostAfter := after.end()
	if answered, refused := after.saw(); lostAfter > 0 || refused != "none" {
		t.Errorf("afterwards %d lost, answered %s, refused %s", lostAfter, answered, refused)
	}
	fmt.Fprintf(out, "%s\t%s\t%s\t%.1f s\t%d\t%s\n", f.name, answered, refused, l.worst.Seconds(), lost, recovered)
}

// watch lets a fault last, and reports whether the health check named it meanwhile.
func (w *world) watch(f fault) (named bool) {
	for begin := time.Now(); time.Since(begin) < cmp.Or(f.lasts, 3*time.Second); time.Sleep(200 * time.Millisecond) {
		named = named || f.problem != "" && strings.Contains(w.serves().Problem, f.problem)
	}
	return named
}
