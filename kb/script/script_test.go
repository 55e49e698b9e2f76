package script

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
)

// contentPlans returns a plan of every fix of the seed article, and of some combinations.
func contentPlans(t testing.TB, codes ...string) map[string]plan.Plan {
	t.Helper()
	plans := map[string]plan.Plan{}
	all := drafts(t, seed)
	for name := range all.All() {
		plans[name] = bound(t, codes, name)
	}
	for _, names := range [][]string{{"forget-site", "restart"}, {"level-sites", "reinstall"}, {"forget-site", "level-sites"}, {"forget-site", "age-site"}} {
		plans[strings.Join(names, "+")] = bound(t, codes, names...)
	}
	return plans
}

func TestEveryScriptKeepsToItsDialect(t *testing.T) {
	for name, p := range contentPlans(t, "BRI", "S00") {
		for _, s := range everything(p) {
			for _, problem := range Lint(s.Dialect, s.Text) {
				t.Errorf("%s: %s:%s", name, s.File, problem)
			}
		}
	}
}

func TestTheLinterFindsWhatIsForbidden(t *testing.T) {
	for _, tt := range []struct{ dialect, line string }{
		{"cmd", "exit /b 1"}, {"cmd", "set /p X=name"}, {"cmd", "reg delete HKLM\\X /f"}, {"cmd", "set X=%Y:~-1%"}, {"cmd", "fc a b"},
		{"cmd", "del a && del b"}, {"cmd", `find "x" KEY.REG`}, {"cmd", "goto nowhere"}, {"cmd", "del /s *.*"}, {"cmd", "net stop x /y"}, {"cmd", "for %%a in (x) do if defined X ("},
		{"bat9x", "for /f %%a in (x) do echo"}, {"bat9x", "if /i a==b goto end"}, {"bat9x", "call :sub"}, {"bat9x", "net stop x"},
		{"bat9x", "rem " + strings.Repeat("x", 130)}, {"vbs", "Shell.RegDelete key"}, {"vbs", "Execute text"}, {"ps1", "iex $x"},
		{"ps1", "Invoke-Command -ComputerName x"}, {"reg", "; \u00fc"},
	} {
		if len(Lint(tt.dialect, tt.line+"\r\n")) == 0 {
			t.Errorf("Lint(%s) has nothing against %q", tt.dialect, tt.line)
		}
	}
	if len(Lint("cmd", "echo x\n")) == 0 {
		t.Error("Lint has nothing against a line without CR")
	}
}

func TestAScriptIsNamedByItsOwnBytes(t *testing.T) {
	for name, p := range contentPlans(t, "BRI") {
		for _, s := range everything(p) {
			id, ok := ID(s.Text)
			if !ok || id != s.ID {
				t.Errorf("%s: the text of %s says another ID than %s", name, s.File, s.ID)
			}
			if _, ok := ID(strings.Replace(s.Text, "BRI", "LON", 1)); ok && strings.Contains(s.Text, "BRI") {
				t.Errorf("%s: a changed %s still has its ID", name, s.File)
			}
			again := render(t, p, s.Dialect, s.Stage)
			if again != s {
				t.Errorf("%s: %s is rendered differently a second time", name, s.File)
			}
			if strings.Contains(s.File, "BRI") {
				t.Errorf("the name %s holds a value", s.File)
			}
		}
	}
}

func TestADialectSaysWhichStepItCannotExpress(t *testing.T) {
	for _, tt := range []struct{ fix, dialect, step string }{
		{"forget-site", "bat9x", "check-platform"},
		{"reinstall-9x", "cmd", "tell"},
		{"reinstall", "ps1", "run-tool"},
		{"reinstall", "reg", "tell"},
		{"restart", "cmd", "tell"},
		{"age-site-9x", "bat9x", "expect-key"},
		{"collect", "reg", "collect"},
		{"edit-smsls", "ps1", "backup-file"},
	} {
		_, err := Render(bound(t, []string{"BRI"}, tt.fix), tt.dialect, 1)
		var unsupported *UnsupportedError
		if !errors.As(err, &unsupported) || unsupported.Step != tt.step || unsupported.Dialect != tt.dialect {
			t.Errorf("Render(%s, %s): %v, want that %s is not expressed", tt.fix, tt.dialect, err, tt.step)
		}
	}
}

