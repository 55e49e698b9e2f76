package script

import (
	"slices"
	"strings"
	"testing"
)

func TestTheLinterFindsWhatIsForbidden(t *testing.T) {
	for _, tt := range []struct{ dialect, line string }{
		{"cmd", "exit /b 1"}, {"cmd", "set /p X=name"}, {"cmd", "reg delete HKLM\\X /f"}, {"cmd", "set X=%Y:~-1%"}, {"cmd", "fc a b"},
		{"cmd", "del a && del b"}, {"cmd", `%SystemRoot%\System32\find.exe "x" KEY.REG`}, {"cmd", "goto nowhere"}, {"cmd", "del /s *.*"},
		{"cmd", `%SystemRoot%\System32\net.exe stop x /y`}, {"cmd", "for %%a in (x) do if defined X ("},
		{"cmd", "regedit /e x"}, {"cmd", "start /wait regedit /s x"}, {"cmd", "if defined X net start y"}, {"cmd", "type x| find \"y\""},
		{"cmd", "for /f %%a in (x) do sc query"}, {"cmd", "cd /d %TEMP%"}, {"cmd", ":never"},
		{"bat9x", "for /f %%a in (x) do echo"}, {"bat9x", "if /i a==b goto end"}, {"bat9x", "call :sub"}, {"bat9x", "net stop x"},
		{"bat9x", "for %%a in (1 2) do for %%b in (3 4) do echo"}, {"bat9x", "rem " + strings.Repeat("x", 130)},
		{"vbs", "Shell.RegDelete key"}, {"vbs", "Execute text"}, {"vbs", `Shell.Run "net stop x", 0, True`}, {"vbs", "Sub Idle()"},
		{"ps1", "iex $x"}, {"ps1", "& 'sc.exe' query"}, {"ps1", "function Idle {"}, {"ps1", "$after = 1"},
		{"ps1", "Invoke-Command -ComputerName x"}, {"reg", "; \u00fc"}, {"reg", strings.Repeat("\r\n", 601)},
	} {
		if len(Lint(tt.dialect, tt.line+"\r\n")) == 0 {
			t.Errorf("Lint(%s) has nothing against %q", tt.dialect, tt.line)
		}
	}
	if len(Lint("cmd", "echo x\n")) == 0 {
		t.Error("Lint has nothing against a line without CR")
	}
}

func TestTheLinterLeavesTheSubsetAlone(t *testing.T) {
	for _, tt := range []struct{ dialect, text string }{
		{"cmd", `"%SystemRoot%\System32\net.exe" stop x`}, {"cmd", `call :step 1 "find the net and exit, no choice"` + "\r\n:step"},
		{"cmd", `start /wait %SystemRoot%\regedit.exe /s x`}, {"cmd", "call :do\r\n:do"}, {"cmd", "goto m%MODE%\r\n:mapply\r\n:mundo"},
		{"vbs", `Shell.Run Windows & "\System32\net.exe stop x", 0, True`}, {"vbs", "Say \"Execute it\"\r\nSub Say(text)"},
		{"ps1", "$x = 1\r\nSay-It $x\r\nfunction Say-It {"}, {"ps1", `& "$env:SystemRoot\System32\sc.exe" query`},
		{"bat9x", "start /w regedit /e x"}, {"bat9x", "rem exit, choice and find in x.reg"},
	} {
		if found := Lint(tt.dialect, tt.text+"\r\n"); len(found) > 0 {
			t.Errorf("Lint(%s) has something against %q: %s", tt.dialect, tt.text, found)
		}
	}
}

// linted fails where the linter has something against a script.
func linted(t *testing.T, s Script) {
	t.Helper()
	for _, problem := range Lint(s.Dialect, s.Text) {
		t.Errorf("%s:%s", s.File, problem)
	}
}

func TestEveryDialectThatIsRegisteredIsOffered(t *testing.T) {
	for name := range dialects {
		if !slices.Contains(Dialects(), name) {
			t.Errorf("%s is rendered and not offered", name)
		}
	}
}
