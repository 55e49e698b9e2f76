package cloud

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
)

// Work is a FIFO queue of SQS as a queue.Queue: a group of messages is a message group. Its redrive policy has the dead letters after
// queue.MaxAttempts. It is safe for concurrent use.
type Work struct {
	url   string
	cloud *Cloud
}

// Work returns the FIFO queue at an address.
func (c *Cloud) Work(url string) Work { return Work{url, c} }

// Send implements queue.Queue.
func (w Work) Send(ctx context.Context, m queue.Message) error {
	if err := queue.Check(m); err != nil {
		return err
	}
	return w.call(ctx, "SendMessage", map[string]any{"MessageBody": m.Body, "MessageGroupId": m.Group, "MessageDeduplicationId": m.ID}, nil)
}

// longPoll is how long Receive waits for a message, in seconds.
const longPoll = 2

// Receive implements queue.Queue.
func (w Work) Receive(ctx context.Context) (*queue.Message, error) {
	var out struct {
		Messages []struct {
			Body, ReceiptHandle string
			Attributes          struct{ MessageGroupId, MessageDeduplicationId, ApproximateReceiveCount string }
		}
	}
	err := w.call(ctx, "ReceiveMessage", map[string]any{"MaxNumberOfMessages": 1, "WaitTimeSeconds": longPoll, "VisibilityTimeout": int(queue.Lease.Seconds()),
		"MessageSystemAttributeNames": []string{"MessageGroupId", "MessageDeduplicationId", "ApproximateReceiveCount"}}, &out)
	if err != nil || len(out.Messages) == 0 {
		return nil, err
	}
	m := out.Messages[0]
	attempt, err := strconv.Atoi(m.Attributes.ApproximateReceiveCount)
	if err != nil {
		return nil, fmt.Errorf("sqs: the number of an attempt is not one")
	}
	return &queue.Message{Group: m.Attributes.MessageGroupId, ID: m.Attributes.MessageDeduplicationId, Body: m.Body, Attempt: attempt, Receipt: m.ReceiptHandle}, nil
}

// Finish implements queue.Queue.
func (w Work) Finish(ctx context.Context, m *queue.Message, again time.Duration) error {
	if again == queue.Done {
		return w.call(ctx, "DeleteMessage", map[string]any{"ReceiptHandle": m.Receipt}, nil)
	}
	return w.call(ctx, "ChangeMessageVisibility", map[string]any{"ReceiptHandle": m.Receipt, "VisibilityTimeout": seconds(again)}, nil)
}

// seconds returns a time in whole seconds, as SQS takes it.
func seconds(d time.Duration) int {
	const most = 12 * time.Hour
	return int(min(max(d, 0), most).Round(time.Second).Seconds())
}

// call makes a call about the queue. Out may be nil.
func (w Work) call(ctx context.Context, action string, in map[string]any, out any) error {
	in["QueueUrl"] = w.url
	return w.cloud.sqs(ctx, action, in, out)
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
