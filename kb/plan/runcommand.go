package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/program"
)

// RunCommand runs one of the repair commands of Windows. The table is closed, and so are the arguments.
type RunCommand struct {
	Cited
	Command string
	File    program.Path // the library that it names; the zero Path where it names none
}

// A command is a row of the table of repair commands.
type command struct {
	program string   // below System32
	args    []string // FILE stands for the file that the step names
	undo    []string // the arguments that undo it, nil where nothing does
	does    string   // FILE stands for the file
	later   bool     // it works at the next start, or goes on working
}

var commands = map[string]command{
	"register-library":   {program: "regsvr32.exe", args: []string{"/s", "FILE"}, undo: []string{"/u", "/s", "FILE"}, does: "Register FILE."},
	"unregister-library": {program: "regsvr32.exe", args: []string{"/u", "/s", "FILE"}, undo: []string{"/s", "FILE"}, does: "Take back the registration of FILE."},
	"reset-winsock":      {program: "netsh.exe", args: []string{"winsock", "reset"}, does: "Reset the Winsock catalog. Nothing undoes it, and it takes effect at the next start.", later: true},
	"reset-tcpip":        {program: "netsh.exe", args: []string{"int", "ip", "reset", "NUL"}, does: "Reset the settings of TCP/IP. Nothing undoes it, and it takes effect at the next start.", later: true},
	"flush-dns":          {program: "ipconfig.exe", args: []string{"/flushdns"}, does: "Empty the cache of the DNS client. Nothing undoes it, and nothing needs to."},
	"register-dns":       {program: "ipconfig.exe", args: []string{"/registerdns"}, does: "Register the names of this computer in DNS again. Nothing undoes it."},
	"renew-address":      {program: "ipconfig.exe", args: []string{"/renew"}, does: "Ask for the addresses of this computer again. Nothing undoes it."},
	"check-system-files": {program: "sfc.exe", args: []string{"/scannow"}, does: "Check the system files and repair those that are damaged. Nothing undoes it.", later: true},
	"check-disk":         {program: "chkdsk.exe", args: []string{"%SystemDrive%"}, does: "Check the system drive and repair nothing. There is nothing to undo."},
	"synchronize-time":   {program: "w32tm.exe", args: []string{"/resync"}, does: "Set the clock by the time server of this computer. Nothing undoes it."},
}

var _ = verb("run-command", func(r *draftReader, at string, arg json.RawMessage, c Cited) Step {
	var a struct{ Command, File string }
	r.decode(at, arg, &a)
	row, ok := commands[a.Command]
	if !ok {
		r.report(at+"/command", "expected one of %s", strings.Join(sorted(commands), ", "))
	}
	s := RunCommand{Cited: c, Command: a.Command}
	switch names := slices.Contains(row.args, "FILE"); {
	case names && a.File == "":
		r.report(at+"/file", "expected the file that the command is for")
	case names:
		s.File = r.path(at+"/file", a.File)
		if s.File.In != program.System && s.File.In != program.Windows {
			r.report(at+"/file", `expected a file in system\ or windows\`)
		}
	case a.File != "":
		r.report(at+"/file", "the command is for no file")
	}
	return s
})

// By returns Script.
func (RunCommand) By() Actor { return Script }

// Effect returns Unknown: what the command does is described in its own documentation.
func (RunCommand) Effect() Effect { return Unknown }

func (RunCommand) Verb() string { return "run-command" }
func (RunCommand) rank() int    { return rankEdit }

func (s RunCommand) Does() string {
	row := commands[s.Command]
	return fmt.Sprintf("%s (%s)", strings.ReplaceAll(row.does, "FILE", where(s.File)), row.program)
}

func (RunCommand) check(*checker) {}

func (s RunCommand) targets(c *compiler) {
	if commands[s.Command].undo != nil {
		c.reverses = true
	}
}

func (s RunCommand) compile(c *compiler) {
	row := commands[s.Command]
	c.prepare()
	cmd := program.Command{Program: `%SystemRoot%\System32\` + row.program, Args: s.args(row.args), Later: row.later}
	if row.undo != nil {
		cmd.Undone = s.args(row.undo)
	}
	c.add(program.Run{Step: c.number(), Command: cmd})
}

func (s RunCommand) args(args []string) []string {
	filled := slices.Clone(args)
	for i, a := range filled {
		if a == "FILE" {
			filled[i] = map[program.Folder]string{program.System: `%SystemRoot%\System32\`, program.Windows: `%SystemRoot%\`}[s.File.In] + s.File.Name
		}
	}
	return filled
}
