package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// showVerb prints a tree.
type showVerb struct {
	content       string
	mermaid, json bool
}

func (*showVerb) usage() usage {
	return usage{
		name:     "show",
		args:     "ARTICLE",
		synopsis: "print a tree as an outline to read aloud",
		example:  "fixdesk show Q238865\nfixdesk show Q238865 --mermaid >tree.mmd",
		least:    1, most: 1,
	}
}

func (v *showVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	f.BoolVar(&v.mermaid, "mermaid", false, "print a Mermaid flowchart")
	f.BoolVar(&v.json, "json", false, "print JSON in the shape of schema tree.json")
}

func (v *showVerb) run(_ context.Context, c console, args []string) int {
	if v.mermaid && v.json {
		return refuse(c, v, "--mermaid and --json do not go together")
	}
	lib, ok := open(c, "show", v.content, "")
	if !ok {
		return exitFound
	}
	t, err := findTree(lib.base, args[0])
	if err != nil {
		return refuse(c, v, err.Error())
	}
	switch {
	case v.mermaid:
		fmt.Fprint(c.out, t.Mermaid())
	case v.json:
		data, _ := lib.catalog.TreeJSON(t.Article) // it was found above
		fmt.Fprintf(c.out, "%s\n", data)
	default:
		fmt.Fprint(c.out, t.Outline())
	}
	return exitOK
}

// findTree returns the tree of an article as somebody wrote its number.
func findTree(base *kb.Base, arg string) (*tree.Tree, error) {
	id, err := articleID(arg)
	if err != nil {
		return nil, err
	}
	if t, ok := base.Tree(id); ok {
		return t, nil
	}
	var have []string
	for _, t := range base.Trees() {
		have = append(have, t.Article)
	}
	if _, ok := base.Article(id); ok {
		return nil, fmt.Errorf("%s has no tree; there are trees for %s", id, strings.Join(have, ", "))
	}
	return nil, fmt.Errorf("there is no article %s; there are trees for %s", id, strings.Join(have, ", "))
}