func TestNothingIsRenderedOfAPlanThatStillNeedsAFact(t *testing.T) {
	p, err := plan.Combine(fixOf(t, "forget-site"))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range Dialects() {
		if s, err := Render(p, d, 1); err == nil || s.Text != "" {
			t.Errorf("Render(%s) of an unbound plan: %v and %d bytes", d, err, len(s.Text))
		}
	}
}

func TestTheDialectFollowsTheComputer(t *testing.T) {
	for os, want := range map[string]string{"nt4": "cmd", "win2000": "cmd", "nt351": "cmd", "xp": "cmd", "win95": "bat9x", "win98": "bat9x", "winme": "bat9x", "": "md", "other": "md", "unknown": "md"} {
		if got := For(os); got != want {
			t.Errorf("For(%q) = %s, want %s", os, got, want)
		}
	}
	for _, os := range []string{"nt4", "win98", ""} {
		if !slices.Contains(Dialects(), For(os)) {
			t.Errorf("For(%q) is no dialect", os)
		}
	}
}

func TestEveryChangingScriptCanShowApplyVerifyAndUndo(t *testing.T) {
	for name, p := range contentPlans(t, "BRI") {
		for _, s := range everything(p) {
			if s.Dialect != "cmd" && s.Dialect != "bat9x" && s.Dialect != "vbs" {
				continue
			}
			for _, want := range []string{"/apply", "/verify", "/undo", "FIXDESK-RESULT v=1 fix=" + p.Name() + " script=" + s.ID} {
				if !strings.Contains(s.Text, want) {
					t.Errorf("%s: %s does not say %s", name, s.File, want)
				}
			}
		}
	}
}

func TestARegistrationFileDeletesOnlyTheEntry(t *testing.T) {
	s := render(t, bound(t, []string{"BRI"}, "forget-site"), "reg", 1)
	var sections []string
	for line := range strings.Lines(s.Text) {
		if strings.HasPrefix(line, "[") {
			sections = append(sections, strings.TrimSpace(line))
		}
	}
	want := []string{`[-HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\SMS\Client\InstalledSites\BRI]`, `[-HKEY_LOCAL_MACHINE\Microsoft\SMS\Client\InstalledSites\BRI]`}
	if !slices.Equal(sections, want) {
		t.Errorf("the sections are %q, want %q", sections, want)
	}
	if !strings.HasPrefix(s.Text, "REGEDIT4\r\n\r\n") {
		t.Error("the file does not begin with REGEDIT4 and an empty line")
	}
}

// hostile are texts that would like to be code.
var hostile = []string{
	"a & format c:", "x | y", "a > b < c", "100% of %PATH%", "^ caret", "bang !x!", `say "hi"`, "it's", "$(calc) `n $env:x", "two\r\nlines", "a\u2019b \u201cq\u201d",
	"]\n[-HKEY_LOCAL_MACHINE\\SOFTWARE", "REM ) else (", "/?", "ON", "x _", "x ^", "' : WScript.Quit", "# } ; exit", "\x00\x1a\u2028", "<script>alert(1)</script>", "]]> --> *_`x`_*",
	"script=00000000", "FIXDESK-RESULT v=1", ":end", "goto end", "@echo on", "~0,1", "trailing \\", `\"`, "%%", "`$(x)`",
}

