package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
)

const maxPointer = 64 << 10 // bytes

// Bucket keeps objects in S3, below a prefix. It is a snapshot.Bucket.
type Bucket struct {
	name, prefix string
	client       *s3.Client
}

func (b *Bucket) key(name string) *string { return aws.String(path.Join(b.prefix, name)) }

// status returns the HTTP status of an error, 0 where it came to none.
func status(err error) int {
	var e *awshttp.ResponseError
	if errors.As(err, &e) {
		return e.HTTPStatusCode()
	}
	return 0
}

func failure(err error) error {
	if status(err) == http.StatusNotFound {
		return snapshot.ErrMissing
	}
	return fmt.Errorf("s3: %w", err)
}

func (b *Bucket) Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	span := fmt.Sprintf("bytes=%d-%d", offset, offset+length-1)
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: b.key(name), Range: &span})
	if err != nil {
		return nil, failure(err)
	}
	return out.Body, nil
}

// Read returns a whole object and its size.
func (b *Bucket) Read(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: b.key(name)})
	if err != nil {
		return nil, 0, failure(err)
	}
	return out.Body, aws.ToInt64(out.ContentLength), nil
}

func (b *Bucket) Put(ctx context.Context, name string, body io.ReadSeeker, size int64) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: b.key(name), Body: body, ContentLength: &size, IfNoneMatch: aws.String("*"),
	})
	if err != nil && status(err) != http.StatusPreconditionFailed { // it is there already
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

func (b *Bucket) Pointer(ctx context.Context, name string) ([]byte, string, error) {
	out, err := b.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: b.key(name)})
	if err != nil {
		return nil, "", failure(err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(io.LimitReader(out.Body, maxPointer))
	if err != nil {
		return nil, "", fmt.Errorf("s3: %w", err)
	}
	return data, aws.ToString(out.ETag), nil
}

// MovePointer changes an object if its ETag is still tag. A call whose answer was lost is repeated, and then finds its own work done.
func (b *Bucket) MovePointer(ctx context.Context, name string, data []byte, tag string) error {
	in := &s3.PutObjectInput{Bucket: &b.name, Key: b.key(name), Body: bytes.NewReader(data), IfMatch: &tag}
	if tag == "" {
		in.IfMatch, in.IfNoneMatch = nil, aws.String("*")
	}
	_, err := b.client.PutObject(ctx, in)
	switch status(err) {
	case http.StatusPreconditionFailed, http.StatusConflict, http.StatusNotFound:
		if there, _, err := b.Pointer(ctx, name); err == nil && bytes.Equal(there, data) {
			return nil
		}
		return snapshot.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

// Create makes the bucket. It is for tests and the local gateway; in the cloud the stack makes it.
func (b *Bucket) Create(ctx context.Context) error {
	if _, err := b.client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &b.name}); err != nil && status(err) != http.StatusConflict {
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

// Objects returns all objects below the prefix, by names without it.
func (b *Bucket) Objects(ctx context.Context) ([]snapshot.Object, error) {
	var all []snapshot.Object
	below := b.prefix
	if below != "" {
		below += "/"
	}
	pages := s3.NewListObjectsV2Paginator(b.client, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: &below})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure(err)
		}
		for _, o := range page.Contents {
			all = append(all, snapshot.Object{Name: strings.TrimPrefix(aws.ToString(o.Key), below), Changed: aws.ToTime(o.LastModified)})
		}
	}
	return all, nil
}

func (b *Bucket) Delete(ctx context.Context, name string) error {
	if _, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &b.name, Key: b.key(name)}); err != nil && status(err) != http.StatusNotFound {
		return fmt.Errorf("s3: %w", err)
	}
	return nil
}

// List returns the names and tags of the objects below the prefix, at most a thousand. It is for the local gateway; in the cloud an
// event tells of a new object.
func (b *Bucket) List(ctx context.Context) (map[string]string, error) {
	out, err := b.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.name, Prefix: aws.String(b.prefix + "/")})
	if err != nil {
		return nil, failure(err)
	}
	found := map[string]string{}
	for _, o := range out.Contents {
		found[aws.ToString(o.Key)] = aws.ToString(o.ETag)
	}
	return found, nil
}
