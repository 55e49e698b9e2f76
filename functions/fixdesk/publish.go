package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/publish"
	"github.com/fixdesk/fixdesk/functions/internal/snapshot"
	"github.com/fixdesk/fixdesk/kb"
)

// publishVerb publishes an index, or makes an earlier one the current one again.
type publishVerb struct {
	index, rollback string
	keep            int
}

func (*publishVerb) usage() usage {
	return usage{
		name:     "publish",
		args:     "PLACE",
		synopsis: "publish an index, so that the service takes it up without a restart",
		about: "The place is s3://bucket/prefix or file:///folder. An index that is damaged, has fewer articles than the one before or does not\n" +
			"find what it must is not published. With --rollback an index that was published before serves again. With --keep older ones are removed,\n" +
			"at the end or alone: the current one stays, and so do those that were published last.",
		example: "fixdesk publish s3://my-bucket/index --index /var/lib/fixdesk/index\nfixdesk publish s3://my-bucket/index --rollback 0a1b2c3d4e5f6071\nfixdesk publish s3://my-bucket/index --keep 3",
		least:   1,
		most:    1,
	}
}

func (v *publishVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.index, "index", "", "the index in the folder `DIR`, made by fixdesk index")
	f.StringVar(&v.rollback, "rollback", "", "make the snapshot `NAME` the current one again")
	f.IntVar(&v.keep, "keep", 0, "remove all snapshots but `N`, the current one among them; 2 at least (default: remove none)")
}

func (v *publishVerb) run(ctx context.Context, c console, args []string) int {
	switch {
	case v.index != "" && v.rollback != "", v.index == "" && v.rollback == "" && v.keep == 0:
		return refuse(c, v, "name one of --index and --rollback, or --keep alone")
	case v.keep < 0 || v.keep == 1:
		return refuse(c, v, "--keep wants 2 or more: the current snapshot, and one to go back to")
	}
	bucket, err := openBucket(ctx, args[0])
	if err != nil {
		return refuse(c, v, err.Error())
	}
	code := exitOK
	switch {
	case v.rollback != "":
		code = v.goBack(ctx, c, bucket)
	case v.index != "":
		code = v.publish(ctx, c, bucket)
	}
	if code != exitOK || v.keep == 0 {
		return code
	}
	removed, err := snapshot.Prune(ctx, bucket, v.keep, time.Now())
	for _, name := range removed {
		fmt.Fprintf(c.out, "%s is removed\n", name)
	}
	if err != nil {
		return c.failed("publish", "not all that is old was removed", err)
	}
	return exitOK
}

func (v *publishVerb) goBack(ctx context.Context, c console, bucket snapshot.Bucket) int {
	if _, err := snapshot.Rollback(ctx, bucket, v.rollback); err != nil {
		return c.failed("publish", "not rolled back", err)
	}
	fmt.Fprintf(c.out, "%s is the current snapshot again\n", v.rollback)
	return exitOK
}

func (v *publishVerb) publish(ctx context.Context, c console, bucket snapshot.Bucket) int {
	base, err := kb.Builtin()
	if err != nil {
		return c.failed("publish", "the knowledge base cannot be read", err)
	}
	var ids []string
	for _, a := range base.Articles() {
		ids = append(ids, a.ID)
	}
	probes, err := publish.Probes(v.index, ids)
	if err != nil {
		return c.failed("publish", "not published", err)
	}
	p, err := publish.Index(ctx, bucket, v.index, probes, time.Now())
	if err != nil {
		return c.failed("publish", "not published", err)
	}
	fmt.Fprintf(c.out, "%s is the current snapshot\n", p.Snapshot)
	return exitOK
}
