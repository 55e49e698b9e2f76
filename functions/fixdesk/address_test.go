package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func TestPlacesOfSnapshots(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	if b, err := openBucket(t.Context(), "file:///srv/index"); err != nil || b != snapshot.Folder("/srv/index") {
		t.Errorf("a folder: %v, %v", b, err)
	}
	if b, err := openBucket(t.Context(), "s3://bucket/index"); err != nil || b == nil {
		t.Errorf("a bucket: %v, %v", b, err)
	}
	for _, address := range []string{"", "/srv/index", "s3://", "file://host/x", "https://bucket", "%"} {
		if _, err := openBucket(t.Context(), address); err == nil {
			t.Errorf("%q is a place", address)
		}
	}
}

func TestPlacesOfWhatIsRemembered(t *testing.T) {
	testbed.Moto(t)
	c, err := cloud.InFunction()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Table("fixdesk").Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, place := range []string{"dynamodb:fixdesk", filepath.Join(t.TempDir(), "fixdesk.db")} {
		store, closeStore, err := openStore(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		if err := store.AddFeedback(t.Context(), session.Feedback{Article: "Q1", Tree: "00000000"}); err != nil {
			t.Error(err)
		}
		n := 0
		for _, err := range store.Feedback(t.Context(), time.Now().Add(-time.Hour)) {
			if err != nil {
				t.Error(err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%s: %d sayings, want 1", place, n)
		}
		if err := closeStore(); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := openStore(t.Context(), "dynamodb:"); err == nil {
		t.Error("a table without a name is a place")
	}
}
