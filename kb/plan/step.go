package plan

import (
	"fmt"
	"strings"
)

// An Actor does a step.
type Actor string

const (
	Script Actor = "script"
	Person Actor = "person"
)

// An Effect says what a step does to the computer.
type Effect string

const (
	Reads   Effect = "reads"
	Changes Effect = "changes"
	Unknown Effect = "unknown" // it runs a program, or asks of a person, what is described elsewhere
)

// A Step is one thing to do. The set of steps is closed: a dialect of package script has one method for each.
type Step interface {
	step()
	Verb() string   // as the content writes it: backup-key
	Does() string   // what it does, in plain words and one sentence
	By() Actor      // who does it
	Effect() Effect // what it does to the computer
	Proof() string  // the place that states it, "ext" or "gk" where no article does
}

// Article returns the article that states the step: Q238865, or ext or gk where none does.
func Article(s Step) string {
	article, _, _ := strings.Cut(s.Proof(), "/")
	return article
}

// Cited is what every step carries: where it is stated, and its place in a combined plan.
type Cited struct {
	proof   string
	phase   Phase
	without []string // fixes beside which the step says nothing new, and is left out
}

// Proof returns the place that states the step, "ext" or "gk" where no article does.
func (c Cited) Proof() string { return c.proof }

func (c Cited) cited() Cited { return c }
func (Cited) step()          {}

// reading, changing and asking are who does a step, and what it does to the computer.
type (
	reading  struct{}
	changing struct{}
	asking   struct{}
)

func (reading) By() Actor       { return Script }
func (reading) Effect() Effect  { return Reads }
func (changing) By() Actor      { return Script }
func (changing) Effect() Effect { return Changes }
func (asking) By() Actor        { return Person }
func (asking) Effect() Effect   { return Unknown }

// The steps that a script does and that change nothing.
type (
	// CheckPlatform stops on a computer of another family, before anything else.
	CheckPlatform struct {
		Cited
		reading
		Platform Platform
	}
	// CheckRights stops where the user may not do what follows, before anything is changed.
	CheckRights struct {
		Cited
		reading
	}
	// ExpectEntry looks for a subkey or a value of that name under the first of the keys that is there. A key that is there
	// without it leaves nothing to do; none of the keys is there: the computer is left alone. Another entry must remain under
	// the key, so that the last site of a client is never taken away.
	ExpectEntry struct {
		Cited
		reading
		Keys      []Key // spellings of one key, the likelier first
		Name      Name
		Otherwise string // what to tell a person where none of the keys is there
	}
	// ExpectKey stops where the key is not there, because a later step would create it.
	ExpectKey struct {
		Cited
		reading
		Key       Key
		Otherwise string // what to tell a person then
	}
	// ExpectClient looks whether a client is installed. Where nothing of it is there, nothing is left to do.
	ExpectClient struct {
		Cited
		reading
		Traces
	}
	// ExpectGone stops while something of a removed client is left.
	ExpectGone struct {
		Cited
		reading
		Traces
	}
	// BackupKey exports those of the keys that are there to files of a new name. Optional: none of them need be there.
	BackupKey struct {
		Cited
		reading
		Keys     []Key
		Optional bool
	}
	// BackupFile copies a file of the folder that is given to the script.
	BackupFile struct {
		Cited
		reading
		File string
	}
	// VerifyGone looks whether an entry is gone and every other entry of its key is still as it was.
	VerifyGone struct {
		Cited
		reading
		Keys []Key
		Name Name
	}
	// VerifyValue looks whether a value is what SetValue wrote.
	VerifyValue struct {
		Cited
		reading
		Key  Key
		Name Name
		Data string
	}
	// VerifyFile looks whether the first line of a file is what EditFile wrote.
	VerifyFile struct {
		Cited
		reading
		File, First string
	}
	// VerifyClient looks whether a client is gone, or is there. It has its answer only some time after the other steps, so a
	// script looks when it is asked to verify, and not while it applies.
	VerifyClient struct {
		Cited
		reading
		Traces
		Gone bool
	}
	// Collect prints what the computer can say about these facts, one name=value a line.
	Collect struct {
		Cited
		reading
		Facts []string
	}
)

