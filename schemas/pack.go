package schemas

import (
	"encoding/binary"
	"errors"
)

// A Packer writes values one after another into a compact text, or reads them back from one: a type describes itself once, by
// handing its fields to a Packer in their order, and that serves both ways. It is for documents that Decode has accepted, and
// for a program that must start at once: what is read back shares the text, and nothing is checked again.
type Packer struct {
	text    string // what is left to read
	out     []byte
	writing bool
	broken  bool
	spare   []string // cut off for the next lists: one allocation for many
}

// NewPacker returns a Packer that writes.
func NewPacker() *Packer { return &Packer{writing: true} }

// Unpack returns a Packer that reads what another has written.
func Unpack(text string) *Packer { return &Packer{text: text} }

// Writing reports whether the Packer writes.
func (p *Packer) Writing() bool { return p.writing }

// Bytes returns what was written.
func (p *Packer) Bytes() []byte { return p.out }

// Err returns an error where what was read is not what was written: something is missing, left over, or of another type. The
// values read are worth nothing then.
func (p *Packer) Err() error {
	if p.broken || p.text != "" {
		return errors.New("schemas: the packed text is damaged, or was written for other types")
	}
	return nil
}

// Int writes or reads a number that is not negative.
func (p *Packer) Int(n *int) {
	if p.writing {
		p.out = binary.AppendUvarint(p.out, uint64(*n))
		return
	}
	*n = 0
	for shift := 0; shift < 35; shift += 7 {
		if p.text == "" {
			break
		}
		c := p.text[0]
		p.text = p.text[1:]
		*n |= int(c&0x7f) << shift
		if c < 0x80 {
			return
		}
	}
	p.fail()
}

func (p *Packer) fail() { p.text, p.broken = "", true }

// Bool writes or reads yes or no.
func (p *Packer) Bool(b *bool) {
	n := 0
	if *b {
		n = 1
	}
	p.Int(&n)
	*b = n == 1
}

// String writes or reads a text of any kind.
func (p *Packer) String(s *string) {
	n := len(*s)
	p.Int(&n)
	if p.writing {
		p.out = append(p.out, *s...)
		return
	}
	if n > len(p.text) {
		p.fail()
		n = 0
	}
	*s, p.text = p.text[:n], p.text[n:]
}

// count writes or reads the length of a list, -1 for one that is nil. Every element takes a byte at least.
func (p *Packer) count(n int, isNil bool) int {
	if n++; isNil {
		n = 0
	}
	p.Int(&n)
	if !p.writing && n-1 > len(p.text) {
		p.fail()
		n = 0
	}
	return n - 1
}

// Strings writes or reads a list of texts.
func (p *Packer) Strings(list *[]string) {
	n := p.count(len(*list), *list == nil)
	if !p.writing {
		*list = p.list(n)
	}
	for i := range *list {
		p.String(&(*list)[i])
	}
}

// list returns a list of n texts, nil for -1.
func (p *Packer) list(n int) []string {
	if n < 0 {
		return nil
	}
	if n > len(p.spare) {
		p.spare = make([]string, max(n, 512))
	}
	list := p.spare[:n:n]
	p.spare = p.spare[n:]
	return list
}

// PackList writes or reads a list whose elements each writes or reads.
func PackList[T any](p *Packer, list *[]T, each func(*Packer, *T)) {
	n := p.count(len(*list), *list == nil)
	if !p.writing {
		*list = nil
		if n >= 0 {
			*list = make([]T, n)
		}
	}
	for i := range *list {
		each(p, &(*list)[i])
	}
}

// PackMap writes or reads a Map whose values each writes or reads.
func PackMap[V any](p *Packer, m *Map[V], each func(*Packer, *V)) {
	p.Strings(&m.keys)
	if !p.writing {
		m.values = nil
		if m.keys != nil {
			m.values = make(map[string]V, len(m.keys))
		}
	}
	for _, k := range m.keys {
		v := m.values[k]
		each(p, &v)
		if !p.writing {
			m.values[k] = v
		}
	}
}
