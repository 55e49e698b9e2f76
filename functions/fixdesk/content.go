package main

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/schemas"
)

// home is where the content lies in the project, from its root.
const home = "kb/content"

// contentFlag lets a verb work on a folder instead of the content that is built in.
func contentFlag(f *flag.FlagSet, dir *string) {
	f.StringVar(dir, "content", "", "the knowledge base in the folder `DIR` instead of the one that is built in")
}

// content returns the files of a knowledge base: those of a folder, or those that are built in.
func content(dir string) (fs.FS, error) {
	if dir == "" {
		return kb.Content(), nil
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, errors.New("there is no folder " + dir + ": name one that holds facts.yaml and a folder for each article")
	case !info.IsDir():
		return nil, errors.New(dir + " is a file: name the folder that holds facts.yaml")
	}
	return os.DirFS(dir), nil
}

// load returns the knowledge base of a folder, or the one that is built in.
func load(dir string) (*kb.Base, error) {
	files, err := content(dir)
	if err != nil {
		return nil, err
	}
	return kb.Load(files)
}

// loadOrSay returns a knowledge base, or says what keeps it from being loaded.
func loadOrSay(c console, verb, dir string) (*kb.Base, bool) {
	base, err := load(dir)
	var broken *kb.ContentError
	switch {
	case errors.As(err, &broken):
		for _, p := range broken.Problems {
			c.say("%s", located(dir, p))
		}
		c.say("fixdesk %s: the knowledge base has problems: correct them first, fixdesk check lists all of them", verb)
	case err != nil:
		c.say("fixdesk %s: %s", verb, reason(err))
	}
	return base, err == nil
}

// located returns a problem with the path of its file as an editor finds it.
func located(dir string, p kb.Problem) string {
	if dir == "" {
		dir = home
	}
	p.File = filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(p.File)))
	return p.String()
}

// reason returns what an error of the file system says, with the file that it is about and nothing of the call.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path + ": " + p.Err.Error()
	}
	return err.Error()
}

// articleID returns the number of an article in its normal form: q238865 is Q238865.
func articleID(arg string) (string, error) {
	id, err := schemas.Form("article-id", arg)
	if err != nil {
		return "", errors.New(arg + " is no number of an article: write it like Q238865")
	}
	return id, nil
}
