package index

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// A Survey says what an archive holds. Its lists are sorted, most first.
type Survey struct {
	Articles   int
	Broken     []error // articles that could not be read
	Empty      int     // articles without any text
	Products   []Count
	Issues     []Count
	Sections   []Count    // headings, and in how many articles they stand
	DeadLinks  []Count    // articles that are cited and missing, and how many articles cite them
	Duplicates [][]string // groups of articles that are nearly the same, largest first
}

// Look reads an archive and says what it holds.
func Look(ctx context.Context, src Files, o Options) (*Survey, error) {
	v := surveyor{
		products: make(map[string]int), issues: make(map[string]int), sections: make(map[string]int),
		cited: make(map[string]int), known: make(map[string]bool),
	}
	o = o.withThreads()
	err := inBatches(ctx, src, o, func() func([]archive.File) (*looked, error) { return lookAt }, func(l *looked) error {
		v.Broken = append(v.Broken, l.broken...)
		for _, a := range l.articles {
			v.add(a)
		}
		o.progress("read", v.Articles)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return v.finish(), nil
}

// A looked is one batch of articles.
type looked struct {
	articles []*archive.Article
	broken   []error
}

func lookAt(files []archive.File) (*looked, error) {
	l := new(looked)
	for _, f := range files {
		if a, err := f.Article(); err == nil {
			l.articles = append(l.articles, a)
		} else {
			l.broken = append(l.broken, err)
		}
	}
	return l, nil
}

// A surveyor counts.
type surveyor struct {
	Survey
	products, issues, sections, cited map[string]int
	known                             map[string]bool
	groups                            grouper
	ids                               []string
}

func (v *surveyor) add(a *archive.Article) {
	v.Articles++
	v.known[a.ID] = true
	v.ids = append(v.ids, a.ID)
	v.groups.add(keys(a))
	for _, p := range a.Products {
		v.products[p]++
	}
	if a.IssueType != "" {
		v.issues[a.IssueType]++
	}
	if len(a.Sections) == 0 {
		v.Empty++
	}
	seen := make(map[string]bool)
	for _, s := range a.Sections {
		if s.Name != "" && !seen[s.Name] {
			seen[s.Name] = true
			v.sections[s.Name]++
		}
	}
	for _, l := range a.Links {
		if !seen[l.ID] {
			seen[l.ID] = true
			v.cited[l.ID]++
		}
	}
}

func (v *surveyor) finish() *Survey {
	for id := range v.known {
		delete(v.cited, id)
	}
	v.Products, v.Issues, v.Sections, v.DeadLinks = mostFirst(v.products), mostFirst(v.issues), mostFirst(v.sections), mostFirst(v.cited)
	by := make(map[int][]string)
	for doc, root := range v.groups.roots() {
		by[root] = append(by[root], v.ids[doc])
	}
	for _, g := range by {
		if len(g) > 1 {
			v.Duplicates = append(v.Duplicates, g)
		}
	}
	slices.SortFunc(v.Duplicates, func(a, b []string) int { return cmp.Or(len(b)-len(a), strings.Compare(a[0], b[0])) })
	return &v.Survey
}

func mostFirst(counts map[string]int) []Count {
	all := make([]Count, 0, len(counts))
	for value, n := range counts {
		all = append(all, Count{value, n})
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Or(b.N-a.N, strings.Compare(a.Value, b.Value)) })
	return all
}

// A grouper joins near-duplicates: articles that share a key, directly or through others.
type grouper struct {
	parent []int
	first  map[[2]uint64]int
}

// add adds the next article, with the keys of its title and of its text; 0 is none.
func (g *grouper) add(title, text uint64) {
	if g.first == nil {
		g.first = make(map[[2]uint64]int)
	}
	doc := len(g.parent)
	g.parent = append(g.parent, doc)
	for kind, key := range [2]uint64{title, text} {
		if key == 0 {
			continue
		}
		k := [2]uint64{uint64(kind), key}
		if f, ok := g.first[k]; ok {
			a, b := g.root(f), g.root(doc)
			g.parent[max(a, b)] = min(a, b)
		} else {
			g.first[k] = doc
		}
	}
}

func (g *grouper) root(i int) int {
	for g.parent[i] != i {
		g.parent[i] = g.parent[g.parent[i]]
		i = g.parent[i]
	}
	return i
}

// roots returns for each article the first of its group.
func (g *grouper) roots() []int {
	all := make([]int, len(g.parent))
	for i := range all {
		all[i] = g.root(i)
	}
	return all
}
