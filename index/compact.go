package index

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"os"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
)

// compactSegment writes a segment again without what zap keeps of every posting even where frequencies are off, a byte each, and
// with the short form for terms that stand in one document. It is a segment of the same format, a third smaller. to must not be from.
func compactSegment(from, to string) error {
	old, err := mapFile(from)
	if err != nil {
		return err
	}
	defer old.Unmap()
	v, err := openInverted(old)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	foot := old[len(old)-zap.FooterSize:]
	c := compactor{w: bufio.NewWriterSize(f, 1<<20), crc: crc32.NewIEEE()}
	c.stored(old, foot, v.n)
	starts := make(map[string]int)
	fields := v.seg.Fields()
	for _, name := range fields {
		if starts[name], err = c.field(v.seg, name); err != nil {
			return err
		}
	}
	c.finish(foot, c.fields(fields, starts))
	return errors.Join(c.err, c.w.Flush(), f.Close())
}

// A compactor writes a segment. Its first error stays.
type compactor struct {
	w   *bufio.Writer
	crc interface {
		io.Writer
		Sum32() uint32
	}
	n   int // bytes written
	err error
	buf []byte
}

func (c *compactor) write(p []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(p)
	}
	c.crc.Write(p)
	c.n += len(p)
}

func (c *compactor) uvarint(v uint64) { c.write(binary.AppendUvarint(c.buf[:0], v)) }
func (c *compactor) u64(v uint64)     { c.write(binary.BigEndian.AppendUint64(c.buf[:0], v)) }

// stored copies the stored fields, which are the article numbers: they stand at the beginning, with an offset for each document at
// their end and a count of nested documents, of which there are none, behind.
func (c *compactor) stored(old, foot []byte, docs int) {
	end := binary.BigEndian.Uint64(foot[12:]) + 8*uint64(docs) + 1
	if end > uint64(len(old)) {
		c.err = errors.New("terms: damaged")
		return
	}
	c.write(old[:end])
}

// field writes the postings and the dictionary of one field and returns where its entry stands.
func (c *compactor) field(seg segment.Segment, name string) (int, error) {
	dict, err := seg.Dictionary(name)
	if err != nil {
		return 0, err
	}
	var fst sliceWriter
	b, err := vellum.New(&fst, nil)
	if err != nil {
		return 0, err
	}
	terms := dict.AutomatonIterator(new(vellum.AlwaysMatch), nil, nil)
	set := new(listSet)
	for {
		t, err := terms.Next()
		if err != nil {
			return 0, err
		}
		if t == nil {
			break
		}
		list, err := dict.PostingsList([]byte(t.Term), nil, set.lists[0])
		if err != nil {
			return 0, err
		}
		set.lists[0] = list
		set.itrs[0] = list.Iterator(false, false, false, set.itrs[0])
		at, err := c.postings(bitmap(set.itrs[0]))
		if err == nil {
			err = b.Insert([]byte(t.Term), at)
		}
		if err != nil {
			return 0, err
		}
	}
	if err := b.Close(); err != nil {
		return 0, err
	}
	at := uint64(c.n)
	c.uvarint(uint64(len(fst)))
	c.write(fst)
	start := c.n
	c.uvarint(math.MaxUint64) // no doc values: from
	c.uvarint(math.MaxUint64) // and to
	c.uvarint(at)
	return start, nil
}

// postings writes one list and returns what the dictionary says of it.
func (c *compactor) postings(docs *roaring.Bitmap) (uint64, error) {
	if docs.GetCardinality() == 1 {
		return zap.FSTValEncode1Hit(uint64(docs.Minimum()), zap.NormBits1Hit), nil
	}
	at := uint64(c.n)
	docs.RunOptimize()
	data, err := docs.ToBytes()
	if err != nil {
		return 0, err
	}
	c.uvarint(0) // no frequencies
	c.uvarint(0) // no locations
	c.uvarint(uint64(len(data)))
	c.write(data)
	return at, nil
}

// fields writes what fields there are, and returns where that stands.
func (c *compactor) fields(names []string, starts map[string]int) int {
	var entries []int
	for _, name := range names {
		entries = append(entries, c.n)
		options := indexedOnly
		if name == "_id" {
			options = indexedStored
		}
		c.uvarint(uint64(len(name)))
		c.write([]byte(name))
		c.uvarint(uint64(options))
		c.uvarint(1) // one section: inverted text
		c.write(binary.BigEndian.AppendUint16(nil, zap.SectionInvertedTextIndex))
		c.u64(uint64(starts[name]))
	}
	at := c.n
	c.uvarint(uint64(len(names)))
	for _, e := range entries {
		c.u64(uint64(e))
	}
	return at
}

// finish writes the footer: that of the old segment with a new place of the fields.
func (c *compactor) finish(foot []byte, fields int) {
	c.write(foot[:20])
	c.u64(uint64(fields))
	c.write(foot[28:36])
	c.write(binary.BigEndian.AppendUint32(nil, c.crc.Sum32()))
}

type sliceWriter []byte

func (s *sliceWriter) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}
