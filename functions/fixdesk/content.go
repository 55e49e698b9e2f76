package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fixdesk/fixdesk/functions/internal/app"
	"github.com/fixdesk/fixdesk/functions/internal/catalog"
	"github.com/fixdesk/fixdesk/functions/internal/desk"
	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/schemas"
)

// home is where the content lies in the project, from its root.
const home = "kb/content"

// contentFlag lets a verb work on a folder instead of the content that is built in.
func contentFlag(f *flag.FlagSet, dir *string) {
	f.StringVar(dir, "content", "", "take the knowledge base in the folder `DIR` instead of the one that is built in")
}

// content returns the files of a knowledge base: those of a folder, or those that are built in.
func content(dir string) (fs.FS, error) {
	if dir == "" {
		return kb.Content(), nil
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, fmt.Errorf("there is no folder %s: name one that holds facts.yaml and a folder for each article", dir)
	case !info.IsDir():
		return nil, fmt.Errorf("%s is a file: name the folder that holds facts.yaml", dir)
	}
	return os.DirFS(dir), nil
}

// load returns a knowledge base, or says what keeps it from being loaded.
func load(c console, verb, dir string) (*kb.Base, bool) {
	files, err := content(dir)
	if err != nil {
		c.say("fixdesk %s: %v", verb, err)
		return nil, false
	}
	base, err := loaded(files, dir)
	var broken *kb.ContentError
	switch {
	case errors.As(err, &broken):
		for _, p := range broken.Problems {
			c.say("%s", located(dir, p))
		}
		c.say("fixdesk %s: correct these problems first; fixdesk check lists them too", verb)
	case err != nil:
		c.say("fixdesk %s: %s", verb, reasonIn(dir, err))
	}
	return base, err == nil
}

// loaded loads a folder, or takes what is built in as it was made ready.
func loaded(files fs.FS, dir string) (*kb.Base, error) {
	if dir == "" {
		return kb.Builtin()
	}
	return kb.Load(files)
}

// A library is a knowledge base with all that answers from it.
type library struct {
	base    *kb.Base
	index   *index.Index
	desk    *desk.Desk
	catalog *catalog.Catalog
}

// indexFlag lets a verb find and quote the articles of an archive.
func indexFlag(f *flag.FlagSet, dir *string) {
	f.StringVar(dir, "index", os.Getenv("FIXDESK_INDEX"), "find and quote the articles of the index in the folder `DIR`, made by fixdesk index (or in $FIXDESK_INDEX)")
}

// open loads a knowledge base, and opens the index of an archive or makes one of the articles that are told in our own words.
func open(c console, verb, dir, archive string) (*library, bool) {
	base, ok := load(c, verb, dir)
	if !ok {
		return nil, false
	}
	files, _ := content(dir) // it was loaded from there
	lib := &library{
		base:    base,
		desk:    &desk.Desk{KB: base},
		catalog: &catalog.Catalog{Base: base, Content: files},
	}
	var err error
	if archive == "" {
		lib.index, err = app.Builtin(base)
	} else if lib.index, err = index.Open(archive); err == nil {
		lib.desk.Passages, lib.catalog.Archive = lib.index, lib.index
	}
	if err != nil {
		c.say("fixdesk %s: %s", verb, reason(err))
		return nil, false
	}
	lib.desk.Index = lib.index
	return lib, true
}

// located returns a problem with the path of its file as an editor finds it.
func located(dir string, p kb.Problem) string {
	if dir == "" {
		dir = home
	}
	p.File = filepath.ToSlash(filepath.Join(dir, filepath.FromSlash(p.File)))
	return p.String()
}

// reason returns an error of the file system as the file that it is about and what is wrong with it.
func reason(err error) string { return reasonIn("", err) }

// reasonIn is reason for a file below the folder that a person named.
func reasonIn(dir string, err error) string {
	var p *fs.PathError
	if !errors.As(err, &p) {
		return err.Error()
	}
	file := p.Path
	if !filepath.IsAbs(file) {
		file = filepath.Join(dir, file)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return file + " is not there"
	case errors.Is(err, fs.ErrPermission):
		return file + " may not be read or written by you"
	}
	return file + ": " + p.Err.Error()
}

// articleID returns the number of an article in its normal form: q238865 is Q238865.
func articleID(arg string) (string, error) {
	id, err := schemas.Form("article-id", arg)
	if err != nil {
		return "", fmt.Errorf("%q is no number of an article: write it like Q238865", arg)
	}
	return id, nil
}
