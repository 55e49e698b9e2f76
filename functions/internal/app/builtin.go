package app

import (
	_ "embed"

	"github.com/fixdesk/fixdesk/index"
	"github.com/fixdesk/fixdesk/kb"
)

//go:generate go run generate.go

//go:embed builtin.pack
var packed []byte

// Builtin returns the index of our own articles: where they are the built-in ones, the index that `go generate` has made of
// them, in place and at once.
func Builtin(b *kb.Base) (*index.Index, error) { return builtin(b, packed) }

func builtin(b *kb.Base, packed []byte) (*index.Index, error) {
	sum, n := b.Sum(), len(b.Sum())
	if n > 0 && len(packed) > n && string(packed[:n]) == sum {
		if x, err := index.Load(packed[n:]); err == nil {
			return x, nil
		}
	}
	return index.New(b.Articles())
}

// Pack makes the index of the built-in articles, in the form from which Builtin takes it.
func Pack() ([]byte, error) {
	base, err := kb.Builtin()
	if err != nil {
		return nil, err
	}
	data, err := index.Pack(base.Articles())
	if err != nil {
		return nil, err
	}
	return append([]byte(base.Sum()), data...), nil
}
