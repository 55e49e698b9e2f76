package script

import (
	"fmt"
	"regexp"
	"strings"
)

// A rule holds a dialect to its documented subset. It looks at one line of code; comments are judged by the rules for all lines.
type rule struct {
	dialects string         // which it is for, separated by blanks
	never    *regexp.Regexp // what no line of code may have
	why      string
	source   string // an article, or gk: general knowledge of the shell
}

func never(expr string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + expr) }

var rules = []rule{
	{"cmd bat9x", never(`\bexit\b`), "exit /b came with Windows 2000, and exit alone ends the shell of the caller", "gk"},
	{"cmd bat9x", never(`\bset\s+/p\b`), "set /p came with Windows 2000", "gk"},
	{"cmd bat9x", never(`\bfindstr\b`), "findstr came with Windows 2000; Wine has a stub", "gk"},
	{"cmd bat9x", never(`\btimeout\b`), "timeout came with Windows Vista", "gk"},
	{"cmd bat9x", never(`enabledelayedexpansion|![a-z0-9]+!`), "delayed expansion came with Windows 2000", "gk"},
	{"cmd bat9x", never(`\breg(\.exe)?\s+(add|delete|query|export|import|save)\b`), "reg.exe is no part of Windows NT 4.0 and 2000", "Q180286"},
	{"cmd bat9x", never(`\bfc\b`), "fc is a stub in Wine that calls any two files the same", "gk"},
	{"cmd bat9x", never(`&&|\|\|`), "in Wine the right side runs always", "gk"},
	{"cmd bat9x", never(`\bchoice\b`), "choice is no part of Windows NT 4.0", "gk"},
	{"cmd bat9x", never(`\bfind\b.*\.reg\b`), "find cannot read the Unicode export of Windows 2000", "gk"},
	{"cmd bat9x", never(`%(date|time|random|username)%`), "a script holds nothing that changes by itself", "gk"},
	{"cmd bat9x", never(`\b(del|rd|rmdir|deltree)\b.*(/s|\*\.\*"?\s*$|\\\*)`), "nothing is deleted by a pattern that reaches foreign files", "gk"},
	{"cmd bat9x", never(`\bformat\b`), "no script formats a disk", "gk"},
	{"cmd", never(`==.*\bif\s+(not\s+)?/i\b`), "Wine takes an if /i after a comparison for an error", "gk"},
	{"cmd", never(`\bfor\b.*\bdo\b.*\bif\b.*\($`), "Wine takes a block behind an if in a for for an error", "gk"},
	{"cmd", never(`:~-`), "a negative offset came with Windows 2000", "gk"},
	{"cmd", never(`%[^%:]+:\*`), "a star in a substitution came with Windows 2000", "gk"},
	{"cmd", never(`%~|%%~`), "taking quotes away with a tilde came with Windows 2000", "gk"},
	{"cmd", never(`\busebackq\b`), "usebackq came with Windows 2000", "gk"},
	{"cmd", never(`\bgoto\s+:eof\b`), "the label :eof came with Windows 2000", "gk"},
	{"cmd", never(`\bnet\s+stop\b.*/y\b`), "with /y services that hang on this one stop too, and nobody starts them again", "gk"},
	{"bat9x", never(`\bfor\s+/`), "COMMAND.COM knows no switches of for", "gk"},
	{"bat9x", never(`\bif\s+/i\b|\bif\s+(not\s+)?defined\b`), "COMMAND.COM knows no if /i and no if defined", "gk"},
	{"bat9x", never(`\bcall\s+:`), "COMMAND.COM calls no labels", "gk"},
	{"bat9x", never(`\b(else)\b`), "COMMAND.COM knows no else", "gk"},
	{"bat9x", never(`2>`), "COMMAND.COM redirects no errors", "gk"},
	{"bat9x", never(`\bset\s+/a\b`), "COMMAND.COM does not count", "gk"},
	{"bat9x", never(`\b(net|sc)\s+(start|stop|query)\b`), "Windows 95, 98 and Me have no services", "Q239564"},
	{"bat9x", never(`\b(setlocal|endlocal|pushd|popd)\b|\bcd\s+/d\b`), "COMMAND.COM knows them not", "gk"},
	{"bat9x", never(`%[a-z]+:`), "COMMAND.COM cuts no variables", "gk"},
	{"bat9x", never(`start /wait`), "start of Windows 95 documents /w", "gk"},
	{"vbs", never(`\bRegDelete\b|\bRegWrite\b`), "RegWrite knows no lists, RegDelete no keys with subkeys", "Q244675"},
	{"vbs", never(`\bExecute(Global)?\b|\bEval\b`), "nothing is run that was read", "gk"},
	{"vbs", never(`\bStd(Out|Err|In)\b|WScript\.Sleep`), "old hosts and Wine lack them", "gk"},
	{"ps1", never(`Invoke-Expression|\biex\b|Add-Type|ScriptBlock`), "nothing is run that was read", "gk"},
	{"ps1", never(`Invoke-Command|Enter-PSSession|New-PSSession|\bInvoke-WmiMethod\b`), "Windows NT 4.0 and 2000 have no WinRM", "gk"},
	{"ps1", never("`"), "a backtick is an escape, and nothing here needs one", "gk"},
	{"ps1", never(`\bswitch\s*\(|\bbegin\b|\bprocess\s*\{|\bend\s*\{`), "outside of the part of the language that is kept to", "gk"},
	{"ps1", never(`\?\.|\?\?|&&|\|\|`), "PowerShell 2.0 knows them not", "gk"},
}

