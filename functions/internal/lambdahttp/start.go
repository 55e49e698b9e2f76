package lambdahttp

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/auth"
	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/secret"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/signing"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/telemetry"
	"github.com/fixdesk/fixdesk/functions/internal/ticket"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
)

// firstSnapshot is how long a start waits for the index: the platform gives it ten seconds in all.
const firstSnapshot = 5 * time.Second

// Parts gives a function in the cloud what its settings name: the table, the bucket, the secrets. What no setting names is not
// connected, so a function without settings runs on what is built in. Name is the service in logs and figures, started when its process began.
func Parts(name string, c Settings, started time.Time) (app.Deps, error) {
	collectLater()
	base, err := kb.Builtin()
	if err != nil {
		return app.Deps{}, err
	}
	p := app.Deps{
		KB: base, Content: kb.Content(), Log: Log(name, c), Origin: c.Origin, Wait: firstSnapshot,
		Metrics: &telemetry.Metrics{Out: os.Stdout, Service: name, Started: started, Cold: Cold},
	}
	if p.Store, err = Store(c); err != nil {
		return p, err
	}
	if c.Index != "" {
		bucket, err := Bucket(c)
		if err != nil {
			return p, err
		}
		p.Snapshots = &snapshot.Source[*index.Index]{Bucket: bucket, Dir: filepath.Join(os.TempDir(), "fixdesk"), Every: c.Look}
	}
	if c.Sign != "" {
		if p.Signing, err = Secret(c.Sign); err != nil {
			return p, err
		}
	}
	if c.Links != "" {
		keys, err := Secret(c.Links)
		if err != nil {
			return p, err
		}
		p.Links = signing.NewSealer(keys)
	}
	p.NoPage, p.Auth = c.Page == NoPage, auth.Config{PerMinute: c.Rate, Page: c.Page == ClosedPage}
	switch c.Auth {
	case KeyAuth:
		p.Auth.Keys, err = Secret(c.Keys)
	case TokenAuth:
		p.Auth.Token = Token
	}
	return p, err
}

// Log returns the log of a function.
func Log(name string, c Settings) *slog.Logger {
	return telemetry.NewLog(os.Stdout, name, c.Log, Attrs)
}

// Store returns where is remembered: the table, or memory where none is named.
func Store(c Settings) (session.Store, error) {
	if c.Table == "" {
		return session.On(&session.Memory{}, nil), nil
	}
	aws, err := cloud.InFunction()
	if err != nil {
		return nil, err
	}
	return session.On(aws.Table(c.Table), nil), nil
}

// Bucket returns where snapshots are published.
func Bucket(c Settings) (snapshot.Bucket, error) {
	at, err := snapshot.ParseAddress(c.Index)
	if err != nil {
		return nil, fmt.Errorf("FIXDESK_INDEX %w", err)
	}
	if at.Folder != "" {
		return at.Folder, nil
	}
	aws, err := cloud.InFunction()
	if err != nil {
		return nil, err
	}
	return aws.Bucket(at.Bucket, at.Prefix), nil
}

// Secret returns the secret that a setting names.
func Secret(ref string) (*secret.Secret, error) {
	if strings.HasPrefix(ref, "file:") {
		return secret.FromFile(ref), nil
	}
	aws, err := cloud.InFunction()
	if err != nil {
		return nil, err
	}
	read, err := aws.Secret(ref)
	if err != nil {
		return nil, err
	}
	return secret.New(ref, read, nil), nil
}

// Work returns the queue of events of ticket systems.
func Work(c Settings) (queue.Queue, error) {
	if c.Queue == "" {
		return nil, errors.New("FIXDESK_QUEUE is missing: the address of the queue of tickets")
	}
	aws, err := cloud.InFunction()
	if err != nil {
		return nil, err
	}
	return aws.Work(c.Queue), nil
}

// Tickets returns a function that returns the configuration of ticket systems as it is now: the text of the secret that FIXDESK_SECRETS names.
func Tickets(c Settings) (func(context.Context) (*ticket.Config, error), error) {
	if c.Secrets == "" {
		return nil, errors.New("FIXDESK_SECRETS is missing: the secret with the configuration of ticket systems")
	}
	s, err := Secret(c.Secrets)
	if err != nil {
		return nil, err
	}
	return ticket.FromSecret(s.Get), nil
}

// ReadSettings reads the settings of the environment, and ends the process with a sentence where they are wrong.
func ReadSettings() Settings {
	c, err := ParseSettings(os.Environ())
	Must(err)
	return c
}

// Must ends the process with a sentence where there is an error: a function that cannot start says why and is started again.
func Must(err error) {
	if err != nil {
		log.SetFlags(0)
		log.Fatal(fmt.Errorf("fixdesk: %w", err))
	}
}
