// Crooked is a function that misbehaves as its events tell it to.
package main

import (
	"bytes"
	"context"
	"errors"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

type handler struct{}

func (handler) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	switch string(event) {
	case `"error"`:
		return nil, errors.New("as told")
	case `"panic"`:
		panic("as told")
	case `"exit"`:
		os.Exit(3)
	case `"pause"`:
		time.Sleep(20 * time.Millisecond)
	case `"sleep"`:
		time.Sleep(time.Minute)
	case `"large"`:
		return bytes.Repeat([]byte("1"), 6<<20+1), nil
	case `"deadline"`:
		d, _ := ctx.Deadline()
		return []byte(time.Until(d).Round(time.Second).String()), nil
	}
	return event, nil
}

func main() {
	switch os.Getenv("CROOKED") {
	case "exit":
		log.Fatal("will not start")
	}
	lambda.Start(handler{})
}
