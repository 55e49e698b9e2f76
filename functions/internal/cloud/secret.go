package cloud

import (
	"context"
	"fmt"
	"strings"
)

// Secret returns a function that reads a secret, named as ssm:/name or secretsmanager:name.
func (c *Cloud) Secret(ref string) (func(context.Context) (string, error), error) {
	store, name, _ := strings.Cut(ref, ":")
	if name == "" {
		return nil, fmt.Errorf("cloud: %q names no secret: write ssm:/name or secretsmanager:name", ref)
	}
	switch store {
	case "ssm":
		return func(ctx context.Context) (string, error) {
			var out struct{ Parameter struct{ Value string } }
			err := c.call(ctx, parameterStore, "GetParameter", map[string]any{"Name": name, "WithDecryption": true}, &out)
			return out.Parameter.Value, named(ref, err)
		}, nil
	case "secretsmanager":
		return func(ctx context.Context) (string, error) {
			var out struct{ SecretString string }
			err := c.call(ctx, secretsManager, "GetSecretValue", map[string]any{"SecretId": name}, &out)
			return out.SecretString, named(ref, err)
		}, nil
	}
	return nil, fmt.Errorf("cloud: %q names no store of secrets: write ssm:/name or secretsmanager:name", ref)
}

func named(ref string, err error) error {
	if err != nil {
		return fmt.Errorf("cloud: secret %s: %w", ref, err)
	}
	return nil
}
