package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

func TestAnswersAreUnderstoodAsTheyAreTyped(t *testing.T) {
	windows := &desk.Ask{Answers: []desk.Choice{{Value: "nt4", Label: "Windows NT 4.0"}, {Value: "win2000", Label: "Windows 2000"}, {Value: "other", Label: "Another one"}}}
	yesNo := &desk.Ask{Answers: []desk.Choice{{Value: "yes", Label: "yes"}, {Value: "no", Label: "no"}}}
	sites := &desk.Ask{Form: "site-code", Several: true}
	tried := &desk.Ask{Several: true, Answers: []desk.Choice{{Value: "restart", Label: "Restarted it"}, {Value: "remove", Label: "Removed the client"}}}
	for _, c := range []struct {
		ask   *desk.Ask
		typed string
		want  any
	}{
		{windows, "1", "nt4"},
		{windows, "3", "other"},
		{windows, "4", "4"}, // is no answer: the desk says so
		{windows, "0", "0"},
		{windows, "WIN2000", "win2000"},
		{windows, "windows nt 4.0", "nt4"},
		{windows, "windows", "windows"}, // two begin so
		{windows, "an", "other"},
		{windows, "unknown", "unknown"},
		{yesNo, "y", "yes"},
		{yesNo, "n", "no"},
		{yesNo, "Yes", "yes"},
		{sites, "abc", []any{"abc"}},
		{sites, "ABC, DEF;GHI jkl", []any{"ABC", "DEF", "GHI", "jkl"}},
		{sites, "n", []any{}},
		{sites, "none", []any{}},
		{sites, "unknown", "unknown"},
		{tried, "2, restart", []any{"remove", "restart"}},
		{tried, "removed the client", []any{"remove"}},
	} {
		if got := answerTo(c.ask, c.typed); !reflect.DeepEqual(got, c.want) {
			t.Errorf("answerTo(%q) = %v, want %v", c.typed, got, c.want)
		}
	}
}

func TestASentenceInsteadOfAnAnswerIsADescription(t *testing.T) {
	code, out, errors := invoke(t, "smsmon32 hangs since SP1, NT 4.0\nsmsmon32 hangs since SP1, NT 4.0\nq\n", "ask", "Q238865")
	for _, want := range []string{"1. Which process takes the processor?", "Taken as a description", "process: Smsmon32.exe; you wrote “smsmon32 hangs”", "1. Which of these is true here?"} {
		if code != exitOK || !strings.Contains(out, want) {
			t.Errorf("exit code %d, want %q in\n%s%s", code, want, out, errors)
		}
	}
}

func TestFurtherCausesAreOfferedAtTheEnd(t *testing.T) {
	known := "process=smsmon32\nrecent_upgrade=sp1\nclient_os=nt4\nsite_gone\nHQ1 OLD\nOLD\n"
	const offer = "There may be other causes as well."
	for _, c := range []struct {
		typed      string
		want, lack string
	}{
		{known, "==== forget-site-1.cmd ====", "Do several SMS sites"}, // the input ends
		{known + "n\n", "==== forget-site-1.cmd ====", "Do several SMS sites"},
		{known + "y\nno\nu\nno\n", "Do several SMS sites", ""},
	} {
		code, out, errors := invoke(t, c.typed, "ask", "Q238865")
		if code != exitOK || !strings.Contains(out, offer) || !strings.Contains(out, c.want) || c.lack != "" && strings.Contains(out, c.lack) {
			t.Errorf("typed %q: exit code %d, want the offer and %q, and not %q, in\n%s%s", c.typed, code, c.want, c.lack, out, errors)
		}
		if strings.Count(out, offer) != 1 {
			t.Errorf("typed %q: the offer stands %d times", c.typed, strings.Count(out, offer))
		}
	}
}

func TestAskReadsTheNewestLinesOfALog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Doors.log")
	write(t, file, "Door OLD does not answer any longer\r\n"+strings.Repeat("nothing to say\r\n", 20_000)+"Door ABC does not answer any longer\r\n")
	code, out, errors := invoke(t, "", "ask", "--log", file, "--content", "testdata/content")
	if code != exitOK || !strings.Contains(out, "dead_doors: ABC; the log says “Door ABC") || strings.Contains(out, "OLD") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

func TestAskTakesALogOfAnyBytes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "Doors.log")
	write(t, file, "\x00\xff\xfe\x1b[2JDoor ABC does not answer any longer\x1b[31m\n\x00\n")
	code, out, errors := invoke(t, "", "ask", "--log", file, "--content", "testdata/content")
	if code != exitOK || !strings.Contains(out, "ABC") || strings.Contains(out, "\x1b") {
		t.Errorf("exit code %d\n%q%s", code, out, errors)
	}
}

func TestAskRefusesWhatNoReportMayHold(t *testing.T) {
	code, out, errors := invoke(t, "yes\n", "ask", "--symptom", strings.Repeat("slow ", 5000), "--content", "testdata/content")
	if code != exitFound || out != "" || !strings.HasPrefix(errors, "fixdesk ask: Symptom: found a string of 25000 characters, expected at most 20000") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
	many := strings.TrimSuffix(strings.Repeat("ABC,", 17), ",")
	code, out, _ = invoke(t, "yes\n"+many+"\nu\nu\n", "ask", "--content", "testdata/content")
	if code != exitOK || !strings.Contains(out, "expected at most 16") {
		t.Errorf("many answers: exit code %d\n%s", code, out)
	}
}

func TestAskWritesNothingWhereItCannot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	code, _, errors := invoke(t, "yes\nABC\nABC,DEF\nnt4\n", "ask", "--content", "testdata/content", "--out", file)
	if code != exitFound || !strings.Contains(errors, "nothing was written") {
		t.Errorf("exit code %d: %s", code, errors)
	}
}

// FuzzAsk types anything: the dialog ends, and nothing that would steer a terminal comes back.
func FuzzAsk(f *testing.F) {
	files, _ := filepath.Glob("testdata/dialogs/ask-*.txt")
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		_, in, _ := strings.Cut(string(data), "-- stdin --\n")
		in, _, _ = strings.Cut(in, "-- stdout --\n")
		f.Add([]byte(in))
	}
	f.Add([]byte("yes\n\x1b]0;x\x07\n\xff\n=\n=x\nreader=\n\u202e\nb\nl\nl\n.\nd\n"))
	lib, ok := open(console{nil, io.Discard, io.Discard}, "ask", "testdata/content", "")
	if !ok {
		f.Fatal("the content cannot be loaded")
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		d := &dialog{input: newInput(t.Context(), console{bytes.NewReader(in), &out, &out}), base: lib.base, desk: lib.desk, report: desk.Report{Facts: map[string]any{}}}
		a, err := d.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if a != nil {
			writeReport(&out, lib.base, a)
		}
		for _, c := range out.String() {
			if unicode.IsControl(c) && c != '\n' && c != '\t' || c == '\u202e' {
				t.Fatalf("%q steers the terminal: %q", c, out.String())
			}
		}
	})
}
