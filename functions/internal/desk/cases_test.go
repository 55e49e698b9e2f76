package desk

import (
	"context"
	"testing"

	"github.com/fixdesk/fixdesk/kb"
)

func TestEveryCaseOfATreeComesOutAsExpected(t *testing.T) {
	cases, err := kb.Cases(kb.Content())
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 100 {
		t.Errorf("only %d cases", len(cases))
	}
	problems, err := newDesk(t).CheckCases(context.Background(), cases)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
}
