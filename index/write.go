package index

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
)

// writeSegment writes a segment in zap's format: documents of the given ids, with the postings of runs. zap would write the same,
// but a third larger, with a byte for each posting that nobody reads, and in several times the time, with temporary segments that it
// merges; and it writes the sections of a field in the order of a map, another one each time.
func writeSegment(to io.Writer, ids []string, runs []*run) error {
	w := &segmentWriter{w: bufio.NewWriterSize(to, 1<<20), crc: crc32.NewIEEE(), buf: make([]byte, 0, binary.MaxVarintLen64)}
	stored := w.stored(ids)
	starts := make([]int, len(fieldNames))
	for i, each := range []func(func([]byte, []uint32) error) error{
		func(f func([]byte, []uint32) error) error { return eachID(ids, f) },
		func(f func([]byte, []uint32) error) error { return merge(runs, f) },
	} {
		var err error
		if starts[i], err = w.field(each); err != nil {
			return err
		}
	}
	w.footer(len(ids), stored, w.fields(starts))
	if w.err != nil {
		return w.err
	}
	return w.w.Flush()
}

// The fields of a segment, and how bleve is told that they were indexed.
var (
	fieldNames   = []string{"_id", termField}
	fieldOptions = []bleve.FieldIndexingOptions{bleve.IndexField | bleve.SkipFreqNorm | bleve.StoreField, bleve.IndexField | bleve.SkipFreqNorm}
)

// segmentBytes returns a segment as the bytes of its file.
func segmentBytes(ids []string, runs []*run) ([]byte, error) {
	var buf bytes.Buffer
	err := writeSegment(&buf, ids, runs)
	return buf.Bytes(), err
}

// segmentFile writes a segment to a file that does not exist.
func segmentFile(path string, ids []string, runs []*run) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := writeSegment(f, ids, runs); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// A segmentWriter writes a segment. Its first error stays.
type segmentWriter struct {
	w    *bufio.Writer
	crc  hash.Hash32
	n    int // bytes written
	err  error
	buf  []byte
	bits *roaring.Bitmap
	list bytes.Buffer
}

func (w *segmentWriter) write(p []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(p)
	}
	w.crc.Write(p)
	w.n += len(p)
}

func (w *segmentWriter) uvarint(v uint64) { w.write(binary.AppendUvarint(w.buf[:0], v)) }
func (w *segmentWriter) u64(v uint64)     { w.write(binary.BigEndian.AppendUint64(w.buf[:0], v)) }
func (w *segmentWriter) u32(v uint32)     { w.write(binary.BigEndian.AppendUint32(w.buf[:0], v)) }

// stored writes the stored fields, which are the ids: of each document what is known of its fields, which is the length of its id,
// then the id, and other fields compressed by snappy, of which there are none: a zero. It returns where the list of their places is.
func (w *segmentWriter) stored(ids []string) int {
	places := make([]int, len(ids))
	for i, id := range ids {
		places[i] = w.n
		known := binary.AppendUvarint(nil, uint64(len(id)))
		w.uvarint(uint64(len(known)))
		w.uvarint(uint64(len(id) + 1))
		w.write(known)
		w.write([]byte(id))
		w.write([]byte{0})
	}
	at := w.n
	for _, p := range places {
		w.u64(uint64(p))
	}
	w.uvarint(0) // no nested documents
	return at
}

// eachID calls each for every id, in order, with its document.
func eachID(ids []string, each func(key []byte, docs []uint32) error) error {
	order := make([]uint32, len(ids))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(ids[a], ids[b]) })
	for _, doc := range order {
		if err := each([]byte(ids[doc]), []uint32{doc}); err != nil {
			return err
		}
	}
	return nil
}

// field writes the postings and the dictionary of one field and returns where its entry stands.
func (w *segmentWriter) field(each func(func(key []byte, docs []uint32) error) error) (int, error) {
	var dict bytes.Buffer
	b, err := vellum.New(&dict, nil)
	if err != nil {
		return 0, err
	}
	err = each(func(key []byte, docs []uint32) error { return b.Insert(key, w.postings(docs)) })
	if err != nil {
		return 0, err
	}
	if err := b.Close(); err != nil {
		return 0, err
	}
	at := uint64(w.n)
	w.uvarint(uint64(dict.Len()))
	w.write(dict.Bytes())
	start := w.n
	w.uvarint(math.MaxUint64) // no doc values: from
	w.uvarint(math.MaxUint64) // and to
	w.uvarint(at)
	return start, nil
}

// postings writes one list and returns what the dictionary says of it: where it is, or the one document that it has.
func (w *segmentWriter) postings(docs []uint32) uint64 {
	if len(docs) == 1 {
		return zap.FSTValEncode1Hit(uint64(docs[0]), zap.NormBits1Hit)
	}
	if w.bits == nil {
		w.bits = roaring.New()
	}
	w.bits.Clear()
	w.bits.AddMany(docs)
	w.bits.RunOptimize()
	w.list.Reset()
	if _, err := w.bits.WriteTo(&w.list); err != nil && w.err == nil {
		w.err = err
	}
	at := uint64(w.n)
	w.uvarint(0) // no frequencies
	w.uvarint(0) // no locations
	w.uvarint(uint64(w.list.Len()))
	w.write(w.list.Bytes())
	return at
}

// fields writes what fields there are, and returns where that stands.
func (w *segmentWriter) fields(starts []int) int {
	places := make([]int, len(fieldNames))
	for i, name := range fieldNames {
		places[i] = w.n
		w.uvarint(uint64(len(name)))
		w.write([]byte(name))
		w.uvarint(uint64(fieldOptions[i]))
		w.uvarint(1) // one section: inverted text
		w.write(binary.BigEndian.AppendUint16(w.buf[:0], zap.SectionInvertedTextIndex))
		w.u64(uint64(starts[i]))
	}
	at := w.n
	w.uvarint(uint64(len(places)))
	for _, p := range places {
		w.u64(uint64(p))
	}
	return at
}

// footer writes the end of a segment: the length of its writer's name, of which there is none, how many documents it has, where
// stored fields and fields are, and how postings are cut into chunks.
func (w *segmentWriter) footer(docs, stored, fields int) {
	w.u32(0)
	w.u64(uint64(docs))
	w.u64(uint64(stored))
	w.u64(uint64(fields))
	w.u32(zap.DefaultChunkMode)
	w.u32(zap.Version)
	w.u32(w.crc.Sum32())
}
