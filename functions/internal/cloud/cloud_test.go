package cloud

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/testing/sessiontest"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func inFunction(t testing.TB) *Cloud {
	t.Helper()
	c, err := InFunction()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTableIsAStore(t *testing.T) {
	testbed.Moto(t)
	c := inFunction(t)
	var n int
	sessiontest.Run(t, func(t *testing.T) session.Records {
		n++
		table := c.Table(fmt.Sprint("fixdesk-", n))
		if err := table.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
		return table
	})
}

func TestRepeatedSaveFindsItsOwnWorkDone(t *testing.T) {
	testbed.Moto(t)
	table := inFunction(t).Table("fixdesk")
	if err := table.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := session.Record{Group: "session", Key: "a", Data: []byte("x")}
	for range 2 { // the second is what a retry after a lost answer sends
		if err := table.Save(t.Context(), r); err != nil {
			t.Errorf("Save = %v", err)
		}
	}
	r.Data = []byte("y")
	if err := table.Save(t.Context(), r); !errors.Is(err, session.ErrConflict) {
		t.Errorf("Save of something else = %v, want ErrConflict", err)
	}
	got, err := table.Load(t.Context(), "session", "a")
	if err != nil || got.Version != 1 || string(got.Data) != "x" {
		t.Errorf("Load = %+v, %v", got, err)
	}
}

func TestTableThatIsNotThereIsAnError(t *testing.T) {
	testbed.Moto(t)
	if _, err := session.On(inFunction(t).Table("none"), nil).Get(t.Context(), "a"); !errors.Is(err, session.ErrUnavailable) || !strings.Contains(err.Error(), "session") {
		t.Errorf("Get = %v", err)
	}
}

// bucket returns a new bucket of a local S3.
func bucket(t testing.TB) *Bucket {
	t.Helper()
	testbed.S3(t)
	b := inFunction(t).Bucket("fixdesk", "index")
	if _, err := b.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &b.name}); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBucketKeepsItsPromises(t *testing.T) {
	for name, b := range map[string]snapshot.Prunable{"s3": bucket(t), "folder": snapshot.Folder(t.TempDir())} {
		t.Run(name, func(t *testing.T) { promises(t, b) })
	}
}

func promises(t *testing.T, b snapshot.Prunable) {
	ctx := t.Context()
	read := func(offset, length int64) string {
		t.Helper()
		body, err := b.Get(ctx, "a/b.bin", offset, length)
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		data, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	if _, err := b.Get(ctx, "a/b.bin", 0, 10); !errors.Is(err, snapshot.ErrMissing) {
		t.Errorf("Get of nothing = %v, want ErrMissing", err)
	}
	for _, content := range []string{"0123456789", "another"} { // the second finds the first there and leaves it
		if err := b.Put(ctx, "a/b.bin", strings.NewReader(content), int64(len(content))); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		offset, length int64
		want           string
	}{{0, 10, "0123456789"}, {3, 4, "3456"}, {8, 100, "89"}} {
		if got := read(c.offset, c.length); got != c.want {
			t.Errorf("Get %d bytes from %d = %q, want %q", c.length, c.offset, got, c.want)
		}
	}

	all, err := b.Objects(ctx)
	if err != nil || len(all) != 1 || all[0].Name != "a/b.bin" || time.Since(all[0].Changed).Abs() > time.Hour {
		t.Errorf("Objects = %v, %v", all, err)
	}
	for range 2 {
		if err := b.Delete(ctx, "a/b.bin"); err != nil {
			t.Errorf("Delete = %v", err)
		}
	}
	if _, err := b.Get(ctx, "a/b.bin", 0, 10); !errors.Is(err, snapshot.ErrMissing) {
		t.Errorf("Get of what was deleted = %v, want ErrMissing", err)
	}

	if _, _, err := b.Pointer(ctx, "p"); !errors.Is(err, snapshot.ErrMissing) {
		t.Errorf("Pointer of nothing = %v, want ErrMissing", err)
	}
	if err := b.MovePointer(ctx, "p", []byte("x"), "stale"); !errors.Is(err, snapshot.ErrConflict) {
		t.Errorf("MovePointer of nothing = %v, want ErrConflict", err)
	}
	if err := b.MovePointer(ctx, "p", []byte("1"), ""); err != nil {
		t.Fatal(err)
	}
	_, tag, err := b.Pointer(ctx, "p")
	if err != nil {
		t.Fatal(err)
	}
	if err := b.MovePointer(ctx, "p", []byte("2"), tag); err != nil {
		t.Fatal(err)
	}
	for _, stale := range []string{tag, ""} {
		if err := b.MovePointer(ctx, "p", []byte("3"), stale); !errors.Is(err, snapshot.ErrConflict) {
			t.Errorf("MovePointer from %q = %v, want ErrConflict", stale, err)
		}
	}
	if data, _, err := b.Pointer(ctx, "p"); err != nil || string(data) != "2" {
		t.Errorf("Pointer = %q, %v; want 2", data, err)
	}

	_, tag, _ = b.Pointer(ctx, "p")
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			err := b.MovePointer(ctx, "p", []byte(fmt.Sprint("racer ", i)), tag)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, snapshot.ErrConflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 20 moved the pointer, want 1", won.Load())
	}
}

