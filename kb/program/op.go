package program

// An Op is one operation. An operation that stops the run gives it a status and prints a sentence; the operations behind it, up to
// Finish, then do nothing. What cannot be looked at stops a run as refused, or as failed where something was changed already.
type Op interface {
	// In reports whether a run of that mode carries it out.
	In(m Mode) bool
}

// A Condition is what StopIf looks at. It speaks of what Look and LookTraces found before.
type Condition string

const (
	NoKey    Condition = "no-key"   // none of the spellings of the key of the targets is there; where it is made, not even the key above it
	Done     Condition = "done"     // every target is as it is wanted
	Present  Condition = "present"  // one of the targets is there
	Odd      Condition = "odd"      // a target is there in a form that the program does not change
	Several  Condition = "several"  // a target is there in more than one form
	Alone    Condition = "alone"    // nothing else would be left beside the targets, which are entries
	AnyTrace Condition = "traces"   // a trace is there
	NoTrace  Condition = "no-trace" // no trace is there
	HasRun   Condition = "has-run"  // a trace is there, and this script has run here before
	Always   Condition = "always"
)

// The operations that print.
type (
	// Step begins a step of the plan: the result names the last one that was begun.
	Step struct {
		Number int
		Effect string // reads, changes, person
		Text   string
	}
	// Say prints a sentence.
	Say struct{ Text string }
)

// The operations that look. They change nothing, and make no folder but for temporary files.
type (
	// MustBe stops on another family of Windows, as refused: nt or 9x.
	MustBe struct{ Platform string }
	// CanRead reads a key that every Windows has, and stops where even that cannot be read: what is not found later is then
	// not there.
	CanRead struct{}
	// NeedFolder stops where the folder given to the script does not hold Program.Folder: when it applies, and where Edits in
	// the other modes that need it too. A run that shows may do without.
	NeedFolder struct{ Edits bool }
	// Look finds out how the target is kept and prints it where it is there. It remembers which spelling of the key is there.
	Look struct{ Target int }
	// LookTraces looks for the traces of a program and remembers whether any is there. Later: only a run that verifies looks.
	LookTraces struct {
		Traces
		Later bool
	}
	// StopIf stops where the condition holds for the targets.
	StopIf struct {
		If     Condition
		Of     []int
		Status Status
		Why    string
		Later  bool // only a run that verifies stops
	}
	// Compare looks again, and stops as failed where the target is not as it is wanted. OrNoKey: a run that verifies is content
	// too where the key of the target is no longer there.
	Compare struct {
		Target  int
		OrNoKey bool
	}
	// CompareRest stops as failed where another entry of the key of the target differs from what Save found there, but for the
	// targets under the same key.
	CompareRest struct{ Target int }
	// Collect prints what the computer can say about these facts, one name=value a line, between FIXDESK-FACTS and FIXDESK-END.
	Collect struct{ Facts []string }
)

// The operations that prepare a change. They write to the folder of the runs only, but for Rights.
type (
	// Lock takes the lock that all scripts share, one for each computer, or stops as refused: another run is at work. The
	// lock is an open handle, so a run that was killed holds none.
	Lock struct{}
	// NoneOpen stops as refused where an earlier run of this script was cut off: what it stopped stands still, so it is undone
	// before anything else is said.
	NoneOpen struct{}
	// Rights tries what the run is going to do: it writes a marker value under the key of each target and takes it away, and
	// does so with a marker file beside a file. It stops as refused where that fails, or where a marker stays.
	Rights struct{ Of []int }
	// NewRun makes the folder of the run, under a number that was never used, with a note that the run is open. It stops as
	// refused where it cannot, and, unless Again, where an earlier run of this script was cut off: a program that undoes nothing
	// is simply run again.
	NewRun struct{ Again bool }
	// Export writes those of the keys that are there to files for a person, KEY<step>-<n>. It stops as refused where a file is
	// not whole, and as None where none of the keys is there, unless None is empty.
	Export struct {
		Step int
		Keys []string
		None Status
	}
	// Save keeps the target as it is now, or that it is absent, and the names and data beside it for CompareRest; it reads back
	// what it kept, and stops as refused where that differs: the drive may be full. It follows a Look.
	Save struct{ Target int }
	// Note writes that the target is about to be changed. It stops where the note cannot be written.
	Note struct{ Target int }
)

