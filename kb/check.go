package kb

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
	"github.com/fixdesk/fixdesk/kb/facts"
	"github.com/fixdesk/fixdesk/kb/plan"
	"github.com/fixdesk/fixdesk/kb/tree"
	"github.com/fixdesk/fixdesk/schemas"
)

// A Report is what Check measured of content that is sound.
type Report struct {
	Shapes  map[string]Shape    // by article, of every tree
	Efforts map[string][]Effort // by article, of the trees that name causes to measure
	Places  int                 // places that the content points at
	Proved  int                 // places whose words an archive holds as they were
}

// Check proves a knowledge base sound: it loads, every article that it names is there, and every answer, diagnosis and fix of a
// tree is taken by a case or by an imagined report. With an archive, every place exists and still reads as it did. It returns all
// problems, by file and line.
func Check(fsys fs.FS, source *archive.Source) ([]Problem, Report, error) {
	base, err := Load(fsys)
	var wrong *ContentError
	if errors.As(err, &wrong) {
		return wrong.Problems, Report{}, nil
	}
	if err != nil {
		return nil, Report{}, err
	}
	c := &checker{fsys: fsys, base: base, report: Report{Shapes: map[string]Shape{}, Efforts: map[string][]Effort{}}}
	if err := c.check(source); err != nil {
		return nil, c.report, err
	}
	sortProblems(c.problems)
	return c.problems, c.report, nil
}

type checker struct {
	fsys     fs.FS
	base     *Base
	problems []Problem
	report   Report
}

func (c *checker) check(source *archive.Source) error {
	cases, err := Cases(c.fsys)
	var wrong *ContentError
	if errors.As(err, &wrong) {
		c.problems = append(c.problems, wrong.Problems...)
	} else if err != nil {
		return err
	}
	for _, t := range c.base.Trees() {
		c.names(t)
		c.covered(t, cases)
	}
	c.standIns()
	if err := c.examples(); err != nil {
		return err
	}
	return c.places(source)
}

// examples reports the examples of triggers that come out otherwise.
func (c *checker) examples() error {
	data, err := readLanguage(c.fsys)
	if err != nil {
		return err
	}
	var doc facts.LanguageDocument
	if problems := decode(langFile, schemas.Language, data, &doc); problems != nil {
		c.problems = append(c.problems, problems...)
		return nil
	}
	lines := schemas.Lines(data)
	for _, p := range c.base.Vocabulary.Examples(&doc) {
		c.problems = append(c.problems, Problem{langFile, lines[p.Pointer], p.Says})
	}
	return nil
}

// at reports a problem at the first line of a file that begins with a text, else at the first that holds it.
func (c *checker) at(file, text, format string, args ...any) {
	data, _ := fs.ReadFile(c.fsys, file) // it was read before
	line := 0
	for n, l := range strings.Split(string(data), "\n") {
		if strings.HasPrefix(strings.TrimSpace(l), text) || line == 0 && strings.Contains(l, text) {
			line = n + 1
		}
		if line > 0 && strings.HasPrefix(strings.TrimSpace(l), text) {
			break
		}
	}
	c.problems = append(c.problems, Problem{file, line, fmt.Sprintf(format, args...)})
}

// names reports articles that a tree names and nobody told in our own words.
func (c *checker) names(t *tree.Tree) {
	file := path.Join(t.Article, treeFile)
	var named []string
	for _, d := range t.OwnDiagnoses() {
		named = append(named, d.See.All()...)
		for _, place := range d.Proof.All() {
			named = append(named, article(place))
		}
	}
	named = append(named, t.Undecided.See...)
	for _, name := range t.Fixes.Keys() {
		fix, _ := c.base.Fix(t.Article, name)
		for _, s := range fix.Steps {
			named = append(named, plan.Article(s))
		}
	}
	slices.Sort(named)
	for _, id := range slices.Compact(named) {
		if _, ok := c.base.articles[id]; !ok && strings.HasPrefix(id, "Q") {
			c.at(file, id, "names %s, which has no %s of its own", id, articleFile)
		}
	}
}

func article(place string) string {
	id, _, _ := strings.Cut(place, "/")
	return id
}

// covered reports what no case and no imagined report takes.
func (c *checker) covered(t *tree.Tree, cases []Case) {
	file := path.Join(t.Article, treeFile)
	shape, err := c.base.Shape(t)
	if err != nil {
		c.at(file, "start:", "%v", err)
		return
	}
	c.report.Shapes[t.Article] = shape
	efforts, err := c.base.Efforts(t)
	if err != nil {
		c.at(file, "measured:", "%v", err)
		return
	}
	if efforts != nil {
		c.report.Efforts[t.Article] = efforts
	}
	cover := coverage{b: c.base, steps: map[tree.Step]bool{}, found: map[string]bool{}}
	if err := cover.walk(t); err != nil {
		c.at(file, "start:", "%v", err)
		return
	}
	for _, k := range cases {
		c.runs(&cover, k)
	}
	c.missing(t, &cover)
}

// runs adds what a case takes.
func (c *checker) runs(cover *coverage, k Case) {
	t := c.base.Entries()[0]
	if id := k.Names(c.base); id != "" {
		var ok bool
		if t, ok = c.base.Tree(id); !ok {
			return
		}
	}
	f, contradictions, err := c.base.Vocabulary.Read(facts.Input{Told: k.Report.Facts, Symptom: k.Report.Symptom, Log: k.Report.Log})
	if err != nil {
		return // a refusal, which the case expects
	}
	cover.add(t, f, t.Walk(f, contradictions))
}

