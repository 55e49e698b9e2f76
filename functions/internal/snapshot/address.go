package snapshot

import (
	"errors"
	"net/url"
	"path/filepath"
	"strings"
)

// An Address says where snapshots are published: a folder of this machine, or a bucket of S3 and the prefix of the names in it.
type Address struct {
	Folder         Folder // empty for a bucket
	Bucket, Prefix string
}

// ErrAddress says that a text is no address of snapshots.
var ErrAddress = errors.New("must be s3://bucket/prefix or file:///folder")

// ParseAddress reads s3://bucket/prefix or file:///folder. Its error is ErrAddress.
func ParseAddress(text string) (Address, error) {
	u, err := url.Parse(text)
	if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return Address{}, ErrAddress
	}
	switch {
	case u.Scheme == "file" && u.Host == "" && len(u.Path) > 1:
		return Address{Folder: Folder(filepath.FromSlash(u.Path))}, nil
	case u.Scheme == "s3" && u.Host != "":
		return Address{Bucket: u.Host, Prefix: strings.Trim(u.Path, "/")}, nil
	}
	return Address{}, ErrAddress
}
