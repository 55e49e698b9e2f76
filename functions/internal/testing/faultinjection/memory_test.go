package faultinjection

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fixdesk/fixdesk/functions/internal/testing/testbed"
)

// A server without a store keeps conversations in memory, and forgets the oldest where there are too many: who begins conversations
// and never returns, 20,000 of them with a long log each, does not make it grow. It is asked in four lots; after the first, that fills
// what is kept, its resident memory stays where it is.
func TestAServerInMemoryDoesNotGrow(t *testing.T) {
	if !*all {
		t.Skip("20,000 conversations; make faults")
	}
	const conversations, lots = 20000, 4
	url, pid := serveInMemory(t)
	var resident [lots]int
	for lot := range resident {
		if failed := begin(url, conversations/lots); failed > 0 {
			t.Fatalf("%d of %d conversations were refused", failed, conversations/lots)
		}
		resident[lot] = residentKiB(t, pid)
		t.Logf("%6d conversations: %d MiB resident", (lot+1)*conversations/lots, resident[lot]>>10)
	}
	if first, last := resident[0], resident[lots-1]; last > first*5/4 {
		t.Errorf("from %d MiB after %d conversations to %d MiB after %d", first>>10, conversations/lots, last>>10, conversations)
	}
}

// serveInMemory starts `fixdesk serve` on a free port.
func serveInMemory(t *testing.T) (url string, pid int) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "fixdesk")
	if out, err := exec.Command("go", "build", "-o", program, filepath.Join(testbed.Root(), "functions", "fixdesk")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.Command(program, "serve", "--addr", "127.0.0.1:0")
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if _, after, found := strings.Cut(lines.Text(), "http://"); found {
			go io.Copy(io.Discard, out)
			address, _, _ := strings.Cut(after, " ")
			return "http://" + strings.TrimRight(address, "/"), cmd.Process.Pid
		}
	}
	t.Fatal("serve does not say where it listens")
	return "", 0
}

// begin begins conversations and returns how many were refused.
func begin(url string, conversations int) (failed int) {
	log := strings.Repeat("Loading settings from the site server~ $$<SMSMON32><Mon Aug 02 10:00:00 1999> thread=190\n", 80)
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan int)
	for range 4 {
		wg.Go(func() {
			for n := range work {
				body, _ := json.Marshal(map[string]any{"session": "new", "symptom": fmt.Sprintf("smsmon32 hangs, report %d: %s", n, letters(7000)), "log": log})
				resp, err := http.Post(url+"/v1/reports", "application/json", strings.NewReader(string(body)))
				if err == nil {
					io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
				}
				if err != nil || resp.StatusCode != http.StatusOK {
					mu.Lock()
					failed++
					mu.Unlock()
				}
			}
		})
	}
	for n := range conversations {
		work <- n
	}
	close(work)
	wg.Wait()
	return failed
}

// letters returns text that does not compress well.
func letters(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz      "[rand.IntN(32)]
	}
	return string(b)
}

// residentKiB returns the resident memory of a process.
func residentKiB(t *testing.T, pid int) int {
	t.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("no /proc")
	}
	var kib int
	_, rest, _ := strings.Cut(string(data), "VmRSS:")
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		t.Fatal(err)
	}
	return kib
}
