package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/script"
	"github.com/fixdesk/fixdesk/kb/tree"
)

// scriptsVerb renders the scripts of a tree's fixes.
type scriptsVerb struct {
	content, fix, dialect, out, sign string
	set                              list
	stage                            int
}

func (*scriptsVerb) usage() usage {
	return usage{
		name:     "scripts",
		args:     "[ARTICLE]",
		synopsis: "write the scripts of the fixes of a tree",
		about: `With ARTICLE it prints the scripts of that tree's fixes, or writes them with --out, for a computer of which --set tells what
enters them. A script that stands alone is printed as it is, so that it can be led into a file. What the dialects
cannot express of one --fix is named on standard error.

Without ARTICLE it writes the examples anew that stand beside each tree of the content, for a computer whose site
` + exampleSite + ` is gone.`,
		example: "fixdesk scripts Q238865 --fix forget-site --dialect cmd --set nonexistent_sites=ABC >forget-site-1.cmd\n" +
			"fixdesk scripts Q238865 --set nonexistent_sites=ABC,DEF --out scripts --sign key.pem\n" +
			"fixdesk scripts --content kb/content",
		most: 1,
	}
}

func (v *scriptsVerb) flags(f *flag.FlagSet) {
	contentFlag(f, &v.content)
	f.StringVar(&v.fix, "fix", "", "only the fix `NAME`")
	f.StringVar(&v.dialect, "dialect", "", "only scripts of `KIND`: "+strings.Join(script.Dialects(), ", "))
	f.IntVar(&v.stage, "stage", 0, "only the stage `N` of a fix")
	f.Var(&v.set, "set", "tell a fact, `NAME=VALUE`, several values with commas; may be given several times")
	f.StringVar(&v.out, "out", "", "write the scripts into the folder `DIR`")
	f.StringVar(&v.sign, "sign", "", "sign with the Ed25519 key in `FILE` (PEM), each script into a file of its name and .sig; needs --out")
}

func (v *scriptsVerb) run(_ context.Context, c console, args []string) int {
	switch {
	case v.dialect != "" && !slices.Contains(script.Dialects(), v.dialect):
		return refuse(c, v, "--dialect wants one of "+strings.Join(script.Dialects(), ", "))
	case v.stage < 0:
		return refuse(c, v, "--stage wants a number from 1")
	case v.sign != "" && v.out == "":
		return refuse(c, v, "--sign needs --out: a signature is a file beside its script")
	case len(args) == 0:
		return v.examples(c)
	}
	key, err := v.key()
	if err != nil {
		return refuse(c, v, err.Error())
	}
	base, ok := load(c, "scripts", v.content)
	if !ok {
		return exitFound
	}
	t, err := findTree(base, args[0])
	if err != nil {
		return refuse(c, v, err.Error())
	}
	fixes, err := v.fixes(base, t)
	if err != nil {
		return refuse(c, v, err.Error())
	}
	told, err := told(base.Vocabulary, v.set)
	if err != nil {
		return refuse(c, v, err.Error())
	}
	return v.deliver(c, fixes, told, key)
}

// key reads the key to sign with, nil where none is named.
func (v *scriptsVerb) key() (ed25519.PrivateKey, error) {
	if v.sign == "" {
		return nil, nil
	}
	data, err := readKey(v.sign)
	if err != nil {
		return nil, err
	}
	key, err := script.PrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("%s holds no key to sign with: make one with openssl genpkey -algorithm ed25519 -out %s", v.sign, v.sign)
	}
	return key, nil
}

// fixes returns the fixes that are wanted.
func (v *scriptsVerb) fixes(base *kb.Base, t *tree.Tree) ([]plan.Fix, error) {
	names := base.Fixes(t.Article)
	if v.fix != "" {
		if !slices.Contains(names, v.fix) {
			return nil, fmt.Errorf("%s has no fix %s: it has %s", t.Article, v.fix, strings.Join(names, ", "))
		}
		names = []string{v.fix}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("the tree of %s has no fixes", t.Article)
	}
	var fixes []plan.Fix
	for _, name := range names {
		f, _ := base.Fix(t.Article, name)
		fixes = append(fixes, f)
	}
	return fixes, nil
}

// told reads facts of the command line as a report's facts are read.
func told(v *facts.Vocabulary, set []string) (facts.Facts, error) {
	values := map[string]any{}
	for _, s := range set {
		name, value, ok := strings.Cut(s, "=")
		def, known := v.Definition(name)
		switch {
		case !ok:
			return facts.Facts{}, fmt.Errorf("--set wants NAME=VALUE, as in nonexistent_sites=ABC")
		case !known:
			return facts.Facts{}, fmt.Errorf("there is no fact %s: the names stand in facts.yaml", name)
		case def.Several:
			values[name] = anyList(strings.Split(value, ","))
		default:
			values[name] = value
		}
	}
	f, contradictions, err := v.Read(facts.Input{Told: values})
	if refused := facts.Refusals(err); refused != nil {
		return facts.Facts{}, fmt.Errorf("--set %s: %s", refused[0].Fact, refused[0].Detail)
	}
	if err == nil && len(contradictions) > 0 {
		err = errors.New("--set: these do not go together: " + contradictions[0].Says)
	}
	return f, err
}

