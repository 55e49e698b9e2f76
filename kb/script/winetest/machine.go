package winetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// install says how to get what these tests need.
const install = "apt-get install -y --no-install-recommends wine wine64 gcc-mingw-w64-x86-64"

// need skips the test with -short and where a program is missing, and fails it where everything is required.
func need(t testing.TB, programs ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs Wine")
	}
	for _, name := range programs {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatalf("%s is not installed: %s", name, install)
		}
		t.Skipf("%s is not installed: %s", name, install)
	}
}

// EveryScenario reports whether all scenarios are to be run, which takes many minutes, and not only the core of them.
func EveryScenario() bool { return os.Getenv("FIXDESK_SCENARIOS") == "all" }

// A Machine is a computer: a Wine prefix of its own, with a throw-away home, and no link out of it. It is for one test at a time.
type Machine struct {
	dir      string    // holds prefix and home
	services []Service // those that are registered now
	running  []string  // those that ran when it was last looked
	dirty    bool      // a trial has deleted some of them, or killed what they belong to
	sessions int       // how many command lines were started
	native   string    // programs of which Wine has one of its own, and of which that on drive C is run instead: ";net.exe=n"
}

// New returns a machine that is gone when the test ends. Its prefix is a copy of one that is made once for each user and version of
// Wine and kept in the folder for temporary files. New skips the test where Wine or the compiler of its programs is missing.
func New(t testing.TB) *Machine {
	t.Helper()
	need(t, "wine", "x86_64-w64-mingw32-gcc")
	base := basePrefix(t)
	m := &Machine{dir: t.TempDir()}
	if out, err := exec.Command("cp", "-al", filepath.Join(base, "prefix"), filepath.Join(m.dir, "prefix")).CombinedOutput(); err != nil {
		t.Fatalf("copy the prefix: %v\n%s", err, out)
	}
	// Wine rewrites these in place: links to the base would change it.
	for _, name := range []string{"system.reg", "user.reg", "userdef.reg"} {
		m.unlink(t, filepath.Join(m.dir, "prefix", name))
	}
	noLinksOut(t, filepath.Join(m.dir, "prefix"))
	if err := os.Mkdir(filepath.Join(m.dir, "home"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]string{"service.exe": serviceSource, "installer.exe": installerSource, "look.exe": lookSource} {
		m.program(t, name, source)
	}
	server := m.command(context.Background(), "wineserver", "-p120")
	if err := server.Run(); err != nil {
		t.Fatalf("wineserver: %v", err)
	}
	t.Cleanup(func() { _ = m.command(context.Background(), "wineserver", "-k").Run() })
	return m
}

// unlink makes a file one of this machine's own.
func (m *Machine) unlink(t testing.TB, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(path)
	if err := os.WriteFile(path, data, 0o755); err != nil {
		t.Fatal(err)
	}
}

// basePrefix returns the folder of the base prefix, made where it is missing: half a minute, once.
func basePrefix(t testing.TB) string {
	t.Helper()
	version, err := exec.Command("wine", "--version").Output()
	if err != nil {
		t.Fatalf("wine --version: %v", err)
	}
	name := regexp.MustCompile(`[^A-Za-z0-9.]+`).ReplaceAllString(strings.TrimSpace(string(version)), "-")
	base := filepath.Join(os.TempDir(), fmt.Sprintf("fixdesk-%s-%d", name, os.Getuid()))
	if info, err := os.Stat(base); err == nil && info.IsDir() {
		return base
	}
	building, err := os.MkdirTemp("", "fixdesk-wine-building-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(building)
	m := &Machine{dir: building}
	if err := os.Mkdir(filepath.Join(building, "home"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := m.command(context.Background(), "wineboot", "-i").Run(); err != nil {
		t.Fatalf("wineboot: %v", err)
	}
	_ = m.command(context.Background(), "wineserver", "-w").Run()
	m.close()
	noLinksOut(t, filepath.Join(building, "prefix"))
	if err := os.Rename(building, base); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, statErr := os.Stat(base); statErr != nil {
			t.Fatal(err)
		}
	}
	return base
}

// close takes away the links by which a prefix reaches the home of the user and the rest of the computer.
func (m *Machine) close() {
	prefix := filepath.Join(m.dir, "prefix")
	_ = filepath.WalkDir(filepath.Join(prefix, "drive_c/users"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type()&fs.ModeSymlink != 0 {
			return os.Remove(path)
		}
		return err
	})
	drives, _ := os.ReadDir(filepath.Join(prefix, "dosdevices"))
	for _, d := range drives {
		if d.Name() != "c:" {
			_ = os.Remove(filepath.Join(prefix, "dosdevices", d.Name()))
		}
	}
}

// noLinksOut fails where a faulty script could reach a file outside of the prefix.
func noLinksOut(t testing.TB, prefix string) {
	t.Helper()
	err := filepath.WalkDir(prefix, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink == 0 {
			return err
		}
		target, err := filepath.EvalSymlinks(path)
		if err == nil && !strings.HasPrefix(target, prefix) {
			return fmt.Errorf("%s leads to %s", path, target)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("the prefix is not closed: %v", err)
	}
}

// command returns a command that runs in the prefix and sees nothing of the environment but the path.
func (m *Machine) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(m.dir, "home"), m.prefix(),
		"WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=" + m.native, "LANG=C.UTF-8",
	}
	c.WaitDelay = 300 * time.Millisecond // services of Wine inherit what they are started with
	return c
}

// prefix returns the variable that names the prefix, which the environment of every process of the machine holds.
func (m *Machine) prefix() string { return "WINEPREFIX=" + filepath.Join(m.dir, "prefix") }

// Path returns a file of drive C as it is seen from outside: Path("run/x.cmd").
func (m *Machine) Path(name string) string { return filepath.Join(m.dir, "prefix/drive_c", name) }

// Write stores a file on drive C.
func (m *Machine) Write(t testing.TB, name, text string) {
	t.Helper()
	path := m.Path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(path)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Read returns a file of drive C, empty where it is missing.
func (m *Machine) Read(name string) string {
	data, _ := os.ReadFile(m.Path(name))
	return string(data)
}

// Run runs a command line of Windows and returns what it printed and its exit code. A command that hangs is ended: then the code is -1.
func (m *Machine) Run(t testing.TB, args ...string) (output string, code int) {
	t.Helper()
	return m.start(t, args...).wait(t)
}

// A running is a command line of Windows that was started.
type running struct {
	*exec.Cmd
	session string // the variable that tells its processes from all others of the machine
	out     *os.File
	cancel  context.CancelFunc
}

// start starts a command line of Windows. What it prints goes to a file: whoever waits for the end of a pipe waits for services too.
func (m *Machine) start(t testing.TB, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	out, err := os.CreateTemp(m.dir, "out")
	if err != nil {
		t.Fatal(err)
	}
	c := m.command(ctx, "wine", args...)
	m.sessions++
	session := "FIXDESK_SESSION=" + m.session()
	c.Env = append(c.Env, session)
	c.Dir = m.Path("")
	c.Stdout, c.Stderr = out, out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return &running{c, session + "\x00", out, cancel}
}

// wait returns what the command printed and its exit code when it has ended.
func (r *running) wait(t testing.TB) (output string, code int) {
	t.Helper()
	defer r.cancel()
	defer os.Remove(r.out.Name())
	defer r.out.Close()
	_ = r.Wait()
	data, err := os.ReadFile(r.out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n"), r.ProcessState.ExitCode()
}

// kill ends the processes of the machine whose command line or environment holds one of the texts, as a power failure would: all are
// halted before the first is ended, so that none sees another one end and goes on.
func (m *Machine) kill(texts ...string) {
	var halted []string
	for {
		fresh := slices.DeleteFunc(m.find(texts), func(id string) bool { return slices.Contains(halted, id) })
		if len(fresh) == 0 {
			break
		}
		signal("-STOP", fresh)
		halted = append(halted, fresh...)
	}
	signal("-KILL", halted)
	waitUntil(func() bool { return len(m.find(texts)) == 0 }) // a signal is sent, and not yet obeyed
}

func signal(name string, ids []string) {
	if len(ids) > 0 {
		_ = exec.Command("kill", append([]string{name}, ids...)...).Run()
	}
}

// find returns the numbers of the processes that hold one of the texts.
func (m *Machine) find(texts []string) []string {
	var ids []string
	for _, p := range m.processes() {
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(p.seen, text) }) {
			ids = append(ids, p.id)
		}
	}
	return ids
}

// A process is its number and, each ended by a zero, the parts of its command line and of its environment.
type process struct{ id, seen string }

// processes returns the processes of this machine: their environment names the prefix.
func (m *Machine) processes() []process {
	var all []process
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		environment, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "environ"))
		if !bytes.Contains(environment, []byte(m.prefix()+"\x00")) {
			continue
		}
		line, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		all = append(all, process{e.Name(), string(line) + string(environment)})
	}
	return all
}

