// Command call asks a running Fixdesk a question by the generated client, and prints what came back: its status, the names of the
// diagnoses, and the pointer of the first error of a refused report.
package main

import (
	"context"
	"fmt"
	"os"

	"example.com/call/client"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, server string) error {
	c, err := client.NewClientWithResponses(server)
	if err != nil {
		return err
	}
	var process client.ReportValue
	if err := process.UnmarshalJSON([]byte(`"smsmon32"`)); err != nil {
		return err
	}
	symptom := "smsmon32 is at 100 % since the service pack"
	answer, err := c.ReportWithResponse(ctx, nil, client.Report{Symptom: &symptom, Facts: &map[string]client.ReportValue{"process": process}})
	if err != nil {
		return err
	}
	if answer.JSON200 == nil {
		return fmt.Errorf("report: %s", answer.Status())
	}
	fmt.Println(answer.JSON200.Status)
	for _, d := range answer.JSON200.Diagnoses {
		fmt.Println(d.Name, d.State)
	}
	refused, err := c.ReportWithResponse(ctx, nil, client.Report{Symptom: &symptom, Facts: &map[string]client.ReportValue{"no_such_fact": process}})
	if err != nil {
		return err
	}
	if p := refused.ApplicationproblemJSON422; p != nil && p.Errors != nil {
		fmt.Println("refused", (*p.Errors)[0].Pointer)
	}
	found, err := c.SearchWithResponse(ctx, &client.SearchParams{Q: "smsmon32 hangs"})
	if err != nil {
		return err
	}
	if found.JSON200 == nil || len(found.JSON200.Hits) == 0 {
		return fmt.Errorf("search: %s", found.Status())
	}
	fmt.Println(found.JSON200.Hits[0].Id)
	return nil
}
