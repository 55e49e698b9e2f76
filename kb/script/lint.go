package script

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// A rule holds a dialect to its documented subset. It looks at one line of code; comments are judged by the rules for all lines.
type rule struct {
	dialects string         // which it is for, separated by blanks
	never    *regexp.Regexp // what no line of code may have
	quoted   bool           // it looks into quoted texts too, where vbs and ps1 name programs
	why      string
	source   string // an article, or gk: general knowledge of the shell
}

func never(expr string) *regexp.Regexp { return regexp.MustCompile(`(?i)` + expr) }

// bare are the programs that somebody could plant in the current folder, or in one that the path names first.
const bare = `(regedit|regedt32|net|net1|sc|find|attrib|xcopy|cscript|wscript|taskkill|tskill|kill|pulist|tlist|cmd|start\s+(/\w+\s+)*regedit)(\.exe)?`

var rules = []rule{
	{"cmd bat9x", never(`\bexit\b`), false, "exit /b came with Windows 2000, and exit alone ends the shell of the caller", "gk"},
	{"cmd bat9x", never(`\bset\s+/p\b`), false, "set /p came with Windows 2000", "gk"},
	{"cmd bat9x", never(`\bfindstr\b`), false, "findstr came with Windows 2000; Wine has a stub", "gk"},
	{"cmd bat9x", never(`\btimeout\b`), false, "timeout came with Windows Vista", "gk"},
	{"cmd bat9x", never(`enabledelayedexpansion|![a-z0-9]+!`), false, "delayed expansion came with Windows 2000", "gk"},
	{"cmd bat9x", never(`\breg(\.exe)?\s+(add|delete|query|export|import|save)\b`), false, "reg.exe is no part of Windows NT 4.0 and 2000", "Q180286"},
	{"cmd bat9x", never(`\bfc\b`), false, "fc is a stub in Wine that calls any two files the same", "gk"},
	{"cmd bat9x", never(`&&|\|\|`), false, "in Wine the right side runs always", "gk"},
	{"cmd bat9x", never(`\bchoice\b`), false, "choice is no part of Windows NT 4.0", "gk"},
	{"cmd bat9x", never(`\bfind(\.exe)?\b.*\.reg\b`), false, "find cannot read the Unicode export of Windows 2000", "gk"},
	{"cmd bat9x", never(`%(date|time|random|username)%`), false, "a script holds nothing that changes by itself", "gk"},
	{"cmd bat9x", never(`\b(del|rd|rmdir|deltree)\b.*(/s|\*\.\*"?\s*$|\\\*)`), false, "nothing is deleted by a pattern that reaches foreign files", "gk"},
	{"cmd bat9x", never(`\bformat\b`), false, "no script formats a disk", "gk"},
	{"cmd bat9x", never(`\b(cd|chdir|pushd)\s.*%te?mp%`), false, "others may write to the folder for temporary files", "gk"},
	{"cmd", never(`(^|[|&(]|\bdo|\belse|\bdefined \w+|==\S+|\bexist \S+|\berrorlevel \d+)\s*@?` + bare + `(\s|$)`), false, "a program of Windows is called by its full path, or one that lies in the current folder runs", "gk"},
	{"cmd", never(`==.*\bif\s+(not\s+)?/i\b`), false, "Wine takes an if /i after a comparison for an error", "gk"},
	{"cmd", never(`\bfor\b.*\bdo\b.*\bif\b.*\($`), false, "Wine takes a block behind an if in a for for an error", "gk"},
	{"cmd", never(`:~-`), false, "a negative offset came with Windows 2000", "gk"},
	{"cmd", never(`%[^%:]+:\*`), false, "a star in a substitution came with Windows 2000", "gk"},
	{"cmd", never(`%~|%%~`), false, "taking quotes away with a tilde came with Windows 2000", "gk"},
	{"cmd", never(`\busebackq\b`), false, "usebackq came with Windows 2000", "gk"},
	{"cmd", never(`\bgoto\s+:eof\b`), false, "the label :eof came with Windows 2000", "gk"},
	{"cmd", never(`\bnet(\.exe)?"?\s+stop\b.*/y\b`), false, "with /y services that depend on this one stop too, and nobody starts them again", "gk"},
	{"bat9x", never(`\bfor\s+/`), false, "COMMAND.COM knows no switches of for", "gk"},
	{"bat9x", never(`\bfor\b.*\bdo\b.*\bfor\b`), false, "COMMAND.COM nests no for", "gk"},
	{"bat9x", never(`\bif\s+/i\b|\bif\s+(not\s+)?defined\b`), false, "COMMAND.COM knows no if /i and no if defined", "gk"},
	{"bat9x", never(`\bcall\s+:`), false, "COMMAND.COM calls no labels", "gk"},
	{"bat9x", never(`\belse\b`), false, "COMMAND.COM knows no else", "gk"},
	{"bat9x", never(`2>`), false, "COMMAND.COM redirects no errors", "gk"},
	{"bat9x", never(`\bset\s+/a\b`), false, "COMMAND.COM does not count", "gk"},
	{"bat9x", never(`\b(net|sc)\s+(start|stop|query)\b`), false, "Windows 95, 98 and Me have no services", "Q239564"},
	{"bat9x", never(`\b(setlocal|endlocal|pushd|popd)\b|\bcd\s+/d\b`), false, "COMMAND.COM knows them not", "gk"},
	{"bat9x", never(`%[a-z]+:`), false, "COMMAND.COM cuts no variables", "gk"},
	{"bat9x", never(`start /wait`), false, "start of Windows 95 documents /w", "gk"},
	{"vbs", never(`\bRegDelete\b|\bRegWrite\b`), false, "RegWrite knows no lists, RegDelete no keys with subkeys", "Q244675"},
	{"vbs", never(`\bExecute(Global)?\b|\bEval\b`), false, "nothing is run that was read", "gk"},
	{"vbs", never(`\bStd(Out|Err|In)\b|WScript\.Sleep`), false, "old hosts and Wine lack them", "gk"},
	{"vbs", never(`(\b(Run|Exec)\b\s*\(?\s*"|/c )"*` + bare + `[ "]`), true, "a program of Windows is called by its full path", "gk"},
	{"ps1", never(`Invoke-Expression|\biex\b|Add-Type|ScriptBlock`), false, "nothing is run that was read", "gk"},
	{"ps1", never(`Invoke-Command|Enter-PSSession|New-PSSession|\bInvoke-WmiMethod\b`), false, "Windows NT 4.0 and 2000 have no WinRM", "gk"},
	{"ps1", never("`"), false, "a backtick is an escape, and nothing here needs one", "gk"},
	{"ps1", never(`\bswitch\s*\(|(^|[^-])\bbegin\s*\{|\bprocess\s*\{|\bend\s*\{`), false, "outside of the part of the language that is kept to", "gk"},
	{"ps1", never(`\?\.|\?\?|&&|\|\|`), false, "PowerShell 2.0 knows them not", "gk"},
	{"ps1", never(`(^|[|&({;=])\s*` + bare + `(\s|$)`), false, "a program of Windows is called by its full path", "gk"},
	{"ps1", never(`&\s*['"]` + bare + `['"]`), true, "a program of Windows is called by its full path", "gk"},
}

