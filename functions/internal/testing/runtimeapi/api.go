package runtimeapi

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// api returns the server side of the Runtime API, version 2018-06-01, as far as a runtime for one invocation at a time needs it.
func (f *Function) api() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", f.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", f.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", f.failure)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusAccepted) // the process ends after it, and that is what Start reports
	})
	return mux
}

// next gives the process its next invocation as soon as there is one.
func (f *Function) next(w http.ResponseWriter, r *http.Request) {
	f.first.Do(func() { close(f.ready) })
	select {
	case inv := <-f.work:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:"+f.config.Name)
		h.Set("Lambda-Runtime-Trace-Id", fmt.Sprintf("Root=1-5bef4de7-%024x;Sampled=0", inv.deadline.UnixNano()))
		w.Write(inv.event)
	case <-r.Context().Done():
	case <-f.done:
	}
}

// response takes an answer. One that is too large is refused, and one that breaks off is an error of its invocation.
func (f *Function) response(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err == nil && len(data) > maxPayload {
		f.finish(r, result{err: &Error{fmt.Sprintf("Function.ResponseSizeTooLarge: more than %d bytes", maxPayload)}})
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		err = fmt.Errorf("the answer broke off: %w", err)
	}
	if !f.finish(r, result{data, err}) {
		http.Error(w, "no such invocation", http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

// failure takes the report of an error.
func (f *Function) failure(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		data = []byte(err.Error())
	}
	f.finish(r, result{err: &Error{string(data)}})
	w.WriteHeader(http.StatusAccepted)
}

// finish gives a result to the invocation that a request names, and reports whether there was one that had none yet.
func (f *Function) finish(r *http.Request, res result) bool {
	f.mu.Lock()
	inv := f.pending[r.PathValue("id")]
	delete(f.pending, r.PathValue("id"))
	f.mu.Unlock()
	if inv == nil {
		return false
	}
	inv.answer <- res
	return true
}
