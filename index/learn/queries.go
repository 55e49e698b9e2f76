package main

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// A kind of query.
type kind int

const (
	kindWords   kind = iota // query words and product
	kindSymptom             // a sentence, words left out and mistyped
	kindCited               // the title under which it is cited
	kindError               // an error message
	kindRelated             // the symptoms of an article that cites it
	kindNamed               // a program or a code that it is about, and what people say of such things
	kindShort               // a few words of the title, the product before or behind them now and then
	kinds
)

func (k kind) String() string {
	return [kinds]string{"words", "symptom", "cited", "error", "related", "named", "short"}[k]
}

// A query with what its answers are worth.
type query struct {
	kind    kind
	text    string
	worth   map[string]float32
	exclude map[string]bool
	held    bool // to measure with, never to learn from
}

// heldBack reports whether nothing is learned of an article: of one number in five. Articles are parted by their numbers and not by
// chance, so that every run, of every version of this program, measures with articles that no model has learned from.
func heldBack(id string) bool { return (id[len(id)-1]-'0')%5 == 0 }

// A maker makes queries out of articles.
type maker struct {
	r        *rand.Rand
	articles []*archive.Article
	byID     map[string]*archive.Article
	same     map[string][]string // title without prefix → articles
	indegree map[string]int
	cited    map[string]int
	names    map[string][]string // name → articles
}

// makeQueries makes up to n queries of each kind, each from another article.
func makeQueries(src *archive.Source, n int, r *rand.Rand) ([]query, error) {
	m := &maker{r: r, byID: make(map[string]*archive.Article), same: make(map[string][]string), indegree: make(map[string]int), cited: make(map[string]int), names: make(map[string][]string)}
	for a, err := range src.Articles() {
		if err != nil {
			continue // a broken article is not in the index either
		}
		m.articles = append(m.articles, a)
		m.byID[a.ID] = a
		m.same[bare(a.Title)] = append(m.same[bare(a.Title)], a.ID)
		for _, l := range a.Links {
			m.indegree[l.ID]++
		}
		for _, n := range m.namesOf(a) {
			m.names[n] = append(m.names[n], a.ID)
		}
	}
	var all []query
	for k, make := range []func(*archive.Article) (query, bool){m.words, m.symptom, m.citation, m.message, m.related, m.named, m.short} {
		count := 0
		for _, i := range r.Perm(len(m.articles)) {
			if q, ok := make(m.articles[i]); ok {
				q.kind = kind(k)
				q.held = q.held || heldBack(m.articles[i].ID)
				all = append(all, q)
				if count++; count == n {
					break
				}
			}
		}
	}
	return all, nil
}

// answers says that an article answers, and those under the same title nearly as well.
func (m *maker) answers(id string) map[string]float32 {
	worth := make(map[string]float32)
	if t := bare(m.byID[id].Title); len(strings.Fields(t)) >= 3 {
		for _, other := range m.same[t] {
			worth[other] = .5
		}
	}
	worth[id] = 1
	return worth
}

func (m *maker) words(a *archive.Article) (query, bool) {
	var ws []string
	plain := 0
	for _, w := range a.QueryWords {
		low := strings.ToLower(w)
		if strings.HasPrefix(low, "prod") || strings.HasPrefix(low, "kb") || len(ws) == 20 {
			continue
		}
		ws = append(ws, w)
		if len(w) >= 3 && isWord(low) && !little[low] {
			plain++
		}
	}
	if plain < 3 || len(a.Products) == 0 {
		return query{}, false
	}
	ws = append(ws, strings.TrimPrefix(a.Products[0], "Microsoft "))
	return query{text: strings.Join(ws, " "), worth: m.answers(a.ID)}, true
}

func (m *maker) symptom(a *archive.Article) (query, bool) {
	var fit [][]string
	for s := range strings.SplitSeq(sentenceEnd.ReplaceAllString(symptoms(a), "\n"), "\n") {
		if ws := strings.Fields(s); 9 <= len(ws) && len(ws) <= 60 && len(fit) < 4 {
			fit = append(fit, ws)
		}
	}
	if len(fit) == 0 {
		return query{}, false
	}
	var ws []string
	for _, w := range fit[m.r.IntN(len(fit))] {
		w = strings.ToLower(strings.Trim(w, `.,;:!?()"'`))
		if w != "" && !little[w] && !number.MatchString(strings.ToUpper(w)) && len(ws) < 25 {
			ws = append(ws, w)
		}
	}
	if len(ws) < 6 {
		return query{}, false
	}
	for drop := len(ws) * 3 / 10; drop > 0 && len(ws) > 5; drop-- {
		i := m.r.IntN(len(ws))
		ws = slices.Delete(ws, i, i+1)
	}
	if m.r.IntN(10) < 3 {
		m.mistype(ws)
	}
	return query{text: strings.Join(ws, " "), worth: m.answers(a.ID)}, true
}