func TestSnapshotTravelsThroughS3(t *testing.T) {
	b := bucket(t)
	dir := t.TempDir()
	want := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
	if err := os.WriteFile(filepath.Join(dir, "big"), want, 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := snapshot.Publish(t.Context(), b, dir, snapshot.About{Articles: 1}, func(*snapshot.About) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	live := snapshot.NewLive(snapshot.Source[string]{Bucket: b, Dir: t.TempDir(), Open: func(dir string) (string, error) { return dir, nil }}, "")
	if err := live.Refresh(t.Context()); err != nil || live.Status().Snapshot != p.Snapshot {
		t.Fatalf("Refresh = %v, status %+v", err, live.Status())
	}
	arrived, release := live.Use()
	defer release()
	if got, err := os.ReadFile(filepath.Join(arrived, "big")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes arrived, %v; want %d", len(got), err, len(want))
	}
}

func TestWrongKeyIsAnErrorAndNotAMissingObject(t *testing.T) {
	bucket(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	b := inFunction(t).Bucket("fixdesk", "index")
	if _, _, err := b.Pointer(t.Context(), "p"); err == nil || errors.Is(err, snapshot.ErrMissing) {
		t.Errorf("Pointer = %v", err)
	}
}

func TestSecretsAreReadFromBothStores(t *testing.T) {
	testbed.Moto(t)
	c := inFunction(t)
	params := ssm.NewFromConfig(c.config, func(o *ssm.Options) { o.BaseEndpoint = endpoint("SSM") })
	if _, err := params.PutParameter(t.Context(), &ssm.PutParameterInput{Name: aws.String("/fixdesk/keys"), Value: aws.String("s1"), Type: ssmtypes.ParameterTypeSecureString}); err != nil {
		t.Fatal(err)
	}
	secrets := secretsmanager.NewFromConfig(c.config, func(o *secretsmanager.Options) { o.BaseEndpoint = endpoint("SECRETS_MANAGER") })
	if _, err := secrets.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: aws.String("fixdesk/keys"), SecretString: aws.String("s2")}); err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{"ssm:/fixdesk/keys": "s1", "secretsmanager:fixdesk/keys": "s2"} {
		read, err := c.Secret(ref)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(t.Context()); err != nil || got != want {
			t.Errorf("%s = %q, %v; want %q", ref, got, err, want)
		}
	}
	missing, err := c.Secret("ssm:/fixdesk/none")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := missing(t.Context()); err == nil || !strings.Contains(err.Error(), "ssm:/fixdesk/none") {
		t.Errorf("a missing secret: %v", err)
	}
	for _, ref := range []string{"", "x", "ssm:", "vault:x"} {
		if _, err := c.Secret(ref); err == nil {
			t.Errorf("Secret(%q) gave no error", ref)
		}
	}
}

func TestSecretIsAskedForAgainWhereThatMayHelp(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		asked  int32
	}{
		"throttled": {400, `{"__type":"ThrottlingException"}`, attempts},
		"broken":    {500, `oops`, attempts},
		"forbidden": {400, `{"__type":"com.amazon#AccessDeniedException","message":"hunter2"}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=a/") || r.Header.Get("X-Amz-Target") != "AmazonSSM.GetParameter" {
					t.Errorf("asked with %v", r.Header)
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			}))
			defer srv.Close()
			t.Setenv("AWS_REGION", "eu-central-1")
			t.Setenv("AWS_ACCESS_KEY_ID", "a")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
			t.Setenv("AWS_ENDPOINT_URL_SSM", srv.URL)
			read, err := inFunction(t).Secret("ssm:/k")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := read(t.Context()); err == nil || strings.Contains(err.Error(), "hunter2") || asked.Load() != c.asked {
				t.Errorf("%v after asking %d times, want %d", err, asked.Load(), c.asked)
			}
		})
	}
}

// A service whose clock is ahead takes signatures of its own time only, as the services of AWS do.
func TestClocksThatAreApartAreMadeUpFor(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for retries")
	}
	for _, apart := range []time.Duration{20 * time.Minute, -20 * time.Minute} {
		var taken, refused atomic.Int32
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			now := time.Now().Add(apart)
			w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
			signed, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
			switch _, speaksJSON := r.Header["X-Amz-Target"]; {
			case err != nil:
				t.Errorf("signed at %q", r.Header.Get("X-Amz-Date"))
			case now.Sub(signed).Abs() < 5*time.Minute && speaksJSON:
				taken.Add(1)
				io.WriteString(w, `{"Parameter":{"Value":"s1"}}`)
			case now.Sub(signed).Abs() < 5*time.Minute:
				taken.Add(1)
				io.WriteString(w, "pointer")
			case speaksJSON:
				refused.Add(1)
				w.WriteHeader(http.StatusBadRequest)
				io.WriteString(w, `{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"}`)
			default:
				refused.Add(1)
				w.WriteHeader(http.StatusForbidden)
				io.WriteString(w, `<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>`)
			}
		}))
		defer srv.Close()
		t.Setenv("AWS_REGION", "eu-central-1")
		t.Setenv("AWS_ACCESS_KEY_ID", "a")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
		t.Setenv("AWS_ENDPOINT_URL", srv.URL)
		c := inFunction(t)
		read, err := c.Secret("ssm:/k")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read(t.Context()); err != nil || got != "s1" {
			t.Errorf("%v apart: the secret is %q, %v", apart, got, err)
		}
		if _, err := session.On(c.Table("t"), nil).Get(t.Context(), "a"); err != nil {
			t.Errorf("%v apart: the table: %v", apart, err)
		}
		b := c.Bucket("b", "index")
		for range 2 {
			if got, _, err := b.Pointer(t.Context(), "p"); err != nil || string(got) != "pointer" {
				t.Errorf("%v apart: the object is %q, %v", apart, got, err)
			}
		}
		if taken.Load() != 4 || refused.Load() != 3 {
			t.Errorf("%v apart: %d calls taken, %d refused; want each client to learn from its first one", apart, taken.Load(), refused.Load())
		}
	}
}

func TestFunctionWithoutRegionOrRoleDoesNotStart(t *testing.T) {
	for _, missing := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv("AWS_REGION", "eu-central-1")
		t.Setenv("AWS_ACCESS_KEY_ID", "a")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
		t.Setenv(missing, "")
		if _, err := InFunction(); err == nil {
			t.Errorf("InFunction without %s gave no error", missing)
		}
	}
}

func TestUnreachableCloudIsAnErrorInTime(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for retries")
	}
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := session.On(inFunction(t).Table("x"), nil).Get(ctx, "a"); !errors.Is(err, session.ErrUnavailable) || ctx.Err() != nil {
		t.Errorf("Get = %v", err)
	}
}
