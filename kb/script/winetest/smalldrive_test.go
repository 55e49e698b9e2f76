package winetest

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// smallDrive makes a folder of drive C a drive of its own with so many KiB, and returns what gives it more. It skips the test where
// the user may not do that.
func (m *Machine) smallDrive(t testing.TB, name string, kib int) (grow func()) {
	t.Helper()
	path := m.Path(name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", kib), "fixdesk", path).CombinedOutput(); err != nil {
		t.Skipf("only root can make a drive that is full: mount: %v %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", path).Run() })
	return func() { _ = exec.Command("mount", "-o", "remount,size=10m", path).Run() }
}
