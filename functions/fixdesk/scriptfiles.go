package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/fixdesk/fixdesk/functions/internal/desk"
)

// A file is something to be written into a folder.
type file struct {
	name string
	data []byte
}

// files returns the scripts whose text an answer holds.
func files(scripts []desk.Script) []file {
	var all []file
	for _, s := range scripts {
		if s.Text != "" {
			all = append(all, file{s.File, []byte(s.Text)})
		}
	}
	return all
}

// printFile prints a file under its name, with the line ends of this terminal.
func printFile(w io.Writer, f file) {
	text := strings.TrimRight(strings.ReplaceAll(string(f.data), "\r\n", "\n"), "\n")
	fmt.Fprintf(w, "\n==== %s ====\n%s\n", f.name, text)
}

// writeScripts writes files into a folder, which it makes where it is missing. It never writes over a file that says something else.
func writeScripts(c console, verb, dir string, all []file) int {
	if len(all) == 0 {
		c.say("fixdesk %s: there is no script to write", verb)
		return exitOK
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return c.failed(verb, "nothing was written", err)
	}
	code := exitOK
	for _, f := range all {
		path := filepath.Join(dir, f.name)
		switch wrote, err := writeNew(path, f.data); {
		case err != nil:
			c.say("fixdesk %s: %s", verb, reason(err))
			code = exitFound
		case wrote:
			fmt.Fprintln(c.out, path)
		default:
			fmt.Fprintln(c.out, path+" (was there already)")
		}
	}
	return code
}

// writeNew writes a file that must not be there. It is false for one that is there with the same bytes.
func writeNew(path string, data []byte) (bool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if os.IsExist(err) {
		if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, data) {
			return false, nil
		}
		return false, fmt.Errorf("%s is there already and says something else: move it away, or name another folder", path)
	}
	if err != nil {
		return false, err
	}
	_, err = f.Write(data)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(path) // half a script is worse than none
	}
	return err == nil, err
}
