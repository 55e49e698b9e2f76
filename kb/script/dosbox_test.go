package script

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// A dosComputer is a folder that DOSBox has as drive C. Its shell is much like COMMAND.COM: it knows labels, if, errorlevel, set and
// redirection, and it has an environment that fills up. It has no for, no pipe and no start.
type dosComputer struct{ dir string }

func newDOSComputer(t *testing.T) dosComputer {
	t.Helper()
	if _, err := exec.LookPath("dosbox"); err != nil {
		const install = "apt-get install -y --no-install-recommends dosbox"
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatalf("dosbox is not installed: %s", install)
		}
		t.Skipf("dosbox is not installed: %s", install)
	}
	c := dosComputer{t.TempDir()}
	c.write(t, "WINDOWS/WIN.COM", "x")
	// regedit is a batch file here: it exports what lies in REGISTRY.REG, unless there is none.
	c.write(t, "REGEDIT.BAT", "if exist C:\\REGISTRY.REG copy C:\\REGISTRY.REG %2 >NUL\r\n")
	c.write(t, "REGISTRY.REG", "REGEDIT4\r\n")
	return c
}

func (c dosComputer) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func (c dosComputer) has(name string) bool {
	_, err := os.Stat(filepath.Join(c.dir, name))
	return err == nil
}

// ends puts a program on the drive that ends with a code.
func (c dosComputer) ends(t *testing.T, name string, code byte) {
	t.Helper()
	c.write(t, name, string([]byte{0xB8, code, 0x4C, 0xCD, 0x21})) // mov ax, 4C00 + code; int 21
}

// run carries out command lines, one after the other, and returns what scripts printed to C:\OUT.TXT.
func (c dosComputer) run(t *testing.T, lines ...string) string {
	t.Helper()
	_ = os.Remove(filepath.Join(c.dir, "OUT.TXT"))
	c.write(t, "RUN.BAT", strings.Join(lines, "\r\n")+"\r\n")
	conf := "[cpu]\ncycles=max\n[autoexec]\nmount c \"" + c.dir + "\"\nc:\nset WINDIR=C:\\WINDOWS\nset PATH=Z:\\;C:\\\ncall RUN.BAT\nexit\n"
	file := filepath.Join(t.TempDir(), "dosbox.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "dosbox", "-conf", file, "-noconsole")
	cmd.Env = append(os.Environ(), "SDL_VIDEODRIVER=dummy", "SDL_AUDIODRIVER=dummy", "HOME="+filepath.Dir(file))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("dosbox: %v\n%s", err, out)
	}
	data, _ := os.ReadFile(filepath.Join(c.dir, "OUT.TXT"))
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// dosText returns a script as DOSBox can run it: what is printed goes to a file, a for is its commands one after the other, and a
// program that start would start is started without it.
func dosText(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "echo ") && !strings.Contains(line, ">"):
			line += ">>C:\\OUT.TXT"
		case strings.HasPrefix(line, "ver | "):
			line = "rem"
		}
		line = strings.Replace(line, "start /w regedit", "call C:\\REGEDIT.BAT", 1)
		line = strings.Replace(line, "start /w ", "", 1)
		for _, l := range dosLoop(line) {
			b.WriteString(l + "\r\n")
		}
	}
	return b.String()
}

var dosFor = regexp.MustCompile(`^(.*?)for (%%\w) in \(([^)]*)\) do (.*)$`)

// dosLoop returns the commands of a for. Variables are put in once, before the first of them.
func dosLoop(line string) []string {
	m := dosFor.FindStringSubmatch(line)
	if m == nil {
		return []string{line}
	}
	command := strings.NewReplacer("%RUN%", "%RUN1%", "%CODE%", "%CODE1%").Replace(m[4])
	lines := []string{"set RUN1=%RUN%", "set CODE1=%CODE%"}
	for _, item := range strings.Fields(m[3]) {
		lines = append(lines, m[1]+strings.ReplaceAll(command, m[2], item))
	}
	return append(lines, "set RUN1=", "set CODE1=")
}

