package index

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
)

// A table holds what is kept of each article beside the inverted index, in document order, to be read in place. It is a header, a
// list of section ends, and the sections, each aligned to eight bytes, all in little-endian order.
type table struct {
	data     []byte
	n        int
	sections [tableSections][]byte
}

const tableMagic = "fixdesk table 1\n"

// The sections of a table. "At" sections have n+1 offsets into the section after them.
const (
	secNumbers   = iota // uint32: the digits of the article number
	secTitleAt          // uint32
	secTitles           // bytes
	secTokenAt          // uint32, in tokens
	secTokens           // uint16: the lengths of the parts, and the tokens of the parts
	secProduct          // uint16: which string, 0 for none
	secIssue            // uint16: which string
	secVersionAt        // uint32, in versions
	secVersions         // uint16: which string
	secKeywordAt        // uint32, in keywords
	secKeywords         // uint16: which string
	secGroup            // uint32: the first document of the near-duplicates that this one belongs to
	secCitedAt          // uint32, in documents
	secCited            // uint32: documents that link here
	secArticleAt        // uint64: where the article lies in the pack
	secStringAt         // uint32
	secStrings          // bytes: names that facets and hits show
	secSpelling         // bits: a Bloom filter of the words of the archive
	secByNumber         // uint32: documents in the order of their numbers
	tableSections
)

var errTable = errors.New("table: damaged")

const tableHeader = len(tableMagic) + 8 + 8*tableSections

// openTable reads a table in place.
func openTable(data []byte) (*table, error) {
	if len(data) < tableHeader || string(data[:len(tableMagic)]) != tableMagic {
		return nil, errTable
	}
	t := &table{data: data, n: int(binary.LittleEndian.Uint64(data[len(tableMagic):]))}
	at := uint64(align(tableHeader))
	for i := range t.sections {
		end := binary.LittleEndian.Uint64(data[len(tableMagic)+8+8*i:])
		if end < at || end > uint64(len(data)) {
			return nil, errTable
		}
		t.sections[i] = data[at:end:end]
		at = uint64(align(int(end)))
	}
	return t, t.check()
}

// check looks that the sections have the lengths that reading relies on.
func (t *table) check() error {
	for _, s := range []struct{ sec, size, n int }{
		{secNumbers, 4, t.n}, {secTitleAt, 4, t.n + 1}, {secTokenAt, 4, t.n + 1}, {secProduct, 2, t.n}, {secIssue, 2, t.n},
		{secVersionAt, 4, t.n + 1}, {secKeywordAt, 4, t.n + 1}, {secGroup, 4, t.n}, {secCitedAt, 4, t.n + 1}, {secArticleAt, 8, t.n + 1},
		{secByNumber, 4, t.n},
	} {
		if len(t.sections[s.sec]) != s.size*s.n {
			return fmt.Errorf("%w: section %d", errTable, s.sec)
		}
	}
	if len(t.sections[secStringAt])%4 != 0 || len(t.sections[secStringAt]) < 8 || len(t.sections[secSpelling]) == 0 {
		return errTable
	}
	return nil
}

func align(n int) int { return (n + 7) &^ 7 }

func (t *table) u16(sec, i int) int { return int(binary.LittleEndian.Uint16(t.sections[sec][2*i:])) }
func (t *table) u32(sec, i int) int { return int(binary.LittleEndian.Uint32(t.sections[sec][4*i:])) }
func (t *table) u64(sec, i int) int { return int(binary.LittleEndian.Uint64(t.sections[sec][8*i:])) }

// span returns the stretch of the section after an "At" section that belongs to entry i, of elements of the given size.
func (t *table) span(at, i, size int) []byte {
	return t.sections[at+1][t.u32(at, i)*size : t.u32(at, i+1)*size]
}

func (t *table) id(doc int) string      { return "Q" + strconv.Itoa(t.u32(secNumbers, doc)) }
func (t *table) title(doc int) string   { return string(t.span(secTitleAt, doc, 1)) }
func (t *table) product(doc int) string { return t.str(t.u16(secProduct, doc)) }
func (t *table) str(i int) string       { return string(t.span(secStringAt, i, 1)) }
func (t *table) tokens(doc int) []byte  { return t.span(secTokenAt, doc, 2) }
func (t *table) article(doc int) (a, b int) {
	return t.u64(secArticleAt, doc), t.u64(secArticleAt, doc+1)
}

// find returns the document with that article number.
func (t *table) find(number int) (doc int, ok bool) {
	i := sort.Search(t.n, func(i int) bool { return t.u32(secNumbers, t.u32(secByNumber, i)) >= number })
	if i == t.n {
		return 0, false
	}
	doc = t.u32(secByNumber, i)
	return doc, t.u32(secNumbers, doc) == number
}

