package winetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Service of a computer.
type Service struct {
	Key, Display string
	Stubborn     bool // it takes no order to stop
	Slow         bool // it stops when there is a file C:\run\go, and is stopping until then
	Stopped      bool // it does not run
}

// program returns the command line of the service.
func (s Service) program() string {
	switch {
	case s.Stubborn:
		return `C:\service.exe stubborn`
	case s.Slow:
		return `C:\service.exe slow`
	}
	return `C:\service.exe`
}

// A State describes what a computer is like before a script runs, or must be like after it.
type State struct {
	Registry string            // the text of a registration file without its header; list:A,B stands for a REG_MULTI_SZ
	Services []Service         // those that are registered
	Files    map[string]string // of drive C; an empty text stands for a file that is not there
}

// Reset makes the computer what the state says: nothing of another state is left below the keys and folders that states may use. It looks
// whether that is so, and does it again where it is not: a machine that is busy leaves out a program now and then, and says nothing.
func (m *Machine) Reset(t testing.TB, s State) {
	t.Helper()
	var err error
	for range 3 {
		m.reset(t, s)
		if err = m.Check(t, s); err == nil {
			return
		}
		m.dirty = true
		t.Logf("the computer was not made what it must be: %v", err)
	}
	t.Fatal(err)
}

func (m *Machine) reset(t testing.TB, s State) {
	t.Helper()
	for _, name := range []string{"windows/FIXDESK", "windows/MS", "tools", "my tools", "logon", "run"} {
		if err := os.RemoveAll(m.Path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range s.Files {
		if text != "" {
			m.Write(t, name, text)
		}
	}
	lines := m.resetServices(s.Services)
	for _, root := range roots[:2] {
		lines = append(lines, `reg delete "`+root+`" /f >nul 2>nul`)
	}
	if !slices.ContainsFunc(s.Services, func(sv Service) bool { return strings.HasSuffix(roots[2], `\`+sv.Key) }) {
		lines = append(lines, `reg delete "`+roots[2]+`" /f >nul 2>nul`)
	}
	if s.Registry != "" {
		m.Write(t, "run/state.reg", registration(s.Registry))
		lines = append(lines, `regedit /s C:\run\state.reg`)
	}
	m.batch(t, lines...)
}

// registration returns the text of a state's registry as a file to import.
func registration(text string) string {
	return "REGEDIT4\r\n\r\n" + strings.ReplaceAll(withLists(text), "\n", "\r\n") + "\r\n"
}

// resetServices returns the lines that make the services what they must be. Most trials have the same ones, and leave them alone.
func (m *Machine) resetServices(want []Service) []string {
	var lines []string
	same := slices.Equal(m.services, want) && !m.dirty
	m.dirty = false
	if !same {
		m.kill("service.exe\x00stubborn", "service.exe\x00slow") // so that they can be deleted
		for _, sv := range m.services {
			lines = append(lines, `sc stop "`+sv.Key+`" >nul`, `sc delete "`+sv.Key+`" >nul`)
		}
		lines = append(lines, `reg delete "`+roots[2]+`" /f >nul 2>nul`)
	}
	for _, sv := range want {
		if !same {
			lines = append(lines, fmt.Sprintf(`sc create "%s" binPath= "%s" displayname= "%s" start= demand >nul`, sv.Key, sv.program(), sv.Display))
		}
		if !sv.Stopped && !(same && slices.Contains(m.running, sv.Key)) {
			lines = append(lines, `net start "`+sv.Key+`" >nul`)
		}
	}
	m.services = slices.Clone(want)
	return lines
}

// observe returns what the computer is like, in lines that can be compared: registry entries, and the running services.
func (m *Machine) observe(t testing.TB) []string {
	t.Helper()
	args := slices.Concat([]string{`C:\look.exe`}, roots, []string{"services"})
	for _, sv := range m.services {
		args = append(args, sv.Key)
	}
	registry, services, _ := strings.Cut(m.sure(t, "all was looked at", args...), "running: ")
	seen := Entries(registry)
	m.running = nil
	for _, name := range strings.Split(services, "running: ") {
		if name = strings.TrimSpace(name); name != "" {
			m.running = append(m.running, name)
			seen = append(seen, "running: "+name)
		}
	}
	slices.Sort(seen)
	return seen
}

// expected returns what observe must see of a state.
func (s State) expected() []string {
	seen := Entries(withLists(s.Registry))
	for _, sv := range s.Services {
		if !sv.Stopped {
			seen = append(seen, "running: "+sv.Key)
		}
	}
	slices.Sort(seen)
	return slices.Compact(seen)
}

// Check compares the computer with a state: its registry, its running services, and the files that the state names.
func (m *Machine) Check(t testing.TB, want State) error {
	t.Helper()
	if got, want := m.observe(t), want.expected(); !slices.Equal(got, want) {
		return fmt.Errorf("the computer is not as it must be:\n%s", difference(got, want))
	}
	for name, text := range want.Files {
		if got := m.Read(name); got != text {
			return fmt.Errorf("%s holds %q, want %q", name, got, text)
		}
	}
	if left, _ := filepath.Glob(m.Path("windows/temp/FX*")); len(left) > 0 {
		return fmt.Errorf("a scratch file is left behind: %s", filepath.Base(left[0]))
	}
	return nil
}

func difference(got, want []string) string {
	var b strings.Builder
	for _, g := range got {
		if !slices.Contains(want, g) {
			fmt.Fprintln(&b, "  there:", g)
		}
	}
	for _, w := range want {
		if !slices.Contains(got, w) {
			fmt.Fprintln(&b, "  missing:", w)
		}
	}
	return b.String()
}

// Import imports lines of a registration file, as somebody else would who changes the registry.
func (m *Machine) Import(t testing.TB, lines ...string) {
	t.Helper()
	m.Write(t, "run/change.reg", registration(strings.Join(lines, "\n")))
	m.Run(t, "regedit", "/s", `C:\run\change.reg`)
}

// Installer puts a program on drive C that stands for the one which installs a client.
func (m *Machine) Installer(t testing.TB, name string) {
	t.Helper()
	data, err := os.ReadFile(m.Path("installer.exe"))
	if err != nil {
		t.Fatal(err)
	}
	m.Write(t, name, string(data))
}
