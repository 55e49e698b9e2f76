package cloud

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/fixdesk/fixdesk/functions/internal/queue"
	"github.com/fixdesk/fixdesk/functions/internal/testing/queuetest"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func TestAFIFOQueueOfSQSIsAQueue(t *testing.T) {
	testbed.Moto(t)
	c := inFunction(t)
	made := 0
	queuetest.Run(t, func(t *testing.T) queuetest.Pair {
		made++
		live, dead, err := c.CreateQueue(t.Context(), fmt.Sprint("tickets", made))
		if err != nil {
			t.Fatal(err)
		}
		return queuetest.Pair{Live: c.Work(live), Dead: c.Work(dead), Forgets: true} // moto, not SQS
	})
}

// What is sent is what the SDK of AWS reads.
func TestTheSDKReadsWhatIsQueued(t *testing.T) {
	testbed.Moto(t)
	c := inFunction(t)
	live, _, err := c.CreateQueue(t.Context(), "tickets")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Work(live).Send(t.Context(), queue.Message{Group: "rt-1", ID: "e1", Body: `{"ticket":"1 ä"}`}); err != nil {
		t.Fatal(err)
	}
	client := sqs.NewFromConfig(c.config, func(o *sqs.Options) { o.BaseEndpoint = endpoint("SQS") })
	got, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &live, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"MessageGroupId"}})
	if err != nil || len(got.Messages) != 1 || *got.Messages[0].Body != `{"ticket":"1 ä"}` || got.Messages[0].Attributes["MessageGroupId"] != "rt-1" {
		t.Errorf("received %+v, %v", got, err)
	}
}
