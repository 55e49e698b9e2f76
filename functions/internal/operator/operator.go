// Package operator gives the tools of a person at a command line what their arguments name: a bucket of snapshots or a folder, a
// table or a file of what is remembered. In a function, package deployed does so.
package operator

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud/profile"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
)

// Bucket returns where snapshots are published, at s3://bucket/prefix or file:///folder.
func Bucket(ctx context.Context, address string) (snapshot.Prunable, error) {
	u, err := url.Parse(address)
	switch {
	case err == nil && u.Scheme == "file" && u.Host == "" && len(u.Path) > 1:
		return snapshot.Folder(filepath.FromSlash(u.Path)), nil
	case err == nil && u.Scheme == "s3" && u.Host != "":
		aws, err := profile.Connect(ctx)
		if err != nil {
			return nil, err
		}
		return aws.Bucket(address)
	}
	return nil, errors.New("name the place as s3://bucket/prefix or file:///folder")
}

// Store returns what is remembered at dynamodb:TABLE, or in a file that fixdesk serve keeps. Close must be called at the end.
func Store(ctx context.Context, place string) (store session.Store, closeStore func() error, err error) {
	if table, ok := strings.CutPrefix(place, "dynamodb:"); ok {
		if table == "" {
			return nil, nil, errors.New("name the table as dynamodb:TABLE")
		}
		aws, err := profile.Connect(ctx)
		if err != nil {
			return nil, nil, err
		}
		return session.On(aws.Table(table), nil), func() error { return nil }, nil
	}
	file, err := session.OpenBolt(place, time.Now())
	if err != nil {
		return nil, nil, err
	}
	return session.On(file, nil), file.Close, nil
}
