// Runaws is the deployed service on one machine: the built functions run as processes behind a gateway that does what an HTTP API
// does, on a local S3 and a local DynamoDB. A new archive in the bucket starts reindex, a message in the queue starts reply. It is
// started by make run-aws and is no part of a deployment.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/crossorigin"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

const (
	bucketName = "fixdesk"
	tableName  = "fixdesk"
	region     = "eu-central-1"
	processes  = 4 // of one function at a time
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "127.0.0.1:8080", "serve on this address")
	dir := flag.String("dir", filepath.Join(testbed.Root(), ".cache", "run-aws"), "keep the objects of the bucket below this folder")
	tickets := flag.String("tickets", "", "answer in the ticket systems of the configuration in this file")
	origin := flag.String("origin", "", "let pages of the web site at this origin call the API from a browser, as the parameter Origin of the stack does")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *dir, *origin, *tickets); err != nil {
		log.Print("run-aws: ", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, dir, origin, tickets string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	s3, err := testbed.StartS3("", dir)
	if err != nil {
		return err
	}
	defer s3.Close()
	moto, err := testbed.StartMoto("")
	if err != nil {
		return err
	}
	defer moto.Close()
	w, err := newWorld(ctx, filepath.Join(testbed.Root(), "bin", runtime.GOARCH), s3.URL, moto.URL, tickets, os.Stderr, "FIXDESK_LOOK=10s")
	if err != nil {
		return err
	}
	defer w.close()
	go w.watchArchives(ctx)
	go w.workOffQueue(ctx)

	w.origin = origin
	gateway, err := w.gateway()
	if err != nil {
		return fmt.Errorf("-origin: %w", err)
	}
	server := &http.Server{Handler: gateway, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	log.Print(w.welcome(addr, s3.URL, moto.URL))
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// welcome says where everything is and how to fill it, for a person at another terminal.
func (w *world) welcome(addr, s3, moto string) string {
	return fmt.Sprintf(`run-aws: http://%[1]s
run-aws: an archive is indexed, and serves half a minute later, after
    curl -T ARCHIVE.zip -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' --aws-sigv4 aws:amz:%[4]s:s3 --user %[5]s:%[6]s %[2]s/%[7]s/archive/
run-aws: aws and fixdesk work on it after
    export AWS_REGION=%[4]s AWS_ACCESS_KEY_ID=%[5]s AWS_SECRET_ACCESS_KEY=%[6]s AWS_ENDPOINT_URL=%[3]s AWS_ENDPOINT_URL_S3=%[2]s
    fixdesk publish s3://%[7]s/index --index DIR
    fixdesk feedback dynamodb:%[8]s`, addr, s3, moto, region, testbed.AccessKey, testbed.SecretKey, bucketName, tableName)
}

// A world is everything that a stack makes.
type world struct {
	bin      string   // holds a folder with a bootstrap for each function
	env      []string // of every function
	log      io.Writer
	origin   string // of the web site that may call from a browser; empty for none
	cloud    *cloud.Cloud
	archives *cloud.Bucket
	queue    queue.Queue

	api, chat, ticket, reply, reindex *runtimeapi.Pool
}

func newWorld(ctx context.Context, bin, s3, moto, tickets string, log io.Writer, env ...string) (*world, error) {
	w := &world{bin: bin, log: log, env: append(env,
		"AWS_REGION="+region, "AWS_ACCESS_KEY_ID="+testbed.AccessKey, "AWS_SECRET_ACCESS_KEY="+testbed.SecretKey,
		"AWS_ENDPOINT_URL="+moto, "AWS_ENDPOINT_URL_S3="+s3,
	)}
	for _, pair := range w.env {
		name, value, _ := strings.Cut(pair, "=")
		os.Setenv(name, value)
	}
	var err error
	if w.cloud, err = cloud.InFunction(); err != nil {
		return nil, err
	}
	w.archives = w.cloud.Bucket(bucketName, "archive")
	if err := w.archives.Create(ctx); err != nil {
		return nil, err
	}
	if err := w.cloud.Table(tableName).Create(ctx); err != nil {
		return nil, err
	}
	live, _, err := w.cloud.CreateQueue(ctx, "tickets")
	if err != nil {
		return nil, err
	}
	w.queue = w.cloud.Work(live)
	var secrets []string
	if tickets != "" {
		secrets = []string{"FIXDESK_SECRETS=file:" + tickets}
	}
	index := "FIXDESK_INDEX=s3://" + bucketName + "/index"
	w.api = w.pool("api", 25*time.Second, "FIXDESK_TABLE="+tableName, index)
	w.chat = w.pool("chat", 10*time.Second, "FIXDESK_TABLE="+tableName)
	w.ticket = w.pool("ticket", 5*time.Second, append(secrets, "FIXDESK_QUEUE="+live)...)
	w.reply = w.pool("reply", 30*time.Second, append(secrets, "FIXDESK_TABLE="+tableName, "FIXDESK_QUEUE="+live, index)...)
	w.reindex = w.pool("reindex", 15*time.Minute, index)
	return w, nil
}

func (w *world) pool(name string, timeout time.Duration, env ...string) *runtimeapi.Pool {
	return runtimeapi.NewPool(runtimeapi.Config{
		Bootstrap: filepath.Join(w.bin, name, "bootstrap"), Name: name, Timeout: timeout, Env: append(env, w.env...), Log: w.log,
	}, processes)
}

func (w *world) close() {
	for _, p := range []*runtimeapi.Pool{w.api, w.chat, w.ticket, w.reply, w.reindex} {
		p.Close()
	}
}

// gateway has the routes of template.yaml, and answers preflight requests before any of them, as an HTTP API does.
func (w *world) gateway() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("/", runtimeapi.Front(w.api))
	mux.Handle("POST /chat/{channel}", runtimeapi.Front(w.chat))
	mux.Handle("/hooks/{provider}", runtimeapi.Front(w.ticket))
	return crossorigin.Handler(w.origin, mux)
}

// watchArchives starts reindex for each new object under archive/, as EventBridge does.
func (w *world) watchArchives(ctx context.Context) {
	seen, err := w.archives.List(ctx)
	if err != nil {
		seen = map[string]string{}
	}
	for every(ctx, time.Second) {
		found, err := w.archives.List(ctx)
		if err != nil {
			continue
		}
		for key, tag := range found {
			if seen[key] == tag {
				continue
			}
			seen[key] = tag
			event := fmt.Sprintf(`{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":%q},"object":{"key":%q}}}`, bucketName, key)
			out, err := w.reindex.Invoke(ctx, []byte(event))
			log.Printf("run-aws: reindex of %s: %s %v", key, out, err)
		}
	}
}

// workOffQueue gives messages to reply and deletes those that it took, as an event source with partial batches does.
func (w *world) workOffQueue(ctx context.Context) {
	for ctx.Err() == nil {
		m, err := w.queue.Receive(ctx)
		if err != nil || m == nil {
			every(ctx, 100*time.Millisecond)
			continue
		}
		done, err := w.deliver(ctx, m)
		if err != nil {
			log.Print("run-aws: reply: ", err)
		}
		if done {
			w.queue.Finish(ctx, m, queue.Done) // else it comes again
		}
	}
}

// deliver lets reply work on a message, and reports whether it is done with it.
func (w *world) deliver(ctx context.Context, m *queue.Message) (done bool, err error) {
	record := map[string]any{"messageId": m.ID, "body": m.Body, "eventSource": "aws:sqs", "receiptHandle": m.Receipt,
		"attributes": map[string]string{"MessageGroupId": m.Group, "MessageDeduplicationId": m.ID, "ApproximateReceiveCount": strconv.Itoa(m.Attempt)}}
	event, err := json.Marshal(map[string]any{"Records": []any{record}})
	if err != nil {
		return false, err
	}
	out, err := w.reply.Invoke(ctx, event)
	if err != nil {
		return false, err
	}
	var answer struct {
		Failures []any `json:"batchItemFailures"`
	}
	err = json.Unmarshal(out, &answer)
	return err == nil && len(answer.Failures) == 0, err
}

// every waits a while and reports whether to go on.
func every(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