// The steps that a script does and that change the computer.
type (
	// StopServices stops those that run, in this order, and gives up where one goes on running.
	StopServices struct {
		Cited
		changing
		Services []Service
	}
	// StartServices starts, in this order, those that StopServices stopped.
	StartServices struct {
		Cited
		changing
		Services []Service
	}
	// EndProcess ends a program where a tool for that is at hand, and says so to the person where there is none.
	EndProcess struct {
		Cited
		changing
		Image string
	}
	// DeleteEntry removes a subkey or a value that an ExpectEntry found. Where nothing looked for it, a missing entry is well.
	DeleteEntry struct {
		Cited
		changing
		Keys []Key
		Name Name
	}
	// SetValue writes a string value under a key that an ExpectKey found.
	SetValue struct {
		Cited
		changing
		Key  Key
		Name Name
		Data string
	}
	// EditFile writes a line before the first one of a batch file, once, where the label that it jumps to is there.
	EditFile struct {
		Cited
		changing
		File, First, Label string
	}
	// RunTool runs a known program from the folder that is given to the script, with its companions checked.
	RunTool struct {
		Cited
		Tool Tool
	}
	// RestoreEntry puts an entry back that DeleteEntry removed, where it is still absent. Only Undo makes it.
	RestoreEntry struct {
		Cited
		changing
		Keys []Key
		Name Name
	}
	// RestoreValue puts a value back as it was before SetValue, where it is still what that wrote. Only Undo makes it.
	RestoreValue struct {
		Cited
		changing
		Key     Key
		Name    Name
		Written string
	}
	// RestoreFile puts a file back as it was before EditFile, where it still begins with the line that it wrote. Only Undo makes it.
	RestoreFile struct {
		Cited
		changing
		File, First string
	}
)

// The steps that only a person can do.
type (
	// Restart ends a stage.
	Restart struct {
		Cited
		asking
		Times string // "1", "1 to 3"
	}
	// Wait is time that must pass before the next step.
	Wait struct {
		Cited
		asking
		Minutes int
		Why     string
	}
	// Verify is what a person looks at to see whether it worked.
	Verify struct {
		Cited
		asking
		Text string
	}
	// Tell is anything else that a person does.
	Tell struct {
		Cited
		asking
		Text string
	}
)

// By returns Script.
func (RunTool) By() Actor { return Script }

// Effect returns Unknown: what the program does is its own affair.
func (RunTool) Effect() Effect { return Unknown }

// Effect returns Reads.
func (Wait) Effect() Effect { return Reads }

// Effect returns Reads.
func (Verify) Effect() Effect { return Reads }

// Effect returns Changes.
func (Restart) Effect() Effect { return Changes }

func (CheckPlatform) Verb() string { return "check-platform" }
func (CheckRights) Verb() string   { return "check-rights" }
func (ExpectEntry) Verb() string   { return "expect-entry" }
func (ExpectKey) Verb() string     { return "expect-key" }
func (ExpectGone) Verb() string    { return "expect-gone" }
func (ExpectClient) Verb() string  { return "expect-client" }
func (BackupKey) Verb() string     { return "backup-key" }
func (BackupFile) Verb() string    { return "backup-file" }
func (VerifyGone) Verb() string    { return "verify-gone" }
func (VerifyValue) Verb() string   { return "verify-value" }
func (VerifyFile) Verb() string    { return "verify-file" }
func (Collect) Verb() string       { return "collect" }

// Verb returns verify-removed or verify-installed.
func (s VerifyClient) Verb() string {
	if s.Gone {
		return "verify-removed"
	}
	return "verify-installed"
}

func (StopServices) Verb() string  { return "stop-services" }
func (StartServices) Verb() string { return "start-services" }
func (EndProcess) Verb() string    { return "end-process" }
func (DeleteEntry) Verb() string   { return "delete-entry" }
func (SetValue) Verb() string      { return "set-value" }
func (EditFile) Verb() string      { return "edit-file" }
func (RunTool) Verb() string       { return "run-tool" }
func (RestoreEntry) Verb() string  { return "restore-entry" }
func (RestoreValue) Verb() string  { return "restore-value" }
func (RestoreFile) Verb() string   { return "restore-file" }
func (Restart) Verb() string       { return "restart" }
func (Wait) Verb() string          { return "wait" }
func (Verify) Verb() string        { return "verify" }
func (Tell) Verb() string          { return "tell" }

func (s CheckPlatform) Does() string {
	if s.Platform == Win9x {
		return "Stop unless this is Windows 95, 98 or Me."
	}
	return "Stop unless this is Windows NT 4.0, 2000 or later."
}

func (CheckRights) Does() string {
	return "Stop unless this user may change this computer as an administrator."
}

func (s ExpectEntry) Does() string {
	return fmt.Sprintf("Look for %s under %s, and for another entry that stays.", s.Name, spellings(s.Keys))
}

func (s ExpectKey) Does() string { return fmt.Sprintf("Look whether the key %s is there.", s.Key) }

func (s ExpectGone) Does() string { return "Stop while anything of these is there: " + s.names() + "." }

func (s ExpectClient) Does() string {
	return "Look whether a client is installed: " + s.names() + "."
}

func (s VerifyClient) Does() string {
	if s.Gone {
		return "Look later: gone are " + s.names() + "."
	}
	return "Look later: there are " + s.names() + "."
}

func (s BackupKey) Does() string {
	return fmt.Sprintf("Export %s to a new file.", spellings(s.Keys))
}

func (s BackupFile) Does() string { return fmt.Sprintf("Copy %s to a new file.", s.File) }

