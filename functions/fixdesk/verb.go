package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A verb is one thing that the program does. A value is used for one run: its flags are its fields.
type verb interface {
	usage() usage
	flags(f *flag.FlagSet)
	// run does it, with the arguments that stand between and behind the flags, and returns an exit code.
	run(ctx context.Context, c console, args []string) int
}

// A usage says what a verb is for.
type usage struct {
	name     string
	args     string // as in "ARTICLE [FILE…]", empty where it takes none
	synopsis string // one line
	about    string // what else there is to know, in lines; may be empty
	example  string // one or more command lines
	least    int    // how many arguments it wants
	most     int    // how many it takes, -1 for any number
}

// A console is where a verb reads and writes.
type console struct {
	in       io.Reader
	out, err io.Writer
}

// The exit codes of the program.
const (
	exitOK    = 0
	exitFound = 1 // problems were found, or it could not be done
	exitUsage = 2 // the command line is not understood
)

// say writes a line to the person, beside the output.
func (c console) say(format string, args ...any) { fmt.Fprintf(c.err, format+"\n", args...) }

// failed says that a verb could not do its work, and returns the exit code for that.
func (c console) failed(verb, what string, err error) int {
	switch {
	case errors.Is(err, context.Canceled):
		c.say("fixdesk %s: %s: interrupted", verb, what)
	default:
		c.say("fixdesk %s: %s: %s", verb, what, reason(err))
	}
	return exitFound
}

// run carries out a command line.
func run(ctx context.Context, c console, args []string) int {
	if len(args) == 0 {
		writeHelp(c.err)
		return exitUsage
	}
	name, rest := args[0], args[1:]
	if isHelp(name) {
		if len(rest) == 0 {
			writeHelp(c.out)
			return exitOK
		}
		name, rest = rest[0], []string{"--help"}
	}
	v := find(name)
	if v == nil {
		c.say("fixdesk: there is no verb %s%s; fixdesk --help lists them", name, meant(name))
		return exitUsage
	}
	return runVerb(ctx, c, v, rest)
}

func isHelp(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }

// find returns a new value of the verb of that name, nil where there is none.
func find(name string) verb {
	for _, v := range verbs() {
		if v.usage().name == name {
			return v
		}
	}
	return nil
}

// meant names the verb that somebody may have meant.
func meant(name string) string {
	for _, v := range verbs() {
		if n := v.usage().name; len(name) > 1 && (strings.HasPrefix(n, name[:2]) || strings.HasPrefix(name, n)) {
			return " (did you mean " + n + "?)"
		}
	}
	return ""
}

func runVerb(ctx context.Context, c console, v verb, args []string) int {
	u := v.usage()
	f := newFlags(v)
	args, err := parse(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		writeUsage(c.out, v)
		return exitOK
	case err != nil:
		return refuse(c, v, flagTrouble(err))
	case len(args) < u.least:
		return refuse(c, v, "expected "+u.args)
	case u.most >= 0 && len(args) > u.most:
		return refuse(c, v, fmt.Sprintf("%s is one argument too many", args[u.most]))
	}
	return v.run(ctx, c, args)
}

// refuse says what is wrong with a command line.
func refuse(c console, v verb, what string) int {
	name := v.usage().name
	c.say("fixdesk %s: %s; fixdesk %s --help says how it is used", name, what, name)
	return exitUsage
}

func newFlags(v verb) *flag.FlagSet {
	f := flag.NewFlagSet(v.usage().name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	v.flags(f)
	return f
}

// parse reads flags wherever they stand, up to "--", and returns what is no flag.
func parse(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		left := f.Args()
		ended := len(left) < len(args) && args[len(args)-len(left)-1] == "--"
		if len(left) == 0 || ended {
			return append(rest, left...), nil
		}
		rest, args = append(rest, left[0]), left[1:]
	}
}

// flagTrouble rewords the errors of package flag.
func flagTrouble(err error) string {
	s := err.Error()
	if name, ok := strings.CutPrefix(s, "flag provided but not defined: "); ok {
		return "there is no flag -" + name
	}
	if name, ok := strings.CutPrefix(s, "flag needs an argument: "); ok {
		return "-" + name + " wants a value"
	}
	return s
}

func writeHelp(w io.Writer) {
	fmt.Fprint(w, "Fixdesk: from a symptom to a fix script, with the article to prove it.\n\nUsage: fixdesk VERB [flags] [arguments]\n\n")
	for _, v := range verbs() {
		u := v.usage()
		fmt.Fprintf(w, "  %-10s %s\n", u.name, u.synopsis)
	}
	fmt.Fprint(w, "\nfixdesk VERB --help says more about one of them.\n"+
		"Exit codes: 0, 1 where problems were found, 2 where the command line is not understood.\n\nExample:\n  fixdesk ask Q238865\n")
}

func writeUsage(w io.Writer, v verb) {
	u := v.usage()
	f := newFlags(v)
	line := "fixdesk " + u.name
	f.VisitAll(func(*flag.Flag) { line = strings.TrimSuffix(line, " [flags]") + " [flags]" })
	if u.args != "" {
		line += " " + u.args
	}
	fmt.Fprintf(w, "%s\n\nUsage: %s\n", upper(u.synopsis)+".", line)
	if u.about != "" {
		fmt.Fprintf(w, "\n%s\n", u.about)
	}
	writeFlags(w, f)
	fmt.Fprintf(w, "\nExample:\n  %s\n", strings.ReplaceAll(u.example, "\n", "\n  "))
}

func writeFlags(w io.Writer, f *flag.FlagSet) {
	first := true
	f.VisitAll(func(fl *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nFlags:\n")
			first = false
		}
		value, text := flag.UnquoteUsage(fl)
		if value != "" {
			value = " " + value
		}
		if fl.DefValue != "" && fl.DefValue != "false" && fl.DefValue != "0" {
			text += " (default " + fl.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-18s %s\n", "--"+fl.Name+value, text)
	})
}

// upper returns a text with a capital letter in front.
func upper(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:]
}

// A list is a flag that may be given several times.
type list []string

// String returns nothing: a list has no default.
func (l *list) String() string { return "" }

// Set adds a value.
func (l *list) Set(s string) error { *l = append(*l, s); return nil }