// A tableWriter gathers a table.
type tableWriter struct {
	sections [tableSections][]byte
	n        int
	strings  map[string]uint16
	docs     map[string]int // article id → document
	links    [][]string
	groups   grouper
	words    map[string]uint8 // surface form → articles, up to three
}

func newTableWriter() *tableWriter {
	w := &tableWriter{strings: map[string]uint16{"": 0}, docs: make(map[string]int), words: make(map[string]uint8)}
	for _, sec := range []int{secTitleAt, secTokenAt, secVersionAt, secKeywordAt, secStringAt} {
		w.u32(sec, 0)
	}
	w.u32(secStringAt, 0) // the empty string
	w.u64(secArticleAt, 0)
	return w
}

func (w *tableWriter) u16(sec, v int) {
	w.sections[sec] = binary.LittleEndian.AppendUint16(w.sections[sec], uint16(v))
}
func (w *tableWriter) u32(sec, v int) {
	w.sections[sec] = binary.LittleEndian.AppendUint32(w.sections[sec], uint32(v))
}
func (w *tableWriter) u64(sec, v int) {
	w.sections[sec] = binary.LittleEndian.AppendUint64(w.sections[sec], uint64(v))
}

// str returns the number of a string. After 65,535 different ones it is that of the empty string: such a facet helps nobody.
func (w *tableWriter) str(s string) int {
	i, ok := w.strings[s]
	if !ok && len(w.strings) <= math.MaxUint16 {
		i = uint16(len(w.strings))
		w.strings[s] = i
		w.sections[secStrings] = append(w.sections[secStrings], s...)
		w.u32(secStringAt, len(w.sections[secStrings]))
	}
	return int(i)
}

// add appends one article, whose number must not be there yet.
func (w *tableWriter) add(p *prepared) error {
	number, err := strconv.ParseUint(p.id[1:], 10, 32)
	if err != nil {
		return fmt.Errorf("article number %.12q: want Q and digits", p.id)
	}
	w.docs[p.id] = w.n
	w.n++
	w.u32(secNumbers, int(number))
	w.sections[secTitles] = append(w.sections[secTitles], p.title...)
	w.u32(secTitleAt, len(w.sections[secTitles]))
	for _, n := range p.lengths {
		w.u16(secTokens, n)
	}
	for _, t := range p.tokens {
		w.u16(secTokens, int(t))
	}
	w.u32(secTokenAt, len(w.sections[secTokens])/2)
	w.u16(secProduct, w.str(p.product))
	w.u16(secIssue, w.str(p.issue))
	for _, v := range p.versions {
		w.u16(secVersions, w.str(v))
	}
	w.u32(secVersionAt, len(w.sections[secVersions])/2)
	for _, k := range p.families {
		w.u16(secKeywords, w.str(k))
	}
	w.u32(secKeywordAt, len(w.sections[secKeywords])/2)
	at := binary.LittleEndian.Uint64(w.sections[secArticleAt][len(w.sections[secArticleAt])-8:])
	w.u64(secArticleAt, int(at)+len(p.packed))
	w.links = append(w.links, p.links)
	w.groups.add(p.titleKey, p.textKey)
	for _, word := range p.words {
		if n := w.words[word]; n < minSpelling {
			w.words[word] = n + 1
		}
	}
	return nil
}

// finish returns the table as it is written.
func (w *tableWriter) finish() []byte {
	w.cited()
	for _, root := range w.groups.roots() {
		w.u32(secGroup, root)
	}
	w.byNumber()
	w.sections[secSpelling] = spellingFilter(w.words)
	data := make([]byte, align(tableHeader))
	copy(data, tableMagic)
	binary.LittleEndian.PutUint64(data[len(tableMagic):], uint64(w.n))
	for i, s := range w.sections {
		data = append(data, s...)
		binary.LittleEndian.PutUint64(data[len(tableMagic)+8+8*i:], uint64(len(data)))
		data = append(data, make([]byte, align(len(data))-len(data))...)
	}
	return data
}

func (w *tableWriter) cited() {
	by := make([][]int, w.n)
	for doc, links := range w.links {
		for _, id := range links {
			if to, ok := w.docs[id]; ok && (len(by[to]) == 0 || by[to][len(by[to])-1] != doc) {
				by[to] = append(by[to], doc)
			}
		}
	}
	w.u32(secCitedAt, 0)
	for _, docs := range by {
		for _, doc := range docs {
			w.u32(secCited, doc)
		}
		w.u32(secCitedAt, len(w.sections[secCited])/4)
	}
}

func (w *tableWriter) byNumber() {
	order := make([]int, w.n)
	number := make([]uint32, w.n)
	for i := range order {
		order[i] = i
		number[i] = binary.LittleEndian.Uint32(w.sections[secNumbers][4*i:])
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(number[a], number[b]) })
	for _, doc := range order {
		w.u32(secByNumber, doc)
	}
}