// width is the longest line of a dialect, in characters. COMMAND.COM reads 127; cmd of NT 4.0 reads far more, but a person does not.
var width = map[string]int{"cmd": 240, "bat9x": 127, "reg": 240, "vbs": 500, "ps1": 700}

// Lint returns what in a script goes beyond the subset of its dialect, one line each: for tests, which hold every script to it.
func Lint(dialect, text string) []string {
	if dialect == "md" {
		return nil
	}
	var found []string
	report := func(line int, format string, args ...any) {
		found = append(found, fmt.Sprintf("%d: ", line)+fmt.Sprintf(format, args...))
	}
	labels, jumps := map[string]int{}, map[string]int{}
	for i, line := range strings.SplitAfter(text, "\n") {
		n := i + 1
		if line == "" {
			continue
		}
		line, crlf := strings.CutSuffix(line, "\r\n")
		if !crlf {
			report(n, "a line ends with CR and LF")
		}
		if strings.ContainsFunc(line, func(c rune) bool { return c < ' ' || c > '~' }) {
			report(n, "only printable ASCII can be read everywhere")
		}
		if len(line) > width[dialect] {
			report(n, "%d characters, at most %d", len(line), width[dialect])
		}
		code := codeOf(dialect, line)
		for _, r := range rules {
			if strings.Contains(" "+r.dialects+" ", " "+dialect+" ") && r.never.MatchString(code) {
				report(n, "%s (%s): %s", r.why, r.source, line)
			}
		}
		if dialect == "cmd" || dialect == "bat9x" {
			study(dialect, code, n, labels, jumps, report)
		}
	}
	for label, n := range jumps {
		if labels[label] == 0 {
			report(n, "the label %s is nowhere", label)
		}
	}
	return found
}

// codeOf returns what of a line is code: nothing of a comment, and nothing of a text that is only printed.
func codeOf(dialect, line string) string {
	trimmed := strings.TrimLeft(line, " ")
	lower := strings.ToLower(trimmed)
	switch dialect {
	case "cmd", "bat9x":
		if strings.HasPrefix(lower, "rem") || strings.HasPrefix(lower, "set say=") || strings.HasPrefix(lower, "echo ") && !strings.ContainsAny(line, ">|%") {
			return ""
		}
	case "reg":
		if strings.HasPrefix(trimmed, ";") {
			return ""
		}
	case "vbs":
		if strings.HasPrefix(trimmed, "'") {
			return ""
		}
		return unquoted(line, '"')
	case "ps1":
		if strings.HasPrefix(trimmed, "#") {
			return ""
		}
		return unquoted(line, '\'')
	}
	return line
}

// unquoted returns a line without what stands in quotes.
func unquoted(line string, quote byte) string {
	var b strings.Builder
	in := false
	for i := range len(line) {
		if line[i] == quote {
			in = !in
			b.WriteByte(quote)
		} else if !in {
			b.WriteByte(line[i])
		}
	}
	return b.String()
}

var jump = regexp.MustCompile(`(?i)\b(?:goto|call)\s+:?([a-z0-9%]+)`)

// study notes the labels of a batch file and the jumps to them. COMMAND.COM looks at the first eight characters of a label.
func study(dialect, code string, n int, labels, jumps map[string]int, report func(int, string, ...any)) {
	if label, ok := strings.CutPrefix(code, ":"); ok {
		if labels[label] != 0 {
			report(n, "the label %s is here twice", label)
		}
		if dialect == "bat9x" && len(label) > 8 {
			report(n, "the label %s is longer than eight characters", label)
		}
		labels[label] = n
		return
	}
	if strings.HasPrefix(code, "echo ") {
		return // a line for another file
	}
	for _, m := range jump.FindAllStringSubmatch(unquoted(code, '"'), -1) {
		if !strings.Contains(m[1], "%") && !strings.EqualFold(m[1], "set") {
			jumps[m[1]] = n
		}
	}
}
