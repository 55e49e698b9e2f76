package cloud

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
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

// CreateQueue makes a queue with a queue for dead letters, and returns their addresses. It is for tests and the local gateway; in
// the cloud the stack makes them.
func (c *Cloud) CreateQueue(ctx context.Context, name string) (queue, dead string, err error) {
	client := c.Queue("").client
	letters, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(name + "-dead")})
	if err != nil {
		return "", "", fmt.Errorf("sqs: %w", err)
	}
	got, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: letters.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameQueueArn}})
	if err != nil {
		return "", "", fmt.Errorf("sqs: %w", err)
	}
	redrive := fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"5"}`, got.Attributes["QueueArn"])
	made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"RedrivePolicy": redrive, "VisibilityTimeout": "5"}})
	if err != nil {
		return "", "", fmt.Errorf("sqs: %w", err)
	}
	return aws.ToString(made.QueueUrl), aws.ToString(letters.QueueUrl), nil
}

// A Message is one that was received and is still in the queue.
type Message struct{ ID, Body, receipt string }

// Receive returns up to ten messages, waiting up to two seconds for one. The platform does so for a function.
func (q *Queue) Receive(ctx context.Context) ([]Message, error) {
	out, err := q.client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &q.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 2})
	if err != nil {
		return nil, fmt.Errorf("sqs: %w", err)
	}
	messages := make([]Message, len(out.Messages))
	for i, m := range out.Messages {
		messages[i] = Message{aws.ToString(m.MessageId), aws.ToString(m.Body), aws.ToString(m.ReceiptHandle)}
	}
	return messages, nil
}

// Delete takes a message out of the queue: it was worked on.
func (q *Queue) Delete(ctx context.Context, m Message) error {
	if _, err := q.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.url, ReceiptHandle: &m.receipt}); err != nil {
		return fmt.Errorf("sqs: %w", err)
	}
	return nil
}
