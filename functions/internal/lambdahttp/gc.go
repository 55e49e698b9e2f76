package lambdahttp

import (
	"runtime"
	"runtime/debug"
)

// collectLater puts the first garbage collection off until the heap holds 16 MB instead of 4: from its start to its first answer a
// function makes 6 MB, and its two collections would take a tenth of that time. What is returned is closed when the first one has
// been: from then on garbage is collected as ever.
func collectLater() <-chan struct{} {
	before := debug.SetGCPercent(400)
	done := make(chan struct{})
	runtime.AddCleanup(new([64]byte), func(percent int) {
		debug.SetGCPercent(percent)
		close(done)
	}, before)
	return done
}