// width is the longest line of a dialect, in characters. COMMAND.COM reads 127; cmd of NT 4.0 reads far more, but a person does not.
var width = map[string]int{"cmd": 240, "bat9x": 127, "reg": 240, "vbs": 500, "ps1": 700}

// length is the longest script of a dialect, in lines. What is longer than 600 lines is so by its engine: the plan is one screen.
var length = map[string]int{"cmd": 620, "bat9x": 600, "reg": 600, "vbs": 650, "ps1": 1050}

// Lint returns what in a script goes beyond the subset of its dialect, or is dead in it, one line each: for tests, which hold every
// script to it.
func Lint(dialect, text string) []string {
	if dialect == "md" {
		return nil
	}
	l := linter{dialect: dialect, text: text, labels: map[string]int{}, jumps: map[string]int{}}
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) > length[dialect] {
		l.report(len(lines), "%d lines, at most %d", len(lines), length[dialect])
	}
	for i, line := range lines {
		l.number = i + 1
		l.line(strings.TrimSuffix(line, "\n"))
	}
	l.judge()
	return l.found
}

type linter struct {
	dialect, text string
	number        int // of the line
	code          strings.Builder
	labels, jumps map[string]int // of a batch file, with their lines
	computed      []*regexp.Regexp
	found         []string
}

func (l *linter) report(line int, format string, args ...any) {
	l.found = append(l.found, fmt.Sprintf("%d: ", line)+fmt.Sprintf(format, args...))
}

