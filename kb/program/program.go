// Package program is the one repair protocol: what a script does on a computer, operation by operation, whatever the shell.
// Package plan compiles a stage of a plan into a Program; package script prints it in a dialect; Run of this package carries it out on
// a model of a computer, so that the protocol is proven without a shell. The set of operations is closed, no operation means "run
// this text", and every sentence that a person sees stands in one table (words.go).
//
// # The protocol
//
// A run has one of four modes. Show looks and says what it would do. Apply looks, saves, notes, changes and looks again. Verify
// looks whether the trouble is over. Undo takes back what the last run of the same script changed.
//
//	Begin   every mode: the right Windows, a readable registry, the folder; the lock of the computer for apply and undo
//	Steps   show and apply: look, stop where there is nothing to do or no safe way; then, for apply: save, stop services, note,
//	        change, compare
//	Looks   apply, after the steps, and verify: is it as it must be?
//	Guards  undo: open the last run; is everything still as that run left it? Stop the services
//	Back    undo, and an apply that failed after its first change: restore what is noted, the last change first
//	Finish  every mode: start the services that are noted as stopped, close the run, print the result
//
// A run stops at the first operation that stops it: the operations after it do nothing. What a run has done is known by its
// notes alone, which stand in the folder of the run before the change that they announce. Undo and rollback read them, so both work
// after a run that was killed between any two operations, and no fix has an undo of its own.
package program

import "slices"

// A Mode is what a run is for.
type Mode string

const (
	Show   Mode = "show"
	Apply  Mode = "apply"
	Verify Mode = "verify"
	Undo   Mode = "undo"
)

// A Status is how a run ended.
type Status string

const (
	OK          Status = "ok"
	NothingToDo Status = "nothing-to-do"
	Refused     Status = "refused" // nothing was changed
	Failed      Status = "failed"
	RolledBack  Status = "rolled-back" // a change failed, and all of them were taken back
	Started     Status = "started"     // a program was started whose work only a later look can judge
)

// A Program is one stage of a plan.
type Program struct {
	Targets  []Target // what it looks at and changes; an operation names one by its number, from 1
	Services []string // the services that it may stop, by key name, in that order
	Folder   []string // the files that the folder given to the script must hold; nil where none is given
	View     string   // of the registry on 64-bit Windows: "32" or "64"; empty where no key differs between the two
	User     bool     // it changes settings of the user who runs it (HKEY_CURRENT_USER): its runs are kept in the user's profile

	Begin, Steps, Looks, Guards, Back []Op
}

// Target returns the target of that number, from 1.
func (p *Program) Target(n int) Target { return p.Targets[n-1] }

// Show returns the operations of a run that only shows.
func (p *Program) Show() []Op { return in(Show, p.Begin, p.Steps, p.Looks) }

// Apply returns the operations of a run that changes the computer. Back follows where it fails after its first change.
func (p *Program) Apply() []Op { return in(Apply, p.Begin, p.Steps, p.Looks) }

// Verify returns the operations of a run that looks whether the trouble is over.
func (p *Program) Verify() []Op { return in(Verify, p.Begin, p.Looks) }

// Undo returns the operations of a run that takes back what an earlier one changed.
func (p *Program) Undo() []Op { return in(Undo, p.Begin, p.Guards, p.Back) }

// Rollback returns the operations that follow where apply fails after its first change.
func (p *Program) Rollback() []Op { return in(Undo, p.Back) }

// Undoable reports whether anything of it can be undone.
func (p *Program) Undoable() bool { return len(p.Back) > 0 }

// Lasting returns the programs that a run which applies starts, and whose work nothing undoes.
func (p *Program) Lasting() []string {
	var names []string
	for _, op := range p.Steps {
		if r, ok := op.(Run); ok && r.Undone == nil {
			names = append(names, r.Program)
		}
	}
	return names
}

// Changes reports whether a run that applies can change the computer, or keeps anything on it.
func (p *Program) Changes() bool {
	return slices.ContainsFunc(p.Steps, func(op Op) bool { _, ok := op.(NewRun); return ok })
}

func in(m Mode, parts ...[]Op) []Op {
	var ops []Op
	for _, part := range parts {
		for _, op := range part {
			if op.In(m) {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// A Kind is what a target is.
type Kind string

const (
	Key        Kind = "key"        // a registry key with everything below it
	Value      Kind = "value"      // a value of a registry key
	Entry      Kind = "entry"      // a subkey, a value or an element of a list: whatever has the name
	Element    Kind = "element"    // an element of a value that is a list (REG_MULTI_SZ)
	Ini        Kind = "ini"        // an entry of a section of an ini file
	File       Kind = "file"       // a file
	Attributes Kind = "attributes" // the attributes of a file
	Line       Kind = "line"       // a line of a text file
)

// A Target is one thing of a computer. Want is what a change leaves; where it is nil, the change takes the target away.
type Target struct {
	Kind Kind

	// Of Key, Value, Entry and Element. Keys are the spellings of one key, the likelier first, with the hive spelled out
	// (HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft): the first one that is there counts. A Key target is the key itself, and has no Name.
	Keys []string
	Name string // of the value or the entry; of the list in which an element stands
	Make bool   // a missing key is made where the key above it is there, and undo takes it away where it is still empty

	Item string // the element of a list; the entry of an ini section

	// Of Ini, File, Attributes and Line.
	Path    Path
	Section string
	From    Path // File: the file that is copied or renamed to it; the zero Path where it is taken away

	Want *Data
	Edit Edit // Line

	MovedFrom int // the target whose name Move changes to this one: what this one is then is what was saved of that one; else 0
}

// A Data is what a registry value, or an entry of an ini file, holds.
type Data struct {
	Type Type
	Text string   // of SZ, Expand and Ini; eight hex digits of DWord; pairs of hex digits of Binary; signed letters of Attributes: "+r-h"
	List []string // of Multi
}

// A Type is a type of registry data, by the name that the content uses.
type Type string

const (
	SZ     Type = "sz"
	Expand Type = "expand-sz"
	DWord  Type = "dword"
	Binary Type = "binary"
	Multi  Type = "multi-sz"
)

// A Path is a file in one of the named folders.
type Path struct {
	In   Folder
	Name string // below it, with backslashes: System32\drivers\etc\hosts
}

// A Folder is a folder that every Windows has, or the one that is given to the script.
type Folder string

const (
	Windows  Folder = "windows"
	System   Folder = "system"   // System32 on Windows NT, System on Windows 95, 98 and Me
	Programs Folder = "programs" // Program Files, by its real name
	Given    Folder = "given"    // the second argument of the script
)

// An Edit changes one line of a text file. Exactly one of its three forms is used: a line before the first one where the file has a
// label (First and Label), a line in the place of another one (Old and New), a line at the end (New alone).
type Edit struct {
	First, Label string
	Old, New     string
}

// Line returns the line that the edit writes.
func (e Edit) Line() string {
	if e.First != "" {
		return e.First
	}
	return e.New
}

// Traces are what shows that a program is installed: any of them is enough.
type Traces struct {
	Services []string // key names
	Files    []string // below the folder of the program
	Keys     []string
}

// A Command is a program of the closed table of package plan, with its arguments.
type Command struct {
	Program    string   // SMSMAN.EXE, or a program of Windows with the folder it lies in: %SystemRoot%\System32\net.exe
	Args       []string // each is safe in every shell
	Given      bool     // it lies in the folder that is given to the script
	Companions []string // files that must lie beside it
	Later      bool     // only a later look says whether it has worked: the run ends as started
	Undone     []string // the arguments that undo it, nil where nothing does
}
