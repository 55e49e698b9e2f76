package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// maxTyped bounds a line that a person types or pastes, in bytes.
const maxTyped = 64 << 10

// An input reads what a person types, line by line.
type input struct {
	console
	lines <-chan string // closed at the end of the input
	echo  bool          // what is read from a file or a pipe is shown, so that the output reads as a dialog
}

// newInput begins to read, until the input or ctx ends. A read that waits for a person outlasts ctx.
func newInput(ctx context.Context, c console) *input {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for r := bufio.NewReader(c.in); ; {
			line, err := readLine(r, maxTyped)
			if err != nil && len(line) == 0 {
				return
			}
			select {
			case lines <- string(line):
			case <-ctx.Done():
				return
			}
		}
	}()
	return &input{console: c, lines: lines, echo: !terminal(c.in)}
}

func terminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// read returns the next line without the blanks around it, false at the end of the input or of ctx.
func (in *input) read(ctx context.Context) (string, bool) {
	select {
	case line, ok := <-in.lines:
		line = strings.TrimSpace(line)
		if ok && in.echo {
			io.WriteString(in.out, "> "+printable(line)+"\n")
		}
		return line, ok
	case <-ctx.Done():
		return "", false
	}
}

// printable returns a text without what would steer a terminal.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' && c != '\t' || c >= 0x7f && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
}
