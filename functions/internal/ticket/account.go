package ticket

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/fixdesk/fixdesk/schemas"
)

// A Config is the accounts of ticket systems: schema tickets.json. It holds secrets, so it is a secret itself.
type Config struct {
	Accounts []Account  `json:"accounts"`
	Outgoing []Outgoing `json:"outgoing,omitempty"`
	Origin   string     `json:"origin,omitempty"` // the address that people know Fixdesk by, for links to scripts
}

// An Account is one ticket system and how it is dealt with.
type Account struct {
	Name     string            `json:"name"`              // what the address of the webhook ends in
	Kind     string            `json:"kind,omitempty"`    // of Kinds; the name where it is empty
	Secrets  []string          `json:"secrets,omitempty"` // of the webhook; the first is the one in use
	URL      string            `json:"url,omitempty"`     // of the system, for its API
	Login    string            `json:"login,omitempty"`   // with the token, where the API wants both
	Token    string            `json:"token,omitempty"`   // token or password of our user
	User     []string          `json:"user,omitempty"`    // IDs, logins and addresses of our own user
	Language string            `json:"language,omitempty"`
	Options  map[string]string `json:"options,omitempty"` // of the kind; its Setup names them
	Queues   map[string]Queue  `json:"queues,omitempty"`  // by the name of the queue; "*" for all others
	PerHour  int               `json:"comments_per_hour,omitempty"`
	Keep     int               `json:"keep_days,omitempty"`
}

// A Queue is how the tickets of one queue are dealt with.
type Queue struct {
	Public   bool     `json:"public,omitempty"` // notes go to the requester
	Ignore   bool     `json:"ignore,omitempty"` // nothing is done
	Solved   string   `json:"solved,omitempty"` // the status of a ticket whose trouble is over; empty to leave it
	Escalate Escalate `json:"escalate,omitzero"`
}

// Escalate is how a ticket is handed to a person.
type Escalate struct {
	Assign string `json:"assign,omitempty"`
	Tag    string `json:"tag,omitempty"`
}

// An Outgoing is an address that hears of what we did, by Standard Webhooks.
type Outgoing struct {
	URL     string   `json:"url"`
	Secrets []string `json:"secrets"`          // whsec_ or whsk_ keys; all of them sign
	Events  []string `json:"events,omitempty"` // empty for all
}

const (
	defaultPerHour = 5
	defaultKeep    = 90 // days
)

// ReadConfig reads a configuration in YAML or JSON. The error names what is wrong and never a value.
func ReadConfig(data []byte) (*Config, error) {
	var c Config
	if err := schemas.Decode(schemas.Tickets, data, &c); err != nil {
		return nil, fmt.Errorf("tickets: %w", err)
	}
	seen := map[string]bool{}
	for i := range c.Accounts {
		a := &c.Accounts[i]
		a.Kind = cmp.Or(a.Kind, a.Name)
		a.PerHour, a.Keep = cmp.Or(a.PerHour, defaultPerHour), cmp.Or(a.Keep, defaultKeep)
		if seen[a.Name] {
			return nil, fmt.Errorf("tickets: two accounts are named %s: an address can have one", a.Name)
		}
		seen[a.Name] = true
		if _, ok := KindOf(a.Kind); !ok {
			return nil, fmt.Errorf("tickets: account %s: its kind must be one of %s", a.Name, kindNames())
		}
		if err := checkURL(a.URL); err != nil {
			return nil, fmt.Errorf("tickets: account %s: url %w", a.Name, err)
		}
	}
	return &c, nil
}

// FromSecret returns a function that returns the configuration as it is now. Get returns its text, which is read again only where it has
// changed.
func FromSecret(get func(context.Context) (string, error)) func(context.Context) (*Config, error) {
	var mu sync.Mutex
	var text string
	var read *Config
	return func(ctx context.Context) (*Config, error) {
		now, err := get(ctx)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		if read == nil || now != text {
			c, err := ReadConfig([]byte(now))
			if err != nil {
				return nil, err
			}
			text, read = now, c
		}
		return read, nil
	}
}

// Account returns the account of a name.
func (c *Config) Account(name string) (Account, bool) {
	i := slices.IndexFunc(c.Accounts, func(a Account) bool { return a.Name == name })
	if i < 0 {
		return Account{}, false
	}
	return c.Accounts[i], true
}

// Of returns how the tickets of a queue are dealt with.
func (a Account) Of(queue string) Queue {
	if q, ok := a.Queues[queue]; ok {
		return q
	}
	return a.Queues["*"]
}

func kindNames() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, k.Name)
	}
	return strings.Join(names, ", ")
}

// checkURL returns what is wrong with the address of a system; an empty one is none.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return fmt.Errorf("must be an address such as https://tickets.example.com, without a user, a ? or a #")
	}
	return nil
}
