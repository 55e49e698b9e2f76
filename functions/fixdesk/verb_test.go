package main

import (
	"flag"
	"slices"
	"strings"
	"testing"
)

func TestEveryVerbSaysHowItIsUsed(t *testing.T) {
	for _, v := range verbs() {
		u := v.usage()
		for _, args := range [][]string{{u.name, "--help"}, {u.name, "-h"}, {"help", u.name}, {u.name, "Q238865", "--help"}} {
			code, out, errors := invoke(t, "", args...)
			if code != exitOK || errors != "" {
				t.Errorf("fixdesk %v: exit code %d, %s", args, code, errors)
			}
			for _, want := range []string{"Usage: fixdesk " + u.name, "Example:\n  ", "fixdesk " + u.name, upper(u.synopsis)} {
				if !strings.Contains(out, want) {
					t.Errorf("fixdesk %v does not say %q", args, want)
				}
			}
			newFlags(v).VisitAll(func(f *flag.Flag) {
				if !strings.Contains(out, "--"+f.Name) || f.Usage == "" {
					t.Errorf("fixdesk %v does not explain --%s", args, f.Name)
				}
			})
		}
	}
}

func TestProgramListsItsVerbs(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"-h"}, {"help"}} {
		code, out, _ := invoke(t, "", args...)
		if code != exitOK || !strings.Contains(out, "Example:\n  fixdesk ") {
			t.Errorf("fixdesk %v: exit code %d\n%s", args, code, out)
		}
		for _, v := range verbs() {
			if !strings.Contains(out, "  "+v.usage().name+" ") || !strings.Contains(out, v.usage().synopsis) {
				t.Errorf("fixdesk %v does not list %s", args, v.usage().name)
			}
		}
	}
}

func TestWrongCommandLinesAreRefusedWithWhatToDo(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "Usage: fixdesk VERB"},
		{"daignose", "there is no verb daignose"},
		{"diagnoses", "did you mean diagnose?"},
		{"shw", "fixdesk --help lists them"},
		{"show", "expected ARTICLE; fixdesk show --help says how it is used"},
		{"show 238865", `"238865" is no number of an article: write it like Q238865`},
		{"show Q123456", "there is no article Q123456; there are trees for Q"},
		{"show Q238865 Q236596", "Q236596 is one argument too many"},
		{"show Q238865 --mermaid --json", "do not go together"},
		{"show Q238865 --mermiad", "-mermiad; fixdesk show --help"},
		{"show Q238865 --content", "-content wants a value"},
		{"check --write", "--write needs --archive"},
		{"check --content testdata/nowhere", "there is no folder testdata/nowhere"},
		{"check --archive testdata/nowhere", "testdata/nowhere is not there"},
		{"check --content verb.go", "verb.go is a file"},
		{"diagnose --jobs 0", "--jobs wants a number from 1 to 256"},
		{"diagnose --jobs many", "invalid value"},
		{"diagnose reports.jsonl", "reports.jsonl is one argument too many"},
		{"serve --addr 8080", "--addr wants a host and a port"},
		{"ask Q238865 --dialect sh", "--dialect wants one of cmd"},
		{"ask --log testdata/nowhere.log", "testdata/nowhere.log is not there"},
		{"ask --log testdata", "testdata is no file"},
		{"new", "expected ARTICLE"},
		{"new Q12", "write it like Q238865"},
		{"new Q123456 --content testdata", "testdata is no knowledge base"},
		{"scripts Q238865 --fix format-disk", "Q238865 has no fix format-disk: it has forget-site"},
		{"scripts Q238865 --dialect sh", "--dialect wants one of"},
		{"scripts Q238865 --set client_os", "--set wants NAME=VALUE"},
		{"scripts Q238865 --set colour=red", "there is no fact colour"},
		{"scripts Q238865 --sign key.pem", "--sign needs --out"},
		{"scripts Q238865 --stage -1", "--stage wants a number"},
		{"scripts --fix forget-site", "expected ARTICLE beside these flags"},
		{"verify", "expected FILE"},
		{"verify --key verb.go verb.go", "verb.go holds no public Ed25519 key"},
		{"verify --key testdata/nowhere verb.go", "testdata/nowhere is not there"},
	} {
		code, out, errors := invoke(t, "", strings.Fields(c.args)...)
		if code != exitUsage || out != "" || !strings.Contains(errors, c.want) {
			t.Errorf("fixdesk %s: exit code %d\n%s%swant 2 and %q", c.args, code, out, errors, c.want)
		}
	}
}

func TestFlagsStandWhereverTheyAreWritten(t *testing.T) {
	for _, c := range []struct {
		args, rest []string
		mermaid    bool
	}{
		{[]string{"--mermaid", "a", "b"}, []string{"a", "b"}, true},
		{[]string{"a", "--mermaid", "b"}, []string{"a", "b"}, true},
		{[]string{"a", "b", "-mermaid"}, []string{"a", "b"}, true},
		{[]string{"a", "--", "--mermaid"}, []string{"a", "--mermaid"}, false},
		{[]string{"a", "-"}, []string{"a", "-"}, false},
		{nil, nil, false},
	} {
		v := &showVerb{}
		rest, err := parse(newFlags(v), c.args)
		if err != nil || !slices.Equal(rest, c.rest) || v.mermaid != c.mermaid {
			t.Errorf("parse(%q) = %q, %v with mermaid %v, want %q", c.args, rest, err, v.mermaid, c.rest)
		}
	}
}

func TestNoVerbSharesItsNameOrRemembersItsFlags(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range verbs() {
		if name := v.usage().name; seen[name] {
			t.Errorf("two verbs are called %s", name)
		} else {
			seen[name] = true
		}
	}
	f := newFlags(find("show"))
	if _, err := parse(f, []string{"--mermaid"}); err != nil {
		t.Fatal(err)
	}
	if find("show").(*showVerb).mermaid {
		t.Error("a flag of one run is set in the next")
	}
}

func TestBrokenContentIsNamedByFileAndLine(t *testing.T) {
	dir := copyContent(t)
	edit(t, dir+"/Q900001/tree.yaml", "start: dust", "start: dusk")
	for _, args := range [][]string{{"show", "Q900001"}, {"ask"}, {"diagnose"}, {"scripts", "Q900001"}, {"serve"}} {
		code, out, errors := invoke(t, "", append(args, "--content", dir)...)
		want := dir + `/Q900001/tree.yaml:4: /start: there is no question "dusk"`
		if code != exitFound || out != "" || !strings.Contains(errors, want) {
			t.Errorf("fixdesk %v: exit code %d\n%s%swant 1 and %q", args, code, out, errors, want)
		}
	}
}
