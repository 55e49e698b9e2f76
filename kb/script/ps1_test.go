package script

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// parser reads scripts with the PowerShell grammar of tree-sitter and prints the name and place of each error.
const parser = `
const { Parser, Language } = require('web-tree-sitter');
(async () => {
  await Parser.init();
  const grammar = require.resolve('tree-sitter-powershell/package.json').replace('package.json', 'tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  for (const file of process.argv.slice(1)) {
    const tree = parser.parse(require('fs').readFileSync(file, 'latin1'));
    const visit = node => {
      if (node.isError || node.isMissing) console.log(file + ':' + (node.startPosition.row + 1) + ': ' + JSON.stringify(node.text.slice(0, 80)));
      else if (node.hasError) for (const child of node.children) visit(child);
    };
    visit(tree.rootNode);
  }
  console.log('parsed ' + (process.argv.length - 1));
})();
`

// TestPowerShellScriptsParse is all that is proven of ps1 here: it is executed nowhere.
func TestPowerShellScriptsParse(t *testing.T) {
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
	args := []string{"--liftoff-only", "-e", parser, "--"} // the optimizing compiler takes seconds for the grammar
	n := 0
	for _, names := range [][]string{{"forget-site"}, {"age-site"}, {"collect"}, {"forget-site", "restart"}} {
		name := strings.Join(names, "+")
		p := bound(t, []string{"BRI", "S00"}, names...)
		for _, st := range p.Stages {
			s, err := Render(p, "ps1", st.Number)
			if err != nil {
				continue
			}
			n++
			file := filepath.Join(dir, strings.ReplaceAll(name, "+", "_")+"-"+s.File)
			if err := os.WriteFile(file, []byte(s.Text), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
	}
	broken := filepath.Join(dir, "broken.ps1")
	if err := os.WriteFile(broken, []byte("function x( {\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("node", append(args, broken)...)
	c.Env = append(os.Environ(), "NODE_PATH="+modules)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	found := false
	for line := range strings.Lines(string(out)) {
		switch {
		case strings.HasPrefix(line, broken):
			found = true
		case !strings.HasPrefix(line, "parsed "):
			t.Error(line)
		}
	}
	if !found {
		t.Errorf("the parser has nothing against a broken script:\n%s", out)
	}
	if n < 3 {
		t.Errorf("only %d scripts were parsed", n)
	}
}
