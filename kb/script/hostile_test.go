package script

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/plan"
)

// wouldBeCode are texts that would like to be code in a batch file, a registration file or a page.
var wouldBeCode = []string{
	"a & format c:", "x | y", "a > b < c", "100% of %PATH%", "^ caret", "bang !x!", `say "hi"`, "it's", "two\r\nlines", "a\u2019b \u201cq\u201d",
	"]\n[-HKEY_LOCAL_MACHINE\\SOFTWARE", "REM ) (", "/?", "ON", "\x00\x1a\u2028", "<script>alert(1)</script>", "]]> --* *_`x`_*", "script=00000000",
	"FIXDESK-RESULT v=1", ":end", "goto end", "@echo on", "trailing \\", `\"`, "%%", "%1 %2", handMark + "typed" + handMark,
}

// withWords returns the plan with every text that a tree can write replaced by one, past the checks of a draft.
func withWords(p plan.Plan, text string) plan.Plan {
	p.Fixes = slices.Clone(p.Fixes)
	for i := range p.Fixes {
		p.Fixes[i].Goal, p.Fixes[i].Doubts = text, []string{text}
	}
	p.Doubts = []string{text}
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		p.Stages[i].Steps = slices.Clone(p.Stages[i].Steps)
		for k, s := range p.Stages[i].Steps {
			switch s := s.(type) {
			case plan.Tell:
				s.Text = plan.Text(text)
				p.Stages[i].Steps[k] = s
			case plan.ExpectEntry:
				s.Otherwise = plan.Text(text)
				p.Stages[i].Steps[k] = s
			}
		}
	}
	return p
}

// codeIn returns the lines of a script that its reader carries out.
func codeIn(s Script) []string {
	var code []string
	for line := range strings.Lines(s.Text) {
		line = strings.ReplaceAll(strings.TrimRight(line, "\r\n"), s.ID, zeros)
		said := strings.HasPrefix(line, "echo ") && !strings.ContainsAny(line, "<>|%")
		if !said && !strings.HasPrefix(line, "rem") && !strings.HasPrefix(line, "; ") {
			code = append(code, line)
		}
	}
	return code
}

func TestNoTextBecomesCode(t *testing.T) {
	for _, tt := range []struct {
		fix, dialect string
		stage        int
	}{{"wait-9x", "bat9x", 2}, {"wait-9x", "bat9x", 3}, {"forget-site", "reg", 1}} {
		p := planFor(t, "Q238865 "+tt.fix)
		plain, err := Render(withWords(p, "harmless"), tt.dialect, tt.stage)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range wouldBeCode {
			s, err := Render(withWords(p, text), tt.dialect, tt.stage)
			if err != nil {
				t.Errorf("%s: %q: %v", tt.dialect, text, err)
				continue
			}
			linted(t, s)
			if got, want := codeIn(s), codeIn(plain); !slices.Equal(got, want) {
				t.Errorf("%s: the text %q has changed the code", tt.dialect, text)
			}
			if id, ok := ID(s.Text); !ok || id != s.ID {
				t.Errorf("%s: the text %q hides the ID", tt.dialect, text)
			}
		}
	}
}

func TestNoTextBecomesMarkup(t *testing.T) {
	unescaped := regexp.MustCompile(`(^|[^\\])<`)
	for _, text := range wouldBeCode {
		page := pageOf(t, withWords(planFor(t, "Q238865 forget-site"), text), 0)
		if unescaped.MatchString(page) || strings.ContainsAny(page, "\x00\r"+handMark) {
			t.Errorf("the text %q came through:\n%s", text, page)
		}
	}
}
