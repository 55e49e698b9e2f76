package winetest

import (
	"os"
	"strings"
	"testing"
	"time"
)

// lockers are the dialects that hold a lock open while they work. COMMAND.COM cannot.
func lockers() []string {
	var all []string
	for _, d := range []string{"cmd", "vbs"} {
		if written(d) {
			all = append(all, d)
		}
	}
	return all
}

// TestTwoRunsAtOnceDoNotMeet starts a run, holds it up in the middle, and starts others: each is refused, and none is advised to undo what
// the first is about to do. A run that was killed leaves no lock.
func TestTwoRunsAtOnceDoNotMeet(t *testing.T) {
	m := New(t)
	sc := scenario{fix: "forget-site", stage: 1, codes: []string{"BRI"}}
	start, done := State{Registry: three, Services: both}, State{Registry: threeNoBRI, Services: both}
	for _, d := range lockers() {
		t.Run(d, func(t *testing.T) {
			s, err := rendered(t, sc, d)
			if err != nil {
				t.Fatal(err)
			}
			m.Reset(t, start)
			m.Write(t, "run/script"+extensionOf(s.File), s.Text)
			m.standIn(t)
			m.Write(t, "run/gate.txt", "before T1D.REG")
			first := m.start(t, m.commandLine(t, s, false, Step{Mode: "/apply"})...)
			if !waitFor(m.Path("run/blocked")) {
				t.Fatal("the first run did not come to the change")
			}
			_ = os.Remove(m.Path("run/gate.txt"))
			for _, mode := range []string{"/apply", "/undo"} {
				out, _ := m.Run(t, m.commandLine(t, s, false, Step{Mode: mode})...)
				if !strings.Contains(out, "Another Fixdesk script is at work") || !strings.Contains(out, " status=refused ") {
					t.Errorf("the second run, %s, says\n%s", mode, out)
				}
			}
			_ = os.Remove(m.Path("run/blocked"))
			if out, _ := first.wait(t); !strings.Contains(out, " status=ok ") {
				t.Errorf("the first run says\n%s", out)
			}
			m.standOut(t)
			if err := m.Check(t, done); err != nil {
				t.Error(err)
			}
			if out, _, _ := m.play(t, s, s.Text, false, Step{Mode: "/undo"}); !strings.Contains(out, " status=ok ") {
				t.Errorf("undo says\n%s", out)
			}
			if err := m.Check(t, start); err != nil {
				t.Error(err)
			}
		})
	}
}

func extensionOf(file string) string { return file[strings.LastIndexByte(file, '.'):] }

// plantedSource is what somebody has planted who may write to a folder: it leaves a trace.
const plantedSource = `#include <windows.h>
int main(void) { CloseHandle(CreateFileA("C:\\run\\planted", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0)); return 0; }
`