// mistype makes one typing error in one of the longer words.
func (m *maker) mistype(ws []string) {
	i := m.r.IntN(len(ws))
	w := []byte(ws[i])
	if len(w) < 5 {
		return
	}
	k := 1 + m.r.IntN(len(w)-2)
	switch m.r.IntN(3) {
	case 0:
		w = slices.Delete(w, k, k+1)
	case 1:
		w[k], w[k+1] = w[k+1], w[k]
	case 2:
		w[k] = byte('a' + m.r.IntN(26))
	}
	ws[i] = string(w)
}

func (m *maker) citation(a *archive.Article) (query, bool) {
	for _, l := range a.Links {
		to := m.byID[l.ID]
		if to == nil || l.Title == "" || m.indegree[l.ID] > 200 || m.cited[l.ID] >= 2 {
			continue
		}
		x, y := bare(l.Title), bare(to.Title)
		if strings.HasPrefix(x, y) || strings.HasPrefix(y, x) || overlap(x, y) > .8 {
			continue
		}
		m.cited[l.ID]++
		return query{text: prefix.ReplaceAllString(l.Title, ""), worth: m.answers(l.ID), held: heldBack(l.ID)}, true
	}
	return query{}, false
}

func (m *maker) message(a *archive.Article) (query, bool) {
	var all []string
	for _, s := range a.Sections {
		if s.Name != "SYMPTOMS" {
			continue
		}
		for i, p := range s.Paragraphs {
			if i > 0 && announces.MatchString(s.Paragraphs[i-1].Text) {
				all = append(all, p.Text)
			}
			for _, q := range quoted.FindAllStringSubmatch(p.Text, -1) {
				all = append(all, q[1])
			}
		}
	}
	if len(all) == 0 {
		return query{}, false
	}
	ws := strings.Fields(strings.ReplaceAll(all[m.r.IntN(len(all))], `"`, ""))
	if len(ws) < 4 || len(ws) > 60 {
		return query{}, false
	}
	text := strings.Join(ws[:min(len(ws), 18)], " ")
	if m.r.IntN(2) == 0 {
		text = strings.ToLower(text)
	}
	return query{text: text, worth: m.answers(a.ID)}, true
}

func (m *maker) related(a *archive.Article) (query, bool) {
	ws := strings.Fields(number.ReplaceAllString(symptoms(a), ""))
	q := query{worth: make(map[string]float32), exclude: map[string]bool{a.ID: true}}
	for _, id := range m.same[bare(a.Title)] {
		q.exclude[id] = true
	}
	for _, l := range a.Links {
		to := m.byID[l.ID]
		if to == nil || m.indegree[l.ID] > 200 || q.exclude[l.ID] {
			continue
		}
		worth := float32(.4)
		if l.Title != "" {
			worth = .7
		}
		if len(a.Products) > 0 && slices.Contains(to.Products, a.Products[0]) {
			worth += .3
		}
		q.worth[l.ID] = max(q.worth[l.ID], worth)
	}
	if len(ws) < 8 || len(q.worth) == 0 || len(q.worth) > 15 {
		return query{}, false
	}
	q.text = strings.Join(ws[:min(len(ws), 50)], " ")
	return q, true
}

// named makes a query of a name that few articles have in their titles or symptoms, of some words of this one and of some that
// somebody else would use: a name weighs more than wording.
func (m *maker) named(a *archive.Article) (query, bool) {
	var all []string
	for _, n := range m.namesOf(a) {
		if len(m.names[n]) <= 12 {
			all = append(all, n)
		}
	}
	if len(all) == 0 {
		return query{}, false
	}
	name := all[m.r.IntN(len(all))]
	own := m.someWords(symptoms(a), 1+m.r.IntN(4))
	others := m.someWords(symptoms(m.articles[m.r.IntN(len(m.articles))]), 1+m.r.IntN(4))
	if own == nil || others == nil {
		return query{}, false
	}
	q := query{worth: make(map[string]float32)}
	for _, id := range m.names[name] {
		q.worth[id] = .3
	}
	q.worth[a.ID] = 1
	if m.r.IntN(2) == 0 {
		name, _, _ = strings.Cut(name, ".")
	}
	q.text = strings.Join(slices.Concat([]string{name}, own, others), " ")
	return q, true
}

// short makes a query of one to four words of the title, which need not be neighbours, with one word of the symptoms in the place
// of one of them now and then: what people type into a search box.
func (m *maker) short(a *archive.Article) (query, bool) {
	ws := contentWords(prefix.ReplaceAllString(a.Title, ""))
	if len(ws) < 2 {
		return query{}, false
	}
	n := min(1+m.r.IntN(4), len(ws))
	for len(ws) > n {
		i := m.r.IntN(len(ws))
		ws = slices.Delete(ws, i, i+1)
	}
	if others := contentWords(symptoms(a)); n > 1 && len(others) > 0 && m.r.IntN(3) == 0 {
		ws[m.r.IntN(n)] = others[m.r.IntN(len(others))]
	}
	if m.r.IntN(10) == 0 {
		m.mistype(ws)
	}
	text := strings.Join(ws, " ")
	if len(a.Products) > 0 {
		name := strings.ToLower(productName.Replace(a.Products[0]))
		switch m.r.IntN(5) {
		case 0:
			text = name + " " + text
		case 1:
			text += " " + name
		}
	}
	return query{text: text, worth: m.answers(a.ID)}, true
}

