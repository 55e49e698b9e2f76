package cloud

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

const maxMessage = 256 << 10 // bytes

// Queue holds messages for another function.
type Queue struct {
	url    string
	client *sqs.Client
}

// Send puts a message of text into the queue. It may arrive more than once, and in any order.
func (q *Queue) Send(ctx context.Context, body string) error {
	if len(body) > maxMessage {
		return fmt.Errorf("sqs: a message of %d bytes: at most %d", len(body), maxMessage)
	}
	if _, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: &body}); err != nil {
		return fmt.Errorf("sqs: %w", err)
	}
	return nil
}
