package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// copyContent returns a folder with a copy of the small knowledge base, to be changed.
func copyContent(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "content")
	if err := os.CopyFS(dir, os.DirFS("testdata/content")); err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(dir)
}

// edit replaces a text in a file that holds it.
func edit(t *testing.T, file, old, new string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), old) {
		t.Fatalf("%s does not hold %q", file, old)
	}
	write(t, file, strings.Replace(string(data), old, new, 1))
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestCheckNamesEveryProblemAsACompilerDoes(t *testing.T) {
	dir := copyContent(t)
	edit(t, dir+"/Q900001/cases.yaml", "fix: forget-door,", "fix: call-us,")
	edit(t, dir+"/Q900001/tree.yaml", "see: [Q900002]\n    doubt", "see: [Q900003]\n    doubt")
	code, out, errors := invoke(t, "", "check", "--content", dir)
	want := []string{
		dir + `/Q900001/cases.yaml:1: case "a door is gone, and a person says so": `,
		dir + "/Q900001/tree.yaml:",
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitFound || len(lines) != len(want) || !strings.Contains(errors, "2 problems") {
		t.Fatalf("exit code %d\n%s%s", code, out, errors)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("line %d is %q, want it to begin with %q", i+1, line, want[i])
		}
	}
}

func TestCheckMeasuresWhatIsSound(t *testing.T) {
	code, out, errors := invoke(t, "", "check", "--content", "testdata/content")
	if code != exitOK || errors != "" || !strings.Contains(out, "no problems") {
		t.Fatalf("exit code %d\n%s%s", code, out, errors)
	}
	fields := strings.Fields(strings.Split(out, "\n")[1])
	if len(fields) != 6 || fields[0] != "Q900001" || fields[1] != "5" || fields[2] != "5" {
		t.Errorf("measured %v, want Q900001 with 5 questions, all on the longest path", fields)
	}
}

// doorArchive returns an archive that holds the places of the small knowledge base, the second cause in these words.
func doorArchive(t *testing.T, cause string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	for id, sections := range map[string]string{
		"Q900001": "\tCAUSE\n\t=====\n\t\n\tIt waits.\n\t\n\t" + cause + "\n\t\n\tWORKAROUND\n\t==========\n\t\n\tTake it out.\n",
		"Q900002": "\tSUMMARY\n\t=======\n\t\n\tOn a tab.\n",
	} {
		write(t, mkdir(t, dir, "900", id)+"/README.md", "## "+id+": DOOR: An Article\n\n\tArticle: "+id+"\n\tProduct(s): Door\n\n"+sections)
	}
	return dir
}

func TestCheckLooksUpProofsInAnArchive(t *testing.T) {
	code, out, errors := invoke(t, "", "check", "--content", "testdata/content", "--archive", doorArchive(t, "Dust."))
	if code != exitOK || !strings.Contains(out, "7 places named, 7 of them found in the archive as they were") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}

func TestCheckFillsHashesInAndNoticesOtherWords(t *testing.T) {
	dir := copyContent(t)
	code, out, errors := invoke(t, "", "check", "--content", dir, "--archive", doorArchive(t, "Dust."), "--write")
	tree := dir + "/Q900001/tree.yaml"
	if code != exitOK || !strings.HasPrefix(out, tree+": hashes written\n") {
		t.Fatalf("exit code %d\n%s%s", code, out, errors)
	}
	if !regexp.MustCompile(`proof: Q900001/CAUSE/2 [0-9a-f]{8}\n`).MatchString(read(t, tree)) {
		t.Errorf("no hash stands behind the second cause:\n%s", read(t, tree))
	}
	code, out, _ = invoke(t, "", "check", "--content", dir, "--archive", doorArchive(t, "Sand."))
	if code != exitFound || !strings.HasPrefix(out, tree+":") || !strings.Contains(out, "Q900001/CAUSE/2: the paragraph reads otherwise") {
		t.Errorf("other words: exit code %d\n%s", code, out)
	}
	code, _, _ = invoke(t, "", "check", "--content", dir, "--archive", doorArchive(t, "Dust."), "--write")
	if code != exitOK {
		t.Errorf("a second time: exit code %d", code)
	}
}

