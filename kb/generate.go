//go:build ignore

// Generate writes builtin.pack: the content as it is read in a moment when a program starts.
package main

import (
	"fmt"
	"os"

	"github.com/fixdesk/fixdesk/kb"
)

func main() {
	data, err := kb.Pack(os.DirFS("content"))
	if err == nil {
		err = os.WriteFile("builtin.pack", data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
