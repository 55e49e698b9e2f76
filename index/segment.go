package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
)

// The inverted index is one segment of bleve's format zap, written by write.go and read in place. A term is indexed in the field "t",
// followed by a level: how much an article is about it, BM25's term weight in eight steps. A search adds up idf times level over
// the bitmaps of its terms and needs neither frequencies nor lengths.
const (
	termField = "t"
	levels    = 8
)

// levelByte parts a term from its level in the dictionary. No term contains it: terms are letters, digits and a little punctuation.
func levelByte(l int) byte { return byte(1 + l) }

// An inverted is the inverted index. It is for concurrent use.
type inverted struct {
	data  []byte
	terms *vellum.FST // term and level byte → where its documents are, as zap says it
	n     int         // documents
}

// openInverted opens a segment in place. The bytes must not change while it is in use.
func openInverted(data []byte) (v *inverted, err error) {
	// Offsets are trusted. Sizes are compared with the manifest before, but a file that is damaged inside must not end the program.
	defer func() {
		if recover() != nil {
			v, err = nil, errors.New("terms: damaged")
		}
	}()
	if len(data) < zap.FooterSize {
		return nil, errors.New("terms: cut off")
	}
	f := data[len(data)-zap.FooterSize:]
	if name, version := binary.BigEndian.Uint32(f), binary.BigEndian.Uint32(f[32:]); name != 0 || version != zap.Version {
		return nil, fmt.Errorf("terms: of segment version %d, want %d", version, zap.Version)
	}
	v = &inverted{data: data, n: int(binary.BigEndian.Uint64(f[4:]))}
	v.terms, err = v.dictionary(int(binary.BigEndian.Uint64(f[20:])))
	if err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	return v, nil
}

// dictionary finds the dictionary of the terms: at fields is the list of the fields' entries, each with the place of its one
// section, which names the place of its dictionary.
func (v *inverted) dictionary(fields int) (*vellum.FST, error) {
	c := cursor{v.data, fields}
	for n := c.uvarint(); n > 0; n-- {
		entry := cursor{v.data, c.u64()}
		name := string(entry.bytes(entry.uvarint()))
		entry.uvarint() // how it was indexed
		entry.uvarint() // sections
		entry.bytes(2)  // of which kind
		if name != termField {
			continue
		}
		section := cursor{v.data, entry.u64()}
		section.uvarint() // doc values from
		section.uvarint() // and to
		dict := cursor{v.data, section.uvarint()}
		return vellum.Load(dict.bytes(dict.uvarint()))
	}
	return nil, errors.New("no field " + termField)
}

// A cursor reads data from a place on. It panics behind the end.
type cursor struct {
	data []byte
	at   int
}

func (c *cursor) uvarint() int {
	v, n := binary.Uvarint(c.data[c.at:])
	if n <= 0 {
		panic("no number")
	}
	c.at += n
	return int(v)
}

func (c *cursor) u64() int { return int(binary.BigEndian.Uint64(c.bytes(8))) }

func (c *cursor) bytes(n int) []byte {
	b := c.data[c.at : c.at+n : c.at+n]
	c.at += n
	return b
}

// postings holds the documents of one term by level.
type postings struct {
	df    int
	lists [levels]list
}

// A list is the documents of a term at a level.
type list struct {
	n      int    // how many
	one    uint32 // the one that there is, where n is 1
	bitmap []byte // them, as roaring writes a bitmap, where n is more
}

// find looks a term up. It panics where the segment is damaged.
func (v *inverted) find(text string) *postings {
	p := new(postings)
	at, sum := v.terms.Start(), uint64(0)
	for i := range len(text) {
		next, out := v.terms.AcceptWithVal(at, text[i])
		if !v.terms.CanMatch(next) {
			return p
		}
		at, sum = next, sum+out
	}
	for l := range levels {
		next, out := v.terms.AcceptWithVal(at, levelByte(l))
		if !v.terms.CanMatch(next) {
			continue
		}
		if ok, last := v.terms.IsMatchWithVal(next); ok {
			p.lists[l] = v.list(sum + out + last)
			p.df += p.lists[l].n
		}
	}
	return p
}

// list reads what the dictionary says of a list: the document itself, or where the bitmap is.
func (v *inverted) list(said uint64) list {
	if said&zap.FSTValEncodingMask == zap.FSTValEncoding1Hit {
		doc, _ := zap.FSTValDecode1Hit(said)
		return list{n: 1, one: uint32(doc)}
	}
	c := cursor{v.data, int(said)}
	c.uvarint() // frequencies
	c.uvarint() // locations
	l := list{bitmap: c.bytes(c.uvarint())}
	for b := newContainers(l.bitmap); b.next(); {
		l.n += b.n
	}
	return l
}

