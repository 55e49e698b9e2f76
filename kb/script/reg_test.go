package script

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/program"
)

// edits returns the lines of a registration file that are no comment.
func edits(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\r\n"); line != "" && !strings.HasPrefix(line, ";") && line != "REGEDIT4" {
			found = append(found, line)
		}
	}
	return found
}

func regText(t *testing.T, targets ...program.Target) (string, error) {
	t.Helper()
	p := &program.Program{Targets: targets, Steps: []program.Op{program.Step{Number: 7, Effect: "changes", Text: "Change it."}}}
	for i, target := range targets {
		if target.Want == nil {
			p.Steps = append(p.Steps, program.Remove{Target: i + 1})
		} else {
			p.Steps = append(p.Steps, program.Set{Target: i + 1})
		}
	}
	return reg{}.print(jobFor(t, "reg", p))
}

const someKey = `HKEY_LOCAL_MACHINE\SOFTWARE\Some`

func TestARegistrationFileUsesTheFormThatThePlanKnows(t *testing.T) {
	for _, fix := range []string{"clear-deinstall-flag", "reinstall", "reinstall-after-restart", "reinstall-orphan"} {
		s, err := Render(planFor(t, "Q238865 "+fix), "reg", 2)
		if err != nil {
			t.Fatal(err)
		}
		linted(t, s)
		got := edits(s.Text)
		slices.Sort(got)
		want := []string{`"SMS Client Deinstall"=-`, `[-HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\Wuser32]`,
			`[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\Configuration\Client Properties]`}
		if !slices.Equal(got, want) {
			t.Errorf("%s edits %q, want %q", fix, got, want)
		}
	}
}

// Of an entry the form is not known. Its key must not be made where it is missing.
func TestARegistrationFileMakesNoKeyForAnEntry(t *testing.T) {
	s, err := Render(planFor(t, "Q238865 forget-site"), "reg", 1)
	if err != nil {
		t.Fatal(err)
	}
	linted(t, s)
	want := []string{`[-HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites\BRI]`, `[-HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites\BRI]`}
	if got := edits(s.Text); !slices.Equal(got, want) {
		t.Errorf("the edits are %q, want %q", got, want)
	}
	for _, want := range []string{";[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\SMS\\Client\\InstalledSites]\r\n;\"BRI\"=-\r\n", "A value: first take the semicolons away"} {
		if !strings.Contains(s.Text, want) {
			t.Errorf("the file does not hold %q", want)
		}
	}
	if !strings.HasPrefix(s.Text, "REGEDIT4\r\n\r\n") {
		t.Error("the file does not begin with REGEDIT4 and an empty line")
	}
	if id, ok := ID(s.Text); !ok || id != s.ID {
		t.Error("the file names another ID than its own")
	}
}

func TestEveryTypeOfDataHasItsForm(t *testing.T) {
	for _, tt := range []struct {
		data program.Data
		want []string
	}{
		{program.Data{Type: program.SZ, Text: `C:\App;100% "x"`}, []string{`"v"="C:\\App;100% \"x\""`}},
		{program.Data{Type: program.SZ}, []string{`"v"=""`}},
		{program.Data{Type: program.DWord, Text: "0000000a"}, []string{`"v"=dword:0000000a`}},
		{program.Data{Type: program.Binary, Text: "00ff10"}, []string{`"v"=hex:00,ff,10`}},
		{program.Data{Type: program.Expand, Text: "%A%"}, []string{`"v"=hex(2):25,41,25,00`}},
		{program.Data{Type: program.Multi, List: []string{"a", "bc"}}, []string{`"v"=hex(7):61,00,62,63,00,00`}},
		{program.Data{Type: program.Binary, Text: strings.Repeat("ab", 30)}, []string{
			`"v"=hex:` + strings.Repeat("ab,", 23) + `\`, "  " + strings.TrimSuffix(strings.Repeat("ab,", 7), ",")}},
	} {
		text, err := regText(t, program.Target{Kind: program.Value, Keys: []string{someKey}, Name: "v", Want: &tt.data})
		if want := append([]string{"[" + someKey + "]"}, tt.want...); err != nil || !slices.Equal(edits(text), want) {
			t.Errorf("%v: %v, the edits are %q, want %q", tt.data, err, edits(text), want)
		}
	}
	for _, tt := range []struct {
		target program.Target
		want   []string
	}{
		{program.Target{Kind: program.Value, Keys: []string{someKey}, Name: `a\b"`}, []string{"[" + someKey + "]", `"a\\b\""=-`}},
		{program.Target{Kind: program.Value, Keys: []string{someKey}}, []string{"[" + someKey + "]", `@=-`}},
		{program.Target{Kind: program.Key, Keys: []string{someKey}}, []string{"[-" + someKey + "]"}},
	} {
		if text, err := regText(t, tt.target); err != nil || !slices.Equal(edits(text), tt.want) {
			t.Errorf("%v: %v, the edits are %q, want %q", tt.target, err, edits(text), tt.want)
		}
	}
}

func TestARegistrationFileRefusesWhatItCannotExpress(t *testing.T) {
	list := &program.Data{Type: program.SZ, Text: "x"}
	for name, target := range map[string]program.Target{
		"an element of a list":   {Kind: program.Element, Keys: []string{someKey}, Name: "l", Item: "x"},
		"a new element":          {Kind: program.Element, Keys: []string{someKey}, Name: "l", Item: "x", Want: list},
		"one of two spellings":   {Kind: program.Value, Keys: []string{someKey, someKey + "2"}, Name: "v"},
		"data that is not ASCII": {Kind: program.Value, Keys: []string{someKey}, Name: "v", Want: &program.Data{Type: program.SZ, Text: "\u00fc"}},
		"data of two lines":      {Kind: program.Value, Keys: []string{someKey}, Name: "v", Want: &program.Data{Type: program.SZ, Text: "a\r\n[-" + someKey + "]"}},
		"a key with a bracket":   {Kind: program.Key, Keys: []string{someKey + "]"}},
		"only a file":            {Kind: program.File, Path: program.Path{In: program.Windows, Name: "x"}},
	} {
		text, err := regText(t, target)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Dialect != "reg" {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	for name, p := range verbPlans(t) {
		_, err := Render(p, "reg", 1)
		if refused := err != nil; refused != slices.Contains([]string{"add-element", "remove-element", "rename-value", "set-ini", "delete-ini", "copy-file", "rename-file",
			"delete-file", "set-attributes", "replace-line", "add-line", "edit-file", "register-library", "flush-dns"}, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A registration file is imported without a look, so the person reads what is to be done before, and how to take it back.
func TestARegistrationFileNamesTheBackupFirstAndHowToUndo(t *testing.T) {
	for name, p := range verbPlans(t) {
		s, err := Render(p, "reg", 1)
		if err != nil {
			continue
		}
		linted(t, s)
		backup, edit, undo := strings.Index(s.Text, "REG\r\n"), strings.Index(s.Text, "\r\n["), strings.Index(s.Text, "==== UNDO")
		if backup < 0 || edit < backup || undo < edit || !strings.Contains(s.Text[undo:], "KEY") {
			t.Errorf("%s: the export is at %d, the first edit at %d, the undo at %d:\n%s", name, backup, edit, undo, s.Text)
		}
	}
}
