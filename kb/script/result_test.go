package script

import (
	"regexp"
	"strings"
	"testing"
)

const line = "FIXDESK-RESULT v=1 fix=forget-site script=1a2b3c4d mode=apply status=failed step=7"

func TestAResultIsReadFromALineOfItsOwn(t *testing.T) {
	for name, text := range map[string]string{
		"alone":                  line,
		"among other lines":      "step 7 changes: Delete HUD.\r\n  " + line + "\r\nC:\\>",
		"twice in one text":      line + "\n" + line,
		"with code":              line + " code=5",
		"of one of many":         "PC-017: " + line,
		"of one that it names":   line + " computer=PC-017",
		"named twice":            "pc-017: " + line + " computer=PC-017",
		"behind a mark of order": "\ufeff" + line,
	} {
		got := ParseResults(text)
		if len(got) != 1 || got[0].Script != "1a2b3c4d" || got[0].Mode != "apply" || got[0].Status != "failed" || got[0].Step != 7 {
			t.Errorf("%s: ParseResults gives %+v", name, got)
		}
	}
	if got := ParseResults(line + " code=-5"); !got[0].HasCode || got[0].Code != -5 {
		t.Errorf("the exit code is %+v, want -5", got[0])
	}
}

func TestALineThatOnlySpeaksOfAResultIsNone(t *testing.T) {
	for name, text := range map[string]string{
		"a remark of a script":     "rem " + line,
		"a line of its code":       "set RESULT=" + line,
		"a quotation":              "> " + line,
		"a sentence":               "it said " + line,
		"an example":               strings.Replace(line, "1a2b3c4d", zeros, 1),
		"another version":          strings.Replace(line, "v=1", "v=2", 1),
		"a status that is unknown": strings.Replace(line, "failed", "fine", 1),
		"a longer line":            line + " and so on",
		"a computer with a blank":  "my pc: " + line,
		"two names of a computer":  "PC-1: " + line + " computer=PC-2",
	} {
		if got := ParseResults(text); len(got) != 0 {
			t.Errorf("%s: ParseResults gives %+v, want nothing", name, got)
		}
	}
}

func TestResultsOfTwoComputersAreKeptApart(t *testing.T) {
	got := ParseResults("PC-1: " + line + "\nPC-2: " + strings.Replace(line, "failed", "ok", 1))
	if len(got) != 2 || got[0].Computer != "PC-1" || got[1].Computer != "PC-2" || got[0].Status == got[1].Status {
		t.Errorf("ParseResults gives %+v", got)
	}
}

// TestAScriptForSeveralComputersPrintsWhatParseResultsReads builds the line as the library does.
func TestAScriptForSeveralComputersPrintsWhatParseResultsReads(t *testing.T) {
	printed := regexp.MustCompile(`(?m)^ *Write-Host \(\$result \+ ' mode=' \+ \$said \+ ' status=' \+ \$run\.Status \+ ' step=' \+ \$run\.Step \+ \$run\.Code \+ \$run\.Tail\)`)
	tail := regexp.MustCompile(`(?m)^ *\$run\.Tail = '(.*)' \+ \$computer`).FindStringSubmatch(ps1File)
	if tail == nil || !printed.MatchString(ps1File) {
		t.Fatal("the library prints the line in another way than this test knows")
	}
	got := ParseResults(line + " code=3" + tail[1] + "PC-1\r\n" + line + tail[1] + "PC-2")
	if len(got) != 2 || got[0].Computer != "PC-1" || got[0].Code != 3 || got[1].Computer != "PC-2" {
		t.Errorf("ParseResults gives %+v", got)
	}
}

func FuzzParseResults(f *testing.F) {
	f.Add("PC-1: " + line + " code=1\r\n> " + line)
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range ParseResults(text) {
			if len(r.Script) != 8 || r.Step > 999 || len(r.Fix) > 200 || len(r.Computer) > 63 {
				t.Errorf("%q gives %+v", text, r)
			}
		}
	})
}