// script puts a script on the drive.
func (c dosComputer) script(t *testing.T, article, fix string, stage int) {
	t.Helper()
	s, err := Render(planFor(t, article+" "+fix), "bat9x", stage)
	if err != nil {
		t.Fatal(err)
	}
	c.write(t, "SCRIPT.BAT", dosText(s.Text))
}

// result returns what stands behind the ID in the last line that was printed.
func result(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	_, result, _ := strings.Cut(lines[len(lines)-1], " mode=")
	return "mode=" + strings.TrimSpace(result)
}

func TestInDOSAClientIsRemoved(t *testing.T) {
	if testing.Short() {
		t.Skip("runs DOSBox")
	}
	c := newDOSComputer(t)
	c.script(t, "Q238865", "wait-9x", 2)
	client := "WINDOWS/MS/SMS/CORE/BIN/CLISVC95.EXE"
	c.write(t, client, "x")
	for _, name := range []string{"HAMMER.EXE", "KILL.EXE", "SETEVNT.EXE"} {
		c.write(t, "TOOLS/"+name, "x")
	}
	steps := func(line, want, says string) {
		t.Helper()
		out := c.run(t, "call SCRIPT.BAT "+line)
		if got := result(out); got != want || !strings.Contains(out, says) {
			t.Errorf("%s ends with %s, want %s and %q:\n%s", line, got, want, says, out)
		}
		if c.has("WINDOWS/FIXDESK/LOCK") {
			t.Errorf("%s leaves the lock behind", line)
		}
	}
	steps("", "mode=show status=ok step=11", "Nothing was changed. Run this file with /apply")
	steps("/HELP", "mode=help status=ok step=0", "Without an argument it only shows")
	steps("/verify", "mode=verify status=failed step=10", "still there")
	steps("/undo", "mode=undo status=refused step=0", "Nothing of it can be undone")
	steps("/apply", "mode=apply status=refused step=0", "Name the folder")
	steps(`/apply C:\TOOLS`, "mode=apply status=refused step=0", "does not hold all of")
	c.write(t, "TOOLS/20CLICLN.BAT", "@echo off\r\ndel C:\\WINDOWS\\MS\\SMS\\CORE\\BIN\\CLISVC95.EXE\r\nexit\r\n")
	_ = os.Remove(filepath.Join(c.dir, "REGISTRY.REG"))
	steps(`/apply C:\TOOLS`, "mode=apply status=refused step=0", "registry could not be read")
	if c.has("WINDOWS/FIXDESK") {
		t.Error("a run that was refused before the lock has made the folder FIXDESK")
	}
	c.write(t, "REGISTRY.REG", "REGEDIT4\r\n")
	steps(`/apply C:\TOOLS`, "mode=apply status=started step=11 code=0", `backup and log: C:\WINDOWS\FIXDESK\001`)
	if c.has(client) || !c.has("WINDOWS/FIXDESK/001/KEY8-1.REG") || c.has("WINDOWS/FIXDESK/001/OPEN.ID") || !c.has("WINDOWS/FIXDESK/001/LOG.TXT") {
		t.Error("the client was not removed, or the run is not in its folder and closed")
	}
	steps("/verify", "mode=verify status=ok step=11", "")
	steps(`/apply C:\TOOLS`, "mode=apply status=nothing-to-do step=7", "not installed")
	c.write(t, "WINDOWS/FIXDESK/LOCK", "x")
	if out := c.run(t, `call SCRIPT.BAT /apply C:\TOOLS`); !strings.Contains(out, `The file C:\WINDOWS\FIXDESK\LOCK says`) || result(out) != "mode=apply status=refused step=0" || !c.has("WINDOWS/FIXDESK/LOCK") {
		t.Errorf("beside a lock file it says\n%s", out)
	}
}

func TestInDOSTheExitCodeIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("runs DOSBox")
	}
	c := newDOSComputer(t)
	c.script(t, "Q238865", "wait-9x", 3)
	codes := []byte{0, 1, 9, 10, 42, 99, 100, 105, 190, 199, 200, 207, 249, 250, 255}
	var calls []string
	for _, code := range codes {
		c.ends(t, fmt.Sprintf("T%d/SMSMAN.EXE", code), code)
		calls = append(calls, fmt.Sprintf(`call SCRIPT.BAT /apply C:\T%d`, code))
	}
	out := c.run(t, calls...)
	var got []byte
	for _, line := range lines(out, "FIXDESK-RESULT") {
		var code byte
		if _, err := fmt.Sscanf(line[strings.Index(line, " status="):], " status=started step=18 code=%d", &code); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		got = append(got, code)
	}
	if !slices.Equal(got, codes) || strings.Contains(out, "=0") && !strings.Contains(out, "code=0\n") {
		t.Errorf("the codes are %v, want %v\n%s", got, codes, out)
	}
}

func TestInDOSNumbersAreUsedOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("runs DOSBox")
	}
	c := newDOSComputer(t)
	c.script(t, "Q256986", "export-on-9x", 1)
	for _, tt := range []struct{ taken, next string }{
		{"", "001"}, {"", "002"}, {"009", "010"}, {"019", "020"}, {"099", "100"}, {"199 299 399 499 599 699 799 899 909 919 929 939 949 959 969 979 989 990", "991"}, {"991 992 993 994 995 996 997 998", "999"},
	} {
		for _, n := range strings.Fields(tt.taken) {
			c.write(t, "WINDOWS/FIXDESK/"+n+"/PRECIOUS.TXT", "keep")
		}
		out := c.run(t, "call SCRIPT.BAT /apply")
		if !strings.Contains(out, `FIXDESK\`+tt.next+"\n") || !c.has("WINDOWS/FIXDESK/"+tt.next+"/RUN.ID") || c.has("WINDOWS/FIXDESK/000") {
			t.Errorf("after %s the run is not %s:\n%s", tt.taken, tt.next, out)
		}
	}
	if out := c.run(t, "call SCRIPT.BAT /apply"); !strings.HasPrefix(result(out), "mode=apply status=refused") {
		t.Errorf("after 999 the run is not refused:\n%s", out)
	}
}

// A full environment is the fault for which Windows 95 is known with this client.
func TestInDOSAFullEnvironmentIsNoMissingClient(t *testing.T) {
	if testing.Short() {
		t.Skip("runs DOSBox")
	}
	c := newDOSComputer(t)
	c.script(t, "Q238865", "wait-9x", 2)
	c.write(t, "WINDOWS/MS/SMS/CORE/BIN/CLISVC95.EXE", "x")
	var fill []string
	for n := range 220 { // each takes 15 bytes
		fill = append(fill, fmt.Sprintf("set F%03d=%s", n, strings.Repeat("x", 9)), "call SCRIPT.BAT")
	}
	out := c.run(t, fill...)
	refused, fine := 0, 0
	for _, line := range lines(out, "FIXDESK-RESULT v=1 fix=wait-9x script=") {
		switch {
		case strings.HasSuffix(line, " mode=show status=ok step=11") && refused == 0:
			fine++
		case strings.HasSuffix(line, " status=refused step=0"): // of the mode nothing may be known
			refused++
		default:
			t.Errorf("with %d bytes taken it ends with %q", 15*(fine+refused+1), line)
		}
	}
	if said := strings.Count(out, "There is no room for the variables"); fine == 0 || refused == 0 || said != refused {
		t.Errorf("%d runs were fine, %d were refused, and %d said why", fine, refused, said)
	}
	if strings.Contains(out, "not installed") {
		t.Error("a full environment was taken for a computer without a client")
	}
}