// stretch is how many documents roaring cuts bitmaps at.
const stretch = 1 << 16

// newScores returns room for the scores of some documents, filled up to a stretch: no place in a stretch is outside of it.
func newScores(docs int) []uint64 { return make([]uint64, docs, (docs+stretch-1)/stretch*stretch) }

// add adds points to the score of each document of a list. The scores are newScores'.
func (l *list) add(points uint64, scores []uint64) {
	if l.bitmap == nil {
		if l.n == 1 {
			scores[l.one] += points
		}
		return
	}
	scores = scores[:cap(scores)]
	for b := newContainers(l.bitmap); b.next(); {
		b.add(points, (*[stretch]uint64)(scores[b.stretch*stretch:]))
	}
}

// The containers of a bitmap in roaring's portable format, one after another: each holds the documents of one stretch of 65,536, as
// a list of its own, as bits, or as runs. See github.com/RoaringBitmap/RoaringFormatSpec.
type containers struct {
	runs  []byte // a bit for each container: whether it holds runs
	heads []byte // of each container its stretch and how many it holds, less one
	rest  []byte
	i     int

	stretch int
	n       int    // documents in it
	kind    byte   // 'l', 'b' or 'r'
	data    []byte // the container
}

const (
	cookieRuns   = 12347 // with containers of runs: in the lower half; the upper is how many containers, less one
	cookiePlain  = 12346 // without
	bitsBytes    = stretch / 8
	maxInList    = 4096 // a container of more is bits
	offsetsFrom  = 4    // with containers of runs, there are offsets from so many containers on
	bytesPerHead = 4
)

func newContainers(bitmap []byte) containers {
	c := cursor{bitmap, 0}
	cookie := binary.LittleEndian.Uint32(c.bytes(4))
	var b containers
	n, offsets := 0, true
	if cookie&0xffff == cookieRuns {
		n = int(cookie>>16) + 1
		b.runs = c.bytes((n + 7) / 8)
		offsets = n >= offsetsFrom
	} else {
		n = int(binary.LittleEndian.Uint32(c.bytes(4)))
	}
	b.heads = c.bytes(bytesPerHead * n)
	if offsets {
		c.bytes(4 * n)
	}
	b.rest = bitmap[c.at:]
	return b
}

// next goes to the next container; it is false behind the last one.
func (b *containers) next() bool {
	if len(b.heads) == 0 {
		return false
	}
	b.stretch = int(binary.LittleEndian.Uint16(b.heads))
	b.n = int(binary.LittleEndian.Uint16(b.heads[2:])) + 1
	b.heads = b.heads[bytesPerHead:]
	size := 0
	switch {
	case b.runs != nil && b.runs[b.i/8]>>(b.i%8)&1 == 1:
		b.kind, size = 'r', 2+4*int(binary.LittleEndian.Uint16(b.rest))
	case b.n > maxInList:
		b.kind, size = 'b', bitsBytes
	default:
		b.kind, size = 'l', 2*b.n
	}
	b.data, b.rest = b.rest[:size], b.rest[size:]
	b.i++
	return true
}

// add adds points to the score of each document of the container.
func (b *containers) add(points uint64, scores *[stretch]uint64) {
	switch b.kind {
	case 'l':
		d := b.data
		for ; len(d) >= 8; d = d[8:] { // four at a time
			four := binary.LittleEndian.Uint64(d)
			scores[four&0xffff] += points
			scores[four>>16&0xffff] += points
			scores[four>>32&0xffff] += points
			scores[four>>48] += points
		}
		for ; len(d) >= 2; d = d[2:] {
			scores[binary.LittleEndian.Uint16(d)] += points
		}
	case 'b':
		for i := 0; i+8 <= len(b.data); i += 8 {
			for w := binary.LittleEndian.Uint64(b.data[i:]); w != 0; w &= w - 1 {
				scores[(8*i+bits.TrailingZeros64(w))%stretch] += points
			}
		}
	case 'r':
		for d := b.data[2:]; len(d) >= 4; d = d[4:] {
			first, more := binary.LittleEndian.Uint16(d), int(binary.LittleEndian.Uint16(d[2:]))
			for doc := int(first); doc <= int(first)+more; doc++ {
				scores[doc] += points
			}
		}
	}
}
