package script

import (
	"regexp"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/program"
)

// ps1Scripts returns every script in PowerShell, with its plan and its program.
func ps1Scripts(t *testing.T) []renderedScript {
	t.Helper()
	var all []renderedScript
	for _, s := range renderedScripts(t) {
		if s.Dialect == "ps1" {
			all = append(all, s)
		}
	}
	if len(all) < 40 {
		t.Fatalf("only %d scripts", len(all))
	}
	return all
}

// engine is what changes something in the library: each of these stands in a routine that asks ShouldProcess first, or in one that only
// such routines and the notes of a run call.
var ps1Changes = regexp.MustCompile(`\.(SetValue|DeleteValue|DeleteSubKey|CreateSubKey|Kill|Stop|Start|Delete|Move|Copy|SetAttributes|WriteAllText|WriteAllBytes)\(`)

// ps1Asks are the routines that an operation of the plan calls and that change the computer.
var ps1Asks = []string{"Set-Target", "Remove-Target", "Move-Target", "Restore-Target", "Invoke-Program", "Undo-Program", "Stop-NamedService", "Stop-Image"}

func TestAScriptInPowerShellAsksBeforeEachChange(t *testing.T) {
	routines := map[string]string{}
	for _, r := range ps1Library.routines {
		m := regexp.MustCompile(`(?m)^function ([A-Za-z-]+)`).FindStringSubmatch(r.text)
		routines[m[1]] = r.text
	}
	for _, name := range ps1Asks {
		text, ok := routines[name]
		if strings.Contains(text, "Edit-Target") {
			text = routines["Edit-Target"]
		}
		if !ok || !strings.Contains(text, "Test-Change") {
			t.Errorf("%s does not ask ShouldProcess by Test-Change", name)
		}
	}
	if !strings.Contains(routines["Test-Change"], "$PSCmdlet.ShouldProcess(") {
		t.Error("Test-Change does not ask ShouldProcess")
	}
}

func TestNoChangeOfAPlanGoesRoundTheQuestion(t *testing.T) {
	for _, s := range ps1Scripts(t) {
		_, plan, _ := strings.Cut(s.Text, "THE PLAN")
		plan, _, _ = strings.Cut(plan, "THE ENGINE")
		if found := ps1Changes.FindString(plan); found != "" {
			t.Errorf("%s: the plan itself calls %s", s.File, found)
		}
		for _, op := range s.prog.Steps {
			name := map[bool]string{}
			switch op.(type) {
			case program.Set:
				name[true] = "Set-Target"
			case program.Remove:
				name[true] = "Remove-Target"
			case program.StopService:
				name[true] = "Stop-NamedService"
			case program.Run:
				name[true] = "Invoke-Program"
			}
			if call := name[true]; call != "" && !strings.Contains(plan, call+" ") {
				t.Errorf("%s: the plan does not call %s", s.File, call)
			}
		}
	}
}

func TestAScriptInPowerShellSaysThatItWasNeverExecuted(t *testing.T) {
	for _, s := range ps1Scripts(t) {
		if !strings.Contains(s.Text, "Never executed by its makers") || !strings.Contains(s.Text, "SupportsShouldProcess = $true") {
			t.Errorf("%s does not say so, or takes no -WhatIf", s.File)
		}
	}
}

// TestTheBracketsOfPowerShellMatch reads the scripts as PowerShell would: strings in single quotes, remarks to the end of the line.
func TestTheBracketsOfPowerShellMatch(t *testing.T) {
	for _, s := range ps1Scripts(t) {
		if line := unbalanced(s.Text); line > 0 {
			t.Errorf("%s: the brackets do not match in line %d", s.File, line)
		}
	}
}

// unbalanced returns the line in which a bracket has no partner or a string does not end, 0 where there is none.
func unbalanced(text string) int {
	var open []byte
	pairs := map[byte]byte{')': '(', ']': '[', '}': '{'}
	for n, line := range strings.Split(text, "\r\n") {
		quoted := false
		for i := 0; i < len(line); i++ {
			c := line[i]
			switch {
			case c == '\'':
				quoted = !quoted
			case quoted:
			case c == '#' && (i == 0 || line[i-1] == ' '):
				i = len(line)
			case c == '(' || c == '[' || c == '{':
				open = append(open, c)
			case pairs[c] != 0:
				if len(open) == 0 || open[len(open)-1] != pairs[c] {
					return n + 1
				}
				open = open[:len(open)-1]
			}
		}
		if quoted {
			return n + 1
		}
	}
	if len(open) > 0 {
		return strings.Count(text, "\n") + 1
	}
	return 0
}

func TestAMissingBracketIsNoticed(t *testing.T) {
	if unbalanced("if ($a) { 'x}' }\r\n# it's )") != 0 || unbalanced("if ($a) { x") == 0 || unbalanced("'a") == 0 || unbalanced("( ]") == 0 {
		t.Error("the reader of brackets cannot be relied on")
	}
}
