package runtimeapi

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

var errClosed = errors.New("the pool is closed")

// A Pool runs as many processes of one function as there are invocations at a time, as the platform does: a process that ended is
// followed by a new one.
type Pool struct {
	config Config
	slots  chan struct{} // bounds the processes

	mu     sync.Mutex
	idle   []*Function
	all    map[*Function]bool // whether it is to end as soon as it has nothing to do
	starts int
	closed bool
	ending sync.WaitGroup
}

// NewPool returns a pool of at most so many processes. It starts none before the first invocation.
func NewPool(c Config, most int) *Pool {
	return &Pool{config: c, slots: make(chan struct{}, most), all: map[*Function]bool{}}
}

// Invoke hands one event to a process that has nothing to do, or to a new one.
func (p *Pool) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	f, err := p.take()
	if err != nil {
		return nil, err
	}
	defer p.give(f)
	return f.Invoke(ctx, event)
}

// take returns a process that has nothing to do, or a new one. Others are not kept waiting while it starts.
func (p *Pool) take() (*Function, error) {
	if f, err := p.waiting(); f != nil || err != nil {
		return f, err
	}
	f, err := Start(p.config)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		f.Close()
		return nil, errClosed
	}
	p.starts++
	p.all[f] = false
	return f, nil
}

// waiting returns a process that has nothing to do, nil where there is none.
func (p *Pool) waiting() (*Function, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errClosed
	}
	for len(p.idle) > 0 {
		f := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		select {
		case <-f.Done():
			p.forget(f)
		default:
			return f, nil
		}
	}
	return nil, nil
}

// give takes back a process that has answered, or failed to.
func (p *Pool) give(f *Function) {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-f.Done():
		p.forget(f)
	default:
		if p.all[f] {
			p.forget(f)
			return
		}
		p.idle = append(p.idle, f)
	}
}

// forget ends a process that gets no more work. Nobody waits for its end but Close.
func (p *Pool) forget(f *Function) {
	delete(p.all, f)
	p.ending.Go(func() { f.Close() })
}

// Retire ends all processes as the platform ends those of an environment: one that has nothing to do is asked to end, one that is at
// an invocation finishes it first, and what comes next goes to new ones. The platform interrupts no invocation to end a process.
func (p *Pool) Retire() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for f := range p.all {
		p.all[f] = true
	}
	for _, f := range p.idle {
		p.forget(f)
	}
	p.idle = nil
}

// Starts returns how many processes were started.
func (p *Pool) Starts() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.starts
}

// Running returns the processes that run now.
func (p *Pool) Running() []*Function {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []*Function
	for f := range p.all {
		all = append(all, f)
	}
	return all
}

// Close ends all processes.
func (p *Pool) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for f := range p.all {
		f.Close()
	}
	clear(p.all)
	p.idle = nil
	p.ending.Wait()
}

// An Invoker is a function, or a pool of its processes.
type Invoker interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Front answers requests with a function as an HTTP API in front of it does: an error of the function is 500.
func Front(i Invoker) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		event, err := Event(r)
		if err != nil {
			http.Error(w, `{"message":"Bad Request"}`, http.StatusBadRequest)
			return
		}
		data, err := i.Invoke(r.Context(), event)
		if err == nil {
			err = Answer(w, data)
		}
		if err != nil {
			http.Error(w, `{"message":"Internal Server Error"}`, http.StatusInternalServerError)
		}
	})
}
