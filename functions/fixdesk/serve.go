package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/crossorigin"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
)

// serveVerb serves the page, the API and the knowledge base.
type serveVerb struct {
	addr, content, store, index, sign, links, origin, tickets string
	verbose                                                   bool
}

func (*serveVerb) usage() usage {
	return usage{
		name:     "serve",
		synopsis: "serve the page, the API and the knowledge base on localhost",
		about: `It prints its address when it listens, and ends on Ctrl+C or SIGTERM as soon as the requests under way are answered.
There is no lock on the door: an address that others can reach lets others in. With --sign every script of an answer has a
signature; /v1/keys has the key that fixdesk verify checks it with.`,
		example: "fixdesk serve\nfixdesk serve --addr 127.0.0.1:9000 --content kb/content",
	}
}

func (v *serveVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	f.StringVar(&v.addr, "addr", "127.0.0.1:8080", "listen at `HOST:PORT`; port 0 takes any that is free")
	f.StringVar(&v.index, "index", "", "serve the index published at `PLACE`, s3://bucket/prefix or file:///folder, and newer ones as they come")
	f.StringVar(&v.store, "store", "", "remember conversations and feedback in `FILE` (default: until it ends)")
	f.StringVar(&v.sign, "sign", "", "sign scripts with the Ed25519 key in `FILE` (PEM); a key that is changed there counts within minutes")
	f.StringVar(&v.links, "links", "", "seal the addresses of scripts with the keys in `FILE`, a line of 64 hexadecimal digits each; without it, they end with the program")
	f.StringVar(&v.origin, "origin", "", "let pages of the web site at `ORIGIN`, such as https://help.example.com, call the API from a browser")
	f.StringVar(&v.tickets, "tickets", "", "answer in the ticket systems of the configuration in `FILE`; fixdesk tickets --help says how it is made. Needs --store")
	f.BoolVar(&v.verbose, "verbose", false, "write a line for each request to standard error")
}

// Bounds of one connection. Answers take milliseconds; what takes longer is a network that has gone, or somebody who holds on to
// connections on purpose.
const (
	headerTime = 5 * time.Second
	readTime   = 30 * time.Second
	writeTime  = 60 * time.Second
	idleTime   = 2 * time.Minute
	lastTime   = 10 * time.Second // for the requests under way when it ends
	maxHeader  = 32 << 10         // bytes
	firstIndex = time.Minute      // for the index to arrive before it listens
)

func (v *serveVerb) run(ctx context.Context, c console, _ []string) int {
	if _, port, err := net.SplitHostPort(v.addr); err != nil || port == "" {
		return refuse(c, v, "--addr wants a host and a port, such as 127.0.0.1:8080")
	}
	if _, err := crossorigin.Handler(v.origin, nil); err != nil {
		return refuse(c, v, "--origin: "+err.Error())
	}
	if err := v.checkTickets(); err != nil {
		return refuse(c, v, err.Error())
	}
	snapshots, err := v.snapshots(ctx)
	if err != nil {
		return refuse(c, v, err.Error())
	}
	if err := v.checkKey(); err != nil {
		return refuse(c, v, err.Error())
	}
	base, ok := load(c, "serve", v.content)
	if !ok {
		return exitFound
	}
	records, done, err := v.records()
	if err != nil {
		return c.failed("serve", "nothing can be remembered", err)
	}
	defer done()
	handler, channel, err := v.handler(c, base, records, snapshots)
	if err != nil {
		return c.failed("serve", "it cannot start", err)
	}
	handler, stop, err := v.withTickets(ctx, c, handler, channel, records)
	if err != nil {
		return c.failed("serve", "tickets cannot be answered", err)
	}
	defer stop()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", v.addr)
	if err != nil {
		c.say("fixdesk serve: %s", v.listenTrouble(err))
		return exitFound
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(v.log(c).Handler(), slog.LevelWarn),
	}
	fmt.Fprintf(c.out, "Fixdesk is at %s\n", address(listener.Addr()))
	return serveUntil(ctx, c, server, listener)
}

