package runtimeapi

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build compiles a main package, named by its import path, as it is deployed, into dir/bootstrap, and returns that path.
func Build(dir, pkg string) (string, error) {
	out := filepath.Join(dir, "bootstrap")
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", out, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, text)
	}
	return out, nil
}
