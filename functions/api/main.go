// Api answers the page and the API as a Lambda function.
package main

import (
	"time"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/schemas"
)

func main() {
	started := time.Now()
	go schemas.Check(schemas.Report, []byte("{}")) // the first report needs its schema: it is compiled beside the rest of the start
	parts, err := lambdahttp.Parts("api", lambdahttp.ReadSettings(), started)
	lambdahttp.Must(err)
	a, err := app.Open(parts)
	lambdahttp.Must(err)
	lambdahttp.Start(a.Handler)
}
