// Package runtimeapi runs a built function as the platform does: the bootstrap is started as a process and fetches its invocations
// from a Runtime API server. It is for tests, benchmarks and the local gateway, and never for production: it isolates nothing
// and bills nobody.
package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	maxPayload  = 6 << 20          // bytes of an event or an answer
	initTimeout = 10 * time.Second // from the start of the process to its first request for work
	stopTimeout = 2 * time.Second  // from SIGTERM to SIGKILL
)

// A Config says which function to run and how. Only Bootstrap must be set.
type Config struct {
	Bootstrap string        // the program
	Name      string        // of the function; the name of the bootstrap's folder where empty
	Env       []string      // on top of what the platform sets; nothing else is inherited
	MemoryMB  int           // as the function is told, 256 where 0; not enforced
	Timeout   time.Duration // of one invocation, 10 s where 0; the process is killed after it
	Log       io.Writer     // what the function writes, discarded where nil
}

// A Function is one process of a function, one execution environment. It answers one invocation at a time.
type Function struct {
	config Config
	init   time.Duration
	cmd    *exec.Cmd
	server *http.Server
	work   chan *invocation
	ready  chan struct{} // closed at the first request for work
	done   chan struct{} // closed when the process has ended
	err    error         // how it ended; read after done

	mu      sync.Mutex
	pending map[string]*invocation
	first   sync.Once
	turn    chan struct{} // holds one token: an invocation has the process for itself
	serial  int
}

type invocation struct {
	id       string
	event    []byte
	deadline time.Time
	answer   chan result
}

type result struct {
	data []byte
	err  error
}

// An Error is what a function reported in place of an answer.
type Error struct{ Report string }

func (e *Error) Error() string { return "function error: " + e.Report }

// ErrEnded is part of the error of an invocation whose process ended before it answered.
var ErrEnded = errors.New("the process of the function ended")

// Start starts the function and waits until it asks for work.
func Start(c Config) (*Function, error) {
	bootstrap, err := filepath.Abs(c.Bootstrap)
	if err != nil {
		return nil, err
	}
	c.Bootstrap = bootstrap
	if c.Name == "" {
		c.Name = filepath.Base(filepath.Dir(bootstrap))
	}
	if c.MemoryMB == 0 {
		c.MemoryMB = 256
	}
	if c.Timeout == 0 {
		c.Timeout = 10 * time.Second
	}
	f := &Function{config: c, work: make(chan *invocation), ready: make(chan struct{}), done: make(chan struct{}),
		pending: map[string]*invocation{}, turn: make(chan struct{}, 1)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f.server = &http.Server{Handler: f.api()}
	go f.server.Serve(listener)
	if err := f.launch(listener.Addr().String()); err != nil {
		f.server.Close()
		return nil, err
	}
	return f, nil
}

// launch starts the process and waits for its first request for work.
func (f *Function) launch(address string) error {
	c := f.config
	f.cmd = exec.Command(c.Bootstrap)
	f.cmd.Dir = filepath.Dir(c.Bootstrap)
	f.cmd.Stdout, f.cmd.Stderr = c.Log, c.Log
	f.cmd.WaitDelay = stopTimeout
	f.cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + address,
		"AWS_LAMBDA_FUNCTION_NAME=" + c.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(c.MemoryMB),
		"AWS_REGION=eu-central-1",
		"_HANDLER=bootstrap",
		"LAMBDA_TASK_ROOT=" + f.cmd.Dir,
		"PATH=/usr/local/bin:/usr/bin:/bin",
		"TZ=:UTC",
	}, c.Env...)
	start := time.Now()
	if err := f.cmd.Start(); err != nil {
		return err
	}
	go func() {
		f.err = f.cmd.Wait()
		close(f.done)
	}()
	timer := time.NewTimer(initTimeout)
	defer timer.Stop()
	select {
	case <-f.ready:
		f.init = time.Since(start)
		return nil
	case <-f.done:
		return fmt.Errorf("%s: %w before it asked for work: %v", c.Name, ErrEnded, f.err)
	case <-timer.C:
		f.kill()
		return fmt.Errorf("%s: asked for no work in %v", c.Name, initTimeout)
	}
}

// Init returns how long the process took from its start to its first request for work.
func (f *Function) Init() time.Duration { return f.init }

// Done is closed when the process has ended.
func (f *Function) Done() <-chan struct{} { return f.done }

// PID returns the number of the process.
func (f *Function) PID() int { return f.cmd.Process.Pid }

// Invoke hands one event to the function and returns its answer: an *Error where the function reported one, an error with
// ErrEnded where the process ended first. Invocations wait for each other.
func (f *Function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if len(event) > maxPayload {
		return nil, fmt.Errorf("event of %d bytes: at most %d", len(event), maxPayload)
	}
	select {
	case f.turn <- struct{}{}:
		defer func() { <-f.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	inv := f.add(event)
	defer f.drop(inv)
	timer := time.NewTimer(f.config.Timeout)
	defer timer.Stop()
	select {
	case f.work <- inv:
	case <-f.done:
		return nil, ErrEnded
	case <-timer.C:
		f.kill()
		return nil, fmt.Errorf("%s: %w: it asked for no work in %v", f.config.Name, ErrEnded, f.config.Timeout)
	}
	select {
	case r := <-inv.answer:
		return r.data, r.err
	case <-f.done:
		select { // the answer may have come just before the end
		case r := <-inv.answer:
			return r.data, r.err
		default:
			return nil, fmt.Errorf("%s: %w: %v", f.config.Name, ErrEnded, f.err)
		}
	case <-timer.C:
		f.kill()
		return nil, fmt.Errorf("%s: %w: it was killed after %v", f.config.Name, ErrEnded, f.config.Timeout)
	}
}

func (f *Function) add(event []byte) *invocation {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", f.serial)
	inv := &invocation{id: id, event: event, deadline: time.Now().Add(f.config.Timeout), answer: make(chan result, 1)}
	f.pending[id] = inv
	return inv
}

func (f *Function) drop(inv *invocation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.pending, inv.id)
}

// Close asks the process to end, ends it where it does not heed, and returns when it is gone.
func (f *Function) Close() error {
	defer f.server.Close()
	f.cmd.Process.Signal(syscall.SIGTERM) // an error means that it is gone already
	select {
	case <-f.done:
	case <-time.After(stopTimeout):
		f.kill()
	}
	return nil
}

func (f *Function) kill() {
	f.cmd.Process.Kill() // as above
	<-f.done
}

// RSS returns the memory that the process holds, in bytes.
func (f *Function) RSS() (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", f.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("no VmRSS")
}
