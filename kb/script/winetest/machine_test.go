package winetest

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// install says how to get what these tests need.
const install = "apt-get install -y --no-install-recommends wine wine64 gcc-mingw-w64-x86-64"

// need skips the test where a program is missing, and fails it where everything is required.
func need(t testing.TB, programs ...string) {
	t.Helper()
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

// A machine is a Wine prefix of its own, with a throw-away home, and no link out of it.
type machine struct {
	dir      string    // holds prefix and home
	services []service // those that are registered now
	running  []string  // those that ran when it was last looked
	dirty    bool      // a scenario has deleted some of them
}

// newMachine copies the base prefix, which is made once for each user and version of Wine and kept in the folder for temporary files.
func newMachine(t testing.TB) *machine {
	t.Helper()
	need(t, "wine", "x86_64-w64-mingw32-gcc")
	base := basePrefix(t)
	m := &machine{dir: t.TempDir()}
	if out, err := exec.Command("cp", "-al", filepath.Join(base, "prefix"), filepath.Join(m.dir, "prefix")).CombinedOutput(); err != nil {
		t.Fatalf("copy the prefix: %v\n%s", err, out)
	}
	// Wine rewrites these in place: links to the base would change it.
	for _, name := range []string{"system.reg", "user.reg", "userdef.reg"} {
		path := filepath.Join(m.dir, "prefix", name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path)
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	noLinksOut(t, filepath.Join(m.dir, "prefix"))
	if err := os.Mkdir(filepath.Join(m.dir, "home"), 0o755); err != nil {
		t.Fatal(err)
	}
	m.program(t, "service.exe", serviceSource)
	m.program(t, "installer.exe", installerSource)
	server := m.command(context.Background(), "wineserver", "-p120")
	if err := server.Run(); err != nil {
		t.Fatalf("wineserver: %v", err)
	}
	t.Cleanup(func() { _ = m.command(context.Background(), "wineserver", "-k").Run() })
	return m
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
	m := &machine{dir: building}
	if err := os.Mkdir(filepath.Join(building, "home"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := m.command(context.Background(), "wineboot", "-i").Run(); err != nil {
		t.Fatalf("wineboot: %v", err)
	}
	_ = m.command(context.Background(), "wineserver", "-w").Run()
	prefix := filepath.Join(building, "prefix")
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
	noLinksOut(t, prefix)
	if err := os.Rename(building, base); err != nil && !errors.Is(err, fs.ErrExist) {
		if _, statErr := os.Stat(base); statErr != nil {
			t.Fatal(err)
		}
	}
	return base
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
func (m *machine) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(m.dir, "home"), "WINEPREFIX=" + filepath.Join(m.dir, "prefix"),
		"WINEDEBUG=-all", "WINEDLLOVERRIDES=mscoree,mshtml=", "LANG=C.UTF-8",
	}
	c.WaitDelay = 300 * time.Millisecond // services of Wine inherit what they are started with
	return c
}

// path returns a file of drive C as it is seen from outside: path("run/x.cmd").
func (m *machine) path(name string) string { return filepath.Join(m.dir, "prefix/drive_c", name) }

// write stores a file on drive C.
func (m *machine) write(t testing.TB, name, text string) {
	t.Helper()
	path := m.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(path)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read returns a file of drive C, empty where it is missing.
func (m *machine) read(name string) string {
	data, _ := os.ReadFile(m.path(name))
	return string(data)
}

// run runs a command line of Windows and returns what it printed and its exit code. A command that hangs is ended: then the code is -1.
func (m *machine) run(t testing.TB, args ...string) (output string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	out, err := os.CreateTemp(m.dir, "out")
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c := m.command(ctx, "wine", args...)
	c.Dir = m.path("")
	c.Stdout, c.Stderr = out, out
	_ = c.Run()
	data, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n"), c.ProcessState.ExitCode()
}

// batch runs lines of cmd.
func (m *machine) batch(t testing.TB, lines ...string) string {
	t.Helper()
	m.write(t, "run/helper.cmd", "@echo off\r\n"+strings.Join(lines, "\r\n")+"\r\n")
	out, _ := m.run(t, "cmd", "/c", `C:\run\helper.cmd`)
	return out
}

// program compiles a small program for Windows onto drive C, once for each machine.
func (m *machine) program(t testing.TB, name, source string) {
	t.Helper()
	file := filepath.Join(m.dir, name+".c")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("x86_64-w64-mingw32-gcc", "-O1", "-s", "-o", m.path(name), file).CombinedOutput(); err != nil {
		t.Fatalf("compile %s: %v\n%s", name, err, out)
	}
}

// serviceSource is a service that does nothing, and does not stop when its first argument says so.
const serviceSource = `#include <windows.h>
#include <string.h>
static SERVICE_STATUS_HANDLE handle;
static SERVICE_STATUS status;
static HANDLE done;
static int stubborn;
static DWORD WINAPI control(DWORD c, DWORD t, void *d, void *x) {
	if (c == SERVICE_CONTROL_STOP) { status.dwCurrentState = SERVICE_STOPPED; SetServiceStatus(handle, &status); SetEvent(done); }
	return 0;
}
static void WINAPI service(DWORD n, LPSTR *a) {
	handle = RegisterServiceCtrlHandlerExA(a[0], control, 0);
	done = CreateEventA(0, 1, 0, 0);
	status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
	status.dwCurrentState = SERVICE_RUNNING;
	status.dwControlsAccepted = stubborn ? 0 : SERVICE_ACCEPT_STOP;
	SetServiceStatus(handle, &status);
	WaitForSingleObject(done, INFINITE);
}
int main(int n, char **v) {
	SERVICE_TABLE_ENTRYA table[] = {{"", service}, {0, 0}};
	stubborn = n > 1 && !strcmp(v[1], "stubborn");
	StartServiceCtrlDispatcherA(table);
	return 0;
}
`

// installerSource stands for the program that installs a client: it makes the file that shows a client.
const installerSource = `#include <windows.h>
int main(void) {
	CreateDirectoryA("C:\\windows\\MS", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS\\Core", 0);
	CreateDirectoryA("C:\\windows\\MS\\SMS\\Core\\Bin", 0);
	CloseHandle(CreateFileA("C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvcl.exe", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
	CloseHandle(CreateFileA("C:\\windows\\MS\\SMS\\Core\\Bin\\Clisvc95.exe", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));
	return 0;
}
`

// A service of a computer.
type service struct {
	key, display string
	stubborn     bool // it does not stop
	stopped      bool // it does not run
}

// A state describes what a computer is like before a script runs, or must be like after it.
type state struct {
	registry string            // the text of a registration file; list:A,B stands for a REG_MULTI_SZ
	services []service         // those that are registered
	files    map[string]string // of drive C; an empty text as expectation means that the file is gone
}

// roots are the keys that a scenario may use. They are deleted before each.
var roots = []string{`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS`, `HKEY_LOCAL_MACHINE\Microsoft`, `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32`}

// reset makes the computer what the state says.
func (m *machine) reset(t testing.TB, s state) {
	t.Helper()
	for _, name := range []string{"windows/FIXDESK", "windows/MS", "tools", "logon"} {
		if err := os.RemoveAll(m.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range s.files {
		m.write(t, name, text)
	}
	lines := m.resetServices(s.services)
	for _, root := range roots[:2] {
		lines = append(lines, `reg delete "`+root+`" /f >nul 2>nul`)
	}
	if s.registry != "" {
		m.write(t, "run/state.reg", "REGEDIT4\r\n\r\n"+strings.ReplaceAll(withLists(s.registry), "\n", "\r\n")+"\r\n")
		lines = append(lines, `regedit /s C:\run\state.reg`)
	}
	m.batch(t, lines...)
}

// resetServices returns the lines that make the services what they must be. Most scenarios have the same ones, and leave them alone.
func (m *machine) resetServices(want []service) []string {
	var lines []string
	same := slices.Equal(m.services, want) && !m.dirty
	m.dirty = false
	if !same {
		m.killStubborn()
		for _, sv := range m.services {
			lines = append(lines, `sc stop "`+sv.key+`" >nul`, `sc delete "`+sv.key+`" >nul`)
		}
		lines = append(lines, `reg delete "`+roots[2]+`" /f >nul 2>nul`)
	}
	for _, sv := range want {
		program := `C:\service.exe`
		if sv.stubborn {
			program += " stubborn"
		}
		if !same {
			lines = append(lines, fmt.Sprintf(`sc create "%s" binPath= "%s" displayname= "%s" start= demand >nul`, sv.key, program, sv.display))
		}
		if !sv.stopped && !(same && slices.Contains(m.running, sv.key)) {
			lines = append(lines, `net start "`+sv.key+`" >nul`)
		}
	}
	m.services = slices.Clone(want)
	return lines
}

// killStubborn ends the services that do not stop, so that they can be deleted. Each is a process of this machine: its environment
// names the prefix.
func (m *machine) killStubborn() {
	processes, _ := os.ReadDir("/proc")
	for _, p := range processes {
		line, _ := os.ReadFile(filepath.Join("/proc", p.Name(), "cmdline"))
		if !bytes.Contains(line, []byte("service.exe\x00stubborn")) {
			continue
		}
		environment, _ := os.ReadFile(filepath.Join("/proc", p.Name(), "environ"))
		if bytes.Contains(environment, []byte("WINEPREFIX="+filepath.Join(m.dir, "prefix"))) {
			_ = exec.Command("kill", "-9", p.Name()).Run()
		}
	}
}

// observe returns what the computer is like, in lines that can be compared: registry entries, and the running services.
func (m *machine) observe(t testing.TB) []string {
	t.Helper()
	var lines []string
	for i, root := range roots {
		_ = os.Remove(m.path(fmt.Sprintf("run/dump%d.reg", i)))
		lines = append(lines, fmt.Sprintf(`regedit /e C:\run\dump%d.reg "%s"`, i, root))
	}
	for _, sv := range m.services {
		lines = append(lines, `echo service `+sv.key, `sc query "`+sv.key+`"`)
	}
	out := m.batch(t, lines...)
	var seen []string
	for i := range roots {
		seen = append(seen, entries(decode(m.read(fmt.Sprintf("run/dump%d.reg", i))))...)
	}
	m.running = nil
	name := ""
	for line := range strings.Lines(out) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "service "); ok {
			name = n
		} else if strings.Contains(line, "RUNNING") {
			m.running = append(m.running, name)
			seen = append(seen, "running: "+name)
		}
	}
	slices.Sort(seen)
	return seen
}

// expected returns what observe must see of a state.
func (s state) expected() []string {
	seen := entries(withLists(s.registry))
	for _, sv := range s.services {
		if !sv.stopped {
			seen = append(seen, "running: "+sv.key)
		}
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// withLists writes the short form of lists as the bytes that a REGEDIT4 file has.
func withLists(text string) string {
	return regexp.MustCompile(`list:([A-Z0-9a-z,]*)`).ReplaceAllStringFunc(text, func(list string) string {
		var b strings.Builder
		for _, item := range strings.Split(strings.TrimPrefix(list, "list:"), ",") {
			if item == "" {
				continue
			}
			for _, c := range []byte(item) {
				fmt.Fprintf(&b, "%02x,", c)
			}
			b.WriteString("00,")
		}
		return "hex(7):" + b.String() + "00"
	})
}

// decode returns the text of an export, which Wine writes in UTF-16.
func decode(data string) string {
	b := []byte(data)
	if len(b) < 2 || b[0] != 0xff || b[1] != 0xfe {
		return data
	}
	units := make([]uint16, (len(b)-2)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2+2*i:])
	}
	return string(utf16.Decode(units))
}

// entries returns the entries of a registration file, one line each. Lists are written as their elements.
func entries(text string) []string {
	seen := map[string]bool{}
	key := ""
	wide := strings.HasPrefix(text, "Windows Registry Editor")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r", ""), "\\\n  ", "")
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if k, ok := strings.CutPrefix(line, "["); ok {
			key = strings.TrimSuffix(k, "]")
			if strings.Contains(key, `CurrentControlSet\Services`) {
				continue // a service that is registered has a key with values of Wine's
			}
			for parent := key; strings.Contains(parent, `\`); parent = parent[:strings.LastIndexByte(parent, '\\')] {
				if slices.ContainsFunc(roots, func(r string) bool { return strings.HasPrefix(parent, r) }) {
					seen["["+parent+"]"] = true
				}
			}
			continue
		}
		if line == "" || key == "" || strings.HasPrefix(line, "REGEDIT4") || strings.HasPrefix(line, "Windows Registry") {
			continue
		}
		name, data, _ := strings.Cut(line, "=")
		if strings.Contains(key, `CurrentControlSet\Services`) && name != `"Leftover"` {
			continue
		}
		if bytes, ok := strings.CutPrefix(data, "hex(7):"); ok {
			data = "list:" + elements(bytes, wide)
		}
		seen[key+" "+name+"="+data] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

// elements returns the elements of a list, joined by commas.
func elements(hex string, wide bool) string {
	var text bytes.Buffer
	for i, b := range strings.Split(hex, ",") {
		var c byte
		_, _ = fmt.Sscanf(strings.TrimSpace(b), "%02x", &c)
		if !wide || i%2 == 0 {
			text.WriteByte(c)
		}
	}
	var items []string
	for _, item := range strings.Split(text.String(), "\x00") {
		if item != "" {
			items = append(items, item)
		}
	}
	return strings.Join(items, ",")
}
