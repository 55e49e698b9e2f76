package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// crooked builds the misbehaving function once for all tests.
var crooked = sync.OnceValues(func() (string, error) { return Build(dir, "./testdata/crooked") })

var dir string

func TestMain(m *testing.M) {
	var err error
	if dir, err = os.MkdirTemp("", "rtapi"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func start(t *testing.T, c Config) *Function {
	t.Helper()
	path, err := crooked()
	if err != nil {
		t.Fatal(err)
	}
	c.Bootstrap = path
	f, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func TestFunctionAnswersOneEventAfterTheOther(t *testing.T) {
	f := start(t, Config{})
	for _, want := range []string{`"a"`, `{"b":1}`, `"a"`} {
		got, err := f.Invoke(t.Context(), []byte(want))
		if err != nil || string(got) != want {
			t.Errorf("Invoke(%s) = %s, %v", want, got, err)
		}
	}
	if f.Init() <= 0 {
		t.Errorf("Init = %v", f.Init())
	}
	if rss, err := f.RSS(); err != nil || rss < 1<<20 {
		t.Errorf("RSS = %d, %v", rss, err)
	}
}

func TestConcurrentInvocationsWaitForEachOther(t *testing.T) {
	f := start(t, Config{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := f.Invoke(t.Context(), []byte(`"x"`)); err != nil || string(got) != `"x"` {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	wg.Wait()
}

func TestReportedErrorLeavesTheProcessAlive(t *testing.T) {
	f := start(t, Config{})
	var reported *Error
	if _, err := f.Invoke(t.Context(), []byte(`"error"`)); !errors.As(err, &reported) || !strings.Contains(reported.Report, "as told") {
		t.Errorf("error = %v, want the function's own", err)
	}
	if got, err := f.Invoke(t.Context(), []byte(`1`)); err != nil || string(got) != "1" {
		t.Errorf("after it: %s, %v", got, err)
	}
}

func TestPanicExitAndOversizeEndTheProcess(t *testing.T) {
	for _, event := range []string{`"panic"`, `"exit"`, `"large"`} {
		t.Run(event, func(t *testing.T) {
			f := start(t, Config{})
			if _, err := f.Invoke(t.Context(), []byte(event)); err == nil {
				t.Error("no error")
			}
			<-f.Done()
			if _, err := f.Invoke(t.Context(), []byte(`1`)); !errors.Is(err, ErrEnded) {
				t.Errorf("after it: %v, want ErrEnded", err)
			}
		})
	}
}

func TestInvocationThatTakesTooLongIsKilled(t *testing.T) {
	f := start(t, Config{Timeout: 200 * time.Millisecond})
	if _, err := f.Invoke(t.Context(), []byte(`"sleep"`)); !errors.Is(err, ErrEnded) {
		t.Errorf("error = %v, want ErrEnded", err)
	}
}

func TestDeadlineIsTold(t *testing.T) {
	f := start(t, Config{Timeout: time.Hour})
	if got, err := f.Invoke(t.Context(), []byte(`"deadline"`)); err != nil || string(got) != "1h0m0s" {
		t.Errorf("deadline in %s, %v; want 1h", got, err)
	}
}

func TestFunctionThatDoesNotStartIsAnError(t *testing.T) {
	path, err := crooked()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	_, err = Start(Config{Bootstrap: path, Env: []string{"CROOKED=exit"}, Log: &log})
	if !errors.Is(err, ErrEnded) || !strings.Contains(log.String(), "will not start") {
		t.Errorf("Start = %v with log %q", err, log.String())
	}
	if _, err := Start(Config{Bootstrap: "/nonexistent/bootstrap"}); err == nil {
		t.Error("a missing bootstrap started")
	}
}

func TestCallerWhoGivesUpLeavesTheFunctionToOthers(t *testing.T) {
	f := start(t, Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.Invoke(ctx, []byte(`1`)) // either outcome is right: the turn may have been free
	if got, err := f.Invoke(t.Context(), []byte(`2`)); err != nil || string(got) != "2" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestPoolStartsAProcessForEachInvocationAtATimeAndReplacesTheDead(t *testing.T) {
	path, err := crooked()
	if err != nil {
		t.Fatal(err)
	}
	p := NewPool(Config{Bootstrap: path}, 2)
	defer p.Close()
	for _, c := range []struct {
		event  string
		fails  bool
		starts int
	}{{`1`, false, 1}, {`2`, false, 1}, {`"exit"`, true, 1}, {`3`, false, 2}, {`"error"`, true, 2}, {`4`, false, 2}} {
		if got, err := p.Invoke(t.Context(), []byte(c.event)); (err != nil) != c.fails || p.Starts() != c.starts {
			t.Errorf("%s: %s, %v after %d starts; want %d", c.event, got, err, p.Starts(), c.starts)
		}
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got, err := p.Invoke(t.Context(), []byte(`5`)); err != nil || string(got) != "5" {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	wg.Wait()
	if n := len(p.Running()); n > 2 {
		t.Errorf("%d processes run, want at most 2", n)
	}
}

func TestPoolRetiresProcessesWithoutLosingAnInvocation(t *testing.T) {
	path, err := crooked()
	if err != nil {
		t.Fatal(err)
	}
	p := NewPool(Config{Bootstrap: path}, 3)
	defer p.Close()
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if got, err := p.Invoke(t.Context(), []byte(`"pause"`)); err != nil || string(got) != `"pause"` {
					t.Errorf("got %s, %v", got, err)
				}
			}
		})
	}
	for p.Starts() < 3 {
		time.Sleep(time.Millisecond)
	}
	first := p.Running()
	p.Retire()
	for _, f := range first {
		<-f.Done()
	}
	if _, err := p.Invoke(t.Context(), []byte(`1`)); err != nil {
		t.Error(err)
	}
	close(stop)
	wg.Wait()
	if n := p.Starts(); n < 4 || n > 6 {
		t.Errorf("%d processes were started, want up to three new ones", n)
	}
}
