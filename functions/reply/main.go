// Reply answers queued tickets with a comment. Until a ticket system is set up it takes none, so that each of them comes again and
// ends among the dead letters in the end, where nothing is lost.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
)

func main() {
	c := lambdahttp.ReadSettings()
	log := lambdahttp.Log("reply", c)
	lambda.Start(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		var r events.SQSEventResponse
		for _, m := range e.Records {
			r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
		log.ErrorContext(ctx, "no ticket system is set up", "tickets", len(e.Records))
		return r, nil
	})
}