func (v *serveVerb) log(c console) *slog.Logger {
	if !v.verbose {
		return slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	return slog.New(slog.NewTextHandler(c.err, nil))
}

// records returns where is remembered, and how that is closed.
func (v *serveVerb) records() (session.Records, func() error, error) {
	if v.store == "" {
		return &session.Memory{}, func() error { return nil }, nil
	}
	b, err := session.OpenBolt(v.store, time.Now())
	if err != nil {
		return nil, nil, err
	}
	return b, b.Close, nil
}

// snapshots returns where newer indexes come from, nil where none is named. What is fetched is gone with the temporary folder of
// the machine, and found again by the next start before that.
func (v *serveVerb) snapshots(ctx context.Context) (*snapshot.Source[*index.Index], error) {
	if v.index == "" {
		return nil, nil
	}
	bucket, err := openBucket(ctx, v.index)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(v.index))
	return &snapshot.Source[*index.Index]{Bucket: bucket, Dir: filepath.Join(os.TempDir(), fmt.Sprintf("fixdesk-%x", sum[:6]))}, nil
}

// checkKey says at the start what is wrong with the file of the key, and not at the first script.
func (v *serveVerb) checkKey() error {
	if v.sign == "" {
		return nil
	}
	data, err := readKey(v.sign)
	if err != nil {
		return err
	}
	if _, err := signing.ReadRing(data); err != nil {
		return fmt.Errorf("%s: %w", v.sign, err)
	}
	return nil
}

func (v *serveVerb) handler(c console, base *kb.Base, records session.Records, snapshots *snapshot.Source[*index.Index]) (http.Handler, app.Channel, error) {
	files, err := content(v.content)
	if err != nil {
		return nil, app.Channel{}, err
	}
	d := app.Deps{KB: base, Content: files, Store: session.On(records, nil), Log: v.log(c), Snapshots: snapshots, Wait: firstIndex}
	if v.sign != "" {
		d.Signing = secret.FromFile("file:" + v.sign)
	}
	d.Links = signing.NewEphemeralSealer()
	if v.links != "" {
		d.Links = signing.NewSealer(secret.FromFile("file:" + v.links))
	}
	a, err := app.Open(d)
	if err != nil {
		return nil, app.Channel{}, err
	}
	h, err := crossorigin.Handler(v.origin, a.Handler)
	return h, a.Channel, err
}

// serveUntil serves until ctx ends, and lets the requests under way finish.
func serveUntil(ctx context.Context, c console, server *http.Server, listener net.Listener) int {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return c.failed("serve", "the server has ended", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTime)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		c.say("fixdesk serve: ended before the last requests were answered")
		server.Close()
		return exitFound
	}
	return exitOK
}

// wsaAddrInUse is what Windows says of a port that is taken.
const wsaAddrInUse = syscall.Errno(10048)

// listenTrouble says why an address cannot be listened at, and what to do.
func (v *serveVerb) listenTrouble(err error) string {
	host, port, _ := net.SplitHostPort(v.addr)
	var unknown *net.DNSError
	var wrong *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE), errors.Is(err, wsaAddrInUse):
		other := "127.0.0.1:0"
		if n, err := strconv.Atoi(port); err == nil && n < 65535 {
			other = net.JoinHostPort(host, strconv.Itoa(n+1))
		}
		return fmt.Sprintf("port %s is taken by another program: end that one, or take another port with --addr %s", port, other)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("you may not listen at port %s: take one above 1023 with --addr", port)
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &unknown), errors.As(err, &wrong):
		return fmt.Sprintf("%s is no address of this computer: take 127.0.0.1:8080", v.addr)
	}
	return fmt.Sprintf("cannot listen at %s: %v", v.addr, err)
}

// address returns where a browser finds a listener: one at all addresses is found at localhost.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/"
}
