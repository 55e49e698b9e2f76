package script

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

func pageOf(t *testing.T, p plan.Plan, stage int) string {
	t.Helper()
	s, err := Render(p, "md", stage)
	if err != nil {
		t.Fatal(err)
	}
	if id, ok := ID(s.Text); !ok || id != s.ID {
		t.Errorf("%s names another ID than its own", s.File)
	}
	return s.Text
}

// undoOf returns the part of a page that says how to take everything back.
func undoOf(t *testing.T, page string) string {
	t.Helper()
	_, undo, ok := strings.Cut(page, "## Undo\n")
	if !ok {
		t.Fatalf("the page says nothing of an undo:\n%s", page)
	}
	return undo
}

func TestAPageShowsEveryStepWithItsEffectAndItsArticle(t *testing.T) {
	for name := range fixesOf(t) {
		p := planFor(t, name)
		page := pageOf(t, p, 0)
		for i, step := range p.Steps() {
			want := mdEscape.Replace(step.Does()) + " (" + plan.Article(step) + ")\n"
			if n := len(lines(page, strings.TrimSuffix(strconv.Itoa(i+1)+". **"+plan.EffectOf(step)+"** "+want, "\n"))); n != 1 {
				t.Errorf("%s: step %d stands %d times on the page: %s", name, i+1, n, want)
			}
		}
		for _, d := range p.Doubts {
			if !strings.Contains(page, "Not certain: "+mdEscape.Replace(d)+"\n") {
				t.Errorf("%s: the page does not say %q", name, d)
			}
		}
	}
}

// "Put it back" is no undo: the file of the backup is named that a step of the same page makes.
func TestAnUndoNamesTheFileOfTheBackupStep(t *testing.T) {
	backup := regexp.MustCompile("`(KEY[0-9]+-[0-9]+\\.REG|T[0-9]+-[^`]+)`")
	plans := verbPlans(t)
	for _, name := range []string{"forget-site", "age-site", "age-site-9x", "reinstall", "edit-smsls", "clear-deinstall-flag"} {
		plans[name] = planFor(t, "Q238865 "+name)
	}
	without := []string{"set-attributes", "rename-value", "rename-file", "register-library", "flush-dns"}
	for name, p := range plans {
		page := pageOf(t, p, 0)
		undo := undoOf(t, page)
		steps := strings.TrimSuffix(page, undo)
		named := backup.FindAllString(undo, -1)
		if len(named) == 0 && !slices.Contains(without, name) {
			t.Errorf("%s: the undo names no file:\n%s", name, undo)
		}
		for _, file := range named {
			if !strings.Contains(steps, file) {
				t.Errorf("%s: the undo names %s, which no step makes:\n%s", name, file, page)
			}
		}
	}
}

func TestEachKindOfChangeHasItsUndo(t *testing.T) {
	for name, want := range map[string]string{
		"delete-key":       "Import `KEY3-1.REG` (double-click the file",
		"delete-value":     "the type and the data that `KEY3-1.REG` shows",
		"set-text":         "Where it does not, the value was not there before: delete it.",
		"make-key":         "is empty now, delete the key too",
		"add-element":      "Take the line `Extra` out of the list `Names` again, unless `KEY4-1.REG` shows it there.",
		"remove-element":   "Add the line `Extra` to the list `Names` again, where `KEY4-1.REG` shows it there.",
		"rename-value":     "Give the value `Text.old` its old name back: the value `Text`.",
		"start-by-hand":    "give it that type and data again",
		"set-ini":          "Where it does not show the entry, delete it.",
		"delete-ini":       "into its section again, as `T1-app.ini` shows it",
		"copy-file":        "Where there is none, the file was not there before: delete it.",
		"rename-file":      "its old name back: the file `%WINDIR%\\app.dat`",
		"delete-file":      "back.",
		"set-attributes":   "the attributes back that you wrote down",
		"replace-line":     "only replace the line `NEW LINE` by `OLD LINE`",
		"add-line":         "only delete the line",
		"edit-file":        "only delete the line",
		"register-library": "regsvr32.exe /u /s",
		"flush-dns":        "Nothing undoes what",
	} {
		p, ok := verbPlans(t)[name]
		if !ok {
			t.Errorf("no fix is called %s", name)
			continue
		}
		if undo := undoOf(t, pageOf(t, p, 0)); !strings.Contains(undo, want) {
			t.Errorf("%s: the undo does not say %q:\n%s", name, want, undo)
		}
	}
}

