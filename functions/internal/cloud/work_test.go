package cloud

import (
	"fmt"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/queuetest"
	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

func TestAFIFOQueueOfSQSIsAQueue(t *testing.T) {
	testbed.Moto(t)
	c, err := InFunction()
	if err != nil {
		t.Fatal(err)
	}
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
