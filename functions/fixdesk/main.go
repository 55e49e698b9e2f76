// Fixdesk in one program, without AWS: the page and the API on localhost, a diagnosis in the terminal, and the tools of those
// who write trees. It holds no rule of its own: what it says comes from the packages that it calls.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, console{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
