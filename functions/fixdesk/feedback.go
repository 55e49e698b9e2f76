package main

import (
	"context"
	"flag"
	"time"
)

// feedbackVerb counts what people said of answers.
type feedbackVerb struct{ days int }

func (*feedbackVerb) usage() usage {
	return usage{
		name:     "feedback",
		args:     "PLACE",
		synopsis: "count what people said of answers, by version of the tree",
		about: "The place is dynamodb:TABLE, or the file that fixdesk serve --store keeps. What was said of an older version of a tree stands\n" +
			"apart: it does not condemn what was mended since.",
		example: "fixdesk feedback dynamodb:fixdesk-Table-1ABC\nfixdesk feedback fixdesk.db --days 7",
		least:   1,
		most:    1,
	}
}

func (v *feedbackVerb) flags(f *flag.FlagSet) {
	f.IntVar(&v.days, "days", 30, "what was said in the last `N` days")
}

func (v *feedbackVerb) run(ctx context.Context, c console, args []string) int {
	if v.days < 1 || v.days > 3660 {
		return refuse(c, v, "--days wants a number from 1 to 3660")
	}
	store, closeStore, err := openStore(ctx, args[0])
	if err != nil {
		return c.failed("feedback", "nothing can be read", err)
	}
	defer closeStore()
	lines, err := summarizeFeedback(ctx, store, time.Now().AddDate(0, 0, -v.days))
	if err != nil {
		return c.failed("feedback", "nothing can be read", err)
	}
	if err := writeFeedback(c.out, lines); err != nil {
		return c.failed("feedback", "nothing can be written", err)
	}
	return exitOK
}
