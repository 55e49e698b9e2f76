// Package testbed finds the real parts that tests lean on, a local S3 among them, and starts them. A part that is missing skips the
// test with one line that says how to install it. It is for tests and for the local gateway, and is in no deployed function.
package testbed

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// A part is a program that tests need.
type part struct {
	install     string // the command that installs it
	installable bool   // on any machine with Debian packages, npm and the Go proxy
}

var parts = map[string]part{
	"versitygw":   {"GOBIN=$PWD/.tools go install github.com/versity/versitygw/cmd/versitygw@v1.8.0", true},
	"moto_server": {"make parts", false},
	"cfn-lint":    {"make parts", false},
	"python3":     {"apt-get install -y python3", true},
}

// Find returns the path of a program, from the folder .tools of the project, its virtual environment of Python, or PATH; empty where it
// is in none of them.
func Find(name string) string {
	for _, dir := range []string{".tools", filepath.Join(".tools", "python", "bin")} {
		if path := filepath.Join(Root(), dir, name); isFile(path) {
			return path
		}
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// Program returns the path of a program and skips the test with -short and where it is missing. With REQUIRE_ALL=1 a part that can be installed
// anywhere must be there.
func Program(t testing.TB, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("runs another program")
	}
	path := Find(name)
	if path == "" {
		Missing(t, name, parts[name].install, parts[name].installable)
	}
	return path
}

// Missing skips the test for want of a part, or fails it where REQUIRE_ALL=1 and the part is installable anywhere.
func Missing(t testing.TB, name, install string, installable bool) {
	t.Helper()
	if installable && os.Getenv("REQUIRE_ALL") == "1" {
		t.Fatalf("missing: %s; install: %s", name, install)
	}
	t.Skipf("missing: %s; install: %s", name, install)
}

// Root returns the folder of the project, where the source is there at all.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
