package winetest

import (
	"regexp"
	"strings"
	"testing"
)

// A mutant is a renderer with one guard broken: an edit of the text that it writes. The scenario must notice.
type mutant struct {
	breaks   string
	dialect  string
	scenario string
	edit     func(string) string
}

func drop(expr string) func(string) string {
	re := regexp.MustCompile(`(?m)^` + expr + `\r\n`)
	return func(s string) string { return re.ReplaceAllString(s, "") }
}

func swap(old, new string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, new) }
}

// chain is two edits, for a guard that has a second one behind it.
func chain(first, second func(string) string) func(string) string {
	return func(s string) string { return second(first(s)) }
}

var mutants = []mutant{
	{"the backup is dropped", "cmd", "the backup is there before the change", swap("call :export KEY4-1.REG", "rem call :export KEY4-1.REG")},
	{"the backup of the entry is dropped", "cmd", "the code is a subkey", drop(`if exist E1\.ID if exist E1S\.REG start /wait regedit /s E1S\.REG`)},
	{"a missing backup is no reason to stop", "cmd", "the backup folder cannot be made",
		chain(swap(`if exist %HOLD%\RIGHTS.ID goto s2a`, "goto s2a"), swap("if defined RUN goto r4", "goto r4"))},
	{"a taken name is used again", "cmd", "the name of the backup is taken", drop(`if exist %HOLD%\\%N:~1,3% goto nextrun`)},
	{"the delete is wider than the entry", "cmd", "the code is a subkey", swap(`[-%KEY%\BRI]`, `[-%KEY%]`)},
	{"the check that another site stays is dropped", "cmd", "the dead site is the only one", swap("if %REST% GTR 0 goto s4", "goto s4")},
	{"the check for lists is dropped", "cmd", "the code is an element of a list", swap("if not defined LIST goto s3b", "goto s3b")},
	{"values of other keys are taken for the entry", "cmd", "the code is a subkey", chain(swap(`if not "%KEYS%"=="1" goto end`, "rem"), swap(`if "%KEYS%"=="2" set PAST=yes`, "rem"))},
	{"services are not started again", "cmd", "the code is a subkey", swap("call :start ", "rem call :start ")},
	{"services are not stopped", "cmd", "a service does not stop", swap("call :stop ", "rem call :stop ")},
	{"a service that goes on running is no reason to stop", "cmd", "a service does not stop", swap("if defined STUCK goto s5a", "rem")},
	{"a service is started that did not run", "cmd", "a service was stopped already", swap(`if not exist %RUN%\%2.ID goto end`, "rem")},
	{"a key is made where there is none", "cmd", "the key is absent in both spellings", swap("if defined KEY1 goto s3a\r\nset SAY=Neither", "reg add \"HKLM\\SOFTWARE\\Microsoft\\SMS\\Client\\InstalledSites\" /f >nul\r\nset SAY=Neither")},
	{"undo does not look first", "cmd", "undo after somebody has put the code back", swap("if defined SUB goto ux1", "rem")},
	{"undo of a value does not look first", "cmd", "undo after somebody has changed the date", swap("if defined SAME goto uv1", "goto uv1")},
	{"a run that was cut off is no reason to stop", "cmd", "killed after the entry is removed", swap("if not defined BROKEN goto s3", "goto s3")},
	{"the logon script is edited twice", "cmd", "the logon script is switched off and on", swap("if not defined FIRST goto s8b", "goto s8b")},
	{"the label is not looked for", "cmd", "the logon script has no label", swap("if defined LABEL goto s8a", "goto s8a")},
	{"a missing companion is no reason to stop", "cmd", "a companion of 20CLICLN is missing", swap("if not defined MISSING goto placed", "goto placed")},
	{"showing changes something", "cmd", "the code is a subkey", swap(`if not "%MODE%"=="apply" goto s8`, "rem")},
	{"the delete is wider than the entry", "vbs", "the code is a subkey", swap(`"[-" & key & "\" & name & "]"`, `"[-" & key & "]"`)},
	{"services are not started again", "vbs", "the code is a subkey", swap("  If Not Noted(short) Then Exit Sub", "  Exit Sub")},
	{"the list is emptied", "vbs", "the code is an element of a list", swap("ListData(WithoutName(Elements(Values(v)), name))", `ListData("|")`)},
	{"undo does not look first", "vbs", "undo after somebody has put the code back", swap(`If ThereAgain("E1", "BRI") Then`, "If False Then")},
	{"the check that another site stays is dropped", "vbs", "the dead site is the only one", swap(`, "BRI") = 0 Then`, `, "BRI") = -1 Then`)},
	{"the check of the export is dropped", "cmd", "the export of the entry fails",
		chain(swap(`if not "%SUB%%VAL%%LINES%%TOTAL%"=="%SUB1%%VAL1%%LINES1%%TOTAL1%" set SAVED=`, "rem"), swap("if defined SUB if not exist E1S.REG set SAVED=", "rem"))},
	{"the check of the export is dropped", "vbs", "the export of the entry fails", swap("Leave \"refused\", \"The export is missing or not whole", "rem")},
	{"the check of the backup is dropped", "cmd", "the export of the key fails", swap("if defined SAVED goto s5", "goto s5")},
	{"the look after the change is dropped", "cmd", "the entry does not go away",
		chain(swap("if defined SUB goto s7b", "rem"), swap(`if "%TOTAL%"=="%TOTAL1%" goto s8`, "goto s8"))},
	{"the look after the change is dropped", "vbs", "the entry does not go away", swap("  RemoveEntry = ok", "  RemoveEntry = True")},
	{"the look after a value is written is dropped", "cmd", "the date cannot be written", swap("call :lookvalue\r\nif defined SAME goto s7\r\n:s6b", "goto s7\r\n:s6b")},
	{"the platform is not looked at", "cmd", "another family of Windows", swap(`if "%OS%"=="Windows_NT" goto nt`, "goto nt")},
	{"the platform is not looked at", "vbs", "another family of Windows", swap(`Const FAMILY = "nt"`, `Const FAMILY = "any"`)},
	{"the platform is not looked at", "bat9x", "Windows NT is another family", swap(`if not "%OS%"=="Windows_NT" goto old`, "goto old")},
	{"the rights are not looked at", "vbs", "the backup folder cannot be made", swap("Not CanWrite()", "False")},
	{"undo makes a key that is gone", "cmd", "undo after the key is gone", swap("if defined GOT goto uk1", "goto uk1")},
	{"undo makes a key that is gone", "vbs", "undo after the key is gone", swap(`If KeyGone("E1") Then`, "If False Then")},
	{"an undo that was cut off cannot go on", "cmd", "killed while it undoes", swap("if exist UNDOING.ID goto u2", "rem")},
	{"an undo that was cut off cannot go on", "vbs", "killed while it undoes", swap(`If Not Noted("UNDOING") Then`, "If True Then")},
	{"a value that was not written yet is somebody else's", "cmd", "killed before the date is made old", swap("if not exist OPEN.ID goto uo1", "goto uo1")},
	{"a value that was not written yet is somebody else's", "vbs", "killed before the date is made old", swap(`If Noted("OPEN") And ValueOf`, `If False And ValueOf`)},
	{"an error of the host leaves services stopped", "vbs", "an error of the host in the middle", swap("On Error Resume Next\r\nMain", "Main")},
	{"the folder for temporary files is not looked at", "cmd", "the folder for temporary files is not there", swap(`if exist "%WORK%\FXWORK.ID" goto work`, "goto work")},
	{"scratch files are deleted by a pattern", "cmd", "foreign scratch files are left alone", swap("if defined WORK call :sweep", "del FX*.*")},
	{"a service that stops late is not waited for", "cmd", "a service stops when the script has given up", swap(`if not "%LATE%"=="%2" goto starting`, "goto starting")},
	{"a service that stops late is not waited for", "vbs", "a service stops when the script has given up", swap("If Late = short Then", "If False Then")},
	{"a leftover goes without a whole backup", "cmd", "the backup of the second leftover is not whole", swap("if defined SAVED goto s14e", "goto s14e")},
	{"a leftover goes without a whole backup", "vbs", "the backup of the second leftover is not whole", swap(`If Not SaveEntry("E2"`, `If False And Not SaveEntry("E2"`)},
	{"an undo takes away the note of another", "cmd", "killed while it undoes, and then a service sticks", swap("if not defined RESUMED del UNDOING.ID", "del UNDOING.ID")},
	{"an undo takes away the note of another", "vbs", "killed while it undoes, and then a service sticks", swap("    If Resumed Then", "    If False Then")},
	{"a new logon script that is cut is copied", "cmd", "the new logon script is cut", swap(`if not "%REST%"=="%BEFORE%" goto s9w`, "rem")},
	{"a missing companion is no reason to stop", "bat9x", "a companion is missing on Windows 98", swap("goto missing", "goto s3")},
	{"the look for a client is dropped", "bat9x", "the client of Windows 98 is removed", swap(`if not "%THERE%"=="" goto s6`, "goto s6")},
}

