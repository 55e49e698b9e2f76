package cloud

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	maxSecret = 1 << 20         // bytes of an answer
	maxApart  = 4 * time.Minute // between our clock and that of a service; signatures hold for five
)

// Secret returns a function that reads a secret, named as ssm:/name or secretsmanager:name. It makes the one call that it needs
// itself: the clients of the SDK for the two stores would make every start of a function slower.
func (c *Cloud) Secret(ref string) (func(context.Context) (string, error), error) {
	store, name, _ := strings.Cut(ref, ":")
	if name == "" {
		return nil, fmt.Errorf("cloud: %q names no secret: write ssm:/name or secretsmanager:name", ref)
	}
	switch store {
	case "ssm":
		return func(ctx context.Context) (string, error) {
			var out struct{ Parameter struct{ Value string } }
			err := c.call(ctx, "ssm", "SSM", "AmazonSSM.GetParameter", map[string]any{"Name": name, "WithDecryption": true}, &out)
			return out.Parameter.Value, named(ref, err)
		}, nil
	case "secretsmanager":
		return func(ctx context.Context) (string, error) {
			var out struct{ SecretString string }
			err := c.call(ctx, "secretsmanager", "SECRETS_MANAGER", "secretsmanager.GetSecretValue", map[string]any{"SecretId": name}, &out)
			return out.SecretString, named(ref, err)
		}, nil
	}
	return nil, fmt.Errorf("cloud: %q names no store of secrets: write ssm:/name or secretsmanager:name", ref)
}

func named(ref string, err error) error {
	if err != nil {
		return fmt.Errorf("cloud: secret %s: %w", ref, err)
	}
	return nil
}

// A callError is an answer that is no success.
type callError struct {
	status int
	kind   string        // as the service names it
	apart  time.Duration // how far the clock of the service is ahead of the time of the signature
}

func (e *callError) Error() string { return fmt.Sprintf("%d %s", e.status, e.kind) }

// skewed reports whether the call was signed at a time that the service does not take.
func (e *callError) skewed() bool { return e.apart.Abs() > maxApart }

// again reports whether a call that failed so may be repeated.
func (e *callError) again() bool {
	return e.skewed() || e.status >= 500 || e.status == http.StatusTooManyRequests || strings.Contains(e.kind, "Throttl")
}

// call makes a call of a service that speaks JSON 1.1, and repeats it where that may help; by the clock of the service where ours is
// another one.
func (c *Cloud) call(ctx context.Context, service, variable, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	var skew time.Duration
	pause := 50 * time.Millisecond
	for n := 1; ; n++ {
		err := c.callOnce(ctx, service, variable, target, body, time.Now().Add(skew), out)
		refused, answered := err.(*callError)
		if err == nil || n == attempts || answered && !refused.again() {
			return err
		}
		if answered && refused.skewed() {
			skew += refused.apart
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
			pause *= 2
		}
	}
}

func (c *Cloud) callOnce(ctx context.Context, service, variable, target string, body []byte, now time.Time, out any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(service, variable), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	who, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), service, c.config.Region, now); err != nil {
		return err
	}
	resp, err := c.config.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxSecret))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		var failure struct {
			Type string `json:"__type"`
		}
		json.Unmarshal(data, &failure) // an answer of another form has no kind
		refused := &callError{status: resp.StatusCode, kind: failure.Type[strings.LastIndexByte(failure.Type, '#')+1:]}
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			refused.apart = date.Sub(now)
		}
		return refused
	}
	return json.Unmarshal(data, out)
}

// address returns where a service is: at AWS, or where the environment says.
func (c *Cloud) address(service, variable string) string {
	if url := endpoint(variable); url != nil {
		return aws.ToString(url)
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(c.config.Region, "cn-") {
		domain += ".cn"
	}
	return "https://" + service + "." + c.config.Region + "." + domain + "/"
}
