package main

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestMain takes away the settings by which a person saves typing.
func TestMain(m *testing.M) {
	for _, name := range []string{"FIXDESK_INDEX", "KB_ARCHIVE"} {
		os.Unsetenv(name)
	}
	os.Exit(m.Run())
}

// TestBuiltProgramWorks builds the program and uses it as a person does: the rest is tested in this process.
func TestBuiltProgramWorks(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	program := filepath.Join(t.TempDir(), "fixdesk")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, c := range []struct {
		stdin string
		args  []string
		code  int
		want  string
	}{
		{"", []string{"--help"}, exitOK, "Usage: fixdesk VERB"},
		{"", nil, exitUsage, "Usage: fixdesk VERB"},
		{"", []string{"show", "Q238865", "--mermaid"}, exitOK, "flowchart TD"},
		{"", []string{"show", "Q999999"}, exitUsage, "there is no article Q999999"},
		{"", []string{"check", "--content", "testdata/dialogs"}, exitFound, "testdata/dialogs/facts.yaml is not there"},
		{`{"symptom": "smsmon32 takes all of the processor since SP1", "facts": {"client_os": "nt4", "client_sites": ["LON", "ALT"], "nonexistent_sites": ["ALT"], "stage": "incident", "process": "smsmon32", "symptom": "cpu", "recent_upgrade": "sp1"}}`,
			[]string{"diagnose"}, exitOK, "FIXDESK-RESULT v=1 fix=forget-site"},
		{"site_gone\nLON, ALT\nALT\ny\n", []string{"ask", "Q238865", "--symptom", "Smsmon32 hangs on NT 4.0 since SP1"}, exitOK, "==== forget-site-1.cmd ===="},
	} {
		cmd := exec.CommandContext(t.Context(), program, c.args...)
		cmd.Stdin = strings.NewReader(c.stdin)
		out, err := cmd.CombinedOutput()
		if code := exitCode(t, err); code != c.code || !strings.Contains(string(out), c.want) {
			t.Errorf("fixdesk %q: exit code %d, want %d and %q\n%.2000s", c.args, code, c.code, c.want, out)
		}
	}
	endsOnSignals(t, program)
}

func exitCode(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

// endsOnSignals interrupts the program while it serves and while it waits for somebody to type.
func endsOnSignals(t *testing.T, program string) {
	t.Helper()
	for _, c := range []struct {
		args   []string
		signal os.Signal
		first  string
	}{
		{[]string{"serve", "--addr", "127.0.0.1:0"}, os.Interrupt, "Fixdesk is at http://127.0.0.1:"},
		{[]string{"serve", "--addr", "127.0.0.1:0"}, syscall.SIGTERM, "Fixdesk is at http://127.0.0.1:"},
		{[]string{"ask", "Q238865"}, os.Interrupt, "1. "},
	} {
		cmd := exec.CommandContext(t.Context(), program, c.args...)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var said bytes.Buffer
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewReader(out)
		for line := ""; !strings.HasPrefix(line, c.first); {
			if line, err = lines.ReadString('\n'); err != nil {
				t.Fatalf("fixdesk %q ended before %q: %s", c.args, c.first, &said)
			}
		}
		if err := cmd.Process.Signal(c.signal); err != nil {
			t.Fatal(err)
		}
		if code := exitCode(t, cmd.Wait()); code != exitOK {
			t.Errorf("fixdesk %q ends on %v with %d: %s", c.args, c.signal, code, &said)
		}
	}
}