// productName shortens the name of a product to what people say.
var productName = strings.NewReplacer("Microsoft ", "", " for Windows", "", " Retail Product", "", " Issues", "", "Internet Information Server", "IIS",
	"Systems Management Server", "SMS", " Titles", "", " Products", "", "Word Front Page", "FrontPage", "Disk Operating System", "MS-DOS")

// contentWords are the words of a text in lower case, without the little ones and without those that are no words.
func contentWords(text string) []string {
	var ws []string
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		if w = strings.Trim(w, `.,;:!?()"'`); len(w) > 1 && !little[w] && w[0] != '&' {
			ws = append(ws, w)
		}
	}
	return ws
}

// namesOf are the names in an article's title and symptoms, in lower case: letters with digits, or with an extension.
func (m *maker) namesOf(a *archive.Article) []string {
	var all []string
	for _, n := range aName.FindAllString(strings.ToLower(a.Title+" "+symptoms(a)), 20) {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// someWords returns up to n neighbours of a text, the little ones left out.
func (m *maker) someWords(text string, n int) []string {
	var ws []string
	for w := range strings.FieldsSeq(strings.ToLower(text)) {
		if w = strings.Trim(w, `.,;:!?()"'`); len(w) > 2 && isWord(w) && !little[w] {
			ws = append(ws, w)
		}
	}
	if len(ws) < n+1 {
		return nil
	}
	at := m.r.IntN(len(ws) - n)
	return ws[at : at+n]
}

var (
	aName       = regexp.MustCompile(`\b(?:[a-z][a-z0-9_]{2,15}\.(?:exe|dll|sys|ini|vxd|ocx|drv|cpl|inf|log|hlp|com|bat|386)|0x[0-9a-f]{4,8}|[a-z]{3,12}[0-9]{2,4})\b`)
	prefix      = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,7}: `)
	number      = regexp.MustCompile(`\bQ\d{5,6}\b`)
	sentenceEnd = regexp.MustCompile(`[.!?]\s+`)
	announces   = regexp.MustCompile(`(?is)(error|message|warning|dialog)[^.]*:$`)
	quoted      = regexp.MustCompile(`(?is)(?:error|message|warning)[^"]{0,80}"([^"]{15,200})"`)
	citation    = regexp.MustCompile(`^\s*(?:[-*] |ARTICLE-ID *: *)?Q\d{5,6}\b[:,]?\s+\S`)
	cutTitle    = regexp.MustCompile(`^\s*TITLE *: `)
)

var little = func() map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq("a an and are as at be but by can do does for from has have if in into is it may must no not of on or such that the their then there these they this to was when which will with you your") {
		m[w] = true
	}
	return m
}()

func isWord(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// bare is a title without its prefix, reduced to its words.
func bare(title string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(prefix.ReplaceAllString(title, "")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// overlap is how much two texts have in common: shared words against all words.
func overlap(x, y string) float64 {
	in := make(map[string]int)
	for w := range strings.FieldsSeq(x) {
		in[w] |= 1
	}
	for w := range strings.FieldsSeq(y) {
		in[w] |= 2
	}
	both := 0
	for _, v := range in {
		if v == 3 {
			both++
		}
	}
	return float64(both) / float64(max(len(in), 1))
}

// symptoms is the text of an article's symptoms.
func symptoms(a *archive.Article) string {
	var sb strings.Builder
	for _, s := range a.Sections {
		if s.Name == "SYMPTOMS" {
			for _, p := range s.Paragraphs {
				sb.WriteString(p.Text + "\n\n")
			}
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(sb.String(), "\n\n", ". "), "\n", " ")
}

// withoutCitations takes the lines out that name another article with its title.
func withoutCitations(a *archive.Article) {
	a.Links = nil
	for i := range a.Sections {
		ps := a.Sections[i].Paragraphs
		for k := range ps {
			ps[k].Text = withoutCitingLines(ps[k].Text)
		}
	}
}

func withoutCitingLines(text string) string {
	if !strings.Contains(text, "Q") && !strings.Contains(text, "TITLE") {
		return text
	}
	var kept []string
	citing := false
	for l := range strings.SplitSeq(text, "\n") {
		switch {
		case citation.MatchString(l) || cutTitle.MatchString(l):
			citing = true
		case citing && strings.HasPrefix(l, " "):
		default:
			citing = false
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "\n")
}
