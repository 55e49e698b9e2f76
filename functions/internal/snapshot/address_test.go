package snapshot

import (
	"errors"
	"testing"
)

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]Address{
		"file:///srv/index":     {Folder: "/srv/index"},
		"s3://bucket":           {Bucket: "bucket"},
		"s3://bucket/":          {Bucket: "bucket"},
		"s3://bucket/a/prefix/": {Bucket: "bucket", Prefix: "a/prefix"},
	} {
		if got, err := ParseAddress(text); err != nil || got != want {
			t.Errorf("ParseAddress(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "/srv/index", "s3://", "s3:bucket", "file://", "file:///", "file://host/x", "https://bucket", "%", "s3://user@bucket", "s3://bucket?x=1", "s3://bucket#x"} {
		if got, err := ParseAddress(text); !errors.Is(err, ErrAddress) {
			t.Errorf("ParseAddress(%q) = %+v, %v, want ErrAddress", text, got, err)
		}
	}
}
