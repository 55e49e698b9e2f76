package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/cloud/profile"
	"github.com/fixdesk/fixdesk/functions/internal/session"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
)

// openBucket returns where snapshots are published, at s3://bucket/prefix or file:///folder.
func openBucket(ctx context.Context, address string) (snapshot.Prunable, error) {
	at, err := snapshot.ParseAddress(address)
	if err != nil {
		return nil, fmt.Errorf("%q %w", address, err)
	}
	if at.Folder != "" {
		return at.Folder, nil
	}
	aws, err := profile.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return aws.Bucket(at.Bucket, at.Prefix), nil
}

// openStore returns what is remembered at dynamodb:TABLE, or in a file that fixdesk serve keeps. Close must be called at the end.
func openStore(ctx context.Context, place string) (store session.Store, closeStore func() error, err error) {
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