func (s VerifyGone) Does() string {
	return fmt.Sprintf("Look again: %s is gone from the key, and every other entry is as it was.", s.Name)
}

func (s VerifyValue) Does() string {
	return fmt.Sprintf("Look again: %s is %s.", s.Name, s.Data)
}

func (s VerifyFile) Does() string {
	return fmt.Sprintf("Look again: the first line of %s is %s.", s.File, s.First)
}

func (s Collect) Does() string {
	return "Print what this computer can say about " + strings.Join(s.Facts, ", ") + "."
}

func (s StopServices) Does() string { return "Stop " + services(s.Services) + ", where they run." }
func (s StartServices) Does() string {
	return "Start " + services(s.Services) + " again, those that were stopped."
}

func (s EndProcess) Does() string {
	return fmt.Sprintf("End %s, which runs in the session of the user and not as a service.", s.Image)
}

func (s DeleteEntry) Does() string {
	return fmt.Sprintf("Delete %s, and nothing else, from %s.", s.Name, s.Keys[0])
}

func (s SetValue) Does() string {
	return fmt.Sprintf("Set %s to %s under %s.", s.Name, s.Data, s.Key)
}

func (s EditFile) Does() string {
	return fmt.Sprintf("Write %s before the first line of %s, once, where it has a label :%s.", s.First, s.File, s.Label)
}

func (s RunTool) Does() string { return tools[s.Tool].does }

func (s RestoreEntry) Does() string {
	return fmt.Sprintf("Put %s back under %s, unless it is there again.", s.Name, s.Keys[0])
}

func (s RestoreValue) Does() string {
	return fmt.Sprintf("Put %s back as it was under %s, unless somebody else has changed it.", s.Name, s.Key)
}

func (s RestoreFile) Does() string {
	return fmt.Sprintf("Put %s back as it was, unless somebody else has changed it.", s.File)
}

func (s Restart) Does() string {
	if s.Times == "1" {
		return "Restart the computer."
	}
	return "Restart the computer " + s.Times + " times."
}

func (s Wait) Does() string   { return fmt.Sprintf("Wait %d minutes: %s", s.Minutes, s.Why) }
func (s Verify) Does() string { return s.Text }
func (s Tell) Does() string   { return s.Text }

func spellings(keys []Key) string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = string(k)
	}
	return strings.Join(names, " or else ")
}

func services(all []Service) string {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = string(s)
	}
	return strings.Join(names, " and ")
}

// Traces are what shows that a client is installed.
type Traces struct {
	Services []Service
	Files    []string // below the folder of the client, which is the Windows folder unless SMS_LOCAL_DIR says otherwise
	Keys     []Key
}

func (t Traces) names() string {
	var names []string
	for _, sv := range t.Services {
		names = append(names, "the service "+string(sv))
	}
	names = append(names, t.Files...)
	for _, k := range t.Keys {
		names = append(names, "the key "+string(k))
	}
	return strings.Join(names, ", ")
}

// A Service is a Windows service by the name that people see. The set is closed: only these may be stopped.
type Service string

var serviceKeys = map[Service]string{
	"SMS Remote Control Agent": "Wuser32",
	"SMS Client Service":       "clisvc",
}

// Key returns the short name under which the service is registered.
func (s Service) Key() string { return serviceKeys[s] }

// A Tool is a program that removes or installs a client. The set is closed, and so are their arguments.
type Tool string

const (
	ClientCleaner Tool = "20clicln"       // 20CLICLN.BAT of the support tools
	SmsmanRemove  Tool = "smsman-remove"  // SMSMAN.EXE /U, which needs a site that works
	SmsmanInstall Tool = "smsman-install" // SMSMAN.EXE from a logon point
)

type tool struct {
	file       string
	args       string
	companions []string
	does       string
	removes    bool
}

var tools = map[Tool]tool{
	ClientCleaner: {file: "20CLICLN.BAT", companions: []string{"HAMMER.EXE", "KILL.EXE", "SETEVNT.EXE"}, removes: true,
		does: "Run 20CLICLN.BAT from the folder given to the script, with Hammer.exe, Kill.exe and SetEvnt.exe beside it: 15 to 20 minutes."},
	SmsmanRemove: {file: "SMSMAN.EXE", args: "/U", removes: true,
		does: "Run SMSMAN.EXE /U from the folder given to the script, which needs the site to be reachable."},
	SmsmanInstall: {file: "SMSMAN.EXE",
		does: `Run SMSMAN.EXE from the folder given to the script: \\server\SMSLOGON\x86.bin\00000409 of a logon point.`},
}

// File returns the name of the program.
func (t Tool) File() string { return tools[t].file }

// Args returns its arguments.
func (t Tool) Args() string { return tools[t].args }

// Companions returns the files that must lie beside it.
func (t Tool) Companions() []string { return tools[t].companions }

// Removes reports whether the tool takes the client away.
func (t Tool) Removes() bool { return tools[t].removes }