// TestABrokenGuardIsNoticed breaks the guards of the renderer, one at a time. Each must make its scenario fail.
func TestABrokenGuardIsNoticed(t *testing.T) {
	if !EveryStory() && !asked("Guard") {
		t.Skip("told with FIXDESK_SCENARIOS=all")
	}
	OnMachines(t, mutants, func(t *testing.T, m *Machine, mu mutant) {
		t.Run(mu.dialect+"/"+mu.breaks, func(t *testing.T) {
			if err := m.tell(t, mu.told(t), mu.dialect, mu.edit); err == nil {
				t.Errorf("%q did not notice it", mu.scenario)
			}
		})
	})
}

// told returns the scenario that must notice a mutant.
func (mu mutant) told(t *testing.T) scenario {
	t.Helper()
	for _, sc := range scenarios() {
		if sc.name == mu.scenario && strings.Contains(" "+sc.dialects+" ", " "+mu.dialect+" ") {
			return sc
		}
	}
	t.Fatalf("no scenario is called %q in %s", mu.scenario, mu.dialect)
	return scenario{}
}

// TestEveryMutantChangesItsScript needs no Wine: a mutant that is the script itself proves nothing.
func TestEveryMutantChangesItsScript(t *testing.T) {
	for _, mu := range mutants {
		if text := textOf(t, mu.told(t), mu.dialect); mu.edit(text) == text {
			t.Errorf("%s: %s: nothing is changed", mu.dialect, mu.breaks)
		}
	}
}
