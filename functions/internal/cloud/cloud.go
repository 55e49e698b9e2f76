// Package cloud is the only place that knows AWS: what is remembered stands in a DynamoDB table, snapshots in an S3 bucket, tickets
// in an SQS queue, secrets in Parameter Store or Secrets Manager. It decides nothing.
package cloud

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	attempts   = 4                // of one call
	maxBackoff = time.Second      // between two of them
	firstByte  = 10 * time.Second // of an answer
)

// A Cloud is one account in one region.
type Cloud struct{ config aws.Config }

// InFunction returns the cloud as a function is given it: region and credentials stand in its environment, and nothing else is
// asked, which makes it quick to start.
func InFunction() (*Cloud, error) {
	region := os.Getenv("AWS_REGION")
	if region == "" {
		return nil, errors.New("cloud: AWS_REGION is not set: a function has it from the platform")
	}
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" || os.Getenv("AWS_SECRET_ACCESS_KEY") == "" {
		return nil, errors.New("cloud: there are no credentials: a function has them from its role")
	}
	return New(aws.Config{Region: region, Credentials: aws.CredentialsProviderFunc(fromEnvironment)}), nil
}

func fromEnvironment(context.Context) (aws.Credentials, error) {
	return aws.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		Source:          "environment",
	}, nil
}

// New returns the cloud that a configuration of the SDK describes.
func New(c aws.Config) *Cloud {
	c.HTTPClient = awshttp.NewBuildableClient().WithTransportOptions(func(t *http.Transport) {
		t.ResponseHeaderTimeout = firstByte
		t.MaxIdleConnsPerHost = 16
	})
	c.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff })
	}
	return &Cloud{c}
}

// endpoint returns the address that stands in the environment for a service, as the AWS command line reads it; nil for AWS itself.
func endpoint(service string) *string {
	for _, name := range []string{"AWS_ENDPOINT_URL_" + service, "AWS_ENDPOINT_URL"} {
		if url := os.Getenv(name); url != "" {
			return &url
		}
	}
	return nil
}

// Table returns the table of that name.
func (c *Cloud) Table(name string) *Table {
	return &Table{name: name, client: dynamodb.NewFromConfig(c.config, func(o *dynamodb.Options) { o.BaseEndpoint = endpoint("DYNAMODB") })}
}

// Bucket returns a bucket; all names of objects stand below the prefix.
func (c *Cloud) Bucket(name, prefix string) *Bucket {
	client := s3.NewFromConfig(c.config, func(o *s3.Options) {
		o.BaseEndpoint = endpoint("S3")
		o.UsePathStyle = o.BaseEndpoint != nil
		o.DisableLogOutputChecksumValidationSkipped = true // a range has no checksum of its own; ours is checked
	})
	return &Bucket{name: name, prefix: strings.Trim(prefix, "/"), client: client}
}

// Object returns an object of any bucket.
func (c *Cloud) Object(ctx context.Context, bucket, key string) (io.ReadCloser, error) {
	body, _, err := c.Bucket(bucket, "").Read(ctx, key)
	return body, err
}