func (c *checker) missing(t *tree.Tree, cover *coverage) {
	file := path.Join(t.Article, treeFile)
	for _, s := range t.Answers() {
		if !cover.steps[s] {
			c.at(file, s.Question+":", "the answer %q to %s is taken by no case: write one, or take the answer away", s.Answer, s.Question)
		}
	}
	for _, d := range t.OwnDiagnoses() {
		if !cover.found[t.Article+" diagnosis "+d.Name] {
			c.at(file, d.Name+":", "%s is concluded in no case: write one", d.Name)
		}
	}
	for _, name := range t.Fixes.Keys() {
		if !cover.found[t.Article+" fix "+name] {
			c.at(file, name+":", "the fix %s is chosen in no case: write one", name)
		}
	}
}

// standIns reports an article that stands in for a missing one and is not there itself.
func (c *checker) standIns() {
	for _, a := range c.base.Articles() {
		if a.StandIn == "" {
			continue
		}
		if _, ok := c.base.articles[a.StandIn]; !ok {
			c.at(path.Join(a.ID, articleFile), "Stand-in", "names %s as a stand-in, which is not there", a.StandIn)
		}
	}
}

// A mention is a place as it stands in a file.
type mention struct {
	file  string
	text  string // as written
	place tree.Place
}

var (
	placeInYAML = regexp.MustCompile(`Q\d{5,6}/[A-Z][A-Za-z0-9 ,'()-]*/[1-9]\d*( [0-9a-f]{8})?|Q\d{5,6}//[1-9]\d*( [0-9a-f]{8})?`)
	placeInText = regexp.MustCompile(`^(?:(Q\d{5,6}) )?([^/]*)/(\d+)$`)
)

// places collects every place that the content points at, and holds them against an archive where there is one.
func (c *checker) places(source *archive.Source) error {
	var all []mention
	for _, t := range c.base.Trees() {
		file := path.Join(t.Article, treeFile)
		data, err := fs.ReadFile(c.fsys, file)
		if err != nil {
			return err
		}
		for _, text := range placeInYAML.FindAllString(string(data), -1) {
			if p, err := tree.ParsePlace(text); err == nil {
				all = append(all, mention{file, text, p})
			}
		}
	}
	for _, a := range c.base.Articles() {
		all = append(all, places(a)...)
	}
	c.report.Places = len(all)
	if source == nil {
		return nil
	}
	return c.prove(source, all)
}

// places returns the places that an article in our own words renders.
func places(a *archive.Article) []mention {
	var all []mention
	for _, s := range a.Sections {
		for _, p := range s.Paragraphs {
			for part := range strings.SplitSeq(p.Place, ", ") {
				m := placeInText.FindStringSubmatch(strings.TrimSpace(part))
				if m == nil {
					continue
				}
				id := a.ID
				if m[1] != "" {
					id = m[1]
				}
				if place, err := tree.ParsePlace(id + "/" + m[2] + "/" + m[3]); err == nil {
					all = append(all, mention{path.Join(a.ID, articleFile), part, place})
				}
			}
		}
	}
	return all
}

func (c *checker) prove(source *archive.Source, all []mention) error {
	var ids []string
	for _, m := range all {
		ids = append(ids, m.place.Article)
	}
	slices.Sort(ids)
	found, err := source.Find(slices.Compact(ids)...)
	if err != nil {
		return err
	}
	for _, m := range all {
		if says := c.holds(found, m.place); says != "" {
			c.at(m.file, m.text, "%s: %s", m.place, says)
			continue
		}
		c.report.Proved++
	}
	return nil
}

// holds says what is wrong with a place, nothing where the archive holds it as it was.
func (c *checker) holds(found map[string]*archive.Article, place tree.Place) string {
	a, ok := found[place.Article]
	if !ok {
		return "the archive has no such article"
	}
	p, ok := archive.Place(a, place.Section, place.Paragraph)
	switch {
	case !ok:
		return "the archive's article has no such paragraph"
	case place.Hash != "" && place.Hash != archive.Hash(p.Text):
		return "the paragraph reads otherwise than it did: read it again, and fill the hash in with --write"
	}
	return ""
}

// WriteHashes returns the tree files of a knowledge base with the hash of every place filled in as the archive has it, by path.
// Files in which nothing changes are left out.
func WriteHashes(fsys fs.FS, source *archive.Source) (map[string][]byte, error) {
	files, err := fs.Glob(fsys, "*/"+treeFile)
	if err != nil {
		return nil, err
	}
	data := map[string][]byte{}
	var ids []string
	for _, file := range files {
		if data[file], err = fs.ReadFile(fsys, file); err != nil {
			return nil, err
		}
		for _, text := range placeInYAML.FindAllString(string(data[file]), -1) {
			ids = append(ids, article(text))
		}
	}
	slices.Sort(ids)
	found, err := source.Find(slices.Compact(ids)...)
	if err != nil {
		return nil, err
	}
	changed := map[string][]byte{}
	for _, file := range files {
		filled := placeInYAML.ReplaceAllFunc(data[file], func(text []byte) []byte { return fillHash(text, found) })
		if !bytes.Equal(filled, data[file]) {
			changed[file] = filled
		}
	}
	return changed, nil
}

// fillHash returns a place with the hash of its words, or as it is where the archive does not hold it.
func fillHash(text []byte, found map[string]*archive.Article) []byte {
	place, err := tree.ParsePlace(string(text))
	if err != nil {
		return text
	}
	a, ok := found[place.Article]
	if !ok {
		return text
	}
	p, ok := archive.Place(a, place.Section, place.Paragraph)
	if !ok {
		return text
	}
	return []byte(place.String() + " " + archive.Hash(p.Text))
}