// deliver prints or writes the scripts of fixes, and names what could not be rendered.
func (v *scriptsVerb) deliver(c console, fixes []plan.Fix, f facts.Facts, key ed25519.PrivateKey) int {
	var all []script.Script
	code := exitOK
	for _, fix := range fixes {
		scripts, why := v.render(fix, f)
		all = append(all, scripts...)
		if len(scripts) == 0 {
			code = exitFound
		}
		for _, err := range why {
			if len(scripts) == 0 || v.fix != "" { // that not every dialect expresses every fix is no news
				c.say("fixdesk scripts: %s: %s", fix.Name, lacking(err))
			}
		}
	}
	if v.out != "" {
		return max(code, writeScripts(c, "scripts", v.out, signed(all, key)))
	}
	if len(all) == 1 {
		fmt.Fprint(c.out, all[0].Text)
		return code
	}
	for _, s := range all {
		printFile(c.out, file{s.File, []byte(s.Text)})
	}
	return code
}

// signed returns scripts as files, each with its signature behind it where there is a key.
func signed(scripts []script.Script, key ed25519.PrivateKey) []file {
	var all []file
	for _, s := range scripts {
		all = append(all, file{s.File, []byte(s.Text)})
		if key != nil {
			all = append(all, file{s.File + signatureEnding, []byte(script.Sign(key, s.Text) + "\n")})
		}
	}
	return all
}

// lacking says why there is no script.
func lacking(err error) string {
	var unbound *plan.UnboundError
	if errors.As(err, &unbound) {
		return fmt.Sprintf("%s is needed: tell it with --set %s=…", unbound.Fact, unbound.Fact)
	}
	return err.Error()
}

// render returns the scripts of a fix that the flags ask for, and why others are missing.
func (v *scriptsVerb) render(fix plan.Fix, f facts.Facts) ([]script.Script, []error) {
	p, err := plan.Combine(fix)
	if err == nil {
		p, err = p.Bind(f)
	}
	if err != nil {
		return nil, []error{err}
	}
	var all []script.Script
	var why []error
	for _, dialect := range script.Dialects() {
		if v.dialect != "" && v.dialect != dialect {
			continue
		}
		for _, stage := range stagesOf(p, dialect) {
			if v.stage != 0 && v.stage != stage {
				continue
			}
			s, err := script.Render(p, dialect, stage)
			if err == nil {
				all = append(all, s)
			} else {
				why = append(why, err)
			}
		}
	}
	if len(all) == 0 && len(why) == 0 {
		why = append(why, errors.New("no script of that kind: all steps are a person's, or there is no such stage; --dialect md gives the runbook"))
	}
	return all, why
}

// runbook is the dialect that people read. It holds a plan as a whole.
const runbook = "md"

// stagesOf returns the numbers of the stages for which a dialect has a script.
func stagesOf(p plan.Plan, dialect string) []int {
	if dialect == runbook {
		return []int{0}
	}
	var all []int
	for _, s := range p.Stages {
		if s.Scripted() {
			all = append(all, s.Number)
		}
	}
	return all
}

// The examples that stand in the repository are for one computer, and name no version of their tree: an edit of a question
// changes no script.
const (
	exampleSite    = "BRI"
	exampleVersion = "01234567"
	exampleFolder  = "scripts"
)

// examples writes the scripts beside each tree of a content folder, and takes away those that no fix renders any more.
func (v *scriptsVerb) examples(c console) int {
	if v.fix != "" || v.dialect != "" || v.stage != 0 || v.out != "" || len(v.set) > 0 {
		return refuse(c, v, "expected ARTICLE beside these flags")
	}
	dir := v.content
	if dir == "" {
		dir = home
	}
	base, ok := load(c, "scripts", dir)
	if !ok {
		return exitFound
	}
	f := facts.Of(facts.Fact{Name: "nonexistent_sites", Values: []string{exampleSite}, Source: facts.Told})
	for _, t := range base.Trees() {
		want := map[string]string{}
		for _, name := range base.Fixes(t.Article) {
			fix, _ := base.Fix(t.Article, name)
			fix.Version = exampleVersion
			scripts, _ := v.render(fix, f) // what no dialect expresses has no example
			for _, s := range scripts {
				want[s.File] = s.Text
			}
		}
		if err := replace(filepath.Join(dir, t.Article, exampleFolder), want); err != nil {
			return c.failed("scripts", t.Article, err)
		}
	}
	return exitOK
}

// replace makes a folder hold these files and no others. A folder of which nothing is wanted is not made.
func replace(dir string, want map[string]string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		if _, ok := want[e.Name()]; !ok && e.Type().IsRegular() {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	if len(want) == 0 {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range want {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func anyList(texts []string) []any {
	all := make([]any, len(texts))
	for i, s := range texts {
		all[i] = s
	}
	return all
}
