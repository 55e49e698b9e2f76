// Reply works on queued events of ticket systems: it reads the ticket, lets the desk answer and writes a note.
package main

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/replier"
)

func main() {
	started := time.Now()
	c := lambdahttp.ReadSettings()
	parts, err := lambdahttp.Parts("reply", c, started)
	lambdahttp.Must(err)
	a, err := app.Open(parts)
	lambdahttp.Must(err)
	work, err := lambdahttp.Work(c)
	lambdahttp.Must(err)
	config, err := lambdahttp.Tickets(c)
	lambdahttp.Must(err)
	w := &replier.Worker{Config: config, Desk: a.Channel.Desk, Evidence: a.Channel.Evidence, State: a.Channel.State, Store: parts.Store, Queue: work, Log: parts.Log}
	lambda.Start(func(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
		return batch(ctx, w, work, e), nil
	})
}

// A worker works on one message and says when it comes again.
type worker interface {
	Work(ctx context.Context, m *queue.Message) time.Duration
}

// batch works on the messages of an event, and reports those that come again: in a group, all behind one of these come again too, so that
// their order stays. What is not reported the platform deletes. Q makes them wait.
func batch(ctx context.Context, w worker, q queue.Queue, e events.SQSEvent) (r events.SQSEventResponse) {
	stopped := map[string]bool{}
	for i := range e.Records {
		m := message(&e.Records[i])
		again := time.Duration(0)
		if !stopped[m.Group] {
			again = w.Work(ctx, m)
		}
		if again == queue.Done {
			continue
		}
		if again > 0 {
			q.Finish(ctx, m, again) // else it comes when the visibility timeout ends
		}
		stopped[m.Group] = true
		r.BatchItemFailures = append(r.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: e.Records[i].MessageId})
	}
	return r
}

func message(r *events.SQSMessage) *queue.Message {
	attempt, err := strconv.Atoi(r.Attributes["ApproximateReceiveCount"])
	if err != nil {
		attempt = 1
	}
	return &queue.Message{Group: r.Attributes["MessageGroupId"], ID: r.Attributes["MessageDeduplicationId"], Body: r.Body, Attempt: attempt, Receipt: r.ReceiptHandle}
}