func (l *linter) line(line string) {
	line, crlf := strings.CutSuffix(line, "\r")
	if !crlf {
		l.report(l.number, "a line ends with CR and LF")
	}
	if strings.ContainsFunc(line, func(c rune) bool { return c < ' ' || c > '~' }) {
		l.report(l.number, "only printable ASCII can be read everywhere")
	}
	if len(line) > width[l.dialect] {
		l.report(l.number, "%d characters, at most %d", len(line), width[l.dialect])
	}
	code := codeOf(l.dialect, line)
	for _, r := range rules {
		seen := code
		if r.quoted && code != "" {
			seen = line
		}
		if strings.Contains(" "+r.dialects+" ", " "+l.dialect+" ") && r.never.MatchString(seen) {
			l.report(l.number, "%s (%s): %s", r.why, r.source, line)
		}
	}
	l.code.WriteString(code + "\n")
	if l.dialect == "cmd" || l.dialect == "bat9x" {
		l.study(code)
	}
}

// codeOf returns what of a line is code: nothing of a comment, and nothing of a text that is only printed.
func codeOf(dialect, line string) string {
	trimmed := strings.TrimLeft(line, " ")
	lower := strings.ToLower(trimmed)
	switch dialect {
	case "cmd", "bat9x":
		switch {
		case strings.HasPrefix(lower, "rem"), strings.HasPrefix(lower, "set say="), strings.HasPrefix(lower, `set "say=`):
			return ""
		case strings.HasPrefix(lower, "echo ") && !strings.ContainsAny(line, ">|%"):
			return ""
		case strings.HasPrefix(lower, "call :"):
			return unquoted(line, '"') // what is given to a routine is a text
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

var jump = regexp.MustCompile(`(?i)\b(?:goto|call)\s+:?([a-z0-9_%]+)`)

// study notes the labels of a batch file and the jumps to them. COMMAND.COM looks at the first eight characters of a label.
func (l *linter) study(code string) {
	if label, ok := strings.CutPrefix(code, ":"); ok {
		label = strings.ToLower(label)
		if l.labels[label] != 0 {
			l.report(l.number, "the label %s is here twice", label)
		}
		if l.dialect == "bat9x" && len(label) > 8 {
			l.report(l.number, "the label %s is longer than eight characters", label)
		}
		l.labels[label] = l.number
		return
	}
	if strings.HasPrefix(code, "echo ") {
		return // a line for another file
	}
	for _, m := range jump.FindAllStringSubmatch(unquoted(code, '"'), -1) {
		to := strings.ToLower(m[1])
		switch {
		case strings.Contains(to, "%"):
			l.computed = append(l.computed, regexp.MustCompile("^"+regexp.MustCompile(`%[a-z0-9]*%?`).ReplaceAllString(to, ".*")+"$"))
		case to != "set":
			l.jumps[to] = l.number
		}
	}
}

var (
	defined = map[string]*regexp.Regexp{
		"vbs": regexp.MustCompile(`(?im)^\s*(?:Sub|Function)\s+(\w+)`),
		"ps1": regexp.MustCompile(`(?im)^\s*function\s+([\w-]+)`),
	}
	anyWord  = regexp.MustCompile(`[\w-]+`)
	assigned = regexp.MustCompile(`(?m)^\s*\$((?:script:)?\w+)\s*=[^=]`)
)

// judge looks at the whole script: what is jumped to is there, and what is there is used.
func (l *linter) judge() {
	for _, label := range slices.Sorted(maps.Keys(l.jumps)) {
		if l.labels[label] == 0 {
			l.report(l.jumps[label], "the label %s is nowhere", label)
		}
	}
	for _, label := range slices.Sorted(maps.Keys(l.labels)) {
		used := slices.ContainsFunc(l.computed, func(c *regexp.Regexp) bool { return c.MatchString(label) })
		if l.jumps[label] == 0 && !used {
			l.report(l.labels[label], "nothing jumps to the label %s", label)
		}
	}
	code := l.code.String()
	if define := defined[l.dialect]; define != nil {
		seen := map[string]int{}
		for _, w := range anyWord.FindAllString(strings.ToLower(l.text), -1) { // a routine may be called by its name in a string
			seen[w]++
		}
		for _, m := range define.FindAllStringSubmatch(code, -1) {
			if seen[strings.ToLower(m[1])] < 2 {
				l.report(0, "%s is defined and never called", m[1])
			}
		}
	}
	if l.dialect == "ps1" {
		for _, m := range assigned.FindAllStringSubmatch(code, -1) {
			if m[1] == "ErrorActionPreference" {
				continue // PowerShell reads it
			}
			name := `\$(?:script:)?` + strings.TrimPrefix(m[1], "script:") + `\b`
			if times(code, name) == times(code, name+`\s*=[^=]`) {
				l.report(0, "$%s is written and never read", m[1])
			}
		}
	}
}

// times counts how often an expression matches, without regard to case.
func times(text, expr string) int {
	return len(regexp.MustCompile(`(?im)`+expr).FindAllStringIndex(text, -1))
}
