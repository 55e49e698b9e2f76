package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/script"
)

// names returns the files of a folder.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all
}

func TestScriptsPrintsOneScriptAsItIs(t *testing.T) {
	code, out, errors := invoke(t, "", "scripts", "Q900001", "--fix", "forget-door", "--dialect", "cmd", "--set", "dead_doors=abc", "--content", "testdata/content")
	if code != exitOK || errors != "" {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	if _, whole := script.ID(out); !whole || strings.Count(out, "\r\n") != strings.Count(out, "\n") || !strings.Contains(out, "ABC") {
		t.Errorf("it is no whole cmd script about ABC:\n%s", out)
	}
}

func TestScriptsWritesWhatEachDialectCanExpress(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "scripts")
	args := []string{"scripts", "Q900001", "--set", "dead_doors=ABC,DEF", "--out", dir, "--content", "testdata/content"}
	code, out, errors := invoke(t, "", args...)
	got := names(t, dir)
	for _, want := range []string{"call-us.md", "forget-door-1.cmd", "forget-door-1.reg", "forget-door.md"} {
		if !slices.Contains(got, want) || !strings.Contains(out, filepath.Join(dir, want)+"\n") {
			t.Errorf("%s is not among %v, or not named:\n%s", want, got, out)
		}
	}
	if slices.Contains(got, "forget-door-1.bat") || code != exitOK || errors != "" {
		t.Errorf("exit code %d, files %v: %s", code, got, errors)
	}
	code, out, _ = invoke(t, "", args...)
	if code != exitOK || strings.Count(out, "(was there already)") != len(got) {
		t.Errorf("a second time: exit code %d\n%s", code, out)
	}
}

func TestScriptsWritesOverNothing(t *testing.T) {
	dir := t.TempDir()
	mine := filepath.Join(dir, "forget-door.md")
	write(t, mine, "my notes")
	code, out, errors := invoke(t, "", "scripts", "Q900001", "--set", "dead_doors=ABC", "--out", dir, "--content", "testdata/content")
	if code != exitFound || !strings.Contains(errors, mine+" is there already and says something else") {
		t.Errorf("exit code %d\n%s", code, errors)
	}
	if read(t, mine) != "my notes" || !strings.Contains(out, "forget-door-1.cmd") {
		t.Errorf("the notes are %q now, and it wrote\n%s", read(t, mine), out)
	}
}

func TestScriptsSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		args, want string
		code       int
	}{
		{"--fix forget-door", "forget-door: dead_doors is needed: tell it with --set dead_doors=…", exitFound},
		{"", "forget-door: dead_doors is needed", exitFound}, // the other fix is printed all the same
		{"--fix forget-door --set dead_doors=ABC --dialect bat9x", "bat9x cannot express step 1", exitFound},
		{"--fix call-us --dialect cmd", "all steps are a person's", exitFound},
		{"--fix forget-door --set dead_doors=ABC --stage 9", "there is no such stage", exitFound},
		{"--set dead_doors=a&b", "--set dead_doors: ", exitUsage},
		{"--set dead_doors=ABC --set doors=DEF", "--set: these do not go together", exitUsage},
		{"--set client_os=solaris", "--set client_os: is none of the answers", exitUsage},
	} {
		code, _, errors := invoke(t, "", append([]string{"scripts", "Q900001", "--content", "testdata/content"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(errors, c.want) || strings.Contains(errors, "a&b") || strings.Contains(errors, "solaris") {
			t.Errorf("%s: exit code %d\n%swant %d and %q", c.args, code, errors, c.code, c.want)
		}
	}
}

// TestScriptsWritesTheExamplesOfTheRepository holds the verb to the committed scripts, which package script tests too.
func TestScriptsWritesTheExamplesOfTheRepository(t *testing.T) {
	const content = "../../kb/content"
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(content)); err != nil {
		t.Fatal(err)
	}
	write(t, mkdir(t, dir, "Q238865", "scripts")+"/no-such-fix.md", "x")
	if code, _, errors := invoke(t, "", "scripts", "--content", dir); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	want, _ := filepath.Glob(content + "/*/scripts/*")
	got, _ := filepath.Glob(dir + "/*/scripts/*")
	if len(want) != len(got) || len(want) == 0 {
		t.Errorf("%d files, %d are committed", len(got), len(want))
	}
	for _, file := range want {
		part, _ := filepath.Rel(content, file)
		if data, err := os.ReadFile(filepath.Join(dir, part)); err != nil || string(data) != read(t, file) {
			t.Errorf("%s is not what is committed: %v", part, err)
		}
	}
}

// keys writes a pair of keys and returns their files.
func keys(t *testing.T) (private, public string) {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	private, public = filepath.Join(dir, "key.pem"), filepath.Join(dir, "public.pem")
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, private, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	if der, err = x509.MarshalPKIXPublicKey(pub); err != nil {
		t.Fatal(err)
	}
	write(t, public, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	return private, public
}

func TestVerifyTakesWhatScriptsHasSigned(t *testing.T) {
	private, public := keys(t)
	dir := t.TempDir()
	if code, _, errors := invoke(t, "", "scripts", "Q900001", "--set", "dead_doors=ABC", "--out", dir, "--sign", private, "--content", "testdata/content"); code != exitOK {
		t.Fatalf("exit code %d: %s", code, errors)
	}
	files, _ := filepath.Glob(dir + "/*") // the signatures too, as a shell would name them
	code, out, errors := invoke(t, "", append([]string{"verify", "--key", public}, files...)...)
	if code != exitOK || errors != "" || len(files) < 6 || strings.Count(out, " fits, and so does the signature\n") != len(files)/2 {
		t.Errorf("%v: exit code %d\n%s%s", files, code, out, errors)
	}
}

func TestVerifyRefusesWhatWasChanged(t *testing.T) {
	private, public := keys(t)
	_, stranger := keys(t)
	dir := t.TempDir()
	invoke(t, "", "scripts", "Q900001", "--fix", "forget-door", "--set", "dead_doors=ABC", "--out", dir, "--sign", private, "--content", "testdata/content")
	file := filepath.Join(dir, "forget-door-1.cmd")
	text, signature := read(t, file), read(t, file+".sig")
	other := strings.Replace(text, "ABC", "XYZ", 1)
	forged := resealed(t, other)
	for _, c := range []struct{ what, key, text, signature, want string }{
		{"a changed script", "", other, signature, "was changed since it was written"},
		{"a script that was changed and given a new id", public, forged, signature, "the signature is not of this key and these bytes"},
		{"the key of somebody else", stranger, text, signature, "the signature is not of this key and these bytes"},
		{"a signature that is none", public, text, "hello", "the signature is not of this key and these bytes"},
		{"a file without an id", "", "@echo off\r\n", signature, "names no id"},
		{"an empty file", "", "", signature, "names no id"},
		{"other line ends", public, strings.ReplaceAll(text, "\r\n", "\n"), signature, "was changed since it was written"},
	} {
		write(t, file, c.text)
		write(t, file+".sig", c.signature)
		args := []string{"verify", file}
		if c.key != "" {
			args = append(args, "--key", c.key)
		}
		code, out, errors := invoke(t, "", args...)
		if code != exitFound || out != "" || !strings.Contains(errors, file+": ") || !strings.Contains(errors, c.want) {
			t.Errorf("%s: exit code %d\n%s%swant %q", c.what, code, out, errors, c.want)
		}
	}
	write(t, file, text)
	if err := os.Remove(file + ".sig"); err != nil {
		t.Fatal(err)
	}
	if code, _, errors := invoke(t, "", "verify", "--key", public, file); code != exitFound || !strings.Contains(errors, "there is no signature beside it") {
		t.Errorf("without a signature: exit code %d: %s", code, errors)
	}
}

// resealed gives a changed script the id that it would have.
func resealed(t *testing.T, text string) string {
	t.Helper()
	id, _ := script.ID(text)
	at := strings.Index(text, "script=") + len("script=")
	text = text[:at] + id + text[at+len(id):]
	if _, ok := script.ID(text); !ok {
		t.Fatal("the id does not fit")
	}
	return text
}

func TestVerifyGoesOnAfterAFileThatIsMissing(t *testing.T) {
	dir := t.TempDir()
	invoke(t, "", "scripts", "Q900001", "--fix", "call-us", "--out", dir, "--content", "testdata/content")
	code, out, errors := invoke(t, "", "verify", dir+"/nowhere.cmd", dir+"/call-us.md", dir)
	if code != exitFound || !strings.Contains(out, "call-us.md: id ") || strings.Count(errors, "\n") != 2 || !strings.Contains(errors, "nowhere.cmd is not there") {
		t.Errorf("exit code %d\n%s%s", code, out, errors)
	}
}