// skeleton returns what of a script is code, so that two scripts which differ in their texts have the same.
func skeleton(s Script) string {
	var b strings.Builder
	for line := range strings.Lines(s.Text) {
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.ToLower(strings.TrimLeft(line, " "))
		switch s.Dialect {
		case "cmd", "bat9x":
			if strings.HasPrefix(trimmed, "rem") || strings.HasPrefix(trimmed, "set say=") || trimmed == "call :say" || strings.HasPrefix(trimmed, "echo ") && !strings.ContainsAny(line, "&|<>^%!\"") {
				continue
			}
		case "reg":
			if strings.HasPrefix(trimmed, ";") {
				continue
			}
		case "vbs":
			if strings.HasPrefix(trimmed, "'") {
				continue
			}
			line = unquoted(line, '"')
			for strings.Contains(line, `""""`) {
				line = strings.ReplaceAll(line, `""""`, `""`)
			}
			if strings.TrimSpace(line) == `WScript.Echo ""` || strings.Contains(line, `Say ""`) {
				continue
			}
		case "ps1":
			if strings.HasPrefix(trimmed, "#") {
				continue
			}
			line = unquoted(line, '\'')
		}
		line = strings.ReplaceAll(line, s.ID, zeros)
		for strings.Contains(line, `''''`) {
			line = strings.ReplaceAll(line, `''''`, `''`)
		}
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// withText returns the plan with every text that a tree can write replaced by one, past the checks of a draft.
func withText(t testing.TB, p plan.Plan, text string) plan.Plan {
	t.Helper()
	p.Fixes = slices.Clone(p.Fixes)
	for i := range p.Fixes {
		p.Fixes[i].Goal = text
		p.Fixes[i].Doubts = []string{text}
	}
	p.Doubts = []string{text}
	stages := slices.Clone(p.Stages)
	for i := range stages {
		stages[i].Steps = slices.Clone(stages[i].Steps)
		for k, s := range stages[i].Steps {
			switch s := s.(type) {
			case plan.Tell:
				s.Text = text
				stages[i].Steps[k] = s
			case plan.Verify:
				s.Text = text
				stages[i].Steps[k] = s
			case plan.Wait:
				s.Why = text
				stages[i].Steps[k] = s
			case plan.ExpectEntry:
				s.Otherwise = text
				stages[i].Steps[k] = s
			case plan.ExpectKey:
				s.Otherwise = text
				stages[i].Steps[k] = s
			}
		}
	}
	p.Stages = stages
	return p
}

// noCode fails where a text has become code in any script of the plan. harmless holds what the scripts are with a text that is none,
// by dialect and stage.
func noCode(t *testing.T, p plan.Plan, harmless map[string]string, text string) {
	t.Helper()
	if strings.Contains(text, "${") {
		return // a plan that needs a fact is not rendered
	}
	wild := withText(t, p, text)
	for place, want := range harmless {
		d, stage, _ := strings.Cut(place, " ")
		got := render(t, wild, d, int(stage[0]-'0'))
		if g := skeleton(got); g != want {
			t.Errorf("%s: the text %q has changed the code%s", place, text, firstDifference(g, want))
		}
		if id, ok := ID(got.Text); !ok || id != got.ID {
			t.Errorf("%s: the text %q hides the ID", d, text)
		}
		if flag.Lookup("test.fuzz").Value.String() != "" || len(text) > 60 || p.Name() == "edit-smsls" {
			continue // long texts may exceed the width, one fix is enough for the linter, and a fuzzer wants to be quick
		}
		if problems := Lint(d, got.Text); len(problems) > 0 {
			t.Errorf("%s: the text %q makes the linter say %s", d, text, problems[0])
		}
	}
	md, err := Render(wild, "md", 0)
	if err != nil {
		t.Fatal(err)
	}
	if unescaped.MatchString(md.Text) || strings.ContainsAny(md.Text, "\x00\r") {
		t.Errorf("md: the text %q came through", text)
	}
}

// withHarmless returns the code of every script of a plan with harmless texts, by dialect and stage.
func withHarmless(t testing.TB, p plan.Plan) map[string]string {
	t.Helper()
	all := map[string]string{}
	plain := withText(t, p, "harmless")
	for _, d := range []string{"cmd", "bat9x", "reg", "vbs", "ps1"} {
		for _, st := range p.Stages {
			if s, err := Render(plain, d, st.Number); err == nil {
				all[fmt.Sprint(d, " ", st.Number)] = skeleton(s)
			}
		}
	}
	return all
}

// unescaped finds the beginning of an HTML tag in Markdown.
var unescaped = regexp.MustCompile(`(^|[^\\])<`)

func FuzzATextNeverBecomesCode(f *testing.F) {
	for _, text := range hostile {
		f.Add(text)
	}
	plans := []plan.Plan{bound(f, []string{"BRI"}, "forget-site"), bound(f, []string{"BRI"}, "reinstall-9x"), bound(f, []string{"BRI"}, "edit-smsls")}
	var plain []map[string]string
	for _, p := range plans {
		plain = append(plain, withHarmless(f, p))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if text == "" || len(text) > 400 {
			return
		}
		for i, p := range plans {
			noCode(t, p, plain[i], text)
		}
	})
}

func FuzzAValueIsASiteCodeOrEntersNoScript(f *testing.F) {
	for _, text := range append(hostile, "LON", "S00", "NUL", "abc", "A&B") {
		f.Add(text)
	}
	forget, err := plan.Combine(fixOf(f, "forget-site"))
	if err != nil {
		f.Fatal(err)
	}
	want := map[string]string{}
	for _, s := range everything(bound(f, []string{"BRI"}, "forget-site")) {
		want[s.Dialect] = strings.ReplaceAll(strings.ReplaceAll(s.Text, s.ID, zeros), "BRI", "???")
	}
	f.Fuzz(func(t *testing.T, value string) {
		p, err := forget.Bind(facts.Of(facts.Fact{Name: "nonexistent_sites", Values: []string{value}}))
		if err != nil {
			return
		}
		if len(value) != 3 {
			t.Fatalf("Bind took %q", value)
		}
		for _, s := range everything(p) {
			if s.Dialect == "cmd" {
				continue // its hex bytes differ from code to code
			}
			if got := strings.ReplaceAll(strings.ReplaceAll(s.Text, s.ID, zeros), value, "???"); got != want[s.Dialect] && !strings.Contains(want[s.Dialect], value) {
				t.Errorf("%s: the code %q changes more than its own places%s", s.Dialect, value, firstDifference(got, want[s.Dialect]))
			}
		}
	})
}

// named is a fix in which a tree names a key, an entry and data.
const named = `{"goal": "Try.", "risk": "low", "platform": "nt", "proof": "gk", "steps": [
 {"check-platform": "nt"}, {"check-rights": "administrator"},
 {"expect-entry": {"key": "HKLM\\SOFTWARE\\KEYKEY", "name": "NAMENAME", "otherwise": "None."}},
 {"expect-key": {"key": "HKLM\\SOFTWARE\\KEYKEY", "otherwise": "None."}},
 {"backup-key": {"key": "HKLM\\SOFTWARE\\KEYKEY"}},
 {"stop-services": ["SMS Client Service"]},
 {"delete-entry": {"key": "HKLM\\SOFTWARE\\KEYKEY", "name": "NAMENAME"}},
 {"set-value": {"key": "HKLM\\SOFTWARE\\KEYKEY", "name": "VALUEVALUE", "data": "DATADATA"}},
 {"start-services": ["SMS Client Service"]},
 {"verify-gone": {"key": "HKLM\\SOFTWARE\\KEYKEY", "name": "NAMENAME"}},
 {"verify-value": {"key": "HKLM\\SOFTWARE\\KEYKEY", "name": "VALUEVALUE", "data": "DATADATA"}}]}`

// namedPlan returns the plan of that fix with one of its names replaced, or what is wrong with it.
func namedPlan(mark, text string) (plan.Plan, error) {
	quoted, err := json.Marshal(text)
	if err != nil {
		return plan.Plan{}, err
	}
	var d plan.Draft
	if err := json.Unmarshal([]byte(strings.ReplaceAll(named, mark, strings.Trim(string(quoted), `"`))), &d); err != nil {
		return plan.Plan{}, err
	}
	f, err := d.Fix("try", "Q238865", "01234567")
	if err != nil {
		return plan.Plan{}, err
	}
	p, err := plan.Combine(f)
	if err != nil {
		return plan.Plan{}, err
	}
	return p.Bind(facts.Facts{})
}

// places returns the code of a script with a name replaced by a mark. The bytes by which cmd looks into lists differ from name to name.
func places(s Script, name, mark string) string {
	var b strings.Builder
	for line := range strings.Lines(skeleton(s)) {
		if !strings.HasPrefix(line, `set "PART=%HEX:`) {
			b.WriteString(line)
		}
	}
	return strings.ReplaceAll(b.String(), name, mark)
}

func FuzzWhatATreeNamesStaysAName(f *testing.F) {
	marks := []string{"KEYKEY", "NAMENAME", "VALUEVALUE", "DATADATA"}
	for _, text := range append(hostile, "a & calc", "SMS Client Deinstall", "a) b (c", "x ' y", "1990/01/01 00:00.00", "Some Name 7", "..", "~1", "@x", "{x}", "(x", "x:y", "-x") {
		for at := range marks {
			f.Add(text, byte(at))
		}
	}
	plain, err := namedPlan("KEYKEY", "KEYKEY")
	if err != nil {
		f.Fatal(err)
	}
	want := map[string]Script{}
	for _, d := range []string{"cmd", "reg", "vbs", "ps1"} {
		want[d] = render(f, plain, d, 1)
	}
	f.Fuzz(func(t *testing.T, text string, at byte) {
		mark := marks[int(at)%len(marks)]
		p, err := namedPlan(mark, text)
		if err != nil || len(text) > 100 {
			return // a name that is none, or one that makes a line longer than people read
		}
		for d, plain := range want {
			if strings.Contains(strings.ReplaceAll(skeleton(plain), mark, ""), text) {
				continue // a name that stands in every script cannot be told from it
			}
			got := render(t, p, d, 1)
			if g, w := places(got, text, mark), places(plain, mark, mark); g != w {
				t.Errorf("%s: %q in the place of %s changes more than its own places%s", d, text, mark, firstDifference(g, w))
			}
			if problems := Lint(d, got.Text); len(problems) > 0 && len(text) < 40 {
				t.Errorf("%s: %q in the place of %s makes the linter say %s", d, text, mark, problems[0])
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := bound(b, []string{"BRI"}, "forget-site")
	for _, d := range Dialects() {
		stage := 1
		if d == "md" {
			stage = 0
		}
		b.Run(d, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Render(p, d, stage)
			}
		})
	}
	unbound, err := plan.Combine(fixOf(b, "forget-site"))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bind", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = unbound.Bind(example("BRI"))
		}
	})
}

