// Package profile connects a person at a command line to the cloud, as the AWS command line does. A function needs none of it, and
// starts faster without.
package profile

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/fixdesk/fixdesk/functions/internal/cloud"
)

// Connect returns the cloud of a person: environment, profile, single sign-on and the rest say who and where.
func Connect(ctx context.Context) (*cloud.Cloud, error) {
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("cloud: %w", err)
	}
	if c.Region == "" {
		return nil, errors.New("cloud: no region: set AWS_REGION or one in your profile")
	}
	return cloud.New(c), nil
}
