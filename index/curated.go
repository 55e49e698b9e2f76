package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/fixdesk/fixdesk/kb/archive"
)

// New indexes articles in memory, in their order: the same index that Build writes, for the few articles of our own, which it keeps
// and which must not change. It takes 0.2 ms an article; a program that must start at once calls Pack when it is built, and Load
// when it starts. No two articles may have one number.
func New(articles []*archive.Article) (*Index, error) {
	terms, rest, _, err := inMemory(articles, nil)
	if err != nil {
		return nil, err
	}
	x := &Index{Manifest: Manifest{Format: Format, Articles: len(articles)}, kept: slices.Clone(articles)}
	if err := x.load(terms, rest, nil); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return x, nil
}

// inMemory returns the three files of a snapshot of articles, the third empty where there is no packer.
func inMemory(articles []*archive.Article, pack *packer) (terms, rest, packed []byte, err error) {
	if len(articles) == 0 {
		return nil, nil, nil, errors.New("index: no articles")
	}
	p := newPreparer(func(string) bool { return false })
	p.pack = pack
	w := newTableWriter()
	var ids []string
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
		ids = append(ids, a.ID)
		packed = append(packed, out.packed...)
	}
	terms, err = segmentBytes(ids, []*run{p.gather.run()})
	if err != nil {
		return nil, nil, nil, fmt.Errorf("index: %w", err)
	}
	return terms, w.finish(), packed, nil
}

// A pack is the three files of a snapshot in one: magic, three lengths, and the files, each aligned to eight bytes.
const (
	packMagic  = "fixdesk pack 02\n"
	packHeader = len(packMagic) + 3*8
)

// Pack indexes articles as New does and returns the index as bytes for Load. The same articles give the same bytes.
func Pack(articles []*archive.Article) ([]byte, error) {
	terms, rest, packed, err := inMemory(articles, new(packer))
	if err != nil {
		return nil, err
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