// batch runs lines of cmd, which must come to no harm when they are run twice.
func (m *Machine) batch(t testing.TB, lines ...string) {
	t.Helper()
	const end = "all lines were run"
	m.Write(t, "run/helper.cmd", "@echo off\r\n"+strings.Join(lines, "\r\n")+"\r\necho "+end+"\r\n")
	m.sure(t, end, "cmd", "/c", `C:\run\helper.cmd`)
}

// sure runs a command line that ends with a line, and returns what it printed before. It is run again where it came to no end: a
// machine that is busy, or whose last session was killed, does not start every process that it is asked for.
func (m *Machine) sure(t testing.TB, end string, args ...string) string {
	t.Helper()
	for range 3 {
		out, code := m.Run(t, args...)
		if text, ok := strings.CutSuffix(strings.TrimSpace(out), end); ok {
			return text
		}
		t.Logf("%s came to no end, with code %d: %q", args[0], code, out)
	}
	t.Fatalf("%s does not come to an end", args[0])
	return ""
}

// program puts a small program for Windows onto drive C. It is compiled once, and kept beside the base prefix.
func (m *Machine) program(t testing.TB, name, source string) {
	t.Helper()
	kept := filepath.Join(basePrefix(t), fmt.Sprintf("%x.exe", sha256.Sum256([]byte(source))))
	data, err := os.ReadFile(kept)
	if err != nil {
		data = compile(t, source)
		_ = os.WriteFile(kept+m.session(), data, 0o755)
		_ = os.Rename(kept+m.session(), kept)
	}
	m.Write(t, name, string(data))
}

// session names a command line of this process.
func (m *Machine) session() string { return fmt.Sprintf(".%d.%d", os.Getpid(), m.sessions) }

func compile(t testing.TB, source string) []byte {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "program.c"), filepath.Join(dir, "program.exe")
	if err := os.WriteFile(in, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.Command("x86_64-w64-mingw32-gcc", "-O1", "-s", "-o", out, in).CombinedOutput(); err != nil {
		t.Fatalf("compile: %v\n%s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
