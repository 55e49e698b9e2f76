package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/RoaringBitmap/roaring/v2"
	bleve "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// The inverted index is one segment of bleve's format zap, built with bleve's own code and read in place. A term is indexed under
// "t" followed by a level: how much an article is about it, BM25's term weight in six steps. A search adds up idf times level over
// the bitmaps of its terms and needs neither frequencies nor lengths.
const (
	termField = "t"
	levels    = 6
)

// A document is an article as bleve indexes it: terms with their levels, nothing stored but its number.
type document struct {
	id    string
	terms map[string]*bleve.TokenFreq // term and level byte
}

const (
	indexedOnly   = bleve.IndexField | bleve.SkipFreqNorm
	indexedStored = indexedOnly | bleve.StoreField
)

var present = new(bleve.TokenFreq) // a term's frequency is its level, so all share this one

func (d *document) ID() string                                 { return d.id }
func (d *document) Size() int                                  { return len(d.terms) }
func (d *document) VisitComposite(bleve.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) AddIDField()                                {}
func (d *document) StoredFieldsBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return true }
func (d *document) VisitFields(visit bleve.FieldVisitor) {
	visit(field{"_id", d.id, indexedStored, bleve.TokenFrequencies{d.id: present}})
	visit(field{termField, "", indexedOnly, d.terms})
}

type field struct {
	name, value string
	options     bleve.FieldIndexingOptions
	terms       bleve.TokenFrequencies
}

func (f field) Name() string                                     { return f.name }
func (f field) Value() []byte                                    { return []byte(f.value) }
func (f field) ArrayPositions() []uint64                         { return nil }
func (f field) EncodedFieldType() byte                           { return 't' }
func (f field) Analyze()                                         {}
func (f field) Options() bleve.FieldIndexingOptions              { return f.options }
func (f field) AnalyzedLength() int                              { return 0 }
func (f field) AnalyzedTokenFrequencies() bleve.TokenFrequencies { return f.terms }
func (f field) NumPlainTextBytes() uint64                        { return 0 }

var plugin zap.ZapPlugin

// newSegment makes a segment in memory.
func newSegment(docs []bleve.Document) (segment.Segment, error) {
	s, _, err := plugin.New(docs)
	return s, err
}

// saveSegment writes a segment made by newSegment to a file.
func saveSegment(s segment.Segment, path string) error {
	return s.(segment.UnpersistedSegment).Persist(path)
}

// segmentBytes returns a segment as the bytes of its file. zap writes the sections of a field in the order of a map, another one
// each time; written again compactly, the same segment has the same bytes.
func segmentBytes(s segment.Segment) ([]byte, error) {
	dir, err := os.MkdirTemp("", "fixdesk-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	saved, path := filepath.Join(dir, "saved"), filepath.Join(dir, termsFile)
	if err := saveSegment(s, saved); err != nil {
		return nil, err
	}
	if err := compactSegment(saved, path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// mergeSegments makes one file of several, in their order.
func mergeSegments(ctx context.Context, paths []string, path string) error {
	var open []segment.Segment
	defer func() {
		for _, s := range open {
			s.Close()
		}
	}()
	for _, p := range paths {
		s, err := plugin.Open(p)
		if err != nil {
			return err
		}
		open = append(open, s)
	}
	stop := make(chan struct{})
	defer context.AfterFunc(ctx, func() { close(stop) })()
	_, _, err := plugin.Merge(open, make([]*roaring.Bitmap, len(open)), path, stop, nil)
	return err
}

// An inverted is the inverted index. It is for concurrent use.
type inverted struct {
	seg segment.Segment
	n   int // documents
}

// openInverted opens a segment in place. The bytes must not change while it is in use.
func openInverted(data []byte) (v *inverted, err error) {
	// zap trusts its offsets. Sizes are compared with the manifest before, but a file that is damaged inside must not end the program.
	defer func() {
		if recover() != nil {
			v, err = nil, errors.New("terms: damaged")
		}
	}()
	foot := len(data) - zap.FooterSize
	if foot < 0 {
		return nil, errors.New("terms: cut off")
	}
	// the footer: number of documents, stored offset, sections offset, chunk mode, version, checksum; before it the length of a
	// writer's name, of which there is none
	f := data[foot:]
	if n, v := binary.BigEndian.Uint32(f), binary.BigEndian.Uint32(f[32:]); n != 0 || v != zap.Version {
		return nil, fmt.Errorf("terms: of segment version %d, want %d", v, zap.Version)
	}
	s, err := zap.InitSegmentBase(data[:foot], binary.BigEndian.Uint32(f[36:]), binary.BigEndian.Uint32(f[28:]),
		binary.BigEndian.Uint64(f[4:]), binary.BigEndian.Uint64(f[12:]), binary.BigEndian.Uint64(f[20:]), nil, new(segment.Stats))
	if err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	if _, err := s.Dictionary(termField); err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	return newInverted(s), nil
}

func newInverted(s segment.Segment) *inverted { return &inverted{seg: s, n: int(s.Count())} }

// A reader reads postings. It is not for concurrent use.
type reader struct {
	dict segment.TermDictionary
	key  []byte
}

// A listSet is the memory in which the postings of one term lie.
type listSet struct {
	lists [levels]segment.PostingsList
	itrs  [levels]segment.PostingsIterator
}

func (v *inverted) reader() (*reader, error) {
	dict, err := v.seg.Dictionary(termField)
	if err != nil {
		return nil, fmt.Errorf("terms: %w", err)
	}
	return &reader{dict: dict}, nil
}

// postings holds the documents of one term by level. It is valid until its listSet is used again.
type postings struct {
	df     int
	levels [levels]*roaring.Bitmap // nil for a level that is empty
}

// find looks a term up.
func (r *reader) find(text string, set *listSet) (postings, error) {
	var p postings
	r.key = append(append(r.key[:0], text...), 0)
	last := len(r.key) - 1
	for l := range levels {
		r.key[last] = levelByte(l)
		list, err := r.dict.PostingsList(r.key, nil, set.lists[l])
		if err != nil {
			return p, fmt.Errorf("terms: %w", err)
		}
		n := int(list.Count())
		if n == 0 {
			continue
		}
		set.lists[l] = list
		p.df += n
		set.itrs[l] = list.Iterator(false, false, false, set.itrs[l])
		p.levels[l] = bitmap(set.itrs[l])
	}
	return p, nil
}

func bitmap(itr segment.PostingsIterator) *roaring.Bitmap {
	o := itr.(segment.OptimizablePostingsIterator)
	if doc, ok := o.DocNum1Hit(); ok {
		return roaring.BitmapOf(uint32(doc))
	}
	return o.ActualBitmap()
}

// levelByte parts a term from its level in the dictionary. No term contains it: terms are letters, digits and a little punctuation.
func levelByte(l int) byte { return byte(1 + l) }
