// Api answers the page and the API as a Lambda function.
package main

import (
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/deployed"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/service"
)

func main() {
	started := time.Now()
	parts, err := deployed.Parts("api", deployed.Settings(), started)
	deployed.Must(err)
	h, err := service.New(parts)
	deployed.Must(err)
	lambdahttp.Start(h)
}
