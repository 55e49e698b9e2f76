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
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/rtapi"
	"github.com/fixdesk/fixdesk/functions/internal/testbed"
)

const (
	bucketName = "fixdesk"
	tableName  = "fixdesk"
	processes  = 4 // of one function at a time
)

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "127.0.0.1:8080", "serve on this address")
	dir := flag.String("dir", filepath.Join(testbed.Root(), ".cache", "run-aws"), "keep the objects of the bucket below this folder")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *dir); err != nil {
		log.Print("run-aws: ", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, addr, dir string) error {
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
	w, err := newWorld(ctx, filepath.Join(testbed.Root(), "bin", runtime.GOARCH), s3.URL, moto.URL, os.Stderr)
	if err != nil {
		return err
	}
	defer w.close()
	go w.watchArchives(ctx)
	go w.workOffQueue(ctx)

	server := &http.Server{Addr: addr, Handler: w.gateway(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	log.Printf("run-aws: http://%s\nrun-aws: an archive is indexed after: %s aws --endpoint-url %s s3 cp ARCHIVE.zip s3://%s/archive/",
		addr, strings.Join(w.env[len(w.env)-5:len(w.env)-2], " "), s3.URL, bucketName)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// A world is everything that a stack makes.
type world struct {
	bin      string   // holds a folder with a bootstrap for each function
	env      []string // of every function
	log      io.Writer
	cloud    *cloud.Cloud
	archives *cloud.Bucket
	queue    *cloud.Queue

	api, chat, ticket, reply, reindex *rtapi.Pool
}

func newWorld(ctx context.Context, bin, s3, moto string, log io.Writer, env ...string) (*world, error) {
	w := &world{bin: bin, log: log, env: append(env,

		"AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID="+testbed.AccessKey, "AWS_SECRET_ACCESS_KEY="+testbed.SecretKey,
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
	if w.archives, err = w.cloud.Bucket("s3://" + bucketName + "/archive"); err != nil {
		return nil, err
	}
	if err := w.archives.Create(ctx); err != nil {
		return nil, err
	}
	if err := w.cloud.Table(tableName).Create(ctx); err != nil {
		return nil, err
	}
	queue, _, err := w.cloud.CreateQueue(ctx, "tickets")
	if err != nil {
		return nil, err
	}
	w.queue = w.cloud.Queue(queue)
	index := "FIXDESK_INDEX=s3://" + bucketName + "/index"
	w.api = w.pool("api", 25*time.Second, "FIXDESK_TABLE="+tableName, index)
	w.chat = w.pool("chat", 10*time.Second, "FIXDESK_TABLE="+tableName)
	w.ticket = w.pool("ticket", 5*time.Second, "FIXDESK_QUEUE="+queue)
	w.reply = w.pool("reply", 30*time.Second, "FIXDESK_TABLE="+tableName)
	w.reindex = w.pool("reindex", 15*time.Minute, index)
	return w, nil
}

func (w *world) pool(name string, timeout time.Duration, env ...string) *rtapi.Pool {
	return rtapi.NewPool(rtapi.Config{
		Bootstrap: filepath.Join(w.bin, name, "bootstrap"), Name: name, Timeout: timeout, Env: append(env, w.env...), Log: w.log,
	}, processes)
}

func (w *world) close() {
	for _, p := range []*rtapi.Pool{w.api, w.chat, w.ticket, w.reply, w.reindex} {
		p.Close()
	}
}

// gateway has the routes of template.yaml.
func (w *world) gateway() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", rtapi.Front(w.api))
	mux.Handle("POST /chat/{channel}", rtapi.Front(w.chat))
	mux.Handle("/hooks/{provider}", rtapi.Front(w.ticket))
	return mux
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
	for every(ctx, time.Second) {
		messages, err := w.queue.Receive(ctx)
		if err != nil || len(messages) == 0 {
			continue
		}
		failed, err := w.deliver(ctx, messages)
		if err != nil {
			log.Print("run-aws: reply: ", err)
			continue // all of them come again
		}
		for _, m := range messages {
			if !failed[m.ID] {
				w.queue.Delete(ctx, m) // else it comes again
			}
		}
	}
}

func (w *world) deliver(ctx context.Context, messages []cloud.Message) (failed map[string]bool, err error) {
	type record struct {
		MessageID string `json:"messageId"`
		Body      string `json:"body"`
		Source    string `json:"eventSource"`
	}
	var records []record
	for _, m := range messages {
		records = append(records, record{m.ID, m.Body, "aws:sqs"})
	}
	event, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		return nil, err
	}
	out, err := w.reply.Invoke(ctx, event)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Failures []struct {
			ID string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return nil, err
	}
	failed = map[string]bool{}
	for _, f := range answer.Failures {
		failed[f.ID] = true
	}
	return failed, nil
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
