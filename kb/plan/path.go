package plan

import (
	"regexp"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// pathForms are what a path below a named folder looks like: short names of letters, digits and a few signs that no shell reads as
// more, which may hold blanks where the folder is Program Files.
var pathPart = regexp.MustCompile(`^[A-Za-z0-9_$][A-Za-z0-9_$.-]{0,63}( [A-Za-z0-9_$.-]{1,63}){0,7}$`)

// path reads a file in one of the named folders: windows\system.ini, system\drivers\etc\hosts, programs\App\app.ini. A name without a
// folder lies in the folder that is given to the script.
func (r *draftReader) path(at, text string) program.Path {
	folder, rest, ok := strings.Cut(text, `\`)
	if !ok {
		folder, rest = string(program.Given), text
	}
	switch f := program.Folder(strings.ToLower(folder)); f {
	case program.Windows, program.System, program.Programs, program.Given:
		for _, part := range strings.Split(rest, `\`) {
			if !pathPart.MatchString(part) || strings.HasSuffix(part, ".") || device(part) {
				r.report(at, `expected names of letters, digits and . _ - $, with a backslash between them`)
				break
			}
		}
		return program.Path{In: f, Name: rest}
	}
	r.report(at, `expected a file in windows\, system\, programs\ or given\`)
	return program.Path{}
}

// device reports whether Windows takes a name for a device, whatever its extension.
func device(name string) bool {
	base, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch base {
	case "AUX", "CON", "NUL", "PRN", "CLOCK$":
		return true
	}
	return len(base) == 4 && (strings.HasPrefix(base, "COM") || strings.HasPrefix(base, "LPT"))
}

// where is a path as a person reads it.
func where(p program.Path) string {
	switch p.In {
	case program.Given:
		return p.Name
	case program.Programs:
		return `Program Files\` + p.Name
	case program.System:
		return `the system folder, ` + p.Name
	}
	return `the Windows folder, ` + p.Name
}
