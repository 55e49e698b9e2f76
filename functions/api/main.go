// Api answers the page and the API as a Lambda function.
package main

import (
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/deployed"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/service"
	"github.com/fixdesk/fixdesk/schemas"
)

func main() {
	started := time.Now()
	go schemas.Check(schemas.Report, []byte("{}")) // the first report needs its schema: it is compiled beside the rest of the start
	parts, err := deployed.Parts("api", deployed.Settings(), started)
	deployed.Must(err)
	h, err := service.New(parts)
	deployed.Must(err)
	lambdahttp.Start(h)
}