// TestAProgramInTheFolderForTemporaryFilesIsNotRun plants programs of the names that a script needs in the folder for temporary files and in
// the current one.
func TestAProgramInTheFolderForTemporaryFilesIsNotRun(t *testing.T) {
	m := New(t)
	start, done := State{Registry: three, Services: both}, State{Registry: threeNoBRI, Services: both}
	for _, d := range lockers() {
		t.Run(d, func(t *testing.T) {
			s, err := rendered(t, scenario{fix: "forget-site", stage: 1, codes: []string{"BRI"}}, d)
			if err != nil {
				t.Fatal(err)
			}
			m.Reset(t, start)
			for _, name := range []string{"regedit", "net", "sc", "find", "ping", "taskkill", "cmd", "attrib"} {
				m.program(t, "run/temp/"+name+".exe", plantedSource)
			}
			for _, step := range []struct {
				mode string
				want State
			}{{"", start}, {"/apply", done}, {"/verify", done}, {"/undo", start}} {
				out, _, _ := m.play(t, s, s.Text, false, Step{Mode: step.mode, Setup: `set TEMP=C:\run\temp` + "\r\n" + `cd /d C:\run\temp`})
				if m.Read("run/planted") != "" || exists(m.Path("run/planted")) {
					t.Fatalf("%s has run a planted program:\n%s", step.mode, out)
				}
				if err := m.Check(t, step.want); err != nil {
					t.Errorf("%s: %v\n%s", step.mode, err, out)
				}
			}
		})
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// netSource is net.exe as Windows NT 4.0 has it: it names its messages by their numbers, in whatever language the rest of them is.
const netSource = `#include <windows.h>
#include <stdio.h>
#include <string.h>
static int says(int number) { fprintf(stderr, "Das ging nicht.\r\n\r\nWeitere Hilfe: NET HELPMSG %d.\r\n", number); return 2; }
int main(int n, char **v) {
	SERVICE_STATUS status = {0};
	SC_HANDLE manager = OpenSCManagerA(0, 0, SC_MANAGER_CONNECT), service;
	int i;
	if (n < 3) return 2;
	service = OpenServiceA(manager, v[2], SERVICE_START | SERVICE_STOP | SERVICE_QUERY_STATUS);
	if (!service) return says(2185);
	QueryServiceStatus(service, &status);
	if (!strcmp(v[1], "start")) {
		if (status.dwCurrentState == SERVICE_RUNNING) return says(2182);
		if (!StartServiceA(service, 0, 0)) return says(2186);
	} else {
		if (status.dwCurrentState == SERVICE_STOPPED) return says(3521);
		if (!ControlService(service, SERVICE_CONTROL_STOP, &status)) return says(2191);
	}
	for (i = 0; i < 40; i++) {
		QueryServiceStatus(service, &status);
		if (status.dwCurrentState == (strcmp(v[1], "start") ? SERVICE_STOPPED : SERVICE_RUNNING)) break;
		Sleep(50);
	}
	puts("Gut.");
	return 0;
}
`

// TestServicesAreFoundByTheActWhereThereIsNoScExe gives the computer what Windows NT 4.0 has: no sc.exe, and a net.exe whose messages have
// numbers. Services that run are stopped and started, others are left alone.
func TestServicesAreFoundByTheActWhereThereIsNoScExe(t *testing.T) {
	if !written("cmd") {
		t.Skip("there is no printer of cmd")
	}
	m := New(t)
	halfStopped := []Service{translated[0], {Key: "Wuser32", Display: "SMS-Remotesteuerungsagent", Stopped: true}}
	stubborn := []Service{{Key: "clisvc", Display: "SMS-Clientdienst", Stubborn: true}, translated[1]}
	s, err := rendered(t, scenario{fix: "forget-site", stage: 1, codes: []string{"BRI"}}, "cmd")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name     string
		services []Service
		status   string
		after    string
	}{
		{"both run", translated, "ok", threeNoBRI}, {"one is stopped", halfStopped, "ok", threeNoBRI}, {"none is installed", nil, "ok", threeNoBRI},
		{"one does not stop", stubborn, "refused", three},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m.Reset(t, State{Registry: three, Services: tt.services})
			m.withoutSc(t, func() {
				out, _, _ := m.play(t, s, s.Text, false, Step{Mode: "/apply"})
				if !strings.Contains(out, " status="+tt.status+" ") {
					t.Errorf("it says\n%s", out)
				}
				time.Sleep(100 * time.Millisecond)
				if err := m.Check(t, State{Registry: tt.after, Services: tt.services}); err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		})
	}
}

// withoutSc takes sc.exe away and puts another net.exe in its place while do runs.
func (m *Machine) withoutSc(t testing.TB, do func()) {
	t.Helper()
	for _, name := range []string{"sc.exe", "net.exe"} {
		path := m.Path("windows/system32/" + name)
		if err := os.Rename(path, path+".away"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.Remove(path); _ = os.Rename(path+".away", path) }()
	}
	m.program(t, "windows/system32/net.exe", netSource)
	m.native = ";net.exe=n"
	defer func() { m.native = "" }()
	do()
}
