package lambdahttp

import (
	"runtime"
	"runtime/debug"
	"testing"
)

func TestGarbageIsCollectedAsEverAfterTheStart(t *testing.T) {
	usual := debug.SetGCPercent(150)
	defer debug.SetGCPercent(usual)
	done := collectLater()
	if got := debug.SetGCPercent(400); got != 400 {
		t.Errorf("at the start: %d percent, want 400", got)
	}
	runtime.GC()
	<-done
	if got := debug.SetGCPercent(150); got != 150 {
		t.Errorf("after the first collection: %d percent, want 150 as before", got)
	}
}
