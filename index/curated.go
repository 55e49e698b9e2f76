package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/fixdesk/fixdesk/kb/archive"
)

// New indexes articles in memory, in their order: the same index that Build writes, for the few articles of our own, which it keeps
// and which must not change. It takes 0.2 ms an article; a program that must start at once calls Pack when it is built, and Load
// when it starts. No two articles may have one number.
func New(articles []*archive.Article) (*Index, error) {
	seg, rest, _, err := inMemory(articles, nil)
	if err != nil {
		return nil, err
	}
	x := &Index{Manifest: Manifest{Format: Format, Articles: len(articles)}, kept: slices.Clone(articles)}
	if x.table, err = openTable(rest); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	x.inverted, x.spelling = newInverted(seg), x.table.sections[secSpelling]
	return x, nil
}

// inMemory prepares articles, and packs them where there is a packer.
func inMemory(articles []*archive.Article, pack *packer) (seg segment.Segment, rest, packed []byte, err error) {
	if len(articles) == 0 {
		return nil, nil, nil, errors.New("index: no articles")
	}
	p := newPreparer(func(string) bool { return false })
	p.pack = pack
	w := newTableWriter()
	docs := make([]bleve.Document, 0, len(articles))
	for _, a := range articles {
		if _, ok := w.docs[a.ID]; ok {
			return nil, nil, nil, fmt.Errorf("index: article %s twice", a.ID)
		}
		out, err := p.prepare(a)
		if err == nil {
			err = w.add(out)
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("index: %s: %w", a.ID, err)
		}
		docs = append(docs, &out.doc)
		packed = append(packed, out.packed...)
	}
	seg, err = newSegment(docs)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("index: %w", err)
	}
	return seg, w.finish(), packed, nil
}

// A pack is the three files of a snapshot in one: magic, three lengths, and the files, each aligned to eight bytes.
const (
	packMagic  = "fixdesk pack 01\n"
	packHeader = len(packMagic) + 3*8
)

// Pack indexes articles as New does and returns the index as bytes for Load. The same articles give the same bytes.
func Pack(articles []*archive.Article) ([]byte, error) {
	seg, rest, packed, err := inMemory(articles, new(packer))
	if err != nil {
		return nil, err
	}
	terms, err := segmentBytes(seg)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	data := []byte(packMagic)
	for _, f := range [][]byte{terms, rest, packed} {
		data = binary.LittleEndian.AppendUint64(data, uint64(len(f)))
	}
	for _, f := range [][]byte{terms, rest, packed} {
		data = append(append(data, f...), make([]byte, align(len(f))-len(f))...)
	}
	return data, nil
}

// Load takes what Pack returned into use, in place and at once. The bytes must not change while the index is in use.
func Load(data []byte) (*Index, error) {
	damaged := errors.New("index: the pack is damaged: make it again")
	if len(data) < packHeader || string(data[:len(packMagic)]) != packMagic {
		return nil, damaged
	}
	var files [3][]byte
	rest := data[packHeader:]
	for i := range files {
		n := binary.LittleEndian.Uint64(data[len(packMagic)+8*i:])
		if n > uint64(len(rest)) || align(int(n)) > len(rest) {
			return nil, damaged
		}
		files[i], rest = rest[:n:n], rest[align(int(n)):]
	}
	x := &Index{Manifest: Manifest{Format: Format}}
	if len(files[1]) > len(tableMagic)+8 {
		x.Manifest.Articles = int(binary.LittleEndian.Uint32(files[1][len(tableMagic):]))
	}
	if err := x.load(files[0], files[1], files[2]); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return x, nil
}