// TestAnswersQuoteTheArchiveWhereAnIndexOfItIsNamed shows the archive's own words, which the content does not hold.
func TestAnswersQuoteTheArchiveWhereAnIndexOfItIsNamed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	if code, _, errors := invoke(t, "", "index", "--archive", doorArchive(t, "Dust."), "--out", dir); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	report := `{"facts": {"reader": "yes", "dead_doors": ["ABC"]}}`
	if line := diagnose(t, report, "--content", "testdata/content", "--index", dir)[0]; !strings.Contains(line, `"passage":"It waits."`) {
		t.Errorf("diagnose does not quote it: %s", line)
	}
	code, out, errors := invoke(t, "yes\nABC\n", "ask", "--content", "testdata/content", "--index", dir)
	if code != exitOK || !strings.Contains(out, "What the article says: “It waits.”") {
		t.Errorf("ask does not quote it: exit code %d\n%s%s", code, out, errors)
	}
	code, _, errors = invoke(t, "", "ask", "--content", "testdata/content", "--index", t.TempDir())
	if code != exitFound || !strings.HasPrefix(errors, "fixdesk ask: ") {
		t.Errorf("an empty folder as an index: exit code %d: %s", code, errors)
	}
}

func mkdir(t *testing.T, parts ...string) string {
	t.Helper()
	dir := filepath.Join(parts...)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestNewBeginsAnArticleThatCheckWantsFilledIn(t *testing.T) {
	dir := copyContent(t)
	code, out, errors := invoke(t, "", "new", "q900003", "--content", dir)
	if code != exitOK || out != dir+"/Q900003/article.md\n"+dir+"/Q900003/tree.yaml\n"+dir+"/Q900003/cases.yaml\n" {
		t.Fatalf("exit code %d\n%s%s", code, out, errors)
	}
	code, out, _ = invoke(t, "", "check", "--content", dir)
	for _, want := range []string{"article.md:1: ", "tree.yaml:2: /about: ", "tree.yaml:3: /start: ", "tree.yaml:4: /questions: ", ": /diagnoses: ", "cases.yaml:1: /0/name: ", "cases.yaml:3: /0/expect: "} {
		if !strings.Contains(out, "Q900003/"+want) && !strings.Contains(out, want) {
			t.Errorf("check does not say %q of what is empty:\n%s", want, out)
		}
	}
	if code != exitFound {
		t.Errorf("check of empty files ends with %d", code)
	}
}

func TestNewPassesCheckOnceItIsFilledIn(t *testing.T) {
	dir := copyContent(t)
	invoke(t, "", "new", "Q900003", "--content", dir)
	tree, cases := dir+"/Q900003/tree.yaml", dir+"/Q900003/cases.yaml"
	edit(t, dir+"/Q900003/article.md", "# Q900003:", "# Q900003: DOOR: Readers and Windows")
	edit(t, dir+"/Q900003/article.md", "- Modified:", "- Modified: 11-JUN-2002")
	edit(t, tree, "about: ", "about: A reader on an old Windows.")
	edit(t, tree, "start: ", "start: client_os")
	write(t, tree, uncommented(read(t, tree)))
	edit(t, tree, "  win95, win98, winme:", "  win98:")
	edit(t, cases, "name: ", "name: the computer runs Windows 98")
	edit(t, cases, "{article: Q900003}", "{article: Q900003, facts: {client_os: win98}}")
	edit(t, cases, "expect: ", "expect: {confirmed: [old-windows], fix: look-it-up}")
	write(t, cases, read(t, cases)+"- name: nobody knows\n  report: {facts: {client_os: unknown}}\n  expect: {status: undecided}\n")
	code, out, errors := invoke(t, "", "check", "--content", dir)
	if code != exitOK {
		t.Errorf("check ends with %d\n%s%s\n%s", code, out, errors, read(t, tree))
	}
}

// uncommented takes the marks away from lines that are a comment as a whole.
func uncommented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if rest, ok := strings.CutPrefix(strings.TrimLeft(line, " "), "# "); ok {
			lines[i] = line[:len(line)-len(rest)-2] + rest
		}
	}
	return strings.Join(lines, "\n")
}

func TestNewLeavesAloneWhatIsThere(t *testing.T) {
	dir := copyContent(t)
	before := read(t, dir+"/Q900002/article.md")
	code, out, _ := invoke(t, "", "new", "Q900002", "--content", dir)
	if code != exitOK || strings.Contains(out, "article.md") || !strings.Contains(out, "tree.yaml") {
		t.Errorf("beside an article: exit code %d\n%s", code, out)
	}
	if read(t, dir+"/Q900002/article.md") != before {
		t.Error("the article was written over")
	}
	code, out, errors := invoke(t, "", "new", "Q900002", "--content", dir)
	if code != exitFound || out != "" || !strings.Contains(errors, "is there already") {
		t.Errorf("a second time: exit code %d\n%s%s", code, out, errors)
	}
}
