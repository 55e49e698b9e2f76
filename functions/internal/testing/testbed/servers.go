package testbed

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Server is a part that was started. Close ends it.
type Server struct {
	URL   string
	cmd   *exec.Cmd
	front *http.Server // stands before it, nil for nothing
}

// Close ends the server and waits for it.
func (s *Server) Close() {
	if s.front != nil {
		s.front.Close()
	}
	s.cmd.Process.Kill() // an error means that it is gone
	s.cmd.Wait()
}

// PID returns the number of its process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// The keys that StartS3 accepts and StartMoto does not look at.
const (
	AccessKey = "test-access-key"
	SecretKey = "test-secret-key"
)

// StartS3 starts versitygw on an address, or on a free port of this machine where it is empty, with its objects below dir, an
// absolute path. It checks signatures and checksums as S3 does.
func StartS3(address, dir string) (*Server, error) {
	data, versions := filepath.Join(dir, "data"), filepath.Join(dir, "versions")
	for _, d := range []string{data, versions} {
		if err := os.MkdirAll(d, 0o777); err != nil {
			return nil, err
		}
	}
	return start(address, "versitygw", []string{"ROOT_ACCESS_KEY=" + AccessKey, "ROOT_SECRET_KEY=" + SecretKey}, func(host, port string) []string {
		return []string{"--port", net.JoinHostPort(host, port), "--region", "eu-central-1", "--quiet", "posix", "--versioning-dir", versions, data}
	})
}

// StartMoto starts moto_server on an address, or on a free port: DynamoDB, SQS, Secrets Manager and SSM, in memory.
func StartMoto(address string) (*Server, error) {
	s, err := start("", "moto_server", nil, func(host, port string) []string { return []string{"-H", host, "-p", port} })
	if err != nil {
		return nil, err
	}
	if err := s.serialize(address); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// serialize puts a proxy before the server that lets one call to DynamoDB through at a time: moto checks a condition and then writes,
// without a lock, so that two writers under load both pass. The table in the cloud does both in one.
func (s *Server) serialize(address string) error {
	if address == "" {
		address = "127.0.0.1:0"
	}
	target, err := url.Parse(s.URL)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	var one sync.Mutex
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // it is signed
		},
		ErrorLog: log.New(io.Discard, "", 0), // a test that kills the server sees so by itself
	}
	s.front = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_") {
			one.Lock()
			defer one.Unlock()
		}
		proxy.ServeHTTP(w, r)
	})}
	s.URL = "http://" + l.Addr().String()
	go s.front.Serve(l)
	return nil
}

// start starts a program and waits until it answers.
func start(address, name string, env []string, args func(host, port string) []string) (*Server, error) {
	path := Find(name)
	if path == "" {
		return nil, fmt.Errorf("missing: %s; install: %s", name, parts[name].install)
	}
	if address == "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		address = l.Addr().String()
		l.Close()
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args(host, port)...)
	cmd.Env = append(os.Environ(), env...)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address, cmd: cmd}
	if err := s.await(name); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Server) await(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(r); err == nil {
			resp.Body.Close()
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer at %s", name, s.URL)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// S3 starts a local S3 for one test and points the environment at it.
func S3(t testing.TB) *Server {
	t.Helper()
	Program(t, "versitygw")
	s, err := StartS3("", t.TempDir())
	return serve(t, s, err, "S3")
}

// Moto starts DynamoDB, SQS, Secrets Manager and SSM for one test and points the environment at them.
func Moto(t testing.TB) *Server {
	t.Helper()
	Program(t, "moto_server")
	s, err := StartMoto("")
	return serve(t, s, err, "DYNAMODB", "SQS", "SSM", "SECRETS_MANAGER")
}

func serve(t testing.TB, s *Server, err error, services ...string) *Server {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", AccessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", SecretKey)
	for _, service := range services {
		t.Setenv("AWS_ENDPOINT_URL_"+service, s.URL)
	}
	return s
}
