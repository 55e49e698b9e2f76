// Reindex builds and publishes the index of an archive that was put into the bucket. It takes no traffic, and nothing else writes
// the index.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
	"github.com/fixdesk/fixdesk/functions/internal/lambdahttp"
	"github.com/fixdesk/fixdesk/functions/internal/publish"
	"github.com/fixdesk/fixdesk/kb"
)

func main() {
	c := lambdahttp.ReadSettings()
	aws, err := cloud.InFunction()
	lambdahttp.Must(err)
	bucket, err := lambdahttp.Bucket(c)
	lambdahttp.Must(err)
	base, err := kb.Builtin()
	lambdahttp.Must(err)
	r := &publish.Reindexer{Read: aws.Object, Bucket: bucket, Log: lambdahttp.Log("reindex", c), Now: time.Now, Temp: os.TempDir()}
	for _, a := range base.Articles() {
		r.IDs = append(r.IDs, a.ID)
	}
	lambda.Start(r)
}
