package main

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/publish"
	"github.com/fixdesk/fixdesk/functions/internal/testing/runtimeapi"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// post is the report as an HTTP API sends it.
func post(t testing.TB) []byte {
	t.Helper()
	event, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// coldStart returns the time from the start of a process to its first answer, and the memory that it holds then.
func coldStart(b *testing.B, c runtimeapi.Config, event []byte) (took time.Duration, rss int64) {
	b.Helper()
	begin := time.Now()
	f, err := runtimeapi.Start(c)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Invoke(b.Context(), event); err != nil {
		b.Fatal(err)
	}
	took = time.Since(begin)
	if rss, err = f.RSS(); err != nil {
		b.Fatal(err)
	}
	return took, rss
}

func median[T int64 | time.Duration](all []T) T {
	slices.Sort(all)
	return all[len(all)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// hello builds the smallest function.
func hello(b *testing.B) string {
	b.Helper()
	path, err := runtimeapi.Build(b.TempDir(), "../internal/testing/runtimeapi/testdata/hello")
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// A cold start is from exec to the first answer: a diagnosis with its script, against hello-world in the same run.
func BenchmarkColdStart(b *testing.B) {
	path, err := bootstrap()
	if err != nil {
		b.Fatal(err)
	}
	compareStarts(b, hello(b), runtimeapi.Config{Bootstrap: path, Name: "api"})
}

// The same with the snapshot of an archive: there already, as for a process that follows another in one environment, and fetched
// from a local S3. The archive is looked for at $KB_ARCHIVE and in ../shared.
func BenchmarkColdStartWithArchive(b *testing.B) {
	path, err := bootstrap()
	if err != nil {
		b.Fatal(err)
	}
	bucket, env := published(b)
	small := hello(b)
	temp := b.TempDir()
	env = append(env, "TMPDIR="+temp, "FIXDESK_INDEX="+bucket)
	b.Run("there", func(b *testing.B) {
		compareStarts(b, small, runtimeapi.Config{Bootstrap: path, Name: "api", Env: env})
	})
	b.Run("fetched", func(b *testing.B) {
		const rounds = 5
		for b.Loop() {
			var all []time.Duration
			var rss []int64
			for range rounds {
				os.RemoveAll(filepath.Join(temp, "fixdesk"))
				took, held := coldStart(b, runtimeapi.Config{Bootstrap: path, Name: "api", Env: env}, post(b))
				all, rss = append(all, took), append(rss, held)
			}
			b.ReportMetric(milliseconds(median(all)), "ms/start")
			b.ReportMetric(float64(median(rss))/(1<<20), "MB-rss")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// published builds the index of the archive and publishes it on a local S3.
func published(b *testing.B) (address string, env []string) {
	b.Helper()
	file := os.Getenv("KB_ARCHIVE")
	if file == "" {
		file = filepath.Join(testbed.Root(), "..", "shared", "kbarchive", "kbarchive-master.tar.gz")
	}
	src, err := archive.Open(file)
	if err != nil {
		b.Skip("no archive: name one in KB_ARCHIVE")
	}
	defer src.Close()
	s3 := testbed.S3(b)
	c, err := cloud.InFunction()
	if err != nil {
		b.Fatal(err)
	}
	bucket := c.Bucket("fixdesk", "index")
	dir := filepath.Join(b.TempDir(), "index")
	if _, err := index.Build(b.Context(), dir, src, index.Options{}); err != nil {
		b.Fatal(err)
	}
	if err := bucket.Create(b.Context()); err != nil {
		b.Fatal(err)
	}
	if _, err := publish.Index(b.Context(), bucket, dir, nil, time.Now()); err != nil {
		b.Fatal(err)
	}
	return "s3://fixdesk/index", []string{"AWS_ACCESS_KEY_ID=" + testbed.AccessKey, "AWS_SECRET_ACCESS_KEY=" + testbed.SecretKey, "AWS_ENDPOINT_URL_S3=" + s3.URL}
}

// compareStarts starts a function and hello-world in turn, and reports medians.
func compareStarts(b *testing.B, hello string, c runtimeapi.Config) {
	b.Helper()
	const rounds = 11
	event := post(b)
	for b.Loop() {
		var ours, theirs []time.Duration
		var rss []int64
		for range rounds {
			took, _ := coldStart(b, runtimeapi.Config{Bootstrap: hello}, []byte(`{}`))
			theirs = append(theirs, took)
			took, held := coldStart(b, c, event)
			ours, rss = append(ours, took), append(rss, held)
		}
		b.ReportMetric(milliseconds(median(ours)), "ms/start")
		b.ReportMetric(milliseconds(median(theirs)), "ms/hello")
		b.ReportMetric(float64(median(ours))/float64(median(theirs)), "x-hello")
		b.ReportMetric(float64(median(rss))/(1<<20), "MB-rss")
	}
	b.ReportMetric(0, "ns/op")
}

// A warm invocation is a diagnosis with its script, through the Runtime API and back.
func BenchmarkWarmDiagnosis(b *testing.B) {
	path, err := bootstrap()
	if err != nil {
		b.Fatal(err)
	}
	f, err := runtimeapi.Start(runtimeapi.Config{Bootstrap: path, Name: "api"})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	event := post(b)
	var all []time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := f.Invoke(b.Context(), event); err != nil {
			b.Fatal(err)
		}
		all = append(all, time.Since(begin))
	}
	slices.Sort(all)
	b.ReportMetric(milliseconds(all[len(all)/2]), "ms-p50")
	b.ReportMetric(milliseconds(all[len(all)*99/100]), "ms-p99")
}

// The size of what is uploaded, for arm64.
func BenchmarkZip(b *testing.B) {
	out := filepath.Join(b.TempDir(), "bootstrap")
	for b.Loop() {
		cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", out, ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH=arm64", "GOOS=linux")
		if text, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			b.Fatal(err)
		}
		var packed bytes.Buffer
		z := zip.NewWriter(&packed)
		w, err := z.Create("bootstrap")
		if err != nil {
			b.Fatal(err)
		}
		w.Write(data) // into memory
		z.Close()
		b.ReportMetric(float64(len(data))/(1<<20), "MB-bootstrap")
		b.ReportMetric(float64(packed.Len())/(1<<20), "MB-zip")
	}
	b.ReportMetric(0, "ns/op")
}
