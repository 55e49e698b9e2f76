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
	maxCall  = 4 << 20         // bytes of an answer
	maxApart = 4 * time.Minute // between our clock and that of a service; signatures hold for five
)

// A service is one of which so few calls are made that we make them ourselves: each client of the SDK makes every start of a function
// slower, whether it is used or not.
type service struct {
	name, target string
	variable     string // behind AWS_ENDPOINT_URL_
	version      string // of the JSON that it speaks
}

var (
	parameterStore = service{"ssm", "AmazonSSM", "SSM", "1.1"}
	secretsManager = service{"secretsmanager", "secretsmanager", "SECRETS_MANAGER", "1.1"}
	queues         = service{"sqs", "AmazonSQS", "SQS", "1.0"}
)

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

// call makes a call of a service, and repeats it where that may help; by the clock of the service where ours is
// another one.
func (c *Cloud) call(ctx context.Context, s service, action string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	var skew time.Duration
	pause := 50 * time.Millisecond
	for n := 1; ; n++ {
		err := c.callOnce(ctx, s, action, body, time.Now().Add(skew), out)
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

func (c *Cloud) callOnce(ctx context.Context, s service, action string, body []byte, now time.Time, out any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address(s), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-amz-json-"+s.version)
	r.Header.Set("X-Amz-Target", s.target+"."+action)
	who, err := c.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), s.name, c.config.Region, now); err != nil {
		return err
	}
	resp, err := c.config.HTTPClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxCall))
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
	if len(data) == 0 { // what SQS says to a message that was deleted
		return nil
	}
	return json.Unmarshal(data, out)
}

// address returns where a service is: at AWS, or where the environment says.
func (c *Cloud) address(s service) string {
	if url := endpoint(s.variable); url != nil {
		return aws.ToString(url)
	}
	domain := "amazonaws.com"
	if strings.HasPrefix(c.config.Region, "cn-") {
		domain += ".cn"
	}
	return "https://" + s.name + "." + c.config.Region + "." + domain + "/"
}