// An undo stops the services first, takes the last change back first, and starts the services last.
func TestAnUndoIsInTheOtherOrder(t *testing.T) {
	undo := undoOf(t, pageOf(t, planFor(t, "Q238865 forget-site", "Q238865 age-site"), 0))
	at := 0
	for _, want := range []string{"net stop Wuser32", "net stop clisvc", "Site Config Last Checked", "It brings `BRI` back", "net start clisvc", "net start Wuser32"} {
		next := strings.Index(undo[at:], want)
		if next < 0 {
			t.Fatalf("%q does not come after what must be before it:\n%s", want, undo)
		}
		at += next
	}
}

// The stages are taken back from the last one to the first one.
func TestTheLastStageIsUndoneFirst(t *testing.T) {
	p := planFor(t, "Q238865 level-sites", "Q238865 reinstall", "Q238865 restart", "Q238865 forget-site")
	undo := undoOf(t, pageOf(t, p, 0))
	if last, first := strings.Index(undo, "SMS Client Deinstall"), strings.Index(undo, "It brings `BRI` back"); last < 0 || first < last {
		t.Errorf("the leftovers come back at %d, the site at %d:\n%s", last, first, undo)
	}
}

func TestAPageOfAPlanThatChangesNothingSaysSo(t *testing.T) {
	for _, name := range []string{"Q238865 collect", "Q238865 level-sites", "Q256986 export-on-nt"} {
		if undo := undoOf(t, pageOf(t, planFor(t, name), 0)); !strings.Contains(undo, "none has anything to undo") {
			t.Errorf("%s: %s", name, undo)
		}
	}
}

// A value that was only read stands on the page with its mark, wherever it stands.
func TestAPageOfASketchShowsTheMarkOfEachValue(t *testing.T) {
	for _, names := range [][]string{{"forget-site"}, {"age-site"}, {"forget-site", "age-site"}} {
		var full []string
		for _, n := range names {
			full = append(full, "Q238865 "+n)
		}
		sketch, err := unboundFor(t, full...).Sketch(facts.Of(facts.Fact{Name: "nonexistent_sites", Values: []string{"BRI", "S00"}, Source: facts.Text}), nil)
		if err != nil {
			t.Fatal(err)
		}
		page := pageOf(t, sketch, 0)
		for _, code := range []string{"BRI", "S00"} {
			if n := strings.Count(page, code); n == 0 || n != strings.Count(page, code+" (confirm first)") {
				t.Errorf("%v: the page names %s without its mark:\n%s", names, code, page)
			}
		}
	}
}

func TestAPageHoldsNoMarkupOfItsValues(t *testing.T) {
	for text, want := range map[string]string{
		"a " + typed("x`y") + " b":  "a `` x`y `` b",
		"<b> & *x*":                 `\<b\> \& \*x\*`,
		typed("two\r\nlines"):       "`two  lines`",
		"a_b " + typed(`C:\App_1`):  "a\\_b `C:\\App_1`",
		"x" + typed("``") + "[y](z": "x``` `` ```\\[y\\](z",
	} {
		if got := mdShown(text); got != want {
			t.Errorf("mdShown(%q) = %q, want %q", text, got, want)
		}
	}
}

// Every kind of target can be found and put back by hand.
func TestEveryKindOfTargetIsDescribed(t *testing.T) {
	for _, kind := range []program.Kind{program.Key, program.Value, program.Entry, program.Element, program.Ini, program.File, program.Attributes, program.Line} {
		for _, want := range []*program.Data{nil, {Type: program.SZ, Text: "x"}} {
			target := program.Target{Kind: kind, Name: "n", Item: "i", Section: "s", Path: program.Path{In: program.Windows, Name: "f"}, Edit: program.Edit{New: "l"}, Want: want}
			if kind == program.Key || kind == program.Value || kind == program.Entry || kind == program.Element {
				target.Keys, target.Path = []string{someKey}, program.Path{}
			}
			p := &program.Program{Targets: []program.Target{target}}
			if len(where(target)) == 0 || len(putBack(p, 1)) < 2 {
				t.Errorf("%s: found at %q, put back by %q", kind, where(target), putBack(p, 1))
			}
		}
	}
}
