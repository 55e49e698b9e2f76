//go:build ignore

// Generate writes builtin.pack: the index of the built-in articles.
package main

import (
	"fmt"
	"os"

	"github.com/fixdesk/fixdesk/functions/internal/app"
)

func main() {
	data, err := app.Pack()
	if err == nil {
		err = os.WriteFile("builtin.pack", data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
