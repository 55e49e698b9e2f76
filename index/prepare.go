package index

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// The first ranking is BM25 over one concatenated field, in which a word counts as often as its part of the article weighs.
// Summing the scores of several fields ruins the ranking: it lets a long title stand for a good one.
const (
	k1 = 1.0
	b  = 0.55

	weightTitle   = 5
	weightProduct = 1
	weightWords   = 2 // query words
	weightHead    = 2.5
	weightCause   = 1
	weightBody    = 0.8
	weightHeader  = 0.4 // keywords and versions

	// meanLength is the mean weighted length of the public archive's articles. It is a constant so that what an article weighs
	// does not depend on the others, and articles can be indexed as they come.
	meanLength = 300
)

// levelOf are the weights that stand for the levels, and levelEdge the upper edges between them. BM25's term weight runs from 0 to
// k1+1; half of it is divided here.
var (
	levelEdge  = [levels - 1]float32{.22, .36, .50, .63, .74, .83, .90}
	levelValue = [levels]uint64{14, 29, 43, 56, 69, 79, 87, 93}
)

// The parts of an article that the second ranking looks at, in the order in which its tokens are kept.
const (
	partTitle = iota
	partWords
	partProduct
	partHead
	partBody
	parts
)

// How many tokens of each part are kept.
var partLimit = [parts]int{40, 60, 60, 160, 120}

// A prepared article is everything that the index keeps of it.
type prepared struct {
	id       string
	title    string
	lengths  [parts]int
	tokens   []uint16
	words    []string // surface forms, each once, for spelling
	product  string
	issue    string
	versions []string
	families []string // of keywords, sorted
	titleKey uint64
	textKey  uint64
	links    []string
	packed   []byte
}

// A preparer turns articles into what the index keeps. It is not for concurrent use.
type preparer struct {
	scan    *scanner
	gather  *gatherer
	weights map[string]float32
	words   map[string]bool
	spelled map[string]string           // keyword → its words
	product map[uint16]bool             // tokens of the product part: a list of products repeats itself
	common  func(paragraph string) bool // text that many articles share, and that says nothing of any
	pack    *packer                     // nil for articles that stay in memory
}

func newPreparer(common func(string) bool) *preparer {
	return &preparer{scan: newScanner(), gather: newGatherer(), weights: make(map[string]float32), words: make(map[string]bool),
		spelled: make(map[string]string), product: make(map[uint16]bool), common: common}
}

func (p *preparer) prepare(a *archive.Article) (*prepared, error) {
	clear(p.weights)
	clear(p.words)
	clear(p.product)
	out := &prepared{id: a.ID, title: a.Title, issue: a.IssueType, versions: versionNames(a), families: families(a.Keywords)}
	if len(a.Products) > 0 {
		out.product = a.Products[0]
	}
	for _, l := range a.Links {
		out.links = append(out.links, l.ID)
	}
	length := p.text(out, partTitle, weightTitle, a.Title)
	length += p.text(out, partWords, weightWords, strings.Join(a.QueryWords, " "))
	length += p.text(out, partProduct, weightProduct, productText(a))
	length += p.header(out, a)
	for pass := range 2 { // the head first, wherever it stands
		for _, s := range a.Sections {
			part, weight := partOf(s.Name)
			if (part == partHead) != (pass == 0) {
				continue
			}
			for _, par := range s.Paragraphs {
				if !p.common(par.Text) {
					length += p.text(out, part, weight, par.Text)
				}
			}
		}
	}
	p.weigh(length)
	out.titleKey, out.textKey = keys(a)
	for w := range p.words {
		out.words = append(out.words, w)
	}
	if p.pack == nil {
		return out, nil
	}
	var err error
	out.packed, err = p.pack.pack(a)
	return out, err
}

// text adds a text to a part and returns its weighted length.
func (p *preparer) text(out *prepared, part int, weight float32, text string) float32 {
	var length float32
	p.scan.scan(text, func(t term) {
		p.weights[t.text] += weight
		length += weight
		if t.whole {
			return
		}
		if t.word != "" && spellable(t.word) {
			p.words[t.word] = true
		}
		if out.lengths[part] < partLimit[part] && !(part == partProduct && p.product[token(t.text)]) {
			out.lengths[part]++
			out.tokens = append(out.tokens, token(t.text))
			if part == partProduct {
				p.product[token(t.text)] = true
			}
		}
	})
	return length
}

// header adds versions and keywords, whole and in the words that people would use for them.
func (p *preparer) header(out *prepared, a *archive.Article) float32 {
	length := p.text(out, partProduct, weightHeader, strings.Join(a.Versions, " "))
	for _, k := range [][]string{a.Keywords, a.Technology} {
		for _, w := range k {
			p.weights[strings.ToLower(w)] += weightHeader
			length += p.text(out, partProduct, weightHeader, p.keyword(w))
		}
	}
	return length
}

