package cloud

import (
	"context"
	"fmt"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
)

const maxMessage = 256 << 10 // bytes

// Queue holds messages for another function.
type Queue struct {
	url   string
	cloud *Cloud
}

// Send puts a message of text into the queue. It may arrive more than once, and in any order.
func (q *Queue) Send(ctx context.Context, body string) error {
	if len(body) > maxMessage {
		return fmt.Errorf("sqs: a message of %d bytes: at most %d", len(body), maxMessage)
	}
	return q.call(ctx, "SendMessage", map[string]any{"MessageBody": body}, nil)
}

// call makes a call about the queue. Out may be nil.
func (q *Queue) call(ctx context.Context, action string, in map[string]any, out any) error {
	in["QueueUrl"] = q.url
	return q.cloud.sqs(ctx, action, in, out)
}

func (c *Cloud) sqs(ctx context.Context, action string, in, out any) error {
	if out == nil {
		out = new(struct{})
	}
	if err := c.call(ctx, queues, action, in, out); err != nil {
		return fmt.Errorf("sqs: %w", err)
	}
	return nil
}

// CreateQueue makes a FIFO queue with a queue for dead letters, and returns their addresses. It is for tests and the local gateway; in
// the cloud the stack makes them.
func (c *Cloud) CreateQueue(ctx context.Context, name string) (live, dead string, err error) {
	var letters, made struct{ QueueUrl string }
	fifo := map[string]string{"FifoQueue": "true"}
	if err := c.sqs(ctx, "CreateQueue", map[string]any{"QueueName": name + "-dead.fifo", "Attributes": fifo}, &letters); err != nil {
		return "", "", err
	}
	var got struct{ Attributes struct{ QueueArn string } }
	if err := c.sqs(ctx, "GetQueueAttributes", map[string]any{"QueueUrl": letters.QueueUrl, "AttributeNames": []string{"QueueArn"}}, &got); err != nil {
		return "", "", err
	}
	redrive := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"%d"}`, got.Attributes.QueueArn, queue.MaxAttempts)
	attributes := map[string]string{"RedrivePolicy": redrive, "VisibilityTimeout": "5", "FifoQueue": "true"}
	if err := c.sqs(ctx, "CreateQueue", map[string]any{"QueueName": name + ".fifo", "Attributes": attributes}, &made); err != nil {
		return "", "", err
	}
	return made.QueueUrl, letters.QueueUrl, nil
}

// A Message is one that was received and is still in the queue.
type Message struct{ ID, Body, receipt string }

// Receive returns up to ten messages, waiting up to two seconds for one. The platform does so for a function.
func (q *Queue) Receive(ctx context.Context) ([]Message, error) {
	var out struct {
		Messages []struct{ MessageId, Body, ReceiptHandle string }
	}
	if err := q.call(ctx, "ReceiveMessage", map[string]any{"MaxNumberOfMessages": 10, "WaitTimeSeconds": 2}, &out); err != nil {
		return nil, err
	}
	messages := make([]Message, len(out.Messages))
	for i, m := range out.Messages {
		messages[i] = Message{m.MessageId, m.Body, m.ReceiptHandle}
	}
	return messages, nil
}

// Delete takes a message out of the queue: it was worked on.
func (q *Queue) Delete(ctx context.Context, m Message) error {
	return q.call(ctx, "DeleteMessage", map[string]any{"ReceiptHandle": m.receipt}, nil)
}