// The operations that change the computer.
type (
	// StopService stops a service, by its key name, that runs; it notes that first, so that Finish starts it again, whatever
	// happens. It stops the run as refused where the service goes on running. A service that is not installed or does not run
	// is well; one that cannot be looked at is not.
	StopService struct{ Service string }
	// StartServices starts those that are noted as stopped, the last one first. Finish does so too.
	StartServices struct{}
	// EndProcess ends a program where the computer has a tool for that, and says so where it has none.
	EndProcess struct{ Image string }
	// Remove takes the target away. It does nothing where Look found it absent.
	Remove struct{ Target int }
	// Set gives the target what it wants.
	Set struct{ Target int }
	// Move gives one value, or file, the name of another one: From takes it away, To is as From was.
	Move struct{ From, To int }
	// Run runs a command and waits for it. Its exit code goes into the result.
	Run struct {
		Command
		Step int // it is noted under this number before it is run: R<step>.ID
	}
)

// The operations that take changes back.
type (
	// OpenRun opens the last run of this script that changed something and is not undone. It stops as nothing-to-do where there
	// is none.
	OpenRun struct{}
	// Unchanged stops as refused where a noted target is neither as the run left it nor as it was saved: somebody else has
	// changed it since. Where the run is open, because it or its undo was cut off, a part of what was saved is well too: a key
	// of which not all subkeys are deleted, or back, yet.
	Unchanged struct{ Target int }
	// Reopen notes that the run is open again (OPEN.ID), behind the guards and before the first Restore, so that an undo that is
	// cut off can be run again. It stops as refused where the note cannot be written.
	Reopen struct{}
	// Restore gives a noted target back as it was saved, and looks whether it is. It stops as failed where it is not. A file
	// that is still what the run left comes back whole; of an ini file that somebody else has changed, the entry.
	Restore struct{ Target int }
	// Reverse runs a noted command with the arguments that undo it, and prints how it ended: it stops nothing.
	Reverse struct {
		Command
		Step int
	}
)

func both(m Mode) bool     { return m == Show || m == Apply }
func applying(m Mode) bool { return m == Apply }

func (Step) In(m Mode) bool         { return true }
func (Say) In(m Mode) bool          { return true }
func (MustBe) In(m Mode) bool       { return true }
func (CanRead) In(m Mode) bool      { return true }
func (o NeedFolder) In(m Mode) bool { return true }
func (Look) In(m Mode) bool         { return m != Undo }
func (o LookTraces) In(m Mode) bool { return m == Verify || both(m) && !o.Later }
func (o StopIf) In(m Mode) bool {
	return m == Verify || both(m) && !o.Later || o.If == Always && !o.Later
}
func (Compare) In(m Mode) bool       { return m == Apply || m == Verify }
func (CompareRest) In(m Mode) bool   { return applying(m) }
func (Collect) In(m Mode) bool       { return both(m) }
func (Lock) In(m Mode) bool          { return m == Apply || m == Undo }
func (NoneOpen) In(m Mode) bool      { return m == Apply }
func (Rights) In(m Mode) bool        { return m == Apply || m == Undo }
func (NewRun) In(m Mode) bool        { return applying(m) }
func (Export) In(m Mode) bool        { return applying(m) }
func (Save) In(m Mode) bool          { return applying(m) }
func (Note) In(m Mode) bool          { return applying(m) }
func (StopService) In(m Mode) bool   { return m == Apply || m == Undo }
func (StartServices) In(m Mode) bool { return m == Apply || m == Undo }
func (EndProcess) In(m Mode) bool    { return m == Apply }
func (Remove) In(m Mode) bool        { return applying(m) }
func (Set) In(m Mode) bool           { return applying(m) }
func (Move) In(m Mode) bool          { return applying(m) }
func (Run) In(m Mode) bool           { return applying(m) }
func (OpenRun) In(m Mode) bool       { return m == Undo }
func (Unchanged) In(m Mode) bool     { return m == Undo }
func (Reopen) In(m Mode) bool        { return m == Undo }
func (Restore) In(m Mode) bool       { return m == Undo }
func (Reverse) In(m Mode) bool       { return m == Undo }
