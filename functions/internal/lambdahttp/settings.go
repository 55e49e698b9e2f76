package lambdahttp

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
)

// Auth says who may call the API.
type Auth string

const (
	OpenAuth  Auth = "none" // anybody
	KeyAuth   Auth = "keys" // who has an API key
	TokenAuth Auth = "jwt"  // whom the HTTP API let through with a token
)

// Page says who may see the self-service page.
type Page string

const (
	OpenPage   Page = "open" // anybody
	ClosedPage Page = "auth" // who may call the API
	NoPage     Page = "no"   // nobody: there is none
)

// Settings is every setting there is, read once at the start from environment variables that begin with FIXDESK_. A function uses
// those that concern it. It holds names of secrets and never a secret.
type Settings struct {
	Table   string        // the DynamoDB table of what is remembered; empty to remember in memory
	Index   string        // where snapshots of the index are published: s3://bucket/prefix or file:///folder; empty for what is built in
	Queue   string        // the address of the queue of tickets
	Auth    Auth          // who may call /v1 and /mcp
	Page    Page          // who may see the self-service page
	Rate    int           // how many requests a minute a caller with a token may send
	Keys    string        // the secret with the API keys: ssm:/name, secretsmanager:name or file:/path
	Sign    string        // the secret with the key that signs scripts, named as Keys is; empty to sign none
	Links   string        // the secret with the keys that seal the addresses of scripts, named as Keys is; empty to give none
	Secrets string        // the secret with the signing keys or tokens that the function needs, named as Keys is
	Origin  string        // the address that people know the service by, empty for that of each request
	Look    time.Duration // how often a newer snapshot is looked for, 0 for every three minutes
	Log     slog.Level    // what is logged
}

// ParseSettings takes the settings from an environment, as os.Environ returns it. One that is unknown, malformed or contradicts another
// is an error, which names all that is wrong, a line each.
func ParseSettings(environ []string) (Settings, error) {
	c := Settings{Auth: OpenAuth, Page: OpenPage, Rate: 120}
	var errs []error
	set := map[string]func(string) error{
		"FIXDESK_TABLE":   func(v string) error { c.Table = v; return nil },
		"FIXDESK_INDEX":   func(v string) error { c.Index = v; return place(v) },
		"FIXDESK_QUEUE":   func(v string) error { c.Queue = v; return address(v) },
		"FIXDESK_AUTH":    func(v string) error { c.Auth = Auth(v); return oneOf(v, "none", "keys", "jwt") },
		"FIXDESK_PAGE":    func(v string) error { c.Page = Page(v); return oneOf(v, "open", "auth", "no") },
		"FIXDESK_RATE":    func(v string) (err error) { c.Rate, err = perMinute(v); return err },
		"FIXDESK_KEYS":    func(v string) error { c.Keys = v; return reference(v) },
		"FIXDESK_SIGN":    func(v string) error { c.Sign = v; return reference(v) },
		"FIXDESK_LINKS":   func(v string) error { c.Links = v; return reference(v) },
		"FIXDESK_SECRETS": func(v string) error { c.Secrets = v; return reference(v) },
		"FIXDESK_ORIGIN":  func(v string) error { c.Origin = v; return address(v) },
		"FIXDESK_LOOK":    func(v string) (err error) { c.Look, err = interval(v); return err },
		"FIXDESK_LOG": func(v string) error {
			if err := oneOf(v, "debug", "info", "warn", "error"); err != nil {
				return err
			}
			return c.Log.UnmarshalText([]byte(v))
		},
	}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, "FIXDESK_") || value == "" {
			continue
		}
		take, ok := set[name]
		if !ok {
			errs = append(errs, fmt.Errorf("%s is no setting; there are %s", name, strings.Join(slices.Sorted(maps.Keys(set)), ", ")))
			continue
		}
		if err := take(value); err != nil {
			errs = append(errs, fmt.Errorf("%s %w", name, err))
		}
	}
	if len(errs) == 0 {
		errs = c.contradictions()
	}
	slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return c, errors.Join(errs...)
}

// contradictions returns what cannot be meant together.
func (c *Settings) contradictions() []error {
	var errs []error
	if c.Auth == KeyAuth && c.Keys == "" {
		errs = append(errs, errors.New("FIXDESK_AUTH=keys needs FIXDESK_KEYS, the secret that holds them"))
	}
	if c.Auth == OpenAuth && c.Page == ClosedPage {
		errs = append(errs, errors.New("FIXDESK_PAGE=auth needs FIXDESK_AUTH=keys or jwt: without it nobody is asked who they are"))
	}
	if c.Auth != KeyAuth && c.Keys != "" {
		errs = append(errs, fmt.Errorf("FIXDESK_KEYS names API keys, but FIXDESK_AUTH=%s asks for none: set FIXDESK_AUTH=keys, or leave FIXDESK_KEYS out", c.Auth))
	}
	return errs
}

func oneOf(v string, values ...string) error {
	if slices.Contains(values, v) {
		return nil
	}
	return fmt.Errorf("must be one of %s", strings.Join(values, ", "))
}

func perMinute(v string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 || n > 100000 {
		return 0, errors.New("must be a number of requests a minute from 1 to 100000")
	}
	return n, nil
}

func interval(v string) (time.Duration, error) {
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Second || d > 24*time.Hour {
		return 0, errors.New("must be a time from 1s to 24h, such as 3m")
	}
	return d, nil
}

func address(v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return errors.New("must be an address that begins with https://")
	}
	return nil
}

func place(v string) error {
	_, err := snapshot.ParseAddress(v)
	return err
}

func reference(v string) error {
	store, name, _ := strings.Cut(v, ":")
	if name == "" || !slices.Contains([]string{"ssm", "secretsmanager", "file"}, store) {
		return errors.New("must be ssm:/name, secretsmanager:name or file:/path; the secret itself does not belong here")
	}
	return nil
}
