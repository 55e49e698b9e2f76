package script

import (
	"os"
	"os/exec"
	"path/filepath"
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

// ps1Parser reads scripts with the PowerShell grammar of tree-sitter and prints the name and place of each error.
const ps1Parser = `
const { Parser, Language } = require('web-tree-sitter');
(async () => {
  await Parser.init();
  const grammar = require.resolve('tree-sitter-powershell/package.json').replace('package.json', 'tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  for (const file of process.argv.slice(1)) {
    const visit = node => {
      if (node.isError || node.isMissing) console.log(file + ':' + (node.startPosition.row + 1) + ': ' + JSON.stringify(node.text.slice(0, 80)));
      else if (node.hasError) for (const child of node.children) visit(child);
    };
    visit(parser.parse(require('fs').readFileSync(file, 'latin1')).rootNode);
  }
  console.log('parsed ' + (process.argv.length - 1));
})();
`

// TestScriptsInPowerShellParse reads the whole library, and the heads and plans of all scripts, by a grammar of the language.
func TestScriptsInPowerShellParse(t *testing.T) {
	modules, err := filepath.Abs("../../.ci/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	_, nodeErr := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(modules, "tree-sitter-powershell")); err != nil || nodeErr != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("the PowerShell grammar or node is missing: npm ci --prefix .ci")
		}
		t.Skip("the PowerShell grammar or node is missing: npm ci --prefix .ci")
	}
	dir := t.TempDir()
	args := []string{"--liftoff-only", "-e", ps1Parser, "--"} // the optimizing compiler takes seconds for the grammar
	add := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
		return file
	}
	add("library.ps1", ps1File)
	for _, s := range ps1Scripts(t) {
		plan, _, _ := strings.Cut(s.Text, "# THE ENGINE")
		add(s.ID+"-"+s.File, plan)
	}
	broken := add("broken.ps1", "function x( {\r\n")
	c := exec.Command("node", args...)
	c.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	noticed := false
	for line := range strings.Lines(string(out)) {
		switch {
		case strings.HasPrefix(line, broken):
			noticed = true
		case !strings.HasPrefix(line, "parsed "):
			t.Error(line)
		}
	}
	if !noticed {
		t.Errorf("the grammar has nothing against a broken script:\n%s", out)
	}
}

// TestNoTextIsComparedByTheCultureWhereALineEnds: for PowerShell 7 a text ends with a line feed, or has none, as the culture sees it.
func TestNoTextIsComparedByTheCultureWhereALineEnds(t *testing.T) {
	for _, call := range regexp.MustCompile(`\.EndsWith\(.*`).FindAllString(ps1File, -1) {
		if !strings.Contains(call, "[StringComparison]::Ordinal") {
			t.Errorf("%s is compared by the culture", call)
		}
	}
}
