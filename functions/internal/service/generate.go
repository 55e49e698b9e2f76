//go:build ignore

// Generate writes curated.pack: the index of the built-in articles.
package main

import (
	"fmt"
	"os"

	"github.com/fixdesk/fixdesk/functions/internal/service"
)

func main() {
	data, err := service.Pack()
	if err == nil {
		err = os.WriteFile("curated.pack", data, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
