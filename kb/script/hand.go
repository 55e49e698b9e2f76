package script

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/program"
)

// What a script does, a person can do by hand. The texts here say how, operation by operation and target by target, so a new verb
// needs nothing here. A name that a person types or compares stands between two marks, and each dialect shows it in its own way.

const handMark = "\x01"

// typed marks a text that a person types or compares.
func typed(s string) string { return handMark + s + handMark }

// place returns a path as a person finds it.
func place(p program.Path) string {
	switch p.In {
	case program.Windows:
		return typed(`%WINDIR%\` + p.Name)
	case program.System:
		return typed(`%WINDIR%\System32\`+p.Name) + " (System in place of System32 on Windows 95, 98 and Me)"
	case program.Programs:
		return typed(`%ProgramFiles%\` + p.Name)
	}
	return typed(p.Name)
}

// where says where a person finds a target.
func where(t program.Target) []string {
	switch t.Kind {
	case program.Key, program.Value, program.Entry, program.Element:
		lines := make([]string, len(t.Keys))
		for i, k := range t.Keys {
			lines[i] = "Registry Editor: " + typed(k)
			switch t.Kind {
			case program.Value:
				lines[i] += ", the value " + valueName(t)
			case program.Element:
				lines[i] += ", the list (REG_MULTI_SZ) " + valueName(t) + ", the line " + typed(t.Item)
			}
		}
		if t.Kind == program.Entry {
			lines = append(lines, "Look for a subkey "+typed(t.Name)+", a value of that name, and a list (REG_MULTI_SZ) that holds it.")
		}
		return lines
	case program.Ini:
		return []string{"An editor: " + place(t.Path) + ", section " + typed("["+t.Section+"]") + ", entry " + typed(t.Item)}
	case program.Line:
		line := "An editor: " + place(t.Path)
		switch {
		case t.Edit.Label != "":
			return []string{line, "Look for the label " + typed(":"+t.Edit.Label) + " first. Without it leave the file alone."}
		case t.Edit.Old != "":
			return []string{line, "Look for the line " + typed(t.Edit.Old) + " first. Unless it is there exactly once, leave the file alone."}
		}
		return []string{line}
	case program.Attributes:
		return []string{"The file " + place(t.Path) + ": Properties, or " + typed("attrib")}
	}
	return []string{"The file " + place(t.Path)}
}

func valueName(t program.Target) string {
	if t.Name == "" {
		return typed("(Default)")
	}
	return typed(t.Name)
}

// registryTypes are the types of data as Registry Editor calls them.
var registryTypes = map[program.Type]string{program.SZ: "REG_SZ", program.Expand: "REG_EXPAND_SZ", program.DWord: "REG_DWORD", program.Binary: "REG_BINARY", program.Multi: "REG_MULTI_SZ"}

// wanted says what a change leaves, empty where the step says all of it.
func wanted(t program.Target) []string {
	switch {
	case t.Kind != program.Value || t.Want == nil:
		return nil
	case t.Want.Type == program.Multi:
		lines := []string{"Type REG_MULTI_SZ, one line for each of these:"}
		for _, item := range t.Want.List {
			lines[0] += " " + typed(item)
		}
		return lines
	}
	return []string{"Type " + registryTypes[t.Want.Type] + ", data " + typed(t.Want.Text)}
}

// exportName is what an export is called, by the number of its step and of the key in it.
func exportName(step, key int) string { return fmt.Sprintf("KEY%d-%d.REG", step, key) }

// copyName is what the copy of the file of a target is called.
func copyName(n int, t program.Target) string {
	return "T" + strconv.Itoa(n) + "-" + t.Path.Name[strings.LastIndexByte(t.Path.Name, '\\')+1:]
}

// conditions say what a person makes of what was found.
var conditions = map[program.Condition]string{
	program.NoKey:    "If the key is not there, stop. ",
	program.Done:     "If it is so already, there is nothing to do.",
	program.Present:  "If it is there already, stop: nothing is overwritten.",
	program.Several:  "If it is there in more than one form, leave it alone.",
	program.Alone:    "If no other one is there, stop: the last one is never taken away.",
	program.AnyTrace: "If any of it is there, stop.",
	program.NoTrace:  "If nothing of it is there, stop: there is nothing to do.",
}

// byHand says how a person does what an operation does, in lines. Nothing is to be said of an operation that only a script needs.
func byHand(p *program.Program, op program.Op) []string {
	switch op := op.(type) {
	case program.Look:
		return where(p.Target(op.Target))
	case program.LookTraces:
		return traces(op.Traces)
	case program.StopIf:
		return stopping(p, op)
	case program.Compare:
		return where(p.Target(op.Target))
	case program.CompareRest:
		return []string{"Every other entry of the key is as it was."}
	case program.Export:
		return exporting(op)
	case program.Save:
		return saving(p, op.Target)
	case program.StopService:
		return []string{typed("net stop "+quotedName(op.Service)) + " where it runs. If it goes on running, stop here, and start the others again."}
	case program.StartServices:
		return starting(p)
	case program.EndProcess:
		return []string{"Task Manager, Processes: " + typed(op.Image) + ", End Process"}
	case program.Remove:
		return where(p.Target(op.Target))
	case program.Set:
		t := p.Target(op.Target)
		return append(where(t), wanted(t)...)
	case program.Move:
		return where(p.Target(op.From))
	case program.Run:
		return []string{typed(commandLine(op.Program, op.Args))}
	case program.Collect:
		var lines []string
		for _, f := range op.Facts {
			lines = append(lines, collectByHand[f])
		}
		return lines
	}
	return nil
}

func traces(t program.Traces) []string {
	var lines []string
	for _, s := range t.Services {
		lines = append(lines, "Registry Editor: "+typed(`HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\`+s)+" is there where the service is installed")
	}
	for _, f := range t.Files {
		lines = append(lines, "The file "+typed(`%WINDIR%\`+f)+", or in the folder that SMS_LOCAL_DIR names")
	}
	for _, k := range t.Keys {
		lines = append(lines, "Registry Editor: "+typed(k))
	}
	return lines
}

func stopping(p *program.Program, op program.StopIf) []string {
	said := conditions[op.If]
	switch {
	case op.If == program.Odd:
		return odd(p.Target(op.Of[0]))
	case said == "":
		return nil
	case op.Later:
		return []string{"If not: " + op.Why}
	case op.If == program.NoKey && p.Target(op.Of[0]).Make:
		return []string{"If the key above it is not there, stop."}
	case op.If == program.NoKey:
		return []string{said + op.Why}
	}
	return []string{said}
}

// odd says which form of a target is left alone. What a line must be like stands beside where it is.
func odd(t program.Target) []string {
	switch t.Kind {
	case program.Line:
		return nil
	case program.File, program.Attributes:
		return []string{"If a file that is needed is not there, stop."}
	}
	return []string{"If it is there as a part of a text, or with data of another type, leave it alone."}
}

func exporting(op program.Export) []string {
	var lines []string
	for i, k := range op.Keys {
		lines = append(lines, "Registry Editor: "+typed(k)+", Export Registry File, Selected branch, as "+typed(exportName(op.Step, i+1)))
	}
	return append(lines, "Use a new folder for each time. Look whether the file is there and not empty.")
}

// saving says how a person keeps what no export holds.
func saving(p *program.Program, n int) []string {
	t := p.Target(n)
	switch {
	case t.MovedFrom > 0:
		return nil // it must not be there
	case t.Kind == program.Attributes:
		return []string{"Write down what " + typed("attrib") + " says of " + place(t.Path) + "."}
	case len(t.Keys) == 0:
		return []string{"Copy " + place(t.Path) + " to " + typed(copyName(n, t)) + ", where it is there."}
	}
	return nil
}

func starting(p *program.Program) []string {
	var lines []string
	for _, s := range slices.Backward(p.Services) {
		lines = append(lines, typed("net start "+quotedName(s))+" where it ran before.")
	}
	return lines
}

func quotedName(s string) string {
	if strings.Contains(s, " ") {
		return `"` + s + `"`
	}
	return s
}

func commandLine(name string, args []string) string {
	return strings.TrimRight(name+" "+strings.Join(args, " "), " ")
}

// collectByHand says where a person reads what a collector prints.
var collectByHand = map[string]string{
	"base_version": "base_version: Control Panel, Systems Management, Components.",
	"cap_version":  "cap_version: " + typed("compver.ini") + " in " + typed(`clicomp.box\base`) + " on the client access point.",
	"client_os":    "client_os: My Computer, Properties.",
	"client_sites": "client_sites: Control Panel, Systems Management, Sites.",
	"process":      "process: Task Manager, Processes, sorted by CPU.",
}

// undoing says how a person takes a stage back, the last change first: each item is what to do and, below it, where. It is empty where
// nothing can be taken back.
func undoing(p *program.Program) [][]string {
	var back [][]string
	for _, op := range p.Back {
		switch op := op.(type) {
		case program.Restore:
			if item := putBack(p, op.Target); item != nil {
				back = append(back, item)
			}
		case program.Reverse:
			back = append(back, []string{"Run " + typed(commandLine(op.Program, op.Undone)) + ", if step " + strconv.Itoa(op.Step) + " was done."})
		}
	}
	if len(back) == 0 {
		return nil
	}
	if len(p.Services) > 0 {
		stop := []string{"Stop the services that run."}
		for _, s := range p.Services {
			stop = append(stop, typed("net stop "+quotedName(s)))
		}
		back = append([][]string{stop}, back...)
		back = append(back, append([]string{"Start those again that ran."}, starting(p)...))
	}
	return back
}

// putBack says how a person puts one target back as it was before the change, from what the backup steps of the program have kept.
func putBack(p *program.Program, n int) []string {
	t := p.Target(n)
	if t.MovedFrom > 0 {
		from := p.Target(t.MovedFrom)
		return append([]string{"Give " + named(t) + " its old name back: " + named(from) + "."}, where(t)...)
	}
	if slices.ContainsFunc(p.Targets, func(other program.Target) bool { return other.MovedFrom == n }) {
		return nil // it comes back with the other one
	}
	if len(t.Keys) > 0 {
		return append(putEntryBack(t, kept(p, t)), where(t)[:len(t.Keys)]...)
	}
	return append(putFileBack(n, t), where(t)[0])
}

// kept names the exports that hold the key of a target.
func kept(p *program.Program, t program.Target) string {
	var files []string
	for _, op := range p.Steps {
		export, ok := op.(program.Export)
		if !ok {
			continue
		}
		for i, k := range export.Keys {
			if slices.ContainsFunc(t.Keys, func(key string) bool {
				return plan.Key(k).Holds(plan.Key(key)) || t.Name != "" && plan.Key(k).Holds(plan.Key(key).Sub(plan.Name(t.Name)))
			}) {
				files = append(files, typed(exportName(export.Step, i+1)))
			}
		}
	}
	if files == nil {
		return "the export of the key"
	}
	return strings.Join(files, " or ")
}

const importing = "double-click the file, or Registry, Import Registry File"

func putEntryBack(t program.Target, export string) []string {
	switch {
	case t.Kind == program.Key:
		return []string{"Import " + export + " (" + importing + "). It brings the key back with everything below it. Leave that where the key is there again. Where the file does not hold the key, it was not there before."}
	case t.Kind == program.Entry:
		return []string{"Import " + export + " (" + importing + "). It brings " + typed(t.Name) + " back, whether it was a key, a value or a line of a list, and overwrites what was changed under the key since: where something was, enter only " + typed(t.Name) + " by hand, as the file shows it."}
	case t.Kind == program.Element && t.Want == nil:
		return []string{"Add the line " + typed(t.Item) + " to the list " + valueName(t) + " again, where " + export + " shows it there."}
	case t.Kind == program.Element:
		return []string{"Take the line " + typed(t.Item) + " out of the list " + valueName(t) + " again, unless " + export + " shows it there.", unmake(t, "the list")}
	case t.Want == nil:
		return []string{"Give the value " + valueName(t) + " the type and the data that " + export + " shows, by hand, or import the file (" + importing + "), which overwrites what was changed under the key since. Where the file does not show the value, it was not there before."}
	}
	return []string{"Where " + export + " shows the value " + valueName(t) + ", give it that type and data again. Where it does not, the value was not there before: delete it.", unmake(t, "the value")}
}

// unmake says what else goes where a change made the key.
func unmake(t program.Target, what string) string {
	if !t.Make {
		return ""
	}
	return "Where the key was made for " + what + " and is empty now, delete the key too."
}

func putFileBack(n int, t program.Target) []string {
	backup := typed(copyName(n, t))
	switch {
	case t.Kind == program.Attributes:
		return []string{"Give the file the attributes back that you wrote down."}
	case t.Kind == program.Ini && t.Want == nil:
		return []string{"Write the entry " + typed(t.Item) + " into its section again, as " + backup + " shows it. Where it does not, the entry was not there before."}
	case t.Kind == program.Ini:
		return []string{"Give the entry " + typed(t.Item) + " the text again that " + backup + " shows. Where it does not show the entry, delete it."}
	case t.Kind == program.Line && t.Edit.Old != "":
		return []string{"Copy " + backup + " back. If somebody has changed the file since, only replace the line " + typed(t.Edit.New) + " by " + typed(t.Edit.Old) + "."}
	case t.Kind == program.Line:
		return []string{"Copy " + backup + " back. If somebody has changed the file since, only delete the line " + typed(t.Edit.Line()) + "."}
	case t.From != program.Path{}:
		return []string{"Copy " + backup + " back. Where there is none, the file was not there before: delete it."}
	}
	return []string{"Copy " + backup + " back."}
}

// named is a target in a sentence.
func named(t program.Target) string {
	if len(t.Keys) > 0 {
		return "the value " + valueName(t)
	}
	return "the file " + place(t.Path)
}