// keyword returns keywordText of a keyword, which is worked out once.
func (p *preparer) keyword(w string) string {
	t, ok := p.spelled[w]
	if !ok {
		t = keywordText(w)
		if len(p.spelled) < maxStems {
			p.spelled[w] = t
		}
	}
	return t
}

// weigh turns the weighted frequencies into levels, and gathers them.
func (p *preparer) weigh(length float32) {
	norm := float32(k1) * (1 - b + b*length/meanLength)
	for t, w := range p.weights {
		if len(t) <= maxTerm {
			p.gather.add(t, levelFor(w/(w+norm)))
		}
	}
	p.gather.next()
}

// maxTerm is the length in bytes of the longest term that is indexed.
const maxTerm = 64

func levelFor(impact float32) int {
	for l, edge := range levelEdge {
		if impact < edge {
			return l
		}
	}
	return levels - 1
}

// partOf tells in which part of an article a section belongs, and what it weighs.
func partOf(section string) (part int, weight float32) {
	switch section {
	case "", "SYMPTOMS", "SYMPTOM", "SUMMARY":
		return partHead, weightHead
	case "CAUSE":
		return partBody, weightCause
	}
	return partBody, weightBody
}

func productText(a *archive.Article) string {
	return strings.Join(a.Products, " ") + " " + strings.Join(a.AppliesTo, " ") + " " + strings.Join(a.OS, " ")
}

var keywordNumber = regexp.MustCompile(`\d+`)

// keywordText spells a keyword out: kbsms200 is "sms 2.0", kbWinNT400sp5fix is "Win NT 4.0 sp5 fix".
func keywordText(w string) string {
	w = strings.TrimPrefix(strings.TrimPrefix(w, "kb"), "KB")
	var sb strings.Builder
	for i, r := range w {
		if i > 0 {
			before := rune(w[i-1])
			if unicode.IsUpper(r) && unicode.IsLower(before) || unicode.IsDigit(r) != unicode.IsDigit(before) && !strings.HasSuffix(strings.ToLower(w[:i]), "sp") {
				sb.WriteByte(' ')
			}
		}
		sb.WriteRune(r)
	}
	return keywordNumber.ReplaceAllStringFunc(sb.String(), func(n string) string {
		if len(n) == 3 { // 351 is version 3.51, 200 is 2.0
			return canonicalNumber(n[:1] + "." + n[1:])
		}
		return n
	})
}

// versionNames are the versions without their platforms, each once.
func versionNames(a *archive.Article) []string {
	var all []string
	seen := make(map[string]bool)
	for _, v := range a.Versions {
		if i := strings.LastIndexByte(v, ':'); i >= 0 {
			v = v[i+1:]
		}
		if v = strings.TrimSpace(v); v != "" && !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// token is the short form of a term in which an article's words are kept for the second ranking. Two terms of one query fall
// together once in 65,536 pairs.
func token(term string) uint16 {
	h := hash64(term)
	return uint16(h>>48) ^ uint16(h)
}

// hash64 is FNV-1a. It must be the same in every process, so it is not maphash.
func hash64[T string | []byte](s T) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h ^ h>>29
}

var titlePrefix = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,7}: `)

// compared is how much of two texts must be the same, in bytes: more than the warnings that many articles begin with.
const compared = 2000

// family is what keywords that differ in version and kind have in common: kbSMS200, kbsms120bug and kbsms200sp2fix are of kbsms.
var family = regexp.MustCompile(`^[A-Za-z_]+`)

// families returns the families of keywords, sorted.
func families(keywords []string) []string {
	var all []string
	for _, k := range keywords {
		name := strings.ToLower(family.FindString(k))
		for _, kind := range []string{"bug", "fix", "search"} {
			if cut := strings.TrimSuffix(name, kind); len(cut) > len("kb") {
				name = cut
			}
		}
		if name != "" {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// keys returns what near-duplicates share: a title of three words or more, without its prefix, and the beginning of the text.
// A key is 0 where there is too little to compare.
func keys(a *archive.Article) (title, text uint64) {
	words := normal(titlePrefix.ReplaceAllString(a.Title, ""))
	if len(strings.Fields(words)) >= 3 {
		title = hash64(words + "\x00" + strings.Join(a.Products, ","))
	}
	var sb strings.Builder
	for _, s := range a.Sections {
		for _, p := range s.Paragraphs {
			sb.WriteString(normal(p.Text))
			if sb.Len() >= compared {
				return title, hash64(sb.String()[:compared])
			}
		}
	}
	if sb.Len() >= 200 {
		text = hash64(sb.String())
	}
	return title, text
}

// normal is a text reduced to its words.
func normal(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}