func TestAMemoGivesWhatWasRendered(t *testing.T) {
	var m Memo
	for range 2 {
		for _, codes := range [][]string{{"BRI"}, {"LON"}, {"BRI", "LON"}} {
			p := bound(t, codes, "forget-site")
			for _, d := range Dialects() {
				want, wantErr := Render(p, d, 1)
				got, err := m.Render(p, d, 1)
				if got != want || (err == nil) != (wantErr == nil) {
					t.Errorf("Memo.Render(%v, %s) differs from Render", codes, d)
				}
			}
		}
	}
}

// A value that was only read stands in a page for people, with its mark, and in no script of any kind.
func TestNoScriptIsMadeOfAPlanThatWaitsForAYes(t *testing.T) {
	for _, names := range [][]string{{"forget-site"}, {"age-site"}, {"age-site-9x"}, {"forget-site", "age-site"}, {"reinstall-orphan"}, {"edit-smsls"}} {
		var fixes []plan.Fix
		for _, n := range names {
			fixes = append(fixes, fixOf(t, n))
		}
		p, err := plan.Combine(fixes...)
		if err != nil {
			t.Fatal(err)
		}
		sketch, err := p.Sketch(facts.Of(facts.Fact{Name: "nonexistent_sites", Values: []string{"BRI", "S00"}, Source: facts.Text}), nil)
		if err != nil {
			t.Fatal(err)
		}
		undo, _ := sketch.Undo()
		var memo Memo
		for _, part := range []plan.Plan{sketch, undo} {
			for _, st := range part.Stages {
				for _, d := range Dialects() {
					for _, by := range []func(plan.Plan, string, int) (Script, error){Render, memo.Render} {
						if s, err := by(part, d, st.Number); d != "md" && !errors.Is(err, ErrSketch) {
							t.Errorf("%v: %s: %v\n%s", names, d, err, s.Text)
						}
					}
				}
			}
		}
		page := render(t, sketch, "md", 0).Text
		for _, code := range []string{"BRI", "S00"} {
			if strings.Count(page, code) != strings.Count(page, code+" (confirm first)") {
				t.Errorf("%v: the page names %s without its mark:\n%s", names, code, page)
			}
		}
	}
}
