package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// newVerb begins an article with its tree.
type newVerb struct{ content string }

func (*newVerb) usage() usage {
	return usage{
		name:     "new",
		args:     "ARTICLE",
		synopsis: "begin an article with its tree and cases",
		about: `It makes the files article.md, tree.yaml and cases.yaml in the article's folder, with what is to be filled in standing empty:
fixdesk check says what is missing. A file that is there is left as it is.`,
		example: "fixdesk new Q123456\nfixdesk new Q123456 --content kb/content",
		least:   1, most: 1,
	}
}

func (v *newVerb) flags(f *flag.FlagSet) {
	f.StringVar(&v.content, "content", home, "make it in the knowledge base in the folder `DIR`")
}

func (v *newVerb) run(_ context.Context, c console, args []string) int {
	id, err := articleID(args[0])
	if err != nil {
		return refuse(c, v, err.Error())
	}
	if _, err := os.Stat(filepath.Join(v.content, "facts.yaml")); err != nil {
		return refuse(c, v, v.content+" is no knowledge base: --content wants the folder that holds facts.yaml")
	}
	dir := filepath.Join(v.content, id)
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return c.failed("new", "nothing was made", err)
	}
	made := 0
	for _, f := range skeletons {
		path := filepath.Join(dir, f.name)
		wrote, err := begin(path, strings.ReplaceAll(f.text, "ARTICLE", id))
		if err != nil {
			return c.failed("new", "not all was made", err)
		}
		if wrote {
			made++
			fmt.Fprintln(c.out, filepath.ToSlash(path))
		}
	}
	if made == 0 {
		c.say("fixdesk new: %s is there already, with all of its files: nothing was changed", filepath.ToSlash(dir))
		return exitFound
	}
	c.say("Fill them in, and let fixdesk check --content %s say what is missing. kb/README.md explains every key.", filepath.ToSlash(v.content))
	return exitOK
}

// begin writes a file that is not there. It is false for one that is.
func begin(path, text string) (bool, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(text)
	return true, errors.Join(err, f.Close())
}

// skeletons are the files of an article. What stands empty breaks a rule, so that nothing half-written is ever served.
var skeletons = [...]struct{ name, text string }{
	{"article.md", `# ARTICLE:

- Product:
- Modified:
- Links:

## SUMMARY

Tell the article in your own words: short sentences, and none of its own. Every paragraph ends with the
place that it retells, section and paragraph. [SUMMARY/1]
`},
	{"tree.yaml", `article: ARTICLE
about:                # the complaint, in one sentence
start:                # the question to begin with
questions:            # the name of each is a fact of facts.yaml, and each answer names the way on
  # client_os:
  #   win95, win98, winme: old-windows
  #   unknown:
  #   then: end
diagnoses:            # in the order in which they are shown
  # old-windows:
  #   says: The computer runs a Windows for which this was not made.
  #   proof: ARTICLE/SUMMARY/1
  #   fix: look-it-up
  #   see: [ARTICLE]
# fixes:
#   look-it-up:
#     goal: Find out what the maker says of it.
#     risk: none
#     proof: gk
#     steps:
#       - tell: Read what the maker says of this Windows.
`},
	{"cases.yaml", `- name:               # what the case shows, as a phrase; one case for each diagnosis, each fix and who knows nothing
  report: {article: ARTICLE}
  expect:             # status, confirmed, class, ask, fix and more: what must come out
`},
}
